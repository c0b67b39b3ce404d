"""The mean of something over all pairs of networks, with an interval that says how sure it is."""

import itertools
import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from psn_viz.learning.paired_difference import student_quantile
from psn_viz.neurons.arguments import real


@dataclass(frozen=True)
class MeanOfPairs:
    """mean: over so many `pairs`. low, high: the ends of its confidence interval."""

    mean: float
    low: float
    high: float
    pairs: int

    def __str__(self) -> str:
        return f"{self.mean:5.2f} ({self.low:5.2f} to {self.high:5.2f})"


def mean_of_pairs(
    function: Callable[[Any, Any], float],
    items: Sequence,
    others: Sequence | None = None,
    *,
    confidence: float = 0.95,
) -> MeanOfPairs:
    """The mean of function(a, b) over all pairs from `items`, or with a from `items` and b from `others`.

    function: symmetric, such as the likeness of two weight matrices. items, others: at least three each, independent
    of each other, such as networks from different seeds. confidence: 0 < … < 1.

    One network is in several pairs, so pairs are not independent, and the interval is not that of their number. It
    is made by leaving out one network after the other (the jackknife; Arvesen 1969, Annals of Mathematical
    Statistics 40, 2076): the half-width is the root of (n − 1)/n · Σ (mean without network − their mean)², summed
    over the two groups where there are two, times the quantile of Student's t distribution with n − 1 degrees of
    freedom, n the size of the smaller group. Rough for few networks.

    Raises ValueError for fewer than three items and for a confidence out of range.
    """
    groups = [items] if others is None else [items, others]
    for name, group in zip(("items", "others"), groups, strict=False):
        if len(group) < 3:
            raise ValueError(f"{name} must be at least three, got {len(group)}")
    confidence = real("confidence", confidence, above=0.0, below=1.0)
    if others is None:
        values = {(i, j): function(items[i], items[j]) for i, j in itertools.combinations(range(len(items)), 2)}
        left_out = [[[v for pair, v in values.items() if n not in pair] for n in range(len(items))]]
    else:
        values = {(i, j): function(a, b) for i, a in enumerate(items) for j, b in enumerate(others)}
        left_out = [
            [[v for pair, v in values.items() if pair[side] != n] for n in range(len(group))]
            for side, group in enumerate(groups)
        ]
    variance = 0.0
    for group in left_out:
        means = [statistics.fmean(rest) for rest in group]
        variance += (len(means) - 1) * statistics.pvariance(means)
    half = math.sqrt(variance) * student_quantile((1 + confidence) / 2, min(map(len, groups)) - 1)
    mean = statistics.fmean(values.values())
    return MeanOfPairs(mean, mean - half, mean + half, len(values))
