"""What the articles of a cluster say about where their text comes from, outlet by outlet."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from dedup.articles.credits import (
    Houses,
    agency_named,
    agency_of_credit,
    agency_of_domain,
    find_credits,
    find_pointers,
    look_at,
)
from dedup.articles.sites import belongs, domain_of, host_of, is_address, squash

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedup.articles.article import Article
    from dedup.articles.credits import Agency, Credit, Look
    from dedup.stages.canonical.outlets import Outlets

MOST_WITNESSES = 500
"""Articles of one cluster that are read, by rising id: a story with more copies is told by these."""
_SHOWN = 90  # characters of evidence in a sentence
_SEPARATED = re.compile(r"; |\s+")


class Target(NamedTuple):
    """Whom a claim names.

    Attributes:
        outlet: The number of an outlet of the cluster, or None.
        name: What to call it.
        agency: The agency of the list that it is, or None.
    """

    outlet: int | None
    name: str
    agency: Agency | None

    @property
    def key(self) -> int | str:
        """What two claims on the same have in common."""
        if self.outlet is not None:
            return self.outlet
        return domain_of(self.name).partition(".")[0] if is_address(self.name) else squash(self.name)


@dataclass(frozen=True, slots=True)
class Claim:
    """One article's word for whom its text comes from.

    Attributes:
        voter: The outlet that says so.
        row: The article, by place in the cluster.
        target: Whom it names.
        weight: How far the shape can be trusted, in [0, 1].
        kind: The shape.
        shown: The evidence as it stands.
        page: The article that is named, where an address names one.
    """

    voter: int
    row: int
    target: Target
    weight: float
    kind: str
    shown: str
    page: int | None = None


@dataclass(slots=True)
class Evidence:
    """All claims in a cluster, in the order of the articles and of what stands in them.

    Attributes:
        pointers: Words and addresses that lead to where the text was published before.
        credits: Credits to those who wrote it.
        helpers: Names of agencies that only contributed, and of wires that only distribute.
        signed: Outlets that sign their own articles as agencies do, in the dateline.
    """

    pointers: list[Claim] = field(default_factory=list)
    credits: list[Claim] = field(default_factory=list)
    helpers: list[str] = field(default_factory=list)
    signed: set[int] = field(default_factory=set)


def hear(clusters: Sequence[Sequence[Article]], outlets: Sequence[Outlets]) -> list[Evidence]:
    """Read the articles of some clusters, given by rising id."""
    houses = [_houses(one) for one in outlets]
    voices = [_voices(members, one) for members, one in zip(clusters, outlets, strict=True)]
    texts = [members[row].text or "" for members, rows in zip(clusters, voices, strict=True) for row in rows]
    looks = iter(look_at(texts, [(one.names, len(rows)) for one, rows in zip(houses, voices, strict=True)]))
    found = []
    for members, one, named, rows in zip(clusters, outlets, houses, voices, strict=True):
        evidence, heard = Evidence(), dict(zip(rows, looks, strict=False))
        for row, article in enumerate(members[:MOST_WITNESSES]):
            look = heard.get(row)
            evidence.pointers += _pointers(row, article, look, one)
            _credits(row, article, look, one, named, evidence)
        found.append(evidence)
    return found


def _houses(outlets: Outlets) -> Houses[int]:
    named = [(outlet.given, number) for number, outlet in enumerate(outlets.found) if outlet.given]
    return Houses(named if len(outlets.found) > 1 else [])


def _voices(members: Sequence[Article], outlets: Outlets) -> list[int]:
    """Of the versions in one outlet the longest speaks for all: it is the least likely to have lost its ends."""
    longest = (max(outlet.rows, key=lambda row: (len(members[row].text or ""), -row)) for outlet in outlets.found)
    return [row for row in longest if members[row].text and row < MOST_WITNESSES]


def _pointers(row: int, article: Article, look: Look | None, outlets: Outlets) -> Iterator[Claim]:
    voter = outlets.of[row]

    def claim(
        kind: str, weight: float, shown: str, *, name: str | None = None, address: str | None = None
    ) -> Iterator[Claim]:
        target, page = _resolved(name, address, outlets)
        own = target.outlet == voter or (address and _is_own(article, address))
        if target.outlet is not None:
            weight = min(1.0, weight + 0.4)  # whoever is named has this very text
        if not own and target.name and not (target.agency is not None and target.agency.kind == "carrier"):
            yield Claim(voter, row, target, weight, kind, _short(shown), page)

    if article.canonical_url and "." in host_of(article.canonical_url):  # else it is a word, or says whether
        yield from claim("canonical", 0.95, article.canonical_url, address=article.canonical_url)
    for word in _SEPARATED.split(article.credit) if article.credit else ():  # what syndicates say of themselves
        if word.startswith(("http://", "https://")):
            yield from claim("syndication", 0.9, word, address=word)
    if article.url and article.source and not is_address(article.source) and not belongs(article.source, article.url):
        # The address of another outlet of the cluster or of an agency: the page named it as the original.
        number, agency = outlets.at_address(article.url), agency_of_domain(article.url)
        if (number is not None and number != voter) or (number is None and agency is not None):
            yield from claim("address", 0.9, article.url, address=article.url)
    for one in find_pointers(look):
        yield from claim(one.kind, one.confidence, one.text, name=one.name, address=one.url)


def _credits(
    row: int, article: Article, look: Look | None, outlets: Outlets, houses: Houses[int], found: Evidence
) -> None:
    voter = outlets.of[row]
    own = outlets.found[voter].agency
    told = find_credits(
        look,
        title=article.title,
        author=article.author,
        credit=article.credit,
        language=article.language,
    )
    in_house = houses.credited(look) if look else []
    if any(house.key == voter and house.in_dateline for house in in_house):
        found.signed.add(voter)
    for credit in told:
        agency = agency_of_credit(credit)
        if agency is own:
            if credit.kind == "dateline":
                found.signed.add(voter)
        elif credit.kind == "contribution" or agency.kind == "press-release":
            found.helpers.append(agency.name)
        else:
            target = Target(outlets.called(agency.name), agency.name, agency)
            if target.outlet != voter:
                found.credits.append(Claim(voter, row, target, _weight(credit), credit.kind, _short(credit.text)))
    for house in in_house:
        outlet = outlets.found[house.key]
        listed = outlet.agency is not None and any(
            claim.row == row and claim.target.outlet == house.key for claim in found.credits
        )
        if house.key != voter and not outlet.is_carrier and not listed:
            target = Target(house.key, outlet.name, outlet.agency)
            found.credits.append(Claim(voter, row, target, 0.9, "house", _short(house.text)))


def _weight(credit: Credit) -> float:
    # A sign-off has the manner of an agency and not its name: others end their stories so as well.
    return 0.5 if credit.kind == "signoff" else credit.confidence


def _resolved(name: str | None, address: str | None, outlets: Outlets) -> tuple[Target, int | None]:
    """Find whom a name or an address means, and the article that it means."""
    page = outlets.on_page(address) if address else None
    number = outlets.of[page] if page is not None else None
    if number is None and address:
        number = outlets.at_address(address)
    if number is None and name:
        number = outlets.called(name)
    if number is not None:
        outlet = outlets.found[number]
        return Target(number, outlet.name, outlet.agency), page
    agency = agency_named(name) if name else agency_of_domain(address)
    shown = agency.name if agency else name or host_of(address or "").removeprefix("www.")
    return Target(None, shown, agency), None


def _is_own(article: Article, address: str) -> bool:
    """Whether an address is that of the article's own outlet."""
    if article.url and domain_of(article.url) == domain_of(address):
        return not article.source or is_address(article.source) or belongs(article.source, article.url)
    if not article.source:
        return False
    if is_address(article.source):
        return domain_of(article.source) == domain_of(address)
    return belongs(article.source, address)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1].rstrip() + "…"
