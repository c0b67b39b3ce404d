"""Exercises of lesson 02: the matrix of a leak, of a leak that changes, and what a hard reset leaves of it."""

from __future__ import annotations

import torch

from psn_viz.course.checking.exercise import Case, Exercise, Wrong, normal
from psn_viz.neurons import reset_free_weight


def _lag(T):
    step = torch.arange(T)
    return step[:, None] - step


def _weight(factor, keep=lambda lag: lag >= 0):
    """W from the factor at a lag t − i, where `keep` holds."""

    def run(T, tau):
        lag = _lag(T)
        values = factor(lag.abs().double(), tau)
        return torch.where(keep(lag), values, 0.0)

    return run


def weight(T, tau):
    """The matrix of the LIF without reset."""
    return reset_free_weight(T, tau)


def _weight_cases() -> list[Case]:
    return [
        Case("four steps", (4, 2.0)),
        Case("one time-step", (1, 4.0)),
        Case("τ = 1, no memory", (3, 1.0)),
        Case("random size", (7, 3.7)),
        Case("many steps", (12, 1.5)),
        Case("a slow membrane", (5, 50.0)),
    ]


WEIGHT = Exercise(
    key="02/weight",
    title="The matrix of the leak",
    task="Complete the one line: the matrix W [T, T] of the LIF without reset, in float64.",
    difficulty="easy",
    minutes=5,
    arguments=("T", "tau"),
    result="W",
    axes=("t", "i"),
    answer=weight,
    cases=_weight_cases,
    wrong=(
        Wrong("W transposed", lambda T, tau: weight(T, tau).T,
              "Rows and columns have changed places: row t is the step that is charged, column i ≤ t an input."),
        Wrong("1/τ missing", _weight(lambda lag, tau: (1 - 1 / tau) ** lag),
              "The powers of β are right; the factor 1/τ of the input is missing (this is the other form)."),
        Wrong("the future leaks in", _weight(lambda lag, tau: (1 - 1 / tau) ** lag / tau, lambda lag: lag == lag),
              "Entries above the diagonal are not 0: H[t] would hold inputs that are still to come. Keep lag ≥ 0."),
        Wrong("lag off by one", _weight(lambda lag, tau: (1 - 1 / tau) ** (lag + 1) / tau),
              "One power of β too many: the newest input, i = t, has not leaked yet. The power is t − i."),
        Wrong("the newest input missing", _weight(lambda lag, tau: (1 - 1 / tau) ** lag / tau, lambda lag: lag > 0),
              "The diagonal is missing: H[t] holds X[t] as well, with the weight 1/τ."),
        Wrong("τ inverted", _weight(lambda lag, tau: (1 - 1 / tau) ** lag * tau),
              "This multiplies by τ. The input enters with the share 1/τ."),
        Wrong("1/τ for β", _weight(lambda lag, tau: (1 / tau) ** lag / tau),
              "The powers are those of 1/τ, the share that is lost. What survives a step is β = 1 − 1/τ."),
        Wrong("no leak", _weight(lambda lag, tau: torch.ones_like(lag) / tau),
              "Nothing fades here: every step that passes must cost a factor β = 1 − 1/τ."),
        Wrong("exponential decay", _weight(lambda lag, tau: torch.exp(-lag / tau) / tau),
              "exp(−lag/τ) is the leak in continuous time. In steps, it is (1 − 1/τ)^lag."),
        Wrong("a fading in proportion", _weight(lambda lag, tau: (1 - 1 / tau) * lag / tau),
              "β is multiplied by the lag here; it is to be raised to it: beta**lag."),
    ),
    hint="W[t, i] = (1/τ)·β^(t−i) for i ≤ t, with β = 1 − 1/τ, and 0 above the diagonal.",
    picture="weights",
)  # fmt: skip


def _leaks(start, end):
    """W[t, i] = product of β from i + start to t + end, where i ≤ t."""

    def run(beta):
        T = len(beta)
        W = torch.zeros(T, T, dtype=beta.dtype)
        for t in range(T):
            for i in range(t + 1):
                W[t, i] = beta[i + start : t + 1 + end].prod()
        return W

    return run


weight_of_varying_leak = _leaks(1, 0)


def _by_division(beta):
    share = beta.cumprod(0)
    return (share[:, None] / share).tril()


def _newest_leak(beta):
    lag = _lag(len(beta))
    return torch.where(lag >= 0, beta[:, None] ** lag.clamp(min=0), 0.0).to(beta)


def _first_leak(beta):
    lag = _lag(len(beta))
    return torch.where(lag >= 0, beta[0] ** lag.clamp(min=0), 0.0).to(beta)


def _leak_cases() -> list[Case]:
    return [
        Case("three steps", (torch.tensor([0.5, 0.25, 0.75]),)),
        Case("one time-step", (torch.tensor([0.5]),)),
        Case("always the same leak", (torch.full((4,), 0.5),)),
        Case("no leak at all", (torch.ones(4),)),
        Case("a step that forgets everything, β = 0", (torch.tensor([0.5, 0.75, 0.0, 0.5, 0.25]),)),
        Case("random", (normal(6, seed=1).sigmoid(),)),
        Case("random float64", (normal(9, seed=2, dtype=torch.float64).sigmoid(),)),
    ]


VARYING_LEAK = Exercise(
    key="02/varying_leak",
    title="A leak that changes",
    task="Write the function from β [T] to the matrix W [T, T] of H[t] = β[t]·H[t−1] + X[t].",
    difficulty="medium",
    minutes=10,
    arguments=("beta",),
    result="W",
    axes=("t", "i"),
    answer=weight_of_varying_leak,
    cases=_leak_cases,
    wrong=(
        Wrong("lag off by one", _leaks(0, 0),
              "X[i] is multiplied by β[i], too. It comes in *after* that leak: the product begins at β[i+1]."),
        Wrong("the last leak missing", _leaks(0, -1),
              "The product runs from β[i] to β[t−1]. On the way from step i to step t, β[i+1] to β[t] act."),
        Wrong("W transposed", lambda beta: weight_of_varying_leak(beta).T,
              "Rows and columns have changed places: row t is the step that is charged, column i ≤ t an input."),
        Wrong("divided cumulative products", _by_division,
              "Dividing cumulative products fails where a β is 0 (0/0). Build each row from the row above."),
        Wrong("the newest leak for all", _newest_leak,
              "All leaks in a row are taken to be β[t]. Each step that passed had its own."),
        Wrong("the first leak for all", _first_leak,
              "The leak of step 0 is used everywhere. Each step has its own β[t]."),
        Wrong("the future leaks in", lambda beta: (W := weight_of_varying_leak(beta)) + W.tril(-1).T,
              "Entries above the diagonal are not 0: H[t] would hold inputs that have not come yet."),
        Wrong("the newest input missing", lambda beta: weight_of_varying_leak(beta).tril(-1),
              "The diagonal is missing: H[t] holds X[t] as it is, with the weight 1."),
        Wrong("the input decays as well", lambda beta: weight_of_varying_leak(beta) * (1 - beta),
              "The columns are multiplied by 1 − β, as if the input were scaled, too. Here X[t] comes in whole."),
        Wrong("no product", lambda beta: beta[:, None].expand(-1, len(beta)).tril(-1) + torch.ones_like(beta).diag(),
              "Only the newest leak acts here. X[i] goes through all of β[i+1], …, β[t], so multiply them."),
    ),
    hint="The newest input has weight 1, and each row is β[t] times the row above: W[t, :t] = β[t]·W[t−1, :t].",
    picture="weights",
)  # fmt: skip


def _cut(no_spike):
    """W where `no_spike(before_t, before_i, until_t, until_i)` holds: spikes counted before or until a step."""

    def run(W, S):
        until = S.cumsum(0)
        before = until - S
        return W * no_spike(before[:, None], before, until[:, None], until)

    return run


cut = _cut(lambda before_t, before_i, until_t, until_i: before_t == before_i)


def _last_block(W, S):
    before = S.cumsum(0) - S
    return W * (before == before[-1])


def _cut_cases() -> list[Case]:
    W = reset_free_weight
    bits = torch.tensor
    return [
        Case("a spike at step 1", (W(4, 2.0), bits([0.0, 1, 0, 0], dtype=torch.float64))),
        Case("one time-step", (W(1, 2.0), bits([1.0], dtype=torch.float64))),
        Case("no spike", (W(3, 2.0), torch.zeros(3, dtype=torch.float64))),
        Case("a spike at every step", (W(4, 3.0), torch.ones(4, dtype=torch.float64))),
        Case("a spike at the last step", (W(4, 3.0), bits([0.0, 0, 0, 1], dtype=torch.float64))),
        Case("two spikes in a row", (W(6, 5.0), bits([0.0, 1, 1, 0, 0, 0], dtype=torch.float64))),
        Case("IF, float32", (W(6, dtype=torch.float32), bits([0.0, 0, 1, 0, 1, 0]))),
        Case("random", (normal(9, 9, seed=3, dtype=torch.float64).tril(),
                        (normal(9, seed=5, dtype=torch.float64) > 0.4).double())),
    ]  # fmt: skip


CUT = Exercise(
    key="02/cut",
    title="Cut by the reset",
    task="From W [T, T] and the spikes S [T] of one neuron, make the matrix that a hard reset leaves.",
    difficulty="hard",
    minutes=15,
    arguments=("W", "S"),
    result="W cut",
    axes=("t", "i"),
    answer=cut,
    cases=_cut_cases,
    wrong=(
        Wrong("nothing cut", lambda W, S: W.clone(),
              "Nothing has been cut. A spike at s erases from H[t], t > s, every input up to and including X[s]."),
        Wrong("cut one step too early", _cut(lambda bt, bi, ut, ui: ut == bi),
              "One step too early: the charge at the step of the spike is still whole. The reset comes after it."),
        Wrong("the input at the spike kept", _cut(lambda bt, bi, ut, ui: bt <= ui),
              "The input at the step of the spike survives. It is part of the charge that is reset: i ≤ s is gone."),
        Wrong("both off by one", _cut(lambda bt, bi, ut, ui: ut == ui),
              "The block ends one step early: this erases where a spike falls in i < s ≤ t. It must be i ≤ s < t."),
        Wrong("all after the first spike gone", _cut(lambda bt, bi, ut, ui: (bt == 0) & (bi == 0)),
              "Everything after the first spike is gone. After a reset the neuron begins anew: later inputs count."),
        Wrong("only the last block kept", _last_block,
              "Rows before the last spike have lost their inputs. A spike erases the past for *later* rows alone."),
        Wrong("what is erased, kept", _cut(lambda bt, bi, ut, ui: bt != bi),
              "This keeps what is to be erased, and the other way round."),
        Wrong("rows of spikes erased", lambda W, S: W * (1 - S)[:, None],
              "The rows of the spikes are erased. The charge at a spike is whole; the rows *below* lose inputs."),
        Wrong("columns of spikes erased", lambda W, S: W * (1 - S),
              "The columns of the spikes are erased. A spike erases all columns up to its own, for later rows."),
        Wrong("the mask returned", lambda W, S: cut(torch.ones_like(W), S),
              "These are zeros and ones: the mask. Multiply W by it."),
        Wrong("W transposed", lambda W, S: cut(W, S).T,
              "Rows and columns have changed places: row t is the step that is charged."),
    ),
    hint="Count the spikes before each step: W[t, i] survives where that count is the same at t and at i.",
    picture="weights",
)  # fmt: skip

EXERCISES = (WEIGHT, VARYING_LEAK, CUT)
