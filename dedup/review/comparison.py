"""Two articles side by side: what they are to each other, why, and where they differ."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

import numpy as np

from dedup.articles import article
from dedup.articles.outlets import outlet_hashes
from dedup.drawing import pages
from dedup.engines.reading import Reading
from dedup.errors import ArgumentError
from dedup.formats.labels import Labels
from dedup.settings import Settings
from dedup.stages import confirm
from dedup.stages.furniture import NONE, Furniture

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyarrow as pa
    from rich.text import Text

    from dedup.articles.article import Article
    from dedup.engines.linking import Given
    from dedup.stages.shingles import Tokens

_CONTEXT = 8  # words shown on each side of a difference
_LONGEST = 60  # words of one difference that are printed
_ONLY_A = "background:#ffdfdf;color:#a40e26;text-decoration:none"
_ONLY_B = "background:#d5f2dc;color:#116329;text-decoration:none"


@dataclass(frozen=True, slots=True)
class Difference:
    """A run of words: the same in both texts, or standing in one (or each) only.

    Attributes:
        kind: "equal", "delete" (only in a), "insert" (only in b) or "replace" (other words in b).
        a: The words as they stand in a.
        b: The words as they stand in b.
    """

    kind: Literal["equal", "delete", "insert", "replace"]
    a: str
    b: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What confirmation says of one pair, with its reasons; prints as a word diff.

    Attributes:
        a: One article.
        b: The other.
        relation: "identical", "copy", "excerpt", "revision" or "linked" (the user said so); of pairs that are no
            match "template" (same form, other facts), "furniture" (only site text is shared), "embed" (one quotes
            the other inside writing of its own), "unlinked" (the user said so) or "distant" (all others, and what
            was published further apart than the window).
        strength: In [0, 1]; containment of the shorter text for an excerpt, else resemblance.
        resemblance: Jaccard similarity of the two sets of shingles.
        containment_a: Share of the shingles of `a` that are in `b`.
        containment_b: Share of the shingles of `b` that are in `a`.
        score: rapidfuzz similarity of the two token sequences, in [0, 1].
        reasons: Why, in sentences.
        differences: Both texts in order, run by run.
    """

    a: Article
    b: Article
    relation: str
    strength: float
    resemblance: float
    containment_a: float
    containment_b: float
    score: float
    reasons: tuple[str, ...]
    differences: tuple[Difference, ...] = field(repr=False)

    @property
    def matched(self) -> bool:
        """Whether the two belong together."""
        return confirm.RELATIONS.index(self.relation) in confirm.MATCHES

    def __str__(self) -> str:
        return "".join(text for text, _ in self._pieces())

    def __rich__(self) -> Text:
        from rich.text import Text  # noqa: PLC0415 - only for those who print with rich

        return Text.assemble(*((pages.shown(text), style) for text, style in self._pieces()))

    def _repr_html_(self) -> str:
        runs = []
        for place, run in enumerate(self.differences):
            if run.kind == "equal":
                runs.append(pages.marked("span", _around(run.a, place, len(self.differences) - 1), ""))
            else:
                runs += [pages.marked("del", run.a, _ONLY_A)] if run.a else []
                runs += [pages.marked("ins", run.b, _ONLY_B)] if run.b else []
        scores = [
            ("strength", self.strength),
            ("resemblance", self.resemblance),
            ("containment of a", self.containment_a),
        ]
        scores += [("containment of b", self.containment_b), ("score", self.score)]
        rows = [(side, one.id, one.source, one.published, one.title) for side, one in (("a", self.a), ("b", self.b))]
        return "\n".join(
            [
                pages.table([[f"{value:.3f}" for _, value in scores]], [name for name, _ in scores], self.relation),
                pages.listed(self.reasons),
                pages.table(rows, ("", "id", "outlet", "published", "headline")),
                f"<p>{' '.join(runs)}</p>",
            ]
        )

    def _pieces(self) -> Iterator[tuple[str, str]]:
        """Yield (text, rich style) in order."""
        yield (
            f"{self.relation} (strength {self.strength:.3f})\n",
            "bold green" if self.matched else "bold yellow",
        )
        for reason in self.reasons:
            yield f"  - {reason}\n", ""
        contained = f"containment {self.containment_a:.3f} of a and {self.containment_b:.3f} of b"
        yield f"  resemblance {self.resemblance:.3f}, {contained}, score {self.score:.3f}\n", "dim"
        for mark, one in (("-", self.a), ("+", self.b)):
            about = ", ".join(part for part in (one.source, one.published) if part)
            yield f"{mark} {one.id}: {one.title or '(no title)'}{f' ({about})' if about else ''}\n", "bold"
        last = len(self.differences) - 1
        for place, run in enumerate(self.differences):
            if run.kind == "equal":
                yield _around(run.a, place, last) + " ", ""
            else:
                if run.a:
                    yield f"[-{_shorten(run.a, _LONGEST // 2, _LONGEST // 2)}-] ", "red"
                if run.b:
                    yield f"{{+{_shorten(run.b, _LONGEST // 2, _LONGEST // 2)}+}} ", "green"
        yield "\n", ""


def compare(
    a: Article | Mapping[str, object],
    b: Article | Mapping[str, object],
    settings: Settings | None = None,
    *,
    furniture: Furniture = NONE,
    links: Given = (),
) -> Comparison:
    """Judge two articles as `find_duplicates` would, and say why.

    Args:
        a: An article or a dict.
        b: Another one.
        settings: The settings of the run that the judgement is for.
        furniture: What is left out of the comparison: that of a run is `Result.furniture`.
        links: What is known about pairs, as for `find_duplicates`. Only what is said of these two counts here.

    Raises:
        ArgumentError: `a` or `b` is neither an article nor a dict, or `links` are no labels of pairs.
        InputError: A file of links cannot be used.

    >>> print(compare(
    ...     {"id": "a", "text": "'We are open,' said the mayor of Altport on Monday."},
    ...     {"id": "b", "text": "“We are open,” said Altport's mayor on Monday."},
    ... ))
    distant (strength 0.000)
    ...
    """
    settings = Settings.of(settings)
    Furniture.require(furniture)
    for name, one in (("a", a), ("b", b)):
        if not isinstance(one, article.Article) and not hasattr(one, "keys"):
            raise ArgumentError(f"{name} must be an Article or a dict, got {type(one).__name__}")
    batch = article.coerce([a, b])
    reading = Reading(batch, outlet_hashes(batch.table), furniture)
    tokens, raw = reading.tokens(np.arange(2))
    rows, here, there = np.arange(2), np.array([0]), np.array([1])
    texts = reading.texts(rows)
    evidence = reading.evidence(rows, texts, here, there, settings.shingle_size)
    relations, strengths = confirm.decide(evidence, settings.threshold)
    relation, strength = int(relations[0]), float(strengths[0])
    one, two = (batch.article(row) for row in range(2))
    reasons = confirm.reasons(evidence, relation, strength, settings.threshold)
    if (apart := _apart(one, two, settings)) is not None:
        relation, reasons = confirm.DISTANT, (apart,)
    said = Labels.of(links, "links", two=("a", "b")).pairs.get((min(one.id, two.id), max(one.id, two.id)))
    if said is not None:
        relation, strength = (confirm.LINKED, 1.0) if said else (confirm.UNLINKED, strength)
        reasons = confirm.reasons(evidence, relation, strength, settings.threshold)
    score = float(confirm.scores(texts, here, there, evidence.aligned)[0])
    blocks = confirm.alignment(texts, 0, 1, shingle_size=settings.shingle_size)
    return Comparison(
        a=a if isinstance(a, article.Article) else one,
        b=b if isinstance(b, article.Article) else two,
        relation=confirm.RELATIONS[relation],
        strength=strength,
        resemblance=float(evidence.resemblance[0]),
        containment_a=float(evidence.containment_a[0]),
        containment_b=float(evidence.containment_b[0]),
        score=score if evidence.shorter[0] else 0.0,  # nothing resembles nothing: no text, no match
        reasons=reasons,
        differences=tuple(_differences(raw, tokens, blocks.tolist())),
    )


def _apart(a: Article, b: Article, settings: Settings) -> str | None:
    """Say how far apart two articles were published, if that is further than is compared; else None."""
    ours, theirs = a.time, b.time
    if not isinstance(settings.window, timedelta) or ours is None or theirs is None:
        return None
    apart = ours.distance(theirs)
    if apart <= settings.window:
        return None
    return (
        f"published at least {_spoken(apart)} apart (the window is {_spoken(settings.window)}): not compared in a run"
    )


def _spoken(span: timedelta) -> str:
    for unit in ("days", "hours", "minutes"):
        if (count := span / timedelta(**{unit: 1})) >= 1:
            return f"{count:.1f} {unit}"
    return f"{span.total_seconds():g} seconds"


def _differences(texts: pa.LargeStringArray, tokens: Tokens, blocks: list[list[int]]) -> Iterator[Difference]:
    """Cut both texts at the blocks of their alignment."""
    raw = [text.encode() for text in texts.to_pylist()]
    ends = [int(tokens.offsets[1]), int(tokens.offsets[2] - tokens.offsets[1])]

    def words(side: int, start: int, stop: int) -> str:
        if start == stop:
            return ""
        first = int(tokens.offsets[side])
        piece = raw[side][tokens.starts[first + start] : tokens.stops[first + stop - 1]]
        return " ".join(piece.decode(errors="replace").split())

    at_a = at_b = 0
    for start_a, start_b, length in [*blocks, [*ends, 0]]:
        gone, came = words(0, at_a, start_a), words(1, at_b, start_b)
        if gone or came:
            yield Difference("replace" if gone and came else "delete" if gone else "insert", gone, came)
        at_a, at_b = start_a + length, start_b + length
        if length:
            yield Difference("equal", words(0, start_a, at_a), words(1, start_b, at_b))


def _around(text: str, place: int, last: int) -> str:
    """Return what both texts have at one of the places 0 to `last`, as far as it lies next to a difference."""
    head, tail = (_CONTEXT if side or not last else 0 for side in (place, last - place))
    return _shorten(text, head, tail)


def _shorten(text: str, head: int, tail: int) -> str:
    """Return the first and last words of a text, with a count of those left out."""
    words = text.split()
    left_out = len(words) - head - tail
    if left_out <= 2:  # a count would be as long
        return text
    return " ".join([*words[:head], f"[... {left_out} words ...]", *words[len(words) - tail :]])
