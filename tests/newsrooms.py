# ruff: noqa: RUF001 - typography and scripts are the point
"""Hypothesis strategies for small newsrooms: stories of made-up words, and the copies that outlets make of them."""

from __future__ import annotations

import random
from collections.abc import Callable

from hypothesis import strategies as st

Story = list[str]
"""Paragraphs."""
Edit = Callable[[Story, random.Random], Story]
Article = dict[str, str | None]

# Syllables, what stands between words, and what ends a sentence.
SCRIPTS = {
    "latin": ("ba ke li mo nu ra sé ti vö zu har fen gol pri sta".split(), " ", "."),
    "cyrillic": ("ба ке ли мо ну ра сё ти ву зы хар фен гол при ста".split(), " ", "."),
    "greek": ("βα κε λι μο νυ ρα σέ τι φω ζη χαρ γολ πρι στα".split(), " ", "."),
    "arabic": ("با كي لي مو نو را سي تي فو زي حر غل بر ست".split(), " ", "."),
    "hebrew": ("בא קי לי מו נו רא סי טי פו זי חר גל בר סת".split(), " ", "."),
    "devanagari": ("बा के लि मो नु रा से ति वो ज़ु हर गोल प्रि स्त".split(), " ", "।"),
    "hangul": ("바 케 리 모 누 라 세 티 보 주 하 페 골 프 스".split(), " ", "."),
    "han": (list("港船日月年人大出口岸水火市天地風雨海山川行走言文"), "", "。"),
    "thai": ("บา เค ลิ โม นุ รา เซ ติ โว ซู หา เฟ กล ปรี สตา".split(), "", " "),
}
OUTLETS = ["Altport Post", "The Harbour", "Nova Vest", "Радио Порт", "港日報"]
FURNITURE = {
    outlet: [
        f"Subscribe to {outlet} for more.",
        f"ALSO READ: the best of {outlet} this week",
        "Share this story",
    ]
    for outlet in OUTLETS
}
DATES = [
    "2025-03-04T09:15:00Z",
    "2025-03-04T10:15:00+01:00",
    "2025-03-04",
    "2025-03-04 09:20",
    "March 5, 2025",
    "Tue, 04 Mar 2025 09:15:00 GMT",
    "2 hours ago",
    "not a date",
    "",
]
OTHER_SCRIPT = "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ"
"""Letters that no story has."""


def _word(rng: random.Random, script: str) -> str:
    syllables, between, _ = SCRIPTS[script]
    return "".join(rng.choice(syllables) for _ in range(rng.randint(2, 4) if between else 2))


def _sentence(rng: random.Random, script: str) -> str:
    _, between, stop = SCRIPTS[script]
    words = [_word(rng, script) for _ in range(rng.randint(7, 12) if between else rng.randint(4, 7))]
    if rng.random() < 0.5:
        words[rng.randrange(len(words))] = str(rng.randrange(2, 3000))
    if rng.random() < 0.3 and between:
        words[1] = f'"{words[1]}'
        words[3] = f'{words[3]},"'
    return between.join(words).capitalize() + stop


def _paragraph(rng: random.Random, script: str) -> str:
    return " ".join(_sentence(rng, script) for _ in range(rng.randint(1, 2)))


def story_of(seed: int, script: str, paragraphs: int) -> Story:
    """Make up a story."""
    rng = random.Random(f"{seed} {script}")
    return [_paragraph(rng, script) for _ in range(paragraphs)]


def _typography(story: Story, rng: random.Random) -> Story:
    table = rng.choice([{'"': "“", "'": "’", ".": "."}, {'"': "«", " ": "\xa0"}, {".": "…", ",": " –"}])
    return [paragraph.translate(str.maketrans(table)) for paragraph in story]


def _capitals(story: Story, _: random.Random) -> Story:
    return [story[0].upper(), *story[1:]]


def _reflow(story: Story, _: random.Random) -> Story:
    return [" ".join(story)]


def _truncation(story: Story, rng: random.Random) -> Story:
    return story[: rng.randint(1, len(story))]


def _teaser(story: Story, rng: random.Random) -> Story:
    whole = " ".join(story)
    return [whole[: rng.randint(len(whole) // 3, len(whole))] + "..."]


def _dateline(story: Story, rng: random.Random) -> Story:
    return [rng.choice(["PORT ALDEN (AGY) - ", "ALTPORT, March 4: ", "港日電 "]) + story[0], *story[1:]]


def _byline(story: Story, rng: random.Random) -> Story:
    return [rng.choice(["By Ann Example", "By our staff", "AGY Staff"]), *story]


def _sign_off(story: Story, _: random.Random) -> Story:
    return [*story, "(Reporting by Ann Example; Editing by Bo Sample)"]


def _furniture(story: Story, rng: random.Random) -> Story:
    lines = FURNITURE[rng.choice(OUTLETS)]
    place = rng.randint(0, len(story))
    return [*story[:place], lines[0], *story[place:], *lines[1:]]


def _inserted(story: Story, rng: random.Random) -> Story:
    place = rng.randint(0, len(story))
    return [*story[:place], _paragraph(rng, "latin"), *story[place:]]


def _dropped(story: Story, rng: random.Random) -> Story:
    place = rng.randrange(len(story))
    return story[:place] + story[place + 1 :] or story


def _repeated_lead(story: Story, _: random.Random) -> Story:
    return [story[0], *story]


def _words_changed(story: Story, rng: random.Random) -> Story:
    def light(word: str) -> str:
        return rng.choice(["said", "today", "Tuesday", "per cent"]) if rng.random() < 0.04 else word

    return [" ".join(map(light, paragraph.split(" "))) for paragraph in story]


def _numbers_changed(story: Story, rng: random.Random) -> Story:
    def other(word: str) -> str:
        return str(rng.randrange(9999)) if word.isdecimal() else word

    return [" ".join(map(other, paragraph.split(" "))) for paragraph in story]


def _heavy_rewrite(story: Story, rng: random.Random) -> Story:
    return [_paragraph(rng, "latin") if rng.random() < 0.5 else paragraph for paragraph in story]


EDITS: list[Edit] = [
    _typography, _capitals, _reflow, _truncation, _teaser, _dateline, _byline, _sign_off, _furniture, _inserted,
    _dropped, _repeated_lead, _words_changed, _numbers_changed, _heavy_rewrite,
]  # fmt: skip

edits = st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 99)), max_size=3)


def copied(story: Story, made: list[tuple[Edit, int]]) -> str:
    """Return the text of a copy with these edits, each with a seed of its own."""
    for edit, seed in made:
        story = edit(story, random.Random(seed))
    return "\n\n".join(story)


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Return a story of 20 to 150 tokens."""
    return story_of(draw(st.integers(0, 9)), draw(st.sampled_from(sorted(SCRIPTS))), draw(st.integers(2, 6)))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Article, Article]:
    """Return two articles that are often copies of one story."""
    story = draw(stories())
    other = draw(st.just(story) | st.just(story) | stories())
    one, two = draw(articles(copied(story, draw(edits)))), draw(articles(copied(other, draw(edits))))
    return {**one, "id": "a"}, {**two, "id": "b"}


@st.composite
def articles(draw: st.DrawFn, text: str | None, *, with_id: bool = False) -> Article:
    """Return an article of this text, with more or fewer of its fields."""
    article: Article = {"text": text}
    if with_id:
        article["id"] = draw(st.uuids(version=4)).hex[:12]
    elif draw(st.booleans()):
        article["id"] = draw(st.sampled_from(["a", "b", "c", "ab", "Ä", "10", "9", "", "港"]))
    for field, values in (
        ("title", st.sampled_from(["Ferry runs again", "FERRY BACK", "港", ""])),
        ("source", st.sampled_from(OUTLETS)),
        ("published", st.sampled_from(DATES)),
        ("fetched", st.just("2025-03-05T00:00:00Z")),
        ("url", st.sampled_from(["https://example.org/a", "https://example.net/b?x=1"])),
    ):
        if draw(st.booleans()):
            article[field] = draw(values)
    return article


@st.composite
def newsrooms(draw: st.DrawFn, *, with_ids: bool = False, most_stories: int = 3) -> list[Article]:
    """Return articles in any order: each story with a few copies, exact copies among them, and textless ones.

    Ids are distinct where `with_ids`, else some are missing and some are given twice.
    """
    room = []
    for story in draw(st.lists(stories(), min_size=1, max_size=most_stories)):
        versions = [copied(story, made) for made in draw(st.lists(edits, min_size=1, max_size=4))]
        for text in versions:
            again = draw(st.sampled_from([1, 1, 2, 3]))
            room += [draw(articles(text, with_id=with_ids)) for _ in range(again)]
    for text in draw(st.lists(st.sampled_from([None, "", " — ", "ferry", "港"]), max_size=2)):
        room.append(draw(articles(text, with_id=with_ids)))
    room = draw(st.permutations(room))
    if with_ids:
        return [{**article, "id": f"{article['id']}{place}"} for place, article in enumerate(room)]
    return room


@st.composite
def chains(draw: st.DrawFn) -> list[Article]:
    """Return articles of which each is like the next, while the first and the last have little in common."""
    words = [f"word{place}" for place in range(200)]
    starts = [0]
    for step in draw(st.lists(st.integers(1, 12), min_size=3, max_size=9)):
        starts.append(starts[-1] + step)
    ids = draw(st.permutations(range(len(starts))))
    return [
        {"id": str(name), "text": " ".join(words[start : start + 90])} for name, start in zip(ids, starts, strict=True)
    ]


@st.composite
def walls(draw: st.DrawFn) -> list[Article]:
    """Return articles of two bodies under so many headlines that some tell nothing of their bodies."""
    bodies = [
        copied(story_of(seed, "latin", 2), []) for seed in draw(st.lists(st.integers(0, 3), min_size=1, max_size=2))
    ]
    bodies += [f"{body} Read more." for body in bodies] + ["Div 20 cts, pay April 15"]
    headlines = ["Ferry runs again", "Harbour closed for winter", "Mayor resigns over budget", "Bakers agree to merge",
                 "Storm delays elections", ""]  # fmt: skip
    made = draw(st.lists(st.tuples(st.sampled_from(bodies), st.sampled_from(headlines)), min_size=5, max_size=14))
    ids = draw(st.permutations(range(len(made))))
    return [
        {"id": str(name), "text": text, "title": title, "published": draw(st.sampled_from(DATES))}
        for name, (text, title) in zip(ids, made, strict=True)
    ]


def outsider(seed: int) -> Article:
    """Return an article whose words no other has."""
    rng = random.Random(seed)
    words = ["".join(rng.choice(OTHER_SCRIPT) for _ in range(6)) for _ in range(rng.randint(1, 60))]
    return {
        "id": f"outsider {seed}",
        "text": " ".join(words),
        "source": "ახალი ამბები",
        "published": "2025-03-04",
    }
