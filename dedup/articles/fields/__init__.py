"""What others call the fields of an article: whose output it is, and which of its names is which of ours."""

from dedup.articles.fields.choosing import choose, given, merge, relevant
from dedup.articles.fields.mapping import FIELDS, Choice, FieldMapping
from dedup.articles.fields.objects import as_mapping, unwrap

__all__ = ["FIELDS", "Choice", "FieldMapping", "as_mapping", "choose", "given", "merge", "relevant", "unwrap"]
