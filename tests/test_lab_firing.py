"""The lab `firing`: rates and differing spikes as counted from the neurons, the witness, states at the edge."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psn_viz.labs import LABS
from psn_viz.labs.core import palette
from psn_viz.labs.core.phrases import at_most, counted
from psn_viz.labs.firing import lab as firing
from psn_viz.neurons import LIF, reset_free_weight
from tests.expected.firing import run
from tests.extent import examples
from tests.lab_reference import assert_shows, control_of, lab_in, states, texts, traces, values_of

RESETS = ("hard", "soft", "none")


def verdicts(lab) -> dict[str, tuple[bool, str]]:
    """By reset, what the heading of its raster says: whether two things are the same, and in which words."""
    found = {}
    for note in lab.panel.sent()["layout"]["annotations"]:
        match = re.fullmatch(
            r'(hard|soft|no) reset: .*<br><span style="color:(#\w+)"><b>([✓✗]) (.*)</b></span>(.*)', note["text"]
        )
        if match:
            reset, colour, sign, words, more = match.groups()
            assert colour == {"✓": palette.AGREE, "✗": palette.DISAGREE}[sign]
            found["none" if reset == "no" else reset] = (sign == "✓", words + more)
    assert found.keys() == set(RESETS)
    return found


def test_the_start_state_shows_what_dropping_the_reset_does():
    lab = LABS["firing"]()
    words = texts(lab.panel.sent())
    assert "0.9·" in words and "hard reset: 0.21 of" in words and "no reset: 0.85 of" in words
    assert "64 % ≠ none" in words and "64 %<br>differ" in words
    assert verdicts(lab) == {
        "hard": (False, "64 % ≠ none, first at t = 1"),
        "soft": (False, "57 % ≠ none, first at t = 1"),
        "none": (True, f"loop = W X, |difference| {at_most(lab.witness, 1e-10)}"),
    }


@examples(10)
@given(states("firing"))
def test_rates_and_differences_are_counted_from_the_neurons(state):
    lab = lab_in("firing", **state)
    spikes = {reset: run(lab.state, reset).s.numpy() for reset in RESETS}
    found = verdicts(lab)
    for reset, s in spikes.items():
        assert f"{s.mean():.3f} with" in lab.description or reset == "none"
        assert f"{'no' if reset == 'none' else reset} reset: {s.mean():.2f} of" in texts(lab.panel.sent())
    assert f"{spikes['none'].mean():.3f} without" in lab.description
    for reset in ("hard", "soft"):
        apart = spikes[reset] != spikes["none"]
        # A reset only takes spikes away, so the share that differs is the difference of the rates.
        assert (spikes[reset] <= spikes["none"]).all()
        assert apart.mean() == pytest.approx(spikes["none"].mean() - spikes[reset].mean(), abs=1e-12)
        same, words = found[reset]
        assert same == (not apart.any())
        if same:
            assert f"With {reset} reset and without, the spikes are the same" in lab.description
        else:
            first = np.flatnonzero(apart.any(1))[0]
            assert words == f"{100 * apart.mean():.0f} % ≠ none, first at t = {first}"
            assert f"{100 * apart.mean():.1f} % of the entries of S differ, first at t = {first}." in lab.description
    of_neuron = [int(spikes[reset][:, state["neuron"]].sum()) for reset in RESETS]
    hard, soft, none = of_neuron
    fires = f"Neuron {state['neuron']}: {counted(hard)} with hard reset, {soft} with soft, {none} without."
    assert fires in lab.description


@examples(10)
@given(values_of(control_of("firing", "mean")), st.integers(0, 32))
def test_without_memory_a_reset_changes_nothing(mean, seed):
    lab = lab_in("firing", tau=1, mean=mean, seed=seed)
    assert [same for same, _ in verdicts(lab).values()] == [True] * 3


def test_a_neuron_that_never_fires_has_nothing_to_reset():
    lab = LABS["firing"](mean=-0.5, deviation=0)
    assert not any(traces(lab.panel.sent())[f"S, {reset}"].any() for reset in RESETS)
    assert [same for same, _ in verdicts(lab).values()] == [True] * 3
    assert lab.description.count("the spikes are the same") == 2


def test_a_constant_input_by_hand():
    # 0.3·(1 + 0.9 + 0.81 + 0.729) = 1.03 ≥ 1: the fourth step is the first to fire, for every kind of reset.
    lab = LABS["firing"](deviation=0)
    shown = traces(lab.panel.sent())
    for reset in RESETS:
        assert np.flatnonzero(shown[f"S, {reset}"][0])[0] == 3
    assert shown["S, none"][:, 3:].all()
    assert np.flatnonzero(shown["S, hard"][5]).tolist() == list(range(3, 64, 4))
    assert verdicts(lab)["hard"] == (False, "70 % ≠ none, first at t = 4")


@examples(10)
@given(states("firing"))
def test_the_marks_of_now_lie_on_the_curves(state):
    lab = lab_in("firing", **state)
    data = {trace["name"]: trace for trace in lab.panel.sent()["data"]}
    for n, reset in enumerate(RESETS):
        x, y = (data[f"rate, {reset}"][letter] for letter in "xy")
        assert (np.diff(x) >= 0).all()
        now = data["rate now"]
        assert now["x"][n] == np.float32(lab.state["mean"])
        assert now["y"][n] in y[x == now["x"][n]]


def test_pointing_at_a_raster_shows_the_h_of_that_neuron():
    lab = LABS["firing"]()
    pointing = [trace["meta"].get("points_at") for trace in lab.panel.sent()["data"] if trace["type"] == "heatmap"]
    assert pointing == [{"y": "neuron"}] * 3
    lab.panel.pointed = {"neuron": 7}
    assert lab.state["neuron"] == 7
    assert_shows(lab.panel.sent(), "firing", lab.state)
    frames = [(shape["y0"], shape["y1"]) for shape in lab.panel.sent()["layout"]["shapes"]]
    assert frames == [(6.5, 7.5)] * 3 and "of neuron 7<" in texts(lab.panel.sent())


def test_the_axis_of_h_stays_while_another_neuron_is_shown():
    lab = LABS["firing"]()
    ranges = set()
    for neuron in range(9):
        lab.controls["neuron"].value = neuron
        ranges.add(str(lab.panel.sent()["layout"]["yaxis5"]["range"]))
    assert len(ranges) == 1


# ------------------------------------------------------------------------------------------- the witness


@examples(10)
@given(states("firing"))
def test_loop_and_product_agree_without_reset(state):
    lab = lab_in("firing", **state)
    free = run(lab.state, "none")
    product = reset_free_weight(64, state["tau"], decay_input=False) @ free.x
    assert lab.witness == pytest.approx(float((free.h - product).abs().max()), abs=1e-13)
    assert lab.witness <= 1e-10 and verdicts(lab)["none"][0]
    assert "the same H, difference ≤ 1e-10" in lab.description


def too_large(*arguments, **more):
    return reset_free_weight(*arguments, **more) * 1.001


def with_a_nan(*arguments, **more):
    weight = reset_free_weight(*arguments, **more)
    weight[5, 2] = math.nan
    return weight


@pytest.mark.parametrize("wrong", [too_large, with_a_nan])
def test_a_corrupted_product_turns_the_witness_red(monkeypatch, wrong):
    assert_turns_red(monkeypatch, firing, "reset_free_weight", wrong)


def test_a_corrupted_loop_turns_the_witness_red(monkeypatch):
    """It loses a thousandth of every charge."""
    right = LIF.charge
    assert_turns_red(monkeypatch, LIF, "charge", lambda self, v, x: 0.999 * right(self, v, x))


def assert_turns_red(monkeypatch, place, name: str, wrong) -> None:
    lab = LABS["firing"]()
    assert verdicts(lab)["none"][0] and lab.witness < 1e-10
    monkeypatch.setattr(place, name, wrong)
    lab.controls["mean"].value = 0.5
    assert not verdicts(lab)["none"][0] and not lab.witness <= 1e-5
    assert f"loop ≠ W X from t = {lab.numbers.witness.first_apart}</b>" in texts(lab.panel.sent())
    assert "W X differ in H by" in lab.description
    monkeypatch.undo()
    lab.controls["mean"].value = 0.6
    assert verdicts(lab)["none"][0] and lab.witness < 1e-10
