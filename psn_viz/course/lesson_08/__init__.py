"""08 · Sequential classification."""
