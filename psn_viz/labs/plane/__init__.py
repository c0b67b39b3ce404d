"""Two inputs as a plane: where an LIF fires at the second step, and where a PSN does."""
