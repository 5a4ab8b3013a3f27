/* The list of clusters: search, filters, order. Only what is shown is made. */

const PAGE = 60;
let chosen = [];
let shownCount = 0;

function searchable(cluster) {
  cluster.haystack ??= cluster.members
    .map((one) => `${one.title || ""}\n${one.source || ""}\n${one.id}\n${one.url || ""}`)
    .join("\n")
    .toLowerCase();
  return cluster.haystack;
}

function isLabelled(cluster) {
  const ids = new Set(cluster.members.map((one) => one.id));
  return [...labels.keys()].some((key) => JSON.parse(key).some((id) => ids.has(id)));
}

const SHOWN = {
  all: () => true,
  warned: (one) => one.warnings.length > 0,
  unsure: (one) => !one.certain,
  labelled: isLabelled,
  unlabelled: (one) => !isLabelled(one),
};

const ORDERS = {
  size: (a, b) => b.members.length - a.members.length || a.number - b.number,
  weakest: (a, b) => a.weakest - b.weakest || a.number - b.number,
  time: (a, b) => firstTime(b) - firstTime(a) || a.number - b.number,
  title: (a, b) => headline(a).localeCompare(headline(b)) || a.number - b.number,
};

function firstTime(cluster) {
  const time = cluster.members[cluster.earliest].time;
  return time ? time[0] : -Infinity;
}

function headline(cluster) {
  const titled = cluster.members[cluster.canonical].title || cluster.members.find((one) => one.title)?.title;
  return titled || `(no headline) ${cluster.members[cluster.canonical].id}`;
}

function filterClusters() {
  const value = (id) => document.getElementById(id).value;
  const sought = value("search").toLowerCase().split(/\s+/).filter(Boolean);
  const relation = value("relation");
  const least = Number(value("least")) || 2;
  const fits = SHOWN[value("show")];
  chosen = report.clusters.filter((one) => one.members.length >= least
    && (!relation || one.matches.some((match) => report.relations[match[2]] === relation))
    && fits(one)
    && sought.every((word) => searchable(one).includes(word)));
  chosen.sort(ORDERS[value("sort")]);
  document.getElementById("count").textContent =
    `${plural(chosen.length, "cluster")} of ${report.clusters.length.toLocaleString("en")}`;
  document.getElementById("clusters").replaceChildren();
  shownCount = 0;
  showMore();
}

function showMore() {
  const list = document.getElementById("clusters");
  const upTo = Math.min(chosen.length, shownCount + PAGE);
  for (; shownCount < upTo; shownCount += 1) list.append(listItem(chosen[shownCount]));
  document.getElementById("more").hidden = shownCount >= chosen.length;
  markCurrent();
}

function listItem(cluster) {
  const facts = el("span", { class: "facts" },
    el("span", {}, plural(cluster.members.length, "article")),
    el("span", {}, plural(cluster.outlets, "outlet")),
    el("span", {}, `weakest ${cluster.weakest.toFixed(2)}`),
    cluster.warnings.length ? el("span", { class: "badge warned" }, plural(cluster.warnings.length, "warning")) : null);
  const made = button("", { "data-number": cluster.number }, () => go(cluster.number));
  made.append(el("span", { class: "name" }, bdi(headline(cluster), 160)), facts);
  return el("li", {}, made);
}

function markCurrent() {
  for (const made of document.querySelectorAll("#clusters button")) {
    made.setAttribute("aria-current", String(Number(made.dataset.number) === current));
  }
}

function searchFor(text) {
  document.getElementById("search").value = text;
  filterClusters();
  document.getElementById("search").focus();
}
