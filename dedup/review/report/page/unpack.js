/* The data in the page: blocks of base64, gzipped JSON, unpacked when they are needed. */

const DECODED = new Map();
const REMEMBERED = 12; // blocks of text that stay unpacked

async function unpack(id) {
  const packed = atob(document.getElementById(id).textContent);
  const bytes = new Uint8Array(packed.length);
  for (let at = 0; at < packed.length; at += 1) bytes[at] = packed.charCodeAt(at);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

async function textsOf(cluster) {
  const place = cluster.place;
  if (!place) return null;
  const id = `text-${place[0]}`;
  if (!DECODED.has(id)) {
    DECODED.set(id, unpack(id));
    if (DECODED.size > REMEMBERED) DECODED.delete(DECODED.keys().next().value);
  }
  const [texts, reasons] = (await DECODED.get(id))[place[1]];
  return { texts, reasons };
}

/* Elements: whatever comes from articles gets on the page here, as text. */

function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, String(value));
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

function button(text, attributes, act) {
  const made = el("button", { type: "button", ...attributes }, text);
  made.addEventListener("click", act);
  return made;
}

/* Text of unknown direction, kept to itself so that it turns nothing around it. */
function bdi(text, most = 300) {
  const whole = text || "";
  return el("bdi", whole.length > most ? { title: whole.slice(0, 2000) } : {}, cut(whole, most));
}

function cut(text, most) {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

function plural(count, one, many = `${one}s`) {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

function bar(...shares) {
  const made = el("div", { class: "bar", "aria-hidden": "true" });
  for (const share of shares) {
    const part = el("i");
    part.style.width = `${Math.max(0, Math.min(1, share)) * 100}%`;
    made.append(part);
  }
  return made;
}

/* An address as a link, if it leads to the web; anything else is only text. */
function address(url) {
  try {
    const parsed = new URL(url);
    if (parsed.protocol === "http:" || parsed.protocol === "https:") {
      const link = el("a", { href: parsed.href, rel: "noopener noreferrer nofollow", target: "_blank" });
      link.append(bdi(parsed.host + parsed.pathname, 70));
      return link;
    }
  } catch {
    /* no address */
  }
  return bdi(url, 70);
}
