"""Accuracy over the delay for several neurons, as a figure without controls."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import numpy as np

from psn_viz.labs.live import sweep_figure
from psn_viz.labs.live.panel import Panel
from psn_viz.neurons.arguments import integer, real


def sweep_panel(delays: Sequence[int], accuracy: Mapping[str, Sequence], chance: float) -> Panel:
    """One small plot for each neuron of `accuracy`: name → `[seeds, delays]`, accuracies from 0 to 1.

    delays: growing, each ≥ 1. chance: what guessing gives. Raises TypeError or ValueError for anything else.
    """
    delays = [integer("each delay", delay, low=1) for delay in delays]
    if not delays or any(later <= earlier for earlier, later in itertools.pairwise(delays)):
        raise ValueError(f"delays must grow, and there must be one or more; got {delays}")
    chance = real("chance", chance, low=0.0, high=1.0)
    if not isinstance(accuracy, Mapping) or not accuracy:
        raise TypeError(f"accuracy must be a dict from the neuron's name to [seeds, delays], got {accuracy!r}")
    if len(accuracy) > sweep_figure.MAX_PLOTS:
        raise ValueError(f"accuracy must hold at most {sweep_figure.MAX_PLOTS} neurons, got {len(accuracy)}")
    arrays = {}
    for name, seeds in accuracy.items():
        try:
            array = arrays[name] = np.asarray(seeds, dtype=float)
        except (TypeError, ValueError):
            raise ValueError(f"accuracy[{name!r}] must be numbers [seeds, {len(delays)}], got {seeds!r}") from None
        if array.ndim != 2 or array.shape[0] == 0 or array.shape[1] != len(delays):
            raise ValueError(
                f"accuracy[{name!r}] must be [seeds, {len(delays)}], a number for each delay, got {list(array.shape)}"
            )
        if not ((array >= 0) & (array <= 1)).all():
            raise ValueError(f"accuracy[{name!r}] must lie in 0 to 1, got {array.min():g} to {array.max():g}")
    numbers = sweep_figure.DelaySweep(delays, arrays, chance)
    return Panel(sweep_figure.draw(numbers), _description(numbers))


def _description(n: sweep_figure.DelaySweep) -> str:
    curves = "; ".join(f"{name}: {', '.join(map(_spread, seeds.T))}" for name, seeds in n.accuracy.items())
    return (
        f"Percent right at the delays {', '.join(map(str, n.delays))} (from the worst to the best seed where they "
        f"differ; chance is {100 * n.chance:.0f}): {curves}."
    )


def _spread(seeds: np.ndarray) -> str:
    low, high = f"{100 * seeds.min():.0f}", f"{100 * seeds.max():.0f}"
    return low if low == high else f"{low} to {high}"
