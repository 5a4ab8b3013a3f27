"""Nothing that is read becomes code: what the sources may not call, and what comes out is inert."""

from __future__ import annotations

import ast
import csv
import json
from pathlib import Path

import pyarrow as pa
import pytest
from stories import story

import dedup
from dedup import formats
from dedup.stores import TABLES, PostgresStore, sql

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "dedup").rglob("*.py"))
FORBIDDEN_MODULES = {
    "pickle", "cPickle", "cloudpickle", "dill", "shelve", "marshal", "subprocess", "pty", "code", "codeop", "runpy",
    "yaml", "imp", "socket", "urllib.request", "http.client", "requests", "xml",
}  # fmt: skip
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "input", "breakpoint"}
FORBIDDEN_METHODS = {
    "system",
    "popen",
    "spawnl",
    "spawnv",
    "execv",
    "execl",
    "loads_pickle",
    "read_pickle",
    "to_pickle",
}


def faults(tree: ast.AST) -> list[str]:
    """Return what a source does that could turn data into code."""
    found = []
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or "", *(f"{node.module}.{one.name}" for one in node.names)]
        found += [name for name in names if name in FORBIDDEN_MODULES or name.split(".")[0] in FORBIDDEN_MODULES]
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Name) and called.id in FORBIDDEN_CALLS:
                found.append(called.id)
            if isinstance(called, ast.Attribute) and called.attr in FORBIDDEN_METHODS:
                found.append(called.attr)
            loads = isinstance(called, ast.Attribute) and called.attr == "load" and ast.unparse(called) == "np.load"
            told = {word.arg: ast.unparse(word.value) for word in node.keywords}
            if told.get("shell") == "True" or (loads and told.get("allow_pickle") != "False"):
                found.append(ast.unparse(node))
    return found


def test_no_source_makes_code_of_data():
    found = {str(path.relative_to(ROOT)): faults(ast.parse(path.read_text(encoding="utf-8"))) for path in SOURCES}
    assert {path: what for path, what in found.items() if what} == {}


@pytest.mark.parametrize(
    "source",
    [
        "import pickle", "from pickle import loads", "import yaml as y", "eval(x)", "os.system(x)", "f(shell=True)",
        "np.load(x)", "np.load(x, allow_pickle=True)", "from urllib import request\nimport urllib.request", "exec(x)",
    ],
)  # fmt: skip
def test_what_would_be_noticed(source):
    assert faults(ast.parse(source))


def test_re_compile_is_no_code():
    assert faults(ast.parse("re.compile(x)\nnp.load(x, allow_pickle=False)")) == []


def test_sql_has_parameters_for_every_value():
    """Statements are made of our own names alone: no f-string of the stores holds anything else."""
    ours = {
        "table",
        "listed",
        "name",
        "names",
        "marks",
        "anew",
        "mark",
        "schema",
        "_APPLICATION",
        "_PAGE",
        "_LOT",
        "_CACHE",
        "_LOG",
    }
    for path in (ROOT / "dedup" / "stores").glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
                continue
            if call.func.attr in {"execute", "executemany"}:
                for part in ast.walk(call.args[0]):
                    if isinstance(part, ast.FormattedValue):
                        names = {node.id for node in ast.walk(part.value) if isinstance(node, ast.Name)}
                        assert names <= ours | {"sql", "columns", "fsync", "self"}, ast.unparse(part)
    for table in TABLES:
        with pytest.raises(KeyError):
            sql.select(table, ["1; DROP TABLE meta"])
    with pytest.raises(KeyError):
        sql.named("meta; DROP TABLE meta")
    with pytest.raises(dedup.DedupError, match="schema must be of small letters"):
        PostgresStore("postgresql://nowhere.invalid/x", schema='a"; DROP SCHEMA public')


def test_words_that_are_sql_are_words():
    bad = "'; DROP TABLE sketches; --"
    with dedup.Index() as index:
        index.add([{"id": bad, "text": story(1), "source": bad, "title": bad}, {"id": "b", "text": story(1)}])
        assert index.article(bad).source == bad
        assert index.story_of("b") == index.story_of(bad)
        assert index.remove([bad]) == 1
        assert index.check() == []


HOSTILE_CELLS = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "plain", "", None, "a=b", " =1"]


@pytest.mark.parametrize("ending", [".csv", ".csv.gz"])
def test_formulas_are_escaped_where_that_is_wished(tmp_path, ending):
    table = pa.table({"id": HOSTILE_CELLS, "=n": range(len(HOSTILE_CELLS)), "list": [[cell] for cell in HOSTILE_CELLS]})
    plain, safe = tmp_path / f"plain{ending}", tmp_path / f"safe{ending}"
    formats.write(table, plain)
    formats.write(table, safe, escape_formulas=True)

    def rows(path: Path) -> list[list[str]]:
        with pa.input_stream(str(path)) as file:
            return list(csv.reader(file.read().decode().splitlines(keepends=True)))

    assert rows(plain)[1][0] == HOSTILE_CELLS[0]
    assert rows(safe)[0] == ["id", "'=n", "list"]
    for row, cell in zip(rows(safe)[1:], HOSTILE_CELLS, strict=True):
        escaped = cell is not None and cell[:1] in {"=", "+", "-", "@", "\t", "\r"} and cell != ""
        assert row[0].replace("\n", "\r") == (f"'{cell}" if escaped else cell or "")
        assert row[2].startswith("[")
    formats.write(table, tmp_path / "a.jsonl", escape_formulas=True)
    first = json.loads((tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert first["id"] == HOSTILE_CELLS[0]


def test_a_result_escapes_what_it_writes(tmp_path):
    result = dedup.find_duplicates([{"id": name, "text": story(1), "title": "=1+1"} for name in ("-a", "@b")])
    result.write(tmp_path / "a.csv", "articles", escape_formulas=True)
    with (tmp_path / "a.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["id"], row["title"]) for row in rows] == [("'-a", "'=1+1"), ("'@b", "'=1+1")]
