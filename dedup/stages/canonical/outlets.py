"""The outlets of a cluster: versions of one article in one outlet are a chain, not syndication."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from dedup.articles.credits import agency_named, agency_of_domain, agency_of_outlet
from dedup.articles.sites import belongs, domain_of, host_of, is_address, page_of, squash

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup.articles.article import Article
    from dedup.articles.credits import Agency


@dataclass(slots=True)
class Outlet:
    """One outlet of a cluster.

    Attributes:
        given: Its name as its first article gives it, else its host; "" if it gives none.
        agency: The agency or carrier that it is, or None.
        rows: Its articles, by place in the cluster.
    """

    given: str
    agency: Agency | None = None
    rows: list[int] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What answers call it: by the list if it is an agency or carrier, else as it is given."""
        return self.agency.name if self.agency is not None else self.given

    @property
    def is_carrier(self) -> bool:
        """Whether it shows stories and writes none."""
        return self.agency is not None and self.agency.kind == "carrier"


class Outlets:
    """The outlets of a cluster, and what finds them.

    Attributes:
        found: The outlets, in the order of their least ids.
        of: For each article the number of its outlet.
    """

    def __init__(self, members: Sequence[Article]) -> None:
        """Sort articles, given by rising id, by outlet; one that names none is an outlet of its own."""
        self.found: list[Outlet] = []
        self.of: list[int] = []
        self._names: dict[str, int] = {}
        self._labels: dict[str, int] = {}
        self._domains: dict[str, int] = {}
        self._agencies: dict[str, int] = {}
        self._members = members
        for row, article in enumerate(members):
            self._add(row, (article.source or "").strip(), host_of(article.url or ""))

    def _add(self, row: int, source: str, host: str) -> None:
        domain, name, agency = _read(source, host)
        number = self._domains.get(domain) if domain else None
        if number is None and name:
            number = self._names.get(name)
        if number is None and agency is not None:
            number = self._agencies.get(agency.name)
        if number is None:
            number = len(self.found)
            self.found.append(Outlet(source if name else host_of(source or host).removeprefix("www.")))
        outlet = self.found[number]
        outlet.rows.append(row)
        outlet.agency = outlet.agency or agency
        self.of.append(number)
        if name:
            self._names[name] = number
        if domain:
            self._domains.setdefault(domain, number)
            self._labels.setdefault(domain.partition(".")[0].replace("-", ""), number)
        if agency is not None:
            self._agencies.setdefault(agency.name, number)

    def at_address(self, address: str) -> int | None:
        """Return the outlet that an address leads to, or None."""
        number = self._domains.get(domain_of(address))
        agency = agency_of_domain(address) if number is None else None
        return number if agency is None else self._agencies.get(agency.name)

    def on_page(self, address: str) -> int | None:
        """Return the article that an address is that of, or None."""
        return self._pages.get(page_of(address))

    @cached_property
    def _pages(self) -> dict[str, int]:
        """The articles by their addresses, where these are of their outlets."""
        found: dict[str, int] = {}
        for row, article in enumerate(self._members):
            if article.url and self._domains.get(domain_of(article.url)) == self.of[row]:
                found.setdefault(page_of(article.url), row)
        return found

    def called(self, name: str) -> int | None:
        """Return the outlet of this name, or of this and further words; None if there is none."""
        short = squash(name)
        agency = agency_named(name)
        for known, key in (
            (self._names, short),
            (self._agencies, agency.name if agency else ""),
            (self._labels, short),
        ):
            if key in known:
                return known[key]
        begun = [one for one in self._names if len(one) > (5 if one.isascii() else 2) and short.startswith(one)]
        return self._names[max(begun, key=len)] if begun else None


@lru_cache(maxsize=1 << 14)
def _read(source: str, host: str) -> tuple[str, str, Agency | None]:
    """Read how an article names its outlet: registered domain, name without its spaces, the agency that it is.

    Extractors fold a carrier's address into that of the original, so an address speaks only where the name does
    not contradict it.
    """
    agency = agency_of_outlet(source or None, host or None)
    if source and is_address(source):
        return domain_of(source), "", agency
    own = host and (not source or belongs(source, host))
    return domain_of(host) if own else "", squash(source), agency
