"""Furniture is learned from what recurs, saved and loaded, and left out of the comparison."""

import pytest
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


def test_it_is_the_same_however_many_units_are_looked_at_together(monkeypatch):
    learned = dedup.learn_furniture(PAGES)
    monkeypatch.setattr(furniture, "_TOGETHER", 2)
    assert dedup.learn_furniture(PAGES) == learned
