"""What outlets do to a story, and what only looks like a copy: edits and hard negatives, seeded."""
