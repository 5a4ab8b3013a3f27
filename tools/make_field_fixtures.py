#!/usr/bin/env python3
"""Make the output of extractors that the tests of the field mapping read.

    python tools/make_field_fixtures.py

Needs trafilatura, newspaper4k and feedparser, which nothing else here needs. They are run on the page and the
feed in tests/fixtures/fields, both invented, and what they write is put beside them. Nothing is downloaded.
"""

from __future__ import annotations

import json
from pathlib import Path

import feedparser
import newspaper
import trafilatura

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "fixtures" / "fields"
URL = "https://westmere-post.example/ferry"
RUN = "2025-03-05"  # trafilatura writes the day it runs, which would make every run differ


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


def _write(name: str, content: object) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1, default=str)
    (FOLDER / name).write_text(text + "\n", encoding="utf-8")
    print(name)


if __name__ == "__main__":
    main()
