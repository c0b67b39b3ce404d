"""05 · The sliding PSN."""
