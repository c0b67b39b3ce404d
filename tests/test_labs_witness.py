"""The witness: what it says where two computations agree, part, or where one is broken."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psn_viz.labs import LABS
from psn_viz.labs.closed_form import lab as closed_form
from psn_viz.labs.core.phrases import at_most
from psn_viz.labs.read_image import lab as read_image
from psn_viz.neurons import LIF, reset_free_weight
from tests.expected.read_image import picked_image
from tests.extent import some
from tests.lab_reference import (
    agrees,
    control_of,
    expected,
    inputs,
    lab_in,
    states,
    texts,
    traces,
    values_of,
)


@given(inputs, st.integers(2, 32), values_of(control_of("closed_form", "tau")))
def test_loop_and_product_agree_without_reset(text, T, tau):
    lab = lab_in("closed_form", input=text, T=T, tau=tau)
    shown = expected("closed_form", lab.state)
    assert lab.witness == pytest.approx(np.abs(shown["loop"] - shown["product"]).max(), abs=1e-15)
    assert lab.witness <= 1e-10 and agrees(lab)
    assert "max |difference| ≤ 1e-10" in texts(lab.panel.sent())
    # The same against the very definition of the loop, in plain Python.
    v, keep = 0.0, 1.0 if tau == "IF" else 1 - 1 / tau
    for x, h in zip(shown["X"], shown["product"], strict=True):
        v = keep * v + x * (1.0 if tau == "IF" else 1 / tau)
        assert h == pytest.approx(v, abs=1e-10)


@given(inputs, st.integers(2, 32), values_of(control_of("closed_form", "tau")), st.sampled_from(["hard", "soft"]))
def test_with_a_reset_they_part_one_step_after_the_first_spike(text, T, tau, reset):
    lab = lab_in("closed_form", input=text, T=T, tau=tau, reset=reset)
    fired = np.flatnonzero(np.isfinite(expected("closed_form", lab.state)["S of the loop"]))
    if len(fired) and fired[0] < T - 1 and tau != 1:
        assert not agrees(lab)
        assert f"≠ W X from t = {fired[0] + 1}<" in texts(lab.panel.sent())
        assert lab.witness > 0.1 and f"{lab.witness:.3g}" in texts(lab.panel.sent())
    else:
        assert agrees(lab) and lab.witness <= 1e-10


@given(inputs, st.integers(2, 32), values_of(control_of("closed_form", "tau")))
def test_the_cut_matrix_gives_the_loop_with_hard_reset(text, T, tau):
    lab = lab_in("closed_form", input=text, T=T, tau=tau, reset="hard")
    sent = traces(lab.panel.sent())
    by_hand = np.nan_to_num(sent["W"]).astype(float) @ sent["X"].astype(float)
    np.testing.assert_allclose(by_hand, sent["loop"], rtol=1e-5, atol=1e-4)
    assert lab.numbers["cut_difference"] <= 1e-10
    assert ("cut by this input" in texts(lab.panel.sent())) == (not agrees(lab))


@given(states("closed_form"))
def test_a_row_at_work_adds_up_to_the_charge(state):
    lab = lab_in("closed_form", **state)
    sent = traces(lab.panel.sent())
    row = min(state["row"], state["T"] - 1)
    total = sent["W[t,i]·X"].sum(dtype=float) + sent["from S"].sum(dtype=float)
    assert total == pytest.approx(sent["loop"][row], rel=1e-5, abs=1e-4)
    assert f"[{row}] = {expected('closed_form', lab.state)['loop'][row]:.3f}, made of" in texts(lab.panel.sent())
    (frame,) = lab.panel.sent()["layout"]["shapes"]
    assert (frame["y0"], frame["y1"]) == (row - 0.5, row + 0.5)


def too_large(*arguments, **more):
    return reset_free_weight(*arguments, **more) * 1.001


def backwards(*arguments, **more):
    return reset_free_weight(*arguments, **more).T.contiguous()


def with_a_nan(*arguments, **more):
    weight = reset_free_weight(*arguments, **more)
    weight[5, 2] = math.nan
    return weight


class Leaking(LIF):
    """Loses a thousandth of every charge."""

    def charge(self, v, x_t):
        return 0.999 * super().charge(v, x_t)


@pytest.mark.parametrize(
    "part, wrong",
    [("reset_free_weight", too_large), ("reset_free_weight", backwards), ("LIF", Leaking)],
)
def test_a_corrupted_side_of_closed_form_turns_the_witness_red(monkeypatch, part, wrong):
    lab = LABS["closed_form"]()
    assert agrees(lab) and lab.witness < 1e-10
    monkeypatch.setattr(closed_form, part, wrong)
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


@pytest.mark.parametrize("wrong", [too_large, backwards])
def test_a_corrupted_side_of_read_image_turns_the_witness_red(monkeypatch, wrong):
    lab = LABS["read_image"]()
    assert agrees(lab) and lab.witness < 1e-10
    monkeypatch.setattr(read_image, "reset_free_weight", wrong)
    lab.controls["which"].value = 7
    assert not agrees(lab) and lab.witness > 1e-5
    assert f"largest difference {lab.witness:.3g}" in lab.description


@given(states("read_image"))
def test_read_image_claims_a_loop_for_the_leak_only(state):
    lab = lab_in("read_image", **state)
    if state["weights"] == "ahead":
        assert lab.witness is None
    else:
        image = picked_image(state)
        loop = LIF(state["tau"], decay_input=False, reset="none").record(image).h
        product = reset_free_weight(28, state["tau"], decay_input=False) @ image
        assert lab.witness == pytest.approx(float((loop - product).abs().max()), abs=1e-14)
        assert lab.witness <= 1e-10
    if state["weights"] == "leak" and state["t"] == 27:
        assert agrees(lab)
    else:
        assert not re.search("[✓✗]", texts(lab.panel.sent()))


@pytest.mark.parametrize(
    "name", [name for name in LABS if name != "gradients"]
)  # products of 30 factors are that small
def test_no_text_of_a_lab_holds_a_rounding_error(name):
    """How large one is, the processor decides: what is committed, or compared, may not depend on it."""
    states = [{}] + [{control.name: value} for control in LABS[name].table for value in some(control.values(), 4)]
    for state in states:
        lab = lab_in(name, **state)
        said = f"{texts(lab.panel.sent())} {lab.description}"
        small = [number for number in re.findall(r"(?<!≤ )\b\d[\d.]*e[-+]\d+", said) if abs(float(number)) < 1e-9]
        assert small == [], said


def test_a_difference_is_a_bound_until_it_is_more_than_rounding():
    assert at_most(0.0, 1e-10) == at_most(4.4e-16, 1e-10) == at_most(1e-10, 1e-10) == "≤ 1e-10"
    assert at_most(1.1e-10, 1e-10) == "1.1e-10" and at_most(0.12345, 1e-6) == "0.123"
    assert at_most(math.nan, 1e-10) == "nan"


def test_spikes_that_differ_although_h_does_not_are_explained():
    lab = LABS["closed_form"](input="steady 0.1", tau="IF")
    unlike = np.flatnonzero(lab.numbers["s_loop"] != lab.numbers["s_product"])
    assert agrees(lab)
    if len(unlike):  # ten times 0.1 is 1 or a bit less, as the processor adds
        said = f"their spikes differ at t = {unlike[0]}, where H is the threshold but for rounding"
        assert said in lab.description and abs(lab.numbers["h_loop"][unlike[0]] - 1) < 1e-10
    numbers = lab.numbers | {"s_product": 1 - lab.numbers["s_loop"]}
    assert "their spikes differ at t = 0, 1, 2" in closed_form._result(numbers)
    assert "where H is the threshold but for rounding." in closed_form._result(numbers)
    assert "but for rounding" not in closed_form._result(numbers | {"first_apart": 3})
