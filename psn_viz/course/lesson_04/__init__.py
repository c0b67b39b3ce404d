"""04 · The masked PSN."""
