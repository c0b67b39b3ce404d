"""Lab: the sliding PSN, its kernel bars to pull, all at once and step by step from a queue."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from psn_viz.labs.core.controls import Choice, Typed, Whole
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.core.fused_form import FusedForm, fused_spikes_beside
from psn_viz.labs.core.inputs import SUGGESTIONS, parse_input
from psn_viz.labs.core.phrases import at_first_steps, counted, span
from psn_viz.labs.core.witness import Witness
from psn_viz.labs.sliding_psn import figure
from psn_viz.labs.sliding_psn.kernel_control import MAX_WEIGHT, Kernel, kernel_text, parse_kernel
from psn_viz.labs.sliding_psn.kernel_control import SUGGESTIONS as KERNELS
from psn_viz.neurons import SlidingPSN

_LONGEST = 200
_EMPTY, _LEFT_OVER = "empty", "left over"
_STARTS = {
    _EMPTY: "starting with an empty queue",
    _LEFT_OVER: "starting with the queue left over from a sequence of ones",
}
# How many rows of W are drawn: all, or a part that t moves through in whole pages.
_ROWS = {8: 8, 16: 16, 32: 32, 64: 32, _LONGEST: 25}


@dataclass(frozen=True)
class SlidingPSNNumbers:
    """A sliding PSN over T inputs: all at once, and step by step from a queue up to step t. Without units.

    kernel, input: as the reader wrote them. weights `[k]` float64: the kernel, the last one meets the newest input.
    x, h `[T]` float64, s `[T]` 0 or 1: the run all at once, with nothing before x; its threshold is `threshold`.
    h_after_ones `[T]` float64: the same H, were there ones before x.
    t: the last step taken. h_steps `[t + 1]` float64, s_steps `[t + 1]` 0 or 1: the run step by step.
    start: what the queue held before the first step, "empty" or "left over" from a sequence of ones.
    queue `[k]` float64: the inputs that step t has met, the newest last, NaN where a slot is still empty.
    left_over: how many of those are from the sequence before.
    weight `[rows, columns]` float64: the part of W `[T, T]` with the rows of this page and all that they hold, NaN
    off the band. corner: the row t and column i of its first entry.
    witness: H and S of both runs, up to step t. fused: S by the fused form against S all at once.
    """

    kernel: str
    weights: np.ndarray
    input: str
    x: np.ndarray
    h: np.ndarray
    s: np.ndarray
    threshold: float
    h_after_ones: np.ndarray
    t: int
    h_steps: np.ndarray
    s_steps: np.ndarray
    start: str
    queue: np.ndarray
    left_over: int
    weight: np.ndarray
    corner: tuple[int, int]
    witness: Witness
    fused: FusedForm

    @property
    def empty(self) -> int:
        """How many slots of the queue are empty."""
        return int(np.isnan(self.queue).sum())

    @property
    def oldest(self) -> int:
        """The first step whose input is still in the queue."""
        return self.t - (len(self.queue) - self.empty - self.left_over) + 1


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
        weights[number] = min(max(round(value, 2), -MAX_WEIGHT), MAX_WEIGHT)
        return {"kernel": kernel_text(weights)}

    @staticmethod
    @torch.no_grad()
    def compute(state: dict) -> SlidingPSNNumbers:
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
        h, s = at_once.h[:, 0], at_once.s[:, 0]
        first = t - t % _ROWS[T]
        rows = np.arange(first, first + _ROWS[T])
        columns = np.arange(max(0, first - k + 1), rows[-1] + 1)
        lag = rows[:, None] - columns
        weight = neuron.dense_weight(T).numpy()[np.ix_(rows, columns)]
        return SlidingPSNNumbers(
            kernel=state["kernel"],
            weights=weights.numpy(),
            input=state["input"],
            x=x[:, 0].numpy(),
            h=h.numpy(),
            s=s.numpy(),
            threshold=float(neuron.threshold),
            h_after_ones=neuron.charge(torch.cat((before, x)))[k - 1 :, 0].numpy(),
            t=t,
            h_steps=h_steps.numpy(),
            s_steps=s_steps.numpy(),
            start=state["queue"],
            queue=np.concatenate((np.full(k - len(queue), np.nan), queue[:, 0].numpy())),
            left_over=max(0, len(queue) - t - 1),
            weight=np.where((lag >= 0) & (lag < k), weight, np.nan),
            corner=(int(rows[0]), int(columns[0])),
            witness=Witness.between_runs((h[: t + 1], s[: t + 1]), (h_steps, s_steps), neuron.threshold),
            fused=fused_spikes_beside(neuron, at_once),
        )

    draw = staticmethod(figure.draw)

    @staticmethod
    def describe(numbers: SlidingPSNNumbers) -> str:
        n, t = numbers, numbers.t
        return (
            f"Sliding PSN, kernel {n.kernel} (k = {len(n.weights)}), input {n.input}, T = {len(n.x)}. "
            f"All at once: {counted(int(n.s.sum()))}{at_first_steps(n.s, ' and later')}. "
            f"Step by step up to t = {t}, {_STARTS[n.start]}: "
            f"{counted(int(n.s_steps.sum()))}; {_comparison(n)}. The queue holds {_queue(n)}; "
            f"times the kernel that is H[{t}] = {n.h_steps[t]:.3f}.{n.fused.sentence}"
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


def _comparison(n: SlidingPSNNumbers) -> str:
    witness, spikes = n.witness, np.flatnonzero(n.s[: n.t + 1] != n.s_steps)
    if witness.agrees:
        if len(spikes):
            at_threshold = f"S not {span(spikes)}, where H is the threshold but for rounding"
            return f"H as all at once, difference {witness.size}, {at_threshold}"
        return f"H and S agree with all at once, difference {witness.size}"
    also = f", S {span(spikes)}" if len(spikes) else ""
    last = witness.apart[-1]
    again = f", and they agree again from t = {last + 1}" if last < n.t else ""
    return f"H differs from all at once by up to {witness.size} {span(witness.apart)}{also}{again}"


def _queue(n: SlidingPSNNumbers) -> str:
    inputs = f"X[{n.oldest}] … X[{n.t}]" if n.oldest < n.t else f"X[{n.t}]"
    if n.left_over:
        return f"{n.left_over} left over and {inputs}"
    return f"{inputs}, with {n.empty} slot{'s' * (n.empty > 1)} still empty" if n.empty else inputs
