"""06 · Simulation speed."""
