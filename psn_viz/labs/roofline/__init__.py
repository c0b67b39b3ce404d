"""What a neuron costs at least on a device, and why a PSN is faster than a loop, until N is large."""
