"""`measure` and `psn-viz bench`: what is refused, what has a reason and no time, Ctrl-C, and what is printed."""

import json
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from psn_viz.bench import epoch, measurement, other_programs
from psn_viz.bench.machine_limits import Roofs
from psn_viz.bench.measurement import measure, run_plan
from psn_viz.bench.plan import Plan, Point
from psn_viz.bench.results import load_results
from psn_viz.bench.subjects import Run
from psn_viz.bench.timing import Timing
from psn_viz.cli import bench_command
from psn_viz.cli.main import main

SMALL = Plan(
    "quick",
    "",
    (Point(2, 4, "inference", ("psn", "copy")), Point(2, 4, "training", ("psn", "copy"))),
    repeats=3,
    budget=60.0,
)


@pytest.fixture(autouse=True)
def idle(monkeypatch):
    """Do not look for a second, at each of these runs, what other programs do."""
    monkeypatch.setattr(measurement, "cores_used_by_others", lambda: 0.0)


@pytest.fixture
def small(monkeypatch, tmp_path):
    """A plan of two points instead of all, no roofs, and a folder of one's own."""
    monkeypatch.setattr(bench_command, "plan_named", lambda name, device: SMALL)
    monkeypatch.setattr(
        measurement, "measure_roofs", lambda device, dtype: Roofs("cpu", "float32", 2e9, 3e9, 4e9, 5e-6)
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


# ------------------------------------------------------------------------------------------- measure


def test_measure_gives_a_row_for_each_subject_size_and_mode():
    results = measure(["psn", "copy"], [(2, 4), (3, 5)], modes=["inference", "training"], repeats=3)
    assert results.complete and len(results.rows) == 8
    assert results.sizes("training") == [(2, 4), (3, 5)]
    for row in results.rows:
        assert 0 < row.lower <= row.median <= row.upper and row.repeats == 3 and row.dtype == "float32"
    assert results.versions["torch"] == torch.__version__
    assert results.machine["device"] == "cpu" and results.machine["cores"] >= 1
    assert results.date.endswith("+00:00")


def test_threads_are_used_told_and_given_back(monkeypatch):
    before, seen = torch.get_num_threads(), []

    def timed(calls, **options):
        seen.append(torch.get_num_threads())
        return dict.fromkeys(calls, Timing((1.0,)))

    monkeypatch.setattr(measurement, "alternate", timed)
    results = measure(["copy"], [(2, 4)], threads=3)
    assert seen == [3] and results.machine["threads"] == 3
    assert torch.get_num_threads() == before


def test_what_the_small_points_leave_of_the_budget_goes_to_the_large_ones(monkeypatch):
    now, shares = [0.0], []
    monkeypatch.setattr(measurement.time, "perf_counter", lambda: now[0])

    def spend(point, plan, dtype, device, share):
        shares.append(share)
        now[0] += 1.0
        return [], 0.0

    monkeypatch.setattr(measurement, "measure_point", spend)
    measure(["copy"], [(2, 4), (4, 4), (8, 4)], budget=9.0)
    assert shares == [3.0, 4.0, 7.0]


def test_when_the_time_is_up_the_rows_say_so(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(measurement.time, "perf_counter", lambda: now[0])

    def spend(point, plan, dtype, device, share):
        now[0] += 6.0
        return [], 1.0  # one of them for a compiler, which is not counted

    monkeypatch.setattr(measurement, "measure_point", spend)
    results = measure(["copy"], [(2, 4), (4, 4), (8, 4), (16, 4)], budget=11.0)
    assert [(row.T, row.reason) for row in results.rows] == [(16, "left out: the 11 s were used up")]
    assert results.complete


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"subjects": "psn"}, TypeError, "subjects must be a sequence of names"),
        ({"subjects": ["lstm"]}, ValueError, "each of subjects must be one of 'psn', .*got 'lstm'"),
        ({"sizes": []}, ValueError, "sizes must hold at least one pair"),
        ({"sizes": [3]}, TypeError, r"each of sizes must be a pair \(T, N\), got 3"),
        ({"sizes": 5}, TypeError, r"sizes must be a sequence of pairs \(T, N\), such as \[\(32, 1024\)\], got 5"),
        ({"sizes": np.array(5)}, TypeError, r"sizes must be a sequence of pairs"),
        ({"sizes": "24"}, TypeError, "sizes must be a sequence of pairs .* got '24'"),
        ({"sizes": [{2, 3}]}, TypeError, r"each of sizes must be a pair \(T, N\), got {2, 3}"),
        ({"sizes": ["24"]}, TypeError, r"each of sizes must be a pair \(T, N\), got '24'"),
        ({"sizes": np.array([[2, 3, 4]])}, TypeError, r"each of sizes must be a pair \(T, N\), got array"),
        ({"sizes": np.array([[2.0, 3.0]])}, TypeError, "T must be an integer ≥ 1, got "),
        ({"subjects": 5}, TypeError, "subjects must be a sequence of names such as .* got 5"),
        ({"modes": 5}, TypeError, r"modes must be a sequence such as \('inference', 'training'\), got 5"),
        ({"sizes": [(0, 4)]}, ValueError, "T must be an integer ≥ 1, got 0"),
        ({"modes": "training"}, TypeError, "modes must be a sequence"),
        ({"modes": ["epoch"]}, ValueError, "each of modes must be one of 'inference', 'training', got 'epoch'"),
        ({"dtype": "int8"}, ValueError, "dtype must be one of 'float32', 'bfloat16', 'float64', got 'int8'"),
        ({"device": "cuda:99"}, ValueError, "device 'cuda:99' is not there on this machine"),
        ({"threads": 0}, ValueError, "threads must be an integer ≥ 1, got 0"),
        ({"repeats": 0}, ValueError, "repeats must be an integer ≥ 1, got 0"),
        ({"budget": -1.0}, ValueError, "budget must be a finite number ≥ 0"),
    ],
)
def test_what_measure_refuses(arguments, error, words):
    with pytest.raises(error, match=words):
        measure(**{"subjects": ["copy"], "sizes": [(2, 4)], **arguments})


@pytest.mark.parametrize(
    "sizes",
    [[[2, 3]], np.array([[2, 3]]), [np.array([2, 3])], torch.tensor([[2, 3]]), zip([2], [3], strict=True)],
)
def test_any_pairs_are_sizes(sizes):
    results = measure(np.array(["copy"]), sizes, modes=iter(["training"]), repeats=1)
    assert results.sizes("training") == [(2, 3)] and type(results.rows[0].T) is int
    assert json.loads(results.to_json())["rows"][0][:2] == [2, 3]


def test_measure_refuses_what_does_not_fit_before_anything_is_measured(monkeypatch):
    monkeypatch.setattr("psn_viz.bench.subjects.free_bytes", lambda device: 10_000)
    monkeypatch.setattr(measurement, "measure_point", lambda *a: pytest.fail("measured"))
    with pytest.raises(ValueError, match=r"sizes must fit into memory, but psn needs .* T = 64, N = 4096, and 10 kB"):
        measure(["copy", "psn"], [(2, 4), (64, 4096)])


def test_a_plan_goes_on_where_a_size_does_not_fit(monkeypatch):
    monkeypatch.setattr("psn_viz.bench.subjects.free_bytes", lambda device: 100)
    monkeypatch.setattr(measurement, "inputs", lambda *a, **k: pytest.fail("made x for nothing"))
    results = run_plan(SMALL, roofs=False)
    assert results.complete and all("100 B of memory are free" in row.reason for row in results.rows)


def test_what_fits_is_measured_beside_what_does_not(monkeypatch):
    monkeypatch.setattr(measurement, "too_large", lambda name, *a, **k: "too large" if name == "psn" else "")
    results = run_plan(SMALL, roofs=False)
    assert {(row.subject, row.reason, row.median is None) for row in results.rows} == {
        ("psn", "too large", True),
        ("copy", "", False),
    }


def test_a_subject_that_cannot_run_has_its_reason(monkeypatch):
    monkeypatch.setattr("psn_viz.bench.subjects.find_spec", lambda name: None)
    results = measure(["sj-psn", "copy"], [(2, 4)], repeats=1)
    assert results.row("sj-psn", 2, 4, "training").reason == "SpikingJelly is not installed"
    assert results.median("copy", 2, 4, "training") > 0


def fail_at(monkeypatch, number: int, error: BaseException) -> None:
    """An error in the given call of `alternate`, counted from 1."""
    real, count = measurement.alternate, [0]

    def alternate(*arguments, **options):
        count[0] += 1
        if count[0] == number:
            raise error
        return real(*arguments, **options)

    monkeypatch.setattr(measurement, "alternate", alternate)


def test_what_breaks_off_while_it_is_timed_has_its_reason_and_the_run_goes_on(monkeypatch):
    fail_at(monkeypatch, 2, torch.cuda.OutOfMemoryError("CUDA out of memory.\nTried to allocate"))
    monkeypatch.setattr("psn_viz.bench.subjects.find_spec", lambda name: None)
    results = measure(["copy", "sj-psn"], [(2, 4), (4, 4), (8, 4)], repeats=1)
    assert results.complete
    assert [results.median("copy", T, 4, "training") is not None for T in (2, 4, 8)] == [True, False, True]
    said = results.row("copy", 4, 4, "training").reason
    assert said == "broke off while it was timed: OutOfMemoryError: CUDA out of memory."
    assert results.row("sj-psn", 4, 4, "training").reason == "SpikingJelly is not installed"


def test_inputs_that_cannot_be_made_are_a_reason(monkeypatch):
    def inputs(*arguments, **options):
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    monkeypatch.setattr(measurement, "inputs", inputs)
    results = measure(["copy"], [(2, 4)], repeats=1)
    assert results.rows[0].reason == "no inputs: RuntimeError: DefaultCPUAllocator: can't allocate memory"


def interrupt_at(monkeypatch, number: int) -> None:
    """Ctrl-C in the given call of `alternate`, counted from 1."""
    fail_at(monkeypatch, number, KeyboardInterrupt())


def test_an_interrupt_keeps_the_points_that_were_done(monkeypatch):
    interrupt_at(monkeypatch, 2)
    results = measure(["copy"], [(2, 4), (4, 4), (8, 4)], repeats=1)
    assert not results.complete
    assert [(row.T, row.median is not None) for row in results.rows] == [(2, True)]


def test_progress_counts_points_and_ends_at_none_left():
    told = []
    measure(["copy"], [(2, 4), (4, 4)], repeats=1, on_progress=told.append)
    assert [(one.done, one.points, one.point and one.point.T) for one in told] == [(0, 2, 2), (1, 2, 4), (2, 2, None)]
    assert told[0].seconds_left is None and told[1].seconds_left >= 0 and told[2].seconds_left == 0


# ------------------------------------------------------------------------------- what others use


class Cores:
    """In the place of psutil: two cores; what each reading finds used of them and by this process, in seconds."""

    def __init__(self, monkeypatch, *readings):
        self.readings = iter(readings)
        monkeypatch.setitem(sys.modules, "psutil", self)
        monkeypatch.setattr(other_programs.time, "sleep", lambda seconds: None)
        monkeypatch.setattr(other_programs.time, "process_time", lambda: self.own)
        monkeypatch.setattr(other_programs.os, "sched_getaffinity", lambda pid: {0, 1}, raising=False)

    def cpu_times(self, percpu):
        assert percpu
        busy, self.own = next(self.readings)
        total = next(self.readings)
        return [SimpleNamespace(user=busy / 2, system=0.0, idle=(total - busy) / 2, iowait=0.0)] * 2


@pytest.mark.parametrize(
    ("busy", "own", "total", "found"),
    [
        (0.0, 0.0, 2.0, 0.0),
        (1.5, 0.0, 2.0, 1.5),
        (1.5, 1.0, 2.0, 0.5),  # what this process did itself does not count
        (1.0, 1.02, 2.0, 0.0),  # two counters that do not tick together
        (0.0, 0.0, 0.0, None),  # one that stands still
    ],
)
def test_what_others_use_is_what_is_used_less_what_this_process_does(monkeypatch, busy, own, total, found):
    Cores(monkeypatch, (10.0, 7.0), 100.0, (10.0 + busy, 7.0 + own), 100.0 + total)
    assert other_programs.cores_used_by_others() == found


def test_where_the_system_does_not_tell_it_is_not_known(monkeypatch):
    monkeypatch.setitem(sys.modules, "psutil", None)
    assert other_programs.cores_used_by_others() is None
    monkeypatch.undo()
    monkeypatch.setattr("psutil.cpu_times", lambda percpu: (_ for _ in ()).throw(PermissionError("no /proc/stat")))
    assert other_programs.cores_used_by_others() is None


def test_a_program_beside_is_found():
    with subprocess.Popen([sys.executable, "-c", "print(flush=True)\nwhile True: pass"], stdout=-1) as other:
        other.stdout.readline()
        beside = other_programs.cores_used_by_others(0.3)
        other.kill()
    assert beside > 0.3


def test_a_run_notes_what_others_use_and_can_be_stopped_meanwhile(monkeypatch):
    monkeypatch.setattr(measurement, "cores_used_by_others", lambda: 1.7)
    results = measure(["copy"], [(2, 4)], repeats=1)
    assert results.others == 1.7 and json.loads(results.to_json())["others"] == 1.7

    def interrupt():
        raise KeyboardInterrupt

    monkeypatch.setattr(measurement, "cores_used_by_others", interrupt)
    results = measure(["copy"], [(2, 4)], repeats=1)
    assert not results.complete and results.rows == [] and results.others is None


# --------------------------------------------------------------------------------------------- epoch


def test_an_epoch_is_trained_with_each_neuron_and_the_sizes_said(monkeypatch):
    asked = []
    monkeypatch.setattr(epoch, "train", lambda model, data, **how: asked.append((model, how)) or History())
    point = Point(28, 64 * 120, "epoch", ("psn", "sj-psn"))
    made = epoch.subjects(point, torch.float32, torch.device("cpu"))
    for run in made.values():
        if isinstance(run, Run):
            run.call()
    model, how = asked[0]
    assert how == {"epochs": 1, "batch_size": 120, "device": torch.device("cpu")}
    assert [type(neuron).__name__ for neuron in model.neurons] == ["PSN", "PSN"] and model.neurons[0].T == 28
    assert len({type(neuron).__module__.split(".")[0] for model, _ in asked for neuron in model.neurons}) == len(
        asked
    )


class History:
    stopped = False


def test_ctrl_c_during_an_epoch_ends_the_run_too(monkeypatch):
    stopped = History()
    stopped.stopped = True
    monkeypatch.setattr(epoch, "train", lambda *a, **k: stopped)
    plan = Plan("epoch", "", (Point(28, 64, "epoch", ("psn",)),), repeats=2)
    results = run_plan(plan, roofs=False)
    assert not results.complete and results.rows == []


def test_the_epoch_without_spikingjelly_says_so(monkeypatch):
    monkeypatch.setattr("psn_viz.bench.subjects.find_spec", lambda name: None)
    made = epoch.subjects(Point(28, 64, "epoch", ("sj-psn",)), torch.float32, torch.device("cpu"))
    assert made == {"sj-psn": "SpikingJelly is not installed"}


# ------------------------------------------------------------------------------------- the command


def test_the_command_writes_its_file_and_prints_the_ratios(small, capsys):
    assert main(["bench", "--threads", "1"]) == 0
    shown = capsys.readouterr()
    path = small / "bench-quick-cpu.json"
    results = load_results(path)
    assert results.complete and len(results.rows) == 4 and results.roofs.flops == 4e9
    assert "training, medians in ms" in shown.out and "bench-quick-cpu.json" in shown.out
    assert "copy 2 GB/s" in shown.out and "threads: 1" in shown.out
    assert shown.err.splitlines()[0].startswith("0 of 2 [") and "inference T = 2, N = 4" in shown.err
    assert "2 of 2 [########################]" in shown.err


def test_options_reach_the_measurement(small, monkeypatch):
    seen = {}

    def run(plan, **options):
        seen.update(options, plan=plan)
        raise ValueError("enough")

    monkeypatch.setattr(bench_command, "run_plan", run)
    assert main(["bench", "quick", "--repeats", "5", "--dtype", "bfloat16", "--threads", "1"]) == 1
    assert (seen["plan"].repeats, seen["plan"].budget) == (5, None)
    assert (seen["dtype"], seen["device"], seen["threads"]) == ("bfloat16", "cpu", 1)


def test_ctrl_c_saves_what_was_measured(small, monkeypatch, capsys):
    interrupt_at(monkeypatch, 2)
    assert main(["bench", "--out", "mine.json"]) == 130
    saved = json.loads((small / "mine.json").read_text())
    assert saved["complete"] is False and len(saved["rows"]) == 2
    assert "Stopped: what follows was measured before." in capsys.readouterr().out


def test_each_point_is_saved_when_it_is_done(small, monkeypatch):
    fail_at(monkeypatch, 2, AssertionError("something nobody thought of"))
    with pytest.raises(AssertionError, match="nobody thought of"):
        main(["bench", "--out", "mine.json"])
    kept = load_results(small / "mine.json")
    assert not kept.complete and [row.mode for row in kept.rows] == ["inference", "inference"]


def test_ctrl_c_at_once_leaves_an_older_file_alone(small, monkeypatch, capsys):
    (small / "mine.json").write_text("older")
    interrupt_at(monkeypatch, 1)
    assert main(["bench", "--out", "mine.json"]) == 130
    assert (small / "mine.json").read_text() == "older"
    assert capsys.readouterr().err.endswith("psn-viz bench: stopped, nothing measured\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--out", "nowhere/r.json"], "--out: there is no folder nowhere"),
        (["--out", "."], "--out: . is a folder"),
        (["--device", "cuda:99"], "device 'cuda:99' is not there on this machine"),
    ],
)
def test_what_the_command_refuses_is_one_line_before_anything_is_measured(
    arguments, words, small, monkeypatch, capsys
):
    monkeypatch.setattr(bench_command, "run_plan", lambda *a, **k: pytest.fail("measured"))
    assert main(["bench", *arguments]) == 1
    error = capsys.readouterr().err
    assert words in error and error.startswith("psn-viz bench: ") and error.count("\n") == 1


def test_an_unknown_plan_is_told_the_names(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["bench", "everything"]) == 1
    assert (
        "plan must be one of quick, figure, long, targets, epoch, reset, got 'everything'" in capsys.readouterr().err
    )


def test_the_list_of_plans(capsys):
    assert main(["bench", "--list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(bench_command.PLANS)
