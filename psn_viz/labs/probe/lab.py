"""Lab: the probe of memory. One neuron gets a cue, distractors and a question; what is left of the cue by then?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import torch
from torch import Tensor

from psn_viz.labs.core.controls import Choice, Real
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.core.phrases import RESET_WORDS, at_first_steps
from psn_viz.labs.core.witness import Witness
from psn_viz.labs.probe import figure
from psn_viz.learning.data.delayed_recall import recall_dataset
from psn_viz.learning.recipes import RECIPES
from psn_viz.learning.study_results import Study, load_study
from psn_viz.neurons import LIF, PSN, MaskedPSN, SlidingPSN

SAMPLES = 400  # distractors of so many test samples, each once with the cue and once without it
JITTER = 0.001  # by how much the question may be off
_DECIMALS = 12  # charges that are closer than this are equal: no rounding error tells a cue
_TRAINED_ORDER = 9


@dataclass(frozen=True)
class ProbeNumbers:
    """One neuron with threshold 1 that gets the cue's channel of the task with weight w, over T = D + 1 steps.

    task: "own" or "mixed", where the distractors come. D: delay in time-steps. neuron: "hard", "soft" or "none", the
    reset of an LIF; else "masked", "sliding" or "PSN". span: τ of the LIF in time-steps, or the order k.
    x `[T]` float64: input of the sample with the strongest distractors, cue included. h_with, h_without, s_with,
    s_without `[T]`: charge and spikes of that sample, with the cue and with the same distractors but no cue.
    left `[T]`: h_with − h_without.
    at_question `[2, SAMPLES]`: H[D] with the cue (row 0) and without, over the distractors of all samples; told: the
    share, 0.5 to 1, that the best threshold between them gets right; threshold: that threshold.
    pair `[2, SAMPLES]`, pair_told, pair_threshold: the same of the sum with a second neuron, whose weight is −w.
    float32, disturbed: whether what is left at the question is more than the spacing of float32 at 1, and more than a
    question that is off by up to JITTER can hide. limit: how much that is.
    trained: for each neuron that the study may hold, by its label, test accuracies `[seeds]` from 0 to 1 of networks
    trained at this task and delay; empty where there are none. present: the label of the present one, or "".
    witness: left by the neuron against w times the weight of X[0] in H[t], which is all there is without spikes.
    """

    task: str
    D: int
    neuron: str
    span: int
    w: float
    x: np.ndarray
    h_with: np.ndarray
    h_without: np.ndarray
    s_with: np.ndarray
    s_without: np.ndarray
    left: np.ndarray
    at_question: np.ndarray
    told: float
    threshold: float
    pair: np.ndarray
    pair_told: float
    pair_threshold: float
    float32: bool
    disturbed: bool
    limit: float
    trained: dict[str, np.ndarray]
    present: str
    witness: Witness

    @property
    def name(self) -> str:
        """The neuron in words."""
        return _name(self.neuron, self.span)

    @property
    def cancels(self) -> bool:
        """Whether the charges of the pair add up to nothing, whatever came, as they do where no reset acts."""
        return not np.round(self.pair, _DECIMALS).any()

    @property
    def precision(self) -> str:
        """Who can still read what is left, in words."""
        if not self.float32:
            return "nothing that float32 can hold" if self.left[-1] else "nothing"
        return "enough, even if the question is off by 0.001" if self.disturbed else "enough for an exact question"

    @property
    def answered(self) -> str:
        """What trained networks answer at this setting, in words."""
        if not self.present:
            return "not trained at this setting"
        right = 100 * self.trained[self.present]
        return f"{right.mean():.0f} % ({len(right)} seeds: {right.min():.0f} to {right.max():.0f})"


class Probe(Lab):
    """What is left of a cue after a delay, in one neuron by hand; beside it, what trained networks answered."""

    name = "probe"
    title = "The probe of memory"
    sentence = "What is left of a cue when the question comes: the leak makes it small, and a spike can erase it."
    main = "D", "neuron"
    table = (
        Choice("task", "task", "distractors: in a channel of their own, or mixed into that of the cue", "mixed",
               ("own", "mixed")),
        Choice("D", "D", "delay: steps from the cue to the question", 8, (2, 4, 6, 8, 12, 16, 24, 32), ordered=True),
        Choice("neuron", "neuron", "LIF with a hard, a soft or no reset; or one of the parallel family", "hard",
               ("hard", "soft", "none", "masked", "sliding", "PSN")),
        Choice("span", "τ, k", "time constant τ of the LIF; order k of masked and sliding PSN", 4,
               (2, 4, 8, 9, 16, 32), ordered=True),
        Real("w", "w", "weight of the channel of the cue", 6.0, low=-24.0, high=24.0, step=0.5),
    )  # fmt: skip

    @staticmethod
    def compute(state: dict) -> ProbeNumbers:
        task, D, neuron, span, w = (state[name] for name in ("task", "D", "neuron", "span", "w"))
        inputs = _inputs(task, D)
        run, partner = (_charged(neuron, span, sign * w * inputs) for sign in (1, -1))
        (h, s), (h_partner, _) = run, partner
        shown = int(inputs[1:, 1].sum(0).argmax())  # whose membrane is drawn
        left = h[:, 0, shown] - h[:, 1, shown]
        told, threshold = best_threshold(h[D])
        pair_told, pair_threshold = best_threshold(h[D] + h_partner[D])
        limit = 2 * JITTER / (span if neuron in RESET_WORDS else 1)
        size = abs(float(left[D]))
        trained = _trained(task, D, span)
        present = _name(neuron, span)
        return ProbeNumbers(
            task=task,
            D=D,
            neuron=neuron,
            span=span,
            w=w,
            x=(w * inputs[:, 0, shown]).numpy(),
            h_with=h[:, 0, shown].numpy(),
            h_without=h[:, 1, shown].numpy(),
            s_with=s[:, 0, shown].numpy(),
            s_without=s[:, 1, shown].numpy(),
            left=left.numpy(),
            at_question=h[D].numpy(),
            told=told,
            threshold=threshold,
            pair=(h[D] + h_partner[D]).numpy(),
            pair_told=pair_told,
            pair_threshold=pair_threshold,
            float32=bool(np.float32(1 + size) != np.float32(1)),
            disturbed=size > limit,
            limit=limit,
            trained=trained,
            present=present if len(trained.get(present, ())) else "",
            witness=Witness.between(left, w * _weight_of_cue(neuron, span, D)),
        )

    draw = staticmethod(figure.draw)

    @staticmethod
    def describe(numbers: ProbeNumbers) -> str:
        n = numbers
        where = {"own": "a channel of their own", "mixed": "the channel of the cue"}[n.task]
        witness = (
            f"equal to w times the weight of the cue, difference {n.witness.size}"
            if n.witness.agrees
            else f"other than w times the weight of the cue from t = {n.witness.first_apart} on, because of spikes"
        )
        spikes, other = at_first_steps(n.s_with, " and later"), figure.minus(-n.w)
        spikes = " at every step" if n.s_with.all() else spikes
        return (
            f"{n.name}, weight {figure.minus(n.w)}, delay {n.D}, distractors in {where}. With the cue it "
            f"{f'fires{spikes}' if spikes else 'does not fire'}. At the question {figure.minus(n.left[-1])} is left "
            f"of the cue, {witness}: {n.precision}. Over {SAMPLES} samples the best threshold tells "
            f"{100 * n.told:.0f} %, and {100 * n.pair_told:.0f} % with a second neuron of weight {other} "
            f"(guessing: 50 %){'; the charges of the two cancel' if n.cancels else ''}. "
            f"Trained networks, test accuracy (guessing: 25 %): {n.answered}."
        )


def best_threshold(values: Tensor) -> tuple[float, float]:
    """Which share of `values` `[2, n]` a threshold puts into the right row, at best, and that threshold.

    Either row may be the one above it. Values that are equal but for rounding are never told apart; of thresholds
    that are equally good the lowest counts, and the lowest value where none is better than guessing.
    """
    n = values.shape[1]
    rounded = np.round(values.numpy(), _DECIMALS)
    levels = np.unique(rounded)
    cuts = (levels[1:] + levels[:-1]) / 2
    above = np.stack([n - np.searchsorted(np.sort(row), cuts) for row in rounded])  # [2, cuts]
    share = 0.5 + np.abs(above[0] - above[1]) / (2 * n)
    if not (share > 0.5).any():
        return 0.5, float(levels[0])
    best = int(share.argmax())
    return float(share[best]), float(cuts[best])


@lru_cache(maxsize=32)
def _inputs(task: str, D: int) -> Tensor:
    """The cue's channel `[D + 1, 2, SAMPLES]` float64 of the test samples, with the cue (0) and without it (1)."""
    x = recall_dataset(D, mixed=task == "mixed", train=1, validation=1, test=SAMPLES).test.x[..., 0].double()
    pairs = torch.stack([x, x], dim=1)
    pairs[0, 0], pairs[0, 1] = 1.0, 0.0
    return pairs


def _charged(neuron: str, span: int, x: Tensor) -> tuple[Tensor, Tensor]:
    """H and S, each of the shape of x `[T, …]`, of the neuron with hand-made weights."""
    D = len(x) - 1
    with torch.no_grad():
        run = _module(neuron, span, D).record(x)
    return run.h, run.s


def _module(neuron: str, span: int, D: int) -> torch.nn.Module:
    """An LIF; or a member of the family, with 1 for the input of D steps ago, where it has such a weight, else 0."""
    T = D + 1
    match neuron:
        case "sliding":
            module = SlidingPSN(span).double()
            module.weight.data.zero_()
            if span > D:
                module.weight.data[span - 1 - D] = 1.0
        case "masked" | "PSN":
            module = (PSN(T) if neuron == "PSN" else MaskedPSN(T, k=min(span, T), lambda_=1.0)).double()
            module.weight.data.zero_()
            module.weight.data[D, 0] = 1.0
        case _:
            return LIF(float(span), reset=neuron)
    return module


def _weight_of_cue(neuron: str, span: int, D: int) -> Tensor:
    """The weight `[D + 1]` float64 of X[0] in H[t]."""
    if neuron in RESET_WORDS:
        return (1 - 1 / span) ** torch.arange(D + 1, dtype=torch.float64) / span
    weight = torch.zeros(D + 1, dtype=torch.float64)
    weight[D] = float(neuron == "PSN" or span > D)
    return weight


def _name(neuron: str, span: int) -> str:
    if neuron in RESET_WORDS:
        return f"LIF, τ = {span}, {RESET_WORDS[neuron]}"
    return {"masked": f"masked PSN, k = {span}", "sliding": f"sliding PSN, k = {span}", "PSN": "PSN"}[neuron]


@cache
def _study() -> Study:
    return load_study("recall")


def _trained(task: str, D: int, span: int) -> dict[str, np.ndarray]:
    """Test accuracies of LIF with τ = span and each reset, and of the family, by label; empty: not trained."""
    names = {_name(reset, span): f"lif-{reset}-{span}" for reset in RESET_WORDS}
    names |= {_name(kind, _TRAINED_ORDER): f"{kind}-{_TRAINED_ORDER}" for kind in ("masked", "sliding")}
    names["PSN"] = "psn"
    rows = {row.recipe: row for row in _study().rows()}
    found = {}
    for label, name in names.items():
        recipe = f"recall-{D}{'-mixed' * (task == 'mixed')}-{name}"
        found[label] = np.array(rows[recipe].accuracies if recipe in RECIPES and recipe in rows else ())
    return found
