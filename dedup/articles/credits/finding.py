"""All credits of an article, in order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup.articles.credits import datelines, naming, trailers, windows
from dedup.articles.credits.agencies import CAPITAL_WORD, Agency, is_self, table
from dedup.articles.credits.looking import looked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.articles.credits.looking import Look
    from dedup.articles.credits.spots import CreditKind, Spot
    from dedup.articles.credits.windows import Window


@dataclass(frozen=True, slots=True)
class Credit:
    """An agency that an article names as its author, or as one of them.

    Attributes:
        agency: Its name in the list; ``agency_named`` has the rest.
        kind: The shape. A "contribution" names helpers ("with files from AFP"), all others the author.
        where: The offset in the text, or the name of the field.
        text: The evidence as it stands.
        confidence: How far the shape can be trusted, by judgement.
    """

    agency: str
    kind: CreditKind
    where: int | str
    text: str
    confidence: float


def find_credits(
    text: str | Look | None,
    *,
    title: str | None = None,
    author: str | None = None,
    credit: str | None = None,
    copyright: str | None = None,  # noqa: A002 - it is the name of the field
    source: str | None = None,
    language: str | None = None,
) -> tuple[Credit, ...]:
    """Find the agencies an article is credited to: those in its fields, then those in its text in order.

    A closed list in whole shapes at the two ends of the text: who is merely mentioned is not credited, nor is
    the maker of a picture. The cost does not grow with the text.

    Args:
        text: The body, or a look at it.
        title: The headline; where the body begins with a copy, the search begins after it.
        author: Who wrote it, as given.
        credit: Who provided it, as given.
        copyright: Who holds the rights, as given.
        source: The outlet, by name, domain or address: its own credit says nothing about copying and is left out.
        language: The language of the text, if known: doubtful marks of agencies that do not write in it are left out.

    >>> [credit] = find_credits("PORT WENDLE, March 9 (Reuters) - Two bakeries agreed to merge.")
    >>> credit.agency, credit.kind, credit.text
    ('Reuters', 'dateline', 'PORT WENDLE, March 9 (Reuters)')
    """
    fields = {"author": author, "credit": credit, "copyright": copyright}
    found = [entry for name, value in fields.items() if value for entry in _field(name, value)]
    if text:
        found += _in_text(looked(text), title, (language or "").casefold()[:2])
    kept = [(agency, entry) for agency, entry in found if not is_self(agency, source)]
    return tuple(entry for _, entry in kept)


_RIGHTS = re.compile(
    r"(?i)©|\(c\)|copyright|\b(?:19|20)\d\d(?:[-\u2013]\d{2,4})?\b|[.,]? ?all rights reserved.{0,400}|^ *by (?=\w)"
)


def _field(name: str, value: str) -> Iterator[tuple[Agency, Credit]]:
    words = windows.fold(value[:500])
    seen = set()
    for named in naming.in_field(_RIGHTS.sub(" ", words) if name == "copyright" else words):
        if named.agency.name not in seen:
            seen.add(named.agency.name)
            confidence = 0.8 if named.ambiguous else 0.95
            yield named.agency, Credit(named.agency.name, "field", name, value[:200], confidence)


def _in_text(look: Look, title: str | None, language: str) -> list[tuple[Agency, Credit]]:
    names = named_in(look)
    if not names:
        return []
    spots: list[tuple[Window, Spot]] = []
    if any(map(look.ends[: windows.REACH].__contains__, names)):
        head = windows.below_title(look.head, title)
        spots += [(head, spot) for spot in datelines.find(head, names)]
    if any(map(look.ends[-windows.REACH :].__contains__, names)):
        spots += [(look.tail, spot) for spot in trailers.find(look.tail, names)]
    best: dict[tuple[str, int], tuple[int, int, float, Credit]] = {}
    ends: dict[str, tuple[int, int, tuple[str, int]]] = {}
    for window, spot in sorted(spots, key=lambda item: (item[0].place(item[1].start), item[1].named.position)):
        agency = spot.named.agency
        if spot.named.ambiguous and language and language not in agency.languages:
            continue
        start = spot.start + len(window.text[spot.start : spot.end]) - len(window.text[spot.start : spot.end].lstrip())
        start, end = window.place(start), window.place(spot.end)
        credit = Credit(agency.name, spot.kind, start, look.text[start:end], spot.confidence)
        key = (agency.name, start)
        last = ends.get(agency.name)
        if last is not None and start < last[1]:  # two shapes met in one place: the surer one stays
            key = last[2]
        if key not in best or best[key][2] < spot.confidence:
            best[key] = (start, spot.named.position, spot.confidence, credit)
        ends[agency.name] = (start, max(end, last[1] if last else 0), key)
    ordered = sorted(best.values(), key=lambda entry: entry[:2])
    return [(agency_of_credit(entry[3]), entry[3]) for entry in ordered]


def agency_of_credit(credit: Credit) -> Agency:
    """Return the agency that a credit names."""
    return table().by_title[credit.agency]


def named_in(look: Look) -> tuple[str, ...]:
    """Return what of the names of the list occurs at the ends of a text, at least in part; most texts are done here."""
    known, ends = table(), look.ends
    found: list[str] = []
    for run in known.runs & look.met:
        sought = known.by_ascii[run]
        if sought:
            found += [name for name, runs in sought if runs <= look.met and name in ends]
        else:
            found.append(run.decode())
    if not known.short_names.isdisjoint(found) and not known.short.search(ends):
        found = [name for name in found if name not in known.short_names]
    if look.foreign:
        for word in known.by_words.keys() & set(CAPITAL_WORD.findall(ends)):
            names = known.by_words[word]
            found += [name for name in names if name in ends] if names else [word]
        found += [name for name in known.unspaced if name in ends]
    return tuple(found)
