"""The microscope. One layer of a trained network, at any moment of its training."""
