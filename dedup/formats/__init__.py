"""Files in and out, as Arrow: JSONL, CSV and Parquet both ways; JSON, TSV and Arrow IPC in."""

from dedup.formats.reading import read
from dedup.formats.writing import write

__all__ = ["read", "write"]
