"""The mean over pairs of networks: which pairs, and whether the interval is that of independent networks."""

import math
import statistics

import pytest

from psn_viz.learning import mean_of_pairs
from psn_viz.learning.paired_difference import student_quantile

ITEMS, OTHERS = [1.0, 4.0, 2.0, 9.0], [0.0, 3.0, 5.0]


def halfway(a: float, b: float) -> float:
    return (a + b) / 2


def test_each_pair_is_counted_once():
    seen = []
    mean_of_pairs(lambda a, b: seen.append((a, b)) or 0.0, "abcd")
    assert sorted(seen) == [("a", "b"), ("a", "c"), ("a", "d"), ("b", "c"), ("b", "d"), ("c", "d")]
    seen.clear()
    found = mean_of_pairs(lambda a, b: seen.append(a + b) or 0.0, "abc", "xyz")
    assert sorted(seen) == sorted(a + b for a in "abc" for b in "xyz") and found.pairs == 9


def test_of_pair_means_it_is_the_interval_of_the_mean():
    """The mean of (a + b)/2 over all pairs is the mean of the items, whose standard error is known."""
    found = mean_of_pairs(halfway, ITEMS, confidence=0.9)
    half = statistics.stdev(ITEMS) / math.sqrt(4) * student_quantile(0.95, 3)
    assert found.mean == pytest.approx(4) and found.pairs == 6
    assert (found.low, found.high) == pytest.approx((4 - half, 4 + half))


def test_of_two_groups_the_variances_are_added():
    found = mean_of_pairs(halfway, ITEMS, OTHERS)
    mean = (statistics.fmean(ITEMS) + statistics.fmean(OTHERS)) / 2
    error = math.sqrt(statistics.variance(ITEMS) / 4 + statistics.variance(OTHERS) / 3) / 2
    half = error * student_quantile(0.975, 2)
    assert found.mean == pytest.approx(mean) and found.pairs == 12
    assert (found.low, found.high) == pytest.approx((mean - half, mean + half))


def test_without_spread_the_interval_is_a_point_and_text_is_short():
    found = mean_of_pairs(lambda a, b: 0.5, [1, 2, 3])
    assert found.low == found.mean == found.high == 0.5 and str(found) == " 0.50 ( 0.50 to  0.50)"


def test_too_few_are_refused():
    with pytest.raises(ValueError, match="items must be at least three, got 2"):
        mean_of_pairs(halfway, [1.0, 2.0])
    with pytest.raises(ValueError, match="others must be at least three, got 1"):
        mean_of_pairs(halfway, ITEMS, [1.0])
    with pytest.raises(ValueError, match="confidence"):
        mean_of_pairs(halfway, ITEMS, confidence=1.0)
