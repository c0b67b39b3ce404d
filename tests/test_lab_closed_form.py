"""The lab `closed_form`: where loop and product agree or part, what a reset does to W, the row at work."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psn_viz.labs import LABS
from psn_viz.labs.closed_form import lab as closed_form
from psn_viz.labs.core.witness import Witness
from psn_viz.neurons import LIF, reset_free_weight
from tests.lab_reference import agrees, control_of, expected, inputs, lab_in, states, texts, traces, values_of


def test_axis_of_w_has_the_origin_at_the_top_left_and_symmetric_limits():
    figure = LABS["closed_form"]().panel.sent()
    weights = figure["data"][0]
    assert weights["name"] == "W" and weights["zmin"] == -weights["zmax"]
    assert weights["zmax"] == pytest.approx(0.25)
    low, high = figure["layout"]["yaxis"]["range"]
    assert low > high, "row 0 on top"
    left, right = figure["layout"]["xaxis"]["range"]
    assert left < right


@given(inputs, st.integers(2, 32), values_of(control_of("closed_form", "tau")))
def test_loop_and_product_agree_without_reset(text, T, tau):
    lab = lab_in("closed_form", input=text, T=T, tau=tau)
    shown = expected("closed_form", lab.state)
    assert lab.witness == pytest.approx(np.abs(shown["h_loop"] - shown["h_product"]).max(), abs=1e-15)
    assert lab.witness <= 1e-10 and agrees(lab)
    assert "max |difference| ≤ 1e-10" in texts(lab.panel.sent())
    # The same against the very definition of the loop, in plain Python.
    v, keep = 0.0, 1.0 if tau == "IF" else 1 - 1 / tau
    for x, h in zip(shown["x"], shown["h_product"], strict=True):
        v = keep * v + x * (1.0 if tau == "IF" else 1 / tau)
        assert h == pytest.approx(v, abs=1e-10)


@given(inputs, st.integers(2, 32), values_of(control_of("closed_form", "tau")), st.sampled_from(["hard", "soft"]))
def test_with_a_reset_they_part_one_step_after_the_first_spike(text, T, tau, reset):
    lab = lab_in("closed_form", input=text, T=T, tau=tau, reset=reset)
    fired = np.flatnonzero(expected("closed_form", lab.state)["s_loop"])
    if len(fired) and fired[0] < T - 1 and tau != 1:
        assert not agrees(lab)
        product = "uncut W · X" if reset == "hard" else "W X"  # the W that is drawn is cut, and does give the loop
        assert f"loop ≠ {product} from t = {fired[0] + 1}<" in texts(lab.panel.sent())
        assert lab.witness > 0.1 and f"{lab.witness:.3g}" in texts(lab.panel.sent())
    else:
        assert agrees(lab) and lab.witness <= 1e-10


@given(inputs, st.integers(2, 32), values_of(control_of("closed_form", "tau")))
def test_the_cut_matrix_gives_the_loop_with_hard_reset(text, T, tau):
    lab = lab_in("closed_form", input=text, T=T, tau=tau, reset="hard")
    n = lab.numbers
    np.testing.assert_allclose(np.nan_to_num(n.weight) @ n.x, n.h_loop, rtol=0, atol=1e-10)
    assert ("cut by this input" in texts(lab.panel.sent())) == (not agrees(lab))
    assert ("product of the uncut W and X" in texts(lab.panel.sent())) == (not agrees(lab))
    uncut = reset_free_weight(T, None if tau == "IF" else tau).numpy()
    np.testing.assert_allclose(traces(lab.panel.sent())["product"], uncut @ n.x, rtol=1e-5, atol=1e-5)


@given(states("closed_form"))
def test_a_row_at_work_adds_up_to_the_charge(state):
    lab = lab_in("closed_form", **state)
    n = lab.numbers
    row = min(state["row"], state["T"] - 1)
    assert n.from_inputs.sum() + n.from_spikes.sum() == pytest.approx(n.h_loop[row], abs=1e-10)
    assert f"[{row}] = {expected('closed_form', lab.state)['h_loop'][row]:.3f}, made of" in texts(lab.panel.sent())
    (frame,) = lab.panel.sent()["layout"]["shapes"]
    assert (frame["y0"], frame["y1"]) == (row - 0.5, row + 0.5)


@pytest.mark.parametrize("reset", ["none", "hard", "soft"])
def test_every_row_adds_up_also_where_the_neuron_fires_again_and_again(reset):
    lab = LABS["closed_form"](input="steady 5", reset=reset)
    for row in range(16):
        lab.controls["row"].value = row
        n = lab.numbers
        assert n.from_inputs.sum() + n.from_spikes.sum() == pytest.approx(n.h_loop[row], abs=1e-10)


def test_loop_and_product_are_both_drawn():
    lab = LABS["closed_form"](reset="hard")
    n, shown = lab.numbers, traces(lab.drawing)
    np.testing.assert_array_equal(shown["loop"], n.h_loop)
    np.testing.assert_array_equal(shown["product"], n.h_product)
    np.testing.assert_array_equal(np.isfinite(shown["S of the loop"]), n.s_loop == 1)
    np.testing.assert_array_equal(np.isfinite(shown["S of the product"]), n.s_product == 1)
    assert (n.s_loop != n.s_product).any()


def too_large(*arguments, **more):
    return reset_free_weight(*arguments, **more) * 1.001


def backwards(*arguments, **more):
    return reset_free_weight(*arguments, **more).T.contiguous()


def with_a_nan(*arguments, **more):
    weight = reset_free_weight(*arguments, **more)
    weight[5, 2] = math.nan
    return weight


@pytest.mark.parametrize("wrong", [too_large, backwards])
def test_a_corrupted_product_turns_the_witness_red(monkeypatch, wrong):
    assert_turns_red(monkeypatch, closed_form, "reset_free_weight", wrong)


def test_a_corrupted_loop_turns_the_witness_red(monkeypatch):
    """It loses a thousandth of every charge."""
    right = LIF.charge
    assert_turns_red(monkeypatch, LIF, "charge", lambda self, v, x: 0.999 * right(self, v, x))


def assert_turns_red(monkeypatch, place, name: str, wrong) -> None:
    lab = LABS["closed_form"]()
    assert agrees(lab) and lab.witness < 1e-10
    monkeypatch.setattr(place, name, wrong)
    lab.controls["tau"].value = 6
    assert not agrees(lab) and lab.witness > 1e-5
    assert "≠ W X" in texts(lab.panel.sent()) and "differ by" in lab.description
    monkeypatch.undo()
    lab.controls["tau"].value = 8
    assert agrees(lab) and lab.witness < 1e-10 and "the same H" in lab.description


def test_nan_in_the_product_turns_the_witness_red(monkeypatch):
    monkeypatch.setattr(closed_form, "reset_free_weight", with_a_nan)
    lab = LABS["closed_form"]()
    assert not agrees(lab) and math.isnan(lab.witness)
    assert "from t = 5" in texts(lab.panel.sent())


# ------------------------------------------------------------------------------------------ alt text


@given(states("closed_form"))
def test_alt_text_says_where_loop_and_product_part(state):
    lab = lab_in("closed_form", **state)
    shown = expected("closed_form", lab.state)
    apart = np.flatnonzero(~(np.abs(shown["h_loop"] - shown["h_product"]) <= 1e-10))
    row = min(state["row"], state["T"] - 1)
    assert f"At t = {row} the loop has H = {shown['h_loop'][row]:.3f}" in lab.description
    if len(apart):
        assert f"part at t = {apart[0]};" in lab.description
    else:
        assert ("the same H" if state["reset"] == "none" else "W X still holds") in lab.description
    if state["reset"] == "hard" and len(apart):
        T = state["T"]
        gone = int(np.isnan(shown["weight"]).sum()) - T * (T - 1) // 2
        assert f"{gone} entries of W are gone" in lab.description


def test_alt_text_knows_why_a_reset_does_nothing():
    assert "never fires before the last step" in LABS["closed_form"](input="0.1", reset="hard").description
    # Without memory (τ = 1) it does fire, and a reset has nothing to erase.
    lab = LABS["closed_form"](tau=1, reset="hard")
    assert lab.numbers.s_loop.any()
    assert "change nothing" in lab.description and "never" not in lab.description


def test_spikes_that_differ_although_h_does_not_are_explained():
    lab = LABS["closed_form"](input="steady 0.1", tau="IF")
    numbers = lab.numbers
    unlike = np.flatnonzero(numbers.s_loop != numbers.s_product)
    assert agrees(lab)
    if len(unlike):  # ten times 0.1 is 1 or a bit less, as the processor adds
        words = f"their spikes differ at t = {unlike[0]}, where H is the threshold but for rounding"
        assert words in lab.description and abs(numbers.h_loop[unlike[0]] - 1) < 1e-10
    opposite = replace(numbers, s_product=1 - numbers.s_loop)
    words = lab.describe(opposite)
    assert "their spikes differ at t = 0, 1, 2" in words and "where H is the threshold but for rounding." in words
    apart = replace(opposite, witness=Witness(0.5, (3,)))
    assert "but for rounding" not in lab.describe(apart)
