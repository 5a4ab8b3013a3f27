"""Evidence to relation: the rules, their constants with what set them, and the reasons in words.

The constants were set on 461 pairs of real articles judged with high confidence, five collections together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.stages.confirm.evidence import Evidence

IDENTICAL, COPY, EXCERPT, REVISION, LINKED, TEMPLATE, FURNITURE, EMBED, DISTANT, UNLINKED = range(10)
RELATIONS = (
    "identical",
    "copy",
    "excerpt",
    "revision",
    "linked",
    "template",
    "furniture",
    "embed",
    "distant",
    "unlinked",
)
"""Relations by their code; from `template` on they are rejections."""
JOINING = (IDENTICAL, COPY, EXCERPT, LINKED)
"""Relations that put two articles into one cluster."""
MATCHES = (*JOINING, REVISION)
"""Relations that are reported as matches."""

ALIGNED = 0.85
"""Share of the shorter text's tokens that must stand in the other in order. F1 is flat from 0.82 to 0.88."""
EXCERPT_RATIO = 1.25
"""A text longer than this many times the other holds an excerpt, not a copy: the definition of the labels."""
FACT_SPACING = 70
"""Shared tokens that one changed number needs around it. Of true copies 1 in 60 has a number corrected; 2
templates in 3 have one changed in less text than this. F1 is flat from 50 to 100."""
WORDED_WEIGHT = 0.75
"""Weight of a number that stands against words: it may be a changed fact or a restyled one."""
NAME_SPACING = 25
"""Shared tokens that one changed name needs around it; house style restyles names in longer texts."""
UPDATED = 3
"""Changed numbers from which a text may be a later version, however long it is, ..."""
UPDATED_SHARE = 0.25
"""... if they are this share of all numbers inside the shared text. No true copy has three numbers changed in a
text long enough to pass the spacing, but units converted change a few."""
SERIES_AGREED = 0.6
"""Share of content words in common from which headlines that differ in a number, "12th package" and "13th", name
two of a series or two versions: of 9 judged pairs one was a copy. One changed fact in the text then settles it."""
FORM_SPACING = 20
"""Shared tokens a changed fact in a form filled in anew; versions of one story have fewer changes."""
SHORT = 30
"""Tokens below which a text is a form with blanks as likely as a story, so that headlines decide."""
SHORT_AGREED = 0.65
"""Share of content words that headlines of such texts must have in common. True copies have two thirds."""
SUPPORTED = 0.25
"""Share of its own headline's content words that an article has in its text. Walls, menus and video lists have
almost none; of true copies 9 in 10 have a third and more."""
SUPPORTED_HIGH = 0.5
"""The same for the other text of a pair: one headline may be rewritten beyond recognition, not both."""
AGREED = 0.34
"""Share of content words of the shorter headline in the other from which two headlines speak of one thing."""
WALL = 250
"""Shared tokens up to which a text that both headlines know nothing of is a wall; the longest seen had 190."""
WALL_DAYS = 30
"""Days apart from which such a text is a wall whatever its headlines say, if they say different things: copies
follow within days."""
GALLERY_HEAD = 30
"""Tokens of its own that each text has before the shared block, where two stories stand around one gallery."""
GALLERY_SHARE = 0.6
"""Share of the aligned tokens that then stand in one unbroken run."""
ITEM_OFFSET = 20
"""Tokens of the longer text before the shared part from which the shorter may be one item of a round-up, where
headlines cannot tell."""
REVISED = 0.5
"""Share of the shorter text that a revision still has in common with the other version."""
REVISED_LEAST = 40
"""Shared tokens below which a partial match says nothing."""
REVISED_RUN = 0.7
"""Share of the aligned tokens in one unbroken run from which the text is quoted, not revised."""


def decide(evidence: Evidence, threshold: float) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
    """Return (relation int8[m], strength float64[m]) of m pairs.

    Strength is the containment of the shorter text for excerpts and embeds, else resemblance; a match needs
    at least `threshold`.
    """
    shorter, longer, aligned = evidence.shorter, evidence.longer, evidence.aligned
    cut = longer > EXCERPT_RATIO * shorter
    contained = np.maximum(evidence.containment_a, evidence.containment_b)
    same = (aligned == longer) & (longer > 0)
    whole = evidence.covered >= ALIGNED
    partial = (evidence.covered >= REVISED) & (aligned >= REVISED_LEAST)
    other_facts = facts_changed(evidence)
    relation = np.full(len(aligned), REVISION, np.int8)
    # From the last to the first, so that of what holds the first counts; `np.select` takes three times as long.
    for where, what in (
        (evidence.longest >= REVISED_RUN * aligned, EMBED),
        (whole, COPY),
        (whole & cut, EXCERPT),
        (other_facts, REVISION),
        (other_facts & ((aligned < FACT_SPACING) | (changes(evidence) * FORM_SPACING > aligned)), TEMPLATE),
        (evidence.noted, REVISION),
        (same, IDENTICAL),
        ((shorter < SHORT) & (evidence.agreement < SHORT_AGREED), TEMPLATE),
        (galleries(evidence), FURNITURE),
        (walls(evidence), FURNITURE),
        (~partial & ~whole, DISTANT),
    ):
        relation[where] = what
    strength = strengths(relation, evidence.resemblance, contained)
    relation[(relation < TEMPLATE) & (relation != REVISION) & (strength < threshold)] = DISTANT
    return relation, strength


def strengths(
    relation: NDArray[np.int8], resemblance: NDArray[np.float64], contained: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the strength of pairs of some relation, given the containment of the shorter text."""
    strength = np.where((relation == EXCERPT) | (relation == EMBED), contained, resemblance)
    strength[relation == IDENTICAL] = 1.0
    return strength


def facts_changed(evidence: Evidence) -> NDArray[np.bool_]:
    """Return which pairs have other numbers or names inside shared text, too many for a correction."""
    numbers = (evidence.numbers + WORDED_WEIGHT * evidence.worded) * FACT_SPACING > evidence.aligned
    names = evidence.names * NAME_SPACING > evidence.aligned
    share = evidence.numbers >= UPDATED_SHARE * (evidence.numbers + evidence.common)
    return numbers | names | series(evidence) | ((evidence.numbers >= UPDATED) & share)


def series(evidence: Evidence) -> NDArray[np.bool_]:
    """Return which pairs have headlines on another issue of a series, or another firm or person, as their texts."""
    renumbered = evidence.renumbered & (evidence.agreement >= SERIES_AGREED) & (changes(evidence) > 0)
    return renumbered | (evidence.subjects > 0)


def disputed(evidence: Evidence) -> NDArray[np.bool_]:
    """Return which pairs are close but for a number: a headline that says "update" makes it a later version."""
    return (evidence.numbers + evidence.worded > 0) & (evidence.covered >= ALIGNED)


def changes(evidence: Evidence) -> NDArray[np.int64]:
    """Return how many numbers and names differ inside the shared text."""
    return evidence.numbers + evidence.worded + evidence.names


def walls(evidence: Evidence) -> NDArray[np.bool_]:
    """Return which pairs share a text that their headlines know nothing of, or that stood there for long."""
    # Of an excerpt and its whole, one headline that knows its text is enough.
    high = np.where(evidence.longer > EXCERPT_RATIO * evidence.shorter, SUPPORTED, SUPPORTED_HIGH)
    unsupported = (evidence.support < SUPPORTED) & (evidence.support_high < high)
    return (unsupported | (evidence.days > WALL_DAYS)) & suspect(evidence)


def suspect(evidence: Evidence) -> NDArray[np.bool_]:
    """Return which pairs have little text and headlines that say different things: their dates matter."""
    return (evidence.agreement < AGREED) & (evidence.aligned < WALL) & (evidence.covered >= ALIGNED)


def items(evidence: Evidence, relation: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Return which excerpts may be items of a round-up; where headlines cannot tell, those from further down."""
    found: NDArray[np.bool_] = (relation == EXCERPT) & (~evidence.headless | (evidence.offset >= ITEM_OFFSET))
    return found


def galleries(evidence: Evidence) -> NDArray[np.bool_]:
    """Return which pairs are two stories with leads of their own around one shared block."""
    return (
        (evidence.head >= GALLERY_HEAD)
        & (evidence.longest >= GALLERY_SHARE * evidence.aligned)
        & (evidence.agreement < AGREED)
    )
