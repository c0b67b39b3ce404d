"""Lab: the sliding PSN, its kernel bars to pull, all at once and step by step from a queue."""

from __future__ import annotations

import numpy as np
import torch

from psn_viz.labs.core.controls import Choice, Typed, Whole
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.core.inputs import SUGGESTIONS, parse_input
from psn_viz.labs.core.phrases import at_most, counted
from psn_viz.labs.sliding_psn import figure as figures
from psn_viz.labs.sliding_psn.kernel_control import MOST, Kernel, kernel_text, parse_kernel
from psn_viz.labs.sliding_psn.kernel_control import SUGGESTIONS as KERNELS
from psn_viz.neurons import SlidingPSN

TOLERANCE = 1e-10
_LONGEST = 200
_EMPTY, _LEFT_OVER = "empty", "left over"
_STARTS = {
    _EMPTY: "starting with an empty queue",
    _LEFT_OVER: "starting with the queue left over from a sequence of ones",
}
# How many rows of W are drawn: all, or a part that t moves through in whole pages.
_ROWS = {8: 8, 16: 16, 32: 32, 64: 32, _LONGEST: 25}


class SlidingPSNLab(Lab):
    """One kernel for every time-step: as bars, as the banded matrix W, and over a queue of the last k inputs."""

    name = "sliding_psn"
    title = "The sliding PSN"
    sentence = "One short kernel slides over the input: all at once as a banded matrix, or step by step from a queue."
    table = (
        Kernel("kernel", "W", "kernel, oldest weight first: pull a bar, or type exponential k, uniform k SEED, "
               "or k numbers", "exponential 4", KERNELS, parse_kernel),
        Choice("T", "T", "length of the sequence: the neuron stays the same", 16, tuple(_ROWS), ordered=True),
        Typed("input", "X", "input: a pattern, noise with a seed, or numbers", "noise 7",
              ("noise 7", *SUGGESTIONS), lambda text: parse_input(text, _LONGEST)),
        Whole("t", "t", "step by step has come to here (or point at a row of W)", 12, low=0, high=_LONGEST - 1),
        Choice("queue", "queue", "before t = 0: empty, or left over from a sequence of ones", _EMPTY,
               (_EMPTY, _LEFT_OVER)),
    )  # fmt: skip
    transport = "t"

    @staticmethod
    def settle(state: dict) -> dict:
        """No step beyond T − 1."""
        return state | {"t": min(state["t"], state["T"] - 1)}

    @staticmethod
    def limits(state: dict) -> dict:
        """Every place of the slider is a step."""
        return {"t": {"high": state["T"] - 1}}

    @staticmethod
    def drag(state: dict, name: str, number: int, value: float) -> dict:
        """Bar `number` of the kernel pulled to `value`: the kernel as k numbers."""
        weights = parse_kernel(state["kernel"])
        if name != "kernel" or not 0 <= number < len(weights):
            return {}
        weights[number] = min(max(round(value, 2), -MOST), MOST)
        return {"kernel": kernel_text(weights)}

    @staticmethod
    @torch.no_grad()
    def compute(state: dict) -> dict:
        T, t, weights = state["T"], state["t"], torch.from_numpy(parse_kernel(state["kernel"]))
        k = len(weights)
        x = torch.from_numpy(parse_input(state["input"], T))[:, None]
        neuron = SlidingPSN(k).double()
        neuron.weight.copy_(weights)
        at_once = neuron.record(x)
        before = torch.ones(k - 1, 1, dtype=x.dtype)
        start = neuron.initial_state()
        if state["queue"] == _LEFT_OVER and k > 1:
            start = neuron.chunk(before, start)[1]
        h_steps, s_steps, queue = step_by_step(neuron, x[: t + 1], start)
        h, s = at_once.h[: t + 1, 0], at_once.s[: t + 1, 0]
        far = ~((h - h_steps).abs() <= TOLERANCE)  # NaN is apart, too
        # Where H is at the threshold but for rounding, the two may round to either side of it.
        apart = far | ((s != s_steps) & ((h - neuron.threshold).abs() > TOLERANCE))
        first = t - t % _ROWS[T]
        rows = np.arange(first, first + _ROWS[T])
        columns = np.arange(max(0, first - k + 1), rows[-1] + 1)
        lag = rows[:, None] - columns
        weight = neuron.dense_weight(T).numpy()[np.ix_(rows, columns)]
        return {
            **state,
            "weights": weights.numpy(),
            "weight": np.where((lag >= 0) & (lag < k), weight, np.nan),
            "corner": (int(rows[0]), int(columns[0])),
            "x": x[:, 0].numpy(),
            "in_queue": np.concatenate((np.full(k - len(queue), np.nan), queue[:, 0].numpy())),
            "left_over": max(0, len(queue) - t - 1),
            "h": at_once.h[:, 0].numpy(),
            "h_after_ones": neuron.charge(torch.cat((before, x)))[k - 1 :, 0].numpy(),
            "s": at_once.s[:, 0].numpy(),
            "h_steps": h_steps.numpy(),
            "s_steps": s_steps.numpy(),
            "threshold": float(neuron.threshold),
            "witness": float((h - h_steps).abs().max()),
            "apart": apart.nonzero()[:, 0].tolist(),
        }

    @staticmethod
    def draw(numbers: dict):
        return figures.draw(
            numbers["weights"], numbers["weight"], numbers["corner"], numbers["x"], numbers["in_queue"],
            numbers["left_over"], numbers["h"], numbers["h_steps"], numbers["s"], numbers["s_steps"],
            numbers["threshold"], not numbers["apart"], _witness(numbers), MOST, _h_range(numbers),
        )  # fmt: skip

    @staticmethod
    def describe(numbers: dict) -> str:
        t, k = numbers["t"], len(numbers["weights"])
        fired = np.flatnonzero(numbers["s"])
        when = f", at t = {', '.join(map(str, fired[:8]))}{' and later' * (len(fired) > 8)}" if len(fired) else ""
        return (
            f"Sliding PSN, kernel {numbers['kernel']} (k = {k}), input {numbers['input']}, T = {numbers['T']}. "
            f"All at once: {counted(int(numbers['s'].sum()))}{when}. "
            f"Step by step up to t = {t}, {_STARTS[numbers['queue']]}: "
            f"{counted(int(numbers['s_steps'].sum()))}; {_compared(numbers)}. The queue holds {_held(numbers)}; "
            f"times the kernel that is H[{t}] = {numbers['h_steps'][t]:.3f}."
        )


def step_by_step(neuron: SlidingPSN, x: torch.Tensor, state):
    """H and S `[t]` of a run by `neuron.step` over x `[t, 1]`, and the queue `[≤ k, 1]` of the last step.

    H is the kernel times the queue: what the state remembers, and the newest input behind it.
    """
    h, s, queue = [], [], x[:0]
    for x_t in x:
        queue = x_t[None] if state.memory is None else torch.cat((state.memory, x_t[None]))
        h.append(neuron.weight[-len(queue) :] @ queue)
        spike, state = neuron.step(x_t, state)
        s.append(spike)
    return torch.cat(h), torch.cat(s), queue


def _compared(numbers: dict) -> str:
    apart = numbers["apart"]
    spikes = np.flatnonzero(numbers["s"][: len(numbers["s_steps"])] != numbers["s_steps"]).tolist()
    if not apart:
        difference = at_most(numbers["witness"], TOLERANCE)
        if spikes:
            at_threshold = f"S not {_span(spikes)}, where H is the threshold but for rounding"
            return f"H as all at once, difference {difference}, {at_threshold}"
        return f"H and S agree with all at once, difference {difference}"
    also = f", S {_span(spikes)}" if spikes else ""
    again = f", and they agree again from t = {apart[-1] + 1}" if apart[-1] < numbers["t"] else ""
    return f"H differs from all at once by up to {numbers['witness']:.3g} {_span(apart)}{also}{again}"


def _witness(numbers: dict) -> tuple[str, str]:
    apart, difference = numbers["apart"], numbers["witness"]
    if not apart:
        return f"at once = steps up to t = {numbers['t']}", f"max |difference| {at_most(difference, TOLERANCE)}"
    return f"at once ≠ steps {_span(apart)}", f"max |difference| {difference:.3g}"


def _span(steps: list[int]) -> str:
    return f"at t = {steps[0]}" + (f" … {steps[-1]}" if len(steps) > 1 else "")


def _held(numbers: dict) -> str:
    t, k, left_over = numbers["t"], len(numbers["weights"]), numbers["left_over"]
    empty = int(np.isnan(numbers["in_queue"]).sum())
    first = t - (k - empty - left_over) + 1
    own = f"X[{first}] … X[{t}]" if first < t else f"X[{t}]"
    if left_over:
        return f"{left_over} left over and {own}"
    return f"{own}, with {empty} slot{'s' * (empty > 1)} still empty" if empty else own


def _h_range(numbers: dict) -> tuple[float, float]:
    """In halves, and the same for every t and either queue, so that the axis of H rests while those move."""
    shown = np.concatenate(([0.0, 1.2], numbers["h"], numbers["h_steps"], numbers["h_after_ones"]))
    return np.floor(2 * shown.min() - 0.2) / 2, np.ceil(2 * shown.max() + 0.2) / 2
