"""The lab `speed_ratio`: what it says of a size, of what was not measured, and over results of the reader's own."""

import re

import numpy as np
import pytest
from hypothesis import given

from psn_viz.bench import Results, Row, measure, stored_machines
from psn_viz.bench.units import digits, with_quartiles
from psn_viz.labs import LABS, ratio_lab
from psn_viz.labs.speed_ratio.lab import NAMES
from tests.expected.speed_ratio import NEURONS, STEPS, expected, machine, median, row, stored
from tests.lab_reference import control_of, lab_in, states, texts

PLAIN = re.compile("<.*?>")


def opened(**state):
    return LABS["speed_ratio"](**state)


def headings(lab) -> str:
    """The words in the figure, without mark-up."""
    return PLAIN.sub("", texts(lab.panel.sent()).replace("<br>", " "))


# ------------------------------------------------------------------------------------- what it says


@given(states("speed_ratio"))
def test_the_two_times_and_their_quartiles_are_said(state):
    lab = lab_in("speed_ratio", **state)
    run = stored(machine(), "figure")
    for name in (state["above"], state["below"]):
        found = row(run, name, state["T"], state["N"], state["mode"])
        if found.get("median"):
            time = with_quartiles(found["median"], found["lower"], found["upper"])
            for text, between in ((headings(lab), ": "), (lab.description, " ")):
                assert f"{NAMES[name]}{between}{time}" in text
        else:
            assert f"{NAMES[name]} not measured" in lab.description and "not measured for both" in headings(lab)
            assert found["reason"] in lab.description


@given(states("speed_ratio"))
def test_the_ratio_and_its_range_are_said(state):
    lab = lab_in("speed_ratio", **state)
    ratio = np.array(expected(lab.state)["ratio"])
    here = ratio[STEPS.index(state["T"]), NEURONS.index(state["N"])]
    if np.isfinite(here):
        assert f"= {digits(here)}" in lab.description and f"= {digits(here)}" in headings(lab)
    if np.isfinite(ratio).any():
        assert re.search(
            rf"over all sizes from {digits(np.nanmin(ratio))} \(.*\) to {digits(np.nanmax(ratio))} \(",
            lab.description,
        )


def test_it_says_where_it_was_measured_and_does_not_pass_it_off_as_the_readers():
    run = stored(machine(), "figure")
    lab = opened()
    for text in (lab.description, headings(lab)):
        assert run["machine"]["cpu"] in text and run["date"][:10] in text and "easured on" in text


@given(states("speed_ratio"))
def test_what_takes_the_time_goes_by_how_it_grows_with_n(state):
    lab = lab_in("speed_ratio", **state)
    run = stored(machine(), "figure")
    place = max(1, NEURONS.index(state["N"]))
    for name in (state["above"], state["below"]):
        few, many = (median(run, name, state["T"], N, state["mode"]) for N in NEURONS[place - 1 : place + 1])
        if few and many:
            what = "calls" if many / few < 2 else "data"
            assert (
                f"{NAMES[name]}: 4 times N takes {digits(many / few)} times as long: mostly {what}" in lab.description
            )


def test_where_both_are_the_same_the_ratio_is_1():
    lab = opened(above="psn")
    assert (lab.numbers.ratio == 1).all() and "= 1." in lab.description


@pytest.mark.parametrize("mode", ["inference", "training"])
def test_the_map_has_one_scale_for_both_modes(mode):
    (tiles,) = [trace for trace in opened(mode=mode).panel.sent()["data"] if trace["type"] == "heatmap"]
    ratios = [expected(opened(mode=each).state)["ratio"] for each in ("inference", "training")]
    most = np.nanmax(np.abs(np.log2(ratios)))
    assert tiles["zmax"] == -tiles["zmin"] == pytest.approx(max(1, most))
    for line, values in zip(tiles["text"], 2.0 ** tiles["z"], strict=True):
        for text, value in zip(line, values, strict=True):
            assert (text == "") == np.isnan(value) and (text == "" or float(text) == pytest.approx(value, rel=0.06))


def test_pointing_at_the_map_chooses_the_size():
    lab = opened()
    (tiles,) = [trace for trace in lab.panel.sent()["data"] if trace["type"] == "heatmap"]
    assert tiles["meta"]["points_at"] == {"x": "N", "y": "T"}
    lab.panel.pointed = {"N": 0, "T": 5}
    assert (lab.state["T"], lab.state["N"]) == (64, 256)
    (frame,) = lab.panel.sent()["layout"]["shapes"]
    assert (frame["x0"], frame["x1"], frame["y0"], frame["y1"]) == (-0.5, 0.5, 4.5, 5.5)


@pytest.mark.parametrize("control", ["above", "below", "mode", "T", "N"])
def test_axes_stay_where_they_are(control):
    lab, ranges = opened(), set()
    for value in control_of("speed_ratio", control).values():
        lab.controls[control].value = value
        layout = lab.panel.sent()["layout"]
        ranges.add(str([axis.get("range") for key, axis in sorted(layout.items()) if "axis" in key]))
    assert len(ranges) == 1


def test_quartiles_are_drawn_from_the_median():
    lab, run = opened(), stored(machine(), "figure")
    sent = {trace["name"]: trace for trace in lab.panel.sent()["data"]}
    found = row(run, lab.state["above"], 32, 2**16, "inference")
    bars = sent["over N, above"]["error_y"]
    assert bars["array"][4] == pytest.approx(found["upper"] - found["median"], rel=1e-5)
    assert bars["arrayminus"][4] == pytest.approx(found["median"] - found["lower"], rel=1e-5)


# ------------------------------------------------------------------------------------- other results


def results(*rows: Row, **more) -> Results:
    where = {"system": "Linux", "processor": "x86", "cpu": "a made-up processor", "cores": 2, "device": "cpu"}
    return Results(
        "measure", "2026-11-24T10:00:00+00:00", where, {}, list(rows), complete=True, **{"others": 0.0, **more}
    )


def timed(T: int, N: int, subject: str, median: float, mode: str = "training") -> Row:
    return Row(T, N, mode, "float32", subject, median, 0.9 * median, 1.2 * median, 5)


def test_results_of_the_readers_own():
    lab = ratio_lab(results(timed(3, 100, "psn", 1e-3), timed(3, 100, "sliding-8", 5e-4), timed(9, 100, "psn", 4e-3)))
    assert lab.state == {"above": "sliding-8", "below": "psn", "mode": "training", "T": 9, "N": 100}
    assert "2 cores of a made-up processor (Linux), 2026-11-24, training" in lab.description
    assert "T = 9, N = 100: not measured for both" in lab.description
    lab.controls["T"].value = 3
    assert "T = 3, N = 100: 500 µs / 1 ms = 0.5." in lab.description
    assert list(lab.table[2].options) == ["training"] and len(lab.table[0].options) == 2
    np.testing.assert_array_equal(lab.numbers.ratio, [[0.5], [np.nan]])
    assert ratio_lab(measure(("psn", "copy"), [(2, 8), (2, 16)], repeats=1, budget=None), N=8).state["N"] == 8


def test_the_opponent_is_a_plain_loop_where_one_was_measured():
    times = {"psn": 1e-3, "copy": 1e-4, "loop-lif": 5e-3, "plain-lif": 2e-3}
    rows = {name: timed(3, 100, name, time) for name, time in times.items()}
    lab = ratio_lab(results(*rows.values()))
    assert lab.state["above"] == "plain-lif" and "t(LIF, plain loop) / t(PSN)" in lab.description
    del rows["plain-lif"]
    assert ratio_lab(results(*rows.values())).state["above"] == "loop-lif"
    del rows["loop-lif"]
    assert ratio_lab(results(*rows.values())).state["above"] == "copy"
    stored_ones = {found["subject"] for found in stored(machine(), "figure")["by"].values()}
    assert opened().state["above"] == ("plain-lif" if "plain-lif" in stored_ones else "loop-lif")


def test_a_subject_that_has_no_name_here_is_left_out():
    known = timed(3, 100, "psn", 1e-3), timed(3, 100, "bare", 5e-4)
    lab = ratio_lab(results(*known, timed(5, 100, "another", 1.0)))
    assert list(lab.numbers.seconds) == ["psn", "bare"] and lab.numbers.steps == [3]
    with pytest.raises(ValueError, match="two subjects or more"):
        ratio_lab(results(known[0], timed(3, 100, "another", 1.0)))


def test_a_busy_machine_is_said():
    rows = timed(3, 100, "psn", 1e-3), timed(3, 100, "bare", 5e-4)
    busy, idle, unknown = (ratio_lab(results(*rows, others=used)) for used in (1.33, 0.1, None))
    assert "In the second before the run, other programs used 1.3 of the 2 cores" in busy.description
    assert "busy: other programs used 1.3 of 2 cores" in headings(busy)
    assert "not known whether other programs were at work" in unknown.description
    assert "not known to be idle" in headings(unknown)
    assert "programs" not in idle.description and "programs" not in headings(idle)


def test_results_that_cannot_be_compared_are_refused():
    with pytest.raises(TypeError, match=r"results must be what measure.* gives, got dict"):
        ratio_lab({})
    with pytest.raises(
        ValueError, match=r"results must hold two subjects or more that were measured, got \('psn',\)"
    ):
        ratio_lab(results(timed(3, 100, "psn", 1e-3), Row(3, 100, "training", "float32", "sj-psn", reason="no")))
    with pytest.raises(ValueError, match="T must be one of 3, got 4"):
        ratio_lab(results(timed(3, 100, "psn", 1e-3), timed(3, 100, "bare", 1e-3)), T=4)


def test_stored_machines_have_roofs_and_the_grid_of_the_lab():
    assert stored_machines.names(), "results of `psn-viz bench figure` come with the package"
    for name in stored_machines.names():
        grid = stored_machines.grid(name)
        assert {T for T, _ in grid.sizes("training")} == set(STEPS)
        assert {N for _, N in grid.sizes("training")} == set(NEURONS)
        assert stored_machines.machine(name).device.latency > 0
