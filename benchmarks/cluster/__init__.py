"""What the Spark engine costs, and whether it says what the batch engine says. Needs Java."""
