"""The `dedup` command as a process of its own."""

from __future__ import annotations

import gc
import os
import sys

# Arrow's own allocators keep what each stage frees, and claim a gigabyte at once, which limits count; numpy's BLAS, of
# which nothing is asked here, has a thread and a buffer for each core.
_OF_LIBRARIES = {"ARROW_DEFAULT_MEMORY_POOL": "system", "OPENBLAS_NUM_THREADS": "1"}


def main() -> None:
    """Run the command with the arguments of the process."""
    for name, value in _OF_LIBRARIES.items():
        os.environ.setdefault(name, value)
    gc.disable()  # a fifth of the start-up would go into looking for garbage among modules, which stay
    try:
        from dedup import cli  # noqa: PLC0415 - see above
    except KeyboardInterrupt:
        sys.exit(130)
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)  # more that stays comes with the kernels
    gc.enable()
    try:
        cli.main()
    finally:
        gc.freeze()  # what is about to end with the process need not be looked through


if __name__ == "__main__":
    main()
