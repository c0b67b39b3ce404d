"""09 · Learned weights and masks."""
