"""Ablation by hand. Weights are taken from a trained network, and the test set is classified again."""
