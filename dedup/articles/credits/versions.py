"""Which version of a story a title or a first line says it is."""

from __future__ import annotations

import re
from typing import Literal

from dedup.articles.credits.windows import fold

Version = Literal["update", "correction", "clarification", "refile", "repeat", "wrapup", "lead", "writethru"]

_END = r"(?:(?: ?\d{1,2})? ?(?:[-\u2013—:]|\)|\]))"
_NTH = r"(?:\d{1,2}(?:st|nd|rd|th|ST|ND|RD|TH) )?"
_TITLE = re.compile(
    rf"[(\[]?{_NTH}(?:(?P<update>UPDATED?|Updated?)|"
    r"(?P<correction>CORRECTED|CORRECTION|CORRECTS|CORR|Correct(?:ed|ion|s))|"
    r"(?P<clarification>CLARIFICATION|CLARIFIES|Clarification|Clarifies)|(?P<refile>REFILED?|Refile)|"
    r"(?P<repeat>RPT|REPEAT|Repeat)|(?P<wrapup>WRAP-?UP|Wrapup)|"
    rf"(?P<writethru>WRITETHRU|Writethru|L[Dd]-Writethru|LD-WRITETHRU|Lead-Writethru)|(?P<lead>LEAD|LD)){_END}"
)
_STAMP = re.compile(
    r"Updated? ?: ?(?:\d|(?:on |at )|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))"
)
# What stands in brackets below the headline of a wire story, or after the agency's word for editors.
_NOTE = re.compile(
    r"(?P<open>\(|(?:Eds|EDS|Editors)(?:: ?| ?[-\u2013—] ?)|\[)?"
    r"(?:In [A-Z][a-z]{2,8}\.? \d{1,2} (?:story|item)[^()\n]{0,40}?, )?"
    r"(?P<word>[Cc]orrects|Adds|Updates|Rewrites|Recasts|Refiles|Clarifies|Repeats|Writes through)\b"
    r"(?P<rest>[^()\n]{2,250})"
)
_WORDS: dict[str, Version] = {
    "corrects": "correction",
    "clarifies": "clarification",
    "refiles": "refile",
    "repeats": "repeat",
    "writes through": "writethru",
}
# Without a bracket the same words begin sentences, so the note must go on as notes do.
_MATTER = r"comments?|details?|quotes?|background|reaction|byline"
_GOES_ON = re.compile(
    rf" (?:with (?:\w{{1,15}} ){{0,3}}(?:{_MATTER}|photos?|shares?|statement)\b|to (?:add|correct|fix)\b|"
    r"(?:\w{1,15} ){0,4}(?:in|to) (?:paragraphs?|paras?|grafs?|lead|headline|dateline|byline)\b|"
    rf"(?:{_MATTER}|analyst)\b(?:[,;.]| from| throughout|$))"
)
_LINES = 4
_LENGTH = 600


def version_note(title: str | None, text: str | None) -> Version | None:
    """Return the kind of version that an article says it is, or None; the title speaks first.

    >>> version_note("UPDATE 2-Two bakeries agree to merge", None)
    'update'
    >>> version_note("Two bakeries agree to merge", "(Corrects name of baker in paragraph 4)")
    'correction'
    """
    headline = fold((title or "")[:200]).strip()
    lines = [line for line in fold((text or "").lstrip()[:_LENGTH]).split("\n") if line.strip()][:_LINES]
    for line in (headline, *(line.strip() for line in lines[:1])):
        match = _TITLE.match(line)
        if match and not _STAMP.match(line):  # "Updated: 3 March" is the clock of a page, not a word about the story
            return match.lastgroup  # type: ignore[return-value] # the groups are named so
    for line in (headline, *lines):
        match = _NOTE.match(line.strip())
        if match and (match["open"] or _GOES_ON.match(match["rest"])):
            return _WORDS.get(match["word"].casefold(), "update")
    return None
