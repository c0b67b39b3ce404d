"""The Parallel Spiking Neuron, its matrix W an instrument to be played cell by cell."""
