"""Articles to what the stages read of them: text in normal form, tokens without furniture, headlines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from dedup.articles.credits import version_note
from dedup.articles.moments import Spans
from dedup.stages import confirm, lsh, shingles
from dedup.stages._kernels.counting import distinct

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from dedup.articles.article import Batch
    from dedup.stages.furniture import Furniture

_MICROSECOND = timedelta(microseconds=1)


def microseconds(span: timedelta) -> int:
    """Return a span of time as `lsh.Window` has it."""
    return min(span // _MICROSECOND, lsh.ALWAYS)


def column(batch: Batch, name: str, rows: NDArray[np.int64]) -> pa.LargeStringArray:
    """Return one field of some rows as one array in Unicode normal form, nulls empty."""
    taken = batch.values(name, rows)
    return shingles.nfc(taken.fill_null("") if taken.null_count else taken)


def numbered(
    a: NDArray[np.int64], b: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct things that pairs are of, rising, and both sides of each pair by their place among them."""
    things = distinct([a, b])
    return things, np.searchsorted(things, a), np.searchsorted(things, b)


@dataclass(frozen=True, slots=True)
class Reading:
    """A batch as the stages read it.

    Attributes:
        batch: The articles.
        outlets: uint64[n], a hash of each article's outlet; 0 for an article that is known to have no furniture.
        furniture: What is left out.
    """

    batch: Batch
    outlets: NDArray[np.uint64]
    furniture: Furniture

    def tokens(self, rows: NDArray[np.int64]) -> tuple[shingles.Tokens, pa.LargeStringArray]:
        """Return the tokens of some rows, and the texts that they are spans of."""
        texts = column(self.batch, "text", rows)
        tokens = shingles.tokenize(texts)
        if len(self.furniture):
            tokens = shingles.strip(texts, tokens, self.outlets[rows], self.furniture.table)
        return tokens, texts

    def texts(self, rows: NDArray[np.int64]) -> confirm.Texts:
        """Return some rows as confirmation sees them."""
        return self.seen(rows, *self.tokens(rows))

    def seen(
        self,
        rows: NDArray[np.int64],
        tokens: shingles.Tokens,
        texts: pa.LargeStringArray,
        wanted: NDArray[np.bool_] | None = None,
    ) -> confirm.Texts:
        """Return some rows as confirmation sees them, given what `tokens` says of them; at least those `wanted`."""
        return self._headed(rows, tokens, shingles.marks(texts, tokens, wanted), wanted)

    def headed(self, rows: NDArray[np.int64], tokens: shingles.Tokens) -> confirm.Texts:
        """Return some rows for those who look at headlines and tokens alone: there are no marks."""
        return self._headed(rows, tokens, np.empty(0, np.uint32))

    def _headed(
        self,
        rows: NDArray[np.int64],
        tokens: shingles.Tokens,
        marks: NDArray[np.uint32],
        wanted: NDArray[np.bool_] | None = None,
    ) -> confirm.Texts:
        headings = column(self.batch, "title", rows)
        titles = shingles.tokenize(headings)
        headlines = (titles.values, titles.offsets, titles.starts, titles.stops, shingles.marks(headings, titles))
        return confirm.Texts.of(tokens.values, tokens.offsets, marks, headlines, wanted)

    def evidence(
        self,
        rows: NDArray[np.int64],
        texts: confirm.Texts,
        a: NDArray[np.int64],
        b: NDArray[np.int64],
        shingle_size: int,
        common: confirm.Overlap | None = None,
    ) -> confirm.Evidence:
        """Return the evidence on pairs of texts, the rows of which are `rows`."""
        return gather(
            texts,
            a,
            b,
            shingle_size,
            lambda places: self._spans(rows[places]),
            lambda places: self.batch.values("title", rows[places]).to_pylist(),
            common,
        )

    def window(self, rows: NDArray[np.int64], widest: timedelta) -> lsh.Window:
        """Return when the articles of some rows were published, as `lsh` compares it."""
        spans = self._spans(rows)
        lo, hi = np.where(spans.known, spans.lo, -lsh.ALWAYS), np.where(spans.known, spans.hi, lsh.ALWAYS)
        return lsh.Window(lo, hi, microseconds(widest))

    def _spans(self, rows: NDArray[np.int64]) -> Spans:
        """Return when the articles of some rows were published."""
        return Spans.read(*(self.batch.values(name, rows).to_pylist() for name in ("published", "fetched", "zone")))


def gather(
    texts: confirm.Texts,
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    shingle_size: int,
    spans: Callable[[NDArray[np.int64]], Spans],
    titles: Callable[[NDArray[np.int64]], Sequence[str | None]],
    common: confirm.Overlap | None = None,
) -> confirm.Evidence:
    """Return the evidence on pairs of texts; dates and headlines are looked up only where they matter.

    Args:
        texts: The texts.
        a: int64[m], one text of each pair.
        b: int64[m], the other.
        shingle_size: Tokens a shingle.
        spans: Says when some of the texts were published.
        titles: Says what their headlines are.
        common: What `confirm.overlap` said of the pairs, if it was asked.
    """
    evidence = confirm.examine(texts, a, b, common, shingle_size=shingle_size)
    pairs = np.flatnonzero(confirm.suspect(evidence))
    if len(pairs):
        dated, ours, theirs = numbered(a[pairs], b[pairs])
        evidence.days[pairs] = spans(dated).days(ours, theirs)
    pairs = np.flatnonzero(confirm.disputed(evidence))
    if len(pairs):
        noted, ours, theirs = numbered(a[pairs], b[pairs])
        notes = np.array([version_note(title or "", "") for title in titles(noted)], np.object_)
        evidence.noted[pairs] = notes[ours] != notes[theirs]
    return evidence
