"""What lesson 05 asks: recall questions on the lesson before, and predictions."""

from __future__ import annotations

from psn_viz.course.questions.ask import PredictionQuestion, ask_choice, ask_curve, ask_number
from psn_viz.labs import LABS

RECALL = [
    # evidence: pv.MaskedPSN(8, 3).mask[5].nonzero().flatten().tolist() == [3, 4, 5];
    # lab('masked_psn lambda=0.9').last_needed.min() == 15; 0.9 == lab('masked_psn lambda=0.9').lambda_;
    # not a result: the number of inputs in a question
    (
        "Order k = 3: which inputs does row 5 of the mask M_k let through?",
        [
            (
                False,
                "X[5], X[6] and X[7]",
                "X[6] and X[7] are still to come, and the mask shuts them out: row 5 ends at the diagonal. "
                "X[3] and X[4] are missing.",
                "masked_psn;lambda=1;k=3;i=5",
            ),
            (
                False,
                "X[2], X[3], X[4] and X[5]",
                "One too many: i ≤ 5 ≤ i + k − 1 holds for i = 3, 4 and 5.",
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
        "A masked PSN with T = 16 and λ = 1 runs step by step and has taken 16 inputs. A seventeenth comes. "
        "What happens?",
        [
            (
                False,
                "It charges with the last k inputs, as before",
                "With which weights? Each step has a row of W of its own, and the last one has been used.",
                "sliding_psn;kernel=masked+4+2;t=15",
            ),
            (
                False,
                "It starts again with row 0 of W",
                "Row 0 was learned for the first step of a sequence. It refuses rather than guess.",
                "sliding_psn;kernel=masked+4+2;t=15",
            ),
            (True, "It refuses: W has no row for it", "T is fixed. This is where the present lesson begins."),
        ],
    ),
]


def _charge(key: str) -> PredictionQuestion:
    # evidence: not a result: the input in the question
    kernel, steps = (-1.0, 1.0), 14
    x = [1.5 if 2 <= t <= 10 else 0.0 for t in range(steps)]
    charge = [kernel[0] * (x[t - 1] if t else 0.0) + kernel[1] * x[t] for t in range(steps)]
    prompt = "Kernel (−1, 1); X is 1.5 from step 2 to step 10, and 0 at all others. Draw the charge H[t]."
    return ask_curve(key, prompt, charge, low=-2.0, high=2.0)


def _start(key: str) -> PredictionQuestion:
    right = "Fire at steps 0, 1 and 2, and never again"
    alike = "From step 3 on it has the same four numbers in view. So H stays the same, and it fires always or never."
    return ask_choice(
        key,
        "The input is a steady 1 from step 0 on. You choose kernel and threshold of a sliding PSN of order k = 4. "
        "Which of these can it do?",
        {
            "Fire at step 8, and at no other": alike,
            "Fire at every second step": alike,
            right: "Yes: the kernel (−1, 0, 0, 1) subtracts the input of three steps ago, and at first that is 0.",
            "Be silent up to step 19, and fire from then on": alike,
        },
        right,
        reveal=LABS["sliding_psn"](kernel="-1 0 0 1", input="steady 1"),
    )


def _reach(key: str) -> PredictionQuestion:
    prompt = (
        "Four layers of order k = 3 on top of each other: on how many inputs can one spike of the last layer "
        "depend, the newest included?"
    )
    return ask_number(key, prompt, truth=9.0, unit="inputs")


def _left_over(key: str) -> PredictionQuestion:
    # evidence: lab('sliding_psn queue=left+over').witness.apart == (0, 1, 2);
    # not a result: k − 1 is what a queue keeps
    return ask_choice(
        key,
        "A sliding PSN of order k = 4 begins a new sequence with the queue of another one. At which steps of the new "
        "sequence can the spikes be other than they should be?",
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
    "charge": _charge,
    "start": _start,
    "reach": _reach,
    "left_over": _left_over,
}

# Open tasks, for pv.answer, by name.
OPEN = {
    "open": (
        "A spike at t = 10 is to say whether the first input was 1 or more, and nothing else. How many layers of "
        "order k = 4 does it take at least? Give their kernels, and try them. What would one layer need?"
    ),
}
