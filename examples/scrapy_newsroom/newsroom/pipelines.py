"""Finds the copies among the items of a crawl when the spider closes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dedup

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from newsroom.items import ArticleItem


class CopiesPipeline:
    """Keeps all items, and writes clusters and one article a story at the end.

    Copies are found among all articles at once: the furniture of the sites is learned from them, and the answer does
    not depend on the order in which pages came.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._items: list[ArticleItem] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CopiesPipeline:
        """Make one, as Scrapy asks for it."""
        return cls(crawler)

    def process_item(self, item: ArticleItem) -> ArticleItem:
        """Keep an item."""
        self._items.append(item)
        return item

    def close_spider(self) -> None:
        """Find the copies, write them, and count them among the crawl's statistics."""
        result = dedup.find_duplicates(self._items)
        result.write(self._crawler.settings["CLUSTERS"])
        result.write(self._crawler.settings["UNIQUE"], what="unique")
        for name, count in result.counts.items():
            self._crawler.stats.set_value(f"dedup/{name.replace(' ', '_')}", count)
