"""The algorithm, one file a stage: pure functions over arrays."""
