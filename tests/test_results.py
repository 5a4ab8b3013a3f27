"""What a result answers: clusters and matches, stricter thresholds, tables and files."""

from __future__ import annotations

import csv
import dataclasses
import itertools
import json
import os
import sys

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
from stories import sentences, story

import dedup
from dedup import formats
from dedup.articles import columns
from dedup.errors import ArgumentError, DedupError
from dedup.results import tables
from dedup.results.processes import in_processes

ADDED = ["cluster", "canonical", "origin", "relation", "strength"]
FIELDS = list(columns.FIELDS)
WHOLE, OTHER, THIRD = story(1), story(2), story(3)
CUT = "\n\n".join(WHOLE.split("\n\n")[:2])
EDITED = WHOLE.replace(sentences(1)[9], "The editor rewrote this one sentence.")


def article(name: str, text: str | None, **fields: str) -> dict[str, str | None]:
    return {"id": name, "text": text, **fields}


@pytest.fixture(scope="module")
def result():
    # In this order on purpose: ids do not rise, and copies do not stand together.
    return dedup.find_duplicates(
        [
            article("m", OTHER, published="2024-05-02"),
            article("z", WHOLE, published="2024-05-03T10:00:00Z", source="Zed"),
            article("alone", THIRD),
            article("c", CUT, published="2024-05-01T10:00:00Z"),
            article("b", OTHER.upper(), published="2024-05-02"),
            article("empty", None),
            article("k", EDITED),
            article("d", WHOLE, published="2024-05-03T10:00:00Z"),
        ]
    )


def match_of(result: dedup.Result, a: str, b: str) -> dedup.Match:
    (found,) = [match for match in result.matches if {match.a, match.b} == {a, b}]
    return found


def test_clusters_come_largest_first_then_by_canonical_id(newsroom):
    order = [(-len(cluster), cluster.canonical.id) for cluster in newsroom.clusters]
    assert order == sorted(order)
    assert len(order) > 2


def test_clusters_are_a_partition_of_two_or_more(newsroom):
    members = [name for cluster in newsroom.clusters for name in cluster.ids]
    assert len(members) == len(set(members))
    assert all(len(cluster) == len(cluster.ids) >= 2 for cluster in newsroom.clusters)
    assert all(list(cluster.ids) == sorted(cluster.ids) for cluster in newsroom.clusters)


def test_every_member_matches_the_centre_directly(newsroom, result):
    for cluster in newsroom.clusters + result.clusters:
        met = {match.a for match in cluster.matches} | {match.b for match in cluster.matches}
        assert met == set(cluster.ids)
        centre = cluster.centre.id
        to_centre = [match for match in cluster.matches if centre in {match.a, match.b}]
        assert sorted({match.a for match in to_centre} | {match.b for match in to_centre}) == list(cluster.ids)
        assert len(to_centre) == len(cluster) - 1
        assert cluster.weakest == min(match.strength for match in to_centre)


def test_a_cluster_holds_only_matches_between_its_members(newsroom):
    for cluster in newsroom.clusters:
        assert all({match.a, match.b} <= set(cluster.ids) for match in cluster.matches)


def test_matches_are_sorted_pairs_in_range(newsroom):
    pairs = [(match.a, match.b) for match in newsroom.matches]
    assert pairs == sorted(set(pairs))
    assert all(a < b for a, b in pairs)
    for match in newsroom.matches:
        shares = (match.strength, match.resemblance, match.containment_a, match.containment_b, match.score)
        assert all(0.0 <= share <= 1.0 for share in shares)
        assert match.resemblance <= min(match.containment_a, match.containment_b) + 1e-12


def test_clusters_and_their_answers(result):
    assert [cluster.ids for cluster in result.clusters] == [("c", "d", "k", "z"), ("b", "m")]
    big, small = result.clusters
    assert big.canonical.id == big.earliest.id == "c"
    assert not big.order_certain  # k has no date
    assert big.representative.id == max(big.members, key=lambda one: len(one.text)).id
    assert big.members[3].source == "Zed"
    assert small.earliest.id == "b"  # the same day: the least id
    assert not small.order_certain


def test_order_is_certain_only_when_the_first_lies_before_all_others():
    def order(*published: str) -> tuple[str, bool]:
        articles = [article(f"a{n}", WHOLE, published=when) for n, when in enumerate(published)]
        (cluster,) = dedup.find_duplicates(articles).clusters
        return cluster.earliest.id, cluster.order_certain

    assert order("2024-05-02T10:00:00Z", "2024-05-02T09:00:00Z") == ("a1", True)
    assert order("2024-05-02", "2024-05-02T09:00:00Z")[1] is False
    assert order("2024-05-02T10:00:00Z", "no date", "2024-05-03T10:00:00Z") == ("a0", False)


def test_a_rule_picks_the_canonical_member_and_changes_no_membership(newsroom_path, newsroom):
    longest = dedup.find_duplicates(newsroom_path, canonical=dedup.longest)
    assert {cluster.ids for cluster in longest.clusters} == {cluster.ids for cluster in newsroom.clusters}
    for cluster in longest.clusters:
        assert len(cluster.canonical.text) == max(len(member.text) for member in cluster.members)
    last = dedup.find_duplicates(newsroom_path, canonical=lambda _: 0)
    assert all(cluster.canonical.id == cluster.ids[0] for cluster in last.clusters)  # ties go to the least id


def test_identical_copies_each_match_the_centre_as_their_text_does():
    texts = {"a": WHOLE, "b": EDITED, "c": WHOLE, "d": WHOLE.lower(), "e": EDITED}
    result = dedup.find_duplicates([article(name, text) for name, text in texts.items()])
    (cluster,) = result.clusters
    assert cluster.ids == ("a", "b", "c", "d", "e")
    same_as_centre = set("acd") if cluster.centre.id in "acd" else set("be")
    for name in set(cluster.ids) - {cluster.centre.id}:
        (match,) = [one for one in cluster.matches if {one.a, one.b} == {name, cluster.centre.id}]
        assert (match.relation == "identical") == (name in same_as_centre)
        assert (match.strength == 1.0) == (name in same_as_centre)
    assert len({m.strength for m in cluster.matches if m.relation != "identical"}) == 1
    assert result.counts["exact copies"] == 3


@pytest.mark.parametrize(("short", "long"), [("a", "b"), ("b", "a")])
def test_the_excerpt_is_the_article_that_is_cut(short, long):
    result = dedup.find_duplicates([article(short, CUT), article(long, WHOLE)])
    match = match_of(result, short, long)
    assert match.relation == "excerpt"
    assert match.excerpt == short
    shares = {match.a: match.containment_a, match.b: match.containment_b}
    assert shares[short] > 0.9 > shares[long]


@pytest.mark.parametrize("names", list(itertools.permutations("abcd")))
def test_exact_copies_of_an_excerpt_are_excerpts_too(names):
    cut, cut_too, whole, whole_too = names
    texts = {cut: CUT, cut_too: CUT, whole: WHOLE, whole_too: WHOLE}
    result = dedup.find_duplicates([article(name, text, source=f"Outlet {name}") for name, text in texts.items()])
    (cluster,) = result.clusters
    excerpts = [match for match in cluster.matches if match.relation == "excerpt"]
    assert len(excerpts) >= 2
    for match in excerpts:
        assert {match.a, match.b} & {cut, cut_too}
        assert match.excerpt in {cut, cut_too}
        assert {match.a: match.containment_a, match.b: match.containment_b}[match.excerpt] > 0.9


def test_a_copy_is_no_excerpt(result):
    assert match_of(result, "d", "z").relation == "identical"
    assert match_of(result, "d", "z").excerpt is None
    assert match_of(result, "d", "k").relation == "copy"
    assert match_of(result, "d", "k").excerpt is None


def test_unique_keeps_one_a_story_in_input_order(result, newsroom, newsroom_path):
    assert [one.id for one in result.unique] == ["alone", "c", "b", "empty"]
    ids = [json.loads(line)["id"] for line in newsroom_path.read_text(encoding="utf-8").splitlines()]
    dropped = {name for cluster in newsroom.clusters for name in cluster.ids if name != cluster.canonical.id}
    assert [one.id for one in newsroom.unique] == [name for name in ids if name not in dropped]


def test_unique_of_nothing_to_drop_is_everything():
    assert [one.id for one in dedup.find_duplicates([article("b", WHOLE), article("a", OTHER)]).unique] == [
        "b",
        "a",
    ]


def test_counts(result, newsroom):
    counts = result.counts
    assert list(counts)[:2] == ["articles", "bad lines"]
    assert counts["articles"] == 8
    assert counts["bad lines"] == 0
    assert counts["exact copies"] == 2
    assert counts["clusters"] == 2
    assert counts["copies"] == 4
    assert counts["candidates"] >= counts["confirmed"] >= 3
    assert newsroom.counts["copies"] == sum(len(cluster) - 1 for cluster in newsroom.clusters)


def test_a_cap_is_counted():
    # One story in fifty versions, each with other words in one place: all share the buckets of the rest.
    prose = sentences(5, 40)
    versions = [" ".join([*prose[:20], *sentences(100 + n, 1), *prose[20:]]) for n in range(50)]
    result = dedup.find_duplicates([article(f"v{n:02}", text, source=f"Outlet {n}") for n, text in enumerate(versions)])
    assert result.capped == result.counts["capped"] == 50
    (cluster,) = result.clusters  # and the pairs that are left suffice
    assert len(cluster) == 50


def test_at_only_splits(newsroom):
    for threshold in (0.6, 0.8, 0.95, 1.0):
        stricter = newsroom.at(threshold)
        assert stricter.settings.threshold == threshold
        kept = [m for m in newsroom.matches if m.strength >= threshold or m.relation == "revision"]
        assert stricter.matches == tuple(kept)
        before = {name: number for number, one in enumerate(newsroom.clusters) for name in one.ids}
        for cluster in stricter.clusters:
            assert len({before[name] for name in cluster.ids}) == 1
            assert cluster.weakest >= threshold
    assert len(newsroom.at(1.0).clusters) < len(newsroom.clusters)


def test_at_its_own_threshold_changes_nothing(newsroom):
    assert newsroom.at(newsroom.settings.threshold).clusters == newsroom.clusters


@pytest.mark.parametrize("threshold", [0.1, 1.01, -1.0, float("nan")])
def test_at_refuses_what_was_never_scored(newsroom, threshold):
    with pytest.raises(ArgumentError, match=r"threshold must be from 0\.\d+ .* to 1, got"):
        newsroom.at(threshold)


def test_results_are_frozen_and_equal_only_to_themselves(result):
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.candidates = 0
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.clusters[0].centre = None
    with pytest.raises(AttributeError):
        result.matches[0].strength = 1.0
    assert result == result  # noqa: PLR0124 - the comparison is the test
    assert result != result.at(1.0)
    assert len({result, result}) == 1
    assert "text" not in repr(result)


def test_to_arrow_keeps_the_rows_and_adds_columns(result):
    table = result.to_arrow()
    assert table.column_names == FIELDS + ADDED
    assert table["id"].to_pylist() == ["m", "z", "alone", "c", "b", "empty", "k", "d"]
    assert table["text"].to_pylist()[1] == WHOLE
    assert table["cluster"].to_pylist() == ["b", "c", None, "c", "b", None, "c", "c"]
    assert table["canonical"].to_pylist() == [False, False, True, True, True, True, False, False]
    rows = {row["id"]: row for row in table.to_pylist()}
    for cluster in result.clusters:
        for name in cluster.ids:
            match = None if name == cluster.centre.id else match_of(result, name, cluster.centre.id)
            assert rows[name]["relation"] == (match.relation if match else None)
            assert rows[name]["strength"] == (match.strength if match else None)
    assert rows["alone"]["relation"] is rows["empty"]["strength"] is None


def test_to_arrow_keeps_other_columns():
    given = pa.table(
        {"n": [3, 1, 2], "id": ["c", "a", "b"], "text": [WHOLE, OTHER, WHOLE], "strength": ["x", "y", "z"]}
    )
    table = dedup.find_duplicates(given).to_arrow()
    assert table.column_names == [*FIELDS, "n", *ADDED]  # ours stands where both have a name
    assert table["n"].to_pylist() == [3, 1, 2]
    assert table["cluster"].to_pylist() == ["b", None, "b"]


def test_frames_are_the_same_rows(result):
    table, frame = result.to_arrow(), result.to_pandas()
    assert isinstance(frame, pd.DataFrame)
    assert list(frame.columns) == table.column_names
    assert list(frame["id"]) == table["id"].to_pylist()
    assert list(frame["canonical"]) == table["canonical"].to_pylist()


@pytest.mark.full
def test_a_frame_of_polars_is_the_same_rows(result):
    polars = pytest.importorskip("polars")
    table, frame = result.to_arrow(), result.to_polars()
    assert isinstance(frame, polars.DataFrame)
    assert frame.columns == table.column_names
    assert frame.to_dicts() == table.to_pylist()


def test_no_articles_give_no_clusters(tmp_path):
    result = dedup.find_duplicates([])
    assert result.clusters == result.matches == ()
    assert result.unique == []
    assert result.at(0.9).clusters == ()
    for what in ("clusters", "articles", "unique"):
        for ending in (".jsonl", ".csv", ".parquet"):
            result.write(tmp_path / f"{what}{ending}", what)
    assert (tmp_path / "clusters.jsonl").read_bytes() == b""
    assert pq.read_table(tmp_path / "articles.parquet").column_names == FIELDS + ADDED


EXPECTED = {
    "clusters": ["c", "b"],
    "articles": ["m", "z", "alone", "c", "b", "empty", "k", "d"],
    "unique": ["alone", "c", "b", "empty"],
}


@pytest.mark.parametrize("ending", [".jsonl", ".csv", ".parquet", ".jsonl.gz", ".csv.zst"])
@pytest.mark.parametrize("what", list(EXPECTED))
def test_write_and_read_back(result, tmp_path, what, ending):
    path = tmp_path / f"out{ending}"
    result.write(path, what)
    result.write(str(path), what)  # again, over it
    assert [file.name for file in tmp_path.iterdir()] == [path.name]  # nothing half-written is left
    key = "canonical" if what == "clusters" else "id"
    if ending == ".parquet":
        rows = pq.read_table(path).to_pylist()
    else:
        with pa.input_stream(str(path), compression="detect") as stream:
            text = stream.read().decode()
        rows = [json.loads(line) for line in text.splitlines()] if ".jsonl" in ending else None
        rows = rows if rows is not None else list(csv.DictReader(text.splitlines(keepends=True)))
    assert [row[key] for row in rows] == EXPECTED[what]
    if what == "clusters":
        first = rows[0]
        ids, members = first["ids"], first["members"]
        if ".csv" in ending:
            ids, members = json.loads(ids), json.loads(members)
        assert ids == ["c", "d", "k", "z"]
        assert int(first["size"]) == 4
        assert float(first["weakest"]) == result.clusters[0].weakest
        assert [member["id"] for member in members] == ids
        assert {member["relation"] for member in members} <= {None, "identical", "copy", "excerpt"}
        assert members[3]["source"] == "Zed"
    elif ".csv" not in ending:
        table = result.to_arrow()
        wanted = {row["id"]: row for row in table.to_pylist()}
        assert rows == [wanted[name] for name in EXPECTED[what]]


def test_what_was_written_is_read_again(result, tmp_path):
    path = tmp_path / "unique.csv"
    result.write(path, "unique")
    assert pacsv.read_csv(path).num_rows == 4
    again = dedup.find_duplicates(path)
    assert again.clusters == ()
    assert again.batch.table["id"].to_pylist() == EXPECTED["unique"]


def test_standard_output_is_jsonl(result, capsysbinary):
    result.write("-", "unique")
    lines = capsysbinary.readouterr().out.splitlines()
    assert [json.loads(line)["id"] for line in lines] == EXPECTED["unique"]


@pytest.mark.parametrize("name", ["out.txt", "out", "out.parquet.gz"])
def test_an_unknown_ending_is_refused(result, tmp_path, name):
    with pytest.raises(ArgumentError, match=r"must end in one of \.jsonl, \.csv .* got "):
        result.write(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_what_is_refused(result, tmp_path):
    with pytest.raises(ArgumentError, match="what must be one of clusters, articles, unique, joined, got 'stories'"):
        result.write(tmp_path / "out.jsonl", "stories")


def test_a_cluster_of_one_outlet_is_worth_a_look():
    def warnings(*sources: str | None) -> tuple[str, ...]:
        articles = [article(f"a{n}", WHOLE, source=source) for n, source in enumerate(sources)]
        (cluster,) = dedup.find_duplicates(articles).clusters
        return cluster.warnings

    assert warnings("A", "A", "A", "A") == ("one outlet: all 4 articles are from A",)
    assert warnings("A", "A", "A", "B") == warnings("A", "A") == warnings(None, None, None, None) == ()


def test_a_weak_cluster_is_worth_a_look(newsroom):
    for cluster in newsroom.clusters:
        assert any(warning.startswith("weak") for warning in cluster.warnings) == (cluster.weakest < 0.5)


def test_what_the_user_links_is_together():
    articles = [article("a", WHOLE), article("b", OTHER), article("c", THIRD)]
    (cluster,) = dedup.find_duplicates(articles, links=[("c", "a")]).clusters
    assert cluster.ids == ("a", "c")
    assert [match.relation for match in cluster.matches] == ["linked"]


def test_a_round_up_does_not_glue_its_stories():
    round_up = "\n\n".join([story(30, 4), *(story(seed, 8) for seed in (31, 32, 33))])
    items = [article(f"item{seed}", story(seed, 8), title=f"Headline {seed}") for seed in (31, 32, 33)]
    result = dedup.find_duplicates([article("all", round_up, title="The week"), *items])
    assert [len(cluster) for cluster in result.clusters] == [2]


def test_clusters_are_the_same_made_lot_by_lot(newsroom, monkeypatch):
    together = {cluster.ids: cluster for cluster in newsroom.clusters}
    monkeypatch.setattr("dedup.results.clusters._LOT", 3)
    apart = list(dataclasses.replace(newsroom).each_cluster())
    assert {cluster.ids: cluster for cluster in apart} == together
    assert len(apart) == len(together) > 3


@pytest.mark.skipif(sys.platform != "linux", reason="forks on Linux only")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # of threads that pytest's plugins and Arrow keep
def test_clusters_are_the_same_made_by_processes(newsroom, monkeypatch, tmp_path):
    monkeypatch.setattr("dedup.results.clusters._LOT", 3)
    monkeypatch.setattr("dedup.results.processes.WORTH", 2)
    told, here = [], []
    made = list(in_processes(lambda number: here.append(number) or (number, os.getpid()), 4, 2))
    assert [number for number, _ in made] == [0, 1, 2, 3]
    assert os.getpid() not in {process for _, process in made}
    assert not here  # what happens there stays there
    for processes in (1, 2):
        result = dataclasses.replace(newsroom)
        result.write(tmp_path / f"{processes}.jsonl", processes=processes, progress=lambda *said: told.append(said))
    formats.write(tables.clusters(newsroom), tmp_path / "0.jsonl")  # by way of a table, as other formats are written
    assert len({(tmp_path / f"{processes}.jsonl").read_bytes() for processes in (0, 1, 2)} - {b""}) == 1
    lots = len(told) // 2
    assert told == 2 * [("answering", lot, lots) for lot in range(1, lots + 1)]
    assert lots > 2
    with pytest.raises(ZeroDivisionError):
        list(in_processes(lambda number: 1 // number, 4, 2))
    with pytest.raises(DedupError, match="was killed"):
        list(in_processes(lambda number: os.kill(os.getpid(), 9 * bool(number)), 4, 2))
