"""The lab `roofline`: what it says of each neuron, where a claim holds and where it ends, and its controls."""

import re
from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.utils.flop_counter import FlopCounterMode

from psn_viz.bench import Results, Roofs, Row, stored_machines
from psn_viz.bench.cost_model import DATA_SHEETS, LIF_OPERATIONS, Device, Work, work
from psn_viz.bench.units import seconds_in_words, with_prefix, with_quartiles
from psn_viz.labs import LABS, roofline_lab
from psn_viz.labs.core import palette
from psn_viz.labs.core.sizes import Size, in_short
from psn_viz.labs.live.control_widgets import control_widget
from psn_viz.neurons import LIF
from tests.expected.roofline import SHEETS, cached, counts, roofs, seconds
from tests.expected.speed_ratio import median, stored
from tests.lab_reference import control_of, lab_in, states, texts, traces

UNITS = {"s": 1, "ms": 1e-3, "µs": 1e-6}


def opened(**state):
    return LABS["roofline"](**state)


def headings(lab) -> str:
    return texts(lab.panel.sent())


BUSY = "In the second before the run, other programs used 1.3 of the 2 cores"


def times_in(text: str) -> list[tuple[float, str]]:
    """Every time in a text, in seconds, with what takes most of it."""
    found = re.findall(r"([\d.e+]+) (s|ms|µs), (launches|bandwidth|operations)", text)
    return [(float(value) * UNITS[unit], limit) for value, unit, limit in found]


# ------------------------------------------------------------------------------------- what it says


@given(states("roofline"))
def test_the_predicted_times_are_said(state):
    lab = lab_in("roofline", **state)
    state = lab.state
    wanted = seconds(state, state["T"], state["N"])
    for text in (lab.description, texts(lab.panel.sent())):
        found = times_in(text)
        assert len(found) == 6
        np.testing.assert_allclose([time for time, _ in found], list(wanted.values()), rtol=6e-3)
    peak, bandwidth, latency, size = roofs(state)
    for (_, limit), (operations, moved, launches) in zip(
        times_in(lab.description), counts(state["T"], state["N"], state["k"], cached(state)).values(), strict=True
    ):
        parts = {
            "launches": launches * latency, "operations": operations / peak, "bandwidth": moved * size / bandwidth,
        }  # fmt: skip
        assert parts[limit] == pytest.approx(max(parts.values()))


@given(states("roofline"))
def test_what_does_not_fit_is_said(state):
    lab = lab_in("roofline", **state)
    holds = 2 * state["T"] * state["N"] * roofs(lab.state)[-1]
    most = {"T4": 16e9, "RTX 4090": 24e9, "A100": 80e9, "H100": 80e9}.get(state["device"], np.inf)
    assert ("more than the" in lab.description) == (holds > most)


def test_a_device_holds_what_its_data_sheet_says():
    assert (
        "X and S take 17.2 GB: more than the 16 GB of this device." in opened(device="T4", T=512, N=2**22).description
    )
    assert "more than" not in opened(device="T4", T=256, N=2**22).description


def test_the_roofs_are_those_of_the_data_sheets_and_say_so():
    assert DATA_SHEETS.keys() == SHEETS.keys()
    for name, device in DATA_SHEETS.items():
        assert (device.peak["float32"], device.peak["float16"], device.bandwidth, device.cache) == pytest.approx(
            SHEETS[name]
        )
        lab = opened(device=name)
        assert device.title in lab.description and "data sheet; 5 µs a launch assumed" in lab.description
        assert "data sheet" in texts(lab.panel.sent()) and "Predicted" in lab.description


@pytest.mark.parametrize("name", stored_machines.names())
def test_a_machine_that_was_measured_says_where_and_when(name):
    run = stored(name, "figure")
    lab = opened(T=32, N=2**16)
    lab.set(device=name, dtype="float16")
    assert lab.state["dtype"] == "float32", "its roofs were measured in float32"
    assert [value for _, value in lab.controls["dtype"].options] == ["float32"]
    assert f"measured {run['date'][:10]}" in lab.description and "data sheet" not in lab.description
    assert run["machine"]["cpu"] in lab.description
    measured = seconds_in_words(median(run, "psn", 32, 2**16, "inference"))
    assert f"Measured there, forward pass at inference: PSN, one kernel {measured}" in lab.description
    assert "┃ measured" in texts(lab.panel.sent())
    lab.controls["N"].value = 2**15  # not a size of the grid
    assert "Measured there" not in lab.description and "┃" not in texts(lab.panel.sent())
    lab.controls["device"].value = "A100"
    assert [value for _, value in lab.controls["dtype"].options] == ["float32", "float16"]
    lab.set(device=name, dtype="float16")
    assert lab.state["dtype"] == lab.controls["dtype"].value == "float32"


HERE = Roofs("cpu", "float32", bandwidth=1e10, cache_bandwidth=None, flops=1e11, latency=1e-6)


def test_the_readers_own_machine():
    lab = roofline_lab(HERE, T=8, N=1024)
    assert lab.code == "roofline;T=8;N=1024" and "this machine (measured here and now)" in lab.description
    assert lab.numbers.seconds["LIF, one kernel a step"] == pytest.approx(8e-6 + 4 * 8 * 1024 * 4 / 1e10)
    lab.controls["device"].value = "T4"
    assert "NVIDIA T4" in lab.description
    assert "here" not in opened().table[3].options, "and of nobody else"
    where = {"system": "Linux", "processor": "x86", "cpu": "a made-up processor", "cores": 2, "device": "cpu"}
    results = Results("measure", "2026-11-24T10:00:00+00:00", where, {}, [
        Row(8, 1024, "inference", "float32", "psn", 2e-5, 1e-5, 3e-5, 3),
        Row(8, 1024, "training", "float32", "loop-lif", 2e-3, 1e-3, 3e-3, 3),
        Row(8, 1024, "inference", "float32", "sliding-8", 4e-5, 3e-5, 5e-5, 3),
    ], others=0.0)  # fmt: skip
    lab = roofline_lab(HERE, results, T=8, N=1024)
    assert "2 cores of a made-up processor (Linux) (measured here and now)" in lab.description
    assert lab.description.endswith(
        "Measured there, forward pass at inference: PSN, one kernel 20 µs; sliding PSN, k = 8 40 µs."
    )
    lab.controls["k"].value = 7
    assert lab.description.endswith("Measured there, forward pass at inference: PSN, one kernel 20 µs.")


def test_a_machine_measured_in_float16():
    lab = roofline_lab(replace(HERE, dtype="float16"))
    assert lab.state["dtype"] == lab.controls["dtype"].value == "float16"
    lab.controls["device"].value = "A100"
    assert lab.state["dtype"] == lab.controls["dtype"].value == "float16"


def test_what_is_no_machine_is_refused():
    with pytest.raises(TypeError, match=r"roofs must be what measure_roofs\(\) gives, got dict"):
        roofline_lab({})
    with pytest.raises(TypeError, match=r"results must be what measure.* got list"):
        roofline_lab(HERE, [])
    with pytest.raises(ValueError, match="roofs must be of float32 or float16, got float64"):
        roofline_lab(replace(HERE, dtype="float64"))


def test_no_mark_is_above_the_roof():
    for state in ({}, {"T": 2, "N": 256}, {"T": 4096, "N": 2**22}, {"device": "T4", "dtype": "float16", "T": 256}):
        lab = opened(**state)
        peak, bandwidth, _, _ = roofs(lab.state)
        for name, intensity in lab.numbers.intensity.items():
            assert lab.numbers.reached[name] <= min(intensity * bandwidth, peak) * (1 + 1e-9)


# ------------------------------------------------------------------------------------- the claims


def test_the_start_makes_the_point():
    lab = opened()
    times, limits = lab.numbers.seconds, lab.numbers.limits
    # With 2²⁰ neurons the three that move X and S alone take the same time, on the slope of the roof.
    for name in ("sliding PSN", "LIF, fused"):
        assert times[name] == pytest.approx(times["PSN, one kernel"], rel=0.01) and limits[name] == "bandwidth"
    # H goes to memory and back: twice as many bytes.
    assert times["PSN, product and threshold"] == pytest.approx(2 * times["PSN, one kernel"], rel=0.05)
    # As they are run, the advantage shrinks with N, from T launches over two to none, and below.
    ratio = lab.numbers.ratios["LIF, one kernel a step"]
    assert 15.5 < ratio[0] < 16 and 1 < ratio[lab.numbers.neurons.index(2**20)] < 1.1 and 0.6 < ratio[-1] < 0.7
    # As they could be, there is none at any N.
    both = lab.numbers.ratios["LIF, fused"] / lab.numbers.ratios["PSN, one kernel"]
    np.testing.assert_allclose(both, 1, rtol=0.02)


def test_what_stays_in_the_cache_costs_no_bandwidth_and_is_named():
    for N, stays in ((2**18, "H of the PSN and V of the loops stay in it"), (2**19, "V of the loops stays in it, H"),
                     (2**22, "V of the loops stays in it, H")):  # fmt: skip
        lab = opened(N=N)
        assert stays in lab.description and "cache of 41.9 MB" in lab.description
        assert stays.split(" in it")[0][-5:] in headings(lab)
    assert "neither H of the PSN nor V of the loops stays in it" in opened(device="T4", N=2**22).description
    assert "cache not known" in opened(device=stored_machines.names()[0]).description
    work_of_two = Work(operations=1, moved=10, between=20, held=10, launches=2)
    assert [work_of_two.bytes_moved(cache, 4) for cache in (0, 39, 40)] == [120, 120, 40]
    assert not Work(1, 10).stays_in(100, 4), "one kernel has nothing to keep"


@given(states("roofline"))
def test_what_moves_more_in_more_launches_is_never_faster(state):
    lab = lab_in("roofline", **state)
    times = lab.numbers.seconds
    assert times["LIF, fused"] < times["LIF, one kernel a step"] < times["LIF, each operation a kernel"]
    assert times["PSN, one kernel"] < times["PSN, product and threshold"]
    assert times["sliding PSN"] <= times["PSN, one kernel"] * (1 + 1e-9) or state["k"] >= state["T"]


def test_beyond_the_ridge_a_psn_is_slower_than_a_fused_loop():
    lab = opened(T=1024, N=2**20)
    assert lab.numbers.limits["PSN, one kernel"] == "operations" and lab.numbers.limits["sliding PSN"] == "bandwidth"
    assert lab.numbers.seconds["PSN, one kernel"] > 10 * lab.numbers.seconds["LIF, fused"]
    assert lab.numbers.seconds["PSN, one kernel"] > lab.numbers.seconds["LIF, one kernel a step"]


@given(st.integers(1, 40), st.integers(1, 40))
def test_the_operations_of_a_product_are_counted_as_torch_counts_them(T, N):
    with FlopCounterMode(display=False) as counter:
        torch.empty(T, T, device="meta") @ torch.empty(T, N, device="meta")
    assert work(T, N, k=1)["PSN, one kernel"].operations == counter.get_total_flops()
    assert work(T, N, k=99)["sliding PSN"].operations == counter.get_total_flops(), "there are T inputs at most"


def test_the_operations_of_an_lif_are_those_of_its_equations():
    class Counted(torch.utils._python_dispatch.TorchDispatchMode):
        names: ClassVar[list[str]] = []

        def __torch_dispatch__(self, function, types, args=(), kwargs=None):
            self.names.append(function.overloadpacket.__name__)
            return function(*args, **(kwargs or {}))

    x = torch.rand(5, 3)
    with torch.no_grad(), Counted() as counted:
        LIF(2.0)(x)
    every_step = {name: many for name in set(counted.names) if (many := counted.names.count(name)) >= 5}
    # Ours goes by the general form, which also takes V_reset away, and adds it again times S, and takes off V_th;
    # and what it compares becomes a number.
    assert every_step == {"sub": 3 * 5, "div": 5, "add": 2 * 5, "ge": 5, "_to_copy": 5, "rsub": 5, "mul": 2 * 5}
    assert sum(every_step.values()) / 5 == stored_machines.kernels_a_step("loop-lif") == 11
    assert stored_machines.kernels_a_step("plain-lif") == 3, "charge, fire, reset"
    assert LIF_OPERATIONS == 6, "subtract, divide, add, compare, 1 − S, multiply"


def test_the_loop_beside_the_model_says_how_many_kernels_it_has():
    name = stored_machines.names()[0]
    lab = opened(device=name, T=32, N=2**16)
    loop = "plain-lif" if median(stored(name, "figure"), "plain-lif", 32, 2**16, "inference") else "loop-lif"
    many = {"plain-lif": 3, "loop-lif": 11}[loop]
    assert f"our loop starts {many} kernels a step." in lab.description
    assert f"our loop: {many} kernels a step" in headings(lab)
    lab.controls["N"].value = 2**15  # not measured
    assert "our loop" not in lab.description and "our loop" not in headings(lab)


def results(*rows: Row, **more) -> Results:
    where = {"system": "Linux", "processor": "x86", "cpu": "a made-up processor", "cores": 2, "device": "cpu"}
    return Results("measure", "2026-11-24T10:00:00+00:00", where, {}, list(rows), **{"others": 0.0, **more})


def test_the_plain_loop_is_shown_where_both_loops_were_measured():
    rows = {
        name: Row(8, 1024, "inference", "float32", name, seconds, seconds, seconds, 3)
        for name, seconds in (("loop-lif", 7e-5), ("plain-lif", 3e-5), ("sj-psn", 2e-5))
    }
    lab = roofline_lab(HERE, results(*rows.values()), T=8, N=1024)
    assert lab.numbers.measured == {"PSN, product and threshold": 2e-5, "LIF, each operation a kernel": 3e-5}
    assert "our loop starts 3 kernels a step." in lab.description
    del rows["plain-lif"]
    lab = roofline_lab(HERE, results(*rows.values()), T=8, N=1024)
    assert lab.numbers.measured["LIF, each operation a kernel"] == 7e-5
    assert "our loop starts 11 kernels a step." in lab.description


def test_of_other_dtypes_nothing_is_shown():
    times = (2e-5, 1e-5, 3e-5, 3)
    others = [Row(8, 1024, "inference", dtype, "psn", *times) for dtype in ("float64", "bfloat16")]
    assert "Measured there" not in roofline_lab(HERE, results(*others), T=8, N=1024).description
    lab = roofline_lab(
        HERE, results(Row(8, 1024, "inference", "float32", "psn", 7e-5, 7e-5, 7e-5, 3), *others), N=1024
    )
    lab.controls["T"].value = 8
    assert lab.description.endswith("Measured there, forward pass at inference: PSN, one kernel 70 µs.")


def test_a_busy_machine_is_said():
    row = Row(8, 1024, "inference", "float32", "psn", 2e-5, 1e-5, 3e-5, 3)
    idle, busy = (roofline_lab(HERE, results(row, others=used), T=8, N=1024) for used in (0.1, 1.33))
    assert BUSY in busy.description and "busy: other programs used 1.3 of 2 cores" in headings(busy)
    assert "programs" not in idle.description and "programs" not in headings(idle)
    assert "programs" not in opened().description


# ------------------------------------------------------------------------------------- its parts


def test_pointing_at_the_curves_sets_n():
    lab = opened()
    pointing = [trace["name"] for trace in lab.panel.sent()["data"] if trace.get("meta", {}).get("points_at")]
    assert len(pointing) == 5
    for place, N in ((2, 1024), (99, 2**22), (-99.7, 256), (1e300, 2**22)):
        lab.panel.pointed = {"N": place}
        assert lab.state["N"] == N


@pytest.mark.parametrize("control", ["T", "N", "k"])
def test_axes_stay_where_they_are(control):
    lab, ranges = opened(), set()
    for value in control_of("roofline", control).values():
        lab.controls[control].value = value
        layout = lab.panel.sent()["layout"]
        ranges.add(str([axis.get("range") for key, axis in sorted(layout.items()) if "axis" in key]))
    assert len(ranges) == 1


def test_marks_are_drawn_in_the_colour_of_what_they_wait_for():
    (neurons,) = [trace for trace in opened().panel.sent()["data"] if trace["name"] == "neurons"]
    colours = dict(zip(neurons["text"], neurons["marker"]["color"], strict=True))
    assert colours == {name: palette.V if "LIF" in name else palette.H for name in colours}


def test_the_curves_pass_through_the_present_state():
    lab = opened(T=128, N=2**12)
    seconds, place = lab.numbers.seconds, lab.numbers.neurons.index(2**12)
    shown = traces(lab.panel.sent())["LIF, fused / PSN, product and threshold"]
    assert shown[place] == pytest.approx(seconds["LIF, fused"] / seconds["PSN, product and threshold"], rel=1e-5)
    present = lab.panel.sent()["layout"]["shapes"][1]
    assert present["x0"] == present["x1"] == 4


@pytest.mark.parametrize(
    "seconds, words",
    [(5e-6, "5 µs"), (9.996e-4, "1 ms"), (0.0123456, "12.3 ms"), (0.9994, "999 ms"), (0.9996, "1 s"),
     (1409.4, "1409 s"), (3e-8, "0.03 µs"), (12.0, "12 s")],
)  # fmt: skip
def test_times_in_words(seconds, words):
    assert seconds_in_words(seconds) == words


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0, "B", "0 B"),
        (999, "B", "999 B"),
        (1e3, "B", "1 kB"),
        (2.147e9, "B", "2.15 GB"),
        (19.5e12, "FLOP/s", "19.5 TFLOP/s"),
    ],
)
def test_large_numbers_have_a_prefix(value, unit, words):
    assert with_prefix(value, unit) == words


def test_quartiles_in_the_unit_of_the_median():
    assert with_quartiles(1.2e-3, 1.1e-3, 0.0153) == "1.2 (1.1 to 15.3) ms"
    assert with_quartiles(1.0, 0.9996, 2.5) == "1 (1 to 2.5) s"


def test_sizes():
    control = Size("N", "N", "neurons", 4, (2, 4, 1000, 1024))
    assert [in_short(n) for n in (64, 1000, 1024, 2**20, 2**20 + 1)] == ["64", "1000", "2¹⁰", "2²⁰", "1048577"]
    assert [control.at(4, "", place) for place in (-3, 0.4, 1.6, 3, 99)] == [2, 2, 1000, 1024, 1024]
    assert control.decode("1000") == 1000 and control.encode(1000) == "1000"
    with pytest.raises(ValueError, match="N must be one of 2, 4, 1000, 1024, got 5"):
        control.check(5)
    widget = control_widget(control, 1000)
    assert widget.value == 1000 and [text for text, _ in widget.options] == ["2", "4", "1000", "2¹⁰"]


def test_a_device_says_what_takes_most():
    device = Device("a device", "made up", {"float32": 100.0}, bandwidth=40.0, latency=1.0)
    assert device.ridge("float32") == 2.5 and device.dtypes == ("float32",)
    PSN = work(4, 10, 1)["PSN, one kernel"]  # 320 operations, 100 elements
    assert device.predict(PSN, "float32") == (1 + 10.0, "bandwidth")
    assert device.predict(work(4, 10, 1)["LIF, each operation a kernel"], "float32") == (24 + 60.0, "bandwidth")


def test_a_word_as_unit_stands_apart_from_its_prefix():
    assert "19.5 T operations/s, 2.04 TB/s" in LABS["roofline"]().description
