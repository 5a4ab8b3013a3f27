"""The documents: what they show is what happens, and nothing is left out."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import dedup
from dedup.stages import confirm

ROOT = Path(__file__).parent.parent
DOCS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "examples" / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
SHOWING = [path for path in DOCS if "$ dedup " in path.read_text(encoding="utf-8")]

sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT / "benchmarks"))
import pictures  # noqa: E402 - no parts of the package
import run_docs  # noqa: E402
import try_versions  # noqa: E402

COMMANDS = run_docs.commands()
REFERENCE = (ROOT / "docs" / "reference" / "command.md").read_text(encoding="utf-8")
EXPLAINED = (ROOT / "docs" / "explanation" / "how-it-works.md").read_text(encoding="utf-8")


@pytest.mark.full
@pytest.mark.parametrize("path", SHOWING, ids=lambda path: path.name)
def test_documents_show_what_the_commands_print(path, tmp_path):
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    shown = path.read_text(encoding="utf-8")
    assert run_docs.refreshed(shown, tmp_path) == shown, "python tools/run_docs.py refreshes it"


@pytest.mark.full
@pytest.mark.parametrize("name", run_docs.PICTURES)
def test_pictures_are_what_the_commands_draw(name, tmp_path):
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    shown = (ROOT / "docs" / "pictures" / name).read_text(encoding="utf-8")
    assert run_docs.picture(name, tmp_path) == shown, "python tools/run_docs.py draws it"


def test_every_command_is_shown():
    assert all(f"$ dedup {name} " in REFERENCE or f"| dedup {name} " in REFERENCE for name in COMMANDS)


def test_stale_output_is_noticed(tmp_path):
    shown = "```console\n$ dedup --version\n0.0.0\n```\n\n```console\n$ ls\n```\n"
    assert run_docs.refreshed(shown, tmp_path) == shown.replace("0.0.0", "0.1.0")


def test_stale_options_are_noticed(tmp_path):
    shown = f"## dedup plan\n\n{run_docs.HEAD}| `--old` | `1` | Gone. |\n\n## Else\n\n{run_docs.HEAD}| a | | b |\n"
    told = run_docs.refreshed(shown, tmp_path)
    assert "| `--threshold` | `0.7` | " in told
    assert "--old" not in told
    assert told.endswith(f"## Else\n\n{run_docs.HEAD}| a | | b |\n")


def test_the_readme_has_the_line_that_ci_runs():
    line = "python -m venv .venv && .venv/bin/pip install -q --no-compile -e '.[test]' && .venv/bin/pytest -q"
    assert f"\n{line}\n" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert line in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def section(name: str) -> str:
    """The part of the reference that is about one command."""
    (found,) = re.findall(rf"(?ms)^##+ dedup {name}\b.*?(?=^##+ |\Z)", REFERENCE)
    return found


def test_every_command_is_documented_and_no_other():
    assert [found["command"] for found in run_docs.SECTION.finditer(REFERENCE)] == list(COMMANDS)


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_option_is_documented_with_its_default(name):
    rows = {}
    for line in re.findall(r"(?m)^\| (`--.*)$", section(name)):
        options, default, _ = (cell.strip() for cell in line.split("|")[:3])
        rows[tuple(sorted(re.findall(r"`(-[^`]+)`", options)))] = default.strip("`")
    options = {}
    for parameter in COMMANDS[name].params:
        if parameter.opts[0].startswith("-") and "--help" not in parameter.opts:
            value = getattr(parameter.default, "value", parameter.default)
            shown = "off" if value is False else "" if value is None else str(value)
            options[tuple(sorted(parameter.opts))] = shown
        assert getattr(parameter, "help", None), f"{parameter.name} has no help"
    assert rows == options
    assert COMMANDS[name].help


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_argument_is_documented(name):
    heading = section(name).splitlines()[0]
    arguments = [each.metavar for each in COMMANDS[name].params if not each.opts[0].startswith("-")]
    assert heading.lstrip("#") == " ".join([" dedup", name, *arguments])


def test_every_count_of_the_summary_is_documented(newsroom):
    assert all(re.search(rf"(?m)^\| {name} \| ", section("find")) for name in newsroom.counts)


def test_every_relation_is_explained():
    rows = dict(re.findall(r"(?m)^\| `(\w+)` \| (\w+) \|", EXPLAINED))
    assert list(rows) == list(confirm.RELATIONS)
    joining = {confirm.RELATIONS[code] for code in confirm.JOINING}
    matches = {confirm.RELATIONS[code] for code in confirm.MATCHES}
    for relation, answer in rows.items():
        expected = "yes" if relation in joining else "reported" if relation in matches else "no"
        assert answer == expected, relation


def test_every_constant_that_is_named_exists():
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "dedup" / "stages").rglob("*.py"))
    names = set(re.findall(r"`([A-Z][A-Z_]+)`", EXPLAINED))
    assert names
    assert [name for name in sorted(names) if not re.search(rf"(?m)^{name} = ", sources)] == []


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


@pytest.mark.full
def test_no_example_is_hidden_from_the_doctests():
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-m", "", "README.md", "docs"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    with_examples = [path.name for path in DOCS if re.search("(?m)^ *>>> ", path.read_text(encoding="utf-8"))]
    assert len(with_examples) >= 3
    assert [name for name in with_examples if name not in ended.stdout] == []


PAGES = [path for path in DOCS if path.parent != ROOT / "docs" / "measured"]
BLOCKS = [
    pytest.param(language, block, id=f"{path.name}:{number}")
    for path in PAGES
    for number, (language, block) in enumerate(
        re.findall(r"(?ms)^```(\w*)\n(.*?)^```$", path.read_text(encoding="utf-8"))
    )
]
TESTED = {"streaming.md": "tests/test_recipes.py", "spark.md": "tests/test_spark.py"}
"""Pages whose programs have a test that runs them."""
EXTRAS = set(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"])
INSTALLS = re.compile(
    r"(\.venv|env)/bin/(pip|dedup|pytest|venv-pack)\b.*|(\S*python|pip) .*|source \S+/activate|cd \w+"
)


@pytest.mark.parametrize(("language", "block"), BLOCKS)
def test_every_block_is_run_or_is_no_code(language, block, request):
    """Examples are doctests, commands are run by `run_docs`; what is left is data, or sets a machine up."""
    page = request.node.callspec.id.partition(":")[0]
    if language == "python" and page not in TESTED:
        assert block.startswith(">>> ")
    elif language == "json":
        assert [json.loads(line) for line in block.splitlines()]
    elif language == "sh" and page != "spark.md":
        steps = [step for line in block.splitlines() for step in line.split(" && ")]
        assert [step for step in steps if not INSTALLS.fullmatch(step)] == []
    else:
        assert language in {"python", "console", "sh"}
    extras = re.findall(r"newsdedup\[([a-z,]+)\]", block)
    assert {each for names in extras for each in names.split(",")} <= EXTRAS


def test_the_table_of_versions_begins_where_the_package_does():
    page = (ROOT / "docs" / "reference" / "versions.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in re.findall(r"(?m)^\|.*\|$", page)]
    assert rows[0][1:] == [try_versions.OLDEST, *try_versions.PYTHONS]
    told = {row[0].split()[0]: row[1] for row in rows[3:]}
    least = dict(re.fullmatch(r"([\w-]+).*>=([\d.]+)", one).groups() for one in try_versions.WANTED)
    assert told.keys() == least.keys()
    for name, version in least.items():
        assert (told[name] + ".").startswith(f"{version}."), name


def test_every_public_name_is_in_the_reference():
    shown = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "reference").glob("*.md"))
    assert [name for name in dedup.__all__ if not re.search(rf"(?m)^::: dedup\.{name}$", shown)] == []


def test_the_documents_show_what_was_measured():
    kept = pictures.shown(ROOT / "benchmarks" / "results")
    assert {"pictures/speed.svg", "measured/speed.md", "measured/scale.md"} <= set(kept)
    for name, text in kept.items():
        shown = (ROOT / "docs" / name).read_text(encoding="utf-8")
        assert shown == text, "python benchmarks/pictures.py refreshes it"
