"""Bodies that are HTML become text, here and once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# fmt: off
_NAMES = {
    "a", "abbr", "address", "article", "aside", "audio", "b", "big", "blockquote", "body", "br", "button",
    "caption", "center", "cite", "code", "col", "dd", "del", "div", "dl", "dt", "em", "embed",
    "figcaption", "figure", "font", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head",
    "header", "hr", "html", "i", "iframe", "img", "input", "ins", "label", "li", "link", "main", "mark",
    "meta", "nav", "object", "ol", "p", "picture", "pre", "q", "s", "script", "section", "small",
    "source", "span", "strike", "strong", "style", "sub", "sup", "svg", "table", "tbody", "td", "tfoot",
    "th", "thead", "time", "title", "tr", "u", "ul", "video",
}
# fmt: on
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)(\s[^<>]*)?/?>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\s[a-z][\w:.-]*\s*=\s*[\"']", re.IGNORECASE)

# Real markup has a tag a paragraph. Fewer than one in this many characters are mentions.
_SPARSE = 500
# How many bytes are searched at a time: few enough to stay in the cache.
_WINDOW = 1 << 19


def is_markup(text: str) -> bool:
    """Tell whether a text is HTML rather than prose that mentions it.

    Prose writes ``a < b``, ``<3``, ``List<String>`` or quotes a tag: "use ``<b>`` and ``</b>``". So a
    text is HTML only if it shows the *use* of a tag, by one of

    - an element closed around its content, with no blank just inside (``<b>bold</b>``),
    - two paragraph or break tags (``<p>``, ``</p>``, ``<br>``),
    - a tag with a quoted attribute (``<img src="...">``),

    and tags run through it: it begins and ends with one, or has at least one in 500 characters.
    """
    tags = breaks = 0
    used = False
    opened: dict[str, bool] = {}
    for tag in _TAG.finditer(text):
        name, attributes = tag[2].lower(), tag[3]
        if name not in _NAMES:
            continue
        tags += 1
        breaks += name in {"p", "br"}
        if tag[1]:
            used = used or (opened.get(name, False) and text[tag.start() - 1] != " ")
        else:
            opened[name] = text[tag.end() : tag.end() + 1] != " "
            used = used or (attributes is not None and _ATTRIBUTE.search(attributes) is not None)
    bare = text.strip()
    return (used or breaks > 1) and (tags * _SPARSE >= len(bare) or (bare[0] == "<" and bare[-1] == ">"))


def reduce(
    column: pa.ChunkedArray, keep: Callable[[pa.Array], pa.Array] = lambda chunk: chunk
) -> tuple[pa.ChunkedArray, list[Problem]]:
    """Replace the texts that are HTML by what a browser would show of them.

    Texts without a tag cost a search for one byte and stay in their buffers. A text that cannot be
    reduced stays as given and is reported.

    Args:
        column: ``large_string``, valid UTF-8.
        keep: Is given each chunk that changed and returns it; it may put it elsewhere.

    Returns:
        The column, chunked as before, and the problems.
    """
    chunks: list[pa.Array] = []
    problems: list[Problem] = []
    start = 0
    for chunk in column.chunks:
        mask = np.zeros(len(chunk), dtype=bool)
        texts = []
        for row in _candidates(chunk):
            given = chunk[row].as_py()
            if given is None or not is_markup(given):
                continue
            text = _visible(given)
            if text is None:
                what = "text looks like HTML and cannot be reduced to text; kept as given"
                problems.append(Problem(f"article {start + row}", what))
            else:
                mask[row] = True
                texts.append(text)
        if texts:
            chunks.append(keep(pc.replace_with_mask(chunk, pa.array(mask), pa.array(texts, chunk.type))))
        else:
            chunks.append(chunk)
        start += len(chunk)
    return pa.chunked_array(chunks, column.type), problems


def _candidates(chunk: pa.Array) -> list[int]:
    # The rows that hold a byte "<" before a letter, "/" or "!", found without making a Python string.
    _, offsets_buffer, data_buffer = chunk.buffers()
    if len(chunk) == 0 or data_buffer is None:
        return []
    offsets = np.frombuffer(offsets_buffer, np.int64)[chunk.offset : chunk.offset + len(chunk) + 1]
    data = np.frombuffer(data_buffer, np.uint8)
    found = list(_less_than_signs(data, int(offsets[0]), int(offsets[-1])))
    if not found:
        return []
    rows = np.searchsorted(offsets, np.concatenate(found), side="right") - 1
    return [int(row) for row in np.unique(rows)]


def _less_than_signs(data: np.ndarray, start: int, end: int) -> Iterator[np.ndarray]:
    found = np.zeros(-(-_WINDOW // 8) * 8, np.bool_)
    for window in range(start, end, _WINDOW):
        size = min(_WINDOW, end - window)
        np.equal(data[window : window + size], ord("<"), out=found[:size])
        found[size:] = False
        # Signs are rare: eight bytes are looked at as one.
        eights = np.flatnonzero(found.view(np.uint64))
        places = (8 * eights[:, np.newaxis] + np.arange(8)).ravel()
        signs = places[found[places]] + window
        signs = signs[signs + 1 < end]
        follower = data[signs + 1]
        letter = (follower | 0x20) - ord("a") < 26  # bytes below "a" wrap around to large ones
        yield signs[letter | (follower == ord("/")) | (follower == ord("!"))]


def _visible(markup: str) -> str | None:
    # Imported here, because it takes a while and most input has no markup.
    import html_text  # noqa: PLC0415
    from lxml import etree, html  # type: ignore[import-untyped]  # noqa: PLC0415

    # The parser of html_text, but for any length and more depth: beyond its limits it drops text silently.
    parser = html.HTMLParser(recover=True, encoding="utf-8", huge_tree=True)
    try:
        tree = etree.fromstring(markup.strip().replace("\0", "").encode(), parser)
        text: str = html_text.extract_text(tree)
    except Exception:  # noqa: BLE001 - whatever the parser makes of hostile input, the text as given remains
        return None
    return None if any(entry.level == etree.ErrorLevels.FATAL for entry in parser.error_log) else text
