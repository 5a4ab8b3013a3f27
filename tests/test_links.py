"""What the user says about pairs: together is together, apart is apart, whatever the texts say."""

from __future__ import annotations

import json
from itertools import pairwise

import newsrooms
import pytest
from effort import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from stories import sentences, story

import dedup
from dedup.errors import ArgumentError, InputError

pytestmark = pytest.mark.kernels

some = settings(max_examples=examples(60, uncompiled=4))
QUICK = dedup.Settings(num_perm=32)
WHOLE, OTHER, THIRD = story(1), story(2), story(3)
Link = tuple[str, str, bool]


def edited(text: str, place: int) -> str:
    """The text with one sentence of its own."""
    return text.replace(sentences(int(text == OTHER) + 1)[place], f"The editor rewrote sentence {'x' * place} here.")


def clusters_of(articles: list[dict[str, str]], *links: Link, **rest: object) -> list[tuple[str, ...]]:
    return [cluster.ids for cluster in dedup.find_duplicates(articles, links=links, **rest).clusters]


def room(**texts: str) -> list[dict[str, str]]:
    return [{"id": name, "text": text} for name, text in texts.items()]


def groups_of(ids: list[str], links: list[Link]) -> dict[str, str]:
    """The least id that each article was said to belong to, directly or not."""
    group = {name: name for name in ids}
    for _ in ids:
        for a, b, same in links:
            if same:
                group[a] = group[b] = min(group[a], group[b])
    return group


def check(result: dedup.Result, links: list[Link]) -> None:
    """Check that links hold, that every member matches its centre directly, and that linked matches say so."""
    cluster_of = {name: cluster.ids[0] for cluster in result.clusters for name in cluster.ids}
    for a, b, same in links:
        if same:
            assert cluster_of[a] == cluster_of[b]
        else:
            assert a not in cluster_of or cluster_of[a] != cluster_of.get(b)
            assert not any({match.a, match.b} == {a, b} for match in result.matches)
    named = {name for a, b, same in links if same for name in (a, b)}
    for cluster in result.clusters:
        matched = {frozenset((match.a, match.b)): match for match in cluster.matches}
        assert len(matched) == len(cluster.matches)
        for name in set(cluster.ids) - {cluster.centre.id}:
            match = matched[frozenset((name, cluster.centre.id))]
            if match.relation == "linked":
                assert named & set(cluster.ids)
            assert match.strength >= result.settings.threshold or match.relation == "revision"


@st.composite
def linked_rooms(draw: st.DrawFn) -> tuple[list[newsrooms.Article], list[Link]]:
    """Return a newsroom, and links between its articles that do not contradict each other."""
    articles = draw(newsrooms.newsrooms(with_ids=True))
    ids = sorted(str(one["id"]) for one in articles if any(char.isalnum() for char in one["text"] or ""))
    assume(len(ids) >= 2)
    pairs = draw(st.lists(st.tuples(st.sampled_from(ids), st.sampled_from(ids), st.booleans()), max_size=6))
    links: dict[tuple[str, str], bool] = {}
    for a, b, same in pairs:
        said = {**links, (min(a, b), max(a, b)): same}
        group = groups_of(ids, [(*pair, yes) for pair, yes in said.items()])
        if a != b and all(yes or group[one] != group[two] for (one, two), yes in said.items()):
            links = said
    return articles, [(a, b, same) for (a, b), same in links.items()]


@some
@given(linked_rooms(), st.booleans())
def test_links_hold_and_every_member_matches_its_centre(
    linked: tuple[list[newsrooms.Article], list[Link]], revisions: bool
) -> None:
    articles, links = linked
    setup = dedup.Settings(num_perm=32, revisions=revisions)
    result = dedup.find_duplicates(articles, setup, links=links)
    check(result, links)


@some
@given(linked_rooms(), st.floats(QUICK.threshold, 1.0))
def test_links_hold_under_stricter_thresholds_which_only_split(
    linked: tuple[list[newsrooms.Article], list[Link]], threshold: float
) -> None:
    articles, links = linked
    result = dedup.find_duplicates(articles, QUICK, links=links)
    strict = result.at(threshold)
    check(strict, links)
    before = {name: cluster.ids for cluster in result.clusters for name in cluster.ids}
    for cluster in strict.clusters:
        assert len({before[name] for name in cluster.ids}) == 1


@some
@given(linked_rooms(), st.randoms(use_true_random=False))
def test_neither_the_order_of_articles_nor_that_of_links_matters(
    linked: tuple[list[newsrooms.Article], list[Link]], chance: object
) -> None:
    articles, links = linked
    result = dedup.find_duplicates(articles, QUICK, links=links)
    for items in (articles, links):
        chance.shuffle(items)
    again = dedup.find_duplicates(articles, QUICK, links=[(b, a, same) for a, b, same in links])
    assert again.matches == result.matches
    assert [cluster.centre for cluster in again.clusters] == [cluster.centre for cluster in result.clusters]
    assert again.clusters == result.clusters


@some
@given(newsrooms.newsrooms(with_ids=True))
def test_saying_what_is_so_takes_no_cluster_apart(articles: list[newsrooms.Article]) -> None:
    # Others may come in: what is linked is no item of a round-up, and so is judged less strictly.
    plain = dedup.find_duplicates(articles, QUICK)
    links = [(*pair, True) for cluster in plain.clusters for pair in pairwise(cluster.ids)]
    links += [(one.ids[0], two.ids[0], False) for one in plain.clusters for two in plain.clusters if one.ids < two.ids]
    clustered = {name for cluster in plain.clusters for name in cluster.ids}
    again = dedup.find_duplicates(articles, QUICK, links=links).clusters
    assert {frozenset(one.ids) & clustered for one in again} - {frozenset()} == {
        frozenset(one.ids) for one in plain.clusters
    }


def test_two_clusters_become_one_when_any_of_their_members_are_linked():
    articles = room(a=WHOLE, b=edited(WHOLE, 3), c=edited(WHOLE, 9), p=OTHER, q=edited(OTHER, 3), r=edited(OTHER, 9))
    assert clusters_of(articles) == [("a", "b", "c"), ("p", "q", "r")]
    (cluster,) = dedup.find_duplicates(articles, links=[("b", "q")]).clusters
    assert cluster.ids == ("a", "b", "c", "p", "q", "r")
    to_centre = {
        (m.a if m.b == cluster.centre.id else m.b): m for m in cluster.matches if cluster.centre.id in {m.a, m.b}
    }
    assert {name: match.relation for name, match in to_centre.items()} == (
        {"a": "copy", "c": "copy", "p": "linked", "q": "linked", "r": "linked"}
    )
    assert to_centre["q"].strength == 1.0
    assert 0.45 <= to_centre["p"].strength < 1.0


def test_one_of_two_that_must_be_apart_stays_with_the_centre_it_is_closer_to():
    articles = room(a=WHOLE, b=edited(WHOLE, 3), c=edited(edited(WHOLE, 9), 12))
    assert clusters_of(articles, ("b", "c", False)) == [("a", "b")]
    assert clusters_of(articles, ("a", "b", False)) == [("a", "c")]
    assert clusters_of(articles, ("a", "b", False), ("a", "c", False)) == [("b", "c")]
    assert clusters_of(articles, *[(a, b, False) for a, b in ("ab", "ac", "bc")]) == []


def test_exact_copies_can_be_apart():
    articles = room(a=WHOLE, b=WHOLE, c=WHOLE, d=edited(WHOLE, 5))
    assert clusters_of(articles, ("a", "b", False)) in ([("a", "c", "d")], [("b", "c", "d")])
    assert clusters_of(articles, ("a", "b", False), ("b", "c"), ("a", "d")) == [("a", "d"), ("b", "c")]


def test_what_leaves_a_cluster_goes_with_its_own():
    articles = room(a=WHOLE, b=edited(WHOLE, 3), p=edited(WHOLE, 9), q=edited(WHOLE, 12))
    assert clusters_of(articles, ("a", "p", False), ("a", "b"), ("p", "q")) == [("a", "b"), ("p", "q")]


def test_links_come_from_files(tmp_path):
    path = tmp_path / "links.jsonl"
    path.write_text(
        "".join(
            json.dumps({"a": a, "b": b, "same": same}) + "\n" for a, b, same in [("a", "c", True), ("a", "b", False)]
        )
    )
    articles = room(a=WHOLE, b=WHOLE, c=OTHER)
    for links in (path, str(path), dedup.Labels.read(path)):
        assert [cluster.ids for cluster in dedup.find_duplicates(articles, links=links).clusters] == [("a", "c")]


@pytest.mark.parametrize(
    ("links", "message"),
    [
        ([("a", "x")], "links must name articles that have text, got the id 'x'"),
        ([("a", "empty")], "links must name articles that have text, got the id 'empty'"),
        ([("a", "b"), ("b", "c"), ("c", "a", False)], "'a' and 'c' are together and apart"),
        ([("a", "b"), ("b", "a", False)], "'a' and 'b' were said to be together before"),
        ({"a": "s"}, "links"),
        (dedup.Labels(stories={"a": "1"}), "links must be about pairs"),
        ([("a", "b"), 7], r"links\[1\]: must be \(a, b, same\) or \(a, b\), got 7"),
    ],
)
def test_bad_links_are_one_clear_error(links, message):
    with pytest.raises((ArgumentError, InputError), match=message):
        dedup.find_duplicates(room(a=WHOLE, b=OTHER, c=THIRD, empty=" - "), links=links)


def test_a_comparison_says_what_links_say():
    a, b = room(a=WHOLE, b=edited(WHOLE, 3))
    assert dedup.compare(a, b).relation == "copy"
    apart = dedup.compare(a, b, links=[("b", "a", False)])
    assert (apart.relation, apart.matched) == ("unlinked", False)
    assert apart.reasons == ("links say that the two do not belong together",)
    together = dedup.compare(a, {"id": "c", "text": OTHER}, links=[("a", "c")])
    assert (together.relation, together.matched, together.strength) == ("linked", True, 1.0)
    assert dedup.compare(a, b, links=[("a", "c", False)]).relation == "copy"
