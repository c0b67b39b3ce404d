"""How many times as long one neuron takes as another, measured over T and N, and what limits it at a size."""
