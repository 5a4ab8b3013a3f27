"""Compare what Spark says of files with what `find_duplicates` says: clusters, roles, relations, scores, reasons.

    python -m cluster.equal FILE... [--master 'local[2]' --master 'local-cluster[2,1,1024]']

from within benchmarks/. Prints a line a file and master, and each difference; ends with 1 if there is any.
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

_SHOWN = 10


def main() -> int:
    """Compare."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("files", nargs="+")
    ask.add_argument("--master", action="append", choices=MASTERS)
    args = ask.parse_args()
    results = {file: dedup.find_duplicates(file) for file in args.files}
    wrong = 0
    for master in args.master or MASTERS:
        with session(master, USUAL) as spark, tempfile.TemporaryDirectory() as folder:
            for file, result in results.items():
                started = time.perf_counter()
                given = Path(folder, f"{Path(file).stem}.parquet")
                pq.write_table(result.batch.table, given, row_group_size=2000)
                rows = dedup.spark.find_duplicates(spark.read.parquet(str(given)), work_dir=f"{folder}/{given.stem}")
                found = differences(rows, result)
                wrong += len(found)
                print(
                    f"{given.stem}, {master}: {len(result.batch):,} articles, {len(result.clusters):,} clusters, "
                    f"{result.candidates:,} pairs compared, {result.capped:,} capped, {len(result.links.a):,} matches: "
                    f"{len(found)} differences, {time.perf_counter() - started:.0f} s"
                )
                for line in found[:_SHOWN]:
                    print("  ", line)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
