"""Lab: the loop of a reset-free neuron and its matrix W, and what a reset does to W."""

from __future__ import annotations

import numpy as np
import torch

from psn_viz.labs.closed_form import figure as figures
from psn_viz.labs.core.controls import Choice, Typed, Whole
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.core.inputs import SUGGESTIONS, parse_input
from psn_viz.labs.core.phrases import RESET_WORDS, at_most, counted
from psn_viz.labs.core.traces import padded
from psn_viz.neurons import IF, LIF, reset_free_weight

TOLERANCE = 1e-10
_LONGEST = 32
_NO_LEAK = "IF"


class ClosedForm(Lab):
    """The charge of IF and LIF by loop and by product H = W X; a reset cuts W where the neuron fired."""

    name = "closed_form"
    title = "The loop as one matrix"
    sentence = "Without a reset the loop is one product with a fixed matrix; a reset cuts that matrix at every spike."
    table = (
        Typed("input", "X", "input: a pattern, noise with a seed, or numbers", "noise 1", SUGGESTIONS,
              lambda text: parse_input(text, _LONGEST)),
        Choice("tau", "τ", "time constant of the leak; IF has no leak", 4,
               (1, 1.25, 1.5, 2, 3, 4, 6, 8, 16, _NO_LEAK), ordered=True),
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
    def compute(state: dict) -> dict:
        T, tau, reset = state["T"], state["tau"], state["reset"]
        x = torch.from_numpy(parse_input(state["input"], T))
        leak = None if tau == _NO_LEAK else tau
        neuron = IF(reset=reset) if leak is None else LIF(leak, reset=reset)
        weight = reset_free_weight(T, leak)
        run = neuron.record(x[:, None])
        h_loop, s_loop = run.h[:, 0], run.s[:, 0]
        h_product = weight @ x
        row = state["row"]
        cut = _cut_at_spikes(weight, s_loop) if reset == "hard" else weight
        apart = ~((h_loop - h_product).abs() <= TOLERANCE)  # NaN is apart, too
        return {
            "x": x.numpy(),
            "weight": _present(cut, weight),
            "h_loop": h_loop.numpy(),
            "h_product": h_product.numpy(),
            "s_loop": s_loop.numpy(),
            "s_product": neuron.fire(h_product).numpy(),
            "from_inputs": (cut[row] * x).numpy(),
            "from_spikes": _subtracted(s_loop, leak, row).numpy() if reset == "soft" else np.zeros(T),
            "witness": float((h_loop - h_product).abs().max()),
            "cut_difference": float((h_loop - cut @ x).abs().max()) if reset == "hard" else None,
            "first_apart": int(apart.nonzero()[0]) if apart.any() else None,
            **state,
        }

    @staticmethod
    def draw(numbers: dict):
        x = numbers["x"]
        # A leaky average of X stays within X: the axis of H need not jump while τ moves. A sum does not.
        sums = (np.cumsum(x), numbers["h_loop"]) if numbers["tau"] == _NO_LEAK else ()
        reach = np.concatenate(([0.0, 1.2], x, *sums))
        share = np.concatenate(([0.0], x * np.nanmax(numbers["weight"]), numbers["from_spikes"]))
        return figures.draw(
            x, numbers["weight"], numbers["h_loop"], numbers["h_product"], numbers["s_loop"], numbers["s_product"],
            numbers["from_inputs"], numbers["from_spikes"], numbers["row"], _title(numbers),
            numbers["first_apart"] is None, _witness(numbers), padded(reach), padded(share),
        )  # fmt: skip

    @staticmethod
    def describe(numbers: dict) -> str:
        row = numbers["row"]
        return f"{_result(numbers)} At t = {row} the loop has H = {numbers['h_loop'][row]:.3f}."


def _result(numbers: dict) -> str:
    tau, T = numbers["tau"], numbers["T"]
    who = f"{'IF' if tau == _NO_LEAK else f'LIF with τ = {tau}'}, {RESET_WORDS[numbers['reset']]}, T = {T}"
    spikes = int(numbers["s_loop"].sum())
    if numbers["reset"] == "none":
        result = (
            f"loop and product W X give the same H, difference {at_most(numbers['witness'], TOLERANCE)}"
            if numbers["first_apart"] is None
            else f"loop and product W X differ by {numbers['witness']:.2g}, first at t = {numbers['first_apart']}"
        )
        return f"{who}: {result}; {_spikes_compared(numbers)}."
    if numbers["first_apart"] is None:
        why = (
            "the spikes change nothing, since no H holds anything of the step before,"
            if numbers["s_loop"][:-1].any()
            else "the neuron never fires before the last step, so the reset never acts"
        )
        return f"{who}: {why} and W X still holds."
    its = "its one spike" if spikes == 1 else f"each of its {spikes} spikes"
    gone = int(np.isnan(numbers["weight"]).sum()) - T * (T - 1) // 2
    how = {
        "hard": f"{its} erases what came before, {gone} entries of W are gone, and which ones depends on the input",
        "soft": f"{its} is subtracted later on, so H depends on S and not on X alone",
    }[numbers["reset"]]
    return f"{who}: loop and W X part at t = {numbers['first_apart']}; {how}."


def _spikes_compared(numbers: dict) -> str:
    """Whether loop and product fire alike, and why not, where their H is the same but for rounding."""
    unlike = np.flatnonzero(numbers["s_loop"] != numbers["s_product"])
    if not len(unlike):
        return f"the same {counted(int(numbers['s_loop'].sum()))}"
    if numbers["first_apart"] is not None:
        return "their spikes differ"
    where = f"t = {', '.join(map(str, unlike))}"
    return f"their spikes differ at {where}, where H is the threshold but for rounding"


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


def _title(numbers: dict) -> str:
    largest = f"largest entry {np.nanmax(numbers['weight']):.3g}"
    if numbers["reset"] == "hard" and numbers["first_apart"] is not None:
        return f"<b>W</b>, cut by this input's spikes<br>{largest}"
    return f"<b>W</b>, the same for every input<br>{largest}"


def _witness(numbers: dict) -> tuple[str, str]:
    if numbers["first_apart"] is None:
        return "loop = W X", f"max |difference| {at_most(numbers['witness'], TOLERANCE)}"
    return f"loop ≠ W X from t = {numbers['first_apart']}", f"max |difference| {numbers['witness']:.3g}"
