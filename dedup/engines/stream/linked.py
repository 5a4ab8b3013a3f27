"""What is known of texts, and the pairs of them that were looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup.engines.stream.columns import Columns
from dedup.engines.stream.names import Names
from dedup.engines.stream.pairs import Pairs, codes_of_pairs
from dedup.engines.stream.settling import in_large_sets
from dedup.engines.stream.storedpairs import UNJUDGED
from dedup.stages import confirm
from dedup.stages._kernels.counting import distinct

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from dedup.engines.stream.storedpairs import PairColumns

    Numbers = NDArray[np.int64]


class Linked(Columns):
    """Columns by number, and pairs.

    Attributes:
        names: The ids of the articles.
        pairs: The pairs that were looked at.
        fresh: Rows of pairs of which more is known than the store has.
        stirred: Texts of pairs of which one side has got another name.
    """

    def __init__(self, base: int) -> None:
        super().__init__(base)
        self.names = Names(base)
        self.pairs = Pairs()
        self.fresh: list[NDArray[np.int64]] = []
        self.stirred: list[Numbers] = []

    def touching(self, texts: Numbers) -> NDArray[np.int64]:
        """Return the rows of the pairs that any of the texts is in, rising."""
        return self.pairs.touching(texts, self._columns["head"], self.base)

    def closure(
        self, texts: Numbers, joining: NDArray[np.bool_]
    ) -> tuple[Numbers, NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return the texts that some distinct ones are connected with, and the pairs between any of them.

        Pairs are (rows, indices of `a`, indices of `b`). `joining` bool, by relation, says which relations connect.
        """
        columns = self._columns
        return self.pairs.closure(texts, columns["head"], self.base, columns["wall"], joining, columns["place"])

    def nearest(self, texts: Numbers, rows: NDArray[np.int64], most: int) -> NDArray[np.bool_]:
        """Return which pairs are among the candidates of some texts that come first, up to `most` each."""
        columns = self._columns
        return self.pairs.nearest(
            texts, rows, most, columns["head"], self.base, columns["wall"], columns["first"], self.names
        )

    def by_name(self, texts: Numbers) -> NDArray[np.int64]:
        """Return in which order texts come by the least ids of their articles."""
        names = self.names.of(self.of("first", texts))
        return np.array(sorted(range(len(names)), key=names.__getitem__), np.int64)

    def find_pairs(self, pairs: NDArray[np.void], texts: Numbers) -> NDArray[np.int64]:
        """Return the rows of pairs, -1 where one is not known, int64[m]; each has one of the `texts`."""
        known = self.touching(texts)
        rows = np.full(len(pairs), -1, np.int64)
        if len(known):
            codes = codes_of_pairs(self.pairs.rows[known])
            order = np.argsort(codes)
            codes, mine = codes[order], codes_of_pairs(pairs)
            places = np.minimum(np.searchsorted(codes, mine), len(codes) - 1)
            there = codes[places] == mine
            rows[there] = known[order[places[there]]]
        return rows

    def append_pairs(self, pairs: NDArray[np.void]) -> NDArray[np.int64]:
        """Take pairs that are not known; return their rows."""
        return self.pairs.append(pairs, self._columns["head"], self.base)

    def load_pairs(self, parts: Iterable[PairColumns], count: int) -> None:
        """Take all pairs of a store, `count` in several parts, where there is none yet.

        The last word on a pair counts, and only where both texts are there.
        """
        self.pairs.room(count)
        for pairs in parts:
            there = self.present(pairs.known["a"]) & self.present(pairs.known["b"])
            self.pairs.load(pairs if there.all() else pairs.take(there), self._columns["head"], self.base)
        self.pairs.forget_repeated()

    def put_pairs(self, parts: Iterable[PairColumns]) -> list[Numbers]:
        """Take further pairs; see `load_pairs`. Returns texts that match."""
        matched: list[Numbers] = []
        for part in parts:
            pairs = part.records()
            _, last = np.unique(codes_of_pairs(pairs)[::-1], return_index=True)
            ones = pairs[np.sort(len(pairs) - 1 - last)]
            ones = ones[self.present(ones["a"]) & self.present(ones["b"])]
            rows = self.find_pairs(ones, distinct([ones["a"]]).astype(np.int64))
            self.pairs.put(rows[rows >= 0], ones[rows >= 0])
            self.append_pairs(ones[rows < 0])
            linked = ones[confirm.matching(ones["relation"])]
            matched += [linked["a"].astype(np.int64), linked["b"].astype(np.int64)]
        return matched

    def enlarge(self) -> None:
        """Find out which texts are in large sets, where nobody has settled any."""
        pairs = self.pairs.alive_matches()
        size = self.next - self.base
        a, b = (pairs[side].astype(np.int64) - self.base for side in ("a", "b"))
        self._columns["large"][:size] = in_large_sets(size, a, b)
        self.stirred.clear()

    def enlarge_around(self, matched: Sequence[Numbers]) -> None:
        """Find out which texts that match are in large sets, where others have settled them."""
        texts = distinct([np.empty(0, np.int64), *matched])
        everything = confirm.matching(np.arange(len(confirm.RELATIONS), dtype=np.int8))
        texts, rows, one, two = self.closure(texts[self.present(texts)], everything)
        kept = confirm.matching(self.pairs.rows["relation"][rows])
        self.put("large", texts, in_large_sets(len(texts), one[kept], two[kept]))

    def reopen(self, texts: Numbers) -> None:
        """Let what was said of the pairs of some texts count no more: another article stands for them."""
        rows = self.touching(texts)
        self.pairs.rows["relation"][rows] = UNJUDGED
        self.fresh.append(rows)
        self.stirred += [self.pairs.rows[side][rows].astype(np.int64) for side in ("a", "b")]

    def pack_pairs(self) -> NDArray[np.void]:
        """Let go of the room of pairs that are gone; return the others."""
        pairs = self.pairs.alive()
        self.pairs = Pairs()
        self._columns["head"][:] = 0
        self.fresh.clear()
        self.append_pairs(pairs)
        return pairs
