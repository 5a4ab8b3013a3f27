"""Where a text says that it comes from: "originally published by", "appeared first on", "read the full story at"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup.articles.credits import windows
from dedup.articles.credits.looking import joined, looked
from dedup.articles.credits.told import BY_RAREST, POINTING, TOLD, PointerKind, Told
from dedup.articles.credits.trailers import SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedup.articles.credits.looking import Look
    from dedup.articles.credits.windows import Line, Window


@dataclass(frozen=True, slots=True)
class Pointer:
    """A text's word about where it was published before.

    Attributes:
        kind: The shape: "published" (originally published by), "appeared" (the post ... appeared first on),
            "republished" (from, with permission of), "full-story" (read the full story at), "redistributed" (a
            distributor names whom it carries), "source" (a source line) and "issuer" (of a press release).
        name: Who published it, as written; None where only an address stands.
        url: The address or host that stands there, or None.
        where: The offset in the text.
        text: The evidence as it stands.
        confidence: How far the shape can be trusted, by judgement.
    """

    kind: PointerKind
    name: str | None
    url: str | None
    where: int
    text: str
    confidence: float


_SOURCE = re.compile(rf"(?i)[(\[]?(?:{SOURCE}|via|h/t) {{0,3}}: {{0,3}}(?P<who>[^\n()\[\]]{{2,100}}?)[)\]]?\.?$")
_ISSUER = re.compile(r"SOURCE {1,3}(?P<who>[A-ZÀ-Þ0-9][^\n:]{2,80})$")
_CARRIED = re.compile(r"\((?:MENAFN) ?[-\u2013] ?(?P<who>[^()\n]{2,60}?) ?(?:\(\w{2,8}\))?\)")
_LABEL = re.compile(rf"(?i)\s{{0,8}}(?:[(\[]?(?:{SOURCE}|via|h/t)\s{{0,3}}[:\uff1a]|SOURCE )")
_URL = re.compile(r"https?://[^\s<>\"')\]]{3,200}")
_HOST = re.compile(
    r"(?:www\.)?(?:[a-z0-9-]{1,40}\.){1,3}(?:[a-z]{2,12})(?:/[^\s<>\"')\]]{0,150})?(?![\w@])", re.IGNORECASE
)
_NAME = re.compile(
    r"(?:the |l'|la |le )?[\"'“«*_]{0,2}"
    r"(?P<name>[^\W_](?:[^.,:;()|\n\"”»*\[\]<>—\u2013]|\.(?=\w)|(?<=\bSt)\.|(?<=\b[A-Z])\.(?= [A-Z])){1,80})"
)
_STOP = re.compile(
    r" (?:under|with|on|in|at|as|where|when|here|for the|for more|by|since|before|after|- | -|via|[Mm]ore|"
    r"and (?:is|was|has|it|re\w{1,12}|appears?))(?: |$)"
)
# What follows "published in" and is no publisher: days, clocks, years, seasons, tongues.
_DAY = re.compile(
    r"(?i)(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?|(?:mon|tues|wednes|thurs|fri|satur|sun)day|noon|midnight)\b\.?(?: \d|[,.]|$)|"
    r"\d[\d:/.,-]{0,20}(?:st|nd|rd|th|am|pm)?(?:\W|$)|"
    r"(?:the (?:time|same|first|last|wake|summer|spring|fall|winter|early|late)|this|our|an?|its|his|her|my|their|"
    r"that|it|page|print|\w{1,12}ly) "
)
_TONGUES = frozenset(
    [
        "english",
        "french",
        "german",
        "spanish",
        "chinese",
        "arabic",
        "print",
        "full",
        "here",
        "error",
        "pdf",
        "u.s",
        "u.k",
        "us",
        "uk",
    ]
)


def find_pointers(text: str | Look | None) -> tuple[Pointer, ...]:
    r"""Find where a text says it was published before, in order of appearance; at its two ends only.

    >>> [pointer] = find_pointers("Flour is dear.\nThis article was originally published on The Crumb.")
    >>> pointer.kind, pointer.name
    ('published', 'The Crumb')
    """
    if not text:
        return ()
    found: dict[int, Pointer] = {}
    look = looked(text)
    if not look.labelled and POINTING.isdisjoint(look.met):
        return ()
    near = {place for word in look.met & BY_RAREST.keys() for place in BY_RAREST[word]}
    told = [one for one in map(TOLD.__getitem__, sorted(near)) if not any(map(look.met.isdisjoint, one.needs))]
    told = _near(told, look.data)
    carried = b"MENAFN" in look.met
    if not told and not carried and not _labelled(look):
        return ()
    if told or carried:
        for line in look.head.lines:
            for pointer in _in_line(look.text, look.head, line, told, at_end=False):
                found.setdefault(pointer.where, pointer)
    for line in look.tail.lines:
        for pointer in _in_line(look.text, look.tail, line, told, at_end=True):
            found.setdefault(pointer.where, pointer)
    return tuple(found[where] for where in sorted(found))


def _labelled(look: Look) -> bool:
    """Whether one of the last lines may name its source without a sentence."""
    if not look.labelled and b"SOURCE" not in look.met:
        return False
    lines = look.ends.rsplit("\n", 2 * windows.LINES)[1:]
    return any(map(_LABEL.match, [line for line in lines if ":" in line or "SOURCE " in line]))


def _near(told: Sequence[Told], data: bytes) -> list[Told]:
    """Return those of which some words stand together in a text."""
    if not told:
        return []
    letters = joined(data)
    return [one for one in told if any(near.search(letters) for near in one.near)]


def _in_line(
    text: str,
    window: Window,
    line: Line,
    told: Sequence[Told],
    *,
    at_end: bool,
) -> Iterator[Pointer]:
    words = window.text[line.start : line.end]
    matches: list[tuple[re.Match[str], PointerKind, float]] = []
    for _, _, form, kind, confidence in _near(told, words.encode("utf-8", "surrogatepass")):
        # A long line is a whole text: its sentences are looked at like lines.
        match = form.search(words)
        if match and not any(match["who"] in other["who"] or other["who"] in match["who"] for other, _, _ in matches):
            matches.append((match, kind, confidence))
    labelled = ":" in words or words.startswith("SOURCE")
    if labelled and at_end and line.begins and len(words) <= 140 and not matches:
        issuer, source = _ISSUER.match(words), _SOURCE.match(words)
        if issuer:
            matches.append((issuer, "issuer", 0.8))
        elif source and "," not in source["who"]:
            matches.append((source, "source", 0.5))
    carried = _CARRIED.match(words)
    if carried:
        matches.append((carried, "redistributed", 0.9))
    for match, kind, confidence in matches:
        name, url, length = _target(match["who"], whole=kind in {"issuer", "redistributed"})
        if name or url:
            first = match.start() + len(match.group()) - len(match.group().lstrip(".!?…\"'”»)]*_—\u2013-( "))
            start, end = window.place(line.start + first), window.place(line.start + match.start("who") + length)
            yield Pointer(kind, name, url, start, text[start:end], confidence)


def _target(who: str, *, whole: bool) -> tuple[str | None, str | None, int]:
    """Read the name or address at the beginning of some words; and how far it goes."""
    if whole:
        return who.strip(), None, len(who)
    near = who[:160]
    url = _URL.search(near)
    address = _HOST.match(near)
    if url and url.start() == 0:
        return None, url.group().rstrip(".,;"), len(url.group())
    if address and not address.group()[-1:].isdigit():
        return None, address.group().rstrip(".,;/"), len(address.group().rstrip(".,;/"))
    match = _NAME.match(near)
    if match is None or _DAY.match(near) or match["name"].casefold().split(" ")[0] in _TONGUES:
        return None, None, 0
    name = match["name"]
    cut = _STOP.search(name)
    name = (name[: cut.start()] if cut else name).strip(" -'")
    start = match.start("name")
    first = name.removeprefix("The ")
    if (
        not first
        or not (first[0].isupper() or first[0].isdigit() or not first[0].isascii())
        or len(name.split(" ")) > 8
    ):
        return None, None, 0
    link = url.group().rstrip(".,;") if url and url.start() < len(name) + 12 else None
    return name, link, start + len(name)
