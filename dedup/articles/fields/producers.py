"""What each producer calls the fields."""

from __future__ import annotations

from typing import NamedTuple

# How programs write "no value" into text.
_NOTHING = ("None", "none", "null", "NaN", "nan", "NaT", "<NA>")


class Producer(NamedTuple):
    """A program or service and its output.

    Attributes:
        name: What it is called.
        signatures: Its output has all keys of at least one of these. A signature that ends in "." must be
            all there is of the names known here.
        fields: For each field its paths, the best first.
        cut: A pattern for what it puts where it has cut a text off.
    """

    name: str
    signatures: tuple[str, ...]
    fields: dict[str, str]
    cut: str | None = None
    missing: tuple[str, ...] = _NOTHING


# The first whose signature is there wins. Values are paths, separated by blanks.
# trafilatura: the fingerprint is no id, for copies share it. Its `source` is a url, and a canonical url of
# another site takes its place and that of `hostname`: only the site's name still says who carried the text.
# Event Registry: `date`, `time` and `dateTime` say when the article was found, GDELT's `seendate` too, and
# the `date` of FineWeb is that of the crawl. news-please keeps the body in `maintext`; its `text` is nothing.
PRODUCERS = (
    Producer(
        "trafilatura",
        ("source-hostname hostname", "source-hostname fingerprint", "source fingerprint hostname pagetype"),
        {
            "id": "id",
            "url": "source",
            "title": "title",
            "text": "text raw_text",
            "source": "source-hostname hostname",
            "published": "date",
            "fetched": "filedate",
            "author": "author",
            "credit": "license",
            "language": "language",
        },
    ),
    Producer(
        "trafilatura Document",
        ("sitename hostname", "fingerprint hostname pagetype"),
        {
            "id": "id",
            "url": "url",
            "title": "title",
            "text": "text raw_text",
            "source": "sitename hostname",
            "published": "date",
            "fetched": "filedate",
            "author": "author",
            "credit": "license",
            "language": "language",
        },
    ),
    Producer(
        "newspaper4k",
        ("canonical_link meta_lang", "canonical_link meta_site_name", "publish_date meta_site_name"),
        {
            "url": "url original_url",
            "title": "title",
            "text": "text",
            "source": "meta_site_name source_url",
            "published": "publish_date",
            "canonical_url": "canonical_link",
            "author": "authors",
            "credit": "meta_data.syndication-source meta_data.original-source",
            "language": "meta_lang language",
        },
    ),
    Producer(
        "news-please",
        ("maintext source_domain", "maintext date_publish"),
        {
            "id": "filename",
            "url": "url",
            "title": "title title_page title_rss",
            "text": "maintext",
            "source": "source_domain",
            "published": "date_publish",
            "fetched": "date_download",
            "author": "authors",
            "language": "language",
            "updated": "date_modify",
        },
    ),
    Producer(
        "fundus",
        ("publishing_date free_access", "publishing_date plaintext", "publishing_date topics body"),
        {
            "url": "html.responded_url html.requested_url url",
            "title": "title",
            "text": "plaintext body.**",
            "source": "publisher html.source_info.publisher",
            "published": "publishing_date",
            "fetched": "html.crawl_date",
            "author": "authors",
            "language": "lang",
        },
    ),
    Producer(
        "feedparser",
        ("published_parsed", "updated_parsed", "title_detail", "summary_detail", "guidislink"),
        {
            "id": "id",
            "url": "link",
            "title": "title",
            "text": "content.value summary",
            "source": "source.title feed.title",
            "published": "published published_parsed",
            "canonical_url": "links[rel=canonical].href links[rel=via].href",
            "author": "authors.name author",
            "credit": "rights media_credit.content credit dc_source publisher",
            "language": "content.language feed.language",
            "updated": "updated updated_parsed",
        },
    ),
    Producer(
        "schema.org",
        ("@type headline", "@type articleBody", "@type datePublished"),
        {
            "url": "url mainEntityOfPage.@id mainEntityOfPage @id",
            "title": "headline name",
            "text": "articleBody text",
            "source": "publisher.name publisher",
            "published": "datePublished dateCreated",
            "canonical_url": "isBasedOn.url isBasedOn.@id isBasedOn",
            "author": "author.name author",
            "credit": "sourceOrganization.name copyrightHolder.name creditText copyrightNotice provider.name",
            "language": "inLanguage.alternateName inLanguage",
            "updated": "dateModified",
        },
    ),
    Producer(
        "Media Cloud",
        ("media_name publish_date", "media_url publish_date"),
        {
            "id": "id",
            "url": "url",
            "title": "title",
            "text": "text",
            "source": "media_name media_url",
            "published": "publish_date",
            "fetched": "indexed_date",
            "language": "language",
        },
    ),
    Producer(
        "Media Cloud pipeline",
        (
            "text_content canonical_domain",
            "text_content article_title",
            "canonical_domain publication_date",
            "unique_url_hash text_content",
        ),
        {
            "id": "id unique_url_hash",
            "url": "url original_url normalized_url",
            "title": "title article_title normalized_article_title",
            "text": "text text_content",
            "source": "canonical_domain",
            "published": "publication_date",
            "fetched": "indexed_date parsed_date fetch_timestamp",
            "canonical_url": "canonical_url",
            "language": "language full_language",
        },
    ),
    Producer(
        "Event Registry",
        ("uri isDuplicate", "uri dateTimePub", "uri dateTime body", "uri eventUri"),
        {
            "id": "uri",
            "url": "url",
            "title": "title",
            "text": "body",
            "source": "source.title source.uri",
            "published": "dateTimePub",
            "fetched": "dateTime",
            "author": "authors.name authors",
            "language": "lang",
        },
    ),
    Producer(
        "NewsCatcher",
        ("published_date_precision", "clean_url link", "domain_url link"),
        {
            "id": "id _id",
            "url": "link",
            "title": "title",
            "text": "content summary",
            "source": "clean_url domain_url name_source",
            "published": "published_date",
            "fetched": "parse_date",
            "author": "author authors",
            "language": "language",
        },
    ),
    Producer(
        "NewsAPI",
        ("publishedAt urlToImage", "publishedAt source"),
        {
            "url": "url",
            "title": "title",
            "text": "content description",
            "source": "source.name source.id source",
            "published": "publishedAt",
            "author": "author",
        },
        cut=r"\s*\[\+?[0-9]+ chars\]\s*$",
    ),
    Producer(
        "GDELT DOC",
        ("seendate domain", "seendate sourcecountry"),
        {
            "url": "url url_mobile",
            "title": "title",
            "source": "domain",
            "fetched": "seendate",
            "language": "language",
        },
    ),
    Producer(
        "stanford-oval/ccnews",
        ("plain_text requested_url", "plain_text published_date"),
        {
            "url": "requested_url responded_url",
            "title": "title",
            "text": "plain_text",
            "source": "publisher sitename",
            "published": "published_date",
            "fetched": "crawl_date",
            "author": "author",
            "language": "language",
        },
    ),
    Producer(
        "cc_news",
        ("domain image_url date text",),
        {
            "url": "url",
            "title": "title",
            "text": "text",
            "source": "domain",
            "published": "date",
        },
    ),
    Producer(
        "FineWeb",
        ("dump file_path text", "dump language_score text"),
        {
            "id": "id",
            "url": "url",
            "text": "text",
            "fetched": "date",
            "language": "language",
        },
    ),
    Producer(
        "datatrove",
        ("text id metadata .", "text id metadata media ."),
        {
            "id": "id",
            "url": "metadata.url",
            "title": "metadata.title",
            "text": "text",
            "fetched": "metadata.date",
            "language": "metadata.language",
        },
    ),
    Producer(
        "Reuters",
        ("versionedGuid", "bodyXhtml", "usn headLine"),
        {
            "id": "uri versionedGuid",
            "title": "headLine",
            "text": "bodyXhtml fragment",
            "published": "firstCreated",
            "author": "byLine",
            "credit": "credit copyrightNotice",
            "language": "language",
            "updated": "versionCreated",
        },
    ),
    Producer(
        "AP",
        ("uri editorialtypes", "uri datelinelocation", "uri bylines headline"),
        {
            "id": "uri altids.itemid",
            "title": "headline title",
            "text": "body_text body_html body_nitf",
            "source": "provider",
            "published": "firstcreated",
            "author": "bylines",
            "credit": "provider copyrightnotice infosource",
            "language": "language",
            "updated": "versioncreated",
        },
    ),
    Producer(
        "ninjs",
        ("uri versioncreated", "uri firstcreated", "uri body_text", "uri body_html", "uri bodies", "uri headlines"),
        {
            "id": "uri guid",
            "title": "headline headlines[role=main].value headlines.value name title",
            "text": "body_text bodies[contenttype=text/plain].value body_html bodies.value body_xhtml",
            "source": "source provider",
            "published": "firstcreated",
            "author": "by byline authors.name",
            "credit": "provider copyrightholder copyrightnotice infosource infosources creditline credit",
            "language": "language",
            "updated": "versioncreated",
        },
    ),
)

# The columns of trafilatura's CSV, which is separated by tabs and has no header.
TRAFILATURA_CSV = "source id fingerprint hostname title image date text comments license pagetype".split()  # noqa: SIM905
