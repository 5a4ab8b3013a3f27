"""Whether numba is compiling: on the first run after an installation, for what it compiles is cached."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

import numpy as np
from numba import config
from numba.core import event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

_COMPILED = nullcontext()


class _First(event.Listener):
    """Passes on the first event only."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell
        self._told = False

    def on_start(self, event: event.Event) -> None:  # noqa: ARG002 - numba's signature
        if not self._told:
            self._told = True
            self._tell()

    def on_end(self, event: event.Event) -> None:
        pass


@contextmanager
def announced(tell: Callable[[], None]) -> Iterator[None]:
    """Call `tell` once, from whatever thread it is, when a kernel turns out not to be in numba's cache."""
    with event.install_listener("numba:compile", _First(tell)):
        yield


def wrapping() -> AbstractContextManager[object]:
    """Let kernels take arithmetic modulo powers of two, which numpy warns of where they are not compiled."""
    return np.errstate(over="ignore") if config.DISABLE_JIT else _COMPILED  # type: ignore[attr-defined]
