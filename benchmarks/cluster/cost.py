"""Measure what a run on Spark costs beside the batch engine: CPU seconds and bytes shuffled, by stage.

    python -m cluster.cost CORPUS.jsonl SIZE... [--master 'local[2]'] [--json FILE]

from within benchmarks/: runs over the first SIZE articles of a corpus, as `corpus.py` writes them. Both engines read
the same Parquet and write Parquet. CPU is that of all processes, the start of the JVM and of Python with it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

import pyarrow.parquet as pq
from contest.measuring import run

import dedup
from cluster.metering import Meter, cpu, shuffled, watched
from cluster.session import MASTERS, USUAL, session
from dedup import formats
from dedup.engines.linking import Said
from dedup.engines.spark import answering
from dedup.engines.spark.running import Run
from dedup.engines.spark.work import Work

_ROWS = 20_000  # of a row group
_ALONE = (
    "import sys, dedup; "
    "dedup.find_duplicates([{'id': 'a', 'text': 'ferry'}]); "
    "dedup.find_duplicates(sys.argv[1]).write(sys.argv[2], what='articles')"
)


def first(corpus: Path, size: int, folder: str) -> Path:
    """Write the first articles of a corpus as Parquet."""
    given = Path(folder, "articles.parquet")
    short = Path(folder, "articles.jsonl")
    with corpus.open("rb") as lines, short.open("wb") as out:
        out.writelines(islice(lines, size))
    pq.write_table(formats.read(short).table, given, row_group_size=_ROWS)
    short.unlink()
    return given


def measured(corpus: Path, size: int, master: str) -> dict[str, object]:
    """Return what both engines use for so many articles."""
    with tempfile.TemporaryDirectory() as folder:
        given = first(corpus, size, folder)
        batch = run([sys.executable, "-c", _ALONE, str(given), f"{folder}/batch.parquet"])
        if batch.code:
            sys.exit(batch.err)
        begun, started = cpu(), time.perf_counter()
        with watched() as peak, session(master, USUAL | {"spark.sql.shuffle.partitions": "8"}) as spark:
            up = cpu() - begun
            meter = Meter(spark)
            work = Work(spark, f"{folder}/work", lasting=False, progress=meter)
            whole = Run(spark.read.parquet(str(given)), dedup.Settings(), None, None, None, Said.of(()), work)
            meter("answers", 0, 1)
            rows = answering.answers(whole, answering.rows_by(whole.settings, dedup.by_origin), answering.ROW)
            rows.write.parquet(f"{folder}/answers")
            meter("answers", 1, 1)
            total, written = cpu() - begun, shuffled(spark)
            wall = time.perf_counter() - started
        kept = {
            path.name: sum(file.stat().st_size for file in path.iterdir()) for path in Path(folder, "work").iterdir()
        }
        return {
            "articles": size,
            "text": sum(len(text) for text in pq.read_table(given, columns=["text"])["text"].to_pylist() if text),
            "input": given.stat().st_size,
            "batch": batch.cpu,
            "spark": total,
            "start": up,
            "wall": wall,
            "shuffled": written,
            "kept": kept,
            "peak": peak.held,
            "stages": [{"stage": name, "cpu": used, "shuffled": size} for name, used, size, _ in meter.rows],
        }


def main() -> None:
    """Measure all sizes and print them."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("corpus", type=Path)
    ask.add_argument("sizes", type=int, nargs="+")
    ask.add_argument("--master", choices=MASTERS, default=MASTERS[0])
    ask.add_argument("--json", type=Path, help="add the results to this file, a line a size")
    args = ask.parse_args()
    if len(args.sizes) > 1:  # each in a process of its own, with a JVM of its own
        given = [str(args.corpus), "--master", args.master, *(["--json", str(args.json)] if args.json else [])]
        for size in args.sizes:
            subprocess.run([sys.executable, "-m", "cluster.cost", *given, str(size)], check=True)  # noqa: S603
        return
    row = measured(args.corpus, args.sizes[0], args.master)
    print(
        f"{args.sizes[0]:,} articles: batch {row['batch']:.0f} CPU s, Spark {row['spark']:.0f} "
        f"(start {row['start']:.0f}), {row['wall']:.0f} s; {row['shuffled'] / 2**20:,.0f} MiB shuffled, "
        f"{sum(row['kept'].values()) / 2**20:,.0f} MiB kept, input {row['input'] / 2**20:,.0f} MiB"
    )
    for stage in row["stages"]:
        print(f"  {stage['stage']}: {stage['cpu']:.1f} CPU s, {stage['shuffled'] / 2**20:,.1f} MiB")
    print("  peaks:", ", ".join(f"{kind} {held / 2**20:,.0f} MiB" for kind, held in row["peak"].items()))
    if args.json:
        with args.json.open("a", encoding="utf-8") as out:
            out.write(f"{json.dumps(row)}\n")


if __name__ == "__main__":
    main()
