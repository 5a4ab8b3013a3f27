"""Modules that need what is not installed have no doctests to collect."""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("pyspark") else ["dedup/engines/spark/*"]
