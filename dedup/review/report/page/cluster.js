/* One cluster: when it was published and where, who is in it and why, and any two of it side by side. */

const SHOWN_MEMBERS = 40;

function clusterView(cluster) {
  const size = cluster.members.length;
  const compared = el("section", { class: "card long", id: "compare", "aria-label": "Two texts side by side" });
  const view = { cluster, compared, a: cluster.centre, b: firstOther(cluster), data: textsOf(cluster) };
  const parts = [
    button("← All clusters", { class: "back" }, () => go(null)),
    el("div", {}, el("h2", {}, bdi(headline(cluster))), el("p", { class: "sub" },
      `${plural(size, "article")} of ${plural(cluster.outlets, "outlet")}; `
      + `the weakest has strength ${cluster.weakest.toFixed(2)} to the centre`)),
    notice("", cluster.warnings),
    timeline(cluster),
    answers(cluster),
    members(view),
    compared,
  ];
  comparePair(view);
  return parts;
}

function firstOther(cluster) {
  const match = cluster.matches.find(([a, b, relation]) => report.relations[relation] !== "identical"
    && (a === cluster.centre || b === cluster.centre));
  if (match) return match[0] === cluster.centre ? match[1] : match[0];
  return cluster.centre === 0 ? 1 : 0;
}

function matchOf(cluster, a, b) {
  return cluster.matches.find((one) => (one[0] === a && one[1] === b) || (one[0] === b && one[1] === a));
}

function nameOf(member) {
  return member.source ? `${cut(member.source, 60)} – ${cut(member.id, 60)}` : cut(member.id, 80);
}

/* What the run answers for the cluster, and why. */
function answers(cluster) {
  const rows = [];
  const row = (name, who, why) => rows.push(el("dt", {}, name),
    el("dd", {}, el("strong", {}, bdi(who)), why ? el("span", { class: "sub" }, bdi(`: ${why}`)) : null));
  const name = (index) => nameOf(cluster.members[index]);
  if (cluster.origin) {
    const { name: who, member, reason, confidence } = cluster.origin;
    const inside = member === null ? `${who}, not in this cluster` : name(member);
    row("Origin", inside, `${reason} (confidence ${confidence.toFixed(2)})`);
  }
  row("Kept", name(cluster.canonical), cluster.reasons.canonical);
  if (cluster.members[cluster.earliest].time) {
    row(cluster.certain ? "First" : "First, uncertain", name(cluster.earliest), cluster.reasons.earliest);
  }
  row("Best text", name(cluster.representative), cluster.reasons.representative);
  if (cluster.lag !== null) row("Second outlet", `${duration(cluster.lag)} after the first`, "");
  return el("section", { class: "card" }, el("h3", {}, "Answers"), el("dl", { class: "pairs" }, ...rows));
}

function duration(minutes) {
  if (minutes < 60) return plural(minutes, "minute");
  return minutes < 2880 ? `${(minutes / 60).toFixed(1)} hours` : `${(minutes / 1440).toFixed(1)} days`;
}

function badges(cluster, index) {
  const made = [];
  if (index === cluster.canonical) made.push(["kept", "kept"]);
  if (index === cluster.earliest && cluster.members[index].time) {
    made.push(["first", cluster.certain ? "first" : "first, uncertain"]);
  }
  if (cluster.origin && cluster.origin.member === index) made.push(["origin", "origin"]);
  if (index === cluster.centre) made.push(["", "centre"]);
  if (index === cluster.representative) made.push(["", "best text"]);
  return made.map(([kind, text]) => el("span", { class: `badge ${kind}` }, text));
}

/* A moment as it is known: no finer than it was written. */
function moment(milliseconds, precision) {
  const text = new Date(milliseconds).toISOString();
  return precision === "day" || precision === "ambiguous" ? text.slice(0, 10) : `${text.slice(0, 10)} ${text.slice(11, 16)}`;
}

function timeline(cluster) {
  const order = cluster.members.map((member, index) => ({ member, index }))
    .sort((one, two) => middle(one.member) - middle(two.member) || one.index - two.index);
  const times = order.filter(({ member }) => member.time).map(({ member }) => member.time);
  if (!times.length) return null;
  const from = Math.min(...times.map((time) => time[0]));
  const to = Math.max(...times.map((time) => time[1]), from + 60_000);
  const grid = el("div", { class: "timeline" });
  const fill = (most) => {
    grid.replaceChildren();
    for (const { member, index } of order.slice(0, most)) grid.append(...timelineRow(cluster, member, index, from, to));
    grid.append(el("span"), el("div", { class: "axis" },
      el("span", {}, `${moment(from)} UTC`), el("span", {}, `${moment(to)} UTC`)));
  };
  fill(SHOWN_MEMBERS);
  return el("section", { class: "card long" }, el("h3", {}, "Published: the bar is where the moment lies"), grid,
    showAll(order.length, () => fill(Infinity)));
}

function middle(member) {
  return member.time ? (member.time[0] + member.time[1]) / 2 : Infinity;
}

function timelineRow(cluster, member, index, from, to) {
  const kind = index === cluster.canonical ? " kept" : index === cluster.earliest ? " first" : "";
  const track = el("div", { class: `track${kind}` });
  let said = "no date";
  if (member.time) {
    const [low, high, precision] = member.time;
    const share = (value) => ((value - from) / (to - from)) * 100;
    const span = el("div", { class: "span" });
    span.style.left = `${share(low)}%`;
    span.style.width = `${share(high) - share(low)}%`;
    const dot = el("div", { class: "dot" });
    dot.style.left = `${share((low + high) / 2)}%`;
    track.append(span, dot);
    said = high - low <= 120_000
      ? `${moment((low + high) / 2)} UTC`
      : `between ${moment(low)} and ${moment(high)} UTC (${precision}${member.zone ? "" : ", zone unknown"})`;
  } else track.append(el("div", { class: "none" }, el("span", {}, "no date")));
  track.setAttribute("role", "img");
  track.setAttribute("aria-label", said);
  track.setAttribute("title", member.published ? `${said}; written as ${cut(member.published, 80)}` : said);
  return [el("span", { class: "who" }, bdi(member.source || member.id, 60)), track];
}

function showAll(count, act) {
  if (count <= SHOWN_MEMBERS) return null;
  const made = button(`Show all ${count.toLocaleString("en")}`, { class: "more" }, () => {
    act();
    made.remove();
  });
  return made;
}

function members(view) {
  const { cluster } = view;
  const list = el("ol", { class: "members" });
  const fill = (from, to) => {
    for (let index = from; index < Math.min(to, cluster.members.length); index += 1) list.append(memberItem(view, index));
  };
  fill(0, SHOWN_MEMBERS);
  return el("section", { class: "card long" }, el("h3", {}, "Articles"), list,
    showAll(cluster.members.length, () => fill(SHOWN_MEMBERS, Infinity)));
}

function memberItem(view, index) {
  const { cluster } = view;
  const member = cluster.members[index];
  const match = matchOf(cluster, index, cluster.centre);
  const relation = index === cluster.centre ? "centre" : match ? report.relations[match[2]] : "identical";
  const why = el("p", { class: "why" });
  const acts = el("div", { class: "acts" });
  if (index !== cluster.centre) {
    const centre = cluster.members[cluster.centre];
    acts.append(...judgeButtons(member.id, centre.id, `${nameOf(member)} belongs to this cluster`),
      button("Compare with the centre", {}, () => {
        view.a = cluster.centre;
        view.b = index;
        comparePair(view);
        view.compared.scrollIntoView({ block: "start" });
      }));
    view.data.then((data) => data?.reasons[index] && why.append(data.reasons[index].join("; ")));
  } else why.append("The others were confirmed against this one.");
  acts.append(textButton(view, index));
  return el("li", {},
    el("div", {},
      el("p", { class: "name" }, member.title ? bdi(member.title) : el("span", { class: "sub" }, "(no headline)")),
      el("p", { class: "about" }, ...badges(cluster, index),
        member.source ? el("span", {}, bdi(member.source, 80)) : null,
        member.published ? el("span", {}, bdi(member.published, 60)) : null,
        el("span", {}, bdi(member.id, 80)),
        member.url ? address(member.url) : null),
      why),
    el("div", { class: "strength" },
      el("span", {}, el("b", {}, relation), match ? ` ${match[3].toFixed(2)}` : ""),
      match ? bar(match[3]) : null,
      match ? el("span", {}, `resemblance ${match[4].toFixed(2)}`) : null,
      match ? el("span", {}, `score ${match[7].toFixed(2)}`) : null),
    acts);
}

function textButton(view, index) {
  const made = button("Show the text", { "aria-expanded": "false" }, async () => {
    const item = made.closest("li");
    const open = item.querySelector(".text");
    made.setAttribute("aria-expanded", String(!open));
    made.textContent = open ? "Show the text" : "Hide the text";
    if (open) open.remove();
    else {
      const data = await view.data;
      item.append(el("div", { class: "text", tabindex: "0" }, ...textNodes(data?.texts[index])));
    }
  });
  return made;
}

const GONE = "The text is not in this file: the report would have been too large.";

function textNodes(text) {
  if (!text) return [GONE];
  const nodes = [...shaded(text, 0, text.text.length)];
  if (text.cut) nodes.push(el("p", { class: "sub" }, `… and ${text.cut.toLocaleString("en")} more characters`));
  return nodes;
}

/* A piece of a text, with the site's furniture shaded. */
function* shaded(text, from, to) {
  const spans = text.furniture || [];
  let at = from;
  for (let index = 0; index < spans.length; index += 2) {
    const start = Math.max(spans[index], at);
    const stop = Math.min(spans[index + 1], to);
    if (start >= stop) continue;
    if (start > at) yield text.text.slice(at, start);
    yield el("span", { class: "site", title: "belongs to the site, left out of the comparison" }, text.text.slice(start, stop));
    at = stop;
  }
  if (at < to) yield text.text.slice(at, to);
}
