"""One article at a time, durable."""

from dedup.engines.stream.index import Index

__all__ = ["Index"]
