"""The plan that chooses bands and rows, and what it promises.

The S-curve as in Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, chapter 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup.drawing import curves, pages
from dedup.errors import ArgumentError

if TYPE_CHECKING:
    from rich.columns import Columns


@dataclass(frozen=True, slots=True)
class Plan:
    """Bands and rows, and what they promise.

    Attributes:
        threshold: The resemblance that was planned for.
        recall: The recall that was asked for.
        bands: Bands the signature is cut into.
        rows: Signature values a band.
    """

    threshold: float
    recall: float
    bands: int
    rows: int

    def chance(self, resemblance: float) -> float:
        """Return the chance that two texts of this resemblance become a candidate pair (the S-curve)."""
        return chance(resemblance, self.bands, self.rows)

    def svg(self) -> str:
        """Return the S-curve as a picture."""
        return curves.svg(self._title(), "resemblance", [curves.Curve("S-curve", self._curve())], [self._mark()])

    def _curve(self) -> list[tuple[float, float]]:
        return [(at / 50, self.chance(at / 50)) for at in range(51)]

    def _title(self) -> str:
        return f"Chance to be compared, with {self.bands} bands of {self.rows} rows"

    def _mark(self) -> tuple[float, str]:
        return self.threshold, f"{self.chance(self.threshold):.3f} at {self.threshold:g}"

    def _rows(self) -> list[tuple[str, str]]:
        return [(f"{tenth / 10:.1f}", f"{self.chance(tenth / 10):.4f}") for tenth in range(1, 11)]

    def __rich__(self) -> Columns:
        from rich.columns import Columns  # noqa: PLC0415 - only for those who print with rich
        from rich.console import Group  # noqa: PLC0415
        from rich.table import Table  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        table = Table("resemblance", "chance to be compared")
        for row in self._rows():
            table.add_row(*row)
        heading = Text(f"{self.bands} bands of {self.rows} rows", style="bold")
        drawn = Text(curves.text(self._curve(), mark=self.threshold), no_wrap=True)
        return Columns([Group(heading, table), Group(Text(f"chance by resemblance, {self._mark()[1]}"), drawn)])

    def _repr_html_(self) -> str:
        head = ("resemblance", "chance to be compared")
        return self.svg() + pages.table(self._rows(), head, f"{self.bands} bands of {self.rows} rows")

    def __str__(self) -> str:
        points = ", ".join(f"{at:.1f} -> {self.chance(at):.3f}" for at in (0.1, 0.3, 0.5, 0.7, 0.9))
        return (
            f"{self.bands} bands of {self.rows} rows: {self.chance(self.threshold):.3f} of the pairs of "
            f"resemblance {self.threshold:g} are compared (asked: {self.recall:g}); by resemblance {points}"
        )


def chance(resemblance: float, bands: int, rows: int) -> float:
    """Return the chance that a pair of this resemblance shares at least one of `bands` bands."""
    return float(1.0 - (1.0 - resemblance**rows) ** bands)


def plan(threshold: float = 0.7, recall: float = 0.95, *, num_perm: int = 128) -> Plan:
    """Choose the most selective banding that keeps its promise.

    Most rows first (fewer false candidates), with all the bands that fit into the signature.

    Args:
        threshold: Resemblance at which the promise holds, in (0, 1].
        recall: Least chance to find a pair at the threshold, in (0, 1).
        num_perm: Signature values there are.

    Raises:
        ArgumentError: A value is out of range, or no banding of `num_perm` values keeps the promise.

    >>> best = plan(threshold=0.7, recall=0.95)
    >>> best.bands, best.rows, round(best.chance(0.7), 3)
    (25, 5, 0.99)
    """
    if not 0.0 < threshold <= 1.0:
        raise ArgumentError(f"threshold must be above 0 and at most 1, got {threshold!r}")
    if not 0.0 < recall < 1.0:
        raise ArgumentError(f"recall must be between 0 and 1, got {recall!r}")
    if num_perm < 1:
        raise ArgumentError(f"num_perm must be at least 1, got {num_perm!r}")
    for rows in range(num_perm, 0, -1):
        bands = num_perm // rows
        if chance(threshold, bands, rows) >= recall:
            return Plan(threshold, recall, bands, rows)
    best = chance(threshold, num_perm, 1)
    raise ArgumentError(
        f"num_perm={num_perm} cannot promise recall {recall:g} at threshold {threshold:g} (at best "
        f"{best:.3f}): raise num_perm or the threshold, or ask for less recall"
    )
