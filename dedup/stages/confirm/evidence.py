"""What is known of a pair before it is judged: counts from shingles, one alignment, and the headlines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from dedup.stages._kernels import evidence as kernels
from dedup.stages._kernels import titles as title_kernels
from dedup.stages._kernels.compiling import wrapping

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHARED_FLOOR = 0.3
"""Share of the shorter text's shingles below which a pair is distant without an alignment. The least of 276
judged copies and excerpts shares 0.67; furniture that was not learned can halve that."""

RELATED_HEADLINES = 0.67
"""Share of content words in common from which two headlines are on one thing, be they all on one epidemic."""
RELATED_TEXT = 0.9
"""Share of the content words of a headline that another text on the same thing has."""
RELATED_OVERLAP = 0.2
"""Share of the shingles of one excerpt that another of the same story has; items of a round-up share none."""
TELLING = 2
"""Content words from which a headline tells what its article is about; "The week" does not."""


@dataclass(frozen=True, slots=True)
class Texts:
    """n texts as confirmation sees them: tokens and headlines, no characters.

    Attributes:
        tokens: uint32, token hashes of all texts in one buffer.
        offsets: int64[n + 1], where each text's tokens begin and the last one's end.
        marks: uint32, numbers, names and unit starts, token by token.
        titles: uint32, the content words of each headline, rising.
        title_ends: int64[n], where each headline's content words end.
        support: float64[n], share of them that stand in the text; 1 for a headline without any.
        figures: uint64[n], a hash of the numbers of each headline; its last byte is how many they are.
    """

    tokens: NDArray[np.uint32]
    offsets: NDArray[np.int64]
    marks: NDArray[np.uint32]
    titles: NDArray[np.uint32]
    title_ends: NDArray[np.int64]
    support: NDArray[np.float64]
    figures: NDArray[np.uint64]

    @classmethod
    def of(
        cls,
        tokens: NDArray[np.uint32],
        offsets: NDArray[np.int64],
        marks: NDArray[np.uint32],
        headlines: tuple[
            NDArray[np.uint32], NDArray[np.int64], NDArray[np.int32], NDArray[np.int32], NDArray[np.uint32]
        ],
        wanted: NDArray[np.bool_] | None = None,
    ) -> Texts:
        """Make the view from tokens and from the tokens of the headlines: (hashes, offsets, starts, stops, marks).

        Where only some texts are `wanted` (bool[n]), the others are not looked at.
        """
        hashes, title_offsets, starts, stops, title_marks = headlines
        figures = np.zeros(len(offsets) - 1, np.uint64)
        titles, ends = np.empty(len(hashes), np.uint32), np.zeros(len(offsets) - 1, np.int64)
        rows = np.arange(len(offsets) - 1) if wanted is None else np.flatnonzero(wanted)
        found, support = np.ones(len(rows)), np.ones(len(offsets) - 1)
        with wrapping():  # hashes are taken modulo 2**64
            title_kernels.figures(title_marks, title_offsets, figures)
            title_kernels.contents(hashes, title_offsets, starts, stops, titles, ends)
            title_kernels.support(tokens, offsets, titles, ends, rows, rows, found)
        support[rows] = found
        return cls(tokens, offsets, marks, titles, ends, support, figures)


@dataclass(frozen=True)
class Evidence:
    """What was found out about m pairs; arrays of m.

    Attributes:
        tokens_a: int64, tokens of the first text, furniture left out.
        tokens_b: int64, tokens of the second.
        distinct_a: int64, distinct shingles of the first.
        distinct_b: int64, distinct shingles of the second.
        shared: int64, distinct shingles both have.
        aligned: int64, tokens that stand in both in the same order; -1 where the pair was too far apart to look.
        longest: int64, tokens of the longest unbroken run that is shared.
        head: int64, tokens before that run which are not aligned, of the text that has fewer.
        numbers: int64, places inside shared text where both have a number, and another one.
        worded: int64, places inside shared text where one has a number and the other words.
        names: int64, places inside shared text where both have capitalised words, and others.
        subjects: int64, those of them that the headlines name too, each headline its own.
        titled: int64, words of a headline that stand before the shared part of the shorter text.
        offset: int64, tokens of the longer text before the shared part.
        headless: bool, whether one of the two has no headline to speak of.
        common: int64, numbers that both have at the same place.
        agreement: float64, share of the shorter headline's content words that the other has; 1 if one has none.
        support: float64, share of its headline's content words that a text has itself, the lower of the two.
        support_high: float64, the higher of the two.
        renumbered: bool, whether the headlines have equally many numbers, and others.
        days: float64, days between the two publications; NaN where unknown or not looked up.
        noted: bool, whether one headline alone says that its text is an update or a correction.
    """

    tokens_a: NDArray[np.int64]
    tokens_b: NDArray[np.int64]
    distinct_a: NDArray[np.int64]
    distinct_b: NDArray[np.int64]
    shared: NDArray[np.int64]
    aligned: NDArray[np.int64]
    longest: NDArray[np.int64]
    head: NDArray[np.int64]
    numbers: NDArray[np.int64]
    worded: NDArray[np.int64]
    names: NDArray[np.int64]
    subjects: NDArray[np.int64]
    titled: NDArray[np.int64]
    offset: NDArray[np.int64]
    headless: NDArray[np.bool_]
    common: NDArray[np.int64]
    agreement: NDArray[np.float64]
    support: NDArray[np.float64]
    support_high: NDArray[np.float64]
    renumbered: NDArray[np.bool_]
    days: NDArray[np.float64]
    noted: NDArray[np.bool_]

    @cached_property
    def shorter(self) -> NDArray[np.int64]:
        """int64, tokens of the shorter text."""
        return np.minimum(self.tokens_a, self.tokens_b)

    @cached_property
    def longer(self) -> NDArray[np.int64]:
        """int64, tokens of the longer text."""
        return np.maximum(self.tokens_a, self.tokens_b)

    @cached_property
    def covered(self) -> NDArray[np.float64]:
        """float64, share of the shorter text that the other has too; 0 where nobody looked.

        In order, or as shingles where passages changed places. Words of a headline above the shared part do not
        count against it: teasers repeat theirs.
        """
        in_order = np.maximum(self.aligned + self.titled, 0) / np.maximum(self.shorter, 1)
        contained = np.maximum(self.containment_a, self.containment_b)
        return np.where(self.aligned >= 0, np.maximum(in_order, contained), 0.0)

    @cached_property
    def resemblance(self) -> NDArray[np.float64]:
        """float64, Jaccard similarity of the two sets of shingles."""
        either = self.distinct_a + self.distinct_b - self.shared
        jaccard: NDArray[np.float64] = self.shared / np.maximum(either, 1)
        return jaccard

    @cached_property
    def containment_a(self) -> NDArray[np.float64]:
        """float64, share of the first text's shingles that the second has."""
        return self.shared / np.maximum(self.distinct_a, 1)

    @cached_property
    def containment_b(self) -> NDArray[np.float64]:
        """float64, share of the second text's shingles that the first has."""
        return self.shared / np.maximum(self.distinct_b, 1)


@dataclass(frozen=True, slots=True)
class Overlap:
    """Shingles of n texts and what m pairs of them share.

    Attributes:
        distinct: int64[n], how many of a text's shingles differ.
        shared: int64[m], distinct shingles that both of a pair have.
        near: bool[m], whether that is enough to look closer; the others are distant.
        runs: int32[k, 3], shared shingles that follow each other in both texts, see `anchors.runs_of`.
        spans: int64[m, 2], where each pair's runs begin and end.
    """

    distinct: NDArray[np.int64]
    shared: NDArray[np.int64]
    near: NDArray[np.bool_]
    runs: NDArray[np.int32]
    spans: NDArray[np.int64]

    def of(self, pairs: NDArray[np.int64]) -> Overlap:
        """Return what is known of some of the pairs."""
        return replace(self, shared=self.shared[pairs], near=self.near[pairs], spans=self.spans[pairs])


def overlap(
    tokens: NDArray[np.uint32], offsets: NDArray[np.int64], a: NDArray[np.int64], b: NDArray[np.int64], size: int
) -> Overlap:
    """Count the shingles that pairs of texts share: most candidates share too few to need more than tokens.

    Args:
        tokens: uint32, token hashes of all texts in one buffer.
        offsets: int64[n + 1], where each text's tokens begin and the last one's end.
        a: int64[m], one text of each pair.
        b: int64[m], the other; sorting pairs by it saves work.
        size: Tokens a shingle.
    """
    distinct, shared = np.empty(len(offsets) - 1, np.int64), np.empty(len(a), np.int64)
    spans = np.empty((len(a), 2), np.int64)
    with wrapping():  # hashes are taken modulo 2**64
        runs = kernels.overlap(tokens, offsets, a, b, size, distinct, shared, spans)
    near = shared >= SHARED_FLOOR * np.minimum(distinct[a], distinct[b])
    return Overlap(distinct, shared, near, runs, spans)


def examine(
    texts: Texts, a: NDArray[np.int64], b: NDArray[np.int64], common: Overlap | None = None, *, shingle_size: int
) -> Evidence:
    """Gather the evidence on m pairs of n texts.

    Args:
        texts: The texts.
        a: int64[m], one text of each pair.
        b: int64[m], the other.
        common: What `overlap` says of these texts and pairs, where that is known.
        shingle_size: Tokens a shingle.
    """
    if common is None:
        common = overlap(texts.tokens, texts.offsets, a, b, shingle_size)
    found = np.zeros((len(a), kernels.COLUMNS), np.int64)
    agreement = np.ones(len(a))
    with wrapping():  # hashes are taken modulo 2**64
        kernels.gather(
            texts.tokens,
            texts.offsets,
            texts.marks,
            texts.titles,
            texts.title_ends,
            common.runs,
            common.spans,
            common.near,
            a,
            b,
            shingle_size,
            found,
        )
        title_kernels.agreement(texts.titles, texts.title_ends, a, b, agreement)
    counts, words = texts.offsets[1:] - texts.offsets[:-1], texts.title_ends.copy()
    words[1:] -= texts.title_ends[:-1]
    tokens_a, tokens_b = counts[a], counts[b]
    one, two = texts.figures[a], texts.figures[b]
    return Evidence(
        tokens_a=tokens_a,
        tokens_b=tokens_b,
        distinct_a=common.distinct[a],
        distinct_b=common.distinct[b],
        shared=common.shared,
        aligned=found[:, kernels.ALIGNED],
        longest=found[:, kernels.LONGEST],
        head=found[:, kernels.HEAD],
        numbers=found[:, kernels.NUMBERS],
        worded=found[:, kernels.WORDED],
        names=found[:, kernels.NAMES],
        subjects=found[:, kernels.SUBJECTS],
        titled=np.where(tokens_a <= tokens_b, found[:, kernels.TITLED_A], found[:, kernels.TITLED_B]),
        offset=np.where(tokens_a > tokens_b, found[:, kernels.FIRST_A], found[:, kernels.FIRST_B]),
        headless=(words[a] < TELLING) | (words[b] < TELLING),
        common=found[:, kernels.COMMON],
        agreement=agreement,
        support=np.minimum(texts.support[a], texts.support[b]),
        support_high=np.maximum(texts.support[a], texts.support[b]),
        renumbered=(one != two) & ((one ^ two) & np.uint64(0xFF) == 0),
        days=np.full(len(a), np.nan),
        noted=np.zeros(len(a), np.bool_),
    )


def related(texts: Texts, a: NDArray[np.int64], b: NDArray[np.int64], *, shingle_size: int) -> NDArray[np.bool_]:
    """Return which of m pairs of excerpts are cut from one story, going by shared text and headlines, bool[m]."""
    evidence = examine(texts, a, b, shingle_size=shingle_size)
    known = np.ones((2, len(a)))
    for side, one, two in ((0, a, b), (1, b, a)):
        with wrapping():  # hashes are taken modulo 2**64
            title_kernels.support(texts.tokens, texts.offsets, texts.titles, texts.title_ends, one, two, known[side])
    headlines = (evidence.agreement >= RELATED_HEADLINES) | (known.max(axis=0) >= RELATED_TEXT)
    overlap = np.maximum(evidence.containment_a, evidence.containment_b) >= RELATED_OVERLAP
    found: NDArray[np.bool_] = (~evidence.headless & headlines) | overlap
    return found


def alignment(texts: Texts, a: int, b: int, *, shingle_size: int) -> NDArray[np.int64]:
    """Return what texts `a` and `b` share in order: int64[k, 3] of (token of a, token of b, tokens)."""
    one, two = (texts.tokens[texts.offsets[text] : texts.offsets[text + 1]] for text in (a, b))
    with wrapping():  # hashes are taken modulo 2**64
        return kernels.align_tokens(one, two, shingle_size)  # type: ignore[no-any-return]
