"""Records as producers document them, and the article that each one is: extractors and feeds, then services."""

import time

from fields_kit import ORIGINAL, TEXT
from produced_services import SERVED

EXTRACTED = {
    "news-please": (
        {
            "authors": ["Ada Quill"],
            "date_download": "2025-03-04 15:00:00",
            "date_modify": "None",
            "date_publish": "2025-03-04 09:15:00",
            "description": "A ferry",
            "filename": "ferry.json",
            "image_url": None,
            "language": "en",
            "localpath": None,
            "maintext": TEXT,
            "source_domain": "westmere-post.example",
            "text": None,
            "title": "Ferry",
            "title_page": None,
            "title_rss": None,
            "url": "u",
        },
        {
            "id": "ferry.json",
            "url": "u",
            "title": "Ferry",
            "text": TEXT,
            "source": "westmere-post.example",
            "published": "2025-03-04 09:15:00",
            "fetched": "2025-03-04 15:00:00",
            "author": "Ada Quill",
            "language": "en",
        },
    ),
    "fundus": (
        {
            "title": "Ferry",
            "authors": ["Ada Quill", "Ben Marsh"],
            "body": {"summary": ["A boat."], "sections": [{"headline": ["Fog"], "paragraphs": ["One.", "Two."]}]},
            "publishing_date": "2025-03-04 09:15:00-05:00",
            "topics": ["sea"],
            "free_access": True,
        },
        {
            "title": "Ferry",
            "text": "A boat.\n\nFog\n\nOne.\n\nTwo.",
            "published": "2025-03-04 09:15:00-05:00",
            "author": "Ada Quill; Ben Marsh",
        },
    ),
    "feedparser": (
        {"title": "Ferry", "link": "u", "summary": TEXT, "updated_parsed": time.gmtime(1741097700)},
        {"title": "Ferry", "url": "u", "text": TEXT, "updated": "2025-03-04T14:15:00+00:00"},
    ),
    "schema.org": (
        {
            "@context": "https://schema.org",
            "@type": "ReportageNewsArticle",
            "@id": "https://westmere-post.example/ferry#article",
            "mainEntityOfPage": "https://westmere-post.example/ferry",
            "headline": "Ferry",
            "articleBody": TEXT,
            "datePublished": "2025-03-04T09:15:00-05:00",
            "dateModified": "2025-03-04T11:40:00-05:00",
            "author": "Ada Quill",
            "publisher": {"@type": "Organization", "name": "Westmere Post", "logo": {"@type": "ImageObject"}},
            "copyrightHolder": {"@type": "Organization", "name": "Northern Wire"},
            "isBasedOn": {"@type": "NewsArticle", "url": ORIGINAL},
            "inLanguage": {"@type": "Language", "name": "English", "alternateName": "en"},
        },
        {
            "url": "https://westmere-post.example/ferry",
            "title": "Ferry",
            "text": TEXT,
            "source": "Westmere Post",
            "published": "2025-03-04T09:15:00-05:00",
            "updated": "2025-03-04T11:40:00-05:00",
            "canonical_url": ORIGINAL,
            "author": "Ada Quill",
            "credit": "Northern Wire",
            "language": "en",
        },
    ),
}

PRODUCED = EXTRACTED | SERVED
