"""What lesson 01 asks: recall questions on the lesson before, and predictions."""

from __future__ import annotations

import torch

from psn_viz.course.questions.ask import PredictionQuestion, ask_choice, ask_curve, ask_spikes
from psn_viz.labs import LABS
from psn_viz.neurons import LIF

# evidence: 28 == pv.load_dataset('fashion-mnist-rows').train.x.shape[0]
RECALL = [
    (
        "A picture of 28 × 28 pixels is read row by row. What is T?",
        [
            (True, "28", "One time-step per row; at each step 28 numbers come in, one per column."),
            (
                False,
                "784",
                "That is the number of pixels. A step takes in a whole row of 28 of them.",
                "read_image;t=4",
            ),
            (
                False,
                "1: it is a single picture",
                "The picture has no time of its own; T counts its rows.",
                "read_image;t=4",
            ),
        ],
    ),
    (
        "A PSN may have to wait for the last row before its first spike is known. Why?",
        [
            (
                False,
                "It computes more slowly",
                "It computes all steps in one product. It waits because its weights reach to later rows.",
                "read_image;t=12",
            ),
            (
                True,
                "A row of its W may have a weight for every time-step",
                "Later ones too, so its first spikes may depend on the last input.",
            ),
            (
                False,
                "It has a reset",
                "It has none. A neuron with a reset, the LIF, answers while the rows come in.",
                "read_image;t=12",
            ),
        ],
    ),
    (
        "The reset is left out and nothing else changes. What happens to the spikes?",
        [
            (
                False,
                "The same spikes, computed faster",
                "On the same input the neuron without reset fires more often.",
                "read_image;weights=leak",
            ),
            (
                False,
                "Fewer spikes",
                "A reset sets the membrane back; without it the membrane stays up.",
                "read_image;weights=leak",
            ),
            (
                True,
                "More spikes on the same input",
                "It is another neuron, one that can be computed without a loop.",
            ),
        ],
    ),
]


def _climb(key: str) -> PredictionQuestion:
    membrane = LIF(tau=4.0, v_threshold=100.0).record(torch.full((12, 1), 1.5)).h[:, 0]
    # evidence: not a result: the setting of the question
    # It is drawn over the number of inputs, so that the 0 before the first input is a point of the curve.
    curve = [0.0, *membrane.tolist()]
    lab = LABS["charge_fire_reset"](input="steady 1.5", threshold=2)
    prompt = "Draw the membrane after n = 0, 1, 2, … 12 inputs. It starts at 0."
    return ask_curve(key, prompt, curve, low=0.0, high=2.0, reveal=lab, axis="number of inputs n")


def _silent(key: str) -> PredictionQuestion:
    return ask_choice(
        key,
        "For which τ does it fire?",
        {
            # evidence: 0.9 == charges(pv.LIF(8.0), 0.9, 200)[-1];
            # not any(spike_steps(pv.LIF(t), 0.9, 200) for t in (1, 2, 8))
            "For every τ, sooner or later": "The membrane never rises above 0.9, however long one waits.",
            "For small τ only": "A small τ gets there sooner, but 0.9 is as far as it gets.",
            "For none": "Yes: it never rises above 0.9, its input.",
        },
        right="For none",
    )


def _hard(key: str) -> PredictionQuestion:
    lab = LABS["charge_fire_reset"](input="block 3")
    return ask_spikes(
        key, "Click the steps at which it fires, among the first 16. Steps are counted from 0.", lab, steps=16
    )


def _nudge(key: str) -> PredictionQuestion:
    right = "They come whole steps earlier, or they do not move at all"
    # evidence: spike_steps(pv.LIF(4.0), [2.0] + [1.5] * 59) == spike_steps(pv.LIF(4.0), 1.5, 60);
    # [s + 1 for s in spike_steps(pv.LIF(4.0), [2.5] + [1.5] * 59)][:14] == spike_steps(pv.LIF(4.0), 1.5, 60)[:14];
    # not a result: the sizes of the extras
    return ask_choice(
        key,
        "What do the extras 0.5, 1 and 1.5 do to the spikes after step 40 (counted from 0)?",
        {
            "Next to nothing, whatever the extra": "That is true of the input itself. But the first spike may come "
            "earlier. The hard reset then starts the same interval from there, again and again.",
            "They come earlier, in proportion to the extra": "A spike comes at one step or at another, never in "
            "between. So there is no proportion.",
            right: "Yes. An extra that brings the first spike forward moves all later ones by as much. One that does "
            "not is forgotten.",
        },
        right,
    )


PREDICTIONS = {
    "climb": _climb,
    "silent": _silent,
    "hard": _hard,
    "nudge": _nudge,
}

# Open tasks, for pv.answer, by name.
# evidence: not a result: the settings of the tasks
OPEN = {
    "by_hand": (
        "τ = 2, threshold 1, hard reset, V starts at 0. The input is 1.5, 1.5, 1.5, 0. Write down H, S and V for "
        "the four steps."
    ),
    "refractory": (
        "Write a variant of reset that sets V to −1 after a spike. What does that do to the time between two "
        "spikes, with τ = 4 and a steady input of 1.5? In pv.LIF(4.0, v_reset=-1.0), which is silent at this input, "
        "v_reset enters in two other places. Which two?"
    ),
    "open": (
        "The firing rate of an LIF with hard reset, as a function of a steady input: where does it start, does it "
        "have steps, what is its maximum?"
    ),
}
