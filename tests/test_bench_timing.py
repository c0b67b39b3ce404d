"""The clock: alternating order, warm-up, quartiles, waiting for the device, a budget that ends. No test is timed."""

import gc

import pytest
import torch

from psn_viz.bench import machine_limits, timing
from psn_viz.bench.timing import Timing, alternate


class Bench:
    """A clock that only the subjects move."""

    def __init__(self, monkeypatch) -> None:
        self.now, self.ran, self.waits = 0.0, [], 0
        monkeypatch.setattr(timing, "clock", lambda: self.now)

    def subject(self, name: str, *durations: float):
        """A subject that takes these seconds, one after the other, the last for ever."""
        left = list(durations)

        def call() -> None:
            self.ran.append(name)
            self.now += left.pop(0) if len(left) > 1 else left[0]

        return call

    def wait(self) -> None:
        self.waits += 1
        self.now += 0.25


@pytest.fixture
def bench(monkeypatch) -> Bench:
    return Bench(monkeypatch)


def test_a_round_runs_each_once_and_every_other_round_runs_backwards(bench):
    alternate({name: bench.subject(name, 1.0) for name in "abc"}, repeats=4, warmup=0)
    assert "".join(bench.ran) == "abc" + "cba" + "abc" + "cba"


def test_the_first_timed_round_runs_forwards_however_long_the_warm_up(bench):
    alternate({name: bench.subject(name, 1.0) for name in "ab"}, repeats=1, warmup=3)
    assert "".join(bench.ran) == "ba" + "ab" + "ba" + "ab"


def test_warm_up_is_run_and_not_counted(bench):
    times = alternate({"a": bench.subject("a", 9, 8, 1, 2, 3)}, repeats=3, warmup=2)
    assert times["a"].seconds == (1, 2, 3)
    assert len(bench.ran) == 5


def test_quartiles():
    timing = Timing((5.0, 1.0, 2.0, 4.0, 3.0))
    assert (timing.lower, timing.median, timing.upper) == (2.0, 3.0, 4.0)
    assert Timing((7.0,)).lower == Timing((7.0,)).upper == 7.0


def test_the_device_is_waited_for_before_each_clock_is_read(bench, monkeypatch):
    monkeypatch.setattr(timing, "waiting_for", lambda device: bench.wait)
    times = alternate({"a": bench.subject("a", 1.0)}, repeats=2, warmup=1)
    assert bench.waits == 6
    # What is still under way before the call is nobody's time; what is after it belongs to the call.
    assert times["a"].seconds == (1.25, 1.25)


def test_what_is_waited_for_is_the_device_that_was_named(monkeypatch):
    waited = []
    monkeypatch.setattr(torch.cuda, "synchronize", waited.append)
    timing.waiting_for("cuda:1")()
    assert waited == [torch.device("cuda:1")]
    timing.waiting_for("cpu")()
    assert len(waited) == 1


def test_no_round_begins_when_the_budget_is_used_up(bench):
    times = alternate({"a": bench.subject("a", 1.0)}, repeats=31, warmup=1, budget=6.0)
    assert len(times["a"].seconds) == 5


def test_the_smallest_budget_leaves_one_round_of_warm_up_and_three_that_count(bench):
    times = alternate({"a": bench.subject("a", 100.0)}, repeats=31, warmup=5, budget=0.0)
    assert len(times["a"].seconds) == timing.FEWEST == 3
    assert len(bench.ran) == 4


def test_progress_counts_the_rounds(bench):
    told = []
    alternate({"a": bench.subject("a", 1.0)}, repeats=2, warmup=1, on_progress=lambda *round: told.append(round))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_nothing_is_collected_in_between_and_collection_comes_back(bench):
    found = []
    alternate({"a": lambda: found.append(gc.isenabled())}, repeats=1, warmup=0)
    assert found == [False] and gc.isenabled()

    def breaks() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        alternate({"a": breaks})
    assert gc.isenabled()


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"subjects": {}}, TypeError, "subjects must be a dict of callables"),
        ({"subjects": {"a": 3}}, TypeError, "'a': 3"),
        ({"repeats": 0}, ValueError, "repeats must be an integer ≥ 1, got 0"),
        ({"warmup": -1}, ValueError, "warmup must be an integer ≥ 0, got -1"),
        ({"budget": -1}, ValueError, "budget must be a finite number ≥ 0, got -1"),
    ],
)
def test_what_is_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        alternate(**{"subjects": {"a": list}, **arguments})


def test_roofs_are_computed_from_the_best_times(monkeypatch):
    took = iter([0.5, 0.001, 0.25, 0.02])
    monkeypatch.setattr(machine_limits, "shortest_time", lambda call, device: call() is None or next(took))
    monkeypatch.setattr(machine_limits, "FAR", 1000)
    found = machine_limits.measure_roofs("cpu", torch.float64)
    assert found.bandwidth == 2 * 1000 / 0.5  # read and written
    assert found.cache_bandwidth == 2 * machine_limits.NEAR / 0.001
    assert found.flops == 2 * 1024**3 / 0.25
    assert found.latency == 0.02 / 100
    assert (found.device, found.dtype) == ("cpu", "float64")


def test_roofs_of_integers_are_refused():
    with pytest.raises(TypeError, match=r"dtype must be a floating torch.dtype, got torch.int64"):
        machine_limits.measure_roofs("cpu", torch.int64)
