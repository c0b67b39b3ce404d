"""The predictions of the course, out of sight of the reader: a notebook asks for one by its key."""

from __future__ import annotations

from collections.abc import Callable

import torch

from psn_viz.classroom.predict import Prediction, predict_choice, predict_curve, predict_number, predict_spikes
from psn_viz.labs import LABS
from psn_viz.neurons import LIF


def _first_spikes(key: str) -> Prediction:
    right = "The LIF at the first row with enough ink, the PSN only after the last row"
    return predict_choice(
        key,
        "The picture is read from the top. When can each of them fire for the first time?",
        {
            "Both at the first row with enough ink": "The LIF can. The PSN answers all rows at once, so it waits.",
            right: "Yes: the LIF answers as it reads, the PSN answers everything at once, at the end.",
            "Both after the last row": "The PSN, yes. The LIF needs no more than what it has read so far.",
        },
        right,
    )


def _without_reset(key: str) -> Prediction:
    return predict_choice(
        key,
        "Same pictures, same leak, no reset: how many spikes, compared with the LIF?",
        {
            "The same": "A reset sets the membrane back after each spike. Without it, the next row starts higher.",
            "Fewer": "The other way round: nothing sets the membrane back any more.",
            "More": "Yes: where there is ink, the membrane stays up and the neuron goes on firing.",
        },
        right="More",
    )


def _accuracy(key: str) -> Prediction:
    return predict_number(key, "Accuracy on pictures that the network has not seen:", unit="%")


def _climb(key: str) -> Prediction:
    membrane = LIF(tau=4.0, v_threshold=100.0).record(torch.full((12, 1), 1.5)).h[:, 0]
    lab = LABS["charge_fire_reset"](input="steady 1.5", threshold=2)
    return predict_curve(key, "Draw H over the first 12 steps.", membrane.tolist(), low=0.0, high=2.0, reveal=lab)


def _silent(key: str) -> Prediction:
    return predict_choice(
        key,
        "For which τ does the LIF fire?",
        {
            "For every τ, sooner or later": "The membrane approaches 0.9 and stays below it, however long one waits.",
            "For small τ only": "A small τ gets there sooner, but 0.9 is as far as it gets.",
            "For none": "Yes: it approaches 0.9 and stays below the threshold.",
        },
        right="For none",
    )


def _hard(key: str) -> Prediction:
    lab = LABS["charge_fire_reset"](input="block 3")
    return predict_spikes(key, "Click the steps at which it fires, among the first 16.", lab, steps=16)


def _nudge(key: str) -> Prediction:
    right = "A change of all later spikes, not in proportion to the extra"
    return predict_choice(
        key,
        "What is left of the extra input after 40 steps, in a neuron with hard reset?",
        {
            "Next to nothing": "Of the input itself, yes. But an earlier first spike moves every later one.",
            "A change of all later spikes, and of H in proportion to the extra": "The spikes do move. But watch the "
            "proportions.",
            right: "Yes: the timing moves, and by whole steps or not at all.",
        },
        right,
    )


def _factor(key: str) -> Prediction:
    prompt = "Which factor will stand in front of X[t−5] when this is continued?"
    return predict_number(key, prompt, truth=0.75**5 / 4, tolerance=0.02)


def _row_6(key: str) -> Prediction:
    return predict_choice(
        key,
        "Which entries in row 6 of W can still have a say in H[6]?",
        {
            "All seven, W[6, 0] to W[6, 6]": "They would without a reset. The spike at step 5 set the membrane to 0.",
            "W[6, 5] and W[6, 6]": "X[5] was charged before the spike, and the reset erased it with the rest.",
            "Only W[6, 6]": "Yes: the spike at step 5 erased everything up to X[5].",
            "None": "X[6] itself is charged after the reset; it counts.",
        },
        right="Only W[6, 6]",
        reveal=LABS["closed_form"](reset="hard", row=6),
    )


PREDICTIONS: dict[str, Callable[[str], Prediction]] = {
    "00/first_spikes": _first_spikes,
    "00/without_reset": _without_reset,
    "00/accuracy": _accuracy,
    "01/climb": _climb,
    "01/silent": _silent,
    "01/hard": _hard,
    "01/nudge": _nudge,
    "02/factor": _factor,
    "02/row_6": _row_6,
}


def predict(key: str) -> Prediction:
    """The prediction of the course that `key` names, such as "01/silent". Raises ValueError for an unknown key."""
    if key not in PREDICTIONS:
        raise ValueError(f"key must be one of {', '.join(PREDICTIONS)}, got {key!r}")
    return PREDICTIONS[key](key)
