"""What lesson 00 asks: recall questions on the lesson before, and predictions."""

from __future__ import annotations

from psn_viz.course.questions.ask import PredictionQuestion, ask_choice, ask_number
from psn_viz.labs import LABS

RECALL = []  # there is no lesson before it


def _first_spikes(key: str) -> PredictionQuestion:
    # evidence: lab('read_image').known_from.min() == 27; (lab('read_image').weight[:, 27] != 0).all()
    right = "The LIF at the first row with enough ink, the PSN only after the last row"
    return ask_choice(
        key,
        "The picture is read from the top. When is the first spike of each kind known?",
        {
            "Both at the first row with enough ink": (
                "The LIF, yes. The PSN waits: each of its time-steps has a weight for the last row."
            ),
            right: (
                "Yes. The LIF needs the rows so far. Each time-step of the PSN has a weight for the last row, so it "
                "waits."
            ),
            "Both after the last row": "For the PSN, yes. The LIF needs no more than the rows so far.",
        },
        right,
        reveal=LABS["read_image"](t=12),
    )


def _without_reset(key: str) -> PredictionQuestion:
    # evidence: pv.LABS['read_image'](weights='leak').numbers.psn_spikes > lab('read_image').lif_spikes
    return ask_choice(
        key,
        "Same pictures, same leak, no reset: how many spikes, compared with the LIF?",
        {
            "The same": "A reset sets the membrane back after each spike. Without it, the next row starts higher.",
            "Fewer": "The other way round: nothing sets the membrane back any more.",
            "More": "Yes: where there is ink, the membrane stays up and the neuron goes on firing.",
        },
        right="More",
    )


def _accuracy(key: str) -> PredictionQuestion:
    return ask_number(key, "Accuracy on pictures that the network has not seen:", unit="%")


PREDICTIONS = {
    "first_spikes": _first_spikes,
    "without_reset": _without_reset,
    "accuracy": _accuracy,
}

# Open tasks, for pv.answer, by name.
OPEN = {
    "another_seed": (
        "Train the PSN network of section 4 again from torch.manual_seed(1) and from torch.manual_seed(2). By how "
        "much do the three validation accuracies differ? Which of the differences in the comparison above would "
        "you now trust?"
    ),
    "open": (
        "Shuffle the rows in the same way for all pictures. Would you expect the PSN network to suffer? The LIF "
        "network?"
    ),
}
