"""The gradient of one spike with respect to every input, through the loop of an LIF and through a PSN."""
