"""One contestant on one corpus, in this process; prints what it found as JSON.

    python -m contest.contestants NAME CORPUS.jsonl THRESHOLD

Each peer is used as its own documentation shows, with 5-word shingles, about 128 values and its own choice of bands
for the threshold (or, where it leaves that to the user, the bands that datasketch chooses). Reading the corpus is
not timed, cutting it into shingles is: that is part of the peer's work or of its user's.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Found = dict[str, float | int | None]

SHINGLE, VALUES, SEED = 5, 128, 1
BANDS = (25, 5)
"""Bands and rows that datasketch chooses for 0.5 and 128 values."""
_WARM_UP = 200  # articles, so that kernels are loaded before the clock runs
_OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}


def rows(path: Path) -> list[dict[str, str]]:
    """Return the articles of a JSONL file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def texts(path: Path) -> list[str]:
    """Return their texts."""
    return [row["text"] or "" for row in rows(path)]


def shingles(text: str) -> set[str]:
    """Cut a text as a user of a library that leaves it to him would."""
    words = text.lower().split()
    return {" ".join(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1))}


def library(path: Path, _: float) -> Found:
    """Run us, called from Python with a list of dicts."""
    import dedup  # noqa: PLC0415 (each contestant imports only itself)

    articles = rows(path)
    some = articles[:_WARM_UP]  # with copies, for without any nothing is confirmed
    copies = [{**one, "id": f"{one['id']}, cut", "text": (one["text"] or "")[:-40]} for one in some]
    dedup.find_duplicates(some + copies)
    start = time.perf_counter()
    result = dedup.find_duplicates(articles)
    seconds = time.perf_counter() - start
    sizes = [len(cluster.ids) for cluster in result.clusters]
    return {
        "seconds": seconds,
        "pairs": sum(size * (size - 1) // 2 for size in sizes),
        "copies": sum(size - 1 for size in sizes),
    }


def datasketch(path: Path, threshold: float) -> Found:
    """Run MinHash.bulk, then MinHashLSH: insert all, query each."""
    from datasketch import MinHash, MinHashLSH  # noqa: PLC0415

    corpus = texts(path)
    start = time.perf_counter()
    lsh = MinHashLSH(threshold=threshold, num_perm=VALUES)
    sets = ([shingle.encode() for shingle in shingles(text)] for text in corpus)
    hashes = list(MinHash.generator(sets, num_perm=VALUES, seed=SEED))
    with lsh.insertion_session() as session:
        for number, one in enumerate(hashes):
            session.insert(number, one)
    found = [(other, number) for number, one in enumerate(hashes) for other in lsh.query(one) if other < number]
    return _pairs(time.perf_counter() - start, found, len(corpus))


def rensa(path: Path, threshold: float) -> Found:
    """Run RMinHashDeduplicator with its LSH; it tells which articles to keep, not why."""
    from rensa import RMinHashDeduplicator  # noqa: PLC0415

    corpus = texts(path)
    start = time.perf_counter()
    index = RMinHashDeduplicator(threshold=threshold, num_perm=VALUES, use_lsh=True)
    keep = index.add_pairs((str(number), list(shingles(text))) for number, text in enumerate(corpus))
    return {"seconds": time.perf_counter() - start, "pairs": None, "copies": keep.count(False)}


def gaoya(path: Path, threshold: float) -> Found:
    """Run MinHashStringIndex: insert all in bulk, query all in bulk, on all cores."""
    from gaoya.minhash import MinHashStringIndex  # noqa: PLC0415

    corpus = texts(path)
    start = time.perf_counter()
    index = MinHashStringIndex(
        hash_size=32,
        jaccard_threshold=threshold,
        num_bands=42,  # its README's bands for 0.5
        band_size=3,
        num_hashes=42 * 3,
        analyzer="word",
        lowercase=True,
        ngram_range=(SHINGLE, SHINGLE),
    )
    index.par_bulk_insert_docs(list(range(len(corpus))), corpus)
    answers = index.par_bulk_query(corpus)
    found = [(other, number) for number, others in enumerate(answers) for other in others if other < number]
    return _pairs(time.perf_counter() - start, found, len(corpus))


def text_dedup(path: Path, threshold: float) -> Found:
    """Run the command `text_dedup.minhash`; its own clock, which starts when all is imported."""
    with tempfile.TemporaryDirectory() as folder:
        options = {
            "path": "json",
            "data_files": str(path),
            "split": "train",
            "cache_dir": f"{folder}/cache",
            "output": f"{folder}/out",
            "column": "text",
            "ngram": SHINGLE,
            "min_length": 1,
            "num_perm": VALUES,
            "threshold": threshold,
            "num_proc": os.cpu_count(),
        }
        listed = [part for name, value in options.items() for part in (f"--{name}", str(value))]
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "text_dedup.minhash", *listed],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **_OFFLINE, "HF_HOME": folder, "NO_COLOR": "1", "COLUMNS": "200"},
        )
    said = done.stdout + done.stderr
    if done.returncode:
        sys.exit(said[-2000:])
    told = {name: float(value) for name, value in re.findall(r"(Total|Before|After)\s*:\s*([\d.]+)", said)}
    return {"seconds": told["Total"], "pairs": None, "copies": int(told["Before"] - told["After"])}


def datatrove(path: Path, _: float) -> Found:
    """Run its four stages with an executor for this machine, on as many parts of the corpus as there are cores."""
    os.environ.update(_OFFLINE)
    from datatrove.executor import LocalPipelineExecutor  # noqa: PLC0415
    from datatrove.pipeline.dedup import MinhashDedupSignature  # noqa: PLC0415
    from datatrove.pipeline.dedup.minhash import (  # noqa: PLC0415
        MinhashConfig,
        MinhashDedupBuckets,
        MinhashDedupCluster,
        MinhashDedupFilter,
    )
    from datatrove.pipeline.readers import JsonlReader  # noqa: PLC0415
    from datatrove.pipeline.writers.jsonl import JsonlWriter  # noqa: PLC0415
    from datatrove.utils.hashing import HashConfig  # noqa: PLC0415
    from datatrove.utils.typeshelper import Languages  # noqa: PLC0415

    config = MinhashConfig(
        hash_config=HashConfig(precision=64), n_grams=SHINGLE, num_buckets=BANDS[0], hashes_per_bucket=BANDS[1]
    )
    cores = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as folder:
        total = _split(path, Path(folder, "in"), cores)

        def stage(name: str, tasks: int, *steps: object) -> None:
            LocalPipelineExecutor(
                pipeline=list(steps), tasks=tasks, workers=min(tasks, cores), logging_dir=f"{folder}/logs/{name}"
            ).run()

        start = time.perf_counter()
        signatures = MinhashDedupSignature(f"{folder}/signatures", config=config, language=Languages.english)
        stage("signatures", cores, JsonlReader(f"{folder}/in"), signatures)
        stage("buckets", BANDS[0], MinhashDedupBuckets(f"{folder}/signatures", f"{folder}/buckets", config=config))
        stage("clusters", 1, MinhashDedupCluster(f"{folder}/buckets", f"{folder}/remove", config=config))
        kept = JsonlWriter(f"{folder}/out", compression=None)
        stage("filter", cores, JsonlReader(f"{folder}/in"), MinhashDedupFilter(f"{folder}/remove"), kept)
        seconds = time.perf_counter() - start
        left = sum(_lines(part) for part in Path(folder, "out").glob("*.jsonl"))
    return {"seconds": seconds, "pairs": None, "copies": total - left}


CONTESTANTS = {
    "library": library,
    "datasketch": datasketch,
    "rensa": rensa,
    "gaoya": gaoya,
    "text-dedup": text_dedup,
    "datatrove": datatrove,
}


def _pairs(seconds: float, found: Iterable[tuple[int, int]], size: int) -> Found:
    """Return what pairs amount to: articles beyond one a component."""
    root = list(range(size))

    def top(one: int) -> int:
        while root[one] != one:
            root[one] = one = root[root[one]]
        return one

    pairs = copies = 0
    for a, b in found:
        pairs += 1
        one, other = top(a), top(b)
        copies += one != other
        root[max(one, other)] = min(one, other)
    return {"seconds": seconds, "pairs": pairs, "copies": copies}


def _parts(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as lines:
        yield from lines


def _lines(path: Path) -> int:
    return sum(1 for _ in _parts(path))


def _split(path: Path, folder: Path, count: int) -> int:
    """Deal the lines that have a text to so many files; return how many lines there are."""
    folder.mkdir()
    files = [(folder / f"{number}.jsonl").open("w", encoding="utf-8") for number in range(count)]
    total = 0
    for line in _parts(path):
        if json.loads(line).get("text"):
            files[total % count].write(line)
            total += 1
    for file in files:
        file.close()
    return total


if __name__ == "__main__":
    print(json.dumps(CONTESTANTS[sys.argv[1]](Path(sys.argv[2]), float(sys.argv[3]))))
