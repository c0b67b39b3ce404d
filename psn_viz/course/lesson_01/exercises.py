"""Exercises of lesson 01: the charge of an LIF, and its whole loop."""

from __future__ import annotations

import torch

from psn_viz.course.checking.exercise import Case, Exercise, Wrong, clear_of, column, normal


def charge(V, X_t, tau):
    """A share 1/τ of the way from V to X."""
    return V + (X_t - V) / tau


def _charge_cases() -> list[Case]:
    tensor = torch.tensor
    return [
        Case("from rest", (torch.zeros(3), tensor([1.5, 0.5, -1.0]), 4.0)),
        Case("one neuron", (tensor([0.5]), tensor([2.0]), 2.0)),
        Case("τ = 1, no memory", (tensor([0.5, -3.0]), tensor([2.0, 1.0]), 1.0)),
        Case("no input", (tensor([1.0, 0.25, -2.0]), torch.zeros(3), 4.0)),
        Case("negative input", (tensor([0.5, -0.5]), tensor([-2.0, -1.0]), 2.5)),
        Case("random", (normal(5, seed=1), normal(5, seed=2), 3.0)),
        Case("random, a slow membrane", (normal(8, seed=3), normal(8, seed=4), 40.0)),
        Case("random float64", (normal(4, seed=5, dtype=torch.float64), normal(4, seed=6, dtype=torch.float64), 1.7)),
    ]


CHARGE = Exercise(
    key="01/charge",
    title="The charge",
    task="Complete the one line: the membrane goes a share 1/τ of the way from V to the input.",
    difficulty="easy",
    minutes=3,
    arguments=("V", "X_t", "tau"),
    result="H",
    axes=("n",),
    answer=charge,
    cases=_charge_cases,
    wrong=(
        Wrong("1/τ missing on the input", lambda V, X_t, tau: V - V / tau + X_t,
              "This is the other form, in which the input is not divided. Here 1/τ stands before all of (X − V)."),
        Wrong("no leak", lambda V, X_t, tau: V + X_t,
              "This is the IF neuron: it adds up and forgets nothing. Where does τ come in?"),
        Wrong("the leak missing", lambda V, X_t, tau: V + X_t / tau,
              "The input is divided by τ, but V loses nothing. The membrane goes towards X: use X − V."),
        Wrong("all of the way", lambda V, X_t, tau: V + (X_t - V),
              "This goes all of the way to X in one step. Take 1/τ of it."),
        Wrong("τ inverted", lambda V, X_t, tau: V + (X_t - V) * tau,
              "This multiplies by τ. A larger τ makes the membrane *slower*: divide by it."),
        Wrong("away from the input", lambda V, X_t, tau: V + (V - X_t) / tau,
              "V moves away from the input: the difference has the wrong sign. It is X − V."),
        Wrong("the membrane forgotten", lambda V, X_t, tau: X_t / tau,
              "The charge starts from 0 here. It starts from V, what the step before has left."),
        Wrong("the change returned", lambda V, X_t, tau: (X_t - V) / tau,
              "This is the change of the membrane. The charge is V plus that change."),
        Wrong("V and X exchanged", lambda V, X_t, tau: X_t + (V - X_t) / tau,
              "V and X have changed places: start from V and go towards X, so that V keeps 1 − 1/τ."),
        Wrong("the leak on V + X", lambda V, X_t, tau: (V + X_t) * (1 - 1 / tau),
              "The leak acts on V + X here. V keeps 1 − 1/τ of itself, X adds 1/τ of itself."),
    ),
    hint="Where it is: V. The gap to the input: X_t − V. It closes 1/τ of the gap.",
)  # fmt: skip


def _loop(charges=charge, fires=lambda H, th: H >= th, resets=lambda H, S_t, th: H * (1 - S_t), late=False):
    """The loop from its three steps; `late` resets by the spike of the step before."""

    def run(X, tau, v_threshold):
        V, S, before = torch.zeros_like(X[0]), [], torch.zeros_like(X[0])
        for X_t in X:
            H = charges(V, X_t, tau)
            S_t = fires(H, v_threshold).to(X)
            V = resets(H, before if late else S_t, v_threshold)
            before = S_t
            S.append(S_t)
        return torch.stack(S)

    return run


lif = _loop()


def _reset_first(X, tau, v_threshold):
    V, S = torch.zeros_like(X[0]), []
    for X_t in X:
        H = charge(V, X_t, tau)
        V = H * (H < v_threshold).to(X)
        S.append((V >= v_threshold).to(X))
    return torch.stack(S)


def _charges_in_return(X, tau, v_threshold):
    V, H = torch.zeros_like(X[0]), []
    for X_t in X:
        H.append(charge(V, X_t, tau))
        V = H[-1] * (H[-1] < v_threshold)
    return torch.stack(H)


def _reset_all(X, tau, v_threshold):
    return _loop(resets=lambda H, S_t, th: H * (1 - S_t.max()))(X, tau, v_threshold)


def _lif_cases() -> list[Case]:
    def margin(tau, v_threshold):
        return lambda X: _charges_in_return(X, tau, v_threshold) - v_threshold

    cases = [
        Case("a steady strong input", (column(*[1.5] * 6), 2.0, 1.0)),
        Case("one time-step, one neuron", (column(3), 2.0, 1.0)),
        Case("a charge exactly at the threshold", (column(2, 2, 1, 0.5), 2.0, 1.0)),
        Case("τ = 1, no memory", (column(2, 0.5, 1, -1, 1.25, 0), 1.0, 1.0)),
        Case("negative input", (column(-2, -4, 6, 1, -3, 8), 2.0, 1.0)),
        Case("an input just too weak", (column(*[0.875] * 8), 4.0, 1.0)),
        Case("a high threshold", (column(4, 4, 4, 4, 8, 0), 2.0, 2.5)),
        Case("two neurons, of which one fires", (torch.tensor([[3.0, 1.0], [3.0, 1.5], [3.0, 1.0]]), 2.0, 1.0)),
    ]  # fmt: skip
    sizes = [
        (6, 3, 3.0, 1.0, torch.float32),
        (10, 1, 1.5, 0.5, torch.float32),
        (12, 4, 2.5, 0.7, torch.float32),
        (9, 2, 4.0, 0.4, torch.float64),
    ]
    for seed, (T, N, tau, v_threshold, dtype) in enumerate(sizes):
        X = clear_of(
            margin(tau, v_threshold),
            lambda s: normal(T, N, seed=s, mean=1.0, scale=2.0, dtype=dtype),  # noqa: B023
            seed * 1000,
        )
        cases.append(Case("random float64" if dtype == torch.float64 else "random", (X, tau, v_threshold)))
    return cases


LIF = Exercise(
    key="01/lif",
    title="The whole loop",
    task="Write the loop of an LIF with hard reset: charge, fire, reset, for X [T, N]; return the spikes [T, N].",
    difficulty="medium",
    minutes=10,
    arguments=("X", "tau", "v_threshold"),
    result="S",
    axes=("t", "n"),
    answer=lif,
    cases=_lif_cases,
    wrong=(
        Wrong("the reset forgotten", _loop(resets=lambda H, S_t, th: H),
              "This is what the loop gives without a reset. After a spike, V starts again from 0."),
        Wrong("soft for hard", _loop(resets=lambda H, S_t, th: H - th * S_t),
              "This is a soft reset: it keeps what is above the threshold. The hard one sets V to 0: H·(1 − S)."),
        Wrong("reset before fire", _reset_first,
              "The neuron never fires: it is reset before it is asked. The order is charge, fire, reset."),
        Wrong("the reset one step late", _loop(late=True),
              "The reset comes one step too late: it uses the spike of the step before. Use S[t] in step t."),
        Wrong("reset to the threshold", _loop(resets=lambda H, S_t, th: H * (1 - S_t) + th * S_t),
              "After a spike V is set to the threshold here. The hard reset sets it to 0."),
        Wrong("all neurons reset together", _reset_all,
              "A spike of one neuron resets all of them. Each has its own V: multiply by 1 − S, elementwise."),
        Wrong("reset where it did not fire", _loop(resets=lambda H, S_t, th: H * S_t),
              "V is set to 0 where the neuron did *not* fire: S and 1 − S have changed places."),
        Wrong("the membrane never kept", _loop(resets=lambda H, S_t, th: torch.zeros_like(H)),
              "V is 0 at the start of every step, spike or not. Only a spike resets it."),
        Wrong("1/τ missing on the input", _loop(lambda V, X_t, tau: V - V / tau + X_t),
              "The input is not divided by τ here. This lesson's charge is V + (X − V)/τ."),
        Wrong("no leak", _loop(lambda V, X_t, tau: V + X_t),
              "This neuron has no leak: it is an IF. The charge is V + (X − V)/τ."),
        Wrong("τ inverted", _loop(lambda V, X_t, tau: V + (X_t - V) * tau),
              "The gap is multiplied by τ here. A larger τ makes the membrane slower: divide by it."),
        Wrong("> for ≥", _loop(fires=lambda H, th: H > th),
              "Θ(0) = 1: the neuron fires when the charge *reaches* the threshold, H >= v_threshold."),
        Wrong("a threshold of 1", lambda X, tau, v_threshold: lif(X, tau, 1.0),
              "The threshold here is 1 always. Use v_threshold."),
        Wrong("the charges returned", _charges_in_return,
              "These are the charges H. Return the spikes: 1 where the neuron fired, else 0."),
    ),
    hint="For each X_t: H from V and X_t; S from H; V from H and S; keep S. At the end, torch.stack.",
    picture="spikes",
)  # fmt: skip

EXERCISES = (CHARGE, LIF)
