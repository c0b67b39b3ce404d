"""The time constants that a lab offers, and the neuron that one of them names."""

from __future__ import annotations

from psn_viz.neurons import IF, LIF

NO_LEAK = "IF"
TIME_CONSTANTS = (1, 1.25, 1.5, 2, 3, 4, 6, 8, 16, NO_LEAK)  # in time-steps


def leak_of(tau: float | str) -> float | None:
    """The time constant as `reset_free_weight` takes it: None for IF, which has no leak."""
    return None if tau == NO_LEAK else tau


def loop_of(tau: float | str, **options) -> IF | LIF:
    """LIF with this time constant, or IF, with `options` such as `reset`."""
    return IF(**options) if tau == NO_LEAK else LIF(tau, **options)
