"""The bundled newsroom and aggregator page: what a careful reader sees is what a run finds."""

from __future__ import annotations

import json
import random
import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import dedup

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = Path(__file__).parent.parent / "examples"
FETCHED = "2025-05-14T12:00:00+00:00"


def test_the_golden_clusters_exactly(newsroom, golden):
    assert sorted(cluster.ids for cluster in newsroom.clusters) == sorted(golden)


def test_the_golden_origins(newsroom):
    golden = json.loads((EXAMPLES / "newsroom.golden.json").read_text(encoding="utf-8"))["origins"]
    said = {cluster.ids[0]: cluster.origin for cluster in newsroom.clusters if cluster.origin is not None}
    assert {name: origin.name for name, origin in said.items() if origin.name not in golden.get(name, ())} == {}
    # Two agencies are known from a mark alone, "(MPA)" and "(HPS)", which is in no list and names no member.
    assert golden.keys() - said.keys() == {"alden-courier-salt", "fenland-echo-recall"}
    for cluster in newsroom.clusters:
        writers = [member for member in cluster.members if member.source in golden.get(cluster.ids[0], ())]
        if writers and cluster.origin is not None:
            assert cluster.origin.article in writers
            assert cluster.canonical in writers


def test_nothing_was_dropped_in_silence(newsroom):
    assert newsroom.capped == 0
    assert newsroom.problems == ()


def test_the_order_of_the_articles_changes_nothing(newsroom_path, newsroom):
    articles = [json.loads(line) for line in newsroom_path.read_text(encoding="utf-8").splitlines()]
    random.Random(7).shuffle(articles)
    again = dedup.find_duplicates(articles)
    assert again.clusters == newsroom.clusters
    assert again.matches == newsroom.matches


def test_the_originals_in_all_scripts_are_no_copies_of_each_other():
    result = dedup.find_duplicates(EXAMPLES / "scripts.jsonl")
    vocalised = {cluster.ids for cluster in result.clusters}
    # The one exception is meant: the same Arabic articles with and without vowel marks.
    assert all(len(ids) == 2 and ids[1].replace("-vocalised", "") == ids[0] for ids in vocalised)
    assert len(vocalised) == 8


def on_page(page: str) -> Iterator[dict[str, str | None]]:
    """Cut an aggregator page into its story and the related items below it.

    An item is: outlet, age, "- " and the outlet again, headline, text.
    """
    story, related = page.split("Related Articles")
    title, text = story.split("Hashtags")[0].strip().split("\n", 1)
    yield {"id": "main", "title": title, "text": text, "source": "Roundel", "fetched": FETCHED}
    lines = related.split("\n")
    for number, (source, age, again, title, text) in enumerate(
        five for five in zip(*(lines[start:] for start in range(5)), strict=False) if re.search(" ago$", five[1])
    ):
        assert again == f"- {source}"
        yield {
            "id": f"related-{number + 1}",
            "title": title,
            "text": text,
            "source": source,
            "published": age,
            "fetched": FETCHED,
        }


def test_the_aggregator_page():
    articles = list(on_page((EXAMPLES / "aggregator-page.txt").read_text(encoding="utf-8")))
    assert [article["id"] for article in articles] == ["main", "related-1", "related-2", "related-3"]
    result = dedup.find_duplicates(articles)
    (cluster,) = result.clusters
    assert cluster.ids == ("related-2", "related-3")
    assert {member.source for member in cluster.members} == {"Ulver Observer", "Eastplain Evening"}
    assert [article.id for article in result.unique] == ["main", "related-1", cluster.canonical.id]
    assert dedup.compare(*cluster.members).matched


def test_an_hour_ago_is_understood():
    articles = on_page((EXAMPLES / "aggregator-page.txt").read_text(encoding="utf-8"))
    (cluster,) = dedup.find_duplicates(list(articles)).clusters
    for member in cluster.members:
        assert member.published == "an hour ago"
        assert member.time is not None
        assert member.time.lo.isoformat() <= "2025-05-14T11:00:00+00:00" <= member.time.hi.isoformat()
        assert member.time.hi - member.time.lo == timedelta(hours=1)
        assert member.time.precision == "hour"
    assert not cluster.order_certain  # both an hour ago: nobody knows who was first
    assert cluster.tied == cluster.members
    assert "tied with related-3" in cluster.reasons.earliest
    assert cluster.origin is None
