"""The same spikes and gradients, faster. Not needed to understand the neurons."""
