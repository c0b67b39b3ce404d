"""Lab: one IF or LIF neuron over time."""

from __future__ import annotations

import numpy as np
import torch

from psn_viz.labs.charge_fire_reset import figure as figures
from psn_viz.labs.core.controls import Choice, Real, Typed, Whole
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.core.inputs import SUGGESTIONS, parse_input
from psn_viz.labs.core.phrases import RESET_WORDS
from psn_viz.labs.core.traces import coloured
from psn_viz.neurons import LIF

T = 32
_HIGHEST_THRESHOLD = 2.0


class ChargeFireReset(Lab):
    """An LIF neuron charges, fires and resets: X, H, V and S over 32 time-steps."""

    name = "charge_fire_reset"
    title = "Charge, fire, reset"
    sentence = "One neuron, step by step: what comes in, how it charges, when it fires, what the reset leaves."
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
    def compute(state: dict) -> dict:
        x = parse_input(state["input"], T)
        neuron = LIF(state["tau"], v_threshold=state["threshold"], reset=state["reset"])
        run = neuron.record(torch.from_numpy(x)[:, None])
        x, h, s, v = (values[:, 0].numpy() for values in run)
        return {"x": x, "h": h, "s": s, "v": v, "witness": None, **state}

    @staticmethod
    def draw(numbers: dict):
        x, t = numbers["x"], numbers["t"]
        # Fixed by input and slider ends, not by τ, V_th or t: the axis must not jump while one of them moves.
        top = 1.08 * max(_HIGHEST_THRESHOLD, float(x.max()))
        bottom = min(-0.15, 1.08 * float(x.min()))
        return figures.draw(
            x, numbers["h"], numbers["s"], numbers["v"], numbers["threshold"], t, top, bottom, _arithmetic(numbers)
        )

    @staticmethod
    def describe(numbers: dict) -> str:
        t = numbers["t"]
        fired = np.flatnonzero(numbers["s"][: t + 1])
        steps = f"{len(fired)} spikes in {t + 1} steps" if len(fired) != 1 else f"1 spike in {t + 1} steps"
        when = f", at t = {', '.join(map(str, fired[:8]))}{' …' if len(fired) > 8 else ''}" if len(fired) else ""
        effect = {
            "hard": "after each the membrane starts again from 0",
            "soft": f"each takes {numbers['threshold']:g} off the membrane",
            "none": "none of them changes the membrane, V[t] = H[t]",
        }[numbers["reset"]]
        return (
            f"LIF with τ = {numbers['tau']:g}, threshold {numbers['threshold']:g}, {RESET_WORDS[numbers['reset']]}, "
            f"input {numbers['input']}: {steps}{when}" + (f"; {effect}." if len(fired) else ".")
        )


def _arithmetic(numbers: dict) -> str:
    """Step t spelled out: charge, fire, reset."""
    t, tau = numbers["t"], numbers["tau"]
    before = numbers["v"][t - 1] if t else 0.0
    x, h, s, v = (numbers[name][t] for name in "xhsv")
    charge = f"charge {coloured('H')} = {before:.2f} + ({x:.2f} − {before:.2f})/{tau:g} = {h:.3f}"
    sign = "≥" if s else "<"
    fire = f"fire {h:.3f} {sign} {numbers['threshold']:g}, {coloured('S')} = {s:.0f}"
    reset = f"reset {coloured('V')} = {v:.3f}"
    return f"{charge}<br>{fire}<br>{reset}   (t = {t})"
