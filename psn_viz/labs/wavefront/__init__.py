"""How many rounds over all time-steps at once replace a loop with a reset."""
