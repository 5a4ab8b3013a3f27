"""What the command is told of fields, and what it says of them."""

from __future__ import annotations

import json

import pytest
from fields_kit import FIXTURES, TEXT

pytestmark = pytest.mark.usefixtures("_wide")


def test_show_fields_prints_the_mappings_and_stops(run, tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps({"Headline": "Ferry", "body": TEXT, "story": TEXT}))
    code, out, err = run(
        "find", "--show-fields", "--field", "text=story", tmp_path / "a.jsonl", FIXTURES / "feedparser.json"
    )
    assert (code, err) == (0, "")
    lines = [[cell.strip() for cell in line.strip("│\n ").split("│")] for line in out.splitlines() if "│" in line]
    assert ["text", "story", "given"] in lines
    assert ["title", "Headline", "like 'headline', name 2 of 5 for it"] in lines
    assert ["url", "link", "feedparser, told by published_parsed"] in lines
    assert "clusters" not in out


def test_the_command_takes_fields(run, tmp_path):
    rows = [{"id": name, "words": f"{TEXT} {TEXT} The harbour office said so on Tuesday.", "by": "x"} for name in "ab"]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    options = ("--field", "text=words", "--field", "author=by")
    assert run("find", "-q", *options, path)[1].startswith("2 articles")
    assert run("find", "-q", path)[1] == "no copies found\n"
    assert run("explain", "-q", *options, path, "a", "b")[1].startswith("identical")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("text", "error: --field must look like text=body, got 'text'\n"),
        ("=body", "error: --field must look like text=body, got '=body'\n"),
        ("body=text", "error: fields must name some of id, "),
        ("text=boddy", "error: fields must name what some article has, got 'boddy' for 'text'; there are 'body'"),
    ],
)
def test_a_field_on_the_command_line_that_will_not_do(given, message, run, tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps({"body": TEXT}))
    code, _, err = run("find", "--field", given, tmp_path / "a.jsonl")
    assert code == 2
    assert err.startswith(message)
