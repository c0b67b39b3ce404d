"""A real image, one row per time-step, through an LIF and a PSN."""
