#!/usr/bin/env python3
"""The checklist of a release, as far as a machine can go through it: run it before a tag is set.

    python tools/release_check.py [--skip-ci]

Each step says what it found and stops at the first that fails. What is left for people is printed at the end.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
NEVER = re.compile(r"__pycache__|\.py[co]$|\.nb[ic]$|\.egg-info|(^|/)\.(?!gitignore)|\.db(-wal|-shm)?$|\.env$")
LEFT = """
Left for people:
  1. Move "Unreleased" in CHANGELOG.md under the version and the day, and commit.
  2. git tag -s v{version} -m "{version}" && git push --follow-tags
  3. twine upload dist/* (the files that were checked here), then install it from the index in a new environment.
  4. Say in the release notes whether stored signatures or indexes must be made again.
"""


def run(*command: object, where: Path = ROOT) -> str:
    """Run a program and return what it said; end with that if it fails."""
    ended = subprocess.run([str(one) for one in command], cwd=where, capture_output=True, text=True, check=False)  # noqa: S603
    if ended.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{ended.stdout}{ended.stderr}")
    return ended.stdout


def contents(built: Path) -> list[str]:
    """Return the names of the files in a wheel or a source distribution, without the folder that holds all."""
    if built.suffix == ".whl":
        return zipfile.ZipFile(built).namelist()
    with tarfile.open(built) as archive:
        return [name.partition("/")[2] for name in archive.getnames()]


def wrong_contents(names: list[str], tracked: list[str], *, wheel: bool) -> list[str]:
    """Return what is missing from a distribution or should not be in it."""
    files = set(names)
    wanted = {name for name in tracked if name.startswith("dedup/")}
    if not wheel:
        wanted |= {name for name in tracked if name.startswith(("tests/", "docs/", "examples/", "fuzz/", "tools/"))}
        wanted |= {"README.md", "LICENSE", "CHANGELOG.md", "SECURITY.md", "CONTRIBUTING.md", "pyproject.toml"}
    missing = sorted(wanted - files)
    strange = sorted(name for name in files if NEVER.search(name))
    return [f"missing: {name}" for name in missing] + [f"should not be there: {name}" for name in strange]


def main() -> None:
    """Go through the list."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--skip-ci", action="store_true", help="because it has just passed")
    asked = parser.parse_args()
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

    print("tree: nothing uncommitted")
    if said := run("git", "status", "--porcelain").strip():
        sys.exit(f"uncommitted:\n{said}")
    print(f"changelog: {version} is new, and there is something to say")
    log = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    if f"## [{version}]" in log or not re.search(r"## \[Unreleased\]\n+### ", log):
        sys.exit(f"CHANGELOG.md must have entries under Unreleased and no {version} yet")
    print(f"tag: v{version} is free")
    if run("git", "tag", "--list", f"v{version}").strip():
        sys.exit(f"v{version} is there already: raise the version in pyproject.toml")
    if not asked.skip_ci:
        print("CI: .ci/run (a quarter of an hour)")
        run("bash", ".ci/run")
    print("tests: with all examples (some minutes)")
    run("env", "THOROUGH=1", sys.executable, "-m", "pytest", "-q", "-m", "not by_hand and not spark")
    with tempfile.TemporaryDirectory() as folder:
        print("distributions: built, described well, complete, nothing beside")
        run(sys.executable, "-m", "build", "-q", "-o", folder)
        built = sorted(Path(folder).iterdir())
        run(sys.executable, "-m", "twine", "check", "--strict", *built)
        tracked = run("git", "ls-files").splitlines()
        for each in built:
            if told := wrong_contents(contents(each), tracked, wheel=each.suffix == ".whl"):
                sys.exit(f"{each.name}: " + "; ".join(told[:20]))
        for each in built:
            print(f"{each.name}: installs in a new environment and finds the newsroom's copies")
            venv.create(Path(folder, "env"), with_pip=True, clear=True)
            run(Path(folder, "env", "bin", "pip"), "install", "-q", each)
            found = run(
                Path(folder, "env", "bin", "dedup"), "find", "-q", ROOT / "examples" / "newsroom.jsonl", "-o", "-"
            )
            if not found.startswith('{"'):
                sys.exit(f"it said: {found[:200]}")
    print(LEFT.format(version=version))


if __name__ == "__main__":
    main()
