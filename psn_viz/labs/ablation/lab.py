"""Lab: ablation by hand. Weights are taken from a trained network, and the test set is classified again."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch

from psn_viz.labs.ablation import figure as figures
from psn_viz.labs.ablation.cut_control import SUGGESTIONS, Cut, Cutting, Squares, parse_cut, within
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.core.matrix_controls import Cell
from psn_viz.labs.core.phrases import at_most
from psn_viz.labs.core.traces import coloured
from psn_viz.labs.core.trained_models import (
    choices,
    data_of,
    intact,
    learned_models,
    model_of,
    most,
    right,
    training_of,
)
from psn_viz.learning.network_surgery import neuron_of, weight_over_time, with_weight, within_structure
from psn_viz.learning.weight_measures import nearest_leak, nearest_toeplitz
from psn_viz.neurons import PSN, MaskedPSN

TOLERANCE = 1e-10
_LONGEST = most("T")
_LARGEST = 32
_START = (5, 20)
_SOME = 50  # test samples on which two neurons are compared


class Ablation(Lab):
    """W of one layer with a part of it wiped or replaced, and the test accuracy with what is left."""

    name = "ablation"
    title = "Ablation by hand: what the answers hang on"
    sentence = "Wipe a part of a trained W and see at once how many test samples are still classified right."
    table = (
        *choices(),
        Cutting("cut", "cut", "what is wiped: offsets t − i from … to (keep: all but these); or what replaces W",
                "nothing", SUGGESTIONS, parse_cut),
        Cell("cell", "cell", "row t, column i: point at W; a click holds them, a second lets go", _START, _LONGEST),
        Squares("squares", "wipe", "a square around this cell: move it to wipe, 0 to leave", (), _LONGEST, _LARGEST,
                _START),
    )  # fmt: skip

    @staticmethod
    def settle(state: dict) -> dict:
        """There is no layer, row or column beyond the last one; squares beyond it wait there."""
        about = learned_models()[state["model"]]
        cell = tuple(min(n, about.T - 1) for n in state["cell"])
        return state | {"layer": min(state["layer"], about.layers), "cell": cell}

    @staticmethod
    def limits(state: dict) -> dict:
        """Layers that there are, offsets and cells within W."""
        about = learned_models()[state["model"]]
        layers = tuple(range(1, about.layers + 1))
        return {"layer": {"options": layers}, "cut": {"size": about.T}, "cell": {"size": about.T}}

    @staticmethod
    def in_hand(state: dict, numbers) -> dict:
        """The slider holds the square around the cell."""
        return {"squares": (state["cell"],)}

    @staticmethod
    def compute(state: dict) -> dict:
        model, layer = state["model"], state["layer"]
        T = learned_models()[model].T
        squares = tuple(square for square in state["squares"] if max(square[:2]) < T)
        left = _after(model, layer, parse_cut(state["cut"]), squares)
        was, test = intact(model), data_of(model)
        return {
            "weight": np.where(left.gone, np.nan, left.weight.numpy()),
            "limit": left.limit,
            "accuracy": _by_class(left.right, test),
            "intact": _by_class(was, test),
            "samples": len(was),
            "class_names": test.class_names,
            "wiped": left.wiped,
            "whole": left.whole,
            "share": left.share,
            "k": left.k,
            "later": left.later,
            "first_apart": left.first_apart,
            "witness": left.witness,
            "marks": squares,
            **state,
        }

    @staticmethod
    def draw(numbers: dict):
        return figures.draw(
            numbers["weight"], numbers["limit"], numbers["cell"], numbers["marks"], accuracy=numbers["accuracy"],
            intact=numbers["intact"], class_names=numbers["class_names"], chance=1 / len(numbers["class_names"]),
            titles=_titles(numbers), agrees=numbers["first_apart"] is None, witness=_witness(numbers),
        )  # fmt: skip

    @staticmethod
    def describe(numbers: dict) -> str:
        t, i = numbers["cell"]
        classes = ", ".join(
            f"{name} {100 * now:.0f} ({100 * before:.0f})"
            for name, now, before in zip(
                numbers["class_names"], numbers["accuracy"][1:], numbers["intact"][1:], strict=True
            )
        )
        here = numbers["weight"][t, i]
        now, before = (_percent(numbers[name][0]) for name in ("accuracy", "intact"))
        return (
            f"{numbers['model']}, layer {numbers['layer']}, {_what(numbers)}: {now} of {numbers['samples']} test "
            f"samples are classified right, {before} by the network as it is. {_wiped(numbers)}. Percent right by "
            f"class (intact): {classes}. "
            f"W[{t},{i}] is {'gone' if np.isnan(here) else f'{here:.3g}'}; {': '.join(_witness(numbers))}."
        )


class _After:
    """What is left of a layer after a cut, and what it does. Computed once for as long as only the cell moves."""

    def __init__(self, model: str, layer: int, cut: Cut, squares: tuple) -> None:
        network = model_of(model)
        neuron = neuron_of(network, layer)
        T = learned_models()[model].T
        before = weight_over_time(neuron, T).double()
        structure = within_structure(neuron, T)
        wiped = torch.from_numpy(cut.wiped(T) | within(squares, T))
        held = _replaced(cut, model, layer, before)
        self.limit = float(held.abs().max()) or 1.0  # colours stay while weights go
        self.weight = held.masked_fill(wiped, 0.0)
        self.gone = (wiped | (~structure & (self.weight == 0))).numpy()
        if cut.name == "LIF":
            self.gone |= np.triu(np.ones((T, T), dtype=bool), 1)  # where a leak has no weights
        self.wiped, self.whole = int((wiped & structure).sum()), int(structure.sum())
        self.share = float(before[wiped].square().sum() / before.square().sum())
        # In the precision of the network, in which nothing changes where nothing is wiped.
        self.right = right(with_weight(network, layer, self.weight.to(neuron.weight)), model)
        self._against_a_masked_one(network, layer, before.masked_fill(~wiped, 0.0), model)

    def _against_a_masked_one(self, network, layer: int, taken: torch.Tensor, model: str) -> None:
        """The same H from a masked PSN, λ = 1, whose mask takes away what was wiped outside of its band?"""
        T = len(self.weight)
        threshold = neuron_of(network, layer).threshold.detach().double().expand(T)
        places = self.weight.nonzero()
        lags = places[:, 0] - places[:, 1]
        self.k = max(1, int(lags.max()) + 1) if len(lags) else 1
        self.later = max(0, -int(lags.min())) if len(lags) else 0
        masked = MaskedPSN(T, self.k, lambda_=1.0).double()
        psn = PSN(T).double()
        x = _arriving(model, layer)
        with torch.no_grad():
            psn.weight.copy_(self.weight)
            masked.weight.copy_(torch.where(masked.mask == 0, self.weight + taken, self.weight))
            for each in (psn, masked):
                each.threshold.copy_(threshold)
            apart = (psn.record(x).h - masked.record(x).h).abs().flatten(1).amax(1)
        self.witness = float(apart.max())
        off = ~(apart <= TOLERANCE)
        self.first_apart = int(off.nonzero()[0]) if off.any() else None


@lru_cache(maxsize=32)
def _after(model: str, layer: int, cut: Cut, squares: tuple) -> _After:
    return _After(model, layer, cut, squares)


@lru_cache(maxsize=8)
def _arriving(model: str, layer: int) -> torch.Tensor:
    """The input of one layer of neurons for a few test samples, `[T, n, width]` float64."""
    network, test = model_of(model), data_of(model).test
    caught = []
    hook = neuron_of(network, layer).register_forward_hook(lambda module, inputs, output: caught.append(inputs[0]))
    try:
        network.activity(test.x[:, :_SOME], None if test.length is None else test.length[:_SOME])
    finally:
        hook.remove()
    return caught[0].double()


def _replaced(cut: Cut, model: str, layer: int, weight: torch.Tensor) -> torch.Tensor:
    """W `[T, T]`, or what stands in its place, float64."""
    match cut.name:
        case "Toeplitz":
            return nearest_toeplitz(weight).weight
        case "LIF":
            return nearest_leak(weight).weight
        case "start":
            run = training_of(model, layer)
            return run.weight[-1] - run.moved[-1]
    return weight.clone()


def _by_class(right: np.ndarray, test) -> np.ndarray:
    """The share of right answers, over all samples and then class by class."""
    y = test.test.y.numpy()
    return np.array([right.mean(), *(right[y == label].mean() for label in range(test.classes))])


_REPLACED = {
    "Toeplitz": "nearest Toeplitz instead",
    "LIF": "nearest LIF instead",
    "start": "as before training",
}


def _what(numbers: dict) -> str:
    cut = parse_cut(numbers["cut"])
    squares = len(numbers["marks"])
    over = f", {squares} square{'s' * (squares > 1)} wiped" if squares else ""
    if cut.name in ("band", "keep"):
        words = "wiped" if cut.name == "band" else "kept"
        return f"offsets {_minus(cut.low)} to {_minus(cut.high)} {words}{over}"
    return _REPLACED.get(cut.name, f"{cut.name} wiped") + over


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _minus(number: int) -> str:
    return f"{number}".replace("-", "−")


def _signed(points: float) -> str:
    return f"{points:+.1f}".replace("-", "−")


def _wiped(numbers: dict) -> str:
    share = f"{100 * numbers['share']:.1f} % of the squares of W"
    return f"{numbers['wiped']} of {numbers['whole']} weights wiped, {share}"


def _titles(numbers: dict) -> dict[str, str]:
    now, before = (numbers[name][0] for name in ("accuracy", "intact"))
    share, t = f"{100 * numbers['share']:.1f} % of ΣW²", numbers["cell"][0]
    return {
        "map": f"<b>W</b>, layer {numbers['layer']}: {_what(numbers)}<br>"
        f"{numbers['wiped']} of {numbers['whole']} wiped, {share}",
        "row": f"row t = {t}: {coloured('H')}[{t}] is made of",
        "answers": f"<b>{_percent(now)}</b> right of {numbers['samples']}<br>intact {_percent(before)}: "
        f"{_signed(100 * (now - before))}",
    }


def _witness(numbers: dict) -> tuple[str, str]:
    difference = numbers["witness"]
    if numbers["first_apart"] is None:
        return f"= masked PSN, k = {numbers['k']}, λ = 1", f"max |ΔH| {at_most(difference, TOLERANCE)}"
    ahead = f", {numbers['later']} steps ahead" if numbers["later"] else ""
    return "no masked PSN does this", f"|ΔH| {difference:.2g} from t = {numbers['first_apart']}{ahead}"
