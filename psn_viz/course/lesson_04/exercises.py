"""Exercises of lesson 04: the weights that a half-shut mask leaves, a queue of inputs, the epoch to report."""

from __future__ import annotations

import torch

from psn_viz.course.checking.exercise import Case, Exercise, Wrong, clear_of, column, normal


def _mask(T, k, newest=0):
    """Ones where input i is at least `newest` and less than k steps old."""
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
              "No input is too old here. In row t the band begins at column t − k + 1; triu cuts what is before it."),
        Wrong("the future left in", _with(lambda T, k: _mask(T, k, newest=-T)),
              "Above the diagonal nothing is shut: inputs still to come are in. tril keeps i ≤ t."),
        Wrong("the band too wide", _with(lambda T, k: _mask(T, k + 1)),
              "The band is k + 1 entries wide. With X[t] among the k newest inputs, the oldest is X[t − k + 1]."),
        Wrong("the band too narrow", _with(lambda T, k: _mask(T, k - 1)),
              "The band is k − 1 entries wide. k counts the newest input, X[t], as well."),
        Wrong("the newest input missing", _with(lambda T, k: _mask(T, k + 1, newest=1)),
              "The diagonal is missing: a step may use its own input, i = t."),
        Wrong("the mask returned", _masked(lambda W, M, lambda_: lambda_ * M + (1 - lambda_)),
              "This is M_k(λ). Multiply W by it, entry by entry."),
        Wrong("nothing shut", _masked(lambda W, M, lambda_: W.clone()),
              "This is W as it was, at every λ."),
    ),
    hint="Keep i ≤ t with tril and i > t − k with triu; then W times λ·M_k + (1 − λ).",
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


# evidence: not a result: k − 1 is what the queue keeps
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


def _one_at(epoch, accuracy):
    return (torch.arange(len(accuracy)) == epoch).to(accuracy)


def epoch_to_report(lambda_, accuracy):
    """1 at the best epoch among those with λ = 1, else 0."""
    return _where_shut(lambda shut, accuracy: shut[accuracy[shut].argmax()])(lambda_, accuracy)


# evidence: not a result: accuracies that are made up
def _epoch_cases() -> list[Case]:
    rises = torch.tensor([0.0, 0.5, 0.75, 1.0, 1.0, 1.0])
    return [
        Case("the best epoch of all is one with λ < 1", (rises, torch.tensor([40.0, 72, 75, 30, 42, 41]))),
        Case("one epoch of one neuron", (torch.tensor([1.0]), torch.tensor([10.0]))),
        Case("λ never reaches 1", (torch.tensor([0.0, 0.5, 0.99]), torch.tensor([50.0, 60, 70]))),
        Case("the best comes last", (rises, torch.tensor([60.0, 61, 62, 20, 30, 35]))),
        Case("λ = 0.999 is not 1",
             (torch.tensor([0.5, 0.999, 1.0, 1.0]), torch.tensor([50.0, 90, 40, 45]))),
        Case("shut from the start", (torch.ones(4), torch.tensor([20.0, 45, 50, 47]))),
        Case("a mask opened again", (torch.tensor([1.0, 1.0, 0.5, 0.0]), torch.tensor([30.0, 31, 40, 50]))),
        Case("an accuracy of 0", (torch.tensor([0.5, 1.0]), torch.tensor([80.0, 0.0]))),
        Case("random float64", (torch.linspace(0, 2, 24, dtype=torch.float64).clamp(max=1),
                                normal(24, seed=9, mean=50.0, scale=9.0, dtype=torch.float64))),
    ]  # fmt: skip


def _where_shut(of_the_shut, at_least=1.0):
    """1 at `of_the_shut` of the epochs with λ ≥ `at_least` and of all accuracies, else 0."""

    def run(lambda_, accuracy):
        shut = (lambda_ >= at_least).nonzero()[:, 0]
        return _one_at(of_the_shut(shut, accuracy) if len(shut) else -1, accuracy)

    return run


# evidence: not a result: a λ that is not 1
EPOCH = Exercise(
    key="04/epoch",
    title="The epoch to report",
    task="From λ [E] and validation accuracy [E] of each epoch, make a tensor [E]: 1 at the epoch to report, else 0.",
    difficulty="easy",
    minutes=5,
    arguments=("lambda_", "accuracy"),
    result="chosen",
    axes=("e",),
    answer=epoch_to_report,
    cases=_epoch_cases,
    wrong=(
        Wrong("the best of all", lambda lambda_, accuracy: _one_at(accuracy.argmax(), accuracy),
              "This is the best epoch whatever its λ. With λ < 1 the network still saw the future: leave those out."),
        Wrong("the last", lambda lambda_, accuracy: _one_at(len(accuracy) - 1, accuracy),
              "The last epoch need not be the best of those with λ = 1."),
        Wrong("the first with λ = 1", _where_shut(lambda shut, accuracy: shut[0]),
              "This is the first epoch with λ = 1. The best of them is wanted."),
        Wrong("counted from the first with λ = 1",
              _where_shut(lambda shut, accuracy: accuracy[shut].argmax()),
              "This counts from the first epoch with λ = 1. The 1 belongs at its place in the whole run."),
        Wrong("nearly shut", _where_shut(lambda shut, accuracy: shut[accuracy[shut].argmax()], 0.99),
              "λ = 0.99 counts as shut here. Only λ = 1 leaves nothing of the future."),
        Wrong("all with λ = 1", lambda lambda_, accuracy: (lambda_ == 1).to(accuracy),
              "These are all epochs with λ = 1. Mark the best of them alone."),
        Wrong("the worst", _where_shut(lambda shut, accuracy: shut[accuracy[shut].argmin()]),
              "This is the epoch with the smallest accuracy."),
        Wrong("others set to 0",
              lambda lambda_, accuracy: _one_at((accuracy * (lambda_ == 1)).argmax(), accuracy),
              "Accuracies at λ < 1 are set to 0, and such an epoch wins where no other is larger. Leave them out."),
        Wrong("the best of all, if it counts",
              lambda lambda_, accuracy: _one_at(accuracy.argmax(), accuracy) * (lambda_ == 1),
              "Where the best epoch of all has λ < 1, there may still be others with λ = 1. Choose among those."),
    ),
    hint="Keep the epochs with λ = 1, find the largest accuracy among them, and put a 1 at its place in the run.",
)  # fmt: skip

EXERCISES = (MASKED_WEIGHT, STREAM, EPOCH)
