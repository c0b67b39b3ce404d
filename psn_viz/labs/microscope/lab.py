"""Lab: the microscope. One layer of a trained network, at any moment of its training."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch

from psn_viz.labs.core.controls import Choice, Whole
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.core.phrases import counted, first_largest
from psn_viz.labs.core.traces import coloured, padded, verdict
from psn_viz.labs.core.trained_models import choices, data_of, learned_models, model_of, most, training_of
from psn_viz.labs.microscope import figure as figures
from psn_viz.learning.network_surgery import neuron_of, weight_over_time, within_structure
from psn_viz.learning.weight_measures import measures, nearest_leak, nearest_toeplitz

SHOWN = ("W", "change", "Toeplitz", "LIF")
_FLOAT16 = 2.0**-11  # the largest relative error of a number that is kept as float16
_LEAST = 2.0**-24


@dataclass(frozen=True)
class Row(Whole):
    """A whole number whose frames hold its start, too."""

    def values(self) -> list[int]:
        return sorted({*super().values(), min(self.start, self.high)})


class Microscope(Lab):
    """W and B of one layer, the spikes of one example, loss and λ, moment by moment; and four measures of W."""

    name = "microscope"
    title = "The microscope: what has been learned"
    sentence = (
        "Moment by moment: what training makes of W and B, and how far that is from a leak and from one kernel for "
        "all steps."
    )
    table = (
        *choices(),
        Row("moment", "when", "moment of training: from before the first training step to after the last", 19, low=0,
            high=most("moments") - 1),
        Choice("show", "show", "W; what training added to it; the nearest Toeplitz matrix; the nearest LIF", "W",
               SHOWN),
        Row("t", "t", "the row below the map (or point at one)", 27, low=0, high=most("T") - 1),
    )  # fmt: skip
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
        layers = tuple(range(1, about.layers + 1))
        return {"layer": {"options": layers}, "moment": {"high": about.moments - 1}, "t": {"high": about.T - 1}}

    @staticmethod
    def compute(state: dict) -> dict:
        model, layer, moment, show = (state[name] for name in ("model", "layer", "moment", "show"))
        run, seen = training_of(model, layer), _seen(model, layer, show)
        network, data = model_of(model), data_of(model)
        T = run.weight.shape[1]
        last = moment == len(run.steps) - 1
        kept_apart = None
        if last:
            final = weight_over_time(neuron_of(network, layer), T).double()
            kept_apart = float((final - run.weight[moment]).abs().max())
        return {
            "weight": seen.shown[moment],
            "limit": seen.limit,
            "reach": max(seen.limit, float(np.nanmax(np.abs(seen.leak), initial=0.0))),
            "leak": seen.leak[moment],
            "tau": seen.tau[moment],
            "threshold": run.threshold[moment].numpy() - 1,
            "threshold_range": padded(np.append(run.threshold.numpy() - 1, (-0.1, 0.1))),
            "spikes": run.spikes[moment].numpy(),
            "example": data.class_names[int(data.validation.y[0])],
            "steps": run.steps,
            "loss": run.loss.numpy(),
            "curves": seen.curves,
            "rank": seen.curves["rank"] * T,
            "lambda_": np.full(len(run.steps), np.nan) if run.lambda_ is None else run.lambda_.numpy(),
            "kind": type(neuron_of(network, layer)).__name__,
            "rounding": float(run.weight[moment].abs().max()) * _FLOAT16 + _LEAST,
            "witness": kept_apart,
            **state,
        }

    @staticmethod
    def draw(numbers: dict):
        return figures.draw(
            numbers["weight"], numbers["limit"], numbers["t"], numbers["leak"][numbers["t"]], numbers["reach"],
            numbers["threshold"], numbers["threshold_range"], spikes=numbers["spikes"], steps=numbers["steps"],
            moment=numbers["moment"], loss=numbers["loss"], curves=numbers["curves"], lambda_=numbers["lambda_"],
            titles=_titles(numbers),
            b_title=f"{coloured('B')} − 1",
        )  # fmt: skip

    @staticmethod
    def describe(numbers: dict) -> str:
        moment, threshold = numbers["moment"], numbers["threshold"] + 1
        toeplitz, leak, _, future = (values[moment] for values in numbers["curves"].values())
        kept = f" {_kept(numbers)[1].capitalize()}." if numbers["witness"] is not None else ""
        what = _what(numbers)
        measured = (
            f"{what} is {toeplitz:.3f} of its length away from the nearest Toeplitz matrix and {leak:.3f} from the "
            f"nearest LIF (τ = {numbers['tau']:.3g}); its effective rank is {numbers['rank'][moment]:.1f} of "
            f"{len(threshold)}; {100 * future:.1f} % of its squares lie on the future"
        )
        if np.isnan(toeplitz):
            measured = f"{what} is 0: nothing has been learned yet"
        masked = f" λ = {numbers['lambda_'][moment]:.3g}." if not np.isnan(numbers["lambda_"][moment]) else ""
        return (
            f"{numbers['model']}, layer {numbers['layer']} ({numbers['kind']}), after {numbers['steps'][moment]} of "
            f"{numbers['steps'][-1]} training steps: loss {numbers['loss'][moment]:.3f}.{masked} {measured}. "
            f"B goes from {threshold.min():.3f} to {threshold.max():.3f}. "
            f"The example ({numbers['example']}) makes {counted(int(numbers['spikes'].sum()))}. "
            f"Shown: {_SAID[numbers['show']]}, {_row(numbers)}.{kept}"
        )


class _Seen:
    """What is shown of one layer at all moments, computed once: maps, the nearest leak, and the measures."""

    def __init__(self, model: str, layer: int, show: str) -> None:
        run = training_of(model, layer)
        T = run.weight.shape[1]
        of = run.moved if show == "change" else run.weight
        absent = ~within_structure(neuron_of(model_of(model), layer), T) & (run.weight == 0)
        leaks = [nearest_leak(W) if W.any() else None for W in of]
        self.leak = np.stack([_causal(leak.weight) if leak else np.full((T, T), np.nan) for leak in leaks])
        self.tau = [leak.tau if leak else np.nan for leak in leaks]
        maps = {"Toeplitz": lambda: torch.stack([nearest_toeplitz(W).weight for W in of])}.get(show, lambda: of)()
        self.shown = self.leak if show == "LIF" else torch.where(absent, torch.nan, maps).numpy()
        # One scale for all moments: what grows is seen to grow.
        self.limit = float(np.nanmax(np.abs(self.shown), initial=0.0)) or 1.0
        found = np.array([measures(W) if W.any() else (np.nan,) * 4 for W in of])
        self.curves = dict(zip(figures.SYMBOLS, (found / (1, 1, T, 1)).T, strict=True))


@cache
def _seen(model: str, layer: int, show: str) -> _Seen:
    return _Seen(model, layer, show)


def _causal(weight: torch.Tensor) -> np.ndarray:
    """NaN in the future, where a leak has no weights."""
    return torch.where(torch.ones_like(weight).tril() == 0, torch.nan, weight).numpy()


_SAID = {
    "W": "W",
    "change": "what training added to W",
    "Toeplitz": "the Toeplitz matrix nearest to W",
    "LIF": "the W of the LIF without reset nearest to W",
}


def _what(numbers: dict) -> str:
    return "What training added to W" if numbers["show"] == "change" else "W"


def _row(numbers: dict) -> str:
    """The largest entry of the row in view."""
    row = numbers["weight"][numbers["t"]]
    if not np.isfinite(row).any():
        return f"row {numbers['t']} without an entry"
    at = first_largest(np.abs(row))
    return f"row {numbers['t']} with its largest entry {row[at]:.3f} at i = {at}"


def _kept(numbers: dict) -> tuple[bool, str]:
    """Whether the last snapshot is the model, and the words for it."""
    apart = numbers["witness"]
    if apart <= numbers["rounding"]:
        return True, f"last moment = model (± {apart:.0e})"
    return False, f"the last moment is not the model ({apart:.2g})"


def _titles(numbers: dict) -> dict[str, str]:
    moment, t = numbers["moment"], numbers["t"]
    toeplitz, leak, _, future = (values[moment] for values in numbers["curves"].values())
    mark = figures.SYMBOLS
    tau = "IF" if np.isinf(numbers["tau"]) else f"τ = {numbers['tau']:.3g}"
    of = "<b>W − start</b>" if numbers["show"] == "change" else "<b>W</b>"
    if np.isnan(toeplitz):
        measured = f"{of} is 0 before the first step"
    else:
        measured = (
            f"{of}: {mark['Toeplitz']} {toeplitz:.3f} from a Toeplitz matrix<br>"
            f"{mark['LIF']} {leak:.3f} from an LIF, {tau}<br>"
            f"{mark['rank']} rank {numbers['rank'][moment]:.1f} of {len(numbers['weight'])}   "
            f"{mark['future']} future {future:.3f}"
        )
    now = numbers["lambda_"][moment]
    shown = {"W": "W", "change": "W − start", "Toeplitz": "nearest Toeplitz", "LIF": "nearest LIF"}[numbers["show"]]
    kept = "\N{NO-BREAK SPACE}" if numbers["witness"] is None else verdict(*_kept(numbers))
    return {
        "map": f"<b>{shown}</b>, layer {numbers['layer']}<br>after {numbers['steps'][moment]} steps",
        "row": f"row t = {t}: {coloured('H')}[{t}] is made of<br>○ nearest LIF",
        "raster": f"{kept}<br>{coloured('S')} for one {numbers['example']}",
        "loss": f"loss {numbers['loss'][moment]:.3f}"
        + ("" if np.isnan(now) else f"   {coloured('B', f'━ λ {now:.3g}')}"),
        "curves": measured,
    }
