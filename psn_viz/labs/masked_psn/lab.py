"""Lab: the masked PSN on its way from dense to masked, and what a later input does to earlier spikes on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch

from psn_viz.labs.core.controls import Real, Typed, Whole
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.core.fused_form import FusedForm, fused_spikes_beside
from psn_viz.labs.core.inputs import SUGGESTIONS, parse_input
from psn_viz.labs.core.phrases import at_steps, first_largest
from psn_viz.labs.core.witness import TOLERANCE, Witness
from psn_viz.labs.masked_psn import figure
from psn_viz.learning.training import lambda_at
from psn_viz.neurons import MaskedPSN
from psn_viz.torch_state import seeded

EPOCHS = 256  # as many as the paper's runs on sequential CIFAR had
T = 16
_SEED = 23
_SCALE = 2.0  # through four weights alone a new W seldom reaches the threshold
_MAX_DELTA = 4.0
_STEP = 0.25
_SCHEDULE = np.array([lambda_at("paper", epoch, EPOCHS) for epoch in range(EPOCHS)])


@dataclass(frozen=True)
class MaskedPSNNumbers:
    """Two runs of a masked PSN over T steps, that of X and that of X with δ added to X[i]. Without units.

    input: X as the reader wrote it. x `[T]` float64. i, delta: the input that is changed and by how much;
    largest_delta: how far the slider of δ goes, either way.
    k, lambda_: order of the mask, and λ from 0 to 1.
    order_mask, mask, weight `[T, T]` float64: M_k, M_k(λ) and W ⊙ M_k(λ), NaN for entries that are exactly 0.
    largest_weight: the largest |W[t, i]| of the dense W.
    s, s_changed `[T]`, 0 or 1: the spikes of both runs. dh `[T]` float64: by how much H is larger in the second.
    last_needed `[T]` int: the last column of each row of W ⊙ M_k(λ) that is not 0.
    schedule `[epochs]` float64: λ during each epoch of the paper's training. epoch: the first with at least this λ.
    can_step: whether the neuron runs step by step at this λ.
    witness: H[t] once X[0] … X[t] are there, against H all at once. fused: S by the fused form against
    S by charge and fire.
    """

    input: str
    x: np.ndarray
    i: int
    delta: float
    largest_delta: float
    k: int
    lambda_: float
    order_mask: np.ndarray
    mask: np.ndarray
    weight: np.ndarray
    largest_weight: float
    s: np.ndarray
    s_changed: np.ndarray
    dh: np.ndarray
    last_needed: np.ndarray
    schedule: np.ndarray
    epoch: int
    can_step: bool
    witness: Witness
    fused: FusedForm

    @property
    def s_differs(self) -> np.ndarray:
        """Where S came out differently, `[T]` bool."""
        return self.s != self.s_changed

    @property
    def h_differs(self) -> np.ndarray:
        """Where H came out differently by more than rounding, `[T]` bool."""
        return ~(np.abs(self.dh) <= TOLERANCE)

    @property
    def weights_left(self) -> int:
        """How many entries of W the mask leaves."""
        return int(np.isfinite(self.weight).sum())

    @property
    def past_unchanged(self) -> bool | None:
        """Whether S and H before i stayed as they were; None for i = 0 or δ = 0."""
        if self.delta == 0 or self.i == 0:
            return None
        return not (self.s_differs | self.h_differs)[: self.i].any()

    @property
    def past(self) -> str:
        """What became of S and H before i, in words."""
        if self.past_unchanged is None:
            return "δ = 0: no input is changed" if self.delta == 0 else "X[0] has no past"
        if self.past_unchanged:
            return "the past did not change"
        s, h = (int(differs[: self.i].sum()) for differs in (self.s_differs, self.h_differs))
        return f"the past changed: {s} S, {h} H of {self.i}"

    @property
    def latency(self) -> tuple[str, str]:
        """After how many inputs S[t] is known, in two short lines."""
        last = self.last_needed
        if (last <= np.arange(T)).all():
            largest_count = int(np.isfinite(self.weight).sum(1).max())
            return "S[t] needs t + 1 inputs", f"at most {largest_count} of them count{'s' * (largest_count == 1)}"
        return f"S[0] needs {last[0] + 1} inputs", f"it is {last[0]} steps late"

    @property
    def runs_by_steps(self) -> bool:
        """Whether the neuron runs step by step and then gives the same H."""
        return self.can_step and self.witness.agrees

    @property
    def by_steps(self) -> tuple[str, str]:
        """Step by step against all at once, in two lines, which may be broken once more."""
        first, size = self.witness.first_apart, self.witness.size
        if not self.can_step:
            off = "right here" if first is None else f"off\nby {size}, first at t = {first}"
            return "no step by step\nwhile λ < 1", f"inputs so far: H {off}"
        if first is None:
            return "step by step =\nall at once", f"max |difference| {size}"
        return "step by step ≠\nall at once", f"from t = {first}: {size}"


class MaskedPSNLab(Lab):
    """M_k, M_k(λ) and W ⊙ M_k(λ); which H and S follow when one input changes; which inputs a step waits for.

    W is that of a new neuron, times 2.
    """

    name = "masked_psn"
    title = "The mask that shuts the future out"
    sentence = "As λ goes to 1 the mask shuts the future out, and then the neuron can run step by step."
    main = "lambda", "k"
    table = (
        Real("lambda", "λ", "how far the mask is shut: 0 dense, 1 the last k inputs only", 0.5, low=0.0, high=1.0,
             step=0.01),
        Whole("k", "k", "order: how many inputs the mask lets through", 4, low=1, high=T),
        Whole("i", "i", "the input that is changed (or point at a column)", 11, low=0, high=T - 1),
        Real("delta", "δ", "what is added to X[i] (or pull a bar of X)", 3.0, low=-_MAX_DELTA, high=_MAX_DELTA,
             step=_STEP),
        Typed("input", "X", "input: a pattern, noise with a seed, or numbers", "noise 1", SUGGESTIONS,
              lambda text: parse_input(text, T)),
    )  # fmt: skip

    renamed: ClassVar = {"j": "i"}

    @staticmethod
    def drag(state: dict, name: str, number: int, value: float) -> dict:
        """A bar of X that is pulled becomes the input that is changed."""
        if name != "X" or not 0 <= number < T:
            return {}
        delta = value - parse_input(state["input"], T)[number]
        return {"i": number, "delta": min(max(round(delta / _STEP) * _STEP, -_MAX_DELTA), _MAX_DELTA)}

    @staticmethod
    @torch.no_grad()
    def compute(state: dict) -> MaskedPSNNumbers:
        x = torch.from_numpy(parse_input(state["input"], T))
        x_changed = x.clone()
        x_changed[state["i"]] += state["delta"]
        neuron = _neuron(state["k"], state["lambda"])
        run, changed = neuron.record(x[:, None]), neuron.record(x_changed[:, None])
        weight = neuron.masked_weight()
        h_by_steps, can_step = _as_inputs_arrive(state["k"], state["lambda"], x)
        return MaskedPSNNumbers(
            input=state["input"],
            x=x.numpy(),
            i=state["i"],
            delta=state["delta"],
            largest_delta=_MAX_DELTA,
            k=state["k"],
            lambda_=state["lambda"],
            order_mask=_present(neuron.mask),
            mask=_present(weight / neuron.weight),
            weight=_present(weight),
            largest_weight=float(neuron.weight.abs().max()),
            s=run.s[:, 0].numpy(),
            s_changed=changed.s[:, 0].numpy(),
            dh=(changed.h - run.h)[:, 0].numpy(),
            # Where the count of a row's entries reaches its end: the last column that counts.
            last_needed=(weight != 0).long().cumsum(1).argmax(1).numpy(),
            schedule=_SCHEDULE,
            epoch=int(np.searchsorted(_SCHEDULE, state["lambda"])),
            can_step=can_step,
            witness=Witness.between(h_by_steps, run.h[:, 0]),
            fused=fused_spikes_beside(neuron, run),
        )

    draw = staticmethod(figure.draw)

    @staticmethod
    def describe(numbers: MaskedPSNNumbers) -> str:
        n = numbers
        by_steps = (
            f"step by step and all at once give the same H, difference {n.witness.size}"
            if n.runs_by_steps
            else ": ".join(n.by_steps).replace("\n", " ")
        )
        return (
            f"Masked PSN with a random W, T = {T}, k = {n.k}, λ = {n.lambda_:g}, "
            f"input {n.input}: {n.weights_left} of {T * T} weights are left, and it fires "
            f"{at_steps(n.s)}. {_change(n)}. Latency: {', '.join(n.latency)}; {by_steps}.{n.fused.sentence} "
            f"In the paper's schedule this λ is reached by epoch {n.epoch} of {EPOCHS}."
        )


def _neuron(k: int, lambda_: float, **more) -> MaskedPSN:
    """Always with the same W, whatever k and λ."""
    with seeded(_SEED, torch.device("cpu")):
        neuron = MaskedPSN(T, k, lambda_, **more).double()
    neuron.weight.mul_(_SCALE)
    return neuron


def _as_inputs_arrive(k: int, lambda_: float, x: torch.Tensor) -> tuple[torch.Tensor, bool]:
    """H[t] once X[0] … X[t] are there, and whether the neuron itself can run like that.

    Where it refuses: H[t] of the product, with 0 for the inputs that are still to come.
    """
    neuron = _neuron(k, lambda_, surrogate=lambda above: above)  # a step gives H − B in place of a spike
    try:
        state = neuron.initial_state()
    except ValueError:
        so_far = x[:, None].expand(T, T).triu()  # column t: the inputs up to t
        return neuron.charge(so_far).diagonal(), False
    above = []
    for x_t in x[:, None]:
        value, state = neuron.step(x_t, state)
        above.append(value)
    return torch.cat(above) + neuron.threshold, True


def _present(values: torch.Tensor) -> np.ndarray:
    """NaN for the entries that are exactly 0: the mask took them away."""
    return values.masked_fill(values == 0, torch.nan).numpy()


def _change(n: MaskedPSNNumbers) -> str:
    """What the change of X[i] changed."""
    i, stop = n.i, min(n.i + n.k, T)
    words = f"With {n.delta:+g} on X[{i}] = {n.x[i]:.3f}, {n.past}"
    if n.delta == 0:
        return words
    s, h, largest = n.s_differs, n.h_differs, np.abs(n.dh)
    if h[:i].any():
        words += f" (S {at_steps(s[:i])}; H by up to {largest[:i].max():.3g})"
    opened = f"t = {i}{f' to {stop - 1}' if stop - 1 > i else ''}"
    words += f"; where M_k is 1, {opened}, S changed {at_steps(s[i:stop], i)}"
    if h[stop:].any():
        words += f", and after that {at_steps(s[stop:], stop)}"
    return f"{words}; H changed most, by {largest.max():.3g}, at t = {first_largest(largest)}"
