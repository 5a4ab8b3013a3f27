"""Small clusters of one text, as outlets carry it: members, and whom they should name as their origin."""

from __future__ import annotations

from stories import story

import dedup
from dedup.articles.article import Article
from dedup.stages.canonical import Answers, answer

BODY = story(3)
REUTERS, AP = "PORT WENDLE, March 9 (Reuters) - ", "PORT WENDLE (AP) — "
NINE = "2025-03-09T09:00:00Z"


def paper(name: str, before: str = "", after: str = "", **fields: str | None) -> Article:
    """An article of a made-up outlet with the same text as all others, and what its desk put around it."""
    given = {
        "id": name.lower().replace(" ", "-"),
        "source": name,
        "url": f"https://www.{name.lower().replace(' ', '')}.example/ferry",
        "text": f"{before}{BODY}{after}",
    }
    return Article(**{**given, **fields})


def answers(*members: Article, rule=dedup.by_origin) -> Answers:
    """All answers of a cluster."""
    return answer(sorted(members, key=lambda member: member.id), rule)


POST, COURIER, GAZETTE = "Alden Post", "Sill Courier", "Tarrow Gazette"
ORIGINS = [
    # credits: the agency outside of the cluster, never the first who carries it
    ((paper(POST, REUTERS, published=NINE), paper(COURIER)), ("Reuters", None)),
    ((paper(POST, REUTERS), paper("Reuters", REUTERS, url="https://www.reuters.com/x")), ("Reuters", "reuters")),
    ((paper(POST, AP), paper("apnews.com", AP, url=None)), ("The Associated Press", "apnews.com")),
    ((paper(POST, author="Associated Press"), paper(COURIER)), ("The Associated Press", None)),
    ((paper(POST, credit="AFP"), paper(COURIER)), ("Agence France-Presse", None)),
    ((paper(POST, after="\n\n(AFP)"), paper(COURIER, after="\n\n(AFP)")), ("Agence France-Presse", None)),
    # of the versions in one outlet the longest speaks
    ((paper(POST, id="a"), paper(POST, REUTERS, id="b"), paper(COURIER)), ("Reuters", None)),
    # a helper is none, nor is a mention
    ((paper(POST, after="\n\nWith files from AFP"), paper(COURIER)), (None, None)),
    ((paper(POST, "The baker told Reuters so. "), paper(COURIER)), (None, None)),
    # two agencies, one voice each: nobody; the dates then speak with little weight
    ((paper(POST, REUTERS), paper(COURIER, AP)), (None, None)),
    ((paper(POST, REUTERS), paper(COURIER, AP), paper(GAZETTE, AP)), ("The Associated Press", None)),
    # an agency among the outlets, and one that no list knows but that signs its dateline
    ((paper(POST), paper("Reuters", url=None)), ("Reuters", "reuters")),
    ((paper(POST), paper("Northern Wire", "WENDLE (NW) - ")), ("Northern Wire", "northern-wire")),
    ((paper(POST, "WENDLE (NW) - "), paper("Northern Wire")), ("Northern Wire", "northern-wire")),
    ((paper(POST, "By Northern Wire\n\n"), paper("Northern Wire")), ("Northern Wire", "northern-wire")),
    ((paper(POST, after="\n\n© 2025 Northern Wire"), paper("Northern Wire")), ("Northern Wire", "northern-wire")),
    # a station is no agency, for nobody of that name is there
    ((paper(POST, "WENDLE (KMIZ) - "), paper(COURIER)), (None, None)),
    # pointers, by address and in words, to a member and beyond
    ((paper(POST, canonical_url="https://sillcourier.example/ferry"), paper(COURIER)), (COURIER, "sill-courier")),
    ((paper(POST, canonical_url="https://www.aldenpost.example/f"), paper(COURIER)), (None, None)),
    ((paper(POST, canonical_url="https://far.example/a"), paper(COURIER)), ("far.example", None)),
    ((paper(POST, credit="https://sillcourier.example/ferry"), paper(COURIER)), (COURIER, "sill-courier")),
    ((paper(POST, url="https://sillcourier.example/ferry"), paper(COURIER)), (COURIER, "sill-courier")),
    ((paper(POST, after="\n\nThis article originally appeared on Sill Courier."), paper(COURIER)),
     (COURIER, "sill-courier")),
    ((paper(POST, after="\n\nThe post Ferry appeared first on The Crumb."), paper(COURIER)), ("The Crumb", None)),
    # followed to the end: the page that is pointed to credits an agency, or points on
    ((paper(POST, after="\n\nThe post Ferry appeared first on Sill Courier."), paper(COURIER, REUTERS)),
     ("Reuters", None)),
    ((paper(POST, canonical_url="https://sillcourier.example/ferry"),
      paper(COURIER, canonical_url="https://tarrowgazette.example/ferry"), paper(GAZETTE)),
     (GAZETTE, "tarrow-gazette")),
    ((paper(POST, canonical_url="https://sillcourier.example/ferry"),
      paper(COURIER, canonical_url="https://aldenpost.example/ferry")), (None, None)),
    # what an agency has too was not written by a paper that others took it from
    ((paper(POST, after="\n\nThe post Ferry appeared first on Sill Courier."), paper(COURIER),
      paper("Reuters", url=None)), ("Reuters", "reuters")),
    # carriers
    ((paper("MSN", url="https://www.msn.com/1"), paper(POST)), (None, None)),
    ((paper("MSN", url="https://www.msn.com/1", published=NINE),
      paper(POST, published="2025-03-09T10:00:00Z")), (POST, "alden-post")),
    ((paper(POST, canonical_url="https://www.msn.com/1"), paper(COURIER)), (None, None)),
    ((paper("MSN", id="a"), paper("MSN", id="b")), ("MSN", "a")),
    # versions in one outlet are a chain: no syndication, and the first is named
    ((paper(POST, id="b", published=NINE), paper(POST, id="a", published="2025-03-09T10:00:00Z")), (POST, "b")),
    ((paper(POST, id="a", source=None), paper(POST, id="b", source=None)), ("aldenpost.example", "a")),
    # time, where nothing else tells
    ((paper(POST, published=NINE), paper(COURIER, published="2025-03-09T10:00:00Z")), (POST, "alden-post")),
    ((paper(POST, published=NINE), paper(COURIER, published="2025-03-09")), (None, None)),
    ((paper(POST, published=NINE), paper(COURIER)), (None, None)),
    ((paper(POST, published="2024-03-09"), paper(COURIER, published=NINE)), (None, None)),
]  # fmt: skip
