"""Exercises of lesson 00: the loop without its reset, and the product that does the same at once."""

from __future__ import annotations

import torch

from psn_viz.course.checking.exercise import Case, Exercise, Wrong, clear_of, column, normal


def _loop(charge, fire, after):
    """A loop from its three steps, as a function of X and τ."""

    def run(X, tau):
        V, S = torch.zeros_like(X[0]), []
        for X_t in X:
            H = charge(V, X_t, tau)
            S_t = fire(H).to(X)
            V = after(H, S_t, tau)
            S.append(S_t)
        return torch.stack(S)

    return run


def _leaks(V, X_t, tau):
    return V - V / tau + X_t


def _reaches(H):
    return H >= 1


def _keeps(H, S_t, tau):
    return H


lif_without_reset = _loop(_leaks, _reaches, _keeps)


def _loop_cases() -> list[Case]:
    def charges_less_one(tau):
        def charges(X):
            V = torch.zeros_like(X[0])
            H = [V := _leaks(V, X_t, tau) for X_t in X]
            return torch.stack(H) - 1

        return charges

    cases = [
        Case("one strong input, then nothing", (column(3, 0, 0, 0), 2.0)),
        Case("one time-step, one neuron", (column(1.5), 2.0)),
        Case("a charge exactly at the threshold", (column(1, 0.5, 0.5, 0.25), 2.0)),
        Case("τ = 1, no memory", (column(2, 0.5, 1, -1, 1.25, 0), 1.0)),
        Case("negative input", (column(-2, -1, 4, 2, -3, 4), 2.0)),
        Case("a steady weak input that adds up", (column(*[0.5] * 6), 4.0)),
    ]
    for seed, (T, N, tau, dtype) in enumerate(
        [
            (6, 3, 3.0, torch.float32),
            (9, 1, 1.5, torch.float32),
            (12, 4, 7.3, torch.float32),
            (8, 2, 2.5, torch.float64),
        ]
    ):
        X = clear_of(charges_less_one(tau), lambda s: normal(T, N, seed=s, mean=0.5, dtype=dtype), seed * 1000)  # noqa: B023
        cases.append(Case("random float64" if dtype == torch.float64 else "random", (X, tau)))
    return cases


NO_RESET = Exercise(
    key="00/no_reset",
    title="The loop without reset",
    task="Complete the one line that says what is left of the charge when nothing resets it.",
    difficulty="easy",
    minutes=3,
    arguments=("X", "tau"),
    result="S",
    axes=("t", "n"),
    answer=lif_without_reset,
    cases=_loop_cases,
    wrong=(
        Wrong("the hard reset is still there", _loop(_leaks, _reaches, lambda H, S_t, tau: H * (1 - S_t)),
              "This is the loop with its hard reset: a spike still sets V to 0. Without a reset, what is V?"),
        Wrong("a soft reset", _loop(_leaks, _reaches, lambda H, S_t, tau: H - S_t),
              "This is a soft reset: a spike still takes the threshold off V. Here a spike changes nothing."),
        Wrong("nothing carried over", _loop(_leaks, _reaches, lambda H, S_t, tau: torch.zeros_like(H)),
              "V starts from 0 at every step here, as if every step ended in a reset. Carry the charge over."),
        Wrong("the spike carried over", _loop(_leaks, _reaches, lambda H, S_t, tau: S_t),
              "What is carried over here is S, the spike. What the next step starts from is the membrane."),
        Wrong("kept only at a spike", _loop(_leaks, _reaches, lambda H, S_t, tau: H * S_t),
              "The membrane survives only where the neuron fired: S and 1 − S have changed places. None is needed."),
        Wrong("> for ≥", _loop(_leaks, lambda H: H > 1, _keeps),
              "Θ(0) = 1: the neuron fires when the charge *reaches* the threshold, H >= 1."),
        Wrong("the leak applied to the charge again", _loop(_leaks, _reaches, lambda H, S_t, tau: H - H / tau),
              "The membrane leaks twice here, after the step, too. The leak is in the charge already."),
        Wrong("no leak", _loop(lambda V, X_t, tau: V + X_t, _reaches, _keeps),
              "This neuron has no leak. Leave the line of the charge as it was: V − V/τ + X."),
        Wrong("the input divided by τ", _loop(lambda V, X_t, tau: V + (X_t - V) / tau, _reaches, _keeps),
              "The input is divided by τ, too. This lesson's neuron takes in all of X: H = V − V/τ + X."),
    ),
    hint="With nothing to reset it, the membrane after the step is the charge itself.",
    picture="spikes",
)  # fmt: skip


def psn(X, W, B):
    """H = W X, S = Θ(H − B)."""
    return (W @ X >= B[:, None]).to(X)


def _psn_cases() -> list[Case]:
    eye = torch.eye(4)
    cases = [
        Case("W passes X on, and H is exactly B", (column(0.5, 1, 1.5, 1), eye, torch.ones(4))),
        Case("one time-step, one neuron", (column(2), torch.tensor([[0.5]]), torch.tensor([0.75]))),
        Case("one weight, from the last input to the first charge",
             (column(0, 0, 0, 2), torch.zeros(4, 4).index_put((torch.tensor(0), torch.tensor(3)), torch.tensor(1.0)),
              torch.ones(4))),
        Case("a threshold of its own for each step", (torch.ones(3, 3), torch.eye(3), torch.tensor([0.5, 1.5, 1.0]))),
        Case("negative thresholds and input", (-torch.ones(3, 2), torch.eye(3), torch.tensor([-0.5, -1.0, -2.0]))),
    ]  # fmt: skip
    single, double = torch.float32, torch.float64
    sizes = [(3, 2, single), (5, 5, single), (8, 1, single), (12, 4, single), (4, 4, double)]
    for seed, (T, N, dtype) in enumerate(sizes):
        W = normal(T, T, seed=50 + seed, dtype=dtype)
        B = normal(T, seed=70 + seed, dtype=dtype)
        X = clear_of(lambda X: W @ X - B[:, None], lambda s: normal(T, N, seed=s, dtype=dtype), seed * 1000)  # noqa: B023
        cases.append(Case("random float64" if dtype == torch.float64 else "random", (X, W, B)))
    return cases


def _later_only(X, W, B):
    return psn(X, W.triu(), B)


PSN = Exercise(
    key="00/psn",
    title="A Parallel Spiking Neuron",
    task="Write the neuron H = W X, S = Θ(H − B) for X [T, N], W [T, T] and B [T].",
    difficulty="medium",
    minutes=5,
    arguments=("X", "W", "B"),
    result="S",
    axes=("t", "n"),
    answer=psn,
    cases=_psn_cases,
    wrong=(
        Wrong("W transposed", lambda X, W, B: psn(X, W.T, B),
              "Rows and columns of W have changed places. Row t is the step that is charged, H[t] = Σ W[t, i] X[i]."),
        Wrong("B along the neurons", lambda X, W, B: (W @ X >= B).to(X),
              "B has one threshold for each time-step, [T], and H is [T, N]: B[:, None] puts it along time."),
        Wrong("> for ≥", lambda X, W, B: (W @ X > B[:, None]).to(X),
              "Θ(0) = 1: the neuron fires when the charge *reaches* the threshold, H >= B."),
        Wrong("the look ahead cut off", lambda X, W, B: psn(X, W.tril(), B),
              "Weights above the diagonal of W are left out. The W of a PSN may look ahead: use all of it."),
        Wrong("only the look ahead", _later_only,
              "Weights below the diagonal of W are left out. H[t] is made of all X[i], earlier and later."),
        Wrong("a threshold of 1", lambda X, W, B: (W @ X >= 1).to(X),
              "The threshold here is 1 at every step. B is given, one number for each step."),
        Wrong("B added", lambda X, W, B: (W @ X + B[:, None] >= 0).to(X),
              "B is added to the charge here. It is a threshold: Θ(H − B)."),
        Wrong("fires below the threshold", lambda X, W, B: (W @ X <= B[:, None]).to(X),
              "This fires where the charge is *below* the threshold."),
        Wrong("the charge returned", lambda X, W, B: W @ X,
              "These are the charges H. The neuron returns spikes: 1 where H >= B, else 0."),
        Wrong("H − B returned", lambda X, W, B: W @ X - B[:, None],
              "This is H − B. Apply Θ to it: 1 where it is ≥ 0, else 0."),
        Wrong("no mixing over time", lambda X, W, B: (W.diagonal()[:, None] * X >= B[:, None]).to(X),
              "Each step sees its own input only. H = W X is a matrix product, W @ X."),
    ),
    hint="Two lines: the charge of all steps at once, H = W @ X; then compare it with B, along time.",
    picture="spikes",
)  # fmt: skip

EXERCISES = (NO_RESET, PSN)
