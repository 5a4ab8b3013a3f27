/* Opens the report and goes where the address or a key says. */

let report = null;
let current = null;

function go(number) {
  location.hash = number === null ? "" : `cluster-${number}`;
}

function route() {
  const named = /^#cluster-(\d+)$/.exec(location.hash);
  const cluster = named ? report.clusters[Number(named[1])] : null;
  if (location.hash && !cluster && location.hash !== "#") return; // the skip link
  const detail = document.getElementById("detail");
  const before = current;
  current = cluster ? cluster.number : null;
  document.getElementById("main").dataset.view = cluster ? "cluster" : "overview";
  const parts = cluster ? clusterView(cluster) : overview(report);
  detail.replaceChildren(...parts.filter(Boolean));
  detail.setAttribute("aria-label", cluster ? `Cluster: ${cut(headline(cluster), 120)}` : "Overview");
  markCurrent();
  if (before !== current) {
    scrollTo(0, 0);
    detail.focus({ preventScroll: true });
  }
}

function step(by) {
  const at = chosen.findIndex((one) => one.number === current);
  const next = chosen[at < 0 ? 0 : Math.max(0, Math.min(chosen.length - 1, at + by))];
  if (!next) return;
  go(next.number);
  while (shownCount <= chosen.indexOf(next)) showMore();
  document.querySelector(`#clusters button[data-number="${next.number}"]`)?.scrollIntoView({ block: "nearest" });
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
  const acts = {
    "/": () => document.getElementById("search").focus(),
    j: () => step(1),
    k: () => step(-1),
    o: () => go(null),
    r: () => document.querySelector("#compare button.right")?.click(),
    w: () => document.querySelector("#compare button.wrong")?.click(),
  };
  if (!acts[event.key]) return;
  event.preventDefault();
  acts[event.key]();
}

async function start() {
  if (typeof DecompressionStream === "undefined") {
    document.getElementById("detail").replaceChildren(el("p", { class: "wait" },
      "This browser cannot unpack the report. Any browser from May 2023 or later can."));
    return;
  }
  report = await unpack("about-0");
  const blocks = await Promise.all(Array.from({ length: report.blocks }, (_, number) => unpack(`list-${number}`)));
  report.clusters = blocks.flat();
  report.clusters.forEach((cluster, number) => Object.assign(cluster, { number, place: report.places[number] }));
  recall(report.name);
  const counts = Object.fromEntries(report.counts);
  document.getElementById("lead").textContent =
    `${plural(counts.articles, "article")}, ${plural(counts.clusters, "cluster")}, ${plural(counts.copies, "copy", "copies")}`;
  const relations = document.getElementById("relation");
  const found = new Set(report.clusters.flatMap((one) => one.matches.map((match) => match[2])));
  for (const code of [...found].sort((one, two) => one - two)) {
    relations.append(el("option", { value: report.relations[code] }, report.relations[code]));
  }
  const filters = document.getElementById("filters");
  filters.addEventListener("submit", (event) => event.preventDefault());
  filters.addEventListener("input", filterClusters);
  document.getElementById("more").addEventListener("click", showMore);
  document.getElementById("home").addEventListener("click", () => go(null));
  document.getElementById("export").addEventListener("click", exportLabels);
  addEventListener("keydown", onKey);
  addEventListener("hashchange", route);
  filterClusters();
  showLabels();
  route();
  document.documentElement.dataset.ready = "true";
}

start();
