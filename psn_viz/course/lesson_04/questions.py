"""What lesson 04 asks: recall questions on the lesson before, and predictions."""

from __future__ import annotations

from psn_viz.course.questions.ask import PredictionQuestion, ask_choice, ask_curve, ask_number
from psn_viz.labs import LABS

RECALL = [
    # evidence: 968 == (64 * (28**2 + 28)) % 1000; 812 == sum(p.numel() for p in pv.PSN(T=28).parameters());
    # 56 == 28 + 28; not a result: the sizes of the layer, and cells in codes
    (
        "A layer of 64 PSNs reads 28 time-steps. How many numbers does it learn in W and B?",
        [
            (
                False,
                "64 · (28² + 28) = 51 968",
                "That would be a W and a B for each neuron. All neurons of a layer share one of each.",
                "psn;T=28",
            ),
            (True, "28² + 28 = 812", "One W [28, 28] and one B [28], for the whole layer."),
            (
                False,
                "28 + 28 = 56",
                "That is one row of W, and B. Each of the 28 steps has a row of its own.",
                "psn;T=28",
            ),
        ],
    ),
    (
        "When is it known whether a PSN fires at the first step, S[0]?",
        [
            (
                False,
                "As soon as X[0] is there",
                "Row 0 of W has a weight for every input, for the last one, too.",
                "psn;cell=0.15",
            ),
            (
                False,
                "Before the first input: W and B are known",
                "The recipe is. What is charged, W X, needs the inputs.",
                "psn;cell=0.15",
            ),
            (True, "When all T inputs are there", "H[0] is row 0 of W times the whole of X."),
        ],
    ),
    (
        "How does the gradient of S[t] reach X[i] of many steps before, in a PSN?",
        [
            (
                False,
                "Back through t − 1, t − 2, …, one factor for each step",
                "That is the way through the loop of an LIF. H[t] of a PSN holds X[i] itself.",
                "gradients",
            ),
            (
                False,
                "It does not: the step function has derivative 0",
                "The slope of the surrogate stands in for it, as in every spiking neuron here.",
                "gradients",
            ),
            (
                True,
                "In one go, through the entry W[t, i]",
                "No step lies in between: there is no back-propagation through time.",
            ),
        ],
    ),
]


def _left(key: str) -> PredictionQuestion:
    prompt = "T = 16 and k = 4. How many of the 256 entries of W does the mask leave?"
    return ask_number(key, prompt, truth=58.0, unit="entries", tolerance=0.001)


def _inputs(key: str) -> PredictionQuestion:
    return ask_curve(
        key,
        "T = 16, k = 4, H = (W ⊙ M_k) X. Draw over t: how many inputs must have come before S[t] is known?",
        [t + 1.0 for t in range(16)],
        low=0.0,
        high=16.0,
        reveal=_lab("lambda=1"),
    )


def _past(key: str) -> PredictionQuestion:
    # evidence: lab('masked_psn lambda=0.5 i=11').h_differs[:11].all(); 0.5 == lab('masked_psn').lambda_
    right = "Any of them"
    return ask_choice(
        key,
        "λ = 0.5, T = 16, k = 4, and X[11] alone is changed. Which of the spikes before it, S[0] to S[10], can that "
        "change?",
        {
            "None: an input acts from its own step on": "So it is with λ = 1. Here the weights above the diagonal "
            "are halved and not gone.",
            "S[8], S[9] and S[10]": "The band of k entries begins at the diagonal and goes down: it says "
            "which later steps use X[11]. Above the diagonal all weights are halved alike.",
            right: "Yes: each of the rows 0 to 10 still has a weight for X[11], half as large as it was.",
        },
        right,
        reveal=_lab("lambda=0.5"),
    )


def _logs(key: str) -> PredictionQuestion:
    # evidence: 49.30 == paper('order sweep, sequential CIFAR100', 'masked PSN', 1);
    # 24.9 == paper('order 1, sequential CIFAR100', 'masked PSN', 1, 'epoch 32, the first with λ = 1');
    # not a result: the other numbers are wrong answers
    right = "About 25 %: something was shut out"
    return ask_choice(
        key,
        "k = 1, best test accuracy 49.30 % at epoch 28 of 256. What was it at epoch 32?",
        {
            "About 51 %: training went on": "Look at λ: 0.878 at epoch 28, and 1 at epoch 32.",
            "About 49 %: k was 1 before and after": "k was, λ was not: 0.878 at epoch 28, when every step still saw "
            "all inputs, and 1 at epoch 32.",
            right: "24.9 %. At epoch 28 λ was 0.878, and every step saw all inputs. At epoch 32 it is 1.",
        },
        right,
    )


def _lab(settings: str):
    return LABS["masked_psn"].from_code(f"masked_psn;{settings}")


PREDICTIONS = {
    "left": _left,
    "inputs": _inputs,
    "past": _past,
    "logs": _logs,
}

# Open tasks, for pv.answer, by name.
OPEN = {
    "open": (
        'Does the detour over an open mask pay? pv.train(…, lambda_schedule=…) knows four ways to λ = 1: "closed" '
        '(1 from the first step on), "paper" (1 after an eighth of the epochs), "half" (after a half) and '
        '"linear" (in the last epoch only). Say first which will end highest, and how low "linear" will end.'
    ),
}
