"""A PostgreSQL of our own: installed where there is none and that can be done, started once, thrown away."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import debian
import pytest

USER = "postgres"  # it does not run as root


def _run(*command: object) -> subprocess.CompletedProcess[str]:
    as_user = ["runuser", "-u", USER, "--"] if os.geteuid() == 0 else []
    return subprocess.run([*as_user, *map(str, command)], capture_output=True, check=False, encoding="utf-8", cwd="/")


def _find() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    elsewhere = shutil.which("initdb")
    return found[-1] if found else Path(elsewhere) if elsewhere else None


@cache
def url() -> str:
    """Return the address of a server that runs until the tests end; skip the test where there can be none."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'newsdedup[postgres]'")
    programs = debian.program("PostgreSQL", "postgresql", _find).parent
    folder = Path(tempfile.mkdtemp(prefix="dedup-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, USER)
    folder.chmod(0o700)
    made = _run(programs / "initdb", "-D", folder / "data", "-A", "trust", "-U", "dedup", "--no-sync", "-E", "UTF8")
    assert made.returncode == 0, made.stdout + made.stderr
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    begun = _run(programs / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", options, "start")
    assert begun.returncode == 0, begun.stdout + begun.stderr

    def stop() -> None:
        _run(programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    return f"postgresql://dedup@/postgres?host={folder}"
