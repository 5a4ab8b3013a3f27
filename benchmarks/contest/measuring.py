"""Run a command and say what it cost."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_EVERY = 0.02  # seconds between two looks at the memory
_ROWS = {"RssAnon:": 0, "RssFile:": 1, "RssShmem:": 1}


@dataclass(frozen=True, slots=True)
class Run:
    """What a process did and cost.

    Attributes:
        code: Its exit status.
        out: What it printed.
        err: What it printed to standard error.
        seconds: From its start to its end.
        cpu: Seconds of all cores.
        peak: Bytes of memory at most, in this process or its largest child.
        anonymous: Bytes at most that it had allocated; 0 where the system does not tell.
        mapped: Bytes at most of files that it had mapped, which the system may drop at any time.
    """

    code: int
    out: str
    err: str
    seconds: float
    cpu: float
    peak: int
    anonymous: int
    mapped: int


def run(command: Sequence[str], cwd: Path | None = None, limit: float = math.inf) -> Run:
    """Run a command to its end, or until it and its children are killed after `limit` seconds.

    The caller should be small: a new process counts the memory of the one it was forked from as its own peak.
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        start = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 (the benchmarks' own commands)
            command, stdout=out, stderr=err, cwd=cwd, start_new_session=True
        )
        watch = _Watch(process.pid, start + limit)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        watch.stop()
        process.returncode = os.waitstatus_to_exitcode(status)  # so that nobody waits for it again
        out.seek(0)
        err.seek(0)
        return Run(
            code=process.returncode,
            out=out.read(),
            err=err.read(),
            seconds=seconds,
            cpu=usage.ru_utime + usage.ru_stime,
            peak=usage.ru_maxrss * 1024,
            anonymous=watch.most[0],
            mapped=watch.most[1],
        )


class _Watch:
    """Looks at the memory of a process while it runs.

    In `status`, not in `smaps_rollup`: the sums are the same and reading them does not hold up the process.
    """

    def __init__(self, pid: int, until: float) -> None:
        self.most = [0, 0]
        self._pid, self._until = pid, until
        self._path = Path(f"/proc/{pid}/status")
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End it."""
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_EVERY):
            if time.perf_counter() > self._until:
                with suppress(ProcessLookupError):  # it has just ended by itself
                    os.killpg(self._pid, signal.SIGKILL)
                return
            now = [0, 0]
            try:
                lines = self._path.read_text(encoding="ascii", errors="replace").splitlines()
            except OSError:
                return
            for line in lines:
                name, _, value = line.partition("\t")
                if name in _ROWS:
                    now[_ROWS[name]] += int(value.split()[0]) * 1024
            self.most = [max(pair) for pair in zip(self.most, now, strict=True)]
