#!/usr/bin/env python3
"""Run the tests under every Python that is supported, with the newest packages, and with the oldest ones.

    python tools/try_versions.py [3.12 3.13 oldest] [--keep DIR]

Each gets an environment of its own from a fresh `pip install`; "oldest" is the oldest Python with every dependency at
the version that `pyproject.toml` gives as its least. Each Python must be on the PATH, as python3.12. What ran, with
which versions, is told at the end as the table of docs/reference/versions.md. It takes some minutes each.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PYTHONS = [kind.rpartition(" ")[2] for kind in PROJECT["classifiers"] if re.search(r"Python :: 3\.\d+$", kind)]
OLDEST = "oldest"
EXTRAS = ("dates", "postgres")  # those that the tests of users need
WANTED = [*PROJECT["dependencies"], *(one for extra in EXTRAS for one in PROJECT["optional-dependencies"][extra])]
NAMES = [re.split(r"\[|>=", one)[0] for one in WANTED]


def interpreter(version: str) -> str | None:
    """Return the path of a Python of this version, or None where there is none."""
    found = shutil.which(f"python{version}")
    if found is None:
        return None
    asked = [found, "-c", "import sys, venv; print('{}.{}'.format(*sys.version_info))"]
    said = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603
    return found if said.stdout.strip() == version else None


def tried(name: str, folder: Path) -> list[str]:
    """Make an environment, run the tests in it, and return a column: how it went, Python and every package."""
    version = PYTHONS[0] if name == OLDEST else name
    python = interpreter(version)
    if python is None:
        return [f"no python{version} on the PATH", *[""] * (1 + len(NAMES))]
    print(f"== {name}", flush=True)
    subprocess.run([python, "-m", "venv", "--clear", folder / name], check=True)  # noqa: S603
    inside = folder / name / "bin"
    pins = [one.replace(">=", "==") for one in WANTED] if name == OLDEST else []
    install = subprocess.run([inside / "pip", "install", "-q", "-U", *pins, "-e", f"{ROOT}[test]"], check=False)  # noqa: S603
    if install.returncode:
        return ["cannot be installed", *[""] * (1 + len(NAMES))]
    ended = subprocess.run([inside / "pytest", "-q"], cwd=ROOT, check=False)  # noqa: S603
    ask = "import platform, sys; from importlib.metadata import version; "
    ask += "print(platform.python_version(), *map(version, sys.argv[1:]), sep='\\n')"
    said = subprocess.run([inside / "python", "-c", ask, *NAMES], capture_output=True, text=True, check=True)  # noqa: S603
    return ["FAILS" if ended.returncode else "passes", *said.stdout.split()]


def main() -> None:
    """Try what is named, by default everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    known = [*PYTHONS, OLDEST]
    parser.add_argument("names", nargs="*", metavar="version", help=f"of {', '.join(known)}; by default all")
    parser.add_argument("--keep", type=Path, help="where the environments stay")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(known):
        parser.error(f"{unknown.pop()!r} is none of {', '.join(known)}")
    with tempfile.TemporaryDirectory() as folder:
        columns = [tried(name, asked.keep or Path(folder)) for name in asked.names or known]
    rows = zip(["", "Python", *NAMES], *columns, strict=True)
    print(*(f"| {' | '.join(row)} |" for row in rows), sep="\n")
    sys.exit(any(column[0] != "passes" for column in columns))


if __name__ == "__main__":
    main()
