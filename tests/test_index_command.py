"""`dedup index`: an index from the shell."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sysconfig
from pathlib import Path

import pytest
from stories import story

import dedup

COMMAND = str(Path(sysconfig.get_path("scripts")) / "dedup")
ARTICLES = [
    {"id": "a", "text": story(1), "published": "2025-03-01"},
    {"id": "b", "text": story(1) + " It rained.", "published": "2025-03-04"},
    {"id": "c", "text": story(2), "published": "2025-03-05"},
]


def lines(articles) -> bytes:
    return "".join(json.dumps(article) + "\n" for article in articles).encode()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "news.db"


def answers(ended) -> list[dict]:
    assert ended.code == 0, ended.err
    return [json.loads(line) for line in ended.out.splitlines()]


def test_add_makes_an_index_and_says_what_each_is(run, path):
    told = answers(run("index", "add", path, given=lines(ARTICLES)))
    assert [(one["id"], one["story"], one["status"]) for one in told] == [
        ("a", 1, "new"),
        ("b", 1, "copy"),
        ("c", 3, "new"),
    ]
    assert [match["id"] for match in told[1]["matches"]] == ["a"]
    assert told[1]["matches"][0]["relation"] == "copy"
    assert [one["status"] for one in answers(run("index", "add", path, given=lines(ARTICLES)))] == ["known"] * 3


def test_query_adds_nothing(run, path):
    answers(run("index", "add", path, given=lines(ARTICLES[:1])))
    (told,) = answers(run("index", "query", path, given=lines(ARTICLES[1:2])))
    assert (told["status"], told["story"]) == ("copy", 1)
    assert "articles: 1\n" in run("index", "stats", path).out


def test_create_makes_an_index_as_it_is_told(run, path):
    ended = run("index", "create", path, "--threshold", "0.6", "--window", "2d", "--keep-text", "--num-perm", "64")
    assert (ended.code, ended.out) == (0, "")
    with dedup.Index(path) as index:
        assert index.settings == dedup.Settings(threshold=0.6, window="48h", num_perm=64)
        index.add(ARTICLES[0])
        assert index.article("a").text
    again = run("index", "create", path)
    assert (again.code, again.err) == (2, f"error: INDEX must be a new file, and {path} is there already\n")


def test_create_learns_furniture(run, path, tmp_path):
    archive = tmp_path / "archive.jsonl"
    archive.write_bytes(lines([{"text": f"Subscribe to our letter now.\n{story(k)}", "source": "S"} for k in range(8)]))
    assert run("index", "create", path, "--furniture", archive).code == 0
    with dedup.Index(path) as index:
        assert len(index.furniture) == 1


def test_what_is_removed_and_expired(run, path):
    answers(run("index", "add", path, given=lines(ARTICLES)))
    assert run("index", "remove", path, "c", "nobody").out == "1\n"
    assert run("index", "expire", path, "--before", "2025-03-04").out == "1\n"
    assert run("index", "expire", path, "--before", "1d", "--compact").out == "1\n"
    assert "articles: 0\n" in run("index", "stats", path).out
    ended = run("index", "expire", path, "--before", "soon")
    assert (ended.code, ended.err) == (2, "error: before must be a date or time, got 'soon'\n")


def test_changes_and_export(run, path, tmp_path):
    answers(run("index", "add", path, given=lines(ARTICLES)))
    changes = answers(run("index", "changes", path))
    assert changes[0]["kind"] == "created"
    assert answers(run("index", "changes", path, "--since", changes[0]["cursor"])) == changes[1:]
    (cluster,) = answers(run("index", "export", path))
    assert (cluster["ids"], cluster["canonical"]) == (["a", "b"], "a")
    out = tmp_path / "unique.csv"
    assert run("index", "export", path, "-o", out, "--what", "unique").code == 0
    with out.open(newline="") as rows:
        assert [row["id"] for row in csv.DictReader(rows)] == ["a", "c"]


def test_check(run, path):
    answers(run("index", "add", path, given=lines(ARTICLES)))
    assert run("index", "check", path).out == "all is well\n"


@pytest.mark.parametrize("name", ["query", "remove", "expire", "stats", "changes", "export", "check"])
def test_an_index_that_is_not_there_is_an_error(run, path, name):
    more = {"remove": ["a"], "expire": ["--before", "1d"]}.get(name, [])
    ended = run("index", name, path, *more)
    assert (ended.code, ended.err) == (2, f"error: {path}: there is no such index\n")
    assert not path.exists()


def test_bad_lines_are_told_and_left_out(run, path):
    bad = (
        b'\n{"id": "a", "text": "Rain."}\nnot json\n[1]\n\xff\n' + b"[" * 100_000 + b'\n{"id": "b", "text": "Snow."}\n'
    )
    ended = run("index", "add", path, given=bad)
    assert [one["id"] for one in answers(ended)] == ["a", "b"]
    assert "standard input:3: not JSON" in ended.err
    assert "standard input:4: not a JSON object; left out" in ended.err
    assert "standard input:5: not UTF-8" in ended.err
    assert "standard input:6: not readable (nested too deep); left out" in ended.err
    strict = run("index", "add", path, "--strict", given=b"not json\n")
    assert strict.code == 2
    assert strict.err.startswith("error: standard input:1: not JSON")


def test_what_is_no_article_is_told_and_left_out(run, path):
    ended = run("index", "add", path, given=b'{"nothing": "known"}\n')
    assert (ended.code, ended.out) == (0, "")
    assert "an article was left out: articles must have some of the fields" in ended.err


def test_what_stands_beside_an_article_does_not_make_it_one(run, path):
    """One line or many at a time: the answers are the same."""
    told = [{"nothing": "known"}, {}, {"id": "t", "title": "Rain", "text": story(2)}, {"id": "b", "body": story(1)}]
    together = run("index", "add", path, "--field", "text=body", given=lines(told))
    assert [one["id"] for one in answers(together)] == ["b"]
    assert together.err.count("an article was left out: ") == 3
    for one, count in zip(told, (0, 0, 0, 1), strict=True):
        alone = run("index", "add", path.with_suffix(f".{count}.db"), "--field", "text=body", given=lines([one]))
        assert len(answers(alone)) == count


@pytest.mark.parametrize("wrong", [b"{bad\n", b'{"nothing": "known"}\n'])
def test_what_came_before_the_line_that_stops_the_stream_is_kept(run, path, wrong):
    ended = run("index", "add", path, "--strict", given=lines(ARTICLES[:2]) + wrong + lines(ARTICLES[2:]))
    assert ended.code == 2
    assert ended.err.startswith("error: ")
    assert [json.loads(line)["id"] for line in ended.out.splitlines()] == ["a", "b"]
    with dedup.Index(path, must_exist=True) as index:
        assert len(index) == 2


@pytest.mark.parametrize(
    ("options", "rule"),
    [
        (["--zone", "Mars/X"], "zones must name IANA zones, as in 'Asia/Dubai', got 'Mars/X'"),
        (["--zones", "nowhere.json"], "nowhere.json: --zones cannot be read: No such file or directory"),
        (["--field", "foo=bar"], "fields must name some of id, url, title, text"),
    ],
)
def test_wrong_options_are_told_before_an_index_is_made(run, path, options, rule):
    ended = run("index", "add", path, *options, given=lines(ARTICLES))
    assert ended.code == 2
    assert ended.err.startswith(f"error: {rule}")
    assert not path.exists()


@pytest.mark.parametrize("path", ["", ":memory:"])
def test_an_index_must_have_a_name(run, path):
    ended = run("index", "add", path, given=lines(ARTICLES))
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"error: path must name a file, got {path!r}")


def test_a_closed_input_is_told(path):
    for arguments in (["index", "add", path], ["find", "-"]):
        line = f"'{COMMAND}' {' '.join(map(str, arguments))} <&-"  # as a shell closes what is read
        done = subprocess.run(line, shell=True, capture_output=True, text=True, timeout=60, check=False)  # noqa: S602
        assert done.returncode == 2
        assert "cannot be read" in done.stderr
        assert "Traceback" not in done.stderr


def test_fields_and_zones(run, path):
    given = lines([{"id": "a", "corpse": story(1), "paper": "Nova Vest", "published": "2025-03-04 10:00"}])
    answers(
        run(
            "index",
            "add",
            path,
            "--field",
            "text=corpse",
            "--field",
            "source=paper",
            "--zone",
            "Asia/Dubai",
            given=given,
        )
    )
    with dedup.Index(path) as index:
        article = index.article("a")
        assert (article.source, article.zone) == ("Nova Vest", "Asia/Dubai")
        assert index.query({"text": story(1)}).status == "copy"


@pytest.mark.full
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stream_is_answered_at_once_and_ends_cleanly(path, number, code):
    process = subprocess.Popen([COMMAND, "index", "add", path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        for article in ARTICLES:
            process.stdin.write(lines([article]))
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == article["id"]  # though the stream goes on
        process.send_signal(number)
        assert process.wait(30) == code
        assert process.stdout.read() == b""
    finally:
        process.kill()
        process.communicate()
    with dedup.Index(path) as index:
        assert len(index) == 3
        assert index.check() == []
