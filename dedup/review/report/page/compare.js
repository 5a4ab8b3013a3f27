/* Any two articles of a cluster, side by side. */

const LONG_RUN = 45; // words in common above which they are folded
const AROUND = 12; // words that stay on each side of a fold

function comparePair(view) {
  const { cluster, compared } = view;
  const select = (side) => {
    const made = el("select", { id: `side-${side}`, name: side });
    cluster.members.forEach((member, index) => {
      made.append(el("option", { value: index, selected: index === view[side] }, nameOf(member)));
    });
    made.addEventListener("change", () => {
      view[side] = Number(made.value);
      comparePair(view);
      document.getElementById(`side-${side}`).focus();
    });
    return made;
  };
  const swap = button("⇄", { "aria-label": "Swap the two" }, () => {
    [view.a, view.b] = [view.b, view.a];
    comparePair(view);
  });
  const diff = el("div", { class: "diff" }, el("p", { class: "wait" }, "Comparing …"));
  compared.replaceChildren(
    el("h3", {}, "Side by side"),
    el("div", { class: "choose" }, el("label", {}, "One", select("a")), swap, el("label", {}, "Other", select("b"))),
    verdict(view), diff);
  const pair = [view.a, view.b];
  view.data.then((data) => {
    if (pair[0] !== view.a || pair[1] !== view.b || !diff.isConnected) return;
    const one = data?.texts[view.a];
    const two = data?.texts[view.b];
    diff.replaceChildren(...(one && two ? diffRows(view, one, two) : [el("p", { class: "wait" }, GONE)]));
  });
}

function verdict(view) {
  const { cluster, a, b } = view;
  const match = matchOf(cluster, a, b);
  const made = el("div", { class: "verdict" });
  if (a === b) {
    made.append(el("span", { class: "sub" }, "This is one article twice."));
    return made;
  }
  if (match) {
    const [shareA, shareB] = match[0] === a ? [match[5], match[6]] : [match[6], match[5]];
    made.append(el("span", { class: "badge origin" }, report.relations[match[2]]),
      el("span", { class: "sub" }, `strength ${match[3].toFixed(2)}, resemblance ${match[4].toFixed(2)}, `
        + `${Math.round(shareA * 100)} % of one stands in the other and ${Math.round(shareB * 100)} % the other way`));
  } else made.append(el("span", { class: "sub" }, "No direct match is listed: both match the centre."));
  made.append(...judgeButtons(cluster.members[a].id, cluster.members[b].id, "the two belong together"));
  return made;
}

function diffRows(view, one, two) {
  const members = view.cluster.members;
  const rows = [el("div", { class: "row head" },
    el("div", {}, bdi(nameOf(members[view.a]))), el("div", {}, bdi(nameOf(members[view.b]))))];
  let left = [];
  let right = [];
  const flush = () => {
    if (left.length || right.length) {
      rows.push(el("div", { class: "row" }, el("div", { "data-side": "one" }, ...left),
        el("div", { "data-side": "other" }, ...right)));
    }
    left = [];
    right = [];
  };
  for (const run of compareTexts(one.text, two.text)) {
    if (!run.same) {
      left.push(...marked("del", one, run.a));
      right.push(...marked("ins", two, run.b));
    } else if (run.words <= LONG_RUN) {
      left.push(...shaded(one, ...run.a));
      right.push(...shaded(two, ...run.b));
    } else {
      const [headA, tailA] = edges(one.text, run.a);
      const [headB, tailB] = edges(two.text, run.b);
      left.push(...shaded(one, run.a[0], headA), " …");
      right.push(...shaded(two, run.b[0], headB), " …");
      flush();
      rows.push(folded(one, two, [headA, tailA], [headB, tailB], run.words - 2 * AROUND));
      left.push("… ", ...shaded(one, tailA, run.a[1]));
      right.push("… ", ...shaded(two, tailB, run.b[1]));
    }
  }
  flush();
  return rows;
}

/* What only one of the two has; the space after it is nobody's. */
function marked(tag, text, [from, to]) {
  const stop = from + text.text.slice(from, to).trimEnd().length;
  const changed = stop > from ? [el(tag, {}, ...shaded(text, from, stop))] : [];
  return [...changed, ...shaded(text, stop, to)];
}

/* Where the first words of a piece end, and where its last ones begin. */
function edges(text, [from, to]) {
  const found = words(text.slice(from, to));
  if (found.length <= 2 * AROUND) return [to, to];
  return [from + found[AROUND - 1].stop, from + found[found.length - AROUND].start];
}

function folded(one, two, a, b, count) {
  const row = el("div", { class: "row same" });
  const open = button(`${plural(count, "word")} in common: show`, {}, () => {
    row.className = "row";
    row.replaceChildren(el("div", { "data-side": "one" }, ...shaded(one, ...a)),
      el("div", { "data-side": "other" }, ...shaded(two, ...b)));
  });
  row.append(el("div", {}, open));
  return row;
}
