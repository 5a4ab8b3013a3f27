"""Law 5: Spark gives the result of `find_duplicates`, on this machine, whatever is in the articles."""

from __future__ import annotations

import random

import newsrooms
import numpy as np
import pyarrow as pa
import pytest
import spark_kit
from hypothesis import given, settings
from hypothesis import strategies as st

import dedup

spark_kit.require()

from dedup.engines.spark import clustering, running  # noqa: E402
from dedup.engines.spark.work import Work  # noqa: E402

pytestmark = pytest.mark.spark
QUICK = dedup.Settings(num_perm=32, threshold=0.45)
DATED = dedup.Settings(num_perm=32, threshold=0.45, window="3d")


@pytest.fixture(scope="module")
def spark():
    with spark_kit.session("local[2]") as session:
        yield session


def frame(spark, articles):
    table = articles if isinstance(articles, pa.Table) else spark_kit.table_of(articles)
    return spark.createDataFrame(table)


def agree(spark, articles, setup=QUICK, **rest):
    """Check that both engines say the same of articles, and return what they say."""
    result = dedup.find_duplicates(articles, setup)
    spark_kit.check(dedup.spark.find_duplicates(frame(spark, articles), setup, **rest), result)
    return result


def test_the_newsroom(spark, newsroom, tmp_path):
    work_dir = str(tmp_path / "run")
    df = frame(spark, newsroom.batch.table)
    spark_kit.check(dedup.spark.find_duplicates(df, work_dir=work_dir), newsroom)
    rows = {row["cluster"]: row for row in dedup.spark.clusters(df, work_dir=work_dir).collect()}
    assert sorted(rows) == sorted(cluster.ids[0] for cluster in newsroom.clusters)
    for cluster in newsroom.clusters:
        row = rows[cluster.ids[0]]
        assert tuple(row["ids"]) == cluster.ids
        assert row["size"] == len(cluster)
        assert row["weakest"] == cluster.weakest
        assert row["order_certain"] == cluster.order_certain
        for role in spark_kit.ROLES:
            assert row[role] == getattr(cluster, role).id
    matches = dedup.spark.matches(df, work_dir=work_dir).count()
    assert matches == len(newsroom.links.a)


@settings(max_examples=4)
@given(st.lists(newsrooms.newsrooms(), min_size=4, max_size=6), st.sampled_from([QUICK, DATED]))
def test_made_up_newsrooms(spark, rooms, setup):
    # Many in one: ids that are missing or repeated come up, and each run takes seconds.
    agree(spark, spark_kit.table_of([article for room in rooms for article in room]), setup)


def test_ids_that_are_numbers(spark, newsroom):
    table = newsroom.batch.table
    numbered = table.set_column(0, "id", pa.array(np.random.default_rng(1).permutation(len(table))))
    agree(spark, numbered, dedup.Settings())


def templates(size):
    """Articles that fill buckets beyond every cap: one text, of which each has another word or two."""
    words = " ".join(newsrooms.story_of(3, "latin", 4)).split()
    rng = random.Random(1)
    room = []
    for place in range(size):
        text = list(words)
        for _ in range(2):
            text[rng.randrange(len(text))] = f"word{rng.randrange(size)}"
        room.append({"id": f"{rng.randrange(10**9)}-{place}", "text": " ".join(text)})
    return room


@pytest.mark.parametrize("setup", [QUICK, DATED])
def test_caps_leave_out_the_same(spark, setup):
    rng = random.Random(3)
    room = [{**one, "published": f"2025-03-{rng.randrange(1, 20):02d}"} for one in templates(300)]
    result = agree(spark, spark_kit.table_of(room), setup)
    assert result.capped
    assert result.clusters


@pytest.mark.parametrize("texts", [[], [None], ["", " - "], ["ferry"], ["ferry", "ferry", None]])
def test_next_to_nothing(spark, texts):
    agree(spark, spark_kit.table_of([{"id": str(place), "text": text} for place, text in enumerate(texts)]))


def test_furniture_is_the_same(spark):
    rng = random.Random(2)
    room = []
    for place in range(60):
        story = newsrooms.story_of(place % 40, "latin", 4)
        menu = ["Home News Sport Weather Shop", "Sign up for our newsletter now and get it free of charge"]
        date = f"2025-{1 + place % 9:02d}-01"
        room.append({
            "id": str(place), "source": rng.choice(["a", "B"]), "text": "\n".join(menu + story), "published": date,
        })  # fmt: skip
    wall = "\n".join(newsrooms.story_of(77, "latin", 5))
    room += [
        {"id": f"wall {k}", "source": "a", "text": wall, "published": f"2025-0{k + 1}-01", "title": f"Headline {k}"}
        for k in range(6)
    ]
    result = agree(spark, spark_kit.table_of(room))
    assert len(result.furniture)
    assert dedup.spark.learn_furniture(frame(spark, room)) == result.furniture


def test_every_stage_can_be_the_last(spark, newsroom, tmp_path, monkeypatch):
    """The driver dies after each stage; the next run goes on from there and makes none again."""
    df = frame(spark, newsroom.batch.table)
    made = []
    finish = Work.finish

    class Died(Exception):  # noqa: N818
        pass

    def finish_and_die(self, name, note):
        finish(self, name, note)
        if name not in {"settings", "input"}:
            made.append(name)
            raise Died

    monkeypatch.setattr(Work, "finish", finish_and_die)
    while True:
        before = len(made)
        try:
            found = dedup.spark.find_duplicates(df, work_dir=str(tmp_path / "run"))
        except Died:
            continue
        assert len(made) == before
        break
    assert len(made) > 10
    assert len(set(made)) == len(made)
    spark_kit.check(found, newsroom)


def test_a_folder_is_of_one_run(spark, newsroom, tmp_path):
    df = frame(spark, newsroom.batch.table)
    work_dir = str(tmp_path / "run")
    dedup.spark.articles(df, work_dir=work_dir)
    with pytest.raises(dedup.DedupError, match="same settings, furniture, fields and zones"):
        dedup.spark.find_duplicates(df, dedup.Settings(threshold=0.6), work_dir=work_dir)
    with pytest.raises(dedup.DedupError, match="same articles"):
        dedup.spark.articles(df.limit(3), work_dir=work_dir)


def test_the_session_stays_as_it_was(spark, newsroom):
    name = "spark.sql.execution.arrow.maxRecordsPerBatch"
    spark.conf.set(name, "777")
    dedup.spark.articles(frame(spark, newsroom.batch.table))
    assert spark.conf.get(name) == "777"
    spark.conf.unset(name)


def test_what_cannot_be_read(spark):
    with pytest.raises(dedup.DedupError, match="articles must have some of the fields"):
        dedup.spark.articles(spark.createDataFrame([(1,)], "number long"))
    with pytest.raises(dedup.DedupError, match="fields must name what some article has, got 'body'"):
        dedup.spark.articles(spark.createDataFrame([("a",)], "text string"), fields={"text": "body"})


# The graph without the driver.


@pytest.fixture
def none_on_driver(monkeypatch):
    monkeypatch.setattr(clustering, "ON_DRIVER", -1)


@pytest.mark.usefixtures("none_on_driver")
def test_the_newsroom_with_nothing_on_the_driver(spark, newsroom):
    spark_kit.check(dedup.spark.find_duplicates(frame(spark, newsroom.batch.table)), newsroom, reasons=False)


def roots_of(spark, a, b):
    """Return what Spark finds to be the root of each number."""
    edges = spark.createDataFrame(pa.table({"a": pa.array(a, pa.int64()), "b": pa.array(b, pa.int64())}))
    found = clustering.components(edges, Work.at(spark, None), "test").toArrow()
    return dict(zip(found["number"].to_pylist(), found["root"].to_pylist(), strict=True))


def slow_roots(a, b):
    """Return the least number that each is connected to."""
    root = {number: number for number in {*a, *b}}
    changed = True
    while changed:
        changed = False
        for one, two in zip(a, b, strict=True):
            least = min(root[one], root[two])
            changed |= root[one] != least or root[two] != least
            root[one] = root[two] = least
    return root


def test_a_path_in_any_order(spark):
    size = 300
    order = np.random.default_rng(3).permutation(size)
    for names in (np.arange(size), order):
        found = roots_of(spark, names[:-1], names[1:])
        assert found == dict.fromkeys(range(size), 0)


def test_random_graphs(spark):
    rng = np.random.default_rng(4)
    a, b = rng.integers(0, 400, 260).tolist(), rng.integers(0, 400, 260).tolist()
    a, b = zip(*((one, two) for one, two in zip(a, b, strict=True) if one != two), strict=True)
    assert roots_of(spark, list(a), list(b)) == slow_roots(a, b)
    assert roots_of(spark, [], []) == {}


def test_every_run_is_named_once():
    # What the folder is claimed for has everything that an answer depends on.
    assert set(running.Run.__dataclass_fields__) == {"df", "settings", "given", "fields", "zones", "work"}
