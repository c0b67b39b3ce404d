"""What lesson 03 asks: recall questions on the lesson before, and predictions."""

from __future__ import annotations

from psn_viz.course.questions.ask import (
    PredictionQuestion,
    ask_choice,
    ask_curve,
    ask_number,
    ask_spikes,
)
from psn_viz.labs import LABS

RECALL = [
    (
        "What does the entry W[7, 3] say?",
        [
            (True, "How much X[3] counts in H[7]", "Row 7 is the step that is charged, column 3 the input."),
            (
                False,
                "How much X[7] counts in H[3]",
                "Row and column have changed places. In the frame of row 7, each bar is one column, one input.",
                "closed_form;row=7",
            ),
            (
                False,
                "How much a spike at step 3 changes H[7]",
                "Without a reset no S is in the sum. W multiplies inputs.",
                "closed_form;row=7",
            ),
        ],
    ),
    (
        "What does a hard reset do to the matrix of the leak?",
        [
            (
                False,
                "Nothing, W depends on τ and T alone",
                "That holds without a reset. Switch the reset on, and entries disappear.",
                "closed_form;reset=hard",
            ),
            (
                False,
                "It makes all entries smaller",
                "The entries that are left keep their value; the others are gone.",
                "closed_form;reset=hard",
            ),
            (
                True,
                "For every step after a spike, it cuts away the inputs up to that spike, its own included",
                "And where the spikes are depends on the input: each input has a matrix of its own.",
            ),
        ],
    ),
    (
        "Why can all the steps of a loop without reset be replaced by one product W X?",
        [
            (
                False,
                "No step uses the membrane that the step before left",
                "It does, with and without a reset: V[t−1] is in the charge.",
                "closed_form",
            ),
            (
                True,
                "The charge is linear: the charge for a sum of two inputs is the sum of the two charges",
                "So fixed weights say how each input counts, and they can be worked out before any input comes.",
            ),
            (
                False,
                "It fires no longer, so there is nothing to compute step by step",
                "It fires, even more often. But no spike changes its membrane.",
                "closed_form",
            ),
        ],
    ),
]

COLUMN_5 = "psn;preset=diagonal;T=8;input=0+0+0+0+0+1.5;cell=1.5;paint=1.5~1_5.5~0.5_6.5~0.8"


def _fires(key: str) -> PredictionQuestion:
    return ask_spikes(key, "Click the steps at which the neuron fires.", LABS["psn"].from_code(COLUMN_5))


def _row(key: str) -> PredictionQuestion:
    return ask_curve(
        key,
        "Draw row 15 of W after training: one weight for each input X[0] to X[15]. Let the largest be 1.",
        [1.0] + 15 * [0.0],
        low=-1.0,
        high=1.5,
        axis="column i",
    )


def _reach(key: str) -> PredictionQuestion:
    return ask_number(
        key,
        "Follow the gradient from S[29] back. What is the smallest i for which X[i] still gets one?",
        truth=23,
        tolerance=0.02,
        reveal=LABS["gradients"](),
    )


def _zeros_after_one_step(key: str) -> PredictionQuestion:
    right = "All of them may move"
    return ask_choice(
        key,
        "What happens to the zeros above the diagonal in the first step of training?",
        {
            "They stay 0: no gradient flows through a weight of 0": "None flows to X through it. But the gradient of "
            "W[t, i] itself is G[t]·X[i], and the value of W[t, i] is not in it.",
            "Only those beside the diagonal move": "How far W[t, i] is from the diagonal is not in G[t]·X[i] either.",
            right: "Yes: the gradient of W[t, i] is G[t]·X[i], whatever W[t, i] is and wherever it stands.",
        },
        right,
    )


PREDICTIONS = {
    "fires": _fires,
    "row": _row,
    "reach": _reach,
    "stays": _zeros_after_one_step,
}

# Open tasks, for pv.answer, by name.
# evidence: not a result: the settings of the tasks
OPEN = {
    "another_task": (
        "In the training of section 3, let the neuron fire if X[3] > X[12]. Write down the row that you expect, "
        "then train and look."
    ),
    "open": (
        "A colleague wants to put PSNs with T = 200 into the controller of a robot that reads its sensors 100 "
        "times a second. What do you ask, and what do you warn of?"
    ),
}
