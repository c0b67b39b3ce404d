"""Lab: a soft-reset IF as a queue. Its spikes by one running minimum or maximum, where the input allows it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from psn_viz.labs.core.controls import Choice, Real, Whole
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.core.phrases import counted
from psn_viz.labs.core.witness import Witness
from psn_viz.labs.queue import figure
from psn_viz.neurons.exact_reset import (
    count_by_maximum,
    count_by_queue,
    highest_so_far,
    serial_run,
    served_so_far,
    whole_thresholds,
)

T = 24
GRAIN = 64  # X is a whole number of 64ths: all sums are exact, and no rounding decides at the threshold
FORMS = {"queue": (count_by_queue, served_so_far), "maximum": (count_by_maximum, highest_so_far)}


@dataclass(frozen=True)
class QueueNumbers:
    """One IF with soft reset and threshold 1 over T steps, as a loop and by its number of spikes; without units.

    form: "queue" or "maximum". low, high, seed: X is drawn evenly between low and high. t: the last step of the loop
    that is shown. x, h, v `[T]` float64, s `[T]`, 0 or 1: the loop. arrived `[T]`: whole thresholds come in so far.
    served `[T]`: spikes so far, by the loop. count `[T]`: the same by the form, or what it would give where it
    refuses the input. outside `[T]`, 0 or 1: which X the form does not take. refusal: what it says then, or "".
    witness: `served` against `count`.
    """

    form: str
    low: float
    high: float
    seed: int
    t: int
    x: np.ndarray
    h: np.ndarray
    v: np.ndarray
    s: np.ndarray
    arrived: np.ndarray
    served: np.ndarray
    count: np.ndarray
    outside: np.ndarray
    refusal: str
    witness: Witness

    @property
    def rule(self) -> str:
        """What the form asks of every X."""
        return "X ≥ 0" if self.form == "queue" else "X ≤ V_th"


class Queue(Lab):
    """Work comes in, one is served in a step, the rest waits: X, H and V of a soft-reset IF; its spikes at once."""

    name = "queue"
    title = "A soft reset is a queue"
    sentence = (
        "Without a leak, a soft reset serves one whole threshold in a step: the spikes follow from one running sum."
    )
    main = "t", "low"
    table = (
        Choice("form", "form", "all spikes at once: by a queue (X ≥ 0) or a running maximum (X ≤ V_th)", "queue",
               tuple(FORMS)),
        Real("low", "low", "the smallest X that may be drawn", 0.0, low=-1.0, high=1.0, step=0.125),
        Real("high", "high", "the largest X that may be drawn", 1.75, low=0.0, high=3.0, step=0.125),
        Whole("seed", "seed", "which numbers X is drawn from", 0, low=0, high=32),
        Whole("t", "t", "the last time-step of the loop that is shown", T - 1, low=0, high=T - 1),
    )  # fmt: skip
    transport = "t"

    @staticmethod
    def settle(state: dict) -> dict:
        """The smallest X is at most the largest."""
        return state | {"low": min(state["low"], state["high"])}

    @staticmethod
    def limits(state: dict) -> dict:
        """What `settle` keeps to."""
        return {"low": {"high": min(1.0, state["high"])}}

    @staticmethod
    def compute(state: dict) -> QueueNumbers:
        form, low, high, seed = (state[name] for name in ("form", "low", "high", "seed"))
        drawn = low + (high - low) * np.random.default_rng(seed).random(T)
        x = torch.from_numpy(np.round(drawn * GRAIN) / GRAIN)[:, None]
        run, arrived = serial_run(x, 1.0, reset="soft"), whole_thresholds(x)
        checked, unchecked = FORMS[form]
        try:
            count, refusal = checked(x), ""
        except ValueError as error:
            count, refusal = unchecked(arrived), str(error)
        outside = x < 0 if form == "queue" else x > 1
        served = run.s.cumsum(0)
        return QueueNumbers(
            form=form,
            low=low,
            high=high,
            seed=seed,
            t=state["t"],
            x=x[:, 0].numpy(),
            h=run.h[:, 0].numpy(),
            v=run.v[:, 0].numpy(),
            s=run.s[:, 0].numpy(),
            arrived=arrived[:, 0].numpy(),
            served=served[:, 0].numpy(),
            count=count[:, 0].numpy(),
            outside=outside[:, 0].double().numpy(),
            refusal=refusal,
            witness=Witness.between(served, count),
        )

    draw = staticmethod(figure.draw)

    @staticmethod
    def describe(numbers: QueueNumbers) -> str:
        n = numbers
        way = "queue" if n.form == "queue" else "running maximum"
        v = n.v[n.t]
        now = f"{counted(int(n.s[: n.t + 1].sum()))} up to t = {n.t}, V = {v:.3f}{' waits' if v > 0 else ''}"
        equal, difference = n.witness.words("loop", way)
        if n.refusal:
            after = "would be right all the same" if n.witness.agrees else f"would part: {equal}, {difference}"
            agrees = f"The {way} needs {n.rule} and refuses {_outside(n)}; its count {after}"
        else:
            agrees = f"The {way} gives the spikes of all steps at once: {equal}, {difference}"
        return f"IF with soft reset, threshold 1, X from {n.low:g} to {n.high:g}, seed {n.seed}: {now}. {agrees}."


def _outside(n: QueueNumbers) -> str:
    t = int(np.flatnonzero(n.outside)[0])
    return f"X[{t}] = {n.x[t]:.3f}"
