"""Lab: one IF or LIF neuron over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from psn_viz.labs.charge_fire_reset import figure
from psn_viz.labs.core.controls import Choice, Real, Typed, Whole
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.core.inputs import SUGGESTIONS, parse_input
from psn_viz.labs.core.phrases import RESET_WORDS, at_first_steps
from psn_viz.neurons import LIF

T = 32
_HIGHEST_THRESHOLD = 2.0


@dataclass(frozen=True)
class ChargeFireResetNumbers:
    """One run of an LIF neuron over all T steps, of which those up to t are shown; without units.

    input: the text that X was read from. tau: time constant in time-steps. threshold: V_th. reset: "hard", "soft" or
    "none". t: the last time-step shown. x, h, v `[T]` float64: X, H and V; s `[T]`, 0 or 1.
    """

    input: str
    tau: float
    threshold: float
    reset: str
    t: int
    x: np.ndarray
    h: np.ndarray
    s: np.ndarray
    v: np.ndarray

    @property
    def h_range(self) -> tuple[float, float]:
        """The axis of H and V. It follows X alone, so that it does not jump while τ, V_th or t moves."""
        return min(-0.15, 1.08 * float(self.x.min())), 1.08 * max(_HIGHEST_THRESHOLD, float(self.x.max()))


class ChargeFireReset(Lab):
    """An LIF neuron charges, fires and resets: X, H, V and S over 32 time-steps."""

    name = "charge_fire_reset"
    title = "Charge, fire, reset"
    sentence = "One neuron, step by step: what comes in, how it charges, when it fires, what the reset leaves."
    main = "t", "tau"
    table = (
        Typed("input", "X", "input: a pattern, noise with a seed, or numbers", "block 1.5", SUGGESTIONS,
              lambda text: parse_input(text, T)),
        Real("tau", "τ", "membrane time constant, in time-steps", 4.0, low=1.0, high=16.0, step=0.5),
        Real("threshold", "V_th", "the H at which the neuron fires", 1.0, low=0.1,
             high=_HIGHEST_THRESHOLD, step=0.05),
        Choice("reset", "reset", "what a spike does to the membrane", "hard", ("hard", "soft", "none")),
        Whole("t", "t", "the last time-step shown", T - 1, low=0, high=T - 1),
    )  # fmt: skip
    transport = "t"

    @staticmethod
    def compute(state: dict) -> ChargeFireResetNumbers:
        x = parse_input(state["input"], T)
        neuron = LIF(state["tau"], v_threshold=state["threshold"], reset=state["reset"])
        run = neuron.record(torch.from_numpy(x)[:, None])
        x, h, s, v = (values[:, 0].numpy() for values in run)
        return ChargeFireResetNumbers(
            input=state["input"],
            tau=state["tau"],
            threshold=state["threshold"],
            reset=state["reset"],
            t=state["t"],
            x=x,
            h=h,
            s=s,
            v=v,
        )

    draw = staticmethod(figure.draw)

    @staticmethod
    def describe(numbers: ChargeFireResetNumbers) -> str:
        n = numbers
        fired = n.s[: n.t + 1]
        spikes = int(fired.sum())
        count = f"{spikes} spike{'s' * (spikes != 1)} in {n.t + 1} step{'s' * (n.t > 0)}"
        effect = {
            "hard": "after each the membrane starts again from 0",
            "soft": f"each takes {n.threshold:g} off the membrane",
            "none": "none of them changes the membrane, V[t] = H[t]",
        }[n.reset]
        return (
            f"LIF with τ = {n.tau:g}, threshold {n.threshold:g}, {RESET_WORDS[n.reset]}, input {n.input}: "
            f"{count}{at_first_steps(fired, ' …')}{f'; {effect}' if spikes else ''}."
        )
