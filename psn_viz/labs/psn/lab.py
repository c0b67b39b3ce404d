"""Lab: the Parallel Spiking Neuron and its matrix W, which can be painted cell by cell."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch

from psn_viz.labs.core.controls import Choice, Typed, Whole
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.core.fused_form import FusedForm, fused_spikes_beside
from psn_viz.labs.core.inputs import SUGGESTIONS, parse_input
from psn_viz.labs.core.matrix_controls import Cell, Painting
from psn_viz.labs.core.phrases import at_steps
from psn_viz.labs.core.trained_models import model_of
from psn_viz.labs.core.witness import Witness
from psn_viz.labs.psn import figure
from psn_viz.neurons import IF, LIF, PSN, reset_free_weight
from psn_viz.torch_state import seeded

_LONGEST = 64
_SEED = 0

# The time constants of the presets that are a loop without reset. None is IF; τ = 1 has no memory: W is the identity.
_LOOPS: dict[str, float | None] = {"LIF 2": 2.0, "LIF 4": 4.0, "LIF 16": 16.0, "IF": None, "identity": 1.0}
_RANDOM, _DIAGONAL = "random", "diagonal"
# The presets that training found, W and B: the layers of a network that reads images row by row.
_TRAINED = "rows-psn"
_LEARNED = {"learned 1": 0, "learned 2": 1}
_PRESET_NAMES = {
    _RANDOM: "random as initialised",
    **{name: f"closed form of LIF, τ = {tau:g}" for name, tau in _LOOPS.items() if tau},
    "IF": "closed form of IF",
    "identity": "identity: no memory",
    _DIAGONAL: "diagonal: no memory",
    **{name: f"learned, layer {layer + 1} of {_TRAINED}" for name, layer in _LEARNED.items()},
}


@dataclass(frozen=True)
class PSNNumbers:
    """One run of a PSN over T steps, without units: X, H and B are in units of the first threshold 1.

    x, h, threshold `[T]` float64; s `[T]`, 0 or 1; weight `[T, T]`, row t and column i.
    cell: the row t and column i at work. made_of `[T]`: W[t, i]·X[i] for each i, which sum to H[t]. adds `[T]`:
    W[t, i]·X[i] for each t. reached `[T]` bool: the charges that X[i] has a weight in.
    shares: the least and the largest W[t, i]·X[i] of all. x_ends, h_ends: those of X and H, of this T and of every
    other one. future: the share of Σ|W| above the diagonal, 0 to 1.
    painted: the cells (t, i) that hold another weight than the preset's.
    witness: H by the product against the loop that the preset stands for, or else row by row.
    fused: S by the fused form against S by charge and fire.
    """

    preset: str
    x: np.ndarray
    weight: np.ndarray
    threshold: np.ndarray
    h: np.ndarray
    s: np.ndarray
    cell: tuple[int, int]
    made_of: np.ndarray
    adds: np.ndarray
    reached: np.ndarray
    shares: tuple[float, float]
    x_ends: tuple[float, float]
    h_ends: tuple[float, float]
    future: float
    painted: list[tuple[int, int]]
    witness: Witness
    fused: FusedForm

    @property
    def preset_in_words(self) -> str:
        """The preset in words."""
        return _PRESET_NAMES[self.preset]

    @property
    def witness_in_words(self) -> tuple[str, str]:
        """The witness in words."""
        return self.witness.words("loop" if self.preset in _LOOPS else "row by row", "W X")


class PSNLab(Lab):
    """W beside X, H = W X, B and S: what a row is made of, where a column goes, and any cell painted over."""

    name = "psn"
    title = "The Parallel Spiking Neuron"
    sentence = "W may be any matrix: row t says what H[t] is made of, column i to which charges X[i] goes."
    main = "T", "preset"
    table = (
        Choice("preset", "W", "what W holds: random, the closed form of a leak (LIF and τ, IF), no memory, learned",
               _RANDOM, (_RANDOM, *_LOOPS, _DIAGONAL, *_LEARNED)),
        Whole("T", "T", "length of the sequence: W is T × T", 16, low=2, high=_LONGEST),
        Typed("input", "X", "input: a pattern, noise with a seed, or numbers", "noise 1", SUGGESTIONS,
              lambda text: parse_input(text, _LONGEST)),
        Cell("cell", "cell", "row t, column i: point at W; a click holds them, the next lets go", (5, 10), _LONGEST),
        Painting("paint", "W[t,i]", "the weight in this cell: move it to paint the cell", (), _LONGEST, 2.0, (5, 10)),
    )  # fmt: skip

    @staticmethod
    def settle(state: dict) -> dict:
        """W has no row and no column beyond T − 1; paint beyond it waits there. What was learned has its own T."""
        t, i = state["cell"]
        T = len(_learned(state["preset"]).weight) if state["preset"] in _LEARNED else state["T"]
        return state | {"T": T, "cell": (min(t, T - 1), min(i, T - 1))}

    @staticmethod
    def limits(state: dict) -> dict:
        """One T where W was learned; no row and no column beyond it."""
        T: dict = {"low": 2, "high": _LONGEST}
        if state["preset"] in _LEARNED:
            T = {
                "low": state["T"],
                "high": state["T"],
                "meaning": "fixed: a learned W has a T of its own",
            }
        return {"T": T, "cell": {"size": state["T"]}}

    @staticmethod
    def selected_cells(state: dict, numbers) -> dict:
        """The cell that the brush paints, with its weight."""
        cell = state["cell"]
        return {"paint": (cell, float(numbers.weight[cell]))}

    @staticmethod
    def compute(state: dict) -> PSNNumbers:
        T, preset = state["T"], state["preset"]
        t, i = state["cell"]
        x = torch.from_numpy(parse_input(state["input"], T))
        psn = PSN(T).double()
        painted = [cell for cell in state["paint"] if max(cell[:2]) < T]
        with torch.no_grad():
            psn.weight.copy_(preset_weight(preset, T))
            if preset in _LEARNED:
                psn.threshold.copy_(_learned(preset).threshold)
            for row, column, weight in painted:
                psn.weight[row, column] = weight
            run = psn.record(x[:, None])
        weight, h, s = psn.weight.detach(), run.h[:, 0], run.s[:, 0]
        h_by_rows = _loop(preset, x) if preset in _LOOPS else torch.stack([(row * x).sum() for row in weight])
        total = float(weight.abs().sum())
        x_ends, h_ends = _over_all_lengths(preset, state["input"])
        return PSNNumbers(
            preset=preset,
            x=x.numpy(),
            weight=weight.numpy(),
            threshold=psn.threshold.detach().numpy(),
            h=h.numpy(),
            s=s.numpy(),
            cell=(t, i),
            made_of=(weight[t] * x).numpy(),
            adds=(weight[:, i] * x[i]).numpy(),
            reached=(weight[:, i] != 0).numpy(),
            shares=(float((weight * x).min()), float((weight * x).max())),
            x_ends=x_ends,
            h_ends=_reaching(h_ends, h),
            future=float(weight.triu(1).abs().sum()) / total if total else 0.0,
            painted=[cell[:2] for cell in painted],
            witness=Witness.between(h, h_by_rows),
            fused=fused_spikes_beside(psn, run),
        )

    draw = staticmethod(figure.draw)

    @staticmethod
    def describe(numbers: PSNNumbers) -> str:
        n, (t, i) = numbers, numbers.cell
        T = len(n.x)
        over = f", {len(n.painted)} cell{'s' * (len(n.painted) > 1)} painted" if n.painted else ""
        return (
            f"PSN, T = {T}, W {n.preset_in_words}{over}: {100 * n.future:.0f} % of its weight is on future inputs, "
            f"its largest entry is {np.abs(n.weight).max():.3g}. It fires {at_steps(n.s)}. "
            f"H[{t}] = {n.h[t]:.3f}; X[{i}] = {n.x[i]:.3f} adds {n.made_of[i]:.3f} to it "
            f"through W[{t},{i}] = {n.weight[t, i]:.3g}, and reaches {int(n.reached.sum())} of {T} "
            f"charges. {': '.join(n.witness_in_words)}.{n.fused.sentence}"
        )


def preset_weight(preset: str, T: int) -> torch.Tensor:
    """The matrix `[T, T]` in float64 that a preset names."""
    if preset in _LOOPS:
        return reset_free_weight(T, _LOOPS[preset])
    if preset in _LEARNED:
        return _learned(preset).weight.double()
    with seeded(_SEED, torch.device("cpu")):
        weight = PSN(T).weight.detach().double()  # the library's own initialisation
    # From −1/√T … 1/√T to −1 … 1: a single weight has to reach the threshold alone.
    return weight if preset == _RANDOM else T**0.5 * weight.diag().diag()


@lru_cache(maxsize=16)
def _over_all_lengths(preset: str, text: str) -> tuple[tuple[float, float], ...]:
    """The least and the largest X, and H without paint, over every T that there is for a preset."""
    x_ends = h_ends = (np.inf, -np.inf)
    loop = preset_weight(preset, _LONGEST) if preset in _LOOPS else None  # that of a shorter T is a corner of it
    for T in [len(_learned(preset).weight)] if preset in _LEARNED else range(2, _LONGEST + 1):
        x = torch.from_numpy(parse_input(text, T))
        weight = preset_weight(preset, T) if loop is None else loop[:T, :T]
        x_ends, h_ends = _reaching(x_ends, x), _reaching(h_ends, weight @ x)
    return x_ends, h_ends


def _reaching(ends: tuple[float, float], values: torch.Tensor) -> tuple[float, float]:
    """Both ends, as far out as the values are."""
    return min(ends[0], float(values.min())), max(ends[1], float(values.max()))


def _learned(preset: str) -> PSN:
    return model_of(_TRAINED).neurons[_LEARNED[preset]]


def _loop(preset: str, x: torch.Tensor) -> torch.Tensor:
    tau = _LOOPS[preset]
    neuron = IF(reset="none") if tau is None else LIF(tau, reset="none")
    return neuron.record(x[:, None]).h[:, 0]
