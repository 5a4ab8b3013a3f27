/* Judgements on pairs: kept in this browser where it allows that, and exported as JSONL. */

const labels = new Map();
let storedUnder = "";

function pairKey(a, b) {
  return JSON.stringify(a < b ? [a, b] : [b, a]);
}

function recall(name) {
  storedUnder = `dedup labels ${name}`;
  try {
    for (const [key, same] of JSON.parse(localStorage.getItem(storedUnder) || "[]")) labels.set(key, same);
  } catch {
    /* a browser that stores nothing for files: labels live as long as the page */
  }
}

/* Say that a pair is right (true) or wrong (false); said again it is taken back. */
function judge(a, b, same) {
  const key = pairKey(a, b);
  if (labels.get(key) === same) labels.delete(key);
  else labels.set(key, same);
  try {
    localStorage.setItem(storedUnder, JSON.stringify([...labels]));
  } catch {
    /* as above */
  }
  showLabels();
}

function showLabels() {
  document.getElementById("labelled").textContent = labels.size ? plural(labels.size, "label") : "No labels yet";
  document.getElementById("export").disabled = !labels.size;
  for (const made of document.querySelectorAll("button[data-pair]")) {
    const said = labels.get(made.dataset.pair);
    made.setAttribute("aria-pressed", String(said === (made.dataset.same === "true")));
  }
}

function judgeButtons(a, b, about) {
  const key = pairKey(a, b);
  return [true, false].map((same) => {
    const kind = same ? "right" : "wrong";
    return button(
      same ? "✓ Right" : "✗ Wrong",
      {
        class: kind, "data-pair": key, "data-same": String(same), "aria-pressed": String(labels.get(key) === same),
        "aria-label": `${same ? "Right" : "Wrong"}: ${about}`,
      },
      () => judge(a, b, same),
    );
  });
}

function exportLabels() {
  const lines = [...labels]
    .map(([key, same]) => [...JSON.parse(key), same])
    .sort((one, two) => (one[0] + one[1] < two[0] + two[1] ? -1 : 1))
    .map(([a, b, same]) => JSON.stringify({ a, b, same }));
  const link = el("a", { download: "labels.jsonl" });
  link.href = URL.createObjectURL(new Blob([`${lines.join("\n")}\n`], { type: "application/jsonl" }));
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
