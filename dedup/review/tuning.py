"""The threshold that labels speak for: precision and recall at each, and the one with the best F1."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from dedup.drawing import curves, pages
from dedup.engines.batch import find_duplicates
from dedup.errors import ArgumentError
from dedup.formats.labels import Labels
from dedup.review.evaluation import pairwise_scores
from dedup.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType

    from dedup.engines.crew import Progress
    from dedup.results import Result
    from dedup.review.evaluation import Given, Scores
    from dedup.stages.furniture import Furniture

LEAST = 0.1
"""The least threshold that is tried: below it everything in print shares as much."""
_STEPS = 90


@dataclass(frozen=True, slots=True)
class Tuning:
    """Scores of the clusters at each threshold; prints as a table and a curve.

    Attributes:
        threshold: The suggestion: that of the settings if none has a better pairwise F1, else the middle of the
            thresholds that have the best.
        at: The threshold of the settings that were given.
        scores: Pairwise scores by threshold, rising.
    """

    threshold: float
    at: float
    scores: Mapping[float, Scores] = field(repr=False)

    @property
    def gain(self) -> float:
        """How much F1 the suggestion is above the threshold of the settings."""
        return self.scores[self.threshold].f1 - self.scores[self.at].f1

    def svg(self) -> str:
        """Return precision, recall and F1 against the threshold, with 95 % intervals, as a picture."""
        drawn = [
            curves.Curve(
                name,
                [(at, getattr(one, name).value) for at, one in self.scores.items()],
                colour,
                [(at, *getattr(one, name).interval) for at, one in self.scores.items()],
            )
            for name, colour in (("precision", "#cf222e"), ("recall", "#2f81f7"))
        ]
        drawn.append(curves.Curve("F1", [(at, one.f1) for at, one in self.scores.items()], "#57606a"))
        marks = [(self.threshold, f"best F1 at {self.threshold:.2f}")]
        return curves.svg("Precision and recall by threshold", "threshold", drawn, marks)

    def __str__(self) -> str:
        best, now = self.scores[self.threshold], self.scores[self.at]
        return f"threshold {self.threshold:.2f}: {best} (now {self.at:.2f}: F1 {now.f1:.3f})"

    def __rich__(self) -> RenderableType:
        from rich.console import Group  # noqa: PLC0415 - only for those who print with rich
        from rich.table import Table  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        table = Table("threshold", "precision", "recall", "F1", "")
        for row in self._rows():
            table.add_row(*row, style="bold" if row[-1].startswith("suggested") else "")
        drawn = curves.text([(at, one.f1) for at, one in self.scores.items()], mark=self.threshold)
        return Group(table, Text(f"F1 by threshold\n{drawn}\n\n{self}", no_wrap=True))

    def _repr_html_(self) -> str:
        return pages.table(self._rows(), ("threshold", "precision", "recall", "F1", ""), str(self)) + self.svg()

    def _rows(self) -> list[tuple[str, ...]]:
        """Return every tenth threshold, the suggested one and that of the settings."""
        rows: list[tuple[str, ...]] = []
        for place, (at, one) in enumerate(self.scores.items()):
            said = " ".join(name for name, value in (("suggested", self.threshold), ("now", self.at)) if value == at)
            if said or place % 10 == 0:
                rows.append((f"{at:.2f}", str(one.precision), str(one.recall), f"{one.f1:.3f}", said))
        return rows


def tune(
    articles: object,
    labels: Given,
    settings: Settings | None = None,
    *,
    furniture: Furniture | None = None,
    progress: Progress | None = None,
) -> Tuning:
    """Suggest a threshold: one run at the least, whose clusters are split at stricter ones.

    Args:
        articles: As for `find_duplicates`.
        labels: As for `evaluate`. A few hundred pairs, also of articles that no run puts together, say more than
            thousands of the same kind.
        settings: All but the threshold; the defaults suit news.
        furniture: As for `find_duplicates`.
        progress: Called with (stage, done, total) as work goes on.

    Raises:
        ArgumentError: The arguments are none of these, or no labelled pair is of one story.
        InputError: A file cannot be used.
    """
    settings = Settings.of(settings)
    told = Labels.of(labels)
    same = any(told.pairs.values()) or len(set(told.stories.values())) < len(told.stories)
    if not same:
        raise ArgumentError("labels must have a pair of articles of one story, got none")
    steps = sorted({*np.round(np.linspace(LEAST, 1.0, _STEPS + 1), 4).tolist(), settings.threshold})
    steps = [step for step in steps if step >= min(LEAST, settings.threshold)]
    result = find_duplicates(articles, replace(settings, threshold=steps[0]), furniture=furniture, progress=progress)
    named = sorted(set(told.stories) | {one for pair in told.pairs for one in pair})
    scores = {step: pairwise_scores(_clusters(result.at(step), named), told) for step in steps}
    return Tuning(_best(scores, settings.threshold), settings.threshold, scores)


def _clusters(result: Result, named: list[str]) -> dict[str, object]:
    """Return the cluster of each named article: its centre, or itself where it is unknown or has no text."""
    links = result.links
    centre_of = dict[str, object](
        zip(
            result.batch.table["id"].take(links.rows).to_pylist(),
            np.repeat(links.centres, np.diff(links.starts)).tolist(),
            strict=True,
        )
    )
    return {one: centre_of.get(one, ("alone", one)) for one in named}


def _best(scores: Mapping[float, Scores], now: float) -> float:
    """Return the threshold that is there if it has the best F1, else the middle of the longest run of those that do."""
    best = max(one.f1 for one in scores.values())
    if scores[now].f1 >= best - 1e-9:
        return now
    runs = [list(run) for good, run in groupby(scores, lambda at: scores[at].f1 >= best - 1e-9) if good]
    run = max(runs, key=lambda run: run[-1] - run[0])
    return run[len(run) // 2]
