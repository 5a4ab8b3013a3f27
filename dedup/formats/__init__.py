"""Files in and out, as Arrow: JSONL, CSV and Parquet both ways; JSON, TSV and Arrow IPC in."""

from dedup.formats.reading import read
from dedup.formats.writing import ending_of, json_line, write, write_lines, write_text

__all__ = ["ending_of", "json_line", "read", "write", "write_lines", "write_text"]
