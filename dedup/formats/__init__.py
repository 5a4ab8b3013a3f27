"""Files in and out, as Arrow: JSONL, CSV and Parquet both ways; JSON, TSV and Arrow IPC in."""

from dedup.formats.reading import read
from dedup.formats.writing import write, write_text

__all__ = ["read", "write", "write_text"]
