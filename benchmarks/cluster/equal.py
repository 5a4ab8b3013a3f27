"""Compare what Spark says of files with what `find_duplicates` says: clusters, roles, relations, scores, reasons.

    python -m cluster.equal FILE... [--master 'local[2]' --master 'local-cluster[2,1,1024]'] [--against]

from within benchmarks/. Prints a line a file and master, and each difference; ends with 1 if there is any. With
`--against` every other article is matched with a result of the others.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import pyarrow.parquet as pq

import dedup
from cluster.session import MASTERS, USUAL, differences, session
from dedup import formats

_SHOWN = 10


def found(file: str, *, against: bool) -> tuple[dedup.Result | None, dedup.Result]:
    """Return what one batch finds in a file, or in every other article of it; and an earlier result or None."""
    if not against:
        return None, dedup.find_duplicates(file)
    table = formats.read(file).table
    old, new = (table.take(list(range(start, len(table), 2))) for start in range(2))
    earlier = dedup.find_duplicates(old)
    return earlier, dedup.find_duplicates(new, against=earlier)


def main() -> int:
    """Compare."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("files", nargs="+")
    ask.add_argument("--master", action="append", choices=MASTERS)
    ask.add_argument("--against", action="store_true", help="match every other article with a result of the others")
    args = ask.parse_args()
    results = {file: found(file, against=args.against) for file in args.files}
    wrong = 0
    for master in args.master or MASTERS:
        with session(master, USUAL) as spark, tempfile.TemporaryDirectory() as folder:
            for file, (earlier, result) in results.items():
                started = time.perf_counter()
                given, kept = Path(folder, f"{Path(file).stem}.parquet"), None
                pq.write_table(result.batch.table, given, row_group_size=2000)
                if earlier is not None:
                    kept = f"{folder}/earlier.parquet"
                    dedup.write_signatures(earlier, kept)
                df = spark.read.parquet(str(given))
                rows = dedup.spark.find_duplicates(df, against=kept, work_dir=f"{folder}/{given.stem}")
                lines = differences(rows, result, earlier)
                wrong += len(lines)
                print(
                    f"{given.stem}, {master}: {len(result.batch):,} articles, {len(result.clusters):,} clusters, "
                    f"{len(result.joined):,} joined, {result.candidates:,} pairs compared, {result.capped:,} capped, "
                    f"{len(result.links.a):,} matches: {len(lines)} differences, {time.perf_counter() - started:.0f} s"
                )
                for line in lines[:_SHOWN]:
                    print("  ", line)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
