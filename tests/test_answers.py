"""Everything that is said of some clusters, word for word: `fixtures/answers.txt` was read by people.

`ANSWERS=write pytest -n 0 tests/test_answers.py` writes it anew; read what has changed before it is kept.
"""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

import pytest
from answers_kit import AP, COURIER, GAZETTE, NINE, ORIGINS, POST, REUTERS, answers, paper
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.articles.article import Article
from dedup.articles.times import parse
from dedup.stages.canonical import Answers, Member, Outlets, rules
from dedup.stages.canonical.order import joined, order_of

GOLDEN = Path(__file__).parent / "fixtures" / "answers.txt"
PAPERS = [paper(f"Paper {letter}") for letter in "abcdefg"]
AFP, POINT = "\n\n(AFP)", "\n\nThe post Ferry appeared first on Sill Courier."
LONG = (
    "\n\nThis article, of which our readers have told us that they like it very much, appeared first, as all the "
    "others of the week did, on Sill Courier."
)
CLUSTERS = {
    "who wrote it": [members for members, _ in ORIGINS],
    "how many say so": [
        (paper(POST, after=AFP), *PAPERS[:1]),
        (paper(POST, after=AFP), *PAPERS[:3]),
        (paper(POST, after=AFP), *PAPERS[:4]),
        (paper(POST, REUTERS), *PAPERS[:3]),
        (paper(POST, REUTERS), *PAPERS[:4]),
        (paper(POST, REUTERS), paper(COURIER, REUTERS), *PAPERS),
        (paper(POST, REUTERS), paper(COURIER, REUTERS), paper(GAZETTE, AP)),
        (paper(POST, REUTERS), paper(COURIER, AP), paper("Reuters", url=None)),
        (paper(POST, REUTERS), paper(COURIER, AP), paper("Reuters", REUTERS, url=None)),
        (paper(POST, "OSLO (NTB-AFP) - "), paper(COURIER)),
        (paper(POST, REUTERS, id="a"), paper(POST, id="b")),
    ],
    "what is pointed to": [
        (paper(POST, after=POINT), paper(COURIER)),
        (paper(POST, after=POINT), paper(COURIER), paper(GAZETTE, REUTERS)),
        (paper(POST, after=POINT), paper(COURIER), paper(GAZETTE, "By Sill Courier\n\n")),
        (paper(POST, after=POINT), paper(GAZETTE)),
        (paper(POST, REUTERS, after=POINT), paper(GAZETTE)),
        (paper(POST, after=POINT), paper(GAZETTE, canonical_url="https://far.example/a")),
        (paper(POST, after=POINT), paper(COURIER, id="a"), paper(COURIER, id="b", url="https://sillcourier.example/b")),
        (paper(POST, canonical_url="https://www.sillcourier.example/b"), paper(COURIER, id="a"),
         paper(COURIER, id="b", url="https://sillcourier.example/b")),
        (paper(POST, after=LONG), paper(COURIER)),
        (paper(POST, canonical_url="https://www.reuters.com/world/ferry"), paper(COURIER)),
        (paper(POST, canonical_url="https://www.reuters.com/x"), paper("Reuters", REUTERS, url="https://www.reuters.com/x")),
        (paper(POST, url="https://www.reuters.com/x"), paper(COURIER)),
        (paper(POST, credit="AFP https://aldenpost.example/own"), paper(COURIER)),
        (paper(POST, credit="https://news.far.example/a; x"), paper(COURIER)),
        (paper(POST, source=None, canonical_url="https://aldenpost.example/z"), paper(COURIER)),
        (paper(POST, url="https://far.example/ferry"), paper(COURIER)),
        (paper(POST, source="far.example", canonical_url="https://aldenpost.example/z"), paper(COURIER)),
        (paper(POST, url=None, canonical_url="https://aldenpost.example/z"), paper(COURIER)),
        (paper(POST, source="aldenpost.example", url=None, canonical_url="https://m.aldenpost.example/z"),
         paper(COURIER)),
    ],
    "agencies among the outlets": [
        (paper("Reuters", url=None), paper("AP", url=None)),
        (paper("Reuters", REUTERS, url=None), paper("AP", url=None)),
        (paper("Reuters", REUTERS, url=None), paper(POST, AP), paper(COURIER, AP)),
        (paper("Northern Wire", "WENDLE (NW) - "), paper(POST, "WENDLE (NW) - ")),
        (paper("PR Newswire", "/PRNewswire/ -- "), paper(POST, "/PRNewswire/ -- ")),
    ],
    "when": [
        (paper(POST, published=NINE), paper(COURIER, published="2025-03-09T09:00:01Z")),
        (paper(POST, published=NINE), paper(COURIER, published=NINE)),
        (paper(POST, published=NINE), paper(COURIER, published="2025-03-09"), paper(GAZETTE, published="2025-03-09"),
         paper("Late", published="2025-03-09"), paper("Later", published="2025-03-09")),
        (paper(POST, published=NINE), paper(COURIER, published="2025-03-09"), paper(GAZETTE, published="2025-03-09"),
         paper("Late", published="2025-03-09")),
        (paper(POST, published=NINE), paper(COURIER, published="2025-04-08T09:00:00Z")),
        (paper(POST, published=NINE), paper(COURIER, published="2025-04-08T09:00:03Z")),
        (paper(POST, published="2024-03-09"), paper(COURIER, published="2025-03-09"), paper(GAZETTE)),
        (paper(POST, id="a", published=NINE), paper(POST, id="b"), paper(COURIER, published="2025-03-09T10:00:00Z")),
        (paper(POST, id="a", published="2025-03-09T11:00:00Z"), paper(POST, id="b", published=NINE),
         paper(COURIER, published="2025-03-09T10:00:00Z")),
        (paper(POST, REUTERS, published=NINE), paper(COURIER, AP, published="2025-03-09T10:00:00Z")),
        (paper("MSN", published=NINE), paper(POST, published="2025-03-09T11:00:00Z"),
         paper(COURIER, published="2025-03-09T10:00:00Z")),
    ],
    "the best text": [
        (paper(POST, text="word " * 90), paper(COURIER, text="word " * 100)),
        (paper(POST, text="word " * 95), paper(COURIER, text="word " * 100 + "…")),
        (paper(POST, text="word " * 95), paper(COURIER, text="word " * 100 + "[+99 chars]”")),
        (paper(POST, text="word " * 95), paper("MSN", text="word " * 100)),
        (paper(POST, text="word " * 1200), paper(COURIER, text="word " * 1200)),
        (paper(POST, text=None), paper(COURIER, text=None)),
        (paper(POST, text="word " * 95 + "… more"), paper(COURIER, text="word " * 100 + "..." + " " * 40)),
    ],
}  # fmt: skip


def said(found: Answers) -> str:
    origin = found.origin
    article = origin.article.id if origin and origin.article else "nobody here"
    lines = [
        f"origin {origin.name} ({article}), {origin.confidence}" if origin else "origin nobody",
        f"  {found.reasons.origin}",
        f"  named: {', '.join(found.origins) or 'nobody'}; outlets: {', '.join(found.outlets)}; lag {found.lag}",
        f"earliest {found.earliest.id}: {found.reasons.earliest}",
        f"  certain {found.order_certain}, may be {', '.join(one.id for one in found.tied) or 'all'}",
        f"representative {found.representative.id}: {found.reasons.representative}",
        f"canonical {found.canonical.id}: {found.reasons.canonical}",
    ]
    return "\n".join(lines)


def test_all_that_is_said_stands_in_the_fixture():
    told = "\n".join(
        f"## {heading}, {number}\n{said(answers(*members))}\n"
        for heading, some in CLUSTERS.items()
        for number, members in enumerate(some, 1)
    )
    if os.environ.get("ANSWERS") == "write":
        GOLDEN.write_text(told, encoding="utf-8")
    for got, known in zip(told.split("## "), GOLDEN.read_text(encoding="utf-8").split("## "), strict=True):
        assert got == known


@given(st.lists(st.none() | st.sampled_from([NINE, "2025-03-09", "2025-03-10", "2025-03"]), min_size=1, max_size=4))
def test_versions_came_out_with_the_first_of_them(written):
    times = [None if one is None else parse(one) for one in written]
    if None in times:
        assert joined(times) is None
    else:
        assert joined(times) == min(times, key=lambda time: (time.mid, time.hi))


def test_the_lead_is_from_the_end_of_the_first_to_the_beginning_of_the_next():
    first, day, later = parse(NINE), parse("2025-03-10"), parse("2025-03-12T00:00:00Z")
    order = order_of([later, day, first])
    assert (order.first, order.tied, order.certain) == (2, (2,), True)
    assert order.lead == day.lo - first.hi
    assert order_of([first]).lead == first.hi - first.hi
    assert order_of([first, parse("2025-03-09")]).lead is None
    assert order_of([first, None]).certain is False
    assert order_of([None, None]) == (None, (), False, None)
    assert order_of([day, day]).first == 0


def test_rules_put_members_in_order():
    plain = Member(id="m")
    worse_to_better = [
        {"is_carrier": True, "is_tied": True, "is_representative": True, "tokens": 9, "is_earliest": True},
        {},
        {"is_earliest": True},
        {"tokens": 9},
        {"is_representative": True},
        {"is_tied": True},
        {"is_origin": True, "is_carrier": True},
    ]
    keys = [dedup.by_origin(Member(id="m", **given)) for given in worse_to_better]
    assert all(worse > better for worse, better in pairwise(keys))
    assert plain == Member(id="m", is_origin=False, is_earliest=False, is_tied=False, is_representative=False,
                           is_carrier=False, tokens=0)  # fmt: skip
    assert dedup.longest(paper(POST)) == -len(paper(POST).text)
    assert dedup.longest(Article(id="a")) == 0
    assert dedup.earliest(Article(id="a")) > dedup.earliest(Article(id="a", published="9000-01-01"))
    early, late = (dedup.earliest(Article(id="a", published=when)) for when in (NINE, "2025-03-09"))
    assert early < late
    assert rules.prefer_sources("AP", "b").__name__ == "prefer_sources('AP', 'b')"


@pytest.mark.parametrize(
    ("name", "number"),
    [
        *[("Alden Post", 0), ("The Alden Post", 0), ("Alden Post Weekend", 0), ("Alden", None), ("AP", 1)],
        *[("AP News", 1), ("sill-courier", 2), ("sillcourier", 2), ("Omegas", None), ("Five", 5), ("Fives", None)],
        *[("Sixsix", 6), ("Sixsixes", 6), ("Nobody", None)],
        *[("南方", None), ("南方日报", 3), ("南方日报网", 3), ("南", None)],
    ],
)
def test_outlets_are_found_by_what_they_are_called(name, number):
    given = [("Alden Post", None), ("apnews.com", None), (None, "https://sill-courier.example/1"), ("南方日报", None)]
    found = Outlets(
        [Article(source=source, url=url) for source, url in [*given, ("Om", None), ("Five", None), ("Sixsix", None)]]
    )
    assert found.called(name) == number
