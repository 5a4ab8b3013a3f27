"""An index between its store and its memory: what changes in memory is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup.engines.stream.following import Following
from dedup.engines.stream.records import names_to_json
from dedup.engines.stream.storedpairs import pairs_to_bytes
from dedup.stages._kernels.counting import distinct

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.engines.stream.founding import Founding
    from dedup.engines.stream.telling import Told

    Numbers = NDArray[np.int64]

_CHANGES = 100_000  # changes that the feed reaches back over, or two for each article if that is more
_PAIRS = 10_000  # pairs written that are no longer true, before they are forgotten; pairs in a row of the store
_GROWN = 2000  # articles more than a quarter, after which memory that is free is looked for


class Keeping(Following):
    """A store, and the state that is derived from it, which write what changes."""

    def number(self) -> int:
        """Return a number that no article and no story has."""
        self.numbers["article"] += 1
        self.state.room(self.numbers["article"])
        return self.numbers["article"] - 1

    def write(self, told: Told, removed: Numbers) -> None:
        """Write what changed; new articles are written already. Within a transaction, as its end."""
        store, state = self.store, self.state
        concerned = sorted({number for *_, numbers in told.changes for number in numbers})
        names = dict(zip(concerned, state.names.of(np.array(concerned, np.int64)), strict=True))
        first = self.numbers["change"]
        store.insert(
            "changes",
            [
                (
                    cursor,
                    kind,
                    story,
                    other,
                    _packed(told, kind, numbers),
                    names_to_json([names[one] for one in numbers]),
                )
                for cursor, (kind, story, other, numbers) in enumerate(told.changes, first)
            ],
        )
        self.numbers["change"] += len(told.changes)
        gone = removed.tolist()
        for table in ("sketches", "articles", "members") if gone else ():
            store.delete(table, gone)
        if told.moved:
            store.insert("members", sorted(told.moved.items()))
            numbers = np.fromiter(told.moved, np.int64, len(told.moved))
            state.put("story", numbers, np.fromiter(told.moved.values(), np.int64, len(told.moved)))
        if told.canonical:
            store.delete("stories", [story for story, chosen in told.canonical.items() if chosen is None])
            store.insert("stories", [one for one in told.canonical.items() if one[1] is not None])
        for story, chosen in told.canonical.items():
            if chosen is None:
                state.canonical.pop(story, None)
            else:
                state.canonical[story] = chosen
        rows = distinct([np.empty(0, np.int64), *state.fresh])
        rows = rows[~state.pairs.gone[rows]]
        state.fresh.clear()
        if len(rows):
            store.insert("verdicts", [(self.numbers["verdict"], pairs_to_bytes(state.pairs.of(rows)))])
            self.numbers["verdict"] += 1
            self.written += len(rows)
        state.trim()
        self.save()
        if self.numbers["article"] > self._tended + (self.numbers["article"] - state.base) // 4 + _GROWN:
            self._tend()

    def tidy(self, *, always: bool = False) -> None:
        """Forget pairs of texts that are gone, and changes of long ago, once they are many. Within a transaction."""
        state, store = self.state, self.store
        kept = max(_CHANGES, 2 * len(state.where("live")))
        if (low := self.numbers["change"] - kept) > self.lows["change"] + kept // 4 or (
            always and low > self.lows["change"]
        ):
            store.delete("changes", range(self.lows["change"], low))
            self.lows["change"] = low
        if always or self.written > 2 * len(state.pairs) + _PAIRS:
            pairs = state.pack_pairs()
            store.delete("verdicts", range(self.lows["verdict"], self.numbers["verdict"]))
            low = self.lows["verdict"] = self.numbers["verdict"]
            lots = [pairs[start : start + _PAIRS] for start in range(0, len(pairs), _PAIRS)]
            store.insert("verdicts", [(number, pairs_to_bytes(lot)) for number, lot in enumerate(lots, low)])
            self.numbers["verdict"] += len(lots)
            self.written = len(pairs)
        self.save()

    def refound(self, founding: Founding) -> None:
        """Let the index be made otherwise from here on; others derive everything anew. Within a transaction."""
        self.founding = founding
        self.epoch = str(int(self.epoch) + 1)
        self.store.set_meta(founding.words())

    def save(self) -> None:
        """Write the counters, as the last thing in a transaction."""
        words = {name: str(count) for name, count in self.numbers.items()}
        words |= {f"oldest {name}": str(low) for name, low in self.lows.items()}
        words |= {"base": str(self.state.base), "epoch": self.epoch}
        self.store.set_meta(dict(words.items() - self._words.items()))
        self._words = words
        self.last = dict(self.numbers)


def _packed(told: Told, kind: str, numbers: list[int]) -> bytes:
    """Return the articles that a change is about, and whom they have replaced."""
    old = [told.replaced[number] for number in numbers] if kind == "replaced" else []
    return np.array([*numbers, *old], "<u4").tobytes()
