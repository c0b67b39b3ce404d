"""An integrate-and-fire neuron with soft reset as a queue that serves one in a step."""
