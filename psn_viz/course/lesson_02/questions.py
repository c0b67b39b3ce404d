"""What lesson 02 asks: recall questions on the lesson before, and predictions."""

from __future__ import annotations

from psn_viz.course.questions.ask import PredictionQuestion, ask_choice, ask_number
from psn_viz.labs import LABS

# evidence: 0.9 == charges(pv.LIF(4.0), 0.9, 200)[-1]; not spike_steps(pv.LIF(4.0), 0.9, 200)
RECALL = [
    (
        "Which of the two is the membrane before the reset?",
        [
            (True, "H", "The neuron charges to H, compares H with the threshold, and the reset leaves V."),
            (
                False,
                "V",
                "V is what the reset leaves. At a spike the two differ: H has reached the threshold, V is 0.",
                "charge_fire_reset;t=7",
            ),
        ],
    ),
    (
        "An LIF (τ = 4, X/τ in its charge, threshold 1) gets a steady input of 0.9. How often does it fire?",
        [
            (
                False,
                "At every step, it just takes a while to start",
                "The membrane approaches 0.9 and stays below the threshold.",
                "charge_fire_reset;input=steady+0.9",
            ),
            (
                False,
                "About every fourth step",
                "τ is how slowly the membrane follows, not how often it fires.",
                "charge_fire_reset;input=steady+0.9",
            ),
            (True, "Never", "Its membrane averages its inputs and the 0 it started from: it never rises above 0.9."),
        ],
    ),
    (
        "Each step of the loop waits for the step before. Without a reset, numbers that are worked out beforehand "
        "can take the place of the loop. Why not with a reset?",
        [
            (
                False,
                "Because the charge reads V[t−1]",
                "It reads V[t−1] without a reset as well. There V[t−1] is a sum of the inputs, each times a fixed "
                "number. These numbers can be worked out beforehand.",
                "unroll;show=loop",
            ),
            (
                False,
                "Because of the leak",
                "The leak multiplies by a fixed number, 1 − 1/τ. What it does can be worked out beforehand.",
                "charge_fire_reset;reset=none",
            ),
            (
                True,
                "Because V[t−1] depends on a decision",
                "Did the neuron fire? That jumps from 0 to 1: it is no sum of the inputs, each times a fixed number.",
            ),
        ],
    ),
]


def _factor(key: str) -> PredictionQuestion:
    prompt = "Line 3 has a factor for X[t] and one for X[t−1]. Which number will be the factor of X[t−4]?"
    return ask_number(key, prompt, truth=0.75**4 / 4, tolerance=0.02)


def _row_6(key: str) -> PredictionQuestion:
    return ask_choice(
        key,
        "It fires at step 5, counted from 0. Which entries in row 6 of W still count in H[6]?",
        {
            "All seven, W[6, 0] to W[6, 6]": "They would without a reset. The spike at step 5 set the membrane to 0.",
            "W[6, 5] and W[6, 6]": "X[5] was charged before the spike, and the reset erased it with the rest.",
            "Only W[6, 6]": "Yes: the spike at step 5 erased everything up to X[5].",
            "None": "X[6] itself is charged after the reset; it counts.",
        },
        right="Only W[6, 6]",
        reveal=LABS["closed_form"](reset="hard", row=6),
    )


PREDICTIONS = {
    "factor": _factor,
    "row_6": _row_6,
}

# Open tasks, for pv.answer, by name.
OPEN = {
    "open": (
        "A matrix W is given, lower triangular. How could you tell whether it belongs to some LIF without "
        "reset? What would you look at first?"
    ),
}
