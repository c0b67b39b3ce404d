"""Exercises of lesson 04: the weights that a half-shut mask leaves, a queue of inputs, what a spike waits for."""

from __future__ import annotations

import torch

from psn_viz.classroom.exercise import Case, Exercise, Wrong, clear_of, column, normal


def _mask(T, k, newest=0):
    """Ones where input j is at least `newest` and less than k steps old."""
    step = torch.arange(T)
    age = step[:, None] - step
    return ((age >= newest) & (age < k)).double()


def _masked(mix, mask=_mask):
    """W, the mask and λ, mixed."""

    def run(W, k, lambda_):
        return mix(W, mask(len(W), k).to(W), lambda_).to(W)

    return run


masked_weight = _masked(lambda W, M, lambda_: W * (lambda_ * M + (1 - lambda_)))


def _with(mask):
    return _masked(lambda W, M, lambda_: W * (lambda_ * M + (1 - lambda_)), mask)


def _masked_cases() -> list[Case]:
    return [
        Case("half shut", (torch.ones(4, 4), 2, 0.5)),
        Case("one time-step", (torch.tensor([[0.5]]), 1, 0.25)),
        Case("λ = 0, a PSN", (normal(3, 3, seed=1), 2, 0.0)),
        Case("λ = 1, k = 1: no memory", (normal(3, 3, seed=2), 1, 1.0)),
        Case("λ = 1, k = T: all of the past", (normal(4, 4, seed=3), 4, 1.0)),
        Case("random", (normal(6, 6, seed=4), 3, 0.75)),
        Case("nearly shut", (normal(7, 7, seed=5), 2, 0.99)),
        Case("random float64", (normal(9, 9, seed=6, dtype=torch.float64), 4, 0.3)),
    ]


MASKED_WEIGHT = Exercise(
    key="04/masked_weight",
    title="What multiplies X",
    task="Complete the two lines: the mask M_k, and W ⊙ M_k(λ), what is left of W [T, T] at order k and at λ.",
    difficulty="easy",
    minutes=5,
    arguments=("W", "k", "lambda_"),
    result="W",
    axes=("t", "i"),
    answer=masked_weight,
    cases=_masked_cases,
    wrong=(
        Wrong("λ and 1 − λ exchanged", _masked(lambda W, M, lambda_: W * ((1 - lambda_) * M + lambda_)),
              "λ and 1 − λ have changed places: λ = 0 leaves all of W, and λ = 1 the band alone."),
        Wrong("λ forgotten", _masked(lambda W, M, lambda_: W * M),
              "This is the shut mask at every λ. Outside the band a share 1 − λ of W is left."),
        Wrong("nothing outside the band", _masked(lambda W, M, lambda_: W * lambda_ * M),
              "λ·M_k is there, (1 − λ)·J is missing: with λ = 0 nothing at all is left of W."),
        Wrong("J not multiplied by W", _masked(lambda W, M, lambda_: W * lambda_ * M + (1 - lambda_)),
              "1 − λ is added to W itself. The mask is λ·M_k + (1 − λ)·J, and W is multiplied by all of it."),
        Wrong("the mask transposed", _with(lambda T, k: _mask(T, k).T),
              "This band lies above the diagonal: it keeps the future and shuts out the past."),
        Wrong("all of the past", _with(lambda T, k: _mask(T, T)),
              "No input is too old here. In row i the band begins at column i − k + 1; triu cuts what is before it."),
        Wrong("the future left in", _with(lambda T, k: _mask(T, k, newest=-T)),
              "Above the diagonal nothing is shut: inputs still to come are in. tril keeps j ≤ i."),
        Wrong("the band too wide", _with(lambda T, k: _mask(T, k + 1)),
              "The band is k + 1 entries wide. With X[i] among the k newest inputs, the oldest is X[i − k + 1]."),
        Wrong("the band too narrow", _with(lambda T, k: _mask(T, k - 1)),
              "The band is k − 1 entries wide. k counts the newest input, X[i], as well."),
        Wrong("the newest input missing", _with(lambda T, k: _mask(T, k + 1, newest=1)),
              "The diagonal is missing: a step may use its own input, j = i."),
        Wrong("the mask returned", _masked(lambda W, M, lambda_: lambda_ * M + (1 - lambda_)),
              "This is M_k(λ). Multiply W by it, entry by entry."),
        Wrong("nothing shut", _masked(lambda W, M, lambda_: W.clone()),
              "This is W as it was, at every λ."),
    ),
    hint="Keep j ≤ i with tril and j > i − k with triu; then W times λ·M_k + (1 − λ).",
    picture="weights",
)  # fmt: skip


def _charge(X, W, k):
    return (W * _mask(len(W), k).to(W)) @ X


def _fired(H, B):
    return (H >= B[:, None]).to(H)


def stream(X, W, B, k):
    """Spikes of the masked PSN, from a queue of inputs."""
    queue, S = [], []
    for t in range(len(X)):
        queue = [*queue, X[t]][-k:]
        S.append((W[t, t + 1 - len(queue) : t + 1] @ torch.stack(queue) >= B[t]).to(X))
    return torch.stack(S)


def _queue(weights, keep=lambda k: k):
    """The same with other weights for what is in the queue, or with another length of it."""

    def run(X, W, B, k):
        queue, S = [], []
        for t in range(len(X)):
            queue = [*queue, X[t]][len(queue) + 1 - min(keep(k), len(queue) + 1) :]
            H = weights(W, t, len(queue)) @ torch.stack(queue) if queue else torch.zeros_like(X[0])
            S.append((H >= B[t]).to(X))
        return torch.stack(S)

    return run


def _only_when_full(X, W, B, k):
    S = stream(X, W, B, k)
    return torch.cat((torch.zeros_like(S[: k - 1]), S[k - 1 :]))


def _without_the_newest(X, W, B, k):
    return _fired((W * _mask(len(W), k, newest=1).to(W)) @ X, B)


def _stream_cases() -> list[Case]:
    def random(seed, T, N, k, dtype=torch.float32):
        W = normal(T, T, seed=seed, scale=0.8, dtype=dtype)
        B = normal(T, seed=seed + 50, mean=0.5, scale=0.5, dtype=dtype)
        X = clear_of(
            lambda X: _charge(X, W, k) - B[:, None],
            lambda s: normal(T, N, seed=s, scale=2.0, dtype=dtype),
            1000 * seed,
        )
        return X, W, B, k

    small = torch.tensor([[1.0, 9, 9, 9], [0.5, 1, 9, 9], [9, 0.5, 1, 9], [9, 9, 0.5, 1]])
    return [
        Case("four steps, k = 2, large weights outside the band", (column(0.5, 1, 0.25, 1), small, torch.ones(4), 2)),
        Case("one time-step", (column(2), torch.tensor([[0.75]]), torch.ones(1), 1)),
        Case("a charge exactly at the threshold", (column(1, 1, 1), torch.full((3, 3), 0.5),
                                                   torch.tensor([0.5, 1.0, 1.0]), 2)),
        Case("k = 1: no memory", random(1, 6, 3, 1)),
        Case("k = T: all of the past", random(2, 5, 3, 5)),
        Case("random, k = 3", random(3, 9, 4, 3)),
        Case("two neurons, a long sequence", random(4, 20, 2, 4)),
        Case("random float64", random(5, 8, 3, 2, torch.float64)),
    ]  # fmt: skip


STREAM = Exercise(
    key="04/stream",
    title="As the inputs come",
    task="Write the masked PSN (λ = 1) as a loop with a queue of the newest k inputs; return the spikes [T, N].",
    difficulty="medium",
    minutes=12,
    arguments=("X", "W", "B", "k"),
    result="S",
    axes=("t", "n"),
    answer=stream,
    cases=_stream_cases,
    wrong=(
        Wrong("the mask forgotten", lambda X, W, B, k: _fired(W @ X, B),
              "This is the PSN: it uses inputs that have not come. In row t only columns t − k + 1 to t count."),
        Wrong("all of the past", lambda X, W, B, k: _fired(_charge(X, W, len(W)), B),
              "The queue never forgets. It holds the newest k inputs; drop the oldest when there are more."),
        Wrong("the queue too short", _queue(lambda W, t, n: W[t, t + 1 - n : t + 1], lambda k: k - 1),
              "One input too few: there are k with X[t] among them. Between two steps k − 1 are kept."),
        Wrong("the queue too long", _queue(lambda W, t, n: W[t, t + 1 - n : t + 1], lambda k: k + 1),
              "One input too many: k counts the newest one as well."),
        Wrong("the first columns of the row", _queue(lambda W, t, n: W[t, :n]),
              "The weights come from the first columns of the row. Those of the newest inputs end at column t."),
        Wrong("the queue turned round", _queue(lambda W, t, n: W[t, t + 1 - n : t + 1].flip(0)),
              "The newest input meets the weight of the oldest. Column t is the newest one's."),
        Wrong("the last row at every step", _queue(lambda W, t, n: W[-1, len(W) - n :]),
              "One row serves all steps here. Step t has row t of W (one row for all is lesson 05)."),
        Wrong("row 0 at every step", _queue(lambda W, t, n: W[0, :n]),
              "Every step uses row 0. Step t has row t of W."),
        Wrong("rows and columns exchanged", _queue(lambda W, t, n: W[t + 1 - n : t + 1, t]),
              "This reads down a column. H[t] is made from row t of W."),
        Wrong("silent until the queue is full", _only_when_full,
              "The first k − 1 steps are silent here. They have fewer inputs, and fire all the same."),
        Wrong("the newest input missing", _without_the_newest,
              "X[t] comes too late: put it into the queue before H[t] is charged."),
        Wrong("one threshold for all", lambda X, W, B, k: _fired(_charge(X, W, k), B[:1].expand(len(B))),
              "B[0] is used at every step. Step t compares with B[t]."),
        Wrong("threshold 1", lambda X, W, B, k: _fired(_charge(X, W, k), torch.ones_like(B)),
              "The threshold is 1 here. It is learned, one for each step: B[t]."),
        Wrong("above the threshold only", lambda X, W, B, k: (_charge(X, W, k) > B[:, None]).to(X),
              "At H[t] = B[t] it fires: Θ(0) = 1, so compare with ≥."),
        Wrong("H returned", lambda X, W, B, k: _charge(X, W, k),
              "This is the charge. Compare it with the threshold, and return the spikes."),
    ),
    hint="At step t the queue holds X[t − k + 1] … X[t], at first fewer; they meet the same columns of row t of W.",
    picture="spikes",
)  # fmt: skip


def inputs_needed(W):
    """The last column of each row that is not 0, counted from 1."""
    return ((W != 0) * torch.arange(1, W.shape[1] + 1)).amax(1)


def _needed_cases() -> list[Case]:
    looks_ahead = torch.eye(4)
    looks_ahead[1, 2] = 0.5
    without = torch.ones(4, 4).tril()
    without[2] = 0.0
    late = torch.ones(5, 5).tril(-2)
    late[:2, 0] = 1.0
    sparse = normal(8, 8, seed=7, dtype=torch.float64)
    sparse[sparse.abs() < 0.9] = 0.0
    return [
        Case("masked, k = 2", (torch.ones(4, 4) * _mask(4, 2).float(),)),
        Case("one time-step", (torch.tensor([[0.5]]),)),
        Case("dense", (normal(3, 3, seed=8),)),
        Case("k = 1: no memory", (torch.eye(5),)),
        Case("one row looks a step ahead", (looks_ahead,)),
        Case("one row without weights", (without,)),
        Case("the newest inputs are not used", (late,)),
        Case("negative weights", (-torch.ones(4, 4) * _mask(4, 3).float(),)),
        Case("random float64, many zeros", (sparse,)),
    ]


def _per_row(count):
    return lambda W: torch.tensor([count(W[t], t) for t in range(len(W))])


def _last(row):
    return int(row.nonzero()[-1]) if row.any() else -1


INPUTS = Exercise(
    key="04/inputs",
    title="What a spike waits for",
    task="From the matrix W [T, T] that multiplies X, say for each t how many inputs must have come before S[t] is "
    "known.",
    difficulty="medium",
    minutes=8,
    arguments=("W",),
    result="inputs",
    axes=("t",),
    answer=inputs_needed,
    cases=_needed_cases,
    wrong=(
        Wrong("the weights counted", lambda W: (W != 0).sum(1),
              "These are the inputs that count. To have X[5], one has to wait for six, whether the first five count "
              "or not."),
        Wrong("the last input's index", _per_row(lambda row, t: max(_last(row), 0)),
              "This is the index of the last input used. X[0] is the first one: add 1."),
        Wrong("t + 1 for all", _per_row(lambda row, t: t + 1),
              "t + 1 is right where a row ends at the diagonal. These rows may end before or behind it."),
        Wrong("all of them", _per_row(lambda row, t: len(row)),
              "Not every row has a weight in its last column: look at where each one ends."),
        Wrong("the first weight", _per_row(lambda row, t: int(row.nonzero()[0]) + 1 if row.any() else 0),
              "This finds the first weight of a row. It waits for the input of the *last* one."),
        Wrong("the largest weight", lambda W: W.abs().argmax(1) + 1,
              "This waits for the input with the largest weight. The smallest weight can tip a spike, too."),
        Wrong("positive weights alone", lambda W: inputs_needed(W.clamp(min=0)),
              "Negative weights are passed over. They change H as well: ask for W != 0."),
        Wrong("down the columns", lambda W: inputs_needed(W.T),
              "Rows and columns have changed places: S[t] comes from row t."),
        Wrong("in order", lambda W: inputs_needed(W).cummax(0).values,
              "Here a spike waits for the earlier ones, too. Without a reset it does not: every row is on its own."),
        Wrong("never before its own input", _per_row(lambda row, t: max(t, _last(row)) + 1),
              "A row that ends before the diagonal does not even wait for X[t]."),
        Wrong("how late it is", _per_row(lambda row, t: _last(row) - t),
              "This is how many steps late S[t] is. Count the inputs from the first one on."),
        Wrong("a row without weights waits", _per_row(lambda row, t: max(_last(row), 0) + 1),
              "A row without weights waits for nothing: H[t] = 0, whatever comes. Its number is 0."),
    ),
    hint="Find the last column of row t in which W is not 0, and count the inputs from the first up to that one.",
)  # fmt: skip

EXERCISES = (MASKED_WEIGHT, STREAM, INPUTS)
