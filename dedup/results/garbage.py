"""What is made by the thousand is not looked through for garbage meanwhile."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def uncollected() -> Iterator[None]:
    """Let Python not look for cycles meanwhile, if it does so at all.

    Rows and answers come by the thousand, and as many more make it look through all that the program holds; none is in
    a cycle.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
