"""New texts and earlier ones side by side: which match, and which of a round-up's excerpts go with the longest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup.engines.reading import gather, numbered
from dedup.stages import confirm

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dedup.formats.signatures import Bodies
    from dedup.settings import Settings

    Places = NDArray[np.int64]


def judged(bodies: Bodies, a: Places, b: Places, settings: Settings) -> tuple[confirm.Evidence, confirm.Verdicts]:
    """Return what is known and said of pairs of texts, given by their places."""
    places, one, two = numbered(a, b)
    texts = bodies.texts(places)
    evidence = gather(
        texts,
        one,
        two,
        settings.shingle_size,
        lambda some: bodies.spans(places[some]),
        lambda some: bodies.values("title", places[some]),
    )
    return evidence, confirm.judge(texts, one, two, evidence, settings.threshold)


def related(bodies: Bodies, a: Places, b: Places, shingle_size: int) -> NDArray[np.bool_]:
    """Return which pairs of excerpts, given by their places, are on one thing."""
    places, one, two = numbered(a, b)
    return confirm.related(bodies.texts(places), one, two, shingle_size=shingle_size)
