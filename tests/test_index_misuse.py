"""An index that is asked for what cannot be, closed while it is used, or asked about what it has."""

from __future__ import annotations

import subprocess
import sys
import threading

import numpy as np
import pytest

import dedup
from dedup.errors import ArgumentError, InputError, StoreError

TEXT = "The ferry to Port Alden will run again on Monday, the harbour office said. A sandbank is being dredged."
FERRY = {"id": "a", "source": "X", "text": TEXT}
LONGER = {"id": "b", "source": "Y", "text": f"{TEXT} More."}
RAIN = {"id": "c", "text": "Rain is expected on Tuesday, and on no other day of the week, forecasters said."}


@pytest.fixture
def index():
    with dedup.Index() as index:
        index.add([FERRY, LONGER, RAIN])
        yield index


@pytest.mark.parametrize("path", ["one.db", None])
def test_closing_waits_for_whoever_uses_it_and_then_says_so(tmp_path, path):
    index, told = dedup.Index(path and tmp_path / path), list[Exception]()
    started = threading.Event()

    def work(which):
        try:
            for number in range(10_000):
                index.add({"id": f"{which}-{number}", "text": f"the ferry {number} to port alden runs on {number * 7}"})
                started.set()
        except Exception as error:  # noqa: BLE001 - whatever it is
            told.append(error)

    threads = [threading.Thread(target=work, args=(which,)) for which in range(2)]
    for thread in threads:
        thread.start()
    started.wait()
    index.close()
    for thread in threads:
        thread.join()
    assert [(type(error), str(error)) for error in told] == [(StoreError, "the index is closed")] * 2


@pytest.mark.parametrize(
    "use",
    [
        len,
        dedup.Index.compact,
        dedup.Index.stats,
        lambda index: "a" in index,
        lambda index: index.add(FERRY),
        lambda index: index.query([FERRY, RAIN]),
        lambda index: index.remove("a"),
        lambda index: list(index.stories()),
        lambda index: index.changes(0),
    ],
)
def test_what_is_closed_says_so(use):
    index = dedup.Index()
    index.close()
    index.close()
    with pytest.raises(StoreError, match="the index is closed"):
        use(index)


@pytest.mark.parametrize(
    ("ask", "rule"),
    [
        (lambda index: index.story("1"), "story must be a whole number, got '1'"),
        (lambda index: index.story(1.5), "story must be a whole number, got 1.5"),
        (lambda index: index.changes("x"), "since must be a whole number, got 'x'"),
        (lambda index: index.remove([5]), "ids must be texts, got 5"),
        (lambda index: index.remove(5), "ids must be texts, got 5"),
        (lambda _: dedup.Index(""), "path must name a file, got ''"),
        (lambda _: dedup.Index(":memory:"), "path must name a file, got ':memory:'"),
        (lambda _: dedup.Index(5), "path must be a file, an address of PostgreSQL or a store, got 5"),
        (lambda _: dedup.Index(None, {"threshold": 0.5}), "settings must be Settings, got {'threshold': 0.5}"),
        (lambda _: dedup.Index(canonical="earliest"), "canonical must be a rule such as dedup.earliest"),
        (lambda _: dedup.Index(canonical=dedup.prefer_sources("Y")), "canonical must go by what is kept of one"),
    ],
)
def test_a_bad_argument_is_named(index, ask, rule):
    with pytest.raises(ArgumentError) as told:
        ask(index)
    assert rule in str(told.value)


def test_numbers_of_any_kind_are_numbers(index):
    assert list(index.changes(np.int64(0))) == list(index.changes(0)) != []
    assert list(index.changes(2**70)) == []
    assert index.story(np.int64(1)) == index.story(1) is not None
    assert index.story(2**70) is index.story(-1) is None


def test_query_says_of_what_is_there_what_add_says(index):
    renamed, unlike = {**FERRY, "title": "Ferry runs"}, {**FERRY, "text": RAIN["text"]}
    for article in (FERRY, LONGER, RAIN):
        assert index.query(article) == index.add(article)
        assert index.query(article).status == "known"
    asked = [RAIN, renamed, FERRY, unlike, {**RAIN, "id": "d"}]
    told = index.query(asked)
    assert told == [index.query(article) for article in asked]
    for article, said in ((renamed, told[1]), (unlike, told[3])):
        assert said.status == index.add(article).status
        assert {match.a for match in said.matches} | {match.b for match in said.matches} <= {"a", "b", "c"}
        assert all(match.a < match.b for match in said.matches)


def test_an_exact_copy_of_its_old_self_is_compared_with_the_others():
    with dedup.Index() as index:
        index.add([FERRY, {**FERRY, "id": "z"}])
        assert [(one.a, one.b) for one in index.query({**FERRY, "url": "https://x.example/1"}).matches] == [("a", "z")]
        index.remove("z")
        assert index.query({**FERRY, "url": "https://x.example/1"}).matches == ()


def test_results_without_texts_are_no_ground_for_what_needs_them(index, tmp_path):
    result = index.result()
    for use in (
        lambda: dedup.find_duplicates([{**FERRY, "id": "new"}], against=result),
        lambda: dedup.write_signatures(result, tmp_path / "s.parquet"),
        lambda: dedup.estimate_recall(result),
    ):
        with pytest.raises(ArgumentError, match="result must have the texts of its articles"):
            use()
    assert not list(tmp_path.iterdir())
    with dedup.Index(keep_text=True) as kept:
        kept.add([FERRY, LONGER, RAIN, {"id": "empty", "text": None}])
        assert dedup.find_duplicates([{**FERRY, "id": "new"}], against=kept.result()).joined[0].id == "new"


@pytest.mark.parametrize("window", ["2000w", "0.00001s", "36500d"])
def test_an_index_opens_with_the_window_it_was_made_with(tmp_path, window):
    settings = dedup.Settings(window=window)
    for _ in range(2):
        with dedup.Index(tmp_path / "one.db", settings) as index:
            assert index.settings == settings
    with dedup.Index(tmp_path / "one.db") as index:
        assert index.settings == settings


def test_stores_and_errors_are_there_without_anything_else():
    code = "import dedup; print(dedup.stores.MemoryStore.__name__, dedup.errors.StoreError.__name__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "MemoryStore StoreError\n"


def test_a_file_of_which_no_line_can_be_read_is_an_error(tmp_path):
    path = tmp_path / "news.jsonl"
    path.write_text("{bad\nworse\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"nothing in it can be read, first of all .*news.jsonl:1: not JSON"):
        dedup.find_duplicates(path)
    path.write_text('{bad\n{"id": "a", "text": "Rain."}\n', encoding="utf-8")
    assert len(dedup.find_duplicates(path).problems) == 1
