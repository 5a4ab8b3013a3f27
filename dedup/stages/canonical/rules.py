"""Rules that pick the canonical member: sort keys over the members of a cluster, the smallest wins.

Ties go to the least id.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeAlias

from dedup.articles.article import FIELDS, Article
from dedup.articles.credits import agency_named, agency_of_domain, agency_of_outlet
from dedup.articles.sites import domain_of, is_address, squash
from dedup.errors import ArgumentError

_NEVER = datetime.max.replace(tzinfo=UTC)


class Standing(NamedTuple):
    """What was found about an article in its cluster; as `Member` says."""

    is_origin: bool
    is_earliest: bool
    is_tied: bool
    is_representative: bool
    is_carrier: bool
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Member(Article):
    """An article of a cluster as a rule sees it: with what was found about it there.

    Attributes:
        is_origin: It is the cluster's origin.
        is_earliest: It is the cluster's earliest.
        is_tied: No dated member was certainly published before it.
        is_representative: It is the cluster's representative.
        is_carrier: Its outlet shows stories and writes none (MSN, Yahoo).
        tokens: Length of its text, without what belongs to the site.
    """

    is_origin: bool = False
    is_earliest: bool = False
    is_tied: bool = False
    is_representative: bool = False
    is_carrier: bool = False
    tokens: int = 0


Rule: TypeAlias = Callable[[Member], Any]


def member(article: Article, standing: Standing) -> Member:
    """Return an article as a rule sees it."""
    return Member(**{name: getattr(article, name) for name in FIELDS}, **standing._asdict())


def by_origin(member: Member | Standing) -> tuple[bool, bool, bool, bool, int, bool]:
    """Rule: the origin if it is a member, else the earliest; carriers come last.

    Of members that are tied for the earliest, or have no dates, the representative is taken, else the longest.
    """
    return (
        not member.is_origin,
        member.is_carrier,
        not member.is_tied,
        not member.is_representative,
        -member.tokens,
        not member.is_earliest,
    )


def earliest(article: Article) -> tuple[datetime, datetime]:
    """Rule: published first; members without a usable date come last.

    Dates are intervals: the middle decides, then the end.
    """
    time = article.time
    return (_NEVER, _NEVER) if time is None else (time.mid, time.hi)


def longest(article: Article) -> int:
    """Rule: the most text, in characters as it was given."""
    return -len(article.text or "")


def prefer_sources(*sources: str) -> Rule:
    """Make a rule: the first of these outlets that is in the cluster; among equals, and without any, `by_origin`.

    Args:
        sources: Outlets by name, host or the name of an agency in any of its spellings, the best first: "AP" also
            means articles of apnews.com.

    Raises:
        ArgumentError: There is none, or one is empty.

    >>> rule = prefer_sources("AP", "example.com")
    >>> rule(Member(id="a", source="apnews.com"))[0], rule(Member(id="b", url="https://www.example.com/1"))[0]
    (0, 1)
    """
    if not sources or not all(isinstance(source, str) and source.strip() for source in sources):
        raise ArgumentError(f"sources must be names or hosts of outlets, got {sources!r}")
    wanted = [(squash(source), _domain(source), agency_named(source) or agency_of_domain(source)) for source in sources]

    def rule(member: Member) -> tuple[int, tuple[bool, bool, bool, bool, int, bool]]:
        name, url = member.source or "", member.url or ""
        own = {_domain(name), domain_of(url) if url else None} - {None}
        agency = agency_of_outlet(member.source, member.url)
        places = (
            place
            for place, (squashed, domain, sought) in enumerate(wanted)
            if (name and squash(name) == squashed) or domain in own or (sought is not None and agency is sought)
        )
        return next(places, len(wanted)), by_origin(member)

    rule.__name__ = f"prefer_sources({', '.join(map(repr, sources))})"
    return rule


def _domain(name: str) -> str | None:
    return domain_of(name) if name and is_address(name) else None
