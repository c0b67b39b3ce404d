"""02 · Removing the reset."""
