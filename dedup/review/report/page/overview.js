/* The first thing one sees: what a run found, in numbers. */

const SHOWN_OUTLETS = 15;

function overview(report) {
  const counts = Object.fromEntries(report.counts);
  const share = counts.articles ? counts.copies / counts.articles : 0;
  const cards = [
    ["Articles", counts.articles, `${plural(counts["exact copies"], "exact copy", "exact copies")}`],
    ["Clusters", counts.clusters, `${plural(report.clusters.filter((one) => one.warnings.length).length, "warning")}`],
    ["Copies", counts.copies, `${(share * 100).toFixed(1)} % of all articles`],
    ["Stories left", counts.articles - counts.copies, "one article each"],
    ["Outlets in clusters", report.outlets.length, ""],
  ];
  const numbers = el("dl", { class: "numbers" });
  for (const [name, value, more] of cards) {
    const number = el("dd", {}, value.toLocaleString("en"), more ? el("small", {}, more) : null);
    numbers.append(el("div", { class: "card" }, el("dt", {}, name), number));
  }
  return [
    el("h2", {}, "Overview"),
    notice("Left out of this file, which would be too large:", report.leftOut),
    counts.capped
      ? notice("", [`A cap left out candidate pairs of ${plural(counts.capped, "article")}.`])
      : null,
    numbers,
    el("div", { class: "charts" }, sizesChart(report), outletsChart(report)),
    settingsCard(report),
    report.problems.length
      ? el("details", { class: "card" }, el("summary", {}, plural(report.problems.length, "problem"), " of the input"),
        el("ul", {}, ...report.problems.map((problem) => el("li", {}, bdi(problem)))))
      : null,
  ];
}

function notice(heading, lines) {
  if (!lines.length) return null;
  return el("div", { class: "notice", role: "note" }, heading ? el("strong", {}, heading) : null,
    ...lines.map((line) => el("span", {}, bdi(line))));
}

function sizesChart(report) {
  const most = Math.max(1, ...report.sizes.map(([, count]) => count));
  const rows = report.sizes.flatMap(([name, count]) => [
    el("span", {}, name), bar(count / most), el("span", { class: "number" }, count.toLocaleString("en")),
  ]);
  return el("section", { class: "card" }, el("h3", {}, "Clusters by number of articles"),
    rows.length ? el("div", { class: "bars" }, ...rows) : el("p", { class: "sub" }, "No copies found."));
}

function outletsChart(report) {
  const shown = report.outlets.slice(0, SHOWN_OUTLETS);
  const most = Math.max(1, ...shown.map(([, count]) => count));
  const rows = shown.flatMap(([name, count, kept]) => [
    name === null
      ? el("span", { class: "name sub" }, "unknown")
      : button("", { class: "name", "aria-label": `Clusters of ${cut(name, 80)}` }, () => searchFor(name)),
    bar(count / most, kept / most),
    el("span", { class: "number" }, `${kept.toLocaleString("en")} of ${count.toLocaleString("en")}`),
  ]);
  shown.forEach(([name], index) => name !== null && rows[3 * index].append(bdi(name, 60)));
  const more = report.outlets.length - shown.length;
  return el("section", { class: "card" }, el("h3", {}, "Outlets: kept of articles in clusters"),
    el("div", { class: "bars" }, ...rows),
    more > 0 ? el("p", { class: "sub" }, `and ${plural(more, "more outlet")}`) : null);
}

function settingsCard(report) {
  const rows = [...report.settings, ["furniture, lines and sentences", report.furniture.toLocaleString("en")]];
  return el("section", { class: "card" }, el("h3", {}, "Settings of the run"),
    el("dl", { class: "pairs" }, ...rows.flatMap(([name, value]) => [
      el("dt", {}, name.replaceAll("_", " ")), el("dd", {}, String(value)),
    ])));
}
