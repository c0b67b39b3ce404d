"""The labs and lessons with no kernel: pages that any web server can serve."""
