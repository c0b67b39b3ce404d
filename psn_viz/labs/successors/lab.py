"""Lab: a neuron with hard reset, all at once: from every step the next spike, and the path through them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch

from psn_viz.labs.core.controls import Choice, Real, Whole
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.core.phrases import at_first_steps, counted
from psn_viz.labs.core.witness import Witness
from psn_viz.labs.successors import figure
from psn_viz.neurons.exact_reset import charge_given_spikes, serial_run, spike_path

LENGTHS = (4, 8, 16, 24, 32, 48, 64)
DEVIATION = 0.6
LEAKS = (0.1, 0.25, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1)


@dataclass(frozen=True)
class SuccessorsNumbers:
    """One neuron with hard reset, H[t] = β·V[t−1] + X[t], threshold 1, over T steps; without units.

    beta, mean, seed: of the leak and of the normal input, whose deviation is 0.6. round: the round of doubling shown.
    x, h `[T]` float64, s `[T]`, 0 or 1: the loop. next_spike `[T + 1]`: entry s + 1 is the step of the next spike if
    there was one in step s, entry 0 that of the first spike; T: never. found `[T]`: the round in which a step is
    marked as a spike, 0: in none. needed: how many rounds mark something. most: how many could be needed for this T.
    witness: H of the loop against H that follows from the marked spikes, with S of both.
    """

    beta: float
    mean: float
    seed: int
    round: int
    x: np.ndarray
    h: np.ndarray
    s: np.ndarray
    next_spike: np.ndarray
    found: np.ndarray
    needed: int
    most: int
    witness: Witness

    @property
    def marked(self) -> np.ndarray:
        """Which steps are marked after the round shown, bool `[T]`."""
        return (self.found > 0) & (self.found <= self.round)


class Successors(Lab):
    """An LIF with hard reset without a loop: the next spike from every step at once, then a path by doubling."""

    name = "successors"
    title = "The next spike, from every step at once"
    sentence = (
        "A hard reset forgets the past: where the next spike is follows from the last one alone, without a loop."
    )
    main = "round", "beta"
    table = (
        Whole("round", "round", "how often all pointers have been doubled", 2, low=0, high=LENGTHS[-1].bit_length()),
        Choice("beta", "β", "leak: what V keeps of itself in a step; 1: IF", 0.9, LEAKS, ordered=True),
        Real("mean", "mean", "mean of the input X, whose deviation is 0.6", 0.3, low=-0.5, high=1.5, step=0.05),
        Choice("T", "T", "length of the sequence, in time-steps", 32, LENGTHS, ordered=True),
        Whole("seed", "seed", "which numbers the normal input is drawn from", 0, low=0, high=32),
    )
    transport = "round"

    @staticmethod
    def compute(state: dict) -> SuccessorsNumbers:
        beta, mean, seed, T = (state[name] for name in ("beta", "mean", "seed", "T"))
        x = mean + DEVIATION * _noise(seed)[:T, None]
        run, path = serial_run(x, beta), spike_path(x, beta)
        times = torch.stack(path.rounds).sum(0)  # in how many rounds a step is marked
        found = torch.where(times > 0, len(path.rounds) - times, 0)
        implied = charge_given_spikes(x, path.spikes, beta, 1.0, "hard")
        h, s, other, marked = (part[:, 0].numpy() for part in (run.h, run.s, implied, path.spikes))
        return SuccessorsNumbers(
            beta=beta,
            mean=mean,
            seed=seed,
            round=state["round"],
            x=x[:, 0].numpy(),
            h=h,
            s=s,
            next_spike=path.successors[:, 0].numpy(),
            found=found[:, 0].numpy(),
            needed=len(path.rounds) - 1,
            most=T.bit_length(),
            witness=Witness.between_runs((h, s), (other, marked), 1.0),
        )

    draw = staticmethod(figure.draw)

    @staticmethod
    def describe(numbers: SuccessorsNumbers) -> str:
        n, T = numbers, len(numbers.x)
        who = f"IF (β = {n.beta:g})" if n.beta == 1 else f"LIF with β = {n.beta:g}"
        mean = f"{n.mean:g}".replace("-", "−")
        there = int((n.next_spike < T).sum())
        return (
            f"{who}, hard reset, {T} steps, X with mean {mean}, seed {n.seed}: {there} of {T + 1} places have a "
            f"next spike. {_marked(n)}. {', '.join(n.witness.words('loop', 'path'))}."
        )


def _marked(n: SuccessorsNumbers) -> str:
    spikes, shown = int((n.found > 0).sum()), int(n.marked.sum())
    if not spikes:
        return "From the start there is none, so no round marks a spike"
    return (
        f"After round {n.round} of doubling {shown} of {counted(spikes)} marked{at_first_steps(n.marked, ' …')}; all "
        f"are after round {n.needed}, and {n.most} rounds do for any input of this length"
    )


@lru_cache(maxsize=4)
def _noise(seed: int) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).standard_normal(LENGTHS[-1]))
