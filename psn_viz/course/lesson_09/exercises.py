"""Exercises of lesson 09: the share of W on the future, the nearest Toeplitz matrix, a change of few directions."""

from __future__ import annotations

import torch

from psn_viz.course.checking.exercise import Case, Exercise, Wrong, normal
from psn_viz.neurons import SlidingPSN, reset_free_weight


def future_share(W):
    """Σ_{i>t} W² / Σ W² of each of the matrices."""
    return W.triu(1).square().sum((1, 2)) / W.square().sum((1, 2))


def _share_cases() -> list[Case]:
    leak = reset_free_weight(5, tau=3.0, dtype=torch.float32)
    return [
        Case("random", (normal(4, 6, 6, seed=1),)),
        Case("random float64", (normal(3, 9, 9, seed=2, dtype=torch.float64),)),
        Case("one moment", (normal(1, 7, 7, seed=3),)),
        Case("a leak, and its transpose", (torch.stack((leak, leak.T)),)),
        Case("one time-step", (torch.tensor([[[2.0]], [[-1.0]]]),)),
        Case("weights that cancel", (torch.tensor([[[1.0, 2.0], [-3.0, 0.0]], [[0.0, -1.0], [1.0, 0.0]]]),)),
    ]


FUTURE = Exercise(
    key="09/future",
    title="The share of W on the future",
    task="Complete the one line: for each W of [M, T, T] the share of its squares that lies on i > t, as [M].",
    difficulty="easy",
    minutes=5,
    arguments=("W",),
    result="share",
    axes=("m",),
    answer=future_share,
    cases=_share_cases,
    wrong=(
        Wrong("the past", lambda W: W.tril(-1).square().sum((1, 2)) / W.square().sum((1, 2)),
              "This is the share of the past. Row t is output time, column i input time: the future is above the "
              "diagonal."),
        Wrong("with the present", lambda W: W.triu().square().sum((1, 2)) / W.square().sum((1, 2)),
              "The diagonal is in it: at i = t the input has come. triu(1) begins one above it."),
        Wrong("all but the diagonal above one", lambda W: W.triu(2).square().sum((1, 2)) / W.square().sum((1, 2)),
              "The next input, i = t + 1, is missing: triu(1) begins one above the diagonal."),
        Wrong("absolute values", lambda W: W.triu(1).abs().sum((1, 2)) / W.abs().sum((1, 2)),
              "This adds up absolute values. The squares are wanted."),
        Wrong("no squares", lambda W: W.triu(1).sum((1, 2)) / W.sum((1, 2)),
              "Without squares, weights of both signs cancel."),
        Wrong("against the past", lambda W: W.triu(1).square().sum((1, 2)) / W.tril().square().sum((1, 2)),
              "This divides by the rest. Divide by the sum over all of W."),
        Wrong("the sum alone", lambda W: W.triu(1).square().sum((1, 2)),
              "This is the sum of squares on the future. A share is it divided by the sum over all of W."),
        Wrong("the root", lambda W: (W.triu(1).square().sum((1, 2)) / W.square().sum((1, 2))).sqrt(),
              "This is its square root, a ratio of lengths. The share of the squares is wanted."),
        Wrong("entries counted", lambda W: (W.triu(1) != 0).to(W).sum((1, 2)) / (W != 0).to(W).sum((1, 2)),
              "This counts the weights that are not 0. How large they are matters."),
    ),
    hint="W.triu(1) keeps what lies above the diagonal. Sum squares over the last two dimensions, and divide.",
)  # fmt: skip


def nearest_toeplitz(W):
    """The mean of each diagonal, all along it."""
    T = len(W)
    near = torch.empty_like(W)
    for offset in range(1 - T, T):
        near.diagonal(offset)[:] = W.diagonal(offset).mean()
    return near


def _along(choose):
    """As the answer, with something else than the mean of a diagonal."""

    def near_of(W):
        T = len(W)
        near = torch.empty_like(W)
        for offset in range(1 - T, T):
            near.diagonal(offset)[:] = choose(W.diagonal(offset))
        return near

    return near_of


def _toeplitz_cases() -> list[Case]:
    with torch.random.fork_rng(devices=[]):
        banded = SlidingPSN(3).dense_weight(6).detach()
    corner = torch.zeros(4, 4)
    corner[3, 0] = 2.0
    return [
        Case("random", (normal(5, 5, seed=4),)),
        Case("random float64", (normal(8, 8, seed=5, dtype=torch.float64),)),
        Case("two time-steps", (torch.tensor([[1.0, 2.0], [3.0, 5.0]]),)),
        Case("one time-step", (torch.tensor([[3.0]]),)),
        Case("a sliding PSN, which is one already", (banded,)),
        Case("one weight in a corner", (corner,)),
    ]


TOEPLITZ = Exercise(
    key="09/toeplitz",
    title="The nearest kernel for all steps",
    task="Write the Toeplitz matrix [T, T] nearest to W [T, T]: along each diagonal the mean of W's.",
    difficulty="medium",
    minutes=10,
    arguments=("W",),
    result="near",
    axes=("t", "i"),
    answer=nearest_toeplitz,
    cases=_toeplitz_cases,
    picture="weights",
    wrong=(
        Wrong("the sum", _along(lambda diagonal: diagonal.sum()),
              "These are the sums of the diagonals. The mean divides by how many entries a diagonal has."),
        Wrong("divided by T", lambda W: _along(lambda diagonal: diagonal.sum() / len(W))(W),
              "Each sum is divided by T. The diagonal at offset d has only T − |d| entries."),
        Wrong("the first entry", _along(lambda diagonal: diagonal[0]),
              "Each diagonal takes its first entry. The nearest number to all of them is their mean."),
        Wrong("the last entry", _along(lambda diagonal: diagonal[-1]),
              "Each diagonal takes its last entry. The nearest number to all of them is their mean."),
        Wrong("the median", _along(lambda diagonal: diagonal.median()),
              "The median is nearest in absolute distance. In squares, it is the mean."),
        Wrong("the past alone", lambda W: nearest_toeplitz(W).tril(),
              "The diagonals above the main one are missing: a Toeplitz matrix may look ahead, too."),
        Wrong("the other diagonals", lambda W: nearest_toeplitz(W.flip(1)).flip(1),
              "These run from the lower left to the upper right. t − i is constant from upper left to lower right."),
        Wrong("the mean of each row", lambda W: W.mean(1, keepdim=True).expand_as(W).clone(),
              "This averages rows. t − i is constant along a diagonal."),
        Wrong("transposed", lambda W: nearest_toeplitz(W).T.clone(),
              "The result is transposed: past and future have changed places."),
    ),
    hint="W.diagonal(d) gives the entries with i − t = d, for d from 1 − T to T − 1; its mean goes all along it.",
)  # fmt: skip


def few_directions(D, r):
    """D with its r largest singular values alone."""
    U, S, V = torch.linalg.svd(D)
    return (U[:, :r] * S[:r]) @ V[:r]


def _svd(D):
    return torch.linalg.svd(D)


def _smallest_directions(D, r):
    U, S, V = _svd(D)
    keep = slice(len(S) - r, len(S))
    return (U[:, keep] * S[keep]) @ V[keep]


def _unscaled(D, r):
    U, _, V = _svd(D)
    return U[:, :r] @ V[:r]


def _not_transposed(D, r):
    U, S, V = _svd(D)
    return (U[:, :r] * S[:r]) @ V[:, :r].T


def _largest_entries(D, r):
    kept = torch.zeros_like(D)
    if r:
        at = D.abs().flatten().topk(min(D.numel(), r * len(D))).indices
        kept.view(-1)[at] = D.flatten()[at]
    return kept


def _corner(D, r):
    kept = torch.zeros_like(D)
    kept[:r] = D[:r]
    return kept


def _squared(D, r):
    U, S, V = _svd(D)
    return (U[:, :r] * S[:r] ** 2) @ V[:r]


def _direction_cases() -> list[Case]:
    D = normal(7, 7, seed=6, dtype=torch.float64)
    two = normal(6, 2, seed=7, dtype=torch.float64) @ normal(2, 6, seed=8, dtype=torch.float64)
    return [
        Case("one direction", (D, 1)),
        Case("three directions", (D, 3)),
        Case("all of them", (D, 7)),
        Case("there are only two, and both are kept", (two, 2)),
        Case("one time-step", (torch.tensor([[-2.0]], dtype=torch.float64), 1)),
        Case("a diagonal matrix", (torch.diag(torch.tensor([1.0, -4.0, 2.0, 3.0], dtype=torch.float64)), 2)),
    ]


DIRECTIONS = Exercise(
    key="09/directions",
    title="The largest directions of a change",
    task="Write what is left of D [T, T] when only its r largest singular values are kept, float64.",
    difficulty="medium",
    minutes=10,
    arguments=("D", "r"),
    result="kept",
    axes=("t", "i"),
    answer=few_directions,
    cases=_direction_cases,
    picture="weights",
    wrong=(
        Wrong("the smallest", _smallest_directions,
              "These are the r smallest. torch.linalg.svd lists singular values from the largest down."),
        Wrong("without the singular values", _unscaled,
              "The singular values are missing: each direction comes with its length, U[:, k]·S[k]."),
        Wrong("V taken for its transpose", _not_transposed,
              "What torch.linalg.svd returns last is Vᵀ already: its *rows* are the directions."),
        Wrong("one too many", lambda D, r: few_directions(D, r + 1),
              "One direction too many: S[:r] are r of them."),
        Wrong("one too few", lambda D, r: few_directions(D, max(0, r - 1)),
              "One direction too few: S[:r] are r of them."),
        Wrong("the rest", lambda D, r: D - few_directions(D, r),
              "This is what is dropped. Return what is kept."),
        Wrong("the largest entries", _largest_entries,
              "These are the largest entries of D. A direction is a whole matrix, a column times a row."),
        Wrong("the first rows", _corner,
              "These are the first r rows of D. A direction takes something of every row."),
        Wrong("squared singular values", _squared,
              "The singular values have been squared. U diag(S) Vᵀ gives D back."),
    ),
    hint="With U, S, V = torch.linalg.svd(D), D is (U * S) @ V. Keep r columns of U, r of S and r rows of V.",
)  # fmt: skip

EXERCISES = (FUTURE, TOEPLITZ, DIRECTIONS)
