"""What lesson 05 asks: recall questions on the lesson before, and predictions."""

from __future__ import annotations

from psn_viz.course.questions.prediction import Prediction, predict_choice, predict_number, predict_spikes
from psn_viz.labs import LABS

RECALL = [
    (
        "Order k = 3: which inputs does row 5 of the mask M_k let through?",
        [
            (
                False,
                "X[5], X[6] and X[7]",
                "These are the inputs to come; the mask shuts them out. Row 5 ends at the diagonal.",
                "masked_psn;lambda=1;k=3;i=5",
            ),
            (
                False,
                "X[2], X[3], X[4] and X[5]",
                "One too many: j ≤ 5 ≤ j + k − 1 holds for j = 3, 4 and 5.",
                "masked_psn;lambda=1;k=3;i=3",
            ),
            (True, "X[3], X[4] and X[5]", "The newest k inputs, X[5] among them."),
        ],
    ),
    (
        "Training has brought λ to 0.9. Can the masked PSN now run step by step?",
        [
            (
                False,
                "Yes: nine tenths of the way is near enough",
                "Every weight on a later input is still there, a tenth as large, and can tip a spike.",
                "masked_psn;lambda=0.9",
            ),
            (
                False,
                "Yes: the mask has no effect on when a spike is known",
                "It is the mask that decides it: a weight on a later input means waiting for that input.",
                "masked_psn;lambda=0.9",
            ),
            (True, "No: every input to come still has a say", "Only with λ = 1 are those weights gone."),
        ],
    ),
    (
        "A masked PSN with T = 16 and λ = 1 runs step by step and has taken 16 inputs. A seventeenth comes.",
        [
            (
                False,
                "It charges with the last k inputs, as before",
                "With which weights? Each step has a row of W of its own, and the last one has been used.",
                "masked_psn;lambda=1",
            ),
            (
                False,
                "It starts again with row 0 of W",
                "Row 0 was learned for the first step of a sequence. `step` refuses rather than guess.",
                "masked_psn;lambda=1",
            ),
            (True, "It refuses: W has no row for it", "T is fixed. This is where the present lesson begins."),
        ],
    ),
]


def _edge(key: str) -> Prediction:
    lab = LABS["sliding_psn"](kernel="-1 1", input="block 1.5")
    return predict_spikes(key, "Click the steps at which it fires.", lab)


def _steady(key: str) -> Prediction:
    right = "Fire at step 8, and at no other"
    return predict_choice(
        key,
        "Which of these can no sliding PSN of order k = 4 do?",
        {
            "Fire at steps 0, 1 and 2, and never again": "It can: the kernel (−1, 0, 0, 1) subtracts the input of "
            "three steps ago, and at first that is 0.",
            "Fire at every step from 3 on, and at none before": "It can: with the kernel (¼, ¼, ¼, ¼), H "
            "reaches 1 when four inputs are there.",
            right: "Yes: from step 3 on it has the same four numbers in view, so H stays the same.",
            "Never fire": "It can: a kernel of zeros.",
        },
        right,
        reveal=LABS["sliding_psn"](kernel="-1 0 0 1", input="steady 1"),
    )


def _reach(key: str) -> Prediction:
    prompt = (
        "Two layers of order k = 4 on top of each other: on how many inputs can one spike of the second layer "
        "depend, the newest included?"
    )
    return predict_number(key, prompt, truth=7.0, unit="inputs")


def _left_over(key: str) -> Prediction:
    return predict_choice(
        key,
        "At which steps of the new sequence can the spikes be other than they should be?",
        {
            "At none: it is another sequence": "The queue does not know that. It still holds three inputs, and "
            "they are charged like all others.",
            "At step 0 only": "Three old inputs are in view at step 0, two are left at step 1, one at step 2.",
            "At steps 0, 1 and 2": "Yes: every step pushes one old input out, and after k − 1 steps none is left.",
            "At all of them": "Every step pushes one old input out of the queue, and nothing else is carried on.",
        },
        right="At steps 0, 1 and 2",
        reveal=LABS["sliding_psn"](queue="left over"),
    )


PREDICTIONS = {
    "edge": _edge,
    "steady": _steady,
    "reach": _reach,
    "left_over": _left_over,
}
