"""A verdict in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup.stages.confirm import rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.stages.confirm.evidence import Evidence

SAME_TOKENS = "both have the same tokens in the same order"
_PLAIN = {
    rules.IDENTICAL: SAME_TOKENS,
    rules.LINKED: "links say that the two belong together",
    rules.UNLINKED: "links say that the two do not belong together",
}


def reasons(evidence: Evidence, relation: int, strength: float, threshold: float) -> tuple[str, ...]:
    """Say in sentences why one pair was judged as it was; `evidence` is on that pair alone."""
    if relation in _PLAIN:
        return (_PLAIN[relation],)
    if evidence.shorter[0] == 0:
        return ("a text without words, furniture left out, matches nothing",)
    if evidence.aligned[0] < 0:
        return ("the two share too few shingles to be worth an alignment",)
    covered = evidence.covered[0]
    said = [f"{covered:.1%} of the shorter text stands in the other in order (a match needs {rules.ALIGNED:.0%})"]
    if relation == rules.FURNITURE:
        said.append(_furniture(evidence))
    said.extend(_facts(evidence))
    if evidence.noted[0]:
        said.append("one headline says that its text is an update or a correction, and a number differs")
    if relation == rules.TEMPLATE and evidence.shorter[0] < rules.SHORT:
        agreement = evidence.agreement[0]
        said.append(f"the shorter text has {evidence.shorter[0]} words, and the headlines share {agreement:.0%}")
    if relation == rules.EXCERPT:
        said.append(f"the longer text has {evidence.longer[0]} words, the shorter {evidence.shorter[0]}")
    if relation == rules.EMBED:
        said.append(f"{evidence.longest[0]} words stand in one run inside another text")
    if relation == rules.DISTANT and covered >= rules.ALIGNED and strength < threshold:
        said.append(f"strength {strength:.3f} is below the threshold {threshold:g}")
    return tuple(said)


def _furniture(evidence: Evidence) -> str:
    """Say why the shared text is taken for the site's."""
    agreement = f"{evidence.agreement[0]:.0%}"
    if not rules.walls(evidence)[0]:
        return (
            f"both have at least {evidence.head[0]} words of their own before one shared block, "
            f"and headlines that share {agreement}"
        )
    if evidence.days[0] > rules.WALL_DAYS:
        return f"it stood there {evidence.days[0]:.0f} days apart under headlines that share {agreement}"
    return (
        f"the texts have {evidence.support[0]:.0%} and {evidence.support_high[0]:.0%} of the words of their own "
        f"headlines, which share {agreement}: the shared text belongs to the site"
    )


def _facts(evidence: Evidence) -> Iterator[str]:
    """Say which facts differ, if they are too many for corrections."""
    if rules.facts_changed(evidence)[0]:
        count = rules.changes(evidence)[0]
        what = "a number or name differs" if count == 1 else f"{count} numbers or names differ"
        headlines = ", and the headlines differ in it too" if rules.series(evidence)[0] else ""
        yield f"inside the {evidence.aligned[0]} shared words {what}{headlines}"
