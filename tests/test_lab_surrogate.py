"""The lab `surrogate`: whose slope is how large, the witness, the words."""

import math
import re

import numpy as np
import pytest
from hypothesis import given

from psn_viz.labs import LABS
from psn_viz.labs.surrogate import lab as surrogate
from psn_viz.neurons import ATan
from tests.expected.surrogate import sigma_slope
from tests.lab_reference import agrees, assert_shows, control_of, expected, lab_in, states, texts, traces


def test_the_start_makes_the_point():
    lab = LABS["surrogate"]()
    n = lab.numbers
    assert 0.1 < n.fired < 0.4 and 0.3 < n.reached < 0.6, "some fire, and about as many again have a slope"
    silent = n.s == 0
    far = silent & (n.distance < -2)
    assert far.sum() > 10 and n.slope[far].max() < 0.03 * n.largest, "silent ones far below have almost none"
    assert n.slope[silent].max() > 0.9 * n.largest, "others, near the threshold, have nearly all"
    assert agrees(lab)


@given(states("surrogate"))
def test_slopes_follow_the_formula_and_shares_are_counted(state):
    lab = lab_in("surrogate", **state)
    n, alpha = lab.numbers, lab.state["alpha"]
    wanted = expected("surrogate", lab.state)
    assert agrees(lab) and lab.witness <= 1e-10
    for distance, slope in zip(n.distance, n.slope, strict=True):
        assert slope == pytest.approx(sigma_slope(distance, alpha))
    near = sum(abs(distance) < 6 / (math.pi * alpha) for distance in wanted["distance"])  # where σ′ > α/20
    said = texts(lab.panel.sent())
    assert f"<b>{near} %</b> have σ′ above" in said and f"<b>{sum(wanted['s']):.0f} %</b> fire" in said
    assert f"{sum(wanted['s']):.0f} % fire. {near} % have a slope" in lab.description


def test_the_slope_is_that_of_sigma():
    """By differences of σ as it is drawn."""
    n = LABS["surrogate"](alpha=3).numbers
    between = np.diff(n.sigma) / np.diff(n.places)
    assert np.abs(between - (n.sigma_slope[1:] + n.sigma_slope[:-1]) / 2).max() < 0.01
    at_threshold = np.abs(n.places).argmin()
    assert n.sigma[at_threshold] == pytest.approx(0.5) and n.sigma_slope[at_threshold] == pytest.approx(1.5)
    assert n.largest == 1.5


@pytest.mark.parametrize(
    "low, high",
    [({"alpha": 8}, {"alpha": 0.5}), ({"mean": -1.5}, {"mean": 2.0})],
    ids=["a steep arctangent reaches few", "a layer far below the threshold has almost no slope"],
)
def test_what_decides_how_many_are_reached(low, high):
    few, many = (lab_in("surrogate", **state).numbers for state in (low, high))
    assert few.reached < 0.3 < 0.6 < many.reached


# ------------------------------------------------------------------------------------------------ the witness


def test_a_corrupted_formula_turns_the_witness_red(monkeypatch):
    right = surrogate.slope_by_formula
    assert_turns_red(monkeypatch, surrogate, "slope_by_formula", lambda *given: 1.001 * right(*given))


def test_another_surrogate_turns_the_witness_red(monkeypatch):
    """Half as steep as it says."""
    assert_turns_red(monkeypatch, surrogate, "ATan", lambda alpha: ATan(alpha / 2))


def assert_turns_red(monkeypatch, place, name: str, wrong) -> None:
    lab = LABS["surrogate"]()
    monkeypatch.setattr(place, name, wrong)
    lab.controls["alpha"].value = 3.0
    assert not agrees(lab) and lab.witness > 1e-4
    assert "autograd ≠ formula from t = 0" in texts(lab.panel.sent()) and "autograd ≠ formula" in lab.description
    monkeypatch.undo()
    lab.controls["alpha"].value = 2.0
    assert agrees(lab)


# ------------------------------------------------------------------------------------------------ one neuron


def test_a_click_at_a_mark_spells_its_neuron_out():
    lab = LABS["surrogate"]()
    marks = [trace for trace in lab.panel.sent()["data"] if "chooses" in trace.get("meta", {})]
    assert [(trace["meta"]["chooses"], trace["customdata"]) for trace in marks] == [("neuron", list(range(100)))] * 2
    for wrong in (["neuron", 100], ["neuron", -1], ["alpha", 3]):
        lab.panel.chosen = wrong
        assert lab.state["neuron"] == 0 and lab.code == "surrogate" and lab.error == ""
    lab.panel.chosen = ["neuron", 38]
    n = lab.numbers
    assert lab.state["neuron"] == n.neuron == 38
    assert_shows(lab.panel.sent(), "surrogate", lab.state)
    shown = traces(lab.panel.sent())
    assert shown["spelled out"] == 38 and shown["spelled out, σ′"] == pytest.approx(n.slope[38], rel=1e-6)
    said = re.search(r"Neuron 38: H − V_th = (−?[\d.]+), S = (\d), σ′ = ([\d.]+), ([\d.]+) %", lab.description)
    distance, s, slope, share = (float(word.replace("−", "-")) for word in said.groups())
    assert (distance, s) == (pytest.approx(n.distance[38], abs=0.006), n.s[38])
    assert slope == pytest.approx(n.slope[38], rel=0.01) and share == pytest.approx(100 * slope / n.largest, abs=0.6)


@given(states("surrogate"))
def test_marks_are_as_large_as_their_slope_and_coloured_by_their_spike(state):
    lab = lab_in("surrogate", **state)
    n = lab.numbers
    marker = next(trace for trace in lab.drawing["data"] if trace["name"] == "neurons")["marker"]
    order = np.argsort(n.slope)
    assert (np.diff(np.asarray(marker["size"])[order]) >= 0).all() and min(marker["size"]) >= 3
    colours = {s: {colour for colour, fired in zip(marker["color"], n.s, strict=True) if fired == s} for s in (0, 1)}
    assert not colours[0] & colours[1] and max(map(len, colours.values())) == 1


def test_a_layer_where_all_are_silent_is_told():
    lab = lab_in("surrogate", deviation=0, mean=0)
    assert "0 % fire." in lab.description and "of the 100 silent ones 0 do" in lab.description


def test_every_alpha_of_the_slider_keeps_the_largest_slope_in_view():
    for alpha in control_of("surrogate", "alpha").values():
        figure = lab_in("surrogate", alpha=alpha).panel.sent()
        assert figure["layout"]["yaxis2"]["range"][1] > alpha / 2
