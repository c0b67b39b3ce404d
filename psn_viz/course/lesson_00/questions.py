"""What lesson 00 asks: recall questions on the lesson before, and predictions."""

from __future__ import annotations

from psn_viz.course.questions.prediction import Prediction, predict_choice, predict_number

RECALL = []  # there is no lesson before it


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


PREDICTIONS = {
    "first_spikes": _first_spikes,
    "without_reset": _without_reset,
    "accuracy": _accuracy,
}
