"""The sentences that say where a text was published before, up to the name."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

PointerKind = Literal["published", "appeared", "republished", "full-story", "redistributed", "source", "issuer"]


class Told(NamedTuple):
    """One sentence: `form` is tried only where a word of each set in `needs` occurs, and without spaces one of `near`.

    Its group `who` is the rest.
    """

    needs: tuple[frozenset[bytes], ...]
    near: tuple[re.Pattern[bytes], ...]
    form: re.Pattern[str]
    kind: PointerKind
    confidence: float


_ITEM = (
    r"(?:article|story|post|piece|essay|report|column|item|interview|version|op-ed|blog post|feature|commentary|"
    r"analysis|page|recipe|investigation|episode|excerpt|study|letter|editorial|review)"
)
_THIS = rf"(?:(?:this|the|a|an earlier|another)? ?(?:\w{{1,12}} ){{0,2}}{_ITEM} )?"
_AT_FIRST = ("originally", "first", "initially", "previously")
_FIRST = rf"(?:{'|'.join(_AT_FIRST)})"
# At the start of a line or sentence; a long line is a whole text, and its sentences are looked at like lines.
_OPEN = r"(?:^|[.!?…,;\"'”»)\]*_—\u2013-] {0,2}|\()[*_(\[ ]{0,3}"
_HEADLINE = r"[^\n]{1,200}?"


def _told(needs: str, kind: PointerKind, confidence: float, *forms: str, near: str | tuple[str, ...] = "") -> Told:
    form = _OPEN + "".join(forms) + r"(?P<who>[^\n]{2,140})"
    words = tuple(
        frozenset(spelt for word in some.encode().split() for spelt in (word, word.capitalize(), word.upper()))
        for some in needs.split("&")
    )
    found = tuple(re.compile(one.encode()) for one in ((near,) if isinstance(near, str) else near))
    return Told(words, found, re.compile(form, re.IGNORECASE), kind, confidence)


TOLD = (
    _told(
        "originally first initially previously & published produced posted printed written",
        "published",
        0.95,
        _THIS,
        rf"(?:was |were |is |has been |had been )?{_FIRST} (?:published|produced|posted|printed|written)",
        r"(?: \w{3,9} \d{1,2},? \d{4},?)? (?:by|in|on|at|via|for) ",
        near=tuple(rf"{word}(?:published|produced|posted|printed|written)" for word in _AT_FIRST),
    ),
    _told(
        "originally first initially previously & appeared",
        "published",
        0.95,
        rf"(?:{_THIS}|it )(?:was |has |had )?{_FIRST} appeared (?:in|on|at) ",
        near=tuple(f"{word}appeared" for word in _AT_FIRST),
    ),
    _told(
        "appeared & first",
        "appeared",
        0.95,
        rf"the post {_HEADLINE} (?:appeared first|first appeared) on ",
        near="appearedfirston|firstappearedon",
    ),
    _told("appeared & first", "appeared", 0.9, r"[^\n.!?]{1,200}? appeared first on ", near="appearedfirston"),
    _told("erschien & zuerst", "appeared", 0.95, rf"der beitrag {_HEADLINE} erschien zuerst (?:auf|bei) "),
    _told("premier & est", "appeared", 0.95, rf"l'article {_HEADLINE} est apparu en premier sur "),
    _told(
        "primero & entrada",
        "appeared",
        0.95,
        rf"la entrada {_HEADLINE} (?:se publicó primero|aparece primero) en ",
    ),
    _told("primeiro & apareceu", "appeared", 0.95, rf"o post {_HEADLINE} apareceu primeiro em "),
    _told("proviene & articolo", "appeared", 0.95, rf"l'articolo {_HEADLINE} proviene da "),
    _told("eerst & bericht", "appeared", 0.95, rf"het bericht {_HEADLINE} verscheen eerst op "),
    _told(
        "zuerst & auf bei in",
        "published",
        0.9,
        r"(?:dieser (?:artikel|beitrag|text) )?(?:ist )?(?:erschien )?zuerst (?:erschienen )?(?:auf|bei|in) ",
    ),
    _told(
        "originalmente & publicado",
        "published",
        0.9,
        r"(?:este artículo |este artigo )?(?:fue |foi )?publicado originalmente (?:en|em|por|no|na) ",
    ),
    _told(
        "initialement & article",
        "published",
        0.9,
        r"(?:cet |l')?article (?:est |a été )?(?:paru|publié) initialement (?:dans|sur|par) ",
    ),
    _told("republi & partir", "republished", 0.95, r"(?:\w{1,12} ){0,3}republié à partir de "),
    _told(
        "republished reprinted & from permission",
        "republished",
        0.95,
        rf"(?:(?:this|the) )?(?:{_ITEM} )?(?:\w{{1,12}} ){{0,5}}?(?:republished|reprinted) (?:here )?",
        r"(?:from|with (?:the )?(?:kind )?permission (?:from|of)) ",
    ),
    _told(
        "read & full entire complete whole original rest",
        "full-story",
        0.8,
        r"(?:click here to |to )?read (?:the |this |his |her )?",
        rf"(?:full|entire|complete|whole|original|rest of (?:the|this)) ?{_ITEM}? (?:here )?(?:at|on|in|from|via) ",
        near="read(?:the|this|his|her)?(?:full|entire|complete|whole|original|restofth)",
    ),
    _told(
        "read & more",
        "full-story",
        0.8,
        r"read more at (?=https?:|(?:[a-z0-9-]{1,40}\.){1,3}[a-z]{2,12}\b)",
        near="readmoreat",
    ),
    _told("continue & reading", "full-story", 0.8, r"continue reading (?:at|on) ", near="continuereading(?:at|on)"),
)
LABELS = frozenset([b"SOURCE", b"MENAFN"])
"""Words of lines that say so without a sentence, and without a colon."""
NEEDED = LABELS.union(word for told in TOLD for words in told.needs for word in words)
"""The words that tell which of them can occur."""
BY_RAREST = {
    word: [place for place, one in enumerate(TOLD) if word in one.needs[0]] for told in TOLD for word in told.needs[0]
}
"""Those that can occur where a word does, by place; each has one of these words."""
POINTING = LABELS.union(BY_RAREST)
"""Words of which every pointer has one, but for those after a colon."""
