"""Which agencies a few words name: the content of a bracket, a line, a list of contributors, a field."""

from __future__ import annotations

import re
from typing import NamedTuple

from dedup.articles.credits.agencies import Agency, table


class Named(NamedTuple):
    """An agency and the words that named it, at a position in what was read."""

    agency: Agency
    mark: str
    position: int

    @property
    def ambiguous(self) -> bool:
        """Whether the words mean other things as well."""
        return self.mark in self.agency.ambiguous


_BETWEEN = re.compile(r" ?[/,;+\u2013|•&] ?| (?:and|und|et|y|e|och|og|en|i|ve|with|-) ", re.IGNORECASE)
_SHORT = re.compile(r"[\w.&'©]{1,15}|[^\n]{0,12}\d[^\n]{0,4}")
_PICTURE = re.compile(
    r"(?i)photos?|foto|file|image|video|via|getty|pool|stringer|handout|caption|credit|archivo|ap photo"
)
_BEFORE = re.compile(r"(?:©|--?|[\u2013—]|(?:[Tt]he|THE|la|l'|der|die|von) )+ ?")
_STAFF = re.compile(
    r"(?i) (?:staff|staff report|staff reporter|staff writer|newsroom|news|news agency|news service|wire|wire service"
    r"|wires|writer|writers|reporter|correspondent|sports|desk|editors|online)$"
)


def in_brackets(content: str) -> list[Named]:
    """Read the content of a bracket, (AP), (dpa/xy), (NTB-AFP), (AP, Reuters), in order.

    The other parts must be as short as the marks of agencies and authors are, or dates; a part that speaks of a
    picture makes it a picture's credit, as do the names of people, for they are longer.
    """
    found, unknown = [], 0
    for part, position in _parts(content):
        named = _hyphened(part, position)
        found += named
        if not named:
            unknown += 1
            if unknown > 3 or not _SHORT.fullmatch(part) or _PICTURE.fullmatch(part):
                return []
    # "(Delhi, AA)" is two things; "(AP, Reuters)" and "(ats/xy)" are credits.
    if unknown and found and all(named.ambiguous for named in found) and re.search(r", | (?:and|und|et|y|e) ", content):
        return []
    return found


def in_list(content: str) -> list[Named]:
    """Read a list of anybody, "A. Baker in Rome, Reuters and dpa"; whoever is unknown is passed over."""
    return [named for part, position in _parts(content) for named in _hyphened(part, position)]


def in_field(value: str) -> list[Named]:
    """Read an author or credit field; without regard to case where a name cannot mean anything else."""
    known, found = table(), []
    for part, position in _parts(value[:400]):
        name = re.sub(r"(?i)^(?:by|from|source:|von|par|por|di) ", "", part).strip(" .()[]\"'")
        for spelling in (name, _STAFF.sub("", name)):
            agency = known.by_name.get(spelling) or known.by_folded.get(spelling.casefold())
            if agency is not None and spelling not in agency.mute:
                found.append(Named(agency, spelling, position))
                break
    return found


def whole(name: str) -> Agency | None:
    """Return the agency that exactly these words name."""
    known = table().by_name
    return known.get(name) or known.get(_BEFORE.sub("", name, count=1))


def _parts(content: str) -> list[tuple[str, int]]:
    """Cut a list into its parts, with their positions; a name that holds a separator stays whole."""
    stripped = content.strip(" ")
    if whole(stripped):
        return [(stripped, content.index(stripped))]
    parts, start = [], 0
    for match in _BETWEEN.finditer(content):
        parts.append((content[start : match.start()], start))
        start = match.end()
    parts.append((content[start:], start))
    return [(part.strip(" "), position) for part, position in parts if part.strip(" ")]


def _hyphened(part: str, position: int) -> list[Named]:
    agency = whole(part)
    if agency is not None:
        return [Named(agency, part if part in agency.names else _BEFORE.sub("", part, count=1), position)]
    if "-" not in part or len(part) > 40:
        return []
    pieces = part.split("-")
    found = [(whole(piece), piece) for piece in pieces]
    # "NTB-AFP" is two credits, "AP-led" and "Test-PA" are none.
    return [
        Named(agency, piece, position) for agency, piece in found if agency is not None and all(a for a, _ in found)
    ]
