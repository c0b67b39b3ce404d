"""The difference of two rows of a study: its size, its interval, and what it refuses."""

import math
from dataclasses import replace
from fractions import Fraction

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import psn_viz as pv
from psn_viz.learning.paired_difference import student_quantile
from psn_viz.learning.study_results import Row, Run, Tried

N = 200


def row(right, label="PSN"):
    """A row whose runs are right where `right` bool [seeds, n] says so; the true class is 1."""
    runs = tuple(
        Run(
            seed=seed,
            test_accuracy=float(line.double().mean()),
            answers="".join("01"[int(is_right)] for is_right in line),
            train_loss=(0.5,),
            train_accuracy=(0.5,),
            validation_curve=(0.5,),
            firing_rate=(0.1,),
            seconds=1.0,
        )
        for seed, line in enumerate(right)
    )
    facts = {"recipe": "rows-x", "label": label, "data": "d", "family": "PSN", "k": None, "tau": None, "reset": None}
    sizes = {"control": False, "reach": 1, "layers": 1, "parameters": 1, "epochs": 1, "updates": 1}
    tried = Tried(0.1, (0.5,) * len(right), (0.5,) * len(right))
    return Row(**facts, **sizes, grid=(tried,), learning_rate=0.1, runs=runs, truth="1" * right.shape[1])


def drawn(share, seeds=5, n=N, seed=0):
    return torch.rand(seeds, n, generator=torch.Generator().manual_seed(seed)) < share


@pytest.mark.parametrize(
    "degrees, expected",
    # Student's t, 97.5 %: any table, for example NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2
    [(2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (8, 2.306), (10, 2.228), (30, 2.042), (1e9, 1.960)],
)
def test_student_quantile(degrees, expected):
    assert student_quantile(0.975, degrees) == pytest.approx(expected, rel=0.01)


def test_the_interval_by_hand():
    """Two seeds, four samples, in fractions."""
    one = torch.tensor([[1, 1, 1, 0], [1, 1, 1, 1]]).bool()
    other = torch.tensor([[1, 0, 1, 0], [0, 0, 1, 0]]).bool()
    by_sample = [Fraction(1, 2), Fraction(1), Fraction(0), Fraction(1, 2)]
    mean = sum(by_sample) / 4
    samples = sum((d - mean) ** 2 for d in by_sample) / 3 / 4
    seeds_one = 2 * (Fraction(1, 8)) ** 2 / 1 / 2
    seeds_other = 2 * (Fraction(1, 8)) ** 2 / 1 / 2
    variance = samples + seeds_one + seeds_other
    degrees = variance**2 / (samples**2 / 3 + seeds_one**2 + seeds_other**2)
    half = 100 * math.sqrt(variance) * student_quantile(0.975, float(degrees))
    found = pv.difference(row(one), row(other, "LIF"))
    assert found.points == pytest.approx(100 * float(mean))
    assert (found.low, found.high) == pytest.approx((100 * float(mean) - half, 100 * float(mean) + half))
    assert (found.one, found.other, found.confidence) == ("PSN", "LIF", 0.95)


def test_it_covers_the_truth_about_as_often_as_it_says():
    """Networks of equal skill; each seed and each sample has luck of its own, the samples' shared by both."""
    generator = torch.Generator().manual_seed(1)
    covered = 0
    for _ in range(400):
        hard = torch.randn(1, N, generator=generator)
        seeds = [0.3 * torch.randn(5, 1, generator=generator) for _ in range(2)]
        rows = [row(hard + luck + torch.randn(5, N, generator=generator) < 0.5) for luck in seeds]
        covered += not pv.difference(*rows).shown
    assert 370 <= covered <= 400  # 95 % are 380; too wide rather than too narrow


def test_pairing_takes_out_what_is_hard_for_both():
    hard = drawn(0.5, seeds=1)
    one = hard.expand(5, N).clone()
    other = one.clone()
    other[:, :20] = False
    paired = pv.difference(row(one), row(other))
    shuffled = pv.difference(row(one), row(other[:, torch.randperm(N, generator=torch.Generator().manual_seed(0))]))
    assert paired.points == pytest.approx(shuffled.points)
    assert paired.high - paired.low < 0.5 * (shuffled.high - shuffled.low)


@given(st.integers(0, 2**31), st.floats(0.2, 0.9), st.floats(0.2, 0.9))
def test_turned_round_it_is_the_opposite(seed, share, other_share):
    one, other = row(drawn(share, seed=seed)), row(drawn(other_share, seed=seed + 1))
    forward, back = pv.difference(one, other), pv.difference(other, one)
    assert (forward.points, forward.low, forward.high) == pytest.approx((-back.points, -back.high, -back.low))
    assert forward.low <= forward.points <= forward.high
    assert forward.points == pytest.approx(100 * (one.mean - other.mean), abs=1e-3)


def test_more_seeds_and_more_confidence():
    few = pv.difference(row(drawn(0.8, 3)), row(drawn(0.6, 3, seed=9)))
    many = pv.difference(row(drawn(0.8, 12)), row(drawn(0.6, 12, seed=9)))
    assert many.high - many.low < few.high - few.low and many.shown
    one, other = row(drawn(0.8)), row(drawn(0.7, seed=9))
    wide, narrow = (pv.difference(one, other, confidence=c) for c in (0.99, 0.8))
    assert wide.low < narrow.low < narrow.high < wide.high


def test_no_difference_is_said_in_words():
    same = row(drawn(0.8))
    assert not pv.difference(same, same).shown and pv.difference(same, same).points == 0
    assert str(pv.difference(same, row(drawn(0.8, seed=1)))).endswith("; no difference shown)")
    assert "no difference" not in str(pv.difference(same, row(drawn(0.1, seed=1), "LIF")))
    certain = row(torch.ones(3, 10).bool())
    assert pv.difference(certain, certain).high == 0


def test_what_is_refused():
    good = row(drawn(0.5))
    with pytest.raises(TypeError, match=r"one must be a row of a study, load_study\(…\)\.row\(…\), got str"):
        pv.difference("psn", good)
    with pytest.raises(ValueError, match="other must have two runs or more, rows-x has 1"):
        pv.difference(good, row(drawn(0.5, seeds=1)))
    with pytest.raises(ValueError, match="one and other must have the same test samples, got 'd' and 'e'"):
        pv.difference(good, replace(good, truth="0" * N, data="e"))
    with pytest.raises(ValueError, match="one and other must have the same test samples, got 'd' and 'e'"):
        pv.difference(good, replace(good, data="e"))  # the same classes, of other samples
    for wrong in (0.0, 1.0, 95):
        with pytest.raises(ValueError, match="confidence must be"):
            pv.difference(good, good, confidence=wrong)
