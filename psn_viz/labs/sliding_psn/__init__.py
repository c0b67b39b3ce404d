"""The sliding PSN, its kernel bars to pull, all at once and step by step from a queue."""
