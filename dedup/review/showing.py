"""Evaluations as the terminal and notebooks show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup.drawing import pages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from dedup.review.evaluation import Evaluation, Mistake

SHOWN_MISTAKES = 20
"""Mistakes that are printed."""
_SHOWN_IDS = 6

_Table = tuple[str, tuple[str, ...], list[tuple[str, ...]]]


def evaluation_view(evaluation: Evaluation) -> RenderableType:
    """Return an evaluation for rich."""
    from rich.console import Group  # noqa: PLC0415 - only for those who print with rich
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    parts: list[RenderableType] = []
    for caption, head, rows in _tables(evaluation):
        table = Table(title=caption, title_justify="left", title_style="bold")
        for place, name in enumerate(head):
            table.add_column(name, justify="left" if place == 0 or caption.startswith("Mistakes") else "right")
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        parts.append(table)
    return Group(*parts)


def evaluation_html(evaluation: Evaluation) -> str:
    """Return an evaluation for a notebook."""
    return "\n".join(pages.table(rows, head, caption) for caption, head, rows in _tables(evaluation))


def _tables(evaluation: Evaluation) -> Iterator[_Table]:
    """Yield (caption, head, rows) of each table."""
    pairwise, b_cubed = evaluation.pairwise, evaluation.b_cubed
    rows: list[tuple[str, ...]]
    if b_cubed is None:
        rows = [("pairwise", str(pairwise.precision), str(pairwise.recall), f"{pairwise.f1:.3f}")]
    else:
        scores = (("pairwise", pairwise), ("B-cubed", b_cubed))
        rows = [
            (name, f"{one.precision.value:.3f}", f"{one.recall.value:.3f}", f"{one.f1:.3f}") for name, one in scores
        ]
        rows.append(("adjusted Rand", "", "", f"{evaluation.adjusted_rand:.3f}"))
    yield "Scores", ("", "precision", "recall", "F1"), rows
    for caption, sizes, right in (
        ("Clusters by size", evaluation.clusters, "of one story"),
        ("Stories by size", evaluation.stories, "in one cluster"),
    ):
        if sizes:
            head = ("labelled articles", "groups", "articles", right)
            yield (
                caption,
                head,
                [(row.sizes, f"{row.groups:,}", f"{row.articles:,}", f"{row.right:,}") for row in sizes],
            )
    if evaluation.mistakes:
        shown = evaluation.mistakes[:SHOWN_MISTAKES]
        more = len(evaluation.mistakes) - len(shown)
        caption = f"Mistakes, worst first{f' ({more:,} more)' if more else ''}"
        yield caption, ("what", "pairs", "articles"), [_row(one) for one in shown]
    if evaluation.unknown:
        yield "Labels", ("", "articles"), [("labelled, but not in the run", f"{evaluation.unknown:,}")]


def _row(mistake: Mistake) -> tuple[str, ...]:
    return mistake.kind, f"{mistake.pairs:,}", " | ".join(map(_short, mistake.groups))


def _short(ids: Sequence[str]) -> str:
    """Return some ids, and how many more there are."""
    some = [pages.shown(one) for one in ids[:_SHOWN_IDS]]
    return " ".join([*some, f"(+{len(ids) - len(some)})"] if len(ids) > len(some) else some)
