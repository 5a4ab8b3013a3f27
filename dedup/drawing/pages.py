"""Pieces of HTML for notebooks. Whatever comes in is escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_CELL = 'style="text-align:left;vertical-align:top"'


def table(rows: Iterable[Sequence[object]], head: Sequence[str] = (), caption: str = "") -> str:
    """Return rows as a table; None is an empty cell."""
    parts = ['<table style="margin:0.5em 0">']
    if caption:
        parts.append(f'<caption style="text-align:left;font-weight:bold">{escape(shown(caption))}</caption>')
    if head:
        cells = "".join(f'<th scope="col" {_CELL}>{escape(name)}</th>' for name in head)
        parts.append(f"<thead><tr>{cells}</tr></thead>")
    parts.append("<tbody>")
    parts += ["<tr>" + "".join(f"<td {_CELL}>{_cell(cell)}</td>" for cell in row) + "</tr>" for row in rows]
    return "\n".join([*parts, "</tbody></table>"])


def paragraph(text: object) -> str:
    """Return a paragraph."""
    return f"<p>{escape(shown(text))}</p>"


def listed(items: Iterable[object]) -> str:
    """Return a list."""
    return f"<ul>{''.join(f'<li>{escape(shown(item))}</li>' for item in items)}</ul>"


def marked(tag: str, text: str, style: str) -> str:
    """Return text within `tag`, say "ins" or "del"."""
    return f'<{tag} style="{style}">{escape(shown(text))}</{tag}>'


def shown(value: object) -> str:
    """Return a value without the characters that would turn around the text beside it or cannot be shown."""
    return "".join(char if char.isprintable() or char in "\n\t" else "\N{REPLACEMENT CHARACTER}" for char in str(value))


def _cell(value: object) -> str:
    return "" if value is None else escape(shown(value))
