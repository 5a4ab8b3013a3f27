"""Credits at the end: trailers, source lines, contributors, copyright lines, sign-offs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dedup.articles.credits import naming
from dedup.articles.credits.agencies import table
from dedup.articles.credits.naming import Named
from dedup.articles.credits.spots import Spot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.articles.credits.windows import Line, Window

_DASHES = re.compile(r"[-\u2013—―]{1,3} ?")
_CLOSED = re.compile(r"(?:^|[.!?…\"'”»)。」』؟।] {0,2})[(/]([^()\[\]/\n]{1,60}(?:/[^()\[\]/\n]{1,20}){0,3})[)/]\.?$")
_DASHED = re.compile(r"[.!?…\"'”»)。] {1,2}[-\u2013—]{1,3} ?([^\W\d][^()\[\]\n.]{1,30}(?:\.\w{2,3}){0,2})$")
SOURCE = (
    "sources?|quellen?|fuentes?|fontes?|bron|kilder?|källa|lähde|zdroj|źródło|forrás|izvor|πηγή|источник|джерело|"
    "kaynak|sumber|nguồn|المصدر|منبع|出典|来源|來源|출처|स्रोत|সূত্র|crédito"
)
_SOURCE = re.compile(
    rf"(?i)(?:^|[.!?)»\"”。] {{0,2}})[(\[]?(?:{SOURCE}) {{0,3}}: {{0,3}}([^\n:()\[\]]{{2,80}}?)[)\]]?\.?$"
)
_WITH = re.compile(
    r"(?i)(?:\bwith (?:(?:additional|agency|agencies|some) )?"
    r"(?:inputs?|reporting|reports?|files?|contributions?|material) (?:from|by) |"
    r"\badditional reporting (?:by|from) |(?:^|[.!?] {0,2})contributing: |"
    r"\bcon (?:informaci[oó]n|datos|reportes?) de |\bmit (?:material|informationen|inhalten) (?:der|von|aus) |"
    r"\((?:[^()\n]{0,40} )?(?:avec|with|mit|con|med) (?!\w{1,15} (?:\w{1,15} )?(?:from|by|de|der|von|aus) ))"
    r"(?:the |la |l'|der )?([^()\n]{2,160})"
)
_HELPING = ("with ", "contribut", "reporting", "con ", "mit ", "avec ", "med ")
_CONTRIBUTED = re.compile(r" (?:also )?contributed (?:to|reporting|from)\b")
_SENTENCES = ("! ", "? ", "; ", ". The ", ". AP ", ". Associated ", ". Reuters ", ". AFP ")  # elsewhere names go on
_HOUSE = re.compile(
    r"\b(?:Associated Press|AP|Reuters)(?: \w{1,15})? (?:writers?|reporters?|correspondents?|journalists?)\b",
    re.IGNORECASE,
)
_SIGN = re.compile(
    r"(?<!mage )(?<!hoto )(?<!edia )(?<!ideo )(?:©|\([cC]\)|[cC]opyright|COPYRIGHT) ?"
    r"(?:(?:©|\([cC]\)|[cC]opyright|by|&|TM) ?){0,3}(?P<year>\d{4}(?:[-\u2013]\d{4})?[,.]? ?)?(?:by )?(?:[Tt]he )?"
)
_WORDS = re.compile(r"[^\s|;()©/]{1,30}(?: [^\s|;()©/]{1,30}){0,4}")
_DISTRIBUTED = re.compile(r"[^\n]{0,40}(?:Visit|Distributed|distributed)\b")
_RIGHTS = re.compile(r"[ .,]{0,3}(?:All|ALL|Visit|Distributed|Inc|LLC|Limited|Ltd|and|Todos|Tous|Alle|\d)")
_LAST = 400


def find(window: Window, names: tuple[str, ...]) -> Iterator[Spot]:
    """Find the credits of a tail; a line that has none of the names is passed over."""
    for number, line in enumerate(window.lines):
        words = window.text[line.start : line.end]
        if not any(map(words.__contains__, names)):
            continue
        below = window.lines[number + 1 :]
        # The first line of all is above the text, not below it.
        alone = line.begins and not (number == 0 and window.offset == 0)
        yield from _trailer(window, line, alone=alone, last=not below)
        yield from _source(window, line)
        yield from _contribution(window, line)
    yield from _copyright(window)
    for phrase in table().phrases:
        if phrase.needs not in window.text:
            continue
        for match in re.finditer(phrase.form, window.text, re.MULTILINE):
            kind = phrase.kind
            named = Named(phrase.agency, phrase.needs, 0)
            yield Spot(kind, named, match.start(), match.end(), 0.9)  # type: ignore[arg-type] # from the list of agencies


def _trailer(window: Window, line: Line, *, alone: bool, last: bool) -> Iterator[Spot]:
    words = window.text[line.start : line.end]
    if alone and len(words) <= 60:
        yield from _whole_line(words, line, last=last)
    end = words[-90:]
    base = line.end - len(end)
    match = _CLOSED.search(end)
    if match and not (match.start() == 0 and len(words) == len(end)):
        for named in _signed(match[1]):
            yield Spot("trailer", named, base + match.start(1) - 1, line.end, 0.75 if named.ambiguous else 0.9)
    match = _DASHED.search(end)
    if match:
        for named in _signed(match[1]):
            if not named.agency.newspaper:
                yield Spot("trailer", named, base + match.start(1), line.end, 0.7 if named.ambiguous else 0.85)


def _whole_line(words: str, line: Line, *, last: bool) -> Iterator[Spot]:
    bare = words
    dash = _DASHES.match(words)
    if dash:
        bare = words[dash.end() :]
    closed = len(bare) > 2 and bare[0] + bare[-1] in {"()", "[]", "//"}
    if bare[:1] == "/" and not closed and bare.count("/") == 2:  # /ritzau/AFP
        bare, closed = bare[1:].replace("/", ", ", 1), True
    credited = _signed(bare[1:-1] if closed and bare[0] in "([/" else bare)
    for named in credited:
        agency = named.agency
        sure = not (named.ambiguous or named.mark in agency.mute or (named.mark.endswith(".com") and not closed))
        if not (closed or dash or sure or named.mark in agency.alone):
            continue
        if agency.newspaper and not (closed and last):
            continue
        # A line of its own may belong to a picture; brackets and dashes are the agencies' own way.
        confidence = 0.9 if closed or dash else 0.7
        yield Spot("trailer", named, line.start, line.end, confidence if sure else round(confidence - 0.15, 2))


def _signed(content: str) -> list[Named]:
    """Read a sign at the end: an agency comes first, else "(Jane Roe/AFP)" would be one."""
    credited = naming.in_brackets(content)
    if credited and credited[0].position > 7:
        return []
    return (
        credited
        if credited and (credited[0].position == 0 or not content[:1].isupper() or content[:2].isupper())
        else []
    )


def _source(window: Window, line: Line) -> Iterator[Spot]:
    end = window.text[max(line.start, line.end - 110) : line.end]
    if ":" not in end:
        return
    match = _SOURCE.search(end)
    for named in naming.in_list(match[1]) if match else ():
        if named.mark not in named.agency.mute and not named.agency.newspaper:
            start = line.end - len(end) + (match.start() if match else 0)
            yield Spot("trailer", named, start, line.end, 0.85)


def _contribution(window: Window, line: Line) -> Iterator[Spot]:
    begin = max(line.start, line.end - _LAST)
    words = window.text[begin : line.end]
    small = words.lower()
    if not any(map(small.__contains__, _HELPING)):
        return
    for match in _WITH.finditer(words):
        for named in naming.in_list(re.split(r"\.(?: |$)", match[1], maxsplit=1)[0]):
            yield Spot("contribution", named, begin + match.start(), begin + match.end(), 0.6)
    done = 0
    for helped in _CONTRIBUTED.finditer(words):
        before = words[max(done, helped.start() - 250) : helped.start()]
        sentence = before[max(0, *(before.rfind(end) for end in _SENTENCES)) :].lstrip(".!?;_—* ")
        done = helped.end()
        house = _HOUSE.search(sentence)
        names = re.sub(r" \w{1,15}$", "", house.group()) if house else sentence
        for named in naming.in_list(names):
            if named.ambiguous and named.mark != "AP":  # among stations and initials
                continue
            # "AP writer J. Roe contributed" closes the agency's own stories, "The AP contributed" those of others.
            start = begin + helped.start() - len(sentence)
            yield Spot("contribution", named, start, begin + helped.end(), 0.7 if house else 0.5)


def _copyright(window: Window) -> Iterator[Spot]:
    begin = max(0, len(window.text) - _LAST)
    if not any(sign in window.text for sign in ("©", "(c)", "(C)", "opyright", "OPYRIGHT")):
        return
    known = table().by_name
    for sign in _SIGN.finditer(window.text, begin):
        match = _WORDS.match(window.text, sign.end())
        words = match.group().split(" ") if match else []
        for count in range(len(words), 0, -1):
            name = " ".join(words[:count])
            name = name if name in known or f"The {name}" in known else name.rstrip(".,")
            agency = known.get(name) or known.get(f"The {name}")
            if agency is None:
                continue
            rest = window.text[sign.end() + len(name) :][:80]
            if agency.newspaper:
                counts = bool(_DISTRIBUTED.match(rest))
            elif name in agency.ambiguous or name in agency.mute:
                counts = bool(re.match(r" {0,4}(?:[.,;)|\n]|$)", rest))
            else:
                counts = not re.match(r"\w| ?/ ?\w| [^\W\d_]", rest) or bool(_RIGHTS.match(rest))
            if counts:
                sure = bool(sign["year"] or _RIGHTS.match(rest))
                confidence = 0.6 if name in agency.ambiguous else 0.85 if sure else 0.7
                yield Spot("copyright", Named(agency, name, 0), sign.start(), sign.end() + len(name), confidence)
            break
