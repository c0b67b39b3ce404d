"""What lesson 02 asks: recall questions on the lesson before, and predictions."""

from __future__ import annotations

from psn_viz.course.questions.prediction import Prediction, predict_choice, predict_number
from psn_viz.labs import LABS

RECALL = [
    (
        "Which of the two is the membrane before the reset?",
        [
            (True, "H", "The neuron charges to H, compares H with the threshold, and the reset leaves V."),
            (
                False,
                "V",
                "V is what the reset leaves. At a spike the two differ: H above the threshold, V at 0.",
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
            (True, "Never", "Its membrane is an average of its inputs and stays below 0.9."),
        ],
    ),
    (
        "Which of the three makes a step of the loop wait for the step before?",
        [
            (
                False,
                "charge",
                "Alone, it is a weighted sum of the inputs, and that can be done at once.",
                "closed_form",
            ),
            (False, "fire", "It looks at a single number, H[t].", "closed_form"),
            (True, "reset", "V[t−1] depends on S[t−1]: the chain runs through a decision at every step."),
        ],
    ),
]


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


PREDICTIONS = {
    "factor": _factor,
    "row_6": _row_6,
}
