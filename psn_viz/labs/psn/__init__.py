"""The Parallel Spiking Neuron: its matrix W, which can be painted cell by cell."""
