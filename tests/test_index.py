"""An index: what comes, goes, is asked and told. That it has the clusters of a batch run is a law of its own."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import datasketch
import debian
import numpy as np
import postgres_kit
import pyarrow as pa
import pytest
from stories import story

import dedup
from dedup.engines.stream import state
from dedup.errors import ArgumentError, InputError
from dedup.stages import minhash, shingles
from dedup.stores import PostgresStore

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))
import kill_index

A, B, C = story(1), story(1) + " It rained all day.", story(2)


def ids(index: dedup.Index) -> list[tuple[str, ...]]:
    return [one.ids for one in index.stories(least=1)]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "news.db"


def test_what_an_article_is():
    with dedup.Index() as index:
        first = index.add({"id": "a", "text": A})
        assert (first.status, first.matches, first.story) == ("new", (), 1)
        second = index.add({"id": "b", "text": B})
        assert (second.status, second.story) == ("copy", 1)
        assert [(match.a, match.b, match.relation) for match in second.matches] == [("a", "b", "copy")]
        third = index.add({"id": "c", "text": A})
        assert [(match.a, match.b, match.relation) for match in third.matches] == [("a", "c", "identical")]
        fourth = index.add({"id": "d", "text": A[: len(A) // 2]})
        assert fourth.status == "excerpt"
        assert index.add({"id": "e", "text": C}).status == "new"
        assert ids(index) == [("a", "b", "c", "d"), ("e",)]


def test_one_gives_one_and_many_give_many():
    with dedup.Index() as index:
        assert isinstance(index.add(dedup.Article(id="a", text=A)), dedup.Added)
        assert [one.id for one in index.add([{"id": "b", "text": A}, {"id": "c", "text": C}])] == ["b", "c"]
        assert index.add([]) == index.query([]) == []


@pytest.mark.parametrize("names", ["abc", "cba", "bca"])
def test_copies_that_come_together_are_told_of_each_other_in_order(names):
    with dedup.Index() as index:
        told = index.add([{"id": name, "text": A} for name in names])
        assert [one.status for one in told] == ["new", "copy", "copy"]


def test_the_same_again_changes_nothing():
    with dedup.Index() as index:
        index.add({"id": "a", "text": A, "fetched": "2025-03-04T10:00:00Z"})
        cursor = index.cursor
        again = index.add({"id": "a", "text": A, "fetched": "2025-03-05T10:00:00Z"})
        assert (again.status, again.story, index.cursor) == ("known", 1, cursor)


def test_other_content_takes_the_place_and_the_story_stays():
    with dedup.Index() as index:
        index.add([{"id": "a", "text": A}, {"id": "b", "text": B}, {"id": "c", "text": C}])
        index.add({"id": "a", "text": A + " Nobody was hurt."})
        assert index.story_of("a") == index.story_of("b") == 1
        index.add({"id": "c", "text": C + " Nobody was hurt."})
        assert index.story_of("c") == 3
        assert [change.kind for change in index.changes(3)] == ["replaced"] * 2
        moved = index.add({"id": "a", "text": C})
        assert moved.story == index.story_of("c") != index.story_of("b")
        assert len(index) == 3


def test_of_several_with_one_id_the_last_counts():
    with dedup.Index() as index:
        told = index.add([{"id": "a", "text": A}, {"id": "a", "text": C}])
        assert len(index) == 1
        assert [one.story for one in told] == [1, 1]
        assert index.query({"id": "q", "text": C}).story == 1


def test_ids_that_are_missing_depend_on_the_article_alone():
    with dedup.Index() as index:
        one, two = index.add([{"text": A, "url": "https://example.org/a"}, {"text": C, "url": "https://example.org/a"}])
        assert one.id != two.id
        assert one.id.startswith("https://example.org/a#")
        assert index.add({"text": A, "url": "https://example.org/a"}).status == "known"


def test_a_query_adds_nothing():
    with dedup.Index() as index:
        index.add([{"id": "a", "text": A}, {"id": "c", "text": C}])
        told = index.query([{"id": "q", "text": B}, {"id": "r", "text": A}, {"id": "s", "text": "Rain."}])
        assert [(one.status, one.story) for one in told] == [("copy", 1), ("copy", 1), ("new", None)]
        assert len(index) == 2
        assert "q" not in index


def test_an_article_without_text_has_a_story_of_its_own():
    with dedup.Index() as index:
        told = index.add([{"id": "a"}, {"id": "b", "text": ""}, {"id": "c", "text": " — "}])
        assert [one.story for one in told] == [1, 2, 3]
        assert index.query({"text": ""}).story is None
        assert index.result().clusters == ()


def test_what_is_removed_is_gone():
    with dedup.Index() as index:
        index.add([{"id": name, "text": A} for name in "abc"])
        assert index.remove("b") == 1
        assert index.remove(["a", "nobody", "a"]) == 1
        assert ids(index) == [("c",)]
        assert (index.article("a"), index.story_of("a"), "a" in index) == (None, None, False)
        assert index.remove("c") == 1
        assert index.story(1) is None
        assert index.query({"text": A}).status == "new"


@pytest.mark.parametrize("before", ["2025-03-05", dt.date(2025, 3, 5), dt.datetime(2025, 3, 5, tzinfo=dt.UTC)])
def test_expiry_goes_by_the_time_of_publication(before):
    with dedup.Index() as index:
        times = {"a": "2025-03-03T08:00:00Z", "b": "2025-03-05T08:00:00Z", "c": "2025-03-05", "d": None}
        index.add([{"id": name, "text": A, "published": time} for name, time in times.items()])
        assert index.expire(before) == 1
        assert ids(index) == [("b", "c", "d")]  # what has no date counts from when it was added


def test_expiry_needs_a_time():
    with dedup.Index() as index, pytest.raises(ArgumentError, match="before must be a date or time, got 'soon'"):
        index.expire("soon")


def test_stories_say_who_was_first():
    with dedup.Index() as index:
        index.add({"id": "a", "text": A, "published": "2025-03-04T10:00:00Z"})
        index.add({"id": "b", "text": A, "published": "2025-03-04T09:00:00Z", "source": "The Harbour"})
        (found,) = index.stories()
        assert (found.canonical.id, found.earliest.id, found.order_certain) == ("b", "b", True)
        assert found.canonical == index.article("b") == dedup.Article(
            id="b", published="2025-03-04T09:00:00Z", source="The Harbour"
        )  # fmt: skip
        assert index.story(found.id) == found


def test_the_rule_picks_the_canonical_article():
    def by_source(article: dedup.Article) -> str:
        return article.source or ""

    with dedup.Index(canonical=by_source) as index:
        index.add([{"id": "a", "text": A, "source": "Nova Vest"}, {"id": "b", "text": A, "source": "Altport Post"}])
        assert next(index.stories()).canonical.id == "b"
    with pytest.raises(
        ArgumentError, match=r"canonical must go by what is kept of one article alone.* got 'by_origin'"
    ):
        dedup.Index(canonical=dedup.by_origin)


def test_texts_are_kept_only_if_that_is_wished(path):
    with dedup.Index(path) as index:
        index.add({"id": "a", "text": "A word nobody else says: xylophonist."})
        assert index.article("a").text is None
    assert all(b"xylophonist" not in each.read_bytes() for each in path.parent.iterdir())
    with dedup.Index(keep_text=True) as index:
        index.add({"id": "a", "text": A})
        assert index.article("a").text == A
    with pytest.raises(ArgumentError, match="keep_text must be False"):
        dedup.Index(path, keep_text=True)


def test_furniture_is_left_out_and_kept(path):
    menu = "Subscribe to our letter now."
    room = [{"text": f"{menu}\n{story(number)}", "source": "S"} for number in range(8)]
    furniture = dedup.learn_furniture(room)
    assert len(furniture)
    with dedup.Index(path, furniture=furniture) as index:
        index.add({"id": "a", "text": f"{menu}\n{A}", "source": "S"})
    with dedup.Index(path) as index:
        assert index.furniture == furniture
        (match,) = index.add({"id": "b", "text": A}).matches
        assert match.relation == "identical"
    with pytest.raises(ArgumentError, match="furniture must be that the index was made with"):
        dedup.Index(path, furniture=dedup.learn_furniture([]))


def test_other_settings_are_refused_by_name(path):
    dedup.Index(path, dedup.Settings(num_perm=64, window="3d")).close()
    dedup.Index(path, dedup.Settings(num_perm=64, window="72h")).close()
    with pytest.raises(ArgumentError, match=r"num_perm=64 \(asked for: 128\), seed=1 \(asked for: 2\)"):
        dedup.Index(path, dedup.Settings(window="3d", seed=2))
    with dedup.Index(path) as index:
        assert index.settings == dedup.Settings(num_perm=64, window="3d")


def test_other_formats_are_refused_by_name(path):
    dedup.Index(path).close()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE meta SET value = 'dedup index 0' WHERE name = 'format'")
    db.close()
    with pytest.raises(InputError, match="must be of format 'dedup index 4', is 'dedup index 0'"):
        dedup.Index(path)


def test_an_index_is_there_when_opened_again(path):
    with dedup.Index(path, durability="fsync") as index:
        index.add([{"id": "a", "text": A}, {"id": "b", "text": B}, {"id": "c", "text": C}])
        before, changes = list(index.stories(least=1)), list(index.changes())
    with dedup.Index(path) as index:
        assert list(index.stories(least=1)) == before
        assert list(index.changes()) == changes
        assert index.add({"id": "d", "text": A}).story == 1
        assert index.check() == []
    with pytest.raises(ArgumentError, match="durability must be 'process' or 'fsync', got 'disk'"):
        dedup.Index(path, durability="disk")


def test_what_fails_leaves_no_trace(path, monkeypatch):
    with dedup.Index(path) as index:
        index.add({"id": "a", "text": A})

        def broken(*_: object) -> None:
            raise OSError("no space left")

        monkeypatch.setattr(type(index._keeping), "save", broken)
        with pytest.raises(OSError, match="no space left"):
            index.add([{"id": "b", "text": B}, {"id": "a", "text": C}])
        monkeypatch.undo()
        assert ids(index) == [("a",)]
        assert index.add({"id": "b", "text": B}).story == 1
        assert index.check() == []


def test_check_sees_what_is_wrong(path):
    with dedup.Index(path) as index:
        index.add([{"id": "a", "text": A}, {"id": "b", "text": B}, {"id": "c", "text": C}])
    with sqlite3.connect(path) as db:
        db.execute("UPDATE members SET story = 3")
        db.execute("DELETE FROM articles WHERE number = 3")
    db.close()
    with dedup.Index(path) as index:
        assert index.check() == ["article 3 has lost its tokens"]
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM sketches WHERE number = 3")
    db.close()
    with dedup.Index(path) as index:
        assert "story 1 is not the cluster around text" in " ".join(index.check())


def test_the_feed_forgets_what_was_long_ago(path, monkeypatch):
    monkeypatch.setattr("dedup.engines.stream.keeping._CHANGES", 10)
    with dedup.Index(path) as index:
        for number in range(30):
            index.add({"id": f"{number}", "text": story(number), "published": "2025-03-04"})
        index.expire("2025-04-01")
        assert len(index) == 0
        with pytest.raises(ArgumentError, match=r"since must be at least \d+, the feed reaches back no further, got 3"):
            list(index.changes(3))
        assert [change.cursor for change in index.changes(index.cursor - 3)] == [58, 59, 60]


def test_threads_share_an_index():
    with dedup.Index() as index:

        def work(part: int) -> None:
            for number in range(part, 40, 4):
                index.add({"id": f"{number}", "text": story(number // 2)})

        threads = [threading.Thread(target=work, args=(part,)) for part in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [one.ids for one in index.stories()] != []
        assert sorted(one.ids for one in index.stories()) == sorted(
            tuple(sorted((f"{number}", f"{number + 1}"))) for number in range(0, 40, 2)
        )


WRITER = """
import sys
sys.path[:0] = {paths!r}
import kill_index
import dedup
with dedup.Index({path!r}, kill_index.QUICK) as index:
    print("ready", flush=True)
    sys.stdin.readline()
    for start in range(0, 200, 20):
        told = index.add([kill_index.article(2 * number + {side}) for number in range(start, start + 20)])
    print("done", flush=True)
"""


@pytest.mark.full
def test_two_writers_find_all_twins(path):
    dedup.Index(path, kill_index.QUICK).close()
    tools = [str(Path(kill_index.__file__).parent)]
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER.format(paths=tools, path=str(path), side=side)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8",
        )
        for side in (0, 1)
    ]  # fmt: skip
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        assert writer.communicate()[0] == "done\n"
        assert writer.returncode == 0
    with dedup.Index(path) as index:
        assert index.check() == []
        found = {story.ids for story in index.stories()}
        assert found == {tuple(sorted((f"{2 * k}", f"{2 * k + 1}"))) for k in range(200)}
        batch = dedup.find_duplicates(
            [kill_index.article(k) for k in range(400)], kill_index.QUICK, furniture=index.furniture
        )
        assert [c.ids for c in index.result().clusters] == [c.ids for c in batch.clusters]
        kinds = [change.kind for change in index.changes()]
        assert kinds.count("created") == kinds.count("joined") == 200


@pytest.mark.full
def test_killed_writers_lose_nothing(tmp_path):
    counted = kill_index.rounds(tmp_path, 3, seed=5)
    assert counted["kills"] == 3
    assert counted["steps"] > 0


def test_a_long_chain_is_clustered_as_in_a_batch():
    # More texts than are all compared with each other: what waits, and in which order, matters.
    words = [f"word{place}" for place in range(900)]
    room = [{"id": f"{7 * k % 61:02}", "text": " ".join(words[13 * k : 13 * k + 90])} for k in range(61)]
    with dedup.Index(None, kill_index.QUICK) as index:
        for start in range(0, 61, 5):
            index.add(room[start : start + 5])
        for rest in (room, room[:40]):
            index.remove([one["id"] for one in room if one not in rest])
            batch = dedup.find_duplicates(rest, kill_index.QUICK, furniture=index.furniture)
            assert batch.capped == index.capped == 0
            mine = index.result()
            assert [(one.ids, one.centre.id) for one in mine.clusters] == [
                (one.ids, one.centre.id) for one in batch.clusters
            ]
            assert mine.matches == batch.matches
        assert len(batch.clusters) > 5


def test_full_buckets_are_capped_and_counted():
    with dedup.Index(None, kill_index.QUICK) as index:
        text = story(3)
        index.add([{"id": f"{number}", "text": f"{text} number{number} here"} for number in range(80)])
        assert index.capped > 0
        assert len(next(index.stories())) == 80
        assert index.check() == []


MENU = "Subscribe to our letter now and share this story with friends."


def test_relearning_replaces_the_furniture_and_tells_what_changed(path):
    # Two outlets have the same stories, each below a menu of its own that is longer than they are.
    room = [
        {"id": f"{outlet}{k}", "text": f"{story(menu, 3)}\n\n{story(k, 2)}", "source": outlet}
        for outlet, menu in (("s", 100), ("t", 101))
        for k in range(8)
    ]
    more = {"id": "y", "text": story(50)}
    with dedup.Index(path) as index, dedup.Index(path) as other:
        index.add(room)
        other.add(more)
        with pytest.raises(ArgumentError, match="articles must be given to relearn"):
            index.relearn()
        with pytest.raises(ArgumentError, match="1 are missing: 'y'"):
            index.relearn(room)
        cursor, before = index.cursor, index.story_of("s0")
        index.relearn([*room, more, {"id": "z", "text": C}])
        batch = dedup.find_duplicates([*room, more])
        assert index.furniture == batch.furniture
        for each in (index, other):
            assert {one.ids for one in each.stories()} == {one.ids for one in batch.clusters}
            assert each.story_of("s0") == each.story_of("t0") == before
            assert each.furniture == index.furniture
            assert each.check() == []
            assert each.add(room[3]).status == "known"
        kinds = [change.kind for change in index.changes(cursor)]
        assert set(kinds) == {"merged"}
        assert kinds.count("merged") == 8
    with dedup.Index(path) as index:
        assert index.furniture == batch.furniture


def test_what_another_process_has_relearned_counts_for_what_comes_next(path):
    room = [{"id": f"s{k}", "text": f"{story(100, 3)}\n\n{story(k, 2)}", "source": "s"} for k in range(8)]
    again = room[0] | {"id": "again"}
    with dedup.Index(path) as index, dedup.Index(path) as asked, dedup.Index(path) as added:
        index.add(room)
        assert len(asked) == len(added) == 8
        index.relearn(room)
        assert len(index.furniture)
        assert asked.query(again).matches[0].relation == "identical"
        assert added.add(again).matches[0].relation == "identical"
        assert index.check() == []


def test_relearning_from_texts_that_are_kept():
    with dedup.Index(keep_text=True) as index:
        index.add([{"id": f"{k}", "text": f"{MENU}\n{story(k)}", "source": "S"} for k in range(8)])
        cursor = index.cursor
        index.relearn()
        assert len(index.furniture) == 1
        assert list(index.changes(cursor)) == []
        assert index.query({"text": story(3)}).matches[0].relation == "identical"


def test_an_index_fills_one_of_datasketch():
    with dedup.Index() as index:
        index.add([{"id": "ä", "text": A}, {"id": "b", "text": B}, {"id": "c", "text": C}, {"id": "d"}])
        theirs = index.to_datasketch()
        (mine,) = minhash.to_datasketch(
            minhash.sign_tokens(*tokens_of(A), shingle_size=5, num_perm=128, seed=1), seed=1
        )
        assert set(theirs.query(mine)) == {"ä".encode(), b"b"}


def tokens_of(text: str):
    found = shingles.tokenize(shingles.nfc(pa.array([text], pa.large_string())))
    return found.values, found.offsets


def test_datasketch_on_redis(tmp_path):
    pytest.importorskip("redis")
    program = debian.program("Redis", "redis-server", lambda: (at := shutil.which("redis-server")) and Path(at))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [program, "--port", str(port), "--save", "", "--dir", str(tmp_path)], stdout=subprocess.DEVNULL
    )
    try:
        config = {"type": "redis", "basename": b"news", "redis": {"host": "127.0.0.1", "port": port}}
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.1)
        with dedup.Index() as index:
            index.add([{"id": "a", "text": A}, {"id": "b", "text": B}, {"id": "c", "text": C}])
            theirs = index.to_datasketch(storage_config=config)
            (mine,) = minhash.to_datasketch(
                minhash.sign_tokens(*tokens_of(A), shingle_size=5, num_perm=128, seed=1), seed=1
            )
            assert set(theirs.query(mine)) == {b"a", b"b"}
            again = datasketch.MinHashLSH(
                num_perm=128, params=(theirs.b, theirs.r), storage_config=config, prepickle=False
            )
            assert set(again.query(mine)) == {b"a", b"b"}
    finally:
        server.kill()
        server.wait()


def test_an_address_opens_postgresql():
    url = postgres_kit.url()
    with dedup.Index(url) as index, dedup.Index(url) as other:
        index.add({"id": "a", "text": A})
        assert other.add({"id": "b", "text": B}).story == index.story_of("a")
    with pytest.raises(InputError, match="the database cannot be opened"):
        dedup.Index("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(ArgumentError, match="schema must be of small letters"):
        PostgresStore(url, schema="a; drop")
    with pytest.raises(InputError, match="there is no such index: the database has no schema 'none'"):
        PostgresStore(url, schema="none", must_exist=True)


def test_numbers_of_an_index(path):
    with dedup.Index(path) as index:
        index.add([{"id": "a", "text": A}, {"id": "b", "text": A}, {"id": "c", "text": C}])
        stats = index.stats()
        assert (stats["articles"], stats["texts"], stats["stories"], stats["stories of several"]) == (3, 2, 2, 1)
        assert stats["bytes on disk"] > 0
        json.dumps(stats)


def test_no_id_is_taken_for_a_band(monkeypatch):
    """Codes of ids are of each process, and by chance that of one is that of another article's band."""
    with dedup.Index() as index:
        kept = index._keeping.state
        one, two = ({"id": name, "text": f"The {name} ferry of {name} runs to {name} again, {name}."} for name in "ac")
        band = index._arrive(index._batch([one])).sketches.bands[0, 0]
        same = band ^ np.uint32((kept._id * 0x85EBCA6B) & 0xFFFFFFFF)  # see `postings.spread`: bands 0 are of kind 0
        monkeypatch.setattr(state, "id_keys", lambda ids: np.full(len(ids), same, np.uint32))
        index.add(two)
        index.add(one)
        assert len(kept.pairs) == 0


def test_a_revision_alone_is_told():
    """It joins no story, but is like another all the same."""
    words = [f"w{chr(97 + place // 26)}{chr(97 + place % 26)}" for place in range(200)]
    for place in (50, 100, 150):
        words[place] = "{}"
    with dedup.Index() as index:
        index.add({"id": "a", "text": " ".join(words).format(11, 12, 13)})
        added = index.add({"id": "b", "text": " ".join(words).format(21, 22, 23)})
        assert (added.status, [match.relation for match in added.matches]) == ("revision", ["revision"])
        assert added.story != index.story_of("a")
