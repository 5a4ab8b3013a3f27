"""What the command is told of times and zones, and what it says of them."""

from __future__ import annotations

import json
import re

import pytest

from dedup.articles import dateparsing

TEXT = "The ferry to Port Alden will run again on Monday, the harbour office said on Tuesday evening after the storm."
ROWS = [
    {"id": "a", "text": TEXT, "source": "Al Arabiya", "published": "2025-03-04 13:15:00"},
    {"id": "b", "text": TEXT, "source": "Northern Wire", "published": "2025-03-04T09:40:00Z"},
    {"id": "c", "text": TEXT, "source": "Westmere Post", "published": "2025-03-09"},
    {"id": "d", "text": "Rain.", "published": "soon"},
    {"id": "e", "text": "Sun."},
]


pytestmark = pytest.mark.usefixtures("_wide")


@pytest.fixture
def path(tmp_path):
    found = tmp_path / "a.jsonl"
    found.write_text("\n".join(map(json.dumps, ROWS)))
    return found


def clusters(run, path, *options):
    code, out, _ = run("find", "-q", "-o", "-", *options, path)
    assert code == 0
    return [(row["ids"], row["order_certain"]) for row in map(json.loads, out.splitlines())]


def test_find_takes_a_window(run, path):
    assert clusters(run, path) == [(["a", "b", "c"], False)]
    assert clusters(run, path, "--window", "72h") == [(["a", "b"], False)]


def test_explain_takes_a_window(run, path):
    assert run("explain", "-q", path, "a", "c")[1].startswith("identical")
    code, out, _ = run("explain", "-q", "--window", "72h", path, "a", "c")
    assert (code, out.startswith("distant")) == (0, True)
    assert "(the window is 3.0 days): not compared in a run" in out


def test_find_takes_zones(run, path, tmp_path):
    near = ("--window", "72h")
    (tmp_path / "zones.json").write_text(json.dumps({"Al Arabiya": "Asia/Dubai", "Other": "Asia/Tokyo"}))
    (tmp_path / "wrong.json").write_text(json.dumps({"Al Arabiya": "America/Lima"}))
    for options in (
        ("--zone", "Al Arabiya=Asia/Dubai"),
        ("--zone", "Asia/Dubai"),
        ("--zone", "Asia/Tokyo", "--zone", "Al Arabiya=Asia/Dubai"),
        ("--zones", tmp_path / "zones.json"),
        ("--zones", tmp_path / "wrong.json", "--zone", "Al Arabiya=Asia/Dubai"),
    ):
        assert clusters(run, path, *near, *options) == [(["a", "b"], True)]
    # At 18:15 UTC it was not the first, and 3 hours are enough to leave it out.
    assert clusters(run, path, "--window", "3h", "--zones", tmp_path / "wrong.json") == []


def test_report_takes_a_window_and_zones(run, path, tmp_path):
    for options, copies in (((), 2), (("--window", "72h"), 1), (("--window", "3h", "--zone", "Asia/Tokyo"), 0)):
        code, _, err = run("report", "-o", tmp_path / "r.html", *options, path)
        assert code == 0
        assert re.search(rf"copies +│ +{copies} │", err)


def test_tune_takes_a_window_and_zones(run, path, tmp_path):
    (tmp_path / "labels.csv").write_text("a,b,same\na,b,true\nb,c,false\n")
    for options, told in (
        ((), "precision 0.500, recall 1.000"),
        (("--window", "72h"), "precision 1.000, recall 1.000"),
        (("--window", "3h", "--zone", "Asia/Tokyo"), "precision 1.000, recall 0.000"),
    ):
        code, out, _ = run("tune", "-q", *options, path, tmp_path / "labels.csv")
        assert (code, told in out) == (0, True)


def test_evaluate_takes_a_window_and_zones(run, path, tmp_path):
    """What the window keeps apart is not missed."""
    texts = dict(zip("abc", (TEXT, f"{TEXT} He was glad.", f"They told us: {TEXT}"), strict=True))
    rows = [{**row, "text": texts.get(row["id"], row["text"]), "when": "2025-03-04"} for row in ROWS]
    path.write_text("\n".join(map(json.dumps, rows)))
    (tmp_path / "clusters.jsonl").write_text('{"ids": ["a", "b"]}\n')
    for options, found in (
        ((), "1 of 3 pairs"),
        (("--window", "72h"), "1 of 1 pairs"),
        (("--window", "72h", "--field", "published=when"), "1 of 3 pairs"),
        (("--window", "3h", "--zone", "Asia/Tokyo"), "0 of 0 pairs"),
    ):
        code, out, _ = run("evaluate", tmp_path / "clusters.jsonl", "--articles", path, *options)
        assert (code, found in out) == (0, True), out


def test_show_fields_says_how_times_are_understood(run, path, monkeypatch):
    for there in (True, False):
        monkeypatch.setattr(dateparsing, "installed", lambda there=there: there)
        code, out, err = run("find", "--show-fields", "--zone", "Northern Wire=Asia/Dubai", path)
        assert (code, err) == (0, "")
        assert ("newsdedup[dates]" in out) is not there
    lines = [[cell.strip() for cell in line.strip("│\n ").split("│")] for line in out.splitlines() if "│" in line]
    assert lines[-5:] == [
        ["exact, zone unknown", "1", "2025-03-04 13:15:00"],
        ["exact", "1", "2025-03-04T09:40:00Z"],
        ["day, zone unknown", "1", "2025-03-09"],
        ["not understood", "1", "soon"],
        ["none", "1"],
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--window", "3"), "error: window must be a span of time such as '72h', '3d' or '90m', got '3'\n"),
        (("--zone", "Dubai"), "error: zones must name IANA zones, as in 'Asia/Dubai', got 'Dubai'\n"),
        (("--zone", "A=Dubai"), "error: zones must name IANA zones, as in 'Asia/Dubai', got 'Dubai' for 'A'\n"),
        (
            ("--zone", "=Asia/Dubai"),
            "error: --zone must look like 'Al Arabiya=Asia/Dubai', or 'Asia/Dubai' for all, got",
        ),
        (("--zone", "A="), "error: --zone must look like"),
        (("--zones", "{}/none.json"), "error: {}/none.json: --zones cannot be read: No such file or directory\n"),
        (("--zones", "{}/bad.json"), "error: {}/bad.json: --zones must be a JSON object: Expecting value: line 1"),
        (("--zones", "{}/list.json"), "error: {}/list.json: --zones must be a JSON object of outlets and zones, as in"),
        (("--zones", "{}/numbers.json"), "error: {}/numbers.json: --zones must be a JSON object of outlets and zones"),
    ],
)
def test_what_will_not_do(options, message, run, path, tmp_path):
    for name, text in (("bad", "x"), ("list", '["Asia/Dubai"]'), ("numbers", '{"A": 3}')):
        (tmp_path / f"{name}.json").write_text(text)
    for command in (("find",), ("explain", "a", "b")):
        code, _, err = run(command[0], *(each.replace("{}", str(tmp_path)) for each in options), path, *command[1:])
        assert code == 2
        assert err.startswith(message.replace("{}", str(tmp_path)))
        assert err.count("\n") == 1
