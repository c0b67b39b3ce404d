"""Exercises of lesson 08: mean and spread over seeds, the best of a sweep, a mean over each sample's own steps."""

from __future__ import annotations

import torch

from psn_viz.course.checking.exercise import Case, Exercise, Wrong, normal


def _table(*rows, dtype=torch.float64) -> torch.Tensor:
    return torch.tensor(rows, dtype=dtype)


def _beside(mean, spread):
    return lambda accuracy: torch.stack((mean(accuracy), spread(accuracy)), 1)


def _mean(accuracy):
    return accuracy.mean(1)


def _spread(accuracy):
    return accuracy.std(1)


def _largest_gap(accuracy):
    return accuracy.max(1).values - accuracy.min(1).values


mean_and_spread = _beside(_mean, _spread)


def _spread_cases() -> list[Case]:
    return [
        Case("two neurons, three seeds", (_table([80, 82, 87], [50, 50, 56]),)),
        Case("two seeds", (_table([60, 64], [30, 31], [70, 70]),)),
        Case("one neuron", (_table([10, 20, 60, 90]),)),
        Case("seeds that agree", (_table([25, 25, 25], [40, 40, 40]),)),
        Case("as many neurons as seeds", (_table([1, 2, 4], [10, 30, 20], [7, 9, 5]),)),
        Case("random, float32", (normal(4, 5, seed=1, mean=70.0, scale=6.0),)),
        Case("random", (normal(3, 8, seed=2, mean=0.7, scale=0.05, dtype=torch.float64),)),
    ]


SPREAD = Exercise(
    key="08/spread",
    title="Mean and spread",
    task="Complete the one line: the standard deviation over the seeds, with n − 1.",
    difficulty="easy",
    minutes=5,
    arguments=("accuracy",),
    result="mean and spread",
    axes=("n", "j"),
    answer=mean_and_spread,
    cases=_spread_cases,
    wrong=(
        Wrong("divided by n", _beside(_mean, lambda a: a.std(1, correction=0)),
              "The squares are divided by n here. The mean was taken from the same n numbers, so n − 1 are left."),
        Wrong("over the neurons", lambda a: torch.stack((a.mean(0), a.std(0)), 1),
              "This goes over the neurons, dimension 0. The seeds are dimension 1."),
        Wrong("the variance", _beside(_mean, lambda a: a.var(1)),
              "This is the variance, in squared points. Its square root is the standard deviation."),
        Wrong("the error of the mean", _beside(_mean, lambda a: a.std(1) / a.shape[1] ** 0.5),
              "Divided by √n it says how well the *mean* is known. How far single runs scatter is wanted."),
        Wrong("from the worst to the best", _beside(_mean, _largest_gap),
              "The distance from the worst to the best seed grows with the number of seeds. Take the deviation."),
        Wrong("half the range", _beside(_mean, lambda a: _largest_gap(a) / 2),
              "Half the way from the worst to the best seed is not the standard deviation."),
        Wrong("mean absolute deviation", _beside(_mean, lambda a: (a - a.mean(1, keepdim=True)).abs().mean(1)),
              "The distances from the mean are to be squared before they are averaged."),
        Wrong("the best seed", _beside(lambda a: a.max(1).values, _spread),
              "The best seed stands where the mean belongs. It is the luckiest of the runs."),
        Wrong("the median", _beside(lambda a: a.median(1).values, _spread),
              "This is the median. The mean is wanted."),
        Wrong("the other way round", _beside(_spread, _mean),
              "The mean comes first, then the spread."),
        Wrong("no root, divided by n", _beside(_mean, lambda a: a.var(1, correction=0)),
              "Two things: divide by n − 1, and take the square root."),
    ),
    hint="Mean over dimension 1; then the square root of the squared distances from it, divided by n − 1.",
)  # fmt: skip


def _chosen(rate_by, tau_by, report):
    """The seeds of `report` at the τ and the rate that the two choices name, by means over the seeds."""

    def run(validation, test):
        mean = {"validation": validation.mean(2), "test": test.mean(2)}  # [τ, rates]
        rate = mean[rate_by].argmax(1)  # [τ]
        tau = mean[tau_by].gather(1, rate[:, None])[:, 0].argmax()
        return {"validation": validation, "test": test}[report][tau, rate[tau]]

    return run


of_the_sweep = _chosen("validation", "validation", "test")


def _one_rate_for_each_seed(validation, test):
    rate = validation.argmax(1, keepdim=True)  # [τ, 1, seeds]
    tau = validation.gather(1, rate)[:, 0].mean(1).argmax()
    return test.gather(1, rate)[tau, 0]


def _tau_of_each_seed(validation, test):
    flat = validation.flatten(0, 1).argmax(0, keepdim=True)
    return test.flatten(0, 1).gather(0, flat)[0]


def _luckiest(validation, test):
    return test.flatten(0, 1).max(0).values


def _best_run(validation, test):
    tau = validation.amax((1, 2)).argmax()
    return test[tau, validation[tau].mean(1).argmax()]


def _over_all_rates(validation, test):
    tau = validation.mean((1, 2)).argmax()
    return test[tau, validation[tau].mean(1).argmax()]


def _best_of_the_tau(validation, test):
    tau = validation.mean(2).amax(1).argmax()
    return test[tau, test[tau].mean(1).argmax()]


def _mean_of_rates(validation, test):
    return test.mean(1)[validation.mean(2).amax(1).argmax()]


def _sweep_cases() -> list[Case]:
    return [
        Case("another τ is best on the test set",
             (_table([[50, 60], [70, 65]], [[80, 62], [75, 78]], [[60, 66], [55, 61]]),
              _table([[51, 63], [69, 64]], [[74, 60], [71, 72]], [[80, 90], [91, 92]]))),
        Case("each seed has a rate of its own",
             (_table([[90, 40, 85], [60, 88, 20]], [[70, 71, 72], [73, 70, 75]]),
              _table([[81, 30, 79], [50, 82, 99]], [[95, 60, 65], [66, 97, 70]]))),
        Case("one seed of one neuron, one rate", (_table([[40]]), _table([[38]]))),
        Case("one rate", (_table([[60, 62]], [[70, 59]]), _table([[58, 61]], [[66, 60]]))),
        Case("a τ with one lucky run",
             (_table([[60, 61, 59]], [[99, 20, 21]]), _table([[62, 60, 58]], [[95, 25, 24]]))),
        Case("a τ with one rate that fails",
             (_table([[80, 82], [10, 10]], [[60, 61], [62, 60]]), _table([[79, 80], [11, 9]], [[85, 64], [63, 65]]))),
        Case("random", (normal(5, 4, 3, seed=1, mean=60.0, scale=12.0),
                        normal(5, 4, 3, seed=2, mean=60.0, scale=12.0))),
        Case("random float64", (normal(3, 6, 5, seed=3, mean=60.0, scale=9.0, dtype=torch.float64),
                                normal(3, 6, 5, seed=4, mean=60.0, scale=9.0, dtype=torch.float64))),
    ]  # fmt: skip


SWEEP = Exercise(
    key="08/sweep",
    title="The best of a sweep",
    task="From validation and test accuracy [τ, rates, seeds] return the test accuracies [seeds] of the best τ.",
    difficulty="medium",
    minutes=15,
    arguments=("validation", "test"),
    result="reported",
    axes=("s",),
    answer=of_the_sweep,
    cases=_sweep_cases,
    wrong=(
        Wrong("both chosen on the test set", _chosen("test", "test", "test"),
              "Rates and τ are chosen by their test accuracy here. The test set is for the report alone."),
        Wrong("τ chosen on the test set", _chosen("validation", "test", "test"),
              "The rates are chosen well, but τ by its test accuracy: that is choosing, too, and flatters the LIF."),
        Wrong("rates chosen on the test set", _chosen("test", "validation", "test"),
              "The rate is chosen by its test accuracy here. Choose by validation."),
        Wrong("τ by validation, then the best on the test set", _best_of_the_tau,
              "τ is chosen well, but then the best *test* accuracy over the rates is taken."),
        Wrong("validation reported", _chosen("validation", "validation", "validation"),
              "Right τ and rates, but these are their validation accuracies, which were used to choose."),
        Wrong("a rate for each seed", _one_rate_for_each_seed,
              "Each seed has a rate of its own here, which follows its luck. One for all is wanted, by the mean."),
        Wrong("a τ for each seed", _tau_of_each_seed,
              "Each seed has a τ of its own here. One τ for all is wanted, by the mean over the seeds."),
        Wrong("the luckiest", _luckiest,
              "These are the best test accuracies of all runs. Nothing but validation may choose."),
        Wrong("the τ of the best single run", _best_run,
              "This τ has the best single run. The mean over the seeds is to decide."),
        Wrong("τ by the mean over all rates", _over_all_rates,
              "τ is chosen by the mean over *all* rates, bad ones too. First choose the rate of each τ."),
        Wrong("mean over the rates", _mean_of_rates,
              "The test accuracies are averaged over the rates. Take that of the chosen rate."),
    ),
    hint="Mean over the seeds first, [τ, rates]; for each τ the rate with the best mean; then the τ with the best.",
)  # fmt: skip


def _over(valid, divisor=lambda x, length: length):
    """The sum of the steps where `valid(t, length)` holds, divided."""

    def run(x, length):
        step = torch.arange(len(x))[:, None]
        kept = torch.where(valid(step, length), x, 0.0).to(x)
        return kept.sum(0) / torch.as_tensor(divisor(x, length)).to(x)

    return run


own_mean = _over(lambda t, length: t < length)


def _multiplied(x, length):
    valid = torch.arange(len(x))[:, None] < length
    return (x * valid).sum(0) / length


def _nonzero(x, length):
    return x.sum(0) / (x != 0).sum(0)


def _own_cases() -> list[Case]:
    def lengths(*values: int) -> torch.Tensor:
        return torch.tensor(values)

    open_end = _table([1, 2, 3], [3, 0, 5], [9, 4, 1], [9, 9, 1])
    infinite = torch.tensor([[1.0, 2.0], [3.0, float("inf")], [float("inf"), float("inf")]], dtype=torch.float64)
    return [
        Case("something in the filling", (open_end, lengths(2, 3, 4))),
        Case("zeros in the filling", (_table([2, 4], [0, 6], [0, 0]), lengths(2, 2))),
        Case("all of full length", (_table([1, 2], [3, 5], [0, 4]), lengths(3, 3))),
        Case("one step each", (_table([5, 7, 1], [9, 9, 9]), lengths(1, 1, 1))),
        Case("one sample of one time-step", (_table([0.5]), lengths(1))),
        Case("the filling is infinite", (infinite, lengths(2, 1))),
        Case("random, float32", (normal(9, 5, seed=1), lengths(9, 1, 4, 7, 2))),
        Case("random", (normal(6, 4, seed=2, dtype=torch.float64), lengths(3, 5, 2, 6))),
    ]


OWN_MEAN = Exercise(
    key="08/own_mean",
    title="The mean over its own steps",
    task="Write the mean of x [T, n] over the steps that each sample has, `length` [n] of them.",
    difficulty="medium",
    minutes=10,
    arguments=("x", "length"),
    result="mean",
    axes=("j",),
    answer=own_mean,
    cases=_own_cases,
    wrong=(
        Wrong("mean over all T", lambda x, length: x.mean(0),
              "This is the mean over all T steps. Behind its end a sample has none of its own."),
        Wrong("the filling added", lambda x, length: x.sum(0) / length,
              "Divided by the right number, but the filling is added, too. It need not be zero."),
        Wrong("divided by T", _over(lambda t, length: t < length, lambda x, length: len(x)),
              "The right steps are added, but all divided by T. Short samples come out too small."),
        Wrong("one step too many", _over(lambda t, length: t <= length),
              "One step too many: steps count from 0, so the last one of a sample is length − 1."),
        Wrong("one step too many, divided by its number",
              _over(lambda t, length: t <= length, lambda x, length: (length + 1).clamp(max=len(x))),
              "Steps 0 to length are length + 1 steps. The last one is length − 1."),
        Wrong("one step too few", _over(lambda t, length: t < length - 1),
              "The last step of each sample is missing: t < length, not t < length − 1."),
        Wrong("multiplied by the mask", _multiplied,
              "0 · ∞ is not a number: a product does not take an infinite filling out, torch.where does."),
        Wrong("the steps that all have", lambda x, length: x[: int(length.min())].mean(0),
              "All samples are cut to the shortest here. Each has steps of its own."),
        Wrong("the own last step", lambda x, length: x[length - 1, torch.arange(len(length))],
              "This is the last step of each sample, the other readout. The mean over its steps is wanted."),
        Wrong("what is not zero counts as a step", _nonzero,
              "Steps are told by `length`, not by being nonzero: a step may well hold 0, and the filling may not."),
        Wrong("the sum", lambda x, length: own_mean(x, length) * length.to(x),
              "This is the sum over the own steps. Divide by length."),
    ),
    hint="A step t belongs to sample n if t < length[n]. Add those with torch.where, divide by length.",
)  # fmt: skip

EXERCISES = (SPREAD, SWEEP, OWN_MEAN)
