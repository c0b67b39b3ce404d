"""Exercises of lesson 11: the charge since a spike, and a path followed by doubling."""

from __future__ import annotations

import torch

from psn_viz.course.checking.exercise import Case, Exercise, Wrong, normal


def _charge(since):
    """H of the steps after s, from u, s and the lags 1, 2, … T − s − 1."""

    def run(u, s, beta):
        return since(u, s, beta, torch.arange(1, len(u) - s, dtype=u.dtype))

    return run


charge_since = _charge(lambda u, s, beta, lag: u[s + 1 :] - beta**lag * u[s])


def _charge_cases() -> list[Case]:
    double = torch.float64
    return [
        Case("T = 6, s = 2", (normal(6, seed=1, dtype=double), 2, 0.75)),
        Case("after the first step", (normal(5, seed=2, dtype=double), 0, 0.5)),
        Case("β = 1, no leak", (normal(7, seed=3, dtype=double), 3, 1.0)),
        Case("after the last step", (normal(4, seed=4, dtype=double), 3, 0.9)),
        Case("one time-step, so none left", (normal(1, seed=8, dtype=double), 0, 0.5)),
        Case("one step left", (normal(4, seed=5, dtype=double), 2, 0.9)),
        Case("a long sequence", (normal(300, seed=6, dtype=double), 120, 0.95)),
        Case("float32", (normal(8, seed=7), 4, 0.5)),
    ]


CHARGE = Exercise(
    key="11/charge_since",
    title="The charge since a spike",
    task="Complete the one line: H of the steps after s, of a neuron that was reset in step s.",
    difficulty="easy",
    minutes=5,
    arguments=("u", "s", "beta"),
    result="H",
    axes=("t",),
    answer=charge_since,
    cases=_charge_cases,
    wrong=(
        Wrong("no leak of what is taken away", _charge(lambda u, s, beta, lag: u[s + 1 :] - u[s] + 0 * lag),
              "u[s] has leaked since: at step t only β^(t−s) of it is left in u[t]. Take that away, not all of it."),
        Wrong("one leak", _charge(lambda u, s, beta, lag: u[s + 1 :] - beta * u[s] + 0 * lag),
              "By step t it has leaked t − s times: the factor is β^(t−s), another one at each step."),
        Wrong("lag from 0", _charge(lambda u, s, beta, lag: u[s + 1 :] - beta ** (lag - 1) * u[s]),
              "Already one step after s it has leaked once: the first exponent is 1."),
        Wrong("added", _charge(lambda u, s, beta, lag: u[s + 1 :] + beta**lag * u[s]),
              "The reset takes away what was there: subtract it."),
        Wrong("no reset", _charge(lambda u, s, beta, lag: u[s + 1 :] + 0 * lag),
              "This is u itself, as if nothing had been reset."),
        Wrong("u of the step before", _charge(lambda u, s, beta, lag: u[s:-1] - beta**lag * u[s]),
              "u is one step late: the first H wanted is made of u[s + 1]."),
        Wrong("backwards", _charge(lambda u, s, beta, lag: u[s + 1 :] - beta ** lag.flip(0) * u[s]),
              "The exponent is t − s: 1 for the first of these steps, 2 for the next, and so on."),
        Wrong("from s on", lambda u, s, beta: u[s:] - beta ** torch.arange(len(u) - s, dtype=u.dtype) * u[s],
              "One entry too many: the first one wanted is that of step s + 1."),
    ),
    hint="u[t] holds β^(t−s) of u[s]. The neuron that was reset in step s does not.",
)  # fmt: skip


def _places(successor: torch.Tensor) -> torch.Tensor:
    """Where each place leads, place 0 the start, place T + 1 the end."""
    return torch.cat((successor + 1, torch.tensor([len(successor)])))


def _follow(rounds=lambda T: T.bit_length(), double=lambda pointer: pointer[pointer], first=lambda marked: None):
    def run(successor):
        T = len(successor) - 1
        pointer, marked = _places(successor), torch.zeros(T + 2, dtype=torch.bool)
        marked[0] = True
        first(marked)
        for _ in range(rounds(T)):
            marked[pointer[marked]] = True
            pointer = double(pointer)
        return marked[1 : T + 1]

    return run


follow = _follow()


def _by_loop(successor: torch.Tensor) -> torch.Tensor:
    """The path, followed spike by spike."""
    T = len(successor) - 1
    marked, at = torch.zeros(T, dtype=torch.bool), int(successor[0])
    while at < T:
        marked[at], at = True, int(successor[at + 1])
    return marked


def _table(T: int, seed: int, far: int = 4) -> torch.Tensor:
    """A table of successors: from each place at most `far` steps ahead."""
    ahead = torch.randint(1, far + 1, (T + 1,), generator=torch.Generator().manual_seed(seed))
    return (torch.arange(-1, T) + ahead).clamp(max=T)


def _follow_cases() -> list[Case]:
    return [
        Case("T = 8", (_table(8, 1),)),
        Case("one time-step, a spike", (torch.tensor([0, 1]),)),
        Case("one time-step, no spike", (torch.tensor([1, 1]),)),
        Case("never a spike", (torch.full((7,), 6),)),
        Case("a spike in every step", (torch.arange(17),)),
        Case("T = 100", (_table(100, 2, far=9),)),
        Case("a long sequence", (_table(3000, 3),)),
        Case("from the start far away", (torch.tensor([5, 1, 2, 3, 4, 6, 7, 7]),)),
    ]


FOLLOW = Exercise(
    key="11/follow",
    title="A path by doubling",
    task="Mark the spikes that lie on the path from the start, in about log₂ T rounds.",
    difficulty="medium",
    minutes=15,
    arguments=("successor",),
    result="S",
    axes=("t",),
    answer=follow,
    cases=_follow_cases,
    wrong=(
        Wrong("every successor", lambda successor: _marked_by(successor, successor),
              "These are the steps that some arrow leads to. Only those on the path from the start are spikes."),
        Wrong("no doubling", _follow(double=lambda pointer: pointer),
              "The pointers stay as they are: each round marks one spike more. Let them double: pointer[pointer]."),
        Wrong("one round too few", _follow(rounds=lambda T: T.bit_length() - 1),
              "After r rounds 2^r − 1 spikes are marked. There can be T of them, so 2^r must be greater than T."),
        Wrong("one round", _follow(rounds=lambda T: 1),
              "This marks the first spike. Double the pointers and go on."),
        Wrong("the start is a step", lambda successor: torch.roll(follow(successor), 1),
              "The spikes are one step late: entry s + 1 of the table belongs to step s."),
        Wrong("the start not marked", _follow(first=lambda marked: marked.fill_(False)),
              "Nothing is ever marked: the path begins at the start, which is marked before the first round."),
        Wrong("all places marked at first", _follow(first=lambda marked: marked.fill_(True)),
              "Everything is marked. Only the start is, before the first round."),
        Wrong("only the last marks", lambda successor: _only_new(successor),
              "The spikes that were found before get lost. Marks stay."),
    ),
    hint="The start is marked. In each round: mark where marked places point to, then pointer = pointer[pointer].",
    picture=None,
)  # fmt: skip


def _marked_by(successor: torch.Tensor, steps: torch.Tensor) -> torch.Tensor:
    marked = torch.zeros(len(successor), dtype=torch.bool)
    marked[steps] = True
    return marked[:-1]


def _only_new(successor: torch.Tensor) -> torch.Tensor:
    T = len(successor) - 1
    pointer, marked = _places(successor), torch.zeros(T + 2, dtype=torch.bool)
    marked[0] = True
    for _ in range(T.bit_length()):
        new = torch.zeros_like(marked)
        new[pointer[marked]] = True
        marked, pointer = new, pointer[pointer]
    return marked[1 : T + 1]


EXERCISES = (CHARGE, FOLLOW)
