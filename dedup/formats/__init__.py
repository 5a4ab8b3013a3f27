"""Files in and out, as Arrow: JSONL, CSV and Parquet both ways; JSON, TSV and Arrow IPC in."""

from dedup.formats.places import place_of, whole
from dedup.formats.reading import read
from dedup.formats.writing import check_path, ending_of, json_line, write, write_lines, write_text

__all__ = ["check_path", "ending_of", "json_line", "place_of", "read", "whole", "write", "write_lines", "write_text"]
