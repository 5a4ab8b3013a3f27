"""Our run over a file, in this process; prints what it took as JSON.

python -m contest.ourselves CORPUS.jsonl [WARM-UP.jsonl]
"""

from __future__ import annotations

import json
import sys
import time

import pyarrow as pa
import pyarrow.compute as pc

import dedup


def main(corpus: str, warm_up: str | None = None) -> None:
    """Find copies once, after kernels were loaded with another file; memory is had as the command has it."""
    pa.set_memory_pool(pa.system_memory_pool())
    if warm_up is not None:
        dedup.find_duplicates(warm_up)
    start, before = time.perf_counter(), time.process_time()
    result = dedup.find_duplicates(corpus)
    clusters = result.clusters
    seconds, cpu = time.perf_counter() - start, time.process_time() - before
    batch = result.batch
    found = {
        "articles": len(batch),
        "text": pc.sum(pc.binary_length(batch.table["text"])).as_py() or 0,
        "seconds": seconds,
        "cpu": cpu,
        "stages": {**result.seconds, "result": seconds - sum(result.seconds.values())},
        "copies": sum(len(cluster.ids) - 1 for cluster in clusters),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
