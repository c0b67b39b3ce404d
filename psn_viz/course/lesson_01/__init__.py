"""01 · Charge, fire, reset."""
