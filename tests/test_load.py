"""Many threads and processes at once: the same answers, and an end."""

from __future__ import annotations

import gc
import inspect
import json
import multiprocessing
import pickle
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest
from stories import story

import dedup

ROOT = Path(__file__).parent.parent
THREADS = 16
HANG = 300  # seconds: far beyond what any of this takes


def articles(part: int) -> list[dict[str, str]]:
    """Return articles of a part: two of each of its stories, and one of a story that all parts have."""
    own = [
        {"id": f"{part} {number} {copy}", "text": story(1000 * part + number, 6) + " It was late." * copy}
        for number in range(3)
        for copy in range(2)
    ]
    return [*own, {"id": f"{part} all", "text": story(7, 6) + f" So says outlet {part}."}]


def found_in(rows: list[dict[str, str]]) -> list[tuple[str, ...]]:
    """Run a search; at the top of the module, so that other processes can."""
    return [cluster.ids for cluster in dedup.find_duplicates(rows).clusters]


@pytest.mark.full
def test_threads_search_compare_and_share_an_index(newsroom_path):
    records = [json.loads(line) for line in newsroom_path.read_text(encoding="utf-8").splitlines()][:40]
    clusters = found_in(records)
    compared = str(dedup.compare(records[0], records[1]))
    expected = found_in([row for part in range(THREADS) for row in articles(part)])
    start = threading.Barrier(THREADS)
    with dedup.Index() as index, ThreadPoolExecutor(THREADS) as pool:

        def work(part: int) -> None:
            start.wait(HANG)
            rows = articles(part)
            assert found_in(records) == clusters
            for row in rows:
                index.add(row)
                assert row["id"] in index
            assert str(dedup.compare(records[0], records[1])) == compared
            assert {told.status for told in index.query([{**row, "id": f"new {row['id']}"} for row in rows])} == {
                "copy"
            }
            assert len(list(index.stories(least=1))) >= 3
            assert index.remove(rows[0]["id"]) == 1
            index.add(rows[0])

        for done in [pool.submit(work, part) for part in range(THREADS)]:
            done.result(HANG)
        assert [cluster.ids for cluster in index.result().clusters] == expected
        assert index.check() == []


def test_a_result_is_asked_by_many_threads_at_once(newsroom_path):
    result = dedup.find_duplicates(newsroom_path)
    start = threading.Barrier(THREADS)

    def ask(_: int) -> str:
        start.wait(HANG)
        return repr([(cluster.ids, cluster.earliest, cluster.origin, cluster.reasons) for cluster in result.clusters])

    with ThreadPoolExecutor(THREADS) as pool:
        assert len(set(pool.map(ask, range(THREADS), timeout=HANG))) == 1


@pytest.mark.full
@pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")
@pytest.mark.parametrize("way", [way for way in ("fork", "spawn") if way in multiprocessing.get_all_start_methods()])
def test_processes_search(way):
    rows = [articles(part) for part in range(2)]
    expected = [found_in(part) for part in rows]  # kernels, threads and pools are in use before the fork
    gc.collect()
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(way)) as pool:
        assert list(pool.map(found_in, rows, timeout=HANG)) == expected
    assert found_in(rows[0]) == expected[0]


def test_what_is_frozen_can_be_sent_to_other_processes(newsroom):
    cluster = newsroom.clusters[0]
    plan = dedup.plan()
    for one in (newsroom.settings, cluster.centre, newsroom.furniture, newsroom.matches[0], cluster.origin, plan):
        assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - our own


def test_what_each_class_allows_is_written_down():
    page = (ROOT / "docs" / "how-to" / "threads-and-processes.md").read_text(encoding="utf-8")
    public = [name for name in dedup.__all__ if name != "spark" and inspect.isclass(getattr(dedup, name))]
    assert len(public) > 20
    assert [name for name in public if f"`{name}`" not in page] == []
