"""What lesson 11 asks: recall questions on the lesson before, and predictions."""

from __future__ import annotations

import torch

from psn_viz.course.questions.ask import PredictionQuestion, ask_choice, ask_number
from psn_viz.labs import LABS
from psn_viz.learning.paired_difference import difference
from psn_viz.learning.study_results import load_study
from psn_viz.neurons.exact_reset import path_rounds, serial_run, successors

# evidence: 49.30 == paper('order sweep, sequential CIFAR100', 'masked PSN', 1); lambda_in(28, 256) < 1
RECALL = [
    (
        "The logs have 49.30 % for a masked PSN with k = 1 on sequential CIFAR100. Why is that no result of k = 1?",
        [
            (
                False,
                "It is the best of several runs",
                "It is one run. Look at λ in the epoch in which it was reached.",
                "results;epoch=28",
            ),
            (
                True,
                "The mask was still open",
                "Yes: λ was below 1, so the network still saw other steps, even later ones.",
            ),
            (
                False,
                "It was measured on the training pictures",
                "It is a test accuracy. Look at λ in the epoch in which it was reached.",
                "results;epoch=28",
            ),
        ],
    ),
    (
        "A table gives the accuracy of the best test epoch of one run. What has been done with the test set?",
        [
            (
                False,
                "Nothing: it was only used to measure",
                "The epoch was chosen by it. Compare best and last epoch.",
                "results;view=table;count=last",
            ),
            (
                True,
                "The epoch was chosen by it",
                "Yes. Without a validation set, the number is too good by an unknown amount.",
            ),
            (
                False,
                "The network was trained on it",
                "No weight has seen it. But the epoch was chosen by it: compare best and last.",
                "results;view=table;count=last",
            ),
        ],
    ),
    (
        "Sliding PSNs were trained with AdamW, masked PSNs with SGD. The sliding one is better. Because it shares "
        "its weights?",
        [
            (
                False,
                "Yes: nothing else differs between the two neurons",
                "The optimiser and its learning rate differ as well.",
                "results;view=order",
            ),
            (
                False,
                "No: sharing weights cannot help",
                "It may. This comparison cannot tell: the optimiser differs as well.",
                "results;view=order",
            ),
            (
                True,
                "That cannot be told from it",
                "Yes: neuron and optimiser changed together. Runs with the same optimiser would tell.",
            ),
        ],
    ),
]  # fmt: skip


def _forgets(key: str) -> PredictionQuestion:
    right = "None of them"
    return ask_choice(
        key,
        "A neuron with hard reset fires in step 3. Now you change X[1], and it still fires in step 3. Which of H[4], "
        "H[5], … change?",
        {
            "All of them, less and less: by β, β², …": "That is so without a reset. Here V[3] is set to 0, whatever "
            "it was before: what X[1] left is gone.",
            "Only H[4]": "H[4] = β·V[3] + X[4], and V[3] is 0 after the spike, with the old X[1] as with "
            "the new one.",
            right: "Yes. The spike sets V[3] to 0. Nothing of the steps before reaches H[4].",
        },
        right,
    )


def _rounds(key: str) -> PredictionQuestion:
    torch.manual_seed(0)
    x = 1 + 0.6 * torch.randn(1024, 1, dtype=torch.float64)
    spikes = int(serial_run(x, beta=0.9).s.sum())
    marked = [int(each.sum()) for each in path_rounds(successors(x, beta=0.9))]
    needed = marked.index(spikes) + 1
    prompt = (
        f"A neuron fires {spikes} times in 1024 steps. A loop follows the path from spike to spike, in {spikes} "
        "steps. After r rounds of doubling, the first 2^r − 1 spikes are marked. After how many rounds are all?"
    )
    return ask_number(key, prompt, truth=needed, unit="rounds", tolerance=0)


def _few(key: str) -> PredictionQuestion:
    lab = LABS["wavefront"]()
    n = lab.numbers
    share, rate = 100 * n.wrong[2] / n.s.size, 100 * n.rate
    few, some, many = "Fewer than 1 in 100", "About 5 in 100", "About 20 in 100"
    right = few if share < 1 else many if share > 12 else some
    truth = f"It is {share:.0f} of 100; only after {n.exact} rounds none is wrong."
    return ask_choice(
        key,
        f"Neurons with β = {n.beta:g} and soft reset fire in {rate:.0f} of 100 steps, T = {n.s.shape[0]}. After "
        "three rounds, how many entries of S are wrong? (A guess: only the first three steps are sure to be right.)",
        {
            few: f"{truth} A wrong spike moves the next one, and so on to the end.",
            some: f"{truth} A wrong spike moves the next one, and so on to the end.",
            many: f"Yes. {truth} That is more than there are spikes.",
        },
        right,
        reveal=lab,
    )


def _buys(key: str) -> PredictionQuestion:
    rows, mean = load_study("rows"), load_study("rows-mean")
    last = difference(rows.row("lif-none-2"), rows.row("lif-hard-2"))
    over_all = difference(mean.row("lif-none-2"), mean.row("lif-hard-2"))
    both, one, none = "In both", "At the last step only", "In neither"
    right = both if last.shown and over_all.shown else one if last.shown else none
    truth = f"At the last step {last.points:+.1f} points; as a mean {over_all.points:+.1f}, "
    truth = truth.replace("-", "−") + ("a difference." if over_all.shown else "no difference shown.")
    return ask_choice(
        key,
        "Rows of clothes, an LIF with τ = 2. The answer is read at the last step, or as a mean over all steps. Where "
        "is removing the hard reset worth something?",
        {
            both: f"{truth} The mean remembers in place of the neuron.",
            one: f"Yes. {truth} The mean remembers in place of the neuron.",
            none: f"{truth} The same leak, the same reach: only the reset differs.",
        },
        right,
    )


PREDICTIONS = {"forgets": _forgets, "rounds": _rounds, "few": _few, "buys": _buys}

# Open tasks, for pv.answer, by name.
OPEN = {
    "open": 'A paper says: "Our neuron keeps the reset and runs in parallel." Which questions do you ask?',
}
