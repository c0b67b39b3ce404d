"""Exercises of lesson 03: a matrix by hand, what each charge has to wait for, and the gradient of W."""

from __future__ import annotations

import math

import torch

from psn_viz.course.checking.exercise import Case, Exercise, Wrong, column, normal
from psn_viz.neurons import reset_free_weight


def _lag(T):
    step = torch.arange(T)
    return step[:, None] - step


def _change(now, then):
    """W = `now`(lag, d) − `then`(lag, d)."""

    def run(T, d):
        lag = _lag(T)
        return now(lag, d).double() - then(lag, d).double()

    return run


def _newest(lag, d):
    return lag == 0


def _nothing(lag, d):
    return lag != lag


change = _change(_newest, lambda lag, d: lag == d)


def _wrapped(T, d):
    same = torch.eye(T, dtype=torch.float64)
    return same - same.roll(d, 0)


def _change_cases() -> list[Case]:
    return [
        Case("against the step before", (4, 1)),
        Case("one time-step", (1, 1)),
        Case("three steps apart", (6, 3)),
        Case("d beyond the sequence", (3, 5)),
        Case("random size", (9, 2)),
        Case("many steps", (14, 6)),
    ]


CHANGE = Exercise(
    key="03/change",
    title="A neuron that sees change",
    task="Complete the one line: the matrix W [T, T] of H[t] = X[t] − X[t−d], in float64.",
    difficulty="easy",
    minutes=5,
    arguments=("T", "d"),
    result="W",
    axes=("t", "i"),
    answer=change,
    cases=_change_cases,
    wrong=(
        Wrong("W transposed", lambda T, d: change(T, d).T,
              "This subtracts X[t+d], which is still to come. Row t is the charge; X[t−d] lies d columns left."),
        Wrong("signs exchanged", lambda T, d: -change(T, d),
              "The signs have changed places: +1 belongs to the newest input, −1 to the one d steps before."),
        Wrong("added", lambda T, d: (_lag(T) == 0).double() + (_lag(T) == d),
              "Both inputs are added. The earlier one enters with −1."),
        Wrong("nothing subtracted", _change(_newest, _nothing),
              "Only the newest input is there: H = X. Where is −X[t−d]?"),
        Wrong("the newest input missing", _change(_nothing, lambda lag, d: lag == d),
              "The diagonal is missing: H[t] holds X[t] itself with the weight 1."),
        Wrong("always one step", _change(_newest, lambda lag, d: lag == 1),
              "It always compares with the step before. The input to subtract is d steps back."),
        Wrong("one step too far", _change(_newest, lambda lag, d: lag == d + 1),
              "One step too far back: at X[t−d] the lag t − i is exactly d."),
        Wrong("one step too near", _change(_newest, lambda lag, d: lag == d - 1),
              "One step too near: at X[t−d] the lag t − i is exactly d."),
        Wrong("all of the last d", _change(_newest, lambda lag, d: (lag >= 1) & (lag <= d)),
              "All of the last d inputs are subtracted. Only the one at a lag of exactly d is wanted."),
        Wrong("all from d on", _change(_newest, lambda lag, d: lag >= d),
              "Everything d steps back or more is subtracted. Only the one at a lag of exactly d is wanted."),
        Wrong("round the corner", _wrapped,
              "The first rows subtract the last inputs: roll moves the end to the front. Before X[0] all is 0."),
    ),
    hint="Row t holds +1 where the lag t − i is 0, and −1 where it is d; all else is 0.",
    picture="weights",
)  # fmt: skip


def _places(W):
    return torch.arange(1, len(W) + 1).to(W)


def _latest(uses):
    """For every row the place, counted from 1, of the last entry that `uses` accepts, else 0."""

    def run(W):
        return (_places(W) * uses(W)).amax(1)

    return run


inputs_needed = _latest(lambda W: W != 0)


def _sparse(T, seed, dtype):
    W = normal(T, T, seed=seed, dtype=dtype)
    return W * (normal(T, T, seed=seed + 1) > 0.8)


def _from_behind(W):
    return (len(W) - (W != 0).flip(1).int().argmax(1)).to(W)


def _needed_cases() -> list[Case]:
    leak = reset_free_weight
    late = torch.ones(3, dtype=torch.float64).diag(-2)
    return [
        Case("the leak", (leak(4, 2.0),)),
        Case("one time-step", (torch.tensor([[0.5]]),)),
        Case("the leak, mirrored: it looks ahead", (leak(5, 3.0).T.contiguous(),)),
        Case("two steps late", (late,)),
        Case("dense", (normal(6, 6, seed=1),)),
        Case("the last weight is negative", (torch.tensor([[1.0, 0, -1], [0, 2, -2], [-3, 0, 0]]),)),
        Case("random, with many zeros, float64", (_sparse(9, 3, torch.float64),)),
        Case("a W of zeros", (torch.zeros(3, 3),)),
    ]


NEEDED = Exercise(
    key="03/inputs_needed",
    title="How long it has to wait",
    task="Write the function from W [T, T] to n [T]: how many inputs must have come before H[t] is known.",
    difficulty="medium",
    minutes=10,
    arguments=("W",),
    result="n",
    axes=("t",),
    answer=inputs_needed,
    cases=_needed_cases,
    wrong=(
        Wrong("the weights counted", lambda W: (W != 0).sum(1).to(W),
              "This counts the weights of a row. H[t] waits for the *latest* input that has one."),
        Wrong("the last column, counted from 0", lambda W: ((_places(W) - 1) * (W != 0)).amax(1),
              "One too few: until X[i] has come, i + 1 inputs have come."),
        Wrong("columns for rows", lambda W: (_places(W) * (W.T != 0)).amax(1),
              "These are the columns: the last charge that X[i] reaches. What H[t] is made of stands in row t."),
        Wrong("like a loop", _places,
              "So it is for a loop. A row may end before the diagonal, or reach beyond it."),
        Wrong("all inputs", lambda W: torch.full_like(_places(W), len(W)),
              "A dense W waits for all inputs. This one may hold zeros at the end of a row."),
        Wrong("positive weights alone", _latest(lambda W: W > 0),
              "A negative weight needs its input as well: look for W ≠ 0."),
        Wrong("at least t + 1", lambda W: torch.maximum(inputs_needed(W), _places(W)),
              "A row that ends before the diagonal does not wait for its own step: H[t] is known earlier."),
        Wrong("at least one", lambda W: inputs_needed(W).clamp(min=1),
              "A row of zeros needs no input at all: H[t] is 0 from the start, so n[t] = 0."),
        Wrong("a row of zeros waits for all", _from_behind,
              "A row of zeros has no last weight, and argmax then points anywhere. It needs no input: n[t] = 0."),
        Wrong("the largest weight", lambda W: (W.abs().argmax(1) + 1).to(W),
              "This is the place of the largest weight. The last one that is not 0 counts, however small."),
        Wrong("the first weight", lambda W: ((W != 0).int().argmax(1) + 1).to(W),
              "This is the first input of the row. It has to wait for the last one."),
        Wrong("in order", lambda W: inputs_needed(W).cummax(0).values,
              "Each row for itself: H[t] may be known before an earlier charge is."),
    ),
    hint="Find in each row the last i with W[t, i] ≠ 0: i + 1 inputs must have come. Without such an i, none must.",
)  # fmt: skip


def _slope(x):
    return 1 / (1 + (math.pi * x) ** 2)


def _gradient(charge=lambda W, X: W @ X, slope=_slope, threshold=lambda B: B[:, None]):
    """∂L/∂W with parts exchanged."""

    def run(X, W, B, dL_dS):
        return (dL_dS * slope(charge(W, X) - threshold(B))) @ X.T

    return run


weight_gradient = _gradient()


def _input_gradient(X, W, B, dL_dS):
    return W.T @ (dL_dS * _slope(W @ X - B[:, None]))


def _gradient_cases() -> list[Case]:
    def random(T, N, seed, dtype=torch.float32):
        sizes = ((T, N), (T, T), (T,), (T, N))
        return tuple(normal(*size, seed=seed + n, dtype=dtype) for n, size in enumerate(sizes))

    ones = torch.ones(2)
    X, W, B, dL_dS = random(3, 4, seed=40)
    return [
        Case("two steps of one neuron", (column(1.0, 2.0), torch.eye(2), ones, column(1.0, 1.0))),
        Case("one time-step", random(1, 3, seed=10, dtype=torch.float64)),
        Case("random", random(4, 7, seed=20)),
        Case("as many neurons as time-steps", random(5, 5, seed=30)),
        Case("no input", (torch.zeros_like(X), W, B, dL_dS)),
        Case("the loss looks at the last step alone", (X, W, B, dL_dS * torch.tensor([[0.0], [0], [1]]))),
        Case("random float64", random(9, 6, seed=50, dtype=torch.float64)),
    ]


GRADIENT = Exercise(
    key="03/weight_gradient",
    title="The gradient of W",
    task="Write the function from X, W, B and ∂L/∂S to ∂L/∂W [T, T], without autograd.",
    difficulty="medium",
    minutes=10,
    arguments=("X", "W", "B", "dL_dS"),
    result="∂W",
    axes=("t", "i"),
    answer=weight_gradient,
    cases=_gradient_cases,
    wrong=(
        Wrong("no slope", _gradient(slope=torch.ones_like),
              "The slope of the surrogate is missing: G is ∂L/∂S times σ′(H − B)."),
        Wrong("the slope at H", _gradient(threshold=lambda B: 0),
              "The slope is taken at H. It belongs to the distance from the threshold, H − B."),
        Wrong("B along the neurons", _gradient(threshold=lambda B: B),
              "B has one number per time-step; B[:, None] lays it along time, B alone along the neurons."),
        Wrong("transposed", lambda X, W, B, dL_dS: weight_gradient(X, W, B, dL_dS).T,
              "Rows and columns have changed places: ∂W[t, i] is G of step t times X of step i, G Xᵀ."),
        Wrong("sign", lambda X, W, B, dL_dS: -weight_gradient(X, W, B, dL_dS),
              "The sign is that of ∂B. A larger W[t, i] adds to H; only B is subtracted."),
        Wrong("mean over neurons", lambda X, W, B, dL_dS: weight_gradient(X, W, B, dL_dS) / X.shape[1],
              "This is the mean over the neurons. All of them use the same W, so their gradients are summed."),
        Wrong("the step's own derivative", lambda X, W, B, dL_dS: torch.zeros_like(W),
              "Everywhere 0: that is the derivative of the step. Take the slope of its surrogate instead."),
        Wrong("only where it fired", _gradient(slope=lambda x: _slope(x) * (x >= 0)),
              "Steps without a spike got no gradient. The surrogate has a slope on both sides of the threshold."),
        Wrong("π missing", _gradient(slope=lambda x: 1 / (1 + x**2)),
              "π is missing in the slope: σ′(x) = 1/(1 + (πx)²)."),
        Wrong("no square", _gradient(slope=lambda x: 1 / (1 + (math.pi * x).abs())),
              "The square is missing in the slope: σ′(x) = 1/(1 + (πx)²)."),
        Wrong("W transposed", _gradient(charge=lambda W, X: W.T @ X),
              "The charge is W X, not Wᵀ X: rows of W meet the inputs."),
        Wrong("the gradient of X", _input_gradient,
              "This is ∂X = Wᵀ G, [T, N]. The gradient of W is G Xᵀ, [T, T]."),
    ),
    hint="H = W X, then G = ∂L/∂S · σ′(H − B) with σ′(x) = 1/(1 + (πx)²), then G Xᵀ.",
    picture="weights",
)  # fmt: skip

EXERCISES = (CHANGE, NEEDED, GRADIENT)
