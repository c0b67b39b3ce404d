"""Lab: ablation by hand. Weights are taken from a trained network, and the test set is classified again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch

from psn_viz.labs.ablation import figure
from psn_viz.labs.ablation.cut_control import SUGGESTIONS, Cut, Cutting, Squares, parse_cut, within
from psn_viz.labs.core.controls import Control
from psn_viz.labs.core.definition import Lab, LazyTable
from psn_viz.labs.core.matrix_controls import Cell
from psn_viz.labs.core.trained_models import (
    data_of,
    intact,
    largest_of,
    layer_controls,
    layers_of,
    learned_models,
    model_of,
    right,
    training_of,
)
from psn_viz.labs.core.witness import Witness
from psn_viz.learning.network_surgery import neuron_of, weight_over_time, with_weight, within_structure
from psn_viz.learning.weight_measures import nearest_leak, nearest_toeplitz
from psn_viz.neurons import PSN, MaskedPSN

_LARGEST = 32
_START = (5, 20)
_COMPARED = 50  # test samples on which two neurons are compared
_REPLACED = {
    "Toeplitz": "nearest Toeplitz, rescaled",
    "LIF": "nearest LIF, rescaled",
    "start": "as before training, rescaled",
}


@dataclass(frozen=True)
class AblationNumbers:
    """One layer of a network with a part of its W wiped or replaced, and how many test samples it still gets right.

    model, layer: whose W. cut: what is done to whole diagonals. squares: (t, i, side) of each square that is wiped.
    cell: the row t and column i in view.
    weight `[T, T]` float64: what is left, without units; NaN where a weight is gone or never was. limit: the largest
    |weight| before any was wiped.
    accuracy, accuracy_intact `[1 + classes]` float64: the share of right answers, 0 to 1, over all test samples and
    in each class; now, and of the network as it is. samples: how many. class_names: of all classes.
    removed, weights: how many weights are wiped, of how many. share: of ΣW², 0 to 1.
    k: the least order of a masked PSN that holds all of W up to the diagonal. steps_ahead: how far the furthest
    weight lies in the future, 0 where none does.
    witness: H of some test samples by a PSN with this W against that of a masked PSN of order k with λ = 1.
    """

    model: str
    layer: int
    cut: Cut
    squares: tuple[tuple[int, int, int], ...]
    cell: tuple[int, int]
    weight: np.ndarray
    limit: float
    accuracy: np.ndarray
    accuracy_intact: np.ndarray
    samples: int
    class_names: list[str]
    removed: int
    weights: int
    share: float
    k: int
    steps_ahead: int
    witness: Witness

    @property
    def cut_in_words(self) -> str:
        """Cut and squares in words."""
        count = len(self.squares)
        squares = f", {count} square{'s' * (count > 1)} wiped" if count else ""
        if self.cut.name in ("band", "keep"):
            low, high = (f"{offset}".replace("-", "−") for offset in (self.cut.low, self.cut.high))
            return f"offsets {low} to {high} {'removed' if self.cut.name == 'band' else 'kept'}{squares}"
        return _REPLACED.get(self.cut.name, f"{self.cut.name} wiped") + squares

    @property
    def witness_in_words(self) -> tuple[str, str]:
        """The witness in words."""
        if self.witness.agrees:
            return f"= masked PSN, k = {self.k}, λ = 1", f"max |ΔH| {self.witness.size}"
        ahead = f", {self.steps_ahead} steps ahead" if self.steps_ahead else ""
        difference = f"|ΔH| {self.witness.difference:.2g} from t = {self.witness.first_apart}{ahead}"
        return "no masked PSN does this", difference


def _table() -> tuple[Control, ...]:
    longest = largest_of("T")
    return (
        *layer_controls(),
        Cutting("cut", "cut", "what is wiped: offsets t − i from … to (keep: all but these); or what replaces W, "
                "rescaled to its length", "nothing", SUGGESTIONS, parse_cut),
        Cell("cell", "cell", "row t, column i: point at W; a click holds them, a second lets go", _START, longest),
        Squares("squares", "wipe", "a square around this cell: move it to wipe, 0 to leave", (), longest, _LARGEST,
                _START),
    )  # fmt: skip


class Ablation(Lab):
    """W of one layer with a part of it wiped or replaced, and the test accuracy with what is left."""

    name = "ablation"
    title = "Ablation by hand: what the answers hang on"
    sentence = "Wipe a part of a trained W and see at once how many test samples are still classified right."
    main = "cut", "model"
    table = LazyTable(_table)

    @staticmethod
    def settle(state: dict) -> dict:
        """There is no layer, row or column beyond the last one; squares beyond it wait there."""
        about = learned_models()[state["model"]]
        cell = tuple(min(n, about.T - 1) for n in state["cell"])
        return state | {"layer": min(state["layer"], about.layers), "cell": cell}

    @staticmethod
    def limits(state: dict) -> dict:
        """Layers that there are, offsets and cells within W."""
        T = learned_models()[state["model"]].T
        return {"layer": {"options": layers_of(state["model"])}, "cut": {"size": T}, "cell": {"size": T}}

    @staticmethod
    def selected_cells(state: dict, numbers) -> dict:
        """The cell whose square the slider sets."""
        return {"squares": (state["cell"],)}

    @staticmethod
    def compute(state: dict) -> AblationNumbers:
        model, layer, cut = state["model"], state["layer"], parse_cut(state["cut"])
        T = learned_models()[model].T
        squares = tuple(square for square in state["squares"] if max(square[:2]) < T)
        remainder, data = _remainder(model, layer, cut, squares), data_of(model)
        return AblationNumbers(
            model=model,
            layer=layer,
            cut=cut,
            squares=squares,
            cell=state["cell"],
            weight=np.where(remainder.absent, np.nan, remainder.weight.numpy()),
            limit=remainder.limit,
            accuracy=_by_class(remainder.right, data),
            accuracy_intact=_by_class(intact(model), data),
            samples=len(remainder.right),
            class_names=data.class_names,
            removed=remainder.removed,
            weights=remainder.weights,
            share=remainder.share,
            k=remainder.k,
            steps_ahead=remainder.steps_ahead,
            witness=remainder.witness,
        )

    draw = staticmethod(figure.draw)

    @staticmethod
    def describe(numbers: AblationNumbers) -> str:
        n, (t, i) = numbers, numbers.cell
        shares = zip(n.class_names, n.accuracy[1:], n.accuracy_intact[1:], strict=True)
        classes = ", ".join(f"{name} {100 * now:.0f} ({100 * before:.0f})" for name, now, before in shares)
        weight = n.weight[t, i]
        return (
            f"{n.model}, layer {n.layer}, {n.cut_in_words}: {100 * n.accuracy[0]:.1f} % of {n.samples} test samples "
            f"are classified right, {100 * n.accuracy_intact[0]:.1f} % by the network as it is. "
            f"{n.removed} of {n.weights} weights wiped, {100 * n.share:.1f} % of the squares of W. "
            f"Percent right by class (intact): {classes}. "
            f"W[{t},{i}] is {'absent' if np.isnan(weight) else f'{weight:.3g}'}; {': '.join(n.witness_in_words)}."
        )


@dataclass(frozen=True)
class _Remainder:
    """A layer after the cut, and its accuracy. Fields as in `AblationNumbers`, but for

    weight `[T, T]` float64: 0 where a weight is gone. absent `[T, T]` bool. right `[n]` bool: which test samples are
    classified right.
    """

    weight: torch.Tensor
    absent: np.ndarray
    limit: float
    right: np.ndarray
    removed: int
    weights: int
    share: float
    k: int
    steps_ahead: int
    witness: Witness


@lru_cache(maxsize=32)
def _remainder(model: str, layer: int, cut: Cut, squares: tuple) -> _Remainder:
    """Cached, for it does not depend on the cell."""
    network = model_of(model)
    neuron = neuron_of(network, layer)
    T = learned_models()[model].T
    before = weight_over_time(neuron, T).double()
    structure = within_structure(neuron, T)
    removed = torch.from_numpy(cut.removed(T) | within(squares, T))
    replaced = _replaced(cut, model, layer, before)
    weight = replaced.masked_fill(removed, 0.0)
    absent = (removed | (~structure & (weight == 0))).numpy()
    if cut.name == "LIF":
        absent |= np.triu(np.ones((T, T), dtype=bool), 1)  # where a leak has no weights
    t, i = weight.nonzero(as_tuple=True)
    offsets = torch.nn.functional.pad(t - i, (0, 1))  # with a 0 at the end, for a W without a weight
    k = 1 + int(offsets.max())
    return _Remainder(
        weight=weight,
        absent=absent,
        limit=float(replaced.abs().max()) or 1.0,  # colours stay while weights go
        # In the precision of the network, in which nothing changes where nothing is wiped.
        right=right(with_weight(network, layer, weight.to(neuron.weight)), model),
        removed=int((removed & structure).sum()),
        weights=int(structure.sum()),
        share=float(before[removed].square().sum() / before.square().sum()),
        k=k,
        steps_ahead=-int(offsets.min()),
        witness=_against_masked(model, layer, weight, before.masked_fill(~removed, 0.0), k),
    )


def _against_masked(model: str, layer: int, weight: torch.Tensor, removed_weight: torch.Tensor, k: int) -> Witness:
    """H by `weight` against H of a masked PSN of order k with λ = 1, whose mask wipes what lies outside of its band.

    weight, taken: `[T, T]` float64, what is left and what was wiped: the parameter of the masked PSN has both.
    """
    T = len(weight)
    threshold = neuron_of(model_of(model), layer).threshold.detach().double().expand(T)
    psn, masked = PSN(T).double(), MaskedPSN(T, k, lambda_=1.0).double()
    with torch.no_grad():
        psn.weight.copy_(weight)
        masked.weight.copy_(torch.where(masked.mask == 0, weight + removed_weight, weight))
        for neuron in (psn, masked):
            neuron.threshold.copy_(threshold)
        x = _arriving(model, layer)
        return Witness.between(psn.record(x).h, masked.record(x).h)


@lru_cache(maxsize=8)
def _arriving(model: str, layer: int) -> torch.Tensor:
    """The input of one layer of neurons for a few test samples, `[T, n, width]` float64."""
    network, test = model_of(model), data_of(model).test
    caught = []
    hook = neuron_of(network, layer).register_forward_hook(lambda module, inputs, output: caught.append(inputs[0]))
    try:
        network.activity(test.x[:, :_COMPARED], None if test.length is None else test.length[:_COMPARED])
    finally:
        hook.remove()
    return caught[0].double()


def _replaced(cut: Cut, model: str, layer: int, weight: torch.Tensor) -> torch.Tensor:
    """W `[T, T]`, or what stands in its place at the length of W, float64.

    The nearest matrix of a kind is shorter than W the further away it is: at distance d it has √(1 − d²) of its
    length, too little to reach a threshold, so that silence would be measured in place of the kind.
    """
    match cut.name:
        case "Toeplitz":
            instead = nearest_toeplitz(weight).weight
        case "LIF":
            instead = nearest_leak(weight).weight
        case "start":
            run = training_of(model, layer)
            instead = run.weight[-1] - run.moved[-1]
        case _:
            return weight.clone()
    length = instead.norm()
    return instead * (weight.norm() / length) if length else instead


def _by_class(right: np.ndarray, data) -> np.ndarray:
    """The share of right answers, over all samples and then class by class."""
    y = data.test.y.numpy()
    return np.array([right.mean(), *(right[y == label].mean() for label in range(data.classes))])
