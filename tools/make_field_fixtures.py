#!/usr/bin/env python3
"""Make the output of extractors that the tests of the field mapping read.

    pip install trafilatura newspaper4k feedparser news-please fundus extruct "curl_cffi<0.14"
    python tools/make_field_fixtures.py

Nothing else here needs these. They are run on the page and the feed in tests/fixtures/fields, both invented, and
what they write is put beside them. Nothing is downloaded.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING

import extruct
import feedparser
import fundus
import newspaper
import newsplease
import trafilatura
from fundus.parser import BaseParser, ParserProxy, attribute
from fundus.parser.utility import extract_article_body_with_selector, generic_author_parsing, generic_date_parsing
from fundus.scraping.article import Article
from fundus.scraping.html import HTML, SourceInfo
from lxml.etree import XPath

if TYPE_CHECKING:
    from fundus.parser import ArticleBody

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "fixtures" / "fields"
URL = "https://westmere-post.example/ferry"
RUN = "2025-03-05"  # the day of a run would make every run differ


class WestmereParser(ParserProxy):
    """What fundus has for each publisher; this one is invented as the page is."""

    class V1(BaseParser):
        """The one version of the site."""

        @attribute
        def body(self) -> ArticleBody | None:
            """Return the paragraphs."""
            return extract_article_body_with_selector(
                self.precomputed.doc, paragraph_selector=XPath("//article/p[not(@class)]")
            )

        @attribute
        def authors(self) -> list[str]:
            """Return the names."""
            return generic_author_parsing(self.precomputed.ld.bf_search("author"))

        @attribute
        def publishing_date(self) -> dt.datetime | None:
            """Return the time with its zone."""
            return generic_date_parsing(self.precomputed.ld.bf_search("datePublished"))

        @attribute
        def title(self) -> str | None:
            """Return the headline."""
            return self.precomputed.meta.get("og:title")


def main() -> None:
    """Write all fixtures."""
    html = (FOLDER / "page.html").read_text(encoding="utf-8")
    extracted = json.loads(trafilatura.extract(html, url=URL, output_format="json", with_metadata=True))
    _write("trafilatura.json", {**extracted, "filedate": RUN})
    rows = trafilatura.extract(html, url=URL, output_format="csv", with_metadata=True)
    (FOLDER / "trafilatura.csv").write_text(rows, encoding="utf-8", newline="")
    document = trafilatura.bare_extraction(html, url=URL, with_metadata=True).as_dict()
    plain = {key: None if key.endswith("body") else value for key, value in document.items()}
    _write("trafilatura_document.json", {**plain, "filedate": RUN})
    article = newspaper.Article(URL)
    article.download(input_html=html)
    article.parse()
    _write("newspaper4k.json", json.loads(article.to_json(as_string=True)))
    feed = feedparser.parse((FOLDER / "feed.xml").read_bytes())
    _write("feedparser.json", {"feed": feed.feed, "entries": feed.entries})
    _write("news_please.json", newsplease.NewsPlease.from_html(html, url=URL).get_serializable_dict())
    page = HTML(URL, URL, html, dt.datetime.fromisoformat(RUN), SourceInfo("Westmere Post"))
    parsed = WestmereParser()().parse(html, "raise")
    _write("fundus.json", Article(html=page, **parsed).to_json("title", "body", "authors", "publishing_date", "topics"))
    _write("schema_org.json", extruct.extract(html, base_url=URL, syntaxes=["json-ld"])["json-ld"][0])
    print(f"fundus {fundus.__version__}" if hasattr(fundus, "__version__") else "done")


def _write(name: str, content: object) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1, default=str)
    (FOLDER / name).write_text(text + "\n", encoding="utf-8")
    print(name)


if __name__ == "__main__":
    main()
