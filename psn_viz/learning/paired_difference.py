"""The difference between two networks on the same test samples, with an interval that says how sure it is."""

import math
from dataclasses import dataclass
from statistics import NormalDist

from torch import Tensor

from psn_viz.learning.study_results import Row
from psn_viz.neurons.arguments import real


@dataclass(frozen=True)
class Difference:
    """The accuracy of one network minus that of another, in percentage points, with a confidence interval.

    one, other: their labels. low, high: the ends of the interval, whose confidence is `confidence`.
    """

    one: str
    other: str
    points: float
    low: float
    high: float
    confidence: float

    @property
    def shown(self) -> bool:
        """Whether a difference is shown: the interval does not cover 0."""
        return self.low > 0 or self.high < 0

    def __str__(self) -> str:
        verdict = "" if self.shown else "; no difference shown"
        return f"{self.one} − {self.other}: {self.points:+.1f} points ({self.low:+.1f} to {self.high:+.1f}{verdict})"


def difference(one: Row, other: Row, *, confidence: float = 0.95) -> Difference:
    """How much better `one` is than `other` on the test part, with an interval over seeds and test samples.

    one, other: rows of studies with the same test samples, `load_study("rows").row("psn")`, each of two runs or more;
    they may come from two studies of the same data. confidence: 0 < … < 1.

    Two kinds of luck are in it, and their variances are added:
    - *seeds* (of weights and order): the variance of the runs of each network, over their number;
    - *test samples*: the networks are tried on the same ones, so that what counts is how the mean of `one` over its
      seeds and that of `other` differ from sample to sample; the variance of these differences, over the number of
      samples. (A sample that is hard for both adds nothing.)
    The half-width is the root of the sum times the quantile of Student's t distribution, the degrees of freedom by
    Satterthwaite (1946, Biometrics Bulletin 2, 110). Some of the luck of the samples is in the spread of the seeds,
    too, so the interval is rather too wide than too narrow. What is not in it: another training set, and the choice
    of the learning rate.

    Raises TypeError for what is no Row, ValueError for rows of other test samples or of a single run, and for a
    confidence out of range.
    """
    for name, row in (("one", one), ("other", other)):
        if not isinstance(row, Row):
            raise TypeError(f"{name} must be a row of a study, load_study(…).row(…), got {type(row).__name__}")
        if len(row.runs) < 2:
            raise ValueError(f"{name} must have two runs or more, {row.recipe} has {len(row.runs)}")
    # Two data sets may have the same classes in the same order, as the probe of memory has for every delay.
    if (one.data, one.truth) != (other.data, other.truth):
        raise ValueError(f"one and other must have the same test samples, got {one.data!r} and {other.data!r}")
    confidence = real("confidence", confidence, above=0.0, below=1.0)
    right = [row.right.double() for row in (one, other)]
    # [n]: by how much the share of seeds that are right on this sample differs
    by_sample = right[0].mean(0) - right[1].mean(0)
    parts = [_variance_of_mean(by_sample), *(_variance_of_mean(runs.mean(1)) for runs in right)]
    variance = sum(value for value, _ in parts)
    points = round(100 * float(by_sample.mean()), 12)  # a tie when it is printed does not hang on the last bit
    if variance == 0:
        half = 0.0
    else:
        degrees = variance**2 / sum(value**2 / freedom for value, freedom in parts)
        half = 100 * math.sqrt(variance) * student_quantile((1 + confidence) / 2, degrees)
    return Difference(one.label, other.label, points, points - half, points + half, confidence)


def _variance_of_mean(values: Tensor) -> tuple[float, int]:
    """The variance of the mean of `values` `[n]`, and its degrees of freedom."""
    n = len(values)
    return float(values.var()) / n, n - 1


def student_quantile(p: float, degrees: float) -> float:
    """The quantile of Student's t distribution at p, for 0.5 ≤ p < 1 and degrees ≥ 1, not necessarily whole.

    By the expansion around the normal quantile (Abramowitz and Stegun 1964, 26.7.5): within 1 % from 2 degrees on,
    for p up to 0.975.
    """
    z, n = NormalDist().inv_cdf(p), degrees
    return z + sum(
        polynomial / n**power
        for power, polynomial in enumerate(
            (
                (z**3 + z) / 4,
                (5 * z**5 + 16 * z**3 + 3 * z) / 96,
                (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
                (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
            ),
            start=1,
        )
    )
