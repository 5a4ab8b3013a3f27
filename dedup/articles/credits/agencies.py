"""The closed list of agencies, and the look-ups in it. The file `data/agencies.json` says what its keys mean."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple

from dedup.articles.sites import belongs, host_of, is_address, squash

AgencyKind = Literal["agency", "syndicate", "press-release", "republisher", "carrier"]
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Agency:
    """One agency of the list.

    Attributes:
        name: What it is called in answers.
        kind: What it does with stories; a carrier never wrote the ones it shows.
        languages: Those it writes in.
        domains: Its sites, without "www".
        marks: What stands for it in datelines and trailers.
        names: What stands for it in bylines and fields; the marks and the name are among them.
        ambiguous: Marks that mean something else as well.
        alone: Ambiguous marks that may stand alone at the end all the same.
        mute: Names that count within brackets only.
        unlike: What before a mark shows that something else is meant.
        newspaper: Whether its name also stands in articles that it did not write.
    """

    name: str
    kind: AgencyKind
    languages: frozenset[str]
    domains: tuple[str, ...]
    marks: tuple[str, ...]
    names: frozenset[str]
    ambiguous: frozenset[str] = _NONE
    alone: frozenset[str] = _NONE
    mute: frozenset[str] = _NONE
    unlike: tuple[str, ...] = ()
    newspaper: bool = False


class Sought(NamedTuple):
    """A name or phrase, and the runs of ASCII letters and digits of which it wholly consists or that it holds."""

    name: str
    runs: frozenset[bytes]


class Phrase(NamedTuple):
    """An expression of one agency alone, tried only where the plain words `needs` occur."""

    agency: Agency
    kind: str
    needs: str
    form: str


class Table(NamedTuple):
    """All agencies, as the shapes need them."""

    agencies: tuple[Agency, ...]
    by_title: dict[str, Agency]  # what they are called in answers
    by_name: dict[str, Agency]  # marks and names, as written
    by_folded: dict[str, Agency]  # the same for those that are not ambiguous, without regard to case
    by_shape: dict[str, Agency]  # the marks of the five shapes below, which are no names elsewhere
    by_domain: dict[str, Agency]
    carriers: dict[str, Agency]  # squashed
    by_words: dict[str, tuple[str, ...]]  # a word with a capital -> the names it is part of; () if it is one
    by_ascii: dict[bytes, tuple[Sought, ...]]  # by a run of ASCII in them, what to look for; nothing if it is enough
    runs: frozenset[bytes]  # its keys
    short_names: frozenset[str]  # the shortest names without capitals: parts of many words, so in their place only
    short: re.Pattern[str]
    unspaced: tuple[str, ...]  # names in scripts without spaces, which are no words of their own
    first: re.Pattern[str]
    after: re.Pattern[str]
    slash: re.Pattern[str]
    filed: re.Pattern[str]
    square: tuple[str, ...]
    phrases: tuple[Phrase, ...]


_WORD = re.compile(r"\w+")
CAPITAL_WORD = re.compile(r"(?:[A-Z]|[^\W\x00-\x7f])\w*")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SHAPES = ("first", "after", "slash", "filed", "square")


@cache
def table() -> Table:
    """Read the list; once, for it takes some milliseconds."""
    rows = json.loads((files("dedup") / "data" / "agencies.json").read_text(encoding="utf-8"))["agencies"]
    agencies = tuple(_agency(row) for row in rows)
    by_name = {name: agency for agency in agencies for name in agency.names if agency.kind != "carrier"}
    shapes = {shape: [mark for row in rows for mark in row.get(shape, ())] for shape in _SHAPES}
    by_shape = {
        mark: agency
        for row, agency in zip(rows, agencies, strict=True)
        for shape in _SHAPES
        for mark in row.get(shape, ())
    }
    phrases = tuple(
        Phrase(agency, kind, needs, form)
        for row, agency in zip(rows, agencies, strict=True)
        for kind, needs, form in row.get("phrases", ())
    )
    unspaced = tuple(name for name in (*by_name, *by_shape) if _UNSPACED.search(name))
    by_words, by_ascii, short_names = _triggers(
        list(dict.fromkeys([*by_name, *by_shape, *(phrase.needs for phrase in phrases)]))
    )
    return Table(
        agencies,
        {agency.name: agency for agency in agencies},
        by_name,
        {
            name.casefold(): agency
            for name, agency in by_name.items()
            if name not in agency.ambiguous and name not in agency.mute
        },
        by_shape,
        {domain: agency for agency in agencies for domain in agency.domains},
        {squash(name): one for one in agencies if one.kind == "carrier" for name in (one.name, *one.names)},
        by_words,
        {run: tuple(_sought(name) for name in held) for run, held in by_ascii.items()},
        frozenset(by_ascii),
        short_names,
        re.compile(rf"[(/:\u2013-] ?(?:{'|'.join(sorted(short_names))})\b"),
        unspaced,
        re.compile(rf"({_union(shapes['first'])}) ?(?:\.?[-\u2013—]{{1,2}}|:) ?(?=[^\s\d])"),
        re.compile(rf"(?<!\w)({_union(shapes['after'])})(?!\w)"),
        re.compile(rf"/ ?(?:\w{{4}}\. )?({_union(shapes['slash'])})(?:-[\w-]{{1,30}})?(?:/(\w{{1,12}}))? ?(?:/|$)"),
        re.compile(rf"[^\n]{{0,6}}?({_union(shapes['filed'])})[^\n,。]{{1,24}}?\d{{1,2}}日?[电電讯訊]"),
        tuple(shapes["square"]),
        phrases,
    )


def agency_of_domain(host: str | None) -> Agency | None:
    """Return the agency whose site a host belongs to, or None.

    Args:
        host: A host name, with or without subdomains, or a whole address.
    """
    parts = host_of(host or "").split(".")
    found = table().by_domain
    return next((found[d] for d in (".".join(parts[i:]) for i in range(min(len(parts), 8))) if d in found), None)


def is_carrier(host: str | None) -> bool:
    """Whether a host is that of a carrier, which shows stories and writes none (MSN, Yahoo)."""
    agency = agency_of_domain(host)
    return agency is not None and agency.kind == "carrier"


def agency_named(name: str | None) -> Agency | None:
    """Return the agency with exactly this name, mark or other spelling, without regard to case; or None."""
    name = " ".join((name or "")[:200].split())
    known = table()
    return known.by_name.get(name) or known.by_folded.get(name.casefold())


def is_self(agency: Agency, source: str | None) -> bool:
    """Whether an outlet, given by its name, domain or address, is the agency itself."""
    if not source:
        return False
    plain = squash(source)
    return agency_of_domain(source) is agency or any(plain == squash(name) for name in agency.names)


def agency_of_outlet(source: str | None, url: str | None) -> Agency | None:
    """Return the agency or carrier that an outlet is, by its name or address; or None.

    Args:
        source: The outlet, by name, domain or address. The address of an article speaks only where it is missing,
            or agrees with it, for extractors put the address of the original in the place of a carrier's.
        url: The address of one of its articles.
    """
    if not source:
        return agency_of_domain(url)
    if is_address(source):
        return agency_of_domain(source)
    named, sited = agency_named(source) or table().carriers.get(squash(source)), agency_of_domain(url)
    if named is not None:
        other = url and named is not sited and (sited is None or sited.kind != "carrier")
        return (
            None if other and source in named.ambiguous and named.domains and not belongs(source, url or "") else named
        )
    if sited is None:
        return None
    own = squash(source).startswith(tuple(squash(name) for name in (sited.name, *sited.names) if len(name) > 3))
    return sited if own or belongs(source, url or "") else None


def _agency(row: dict[str, Any]) -> Agency:
    marks = tuple(row.get("marks", ()))
    own = [] if row["name"] in _WORDS else [row["name"]]
    return Agency(
        name=row["name"],
        kind=row["kind"],
        languages=frozenset(row["languages"]),
        domains=tuple(row["domains"]),
        marks=marks,
        names=frozenset((*marks, *row.get("names", ()), *own)),
        ambiguous=frozenset(row.get("ambiguous", ())),
        alone=frozenset(row.get("alone", ())),
        mute=frozenset(row.get("mute", ())),
        unlike=tuple(row.get("not", ())),
        newspaper=bool(row.get("newspaper")),
    )


def _triggers(
    names: list[str],
) -> tuple[dict[str, tuple[str, ...]], dict[bytes, tuple[str, ...]], frozenset[str]]:
    """Choose for each name what must occur in a text that holds it, as cheap to look for as can be."""
    by_words: dict[str, tuple[str, ...]] = {name: () for name in names if CAPITAL_WORD.fullmatch(name)}
    small = []
    for name in names:
        words = [w for w in CAPITAL_WORD.findall(name) if w != "The" and (len(w) > 1 or not w.isascii())]
        if not words:
            small.append(name)
        elif not any(by_words.get(word) == () for word in words):
            key = max(words, key=len)
            by_words[key] = (*by_words.get(key, ()), name)
    by_ascii: dict[bytes, tuple[str, ...]] = {}
    for word, held in by_words.items():
        if word[0].isascii():
            run = _ASCII_RUN.findall(word.encode())[0]
            _add(by_ascii, run, held or (() if word.isascii() else (word,)))
    short = frozenset(name for name in small if len(name) == 3 and name != "dpa")
    for name in small:
        runs = _BOUNDED.findall(name.encode()) or _ASCII_RUN.findall(name.encode())
        for run in _BEGUN.get(name) or [max(runs, key=len)]:
            _add(by_ascii, run, (name,))
    return by_words, by_ascii, short


def _sought(name: str) -> Sought:
    runs = _ASCII_RUN.findall(name.encode())
    # The first and the last may be parts of longer words.
    return Sought(name, frozenset(runs[1:-1] if len(runs) > 2 else ()))


def _add(found: dict[bytes, tuple[str, ...]], run: bytes, names: tuple[str, ...]) -> None:
    """Add names to look for where a run occurs; none means that the run itself is enough."""
    known = found.get(run)
    found[run] = names if known is None else (*known, *names) if known and names else ()


_ASCII_RUN = re.compile(rb"[A-Za-z0-9]+")
_BOUNDED = re.compile(rb"(?<=[^A-Za-z0-9])[A-Za-z0-9]+(?=[^A-Za-z0-9])")  # which no word of the text can go beyond
_BEGUN = {"eporting by": (b"Reporting", b"reporting"), "diting by": (b"Editing", b"editing")}  # either first letter
_WORDS = frozenset(["Trend", "MENA", "Petra", "Andina"])  # names of agencies that are words first


def _union(marks: list[str]) -> str:
    return "|".join(re.escape(mark) for mark in sorted(marks, key=len, reverse=True))
