"""Credits: every agency by its own lines, every shape by a table, laws, and texts made to be slow."""

# ruff: noqa: E501, RUF001 - the lines are in many scripts, as they stand in the news

from __future__ import annotations

import json
import re
from importlib.resources import files

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedup.articles.credits import (
    agency_named,
    agency_of_domain,
    find_credits,
    find_pointers,
    is_carrier,
    version_note,
)
from dedup.articles.credits.agencies import table
from dedup.articles.credits.windows import ends, head, tail

ROWS = json.loads((files("dedup") / "data" / "agencies.json").read_text(encoding="utf-8"))["agencies"]
KINDS = {"agency", "syndicate", "press-release", "republisher", "carrier"}


def credited(text: str, **fields: str) -> list[str]:
    return [credit.agency for credit in find_credits(text, **fields)]


def shapes(text: str, **fields: str) -> list[tuple[str, str]]:
    return [(credit.agency, credit.kind) for credit in find_credits(text, **fields)]


def named(text: str) -> set[str | None]:
    """Everyone a text names as its origin, be it by a credit or by a pointer."""
    return {*credited(text), *(pointer.name for pointer in find_pointers(text))}


@pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])
def test_every_agency_is_found_by_its_line_and_not_by_the_other(row):
    if row["kind"] == "carrier":
        assert is_carrier(row["match"])
        assert agency_of_domain(row["match"]).name == row["name"]
    else:
        assert row["name"] in named(row["match"])
    assert row["name"] not in named(row["no_match"])


@pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])
def test_every_row_is_whole(row):
    assert row["kind"] in KINDS
    assert len(row["country"]) == 2
    assert row["languages"]
    assert row["domains"]
    assert set(row.get("ambiguous", ())) <= set(row.get("marks", ()))
    for domain in row["domains"]:
        assert agency_of_domain(f"https://www.{domain}/item").name == row["name"]
    for _, needs, form in row.get("phrases", ()):
        assert not re.search(r"(?<!\\)[*+]", form), "every gap is bounded"
        assert needs


def test_a_name_belongs_to_one_agency():
    names = [(name, row["name"]) for row in ROWS for name in {*row.get("marks", ()), *row.get("names", ())}]
    assert len({name for name, _ in names}) == len(names)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # place, date, agency, in the dresses of several languages
        ("WENDLE, Ohio (AP) _ Bakers met.", ["The Associated Press"]),
        ("Wendelhafen (dpa/ab) - Die Bäcker trafen sich.", ["dpa"]),
        ("Puerto Wendle, 9 mar (EFE).- Los panaderos se reunieron.", ["Agencia EFE"]),
        ("WENDLE 09/03 (BELGA) = Les boulangers se sont réunis.", ["Belga"]),
        ("(ANSA) - PORTO WENDLE, 9 MAR - I fornai si incontrano.", ["ANSA"]),
        ("EFE.- Los panaderos se reunieron.", ["Agencia EFE"]),
        ("AGI - I fornai si incontrano a Wendle.", ["AGI"]),
        ("STT– Leipurit kokoontuivat.", ["STT"]),
        ("REUTERS: Bakers met in Wendle.", ["Reuters"]),
        ("ВЕНДЛ, 9 марта. /ТАСС/. Пекари встретились.", ["TASS"]),
        ("OLD WENDLE, March 9, 2025, SPA -- Bakers met.", ["Saudi Press Agency"]),
        ("Wendle [India], March 9 (ANI): Bakers met.", ["Asian News International"]),
        ("Wendle, Mar 9 (PTI) Bakers met.", ["Press Trust of India"]),
        ("新华社旧镇3月9日电 两家面包店合并。", ["Xinhua"]),
        ("（中央社記者某某舊鎮9日電）兩家麵包店合併。", ["Central News Agency"]),
        ("(옛골=연합뉴스) 빵집 두 곳이 합친다.", ["Yonhap"]),
        ("【旧町時事】二つのパン屋が一つになる。", ["Jiji Press"]),
        ("【3月9日 AFP】二つのパン屋が一つになる。", ["Agence France-Presse"]),
        ("[東京 9日 ロイター] - パン屋が一つになる。", ["Reuters"]),
        ("WENDLE, March 9 \uff08\uff21\uff26\uff30\uff09 - Bakers met.", ["Agence France-Presse"]),  # full width
        ("WENDLOV 9. brezna (C\u030cTK) - Pekaři se sešli.", ["ČTK"]),  # accents apart
        ("WENDLE, 9 (\u09b0\u09df\u099f\u09be\u09b0\u09cd\u09b8) - Bakers met.", ["Reuters"]),  # a letter with two spellings
        ("WENDLE, 9 (\u09b0\u09af\u09bc\u099f\u09be\u09b0\u09cd\u09b8) - Bakers met.", ["Reuters"]),
        ("Bakers met on Sunday\nMarch 9, 2025\nWENDLE, Ohio (AP) — Bakers met.", ["The Associated Press"]),
        ("Bakers meet off the coast Wendle, March 9 (IANS) Bakers met.", ["IANS"]),
        ("Food | 9 March | WENDLE, Ohio (AP) — Bakers met (again).", ["The Associated Press"]),
        ("Wendle de la Sierra (Mexico) (AFP) - Bakers met.", ["Agence France-Presse"]),
        # trailers
        ("Bakers met. (AFP)", ["Agence France-Presse"]),
        ("Bagerne mødtes.\n/ritzau/", ["Ritzau"]),
        ("Bakerne møttes.\n(©NTB)", ["NTB"]),
        ("Bakers met.\n--IANS", ["IANS"]),
        ("Pekaři se sešli.\nZdroj: ČTK", ["ČTK"]),
        ("面包师开会。\n来源：新华社", ["Xinhua"]),
        ("Die Bäcker trafen sich.\n© dpa-infocom, dpa:250309-99-123456/2", ["dpa"]),
        ("Bakers met.\nThe-CNN-Wire\n™ & © 2025 Cable News Network, Inc.", ["CNN", "CNN"]),
        ("Bakers met.\n© 2025 Wendle Gazette. Distributed by Tribune Content Agency", ["Tribune Content Agency"]),
        ("Bakers met.\n(Reporting by Ann Roe; Editing by Bo Doe)", ["Reuters"]),
        ("Bakers met.\n\nAP-WF-03-09-25 1200GMT", ["The Associated Press"]),
        ("Bakers met.\nCopyright 2025 The Associated Press. All rights reserved.", ["The Associated Press"]),
        # several, in order
        ("Altvik (NTB-AFP): Bakerne møttes.", ["NTB", "Agence France-Presse"]),
        ("Bakers met.\n(AP, Reuters)", ["The Associated Press", "Reuters"]),
        ("WENDLE (dpa) - Bakers met.\n© 2025 Wendle Gazette. Distributed by Tribune Content Agency", ["dpa", "Tribune Content Agency"]),
        ("By Ann Roe, Associated Press\nWENDLE (Reuters) - Bakers met.", ["The Associated Press", "Reuters"]),
    ],
)  # fmt: skip
def test_credits_in_their_order(text, expected):
    assert credited(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "A baker told Reuters that flour was dear.",
        "Flour is dear, according to the Associated Press.",
        "Bakers met.\nPhoto: Xinhua",
        "Bakers met.\n(Photo: Reuters)",
        "Bakers met.\nImage copyright Reuters",
        "빵집 두 곳이 합친다.\n[AP=연합뉴스]",
        "Bakers met.\n© AFP / Ann Roe",
        "Bakers met.\nAnn Roe/AFP",
        "Bakers met. (Ann Roe/AFP)",
        "Bakers met. (AP Photo/Ann Roe)",
        "WENDLE, Mo. (KMIZ) — Bakers met.",
        "Pakistan Tehreek-e-Insaf (PTI) - bakers met.",
        "Aam Aadmi Party (AAP) — bakers met.",
        "Wendle, Andhra Pradesh (AP) - bakers met.",
        "The American Psychological Association (APA) - a guide.",
        "Members of a bakers' party (PAP) - all of them - met.",
        "The mayor of Wendle said on Sunday (Reuters) that bakers met.",
        "Bakers met.\nAP",
        "Bakers met.\nRSS",
        "He works for the New Wendle news agency\n(KNA) said.",
        "Test-AP (Test-AP) - bakers met.",
        "",
    ],
)
def test_mentions_pictures_and_look_alikes_are_no_credits(text):
    assert credited(text) == []


def test_helpers_are_told_from_authors():
    assert shapes("Bakers met.\n(With inputs from PTI)") == [("Press Trust of India", "contribution")]
    assert shapes("Los panaderos.\n(Con información de EFE)") == [("Agencia EFE", "contribution")]
    assert shapes("Le pain. (avec AFP)") == [("Agence France-Presse", "contribution")]
    assert shapes("Das Brot.\n(mit Material der dpa)") == [("dpa", "contribution")]
    assert shapes("Bread.\nAnn Roe and The Associated Press contributed to this report.") == [
        ("The Associated Press", "contribution")
    ]


def test_a_single_word_above_a_text_is_a_weak_byline():
    [weak] = find_credits("Reuters\n\nBakers met in the town of Wendle.")
    [strong] = find_credits("By Ann Roe\nReuters\n\nBakers met in the town of Wendle.")
    assert (weak.kind, strong.kind) == ("byline", "byline")
    assert weak.confidence < 0.6 < strong.confidence


def test_fields_come_first_and_name_themselves():
    found = find_credits(
        "WENDLE (Reuters) - Bakers met.", author="Ann Roe, AP Staff", copyright="© 2025 dpa. All rights reserved"
    )
    assert [(credit.agency, credit.kind, credit.where) for credit in found] == [
        ("The Associated Press", "field", "author"),
        ("dpa", "field", "copyright"),
        ("Reuters", "dateline", 0),
    ]  # fmt: skip
    assert credited("", author="ASSOCIATED PRESS") == ["The Associated Press"]
    assert credited("", author="Ann Roe | reuters") == ["Reuters"]
    assert credited("", author="NA") == credited("", author="RSS") == credited("", author="Ann Roe") == []
    assert credited(None, credit="PTI") == ["Press Trust of India"]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("(CNN) — Bakers met.", "edition.cnn.com"),
        ("(CNN) — Bakers met.", "CNN"),
        ("WENDLE (Reuters) - Bakers met.", "https://www.reuters.com/world/item"),
        ("WENDLE, Ohio (AP) — Bakers met.", "apnews.com"),
        ("WENDLE, Ohio (AP) — Bakers met.", "AP News"),
        ("WENDLE (The New York Times) — Bakers met.", "New York Times"),
    ],
)
def test_its_own_credit_says_nothing(text, source):
    assert credited(text, source=source) == []
    assert credited(text, source="wendlegazette.example")


def test_a_language_rules_doubtful_marks_out():
    text = "WENDLE (AA) - Bakers met."
    assert credited(text) == credited(text, language="tr") == ["Anadolu Agency"]
    assert credited(text, language="nl") == []
    assert credited("WENDLE (Reuters) - Bakers met.", language="nl") == ["Reuters"]


def test_the_copy_of_the_title_is_passed_over():
    title = "A long headline about bakers who met on a Sunday (again), and what they said to each other then"
    assert credited(f"{title} WENDLE (Belga) - Bakers met.", title=title) == ["Belga"]


def test_evidence_stands_in_the_text_as_it_was_written():
    text = "\r\n  \r\nWENDLE,\u00a0March 9 (Reuters) \u2014 Bakers met.\r\n\r\n(AFP)\r\n"
    for credit in find_credits(text):
        assert text[credit.where :].startswith(credit.text)
    assert [credit.text for credit in find_credits(text)] == ["WENDLE,\u00a0March 9 (Reuters)", "(AFP)"]


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("UPDATE 2-Bakers meet", None, "update"),
        ("UPDATED: Bakers meet", None, "update"),
        ("CORRECTED-Bakers meet", None, "correction"),
        ("(CORRECTED) - Bakers meet", None, "correction"),
        ("REFILE-Bakers meet", None, "refile"),
        ("RPT-Bakers meet", None, "repeat"),
        ("WRAPUP 1-Bakers meet", None, "wrapup"),
        ("1ST LEAD: Bakers meet", None, "lead"),
        ("(2nd LD) Bakers meet", None, "lead"),
        ("3rd Ld-Writethru: Bakers meet", None, "writethru"),
        ("Bakers meet", "(Adds comment in paragraph 4)\nWENDLE (Reuters) - Bakers met.", "update"),
        ("Bakers meet", "WENDLE (AP)\nEds: Updates with quotes.", "update"),
        ("Bakers meet", "(In Feb. 3 story, corrects name of baker in lead)", "correction"),
        ("Bakers meet", "Updates with comment from bakers\nBakers met.", "update"),
        ("Bakers meet", "Updated: 9 March 2025\nBakers met.", None),
        ("Leads: bakers meet", "Adds bread to soup.", None),
        ("UPDATED timetable for bakers", "(Addis Ababa) Bakers met.", None),
        (None, None, None),
    ],
)
def test_version_notes(title, text, expected):
    assert version_note(title, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("This article was originally published on The Crumb.", ("published", "The Crumb", None)),
        ("This story originally appeared on crumb.example: Bakers meet", ("published", None, "crumb.example")),
        ("Bread.\nThis piece first appeared in the Wendle Gazette and is reproduced here.", ("published", "Wendle Gazette", None)),
        ("Story originally published by St. Wendle Post.", ("published", "St. Wendle Post", None)),
        ("The post Bakers meet appeared first on Wendle Gazette.", ("appeared", "Wendle Gazette", None)),
        ("Der Beitrag Brot erschien zuerst auf Wendel Bote.", ("appeared", "Wendel Bote", None)),
        ("L'article Pain est apparu en premier sur La Mie.", ("appeared", "La Mie", None)),
        ("Essay republished from The Conversation under an open licence.", ("republished", "The Conversation", None)),
        ("Reprinted with permission from Inside Bread.", ("republished", "Inside Bread", None)),
        ("Read the full story at https://crumb.example/bread.", ("full-story", None, "https://crumb.example/bread")),
        ("Read the full story at Wendle Gazette.", ("full-story", "Wendle Gazette", None)),
        ("(MENAFN - Wendle Gazette) Bakers met.", ("redistributed", "Wendle Gazette", None)),
        ("Bakers met.\nSource: Wendle Gazette", ("source", "Wendle Gazette", None)),
        ("Ovenco bakes bread.\n\nSOURCE Ovenco Inc.", ("issuer", "Ovenco Inc.", None)),
    ],
)  # fmt: skip
def test_pointers(text, expected):
    [pointer] = find_pointers(text)
    assert (pointer.kind, pointer.name, pointer.url) == expected
    assert text[pointer.where :].startswith(pointer.text)


@pytest.mark.parametrize(
    "text",
    [
        "This article was originally published on March 9, 2025.",
        "This article was originally published at 10:40 a.m.",
        "This story was first published in 2017.",
        "The ferry first appeared in fog.",
        "The paper republished its map.",
        "The post office appeared on the map.",
        "Essays first published in English.",
        "He quoted a source: the baker.",
        "",
    ],
)
def test_no_pointers(text):
    assert find_pointers(text) == ()


def test_look_ups():
    assert agency_of_domain("jp.reuters.com").name == "Reuters"
    assert agency_of_domain("notreuters.com") is agency_of_domain("") is agency_of_domain(None) is None
    assert is_carrier("https://news.yahoo.com/item")
    assert not is_carrier("apnews.com")
    assert agency_named("ap news") is agency_named("AP") is agency_of_domain("ap.org")
    assert agency_named("Wendle Gazette") is None


PIECES = [
    " ", "\n", "\r\n", "(", ")", "[", "【", "/", "-", "—", ".", "1", "2025", ",", "©", "AP", "(AP)", "Reuters", "A", "By ",
    "PLACE", "March 3 ", "TASS/", "SPA", "新华社", "日电", "共同】", "=연합뉴스)", "(Reporting by ", "; Editing by ", "source: ",
    "with files from ", " contributed to ", "Copyright ", "PTI AB", "UPDATE ", "Adds ", "the post ", "appeared first on ",
    "originally published by ", "read the full story at ", "SOURCE ", "http://a", "a.b.", "\u030c", "C\u030c", "\uff08", "\u200b",
]  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_hostile_texts_end(piece):
    for text in (piece * (100_000 // len(piece)), f"AP Reuters {piece * 5_000} Reuters AP"):
        find_credits(text, title=text[:300], author=text, credit=text, copyright=text, source=text)
        find_pointers(text)
        version_note(text, text)


def test_only_the_ends_are_read():
    body = "Bakers met in Wendle (Reuters) - as they do.\n" * 5_000
    assert len(ends(body)) < 2_000
    assert len(head(body).text) + len(tail(body).text) < 2_000
    assert credited(f"Bakers met.\n{body} So it ended.\n" + "They baked.\n" * 100) == credited(
        f"Bakers met.\n{body[:1500]}"
    )


TEXTS = st.one_of(
    st.text(max_size=200), st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=120).map("".join)
)


@given(TEXTS, st.none() | TEXTS)
@example("\u030c(AP)", None)
@example("-\n–\n(", "-")
def test_any_text_gives_evidence_that_stands_in_it(text, title):
    order = []
    for entry in (*find_credits(text, title=title), *find_pointers(text)):
        assert 0 <= entry.where < len(text)
        assert text[entry.where :].startswith(entry.text)
        assert entry.text
        assert 0 < entry.confidence < 1
    order = [credit.where for credit in find_credits(text, title=title)]
    assert order == sorted(order)
    version_note(title, text)


@given(TEXTS)
def test_any_field_is_read(value):
    for credit in find_credits(None, author=value, credit=value, copyright=value, source=value, language=value):
        assert credit.where in {"author", "credit", "copyright"}
    agency_of_domain(value)
    agency_named(value)


def test_names_of_carriers_are_no_credits():
    carriers = {agency.name for agency in table().agencies if agency.kind == "carrier"}
    assert carriers
    assert not carriers & {agency.name for agency in table().by_name.values()}
