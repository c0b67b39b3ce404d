"""10 · Reading the results."""
