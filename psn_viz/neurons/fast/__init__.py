"""The same spikes and gradients, faster. Not needed to understand the neurons: see README.md in this folder."""

from psn_viz.neurons.fast.function import spikes
from psn_viz.neurons.fast.serving import EQUATIONS, own_equations, require, serves, why_not_this_neuron

__all__ = ["EQUATIONS", "own_equations", "require", "serves", "spikes", "why_not_this_neuron"]
