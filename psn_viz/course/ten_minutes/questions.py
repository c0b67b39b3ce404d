"""What the reader commits to in ten minutes: one question for each claim of the paper.

What an answer uncovers is a state of the lab beside the question.
"""

from __future__ import annotations

import numpy as np

from psn_viz.course.questions.ask import PredictionQuestion, ask_choice
from psn_viz.labs import LABS


def _no_reset(key: str) -> PredictionQuestion:
    lab = LABS["charge_fire_reset"](reset="none")
    times, without = (int(one.numbers.s.sum()) for one in (LABS["charge_fire_reset"](), lab))
    more = "More often"
    return ask_choice(
        key,
        f"With τ = 4, threshold 1 and a reset the neuron fires {times} times. How often without, on the same input?",
        {
            "Less often": "A reset takes the membrane down. Without it H is at least as high at every step.",
            "Just as often": "A reset takes the membrane down. Without it H is at the threshold or above more often.",
            more: f"Yes, {without} times: nothing takes the membrane down. It fires at every step at which H has "
            "reached the threshold.",
        },
        more,
        lab,
    )


def _part(key: str) -> PredictionQuestion:
    lab = LABS["closed_form"](reset="hard")
    first = int(lab.numbers.s_loop.argmax())
    until = "Up to the first spike"
    return ask_choice(
        key,
        "Give the loop a hard reset again. How far does H = W X still agree with it?",
        {
            "Nowhere": "Before the first spike nothing has been reset: up to there it is the same neuron.",
            until: f"Yes. The first spike is at t = {first}, and its H is still right. The reset comes after it: "
            f"from t = {first + 1} on the two differ.",
            "Everywhere but at the spikes": "A reset takes away what came before. So later charges change, too.",
        },
        until,
        lab,
    )


def _wait(key: str) -> PredictionQuestion:
    every = "All of them"
    return ask_choice(
        key,
        "W is random, as when training begins. Which inputs must be there before S[0] is known?",
        {
            "X[0] alone": "That is so for the triangle. Row 0 of a random W has a weight for every input.",
            "None": "H[0] is row 0 of W times the inputs. Without them there is no H[0].",
            every: "Yes: row 0 of W has a weight for each of them. A PSN must have the whole sequence first.",
        },
        every,
        LABS["psn"](cell=(0, 12)),
    )


def _nearly(key: str) -> PredictionQuestion:
    no = "No, it still waits for all inputs"
    return ask_choice(
        key,
        "λ = 0.9: the mask is nearly shut. Can the neuron answer step by step now?",
        {
            "Yes, k steps late": "At λ = 1 there is no delay at all. Here a tenth of each other weight is left, "
            "and it meets inputs to come.",
            "Yes, exact but for rounding": "A tenth of each weight outside the mask is left. The figure says by how "
            "much H is off: that is no rounding.",
            no: "Yes. A tenth of each weight outside the mask is left, so H[0] needs the last input. At λ = 1 "
            "it does not.",
        },
        no,
        LABS["masked_psn"](**{"lambda": 0.9}),
    )


def _length(key: str) -> PredictionQuestion:
    none = "None"
    return ask_choice(
        key,
        "Say a sliding PSN with k = 4 was trained at T = 16. How many more weights does it need at T = 200?",
        {
            "4 for each further step": "So it is for a masked PSN, whose rows have weights of their own. Here all "
            "rows share them.",
            "4": "The same 4 weights meet the newest 4 inputs at every step, however many steps there are.",
            none: "Yes: the same 4 weights meet the newest 4 inputs at every step, however many steps there are.",
        },
        none,
        LABS["sliding_psn"](T=200),
    )


def _work(key: str) -> PredictionQuestion:
    lab = LABS["speed_ratio"](mode="training", above="fused-lif")
    measured = lab.numbers.ratio[~np.isnan(lab.numbers.ratio)]
    slower, some = int((measured < 1).sum()), "At some sizes"
    counted = f"at {slower} of the {len(measured)} sizes measured here the compiled loop took less time"
    return ask_choice(
        key,
        "Compile the whole loop into one program. Is the PSN still faster in training?",
        {
            "At every size": f"A compiled loop is one program, too: {counted}.",
            some: f"Yes: {counted}. How a loop is run matters as much as what it computes.",
            "At none": f"Only {counted}.",
        },
        some,
        lab,
    )


PREDICTIONS = {
    "no_reset": _no_reset,
    "part": _part,
    "wait": _wait,
    "nearly": _nearly,
    "length": _length,
    "work": _work,
}
