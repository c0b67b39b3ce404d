"""Lab: the same input and the same leak with hard reset, soft reset and none: what dropping the reset does."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch

from psn_viz.labs.core.controls import Choice, Real, Whole
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.core.phrases import counted
from psn_viz.labs.core.witness import Witness
from psn_viz.labs.firing import figure
from psn_viz.neurons import LIF, reset_free_weight

T = 64
NEURONS = 200
SHOWN = 9
RESETS = ("hard", "soft", "none")
_LOWEST, _HIGHEST = -0.5, 1.0
_LEVELS = (_LOWEST, -0.3, -0.1, 0.0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, _HIGHEST)  # denser where rates rise steeply


@dataclass(frozen=True)
class ResetNumbers:
    """A layer of 200 neurons over T steps with one kind of reset, of which the first 9 neurons are kept.

    h `[T, 9]` float64, in units of the threshold; s `[T, 9]`, 0 or 1. rate: the share of all entries of S that are 1.
    rates `[L]`: that share at each of the levels of the input. differing: the share of the entries of S that are not
    those without reset, 0 to 1; first_differing: the first time-step with one, or None.
    """

    h: np.ndarray
    s: np.ndarray
    rate: float
    rates: np.ndarray
    differing: float
    first_differing: int | None


@dataclass(frozen=True)
class FiringNumbers:
    """One input to three layers that differ in their reset alone; the threshold is 1, without units.

    tau: time constant in time-steps. mean, deviation, seed: of the normal input. neuron: the one whose H is drawn.
    levels `[L]` float64: the means at which the rates were counted, growing; `mean` is one of them.
    hard, soft, none: the layers. witness: H of all neurons without reset, by the loop against the product W X.
    """

    tau: float
    mean: float
    deviation: float
    seed: int
    neuron: int
    levels: np.ndarray
    hard: ResetNumbers
    soft: ResetNumbers
    none: ResetNumbers
    witness: Witness

    @property
    def by_reset(self) -> dict[str, ResetNumbers]:
        """The layers by the name of their reset."""
        return {"hard": self.hard, "soft": self.soft, "none": self.none}


class Firing(Lab):
    """One layer of LIF neurons with three resets: which entries of S differ, and the firing rate over the input."""

    name = "firing"
    title = "What dropping the reset does"
    sentence = "A reset only lowers the membrane, so on the same input a neuron without one fires as often or more."
    main = "tau", "neuron"
    table = (
        Choice("tau", "τ", "time constant of the leak: V keeps 1 − 1/τ of itself", 10,
               (1, 1.25, 1.5, 2, 3, 4, 6, 8, 10, 16, 32, 64), ordered=True),
        Real("mean", "mean", "mean of the input X", 0.3, low=_LOWEST, high=_HIGHEST, step=0.05),
        Real("deviation", "dev.", "standard deviation of the input X", 0.6, low=0.0, high=1.5, step=0.1),
        Whole("seed", "seed", "which numbers the normal input is drawn from", 0, low=0, high=32),
        Whole("neuron", "n", "the neuron whose H is shown (or point at its row)", 0, low=0, high=SHOWN - 1),
    )  # fmt: skip

    @staticmethod
    def compute(state: dict) -> FiringNumbers:
        tau, mean, deviation, seed = (state[name] for name in ("tau", "mean", "deviation", "seed"))
        x = mean + deviation * _noise(seed)
        runs = {reset: _neuron(tau, reset).record(x) for reset in RESETS}
        free = runs["none"]
        levels = np.array([*_LEVELS, mean])
        order = np.argsort(levels, kind="stable")
        rates = _rates(tau, deviation, seed)
        by_reset = {}
        for reset, run in runs.items():
            differs, rate = run.s != free.s, float(run.s.mean())
            steps = differs.any(1).nonzero()
            by_reset[reset] = ResetNumbers(
                h=run.h[:, :SHOWN].numpy(),
                s=run.s[:, :SHOWN].numpy(),
                rate=rate,
                rates=np.append(rates[reset], rate)[order],
                differing=float(differs.double().mean()),
                first_differing=int(steps[0]) if len(steps) else None,
            )
        return FiringNumbers(
            tau=tau,
            mean=mean,
            deviation=deviation,
            seed=seed,
            neuron=state["neuron"],
            levels=levels[order],
            **by_reset,
            witness=Witness.between(free.h, reset_free_weight(T, tau, decay_input=False) @ x),
        )

    draw = staticmethod(figure.draw)

    @staticmethod
    def describe(numbers: FiringNumbers) -> str:
        n = numbers
        hard, soft, none = (int(layer.s[:, n.neuron].sum()) for layer in n.by_reset.values())
        agrees = f"{'give the same H, difference' if n.witness.agrees else 'differ in H by'} {n.witness.size}"
        return (
            f"{NEURONS} LIF neurons with τ = {n.tau:g} over {T} steps, X with mean {n.mean:g} and "
            f"deviation {n.deviation:g}, seed {n.seed}: firing rate {n.hard.rate:.3f} with hard "
            f"reset, {n.soft.rate:.3f} with soft, {n.none.rate:.3f} without. {_differing('hard', n.hard)}. "
            f"{_differing('soft', n.soft)}. Without reset, loop and product W X {agrees}. "
            f"Neuron {n.neuron}: {counted(hard)} with hard reset, {soft} with soft, {none} without."
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


def _differing(reset: str, layer: ResetNumbers) -> str:
    both = f"With {reset} reset and without"
    if layer.first_differing is None:
        return f"{both}, the spikes are the same"
    share = f"{100 * layer.differing:.1f} % of the entries of S differ"
    return f"{both}, {share}, first at t = {layer.first_differing}"
