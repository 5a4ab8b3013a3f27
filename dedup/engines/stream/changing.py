"""Articles go and come: what they touch is settled, told and written, within one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dedup.engines.stream import answering
from dedup.engines.stream.arriving import body_of, rows_of
from dedup.engines.stream.telling import Told, tell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from dedup.articles.article import Article
    from dedup.engines.stream.arriving import Arrivals
    from dedup.engines.stream.keeping import Keeping
    from dedup.engines.stream.matching import Matching
    from dedup.results import Added

    Numbers = NDArray[np.int64]


class Changing:
    """What changes an index.

    Attributes:
        keeping: The index.
        matching: Who finds what is alike in it.
    """

    def __init__(self, keeping: Keeping, matching: Matching, rule: Callable[[Article], Any]) -> None:
        self.keeping = keeping
        self.matching = matching
        self._rule = rule

    def add(self, arrivals: Arrivals) -> list[Added]:
        """Put articles in, those that are not there yet; say what each is."""
        known = self.keeping.state.numbers_of(arrivals.ids)
        contents: dict[int, int] = dict(self.keeping.store.get("sketches", list(known.values()), ["content"]))
        last = {name: place for place, name in enumerate(arrivals.ids)}  # of several with one id the last counts
        new = [
            place
            for name, place in last.items()
            if name not in known or contents[known[name]] != arrivals.contents[place]
        ]
        new.sort()
        replaced = {arrivals.ids[place]: known[arrivals.ids[place]] for place in new if arrivals.ids[place] in known}
        first = self.keeping.numbers["article"]
        numbers = dict(zip((arrivals.ids[place] for place in new), range(first, first + len(new)), strict=True))
        alone = new and self.change(np.array(sorted(replaced.values()), np.int64), (arrivals, new), replaced)
        if alone and len(new) == len(arrivals.ids):
            return [answering.alone(name, number) for name, number in numbers.items()]
        return answering.say(self.keeping, arrivals.ids, {**known, **numbers}, set(numbers))

    def change(
        self,
        removed: Numbers,
        arrived: tuple[Arrivals, list[int]] | None = None,
        replaced: Mapping[str, int] | None = None,
        *,
        silent: bool = False,
    ) -> bool:
        """Take articles away and add others, settle all they touch, and write it down.

        Args:
            removed: The articles that go.
            arrived: Those that come, and which of them.
            replaced: By id, in the place of which article some of them come.
            silent: Whether to say nothing of the articles that others have taken the place of.

        Returns:
            Whether articles came, none went, and those that came are like no other.
        """
        keeping, state, told = self.keeping, self.keeping.state, Told()
        heirs = replaced or {}  # by id, what an article is put in the place of
        stories = state.of("story", removed).astype(np.int64)
        for story in sorted(set(stories.tolist())):
            gone = sorted(set(removed[stories == story].tolist()) - set(heirs.values()))
            if gone:
                told.changes.append(("removed", story, None, gone))
        story_of = dict(zip(removed.tolist(), stories.tolist(), strict=True))
        lots, new = [keeping.remove(removed)] if len(removed) else [], list[int]()
        if arrived is not None:
            arrivals, places = arrived
            everyone = len(places) == len(arrivals.ids)
            sketches = arrivals.sketches if everyone else arrivals.sketches.take(np.array(places, np.int64))
            rows = rows_of(state, arrivals, places, sketches, keeping.numbers["article"])
            keeping.numbers["article"] += len(rows)
            self.keeping.store.insert("sketches", rows)
            bodies = [(row[0], *arrivals.articles[place]) for row, place in zip(rows, places, strict=True)]
            self.keeping.store.insert("articles", bodies)
            numbers, ids, texts, *_ = zip(*rows, strict=True)
            lots.append(keeping.take(np.array(numbers, np.int64), np.array(texts, np.int64), ids, sketches))
            self.matching.judging.fresh = {row[0]: body_of(row) for row in bodies}
            told.replaced = {row[0]: heirs[row[1]] for row in rows if row[1] in heirs}
            told.moved = {number: story_of[old] for number, old in told.replaced.items()}
            for number, story in () if silent else told.moved.items():
                told.changes.append(("replaced", story, None, [number]))
            new = [row[0] for row in rows if row[1] not in heirs]
            state.put("story", np.fromiter(told.moved, np.int64, len(told.moved)), list(told.moved.values()))
        if not lots:
            return False
        for keys, _ in lots:
            self.matching.propose(keys)
        region = self.matching.settle(np.concatenate([touched for _, touched in lots]))
        self.matching.judging.fresh = {}
        alone = region.alone and not len(removed) and region.texts.tolist() == new
        if alone:
            told.changes += [("created", one, None, [one]) for one in new]
        else:
            tell(told, state, region, new, stories, keeping.number, self._best)
        if len(removed):
            left = set(state.of("story", state.articles_of(region.texts)[1]).tolist()) | set(told.moved.values())
            told.canonical.update(dict.fromkeys(set(stories.tolist()) - left))
        keeping.write(told, removed)
        return alone

    def _best(self, lots: Sequence[list[int]]) -> list[int]:
        """Return the canonical article of each lot."""
        wanted = sorted({number for lot in lots if len(lot) > 1 for number in lot})
        articles = self.keeping.articles(wanted)

        def key(number: int) -> tuple[object, str]:
            return self._rule(articles[number]), articles[number].id

        return [lot[0] if len(lot) == 1 else min(lot, key=key) for lot in lots]

    def remake(self, arrivals: Arrivals) -> None:
        """Put all articles in anew, read in another way; stories that stay as they are do not change."""
        known = self.keeping.state.numbers_of(arrivals.ids)
        places = sorted(range(len(arrivals.ids)), key=lambda place: known[arrivals.ids[place]])
        self.change(np.array(sorted(known.values()), np.int64), (arrivals, places), known, silent=True)
