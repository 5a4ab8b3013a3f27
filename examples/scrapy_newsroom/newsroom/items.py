"""What a page becomes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class ArticleItem:
    """An article; `dedup` knows these names."""

    url: str
    title: str | None
    text: str
    source: str | None
    published: str | None
    fetched: str
