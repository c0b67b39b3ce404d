"""Lab: the newest k inputs in a queue, step by step and all at once, for a sliding PSN and for a masked one."""

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
from psn_viz.neurons import MaskedPSN, SlidingPSN

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
    """A sliding or masked PSN over T inputs: all at once, and step by step from a queue up to step t. Without units.

    kernel, input: as the reader wrote them. shared: whether all rows of W hold the same k weights (sliding PSN) or
    each has its own (masked PSN, λ = 1).
    weights `[k]` float64: those that the queue meets at step t, the last one meets the newest input; NaN where the
    row of a masked PSN has none. largest_weight: the largest |weight| of all rows.
    x, h `[T]` float64, s `[T]` 0 or 1: the run all at once, with nothing before x; its threshold is `threshold`.
    h_after_ones `[≤ T]` float64: the same H, were there ones before x, as far as W has rows for it.
    t: the last step taken; row: the row of W that it used, another than t where a masked PSN has taken steps before.
    h_steps `[t + 1]` float64, s_steps `[t + 1]` 0 or 1: the run step by step.
    start: what the queue held before the first step, "empty" or "left over" from a sequence of ones.
    queue `[k]` float64: the inputs that step t has met, the newest last, NaN where a slot is still empty.
    left_over: how many of those are from the sequence before.
    weight `[rows, columns]` float64: the part of W `[T, T]` with the rows of this page and all that they hold, NaN
    off the band. corner: the row t and column i of its first entry.
    witness: H and S of both runs, up to step t. fused: S by the fused form against S all at once.
    """

    kernel: str
    shared: bool
    weights: np.ndarray
    largest_weight: float
    input: str
    x: np.ndarray
    h: np.ndarray
    s: np.ndarray
    threshold: float
    h_after_ones: np.ndarray
    t: int
    row: int
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
    """The newest k inputs in a queue, and the k weights that they meet: of one kernel, or of row t of W."""

    name = "sliding_psn"
    title = "The newest k inputs"
    sentence = (
        "Step by step, with the newest k inputs in a queue, gives what one product with all of W gives: whether each "
        "row of W has weights of its own or one kernel slides over the input."
    )
    main = "t", "kernel"
    table = (
        Kernel("kernel", "W", "the k weights, oldest first: pull a bar, or type exponential k, uniform k SEED, k "
               "numbers, or masked k SEED, where each row has its own", "exponential 4", KERNELS, parse_kernel),
        Choice("T", "T", "length of the sequence: a sliding PSN stays the same", 16, tuple(_ROWS), ordered=True),
        Typed("input", "X", "input: a pattern, noise with a seed, or numbers", "noise 7",
              ("noise 7", *SUGGESTIONS), lambda text: parse_input(text, _LONGEST)),
        Whole("t", "t", "step by step has come to here (or point at a row of W)", 12, low=0, high=_LONGEST - 1),
        Choice("queue", "queue", "before t = 0: empty, or left over from a sequence of ones", _EMPTY,
               (_EMPTY, _LEFT_OVER)),
    )  # fmt: skip
    transport = "t"

    @staticmethod
    def settle(state: dict) -> dict:
        """No step beyond the last one."""
        return state | {"t": min(state["t"], _last_step(state))}

    @staticmethod
    def limits(state: dict) -> dict:
        """Every place of the slider is a step."""
        return {"t": {"high": _last_step(state)}}

    @staticmethod
    def drag(state: dict, name: str, number: int, value: float) -> dict:
        """Bar `number` of the kernel pulled to `value`: the kernel as k numbers."""
        weights = parse_kernel(state["kernel"])
        if name != "kernel" or weights.ndim > 1 or not 0 <= number < len(weights):
            return {}
        weights[number] = min(max(round(value, 2), -MAX_WEIGHT), MAX_WEIGHT)
        return {"kernel": kernel_text(weights)}

    @staticmethod
    @torch.no_grad()
    def compute(state: dict) -> SlidingPSNNumbers:
        T, t, weights = state["T"], state["t"], parse_kernel(state["kernel"])
        shared, k = weights.ndim == 1, weights.shape[-1]
        x = torch.from_numpy(parse_input(state["input"], T))[:, None]
        neuron = _neuron(weights, T)
        at_once = neuron.record(x)
        before = torch.ones(_ones_before(state), 1, dtype=x.dtype)
        start = neuron.initial_state()
        if state["queue"] == _LEFT_OVER and len(before):
            start = neuron.chunk(before, start)[1]
        h_steps, s_steps, queue = step_by_step(neuron, x[: t + 1], start)
        h, s = at_once.h[:, 0], at_once.s[:, 0]
        row = t if shared else t + start.t
        first = row - row % _ROWS[T]
        rows = np.arange(first, first + _ROWS[T])
        columns = np.arange(max(0, first - k + 1), rows[-1] + 1)
        lag = rows[:, None] - columns
        after_ones = torch.cat((before, x)) if shared else torch.cat((before, x))[:T]
        threshold = float(neuron.threshold.max())  # that of a new neuron, the same at every step
        return SlidingPSNNumbers(
            kernel=state["kernel"],
            shared=shared,
            weights=weights if shared else np.where(np.arange(k)[::-1] <= row, weights[row], np.nan),
            largest_weight=float(np.abs(weights).max()),
            input=state["input"],
            x=x[:, 0].numpy(),
            h=h.numpy(),
            s=s.numpy(),
            threshold=threshold,
            h_after_ones=neuron.charge(after_ones)[len(before) :, 0].numpy(),
            t=t,
            row=row,
            h_steps=h_steps.numpy(),
            s_steps=s_steps.numpy(),
            start=state["queue"],
            queue=np.concatenate((np.full(k - len(queue), np.nan), queue[:, 0].numpy())),
            left_over=max(0, len(queue) - t - 1),
            weight=np.where((lag >= 0) & (lag < k), _matrix(neuron, T)[np.ix_(rows, columns)], np.nan),
            corner=(int(rows[0]), int(columns[0])),
            witness=Witness.between_runs((h[: t + 1], s[: t + 1]), (h_steps, s_steps), threshold),
            fused=fused_spikes_beside(neuron, at_once),
        )

    draw = staticmethod(figure.draw)

    @staticmethod
    def describe(numbers: SlidingPSNNumbers) -> str:
        n, t = numbers, numbers.t
        neuron = f"Sliding PSN, kernel {n.kernel} (k = {len(n.weights)})"
        if not n.shared:
            neuron = f"Masked PSN, λ = 1, {n.kernel}: k = {len(n.weights)}, each row of W with weights of its own"
        late = f", so that step t uses row t + {n.row - t} of W" if n.row > t else ""
        return (
            f"{neuron}, input {n.input}, T = {len(n.x)}. "
            f"All at once: {counted(int(n.s.sum()))}{at_first_steps(n.s, ' and later')}. "
            f"Step by step up to t = {t}, {_STARTS[n.start]}{late}: "
            f"{counted(int(n.s_steps.sum()))}; {_comparison(n)}. The queue holds {_queue(n)}; "
            f"times the {'kernel' if n.shared else f'weights of row {n.row}'} that is "
            f"H[{t}] = {n.h_steps[t]:.3f}.{n.fused.sentence}"
        )


def _ones_before(state: dict) -> int:
    """How many ones are in the queue that is left over; a masked PSN cannot take more than T steps in all."""
    weights = parse_kernel(state["kernel"])
    return weights.shape[-1] - 1 if weights.ndim == 1 else min(weights.shape[-1], state["T"]) - 1


def _last_step(state: dict) -> int:
    """The last step that can be taken: a masked PSN has a row of W for each of T steps, those before counted."""
    masked = parse_kernel(state["kernel"]).ndim > 1
    taken = _ones_before(state) if masked and state["queue"] == _LEFT_OVER else 0
    return state["T"] - 1 - taken


def _neuron(weights: np.ndarray, T: int) -> SlidingPSN | MaskedPSN:
    """A sliding PSN with a kernel `[k]`; a masked PSN, λ = 1, for weights of each row `[≥ T, k]`."""
    if weights.ndim == 1:
        sliding = SlidingPSN(len(weights)).double()
        sliding.weight.copy_(torch.from_numpy(weights))
        return sliding
    k = weights.shape[1]
    masked = MaskedPSN(T, min(k, T), lambda_=1.0).double()
    lag = np.arange(T)[:, None] - np.arange(T)
    masked.weight.copy_(torch.from_numpy(np.take_along_axis(weights[:T], np.clip(k - 1 - lag, 0, k - 1), axis=1)))
    return masked


def _matrix(neuron: SlidingPSN | MaskedPSN, T: int) -> np.ndarray:
    return (neuron.masked_weight() if isinstance(neuron, MaskedPSN) else neuron.dense_weight(T)).numpy()


def step_by_step(neuron: SlidingPSN | MaskedPSN, x: torch.Tensor, state):
    """H and S `[t]` of a run by `neuron.step` over x `[t, 1]`, and the queue `[≤ k, 1]` of the last step.

    H is the weights times the queue: what the state remembers, and the newest input behind it.
    """
    h, s, queue = [], [], x[:0]
    for x_t in x:
        queue = x_t[None] if state.memory is None else torch.cat((state.memory, x_t[None]))
        weights = neuron.weight[state.t, : state.t + 1] if isinstance(neuron, MaskedPSN) else neuron.weight
        h.append(weights[-len(queue) :] @ queue)
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
