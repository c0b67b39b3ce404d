"""03 · The Parallel Spiking Neuron."""
