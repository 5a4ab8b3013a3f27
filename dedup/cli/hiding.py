"""Packages that others import wherever they are installed, and the command never uses: half of its start-up."""

from __future__ import annotations

import sys


class _Hidden:
    """Says of pandas, which pyarrow imports, and of a part of scipy, which numba does, that they are not there."""

    @staticmethod
    def find_spec(name: str, _path: object = None, _target: object = None) -> None:
        if name in {"pandas", "scipy.linalg"}:
            raise ModuleNotFoundError(name)


def hide() -> None:
    """Let nobody in this process find them."""
    sys.meta_path.insert(0, _Hidden())


def show() -> None:
    """Let them be found again."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, _Hidden)]
