"""A window of time: what is further apart is never compared, and never stands in the way of what is nearer."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, datetime, timedelta

import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

import dedup
from dedup.errors import ArgumentError
from dedup.stages.furniture import NONE

START = datetime(2025, 3, 4, 9, 15, tzinfo=UTC)
THREE_DAYS = dedup.Settings(num_perm=32, window="3d")
WORDS = [
    f"{one}{two}" for one, two in itertools.product("ba ke li mo nu ra".split(), "ter sal vin dor mek pil".split())
]


def on(day: float) -> str:
    return (START + timedelta(days=day)).isoformat()


def written(story: int, change: int = 0) -> str:
    """Return a text of a story: 80 words, of which one is its own if `change`, so that copies are much alike."""
    words = random.Random(story).choices(WORDS, k=80)
    words[change % 80] += "x" * change
    return " ".join(words)


def ids_of(result: dedup.Result) -> list[tuple[str, ...]]:
    return sorted(cluster.ids for cluster in result.clusters)


# --- what is written --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ("72h", timedelta(hours=72)),
        ("3d", timedelta(days=3)),
        (" 90 M ", timedelta(minutes=90)),
        ("1.5h", timedelta(minutes=90)),
        ("30s", timedelta(seconds=30)),
        ("2w", timedelta(days=14)),
        ("0h", timedelta(0)),
        ("999999999w", timedelta.max),
        (timedelta(hours=1), timedelta(hours=1)),
        (None, None),
    ],
)
def test_spans_of_time(window, expected):
    made = dedup.Settings(window=window)
    assert made.window == expected
    assert made == dedup.Settings(window=expected)
    assert hash(made) == hash(dedup.Settings(window=expected))


@pytest.mark.parametrize(
    "window", ["72", "", "three days", "-3d", "3d 4h", "3d\n4", "٣d", 72, 72.0, timedelta(-1), "1e3h"]
)
def test_what_is_no_span_of_time(window):
    with pytest.raises(ArgumentError, match="window must be a span of time such as '72h', '3d' or '90m', got "):
        dedup.Settings(window=window)


# --- who belongs together ---------------------------------------------------------------------------


def room_of(*days: float | str | None, change: bool = False) -> list[dict[str, str | None]]:
    """Return one story, published on these days."""
    return [
        {
            "id": f"{place:03}",
            "text": written(1, place if change else 0),
            "published": on(day) if isinstance(day, int | float) else day,
        }
        for place, day in enumerate(days)
    ]


@pytest.mark.parametrize("change", [False, True], ids=["identical", "alike"])
@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((0, 2.99), [(0, 1)]),
        ((0, 3.01), []),
        ((0, 1, 100, 101), [(0, 1), (2, 3)]),
        # members are near to the centre, not to each other; what is near only to a member stays outside
        ((0, 3, 6), [(0, 1, 2)]),
        ((0, 2, 4, 6), [(0, 1, 2)]),
        ((0, 0, 2, 5.5, 5.5), [(0, 1, 2), (3, 4)]),
        # a bare date is three days wide and more, a date that may be two is wider
        ((0, "2025-03-07"), [(0, 1)]),
        ((0, "2025-03-08"), []),
        ((0, "2025-03-07T00:00:00Z"), [(0, 1)]),
        (("04/03/2025", "2025-04-05T12:00:00Z"), [(0, 1)]),
        # what has no time is near to all, but is no centre of what has one
        ((0, None), [(0, 1)]),
        ((None, None, "soon"), [(0, 1, 2)]),
        ((0, 100, None), [(0, 2)]),
        ((0, 100, 101, None, None), [(0, ), (1, 2, 3, 4)]),
    ],
)  # fmt: skip
def test_who_belongs_together(days, expected, change):
    room = room_of(*days, change=change)
    for articles in (room, room[::-1]):
        result = dedup.find_duplicates(articles, THREE_DAYS, furniture=NONE)
        assert ids_of(result) == [tuple(f"{place:03}" for place in places) for places in expected if len(places) > 1]
        assert result.capped == 0
    whole = dedup.find_duplicates(room, dedup.Settings(num_perm=32), furniture=NONE)
    assert ids_of(whole) == [tuple(article["id"] for article in room)]


def test_links_of_the_user_know_no_window():
    room = room_of(0, 100)
    assert ids_of(dedup.find_duplicates(room, THREE_DAYS, links=[("000", "001")])) == [("000", "001")]


def test_relative_times_and_zones_count():
    room = [
        {"id": "a", "text": written(1), "published": "2 hours ago", "fetched": on(0), "source": "A"},
        {"id": "b", "text": written(1), "published": "2025-03-04T13:15:00", "source": "B"},
    ]
    near = dedup.Settings(num_perm=32, window="90m")
    assert ids_of(dedup.find_duplicates(room, near)) == [("a", "b")]
    assert ids_of(dedup.find_duplicates(room, near, zones={"B": "America/New_York"})) == []


@pytest.mark.parametrize("change", [False, True], ids=["identical", "alike"])
def test_many_that_are_far_away_hide_no_near_one(change):
    # One text a day for 200 days, each by two outlets: buckets are far larger than those that give all pairs.
    room = [
        {"id": f"{outlet}{day}", "text": written(1, day % 20 if change else 0), "published": on(day + outlet / 10)}
        for day in range(200)
        for outlet in range(2)
    ]
    result = dedup.find_duplicates(room, dedup.Settings(num_perm=32, window="12h"), furniture=NONE)
    assert ids_of(result) == sorted((f"0{day}", f"1{day}") for day in range(200))
    assert result.capped == 0
    assert result.candidates == 200


def test_many_that_are_near_are_capped_and_counted():
    room = room_of(*(place / 1000 for place in range(200)), change=True)
    result = dedup.find_duplicates(room, THREE_DAYS, furniture=NONE)
    assert result.capped > 0
    assert len(result.clusters) == 1
    assert len(result.clusters[0]) > 190


def test_a_comparison_says_that_a_run_would_not_compare():
    a, b = room_of(0, 12)
    comparison = dedup.compare(a, b, THREE_DAYS)
    assert (comparison.relation, comparison.matched) == ("distant", False)
    assert comparison.reasons == ("published at least 12.0 days apart (the window is 3.0 days): not compared in a run",)
    assert dedup.compare(a, {**b, "published": None}, THREE_DAYS).relation == "identical"
    assert dedup.compare(a, {**b, "published": on(1)}, THREE_DAYS).relation == "identical"
    assert "2.0 hours apart (the window is 5.0 minutes)" in str(
        dedup.compare(a, {**b, "published": on(1 / 12)}, dedup.Settings(window="5m"))
    )
    assert "(the window is 0 seconds)" in str(dedup.compare(a, b, dedup.Settings(window="0s")))


# --- laws -------------------------------------------------------------------------------------------

DAYS = st.none() | st.integers(0, 12) | st.sampled_from(["2025-03-08", "04/03/2025", "2025-03-06 09:15"])


@st.composite
def dated_rooms(draw: st.DrawFn, days: st.SearchStrategy = DAYS) -> list[dict[str, str | None]]:
    """Return two stories, each identical or alike several times, over two weeks; some have no time."""
    drawn = draw(st.lists(st.tuples(st.integers(1, 2), st.integers(0, 3), days), min_size=2, max_size=12))
    return [
        {
            "id": f"{place:02}",
            "text": written(story, change),
            "published": on(day) if isinstance(day, int) else day,
        }
        for place, (story, change, day) in enumerate(drawn)
    ]


def near(a: dedup.Article, b: dedup.Article) -> bool:
    return a.time is None or b.time is None or a.time.distance(b.time) <= timedelta(days=3)


some = settings(max_examples=examples(50), deadline=None)


@some
@given(dated_rooms(), st.randoms(use_true_random=False))
def test_law_order_never_matters(room, rng):
    first = dedup.find_duplicates(room, THREE_DAYS, furniture=NONE)
    second = dedup.find_duplicates(rng.sample(room, len(room)), THREE_DAYS, furniture=NONE)
    assert first.clusters == second.clusters
    assert first.matches == second.matches


@some
@given(dated_rooms(), st.floats(0.45, 1.0))
def test_law_every_member_is_near_to_the_centre(room, threshold):
    result = dedup.find_duplicates(room, THREE_DAYS, furniture=NONE)
    articles = {article.id: article for article in result.batch.articles(range(len(room)))}
    assert all(near(articles[match.a], articles[match.b]) for match in result.matches)
    stricter = result.at(threshold)
    for one in (result, stricter):
        for found in one.clusters:
            assert all(near(found.centre, member) for member in found.members)
            assert found.centre.time is not None or all(member.time is None for member in found.members)
    for ids in ids_of(stricter):
        assert any(set(ids) <= set(whole) for whole in ids_of(result))


@some
@given(dated_rooms(st.integers(0, 12)), st.integers(0, 11), st.integers(0, 3), st.sampled_from([-400, 400]))
def test_law_what_is_far_away_changes_nothing(room, which, change, day):
    before = dedup.find_duplicates(room, THREE_DAYS, furniture=NONE)
    text = room[which % len(room)]["text"].replace(WORDS[0], WORDS[0] + "x" * change)
    after = dedup.find_duplicates([{"id": "", "text": text, "published": on(day)}, *room], THREE_DAYS, furniture=NONE)
    assert (after.clusters, after.matches) == (before.clusters, before.matches)


def slow_clusters(room: list[dict[str, str | None]]) -> list[tuple[str, ...]]:
    """Compare all pairs, one by one, and gather them around centres by the book."""
    articles = {one["id"]: dedup.Article(**one) for one in room}
    edges: dict[str, set[str]] = {name: set() for name in articles}
    for a, b in itertools.combinations(articles, 2):
        if near(articles[a], articles[b]) and dedup.compare(articles[a], articles[b], THREE_DAYS).matched:
            edges[a].add(b)
            edges[b].add(a)
    found = []
    while any(edges.values()):
        centre = min(
            (name for name in edges if edges[name]),
            key=lambda name: (articles[name].time is None, -len(edges[name]), name),
        )
        inside = edges[centre] | {centre}
        found.append(tuple(sorted(inside)))
        edges = {name: others - inside for name, others in edges.items() if name not in inside}
    return sorted(found)


@some
@given(dated_rooms())
def test_law_slow_twin(room):
    # Exact copies of one time count as one text: the twin does not know that, so each stands but once here.
    room = list({(one["text"], one["published"]): one for one in reversed(room)}.values())
    undated = {one["text"]: one for one in room if one["published"] is None}
    assert len(undated) == sum(one["published"] is None for one in room)
    result = dedup.find_duplicates(room, THREE_DAYS, furniture=NONE)
    assert ids_of(result) == slow_clusters(room)
