"""What lesson 10 asks: recall questions on the lesson before, and predictions judged by what the logs report."""

from __future__ import annotations

from psn_viz.course.questions.ask import PredictionQuestion, ask_choice, ask_number
from psn_viz.labs import LABS
from psn_viz.learning.reported_results import reported, reported_curve, reported_results

AGAIN = "another run with the same arguments"

RECALL = [
    (
        "W of a layer is replaced by a simpler matrix, and most answers of the network become wrong. What does that "
        "show?",
        [
            (
                False,
                "The task needs this W",
                "The layers above were trained for its spikes. Trained again, most of the accuracy came back.",
                "ablation;cut=Toeplitz",
            ),
            (
                True,
                "This network, as it is trained, uses it",
                "Yes. What a kind of neuron can do is shown by networks trained from the start that differ in one "
                "thing.",
            ),
            (
                False,
                "A simpler matrix cannot be learned in its place",
                "That would be a training from the start. An ablation is none.",
                "ablation;cut=LIF",
            ),
        ],
    ),
    (
        "λ = 0.9 in a masked PSN of order k = 1. Which inputs can change S[5]?",
        [
            (
                False,
                "X[5] alone",
                "That is so with λ = 1. Until then all other weights are there, a tenth as large.",
                "masked_psn;lambda=0.9;k=1",
            ),
            (False, "X[0] to X[5]", "λ weakens past and future alike.", "masked_psn;lambda=0.9;k=1"),
            (True, "All of them", "Yes: an accuracy from that time is not one of a network with k = 1."),
        ],
    ),
    (
        "Two networks have weights that are alike, with a cosine of 0.5. What is to be asked first?",
        [
            (
                True,
                "Which cosine two unrelated matrices have that are as smooth",
                "Yes: a likeness counts beside a control, which shares only what is not in question.",
            ),
            (
                False,
                "Whether 0.5 is closer to 1 or to 0",
                "Smooth random matrices reach such a value, too.",
                "microscope;show=change",
            ),
            (
                False,
                "Whether both were trained for long enough",
                "Even then a shared smoothness could be all of it.",
                "microscope;show=change",
            ),
        ],
    ),
]


def _twins(key: str) -> PredictionQuestion:
    # evidence: not a result: a question
    one, other = reported("sequential CIFAR10", "LIF").best, reported("sequential CIFAR10", "LIF", note=AGAIN).best
    prompt = (
        "Two logs of LIF on sequential CIFAR10 have the same arguments: network, data, 256 epochs. How many points "
        "are their best test accuracies apart? (A guess: nothing so far decides it.)"
    )
    lab = LABS["results"](view="table", data="CIFAR10")
    return ask_number(key, prompt, truth=abs(one - other), unit="points", tolerance=0.3, reveal=lab)


def _shut(key: str) -> PredictionQuestion:
    # evidence: 3 == 100 * (1 - lambda_in(31, 256)); lambda_in(32, 256) == 1
    curve = reported_curve("sequential CIFAR100", "masked PSN", 32).accuracy
    before, after = curve[31], curve[32]
    right = "It falls at once, and climbs again"
    return ask_choice(
        key,
        "Masked PSN with k = 32 = T: the mask takes the future alone, λ is 0.97 in epoch 31 and 1 in epoch 32. What "
        "does the test accuracy do there?",
        {
            "Nothing: weights at 3 % of their size cannot matter": "Every weight on the future is weakened "
            f"to 3 %, and goes to 0: {before:.2f} % before, {after:.2f} % after.",
            right: f"Yes: from {before:.2f} to {after:.2f} %. Until then the network had used the future.",
            "It rises: now the network is what it will be": f"From {before:.2f} to {after:.2f} %. It has to learn "
            "again what it had from later inputs.",
        },
        right,
        reveal=LABS["results"](k=32),
    )


def _first(key: str) -> PredictionQuestion:
    curves = [run for run in reported_results().curves if run.table == "sequential CIFAR10"]
    after = {run.neuron: run.accuracy[0] for run in curves if run.note is None}
    right = "GLIF"
    return ask_choice(
        key,
        "Sequential CIFAR10. In the end the PSN is first. Which of these is first after one epoch? "
        "(A guess: nothing so far decides it.)",
        {
            "PSN": f"It has {after['PSN']:.1f} % then, little more than chance.",
            "sliding PSN": f"It has {after['sliding PSN']:.1f} % then.",
            "LIF": f"It has {after['LIF']:.1f} % then, more than the PSN family; GLIF has {after['GLIF']:.1f}.",
            right: f"Yes, {after['GLIF']:.1f} %; LIF {after['LIF']:.1f}, sliding {after['sliding PSN']:.1f}, PSN "
            f"{after['PSN']:.1f}, masked {after['masked PSN']:.1f}.",
        },
        right,
        reveal=LABS["results"](view="curves", data="CIFAR10"),
    )


def _seconds(key: str) -> PredictionQuestion:
    runs = [run for run in reported_results().epoch_seconds if run.table == "sequential CIFAR10"]
    one, other = (run.median for run in runs if run.neuron == "LIF")
    prompt = (
        f"An LIF in a fused loop takes {one:.1f} s an epoch. Its repeat has the same arguments and code, and another "
        "host. How many seconds does it take? (A guess: nothing so far decides it.)"
    )
    lab = LABS["results"](view="seconds", data="CIFAR10")
    return ask_number(key, prompt, truth=other, unit="s", tolerance=0.25, reveal=lab)


def _energy(key: str) -> PredictionQuestion:
    # evidence: operations('rows-psn').in_neurons > 1.4 * operations('rows-psn').between
    network = next(one for one in reported_results().energies if one.in_neurons is not None)
    right = "more than nine tenths"
    truth = f"By its estimate {network.in_neurons:.2f} of {network.total:.2f} µJ."
    return ask_choice(
        key,
        "A later paper, on a neuron without multiplications, estimates the energy of a network whose neurons "
        f"multiply, for one image of CIFAR100: {network.total:.0f} µJ. Which part of it is spent inside the neurons? "
        "(In our count above the neurons of the PSN network make six operations of ten, and a multiply-add costs "
        "more than an accumulate.)",
        {
            "a tenth": f"{truth} Between the layers a spike only adds; the multiplications are in the neurons.",
            "a half": f"{truth} Multiply-adds, as in these neurons, cost more than accumulates.",
            right: f"Yes. {truth}",
        },
        right,
    )


PREDICTIONS = {
    "twins": _twins,
    "shut": _shut,
    "first": _first,
    "seconds": _seconds,
    "energy": _energy,
}

# Open tasks, for pv.answer, by name.
OPEN = {
    "open": (
        "Choose one line of the table What stands. Which runs would settle it, with which seeds, chosen on what? "
        "Which result would make you change your mind?"
    ),
}
