"""Exercises of lesson 10: the epoch that validation chooses, the spread from repeats, the best with the mask shut."""

from __future__ import annotations

import torch

from psn_viz.course.checking.exercise import Case, Exercise, Wrong, normal


def _accuracies(*shape: int, seed: int, dtype=torch.float32) -> torch.Tensor:
    """Accuracies in percent, made up."""
    return 60 + 3 * normal(*shape, seed=seed, dtype=dtype)


def by_validation(validation, test):
    """Test accuracy at the first best epoch of validation."""
    return test.gather(1, validation.argmax(1, keepdim=True))[:, 0]


def _last_best(validation, test):
    epoch = validation.shape[1] - 1 - validation.flip(1).argmax(1, keepdim=True)
    return test.gather(1, epoch)[:, 0]


def _validation_cases() -> list[Case]:
    runs, epochs = 4, 9
    tied = torch.tensor([[50.0, 61.0, 61.0], [40.0, 40.0, 40.0]])
    return [
        Case("random", (_accuracies(runs, epochs, seed=1), _accuracies(runs, epochs, seed=2))),
        Case("random float64", (
            _accuracies(3, 20, seed=3, dtype=torch.float64), _accuracies(3, 20, seed=4, dtype=torch.float64))),
        Case("one run", (_accuracies(1, 7, seed=5), _accuracies(1, 7, seed=6))),
        Case("one epoch", (_accuracies(5, 1, seed=7), _accuracies(5, 1, seed=8))),
        Case("two best epochs", (tied, torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))),
        Case("validation falls, test rises", (
            torch.tensor([[3.0, 2.0, 1.0]]), torch.tensor([[10.0, 20.0, 30.0]]))),
    ]  # fmt: skip


BY_VALIDATION = Exercise(
    key="10/by_validation",
    title="The epoch that validation chooses",
    task="Complete the one line: the test accuracy [runs] at the first epoch with the best validation accuracy, from "
    "validation and test [runs, epochs].",
    difficulty="easy",
    minutes=5,
    arguments=("validation", "test"),
    result="chosen",
    axes=("run",),
    answer=by_validation,
    cases=_validation_cases,
    wrong=(
        Wrong("the best test epoch", lambda validation, test: test.max(1).values,
              "This is the best test epoch: the test set has chosen its own number."),
        Wrong("the last epoch", lambda validation, test: test[:, -1],
              "This is the last epoch. It is honest, too, but not what validation chooses."),
        Wrong("validation reported", lambda validation, test: validation.max(1).values,
              "This is the validation accuracy. It chose the epoch, so it is too high to report."),
        Wrong("one epoch for all runs", lambda validation, test: test[:, validation.mean(0).argmax()],
              "This takes one epoch for all runs. Each run has its own."),
        Wrong("the last of several", _last_best,
              "Where several epochs are best, this takes the last of them. argmax takes the first."),
        Wrong("the worst", lambda validation, test: test.gather(1, validation.argmin(1, keepdim=True))[:, 0],
              "This is the epoch with the worst validation accuracy."),
        Wrong("chosen by test", lambda validation, test: validation.gather(1, test.argmax(1, keepdim=True))[:, 0],
              "The two have changed places: the test set chooses, and validation is reported."),
        Wrong("the mean", lambda validation, test: test.mean(1),
              "This is the mean over the epochs. One epoch is to be chosen."),
        Wrong("the best of all", lambda validation, test: by_validation(validation, test).max().expand(len(test)),
              "This takes one run for all. Each run has its own accuracy."),
    ),
    hint="test.gather(1, epoch) with epoch [runs, 1] takes one entry of each row; the result is [runs, 1].",
)  # fmt: skip


def spread_of_repeats(accuracy):
    """√(Σd² / 2n) over the differences d of n pairs, for each kind of neuron."""
    d = accuracy[:, :, 0] - accuracy[:, :, 1]
    return (d.square().sum(1) / (2 * d.shape[1])).sqrt()


def _distance(accuracy):
    return accuracy[:, :, 0] - accuracy[:, :, 1]


def _repeat_cases() -> list[Case]:
    centres = torch.tensor([[20.0], [50.0], [90.0], [10.0]])
    rising = torch.tensor([[[50.0, 51.0], [60.0, 61.0], [70.0, 71.0]]])
    return [
        Case("random", (_accuracies(3, 6, 2, seed=11),)),
        Case("random float64", (_accuracies(2, 9, 2, seed=12, dtype=torch.float64),)),
        Case("settings far apart", (centres + normal(2, 4, 2, seed=13),)),
        Case("one kind of neuron", (_accuracies(1, 5, 2, seed=14),)),
        Case("one setting", (torch.tensor([[[49.0, 52.0]], [[50.0, 50.5]]]),)),
        Case("no difference", (torch.tensor([[[50.0, 50.0], [60.0, 60.0]]]),)),
        Case("the second one always higher", (rising,)),
    ]


REPEATS = Exercise(
    key="10/repeats",
    title="The spread of a single run, from repeats",
    task="Return for each kind of neuron the estimated spread [kinds] of a single run, the root of Σd²/2n, from the "
    "accuracies [kinds, n, 2] of n settings that were run twice.",
    difficulty="medium",
    minutes=10,
    arguments=("accuracy",),
    result="spread",
    axes=("kind",),
    answer=spread_of_repeats,
    cases=_repeat_cases,
    wrong=(
        Wrong("of the differences", lambda a: _distance(a).square().mean(1).sqrt(),
              "This is the spread of a difference. That of a single run is smaller by √2."),
        Wrong("of all accuracies", lambda a: a.flatten(1).std(1),
              "This spreads over all accuracies, the settings included. Only repeats tell luck."),
        Wrong("the largest difference", lambda a: _distance(a).abs().max(1).values,
              "This is the largest difference. All of them are to be used."),
        Wrong("the mean difference", lambda a: _distance(a).abs().mean(1),
              "This is the mean distance of two runs. Squares are asked for, and half of their mean."),
        Wrong("signed", lambda a: _distance(a).mean(1).abs() / 2**0.5,
              "With their signs the differences cancel. Square them first."),
        Wrong("no root", lambda a: _distance(a).square().sum(1) / (2 * a.shape[1]),
              "This is the variance. The spread is its root."),
        Wrong("n − 1", lambda a: (_distance(a).square().sum(1) / (2 * max(1, a.shape[1] - 1))).sqrt(),
              "Each pair gives one difference of its own, and no mean was taken from them: divide by 2n."),
        Wrong("about their mean", lambda a: _distance(a).std(1, correction=0) / 2**0.5,
              "The mean of the differences has been taken away. It is luck, too: which run came first says nothing."),
        Wrong("not divided", lambda a: _distance(a).square().sum(1).sqrt(),
              "The sum of squares is not divided by 2n."),
        Wrong("by 4n", lambda a: (_distance(a).square().sum(1) / (4 * a.shape[1])).sqrt(),
              "This divides by 4n. There are n differences, each with twice the variance of one run."),
        Wrong("all kinds at once", lambda a: (_distance(a).square().mean() / 2).sqrt().expand(len(a)),
              "This is one spread for all kinds of neurons. Each kind has its own."),
    ),
    hint="d = accuracy[:, :, 0] - accuracy[:, :, 1]; the variance of d is twice that of one run.",
)  # fmt: skip


def best_when_shut(accuracy, lambda_):
    """The best accuracy of the epochs with λ = 1."""
    return accuracy[:, lambda_ == 1].max(1).values


def _schedule(epochs: int, speed: float = 4.0) -> torch.Tensor:
    return (torch.arange(float(epochs)) * speed / max(1, epochs - 1)).clamp(max=1)


def _shut_cases() -> list[Case]:
    falls = torch.tensor([[1.0, 30.0, 49.3, 24.9, 40.0, 47.3, 46.8]])
    return [
        Case("random", (_accuracies(3, 12, seed=21), _schedule(12))),
        Case("random float64", (_accuracies(4, 17, seed=22, dtype=torch.float64), _schedule(17).double())),
        Case("best with the mask open", (falls, torch.tensor([0.0, 0.4, 0.9, 1.0, 1.0, 1.0, 1.0]))),
        Case("shut throughout", (_accuracies(2, 5, seed=23), torch.ones(5))),
        Case("shut in the last epoch alone", (_accuracies(2, 5, seed=24), torch.tensor([0.0, 0.3, 0.5, 0.9, 1.0]))),
        Case("one epoch", (_accuracies(3, 1, seed=25), torch.ones(1))),
        Case("points above chance, all below 0", (torch.tensor([[-1.0, -3.0, -2.0]]), torch.tensor([0.5, 1.0, 1.0]))),
    ]


SHUT = Exercise(
    key="10/shut",
    title="The best with the mask shut",
    task="Return for each run the best accuracy [runs] of the epochs with λ = 1, from accuracy [runs, epochs] and "
    "lambda_ [epochs].",
    difficulty="medium",
    minutes=10,
    arguments=("accuracy", "lambda_"),
    result="best",
    axes=("run",),
    answer=best_when_shut,
    cases=_shut_cases,
    wrong=(
        Wrong("of all epochs", lambda accuracy, lambda_: accuracy.max(1).values,
              "This is the best of all epochs, those with λ < 1 included: that network saw everything."),
        Wrong("the last epoch", lambda accuracy, lambda_: accuracy[:, -1],
              "This is the last epoch. The best of those with λ = 1 is asked for."),
        Wrong("the first epoch with λ = 1", lambda accuracy, lambda_: accuracy[:, int((lambda_ == 1).nonzero()[0])],
              "This is the first epoch with the mask shut. The network has yet to learn to do without."),
        Wrong("λ > 0.8", lambda accuracy, lambda_: accuracy[:, lambda_ > 0.8].max(1).values,
              "λ has to be 1. With λ = 0.9 a tenth of every weight is still there."),
        Wrong("λ < 1", lambda accuracy, lambda_: accuracy[:, lambda_ <= lambda_.min()].max(1).values,
              "These are epochs with the mask open."),
        Wrong("weighted by λ", lambda accuracy, lambda_: (accuracy * lambda_).max(1).values,
              "This multiplies accuracies by λ. Leave the epochs with λ < 1 out."),
        Wrong("zero outside", lambda accuracy, lambda_: (accuracy * (lambda_ == 1)).max(1).values,
              "This sets the others to 0, and 0 is the largest where all that count are below it. Leave them out."),
        Wrong("the mean", lambda accuracy, lambda_: accuracy[:, lambda_ == 1].mean(1),
              "This is the mean of those epochs. The best is asked for."),
        Wrong("the epoch", lambda accuracy, lambda_: accuracy[:, lambda_ == 1].argmax(1).to(accuracy),
              "This is the number of the epoch, among those with λ = 1. Its accuracy is asked for."),
        Wrong("one number", lambda accuracy, lambda_: accuracy[:, lambda_ == 1].max().expand(len(accuracy)),
              "This is the best over all runs. Each run has its own."),
    ),
    hint="accuracy[:, lambda_ == 1] keeps the epochs with the mask shut.",
)  # fmt: skip

EXERCISES = (BY_VALIDATION, REPEATS, SHUT)
