"""New articles against an earlier result: they join its clusters, which stay, or are clustered among themselves."""

from __future__ import annotations

import json
from collections import defaultdict

import newsrooms
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from effort import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import dedup
from dedup.articles.article import coerce
from dedup.articles.outlets import outlet_hashes
from dedup.cli import main
from dedup.engines import proposing
from dedup.engines.joining import meeting
from dedup.engines.reading import Reading
from dedup.errors import ArgumentError, InputError
from dedup.formats import signatures
from dedup.stages import confirm, lsh
from dedup.stages.furniture import NONE

SETUPS = [
    dedup.Settings(num_perm=32),
    dedup.Settings(num_perm=32, window="90m"),
    dedup.Settings(num_perm=16, threshold=0.6, recall=0.8, shingle_size=3, revisions=True),
]
rooms = newsrooms.newsrooms(with_ids=True, most_stories=2) | newsrooms.chains() | newsrooms.walls()


@st.composite
def days(draw: st.DrawFn) -> tuple[list[dict], list[dict], dedup.Settings, dedup.Furniture]:
    """Return the articles of two days in any order, settings, and the furniture of both days, or none."""
    room = draw(st.permutations(draw(rooms)))
    cut = draw(st.integers(0, len(room)))
    furniture = dedup.learn_furniture(room) if draw(st.booleans()) else NONE
    return room[:cut], room[cut:], draw(st.sampled_from(SETUPS)), furniture


def ids_of(result: dedup.Result) -> list[tuple[str, ...]]:
    return sorted(found.ids for found in result.clusters)


class Slow:
    """The law of `dedup.engines.joining`, pair by pair over the texts themselves."""

    def __init__(self, earlier: dedup.Result, new: list[dict], everyone: list[dict]) -> None:
        self.setup = earlier.settings
        batch = coerce(everyone)
        self.reading = Reading(batch, outlet_hashes(batch.table), earlier.furniture)
        rows = np.arange(len(batch))
        names = batch.table["id"].to_pylist()
        signed = proposing.sketch(proposing.signatures(self.reading, rows, self.setup), self.setup)
        texts = self.reading.texts(rows)
        alone, headlines = proposing.headlines_apart(texts)
        self.window = None if self.setup.window is None else self.reading.window(rows, self.setup.window)
        self.counts = dict(zip(names, signed.counts.tolist(), strict=True))
        self.row = dict(zip(names, rows.tolist(), strict=True))
        starts = signed.passage_ends - signed.passage_counts
        self.passages = {
            name: set(signed.passages[start:end].tolist())
            for name, start, end in zip(names, starts, signed.passage_ends, strict=True)
        }
        self.bands = {name: set(enumerate(bands)) for name, bands in zip(names, signed.bands.tolist(), strict=True)}
        under = defaultdict(set)
        for row in np.flatnonzero(alone & (signed.counts > 0)):
            under[signed.digests[row].tobytes()].add(headlines[row])
        self.walls = {names[row] for row in np.flatnonzero(alone) if len(under[signed.digests[row].tobytes()]) >= 4}
        spans = [()] * len(rows) if self.window is None else list(zip(self.window.lo, self.window.hi, strict=True))
        self.identity = {
            name: (signed.digests[row].tobytes(), headlines[row], spans[row]) for name, row in self.row.items()
        }
        self.centre = {name: name for name in earlier.batch.table["id"].to_pylist()}
        self.centre |= {name: found.centre.id for found in earlier.clusters for name in found.ids}
        self.new = sorted(article["id"] for article in new)

    def verdict(self, new: str, old: str) -> confirm.Verdicts:
        rows = np.array([self.row[new], self.row[old]])
        texts, one, two = self.reading.texts(rows), np.array([0]), np.array([1])
        evidence = self.reading.evidence(rows, texts, one, two, self.setup.shingle_size)
        return confirm.judge(texts, one, two, evidence, self.setup.threshold)

    def related(self, one: str, other: str) -> bool:
        texts = self.reading.texts(np.array([self.row[one], self.row[other]]))
        return confirm.related(texts, np.array([0]), np.array([1]), shingle_size=self.setup.shingle_size)[0]

    def candidates(self, new: str) -> set[str]:
        met = {
            self.centre[old]
            for old in self.centre
            if self.counts[old]
            and old not in self.walls
            and (self.bands[new] & self.bands[old] or self.passages[new] & self.passages[old])
        }
        return {
            old
            for old in met
            if len(self.passages[new] & self.passages[old])
            >= lsh.PASSAGE_SHARE * min(len(self.passages[new]), len(self.passages[old])) - 1.0
            and (self.window is None or self.window.near(np.array([self.row[new]]), np.array([self.row[old]]))[0])
        }

    def joined(self) -> dict[str, tuple[str, str, float]]:
        """Return for each new article that joins (the earlier article it matches, relation, strength)."""
        texts = defaultdict(list)
        for name in self.new:
            if self.counts[name]:
                texts[self.identity[name]].append(name)
        there = {}
        for name in sorted(self.centre, reverse=True):
            if self.counts[name]:
                there[self.identity[name]] = name
        found = {names[0]: (there[same], "identical", 1.0) for same, names in texts.items() if same in there}
        firsts = {names[0] for names in texts.values()} - set(found) - self.walls
        pairs = {(name, old): self.verdict(name, old) for name in firsts for old in self.candidates(name)}
        joining = {pair: confirm.joins(one.relation, revisions=self.setup.revisions)[0] for pair, one in pairs.items()}
        edges = {pair: one for pair, one in pairs.items() if joining[pair]}
        for name in {new for new, _ in edges} - set(found):
            good = [
                (-edges[name, old].strength[0], old)
                for new, old in edges
                if new == name and not self._strays(new, old, edges)
            ]
            if good:
                old = min(good)[1]
                verdict = edges[name, old]
                found[name] = (old, confirm.RELATIONS[verdict.relation[0]], verdict.strength[0])
        return {name: found[names[0]] for names in texts.values() if names[0] in found for name in names}

    def _strays(self, new: str, old: str, edges: dict) -> bool:
        """Return whether a match would glue another story to a round-up."""
        if not edges[new, old].item[0]:
            return False
        whole, part = (new, old) if self.counts[new] > self.counts[old] else (old, new)
        parts = {
            (set(edge) - {whole}).pop()
            for edge, verdict in edges.items()
            if whole in edge and verdict.item[0] and self._whole(*edge) == whole
        }
        if whole in self.centre:
            members = [name for name in self.centre if self.centre[name] == whole and self.counts[name]]
            shorter = [name for name in members if self.counts[name] < self.counts[whole]]
            parts |= set(sorted(shorter, key=lambda name: (-self.counts[name], name))[:1])
        best = min(parts, key=lambda name: (-self.counts[name], name))
        return part != best and not self.related(part, best)

    def _whole(self, new: str, old: str) -> str:
        return new if self.counts[new] > self.counts[old] else old


@pytest.mark.kernels
@settings(max_examples=examples(60, uncompiled=6))
@given(days())
def test_new_articles_join_as_the_slow_twin_says(two_days):
    old, new, setup, furniture = two_days
    earlier = dedup.find_duplicates(old, setup, furniture=furniture)
    result = dedup.find_duplicates(new, against=earlier)
    assume(not earlier.capped and not result.capped)
    expected = Slow(earlier, new, old + new).joined()
    found = {}
    for one in result.joined:
        other = one.match.b if one.match.a == one.id else one.match.a
        found[one.id] = (other, one.match.relation, pytest.approx(one.match.strength))
    assert found == expected


@settings(max_examples=examples(40))
@given(days(), st.randoms(use_true_random=False))
def test_the_clusters_of_before_stay_and_the_rest_is_clustered_as_always(two_days, rng):
    old, new, setup, furniture = two_days
    earlier = dedup.find_duplicates(old, setup, furniture=furniture)
    result = dedup.find_duplicates(new, against=earlier)
    story = {article["id"]: (article["id"],) * 3 for article in old}
    for found in earlier.clusters:
        story |= dict.fromkeys(found.ids, (found.ids[0], found.centre.id, found.canonical.id))
    for one in result.joined:
        other = one.match.b if one.match.a == one.id else one.match.a
        assert (one.cluster, one.centre, one.canonical) == story[other]
    gone = {one.id for one in result.joined}
    rest = [article for article in new if article["id"] not in gone]
    if not any(article.get("title") == "Mayor resigns over budget" for article in new):  # no walls
        assert ids_of(result) == ids_of(dedup.find_duplicates(rest, setup, furniture=furniture))
    assert {article.id for article in result.unique}.isdisjoint(gone)
    rng.shuffle(new)
    again = dedup.find_duplicates(new, against=earlier)
    assert (again.joined, ids_of(again)) == (result.joined, ids_of(result))


@settings(max_examples=25)
@given(days())
def test_what_was_written_of_both_days_knows_both(tmp_path_factory, two_days):
    old, new, setup, furniture = two_days
    path = tmp_path_factory.mktemp("against") / "both.parquet"
    earlier = dedup.find_duplicates(old, setup, furniture=furniture)
    dedup.write_signatures(earlier, path)
    result = dedup.find_duplicates(new, against=path)
    assert result.joined == dedup.find_duplicates(new, against=earlier).joined
    dedup.write_signatures(result, path.with_name("more.parquet"))
    story = {name: name for name in pq.read_table(path.with_name("more.parquet"))["id"].to_pylist()}
    assert sorted(story) == sorted(article["id"] for article in old + new)
    for each in (earlier, result):
        for found in each.clusters:
            story |= dict.fromkeys(found.ids, found.ids[0])
    story |= {one.id: one.cluster for one in result.joined}
    third = [{**article, "id": f"{article['id']} again"} for article in old + new]
    joined = {one.id: one for one in dedup.find_duplicates(third, against=path.with_name("more.parquet")).joined}
    empty = {article["id"] for article in third} - set(joined)
    assert all(not dedup.find_duplicates([one]).links.rows.size for one in third if one["id"] in empty)
    for name, one in joined.items():
        assert one.match.relation == "identical"
        assert one.cluster == story[one.match.b if one.match.a == name else one.match.a]


# --- what is written, and what is refused ------------------------------------------------------------


@pytest.fixture(scope="module")
def two_days(newsroom_path):
    """The newsroom, cut by the times that its articles were published."""
    with newsroom_path.open(encoding="utf-8") as file:
        room = sorted(map(json.loads, file), key=lambda article: article.get("published") or "")
    return room[:50], room[50:]


@pytest.fixture(scope="module")
def written(two_days, tmp_path_factory):
    path = tmp_path_factory.mktemp("written") / "day1.parquet"
    dedup.write_signatures(dedup.find_duplicates(two_days[0]), path)
    return path


def test_the_file_has_no_text_and_the_columns_that_are_documented(two_days, written):
    table = pq.read_table(written)
    assert table.schema.equals(signatures.SCHEMA)
    assert sorted(table["id"].to_pylist()) == sorted(article["id"] for article in two_days[0])
    assert "ferry" not in str([table[name].to_pylist() for name in table.column_names if name not in {"id", "title"}]
                              ).lower().replace("-ferry", "")  # fmt: skip
    kept = signatures.Signatures.read(written, proposing.band_count)
    result = dedup.find_duplicates(two_days[0])
    assert (kept.made.settings, kept.made.furniture, len(kept)) == (result.settings, result.furniture, 50)
    rows = np.array([3, 20, 41])
    theirs = signatures.Bodies(kept.bodies(rows)).texts(np.array([1, 2]))
    batch = coerce(two_days[0])
    mine = Reading(batch, outlet_hashes(batch.table), result.furniture).texts(rows[1:])
    for name in ("tokens", "offsets", "marks", "title_ends", "support", "figures"):
        assert np.array_equal(getattr(theirs, name), getattr(mine, name)), name
    assert np.array_equal(theirs.titles, mine.titles[: mine.title_ends[-1]])


def test_an_earlier_result_is_joined_by_whatever_is_like_it(two_days, written):
    result = dedup.find_duplicates(two_days[1], against=written)
    joined = {one.id: one for one in result.joined}
    assert joined["coast9-ferry"].cluster == "alden-courier-ferry"
    assert joined["coast9-ferry"].centre in {joined["coast9-ferry"].match.a, joined["coast9-ferry"].match.b}
    assert joined["lantern-lynx"].match.relation == "excerpt"
    assert {one.id for one in result.joined}.isdisjoint(name for found in result.clusters for name in found.ids)
    assert result.counts["joined earlier"] == len(joined) == 7
    rows = {row["id"]: row for row in result.to_arrow().to_pylist()}
    assert rows["lantern-lynx"]["cluster"] == "fenland-echo-lynx"
    assert not rows["lantern-lynx"]["canonical"]
    assert rows["lantern-lynx"]["strength"] == joined["lantern-lynx"].match.strength
    strict = result.at(0.8)
    assert {one.id for one in strict.joined} == {one.id for one in result.joined if one.match.strength >= 0.8}
    assert len(strict.joined) < len(joined)


def test_an_id_of_before_gets_a_number(two_days, written):
    again = [two_days[0][0], {**newsrooms.outsider(1), "id": f"{two_days[0][0]['id']}#2"}]
    result = dedup.find_duplicates(again, against=written)
    (one,) = result.joined
    assert (one.id, one.match.relation) == (f"{two_days[0][0]['id']}#3", "identical")
    assert any("also in the earlier result" in str(problem) for problem in result.problems)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"settings": dedup.Settings(threshold=0.6)}, r"threshold=0\.45 \(asked for: 0\.6\)"),
        ({"settings": dedup.Settings(seed=2, window="3d")}, r"window=None \(asked for: '259200\.0s'\), seed=1"),
        ({"furniture": dedup.Furniture(np.array([7], np.uint64))}, "furniture must be that of the earlier result"),
        ({"links": [("a", "b")]}, "links must not be given together with against"),
    ],
)
def test_another_recipe_is_refused(two_days, written, asked, message):
    with pytest.raises(ArgumentError, match=message):
        dedup.find_duplicates(two_days[1], against=written, **asked)
    assert dedup.find_duplicates(two_days[1], dedup.Settings(memory="1GB"), against=written).joined


KEY = b"org.apache.spark.sql.parquet.row.metadata"


def changed(path, to, **words) -> None:
    told = json.loads(pq.read_metadata(path).metadata[KEY])
    told["fields"][0]["metadata"]["dedup"] |= words
    pq.write_table(pq.read_table(path).replace_schema_metadata({KEY: json.dumps(told)}), to)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"format": "dedup signatures 0"}, "must be 'dedup signatures 1', is 'dedup signatures 0'"),
        ({"rules": "unicode13/1 affine32"}, "was made by the rules 'unicode13/1 affine32', this version has"),
        ({"settings": "{"}, "says wrongly how it was made"),
        ({"settings": '{"threshold": 2}'}, "says wrongly how it was made"),
        ({"furniture": "%"}, "says wrongly how it was made"),
    ],
)
def test_files_of_other_rules_are_refused(written, tmp_path, words, message):
    changed(written, tmp_path / "other.parquet", **words)
    with pytest.raises(InputError, match=message):
        dedup.find_duplicates([], against=tmp_path / "other.parquet")


def test_damaged_files_are_refused(written, tmp_path, two_days):
    path = tmp_path / "bad.parquet"
    for content, message in ((b"nothing", "cannot be read as signatures"), (written.read_bytes()[:-9], "cannot be")):
        path.write_bytes(content)
        with pytest.raises(InputError, match=message):
            dedup.find_duplicates([], against=path)
    with pytest.raises(InputError, match="cannot be read as signatures"):
        dedup.find_duplicates([], against=tmp_path / "missing.parquet")
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="a file of signatures or a folder of such, has none"):
        dedup.find_duplicates([], against=tmp_path / "folder")
    told = {KEY: pq.read_metadata(written).metadata[KEY]}
    table = pq.read_table(written).replace_schema_metadata(told)
    pq.write_table(table.slice(0, 0).drop_columns(["marks"]), path)
    with pytest.raises(InputError, match="must have the columns"):
        dedup.find_duplicates([], against=path)
    pq.write_table(pa.concat_tables([table, table]), path)
    with pytest.raises(InputError, match="must have each id once"):
        dedup.find_duplicates([], against=path)
    alone = table.filter(pc.equal(table["id"], table["centre"]))
    pq.write_table(table.filter(pc.not_equal(table["id"], table["centre"])), path)
    with pytest.raises(InputError, match="must have a row for each centre"):
        dedup.find_duplicates([], against=path)
    for column, values, message in (
        ("marks", alone["title_words"], "as many tokens and marks"),
        ("bands", pa.array([b""] * len(alone), pa.large_binary()), "bands must have .* bytes in each row"),
        ("digest", pa.array([b"1234"] * len(alone), pa.large_binary()), "digest must have 16 bytes in each row"),
        ("passages", pa.array([b"123"] * len(alone), pa.large_binary()), "passages must hold numbers of four bytes"),
        ("id", pa.nulls(len(alone), pa.large_string()), "id must be large_string without nulls"),
        ("count", pa.array(["1"] * len(alone)), "count must be int64 without nulls, is string"),
        ("centre", alone["id"].take([*range(1, len(alone)), 0]), "must have each centre in its own cluster"),
    ):
        place = table.column_names.index(column)
        pq.write_table(alone.set_column(place, column, values).replace_schema_metadata(told), path)
        with pytest.raises(InputError, match=message):
            dedup.find_duplicates(two_days[1], against=path)


def test_a_folder_of_files_is_one_earlier_result(written, tmp_path, two_days):
    told = {KEY: pq.read_metadata(written).metadata[KEY]}
    table = pq.read_table(written).replace_schema_metadata(told)
    (tmp_path / "_SUCCESS").touch()
    for name, part in (("part-1", table.slice(0, 20)), ("part-0", table.slice(20)), ("part-2", table.slice(0, 0))):
        pq.write_table(part, tmp_path / f"{name}.parquet", row_group_size=7)
    by_folder = dedup.find_duplicates(two_days[1], against=tmp_path)
    assert by_folder.joined == dedup.find_duplicates(two_days[1], against=written).joined
    changed(tmp_path / "part-2.parquet", tmp_path / "part-2.parquet", settings='{"threshold": 0.6}')
    with pytest.raises(InputError, match="must hold files that were made with the same settings and furniture"):
        dedup.find_duplicates([], against=tmp_path)


@settings(max_examples=examples(60))
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9))), st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)))
)
def test_what_meets_under_a_key(mine, theirs):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lsh, "FULL_BUCKET", 3)
        patch.setattr(lsh, "AHEAD", 2)
        columns = [np.array([pair[side] for pair in lot], np.uint32) for lot in (mine, theirs) for side in (0, 1)]
        texts, homes, lost = meeting.met(columns[0], columns[1].astype(int), columns[2], columns[3].astype(int))
    under = {key: sorted({home for other, home in theirs if other == key}) for key in range(4)}
    few = {key: found if len(found) <= 3 else found[:2] for key, found in under.items()}
    assert set(zip(texts, homes, strict=True)) == {(text, home) for key, text in mine for home in few[key]}
    assert set(lost) == {text for key, text in mine if len(under[key]) > 3}


@settings(max_examples=15)
@given(days())
def test_an_index_takes_signatures_as_the_articles_themselves(tmp_path_factory, two_days):
    old, new, setup, furniture = two_days
    path = tmp_path_factory.mktemp("index") / "old.parquet"
    dedup.write_signatures(dedup.find_duplicates(old, setup, furniture=furniture), path)
    with dedup.Index(settings=setup, furniture=furniture, keep_text=False, canonical=dedup.earliest) as index:
        assert index.add_signatures(path) == len(old)
        if new:
            index.add(new)
        expected = dedup.find_duplicates(old + new, setup, furniture=furniture)
        assert sorted(story.ids for story in index.stories()) == ids_of(expected)


def test_an_index_of_another_recipe_takes_no_signatures(written):
    other = dedup.Settings(threshold=0.6)
    with (
        dedup.Index(settings=other) as index,
        pytest.raises(ArgumentError, match=r"threshold=0\.45 \(asked for: 0\.6\)"),
    ):
        index.add_signatures(written)


def test_signatures_go_to_parquet_only(newsroom, tmp_path):
    with pytest.raises(ArgumentError, match=r"path must end in \.parquet, got"):
        dedup.write_signatures(newsroom, tmp_path / "a.jsonl")
    assert not list(tmp_path.iterdir())


def test_the_command_goes_from_day_to_day(two_days, tmp_path, capsys):
    for number, day in enumerate(two_days):
        lines = "".join(json.dumps(article) + "\n" for article in day)
        (tmp_path / f"day{number}.jsonl").write_text(lines, encoding="utf-8")
    kept, joined = str(tmp_path / "day0.parquet"), tmp_path / "joined.jsonl"

    def run(*arguments: str) -> tuple[object, str, str]:
        with pytest.raises(SystemExit) as end:
            main(["find", *arguments])
        return end.value.code or 0, *capsys.readouterr()

    assert run(str(tmp_path / "day0.jsonl"), "--signatures", kept)[0] == 0
    code, shown, told = run(str(tmp_path / "day1.jsonl"), "--against", kept)
    assert (code, "joined earlier" in told) == (0, True)
    assert "joined earlier clusters\n    coast9-ferry" in shown
    assert run(str(tmp_path / "day1.jsonl"), "--against", kept, "--what", "joined", "-o", str(joined))[0] == 0
    rows = [json.loads(line) for line in joined.read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)
    assert (rows[0]["id"], rows[0]["cluster"], rows[0]["relation"]) == ("coast9-ferry", "alden-courier-ferry", "copy")
    code, _, told = run(str(tmp_path / "day1.jsonl"), "--against", kept, "--threshold", "0.6")
    assert (code, "threshold=0.45 (asked for: 0.6)" in told) == (2, True)


def test_items_of_a_round_up_do_not_join_the_one_that_was_there():
    first, second = ("\n\n".join(newsrooms.story_of(seed, "latin", 5)) for seed in (4, 3))
    titles = [" ".join(text.split()[:6]) for text in (first, second)]
    briefing = {"id": "briefing", "title": "Morning briefing Tuesday", "text": f"{first}\n\n{second}"}
    item = {"id": "first", "title": titles[0], "text": first}
    other = {"id": "second", "title": titles[1], "text": second}
    alone = dedup.find_duplicates([briefing], furniture=NONE)
    (one,) = dedup.find_duplicates([other], against=alone).joined
    assert (one.cluster, one.match.relation) == ("briefing", "excerpt")
    both = dedup.find_duplicates([briefing, item], furniture=NONE)
    assert ids_of(both) == [("briefing", "first")]
    assert not dedup.find_duplicates([other], against=both).joined
    assert dedup.find_duplicates([{**item, "id": "again"}], against=both).joined
