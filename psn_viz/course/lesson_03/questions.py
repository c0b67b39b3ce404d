"""What lesson 03 asks: recall questions on the lesson before, and predictions."""

from __future__ import annotations

from psn_viz.course.questions.prediction import (
    Prediction,
    predict_choice,
    predict_curve,
    predict_number,
    predict_spikes,
)
from psn_viz.labs import LABS

RECALL = [
    (
        "What does the entry W[7, 3] say?",
        [
            (True, "How much of X[3] is in H[7]", "Row 7 is the step that is charged, column 3 the input."),
            (
                False,
                "How much of X[7] is in H[3]",
                "Rows and columns have changed places: in the frame of row 7, each bar is one column, one input.",
                "closed_form;row=7",
            ),
            (
                False,
                "How much a spike at step 3 changes H[7]",
                "No S is left in the sum once the reset is gone. W weighs inputs.",
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
                "That holds without a reset. Switch it on, and entries disappear.",
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
                "It cuts away what came before each spike",
                "And where the spikes are depends on the input: one matrix for every input.",
            ),
        ],
    ),
    (
        "A sequence of 256 steps. Compared with the loop, the product needs",
        [
            (
                False,
                "fewer multiply-adds and fewer stages",
                "A row has up to T terms, and there are T rows: about T²/2, against 2T in the loop.",
                "closed_form;T=32",
            ),
            (True, "more multiply-adds and fewer stages", "More work, less waiting. It can still be faster."),
            (
                False,
                "as many multiply-adds, only in another order",
                "The loop reuses the last charge. Each row of the product starts from the inputs again.",
                "closed_form;T=32",
            ),
        ],
    ),
]

COLUMN_5 = "psn;preset=diagonal;T=8;input=0+0+0+0+0+1.5;cell=1.5;paint=1.5~1_5.5~0.5_6.5~0.8"


def _fires(key: str) -> Prediction:
    return predict_spikes(key, "Click the steps at which it fires.", LABS["psn"].from_code(COLUMN_5))


def _row(key: str) -> Prediction:
    return predict_curve(
        key,
        "Draw row 15 of W after training, X[0] to X[15], scaled so that its largest entry is 1.",
        [1.0] + 15 * [0.0],
        low=-1.0,
        high=1.5,
        axis="column i",
    )


def _reach(key: str) -> Prediction:
    return predict_number(
        key,
        "S[29] is looked at. What is the smallest i for which X[i] still gets a gradient?",
        truth=23,
        tolerance=0.02,
        reveal=LABS["gradients"](),
    )


def _zeros_after_one_step(key: str) -> Prediction:
    right = "All of them may move"
    return predict_choice(
        key,
        "What happens to the zeros above the diagonal in the first step of training?",
        {
            "They stay 0: no gradient flows through a weight of 0": "None flows to X through it. But the gradient of "
            "W[t, i] itself is G[t]·X[i], and W[t, i] is not in that.",
            "Those beside the diagonal move": "The distance from the diagonal is not in G[t]·X[i] either.",
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
