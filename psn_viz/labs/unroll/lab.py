"""Lab: the graph of a neuron's loop, folded term by term into a row of W; a clock for loop, scan and product."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch

from psn_viz.labs.core.controls import Choice, Real, Typed, Whole
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.core.inputs import SUGGESTIONS, parse_input
from psn_viz.labs.core.witness import Witness
from psn_viz.labs.unroll import figure, sentences, ways
from psn_viz.neurons import LIF, reset_free_weight

T, TAU = 8, 4.0
_START = "3 2 0 3 2 1 0 4"


@dataclass(frozen=True)
class UnrollNumbers:
    """One LIF with threshold 1 over T steps: its graph, how far it is folded, what is computed by when. No units.

    input: X as the reader wrote it. tau: time constant in time-steps. reset: "none", "hard" or "soft".
    show: "derivation", or the way whose clock runs: "loop", "scan" or "product". at: how far: the derivation has
    written out `at` terms (from 0 to 1, V melts into H), the clock has ticked `at` times. t: the step looked at.
    x, h, s, v `[T]` float64: the loop. h_other `[T]`: H by what is shown (graph, unrolled sum, scan or product).
    weight `[T, T]`: the fixed coefficients that are written down so far, NaN where there is none.
    scan `[rounds + 1, T]`: b before and after each round of the scan of the recurrence without reset.
    known `[3, T]`, 0 or 1: which H[t] loop, scan and product have after the last whole tick.
    ticks, multiply_adds: what each way takes in all.
    s_even, h_even, s_odd, h_odd `[T]`: the loop for the inputs of the even and of the odd steps alone.
    witness: H of the loop against `h_other`. superposition: `h` against `h_even` + `h_odd`.
    """

    input: str
    tau: float
    reset: str
    show: str
    at: float
    t: int
    x: np.ndarray
    h: np.ndarray
    s: np.ndarray
    v: np.ndarray
    h_other: np.ndarray
    weight: np.ndarray
    scan: np.ndarray
    known: np.ndarray
    ticks: dict[str, int]
    multiply_adds: dict[str, int]
    s_even: np.ndarray
    h_even: np.ndarray
    s_odd: np.ndarray
    h_odd: np.ndarray
    witness: Witness
    superposition: Witness

    @property
    def terms(self) -> int:
        """How many terms the derivation has written out in full; 0 while V is there."""
        return math.floor(self.at)

    @property
    def stuck(self) -> bool:
        """Whether a reset keeps the derivation from going on."""
        return self.show == "derivation" and self.reset != "none" and self.at > 0

    @property
    def rest(self) -> float | None:
        """β^terms·H[t − terms], the part of H[t] that is not unrolled yet; None where nothing is left."""
        k = self.terms
        return (1 - 1 / self.tau) ** k * float(self.h[self.t - k]) if 1 <= k <= self.t else None

    @property
    def waits(self) -> int:
        """After how many ticks H[t] is there, if what is left of the chain is a loop."""
        return max(1, self.t + 2 - max(1, self.terms))


class Unroll(Lab):
    """The graph X, H, S, V of a loop of 8 steps (τ = 4, threshold 1); without a reset it folds into rows of W."""

    name = "unroll"
    title = "The loop unrolled"
    sentence = "Without a reset the chain of steps folds into one row of W, term by term; a reset stops it at once."
    main = "at", "reset"
    table = (
        Choice("reset", "reset", "what a spike does to V: a red edge from S to V", "none", ("none", "hard", "soft")),
        Choice("show", "show", "the derivation, or a way to H tick by tick", "derivation",
               ("derivation", *ways.WAYS)),
        Real("at", "at", "how many terms are unrolled, or how often the clock ticked", 4.0, low=0.0, high=float(T),
             step=0.05),
        Whole("t", "t", "the step looked at: a row of W (or point at the figure)", T - 1, low=0, high=T - 1),
        Typed("input", "X", "input: numbers, a pattern, or noise with a seed", _START, (_START, *SUGGESTIONS[:-1]),
              lambda text: parse_input(text, T)),
    )  # fmt: skip
    transport = "at"

    @staticmethod
    def settle(state: dict) -> dict:
        """Scan and product need the neuron without reset; a clock stops when all is computed."""
        show = state["show"] if state["show"] in _shown(state["reset"]) else "loop"
        return state | {"show": show, "at": min(state["at"], _last(show))}

    @staticmethod
    def limits(state: dict) -> dict:
        """What `settle` keeps to."""
        return {"show": {"options": _shown(state["reset"])}, "at": {"high": _last(state["show"])}}

    @staticmethod
    @torch.no_grad()
    def compute(state: dict) -> UnrollNumbers:
        reset, show, at = state["reset"], state["show"], state["at"]
        x = parse_input(state["input"], T)
        even = np.arange(T) % 2 == 0
        run, of_even, of_odd = (_loop(part, reset) for part in (x, np.where(even, x, 0), np.where(even, 0, x)))
        h = run["h"]
        # With a reset the first line of the derivation, V = H, is not true: no second coefficient is found.
        written = T if show == "product" else max(1, math.floor(at)) if (show, reset) == ("derivation", "none") else 1
        weight = ways.coefficients(T, TAU, written)
        other = _by(show, x, h, reset, math.floor(at))
        return UnrollNumbers(
            input=state["input"],
            tau=TAU,
            reset=reset,
            show=show,
            at=at,
            t=state["t"],
            x=x,
            h=h,
            s=run["s"],
            v=run["v"],
            h_other=other,
            weight=weight,
            scan=ways.scan(x, TAU)[1],
            known=ways.known(T, 0 if show == "derivation" else math.floor(at)),
            ticks=ways.ticks(T),
            multiply_adds=ways.multiply_adds(T),
            s_even=of_even["s"],
            h_even=of_even["h"],
            s_odd=of_odd["s"],
            h_odd=of_odd["h"],
            witness=Witness.between(h, other),
            superposition=Witness.between(h, of_even["h"] + of_odd["h"]),
        )

    draw = staticmethod(figure.draw)
    describe = staticmethod(sentences.describe)


def _shown(reset: str) -> tuple[str, ...]:
    return ("derivation", *ways.WAYS) if reset == "none" else ("derivation", "loop")


def _last(show: str) -> float:
    return float(ways.ticks(T).get(show, T))


def _loop(x: np.ndarray, reset: str) -> dict[str, np.ndarray]:
    run = LIF(TAU, reset=reset).record(torch.from_numpy(x)[:, None])
    return {name: getattr(run, name)[:, 0].numpy() for name in ("h", "s", "v")}


def _by(show: str, x: np.ndarray, h: np.ndarray, reset: str, whole: int) -> np.ndarray:
    """H `[T]` by what is shown: the other side of the witness."""
    if show == "product":
        return reset_free_weight(T, TAU).numpy() @ x
    if show == "scan":
        return ways.scan(x, TAU)[1][-1]
    if show == "derivation" and whole:
        return ways.unrolled(x, h, TAU, whole)
    return ways.node_by_node(x, TAU, reset)
