"""The names that people choose by hand for the fields."""

from __future__ import annotations

from dedup.articles.fields.mapping import FIELDS

# After our own name, in this order. What only one producer says comes last: a selection of its columns has
# no signature left.
BY_HAND = {
    "id": "id guid",
    "url": "url link href page_url WARC-Target-URI requested_url",
    "title": "title headline heading subject article_title",
    "text": "text content body article article_text story full_text html maintext plain_text plaintext text_content"
    " articleBody body_text",
    "source": "source site outlet publisher media medium domain source_name feed media_name source_domain sitename"
    " hostname",
    "published": "published pubDate pub_date date datetime timestamp created_at time published_date publish_date"
    " published_at publication_date date_publish publishing_date datePublished",
    "fetched": "fetched WARC-Date fetched_at crawl_date scraped_at date_download",
    "canonical_url": "canonical_url canonical canonical_link",
    "author": "author by byline creator dc:creator authors",
    "credit": "credit agency provider copyright",
    "language": "language lang language_code inLanguage",
    "updated": "updated updated_at modified date_modify dateModified",
    "zone": "zone timezone time_zone tz",
}
assert tuple(BY_HAND) == FIELDS  # noqa: S101 - a table, checked where it stands
