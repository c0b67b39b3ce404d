"""What lesson 09 asks: recall questions on the lesson before, and predictions judged by the models of the package."""

from __future__ import annotations

import torch

from psn_viz.course.questions.ask import PredictionQuestion, ask_choice, ask_curve, ask_number
from psn_viz.labs import LABS
from psn_viz.labs.core.trained_models import data_of, intact, model_of, right, training_of
from psn_viz.learning import future_share, with_weight
from psn_viz.torch_state import spare_core

MODEL, MASKED = "rows-psn", "rows-masked-8"
KEPT = 4  # directions of what was learned

RECALL = [
    (
        "A network whose neurons have no memory is read as a mean over all steps, and answers well. What does that "
        "show?",
        [
            (
                False,
                "A neuron with k = 1 remembers after all",
                "It sees the present input alone. Nothing of an earlier step reaches its charge.",
                "masked_psn;lambda=1;k=1",
            ),
            (
                True,
                "The mean itself adds up what the steps say",
                "Yes: the readout remembers for them. Read at the last step, they know the last row only.",
            ),
            (
                False,
                "Memory is of no use on real data",
                "Only not for this task, read in this way. Read at the last step, the same task needs it.",
                "read_image",
            ),
        ],
    ),
    (
        "Sequences of different lengths are filled up at the end. Through which neuron can the filling change a "
        "spike before the end?",
        [
            (
                False,
                "An LIF",
                "It goes from step to step: no charge depends on an input that comes later.",
                "closed_form",
            ),
            (
                True,
                "A PSN",
                "Its W has weights above the diagonal, and they meet the filling. Zeros add nothing to H; "
                "anything else does.",
            ),
            (
                False,
                "A sliding PSN",
                "It sees the newest k inputs, the present one among them, and nothing that is still to come.",
                "sliding_psn;t=3",
            ),
        ],
    ),
    (
        "Two layers of sliding PSN with k = 8 or with k = 28, the last step is read. What differs between the two "
        "networks?",
        [
            (
                False,
                "Only the number of weights",
                "That differs, too. But k also says how far back a neuron sees.",
                "study;neurons=psn;axis=parameters;one=sliding-28;other=sliding-8",
            ),
            (
                False,
                "One has free weights for each step, the other shares them",
                "Both share one kernel over time. A masked PSN has weights of its own for each step.",
                "sliding_psn;t=3",
            ),
            (
                True,
                "The reach: 15 rows or all 28",
                "Yes: two layers see 2 · (k − 1) + 1 rows, at most 28. With k the number of weights grows as well.",
            ),
        ],
    ),
]


def _rows(key: str) -> PredictionQuestion:
    right = "Only the last row, t = 27"
    return ask_choice(
        key,
        f"The network {MODEL} gives its answer at the last step, from the spikes of its second layer. Which rows of "
        "the W in its second layer has training changed?",
        {
            "All 28 rows": "Row t makes S[t]. Of the spikes of the second layer only S[27] is read, so the loss says "
            "nothing to the other rows.",
            right: "Yes. G is 0 in every row that the loss does not look at, and the gradient of W is G Xᵀ.",
            "The lower rows more, the upper ones less": "No row of this layer hands anything on to a later one: "
            "there is no membrane from step to step. Only S[27] is read.",
        },
        right,
        reveal=LABS["microscope"](layer=2, show="change"),
    )


def _directions(key: str) -> PredictionQuestion:
    run, network = training_of(MODEL, 1), model_of(MODEL)
    start, moved = run.weight[0], run.moved[-1]
    with spare_core():
        U, S, V = torch.linalg.svd(moved)
        kept = start + (U[:, :KEPT] * S[:KEPT]) @ V[:KEPT]
        few, none = (100 * right(with_weight(network, 1, weight.float()), MODEL).mean() for weight in (kept, start))
        every = 100 * intact(MODEL).mean()
    prompt = (
        f"Layer 1 of {MODEL}: training has added a matrix to W. With all of it {every:.1f} % of the test images are "
        f"classified right, with none of it (W as it was before training) {none:.1f} %. Now keep only its {KEPT} "
        f"largest of {len(S)} directions. How many are right?"
    )
    return ask_number(key, prompt, truth=float(few), unit="%", tolerance=0.08)


def _share(key: str) -> PredictionQuestion:
    run, history = training_of(MASKED, 1), model_of(MASKED).history
    epochs = len(history.validation_accuracy)
    prompt = (
        f"{MASKED}, {epochs} epochs, λ = min(8e/{epochs - 1}, 1) in epoch e. Which share of ΣW² lies on the "
        f"future in layer 1, with the mask as it is, at {len(run.steps)} evenly spaced moments from before the first "
        f"step to after the last? It begins at {future_share(run.weight[0]):.2f}."
    )
    shares = [future_share(weight) for weight in run.weight]
    lab = LABS["microscope"](model=MASKED, moment=3)
    return ask_curve(key, prompt, shares, low=0.0, high=0.6, reveal=lab, axis="moment m")


CUTS = {
    "The future, i > t: {}": "future",
    "The past, i < t: {}": "past",
    "The present, i = t: {}": "band 0 0",
    "The three steps before, i = t − 1 to t − 3: {}": "band 1 3",
}


def _costliest_cut(key: str) -> PredictionQuestion:
    accuracy_of = {}
    for option, cut in CUTS.items():
        lab = LABS["ablation"]
        with spare_core():
            numbers = lab.compute(lab.state_from_code(f"ablation;cut={cut.replace(' ', '+')}"))
        accuracy_of[option.format(f"{numbers.removed} of {numbers.weights} weights")] = 100 * numbers.accuracy[0]
    costliest = min(accuracy_of, key=accuracy_of.get)
    before = 100 * intact(MODEL).mean()
    feedback_of = {
        option: f"With this wiped {accuracy:.1f} % are right"
        + (
            ", fewest of the four."
            if option == costliest
            else f"; the costliest wipe leaves {accuracy_of[costliest]:.1f} %."
        )
        for option, accuracy in accuracy_of.items()
    }
    prompt = (
        f"Layer 1 of {MODEL}, {before:.1f} % of {len(data_of(MODEL).test)} test images right. A part of W is wiped. "
        "Which wipe costs the most?"
    )
    return ask_choice(key, prompt, feedback_of, costliest, reveal=LABS["ablation"](cut="future"))


PREDICTIONS = {
    "rows": _rows,
    "directions": _directions,
    "share": _share,
    "wipe": _costliest_cut,
}

# Open tasks, for pv.answer, by name.
OPEN = {
    "open": (
        "Choose model = digits-psn in the lab ablation: handwritten digits, one of 64 pixels per step. Wipe "
        "squares in layer 1 until accuracy falls by ten points. Which digits suffer first, and can you say which "
        "pixels were taken from whom? Then say which of your findings a shuffle of the rows would change."
    ),
}
