"""The neurons: integrate-and-fire with a reset, and the parallel family without one.

Tensors are time-first, `[T, N, …]`. Imports torch and nothing else.
"""

from psn_viz.neurons.base import Neuron, Record, State
from psn_viz.neurons.counterexample import first_difference
from psn_viz.neurons.integrate_and_fire import IF, LIF
from psn_viz.neurons.masked_psn import MaskedPSN, set_lambda
from psn_viz.neurons.psn import PSN
from psn_viz.neurons.reset_free import reset_free_weight
from psn_viz.neurons.reset_free_leak import leak_by_fft, leak_by_product, leak_by_scan
from psn_viz.neurons.sliding_psn import SlidingPSN
from psn_viz.neurons.spikingjelly import from_spikingjelly
from psn_viz.neurons.surrogate import ATan

__all__ = [
    "IF",
    "LIF",
    "PSN",
    "ATan",
    "MaskedPSN",
    "Neuron",
    "Record",
    "SlidingPSN",
    "State",
    "first_difference",
    "from_spikingjelly",
    "leak_by_fft",
    "leak_by_product",
    "leak_by_scan",
    "reset_free_weight",
    "set_lambda",
]
