"""11 · The reset revisited."""
