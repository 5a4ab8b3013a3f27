"""Curves over the unit square: shares against shares, as SVG and as text."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 640, 380, 52, 24, 76, 52
_INK, _FAINT = "#57606a", "#8b949e44"
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # of a braille cell, by row and column


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve to draw.

    Attributes:
        name: What it is called.
        points: (x, y) in [0, 1], x rising.
        colour: As CSS has it.
        band: (x, low, high) around it, x rising; empty if there is none.
    """

    name: str
    points: Sequence[tuple[float, float]]
    colour: str = "#2f81f7"
    band: Sequence[tuple[float, float, float]] = ()


def svg(title: str, axis: str, curves: Sequence[Curve], marks: Sequence[tuple[float, str]] = ()) -> str:
    """Draw curves over the unit square, readable on a light and on a dark page.

    Args:
        title: Stands above.
        axis: What x is.
        curves: The curves.
        marks: (x, what is there): dashed lines down to the axis.
    """
    parts = []
    for tenth in range(0, 11, 2):
        (x, y), name = _place(tenth / 10, tenth / 10), f"{tenth / 10:.1f}"
        parts += [
            f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" stroke="{_FAINT}"/>',
            _text(_LEFT - 8, y + 4, name, "end"),
            _text(x, _HEIGHT - _BOTTOM + 20, name, "middle"),
        ]
    for curve in curves:
        if curve.band:
            edge = [*((x, high) for x, _, high in curve.band), *((x, low) for x, low, _ in reversed(curve.band))]
            parts.append(f'<polygon points="{_path(edge)}" fill="{curve.colour}" fill-opacity="0.16"/>')
    for x, name in marks:
        at, top = _place(x, 1)
        parts.append(
            f'<path d="M{at:.1f} {top:.1f}V{_HEIGHT - _BOTTOM}" stroke="{_INK}" stroke-dasharray="5 4" fill="none"/>'
        )
        parts.append(_text(at, top - 6, name, "middle" if 0.15 < x < 0.85 else "start" if x <= 0.15 else "end"))
    left = float(_LEFT)
    for curve in curves:
        parts.append(f'<polyline points="{_path(curve.points)}" fill="none" stroke="{curve.colour}" stroke-width="2"/>')
        parts.append(f'<path d="M{left:.0f} 42h18" stroke="{curve.colour}" stroke-width="3"/>')
        parts.append(_text(left + 24, 46, curve.name))
        left += 44 + 7.2 * len(curve.name)
    parts += [_text(_LEFT, 22, title, weight="600"), _text((_WIDTH + _LEFT) / 2, _HEIGHT - 10, axis, "middle")]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'style="max-width:{_WIDTH}px" '
        f'font-family="system-ui, sans-serif" font-size="13" fill="{_INK}">\n<title>{escape(title)}</title>\n'
    )
    return f"{head}{chr(10).join(parts)}\n</svg>\n"


def text(points: Sequence[tuple[float, float]], width: int = 50, height: int = 10, mark: float | None = None) -> str:
    """Draw one curve over the unit square with braille dots, `width` by `height` characters and their axes.

    Args:
        points: (x, y) in [0, 1], x rising, at least two.
        width: Characters.
        height: Lines.
        mark: An x at which a line of dots stands.
    """
    cells = [[0] * width for _ in range(height)]

    def dot(column: int, row: int) -> None:
        cells[row // 4][column // 2] |= _DOTS[row % 4][column % 2]

    last_column, last_row = 2 * width - 1, 4 * height - 1
    if mark is not None:
        for row in range(0, last_row + 1, 3):
            dot(round(mark * last_column), row)
    before = round((1 - points[0][1]) * last_row)
    for column in range(last_column + 1):
        row = round((1 - _between(points, column / last_column)) * last_row)
        for filled in range(min(row, before), max(row, before) + 1):
            dot(column, filled)
        before = row
    lines = []
    for number, cell in enumerate(cells):
        name = {0: "1.0", height // 2: "0.5", height - 1: "0.0"}.get(number, "   ")
        lines.append(f"{name} ┤{''.join(chr(0x2800 + dots) for dots in cell)}")
    axis = "".join("┴" if place % (width // 5) == 0 else "─" for place in range(width))
    names = "".join(f"{tenth / 10:<{width // 5}.1f}" for tenth in range(0, 10, 2))
    return "\n".join([*lines, f"    └{axis}", f"     {names}1.0"])


def _between(points: Sequence[tuple[float, float]], x: float) -> float:
    """Return y at x: on the line between the points on both sides, or that of the end."""
    for (one_x, one_y), (two_x, two_y) in pairwise(points):
        if x <= two_x:
            share = max(0.0, (x - one_x) / (two_x - one_x)) if two_x > one_x else 1.0
            return one_y + share * (two_y - one_y)
    return points[-1][1]


def _place(x: float, y: float) -> tuple[float, float]:
    return _LEFT + x * (_WIDTH - _LEFT - _RIGHT), _HEIGHT - _BOTTOM - y * (_HEIGHT - _TOP - _BOTTOM)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in (_place(*point) for point in points))


def _text(x: float, y: float, text: str, anchor: str = "start", weight: str = "400") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}">{escape(text)}</text>'
