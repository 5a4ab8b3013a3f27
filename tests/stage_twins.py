"""Slow, obvious versions of the stages' kernels, in plain Python integers, dicts and sets."""

from __future__ import annotations

import bisect
from collections import defaultdict
from itertools import combinations

import twins

_GOLDEN = 0x9E3779B97F4A7C15
_MIXER = 0xD6E8FEB86659FD93
_NOTHING = 2**32 - 1


def slow_hashes(text: str) -> list[int]:
    """Token hashes of a text."""
    return [twins.slow_token_hash(token) for token, _, _ in twins.slow_tokens(text)]


def slow_shingles(tokens: list[int], size: int) -> list[int]:
    """Shingle hashes, in order; a text shorter than a shingle is one."""
    width = min(size, len(tokens))
    hashes = []
    for start in range(len(tokens) - width + 1 if tokens else 0):
        state = (
            sum(
                (token + 1) * pow(_GOLDEN, width - 1 - place, 2**64)
                for place, token in enumerate(tokens[start : start + width])
            )
            % 2**64
        )
        hashes.append(((state ^ state >> 32) * _MIXER % 2**64) >> 32)
    return hashes


def slow_fmix32(value: int) -> int:
    """Finaliser of MurmurHash3."""
    value = (value ^ value >> 16) * 0x85EBCA6B % 2**32
    value = (value ^ value >> 13) * 0xC2B2AE35 % 2**32
    return value ^ value >> 16


def slow_signature(hashes: list[int], multipliers: list[int], addends: list[int]) -> list[int]:
    """MinHash of a set of shingle hashes."""
    mixed = [slow_fmix32(value) for value in set(hashes)]
    return [
        min(((a * value + b) % 2**32 for value in mixed), default=_NOTHING)
        for a, b in zip(multipliers, addends, strict=True)
    ]


def slow_digest(tokens: list[int]) -> tuple[int, int]:
    """128-bit hash of a token stream that is not empty."""
    one, two = len(tokens), 0x2545F4914F6CDD1D
    for token in tokens:
        one = (one ^ token) * _GOLDEN % 2**64
        one ^= one >> 29
        two = (two + token) * 0xBF58476D1CE4E5B9 % 2**64
        two ^= two >> 31
    return one, two


def slow_passages(tokens: list[int], run: int, every: int) -> list[int]:
    """Sampled hashes of runs of tokens, rising."""
    whole = slow_shingles(tokens, run) if len(tokens) >= run else []
    return sorted({value for value in whole if value % every == 0})


def slow_band_key(band: int, values: list[int]) -> int:
    """32-bit hash of one band of a signature."""
    key = band
    for value in values:
        key = (key ^ value) * _GOLDEN % 2**64
        key ^= key >> 32
    return key % 2**32


def slow_candidates(
    bands: list[list[int]], passages: list[set[int]], full: int, ahead: int, most: int, share: float
) -> tuple[list[tuple[int, int]], list[bool]]:
    """Candidate pairs, sorted by (larger, smaller), and which texts a cap touched.

    `bands` and `passages` hold the keys and the sampled passages of each text.
    """
    seen = set()
    capped = [False] * len(bands)
    for column, members in _slow_buckets(bands, passages):
        if len(members) <= full:
            pairs = set(combinations(members, 2))
        else:
            pairs = {(one, two) for place, one in enumerate(members) for two in members[place + 1 : place + 1 + ahead]}
            pairs |= {(min(members), text) for text in members if text != min(members)}
            for text in members:
                capped[text] = True
        # Pairs that share the band before were proposed there; of passages, those that share any band.
        first = max(0, column - 1) if column < len(bands[0]) else 0
        seen |= {
            (max(one, two), min(one, two))
            for one, two in pairs
            if not any(map(int.__eq__, bands[one][first:column], bands[two][first:column]))
        }
    for one, two in list(seen):
        if len(passages[one] & passages[two]) < share * min(len(passages[one]), len(passages[two])) - 1:
            seen.remove((one, two))
    kept = []
    for larger in range(len(bands)):
        mine = sorted(
            (-sum(map(int.__eq__, bands[larger], bands[smaller])), smaller) for of, smaller in seen if of == larger
        )
        kept += [(smaller, larger) for _, smaller in mine[:most]]
        for _, smaller in mine[most:]:
            capped[smaller] = capped[larger] = True
    return sorted(kept, key=lambda pair: (pair[1], pair[0])), capped


def _slow_buckets(bands, passages):
    """Number of the band and texts of each bucket, sorted by the key of the next band.

    After the last band that is the first's again; passages count as one band more.
    """
    width = len(bands[0]) if bands else 0
    buckets = defaultdict(list)
    for text, keys in enumerate(bands):
        for band in range(width):
            buckets[band, keys[band]].append((keys[(band + 1) % width], text))
        for value in passages[text]:
            buckets[width, f"passage {value}"].append((keys[(width + 1) % width], text))
    return [(band, [text for _, text in sorted(members)]) for (band, _), members in buckets.items()]


def slow_align(a: list[int], b: list[int], size: int, gap_cells: int) -> list[tuple[int, int, int]]:
    """Blocks (start in a, start in b, length) that both share, in order."""
    waiting = defaultdict(list)
    if len(a) >= size:
        for place, value in enumerate(slow_shingles(a, size)):
            waiting[value].append(place)
    anchors = []
    for place, value in enumerate(slow_shingles(b, size) if len(b) >= size else []):
        if waiting[value]:
            anchors.append((waiting[value].pop(0), place))
    pairs = []  # aligned tokens, one by one
    for start_a, start_b in slow_rising(anchors):
        end_a, end_b = (pairs[-1][0] + 1, pairs[-1][1] + 1) if pairs else (0, 0)
        cut = max(end_a - start_a, end_b - start_b, 0)
        if not cut:
            pairs += _slow_gap(a, b, (end_a, start_a), (end_b, start_b), gap_cells)
        pairs += [(start_a + step, start_b + step) for step in range(cut, size)]
    end_a, end_b = (pairs[-1][0] + 1, pairs[-1][1] + 1) if pairs else (0, 0)
    pairs += _slow_gap(a, b, (end_a, len(a)), (end_b, len(b)), gap_cells)
    return slow_blocks(pairs)


def slow_rising(anchors: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Longest chain of pairs that rises strictly on the left; on the right it does anyway."""
    tails, chains = [], []  # the least end of a chain of each length, and that chain
    for anchor in anchors:
        length = bisect.bisect_left(tails, anchor[0])
        chain = ([*chains[length - 1]] if length else []) + [anchor]
        tails[length : length + 1] = [anchor[0]]
        chains[length : length + 1] = [chain]
    return chains[-1] if chains else []


def slow_blocks(pairs: list[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Aligned places, one by one, as blocks."""
    blocks = []
    for at_a, at_b in pairs:
        if blocks and (at_a, at_b) == (blocks[-1][0] + blocks[-1][2], blocks[-1][1] + blocks[-1][2]):
            blocks[-1] = (*blocks[-1][:2], blocks[-1][2] + 1)
        else:
            blocks.append((at_a, at_b, 1))
    return blocks


def _slow_gap(a, b, span_a, span_b, gap_cells):
    """Aligned places between two anchors: equal ends, and in between a table if it is small."""
    (from_a, to_a), (from_b, to_b) = span_a, span_b
    head, tail = [], []
    while from_a < to_a and from_b < to_b and a[from_a] == b[from_b]:
        head.append((from_a, from_b))
        from_a, from_b = from_a + 1, from_b + 1
    while from_a < to_a and from_b < to_b and a[to_a - 1] == b[to_b - 1]:
        to_a, to_b = to_a - 1, to_b - 1
        tail.insert(0, (to_a, to_b))
    if (to_a - from_a) * (to_b - from_b) <= gap_cells:
        middle = _slow_common(a[from_a:to_a], b[from_b:to_b])
        head += [(from_a + at_a, from_b + at_b) for at_a, at_b in middle]
    return head + tail


def _slow_common(a, b):
    """Places of a longest common subsequence, skipping in `a` first where both ways are as good."""
    best = defaultdict(int)
    for i in reversed(range(len(a))):
        for j in reversed(range(len(b))):
            best[i, j] = best[i + 1, j + 1] + 1 if a[i] == b[j] else max(best[i + 1, j], best[i, j + 1])
    places, i, j = [], 0, 0
    while i < len(a) and j < len(b):
        if a[i] == b[j]:
            places.append((i, j))
            i, j = i + 1, j + 1
        elif best[i + 1, j] >= best[i, j + 1]:
            i += 1
        else:
            j += 1
    return places


def slow_neighbours(size: int, edges: list[tuple[int, int]]) -> list[set[int]]:
    """Whom each node matches."""
    neighbours = [set() for _ in range(size)]
    for one, two in edges:
        neighbours[one].add(two)
        neighbours[two].add(one)
    return neighbours


def slow_centres(
    size: int, edges: list[tuple[int, int]], lengths: list[int], late: frozenset[int] = frozenset()
) -> list[int]:
    """Centre of each node: again and again the one with most matches left, then longest, then least; late ones last."""
    neighbours = slow_neighbours(size, edges)
    centre = list(range(size))
    free = set(range(size))
    while free:
        _, taken, _, middle = min((node in late, -len(neighbours[node] & free), -lengths[node], node) for node in free)
        members = (neighbours[middle] & free if taken else set()) | {middle}
        for member in members:
            centre[member] = middle
        free -= members
    return centre


def slow_components(size: int, edges: list[tuple[int, int]]) -> list[set[int]]:
    """Sets of nodes that are connected."""
    neighbours = slow_neighbours(size, edges)
    components, seen = [], set()
    for node in range(size):
        if node not in seen:
            component, fresh = set(), {node}
            while fresh:
                component |= fresh
                fresh = set().union(*(neighbours[one] for one in fresh)) - component
            components.append(component)
            seen |= component
    return components


def slow_wanted(
    size: int, edges: list[tuple[int, int]], lengths: list[int], full: int, late: frozenset[int] = frozenset()
) -> set[tuple[int, int]]:
    """Pairs (smaller, larger) that clusters would like confirmed, whether known already or not."""
    neighbours = slow_neighbours(size, edges)
    centre = slow_centres(size, edges, lengths, late)
    wanted = set()
    for component in slow_components(size, edges):
        if len(component) <= full:
            wanted |= set(combinations(sorted(component), 2))
            continue
        for member in component:
            for other in neighbours[member]:
                if centre[member] not in {member, other}:
                    wanted.add((min(centre[member], other), max(centre[member], other)))
    return wanted
