"""From articles to the pairs of texts that are worth comparing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING, cast

import numpy as np
import pyarrow.compute as pc

from dedup.engines.reading import column
from dedup.stages import confirm, lsh, minhash, planning, shingles
from dedup.stages._kernels import reading as kernels
from dedup.stages._kernels import titles as title_kernels
from dedup.stages._kernels.compiling import wrapping

if TYPE_CHECKING:
    from datetime import timedelta

    from numpy.typing import NDArray

    from dedup.articles.article import Batch
    from dedup.engines.crew import Crew
    from dedup.engines.joining import Joining
    from dedup.engines.linking import Linking
    from dedup.engines.reading import Reading
    from dedup.settings import Settings

EXCERPT_RESEMBLANCE = 0.5
"""Banding is planned for at most this threshold: an excerpt is strong by containment, not by resemblance."""
WALL_HEADLINES = 4
"""Headlines that a body has been seen under, knowing nothing of them, from which it is a wall."""
_BLOCK = 1024  # articles a task: enough to outweigh its start, few enough to keep all cores busy


@dataclass(frozen=True, slots=True)
class Proposal:
    """Distinct texts.

    Attributes:
        rows: int64[n], rows of all articles that have text, those of a text together, sorted by id.
        starts: int64[texts + 1], where each text's articles begin in `rows`.
        lengths: int64[texts], tokens.
        window: When each text was published, where only what is near in time is compared.
    """

    rows: NDArray[np.int64]
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    window: lsh.Window | None = None

    @property
    def undated(self) -> NDArray[np.bool_] | None:
        """bool[texts], which have no time that is known, where that matters."""
        return None if self.window is None else self.window.undated

    @property
    def firsts(self) -> NDArray[np.int64]:
        """int64[texts], the row of the first article of each text."""
        return self.rows[self.starts[:-1]]


def propose(
    reading: Reading,
    settings: Settings,
    crew: Crew,
    links: Linking | None = None,
    joining: Joining | None = None,
) -> tuple[Proposal, lsh.Candidates]:
    """Sign all texts, collapse exact copies, and find the pairs worth comparing, by number of text.

    What is `joining` an earlier cluster takes no further part.
    """
    with crew.timed("sign"):
        ranks = _ranks(reading.batch)
        sketches = _sketch(reading, ranks, settings, crew)
    window = None
    if settings.window is not None:
        with crew.timed("date"):
            window = _dated(reading, ranks, settings, crew)
    with crew.timed("propose"):
        digests, walls = _told_apart(reading, ranks, sketches, crew)
        digests = digests if links is None else links.told_apart(ranks, digests)
        digests = digests if window is None else digests ^ then(window)
        members, starts = _distinct(sketches.counts, digests)
    if joining is not None:
        with crew.timed("join"):
            joined = joining.join(ranks, members, starts, sketches, walls, window)
            sketches.counts[joined] = 0
            members, starts = _distinct(sketches.counts, digests)
    with crew.timed("propose"):
        texts = members[starts[:-1]]  # ranks of the first article of each distinct text
        numbers = np.flatnonzero(~walls[texts])
        ends = sketches.passage_ends[texts[numbers]]
        spans = np.stack([ends - sketches.passage_counts[texts[numbers]], ends], axis=1)
        window = window and window.take(texts)
        near = window and window.take(numbers)
        each = partial(crew.map, sparing=True)
        found = lsh.candidate_pairs(sketches.bands, texts[numbers], sketches.passages, spans, each, near)
        capped = np.zeros(len(texts), np.bool_)
        capped[numbers] = found.capped
    found = replace(found, a=numbers[found.a], b=numbers[found.b], capped=capped)
    return Proposal(ranks[members], starts, sketches.counts[texts], window), found


def _ranks(batch: Batch) -> NDArray[np.int64]:
    """Return the rows in the order of their ids: from here on articles are numbered by id, not by input."""
    return pc.sort_indices(batch.table["id"]).to_numpy().astype(np.int64)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Sketches:
    """What is kept of each article to find its like; row k belongs to the k-th id.

    Attributes:
        bands: uint32[n, k], band keys of body and lead.
        digests: uint64[n, 2], 128-bit hash of the tokens.
        counts: int64[n], tokens.
        passages: uint32[p], sampled passages.
        passage_ends: int64[n], where those of each article end.
        passage_counts: int64[n], how many they are.
    """

    bands: NDArray[np.uint32]
    digests: NDArray[np.uint64]
    counts: NDArray[np.int64]
    passages: NDArray[np.uint32]
    passage_ends: NDArray[np.int64]
    passage_counts: NDArray[np.int64]


def _sketch(reading: Reading, ranks: NDArray[np.int64], settings: Settings, crew: Crew) -> Sketches:
    """Sign all texts block by block, as they were read, and keep the band keys of their signatures."""

    def task(block: slice) -> Sketches:
        return sketch(signatures(reading, np.arange(block.start, block.stop), settings), settings)

    total, filled = len(ranks), 0
    rank_of = np.empty(total, np.int64)
    rank_of[ranks] = np.arange(total)
    kept = Sketches(
        np.empty((total, band_count(settings)), np.uint32),
        np.empty((total, 2), np.uint64),
        np.empty(total, np.int64),
        np.empty(0, np.uint32),
        np.empty(total, np.int64),
        np.empty(total, np.int64),
    )
    for block, part in crew.one_by_one("signing", task, total, _BLOCK):  # in place: memory never holds them twice
        mine = rank_of[block]
        kept.bands[mine], kept.digests[mine], kept.counts[mine] = part.bands, part.digests, part.counts
        kept.passage_ends[mine], kept.passage_counts[mine] = filled + part.passage_ends, part.passage_counts
        if filled + len(part.passages) > len(kept.passages):
            kept.passages.resize(filled + len(part.passages) + len(kept.passages) // 16, refcheck=False)
        kept.passages[filled : filled + len(part.passages)] = part.passages
        filled += len(part.passages)
    kept.passages.resize(filled, refcheck=False)
    return kept


def signatures(reading: Reading, rows: NDArray[np.int64], settings: Settings) -> minhash.Signatures:
    """Return the signatures of some rows."""
    data, offsets, _ = shingles.text_buffers(column(reading.batch, "text", rows))
    return minhash.sign(
        data,
        offsets,
        shingles.token_table(),
        reading.outlets[rows],
        reading.furniture.table,
        shingle_size=settings.shingle_size,
        num_perm=settings.num_perm,
        seed=settings.seed,
    )


@cache
def plan_of(settings: Settings) -> planning.Plan:
    """Return the banding of the body's signatures."""
    return planning.plan(min(settings.threshold, EXCERPT_RESEMBLANCE), settings.recall, num_perm=settings.num_perm)


def band_count(settings: Settings) -> int:
    """Return how many band keys body and lead have together."""
    return plan_of(settings).bands + minhash.lead_bands(settings.num_perm)


def sketch(signed: minhash.Signatures, settings: Settings) -> Sketches:
    """Return what is kept of signatures to find the like of each."""
    plan = plan_of(settings)
    body = lsh.band_keys(signed.body, plan.bands, plan.rows)
    lead = lsh.band_keys(signed.lead, minhash.lead_bands(settings.num_perm), minhash.LEAD_ROWS)
    sizes = np.diff(signed.ends, prepend=0)
    return Sketches(np.hstack([body, lead]), signed.digests, signed.counts, signed.passages, signed.ends, sizes)


def signing(
    settings: Settings,
) -> tuple[NDArray[np.uint32], NDArray[np.uint32], tuple[int, int, int, int], tuple[int, int], tuple[int, int]]:
    """Return how texts are signed, as kernels want it: permutations, rules, bands of the body, bands of the lead."""
    plan = plan_of(settings)
    return (
        *minhash.permutations(settings.num_perm, settings.seed),
        (settings.shingle_size, minhash.LEAD_TOKENS, minhash.PASSAGE_TOKENS, minhash.PASSAGE_EVERY),
        (plan.bands, plan.rows),
        (minhash.lead_bands(settings.num_perm), minhash.LEAD_ROWS),
    )


def sketch_tokens(tokens: NDArray[np.uint32], offsets: NDArray[np.int64], settings: Settings) -> Sketches:
    """Return what `sketch` does, of texts whose tokens, furniture left out, are known, as `confirm.Texts` has them."""
    size = len(offsets) - 1
    bands, digests = np.empty((size, band_count(settings)), np.uint32), np.empty((size, 2), np.uint64)
    ends = np.empty(size, np.int64)
    with wrapping():  # hashes are taken modulo 2**64
        passages = kernels.sketch(tokens, offsets, *signing(settings), bands, digests, ends)
    return Sketches(bands, digests, np.diff(offsets), passages, ends, np.diff(ends, prepend=0))


def _dated(reading: Reading, ranks: NDArray[np.int64], settings: Settings, crew: Crew) -> lsh.Window:
    """Return when all articles were published."""
    widest = cast("timedelta", settings.window)
    parts = crew.in_blocks("dating", lambda block: reading.window(ranks[block], widest), len(ranks), _BLOCK)
    lo, hi = (np.concatenate([getattr(part, name) for part in parts]) for name in ("lo", "hi"))
    return lsh.Window(lo, hi, parts[0].widest)


def times(
    reading: Reading, rows: NDArray[np.int64], settings: Settings
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint64]]:
    """Return `lsh.Window`'s lo and hi of some rows and what `then` says of them; 0 where times do not matter."""
    if settings.window is None:
        return np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64), np.zeros((len(rows), 2), np.uint64)
    window = reading.window(rows, cast("timedelta", settings.window))
    return window.lo, window.hi, then(window)


def then(window: lsh.Window) -> NDArray[np.uint64]:
    """Return what makes the digests of exact copies that were not published together different, uint64[n, 2].

    Each copy is near to other articles then, and one text would chain all that are near to one of its copies.
    """
    with np.errstate(over="ignore"):  # hashes are taken modulo 2**64
        one, two = (end.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) for end in (window.lo, window.hi))
        return np.column_stack([one, two])


def _told_apart(
    reading: Reading, ranks: NDArray[np.int64], sketches: Sketches, crew: Crew
) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
    """Return the digests, of exact copies whose headlines tell them apart made different, and which are walls.

    A body that is very short or knows nothing of its headline is no whole article: "Div 20 cts, pay April 15"
    under another company is another fact. Under `WALL_HEADLINES` headlines it is a wall: nothing is compared
    with it, however many there are.
    """
    walls = np.zeros(len(ranks), np.bool_)
    members, starts = _distinct(sketches.counts, sketches.digests)
    sizes = np.diff(starts)
    sizes = sizes[sizes > 1]
    if not len(sizes):
        return sketches.digests, walls
    copies = members[np.repeat(np.diff(starts) > 1, np.diff(starts))]
    alone, headlines = np.empty(len(copies), np.bool_), np.empty(len(copies), np.uint64)

    def task(block: slice) -> tuple[NDArray[np.bool_], NDArray[np.uint64]]:
        return headlines_apart(reading.texts(ranks[copies[block]]))

    for block, found in crew.one_by_one("comparing headlines", task, len(copies), _BLOCK):
        alone[block], headlines[block] = found
    digests = sketches.digests.copy()
    digests[copies, 0] ^= headlines
    stops = np.cumsum(sizes)
    for stop, size in zip(stops[sizes >= WALL_HEADLINES], sizes[sizes >= WALL_HEADLINES], strict=True):
        group = slice(stop - size, stop)
        if len(np.unique(headlines[group][alone[group]])) >= WALL_HEADLINES:
            walls[copies[group][alone[group]]] = True
    return digests, walls


def headlines_apart(texts: confirm.Texts) -> tuple[NDArray[np.bool_], NDArray[np.uint64]]:
    """Return which of n texts are no whole article, and a hash of the headline of these; 0 for all others."""
    alone = (texts.support < confirm.SUPPORTED) | (texts.offsets[1:] - texts.offsets[:-1] < confirm.SHORT)
    headlines = np.zeros(len(alone), np.uint64)
    if alone.any():
        with wrapping():  # hashes are taken modulo 2**64
            title_kernels.blend(texts.titles, texts.title_ends, alone, headlines)
    return alone, headlines


def _distinct(counts: NDArray[np.int64], digests: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Group exact copies: (ranks of all articles that have tokens, where each distinct text begins).

    Distinct texts come in the order of their least rank.
    """
    ranks = np.flatnonzero(counts)
    one, two = digests[ranks].T
    order = np.lexsort((two, one))  # stable: within a text ranks rise
    fresh = np.ones(len(ranks), np.bool_)
    fresh[1:] = (np.diff(one[order]) != 0) | (np.diff(two[order]) != 0)
    least = ranks[order][fresh][np.cumsum(fresh) - 1]
    members = ranks[order][np.lexsort((ranks[order], least))]
    starts = np.flatnonzero(np.diff(np.sort(least), prepend=-1))
    return members, np.append(starts, len(ranks))
