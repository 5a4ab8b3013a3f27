"""What is installed: the wheel, its data, the command, and what importing it costs."""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

import dedup

ROOT = Path(__file__).parent.parent

sys.path.insert(0, str(ROOT / "tools"))
import mutate  # noqa: E402 - no part of the package
import release_check  # noqa: E402


def ran(*arguments: object, **rest: object) -> str:
    """Run a program; return its output, or fail with all that it said."""
    ended = subprocess.run(
        [str(each) for each in arguments], capture_output=True, check=False, encoding="utf-8", **rest
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    ran(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.full
def test_the_wheel_is_the_package_and_nothing_else(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "dedup/py.typed" in names
    assert "dedup/data/tokens-unicode14.npz" in names
    page = {str(path.relative_to(ROOT)) for path in (ROOT / "dedup/review/report/page").iterdir()}
    assert page
    assert page <= names
    assert {name.split("/")[0] for name in names} == {"dedup", "newsdedup-0.1.0.dist-info"}
    sources = {str(path.relative_to(ROOT)) for path in (ROOT / "dedup").rglob("*.py")}
    assert sources == {name for name in names if name.endswith(".py")}
    assert not any("__pycache__" in name for name in names)


@pytest.mark.full
def test_the_source_distribution_is_what_is_tracked_and_nothing_else(tmp_path):
    if not (ROOT / ".git").exists():
        pytest.skip("no checkout")
    ran(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", tmp_path, cwd=ROOT)
    (built,) = tmp_path.glob("*.tar.gz")
    tracked = ran("git", "ls-files", cwd=ROOT).splitlines()
    assert release_check.wrong_contents(release_check.contents(built), tracked, wheel=False) == []
    with_more = [*release_check.contents(built), "dedup/__pycache__/a.pyc", "tests/.env"]
    assert len(release_check.wrong_contents(with_more, [*tracked, "dedup/lost.py"], wheel=False)) == 3


@pytest.mark.full
def test_the_wheel_runs_elsewhere(wheel, tmp_path):
    venv.create(tmp_path / "env", with_pip=False)
    python = tmp_path / "env" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    site = Path(ran(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    zipfile.ZipFile(wheel).extractall(site)
    # What it depends on comes from where the tests run, this checkout does not.
    (site / "others.pth").write_text(f"{sysconfig.get_path('purelib')}\n{sysconfig.get_path('platlib')}\n")
    text = "The ferry will run again on Monday, the harbour office said."
    articles = [{"id": "a", "text": text}, {"id": "b", "text": "Rain is expected."}, {"id": "c", "text": text}]
    path = tmp_path / "three.jsonl"
    path.write_text("".join(json.dumps(article) + "\n" for article in articles))
    # Compiling would take half a minute; plain kernels say the same of three articles at once.
    surroundings = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    surroundings.pop("PYTHONPATH", None)
    (entry,) = (each for each in metadata(wheel, "entry_points.txt") if each.startswith("dedup = "))
    module, function = entry.removeprefix("dedup = ").split(":")
    start = f"import {module}, dedup; print(dedup.__file__); {module}.{function}()"
    where, *clusters = ran(
        python, "-c", start, "find", "-q", path, "-o", "-", cwd=tmp_path, env=surroundings
    ).splitlines()
    assert Path(where).is_relative_to(tmp_path)
    assert [json.loads(line)["ids"] for line in clusters] == [["a", "c"]]


def metadata(wheel: Path, name: str) -> list[str]:
    """Return the lines of one file that describes the wheel."""
    return zipfile.ZipFile(wheel).read(f"newsdedup-0.1.0.dist-info/{name}").decode().splitlines()


SLOW = {"datasketch", "scipy", "pandas", "polars", "lxml", "html_text", "hypothesis", "pytest"}
LOADED = """
import sys
{}
print("loaded:", *(name for name, module in sys.modules.items() if module and name.split(".")[0] in {!r}))
"""


def loaded(code: str, *arguments: object) -> set[str]:
    """Return what `code` imports of the packages that take long."""
    said = ran(sys.executable, "-c", LOADED.format(code, SLOW), *arguments, cwd=ROOT)
    names = set(said.splitlines()[-1].removeprefix("loaded:").split())
    # numba asks scipy for its version, and scipy loads its parts when they are used.
    return names - {name for name in names if name == "scipy" or name.startswith(("scipy._", "scipy.version"))}


def test_importing_loads_nothing_slow():
    assert loaded("import dedup") == set()
    said = ran(
        sys.executable, "-c", "import dedup, sys; print({'numba', 'pyarrow', 'numpy'} & sys.modules.keys())", cwd=ROOT
    )
    assert said.strip() == "set()"


@pytest.mark.full
def test_the_command_loads_nothing_slow(newsroom_path, tmp_path):
    code = """
import dedup.cli
try:
    dedup.cli.main()
except SystemExit as end:
    assert not end.code
"""
    assert loaded(code, "find", newsroom_path, "-o", tmp_path / "out.csv") <= loaded("import html_text")
    assert loaded(code, "plan") == set()


def test_every_public_name_is_found_where_it_is_looked_for():
    assert set(dedup._HOME) == set(dedup.__all__) <= set(dir(dedup))
    assert all(hasattr(dedup, name) for name in dedup.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'find_duplicate'"):
        dedup.find_duplicate  # noqa: B018


def test_the_package_runs_as_a_module():
    assert ran(sys.executable, "-m", "dedup", "--version").strip() == importlib.metadata.version("newsdedup")


def test_every_stage_has_tests_that_its_mutants_are_tried_with():
    for path in mutate.STAGES.rglob("[!_]*.py"):
        named = mutate.tests_of(path.relative_to(ROOT).as_posix())
        assert named, path
        assert [name for name in named if not (ROOT / name).exists()] == [], path
