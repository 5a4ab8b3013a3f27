"""What a report holds of a result, as plain values."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from dedup.results.clusters import LARGE
from dedup.stages.confirm import RELATIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup.articles.article import Article
    from dedup.results import Cluster, Match, Result

LONGEST_FIELD = 500
"""Characters of a title, an outlet or an address that are shown; ids are kept whole, for the export."""
MOST_MATCHES = 500
"""Matches of a cluster that are listed; beyond, those with the centre alone."""
_SIZES = ((2, 2), (3, 3), (4, 5), (6, 10), (11, 20), (21, 50), (51, 100), (101, None))

_ANSWERS = ("canonical", "earliest", "representative")

Value = dict[str, Any]


def overview(result: Result) -> Value:
    """Return the numbers of a run."""
    sizes = Counter(len(rows) for rows, _ in result.links.clusters)
    settings = ((name, getattr(result.settings, name)) for name in result.settings.__slots__)
    return {
        "counts": list(result.counts.items()),
        "settings": [[name, str(value)] for name, value in settings if value is not None],
        "sizes": [
            [f"{low}" if low == high else f"{low}+" if high is None else f"{low}-{high}", total]
            for low, high in _SIZES
            if (total := sum(count for size, count in sizes.items() if size >= low and (high is None or size <= high)))
        ],
        "outlets": _outlets(result),
        "problems": [cut(str(problem)) for problem in result.problems[:LARGE]],
        "furniture": len(result.furniture),
        "relations": list(RELATIONS),
    }


def _outlets(result: Result) -> list[list[Any]]:
    """Return [outlet, articles in clusters, kept of them] of the outlets with most articles in clusters."""
    members = Counter(member.source for cluster in result.clusters for member in cluster.members)
    kept = Counter(cluster.canonical.source for cluster in result.clusters)
    order = sorted(members.items(), key=lambda item: (-item[1], item[0] or ""))
    return [[cut(name), count, kept[name]] for name, count in order]


def cluster_value(cluster: Cluster) -> Value:
    """Return a cluster; its members are numbered by their place in it."""
    place = {name: number for number, name in enumerate(cluster.ids)}
    matches = cluster.matches
    if len(matches) > MOST_MATCHES:
        matches = tuple(sorted(cluster.to_centre.values()))
    value: Value = {
        "centre": place[cluster.centre.id],
        "canonical": place[cluster.canonical.id],
        "earliest": place[cluster.earliest.id],
        "representative": place[cluster.representative.id],
        "certain": cluster.order_certain,
        "weakest": round(cluster.weakest, 3),
        "warnings": [cut(warning) for warning in cluster.warnings],
        "outlets": len(cluster.outlets),
        "lag": None if cluster.lag is None else round(cluster.lag.total_seconds() / 60),
        "reasons": {name: cut(getattr(cluster.reasons, name)) for name in _ANSWERS},
        "members": [member_value(member) for member in cluster.members],
        "matches": [_match(match, place) for match in matches],
    }
    if cluster.origin is not None:
        value["origin"] = {
            "name": cut(cluster.origin.name),
            "member": None if cluster.origin.article is None else place.get(cluster.origin.article.id),
            "reason": cut(cluster.origin.reason),
            "confidence": round(cluster.origin.confidence, 2),
        }
    return value


def member_value(member: Article) -> Value:
    """Return what is shown of an article beside its text."""
    time = member.time
    fields = {"title": member.title, "source": member.source, "url": member.url, "published": member.published}
    value: Value = {"id": member.id, **{name: cut(field) for name, field in fields.items() if field}}
    if time is not None:
        value["time"] = [int(time.lo.timestamp() * 1000), int(time.hi.timestamp() * 1000), time.precision]
        value["zone"] = time.zone_known
    return value


def _match(match: Match, place: dict[str, int]) -> Sequence[float]:
    scores = (match.strength, match.resemblance, match.containment_a, match.containment_b, match.score)
    return place[match.a], place[match.b], RELATIONS.index(match.relation), *(round(score, 3) for score in scores)


def cut(text: str | None) -> str | None:
    """Return a text short enough to be shown."""
    return text if text is None or len(text) <= LONGEST_FIELD else text[:LONGEST_FIELD] + "…"
