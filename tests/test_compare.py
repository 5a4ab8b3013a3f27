"""Two articles side by side: relation, reasons and differences, both ways round."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
import twins
from hypothesis import example, given
from hypothesis import strategies as st
from rich.console import Console
from stories import sentences, story

import dedup
from dedup.errors import ArgumentError

EXAMPLES = Path(__file__).parent.parent / "examples"
WHOLE, OTHER = story(1), story(2)
CUT = "\n\n".join(WHOLE.split("\n\n")[:2])
EDITED = WHOLE.replace(sentences(1)[9], "The editor rewrote this one sentence.")


def compare(a: str | None, b: str | None, **fields: str) -> dedup.Comparison:
    return dedup.compare({"id": "a", "text": a, **fields}, {"id": "b", "text": b, **fields})


def tokens(text: str) -> list[int]:
    return [twins.slow_token_hash(token) for token, _, _ in twins.slow_tokens(text)]


def applied(comparison: dedup.Comparison) -> tuple[list[int], list[int]]:
    """The tokens of both texts, from the differences alone."""
    sides = [[token for run in comparison.differences for token in tokens(side(run))] for side in (left, right)]
    return sides[0], sides[1]


def left(run: dedup.Difference) -> str:
    return run.a


def right(run: dedup.Difference) -> str:
    return run.b


def test_identical():
    comparison = compare(WHOLE, WHOLE.upper().replace(".", " …"))
    assert comparison.relation == "identical"
    assert comparison.matched
    assert comparison.strength == comparison.resemblance == comparison.score == 1.0
    assert comparison.reasons == ("both have the same tokens in the same order",)
    assert [run.kind for run in comparison.differences] == ["equal"]


def test_copy():
    comparison = compare(WHOLE, EDITED)
    assert comparison.relation == "copy"
    assert comparison.matched
    assert 0.5 < comparison.strength == comparison.resemblance < 1.0
    assert comparison.reasons
    kinds = [run.kind for run in comparison.differences]
    assert kinds[0] == kinds[-1] == "equal"
    assert "replace" in kinds


@pytest.mark.parametrize("mirrored", [False, True])
def test_excerpt(mirrored):
    comparison = compare(WHOLE, CUT) if mirrored else compare(CUT, WHOLE)
    assert comparison.relation == "excerpt"
    shares = (comparison.containment_a, comparison.containment_b)
    assert (shares[0] < shares[1]) == mirrored
    assert comparison.strength == max(shares)
    assert [run.kind for run in comparison.differences] == ["equal", "delete" if mirrored else "insert"]


def test_distant():
    comparison = compare(WHOLE, OTHER)
    assert comparison.relation == "distant"
    assert not comparison.matched
    assert len(comparison.reasons) == 1


def test_a_threshold_that_is_missed_is_named():
    settings = dedup.Settings(threshold=0.99)
    comparison = dedup.compare({"text": WHOLE}, {"text": EDITED}, settings)
    assert comparison.relation == "distant"
    assert any("below the threshold 0.99" in reason for reason in comparison.reasons)


def test_it_judges_as_a_run_does(newsroom):
    articles = {one.id: one for one in newsroom.batch.articles(range(len(newsroom.batch)))}
    for match in newsroom.matches:
        comparison = dedup.compare(articles[match.a], articles[match.b], furniture=newsroom.furniture)
        for name in ("relation", "strength", "resemblance", "containment_a", "containment_b", "score"):
            assert getattr(comparison, name) == getattr(match, name), (match, name)


def test_differences_of_the_newsroom_rebuild_both_texts(newsroom):
    articles = {one.id: one for one in newsroom.batch.articles(range(len(newsroom.batch)))}
    assert any(match.a.startswith("zh-") for match in newsroom.matches)
    for match in newsroom.matches:
        a, b = articles[match.a], articles[match.b]
        comparison = dedup.compare(a, b)
        assert applied(comparison) == (tokens(a.text), tokens(b.text))
        check_runs(comparison)


words = st.text(alphabet="abcdé 1,.\n中文กข", max_size=60)
texts = st.lists(st.sampled_from(sentences(3, 12)) | words, max_size=12).map(" ".join)


@given(texts, texts)
@example("", "")
@example("one two", "")
@example("中文中文中", "文中文中文")
def test_differences_rebuild_both_texts(a, b):
    comparison = compare(a, b)
    assert applied(comparison) == (tokens(a), tokens(b))
    check_runs(comparison)


def check_runs(comparison: dedup.Comparison) -> None:
    """Check that each run is what its kind says."""
    for run in comparison.differences:
        assert {
            "equal": tokens(run.a) == tokens(run.b) != [],
            "delete": run.a != "" == run.b,
            "insert": run.a == "" != run.b,
            "replace": "" not in {run.a, run.b},
        }[run.kind]


@given(texts, texts)
def test_mirrored(a, b):
    one, two = compare(a, b), dedup.compare({"id": "b", "text": b}, {"id": "a", "text": a})
    for name in ("relation", "strength", "resemblance", "score", "reasons"):
        assert getattr(one, name) == getattr(two, name)
    assert (one.containment_a, one.containment_b) == (two.containment_b, two.containment_a)
    assert (one.a, one.b) == (two.b, two.a)
    kind = {"equal": "equal", "replace": "replace", "delete": "insert", "insert": "delete"}
    assert [(run.kind, run.a, run.b) for run in one.differences] == [
        (kind[run.kind], run.b, run.a) for run in two.differences
    ]


@pytest.mark.parametrize(("a", "b"), [("", ""), (None, None), (None, WHOLE), ("", "…!?"), ("one", None)])
def test_no_text_is_no_match(a, b):
    comparison = compare(a, b)
    assert comparison.relation == "distant"
    assert comparison.strength == comparison.score == 0.0
    assert str(comparison)


def test_dicts_and_articles_alike():
    one, two = {"id": "x", "text": WHOLE, "source": "Zed"}, {"id": "y", "text": EDITED}
    with_dicts = dedup.compare(one, two)
    assert dedup.compare(dedup.Article(**one), dedup.Article(**two)) == with_dicts
    assert dedup.compare(dedup.Article(**one), two) == with_dicts
    assert with_dicts.a == dedup.Article(**one)


def test_html_is_read_as_text():
    markup = "".join(f"<p>{paragraph}</p>\n" for paragraph in WHOLE.split("\n\n"))
    assert compare(markup, WHOLE).relation == "identical"


def test_furniture_is_left_out():
    menu = "Subscribe now for unlimited access to all stories."
    pages = [{"id": f"p{n}", "source": "Post", "text": f"{menu}\n\n{story(20 + n)}\n\n{menu}"} for n in range(8)]
    furniture = dedup.learn_furniture(pages)
    plain = {"id": "w", "source": "Wire", "text": story(20)}
    assert dedup.compare(pages[0], plain, furniture=furniture).relation == "identical"
    assert dedup.compare(pages[0], plain).relation == "copy"


@pytest.mark.parametrize(
    ("a", "b", "message"), [("text", {}, "a must be .* got str"), ({}, None, "b must be .* got None")]
)
def test_anything_else_is_refused(a, b, message):
    with pytest.raises(ArgumentError, match=message):
        dedup.compare(a, b)


def test_it_prints_as_a_word_diff():
    a = {"id": "one", "title": "A title", "text": WHOLE, "source": "Zed", "published": "2024-05-02"}
    b = {"id": "two", "text": WHOLE.replace(sentences(1)[9], "The editor rewrote this one sentence.")}
    comparison = dedup.compare(a, b)
    lines = str(comparison).splitlines()
    assert lines[0] == f"copy (strength {comparison.strength:.3f})"
    assert lines[1] == f"  - {comparison.reasons[0]}"
    assert "- one: A title (Zed, 2024-05-02)" in lines
    assert "+ two: (no title)" in lines
    assert "The editor rewrote this one sentence" in lines[-1]
    assert "words ...]" in lines[-1]  # what both have is shortened
    assert len(lines[-1].split()) < len(WHOLE.split())


def test_rich_prints_the_same_text():
    comparison = compare(WHOLE, EDITED)
    console = Console(file=io.StringIO(), width=100_000)
    console.print(comparison)
    assert console.file.getvalue().rstrip() == str(comparison).rstrip()


def test_text_in_square_brackets_is_no_markup_of_the_terminal():
    text = f"The [bold]Sale[/bold] {WHOLE} [/]"
    console = Console(file=io.StringIO(), width=100_000)
    console.print(compare(text, text))
    assert "[bold]Sale[/bold]" in console.file.getvalue()


def test_the_newsroom_says_why():
    articles = {}
    for line in (EXAMPLES / "newsroom.jsonl").read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        articles[one["id"]] = one
    comparison = dedup.compare(articles["nw-dam"], articles["lantern-dam"])
    assert comparison.relation == "excerpt"
    assert comparison.reasons
