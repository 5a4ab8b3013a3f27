"""A report as a file: one page with its style, its script, and its data compressed.

Nothing in the page comes from articles but the data, and that is base64: the script puts it on the page as text, never
as markup. A content-security policy allows this one script, this one style, and no network.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from dataclasses import dataclass, field
from html import escape
from importlib import resources
from typing import TYPE_CHECKING, Any

from dedup import formats
from dedup.review.report import contents
from dedup.review.report.texts import LONGEST_TEXT, Texts

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from dedup.engines.crew import Progress
    from dedup.results import Cluster, Result

LARGEST = 30 * 10**6
"""Bytes of a report. What does not fit is left out, the smallest clusters first, and named."""
MOST_TEXTS = 200
"""Texts of one cluster that are kept; the first by id."""
_LIST_BLOCK = 2_000  # articles
_TEXT_BLOCK = 1 << 18  # characters that a browser unpacks to show one cluster
_LISTS = 0.4  # of the room, for all that is not text
_SCRIPTS = ("unpack.js", "diff.js", "labels.js", "overview.js", "list.js", "cluster.js", "compare.js", "main.js")


@dataclass(slots=True)
class _Packed:
    """Blocks of base64, and how many characters they have."""

    blocks: list[str] = field(default_factory=list)
    size: int = 0

    def add(self, value: object, room: int) -> bool:
        """Pack a value as a block if it fits into the room."""
        data = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        block = base64.b64encode(gzip.compress(data.encode(errors="replace"), 6, mtime=0)).decode()
        if self.size + len(block) > room:
            return False
        self.blocks.append(block)
        self.size += len(block)
        return True


def write_report(
    result: Result,
    path: str | os.PathLike[str],
    *,
    title: str = "Copies found",
    progress: Progress | None = None,
) -> None:
    """Write one HTML file that shows a result, without any network: for people, not for programs.

    It holds the text of articles that are in clusters, compressed. A report has at most 30 MB; what does not fit is
    left out, the smallest clusters first, and the report says how much that was.

    Args:
        result: What a run found.
        path: The file, ending in .html.
        title: What stands above.
        progress: Called with (stage, done, total) as work goes on.

    Raises:
        ArgumentError: The ending is another, or the folder is missing.
    """
    with formats.whole(check_report_path(path)) as unfinished:
        unfinished.write_text(_page(result, title, progress), encoding="utf-8")


def check_report_path(path: str | os.PathLike[str]) -> Path:
    """Return where a report is to be written.

    Raises:
        ArgumentError: No report can be written there.
    """
    return formats.place_of(path, ".html", ".htm", said="the path of a report")


def _page(result: Result, title: str, progress: Progress | None) -> str:
    style = _asset("report.css")
    script = "\n".join(['"use strict";', *map(_asset, _SCRIPTS)])
    room = LARGEST - len(style) - len(script) - 10**5
    lists, shown = _lists(result.clusters, int(room * _LISTS))
    texts, places, kept = _texts(result, result.clusters[:shown], room - lists.size, progress)
    about = contents.overview(result) | {
        "name": _digest("".join([*lists.blocks, *texts.blocks])),  # under which a browser keeps labels
        "leftOut": _left_out(result, shown, kept),
        "places": places,
        "blocks": len(lists.blocks),
    }
    head = _Packed()
    head.add(about, LARGEST)
    policy = (
        f"default-src 'none'; script-src 'sha256-{_digest(script)}'; style-src 'sha256-{_digest(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    data = [
        f'<script type="application/octet-stream" id="{kind}-{number}">{block}</script>'
        for kind, packed in (("about", head), ("list", lists), ("text", texts))
        for number, block in enumerate(packed.blocks)
    ]
    page = _asset("report.html").replace("{{policy}}", escape(policy)).replace("{{style}}", style)
    page = page.replace("{{data}}", "\n".join(data)).replace("{{script}}", script)
    return page.replace("{{title}}", escape(contents.cut(title) or ""))  # last: it may look like a place to fill


def _lists(clusters: Sequence[Cluster], room: int) -> tuple[_Packed, int]:
    """Pack the clusters without their texts: (blocks, how many clusters fitted)."""
    packed, shown, size = _Packed(), 0, 0
    block: list[dict[str, Any]] = []
    for number, cluster in enumerate(clusters, 1):
        block.append(contents.cluster_value(cluster))
        size += len(cluster)
        if number == len(clusters) or size >= _LIST_BLOCK:
            if not packed.add(block, room):
                break
            shown, block, size = number, [], 0
    return packed, shown


def _texts(
    result: Result,
    clusters: Sequence[Cluster],
    room: int,
    progress: Progress | None,
) -> tuple[_Packed, list[list[int]], int]:
    """Pack the texts of clusters: (blocks, for each cluster its block and its place in that, articles in them)."""
    packed, kept = _Packed(), 0
    places: list[list[int]] = []
    reader = Texts(result)
    for first, block, articles in _blocks(reader, clusters):
        if not packed.add(block, room):
            break
        places += [[len(packed.blocks) - 1, place] for place in range(len(block))]
        kept += articles
        if progress is not None:
            progress("reporting", first + len(block), len(clusters))
    return packed, places, kept


def _blocks(reader: Texts, clusters: Sequence[Cluster]) -> Iterator[tuple[int, list[Any], int]]:
    """Yield (number of the first cluster, what is kept of each, articles) of one block of clusters after another."""
    block: list[Any] = []
    size = articles = first = 0
    for number, cluster in enumerate(clusters):
        members = cluster.ids[:MOST_TEXTS]
        texts = reader.of(members)
        block.append([texts, reader.reasons(cluster, members)])
        size += sum(len(one["text"]) for one in texts)
        articles += len(texts)
        if size >= _TEXT_BLOCK or number == len(clusters) - 1:
            yield first, block, articles
            block, size, articles, first = [], 0, 0, number + 1


def _left_out(result: Result, shown: int, kept: int) -> list[str]:
    """Say what the report does not hold."""
    said = []
    if len(result.clusters) > shown:
        missing = sum(len(cluster) for cluster in result.clusters[shown:])
        said.append(f"the {len(result.clusters) - shown:,} smallest clusters, with {missing:,} articles")
    listed = sum(len(cluster) for cluster in result.clusters[:shown])
    if listed > kept:
        said.append(f"the texts of {listed - kept:,} of the {listed:,} articles in clusters")
    long = sum(len(one.text or "") > LONGEST_TEXT for cluster in result.clusters[:shown] for one in cluster.members)
    if long:
        said.append(f"the ends of {long:,} texts of more than {LONGEST_TEXT:,} characters")
    return said


def _asset(name: str) -> str:
    return resources.files("dedup.review.report").joinpath("page", name).read_text(encoding="utf-8").strip()


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
