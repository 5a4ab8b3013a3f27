"""The `dedup` command: what it prints and writes, and how it ends."""

from __future__ import annotations

import dataclasses
import gzip
import json
import os
import re
import signal
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import numba
import numpy as np
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
import typer
from rich.console import Console
from stories import sentences, story
from typer.testing import CliRunner

import dedup
from dedup import cli
from dedup.cli import finding, speaking
from dedup.stages._kernels import compiling

COMMAND = str(Path(sysconfig.get_path("scripts")) / "dedup")
WHOLE = story(1)
GOOD = [{"id": "a", "text": WHOLE}, {"id": "b", "text": WHOLE.upper()}, {"id": "c", "text": story(2)}]


@pytest.fixture(autouse=True)
def no_terminal(monkeypatch):
    """Keep what the surroundings say about terminals away from rich."""
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


def started(*arguments: object, **rest: object) -> subprocess.CompletedProcess[bytes]:
    """Run the command as a user does."""
    return subprocess.run([COMMAND, *map(str, arguments)], capture_output=True, check=False, **rest)


@pytest.fixture
def stories(tmp_path):
    path = tmp_path / "stories.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in GOOD))
    return path


def listed(out: str) -> list[tuple[str, ...]]:
    """The ids of each cluster in a listing."""
    return [
        tuple(line[4:].split()[0] for line in block.splitlines()[1:] if not line.startswith("  origin: "))
        for block in out.strip().split("\n\n")
    ]


def test_find_prints_every_cluster_of_the_newsroom(newsroom_path, newsroom, golden):
    ended = started("find", newsroom_path, encoding="utf-8")
    assert ended.returncode == 0
    clusters = listed(ended.stdout)
    assert clusters == [cluster.ids for cluster in newsroom.clusters]
    assert sorted(clusters) == sorted(golden)
    for cluster in newsroom.clusters:
        assert f"{len(cluster)} articles  {cluster.canonical.title}\n" in ended.stdout
        assert f"  * {cluster.canonical.id} " in ended.stdout
    for name, number in newsroom.counts.items():
        assert re.search(rf"{name} +│ +{number:,} │", ended.stderr)
    assert re.search(r"seconds +│ +\d+\.\d\d │", ended.stderr)


def test_a_line_has_id_relation_source_and_time(run, tmp_path):
    path = tmp_path / "two.jsonl"
    first = {"id": "x", "text": WHOLE, "source": "The Post", "published": "2024-05-02", "title": "A\ntitle"}
    path.write_text(json.dumps(first) + "\n" + json.dumps({"id": "longer", "text": WHOLE}) + "\n")
    lines = run("find", path, "-q").out.splitlines()
    assert lines[0] == "2 articles  A title"
    assert sorted(line.split() for line in lines[1:3]) == [
        ["*", "x", "identical", "The", "Post", "2024-05-02"],
        ["longer", "centre", "-", "-"],
    ]
    assert len({line.index(word) for line, word in zip(lines[1:3], ("centre", "identical"), strict=True)}) == 1


def test_nothing_in_a_listing_is_a_command_to_the_terminal(run, tmp_path):
    path = tmp_path / "two.jsonl"
    hostile = {
        "id": "x\x1b[2J",
        "text": WHOLE,
        "title": "\x1b]0;owned\x07 [bold]t[/bold]",
        "source": "\u202egnp",
    }
    path.write_text(json.dumps(hostile) + "\n" + json.dumps({**hostile, "id": "y"}) + "\n")
    out = run("find", path, "-q").out
    assert "\x1b" not in out
    assert "\x07" not in out
    assert "\u202e" not in out
    assert "[bold]t[/bold]" in out


def test_no_copies(run, tmp_path):
    path = tmp_path / "one.jsonl"
    path.write_text(json.dumps(GOOD[0]) + "\n")
    assert run("find", path).out == "no copies found\n"
    path.write_text("")
    assert run("find", path).code == 0


@pytest.mark.parametrize("ending", [".jsonl", ".csv", ".parquet", ".jsonl.gz"])
@pytest.mark.parametrize("what", ["clusters", "articles", "unique"])
def test_output_is_written_by_its_ending(run, stories, tmp_path, ending, what):
    path = tmp_path / f"out{ending}"
    ended = run("find", stories, "--output", path, "--what", what)
    assert (ended.code, ended.out) == (0, "")
    assert "clusters" in ended.err
    key, expected = {
        "clusters": ("canonical", ["a"]),
        "articles": ("id", ["a", "b", "c"]),
        "unique": ("id", ["a", "c"]),
    }[what]
    if ending == ".parquet":
        found = pq.read_table(path)[key].to_pylist()
    elif ending == ".csv":
        found = pacsv.read_csv(path)[key].to_pylist()
    else:
        data = gzip.decompress(path.read_bytes()) if ending.endswith("gz") else path.read_bytes()
        found = [json.loads(line)[key] for line in data.splitlines()]
    assert found == expected


def test_standard_input_and_output(run, stories):
    ended = run("find", "-", "-o", "-", "--what", "unique", given=stories.read_bytes())
    assert [json.loads(line)["id"] for line in ended.out.splitlines()] == ["a", "c"]
    assert "articles" in ended.err


def test_several_files_are_one_newsroom(run, stories, tmp_path):
    other = tmp_path / "other.csv"
    other.write_text(f'id,text\nd,"{sentences(9)[0]}"\ne,"{WHOLE}"\n')
    assert listed(run("find", stories, other, "-q").out) == [("a", "b", "e")]


def test_bad_lines_are_reported_and_left_out(run, stories):
    stories.write_text("not json\n" + stories.read_text() + "[1]\n")
    ended = run("find", stories)
    assert ended.code == 0
    assert f"{stories}:1: not JSON" in ended.err.replace("\n", "")
    assert f"{stories}:5: " in ended.err.replace("\n", "")
    assert re.search(r"bad lines +│ +2 │", ended.err)
    assert listed(ended.out) == [("a", "b")]


def test_many_bad_lines_are_summed_up(run, stories):
    stories.write_text("not json\n" * 50 + stories.read_text())
    err = run("find", stories).err
    assert err.count("not JSON") == speaking.SHOWN_PROBLEMS
    assert "... and 30 more problems" in err


def test_strict_stops_at_the_first_bad_line(run, stories):
    stories.write_text(stories.read_text() + "not json\n")
    ended = run("find", stories, "--strict")
    assert ended.code == 2
    assert re.fullmatch(r"error: .*stories\.jsonl:4: not JSON .*\n", ended.err)
    assert ended.out == ""


def test_quiet(run, stories):
    stories.write_text("not json\n" + stories.read_text())
    ended = run("find", stories, "--quiet")
    assert ended.err == ""
    assert listed(ended.out) == [("a", "b")]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["find", "nowhere.jsonl"], "nowhere.jsonl: no such file"),
        (["find", "examples"], "examples: the ending must be one of"),
        (
            ["find", "examples/newsroom.jsonl", "--threshold", "2"],
            "threshold must be above 0 and at most 1, got 2.0",
        ),
        (["find", "examples/newsroom.jsonl", "--threshold", "x"], "Invalid value for '--threshold'"),
        (["find", "examples/newsroom.jsonl", "--what", "x"], "Invalid value for '--what'"),
        (
            ["find", "examples/newsroom.jsonl", "-o", "nowhere/out.jsonl"],
            "path must be in a folder that exists",
        ),
        (["find", "examples/newsroom.jsonl", "-o", "out.txt"], "path must end in one of"),
        (["find", "examples/newsroom.jsonl", "--what", "joined"], "--what joined must come with --against"),
        # What cannot be written is refused before anything is read.
        (
            ["find", "nowhere.jsonl", "-o", "./nowhere.jsonl"],
            "--output must be a file of its own, got './nowhere.jsonl'",
        ),
        (
            ["find", "nowhere.jsonl", "-o", "a.parquet", "--signatures", "./a.parquet"],
            "--signatures must be a file of its",
        ),
        (["find", "nowhere.jsonl", "-o", "out.txt"], "path must end in one of"),
        (["find", "nowhere.jsonl", "-o", "examples"], "path must end in one of"),
        (["find", "nowhere.jsonl", "-o", "nowhere/out.csv.gz"], "path must be in a folder that exists"),
        (["find", "nowhere.jsonl", "--signatures", "out.jsonl"], "--signatures must end in .parquet"),
        (["find", "nowhere.jsonl", "--report", "out.txt"], "the path of a report must end in .html"),
        (["syndication", "nowhere.jsonl", "-o", "out.txt"], "path must end in one of"),
        (["syndication", "nowhere.jsonl", "-o", "nowhere/out.svg"], "path must be in a folder that exists"),
        (["index", "export", "nowhere.db", "-o", "out.txt"], "path must end in one of"),
        (["find"], "Missing argument"),
        (["fnid"], "No such command"),
        (["find", "--no-such-option"], "No such option"),
        (["explain", "examples/newsroom.jsonl", "nw-dam", "nobody"], "ID must be the id of an article in"),
        (["plan", "--threshold", "0.01", "--num-perm", "16"], "num_perm=16 cannot promise recall"),
    ],
)
def test_an_error_of_the_users_is_one_line(monkeypatch, run, newsroom_path, arguments, message):
    monkeypatch.chdir(newsroom_path.parent.parent)
    ended = run(*arguments)
    assert ended.code == 2
    assert ended.out == ""
    assert ended.err.startswith("error: ")
    assert message in ended.err
    assert ended.err.count("\n") == 1


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_an_error_of_the_users(run, stories, tmp_path):
    (tmp_path / "closed").mkdir(mode=0o500)
    ended = run("find", stories, "-o", tmp_path / "closed" / "out.jsonl")
    assert ended.code == 2
    assert ended.err.startswith("error: ")


@pytest.mark.full
def test_no_traceback_from_the_real_command():
    ended = started("find", "nowhere.jsonl", encoding="utf-8")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "error: nowhere.jsonl: no such file\n"


def test_version_and_help(run):
    assert run("--version").out == "0.1.0\n"
    alone, asked = run(), run("--help")
    assert alone.code == asked.code == 0
    assert "explain" in alone.out
    assert alone.out.strip() == asked.out.strip()


def test_help_of_every_command():
    for name in ("find", "explain", "plan"):
        shown = CliRunner().invoke(cli.app, [name, "--help"])
        assert shown.exit_code == 0
        assert f"dedup {name}" in shown.output or f" {name} " in shown.output


def test_every_setting_is_an_option_of_find():
    find = typer.main.get_command(cli.app).commands["find"]
    options = {option for parameter in find.params for option in parameter.opts}
    assert {f"--{field.name.replace('_', '-')}" for field in dataclasses.fields(dedup.Settings)} <= options


def test_settings_reach_the_run(monkeypatch, run, stories):
    original, seen = dedup.find_duplicates, []

    def spy(files: list[str], settings: dedup.Settings, **rest: object) -> dedup.Result:
        seen.append((settings, rest["canonical"], rest["strict"]))
        return original(files, settings)

    monkeypatch.setattr(dedup, "find_duplicates", spy)
    numbers = "--threshold .7 --recall .9 --shingle-size 3 --num-perm 64 --seed 2".split()
    assert run("find", stories, *numbers, "--revisions", "--canonical", "longest", "--strict").code == 0
    settings = dedup.Settings(threshold=0.7, recall=0.9, revisions=True, shingle_size=3, num_perm=64, seed=2)
    assert seen == [(settings, dedup.longest, True)]


def test_explain(run, newsroom_path, newsroom):
    ended = run("explain", newsroom_path, "nw-dam", "lantern-dam")
    assert ended.code == 0
    one, other = (
        next(member for member in newsroom.clusters[1].members if member.id == name)
        for name in ("nw-dam", "lantern-dam")
    )
    furniture = dedup.learn_furniture(newsroom_path)
    assert ended.out.split() == str(dedup.compare(one, other, furniture=furniture)).split()
    assert max(map(len, ended.out.splitlines())) <= 80
    assert ended.out.startswith("excerpt")


def test_explain_says_what_find_does(run, newsroom_path, newsroom):
    for match in newsroom.matches[::9]:
        out = run("explain", newsroom_path, match.a, match.b).out
        assert out.startswith(f"{match.relation} (strength {match.strength:.3f})")


def test_explain_leaves_out_the_furniture_of_the_file(run, tmp_path):
    menu = "Subscribe now for unlimited access to all stories."
    pages = [{"id": f"p{n}", "source": "Post", "text": f"{menu}\n\n{story(20 + n)}\n\n{menu}"} for n in range(8)]
    path = tmp_path / "pages.jsonl"
    wire = {"id": "wire", "source": "Wire", "text": story(20)}
    path.write_text("".join(json.dumps(one) + "\n" for one in [*pages, wire]))
    assert listed(run("find", path, "-q").out) == [("p0", "wire")]
    assert run("explain", path, "p0", "wire").out.startswith("identical (strength 1.000)\n")


def test_plan(run):
    out = run("plan", "--threshold", "0.7", "--recall", "0.95").out
    best = dedup.plan(0.7, 0.95)
    assert out.startswith(f"{best.bands} bands of {best.rows} rows")
    assert f"│ 0.7         │ {best.chance(0.7):.4f} " in out


@pytest.mark.full
def test_a_reader_who_has_enough_is_no_error(tmp_path):
    path = tmp_path / "many.jsonl"
    with path.open("w") as file:
        for number in range(150):  # more than a pipe holds
            for name in ("a" * 300, "b" * 300):
                file.write(json.dumps({"id": f"{number}{name}", "text": " ".join(sentences(number, 2))}) + "\n")
    for rest in ([], ["-o", "-"]):
        with subprocess.Popen(
            [COMMAND, "find", path, *rest], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            process.stdout.readline()
            process.stdout.close()
            err = process.stderr.read().decode()
        assert "Traceback" not in err
        assert "BrokenPipe" not in err
        assert "error" not in err


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_interrupted():
    # A shell lets what is in its background be deaf to this signal.
    heard = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)"
    program = f"{heard}; from dedup.cli import main; print(flush=True); main(sys.argv[1:])"
    with subprocess.Popen(
        [sys.executable, "-c", program, "find", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdout.readline()
        time.sleep(0.5)  # it waits for standard input by then
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
    assert process.returncode == 130
    assert b"Traceback" not in err


def test_an_interruption_anywhere_ends_with_130(monkeypatch, run, stories):
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(dedup, "find_duplicates", interrupted)
    assert run("find", stories).code == 130


def test_progress_is_shown_on_a_terminal_only(monkeypatch, run, stories):
    assert "confirming" not in run("find", stories).err
    monkeypatch.setattr(speaking, "err", Console(stderr=True, force_terminal=True))
    assert "signing" in run("find", stories).err
    assert "signing" not in run("find", stories, "--quiet").err


def test_a_terminal_gets_the_largest_clusters(monkeypatch, run, tmp_path):
    path = tmp_path / "many.jsonl"
    with path.open("w") as file:
        for number in range(finding.SHOWN_CLUSTERS + 3):
            for name in "ab":
                file.write(json.dumps({"id": f"{number}{name}", "text": " ".join(sentences(number, 2))}) + "\n")
    assert run("find", path, "-q").out.count("2 articles") == finding.SHOWN_CLUSTERS + 3
    monkeypatch.setattr(speaking, "out", Console(force_terminal=True, soft_wrap=True, color_system=None))
    out = run("find", path, "-q").out
    assert out.count("2 articles") == finding.SHOWN_CLUSTERS
    assert "... and 3 more: write them all with --output FILE" in out


@pytest.mark.full
def test_a_character_the_terminal_lacks_is_replaced(tmp_path):
    path = tmp_path / "two.jsonl"
    one = {"id": "x", "text": WHOLE, "title": "Łódź 柳漪"}
    path.write_text(json.dumps(one) + "\n" + json.dumps({**one, "id": "y"}) + "\n")
    ended = started("find", path, env={**os.environ, "PYTHONIOENCODING": "latin-1"})
    assert ended.returncode == 0
    assert b"2 articles  ?\xf3d? ??" in ended.stdout


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="nothing is compiled")
def test_compiling_is_announced_once_and_only_when_it_happens():
    told = []
    double = numba.njit(lambda number: 2 * number)
    with compiling.announced(lambda: told.append("compiling")):
        dedup.find_duplicates(GOOD)  # what this needs was compiled, or is now
        told.clear()
        dedup.find_duplicates(GOOD)
        assert told == []
    with compiling.announced(lambda: told.append("compiling")):
        assert double(4) == 8
        assert double(np.float64(4)) == 8.0
    assert told == ["compiling"]
    assert numba.njit(lambda number: 3 * number)(1) == 3  # outside nobody is told
    assert told == ["compiling"]


def test_the_message_about_compiling(monkeypatch, run, stories):
    original = dedup.find_duplicates

    def compiles(*arguments: object, **rest: object) -> dedup.Result:
        assert numba.njit(lambda: 1)() == 1
        return original(*arguments, **rest)

    monkeypatch.setattr(dedup, "find_duplicates", compiles)
    message = "compiling kernels, once for this installation"
    assert (message in run("find", stories).err) == (not numba.config.DISABLE_JIT)
    assert run("find", stories, "-q").err == ""
