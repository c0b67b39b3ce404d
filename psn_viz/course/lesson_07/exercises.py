"""Exercises of lesson 07: the order that a delay needs, the leak that leaves a share, and which run to report."""

from __future__ import annotations

import torch

from psn_viz.course.checking.exercise import Case, Exercise, Wrong, normal


def _delays(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


def smallest_order(D, L):
    """The smallest k with L·(k − 1) ≥ D."""
    return torch.ceil(D / L) + 1


def _order_cases() -> list[Case]:
    return [
        Case("a delay of one time-step", (_delays(1), 1)),
        Case("one layer", (_delays(1, 4, 32), 1)),
        Case("two layers", (_delays(1, 2, 3, 16, 17), 2)),
        Case("three layers, delays that divide and that do not", (_delays(6, 7, 8, 9), 3)),
        Case("more layers than steps", (_delays(1, 2), 5)),
        Case("one long delay", (_delays(1000), 6)),
    ]


ORDER = Exercise(
    key="07/order",
    title="The order that a delay needs",
    task="Complete the one line: the smallest k with which L sliding layers can recall over each delay of D [J].",
    difficulty="easy",
    minutes=5,
    arguments=("D", "L"),
    result="k",
    axes=("j",),
    answer=smallest_order,
    cases=_order_cases,
    wrong=(
        Wrong("one layer only", lambda D, L: D + 1,
              "This is the order that a single layer needs. L layers share the way: each reaches k − 1 steps back."),
        Wrong("the reach of a layer taken for k", lambda D, L: torch.ceil(D / L),
              "A layer of order k reaches k − 1 steps back, since the present step is one of its k inputs."),
        Wrong("rounded down", lambda D, L: torch.floor(D / L) + 1,
              "Rounded down, the reach L·(k − 1) falls short of D where L does not divide it."),
        Wrong("not rounded", lambda D, L: D / L + 1,
              "k is a whole number: round up where L does not divide D."),
        Wrong("k to the power L", lambda D, L: torch.ceil(D ** (1 / L)) + 1,
              "The reach is not multiplied by a further layer, it grows by k − 1."),
        Wrong("always one more", lambda D, L: torch.floor(D / L) + 2,
              "One too many where L divides D: the smallest k is wanted."),
        Wrong("a further layer adds one step", lambda D, L: (D - L + 2).clamp(min=1),
              "A further layer adds k − 1 steps to the reach, not one."),
        Wrong("D times L", lambda D, L: D * L + 1,
              "More layers need a smaller k, not a larger one."),
    ),
    hint="L layers reach L·(k − 1) steps back, and that must be at least D.",
)  # fmt: skip


def smallest_tau(D, share):
    """The τ with (1 − 1/τ)^D = share."""
    return 1 / (1 - share ** (1 / D))


def _tau_cases() -> list[Case]:
    return [
        Case("half of it after one time-step", (_delays(1), 0.5)),
        Case("a quarter of it after two", (_delays(2), 0.25)),
        Case("half of it", (_delays(1, 4, 32), 0.5)),
        Case("a hundredth of it", (_delays(2, 8, 16, 64), 0.01)),
        Case("nearly all of it", (_delays(3, 5), 0.9)),
        Case("a very long delay", (_delays(1000), 0.1)),
    ]


TAU = Exercise(
    key="07/tau",
    title="The leak that leaves a share",
    task="Write the smallest τ with which an LIF, without a spike, still holds `share` of the cue after D [J] steps.",
    difficulty="medium",
    minutes=10,
    arguments=("D", "share"),
    result="tau",
    axes=("j",),
    answer=smallest_tau,
    cases=_tau_cases,
    wrong=(
        Wrong("continuous time", lambda D, share: -D / torch.log(torch.tensor(share, dtype=D.dtype)),
              "exp(−D/τ) is the leak in continuous time. In steps the share is (1 − 1/τ) raised to D."),
        Wrong("a power for a root", lambda D, share: 1 / (1 - share**D),
              "`share` is what D steps leave together. What one step leaves is its D-th root, share^(1/D)."),
        Wrong("β returned", lambda D, share: share ** (1 / D),
              "This is β, what one step leaves. Solve β = 1 − 1/τ for τ."),
        Wrong("1/β", lambda D, share: 1 / share ** (1 / D),
              "1/τ is what a step loses, 1 − β, and not what it leaves."),
        Wrong("one step too many", lambda D, share: 1 / (1 - share ** (1 / (D + 1))),
              "This leaks D + 1 times. The cue comes in whole at step 0 and leaks at each of the D steps after it."),
        Wrong("one step too few", lambda D, share: 1 / (1 - share ** (1 / (D - 1).clamp(min=1))),
              "This leaks D − 1 times. From step 0 to step D there are D leaks."),
        Wrong("rounded up", lambda D, share: torch.ceil(smallest_tau(D, share)),
              "Right, but rounded up: τ may be any number from 1 on."),
        Wrong("the share that is lost", lambda D, share: smallest_tau(D, 1 - share),
              "This leaves 1 − share. `share` is what is to be left."),
        Wrong("a straight line", lambda D, share: D / (1 - share),
              "As if every step took the same amount. Every step takes the same share of what is left."),
    ),
    hint="After D steps (1 − 1/τ)^D is left. Set that equal to `share` and solve for τ.",
)  # fmt: skip


def _report(choose, numbers=lambda validation, test: test):
    """The row of `numbers` that `choose` names."""
    return lambda validation, test: numbers(validation, test)[choose(validation, test)]


def _by_mean(validation, test):
    return validation.mean(1).argmax()


to_report = _report(_by_mean)


def _last_of_the_best(validation, test):
    return (validation.mean(1) == validation.mean(1).max()).nonzero()[-1, 0]


def _report_cases() -> list[Case]:
    def table(*rows):
        return torch.tensor(rows, dtype=torch.float64)

    return [
        Case("another rate is best on the test set",
             (table([60, 62, 61], [70, 80, 75], [90, 50, 40]), table([85, 90, 95], [71, 72, 73], [40, 90, 99]))),
        Case("one seed of one neuron", (table([25], [75]), table([26], [70]))),
        Case("one rate", (table([30, 40]), table([35, 38]))),
        Case("rates that are equal: the first",
             (table([50, 70], [60, 60], [55, 65]), table([40, 80], [90, 95], [10, 15]))),
        Case("the best comes last", (table([20, 30], [40, 35], [80, 90]), table([25, 20], [91, 89], [70, 60]))),
        Case("random", (normal(5, 4, seed=1, mean=60.0, scale=12.0), normal(5, 4, seed=2, mean=60.0, scale=12.0))),
        Case("random float64", (normal(4, 3, seed=3, mean=60.0, scale=12.0, dtype=torch.float64),
                                normal(4, 3, seed=4, mean=60.0, scale=12.0, dtype=torch.float64))),
    ]  # fmt: skip


REPORT = Exercise(
    key="07/report",
    title="The runs to report",
    task="From validation and test accuracy [rates, seeds] return the test accuracies [seeds] that may be reported.",
    difficulty="easy",
    minutes=10,
    arguments=("validation", "test"),
    result="reported",
    axes=("s",),
    answer=to_report,
    cases=_report_cases,
    wrong=(
        Wrong("chosen on the test set", _report(lambda validation, test: test.mean(1).argmax()),
              "The rate is chosen by its test accuracy here. Then the test set has been looked at for choosing."),
        Wrong("the best of each seed on the test set", lambda validation, test: test.max(0).values,
              "These are the luckiest test results of each seed. Choose the rate on the validation set."),
        Wrong("validation reported", _report(_by_mean, lambda validation, test: validation),
              "The rate is right, but these are its validation accuracies. They were used to choose; report test."),
        Wrong("a rate for each seed",
              lambda validation, test: test.gather(0, validation.argmax(0, keepdim=True))[0],
              "Each seed has a rate of its own here. One rate for all is wanted, by the mean over the seeds."),
        Wrong("the best single run",
              _report(lambda validation, test: validation.max(1).values.argmax()),
              "This rate has the best single run. The mean over the seeds is to decide."),
        Wrong("the rate without a bad seed",
              _report(lambda validation, test: validation.min(1).values.argmax()),
              "This rate has the best worst seed. The mean over the seeds is to decide."),
        Wrong("the smallest", _report(lambda validation, test: validation.mean(1).argmin()),
              "This is the rate with the smallest validation accuracy."),
        Wrong("the first rate", _report(lambda validation, test: 0),
              "This is always the first rate. Choose the one with the largest mean validation accuracy."),
        Wrong("the last of equal ones", _report(_last_of_the_best),
              "Where two rates are equal, the first is wanted."),
    ),
    hint="Average validation over the seeds (dimension 1), take the best rate, and return that row of test.",
)  # fmt: skip

EXERCISES = (ORDER, TAU, REPORT)
