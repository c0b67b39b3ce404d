"""Lab: the loop of a reset-free neuron and its matrix W, and what a reset does to W."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from psn_viz.labs.closed_form import figure
from psn_viz.labs.core.controls import Choice, Typed, Whole
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.core.inputs import SUGGESTIONS, parse_input
from psn_viz.labs.core.leaks import NO_LEAK, TIME_CONSTANTS, leak_of, loop_of
from psn_viz.labs.core.phrases import RESET_WORDS, at_steps, counted
from psn_viz.labs.core.witness import Witness
from psn_viz.neurons import reset_free_weight

_LONGEST = 32


@dataclass(frozen=True)
class ClosedFormNumbers:
    """One neuron over T steps, once as a loop and once as the product W X; its threshold is 1, without units.

    tau: time constant in time-steps, or "IF". reset: that of the loop: "none", "hard" or "soft". row: of W, at work.
    x, h_loop, h_product `[T]` float64; s_loop, s_product `[T]`, 0 or 1.
    weight `[T, T]` float64, row t and column i, NaN where there is no entry: above the diagonal, and where a hard
    reset removed one. from_inputs, from_spikes `[T]`: what each input and each earlier spike adds to H[row].
    witness: H of the loop against H of the product with all of W.
    """

    tau: float | str
    reset: str
    row: int
    x: np.ndarray
    weight: np.ndarray
    h_loop: np.ndarray
    h_product: np.ndarray
    s_loop: np.ndarray
    s_product: np.ndarray
    from_inputs: np.ndarray
    from_spikes: np.ndarray
    witness: Witness


class ClosedForm(Lab):
    """The charge of IF and LIF by loop and by product H = W X; a reset cuts W where the neuron fired."""

    name = "closed_form"
    title = "The loop as one matrix"
    sentence = "Without a reset the loop is one product with a fixed matrix. A hard reset cuts it at every spike."
    main = "row", "reset"
    table = (
        Typed("input", "X", "input: a pattern, noise with a seed, or numbers", "noise 1", SUGGESTIONS,
              lambda text: parse_input(text, _LONGEST)),
        Choice("tau", "τ", "time constant of the leak; IF has no leak", 4, TIME_CONSTANTS, ordered=True),
        Whole("T", "T", "length of the sequence: W is T × T", 16, low=2, high=_LONGEST),
        Choice("reset", "reset", "what a spike does to V in the loop", "none", ("none", "hard", "soft")),
        Whole("row", "t", "the row of W at work (or point at W)", 10, low=0, high=_LONGEST - 1),
    )  # fmt: skip

    @staticmethod
    def settle(state: dict) -> dict:
        """W has no row beyond T − 1."""
        return state | {"row": min(state["row"], state["T"] - 1)}

    @staticmethod
    def limits(state: dict) -> dict:
        """Every place of the slider is a row."""
        return {"row": {"high": state["T"] - 1}}

    @staticmethod
    def compute(state: dict) -> ClosedFormNumbers:
        T, tau, reset, row = state["T"], state["tau"], state["reset"], state["row"]
        x = torch.from_numpy(parse_input(state["input"], T))
        neuron = loop_of(tau, reset=reset)
        weight = reset_free_weight(T, leak_of(tau))
        run = neuron.record(x[:, None])
        h_loop, s_loop = run.h[:, 0], run.s[:, 0]
        h_product = weight @ x
        cut = _cut_at_spikes(weight, s_loop) if reset == "hard" else weight
        return ClosedFormNumbers(
            tau=tau,
            reset=reset,
            row=row,
            x=x.numpy(),
            weight=_present(cut, weight),
            h_loop=h_loop.numpy(),
            h_product=h_product.numpy(),
            s_loop=s_loop.numpy(),
            s_product=neuron.fire(h_product).numpy(),
            from_inputs=(cut[row] * x).numpy(),
            from_spikes=_subtracted(s_loop, leak_of(tau), row).numpy() if reset == "soft" else np.zeros(T),
            witness=Witness.between(h_loop, h_product),
        )

    draw = staticmethod(figure.draw)

    @staticmethod
    def describe(numbers: ClosedFormNumbers) -> str:
        n = numbers
        neuron = "IF" if n.tau == NO_LEAK else f"LIF with τ = {n.tau}"
        return (
            f"{neuron}, {RESET_WORDS[n.reset]}, T = {len(n.x)}: {_result(n)}. "
            f"At t = {n.row} the loop has H = {n.h_loop[n.row]:.3f}."
        )


def _result(n: ClosedFormNumbers) -> str:
    """Whether loop and product agree, and why."""
    if n.reset == "none":
        compared = (
            f"give the same H, difference {n.witness.size}"
            if n.witness.agrees
            else f"differ by {n.witness.difference:.2g}, first at t = {n.witness.first_apart}"
        )
        return f"loop and product W X {compared}; {_spikes_compared(n)}"
    if n.witness.agrees:
        why = (
            "the spikes change nothing, since no H holds anything of the step before,"
            if n.s_loop[:-1].any()
            else "the neuron never fires before the last step, so the reset never acts"
        )
        return f"{why} and W X still holds"
    spikes, T = int(n.s_loop.sum()), len(n.x)
    each = "its one spike" if spikes == 1 else f"each of its {spikes} spikes"
    if n.reset == "hard":
        removed = int(np.isnan(n.weight).sum()) - T * (T - 1) // 2
        effect = f"erases what came before, {removed} entries of W are gone, and which ones depends on the input"
    else:
        effect = "is subtracted later on, so H depends on S and not on X alone"
    return f"loop and W X part at t = {n.witness.first_apart}; {each} {effect}"


def _spikes_compared(n: ClosedFormNumbers) -> str:
    """Whether loop and product fire alike, and why not, where their H is the same but for rounding."""
    unlike = n.s_loop != n.s_product
    if not unlike.any():
        spikes = int(n.s_loop.sum())
        return f"the same {counted(spikes)}" if spikes else "neither fires"
    if not n.witness.agrees:
        return "their spikes differ"
    return f"their spikes differ {at_steps(unlike)}, where H is the threshold but for rounding"


def _cut_at_spikes(weight: torch.Tensor, spikes: torch.Tensor) -> torch.Tensor:
    """W with the entries zeroed that a hard reset erased: W[t, i] lives only while no spike fell in i ≤ s < t."""
    so_far = torch.cumsum(spikes, 0)
    before = so_far - spikes
    no_spike_between = before[:, None] == before[None, :]
    return weight * no_spike_between


def _present(cut: torch.Tensor, weight: torch.Tensor) -> np.ndarray:
    """The entries of `cut`; NaN where there is none: above the diagonal, and where the reset removed one."""
    present = torch.ones_like(weight, dtype=torch.bool).tril() & ~((cut == 0) & (weight != 0))
    return torch.where(present, cut, torch.nan).numpy()


def _subtracted(spikes: torch.Tensor, leak: float | None, row: int) -> torch.Tensor:
    """What earlier spikes took off H[row] by soft reset: −V_th·(1 − 1/τ)^(row−s) for each spike at s < row."""
    share = -reset_free_weight(len(spikes), leak, decay_input=False)[row] * spikes
    share[row:] = 0
    return share
