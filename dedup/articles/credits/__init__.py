"""Who is credited for a story: agencies in its text and fields, pointers to the original, notes of a version."""

from dedup.articles.credits.agencies import Agency, agency_named, agency_of_domain, agency_of_outlet, is_carrier
from dedup.articles.credits.finding import Credit, agency_of_credit, find_credits
from dedup.articles.credits.houses import House, Houses
from dedup.articles.credits.looking import Look, look_at
from dedup.articles.credits.pointers import Pointer, find_pointers
from dedup.articles.credits.versions import Version, version_note

__all__ = [
    "Agency",
    "Credit",
    "House",
    "Houses",
    "Look",
    "Pointer",
    "Version",
    "agency_named",
    "agency_of_credit",
    "agency_of_domain",
    "agency_of_outlet",
    "find_credits",
    "find_pointers",
    "is_carrier",
    "look_at",
    "version_note",
]
