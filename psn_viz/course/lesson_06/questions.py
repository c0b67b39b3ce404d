"""What lesson 06 asks: recall questions on the lesson before, and predictions."""

from __future__ import annotations

from psn_viz.bench import load_results
from psn_viz.bench.cost_model import LIF_STEPS
from psn_viz.course.questions.ask import PredictionQuestion, ask_choice, ask_curve, ask_number
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
                "Its k weights are learned. In this course they start as those of a leak, …, 1/4, 1/2, 1.",
                "sliding_psn;kernel=-1+1",
            ),
        ],
    ),
]

# What the lesson tells of the device: one A100 by its data sheet, float32.
_DEVICE = {"device": "A100", "dtype": "float32"}


def _compiled(key: str) -> PredictionQuestion:
    ratio = load_results("cpu-2-cores-figure").ratio("fused-lif", "psn", 8, 2**18, "training") or 1.0
    faster, alike, slower = "The PSN, by far", "Neither: they are within a fifth", "The compiled LIF, by far"
    truth = f"Measured, for one call: the compiled LIF takes {ratio:.2g} times as long as the PSN."
    return ask_choice(
        key,
        "Training (forward and backward) on two cores, T = 8, N = 2¹⁸ neurons. A compiler has made the loop of the "
        "LIF one program. Which is faster?",
        {
            faster: f"{truth} Against a loop that is not compiled you would be right.",
            alike: f"{truth} The two do not even do the same amount of work: T² against T.",
            slower: f"Yes. {truth}",
        },
        faster if ratio > 1.2 else alike if ratio > 1 / 1.2 else slower,
    )


def _crossover(key: str) -> PredictionQuestion:
    prompt = (
        "N = 1024 neurons, forward pass, on this machine. While T is small the PSN is faster than a plain loop of an "
        "LIF. From which T on is it slower? (Within half of it is near enough.)"
    )
    return ask_number(key, prompt, unit="time-steps", tolerance=0.5)


def _limit(key: str) -> PredictionQuestion:
    right = "Moving X and S to and from memory"
    return ask_choice(
        key,
        "T = 32, N = 2²⁰, float32, on an A100 (19.5 · 10¹² operations and 2.04 · 10¹² bytes a second, 5 µs a "
        "launch). What takes most of the time of a PSN in one kernel?",
        {
            "Its T² multiply-adds per neuron": "There are 2T²N operations for 8TN bytes: T/4 = 8 operations a byte. "
            "This device can do 9.6 in the time that it moves a byte, so the bytes take longer. At T = 64 you would "
            "be right.",
            right: "Yes: 2TN numbers of 4 bytes take 132 µs, 2T²N operations 110 µs, the launch 5 µs.",
            "Starting it": "One launch, 5 µs. Moving 2TN numbers takes 132 µs. With N = 256 you would be right.",
        },
        right,
    )


def _shrinks(key: str) -> PredictionQuestion:
    ratio = LABS["roofline"](T=32, **_DEVICE).numbers.ratios[LIF_STEPS]
    prompt = (
        "On the same A100, T = 32, both as the paper ran them: the LIF one kernel a step, the PSN a product and a "
        "threshold. How many times as long does the LIF take? From N = 2⁸ on the left, N is doubled n times, up to "
        "2²²."
    )
    return ask_curve(key, prompt, ratio.tolist(), low=0.0, high=20.0, axis="doublings n")


def _fails(key: str) -> PredictionQuestion:
    right = "The fused LIF, then the LIF of one kernel a step, then the PSN"
    return ask_choice(
        key,
        "Again the A100 and N = 2²⁰, but T = 1024; the PSN in one kernel. Which is the fastest, which the slowest?",
        {
            "The PSN, then the fused LIF, then the LIF of one kernel a step": "In this model the PSN "
            "and the fused LIF take the same time up to the ridge. The PSN now has T/4 = 256 operations a byte, far "
            "beyond the ridge.",
            "The PSN and the fused LIF alike, then the LIF of one kernel a step": "They moved the same numbers and "
            "still do. But the operations of the PSN grow with T², and they now take longest.",
            right: "Yes: far beyond the ridge the PSN pays for T² operations, and a loop, even an unfused one, "
            "for T.",
        },
        right,
        reveal=LABS["roofline"](T=1024, **_DEVICE),
    )


PREDICTIONS = {
    "compiled": _compiled,
    "crossover": _crossover,
    "limit": _limit,
    "shrinks": _shrinks,
    "fails": _fails,
}

# Open tasks, for pv.answer, by name.
OPEN = {
    "open": '"Our parallel neuron is 40 times as fast as LIF." Which five questions do you ask?',
}
