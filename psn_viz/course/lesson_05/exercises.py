"""Exercises of lesson 05: a kernel that leaks, a piece of a sequence, and how far a stack of layers sees."""

from __future__ import annotations

import torch

from psn_viz.course.checking.exercise import Case, Exercise, Wrong, clear_of, column, normal


def _kernel(weight):
    """W_0 … W_{k−1} from the age of the input that each meets, and τ."""

    def run(k, tau):
        return weight(torch.arange(k - 1, -1, -1, dtype=torch.float64), tau) * torch.ones(k, dtype=torch.float64)

    return run


kernel = _kernel(lambda age, tau: (1 - 1 / tau) ** age)


def _kernel_cases() -> list[Case]:
    return [
        Case("k = 1, one time-step in view", (1, 3.0)),
        Case("the exponential initialisation", (4, 2.0)),
        Case("a slow leak", (5, 10.0)),
        Case("τ = 1, no memory", (3, 1.0)),
        Case("two weights", (2, 1.25)),
        Case("many weights", (12, 3.7)),
    ]


KERNEL = Exercise(
    key="05/kernel",
    title="A kernel that leaks",
    task="Complete the one line: the k weights with which the sliding PSN forgets like H[t] = β·H[t−1] + X[t].",
    difficulty="easy",
    minutes=5,
    arguments=("k", "tau"),
    result="W",
    axes=("j",),
    answer=kernel,
    cases=_kernel_cases,
    wrong=(
        Wrong("turned round", lambda k, tau: kernel(k, tau).flip(0),
              "The kernel is turned round: the last weight, s = k − 1, meets the newest input; that one is 1."),
        Wrong("the input divided by τ", _kernel(lambda age, tau: (1 - 1 / tau) ** age / tau),
              "This is the form with X/τ. Here X comes in whole: the newest weight is 1."),
        Wrong("one power too many", _kernel(lambda age, tau: (1 - 1 / tau) ** (age + 1)),
              "One power of β too many: the newest input, s = k − 1, has not leaked yet, so its power is 0."),
        Wrong("1/τ for β", _kernel(lambda age, tau: (1 / tau) ** age),
              "The powers are those of 1/τ, the share that is lost. What survives a step is β = 1 − 1/τ."),
        Wrong("always halved", _kernel(lambda age, tau: 0.5**age),
              "This halves at every step, whatever τ is: it is right for τ = 2 alone. Use β = 1 − 1/τ."),
        Wrong("exponential decay", _kernel(lambda age, tau: torch.exp(-age / tau)),
              "exp(−age/τ) is the leak in continuous time. In steps it is β raised to the age."),
        Wrong("no leak", _kernel(lambda age, tau: torch.ones_like(age)),
              "Nothing fades here: every step that passes must cost a factor β."),
        Wrong("β times the age", _kernel(lambda age, tau: (1 - 1 / tau) * age),
              "β is multiplied by the age here; it is to be raised to it."),
        Wrong("negative powers", _kernel(lambda age, tau: (1 - 1 / tau) ** -age),
              "The sign of the power is turned round, so that older inputs count more. The power is k − 1 − s ≥ 0."),
        Wrong("weights that add up to 1", lambda k, tau: kernel(k, tau) / kernel(k, tau).sum(),
              "These are right but for a factor: they add up to 1. The newest weight is to be 1."),
    ),
    hint="W_s meets an input that is k − 1 − s steps old, and each of those steps has cost a factor β.",
)  # fmt: skip


def _charges(window=lambda X, queue: torch.cat((queue, X)), weights=lambda W: W):
    """H of a piece from the inputs in view, the oldest first, and the weights that these meet."""

    def run(X, queue, W, v_threshold):
        inputs, kernel = window(X, queue), weights(W)
        return torch.stack([kernel @ inputs[t : t + len(kernel)] for t in range(len(inputs) - len(kernel) + 1)])

    return run


def _fired(charges, fires=lambda H, v_threshold: H >= v_threshold):
    return lambda X, queue, W, v_threshold: fires(charges(X, queue, W, v_threshold), v_threshold).to(X)


piece = _fired(_charges())


def _late(X, queue):
    """Without the newest input, and one more zero in front."""
    return torch.cat((torch.zeros_like(X[:1]), queue, X))[:-1]


def _emptied_by_a_spike(X, queue, W, v_threshold):
    S = []
    for X_t in X:
        in_view = torch.cat((queue, X_t[None]))
        S_t = (W @ in_view >= v_threshold).to(X)
        queue = (in_view * (1 - S_t))[1:]
        S.append(S_t)
    return torch.stack(S)


def _piece_cases() -> list[Case]:
    halves, rises = torch.tensor([0.125, 0.25, 0.5, 1.0]), torch.tensor([-1.0, 1.0])
    cases = [
        Case("an old input fades", (column(0, 0, 0, 0, 0), column(0, 0, 4), halves, 0.5)),
        Case("one time-step, one neuron", (column(1), column(0, 2, -1), torch.tensor([0.5, 1.0, 0.25, 1.0]), 1.5)),
        Case("k = 1, nothing in the queue", (column(2, 0.25, 1, -1), torch.zeros(0, 1), torch.tensor([0.5]), 0.5)),
        Case("a piece shorter than the queue",
             (column(1, 4), column(3, 0, -1, 2), torch.tensor([1.0, 0.5, 0.25, -0.5, 2.0]), 1.5)),
        Case("a charge exactly at the threshold", (column(2, 3, 3, 5), column(1), rises, 1.0)),
        Case("the input has risen before", (column(2, 2, 0, 3), column(2), rises, 1.0)),
        Case("only the oldest of three counts", (column(2, 0, 0, 1), column(3, 0), torch.tensor([1.0, 0, 0]), 2.0)),
        Case("a threshold below 0", (column(-1, 1, -3, 0, 0), column(-2), torch.tensor([0.5, 1.0]), -0.75)),
    ]  # fmt: skip
    single, double = torch.float32, torch.float64
    sizes = [(6, 3, 2, 1.0, single), (12, 4, 5, 0.3, single), (9, 1, 3, 0.7, single), (10, 2, 4, 0.5, double)]
    for seed, (t, N, k, v_threshold, dtype) in enumerate(sizes):
        W, queue = normal(k, seed=50 + seed, dtype=dtype), normal(k - 1, N, seed=70 + seed, scale=2.0, dtype=dtype)
        X = clear_of(
            lambda X: _charges()(X, queue, W, v_threshold) - v_threshold,  # noqa: B023
            lambda s: normal(t, N, seed=s, mean=0.5, scale=1.5, dtype=dtype),  # noqa: B023
            seed * 1000,
        )
        cases.append(Case("random float64" if dtype == double else "random", (X, queue, W, v_threshold)))
    return cases


# evidence: not a result: k − 1 is what a queue keeps
PIECE = Exercise(
    key="05/piece",
    title="A piece of a sequence",
    task="Write the sliding PSN for the t steps of X [t, N] that come after a queue [k − 1, N]; return S [t, N].",
    difficulty="medium",
    minutes=10,
    arguments=("X", "queue", "W", "v_threshold"),
    result="S",
    axes=("t", "n"),
    answer=piece,
    cases=_piece_cases,
    wrong=(
        Wrong("the queue left out", _fired(_charges(lambda X, queue: torch.cat((torch.zeros_like(queue), X)))),
              "The queue is not used: this is the piece as if a new sequence began with it."),
        Wrong("the kernel turned round", _fired(_charges(weights=lambda W: W.flip(0))),
              "The kernel is turned round: the last weight meets the newest input."),
        Wrong("the queue behind", _fired(_charges(lambda X, queue: torch.cat((X, queue)))),
              "The queue stands behind the piece here. It holds what came before: put it in front."),
        Wrong("the queue turned round", _fired(_charges(lambda X, queue: torch.cat((queue.flip(0), X)))),
              "The queue is turned round: its last entry is the newest, next to X[0]."),
        Wrong("one step late", _fired(_charges(_late)),
              "H[t] is computed without X[t], one step too late. The newest input has the last weight."),
        Wrong("the steps of the queue once more",
              _fired(_charges(lambda X, queue: torch.cat((torch.zeros_like(queue), queue, X)))),
              "The steps of the queue have had their spikes already. Return those of the t new steps."),
        Wrong("only where the piece holds k inputs", _fired(_charges(lambda X, queue: X)),
              "The first steps are missing: X[0] and the k − 1 inputs of the queue are k inputs, enough for S[0]."),
        Wrong("emptied by a spike", _emptied_by_a_spike,
              "A spike empties the queue here. There is no reset: an input stays in view for k steps."),
        Wrong("> for ≥", _fired(_charges(), lambda H, v_threshold: H > v_threshold),
              "Θ(0) = 1: the neuron fires when the charge *reaches* the threshold, H >= v_threshold."),
        Wrong("a threshold of 1", lambda X, queue, W, v_threshold: piece(X, queue, W, 1.0),
              "The threshold here is 1 always. Use v_threshold."),
        Wrong("the charges returned", _charges(),
              "These are the charges H. Return the spikes: 1 where the neuron fired, else 0."),
    ),
    hint="Put the queue in front of the piece; H[t] is the kernel times the k inputs that begin at place t of that.",
    picture="spikes",
)  # fmt: skip


def _view(keep):
    """1 where `keep` holds of the age t − i of an input, k and L."""

    def run(T, k, L):
        step = torch.arange(T)
        return keep(step[:, None] - step, k, L).double()

    return run


def _up_to(oldest):
    return _view(lambda age, k, L: (age >= 0) & (age <= oldest(k, L)))


view = _up_to(lambda k, L: L * (k - 1))


def _paths(T, k, L):
    band = _up_to(lambda k, L: k - 1)(T, k, L)
    return torch.linalg.matrix_power(band, L)


def _view_cases() -> list[Case]:
    return [
        Case("one time-step", (1, 4, 2)),
        Case("one layer", (8, 3, 1)),
        Case("two layers", (9, 4, 2)),
        Case("k = 1, no memory in any layer", (5, 1, 6)),
        Case("three layers of order 2", (8, 2, 3)),
        Case("more reach than steps", (6, 4, 5)),
        Case("a longer sequence", (20, 5, 3)),
    ]


# evidence: not a result: a formula that the exercise asks for
VIEW = Exercise(
    key="05/view",
    title="How far a stack sees",
    task="Write the matrix [T, T] in float64 that is 1 where step t of the last of L layers can depend on input i.",
    difficulty="medium",
    minutes=10,
    arguments=("T", "k", "L"),
    result="view",
    axes=("t", "i"),
    answer=view,
    cases=_view_cases,
    wrong=(
        Wrong("one layer only", _up_to(lambda k, L: k - 1),
              "This is the view of a single layer. Each further layer adds k − 1 steps."),
        Wrong("L times k", _up_to(lambda k, L: L * k),
              "Too far: of its k inputs, one is the present step. A layer reaches k − 1 steps back, not k."),
        Wrong("L times k, less one", _up_to(lambda k, L: L * k - 1),
              "L·k inputs are too many: the views of two layers share a step. L layers see L·(k − 1) + 1 inputs."),
        Wrong("one step for each layer", _up_to(lambda k, L: k + L - 2),
              "A further layer adds k − 1 steps, not one."),
        Wrong("k to the power L", _up_to(lambda k, L: k**L - 1),
              "The reach is not multiplied by a further layer, it grows by k − 1."),
        Wrong("the future in view", _view(lambda age, k, L: age.abs() <= L * (k - 1)),
              "Entries above the diagonal are 1: no layer looks ahead, so no stack does."),
        Wrong("transposed", lambda T, k, L: view(T, k, L).T,
              "Rows and columns have changed places: row t is the step that fires, column i ≤ t an input."),
        Wrong("the newest missing", _view(lambda age, k, L: (age > 0) & (age <= L * (k - 1))),
              "The diagonal is missing: S[t] depends on X[t], too."),
        Wrong("all of the past", _view(lambda age, k, L: age >= 0),
              "All of the past is in view here. L layers reach L·(k − 1) steps back and no further."),
        Wrong("the number of ways", _paths,
              "These count in how many ways an input can get there. Wanted is 1 where there is any way."),
    ),
    hint="A layer reaches k − 1 steps back, and the layer below goes on from there: L·(k − 1) steps in all.",
    picture="weights",
)  # fmt: skip

EXERCISES = (KERNEL, PIECE, VIEW)
