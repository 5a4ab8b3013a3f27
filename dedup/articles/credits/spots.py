"""What the shapes find, before it is told in terms of the whole text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from dedup.articles.credits.naming import Named

CreditKind = Literal["dateline", "trailer", "byline", "copyright", "signoff", "contribution", "field"]


class Spot(NamedTuple):
    """An agency credited from `start` to `end` of a window."""

    kind: CreditKind
    named: Named
    start: int
    end: int
    confidence: float
