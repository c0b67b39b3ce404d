"""Lab: the masked PSN on its way from dense to masked, and what a later input does to earlier spikes on the way."""

from __future__ import annotations

import numpy as np
import torch

from psn_viz.labs.core.controls import Real, Typed, Whole
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.core.inputs import SUGGESTIONS, parse_input
from psn_viz.labs.core.phrases import at_most, first_largest
from psn_viz.labs.masked_psn import figure as figures
from psn_viz.learning.training import lambda_at
from psn_viz.neurons import MaskedPSN
from psn_viz.torch_state import seeded

TOLERANCE = 1e-10
EPOCHS = 256  # as many as the paper's runs on sequential CIFAR had
T = 16
_SEED = 23
_SCALE = 2.0  # through four weights alone a new W seldom reaches the threshold
_MOST = 4.0
_STEP = 0.25
_SCHEDULE = np.array([lambda_at("paper", epoch, EPOCHS) for epoch in range(EPOCHS)])


class MaskedPSNLab(Lab):
    """M_k, M_k(λ) and W ⊙ M_k(λ); which H and S follow when one input changes; which inputs a step waits for.

    W is that of a new neuron, times 2.
    """

    name = "masked_psn"
    title = "The mask that shuts the future out"
    sentence = "As λ goes to 1 the mask shuts the future out, and then the neuron can run step by step."
    table = (
        Real("lambda", "λ", "how far the mask is shut: 0 dense, 1 the last k inputs only", 0.5, low=0.0, high=1.0,
             step=0.01),
        Whole("k", "k", "order: how many inputs the mask lets through", 4, low=1, high=T),
        Whole("j", "j", "the input that is changed (or point at a column)", 11, low=0, high=T - 1),
        Real("delta", "δ", "what is added to X[j] (or pull a bar of X)", 3.0, low=-_MOST, high=_MOST, step=_STEP),
        Typed("input", "X", "input: a pattern, noise with a seed, or numbers", "noise 1", SUGGESTIONS,
              lambda text: parse_input(text, T)),
    )  # fmt: skip

    @staticmethod
    def drag(state: dict, name: str, number: int, value: float) -> dict:
        """A bar of X that is pulled becomes the input that is changed."""
        if name != "X" or not 0 <= number < T:
            return {}
        delta = value - parse_input(state["input"], T)[number]
        return {"j": number, "delta": min(max(round(delta / _STEP) * _STEP, -_MOST), _MOST)}

    @staticmethod
    @torch.no_grad()
    def compute(state: dict) -> dict:
        x = torch.from_numpy(parse_input(state["input"], T))
        x_changed = x.clone()
        x_changed[state["j"]] += state["delta"]
        neuron = _neuron(state["k"], state["lambda"])
        run, changed = neuron.record(x[:, None]), neuron.record(x_changed[:, None])
        weight = neuron.masked_weight()
        early, can_step = _as_inputs_arrive(state["k"], state["lambda"], x)
        difference = (early - run.h[:, 0]).abs()
        apart = ~(difference <= TOLERANCE)  # NaN is apart, too
        return {
            "x": x.numpy(),
            "order_mask": _present(neuron.mask),
            "mask": _present(weight / neuron.weight),
            "weight": _present(weight),
            "limit": float(neuron.weight.abs().max()),
            "dh": (changed.h - run.h)[:, 0].numpy(),
            "s": run.s[:, 0].numpy(),
            "s_changed": changed.s[:, 0].numpy(),
            # Where the count of a row's entries reaches its end: the last column that counts.
            "last_needed": (weight != 0).long().cumsum(1).argmax(1).numpy(),
            "schedule": _SCHEDULE,
            "epoch": int(np.searchsorted(_SCHEDULE, state["lambda"])),
            "can_step": can_step,
            "first_apart": int(apart.nonzero()[0]) if apart.any() else None,
            "witness": float(difference.max()),
            **state,
        }

    @staticmethod
    def draw(numbers: dict):
        x = numbers["x"]
        # As far as λ, k, j and δ can take any of them: the axes must not jump while one of these moves.
        low, high = min(0.0, x.min()) - _MOST, max(0.0, x.max()) + _MOST
        room = 0.05 * (high - low)
        return figures.draw(
            x, numbers["j"], numbers["delta"], numbers["k"], numbers["dh"], numbers["s"], numbers["s_changed"],
            maps=(numbers["order_mask"], numbers["mask"], numbers["weight"]),
            limit=numbers["limit"],
            last_needed=numbers["last_needed"],
            schedule=numbers["schedule"],
            now=(numbers["epoch"], numbers["lambda"]),
            x_range=(low - room, high + room),
            dh_limit=1.05 * numbers["limit"] * _MOST,
            titles=_titles(numbers),
            past=_past(numbers),
            latency=_latency(numbers),
            agrees=_agrees(numbers),
            witness=_witness(numbers),
        )  # fmt: skip

    @staticmethod
    def describe(numbers: dict) -> str:
        left = int(np.isfinite(numbers["weight"]).sum())
        by_steps = (
            f"step by step and all at once give the same H, difference {at_most(numbers['witness'], TOLERANCE)}"
            if _agrees(numbers)
            else ": ".join(_witness(numbers)).replace("<br>", " ")
        )
        return (
            f"Masked PSN with a random W, T = {T}, k = {numbers['k']}, λ = {numbers['lambda']:g}, "
            f"input {numbers['input']}: {left} of {T * T} weights are left, and it fires "
            f"{_at(numbers['s'])}. {_result(numbers)}. Latency: {', '.join(_latency(numbers))}; {by_steps}. "
            f"In the paper's schedule this λ is reached by epoch {numbers['epoch']} of {EPOCHS}."
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


def _agrees(numbers: dict) -> bool:
    return numbers["can_step"] and numbers["first_apart"] is None


def _changed(numbers: dict) -> tuple[np.ndarray, np.ndarray]:
    """Where S and where H came out differently."""
    return numbers["s"] != numbers["s_changed"], ~(np.abs(numbers["dh"]) <= TOLERANCE)


def _titles(numbers: dict) -> tuple[str, str, str]:
    """What each of the three maps is, in two short lines."""
    ones, left = (int(np.isfinite(numbers[name]).sum()) for name in ("order_mask", "weight"))
    least = float(np.nanmin(numbers["mask"]))
    shut = "absent" if np.isnan(numbers["mask"]).any() else f"{least:.6g}"
    values = "1 everywhere" if shut != "absent" and least == 1 else f"1 or {shut}"
    return (
        f"<b>M<sub>k</sub></b>, k = {numbers['k']}<br>{ones} of {T * T} are 1",
        f"<b>M<sub>k</sub>(λ)</b>, λ = {numbers['lambda']:g}<br>{values}",
        f"<b>W ⊙ M<sub>k</sub>(λ)</b><br>{left} of {T * T} are left",
    )


def _past(numbers: dict) -> tuple[bool | None, str]:
    """Whether S and H before j stayed as they were, None if that is no question, and the words for it."""
    j = numbers["j"]
    if numbers["delta"] == 0:
        return None, "δ = 0: no input is changed"
    if j == 0:
        return None, "X[0] has no past"
    s, h = (int(changed[:j].sum()) for changed in _changed(numbers))
    return (False, f"the past changed: {s} S, {h} H of {j}") if s or h else (True, "the past did not change")


def _latency(numbers: dict) -> tuple[str, str]:
    """After how many inputs S[t] is known, in two short lines."""
    last = numbers["last_needed"]
    if (last <= np.arange(T)).all():
        most = int(np.isfinite(numbers["weight"]).sum(1).max())
        return "S[t] needs t + 1 inputs", f"at most {most} of them count{'s' * (most == 1)}"
    return f"S[0] needs {last[0] + 1} inputs", f"it is {last[0]} steps late"


def _witness(numbers: dict) -> tuple[str, str]:
    first, most = numbers["first_apart"], numbers["witness"]
    if not numbers["can_step"]:
        off = "right here" if first is None else f"off<br>by {most:.3g}, first at t = {first}"
        return "no step by step<br>while λ < 1", f"inputs so far: H {off}"
    if first is None:
        return "step by step =<br>all at once", f"max |difference| {at_most(most, TOLERANCE)}"
    return "step by step ≠<br>all at once", f"from t = {first}: {most:.3g}"


def _result(numbers: dict) -> str:
    j, stop = numbers["j"], min(numbers["j"] + numbers["k"], T)
    words = f"With {numbers['delta']:+g} on X[{j}] = {numbers['x'][j]:.3f}, {_past(numbers)[1]}"
    if numbers["delta"] == 0:
        return words
    s, h = _changed(numbers)
    largest = np.abs(numbers["dh"])
    if h[:j].any():
        words += f" (S {_at(s[:j])}; H by up to {largest[:j].max():.3g})"
    words += f"; where M_k is 1, t = {j}{f' to {stop - 1}' if stop - 1 > j else ''}, S changed {_at(s[j:stop], j)}"
    if h[stop:].any():
        words += f", and after that {_at(s[stop:], stop)}"
    return f"{words}; H changed most, by {largest.max():.3g}, at t = {first_largest(largest)}"


def _at(marked: np.ndarray, start: int = 0) -> str:
    steps = np.flatnonzero(marked) + start
    return f"at t = {', '.join(map(str, steps))}" if len(steps) else "at no step"
