"""Cluster to answers: which member was first, which has the best text, which one a rule picks.

A rule is a sort key over articles: the smallest wins, ties go to the least id. Nothing here changes who is
in a cluster.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dedup.articles.article import Article

    Rule = Callable[[Article], Any]

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Answers:
    """The members that answer three questions.

    Attributes:
        canonical: The member the rule picks.
        earliest: The member published first, as far as the dates tell.
        representative: The member with the most text.
        order_certain: True when the earliest member's interval lies before all others.
    """

    canonical: Article
    earliest: Article
    representative: Article
    order_certain: bool


def earliest(article: Article) -> tuple[datetime, datetime]:
    """Rule: published first; members without a usable date come last.

    Dates are intervals: the middle decides, then the end.
    """
    time = article.time
    return (_NEVER, _NEVER) if time is None else (time.mid, time.hi)


def longest(article: Article) -> int:
    """Rule: the most text."""
    return -len(article.text or "")


def answer(members: Sequence[Article], rule: Rule) -> Answers:
    """Answer for one cluster of two or more articles with distinct ids."""

    def pick(key: Rule) -> Article:
        return min(members, key=lambda article: (key(article), article.id))

    first = pick(earliest)
    time = first.time
    others = [member.time for member in members if member.id != first.id]
    certain = time is not None and all(other is not None and time.before(other) for other in others)
    return Answers(first if rule is earliest else pick(rule), first, pick(longest), certain)
