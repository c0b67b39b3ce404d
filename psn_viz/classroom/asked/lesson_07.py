"""What lesson 07 asks: recall questions on the lesson before, and predictions."""

from __future__ import annotations

from psn_viz.classroom.predict import Prediction, predict_choice, predict_curve, predict_number
from psn_viz.labs import LABS

RECALL = [
    (
        "A sliding PSN of order k = 4 at step t = 10: which inputs have a say in H[10]?",
        [
            (
                False,
                "All from X[0] to X[10]",
                "The kernel has four weights. What is older than k − 1 steps has dropped out of the queue.",
                "sliding_psn;t=10",
            ),
            (
                False,
                "X[6] to X[9]",
                "Four inputs, but the newest one is X[10] itself: it meets the last weight.",
                "sliding_psn;t=10",
            ),
            (True, "X[7] to X[10]", "The newest four, X[10] among them."),
        ],
    ),
    (
        "Three layers of order k = 4 on top of each other. How far back can the last one see?",
        [
            (
                False,
                "3 steps",
                "That is one layer, shown here. The second sees the spikes of the first, and those have a past.",
                "sliding_psn;t=10",
            ),
            (True, "9 steps", "Each layer adds k − 1 = 3: L(k − 1) steps back, L(k − 1) + 1 inputs."),
            (
                False,
                "12 steps",
                "The present step is one of the k inputs in view, so a layer adds k − 1 steps, not k.",
                "sliding_psn;t=3",
            ),
        ],
    ),
    (
        "What does a sliding PSN give up that a masked PSN of the same order has?",
        [
            (
                False,
                "Running step by step",
                "It does run step by step, with a queue, and without end.",
                "sliding_psn",
            ),
            (True, "Weights that depend on the time-step", "One kernel serves all steps, so all steps are alike."),
            (
                False,
                "Learnable weights",
                "Its k weights are learned; they only start from 1, 1/2, 1/4, ….",
                "sliding_psn;kernel=-1+1",
            ),
        ],
    ),
]


def _left(key: str) -> Prediction:
    prompt = "LIF with τ = 8, no reset: which share of the cue is left in the charge, D steps after it?"
    return predict_curve(key, prompt, [(7 / 8) ** D for D in range(17)], low=0.0, high=1.0, axis="delay D")


def _sweep(key: str) -> Prediction:
    right = "The PSN and the LIF with τ = 16"
    return predict_choice(
        key,
        "Trained one delay at a time, with 9 as the order k: which of these still answer at D = 32?",
        {
            "Only the PSN": "The PSN does. But look at what the leak of τ = 16 leaves after 32 steps: an eighth, "
            "and training finds it.",
            right: "Yes: 13 % of the cue is left, and training finds it.",
            "The PSN and the LIF with τ = 2 that has no reset": "Without its reset the LIF still leaks: half of "
            "what is left goes at each step.",
            "The PSN and the masked PSN": "At D = 32 the masked PSN has no weight for step 0: with k = 9 it sees "
            "steps 24 to 32.",
        },
        right,
    )


def _charge(key: str) -> Prediction:
    prompt = "An LIF with τ = 64 gets X = 1 at each of 33 steps. How far has it been charged at the last one?"
    return predict_number(key, prompt, truth=1 - (63 / 64) ** 33, tolerance=0.1)


def _moved(key: str) -> Prediction:
    right = "The LIF stays right; the PSN does not"
    return predict_choice(
        key,
        "An LIF with τ = 16 and a PSN were trained with the cue at step 0 of 9, and both answer without a mistake. "
        "Now the cue comes at step 3.",
        {
            "Both stay right: the cue is nearer than before": "For the LIF that is so. The PSN has another weight "
            "for step 3, and none of the training samples had a cue there.",
            "The PSN stays right; the LIF does not": "The other way round. Step 3 has its own column in W, which "
            "training has never met a cue in.",
            right: "Yes: for the LIF a later cue has leaked a little less. W[8, 3] of the PSN is another number "
            "than W[8, 0], and was never trained on a cue.",
        },
        right,
        reveal=LABS["psn"](),
    )


PREDICTIONS = {
    "left": _left,
    "sweep": _sweep,
    "charge": _charge,
    "moved": _moved,
}
