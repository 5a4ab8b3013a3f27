"""Who wrote a story, who was first, which copy is kept: by a table of small clusters, by laws, by a slow twin."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from answers_kit import AP, COURIER, GAZETTE, NINE, ORIGINS, POST, REUTERS, answers, paper
from hypothesis import given
from hypothesis import strategies as st
from stories import story

import dedup
from dedup.articles.article import Article
from dedup.articles.credits import Houses, agency_of_outlet, finding, look_at
from dedup.articles.credits.finding import find_credits
from dedup.articles.credits.scanning import NAMED
from dedup.articles.sites import belongs, domain_of, page_of
from dedup.articles.times import Interval, parse
from dedup.errors import ArgumentError
from dedup.stages.canonical import Outlets, answer, order_of

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))

import origins
from editmodel import bases, report

EXAMPLES = Path(__file__).parent.parent / "examples"
FLOORS = json.loads((Path(origins.__file__).parent / "floors.json").read_text(encoding="utf-8"))


def told(*members: Article) -> tuple[str | None, str | None]:
    """The name of the origin, and the id of its article."""
    origin = answers(*members).origin
    return (None, None) if origin is None else (origin.name, origin.article and origin.article.id)


@pytest.mark.parametrize(("members", "expected"), ORIGINS)
def test_origins(members, expected):
    assert told(*members) == expected


def test_confidence_falls_with_the_evidence():
    own = answers(paper(POST, REUTERS), paper("Reuters", REUTERS, url="https://www.reuters.com/x"))
    absent = answers(paper(POST, REUTERS), paper(COURIER))
    disputed = answers(paper(POST, REUTERS), paper(COURIER, AP), paper(GAZETTE, AP))
    first = answers(paper(POST, published=NINE), paper(COURIER, published="2025-03-09T10:00:00Z"))
    slip = answers(paper(POST, after="\n\n(AFP)"), *(paper(f"Paper {letter}") for letter in "abcdefg"))
    found = [one.origin.confidence for one in (own, absent, disputed, first)]
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == 4
    assert slip.origin.confidence < absent.origin.confidence


def test_all_credits_are_told_in_order():
    found = answers(paper(POST, "OSLO (NTB-AFP) - "), paper(COURIER))
    assert found.origins == ("NTB", "Agence France-Presse")
    assert found.origin.name == "NTB"
    assert "Agence France-Presse" in found.reasons.origin


def test_the_issuer_of_a_press_release_is_its_origin():
    release = "\n\nSOURCE Wendle Mills"
    found = answers(paper(POST, "/PRNewswire/ -- ", release), paper("PR Newswire", "/PRNewswire/ -- ", release))
    assert found.origin.name == "Wendle Mills"


def test_reasons_are_sentences_with_the_evidence():
    found = answers(paper(POST, REUTERS, published=NINE), paper(COURIER, published="2025-03-09"))
    assert "Reuters is credited by 1 of 2 outlets" in found.reasons.origin
    assert "PORT WENDLE, March 9 (Reuters)" in found.reasons.origin
    assert found.origin.reason == found.reasons.origin
    assert "tied with sill-courier" in found.reasons.earliest
    assert "the longest text" in found.reasons.representative
    assert found.reasons.canonical == "it is the earliest and the representative"
    nobody = answers(paper(POST), paper(COURIER))
    assert nobody.origin is None
    assert "nobody is credited" in nobody.reasons.origin
    assert "no member has a date" in nobody.reasons.earliest


def test_facts():
    found = answers(
        paper(POST, published="2025-03-09T11:30:00Z"), paper(COURIER, published=NINE), paper("Late Edition"),
        paper(POST, id="version", published="2025-03-09T12:00:00Z"),
    )  # fmt: skip
    assert found.outlets == (COURIER, POST, "Late Edition")
    assert found.lag == timedelta(hours=2, minutes=30)
    assert found.first_published == parse(NINE)
    assert [member.id for member in found.tied] == ["sill-courier"]
    assert not found.order_certain  # one has no date
    assert found.earliest.id == "sill-courier"


def test_a_lead_of_a_year_is_likelier_a_wrong_date():
    def certain(first: str) -> bool:
        return answers(paper(POST, published=first), paper(COURIER, published="2025-03-09T10:00:00Z")).order_certain

    assert certain(NINE)
    assert certain("2025-02-20T09:00:00Z")
    assert not certain("2024-03-09T09:00:00Z")
    found = answers(paper(POST, published="2024-03-09T09:00:00Z"), paper(COURIER, published=NINE))
    assert "364 days before all others" in found.reasons.earliest


def test_the_best_text_is_whole_and_of_an_outlet_that_writes():
    assert answers(paper(POST), paper(COURIER, after="\n\nMore.")).representative.id == "sill-courier"
    assert answers(paper(POST), paper(COURIER, after=" And ...")).representative.id == "alden-post"
    assert answers(paper("MSN", after="\n\nMore."), paper(POST)).representative.id == "alden-post"
    assert answers(paper("MSN"), paper(POST, text="A teaser …")).representative.id == "msn"


# Rules


def test_the_default_keeps_the_origin_then_the_earliest_then_the_best_text():
    agency = paper("Reuters", url=None, published="2025-03-09T12:00:00Z")
    early = paper(POST, published=NINE)
    long = paper(COURIER, after="\n\nMore.")
    assert answers(agency, early, long).canonical.id == "reuters"
    assert answers(early, long).canonical.id == "alden-post"
    assert answers(paper(POST), long).canonical.id == "sill-courier"
    # of two that are tied for the earliest the better text; a carrier last
    tied = paper(COURIER, after="\n\nMore.", published="2025-03-09")
    assert answers(early, tied).canonical.id == "sill-courier"
    assert answers(paper("MSN", published="2025-03-09T08:00:00Z"), early).canonical.id == "alden-post"


def test_preferred_sources():
    members = (paper(POST, published=NINE), paper("apnews.com", url=None), paper(COURIER, after="\n\nMore."))

    def kept(*sources: str) -> str:
        return answers(*members, rule=dedup.prefer_sources(*sources)).canonical.id

    assert kept("AP", "Sill Courier") == "apnews.com"
    assert kept("sill courier", "AP") == "sill-courier"
    assert kept("https://sillcourier.example") == kept("sillcourier.example") == "sill-courier"
    assert kept("Reuters") == answers(*members).canonical.id
    for wrong in ((), ("",), (3,)):
        with pytest.raises(ArgumentError, match="sources must be"):
            dedup.prefer_sources(*wrong)


def test_a_rule_of_ones_own_sees_what_was_found():
    members = (paper(POST, REUTERS), paper("Reuters", REUTERS, url=None), paper(COURIER, after=f"\n\n{story(4)}"))
    seen = []
    answers(*members, rule=lambda member: seen.append(member) or 0)
    assert [member.id for member in seen if member.is_origin] == ["reuters"]
    assert [member.id for member in seen if member.is_representative] == ["sill-courier"]
    assert all(isinstance(member, dedup.Member) and member.tokens > 10 for member in seen)
    kept = answers(*members, rule=lambda member: (member.is_origin, dedup.by_origin(member))).canonical
    assert kept.id != "reuters"
    assert answers(*members, rule=lambda _: 0).canonical.id == "alden-post"  # ties go to the least id
    found = answers(*members, rule=dedup.longest)
    assert found.reasons.canonical == "picked by the rule longest"


# Outlets


def outlet_numbers(*pairs: tuple[str | None, str | None]) -> list[int]:
    return Outlets([Article(source=source, url=url) for source, url in pairs]).of


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ((("Alden Post", None), ("alden post", None), ("The Alden Post", None)), [0, 0, 0]),
        ((("bbc.co.uk", None), ("www.bbc.co.uk", None), ("BBC News", "https://www.bbc.co.uk/news/1")), [0, 0, 0]),
        (((None, "https://m.post.example/1"), ("post.example", None)), [0, 0]),
        (((None, "https://a.blogspot.com/1"), (None, "https://b.blogspot.com/1")), [0, 1]),
        (((None, "https://a.co.uk/1"), (None, "https://b.co.uk/1")), [0, 1]),
        ((("AP", None), ("apnews.com", None), ("The Associated Press", "https://apnews.com/1")), [0, 0, 0]),
        # the address of another outlet in the place of one's own
        ((("Sill Courier", "https://sillcourier.example/1"), ("Coast 9", "https://sillcourier.example/1")), [0, 1]),
        (((None, None), (None, None)), [0, 1]),
    ],
)
def test_what_is_one_outlet(pairs, expected):
    assert outlet_numbers(*pairs) == expected


def test_domains_and_pages():
    assert domain_of("https://News.Example.co.uk:8080/a") == "example.co.uk"
    assert domain_of("https://a.b.example.com") == "example.com"
    assert domain_of("") == ""
    assert page_of("https://m.post.example/a/amp/?x=1#y") == page_of("http://www.post.example/a/")
    assert page_of("https://post.example/?id=1") != page_of("https://post.example/?id=2")
    assert belongs("Los Angeles Times", "latimes.com")
    assert belongs("The Guardian", "https://www.theguardian.com/x")
    assert not belongs("Alden Post", "https://www.msn.com/1")
    assert not belongs("Apple Daily", "ap.org")


def test_agencies_by_outlet():
    assert agency_of_outlet("AP", None).name == "The Associated Press"
    assert agency_of_outlet(None, "https://www.reuters.com/x").name == "Reuters"
    assert agency_of_outlet("Yahoo News", None).kind == "carrier"
    assert agency_of_outlet("Alden Post", "https://www.reuters.com/x") is None
    assert agency_of_outlet("Reuters", "https://news.google.com/rss/1").name == "Reuters"
    # a doubtful abbreviation whose own site is somebody else's
    assert agency_of_outlet("CNA", "https://www.channelnewsasia.com/1") is None


# Laws and twins


@given(st.lists(st.none() | st.tuples(st.integers(0, 60), st.integers(0, 30)), max_size=8))
def test_the_order_is_that_of_all_pairs(spans):
    zero = datetime(2025, 3, 4, tzinfo=UTC)
    hour = timedelta(hours=1)
    times = [
        None if span is None else Interval(zero + span[0] * hour, zero + (span[0] + span[1]) * hour, "exact", True)
        for span in spans
    ]
    order = order_of(times)
    dated = [place for place, time in enumerate(times) if time is not None]
    tied = [one for one in dated if not any(times[other].before(times[one]) for other in dated)]
    assert list(order.tied) == tied
    assert order.first in tied if dated else order.first is None
    certain = bool(dated) and all(
        time is not None and times[order.first].before(time) for place, time in enumerate(times) if place != order.first
    )
    assert order.certain == certain


ROWS = json.loads((files("dedup") / "data" / "agencies.json").read_text(encoding="utf-8"))["agencies"]
LINES = [row[key] for row in ROWS for key in ("match", "no_match")]
PIECES = st.sampled_from(
    [*LINES, "\n", "\n\n", " ", "By ", "(", ")", "AP", "NW", "© ", "Source: ", "first published by ", "Northern Wire",
     "(NW) - ", "Read more at nw.example", "“", "Ж", "Bakers met. ",
     "(Reporting by Ada Marsh; Editing by Jo Kerr)", "WENDLE (A.P.) - "]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=8).map("".join)


@given(TEXTS)
def test_the_first_look_loses_no_credit(text):
    quick = find_credits(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(finding, "named_in", lambda _: ("",))
        assert find_credits(text) == quick


@given(TEXTS)
def test_houses_are_found_with_and_without_a_first_look(text):
    houses = Houses([("Northern Wire", 1), ("nw.example", 2)])
    [look] = look_at([text], [(houses.names, 1)])
    assert houses.credited(replace(look, traits=NAMED)) == houses.credited(look)


SOURCES = st.sampled_from([None, "MSN", "Northern Wire", "Alden Post", "reuters.com", "AP", "نشرة", "Yahoo News"])
URLS = st.sampled_from(
    [None, "https://www.msn.com/1", "https://apnews.com/2", "https://aldenpost.example/3", "x", "//"]
)
DATES = st.sampled_from([None, NINE, "2025-03-09", "an hour ago", "2024-01-01", "None"])
MEMBERS = st.builds(
    Article, text=TEXTS, source=SOURCES, url=URLS, canonical_url=URLS, published=DATES, credit=URLS | SOURCES
)


@given(st.lists(MEMBERS, min_size=2, max_size=5))
def test_whatever_the_articles_say_the_answers_hold(found):
    members = [replace(member, id=f"a{n}") for n, member in enumerate(found)]
    got = answer(members, dedup.by_origin)
    ids = {member.id for member in members}
    assert {got.canonical.id, got.earliest.id, got.representative.id} <= ids
    assert all((got.reasons.canonical, got.reasons.earliest, got.reasons.representative, got.reasons.origin))
    assert got.order_certain <= (len(got.tied) == 1)
    if got.origin is not None:
        assert 0 < got.origin.confidence <= 1
        assert got.origin.name
        assert got.origins[0] == got.origin.name
        if got.origin.article is not None:
            assert got.origin.article.id in ids
            assert got.canonical.id == got.origin.article.id
            outlets = Outlets(members)
            outlet = outlets.found[outlets.of[int(got.origin.article.id[1:])]]
            assert not outlet.is_carrier or len(outlets.found) == 1


# Measured


@pytest.fixture(scope="module")
def measured():
    articles = bases.choose(bases.english(bases.read(EXAMPLES / "newsroom.jsonl")), None, 1)
    return origins.measure(articles, origins.QUICK, 1)


def test_the_quick_profile_holds_its_floors(measured):
    assert set(FLOORS[origins.NAME]["recall"]) == set(origins.AIMS)
    assert report.worse(origins.values(measured), FLOORS) == []
    assert measured.rates["origin"].total > 80


def test_confidences_claim_no_more_than_is_right(measured):
    said = sum(confidence * rate.total for confidence, rate in measured.worth.items())
    assert said <= sum(rate.hits for rate in measured.worth.values())


@pytest.mark.parametrize("said", [True, "true", "yes", "the-ferry"])
def test_a_word_is_no_address_of_the_original(said):
    text = "The ferry to Port Alden will run again on Monday, the harbour office said."
    sources = ("Coast 9", "Harbor Daily")
    articles = [{"id": one, "source": one, "text": text, "canonical": said} for one in sources]
    assert dedup.find_duplicates(articles).clusters[0].origin is None
