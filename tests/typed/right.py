"""What users write: mypy must find nothing wrong with it. It is checked, never run."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import assert_type

import dedup

articles = [{"id": "a", "text": "x"}]
result = dedup.find_duplicates(articles, dedup.Settings(threshold=0.5, window="72h"), canonical=dedup.earliest)
assert_type(result, dedup.Result)
assert_type(result.clusters, tuple[dedup.Cluster, ...])
for cluster in result.clusters:
    assert_type(cluster.ids, tuple[str, ...])
    assert_type(cluster.canonical, dedup.Article)
    assert_type(cluster.origin, dedup.Origin | None)
    assert_type(cluster.lag, timedelta | None)
for match in result.matches:
    assert_type(match.strength, float)
result.write(Path("out.csv"), "articles", escape_formulas=True)
assert_type(result.at(threshold=0.9), dedup.Result)
assert_type(dedup.compare(articles[0], result.clusters[0].canonical), dedup.Comparison)
assert_type(dedup.plan(threshold=0.7), dedup.Plan)
dedup.find_duplicates(Path("a.jsonl"), canonical=lambda article: len(article.text or ""))
dedup.find_duplicates(["a.jsonl", "b.csv"], canonical=dedup.prefer_sources("AP"), furniture=result.furniture)


def told(stage: str, done: int, total: int) -> None:
    """Show progress."""


dedup.find_duplicates(articles, progress=told)
with dedup.Index("news.db", durability="fsync") as index:
    assert_type(index, dedup.Index)
    index.add(articles[0])
    assert_type(index.story_of("a"), int | None)
    for story in index.stories():
        assert_type(story, dedup.Story)
try:
    dedup.write_report(result, "report.html")
except dedup.DedupError as error:
    assert_type(error, dedup.DedupError)
