"""Lab: the microscope. One layer of a trained network, at any moment of its training."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch

from psn_viz.labs.core.controls import Choice, Control, Whole
from psn_viz.labs.core.definition import Lab, LazyTable
from psn_viz.labs.core.phrases import counted, first_largest
from psn_viz.labs.core.trained_models import (
    data_of,
    largest_of,
    layer_controls,
    layers_of,
    learned_models,
    model_of,
    training_of,
)
from psn_viz.labs.core.witness import Witness
from psn_viz.labs.microscope import figure
from psn_viz.learning.network_surgery import neuron_of, weight_over_time, within_structure
from psn_viz.learning.weight_measures import measures, nearest_leak, nearest_toeplitz
from psn_viz.torch_state import spare_core

SHOWN = {
    "W": "W",
    "change": "what training added to W",
    "1 direction": "the largest direction of what training added, a column times a row",
    "4 directions": "the sum of the four largest directions of what training added",
    "Toeplitz": "the Toeplitz matrix nearest to W",
    "LIF": "the W of the LIF without reset nearest to W",
}
_DIRECTIONS = {"1 direction": 1, "4 directions": 4}
_FLOAT16 = 2.0**-11  # the largest relative error of a number that is kept as float16
_SMALLEST_FLOAT16 = 2.0**-24
LEAST = 0.0005  # what three decimals show


@dataclass(frozen=True)
class Row(Whole):
    """A whole number whose frames hold its start, too."""

    def values(self) -> list[int]:
        return sorted({*super().values(), min(self.start, self.high)})


@dataclass(frozen=True)
class MicroscopeNumbers:
    """One layer, T time-steps, at one of the S moments of training that are kept; W and B without units.

    model, layer, kind: whose W it is, and the class of its neuron. show: what the map holds. moment, t: the moment
    and the row in view.
    weight `[T, T]`: the map, row t and column i; NaN where there is no weight. limit: the largest |weight| of all
    moments. leak `[T, T]`: the nearest LIF without reset, NaN in the future; all NaN where W is 0. reach: the largest
    entry of map or leak at all moments. tau: of that leak, in steps; infinite for IF, NaN where W is 0.
    column `[T]`: for "1 direction" the column that the map is a product of, with a row whose largest entry is 1; else
    NaN.
    threshold `[T]`: B. threshold_range: the least and the largest B of all moments.
    spikes `[T, width]` bool: what the neurons make of one example; example: its class.
    steps: training steps at each moment. loss `[S]`: mean cross-entropy since the moment before. lambda_ `[S]`: λ,
    NaN where nothing is masked.
    from_toeplitz, from_leak `[S]`: distance from the nearest Toeplitz matrix and the nearest leak, over the length
    of W, 0 to 1. rank_share `[S]`: effective rank over T. future `[S]`: share of ΣW² above the diagonal. As the leak,
    of what training added where `of_change`; NaN where that is 0.
    witness: at the last moment W as it was kept against that of the model, within what float16 rounds; else None.
    Floating arrays are float64.
    """

    model: str
    layer: int
    kind: str
    show: str
    moment: int
    t: int
    weight: np.ndarray
    limit: float
    leak: np.ndarray
    reach: float
    tau: float
    column: np.ndarray
    threshold: np.ndarray
    threshold_range: tuple[float, float]
    spikes: np.ndarray
    example: str
    steps: list[int]
    loss: np.ndarray
    lambda_: np.ndarray
    from_toeplitz: np.ndarray
    from_leak: np.ndarray
    rank_share: np.ndarray
    future: np.ndarray
    witness: Witness | None

    @property
    def rank(self) -> float:
        """The effective rank at this moment."""
        return (self.rank_share * len(self.weight))[self.moment]

    @property
    def of_change(self) -> bool:
        """Whether map and measures are of what training added to W, not of W."""
        return _of_change(self.show)

    @property
    def is_zero(self) -> bool:
        """Whether there is nothing to measure at this moment."""
        return bool(np.isnan(self.from_toeplitz[self.moment]))

    @property
    def masked(self) -> bool:
        """Whether the neuron has a mask, with a λ at this moment."""
        return not np.isnan(self.lambda_[self.moment])

    @property
    def witness_in_words(self) -> str:
        """The witness in words; "" where there is none."""
        if self.witness is None:
            return ""
        if self.witness.agrees:
            return f"last moment = model (± {self.witness.difference:.0e})"
        return f"the last moment is not the model ({self.witness.difference:.2g})"


def _table() -> tuple[Control, ...]:
    return (
        *layer_controls(),
        Row("moment", "when", "moment of training: from before the first training step to after the last", 19, low=0,
            high=largest_of("moments") - 1),
        Choice("show", "show", "W; what training added, or its largest directions; the nearest Toeplitz matrix; the "
               "nearest LIF", "W", tuple(SHOWN)),
        Row("t", "t", "the row below the map (or point at one)", 27, low=0, high=largest_of("T") - 1),
    )  # fmt: skip


class Microscope(Lab):
    """W and B of one layer, the spikes of one example, loss and λ, moment by moment; and four measures of W."""

    name = "microscope"
    title = "The microscope: what has been learned"
    sentence = (
        "Moment by moment: what training makes of W and B, and how far that is from a leak and from one kernel for "
        "all steps."
    )
    main = "moment", "show"
    table = LazyTable(_table)
    transport = "moment"

    @staticmethod
    def settle(state: dict) -> dict:
        """There is no layer, moment or row beyond the last one."""
        about = learned_models()[state["model"]]
        return state | {
            "layer": min(state["layer"], about.layers),
            "moment": min(state["moment"], about.moments - 1),
            "t": min(state["t"], about.T - 1),
        }

    @staticmethod
    def limits(state: dict) -> dict:
        """Every place of a slider is a layer, a moment or a row."""
        about = learned_models()[state["model"]]
        return {
            "layer": {"options": layers_of(state["model"])},
            "moment": {"high": about.moments - 1},
            "t": {"high": about.T - 1},
        }

    @staticmethod
    def compute(state: dict) -> MicroscopeNumbers:
        model, layer, moment, show = (state[name] for name in ("model", "layer", "moment", "show"))
        run, history = training_of(model, layer), _all_moments(model, layer, show)
        data, neuron = data_of(model), neuron_of(model_of(model), layer)
        weight = run.weight[moment]
        witness = None
        if moment == len(run.steps) - 1:
            rounding = float(weight.abs().max()) * _FLOAT16 + _SMALLEST_FLOAT16
            witness = Witness.between(weight_over_time(neuron, len(weight)).double(), weight, rounding)
        return MicroscopeNumbers(
            model=model,
            layer=layer,
            kind=type(neuron).__name__,
            show=show,
            moment=moment,
            t=state["t"],
            weight=history.shown[moment],
            limit=history.limit,
            leak=history.leak[moment],
            reach=max(history.limit, float(np.nanmax(np.abs(history.leak), initial=0.0))),
            tau=history.tau[moment],
            column=history.column[moment],
            threshold=run.threshold[moment].numpy(),
            threshold_range=(float(run.threshold.min()), float(run.threshold.max())),
            spikes=run.spikes[moment].numpy(),
            example=data.class_names[int(data.validation.y[0])],
            steps=run.steps,
            loss=run.loss.numpy(),
            lambda_=np.full(len(run.steps), np.nan) if run.lambda_ is None else run.lambda_.numpy(),
            from_toeplitz=history.from_toeplitz,
            from_leak=history.from_leak,
            rank_share=history.rank_share,
            future=history.future,
            witness=witness,
        )

    draw = staticmethod(figure.draw)

    @staticmethod
    def describe(numbers: MicroscopeNumbers) -> str:
        n, now = numbers, numbers.moment
        matrix_name = "What training added to W" if n.of_change else "W"
        measured = (
            f"{matrix_name} is {n.from_toeplitz[now]:.3f} of its length away from the nearest Toeplitz matrix and "
            f"{n.from_leak[now]:.3f} from the nearest LIF (τ = {n.tau:.3g}); its effective rank is {n.rank:.1f} of "
            f"{len(n.threshold)}; {100 * n.future[now]:.1f} % of its squares lie on the future"
        )
        if n.is_zero:
            measured = f"{matrix_name} is 0: nothing has been learned yet"
        masked = f" λ = {n.lambda_[now]:.3g}." if n.masked else ""
        witness_in_words = f" {n.witness_in_words.capitalize()}." if n.witness_in_words else ""
        return (
            f"{n.model}, layer {n.layer} ({n.kind}), after {n.steps[now]} of {n.steps[-1]} training steps: "
            f"loss {n.loss[now]:.3f}.{masked} {measured}. "
            f"B goes from {n.threshold.min():.3f} to {n.threshold.max():.3f}. "
            f"The example ({n.example}) makes {counted(int(n.spikes.sum()))}. "
            f"Shown: {SHOWN[n.show]}, {_row(n)}.{witness_in_words}"
        )


@dataclass(frozen=True)
class _AllMoments:
    """What is shown of one layer at all S moments: fields as in `MicroscopeNumbers`, with a leading `[S]`."""

    shown: np.ndarray
    limit: float
    leak: np.ndarray
    tau: list[float]
    column: np.ndarray
    from_toeplitz: np.ndarray
    from_leak: np.ndarray
    rank_share: np.ndarray
    future: np.ndarray


@cache
def _all_moments(model: str, layer: int, show: str) -> _AllMoments:
    """Computed once: it takes longer than all else."""
    run = training_of(model, layer)
    T = run.weight.shape[1]
    weights = run.moved if _of_change(show) else run.weight
    column = np.full((len(weights), T), np.nan)
    leaks = [nearest_leak(weight) if weight.any() else None for weight in weights]
    leak = np.stack([np.full((T, T), np.nan) if fit is None else _causal(fit.weight) for fit in leaks])
    if show == "LIF":
        shown = leak
    elif show in _DIRECTIONS:
        largest = [_largest_directions(weight, _DIRECTIONS[show]) for weight in weights]
        shown = np.stack([total for total, _ in largest])
        if show == "1 direction":
            column = np.stack([first for _, first in largest])
    else:
        maps = torch.stack([nearest_toeplitz(weight).weight for weight in weights]) if show == "Toeplitz" else weights
        absent = ~within_structure(neuron_of(model_of(model), layer), T) & (run.weight == 0)
        shown = torch.where(absent, torch.nan, maps).numpy()
    measured = np.array([measures(weight) if weight.any() else (np.nan,) * 4 for weight in weights])
    return _AllMoments(
        shown,
        # One scale for all moments: what grows is seen to grow.
        float(np.nanmax(np.abs(shown), initial=0.0)) or 1.0,
        leak,
        [np.nan if fit is None else fit.tau for fit in leaks],
        column,
        *(measured / (1, 1, T, 1)).T,
    )


def _of_change(show: str) -> bool:
    return show == "change" or show in _DIRECTIONS


@spare_core()
def _largest_directions(weight: torch.Tensor, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The sum of the largest directions of a matrix; and the column of the first, for a row of largest entry 1."""
    U, S, V = torch.linalg.svd(weight)
    peak = V[0, V[0].abs().argmax()]
    return ((U[:, :count] * S[:count]) @ V[:count]).numpy(), (U[:, 0] * S[0] * peak).numpy()


def _causal(weight: torch.Tensor) -> np.ndarray:
    """NaN in the future, where a leak has no weights."""
    return torch.where(torch.ones_like(weight).tril() == 0, torch.nan, weight).numpy()


def _row(n: MicroscopeNumbers) -> str:
    """The largest entry of the row in view."""
    row = n.weight[n.t]
    if not np.isfinite(row).any():
        return f"row {n.t} without an entry"
    i = first_largest(np.abs(row))
    if abs(row[i]) < LEAST:  # of what is rounding alone, neither sign nor place is told
        return f"row {n.t} with no entry that is not 0 to three decimals"
    return f"row {n.t} with its largest entry {row[i]:.3f} at i = {i}"
