"""One IF or LIF neuron over time."""
