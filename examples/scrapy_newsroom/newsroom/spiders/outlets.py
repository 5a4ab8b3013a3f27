"""Follows the links of a front page and takes the articles that they lead to.

    scrapy crawl outlets -a start=https://news.example/

The selectors are those of schema.org's Article and of Open Graph; a real site may need its own, or an
extractor such as trafilatura.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import scrapy

from newsroom.items import ArticleItem

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from scrapy.http import HtmlResponse


class OutletsSpider(scrapy.Spider):
    """Crawls one front page."""

    name = "outlets"

    def __init__(self, start: str, **rest: Any) -> None:  # noqa: ANN401 - as Scrapy has it
        super().__init__(**rest)
        self._start = start

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """Ask for the front page."""
        yield scrapy.Request(self._start)

    def parse(self, response: HtmlResponse) -> Iterator[scrapy.Request]:
        """Follow the links of a front page."""
        yield from response.follow_all(css="main a", callback=self.parse_article)

    def parse_article(self, response: HtmlResponse) -> Iterator[ArticleItem]:
        """Take the article of a page, if it is one."""
        text = "\n\n".join("".join(part.css("::text").getall()).strip() for part in response.css("article p"))
        if text:
            yield ArticleItem(
                url=response.url,
                title=response.css("article h1::text").get(),
                text=text,
                source=response.css("meta[property='og:site_name']::attr(content)").get(),
                published=response.css("article time::attr(datetime)").get(),
                fetched=datetime.now(UTC).isoformat(timespec="seconds"),
            )
