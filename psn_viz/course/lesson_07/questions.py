"""What lesson 07 asks: recall questions on the lesson before, and predictions."""

from __future__ import annotations

from psn_viz.course.questions.prediction import Prediction, predict_choice, predict_curve, predict_number
from psn_viz.labs import LABS

RECALL = [
    (
        "T = 32, a million neurons, a large GPU, each neuron in one kernel: the PSN takes as long as the LIF. Why?",
        [
            (
                False,
                "Its T² operations eat up what it gains",
                "In float32 they are T/4 = 8 operations a byte. This device can do more than that while it moves the "
                "byte.",
                "roofline",
            ),
            (True, "Both move the same X and S, and that takes the time", "2TN numbers each, in one launch each."),
            (
                False,
                "Starting it takes as long as the loop",
                "It is one launch, a few millionths of a second. That matters where there are few neurons.",
                "roofline;N=256",
            ),
        ],
    ),
    (
        "At which T does the product with all of W begin to cost more than moving the data?",
        [
            (
                False,
                "At every T > 1, since T² is more than T",
                "Operations and bytes are not the same: a device does many operations in the time that it moves a "
                "byte.",
                "roofline;T=8",
            ),
            (
                True,
                "Where its operations a byte exceed what the device can do meanwhile",
                "At the ridge. In float32 and one kernel the PSN has about T/4 operations a byte.",
            ),
            (
                False,
                "Never: the steps run side by side",
                "Side by side is not for nothing: there are T² products for each neuron.",
                "roofline;T=1024",
            ),
        ],
    ),
    (
        "'The PSN is 30 times as fast as an LIF.' On what does such a number depend?",
        [
            (
                False,
                "On T alone, for the LIF needs T steps",
                "Along a row of this map T stays the same, and the ratio does not.",
                "speed_ratio;mode=training",
            ),
            (
                True,
                "On T, N, the machine, and on which LIF it was",
                "A loop in Python, compiled, fused into one kernel: all of them are 'an LIF'.",
            ),
            (
                False,
                "On the neurons alone, since a ratio takes the machine out",
                "The same machine and the same neurons, but the loop was compiled here: another ratio.",
                "speed_ratio;above=fused-lif",
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
