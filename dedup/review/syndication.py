"""Who carries whom: which outlets write, which publish first, which copy from whom and how long after."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING

from dedup.articles.article import Article
from dedup.articles.sites import host_of, is_address
from dedup.errors import ArgumentError
from dedup.review.carriage import Carriage, OutletFlow, Syndication
from dedup.stages.canonical import Outlets, joined, order_of, origin_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedup.articles.times import Interval
    from dedup.results import Cluster, Origin, Result

CONFIDENCE = 0.5
"""Least confidence of an origin that is believed here."""
FINE = timedelta(hours=2)
"""Width of an interval up to which a lag can be read off it: "2025-03-04" tells no minutes."""
_ROWS = 1 << 12  # articles held as objects at a time


def syndication(result: Result, confidence: float = CONFIDENCE) -> Syndication:
    """Count who publishes first, who carries whom, and how long after.

    Args:
        result: A run over articles that say their outlets and times.
        confidence: Least confidence of an origin that is believed.

    Raises:
        ArgumentError: The confidence is not from 0 to 1.

    >>> import dedup
    >>> text = "PORT WENDLE, March 9 (Reuters) - Two bakeries by the harbour agreed to merge on Sunday, they said."
    >>> found = syndication(dedup.find_duplicates([
    ...     {"id": "a", "text": text, "source": "Port Post"}, {"id": "b", "text": text, "source": "Sill Courier"}]))
    >>> [(one.outlet, one.origin, one.articles) for one in found.carriages]
    [('Port Post', 'Reuters', 1), ('Sill Courier', 'Reuters', 1)]
    """
    if not 0 <= confidence <= 1:
        raise ArgumentError(f"confidence must be from 0 to 1, got {confidence!r}")
    register = _Register(result)
    stories = known = 0
    for cluster in result.clusters:
        numbers = [register.number(member) for member in cluster.members]
        origin = cluster.origin if cluster.origin is not None and cluster.origin.confidence >= confidence else None
        several = len({number for number in numbers if number is not None}) > 1
        stories += several
        known += several and origin is not None
        if origin is not None:
            register.carry(cluster.members, numbers, origin, several=several)
        if several:
            register.time(cluster, numbers)
    for article in _alone(result):
        origin = origin_of([article])
        if origin is not None and origin.article is None and origin.confidence >= confidence:
            register.carry([article], [register.number(article)], origin, several=False)
    return Syndication(register.flows(), register.carriages(), stories, known)


def _alone(result: Result) -> Iterator[Article]:
    """Yield the articles in no cluster, some at a time."""
    clustered = {member.id for cluster in result.clusters for member in cluster.members}
    for start in range(0, len(result.batch), _ROWS):
        some = result.batch.articles(range(start, min(start + _ROWS, len(result.batch))))
        yield from (article for article in some if article.id not in clustered)


class _Register:
    """All outlets of a result, and what was counted of them."""

    def __init__(self, result: Result) -> None:
        table = result.batch.table
        pairs = Counter(
            zip(table["source"].to_pylist(), (host_of(url or "") for url in table["url"].to_pylist()), strict=True)
        )
        given = sorted(pairs, key=lambda pair: (pair[0] or "", pair[1]))
        self._outlets = Outlets(
            [Article(source=source, url=f"https://{host}/" if host else None) for source, host in given]
        )
        named = [number if self._outlets.found[number].name else None for number in self._outlets.of]
        self._numbers = dict(zip(given, named, strict=True))
        for outlet in self._outlets.found:  # of several spellings the most frequent
            most = max(outlet.rows, key=lambda row: pairs[given[row]])
            outlet.given = given[most][0] or given[most][1]
        self._articles: Counter[int] = Counter()
        for pair, count in pairs.items():
            number = self._numbers[pair]
            if number is not None:
                self._articles[number] += count
        self._shared, self._carried, self._originated, self._first = (Counter[int]() for _ in range(4))
        self._lags: dict[int, list[timedelta]] = defaultdict(list)
        self._carriages: Counter[tuple[int, str]] = Counter()
        self._behind: dict[tuple[int, str], list[timedelta]] = defaultdict(list)

    def number(self, article: Article) -> int | None:
        """Return the outlet of an article; None if it names none."""
        return self._numbers[article.source, host_of(article.url or "")]

    def carry(self, members: Sequence[Article], numbers: Sequence[int | None], found: Origin, *, several: bool) -> None:
        """Count what the articles of one story carry of its origin."""
        source, name = found.article, found.name
        if source is not None:
            origin = self.number(source)
        else:
            origin = self._outlets.at_address(name) if is_address(name) else self._outlets.called(name)
        shown = name if origin is None else self._outlets.found[origin].name
        if origin is not None and several:
            self._originated[origin] += 1
        for member, number in zip(members, numbers, strict=True):
            if number is None or number == origin:
                continue
            self._carried[number] += 1
            self._carriages[number, shown] += 1
            lag = _lag(source.time, member.time) if source is not None else None
            if lag is not None:
                self._behind[number, shown].append(lag)

    def time(self, cluster: Cluster, numbers: list[int | None]) -> None:
        """Count who of several outlets was first, and how far behind the others were."""
        versions: dict[int, list[Interval | None]] = defaultdict(list)
        for member, number in zip(cluster.members, numbers, strict=True):
            if number is not None:
                versions[number].append(member.time)
                self._shared[number] += 1
        firsts = {number: joined(times) for number, times in versions.items()}
        order = order_of(list(firsts.values()))
        if order.first is None:
            return
        first = list(firsts)[order.first]
        self._first[first] += order.certain
        for number, time in firsts.items():
            lag = _lag(firsts[first], time) if number != first else None
            if lag is not None:
                self._lags[number].append(lag)

    def flows(self) -> tuple[OutletFlow, ...]:
        """Return what was counted, outlet by outlet."""
        found = [
            OutletFlow(
                outlet=self._outlets.found[number].name,
                articles=count,
                shared=self._shared[number],
                carried=self._carried[number],
                wire_share=self._carried[number] / count,
                originated=self._originated[number],
                first=self._first[number],
                lag=_median(self._lags[number]),
            )
            for number, count in self._articles.items()
        ]
        return tuple(sorted(found, key=lambda one: (-one.articles, one.outlet)))

    def carriages(self) -> tuple[Carriage, ...]:
        """Return who carries whom."""
        found = [
            Carriage(self._outlets.found[number].name, name, count, _median(self._behind[number, name]))
            for (number, name), count in self._carriages.items()
        ]
        return tuple(sorted(found, key=lambda one: (-one.articles, one.outlet, one.origin)))


def _lag(first: Interval | None, then: Interval | None) -> timedelta | None:
    if first is None or then is None or max(first.hi - first.lo, then.hi - then.lo) > FINE:
        return None
    return then.mid - first.mid


def _median(lags: list[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(lag.total_seconds() for lag in lags)) if lags else None
