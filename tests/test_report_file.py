"""The report as a file: what it holds, what it leaves out, and that nothing in it comes from articles as markup."""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
import re

import pytest
from stories import sentences, story

import dedup
from dedup.errors import ArgumentError
from dedup.review.report import writing

WHOLE = story(1)
MENU = "Home News Sport Weather Share this story with your friends"


def blocks(page: str, kind: str) -> list[object]:
    """What the blocks of one kind hold."""
    found = re.findall(rf'<script type="application/octet-stream" id="{kind}-\d+">([^<]*)</script>', page)
    return [json.loads(gzip.decompress(base64.b64decode(one))) for one in found]


def written(result: dedup.Result, tmp_path, **rest: str) -> str:
    dedup.write_report(result, tmp_path / "report.html", **rest)
    return (tmp_path / "report.html").read_text(encoding="utf-8")


def test_it_holds_every_cluster_with_its_texts_and_reasons(newsroom, tmp_path):
    page = written(newsroom, tmp_path)
    (about,) = blocks(page, "about")
    clusters = [one for block in blocks(page, "list") for one in block]
    texts = blocks(page, "text")
    assert dict(about["counts"]) == newsroom.counts
    assert about["leftOut"] == []
    assert [[member["id"] for member in one["members"]] for one in clusters] == [
        list(cluster.ids) for cluster in newsroom.clusters
    ]
    for cluster, (block, place) in zip(newsroom.clusters, about["places"], strict=True):
        held, reasons = texts[block][place]
        assert [" ".join(one["text"].split()) for one in held] == [
            " ".join((member.text or "").split()) for member in cluster.members
        ]
        for member, said in zip(cluster.members, reasons, strict=True):
            if member.id != cluster.centre.id:
                shown = dedup.compare(cluster.centre, member, newsroom.settings, furniture=newsroom.furniture)
                assert tuple(said) == shown.reasons
    assert sum(count for _, count, _ in about["outlets"]) == sum(len(cluster) for cluster in newsroom.clusters)
    assert sum(count for _, count in about["sizes"]) == len(newsroom.clusters)


def test_furniture_is_marked_where_it_stands(tmp_path):
    outlet = [{"id": f"n{seed}", "source": "Post", "text": f"{MENU} — 港é\n\n{story(seed, 6)}"} for seed in range(8)]
    copies = [{"id": f"c{seed}", "source": "Echo", "text": story(seed, 6)} for seed in range(8)]
    page = written(dedup.find_duplicates([*outlet, *copies]), tmp_path)
    marked = 0
    for texts, _ in (one for block in blocks(page, "text") for one in block):
        for text in texts:
            units = text["text"].encode("utf-16-le")
            spans = text.get("furniture", [])
            for start, stop in zip(spans[::2], spans[1::2], strict=True):
                assert units[2 * start : 2 * stop].decode("utf-16-le") == f"{MENU} — 港é"
                marked += 1
    assert marked == 8


def test_nothing_of_an_article_is_markup(tmp_path):
    hostile = "</script><script>alert(1)</script><img src=x onerror=alert(1)>{{data}}{{script}}"
    article = {"title": hostile, "source": hostile, "url": f"javascript:{hostile}", "text": f"{WHOLE} {hostile}"}
    articles = [{**article, "id": f"{hostile} {number}", "published": hostile} for number in range(2)]
    page = written(dedup.find_duplicates(articles), tmp_path, title=f"T{hostile}")
    assert "alert(1)" not in page.replace(html.escape(f"T{hostile}"), "")
    assert page.count("<script") == page.count("</script>") == 1 + len(re.findall("octet-stream", page))


def test_the_policy_allows_this_script_and_this_style_and_no_network(newsroom, tmp_path):
    page = written(newsroom, tmp_path)
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    allowed = dict(one.strip().split(" ", 1) for one in html.unescape(policy).split(";"))
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    for text, rule in ((style, "style-src"), (script, "script-src")):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert allowed[rule] == f"'sha256-{digest}'"
    assert {rule: value for rule, value in allowed.items() if rule not in {"style-src", "script-src"}} == {
        "default-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function|srcdoc", script)
    assert not re.search(r'(?:src|href)="(?!#)', page)


def test_what_does_not_fit_is_left_out_and_named(newsroom, tmp_path, monkeypatch):
    clusters, articles = len(newsroom.clusters), sum(len(cluster) for cluster in newsroom.clusters)
    monkeypatch.setattr(writing, "_TEXT_BLOCK", 1)
    monkeypatch.setattr(writing, "_LIST_BLOCK", 1)
    whole = written(newsroom, tmp_path)
    monkeypatch.setattr(writing, "LARGEST", len(whole) + 10**5 - 10_000)
    page = written(newsroom, tmp_path)
    assert len(page) < len(whole)
    (about,) = blocks(page, "about")
    kept = sum(len(texts) for block in blocks(page, "text") for texts, _ in block)
    assert 0 < kept < articles
    assert about["leftOut"] == [f"the texts of {articles - kept} of the {articles} articles in clusters"]
    assert len([one for block in blocks(page, "list") for one in block]) == clusters
    monkeypatch.setattr(writing, "LARGEST", len(whole) - sum(map(len, re.findall(r">([^<]*)</script>", whole))) + 10**5)
    (about,) = blocks(written(newsroom, tmp_path), "about")
    assert re.fullmatch(r"the \d+ smallest clusters, with \d+ articles", about["leftOut"][0])


def test_one_result_is_always_the_same_file(newsroom, newsroom_path, tmp_path):
    again = dedup.find_duplicates(newsroom_path)
    assert written(newsroom, tmp_path) == written(again, tmp_path)


def test_fields_that_are_too_long_are_cut_but_ids_are_whole(tmp_path):
    long = "A" * 1_000_000
    articles = [{"id": f"{long}{number}", "title": long, "text": WHOLE} for number in range(2)]
    page = written(dedup.find_duplicates(articles), tmp_path)
    (cluster,) = [one for block in blocks(page, "list") for one in block]
    assert [len(member["id"]) for member in cluster["members"]] == [1_000_001] * 2
    assert [len(member["title"]) for member in cluster["members"]] == [501] * 2


def test_a_report_of_nothing(tmp_path):
    page = written(dedup.find_duplicates([{"id": "a", "text": sentences(1)[0]}]), tmp_path)
    (about,) = blocks(page, "about")
    assert (about["blocks"], about["places"], about["leftOut"]) == (0, [], [])


@pytest.mark.parametrize("name", ["report.txt", "report", "none/report.html", "folder.html"])
def test_a_place_where_no_report_can_be_is_refused(newsroom, tmp_path, name):
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(ArgumentError, match="the path of a report must"):
        dedup.write_report(newsroom, tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["folder.html"]
