"""All answers of one cluster."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup.stages.canonical import rules
from dedup.stages.canonical.evidence import hear
from dedup.stages.canonical.order import LONGEST_LEAD, order_of
from dedup.stages.canonical.origin import Case
from dedup.stages.canonical.outlets import Outlets

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from dedup.articles.article import Article
    from dedup.articles.times import Interval
    from dedup.stages.canonical.evidence import Evidence
    from dedup.stages.canonical.order import Order
    from dedup.stages.canonical.origin import Origin
    from dedup.stages.canonical.rules import Rule

AS_LONG = 0.9
"""Share of the longest text from which a whole text of an outlet that writes is preferred to it."""
_CUT = re.compile(r"(?:\.\.\.|…|\[…\]|\[\.\.\.\]|\[\+?\d+ chars\])[\"”')\]]?\s*$")


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why each answer was given, in a sentence each.

    Attributes:
        canonical: Why this member is kept.
        earliest: Why this member was first, or who may have been.
        representative: Why this text is the best to keep.
        origin: The evidence for the origin, or why there is none.
    """

    canonical: str
    earliest: str
    representative: str
    origin: str


@dataclass(frozen=True, slots=True)
class Answers:
    """What was found out about a cluster.

    Attributes:
        canonical: The member the rule picks.
        earliest: The member published first, as far as the dates tell.
        tied: All members that may have been first: no dated one was certainly before them. Empty without dates.
        order_certain: True when the earliest member's interval lies before all others, by less than a month.
        representative: The member with the best text to keep.
        origin: Who wrote it; None where nothing tells.
        origins: Everybody who is named as the origin by a member, the origin first.
        outlets: Names of the outlets of the members, by the time of their first versions.
        first_published: When the earliest was published.
        lag: From the first outlet to the second, by the middles of their times; None without two that are dated.
        reasons: Why.
    """

    canonical: Article
    earliest: Article
    tied: tuple[Article, ...]
    order_certain: bool
    representative: Article
    origin: Origin | None
    origins: tuple[str, ...]
    outlets: tuple[str, ...]
    first_published: Interval | None
    lag: timedelta | None
    reasons: Reasons


def answer(members: Sequence[Article], rule: Rule) -> Answers:
    """Answer for one cluster of two or more articles with distinct ids, sorted by id.

    Args:
        members: The articles; the longest text is the one of the most words.
        rule: Sort key that picks the canonical one.
    """
    return answer_all([members], rule, [[len((member.text or "").split()) for member in members]])[0]


def answer_all(clusters: Sequence[Sequence[Article]], rule: Rule, lengths: Sequence[Sequence[int]]) -> list[Answers]:
    """Answer for some clusters as `answer` does, given the tokens of each text without furniture."""
    outlets = list(map(Outlets, clusters))
    heard = hear(clusters, outlets)
    return [_answer(*told, rule) for told in zip(clusters, outlets, heard, lengths, strict=True)]


def _answer(
    members: Sequence[Article], outlets: Outlets, evidence: Evidence, sizes: Sequence[int], rule: Rule
) -> Answers:
    times = [member.time for member in members]
    order = order_of(times)
    best = _best_text(members, outlets, sizes)
    verdict = Case(members, outlets, times, evidence).decide()
    first = order.first or 0
    tied = tuple(members[place] for place in order.tied)
    origin = verdict.origin
    kept = _pick(members, rule, outlets, origin, first, order.tied, best, sizes)
    named, lag = _facts(outlets, times)
    reasons = Reasons(
        canonical=_why_kept(members[kept], rule, origin, members[first], members[best]),
        earliest=_why_first(members, times, order),
        representative=_why_best(sizes, best),
        origin=verdict.reason,
    )
    return Answers(
        canonical=members[kept],
        earliest=members[first],
        tied=tied,
        order_certain=order.certain,
        representative=members[best],
        origin=origin,
        origins=verdict.origins,
        outlets=named,
        first_published=times[first],
        lag=lag,
        reasons=reasons,
    )


def _best_text(members: Sequence[Article], outlets: Outlets, sizes: Sequence[int]) -> int:
    """Choose the longest text, or one nearly as long that is whole and of an outlet that writes."""
    longest = max(sizes)
    near = [place for place, size in enumerate(sizes) if size >= AS_LONG * longest]
    return min(
        near,
        key=lambda place: (
            outlets.found[outlets.of[place]].is_carrier,
            bool(_CUT.search((members[place].text or "")[-40:])),
            -sizes[place],
            place,
        ),
    )


def _pick(
    members: Sequence[Article],
    rule: Rule,
    outlets: Outlets,
    origin: Origin | None,
    first: int,
    tied: Sequence[int],
    best: int,
    sizes: Sequence[int],
) -> int:
    """Apply the rule; ties go to the least id, which is the first place."""
    source = None if origin is None or origin.article is None else origin.article.id
    may_be_first = frozenset(tied)

    def key(place: int) -> object:
        standing = rules.Standing(
            is_origin=members[place].id == source,
            is_earliest=place == first,
            is_tied=place in may_be_first or not may_be_first,
            is_representative=place == best,
            is_carrier=outlets.found[outlets.of[place]].is_carrier,
            tokens=sizes[place],
        )
        # The default looks at nothing else.
        return rule(standing if rule is rules.by_origin else rules.member(members[place], standing))  # type: ignore[arg-type]

    return min(range(len(members)), key=key)  # type: ignore[arg-type] # whatever the rule returns


def _facts(outlets: Outlets, times: Sequence[Interval | None]) -> tuple[tuple[str, ...], timedelta | None]:
    """Return the names of the outlets by the time of their first versions, and the lag of the second."""
    firsts: list[tuple[datetime, int]] = []
    for number, outlet in enumerate(outlets.found):
        dated = [time.mid for row in outlet.rows if (time := times[row]) is not None]
        if dated:
            firsts.append((min(dated), number))
    firsts.sort()
    numbers = dict.fromkeys([*(number for _, number in firsts), *range(len(outlets.found))])
    names = dict.fromkeys(outlets.found[number].given for number in numbers)
    names.pop("", None)
    return tuple(names), firsts[1][0] - firsts[0][0] if len(firsts) > 1 else None


def _why_kept(kept: Article, rule: Rule, origin: Origin | None, first: Article, best: Article) -> str:
    source = origin.article if origin is not None else None
    roles = [
        name
        for name, article in (("origin", source), ("earliest", first), ("representative", best))
        if article is not None and article.id == kept.id
    ]
    if rule is rules.by_origin:
        return f"it is the {' and the '.join(roles)}" if roles else "the longest of those that may have been first"
    return f"picked by the rule {getattr(rule, '__name__', type(rule).__name__)}"


def _why_first(members: Sequence[Article], times: Sequence[Interval | None], order: Order) -> str:
    if order.first is None:
        return "no member has a date, so the least id stands here"
    told = str(times[order.first])
    if order.certain:
        return f"published {told}, certainly before all others"
    undated = times.count(None)
    parts = []
    if len(order.tied) > 1:
        parts.append(f"tied with {_some([members[place].id for place in order.tied if place != order.first])}")
    if order.lead is not None and order.lead > LONGEST_LEAD:
        parts.append(f"{order.lead.days} days before all others, so the date may be wrong")
    if undated:
        parts.append(f"{undated} without a date")
    return f"published {told}; {', '.join(parts)}"


def _why_best(sizes: Sequence[int], best: int) -> str:
    count = f"{sizes[best]:,} words"
    if sizes[best] == max(sizes):
        return f"the longest text: {count}"
    return f"nearly the longest text, and whole: {count}"


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
