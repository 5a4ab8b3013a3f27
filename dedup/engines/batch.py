"""Every stage in order, in this process, on all cores: read this first.

    articles -> signatures -> distinct texts -> candidate pairs -> matches -> clusters -> result
"""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup import formats
from dedup.articles import article
from dedup.results import Links, Result
from dedup.settings import Settings
from dedup.stages import canonical as canonical_stage
from dedup.stages import cluster, confirm, lsh, minhash, shingles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from dedup.articles.article import Batch

EXCERPT_RESEMBLANCE = 0.5
"""Banding is planned for at most this threshold: an excerpt is strong by containment, not by resemblance."""
_SIGN_ROWS = 2048  # articles a task: enough to outweigh its start, few enough to keep all cores busy
_CONFIRM_PAIRS = 2048  # pairs a task, and with them the texts that are tokenized again


class Progress(Protocol):
    """Is told how far a run is."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take the name of a stage and how many of its articles or pairs are done."""


def find_duplicates(
    articles: object,
    settings: Settings | None = None,
    *,
    canonical: canonical_stage.Rule = canonical_stage.earliest,
    strict: bool = False,
    progress: Progress | None = None,
) -> Result:
    """Find the copies of each story and cluster them.

    Args:
        articles: Dicts or `Article`s, an Arrow table, a pandas or polars data frame, or the path or paths
            of JSONL, CSV or Parquet files.
        settings: How near is near enough; the defaults suit news.
        canonical: Rule that picks the canonical member of a cluster: a sort key over articles, the smallest
            wins.
        strict: Stop at the first bad line of a file instead of reporting and skipping it.
        progress: Called with (stage, done, total) as work goes on.

    Raises:
        ArgumentError: `articles` is nothing that articles can be read from.
        InputError: A file cannot be read.

    >>> result = find_duplicates([
    ...     {"id": "a", "text": "The ferry to Port Alden will run again on Monday, the harbour office said."},
    ...     {"id": "b", "text": "PORT ALDEN: The ferry to Port Alden will run again on Monday, the harbour office said"},
    ...     {"id": "c", "text": "Rain is expected on Tuesday."},
    ... ])
    >>> [cluster.ids for cluster in result.clusters]
    [('a', 'b')]
    """
    settings = settings or Settings()
    tell = progress or (lambda stage, done, total: None)  # noqa: ARG005
    seconds: dict[str, float] = {}
    with _timed(seconds, "read"):
        batch = as_batch(articles, strict=strict)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        proposal = propose(batch, settings, pool, tell, seconds)
        judge = _Judge(batch, proposal.firsts, settings, pool, tell)
        with _timed(seconds, "confirm"):
            a, b, verdicts, compared = _confirm_until_stable(judge, proposal)
    with _timed(seconds, "cluster"):
        centres = cluster.around_centres(len(proposal.lengths), a, b, proposal.lengths)
    return Result(
        batch=batch,
        settings=settings,
        links=Links(proposal.rows, proposal.starts, proposal.lengths, a, b, verdicts, centres),
        rule=canonical,
        candidates=compared,
        capped=int(np.diff(proposal.starts)[proposal.found.capped].sum()),
        seconds=seconds,
    )


@dataclass(frozen=True, slots=True)
class Proposal:
    """Distinct texts and the pairs of them worth comparing.

    Attributes:
        rows: int64[n], rows of all articles that have text, those of a text together, sorted by id.
        starts: int64[texts + 1], where each text's articles begin in `rows`.
        lengths: int64[texts], tokens.
        found: The candidate pairs, by number of text.
    """

    rows: NDArray[np.int64]
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    found: lsh.Candidates

    @property
    def firsts(self) -> NDArray[np.int64]:
        """int64[texts], the row of the first article of each text."""
        return self.rows[self.starts[:-1]]


def propose(
    batch: Batch, settings: Settings, pool: ThreadPoolExecutor, tell: Progress, seconds: dict[str, float]
) -> Proposal:
    """Sign all texts, collapse exact copies, and find the pairs worth comparing."""
    with _timed(seconds, "sign"):
        ranks = _ranks(batch)
        sketches = _sketch(batch, ranks, settings, pool, tell)
    with _timed(seconds, "propose"):
        members, starts = _distinct(sketches)
        texts = members[starts[:-1]]  # ranks of the first article of each distinct text
        text_of = np.full(len(ranks), -1, np.int64)
        text_of[texts] = np.arange(len(texts))
        owners = np.repeat(text_of, sketches.passage_counts)
        found = lsh.candidate_pairs(sketches.bands, texts, sketches.passages[owners >= 0], owners[owners >= 0])
    return Proposal(ranks[members], starts, sketches.counts[texts], found)


def as_batch(articles: object, *, strict: bool = False) -> Batch:
    """Read articles from wherever they are: paths through `formats`, all else as it is."""
    if isinstance(articles, str | os.PathLike):
        return formats.read(articles, strict=strict)
    if isinstance(articles, list | tuple) and articles and all(isinstance(one, str | Path) for one in articles):
        return formats.read(articles, strict=strict)
    return article.coerce(articles)


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[stage] = time.perf_counter() - start


def _ranks(batch: Batch) -> NDArray[np.int64]:
    """Return the rows in the order of their ids: from here on articles are numbered by id, not by input."""
    return pc.sort_indices(batch.table["id"]).to_numpy().astype(np.int64)  # type: ignore[no-any-return]


def _text(batch: Batch, rows: NDArray[np.int64]) -> pa.LargeStringArray:
    """Return the texts of some rows as the stages read them: one array, in normal form, nulls empty."""
    taken = batch.table["text"].take(pa.array(rows))
    taken = taken.combine_chunks() if isinstance(taken, pa.ChunkedArray) else taken
    return shingles.nfc(taken.fill_null("") if taken.null_count else taken)


@dataclass(frozen=True, slots=True)
class _Sketches:
    """What is kept of each article to find its like; row k belongs to the k-th id.

    Attributes:
        bands: uint32[n, k], band keys of body and lead.
        digests: uint64[n, 2], 128-bit hash of the tokens.
        counts: int64[n], tokens.
        passages: uint32[p], sampled passages.
        passage_counts: int64[n], how many of them belong to each article.
    """

    bands: NDArray[np.uint32]
    digests: NDArray[np.uint64]
    counts: NDArray[np.int64]
    passages: NDArray[np.uint32]
    passage_counts: NDArray[np.int64]


def _sketch(
    batch: Batch, ranks: NDArray[np.int64], settings: Settings, pool: ThreadPoolExecutor, tell: Progress
) -> _Sketches:
    """Sign all texts block by block, and keep the band keys of their signatures."""
    plan = lsh.plan(min(settings.threshold, EXCERPT_RESEMBLANCE), settings.recall, num_perm=settings.num_perm)
    lead_bands = minhash.lead_bands(settings.num_perm)

    def task(rows: NDArray[np.int64]) -> _Sketches:
        data, offsets, _ = shingles.text_buffers(_text(batch, rows))
        signed = minhash.sign(
            data,
            offsets,
            shingles.token_table(),
            shingle_size=settings.shingle_size,
            num_perm=settings.num_perm,
            seed=settings.seed,
        )
        body = lsh.band_keys(signed.body, plan.bands, plan.rows)
        lead = lsh.band_keys(signed.lead, lead_bands, minhash.LEAD_ROWS)
        return _Sketches(
            np.hstack([body, lead]), signed.digests, signed.counts, signed.passages, np.diff(signed.ends, prepend=0)
        )

    blocks = [ranks[start : start + _SIGN_ROWS] for start in range(0, len(ranks), _SIGN_ROWS)] or [ranks]
    parts = []
    for done, part in enumerate(pool.map(task, blocks), 1):
        parts.append(part)
        tell("signing", min(done * _SIGN_ROWS, len(ranks)), len(ranks))
    return _Sketches(*(np.concatenate([getattr(part, name) for part in parts]) for name in _Sketches.__slots__))


def _distinct(sketches: _Sketches) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Group exact copies: (ranks of all articles that have tokens, where each distinct text begins).

    Distinct texts come in the order of their least rank.
    """
    ranks = np.flatnonzero(sketches.counts)
    one, two = sketches.digests[ranks].T
    order = np.lexsort((two, one))  # stable: within a text ranks rise
    fresh = np.ones(len(ranks), np.bool_)
    fresh[1:] = (np.diff(one[order]) != 0) | (np.diff(two[order]) != 0)
    least = ranks[order][fresh][np.cumsum(fresh) - 1]
    members = ranks[order][np.lexsort((ranks[order], least))]
    starts = np.flatnonzero(np.diff(np.sort(least), prepend=-1))
    return members, np.append(starts, len(ranks))


class _Judge:
    """Confirms pairs of texts, block by block on all cores."""

    def __init__(
        self, batch: Batch, rows: NDArray[np.int64], settings: Settings, pool: ThreadPoolExecutor, tell: Progress
    ) -> None:
        self._batch, self._rows, self._settings, self._pool, self._tell = batch, rows, settings, pool, tell

    def __call__(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> confirm.Verdicts:
        """Judge pairs of text numbers."""
        blocks = [slice(start, start + _CONFIRM_PAIRS) for start in range(0, len(a), _CONFIRM_PAIRS)] or [slice(0)]
        parts = []
        for done, part in enumerate(self._pool.map(lambda block: self._block(a[block], b[block]), blocks), 1):
            parts.append(part)
            self._tell("confirming", min(done * _CONFIRM_PAIRS, len(a)), len(a))
        return confirm.Verdicts.concat(parts)

    def _block(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> confirm.Verdicts:
        texts, places = np.unique(np.concatenate([a, b]), return_inverse=True)
        tokens = shingles.tokenize(_text(self._batch, self._rows[texts]))
        return confirm.confirm(
            tokens.values,
            tokens.offsets,
            places[: len(a)],
            places[len(a) :],
            shingle_size=self._settings.shingle_size,
            threshold=self._settings.threshold,
        )


def _confirm_until_stable(
    judge: _Judge, proposal: Proposal
) -> tuple[NDArray[np.int64], NDArray[np.int64], confirm.Verdicts, int]:
    """Confirm the candidates, then whatever pairs clusters still miss: matches as (a, b, verdicts, compared)."""
    a, b, lengths = proposal.found.a, proposal.found.b, proposal.lengths
    tested = np.sort(cluster.pair_codes(a, b))
    kept_a, kept_b, kept = [], [], []
    for _ in range(cluster.ROUNDS):
        verdicts = judge(a, b)
        good = verdicts.relation != confirm.DISTANT
        kept_a.append(a[good])
        kept_b.append(b[good])
        kept.append(verdicts.take(good))
        a, b = cluster.missing_pairs(
            len(lengths), np.concatenate(kept_a), np.concatenate(kept_b), lengths, tested
        )
        if not len(a):
            break
        tested = np.union1d(tested, cluster.pair_codes(a, b))
    return np.concatenate(kept_a), np.concatenate(kept_b), confirm.Verdicts.concat(kept), len(tested)
