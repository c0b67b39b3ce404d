"""Lab: guess all spikes, compute all H from them, fire again: after how many rounds is it the loop?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch

from psn_viz.labs.core.controls import Choice, Real, Whole
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.core.phrases import RESET_WORDS
from psn_viz.labs.core.witness import Witness
from psn_viz.labs.wavefront import figure
from psn_viz.neurons.exact_reset import charge_given_spikes, fixed_point_rounds, serial_run

T, NEURONS = 64, 20
DEVIATION = 0.6
LEAKS = (0.1, 0.25, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1)


@dataclass(frozen=True)
class WavefrontNumbers:
    """A layer of 20 neurons, H[t] = β·V[t−1] + X[t], threshold 1, over T steps; without units.

    K: the round shown. beta, reset, mean, seed: as the controls; the deviation of the normal input is 0.6.
    s `[T, 20]`, 0 or 1: the spikes after round K; loop `[T, 20]`: those of the loop. rate: the share of 1 in `loop`.
    wrong `[T]`: how many entries of S differ from the loop after round 1, 2, …, T. exact: the first round from which
    on none does. silent: how many entries of `loop` are 1, which is what a layer that never fires gets wrong.
    witness: H of the loop against H that follows from the spikes of the last round.
    """

    K: int
    beta: float
    reset: str
    mean: float
    seed: int
    s: np.ndarray
    loop: np.ndarray
    rate: float
    wrong: np.ndarray
    exact: int
    silent: int
    witness: Witness

    @property
    def wrong_now(self) -> int:
        """How many entries are wrong after the round shown."""
        return int(self.wrong[self.K - 1])


class Wavefront(Lab):
    """Rounds over all time-steps at once: which spikes are still wrong, and how many after each round."""

    name = "wavefront"
    title = "Round by round to the loop"
    sentence = "Each round makes one step more right for sure; how many rounds the rest takes depends on the input."
    main = "K", "beta"
    table = (
        Whole("K", "K", "rounds: spikes from H, then H from these spikes, for all steps at once", 3, low=1, high=T),
        Choice("beta", "β", "leak: what V keeps of itself in a step; 1: IF", 0.9, LEAKS, ordered=True),
        Real("mean", "mean", "mean of the input X, whose deviation is 0.6", 0.1, low=-0.1, high=1.5, step=0.05),
        Choice("reset", "reset", "what a spike does to the membrane", "soft", ("soft", "hard")),
        Whole("seed", "seed", "which numbers the normal input is drawn from", 0, low=0, high=32),
    )
    transport = "K"

    @staticmethod
    def compute(state: dict) -> WavefrontNumbers:
        beta, mean, reset, seed = (state[name] for name in ("beta", "mean", "reset", "seed"))
        x, run, rounds = _rounds(beta, mean, reset, seed)
        wrong = np.zeros(T, dtype=int)
        wrong[: len(rounds)] = [int((spikes != run.s).sum()) for spikes in rounds]
        implied = charge_given_spikes(x, rounds[-1], beta, 1.0, reset)
        return WavefrontNumbers(
            K=state["K"],
            beta=beta,
            reset=reset,
            mean=mean,
            seed=seed,
            s=rounds[min(state["K"], len(rounds)) - 1].numpy(),
            loop=run.s.numpy(),
            rate=float(run.s.mean()),
            wrong=wrong,
            exact=int(np.flatnonzero(wrong)[-1]) + 2 if wrong.any() else 1,
            silent=int(run.s.sum()),
            witness=Witness.between(run.h, implied),
        )

    draw = staticmethod(figure.draw)

    @staticmethod
    def describe(numbers: WavefrontNumbers) -> str:
        n = numbers
        who = f"IF (β = {n.beta:g})" if n.beta == 1 else f"LIF with β = {n.beta:g}"
        mean = f"{n.mean:g}".replace("-", "−")
        rounds = "1 round" if n.K == 1 else f"{n.K} rounds"
        return (
            f"{NEURONS} {who}, {RESET_WORDS[n.reset]}, {T} steps, X with mean {mean}, seed {n.seed}, firing rate "
            f"{n.rate:.3f}: after {rounds} {n.wrong_now} of {n.s.size} entries of S are wrong "
            f"({100 * n.wrong_now / n.s.size:.1f} %); none from round {n.exact} on. A layer that never fires gets "
            f"{n.silent} wrong. After the last round, {', '.join(n.witness.words('loop', 'rounds'))}."
        )


@lru_cache(maxsize=4)
def _rounds(beta: float, mean: float, reset: str, seed: int):
    """X, the run of the loop, and the spikes after every round until one changes nothing. K changes none of them."""
    x = mean + DEVIATION * torch.from_numpy(np.random.default_rng(seed).standard_normal((T, NEURONS)))
    return x, serial_run(x, beta, reset=reset), list(fixed_point_rounds(x, beta, reset=reset))
