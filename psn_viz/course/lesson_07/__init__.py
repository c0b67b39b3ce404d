"""07 · Long-term dependencies."""
