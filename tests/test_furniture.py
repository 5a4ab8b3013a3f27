"""Furniture is learned from what recurs, saved and loaded, and left out of the comparison."""

from unittest import mock

import numpy as np
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from stories import story

import dedup
from dedup.errors import InputError
from dedup.stages import furniture
from dedup.stages.furniture import NONE, Furniture

MENU = "Home and latest headlines from the valley\nSport\nSign up for our morning letter and never miss a story"
PAGES = [
    {"id": f"p{n}", "title": f"Page {n}", "source": "Altport Post", "text": f"{story(n, 6)}\n{MENU}"} for n in range(8)
]


def test_what_recurs_in_different_articles_of_an_outlet_is_learned():
    assert len(dedup.learn_furniture(PAGES)) == len(MENU.split("\n"))
    elsewhere = [{**page, "source": f"Outlet {n}"} for n, page in enumerate(PAGES)]
    assert len(dedup.learn_furniture(elsewhere)) == 0


def test_versions_of_one_story_are_not_furniture():
    sentences = story(1, 20)
    versions = [
        {"id": f"v{n}", "source": "Altport Post", "text": f"{sentences} A word on number {n} was added later here."}
        for n in range(30)
    ]
    assert len(dedup.learn_furniture(versions)) == 0


def test_a_page_of_furniture_matches_nothing():
    walls = [{"id": f"w{n}", "title": f"Wall {n}", "source": "Altport Post", "text": MENU} for n in range(2)]
    learned = dedup.learn_furniture(PAGES)
    assert dedup.find_duplicates(walls, furniture=learned).matches == ()
    assert dedup.compare(*walls, furniture=NONE).relation == "identical"


def test_it_is_the_same_after_saving_and_loading(tmp_path):
    learned = dedup.learn_furniture(PAGES)
    learned.save(tmp_path / "furniture.npz")
    loaded = Furniture.load(tmp_path / "furniture.npz")
    assert loaded == learned
    assert hash(loaded) == hash(learned)
    assert loaded != NONE


@pytest.mark.parametrize("data", [b"", b"not an archive", b"PK\x03\x04 cut off"])
def test_a_damaged_file_is_one_clear_error(tmp_path, data):
    path = tmp_path / "furniture.npz"
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"furniture\.npz"):
        Furniture.load(path)
    with pytest.raises(InputError, match=r"missing\.npz"):
        Furniture.load(tmp_path / "missing.npz")
    for keys in (np.zeros(2), np.zeros((1, 2), np.uint64), np.array("x")):
        np.savez(path, format=np.array("dedup furniture 1"), keys=keys)
        with pytest.raises(InputError, match=r"furniture\.npz: keys must be a row of uint64, are "):
            Furniture.load(path)
    with path.open("wb") as file:
        np.save(file, np.zeros(2))
    with pytest.raises(InputError, match=r"furniture\.npz: cannot be read as furniture"):
        Furniture.load(path)


def test_a_furniture_file_that_is_a_bomb_is_refused(tmp_path):
    path = tmp_path / "furniture.npz"
    Furniture(np.zeros(1 << 18, np.uint64)).save(path)
    with pytest.raises(InputError, match="bytes become 2,09"):
        Furniture.load(path)


OUTLETS = st.lists(
    st.tuples(st.integers(1, 2), st.integers(0, 6), st.sets(st.integers(0, 5)), st.integers(0, 2)), max_size=30
)


@settings(max_examples=examples(200))
@given(OUTLETS, st.integers(0, 30), st.sampled_from([0.1, 0.25, 0.5]), st.sampled_from([0.4, 0.5, 1.0]), st.booleans())
def test_it_is_learned_as_a_reader_would_count(rows, cut, share, part, together):
    named = [(outlet, group, sorted(key << 61 | outlet for key in keys), body) for outlet, group, keys, body in rows]
    surveys = []
    for lot in (named[:cut], named[cut:]):
        keys = np.array([key for _, _, some, _ in lot for key in some], np.uint64)
        ends = np.cumsum([len(some) for _, _, some, _ in lot], dtype=np.int64)
        groups, digests = (np.array([row[place] for row in lot], np.uint64) for place in (1, 3))
        surveys.append(furniture.Survey(keys, ends, groups, digests))
    with mock.patch.multiple(furniture, SHARE=share, DIFFERING=part, LEAST=3, _TOGETHER=4 if together else 1 << 20):
        learned = furniture.learn(surveys, np.array([outlet for outlet, *_ in rows], np.uint64))
    expected = []
    for key in sorted({key for _, _, some, _ in named for key in some}):
        groups = [group for _, group, some, _ in named if key in some]
        whole = {group for outlet, group, *_ in named if outlet == key % 4}
        needed = max(3, int(share * len(whole)) + 1)
        if len(set(groups)) >= max(needed, part * len(groups)):
            expected.append(key)
    assert sorted(learned.keys.tolist()) == expected
    again = furniture.repeated(surveys, np.array([outlet for outlet, *_ in rows], np.uint64))
    bodies = [(outlet, body) for outlet, *_, body in rows]
    walls = [[row for row, one in enumerate(bodies) if one == body] for body in sorted(set(bodies))]
    assert [found.tolist() for found in again] == [wall for wall in walls if len(wall) >= furniture.REPEATS]


@pytest.mark.parametrize(("size", "needed"), [(0, 4), (1, 4), (799, 4), (800, 5), (999, 5), (1000, 6)])
def test_a_large_outlet_may_repeat_a_phrase(size, needed):
    assert furniture.least(np.array([size])).tolist() == [needed]


def test_it_is_the_same_however_many_units_are_looked_at_together(monkeypatch):
    learned = dedup.learn_furniture(PAGES)
    monkeypatch.setattr(furniture, "_TOGETHER", 2)
    assert dedup.learn_furniture(PAGES) == learned
