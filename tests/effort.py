"""How hard the tests that look for exceptions try."""

from __future__ import annotations

import os

from numba import config

THOROUGH = bool(os.environ.get("THOROUGH"))
"""Whether all examples are tried: by hand and before a release; a quarter of them at each change."""


def examples(many: int, uncompiled: int | None = None) -> int:
    """Return how many examples a test tries that tries `many` where it is thorough.

    Args:
        many: Examples of a thorough run.
        uncompiled: Examples where kernels are plain Python, if these are too slow for a quarter.
    """
    if uncompiled is not None and config.DISABLE_JIT:  # type: ignore[attr-defined]
        return uncompiled
    return many if THOROUGH else -(-many // 4)
