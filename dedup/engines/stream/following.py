"""Memory derived from a store, and kept abreast of what other processes write into it."""

from __future__ import annotations

import itertools
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from dedup.articles.article import Article
from dedup.engines.proposing import band_count
from dedup.engines.stream.arriving import STORED
from dedup.engines.stream.founding import Founding
from dedup.engines.stream.postings import keys_of
from dedup.engines.stream.records import Sketches, sound, whole_rows
from dedup.engines.stream.state import State
from dedup.engines.stream.storedpairs import PairColumns, count_of, pairs_in_lots
from dedup.engines.stream.trimming import trim
from dedup.errors import StoreError
from dedup.results.garbage import uncollected
from dedup.stages._kernels.counting import distinct

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from dedup.engines.stream.postings import Keys
    from dedup.stores import Row, Store

    Numbers = NDArray[np.int64]

_LOT = 2000  # rows read at a time: many more would leave memory in pieces
_COUNTERS = ("article", "verdict", "change")
_WORDS = (*_COUNTERS, *(f"oldest {name}" for name in _COUNTERS[1:]), "base", "epoch")


class Following:
    """A store, and the state that is derived from it.

    Attributes:
        store: The store.
        founding: How the index was made.
        state: What is held in memory.
        numbers: The next number of articles, verdicts and changes, as far as they were read.
        last: The same at the end of the last transaction.
        lows: The oldest verdicts and changes that are kept.
        epoch: Changes when all numbers do.
        written: Pairs in the store, those that are no longer true with them.
    """

    def __init__(self, store: Store, founding: Founding) -> None:
        self.store = store
        self.founding = founding
        self.load()

    def load(self) -> None:
        """Derive everything anew."""
        settings = self.founding.settings
        with self.store.reading(), sound(), uncollected(), ThreadPoolExecutor(os.cpu_count()) as crew:
            self.store.touched()  # from here on
            words = self.store.meta(_WORDS)
            self.state = State(band_count(settings), int(words["base"]), timed=settings.window is not None)
            self._take_over(words)
            self.state.room(self.numbers["article"])
            lots, self.written = self._pairs_after(0)
            pairs = crew.map(PairColumns.of_lot, lots)  # while the others are read
            for rows in _lots(self.store.after("sketches", 0)):
                self._hold(rows, crew)
            self.state.sort()  # while the rest is read
            members, stories = self.store.after("members", 0), self.store.after("stories", 0)
            self.state.put_stories(list(members), list(stories))
            self.state.load_pairs(pairs, self.written)
            self.state.fresh.clear()
            self.state.enlarge()
            self.state.release()
        self._tend()

    def _tend(self) -> None:
        """Keep no memory that is free, and look again when a quarter more has come."""
        trim()
        self._tended = self.numbers["article"]

    def _take_over(self, words: Mapping[str, str]) -> None:
        self._words = dict(words)
        self.numbers = {name: int(words[name]) for name in _COUNTERS}
        self.last = dict(self.numbers)
        self.epoch = words["epoch"]
        self.lows = {name: int(words[f"oldest {name}"]) for name in _COUNTERS[1:]}

    def catch_up(self) -> bool:
        """Take what others wrote since; return whether there was anything. Within a transaction."""
        if not self.store.touched():
            return False
        words = self.store.meta(_WORDS)
        if all(int(words[name]) == self.last[name] for name in _COUNTERS):
            return False
        seen = dict(self.last)
        if int(words["oldest change"]) > seen["change"] or words["epoch"] != self.epoch:
            self.founding = Founding.of(self.store.meta())
            self.load()
            return True
        with sound():
            self._take_over(words)
            for rows in _lots(self.store.after("sketches", seen["article"] - 1)):
                self.take(*self._read(rows))
            self.state.room(self.numbers["article"])
            for rows in _lots(self.store.after("changes", seen["change"] - 1)):
                self._follow(rows)
            lots, written = self._pairs_after(seen["verdict"] - 1)
            self.written += written
            matched = self.state.put_pairs(map(PairColumns.of_lot, lots))
        self.state.fresh.clear()  # whoever wrote knows
        self.state.stirred.clear()
        self.state.enlarge_around(matched)
        return True

    def _pairs_after(self, number: int) -> tuple[list[list[bytes]], int]:
        """Return the later rows of the table "verdicts" in lots, and how many pairs they have."""
        lots = list(pairs_in_lots(row[1] for row in self.store.after("verdicts", number)))
        return lots, sum(count_of(one) for lot in lots for one in lot)

    def _read(self, rows: Sequence[Row]) -> tuple[Numbers, Numbers, Sequence[str], Sketches]:
        """Return numbers, texts, ids and sketches of rows of the table "sketches", as the store has them.

        They are not taken on trust: kernels look numbers up without asking whether they are right.
        """
        numbers, ids, bodies, _, stored = zip(*rows, strict=True)
        ones, texts = np.array(numbers, np.int64), np.array(bodies, np.int64)
        wrong = np.flatnonzero((texts < self.state.base) | (texts > ones) | (ones >= self.numbers["article"]))
        if len(wrong):
            raise StoreError(f"the index is damaged: article {ones[wrong[0]]} has the text {texts[wrong[0]]}")
        return ones, texts, ids, Sketches.from_bytes(stored, self.state.bands)

    def _hold(self, rows: Sequence[Row], crew: ThreadPoolExecutor) -> None:
        """Take rows of the table "sketches"; what they bring is found only after `State.release`."""
        sketches, texts, again = self.state.put_sketches(*self._read(rows))
        self._stand_for(again)
        self.state.walls_changed(texts)
        self.state.hold(*self._open(texts, sketches), crew)

    def take(self, numbers: Numbers, bodies: Numbers, ids: Sequence[str], sketches: Sketches) -> tuple[Keys, Numbers]:
        """Take articles.

        Args:
            numbers: int64[n], rising; none known before.
            bodies: int64[n], the text of each.
            ids: What they are called.
            sketches: Of all of them.

        Returns:
            The keys of the texts that are new and may match, and all texts the articles bear upon.
        """
        sketches, texts, again = self.state.put_sketches(numbers, bodies, ids, sketches)
        self._stand_for(again)
        walls, _ = self.state.walls_changed(texts)
        keys = keys_of(*self._open(texts, sketches))
        self.state.post(keys)
        return keys, distinct([bodies, walls])

    def _open(self, texts: Numbers, sketches: Sketches) -> tuple[Numbers, Sketches]:
        """Return those of the texts that are no walls, with their sketches."""
        open_ = (~self.state.of("wall", texts)).nonzero()[0]
        return (texts, sketches) if len(open_) == len(texts) else (texts[open_], sketches.take(open_))

    def remove(self, numbers: Numbers) -> tuple[Keys, Numbers]:
        """Let articles go, in memory only; returns what `take` does."""
        state = self.state
        bodies = distinct([state.of("body", numbers).astype(np.int64)])
        dead, headless = state.remove(numbers)
        self._stand_for(headless)
        near = state.pairs.drop(state.touching(dead))
        _, opened = state.walls_changed(dead)
        firsts = state.of("first", opened).tolist()
        stored = {row[0]: row[1] for row in whole_rows(self.store, "sketches", firsts, ["sketch"])}
        keys = keys_of(opened, Sketches.from_bytes([stored[first] for first in firsts], state.bands))
        state.post(keys)
        touched = distinct([bodies, near, opened])
        return keys, touched[state.present(touched)]

    def _stand_for(self, texts: Numbers) -> None:
        """Let the article with the least id stand for each text."""
        if not len(texts):
            return
        places, numbers = self.state.articles_of(texts)
        least: dict[int, tuple[str, int]] = {}
        for place, name, number in zip(places.tolist(), self.state.names.of(numbers), numbers.tolist(), strict=True):
            least[place] = min(least.get(place, (name, number)), (name, number))
        stood = np.array(list(least), np.int64)
        firsts = np.array([number for _, number in least.values()], np.int64)
        other = self.state.of("first", texts[stood]) != firsts
        self.state.put("first", texts[stood], firsts)
        self.state.reopen(texts[stood[other]])

    def _follow(self, rows: list[Row]) -> None:
        """Do what rows of the table "changes" say."""
        state, removed, moved, stories = self.state, set[int](), set[int](), set[int]()
        for _, kind, story, other, articles, _ in rows:
            numbers = np.frombuffer(articles, "<u4").tolist()
            if kind == "removed":
                removed.update(numbers)
            elif kind == "replaced":  # the new one, and the old one
                moved.add(numbers[0])
                removed.add(numbers[1])
            else:
                moved.update(numbers)
            stories |= {story, other or story}
        here = np.array(sorted(number for number in removed | moved if number >= state.base), np.int64)
        here = here[state.of("live", here)]
        gone = here[np.isin(here, sorted(removed))]
        if len(gone):
            self.remove(gone)
        members: dict[int, int] = dict(self.store.get("members", here.tolist()))
        state.put("story", here, [members.get(number, number) for number in here.tolist()])
        for story in stories:
            state.canonical.pop(story, None)
        state.canonical.update(dict(self.store.get("stories", sorted(stories))))

    def articles(self, numbers: Sequence[int]) -> dict[int, Article]:
        """Return articles by number."""
        rows = whole_rows(self.store, "articles", numbers, STORED)
        names = self.state.names.of(np.array([row[0] for row in rows], np.int64))
        return {
            row[0]: Article(id=name, **dict(zip(STORED, row[1:], strict=True)))
            for name, row in zip(names, rows, strict=True)
        }


def _lots(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield rows a lot at a time."""
    iterator = iter(rows)
    while lot := list(itertools.islice(iterator, _LOT)):
        yield lot
