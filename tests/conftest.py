"""How hard Hypothesis tries: the same examples every time in CI, new ones on every other run."""

from __future__ import annotations

import os

from hypothesis import settings

# No deadline: a kernel compiles in the first example that calls it.
settings.register_profile("default", deadline=None, max_examples=100)
settings.register_profile("ci", deadline=None, max_examples=100, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")
