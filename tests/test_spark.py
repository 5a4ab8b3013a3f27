"""Law 5: Spark gives the result of `find_duplicates`, on this machine, whatever is in the articles."""

from __future__ import annotations

import contextlib
import random
import re
from pathlib import Path

import newsrooms
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import spark_kit
from hypothesis import Phase, given, settings

import dedup

spark_kit.require()

from dedup.engines.proposing import band_count  # noqa: E402
from dedup.engines.spark import clustering, local, running  # noqa: E402
from dedup.engines.spark.work import Work  # noqa: E402
from dedup.formats.signatures import Signatures  # noqa: E402
from dedup.stages.furniture import NONE  # noqa: E402

pytestmark = pytest.mark.spark
QUICK = dedup.Settings(num_perm=32, threshold=0.45)
DATED = dedup.Settings(num_perm=32, threshold=0.45, window="3d")


@pytest.fixture(scope="module")
def spark():
    with spark_kit.session("local[2]", spark_kit.SMALL) as session:
        yield session


@pytest.fixture
def none_on_driver(monkeypatch):
    """The graph of matches stays in Spark, as beyond the size that the driver takes."""
    monkeypatch.setattr(clustering, "ON_DRIVER", -1)


def frame(spark, articles):
    table = articles if isinstance(articles, pa.Table) else spark_kit.table_of(articles)
    return spark.createDataFrame(table)


def agree(spark, articles, setup=QUICK, **rest):
    """Check that both engines say the same of articles, and return what they say."""
    result = dedup.find_duplicates(articles, setup, **rest)
    spark_kit.check(dedup.spark.find_duplicates(frame(spark, articles), setup, **rest), result)
    return result


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


def sites():
    """Articles of outlets that have menus, and a page that is published again and again."""
    rng = random.Random(2)
    menu = ["Home News Sport Weather Shop", "Sign up for our newsletter now and get it free of charge"]
    wall = "\n".join(newsrooms.story_of(77, "latin", 5))
    return [
        {"id": f"site {place}", "source": rng.choice(["a", "B"]), "published": f"2025-{1 + place % 9:02d}-01",
         "text": "\n".join(menu + newsrooms.story_of(place % 40, "latin", 4))}
        for place in range(60)
    ] + [
        {"id": f"wall {k}", "source": "a", "text": wall, "published": f"2025-0{k + 1}-01", "title": f"Headline {k}"}
        for k in range(6)
    ]  # fmt: skip


def items():
    """A round-up and its stories, each a day's; the longest stays with it, of the others what is on the same thing."""
    stories = ["\n\n".join(newsrooms.story_of(700 + place, "latin", 3 + place)) for place in range(4)]
    titled = [(f"item {place}", " ".join(text.split()[:6]), text) for place, text in enumerate(stories)]
    whole = ("briefing", "Morning briefing Tuesday", "\n\n".join(stories))
    return [{"id": name, "title": title, "text": text} for name, title, text in (whole, *titled)]


def copied(outlet, words):
    """Return a story's copy in which some words are the outlet's own."""
    text = " ".join(newsrooms.story_of(5, "latin", 6)).split()
    for place in words:
        text[place] = f"{outlet}{place}"
    return " ".join(text)


LINKED = [
    {"id": "copy 1", "text": copied("one", (3, 20)), "published": "2025-03-04"},
    {"id": "copy 2", "text": copied("two", (9, 30)), "published": "2025-03-05"},
    {"id": "copy 3", "text": copied("three", (12, 40))},
    {"id": "same 1", "text": copied("", ()), "published": "2025-03-04"},
    {"id": "same 2", "text": copied("", ()), "published": "2025-03-04"},
    {"id": "other 1", "text": " ".join(newsrooms.story_of(6, "latin", 4)), "published": "2025-03-20"},
    {"id": "other 2", "text": " ".join(newsrooms.story_of(7, "latin", 5))},
]
LINKS = [
    ("same 1", "same 2", False),  # one text becomes two
    ("copy 1", "same 1", False),
    ("copy 2", "other 1"),  # a group, and what matches one of it goes with all
    ("other 1", "other 2"),
]


def whatever():
    """Copies of any kind, ids that are missing and repeated, buckets beyond the caps, furniture."""
    room = []

    @settings(max_examples=12, phases=[Phase.generate], database=None, derandomize=True)
    @given(newsrooms.newsrooms())
    def collect(some):  # a run takes seconds: all newsrooms go into one
        room.extend(some)

    collect()
    rng = random.Random(3)
    full = [{**one, "published": f"2025-03-{rng.randrange(1, 20):02d}"} for one in templates(300)]
    few = [{"id": f"few {place}", "text": text} for place, text in enumerate(["", " - ", "ferry", "ferry", None])]
    return [*room, *full, *sites(), *LINKED, *few]


@pytest.mark.usefixtures("none_on_driver")
def test_whatever_is_in_the_articles(spark, monkeypatch):
    """As `dedup find --engine spark` runs it: from articles to all that a result says."""
    monkeypatch.setattr(local, "session", lambda: contextlib.nullcontext(spark))
    room = whatever()
    result, found = (run(room, QUICK, links=LINKS) for run in (dedup.find_duplicates, dedup.spark.find_here))
    assert found.clusters == result.clusters
    assert found.matches == result.matches
    assert found.counts == result.counts
    assert found.furniture == result.furniture
    assert result.capped
    assert result.clusters
    assert len(result.furniture)
    assert any(match.relation == "linked" for match in result.matches)


def test_without_java(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(dedup.DedupError, match="Spark needs Java 17 or later, and there is none: install it"):
        dedup.spark.find_here([])


def days():
    """Two days' articles: a passage in more stories than a key may have clusters, a round-up and what it holds."""
    room, passage = whatever(), " ".join(newsrooms.story_of(9, "latin", 2))
    stories = [f"{' '.join(newsrooms.story_of(500 + place, 'latin', 4))} {passage}" for place in range(45)]
    quoting = [{"id": f"quotes {place}", "text": text} for place, text in enumerate(stories)]
    held = ["\n\n".join(newsrooms.story_of(700 + place, "latin", 3 + place)) for place in range(4)]
    briefing = {"id": "briefing", "title": "Morning briefing Tuesday", "text": "\n\n".join(held)}
    items = [
        {"id": f"item {place}", "title": " ".join(text.split()[:6]), "text": text} for place, text in enumerate(held)
    ]
    return [*room[::2], *quoting[:40], briefing, items[-1]], [*room[1::2], *quoting[40:], *items[:-1], LINKED[0]]


def test_articles_of_two_days_in_a_window(spark, tmp_path):
    """New articles join earlier clusters as in one batch; signatures that either engine wrote are the same."""
    old, new = map(spark_kit.table_of, days())
    earlier = dedup.find_duplicates(old, DATED)
    dedup.write_signatures(earlier, tmp_path / "one.parquet")
    result = dedup.find_duplicates(new, against=earlier)
    rest = {"against": str(tmp_path / "one.parquet"), "work_dir": str(tmp_path / "work")}
    spark_kit.check(dedup.spark.find_duplicates(frame(spark, new), **rest), result, earlier)
    assert {one.match.relation for one in result.joined} >= {"identical", "copy"}
    assert (tmp_path / "work" / "strays").exists()
    assert result.clusters
    assert result.capped
    assert any(one.id.endswith("#2") for one in result.joined)
    assert len(dedup.spark.joined(frame(spark, new), **rest).collect()) == len(result.joined)
    dedup.write_signatures(result, tmp_path / "both.parquet")
    dedup.spark.write_signatures(frame(spark, new), str(tmp_path / "both"), **rest)
    kept = [Signatures.read(tmp_path / name, band_count) for name in ("both", "both.parquet")]
    assert kept[0].made.words == kept[1].made.words
    tables = [pa.Table.from_batches(list(one.batches())).sort_by("id") for one in kept]
    assert tables[0].equals(tables[1])


def test_earlier_results_that_cannot_be_matched(spark, newsroom, tmp_path):
    df, path = frame(spark, newsroom.batch.table), str(tmp_path / "kept.parquet")
    for content in (None, b"nothing"):
        if content:
            (tmp_path / "kept.parquet").write_bytes(content)
        with pytest.raises(dedup.DedupError, match=r"kept\.parquet: cannot be read as signatures"):
            dedup.spark.find_duplicates(df, against=path)
    pq.write_table(newsroom.batch.table, path)
    with pytest.raises(dedup.DedupError, match="must be 'dedup signatures 1', is 'no such file'"):
        dedup.spark.find_duplicates(df, against=path)
    dedup.write_signatures(newsroom, path)
    with pytest.raises(dedup.DedupError, match=r"threshold=0\.45 \(asked for: 0\.6\)"):
        dedup.spark.find_duplicates(df, dedup.Settings(threshold=0.6), against=path)
    told = pq.read_metadata(path).metadata
    twice = pa.concat_tables([pq.read_table(path)] * 2).replace_schema_metadata(told)
    pq.write_table(twice, path)
    with pytest.raises(dedup.DedupError, match="must have each id once"):
        dedup.spark.find_duplicates(df, against=path)


def test_ids_that_are_numbers(spark, newsroom):
    table = newsroom.batch.table
    numbers = np.random.default_rng(1).permutation(len(table))
    found = dedup.spark.articles(frame(spark, table.set_column(0, "id", pa.array(numbers))))
    assert sorted(found.toArrow()["id"].to_pylist()) == sorted(map(str, numbers))


def test_nothing(spark):
    agree(spark, spark_kit.table_of([]))


def test_the_newsroom_with_every_stage_the_last(spark, newsroom, tmp_path, monkeypatch):
    """The driver dies after each stage; the next run goes on from there and makes none again."""
    golden, other = newsroom.clusters[:2]
    links = [*LINKS, (golden.ids[0], other.ids[0]), (golden.ids[1], golden.ids[2], False)]
    room = spark_kit.table_of([*newsroom.batch.table.to_pylist(), *LINKED])
    result = dedup.find_duplicates(room, links=links)
    df, rest = frame(spark, room), {"work_dir": str(tmp_path / "run"), "links": links}
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
            found = dedup.spark.find_duplicates(df, **rest)
        except Died:
            continue
        assert len(made) == before
        break
    assert len(made) > 10
    assert len(set(made)) == len(made)
    spark_kit.check(found, result)
    assert dedup.spark.candidate_pairs(df, **rest).count() > 50
    rows = {row["cluster"]: row for row in dedup.spark.clusters(df, **rest).collect()}
    assert sorted(rows) == sorted(cluster.ids[0] for cluster in result.clusters)
    for cluster in result.clusters:
        row = rows[cluster.ids[0]]
        assert tuple(row["ids"]) == cluster.ids
        assert row["size"] == len(cluster)
        assert row["weakest"] == cluster.weakest
        assert row["order_certain"] == cluster.order_certain
        for role in spark_kit.ROLES:
            assert row[role] == getattr(cluster, role).id
    matches = dedup.spark.matches(df, **rest).count()
    assert matches == len(result.links.a)


def test_a_folder_is_of_one_run(spark, newsroom, tmp_path):
    df = frame(spark, newsroom.batch.table)
    work_dir = str(tmp_path / "run")
    dedup.spark.articles(df, work_dir=work_dir)
    match = "same settings, furniture, fields, zones, links and earlier result"
    with pytest.raises(dedup.DedupError, match=match):
        dedup.spark.find_duplicates(df, dedup.Settings(threshold=0.6), work_dir=work_dir)
    with pytest.raises(dedup.DedupError, match=match):
        dedup.spark.find_duplicates(df, links=[("nw-cup", "norvick-cup")], work_dir=work_dir)
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


def test_links_that_cannot_hold(spark):
    texts = {"a": "ferry", "b": "harbour", "c": None}
    df = frame(spark, [{"id": name, "text": text} for name, text in texts.items()])
    with pytest.raises(dedup.DedupError, match="links must name articles that have text, got the id 'c'"):
        dedup.spark.find_duplicates(df, QUICK, links=[("a", "c")], furniture=NONE)


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


def test_connected_sets(spark):
    """Paths in the order of their names and in any order, and sets at random."""
    size, rng = 40, np.random.default_rng(3)
    paths = [np.arange(size), size + rng.permutation(size)]
    a, b = ([*paths[0][cut], *paths[1][cut]] for cut in (slice(None, -1), slice(1, None)))
    some = 2 * size + rng.integers(0, 200, (2, 130))
    some = some[:, some[0] != some[1]]
    a, b = [*map(int, a), *some[0].tolist()], [*map(int, b), *some[1].tolist()]
    assert roots_of(spark, a, b) == slow_roots(a, b)
    assert roots_of(spark, [], []) == {}


PAGE = (Path(__file__).parent.parent / "docs" / "how-to" / "spark.md").read_text(encoding="utf-8")


def test_the_programs_of_the_page(spark, newsroom, tmp_path):
    programs = re.findall(r"(?ms)^```python\n(.*?)^```$", PAGE)
    program = "\n".join(programs).replace("s3://bucket", str(tmp_path))
    assert str(tmp_path) in program
    some = newsroom.batch.table.slice(0, 20)
    df = frame(spark, some)
    names = {"df": df, "np": np, "row": dedup.spark.signatures(df, work_dir=str(tmp_path / "signed")).first()}
    exec(program, names)  # noqa: S102 - our own page
    kept = {row["id"] for row in names["rows"].where("canonical").select("id").collect()}
    assert kept == {article.id for article in dedup.find_duplicates(some).unique}
    assert names["body"].shape == (128,)


def test_every_run_is_named_once():
    # What the folder is claimed for has everything that an answer depends on.
    assert set(running.Run.__dataclass_fields__) == {
        "df",
        "settings",
        "given",
        "fields",
        "zones",
        "said",
        "work",
        "earlier",
    }
