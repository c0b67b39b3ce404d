"""The loop of a reset-free neuron and its matrix W, and what a reset does to W."""
