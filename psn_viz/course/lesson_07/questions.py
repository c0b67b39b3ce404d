"""What lesson 07 asks: recall questions on the lesson before, and predictions."""

from __future__ import annotations

from psn_viz.course.questions.ask import PredictionQuestion, ask_choice, ask_curve, ask_number
from psn_viz.labs import LABS

RECALL = [
    (
        "T = 32, a million neurons, a large GPU, each kind of neuron in one kernel: the PSN takes as long as "
        "the LIF. Why?",
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


def _left(key: str) -> PredictionQuestion:
    prompt = (
        "LIF with τ = 8, no reset. The cue has charged it to H[0]. Which share of that is left D steps later, if "
        "nothing else comes? (At D = 0 it is 1.)"
    )
    return ask_curve(key, prompt, [(7 / 8) ** D for D in range(17)], low=0.0, high=1.0, axis="delay D")


def _erased(key: str) -> PredictionQuestion:
    right = "Nothing: the spike erases it"
    return ask_choice(
        key,
        "LIF, τ = 4, hard reset, threshold 1. A cue of 6 comes at step 0: H = 6/4 = 1.5. What is left of it in H, "
        "8 steps later?",
        {
            "A tenth of it, for 8 leaks leave (3/4)^8": "That is what the leak leaves. But 1.5 is above the "
            "threshold: the neuron fires, and a hard reset sets it to 0.",
            right: "Yes. H = 1.5 gives a spike, the reset makes 0 of it, and of the cue there is nothing to leak.",
            "0.5, what is above the threshold, and then the leak": "That is a soft reset, which subtracts the "
            "threshold. A hard one sets the membrane to 0.",
        },
        right,
        # One neuron alone: the lab probe shows two, and with them the answer to the next question.
        reveal=LABS["charge_fire_reset"](input="6 0 0 0 0 0 0 0 0", t=8),
    )


def _pair(key: str) -> PredictionQuestion:
    right = "Always, for the distractors cancel"
    return ask_choice(
        key,
        "One neuron with w = 6 has lost the cue. Another one with w = −6 never fires and holds the cue under "
        "distractors. How often does a threshold on the sum of their charges tell whether there was a cue?",
        {
            "Half of the time, for the cue is lost": "It is lost in the neuron that has fired. The other one "
            "still has it.",
            "As often as the second neuron alone": "The first one adds something: it has the same distractors, "
            "with the other sign.",
            right: "Yes: one holds −6 times (cue + distractors), the other 6 times the distractors alone.",
        },
        right,
        reveal=LABS["probe"](),
    )


def _mixed(key: str) -> PredictionQuestion:
    right = "The hard reset"
    return ask_choice(
        key,
        "Distractors mixed in, D = 8, τ = 4; each is trained with the learning rate that suits it. Which LIF is "
        "right most often?",
        {
            "No reset, for nothing is ever erased": "Nothing is erased, and nothing is told from the distractors "
            "either: cue and distractors stay one sum. See section 6.",
            right: "Yes: a neuron that has erased its cue holds the distractors alone, and the readout can subtract "
            "them.",
            "All alike, for the leak is the same": "The leak is the same, and still they differ. Section 6 looks "
            "inside.",
        },
        right,
        # evidence: difference('recall/8-mixed-lif-hard-4', 'recall/8-mixed-lif-none-4').low > 0;
        # difference('recall/8-mixed-lif-hard-4', 'recall/8-mixed-lif-soft-4').low > 0
    )


def _charge(key: str) -> PredictionQuestion:
    prompt = "An LIF with τ = 64 gets X = 1 at each of 33 steps. How far has it been charged at the last one?"
    return ask_number(key, prompt, truth=1 - (63 / 64) ** 33, tolerance=0.1)


def _moved(key: str) -> PredictionQuestion:
    right = "The LIF stays right; the PSN does not"
    return ask_choice(
        key,
        "An LIF with τ = 16 and a PSN were trained with the cue at step 0 of 9, and both answer without a mistake. "
        "Now the cue comes at step 3. Which of them still answers right?",
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
    "erased": _erased,
    "pair": _pair,
    "mixed": _mixed,
    "charge": _charge,
    "moved": _moved,
}

# Open tasks, for pv.answer, by name.
OPEN = {
    "open": (
        "A sensor gives 100 numbers a second. Whether to raise an alarm depends on the newest reading and on "
        "whether a certain pattern came within the last 10 seconds, no matter when. Which neuron, with which τ, k "
        "or T, and how many layers?"
    ),
}
