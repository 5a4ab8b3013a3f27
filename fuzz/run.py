"""Run a target for some minutes under atheris, which looks for bytes that reach new code.

    python -m fuzz.run compared --minutes 10

What it finds is written beside as crash-*; put it into `fuzz/seeds/<target>/` with the fix, and the tests run it.
`pip install atheris` first.
"""

from __future__ import annotations

import argparse
import pkgutil
import sys
import tempfile
from pathlib import Path

from dedup.stages import _kernels

SEEDS = Path(__file__).parent / "seeds"


def main() -> None:
    """Take the name of a target and how long."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target")
    parser.add_argument("--minutes", type=float, default=10)
    asked = parser.parse_args()
    import atheris  # noqa: PLC0415 - after the arguments: it takes a while

    # Compiled: atheris cannot look into them, and numba not into what atheris makes of them.
    kernels = [f"{_kernels.__name__}.{kernel.name}" for kernel in pkgutil.iter_modules(_kernels.__path__)]
    with atheris.instrument_imports(include=["dedup"], exclude=[*kernels, "dedup.articles.credits.scanning"]):
        from fuzz.targets import TARGETS  # noqa: PLC0415

    if asked.target not in TARGETS:
        parser.error(f"target must be one of {', '.join(TARGETS)}")
    (SEEDS / asked.target).mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as found:
        limits = [f"-max_total_time={int(60 * asked.minutes)}", "-max_len=4096", "-timeout=300", "-rss_limit_mb=4096"]
        atheris.Setup([sys.argv[0], *limits, found, str(SEEDS / asked.target)], TARGETS[asked.target])
        atheris.Fuzz()


if __name__ == "__main__":
    main()
