"""Bars and curves as plain SVG that reads on a light and on a dark page."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDTH, _LEFT, _RIGHT, _TOP, _ROW = 720, 150, 90, 44, 28
_KEY, _KEYS = 172, 4  # width of a key to the colours, and how many stand in a row
_OURS, _THEIRS, _INK, _FAINT = "#2f81f7", "#8b949e", "#6e7781", "#8b949e55"
_COLOURS = ("#2f81f7", "#3fb950", "#d29922", "#db6d28", "#a371f7", "#f778ba", "#8b949e", "#56d4dd", "#e5534b")


def bars(title: str, rows: Sequence[tuple[str, float, bool]]) -> str:
    """Draw a bar a row: name, value, whether it is ours."""
    scale = (_WIDTH - _LEFT - _RIGHT) / max((value for _, value, _ in rows), default=1)
    parts = []
    for place, (name, value, ours) in enumerate(rows):
        top = _TOP + place * _ROW
        parts += [
            _text(_LEFT - 8, top + 15, _fitting(name), "end"),
            _box(_LEFT, top, max(1, value * scale), 20, _OURS if ours else _THEIRS),
            _text(_LEFT + value * scale + 6, top + 15, _short(value)),
        ]
    return _picture(title, _TOP + len(rows) * _ROW + 8, parts)


def stacks(title: str, rows: Sequence[tuple[str, dict[str, float]]]) -> str:
    """Draw a bar a row out of named parts, and what their colours mean."""
    scale = (_WIDTH - _LEFT - _RIGHT) / max((sum(values.values()) for _, values in rows), default=1)
    names = list(dict.fromkeys(name for _, values in rows for name in values))
    colours = {name: _COLOURS[place % len(_COLOURS)] for place, name in enumerate(names)}
    parts = []
    for place, (name, values) in enumerate(rows):
        top, left = _TOP + place * _ROW, float(_LEFT)
        parts.append(_text(_LEFT - 8, top + 15, _fitting(name), "end"))
        for stage, value in values.items():
            parts.append(_box(left, top, max(0, value * scale), 20, colours[stage]))
            left += value * scale
        parts.append(_text(left + 6, top + 15, _short(sum(values.values()))))
    below = _TOP + len(rows) * _ROW + 14
    for place, name in enumerate(names):
        left, top = 20 + place % _KEYS * _KEY, below + place // _KEYS * 20
        parts += [_box(left, top, 12, 12, colours[name]), _text(left + 17, top + 10, _fitting(name))]
    return _picture(title, below + (len(names) + _KEYS - 1) // _KEYS * 20 + 8, parts)


def curve(title: str, points: Sequence[tuple[float, float]]) -> str:
    """Draw points on two logarithmic scales, with the dashed line of proportional growth through the first."""
    height = 380
    (low_x, high_x), (low_y, high_y) = (
        (math.floor(math.log10(min(axis))), math.ceil(math.log10(max(axis)) + 1e-9))
        for axis in zip(*points, strict=True)
    )
    high_x, high_y = max(high_x, low_x + 1), max(high_y, low_y + 1)

    def place(x: float, y: float) -> tuple[float, float]:
        return (
            70 + (math.log10(x) - low_x) / (high_x - low_x) * (_WIDTH - 100),
            height - 40 - (math.log10(y) - low_y) / (high_y - low_y) * (height - 40 - _TOP),
        )

    parts = []
    for power in range(low_x, high_x + 1):
        x, y = place(10**power, 10**low_y)
        parts += [_line([(x, y), place(10**power, 10**high_y)], _FAINT), _text(x, y + 18, _short(10**power), "middle")]
    for power in range(low_y, high_y + 1):
        x, y = place(10**low_x, 10.0**power)
        parts += [
            _line([(x, y), place(10**high_x, 10.0**power)], _FAINT),
            _text(x - 8, y + 4, _short(10.0**power), "end"),
        ]
    (first_x, first_y), last_x = points[0], points[-1][0]
    parts.append(_line([place(first_x, first_y), place(last_x, first_y * last_x / first_x)], _INK, dashed=True))
    parts.append(_line([place(*point) for point in points], _OURS, width=2.5))
    for point in points:
        x, y = place(*point)
        parts += [
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{_OURS}"/>',
            _text(x - 6, y - 9, _short(point[1]), "end"),
        ]
    return _picture(title, height, parts)


def _picture(title: str, height: float, parts: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="13" fill="{_INK}">\n<title>{escape(title)}</title>\n'
    )
    return f"{head}{_text(20, 24, title, weight='600')}\n{chr(10).join(parts)}\n</svg>\n"


def _text(x: float, y: float, text: str, anchor: str = "start", weight: str = "400") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}">{escape(text)}</text>'


def _box(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'


def _line(points: Sequence[tuple[float, float]], colour: str, *, width: float = 1, dashed: bool = False) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dashes = ' stroke-dasharray="5 4"' if dashed else ""
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}"{dashes}/>'


def _fitting(name: str) -> str:
    """Return a name as long as there is room for."""
    return name if len(name) <= 20 else name[:19].rstrip() + "…"


def _short(value: float) -> str:
    """Return a number in few characters."""
    for unit, name in ((1e6, " M"), (1e3, " k")):
        if value >= unit:
            return f"{value / unit:.3g}{name}"
    return f"{value:.3g}"
