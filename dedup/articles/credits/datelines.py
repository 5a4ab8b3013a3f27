"""Credits at the beginning: datelines in all their dresses, and bylines above them."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import islice
from typing import TYPE_CHECKING

from dedup.articles.credits import naming
from dedup.articles.credits.agencies import table
from dedup.articles.credits.naming import Named
from dedup.articles.credits.spots import Spot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.articles.credits.windows import Window

_BRACKET = re.compile(r"\(([^()\n]{1,80})\)|\[([^\[\]\n]{1,40})\]|【([^【】\n]{1,40})】")
_STRONG = re.compile(r" {0,4}(?:--?|\.[-\u2013—]|[\u2010-\u2015\u2212_=])")
_DASHED = re.compile(r"\w,? ?[-\u2013—]$")
_WEAK = re.compile(r" {0,4}(?:[:.]|\n|$)")
_ARTICLE = re.compile(
    r"(?:The(?! (?:Hague|Bronx|Woodlands|Dalles))|A|An|In|On|At|This|These|That|Those|It|He|She|If|As)\s"
)
# Words of sentences; a place, a state and a date hold none of them.
_PROSE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|said|says|told|reported|the|to|for|by|with|from|that|who|its|his|her"
    r"|of an?|of the|and the|according|accord|agency|vs)\b"
)
_MONTH_DAY = r"[A-Z][a-z]{2,8}\.? \d{1,2}(?:, \d{4})?|\d{1,2}(?:st|nd|rd|th)?\.? [^\W\d_]{3,9}\.?,?(?: \d{4})?"
_DATED = re.compile(rf"(?:\b[A-Z][\w.'-]{{1,20}}|\])[,.]? (?:{_MONTH_DAY}),? ?$")
_CAPITALS = re.compile(r"(?:^|[\s/.:>])[A-Z]{2}[A-Z .'/-]{1,30}(?:, [A-Z][\w.]{0,15}(?: [A-Z][\w.]{1,15})?)?,? ?$")
_SAID = re.compile(r" ?(?:reports?|reported|said|says|writes|wrote|news agency|сообщ|передает)")
_BY = re.compile(r"(?:By|BY|by|Von|Par|PAR|Por|POR|Di|Door|Av|Af|Oleh|Od) (.{2,90})")
_ENDS = (".", "!", "?", '"', "”", "»", "।")
_PERSON = re.compile(r"[A-Z][\w.'-]{0,20}(?: [A-Z][\w.'-]{0,20}){1,3}")
_LONGEST, _MOST = 90, 40  # characters before a bracket; brackets, for no prose has more
_WORD = re.compile(r"[^\W\d_][\w.'-]*")


def find(window: Window, names: tuple[str, ...]) -> Iterator[Spot]:
    """Find the credits of a head, of which all that names somebody holds one of the names."""
    yield from _brackets(window, names)
    yield from _bare(window, names)
    yield from _bylines(window)


def _brackets(window: Window, names: tuple[str, ...]) -> Iterator[Spot]:
    text, starts = window.text, [line.start for line in window.lines]
    for match in islice(_BRACKET.finditer(text), _MOST):
        at = bisect_right(starts, match.start()) - 1
        if at < 0 or match.start() >= window.lines[at].end:
            continue
        start = starts[at]
        content = match[match.lastindex or 0]
        if not any(map(content.__contains__, names)):
            continue
        prefix = text[start : match.start()]
        for named in _squared(match.group()[0], content, prefix):
            yield Spot("dateline", named, start, match.end(), 0.95)
        if match.group()[0] == "【" and prefix:
            continue
        credited = naming.in_brackets(content)
        if not credited or any(named.position == 0 and _unlike(named, prefix) for named in credited):
            continue
        rest = text[match.end() : match.end() + 8]
        doubtful = all(named.ambiguous for named in credited)
        confidence, begin = _dateline(prefix, rest, doubtful=doubtful)
        if confidence:
            for named in credited:
                yield Spot("dateline", named, start + begin, match.end(), confidence)


def _dateline(prefix: str, rest: str, *, doubtful: bool) -> tuple[float, int]:
    """Judge what stands around a bracket; 0 where it is no dateline, else confidence and where the place begins."""
    plain = prefix.strip()
    if not plain:
        return _opening(rest, doubtful=doubtful), 0
    strong = _STRONG.match(rest)
    if _DASHED.search(plain) and rest[:1] == " ":  # PLACE - (AGENCY) Text
        plain, strong = _DASHED.sub("", plain), _DASHED.search(plain)
    dated = _DATED.search(prefix[-60:])
    confidence = _after_place(plain, rest, strong=bool(strong), dated=bool(dated), doubtful=doubtful)
    if confidence:
        return confidence, 0
    if dated and not _SAID.match(rest):
        return (0.75 if doubtful else 0.85), max(0, len(prefix) - 60) + dated.start()
    capitals = strong and _CAPITALS.search(prefix[-70:])
    if capitals:
        return (0.8 if doubtful else 0.9), max(0, len(prefix) - 70) + capitals.start()
    return 0, 0


def _opening(rest: str, *, doubtful: bool) -> float:
    """Judge a bracket that opens a line."""
    if not _STRONG.match(rest) and rest[:1] in {"\n", ""}:  # a line of its own may be the credit of a picture
        return 0.6 if doubtful else 0.8
    goes_on = rest[:1] == " " and not rest[1:2].islower()  # "(KNA) said" is the rest of a sentence
    if not (goes_on or _STRONG.match(rest) or _WEAK.match(rest)):
        return 0
    return 0.85 if doubtful else 0.95


def _after_place(plain: str, rest: str, *, strong: bool, dated: bool, doubtful: bool) -> float:
    """Judge a bracket after the first words of a line, which should be a place and perhaps a date."""
    place = re.sub(r" ?\([^()]{1,30}\)$", "", plain)  # a country in brackets of its own
    if len(place) > (60 if doubtful else _LONGEST) or "(" in place or _ARTICLE.match(place):
        return 0
    prose, names = _PROSE.search(place), _name_like(place)
    if strong and not (prose and (doubtful or not names)):
        return 0.85 if doubtful else 0.95
    if prose:
        return 0
    if rest[:1].isupper() and not doubtful and place[:1].isupper() and names:
        return 0.85
    if _WEAK.match(rest) and (dated or not place.endswith(_ENDS)):
        shown = place.split(",")[0].isupper() if rest[:1] in {"\n", ""} else any(char.isdigit() for char in place)
        if shown or (not doubtful and names):
            return 0.8 if doubtful else 0.9
    return 0


def _name_like(place: str) -> bool:
    """Whether most words begin with a capital, or have none to begin with."""
    words: list[str] = _WORD.findall(place)
    return sum(word[0].islower() for word in words) * 2 <= len(words)


def _unlike(named: Named, prefix: str) -> bool:
    """Whether the bracket holds the abbreviation of the words before it, "Aam Aadmi Party (AAP)"."""
    place = prefix.rstrip()
    if any(place.endswith(words) for words in named.agency.unlike):
        return True
    if not named.ambiguous or len(named.mark) < 3:
        return False
    words = [word for word in re.split(r"[ -]", place[-90:]) if word]
    capitals = "".join(word[0] for word in words if not word[0].islower())
    initials = "".join(word[0] for word in words)
    mark = named.mark.upper()
    return initials.upper().endswith(mark) or capitals.upper().endswith(mark)


def _squared(opening: str, content: str, prefix: str) -> Iterator[Named]:
    """Read (place=agency), [place date agency] and 【place agency】."""
    mark = next((mark for mark in table().square if content.endswith(mark) and content != mark), None)
    if mark is None or (mark.isascii() and opening != "【"):
        return
    before = content[: -len(mark)].strip()
    if before.endswith("="):
        # 【AP=...】 is a picture that another agency sent on.
        if len(prefix) > 120 or naming.whole(before[:-1].strip()):
            return
    elif prefix.strip():
        return
    yield Named(table().by_shape[mark], mark, 0)


def _bare(window: Window, names: tuple[str, ...]) -> Iterator[Spot]:
    """Find the marks that need no bracket: first, between slashes, after place and date, before place and day."""
    known, text = table(), window.text
    for line in window.lines:
        if not any(map(text[line.start : line.end].__contains__, names)):
            continue
        for form, kind in ((known.first, 0.85), (known.filed, 0.95)):
            match = form.match(text, line.start, line.end)
            if match and not match.group().endswith("\n"):
                named = Named(known.by_shape[match[1]], match[1], 0)
                yield Spot("dateline", named, line.start, match.end(), 0.7 if named.ambiguous else kind)
        match = known.slash.search(text, line.start, min(line.end, line.start + 200))
        if match and match.start() - line.start <= 160 and text[match.start() : match.end()].count("/") > 1:
            yield Spot("dateline", Named(known.by_shape[match[1]], match[1], 0), line.start, match.end(), 0.95)
        match = known.after.search(text, line.start, min(line.end, line.start + 110))
        if match and _placed(text[line.start : match.start()], text[match.end() : match.end() + 12]):
            named = Named(known.by_shape[match[1]], match[1], 0)
            yield Spot("dateline", named, line.start, match.end(), 0.7 if named.ambiguous else 0.9)


def _placed(before: str, rest: str) -> bool:
    """Whether a bare mark stands where only the end of a dateline stands."""
    joined = re.search(r"(?:[,،.\u2013—-]|\d{4}(?: ?م ?،?)?|\d,?) ?$", before)
    if not 2 < len(before.strip()) <= 80 or not joined or _PROSE.search(before):
        return False
    if _SAID.match(rest):
        return False
    dated = re.search(r"\d[,،]? ?(?:م ?)?[\u2013—-]? ?$", before)
    return bool(re.match(r" ?(?:[-\u2013—:.]{1,3}(?: |[^\W\d_])|$|\n)", rest)) or bool(dated and rest[1:2].isupper())


def _bylines(window: Window) -> Iterator[Spot]:
    above = ""  # what the line above is: "by", "person" or nothing
    for number, line in enumerate(window.lines):
        words = window.text[line.start : line.end]
        match = _BY.fullmatch(words) if len(words) <= 100 else None
        confidence, credited = 0.95, _writers(match[1]) if match else []
        if not match and len(words) <= 60 and (number == 0 or above):
            credited, confidence = _alone(words, above)
        if not credited and not match and len(words) <= 80 and re.search(r" (?:Writer|Correspondent)s?$", words):
            credited = [named for named in naming.in_list(words) if " " in named.mark]
        for named in credited:
            doubtful = named.ambiguous or named.agency.newspaper
            yield Spot("byline", named, line.start, line.end, min(confidence, 0.85) if doubtful else confidence)
        above = "by" if match else "person" if number == 0 and _PERSON.fullmatch(words) else ""


def _alone(words: str, above: str) -> tuple[list[Named], float]:
    """Judge a name alone on a line, which credits a picture but below the writer's, or in full as the first."""
    agency = naming.whole(words)
    if agency is None or words in agency.mute or agency.newspaper or (words in agency.ambiguous and above != "by"):
        return [], 0
    if above == "by":
        return [Named(agency, words, 0)], 0.95
    full = " " in words
    return ([Named(agency, words, 0)], 0.85 if full else 0.5) if full or not above else ([], 0)


def _writers(words: str) -> list[Named]:
    """Read what follows "By": agencies, or a writer and the agency she works for."""
    credited = naming.in_field(words)
    if not credited and "," not in words:
        last = words.split(" ")
        for count in range(min(5, len(last) - 1), 0, -1):
            name = " ".join(last[-count:])
            agency = naming.whole(name)
            if agency is not None and name not in agency.ambiguous and not agency.newspaper:
                return [Named(agency, name, 0)]
    return [named for named in credited if not (named.agency.newspaper and len(credited) > 1)]
