"""What lesson 08 asks: recall questions on the lesson before, and predictions judged by the stored studies."""

from __future__ import annotations

from psn_viz.course.questions.ask import PredictionQuestion, ask_choice, ask_curve, ask_number
from psn_viz.learning import difference, load_study
from psn_viz.learning.study_results import Row

RECALL = [
    (
        "An input came 16 time-steps ago. Which neuron has no weight at all for it?",
        [
            (
                False,
                "An LIF with τ = 2, without reset",
                "Its weight is β^16/τ, about 8 millionths: small, and not 0.",
                "gradients;tau=2;reset=none",
            ),
            (
                True,
                "A sliding PSN of order k = 16",
                "It sees the newest 16 inputs, the present one among them: it ends 15 steps back.",
            ),
            (
                False,
                "A PSN with T = 32",
                "It has a weight of its own for every pair of steps, W[t, t − 16] too.",
                "psn;T=32",
            ),
        ],
    ),
    (
        "After 320 updates, LIF with τ = 2 only guess at a delay of 8, with a hard, a soft or no reset. What "
        "did that show?",
        [
            (
                False,
                "The leak had erased the cue",
                "Little is left, but it can be read: with weights chosen by hand, τ = 2 was enough.",
                "probe;neuron=none",
            ),
            (
                False,
                "The reset had erased the cue",
                "The LIF without a reset guessed as well.",
                "probe;neuron=none",
            ),
            (
                True,
                "This training did not succeed",
                "Yes: with more updates the LIF without a reset answers far more often. A curve at chance does not "
                "mean that nothing is remembered.",
            ),
        ],
    ),
    (
        "A PSN with T = 9 has learned to recall a cue at step 0. Now the cue comes at step 3. Why may it be wrong?",
        [
            (
                False,
                "A later input counts for less",
                "No weight of a PSN follows from another one: a later input may count more or less.",
                "psn",
            ),
            (
                True,
                "W[8, 3] is another weight than W[8, 0]",
                "And nothing has trained it on cues. A leak would have treated all steps alike.",
            ),
            (
                False,
                "From step 3 on it is too late for the last step",
                "Step 8 sees every step, and step 3 is nearer than step 0.",
                "psn;T=32",
            ),
        ],
    ),
]


def _percent(row: Row) -> str:
    spread = "" if row.spread is None else f" ± {100 * row.spread:.1f}"
    return f"{100 * row.mean:.1f}{spread} %"


def _without_memory(key: str) -> PredictionQuestion:
    rows = load_study("rows")
    prompt = (
        f"Read at the last row, the PSN network gets {100 * rows.row('psn').mean:.0f} % of the test pictures right. "
        "The same network with neurons without memory (k = 1) sees the last row alone. What does it get right?"
    )
    return ask_number(key, prompt, truth=100 * rows.row("memoryless").mean, unit="%", tolerance=0.15)


def _tau(key: str) -> PredictionQuestion:
    rows = load_study("rows")
    sweep = [100 * rows.row(f"lif-none-{2 ** (n + 1)}").mean for n in range(6)]
    hard = 100 * rows.row("lif-hard-2").mean
    prompt = (
        "Test accuracy in % of the LIF without reset, read at the last row, for τ = 2 (n = 0), 4, 8, 16, 32 and 64 "
        f"(n = 5). It begins at {sweep[0]:.0f}; with a hard reset and τ = 2 it was {hard:.0f}, and the PSN reaches "
        f"{100 * rows.row('psn').mean:.0f}."
    )
    return ask_curve(key, prompt, sweep, low=40.0, high=90.0, axis="τ doubled n times: n")


def _reach(key: str) -> PredictionQuestion:
    rows = load_study("rows")
    short, psn = (100 * rows.row(name).mean for name in ("sliding-8", "psn"))
    prompt = (
        f"Two layers of sliding PSN with k = 8 have 15 rows in view and get {short:.0f} %. The PSN has 28 rows in "
        f"view, 812 numbers in the neurons of each layer, and gets {psn:.0f} %. And two layers of sliding PSN with k "
        "= 28: 28 rows in view, 29 numbers in each?"
    )
    return ask_number(key, prompt, truth=100 * rows.row("sliding-28").mean, unit="%", tolerance=0.03)


def _mean(key: str) -> PredictionQuestion:
    study = load_study("rows-mean")
    names = ("psn", "masked-8", "sliding-8", "lif-hard-2", "lif-none-2", "memoryless")
    rows = [study.row(name) for name in names]
    highest, memoryless = max(rows, key=lambda row: row.mean), study.row("memoryless")
    options = {}
    for row in rows:
        feedback = f"It reaches {_percent(row)}"
        if row is highest:
            feedback += f", the highest mean of these; the one without memory {_percent(memoryless)}."
        else:
            feedback += f"; {highest.label} reaches {_percent(highest)}."
            if not difference(highest, row).shown:
                feedback += " But between these two no difference is shown: your guess is as good."
        options[row.label] = feedback
    prompt = (
        "The same networks, but the answer is the mean over all 28 steps. Which of these six has the highest test "
        "accuracy, as the mean of its seeds?"
    )
    return ask_choice(key, prompt, options, highest.label)


def _patterns(key: str) -> PredictionQuestion:
    return ask_choice(
        key,
        "A PSN with T = 4 is given one number x four times over. Given any W and B: how many different spike trains "
        "of four steps can it answer with, at most, when x runs through all numbers?",
        {
            "2": "That holds for a neuron without memory, which does the same at each step. Here each step has a "
            "threshold for x of its own.",
            "4": "Nearly: four thresholds cut the line of numbers into five pieces.",
            "5": "Yes: H[t] is x times the sum of row t, so each step switches at one value of x. Four values cut "
            "the line into five pieces.",
            "16": "There are 16 trains of four steps, but x is one number. Each step switches at one value: four "
            "values, five pieces.",
        },
        "5",
    )


PREDICTIONS = {
    "without_memory": _without_memory,
    "tau": _tau,
    "reach": _reach,
    "mean": _mean,
    "patterns": _patterns,
}

# Open tasks, for pv.answer, by name.
# evidence: not a result: the settings of the tasks, invented numbers
OPEN = {
    "open": (
        "A paper reports 93.1 % for a new neuron and 92.8 % for LIF (τ = 2) on a task with 10 000 test images, "
        "read as a mean over T = 8 steps, best epoch, one run. Which three experiments would you ask for first?"
    ),
    "narrow": (
        "Where would the levels be worth something? Make the network narrow: train StaticClassifier(28, 28, 10, "
        "neuron=…, T=…, width=1) for four epochs, learning rate 0.03, five seeds: without memory at T = 1, LIF "
        "and PSN at T = 4, torch.nn.ReLU at T = 1. Before you look: which differences will you ask for?"
    ),
}
