"""Exercises of lesson 06: operations a byte, the time that a roofline predicts, and a leak by doubling steps."""

from __future__ import annotations

import torch

from psn_viz.course.checking.exercise import Case, Exercise, Wrong, column, normal


def _counts(*values: int) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


def _intensity(operations, moved):
    """Operations a byte from the operations and the numbers moved, as functions of T and N."""

    def run(T, N, size):
        return operations(T, N) / (size * moved(T, N))

    return run


intensity = _intensity(lambda T, N: 2 * T**2 * N, lambda T, N: 2 * T * N + T**2 + T)


def _intensity_cases() -> list[Case]:
    return [
        Case("float32, many neurons", (_counts(2, 8, 32, 128), 2**20, 4)),
        Case("float16", (_counts(4, 64), 4096, 2)),
        Case("few neurons", (_counts(1, 16, 64), 3, 4)),
        Case("one neuron, long sequences", (_counts(100, 1000), 1, 8)),
        Case("one time-step", (_counts(1), 256, 4)),
        Case("as many neurons as time-steps", (_counts(12, 500), 12, 4)),
    ]


INTENSITY = Exercise(
    key="06/intensity",
    title="Operations a byte",
    task="Complete the one line: how many operations a PSN does, forward, for each byte that it must move at least.",
    difficulty="easy",
    minutes=5,
    arguments=("T", "N", "size"),
    result="intensity",
    axes=("j",),
    answer=intensity,
    cases=_intensity_cases,
    wrong=(
        Wrong("operations a number", lambda T, N, size: intensity(T, N, 1),
              "These are operations for each number moved. A number has `size` bytes."),
        Wrong("times size", lambda T, N, size: intensity(T, N, 1) * size,
              "The size is on the wrong side: more bytes a number make fewer operations a byte."),
        Wrong("multiply-adds", _intensity(lambda T, N: T**2 * N, lambda T, N: 2 * T * N + T**2 + T),
              "A multiply-add is two operations: 2T²N in all."),
        Wrong("W not read", _intensity(lambda T, N: 2 * T**2 * N, lambda T, N: 2 * T * N),
              "That is T / size. W and B are read, too: T² + T more numbers, which matter for few neurons."),
        Wrong("B not read", _intensity(lambda T, N: 2 * T**2 * N, lambda T, N: 2 * T * N + T**2),
              "Nearly: B has T numbers that are read as well."),
        Wrong("X or S only", _intensity(lambda T, N: 2 * T**2 * N, lambda T, N: T * N + T**2 + T),
              "X is read and S is written: 2TN numbers for the two."),
        Wrong("H written as well", _intensity(lambda T, N: 2 * T**2 * N, lambda T, N: 3 * T * N + T**2 + T),
              "This moves H, too. At inference nobody needs it: it can stay where it is computed."),
        Wrong("bytes an operation", lambda T, N, size: 1 / intensity(T, N, size),
              "This is the other way round, bytes for each operation."),
    ),
    hint="2T²N operations, divided by the size of a number times the 2TN + T² + T numbers moved.",
)  # fmt: skip


def _seconds(combine):
    """Seconds from the three parts: launches, bytes, operations."""

    def run(operations, moved, launches, peak, bandwidth, latency, size):
        return combine(launches * latency, moved * size / bandwidth, operations / peak)

    return run


seconds = _seconds(lambda start, move, compute: start + torch.maximum(move, compute))


def _device(operations, moved, launches, size=4, peak=2.0e13, bandwidth=2.0e12, latency=5.0e-6):
    return (*(_counts(*values) for values in (operations, moved, launches)), peak, bandwidth, latency, size)


def _seconds_cases() -> list[Case]:
    T, N = 32, 2**20
    return [
        Case("a PSN and a loop", _device((2 * T * T * N, 6 * T * N), (2 * T * N, 4 * T * N), (1, T))),
        Case("limited by operations", _device((10**12,), (10**6,), (1,))),
        Case("limited by launches", _device((10, 10), (10, 10), (1, 1000))),
        Case("float16", _device((10**9, 10**11), (10**8, 10**8), (1, 1), size=2)),
        Case("one time-step of 1000 neurons", _device((2000, 6000), (2002, 2000), (1, 1))),
        Case("a slow device", _device((5, 7, 0), (3, 0, 9), (0, 2, 1), peak=2.0, bandwidth=3.0, latency=0.25)),
    ]


SECONDS = Exercise(
    key="06/seconds",
    title="The time that the roofs allow",
    task="Write the seconds that the model of this lesson predicts, for several neurons at once.",
    difficulty="medium",
    minutes=10,
    arguments=("operations", "moved", "launches", "peak", "bandwidth", "latency", "size"),
    result="seconds",
    axes=("j",),
    answer=seconds,
    cases=_seconds_cases,
    wrong=(
        Wrong("all three added", _seconds(lambda start, move, compute: start + move + compute),
              "Bytes and operations are added here. A device computes while it moves: the longer of the two counts."),
        Wrong("the longest of three", _seconds(lambda start, move, compute: start.maximum(move).maximum(compute)),
              "In this model launches come on top: nothing is moved or computed before there is a start."),
        Wrong("the shorter one", _seconds(lambda start, move, compute: start + torch.minimum(move, compute)),
              "The shorter of the two counts here. Whoever has to wait for both waits for the longer one."),
        Wrong("no launches", _seconds(lambda start, move, compute: torch.maximum(move, compute)),
              "The launches are missing: each takes `latency` seconds."),
        Wrong("bandwidth alone", _seconds(lambda start, move, compute: start + move),
              "This counts the bytes only. Where there are many operations a byte, those take longer."),
        Wrong("operations alone", _seconds(lambda start, move, compute: start + compute),
              "This counts the operations only. Where there are few operations a byte, moving takes longer."),
        Wrong("numbers for bytes",
              lambda operations, moved, launches, peak, bandwidth, latency, size: seconds(
                  operations, moved, launches, peak, bandwidth, latency, 1),
              "The bandwidth is in bytes, and a number has `size` of them."),
        Wrong("one launch",
              lambda operations, moved, launches, peak, bandwidth, latency, size: seconds(
                  operations, moved, torch.ones_like(launches), peak, bandwidth, latency, size),
              "Every launch takes `latency`: multiply by how many there are."),
        Wrong("launches outside of the sum", _seconds(lambda start, move, compute: compute.maximum(start + move)),
              "Launches come on top of both: add them to the longer of the two, not to the bytes alone."),
    ),
    hint="launches · latency, plus the larger of moved · size / bandwidth and operations / peak (torch.maximum).",
)  # fmt: skip


def _by_doubling(step, last=lambda d, T: d < T):
    """A scan: `step` from H, d and β to the next H, for d = 1, 2, 4, … while `last` holds."""

    def run(X, beta):
        H, d = X.clone(), 1
        while last(d, len(X)):
            H, d = step(H, d, beta), 2 * d
        return H

    return run


def _one_step(H, d, beta):
    return torch.cat((H[:d], H[d:] + beta**d * H[:-d]))


scan = _by_doubling(_one_step)


def _in_place(X, beta):
    """Writes over what it still has to read, from front to back."""
    H, d = X.clone(), 1
    while d < len(X):
        for t in range(d, len(X)):
            H[t] = H[t] + beta**d * H[t - d]
        d *= 2
    return H


def _scan_cases() -> list[Case]:
    double = torch.float64
    return [
        Case("T = 8", (normal(8, 5, seed=1, dtype=double), 0.75)),
        Case("one time-step", (normal(1, 3, seed=2, dtype=double), 0.5)),
        Case("two time-steps", (column(1.0, 2.0, dtype=double), 0.5)),
        Case("T = 13, no power of two", (normal(13, 4, seed=3, dtype=double), 0.9)),
        Case("β = 1, no leak", (normal(6, 2, seed=4, dtype=double), 1.0)),
        Case("float32", (normal(16, 3, seed=5), 0.5)),
        Case("a long sequence", (normal(1300, 2, seed=6, dtype=double), 0.5)),
    ]


SCAN = Exercise(
    key="06/scan",
    title="A leak by doubling",
    task="Write H[t] = β·H[t−1] + X[t] for all t with about log₂ T operations, each over all of time at once.",
    difficulty="medium",
    minutes=15,
    arguments=("X", "beta"),
    result="H",
    axes=("t", "n"),
    answer=scan,
    cases=_scan_cases,
    wrong=(
        Wrong("β and not its power", _by_doubling(lambda H, d, beta: torch.cat((H[:d], H[d:] + beta * H[:-d]))),
              "What is d steps old has leaked d times: the factor is β to the power d, not β."),
        Wrong("one round only", lambda X, beta: _one_step(X, 1, beta) if len(X) > 1 else X.clone(),
              "This is one round: every H has its last two inputs. Go on with d = 2, 4, … until d reaches T."),
        Wrong("one round too few", _by_doubling(_one_step, lambda d, T: 2 * d < T),
              "The last round is missing: as long as d < T there are inputs that have not been added."),
        Wrong("steps of one", lambda X, beta: _growing(X, beta),
              "d grows by one here instead of doubling, so inputs are counted more than once."),
        Wrong("in place", _in_place,
              "H is overwritten from front to back, and H[t−d] is then the new one. Compute all of the new H from "
              "the old one."),
        Wrong("the first steps lost", _by_doubling(
            lambda H, d, beta: torch.cat((torch.zeros_like(H[:d]), H[d:] + beta**d * H[:-d]))),
              "The first d steps have become 0. Nothing is added to them, but they stay."),
        Wrong("round in a circle", _by_doubling(lambda H, d, beta: H + beta**d * H.roll(d, 0)),
              "roll brings the end round to the beginning: the first steps must get nothing from the last ones."),
        Wrong("into the past", _by_doubling(lambda H, d, beta: torch.cat((H[:-d] + beta**d * H[d:], H[-d:]))),
              "This adds inputs to come. H[t] takes from H[t−d]."),
        Wrong("X added again", lambda X, beta: _by_doubling(
            lambda H, d, beta: torch.cat((X[:d], X[d:] + beta**d * H[:-d])))(X, beta),
              "Each round must add to H, not to X: what the rounds before have gathered is lost."),
        Wrong("no leak", lambda X, beta: X.cumsum(0),
              "That is the running sum, the case β = 1."),
        Wrong("divided by β^t", lambda X, beta: _one_running_sum(X, beta),
              "Divided by β^t this overflows in long sequences (section 1). Use powers with exponents ≥ 0 only."),
    ),
    hint="For d = 1, 2, 4, … below T: the new H[t] is H[t] + β^d · H[t−d] for t ≥ d, all from the old H.",
    picture=None,
)  # fmt: skip


def _growing(X, beta):
    H = X.clone()
    for d in range(1, len(X)):
        H = _one_step(H, d, beta)
    return H


def _one_running_sum(X, beta):
    power = beta ** torch.arange(len(X), dtype=X.dtype)[:, None]
    return power * (X / power).cumsum(0)


EXERCISES = (INTENSITY, SECONDS, SCAN)
