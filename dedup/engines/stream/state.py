"""What an index holds in memory: derived from its store, and from nothing else.

Articles, texts and stories share one series of numbers. A text has the number of the article that brought it, a
story that of the article that began it (or, where a story splits, a number of its own).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup.engines.proposing import WALL_HEADLINES
from dedup.engines.stream.linked import Linked
from dedup.engines.stream.postings import Keys, Postings, code_into, codes_of, spans_of
from dedup.engines.stream.records import ALONE, DATED, Sketches
from dedup.stages import lsh
from dedup.stages._kernels import arriving, weighing
from dedup.stages._kernels.compiling import wrapping
from dedup.stages._kernels.counting import distinct

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from concurrent.futures import ThreadPoolExecutor

    from numpy.typing import NDArray

    from dedup.stores import Row

    Numbers = NDArray[np.int64]


_ARRIVING = (
    "live", "gone", "posted", "wall", "alone", "dated", "large", "body", "copies", "first", "story", "tokens",
    "passages", "digest", "headline", "lo", "hi",
)  # fmt: skip


class State(Linked):
    """Columns by number, pairs, postings that lead to numbers, and what is canonical in which story.

    Attributes:
        canonical: Number of the canonical article of each story of two or more.
        capped: Articles for which a cap left out candidates since the index was opened.
    """

    def __init__(self, bands: int, base: int, *, timed: bool) -> None:
        super().__init__(base)
        self.bands = bands
        self._timed = timed
        self.canonical: dict[int, int] = {}
        self.capped = 0
        self._postings = Postings()
        # Other kinds of keys stand apart: by chance one has the code of a band, those of ids in each process another.
        self._others = Postings()
        self._text, self._lone, self._id, self._copy = range(4)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return super().nbytes + self._postings.nbytes + self._others.nbytes + self.pairs.nbytes + self.names.nbytes

    def find(self, kind: int, keys: NDArray[np.uint32]) -> tuple[NDArray[np.int64], Numbers]:
        """Return what stands under keys of a kind other than bands and passages: (indices into `keys`, numbers)."""
        return self._others.find(codes_of(kind, keys), self._columns["gone"], self.base)[:2]

    def resembling(self, keys: Keys, widest: int | None) -> tuple[NDArray[np.int64], Numbers, NDArray[np.int64], int]:
        """Return the pairs of n texts with others that are there, and how many of the n lost one to a cap.

        Pairs are (index, other, bands they share).

        Args:
            keys: The keys of the texts.
            widest: Most microseconds between two; None where that does not matter.
        """
        found, others, more = self._postings.find(keys.codes, self._columns["gone"], self.base, lsh.FULL_BUCKET)
        if not len(found):
            return found, others, found, 0
        names = ("copies", "posted", "wall", "first", "dated", "lo", "hi", "passages")
        return weighing.resembling(  # type: ignore[no-any-return]
            found, others, more, lsh.AHEAD, keys.places, keys.passage, keys.texts, keys.lo, keys.hi, keys.passages,
            lsh.PASSAGE_SHARE, lsh.MOST_CANDIDATES, -1 if widest is None else widest, self.base,
            *(self._columns[name] for name in names),
        )  # fmt: skip

    # Articles come

    def put_sketches(
        self, numbers: Numbers, bodies: Numbers, ids: Sequence[str], sketches: Sketches
    ) -> tuple[Sketches, Numbers, Numbers]:
        """Take articles; return the sketches and the numbers of new texts with tokens, and texts with new copies.

        Which article stands for a text with several is for the caller to say, who knows all ids.

        Args:
            numbers: int64[n], rising; none known before.
            bodies: int64[n], the text of each.
            ids: What they are called.
            sketches: Of all of them.
        """
        self.room(int(numbers[-1]) + 1)
        self.names.put(numbers, ids)
        heads = sketches.heads
        said = (heads[name] for name in ("digest", "headline", "lo", "hi", "tokens", "flags"))
        keys = (id_keys(ids), text_keys(heads), digest_keys(heads["digest"]))
        kinds = (self._id, self._text, self._lone, self._copy)
        given = (numbers, bodies, *keys, kinds, *said, DATED, ALONE, sketches.passage_counts, self.base)
        with wrapping():  # keys are spread modulo 2**32
            codes, new = arriving.put(*given, *(self._columns[name] for name in _ARRIVING))
        self._others.add(codes, self._columns["gone"], self.base)
        again = distinct([bodies[self.of("copies", bodies) > 1]])
        return sketches if len(new) == len(numbers) else sketches.take(new), bodies[new], again

    def post(self, keys: Keys) -> None:
        """Let texts be found by their bands and passages, those that cannot be yet."""
        mine = ~self.of("posted", keys.texts)[keys.places]
        codes = keys.codes[mine] | keys.texts[keys.places[mine]].astype(np.uint64)
        self._postings.add(codes, self._columns["gone"], self.base)
        self.put("posted", keys.texts, True)

    def hold(self, texts: Numbers, sketches: Sketches, crew: ThreadPoolExecutor) -> None:
        """Let texts that are new be found by their bands and passages, but only after `release`; `crew` sorts."""
        size = sketches.bands.size + len(sketches.passages)
        code_into(self._postings.hold(size, crew), texts, sketches)
        self.put("posted", texts, True)

    def sort(self) -> None:
        """Begin to sort what was posted to be found later."""
        self._postings.sort()

    def release(self) -> None:
        """Let all texts be found that were posted to be found later."""
        self._postings.release()

    def same_text(self, heads: NDArray[np.void]) -> Numbers:
        """Return the text that has the tokens (and headline) of each head, or 0 where none has."""
        found = np.zeros(len(heads), np.int64)
        places, texts = self.find(self._text, text_keys(heads))
        there = self.present(texts) if len(texts) else texts
        if not there.any():
            return found
        places, texts = places[there], texts[there]
        same = (self.of("digest", texts) == heads["digest"][places]).all(axis=1)
        same &= self.of("headline", texts) == heads["headline"][places]
        if self._timed:  # copies published at other times are near to other articles
            for lo_or_hi, mine in zip(self.spans(texts), spans_of(heads[places]), strict=True):
                same &= lo_or_hi == mine
        found[places[same]] = texts[same]
        found[heads["tokens"] == 0] = 0
        return found

    def identities(self, heads: NDArray[np.void]) -> Iterable[tuple[int, ...]]:
        """Return for each head what makes its text one with another."""
        spans = spans_of(heads) if self._timed else ()
        columns = (*heads["digest"].T, heads["headline"], *spans)
        return zip(*(column.tolist() for column in columns), strict=True)

    def numbers_of(self, ids: Sequence[str]) -> dict[str, int]:
        """Return the numbers of the articles with these ids, of those that are there."""
        _, numbers = self.find(self._id, id_keys(ids))
        if not len(numbers):
            return {}
        numbers = numbers[self.of("live", numbers)]
        wanted = set(ids)  # others may have the same key
        return {
            name: number
            for name, number in zip(self.names.of(numbers), numbers.tolist(), strict=True)
            if name in wanted
        }

    def articles_of(self, texts: NDArray[np.integer]) -> tuple[NDArray[np.int64], Numbers]:
        """Return the articles that have these texts, as (indices of texts, numbers)."""
        mine = self.of("live", texts) & (self.of("body", texts) == texts)
        several = np.flatnonzero(self.of("copies", texts) > mine)
        mine = np.flatnonzero(mine)
        if not len(several):
            return mine, texts[mine].astype(np.int64)
        others = texts[several]
        places, numbers = self.find(self._copy, others.astype(np.uint32))
        good = self.of("live", numbers)
        good[good] = self.of("body", numbers[good]) == others[places[good]]
        return (
            np.concatenate([mine, several[places[good]]]),
            np.concatenate([texts[mine].astype(np.int64), numbers[good]]),
        )

    def spans(self, texts: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return when texts were published, going by those who stand for them, as `lsh.Window` has it: (lo, hi)."""
        firsts = self.of("first", texts)
        dated = self.of("dated", firsts)
        return (
            np.where(dated, self.of("lo", firsts), -lsh.ALWAYS),
            np.where(dated, self.of("hi", firsts), lsh.ALWAYS),
        )

    # Walls, and articles that go

    def walls_changed(self, texts: Numbers) -> tuple[Numbers, Numbers]:
        """Look again which texts with the tokens of these are walls: (those that became one, those that no longer are).

        Texts of the same tokens that do not stand by themselves differ in their headlines: under
        `WALL_HEADLINES` of them they are walls.
        """
        lone = texts[self.of("alone", texts)]
        if not len(lone):
            return lone, lone
        digests = np.unique(self.of("digest", lone), axis=0)
        places, found = self.find(self._lone, digest_keys(digests))
        good = self.present(found)
        good[good] = self.of("alone", found[good]) & (self.of("digest", found[good]) == digests[places[good]]).all(
            axis=1
        )
        places, found = places[good], found[good]
        found, once = np.unique(found, return_index=True)
        places = places[once]
        seen = np.unique(np.column_stack([places.astype(np.uint64), self.of("headline", found)]), axis=0)
        wall = np.bincount(seen[:, 0].astype(np.int64), minlength=len(digests))[places] >= WALL_HEADLINES
        was = self.of("wall", found)
        self.put("wall", found, wall)
        return found[wall & ~was], found[~wall & was]

    def remove(self, numbers: Numbers) -> tuple[Numbers, Numbers]:
        """Let articles go; return (texts that nobody has any more, texts that may need another first)."""
        self.put("live", numbers, False)
        texts, counts = np.unique(self.of("body", numbers), return_counts=True)
        texts = texts.astype(np.int64)
        left = self.of("copies", texts).astype(np.int64) - counts
        self.put("copies", texts, left)
        dead = texts[left == 0]
        self.put("posted", dead, False)
        self.put("gone", dead, True)
        bodies = self.of("body", numbers).astype(np.int64)
        self.put("gone", numbers[(self.of("copies", bodies) == 0) & (self.of("copies", numbers) == 0)], True)
        staying = texts[left > 0]
        return dead, staying[~self.of("live", self.of("first", staying))]

    # Stories

    def put_stories(self, members: Iterable[Row], stories: Iterable[Row]) -> None:
        """Take rows of the tables "members" and "stories"."""
        rows = np.array(list(members), np.int64).reshape(-1, 2)
        self.put("story", rows[:, 0], rows[:, 1])
        self.canonical.update(dict(stories))

    def trim(self) -> bool:
        """Let go of what is known of numbers that are gone, once they are half of what is held."""
        if few := super().trim():
            self.names.trim(self.base, self._columns["gone"])
        return few


def id_keys(ids: Iterable[str]) -> NDArray[np.uint32]:
    """Return a hash of each id; in each process another, for which nobody can find ids that share it."""
    return np.array(list(map(hash, ids)), np.int64).astype(np.uint32)


def text_keys(heads: NDArray[np.void]) -> NDArray[np.uint32]:
    """Return a hash of what makes texts one: tokens, and the headline of those that do not stand by themselves."""
    return digest_keys(heads["digest"]) ^ (heads["headline"] >> np.uint64(32)).astype(np.uint32)


def digest_keys(digests: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """Return 32 bits of each digest uint64[n, 2]."""
    return (digests[:, 0] >> np.uint64(16)).astype(np.uint32)
