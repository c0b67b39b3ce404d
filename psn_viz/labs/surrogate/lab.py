"""Lab: the surrogate gradient. Which neurons of a layer get a gradient through the slope that stands in for Θ's."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch

from psn_viz.labs.core.controls import Real, Whole
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.core.witness import Witness
from psn_viz.labs.surrogate import figure
from psn_viz.neurons import LIF, ATan

TAU = 4.0  # of the LIF; its threshold is 1
T = 32
NEURONS = 100
PART = 0.1  # of the largest slope: who has more counts as reached by the gradient
_CURVE = 481  # points of a curve, 0 among them


@dataclass(frozen=True)
class SurrogateNumbers:
    """One time-step t of a layer of 100 LIF neurons (τ = 4, V_th = 1, hard reset), on normal inputs X.

    alpha: α of the surrogate. mean, deviation: of X. neuron: the one that is spelled out.
    distance `[N]` float64: H[t] − V_th of each neuron. s `[N]`: S[t], 0 or 1. slope `[N]`: σ′(H[t] − V_th) by
    autograd, which is what the gradient of S[t] is multiplied by on its way to H[t].
    largest: α/2, the largest slope that there is. reached, fired: the shares of the neurons with more than a tenth of
    it, and of those that fire. places, sigma, sigma_slope `[P]`: σ and σ′ over H − V_th.
    witness: σ′ of all neurons `[T, N]` by autograd against the formula.
    """

    alpha: float
    mean: float
    deviation: float
    t: int
    neuron: int
    distance: np.ndarray
    s: np.ndarray
    slope: np.ndarray
    largest: float
    reached: float
    fired: float
    places: np.ndarray
    sigma: np.ndarray
    sigma_slope: np.ndarray
    witness: Witness


class Surrogate(Lab):
    """Θ, σ and its slope σ′ over H − V_th, with the neurons of a layer on it.

    One step alone: what reaches H[t] from later steps, through V, is not in it.
    """

    name = "surrogate"
    title = "Who gets a gradient"
    sentence = "Θ has no slope to learn from; the one that stands in for it reaches the neurons near the threshold."
    main = "alpha", "t"
    table = (
        Real("alpha", "α", "of the arctangent: how steep it is", 2.0, low=0.5, high=8.0, step=0.25),
        Real("mean", "mean", "mean of the input X", 0.5, low=-1.5, high=2.5, step=0.125),
        Real("deviation", "dev.", "standard deviation of the input X", 3.5, low=0.0, high=4.0, step=0.125),
        Whole("t", "t", "the time-step that is shown", T - 1, low=0, high=T - 1),
        Whole("neuron", "n", "the neuron that is spelled out (or click at its mark)", 0, low=0, high=NEURONS - 1),
    )
    transport = "t"

    @staticmethod
    def compute(state: dict) -> SurrogateNumbers:
        alpha, t = state["alpha"], state["t"]
        x = state["mean"] + state["deviation"] * _noise()
        run = LIF(TAU).record(x)
        distance = run.h - 1
        by_autograd = _autograd_slope(distance, alpha)
        largest = alpha / 2
        places = np.linspace(figure.LOW, figure.HIGH, _CURVE)
        return SurrogateNumbers(
            alpha=alpha,
            mean=state["mean"],
            deviation=state["deviation"],
            t=t,
            neuron=state["neuron"],
            distance=distance[t].numpy(),
            s=run.s[t].numpy(),
            slope=by_autograd[t],
            largest=largest,
            reached=float((by_autograd[t] > PART * largest).mean()),
            fired=float(run.s[t].mean()),
            places=places,
            sigma=np.arctan(math.pi * alpha * places / 2) / math.pi + 0.5,
            sigma_slope=slope_by_formula(places, alpha),
            witness=Witness.between(by_autograd, slope_by_formula(distance.numpy(), alpha)),
        )

    @staticmethod
    def choose(state: dict, name: str, number: int) -> dict:
        """The neuron whose mark the reader clicked at."""
        return {name: number} if name == "neuron" and 0 <= number < NEURONS else {}

    draw = staticmethod(figure.draw)

    @staticmethod
    def describe(numbers: SurrogateNumbers) -> str:
        n = numbers
        equal, difference = n.witness.words("autograd", "formula")
        silent, far = n.slope[n.s == 0], n.slope.argmin()
        reached, least = int((silent > PART * n.largest).sum()), figure.percent(n.slope[far] / n.largest)
        return (
            f"{NEURONS} LIF neurons, τ = {TAU:g}, V_th = 1, X with mean {figure.minus(n.mean)} and deviation "
            f"{n.deviation:g}, at t = {n.t}: {100 * n.fired:.0f} % fire. {100 * n.reached:.0f} % have a slope σ′ of "
            f"more than a tenth of the largest, α/2 = {n.largest:g}; of the {len(silent)} silent ones {reached} do. "
            f"The smallest, {least} of the largest, is at H − V_th = {figure.minus(n.distance[far])}. "
            f"{figure.spelled_out(n)} σ′ of all: {equal}, {difference}."
        )


def slope_by_formula(distance: np.ndarray, alpha: float) -> np.ndarray:
    """σ′(x) = α / (2·(1 + (π·α·x/2)²)), of any shape."""
    return alpha / (2 * (1 + (math.pi * alpha * distance / 2) ** 2))


def _autograd_slope(distance: torch.Tensor, alpha: float) -> np.ndarray:
    """The gradient of each spike with respect to its own H, by autograd, of the shape of H − V_th."""
    distance = distance.detach().clone().requires_grad_()
    spikes = ATan(alpha)(distance)
    (gradient,) = torch.autograd.grad(spikes.sum(), distance)
    return gradient.numpy()


@cache
def _noise() -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(0).standard_normal((T, NEURONS)))
