/* Two texts word by word. Words are compared as the library compares tokens: letters and digits, without case and accents. */

const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]|[\p{L}\p{N}\p{M}]+/gu;
const RUN = 3; // words that must agree for a place to tie two long texts together
const SQUARE = 4_000_000; // cells of a table up to which every word is weighed against every other

function words(text) {
  const found = [];
  for (const match of text.matchAll(WORD)) {
    const key = match[0].normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    found.push({ key, start: match.index, stop: match.index + match[0].length });
  }
  return found;
}

/* Blocks [start in a, start in b, length] that both have, in order. */
function align(a, b) {
  const blocks = [];
  matchBetween(a.map((word) => word.key), b.map((word) => word.key), 0, a.length, 0, b.length, blocks);
  const joined = [];
  for (const [one, two, length] of blocks) {
    const last = joined[joined.length - 1];
    if (last && last[0] + last[2] === one && last[1] + last[2] === two) last[2] += length;
    else joined.push([one, two, length]);
  }
  return joined;
}

function matchBetween(a, b, aFrom, aTo, bFrom, bTo, blocks) {
  let head = 0;
  while (aFrom + head < aTo && bFrom + head < bTo && a[aFrom + head] === b[bFrom + head]) head += 1;
  if (head) blocks.push([aFrom, bFrom, head]);
  aFrom += head;
  bFrom += head;
  let tail = 0;
  while (aTo - tail > aFrom && bTo - tail > bFrom && a[aTo - tail - 1] === b[bTo - tail - 1]) tail += 1;
  aTo -= tail;
  bTo -= tail;
  if (aFrom < aTo && bFrom < bTo) {
    if ((aTo - aFrom) * (bTo - bFrom) <= SQUARE) longestCommon(a, b, aFrom, aTo, bFrom, bTo, blocks);
    else {
      let one = aFrom;
      let two = bFrom;
      const ties = anchors(a, b, aFrom, aTo, bFrom, bTo);
      for (const [inA, inB] of ties) {
        if (inA < one || inB < two) continue;
        matchBetween(a, b, one, inA, two, inB, blocks);
        blocks.push([inA, inB, RUN]);
        one = inA + RUN;
        two = inB + RUN;
      }
      if (ties.length) matchBetween(a, b, one, aTo, two, bTo, blocks);
    }
  }
  if (tail) blocks.push([aTo, bTo, tail]);
}

/* The longest common subsequence by the table of Wagner and Fischer (1974). */
function longestCommon(a, b, aFrom, aTo, bFrom, bTo, blocks) {
  const width = bTo - bFrom + 1;
  const table = new Uint16Array((aTo - aFrom + 1) * width);
  for (let i = aTo - aFrom - 1; i >= 0; i -= 1) {
    for (let j = width - 2; j >= 0; j -= 1) {
      const here = i * width + j;
      table[here] = a[aFrom + i] === b[bFrom + j]
        ? table[here + width + 1] + 1
        : Math.max(table[here + width], table[here + 1]);
    }
  }
  let i = 0;
  let j = 0;
  while (i < aTo - aFrom && j < width - 1) {
    const here = i * width + j;
    if (a[aFrom + i] === b[bFrom + j]) {
      blocks.push([aFrom + i, bFrom + j, 1]);
      i += 1;
      j += 1;
    } else if (table[here + width] >= table[here + 1]) i += 1;
    else j += 1;
  }
}

/* Runs of words that stand once in each text, as many as stand in one order (patience sorting). */
function anchors(a, b, aFrom, aTo, bFrom, bTo) {
  const once = (keys, from, to) => {
    const found = new Map();
    for (let at = from; at + RUN <= to; at += 1) {
      const run = keys.slice(at, at + RUN).join(" ");
      found.set(run, found.has(run) ? -1 : at);
    }
    return found;
  };
  const inB = once(b, bFrom, bTo);
  const pairs = [];
  for (const [run, at] of once(a, aFrom, aTo)) if (at >= 0 && inB.get(run) >= 0) pairs.push([at, inB.get(run)]);
  const tops = [];
  const before = [];
  pairs.forEach(([, place], index) => {
    let low = 0;
    let high = tops.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[tops[middle]][1] < place) low = middle + 1;
      else high = middle;
    }
    before[index] = low ? tops[low - 1] : -1;
    tops[low] = index;
  });
  const chain = [];
  for (let at = tops.length ? tops[tops.length - 1] : -1; at >= 0; at = before[at]) chain.push(pairs[at]);
  return chain.reverse();
}

/* Both texts cut where they agree and where not: [{ same, a: [start, stop], b: [start, stop], words }] */
function compareTexts(one, two) {
  const a = words(one);
  const b = words(two);
  const runs = [];
  let inA = 0;
  let inB = 0;
  const ends = (list, text, index) => (index < list.length ? list[index].start : text.length);
  const push = (same, toA, toB) => {
    if (toA > inA || toB > inB) {
      const from = (list, text, index) => (index === 0 ? 0 : ends(list, text, index));
      runs.push({
        same,
        words: Math.max(toA - inA, toB - inB),
        a: toA > inA ? [from(a, one, inA), ends(a, one, toA)] : [0, 0],
        b: toB > inB ? [from(b, two, inB), ends(b, two, toB)] : [0, 0],
      });
    }
    inA = toA;
    inB = toB;
  };
  for (const [startA, startB, length] of align(a, b)) {
    push(false, startA, startB);
    push(true, startA + length, startB + length);
  }
  push(false, a.length, b.length);
  return runs;
}
