"""Programs that tests need: installed where they are missing and that can be done, which is in CI."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


def program(name: str, package: str, find: Callable[[], Path | None]) -> Path:
    """Return where a program is; skip the test where it cannot be had, but not in CI."""
    found = find()
    if found is None and os.environ.get("CI") and os.geteuid() == 0 and Path("/usr/bin/apt-get").exists():
        for step in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", package]):
            surroundings = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            subprocess.run(["/usr/bin/apt-get", *step], env=surroundings, check=True, capture_output=True)
        found = find()
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(f"{name} is not installed, and could not be")
        pytest.skip(f"{name} is not installed: apt-get install {package}")
    return found
