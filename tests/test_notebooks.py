"""What notebooks show: all that is there, and nothing as markup."""

from __future__ import annotations

import io

from lxml import html
from rich.console import Console
from stories import story

import dedup

HOSTILE = "<script>alert(1)</script>\u202e\x1b[2J"


def cells(page: str) -> list[str]:
    """The text of each cell; fails if anything is there that no page made by us has."""
    root = html.fromstring(f"<div>{page}</div>")
    assert {one.tag for one in root.iter()} <= set(
        "div table caption thead tbody tr th td p ul li span ins del".split()
    )
    return [one.text_content() for one in root.iter("td")]


def test_a_result_and_its_clusters(newsroom):
    shown = cells(newsroom._repr_html_())
    for name, number in newsroom.counts.items():
        assert shown[shown.index(name) + 1] == f"{number:,}"
    for cluster in newsroom.clusters:
        assert cluster.canonical.id in shown
        page = cells(cluster._repr_html_())
        assert set(cluster.ids) <= set(page)
        assert page.count("kept") == page.count("centre") == 1


def test_a_comparison_shows_both_texts():
    one, two = story(1), story(1).replace(story(1).split()[40], "otherwise")
    page = dedup.compare({"id": "a", "text": one}, {"id": "b", "text": two})._repr_html_()
    root = html.fromstring(f"<div>{page}</div>")
    assert [each.text for each in root.iter("ins")] == ["otherwise"] * len(list(root.iter("del")))
    assert "copy" in page


def test_what_articles_say_is_text_and_no_command_to_a_terminal():
    article = {"title": HOSTILE, "source": HOSTILE, "published": HOSTILE, "text": f"{story(1)} {HOSTILE}"}
    result = dedup.find_duplicates([{**article, "id": f"{name}{HOSTILE}"} for name in "ab"])
    (cluster,) = result.clusters
    comparison = dedup.compare(*cluster.members)
    for page in (result._repr_html_(), cluster._repr_html_(), comparison._repr_html_()):
        assert cells(page)
        assert "\u202e" not in page
        assert "\x1b" not in page
    console = Console(record=True, file=io.StringIO())
    console.print(comparison)
    printed = console.export_text()
    assert "alert(1)" in printed
    assert "\x1b" not in printed
    assert "\u202e" not in printed
