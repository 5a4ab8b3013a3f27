"""What a Spark of this machine uses: CPU time of all its processes, bytes shuffled, memory at its highest."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyspark.sql import SparkSession

_TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_INTERVAL = 0.25  # seconds between looks at the memory


_seen: dict[tuple[int, str], float] = {}
"""CPU seconds of every process of ours that was looked at, by its number and when it began: what ends is not lost."""
_looking = [0.0]
"""CPU seconds that looking took, which are not of what is measured."""


def _tree() -> dict[int, tuple[str, float]]:
    """Return beginning and CPU seconds of this process and all below it."""
    seen = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                used = sum(map(int, fields[11:13])) / _TICK
                seen[int(folder.name)] = (int(fields[1]), fields[19], used)
    ours = {os.getpid()}
    found = True
    while found:
        found = {pid for pid, (parent, *_) in seen.items() if parent in ours and pid not in ours}
        ours |= found
    return {pid: seen[pid][1:] for pid in ours if pid in seen}


def cpu() -> float:
    """Return the CPU seconds that this process and all below it have used, as far as they were `watched` or asked.

    Those that `watched` took are left out.
    """
    _seen.update({(pid, begun): used for pid, (begun, used) in _tree().items()})
    return sum(list(_seen.values())) - _looking[0]


def memory() -> dict[str, int]:
    """Return the bytes that processes hold: "java", "driver" (this one) and "worker" (the largest of the others)."""
    found = {"java": 0, "driver": 0, "worker": 0}
    for pid in _tree():
        with contextlib.suppress(OSError, StopIteration):
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
            resident = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:"))
            # Not by its name: what the JVM is about to start is named after a thread, and seems to hold all of it.
            java = Path(f"/proc/{pid}/exe").readlink().name == "java"
            kind = "driver" if pid == os.getpid() else "java" if java else "worker"
            found[kind] = max(found[kind], resident)
    return found


@dataclass
class Peak:
    """The most memory that was held since the start, by kind of process."""

    held: dict[str, int]

    def __str__(self) -> str:
        return ", ".join(f"{kind} {size / 2**20:,.0f} MiB" for kind, size in self.held.items())


@contextlib.contextmanager
def watched() -> Iterator[Peak]:
    """Watch the memory of all processes."""
    peak, done = Peak(memory()), threading.Event()

    def watch() -> None:
        before = _looking[0]
        while not done.wait(_INTERVAL):
            cpu()
            for kind, size in memory().items():
                peak.held[kind] = max(peak.held[kind], size)
            _looking[0] = before + time.thread_time()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        done.set()
        thread.join()


def shuffled(spark: SparkSession) -> int:
    """Return the bytes that were written to shuffles since the session began."""
    context = spark._jsc.sc()  # noqa: SLF001 - the only way without the web interface
    context.listenerBus().waitUntilEmpty()
    executors = context.statusStore().executorList(False)
    return sum(executors.apply(place).totalShuffleWrite() for place in range(executors.size()))


class Meter:
    """Takes note of what each stage of a run uses, as the `progress` of a `Work`. Stages may begin within others."""

    def __init__(self, spark: SparkSession) -> None:
        self.spark = spark
        self.rows: list[tuple[str, float, int, float]] = []
        self._open: list[list[float]] = []

    def __call__(self, name: str, done: int, total: int) -> None:
        """Note the beginning (`done` is 0) or the end of a stage."""
        now = [cpu(), shuffled(self.spark), time.perf_counter()]
        if done < total:
            self._open.append([*now, 0.0, 0.0, 0.0])
            return
        begun = self._open.pop()
        used = [now[place] - begun[place] for place in range(3)]
        own = [used[place] - begun[place + 3] for place in range(3)]
        if self._open:
            for place in range(3):
                self._open[-1][place + 3] += used[place]
        self.rows.append((name, own[0], int(own[1]), own[2]))
        print(f"  {name}: {own[0]:.1f} CPU s, {own[1] / 2**20:.1f} MiB shuffled", file=sys.stderr)
