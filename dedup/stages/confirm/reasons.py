"""A verdict in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from dedup.stages.confirm import rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from dedup.stages.confirm.evidence import Evidence

SAME_TOKENS = "both have the same tokens in the same order"
_PLAIN = {
    rules.IDENTICAL: SAME_TOKENS,
    rules.LINKED: "links say that the two belong together",
    rules.UNLINKED: "links say that the two do not belong together",
}


def reasons(evidence: Evidence, relation: int, strength: float, threshold: float) -> tuple[str, ...]:
    """Say in sentences why one pair was judged as it was; `evidence` is on that pair alone."""
    return reasons_of_each(evidence, [relation], [strength], threshold)[0]


def reasons_of_each(
    evidence: Evidence, relations: Sequence[int], strengths: Sequence[float], threshold: float
) -> list[tuple[str, ...]]:
    """Say in sentences why each of m pairs was judged as it was."""
    case = _Case(evidence, threshold)
    return [case.reasons(*judged) for judged in zip(range(len(evidence.aligned)), relations, strengths, strict=True)]


@dataclass(frozen=True)
class _Case:
    evidence: Evidence
    threshold: float

    @cached_property
    def _changed(self) -> NDArray[np.bool_]:
        return rules.facts_changed(self.evidence)

    @cached_property
    def _changes(self) -> NDArray[np.int64]:
        return rules.changes(self.evidence)

    @cached_property
    def _series(self) -> NDArray[np.bool_]:
        return rules.series(self.evidence)

    @cached_property
    def _walls(self) -> NDArray[np.bool_]:
        return rules.walls(self.evidence)

    def reasons(self, place: int, relation: int, strength: float) -> tuple[str, ...]:
        """Say why the pair at that place was judged as it was."""
        evidence = self.evidence
        if relation in _PLAIN:
            return (_PLAIN[relation],)
        if evidence.shorter[place] == 0:
            return ("a text without words, furniture left out, matches nothing",)
        if evidence.aligned[place] < 0:
            return ("the two share too few shingles to be worth an alignment",)
        covered = evidence.covered[place]
        said = [f"{covered:.1%} of the shorter text stands in the other in order (a match needs {rules.ALIGNED:.0%})"]
        if relation == rules.FURNITURE:
            said.append(self._furniture(place))
        said.extend(self._facts(place))
        if evidence.noted[place]:
            said.append("one headline says that its text is an update or a correction, and a number differs")
        shorter = evidence.shorter[place]
        if relation == rules.TEMPLATE and shorter < rules.SHORT:
            said.append(
                f"the shorter text has {shorter} words, and the headlines share {evidence.agreement[place]:.0%}"
            )
        if relation == rules.EXCERPT:
            said.append(f"the longer text has {evidence.longer[place]} words, the shorter {shorter}")
        if relation == rules.EMBED:
            said.append(f"{evidence.longest[place]} words stand in one run inside another text")
        if relation == rules.DISTANT and covered >= rules.ALIGNED and strength < self.threshold:
            said.append(f"strength {strength:.3f} is below the threshold {self.threshold:g}")
        return tuple(said)

    def _furniture(self, place: int) -> str:
        """Say why the shared text is taken for the site's."""
        evidence, agreement = self.evidence, f"{self.evidence.agreement[place]:.0%}"
        if not self._walls[place]:
            return (
                f"both have at least {evidence.head[place]} words of their own before one shared block, "
                f"and headlines that share {agreement}"
            )
        if evidence.days[place] > rules.WALL_DAYS:
            days = evidence.days[place]
            return f"it stood there {days:.0f} days apart under headlines that share {agreement}"
        low, high = evidence.support[place], evidence.support_high[place]
        return (
            f"the texts have {low:.0%} and {high:.0%} of the words of their own "
            f"headlines, which share {agreement}: the shared text belongs to the site"
        )

    def _facts(self, place: int) -> Iterator[str]:
        """Say which facts differ, if they are too many for corrections."""
        if self._changed[place]:
            count = self._changes[place]
            what = "a number or name differs" if count == 1 else f"{count} numbers or names differ"
            headlines = ", and the headlines differ in it too" if self._series[place] else ""
            yield f"inside the {self.evidence.aligned[place]} shared words {what}{headlines}"
