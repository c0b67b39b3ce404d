"""What lesson 01 asks: recall questions on the lesson before, and predictions."""

from __future__ import annotations

import torch

from psn_viz.course.questions.prediction import Prediction, predict_choice, predict_curve, predict_spikes
from psn_viz.labs import LABS
from psn_viz.neurons import LIF

RECALL = [
    (
        "A picture of 28 × 28 pixels is read row by row. What is T?",
        [
            (True, "28", "One time-step per row; at each step 28 numbers come in, one per column."),
            (
                False,
                "784",
                "That is the number of pixels. A step takes in a whole row of 28 of them.",
                "read_image;t=4",
            ),
            (
                False,
                "1: it is a single picture",
                "The picture has no time of its own; T counts its rows.",
                "read_image;t=4",
            ),
        ],
    ),
    (
        "Why could the LIF fire at row 5 while the PSN had to wait for row 27?",
        [
            (
                False,
                "The PSN computes more slowly",
                "It computes in a single step, but only once all rows are there.",
                "read_image;t=12",
            ),
            (
                True,
                "A row of a PSN's W may have a weight for every time-step",
                "Later ones too, so its first spikes may depend on the last input.",
            ),
            (
                False,
                "The LIF looks ahead",
                "It is the other way round: the LIF uses what it has read so far.",
                "read_image;weights=ahead",
            ),
        ],
    ),
    (
        "The reset is left out and nothing else changes. What happens to the spikes?",
        [
            (
                False,
                "The same spikes, computed faster",
                "On the same input the neuron without reset fires more often.",
                "read_image",
            ),
            (
                False,
                "Fewer spikes",
                "A reset sets the membrane back; without it the membrane stays up.",
                "read_image",
            ),
            (
                True,
                "More spikes on the same input",
                "It is another neuron, one that can be computed without a loop.",
            ),
        ],
    ),
]


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


PREDICTIONS = {
    "climb": _climb,
    "silent": _silent,
    "hard": _hard,
    "nudge": _nudge,
}
