"""Commands that take or make labels."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.usefixtures("_wide")


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def labels_path(newsroom_path):
    return newsroom_path.with_name("newsroom.labels.csv")


def test_evaluate_prints_scores_and_mistakes(run, newsroom, labels_path):
    newsroom.write("all.jsonl")
    newsroom.at(0.9).write("strict.jsonl")
    perfect = run("evaluate", "all.jsonl", labels_path)
    assert (perfect.code, perfect.err) == (0, "")
    assert perfect.out.count("1.000") == 7
    assert "Mistakes" not in perfect.out
    strict = run("evaluate", "strict.jsonl", labels_path).out
    assert "alden-courier-ferry" in strict
    assert strict.index("│ split │ 6") < strict.index("│ split │ 1")


def test_evaluate_estimates_recall_without_labels(run, newsroom, newsroom_path):
    newsroom.at(0.9).write("strict.csv")
    out = run("evaluate", "strict.csv", "--articles", newsroom_path, "-q").out
    assert out.startswith("recall 0.4")
    assert "  missed: norvick-cup nw-cup\n" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("evaluate", "clusters.jsonl"), "error: LABELS or --articles must be given, got neither\n"),
        (("evaluate", "clusters.jsonl", "none.csv"), "error: none.csv: no such file\n"),
        (("evaluate", "none.jsonl", "labels.csv"), "error: none.jsonl: no such file\n"),
        (
            ("evaluate", "labels.csv", "labels.csv"),
            "error: labels.csv:2: must have ids, or id and cluster, got id, story\n",
        ),
    ],
)
def test_errors_are_one_line(run, newsroom, arguments, message):
    newsroom.write("clusters.jsonl")
    Path("labels.csv").write_text("id,story\na,b\n", encoding="utf-8")
    ended = run(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(message)
    assert ended.err.count("\n") == 1


def test_links_of_a_file_are_honoured_and_named_as_the_reason(run, newsroom_path):
    Path("links.csv").write_text("a,b,same\nnw-cup,norvick-cup,false\nnw-cup,nw-quake,true\n", encoding="utf-8")
    out = run("find", newsroom_path, "-q", "--links", "links.csv").out
    assert "norvick-cup" not in out
    block = next(block for block in out.split("\n\n") if "nw-cup" in block)
    assert "linked" in block
    assert "nw-quake" in block
    for other, said in (("norvick-cup", "unlinked"), ("nw-quake", "linked")):
        explained = run("explain", newsroom_path, "nw-cup", other, "-q", "--links", "links.csv").out
        assert explained.startswith(said)
        assert "links say that the two" in explained.splitlines()[1]
    assert run("find", newsroom_path, "-q", "--links", "none.csv").err == "error: none.csv: no such file\n"


def test_tune_prints_a_curve_and_draws_it(run, newsroom_path, labels_path):
    ended = run("tune", newsroom_path, labels_path, "--threshold", "0.9", "-o", "curve.svg", "-q")
    assert (ended.code, ended.err) == (0, "")
    assert "suggested" in ended.out
    assert "now 0.90: F1 0.660" in ended.out
    assert Path("curve.svg").read_text(encoding="utf-8").startswith("<svg")


def test_plan_draws_its_curve(run):
    ended = run("plan", "--threshold", "0.5", "-o", "plan.svg")
    assert "42 bands of 3 rows" in ended.out
    assert "chance by resemblance, 0.996 at 0.5" in ended.out
    assert "S-curve" in Path("plan.svg").read_text(encoding="utf-8")
    for path, rule in (("plan.png", "must end in .svg"), ("none/plan.svg", "must be in a folder that exists")):
        assert run("plan", "-o", path).err == f"error: --output {rule}, got '{path}'\n"


def test_report_writes_one_file(run, newsroom_path, newsroom):
    ended = run("report", newsroom_path)
    assert (ended.code, ended.out) == (0, "")
    assert "clusters" in ended.err
    assert "<title>Copies in newsroom.jsonl</title>" in Path("report.html").read_text(encoding="utf-8")
    ended = run("find", newsroom_path, "-q", "--report", "beside.html", "-o", "clusters.jsonl")
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert Path("beside.html").read_text(encoding="utf-8") == Path("report.html").read_text(encoding="utf-8")
    assert len(Path("clusters.jsonl").read_text(encoding="utf-8").splitlines()) == len(newsroom.clusters)
    for arguments in (("report", newsroom_path, "-o"), ("find", newsroom_path, "--report")):
        message = "error: the path of a report must end in .html, got 'report.pdf'\n"
        assert run(*arguments, "report.pdf").err == message
