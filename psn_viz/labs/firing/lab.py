"""Lab: the same input and the same leak with hard reset, soft reset and none: what dropping the reset does."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import torch

from psn_viz.labs.core.controls import Choice, Real, Whole
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.core.phrases import at_most, counted
from psn_viz.labs.core.traces import verdict
from psn_viz.labs.firing import figure as figures
from psn_viz.neurons import LIF, reset_free_weight

T = 64
NEURONS = 200
SHOWN = 9
RESETS = ("hard", "soft", "none")
TOLERANCE = 1e-10
_LOWEST, _HIGHEST = -0.5, 1.0
_LEVELS = (_LOWEST, -0.3, -0.1, 0.0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, _HIGHEST)  # denser where rates rise steeply


class Firing(Lab):
    """One layer of LIF neurons with three resets: which entries of S differ, and the firing rate over the input."""

    name = "firing"
    title = "What dropping the reset does"
    sentence = "With the same input and the same leak, a neuron without reset fires far more often."
    table = (
        Choice("tau", "τ", "time constant of the leak: V keeps 1 − 1/τ of itself", 10,
               (1, 1.25, 1.5, 2, 3, 4, 6, 8, 10, 16, 32, 64), ordered=True),
        Real("mean", "mean", "mean of the input X", 0.3, low=_LOWEST, high=_HIGHEST, step=0.05),
        Real("deviation", "dev.", "standard deviation of the input X", 0.6, low=0.0, high=1.5, step=0.1),
        Whole("seed", "seed", "which numbers the normal input is drawn from", 0, low=0, high=32),
        Whole("neuron", "n", "the neuron whose H is shown (or point at its row)", 0, low=0, high=SHOWN - 1),
    )  # fmt: skip

    @staticmethod
    def compute(state: dict) -> dict:
        tau = state["tau"]
        x = state["mean"] + state["deviation"] * _noise(state["seed"])
        runs = {reset: _neuron(tau, reset).record(x) for reset in RESETS}
        free = runs["none"]
        apart = {reset: runs[reset].s != free.s for reset in ("hard", "soft")}
        return {
            "s": {reset: run.s[:, :SHOWN].numpy() for reset, run in runs.items()},
            "h": {reset: run.h[:, :SHOWN].numpy() for reset, run in runs.items()},
            "rate": {reset: float(run.s.mean()) for reset, run in runs.items()},
            "share": {reset: float(differ.double().mean()) for reset, differ in apart.items()},
            "first": {reset: _first(differ.any(1)) for reset, differ in apart.items()},
            "curve": _rates(tau, state["deviation"], state["seed"]),
            "witness": float((free.h - reset_free_weight(T, tau, decay_input=False) @ x).abs().max()),
            **state,
        }

    @staticmethod
    def draw(numbers: dict):
        neuron, mean, rate = numbers["neuron"], numbers["mean"], numbers["rate"]
        level = np.array([*_LEVELS, mean])
        order = np.argsort(level, kind="stable")
        curve = {reset: np.append(numbers["curve"][reset], rate[reset])[order] for reset in RESETS}
        return figures.draw(
            numbers["s"], level[order], curve, mean, rate, {reset: h[:, neuron] for reset, h in numbers["h"].items()},
            neuron, {reset: _title(numbers, reset) for reset in RESETS}, f"{100 * numbers['share']['hard']:.0f} %",
            f"{1 - 1 / numbers['tau']:.3g}", _whole(np.concatenate([h.ravel() for h in numbers["h"].values()])),
        )  # fmt: skip

    @staticmethod
    def describe(numbers: dict) -> str:
        rate, neuron = numbers["rate"], numbers["neuron"]
        spikes = {reset: int(s[:, neuron].sum()) for reset, s in numbers["s"].items()}
        agrees, witness = numbers["witness"] <= TOLERANCE, numbers["witness"]
        apart = at_most(witness, TOLERANCE)
        how = f"give the same H, difference {apart}" if agrees else f"differ in H by {apart}"
        return (
            f"{NEURONS} LIF neurons with τ = {numbers['tau']:g} over {T} steps, X with mean {numbers['mean']:g} and "
            f"deviation {numbers['deviation']:g}, seed {numbers['seed']}: firing rate {rate['hard']:.3f} with hard "
            f"reset, {rate['soft']:.3f} with soft, {rate['none']:.3f} without. {_differing(numbers, 'hard')}. "
            f"{_differing(numbers, 'soft')}. Without reset, loop and product W X {how}. "
            f"Neuron {neuron}: {counted(spikes['hard'])} with hard reset, {spikes['soft']} with soft, "
            f"{spikes['none']} without."
        )


@lru_cache(maxsize=4)
def _noise(seed: int) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).standard_normal((T, NEURONS)))


def _neuron(tau: float, reset: str) -> LIF:
    return LIF(tau, decay_input=False, reset=reset, surrogate=_step)


def _step(distance: torch.Tensor) -> torch.Tensor:
    """Θ alone: no gradient is wanted here, and without one the loops take half the time."""
    return (distance >= 0).to(distance.dtype)


@lru_cache(maxsize=4)
def _rates(tau: float, deviation: float, seed: int) -> dict[str, np.ndarray]:
    """The firing rate at each of the levels, by reset. It does not depend on the mean that is set."""
    x = torch.tensor(_LEVELS, dtype=torch.float64)[:, None] + (deviation * _noise(seed))[:, None]
    return {reset: _neuron(tau, reset)(x).mean((0, 2)).numpy() for reset in RESETS}


def _first(differ: torch.Tensor) -> int | None:
    return int(differ.nonzero()[0]) if differ.any() else None


def _whole(values: np.ndarray) -> tuple[float, float]:
    """An axis from and to whole numbers (or every fifth one), so that it stays while the input changes a little."""
    low, high = min(0.0, float(values.min())), max(1.2, float(values.max()))
    step = 1 if high - low < 10 else 5
    return step * math.floor(low / step), step * math.ceil(high / step)


def _differing(numbers: dict, reset: str) -> str:
    first, both = numbers["first"][reset], f"With {reset} reset and without"
    if first is None:
        return f"{both}, the spikes are the same"
    return f"{both}, {100 * numbers['share'][reset]:.1f} % of the entries of S differ, first at t = {first}"


def _title(numbers: dict, reset: str) -> str:
    fire = f"{'no' if reset == 'none' else reset} reset: {numbers['rate'][reset]:.2f} of all entries fire"
    return f"{fire}<br>{_witness(numbers) if reset == 'none' else _against_none(numbers, reset)}"


def _witness(numbers: dict) -> str:
    agrees = numbers["witness"] <= TOLERANCE
    apart = at_most(numbers["witness"], TOLERANCE)
    return verdict(agrees, f"loop {'=' if agrees else '≠'} W X, max |difference| {apart}")


def _against_none(numbers: dict, reset: str) -> str:
    first = numbers["first"][reset]
    if first is None:
        return verdict(True, "the same spikes as none")
    return verdict(False, f"{100 * numbers['share'][reset]:.0f} % differ from none, first at t = {first}")
