"""What every store must do: one contract."""

from __future__ import annotations

import sqlite3
import threading

import pytest
from index_kit import SHARED, STORES, opened

from dedup.errors import InputError
from dedup.stores import TABLES, SqliteStore


@pytest.fixture(params=STORES)
def store(request, tmp_path):
    with opened(request.param, tmp_path) as made:
        yield made


def row(number: int) -> tuple[object, ...]:
    return (number, f"id {number}", number, -number, bytes([number % 256, 0]))


def test_words_are_kept(store):
    assert store.meta() == {}
    with store.writing():
        store.set_meta({"a": "1", "b": "Ä"})
        store.set_meta({"a": "2"})
    assert store.meta() == {"a": "2", "b": "Ä"}
    assert store.meta(["b", "c"]) == {"b": "Ä"}


def test_rows_are_kept_as_they_are(store):
    with store.writing():
        store.insert("sketches", [row(3), row(1), row(2**40)])
    assert store.get("sketches", [3, 1, 2, 1]) == [row(1), row(3)]
    assert list(store.after("sketches", 1)) == [row(3), row(2**40)]
    assert store.get("sketches", [3], ["content", "id"]) == [(3, -3, "id 3")]
    assert store.get("sketches", []) == []


def test_a_row_takes_the_place_of_the_one_with_its_number(store):
    with store.writing():
        store.insert("members", [(1, 10), (2, 20)])
        store.insert("members", [(2, 30)])
    assert store.get("members", [1, 2]) == [(1, 10), (2, 30)]


def test_missing_values_are_none(store):
    whole = tuple(None for _ in TABLES["articles"])
    with store.writing():
        store.insert("articles", [(1, *whole)])
    assert store.get("articles", [1]) == [(1, *whole)]


def test_any_text_is_kept(store):
    texts = ["\0", "a\0b\x1b0", "\x1b", "\x1b\x1b\0", "港\U0001f4f0", ""]
    with store.writing():
        store.insert("sketches", [(place, text, 1, 1, b"\0") for place, text in enumerate(texts, 1)])
    assert [row[1] for row in store.get("sketches", range(9), ["id"])] == texts
    assert [row[1] for row in store.after("sketches", 0)] == texts


def test_removed_rows_are_gone(store):
    with store.writing():
        store.insert("members", [(number, 0) for number in range(1, 2001)])
    with store.writing():
        store.delete("members", [*range(1, 2000), 5000])
    assert list(store.after("members", 0)) == [(2000, 0)]


def test_many_rows_at_once(store):
    with store.writing():
        store.insert("members", [(number, number) for number in range(1, 3001)])
    assert store.get("members", range(0, 4000, 2)) == [(number, number) for number in range(2, 3001, 2)]


def test_what_fails_leaves_no_trace(store):
    with store.writing():
        store.insert("members", [(1, 1)])

    def fail() -> None:
        with store.writing():
            store.insert("members", [(2, 2)])
            store.set_meta({"a": "1"})
            store.delete("members", [1])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert store.get("members", [1, 2]) == [(1, 1)]
    assert store.meta() == {}


def test_names_that_are_not_ours_are_refused(store):
    with pytest.raises(KeyError):
        store.get("members", [1], ["story; DROP TABLE members"])
    with pytest.raises(KeyError):
        store.insert("no such table", [(1,)])


def test_all_is_well_and_takes_some_room(store):
    with store.writing():
        store.insert("sketches", [(number, "x" * 1000, 1, 1, b"") for number in range(1, 2000)])
    before = store.size()
    with store.writing():
        store.delete("sketches", range(1, 2000))
    store.compact()
    assert 0 < store.size() < before
    assert store.damage() == []


@pytest.mark.parametrize("kind", SHARED)
def test_readers_see_one_state_and_block_nobody(kind, tmp_path):
    with opened(kind, tmp_path) as one, opened(kind, tmp_path) as two:
        with one.writing():
            one.insert("members", [(1, 1)])
        with two.reading():
            assert two.get("members", [1, 2]) == [(1, 1)]
            with one.writing():
                one.insert("members", [(2, 2)])
            assert two.get("members", [1, 2]) == [(1, 1)]
        assert two.get("members", [1, 2]) == [(1, 1), (2, 2)]


@pytest.mark.parametrize("kind", SHARED)
def test_that_others_wrote_is_told(kind, tmp_path):
    with opened(kind, tmp_path) as one, opened(kind, tmp_path) as two:
        for number in (1, 2):
            with two.reading():
                two.touched()
            with one.writing():
                one.insert("members", [(number, number)])
            with two.reading():
                assert two.touched()


@pytest.mark.parametrize("kind", SHARED)
def test_writers_wait_for_each_other(kind, tmp_path):
    with opened(kind, tmp_path) as one, opened(kind, tmp_path) as two:
        one.set_meta({"count": "0"})

        def count(store):
            for _ in range(50):
                with store.writing():
                    store.set_meta({"count": str(int(store.meta()["count"]) + 1)})

        threads = [threading.Thread(target=count, args=(store,)) for store in (one, two)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert one.meta() == two.meta() == {"count": "100"}


def test_other_files_are_refused(tmp_path):
    text = tmp_path / "text.db"
    text.write_text("These are not the bytes of a database. " * 100)
    with pytest.raises(InputError, match=r"text\.db: cannot be read as an index"):
        SqliteStore(str(text))
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as db:
        db.execute("CREATE TABLE mine (a)")
    db.close()
    with pytest.raises(InputError, match=r"other\.db: is the database of another program"):
        SqliteStore(str(other))
    with pytest.raises(InputError, match=r"none\.db: there is no such index"):
        SqliteStore(str(tmp_path / "none.db"), must_exist=True)
    with pytest.raises(InputError, match="cannot be opened"):
        SqliteStore(str(tmp_path))
