"""The edit model: each edit does what it says, and the quick profile holds its floors."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

import pytest

import dedup

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "benchmarks"))

from editmodel import bases, forms, layout, negatives, noise, passages, report, scripts, wording  # noqa: E402
from editmodel.catalogue import APART, EDITS, copies, round_ups  # noqa: E402
from editmodel.layout import Desk  # noqa: E402
from editmodel.outlets import OUTLETS  # noqa: E402
from editmodel.profile import Profile, measure, measure_languages  # noqa: E402
from editmodel.score import Rate  # noqa: E402
from editmodel.story import Story, sentences, story_of, token_counts  # noqa: E402
from editmodel.writing import Pool  # noqa: E402

EXAMPLES = HERE.parent / "examples"
FLOORS = json.loads((HERE.parent / "benchmarks" / "floors.json").read_text(encoding="utf-8"))
QUICK = Profile(negatives=60)


@pytest.fixture(scope="module")
def articles():
    return bases.choose(bases.english(bases.read(EXAMPLES / "newsroom.jsonl")), None, 1)


@pytest.fixture(scope="module")
def stories(articles):
    return [story_of(one) for one in articles]


@pytest.fixture(scope="module")
def pool(stories):
    return Pool.of(stories)


@pytest.fixture(scope="module")
def long_story(stories):
    return next(one for one in stories if one.id == "brightwater-dam")


def desk(pool: Pool, seed: int = 0) -> Desk:
    return Desk(OUTLETS[0], pool, random.Random(seed))


def words(story: Story) -> list[str]:
    return story.text.split()


@pytest.mark.full
def test_the_quick_profile_holds_its_floors(articles):
    found = measure(articles, QUICK)
    found.update(measure_languages(bases.read(EXAMPLES / "scripts.jsonl"), QUICK))
    assert report.below(found, FLOORS) == []


def test_every_measurement_has_a_floor():
    floors = FLOORS["en, newsroom"]
    assert {edit.name for edit in (*EDITS, *APART)} <= set(floors["recall"])
    assert set(negatives.NEGATIVES) == set(floors["merged"])
    languages = {one["language"] for one in bases.read(EXAMPLES / "scripts.jsonl")}
    assert languages < set(FLOORS)


def test_the_same_seed_makes_the_same_copies(stories, pool):
    for edit in (*EDITS, *APART):
        assert copies(edit, stories, pool, 1, 4) == copies(edit, stories, pool, 1, 4)


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name)
def test_every_edit_changes_something(edit, stories, pool):
    made = [(story, edit.make(story, desk(pool, place))) for place, story in enumerate(stories)]
    changed = [(a, b) for a, b in made if b is not None]
    assert len(changed) > len(stories) / 2
    differ = sum((a.title, a.text) != (b.title, b.text) for a, b in changed)
    assert differ > 0.7 * len(changed)


@pytest.mark.parametrize("make", [layout.headline, layout.title_affix])
def test_headlines_change_no_text_and_keep_some_words(make, stories, pool):
    for place, story in enumerate(stories):
        copy = make(story, desk(pool, place))
        assert copy.text == story.text
        said = f"{story.title} {story.text}".lower()
        assert any(word.lower().strip(",:") in said for word in copy.title.split())


@pytest.mark.parametrize("make", [layout.typography, layout.reflow])
def test_typography_and_reflow_keep_the_tokens(make, stories, pool):
    for place, story in enumerate(stories):
        copy = make(story, desk(pool, place))
        if copy.glue == "<br><br>":
            continue  # markup is taken out when articles are read
        assert token_counts([copy.text]) == token_counts([story.text])
        (cluster,) = dedup.find_duplicates([{"id": "a", "text": story.text}, {"id": "b", "text": copy.text}]).clusters
        assert cluster.matches[0].relation == "identical"


def test_truncation_keeps_the_lead_and_drops_the_tail(stories, pool):
    for place, story in enumerate(stories):
        copy = passages.truncation(story, desk(pool, place))
        if copy is not None:
            assert story.text.startswith(copy.text)
            assert len(copy.text) < len(story.text)


def test_a_teaser_is_the_start_and_says_that_it_ends(long_story, pool):
    for seed in range(20):
        copy = passages.teaser(long_story, desk(pool, seed))
        assert " ".join(words(long_story)).startswith(
            " ".join(words(copy)[:20]).split("...")[0].split("…")[0].split(" [")[0]
        )
        assert len(words(copy)) < 0.7 * len(words(long_story))


def test_the_middle_goes_and_the_ends_stay(long_story, pool):
    for seed in range(20):
        copy = passages.middle_dropped(long_story, desk(pool, seed))
        assert (copy.paragraphs[0], copy.paragraphs[-1]) == (long_story.paragraphs[0], long_story.paragraphs[-1])
        assert set(copy.paragraphs) < set(long_story.paragraphs)


@pytest.mark.parametrize(
    "make",
    [passages.local_paragraphs, passages.standfirst, passages.furniture_inside, passages.furniture_below,
     passages.rights, passages.caption, layout.sign_off],
)  # fmt: skip
def test_what_is_added_leaves_the_story_whole(make, long_story, pool):
    for seed in range(10):
        copy = make(long_story, desk(pool, seed))
        assert set(long_story.paragraphs) <= set(copy.paragraphs)
        assert len(copy.text) > len(long_story.text)


@pytest.mark.parametrize(("make", "most"), [(wording.house_style, 0.08), (wording.light_edit, 0.12)])
def test_word_edits_stay_light(make, most, stories, pool):
    for place, story in enumerate(stories):
        copy = make(story, desk(pool, place))
        if copy is not None:
            lost = set(words(story)) - set(words(copy))
            assert len(lost) <= most * len(words(story)) + 2


def test_a_later_version_has_other_figures_and_says_so(long_story, pool):
    copy = wording.later_version(long_story, desk(pool))
    assert len(copy.paragraphs) > len(long_story.paragraphs)
    assert long_story.title in copy.title
    assert copy.title != long_story.title
    assert sum(one not in copy.paragraphs for one in long_story.paragraphs) >= 1


def test_own_words_share_no_passage(stories, pool):
    for story in stories[:10]:
        own = " ".join(pool.own_words(story, 100, random.Random(1))).split()
        told = " ".join(words(story))
        runs = [" ".join(own[start : start + 6]) for start in range(len(own) - 5)]
        assert sum(run in told for run in runs) <= 0.02 * len(runs)


def test_noise_leaves_most_characters(long_story, pool):
    scanned = noise.scanned(long_story, desk(pool)).text
    wrong = sum(a != b for a, b in zip(scanned, long_story.text, strict=True))
    assert 0.003 * len(scanned) < wrong < 0.02 * len(scanned)
    assert noise.invisible(long_story, desk(pool)).text.replace("\u200b", "").replace("\u00ad", "") == long_story.text


def test_a_section_is_from_the_middle(long_story, pool):
    copy = noise.section(long_story, desk(pool))
    assert copy.text in long_story.text
    assert not long_story.text.startswith(copy.text)
    assert token_counts([copy.text])[0] >= 40


@pytest.mark.parametrize("name", forms.FORMS)
def test_forms_differ_in_their_facts(name):
    made = [forms.FORMS[name](random.Random(number), number) for number in range(30)]
    assert len({text for _, text in made}) == 30


@pytest.mark.parametrize("name", forms.FORMS)
def test_the_next_issue_of_a_form_repeats_all_but_a_few_facts(name):
    form = forms.FORMS[name]
    changed = 0
    for number in range(20):
        seed = f"{name} {number}"
        same = form(forms.Drawn(seed), number + 1)
        other = forms.next_issue(form, seed, number, 2)
        assert forms.next_issue(form, seed, number, 0) == same
        assert len(set(same[1].split()) - set(other[1].split())) <= 16
        changed += other != same
    assert changed > 10


def test_round_ups_hold_whole_stories(stories):
    pages = round_ups(stories, 4)
    assert len(pages) >= len(stories) - 3
    assert all(stories[0].paragraphs[0] in str(page["text"]) for page in [pages[stories[0].id]])


def test_furniture_is_most_of_a_short_page(stories, pool):
    room = negatives.same_furniture(negatives.Source(stories, pool, 1, 60))
    for article in room.articles:
        outlet = next(one for one in OUTLETS if one.name == article["source"])
        constant = sum(len(line.split()) for line in outlet.tail if line in str(article["text"]))
        assert constant > 0


def test_vowel_marks_are_the_only_difference_of_the_arabic_twins():
    found = bases.read(EXAMPLES / "scripts.jsonl")
    plain = {one["id"]: story_of(one) for one in found if one["language"] == "ar"}
    marked = [story_of(one) for one in found if one["language"] == "ar-vocalised"]
    twins = {one.id: plain[one.id.replace("ar-vocalised", "ar")] for one in marked}
    (first, *_) = scripts.vocalised(marked, twins)[marked[0].id]
    assert first["text"] == twins[marked[0].id].text != marked[0].text


def test_sentences_are_cut_and_nothing_is_lost():
    text = 'Mr. Kerr paid $2.50. "It is late," he said. Was it? 天氣很好。明天下雨。'
    assert sentences(text) == ["Mr. Kerr paid $2.50.", '"It is late," he said.', "Was it?", "天氣很好。", "明天下雨。"]


def test_wilson_intervals():
    low, high = Rate(0, 190).interval
    assert low == 0.0
    assert high == pytest.approx(0.0198, abs=1e-4)
    assert Rate(190, 190).interval == pytest.approx((0.9802, 1.0), abs=1e-4)


def test_floors_are_compared():
    measured = {"x": {"recall": {"a": 0.9}, "merged": {"b": 0.1}}}
    assert report.worse(measured, {"x": {"recall": {"a": 0.9}, "merged": {"b": 0.1}}}) == []
    assert len(report.worse(measured, {"x": {"recall": {"a": 0.91}, "merged": {"b": 0.09}}})) == 2
