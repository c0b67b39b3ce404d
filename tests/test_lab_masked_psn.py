"""The lab `masked_psn`: what the future does to the past, what a step waits for, and the witness."""

import re
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from psn_viz.labs import LABS
from psn_viz.labs.core import palette
from psn_viz.labs.core.inputs import parse_input
from psn_viz.labs.core.witness import TOLERANCE
from psn_viz.labs.masked_psn import lab as masked_psn
from psn_viz.learning.training import lambda_at
from psn_viz.neurons import MaskedPSN
from tests.expected.masked_psn import charges, dense_weight, last_needed, masks
from tests.extent import examples
from tests.lab_reference import control_of, expected, inputs, lab_in, states, texts, traces, values_of

NAME, T = "masked_psn", 16
orders, places = st.integers(1, T), st.integers(0, T - 1)
changes = st.sampled_from([value for value in control_of(NAME, "delta").values() if value])
below_one = st.floats(0, 0.999)


def agrees(lab) -> bool:
    """What the witness in the figure says."""
    said = texts(lab.panel.sent())
    ok = f'<span style="color:{palette.AGREE}"><b>✓ step by step =<br>all at once' in said
    broken = re.search(f'<span style="color:{palette.DISAGREE}"><b>✗ (no step by step|step by step ≠)', said)
    assert ok != bool(broken)
    return ok


def trace(lab, name: str) -> dict:
    return next(trace for trace in lab.panel.sent()["data"] if trace["name"] == name)


def flips(state: dict) -> tuple[list[int], np.ndarray]:
    """Where S changes, and by how much H does."""
    h, changed = charges(state)
    return list(np.flatnonzero((h >= 1) != (changed >= 1))), changed - h


# ------------------------------------------------------------------------------------------ the leak


@examples(15)
@given(inputs, orders, places, changes)
def test_with_the_mask_shut_only_the_next_k_steps_change(text, k, i, delta):
    lab = lab_in(NAME, input=text, k=k, i=i, delta=delta, **{"lambda": 1})
    sent = traces(lab.panel.sent())
    assert (sent["change of an earlier H"][:i] == 0).all(), "exactly"
    assert not np.isfinite(sent["an earlier S changed"]).any()
    assert not np.isfinite(sent["S changed"][i + k :]).any() and (sent["change of H"][i + k :] == 0).all()
    said = texts(lab.panel.sent())
    assert "changed: " not in said
    assert ("✓ the past did not change" if i else "X[0] has no past") in said
    assert sent["change of H"][i] != 0


@examples(15)
@given(inputs, orders, places, changes, below_one)
def test_before_that_every_earlier_charge_changes(text, k, i, delta, lambda_):
    lab = lab_in(NAME, input=text, k=k, i=i, delta=delta, **{"lambda": lambda_})
    flipped, _ = flips(lab.state)
    earlier = [t for t in flipped if t < i]
    sent = traces(lab.panel.sent())
    assert list(np.flatnonzero(np.isfinite(sent["an earlier S changed"]))) == earlier
    assert (sent["change of an earlier H"][:i] != 0).all()
    if i:
        assert f"✗ the past changed: {len(earlier)} S, {i} H of {i}<" in texts(lab.panel.sent())
        assert f"the past changed: {len(earlier)} S, {i} H of {i} (" in lab.description
    else:
        assert "X[0] has no past" in texts(lab.panel.sent())


def test_the_lab_opens_where_the_past_changes_and_shutting_the_mask_stops_it():
    lab = LABS[NAME]()
    assert np.isfinite(trace(lab, "an earlier S changed")["y"]).sum() == 4
    for value in (0, 0.25, 0.5, 0.75, 0.9):
        lab.controls["lambda"].value = value
        assert np.isfinite(trace(lab, "an earlier S changed")["y"]).any()
    lab.controls["lambda"].value = 1
    assert not np.isfinite(trace(lab, "an earlier S changed")["y"]).any()
    assert np.isfinite(trace(lab, "S changed")["y"]).any()


def test_without_a_change_nothing_is_claimed():
    lab = LABS[NAME](delta=0)
    said = texts(lab.panel.sent())
    assert "<b>δ = 0: no input is changed</b>" in said and "δ = 0: no input is changed" in lab.description
    assert "the past" not in said + lab.description and "at step" not in lab.description


@examples(15)
@given(states(NAME))
def test_the_alt_text_says_what_changed(state):
    lab = lab_in(NAME, **state)
    state = lab.state
    i, stop = state["i"], min(state["i"] + state["k"], T)
    flipped, dh = flips(state)
    h, _ = charges(state)
    said = lab.description
    assert f"it fires at {listed(np.flatnonzero(h >= 1))}." in said
    assert f"k = {state['k']}, λ = {state['lambda']:g}, input {state['input']}: " in said
    assert f"{int((masks(state['k'], state['lambda'])[1] != 0).sum())} of 256 weights are left" in said
    if state["delta"] == 0:
        return
    assert f"With {state['delta']:+g} on X[{i}] = {parse_input(state['input'], T)[i]:.3f}, " in said
    assert f"S changed at {listed([t for t in flipped if i <= t < stop])}" in said
    changed = np.abs(dh) > TOLERANCE
    if changed[:i].any():
        assert f"(S at {listed([t for t in flipped if t < i])}; H by up to {np.abs(dh[:i]).max():.3g})" in said
    assert (f", and after that at {listed([t for t in flipped if t >= stop])};" in said) == changed[stop:].any()
    first = next(t for t in range(T) if abs(dh[t]) >= np.abs(dh).max() - 1e-9)  # of those that rounding alone parts
    assert f"H changed most, by {np.abs(dh).max():.3g}, at t = {first}." in said


def listed(steps) -> str:
    return f"t = {', '.join(map(str, steps))}" if len(steps) else "no step"


# ------------------------------------------------------------------------------------------- latency


@examples(15)
@given(inputs, orders, st.one_of(below_one, st.just(1.0)))
def test_a_ring_marks_the_last_input_that_each_step_needs(text, k, lambda_):
    lab = lab_in(NAME, input=text, k=k, **{"lambda": lambda_})
    rings = trace(lab, "last input needed")
    assert rings["y"].tolist() == list(range(T))
    assert rings["x"].tolist() == last_needed(lab.state).tolist()
    assert rings["x"].tolist() == (list(range(T)) if lambda_ == 1 else [T - 1] * T)
    words = ["S[t] needs t + 1 inputs", f"at most {k} of them count{'s' * (k == 1)}"]
    if lambda_ < 1:
        words = ["S[0] needs 16 inputs", "it is 15 steps late"]
    assert "<br>".join(words) in texts(lab.panel.sent()) and ", ".join(words) in lab.description


@examples(15)
@given(orders, places, values_of(control_of(NAME, "lambda")))
def test_maps_frame_the_column_and_shade_what_the_mask_opens(k, i, lambda_):
    lab = lab_in(NAME, k=k, i=i, **{"lambda": lambda_})
    *columns, before, open_ = lab.panel.sent()["layout"]["shapes"]
    assert [shape["xref"] for shape in columns] == [f"x{n}" for n in ("", 2, 3)]
    assert {(shape["x0"], shape["x1"]) for shape in columns} == {(i - 0.5, i + 0.5)}
    assert before["x1"] == open_["x0"] == i - 0.5
    steps = np.flatnonzero(masks(k, 1)[0][:, i])
    assert (open_["x0"], open_["x1"]) == (steps[0] - 0.5, steps[-1] + 0.5)


@examples(15)
@given(st.one_of(below_one, st.just(1.0)))
def test_the_marker_on_the_schedule_is_the_slider(lambda_):
    lab = lab_in(NAME, **{"lambda": lambda_})
    marker = trace(lab, "λ")
    epoch = next(e for e in range(256) if lambda_at("paper", e, 256) >= lab.state["lambda"])
    assert marker["x"].tolist() == [epoch]
    assert f"<br>epoch {epoch} of 256" in texts(lab.panel.sent())
    assert f"this λ is reached by epoch {epoch} of 256" in lab.description
    assert abs(trace(lab, "schedule")["y"][epoch] - lab.state["lambda"]) < 8 / 255 + 1e-6


# ------------------------------------------------------------------------------------------- witness


@examples(15)
@given(inputs, orders, places)
def test_with_the_mask_shut_steps_and_product_agree(text, k, i):
    lab = lab_in(NAME, input=text, k=k, i=i, **{"lambda": 1})
    assert lab.witness <= 1e-12 and agrees(lab)
    assert "max |difference| ≤ 1e-10" in texts(lab.panel.sent())
    assert "give the same H, difference ≤ 1e-10" in lab.description


@examples(15)
@given(inputs, orders, below_one)
def test_before_that_the_inputs_so_far_give_another_charge(text, k, lambda_):
    lab = lab_in(NAME, input=text, k=k, **{"lambda": lambda_})
    assert not agrees(lab)
    weight = dense_weight() * masks(k, lab.state["lambda"])[1]
    x = parse_input(text, T)
    off = np.array([abs(sum(weight[t, i] * x[i] for i in range(t + 1, T))) for t in range(T)])
    assert lab.witness == pytest.approx(off.max(), abs=1e-12)
    said = texts(lab.panel.sent())
    apart = np.flatnonzero(off > TOLERANCE)
    if len(apart) and not np.isclose(off, TOLERANCE, rtol=1e-3).any():
        assert f"inputs so far: H off<br>by {lab.witness:.3g}, first at t = {apart[0]}" in said
        assert f"inputs so far: H off by {lab.witness:.3g}, first at t = {apart[0]}." in lab.description


def test_without_later_inputs_the_inputs_so_far_are_enough_but_the_neuron_refuses_all_the_same():
    lab = LABS[NAME](input="2")
    assert lab.witness == 0 and not agrees(lab)
    assert "inputs so far: H right here" in texts(lab.panel.sent())


class Forgetful(MaskedPSN):
    """Loses the oldest of its last inputs on the way from step to step."""

    def step(self, x_t, state):
        spikes, state = super().step(x_t, state)
        return spikes, replace(state, memory=torch.cat((0 * state.memory[:1], state.memory[1:])))


class Ahead(MaskedPSN):
    """Lets row 3 see input 9 through the shut mask."""

    @property
    def mask(self):
        mask = super().mask
        mask[3, 9] = 1
        return mask


class WithNaN(MaskedPSN):
    """Gives NaN at the last step, when it runs step by step."""

    def step(self, x_t, state):
        spikes, state = super().step(x_t, state)
        return (spikes * torch.nan if state.t == T else spikes), state


@pytest.mark.parametrize("wrong, first", [(Forgetful, 1), (Ahead, 3), (WithNaN, 15)])
def test_a_corrupted_side_turns_the_witness_red(monkeypatch, wrong, first):
    lab = LABS[NAME](**{"lambda": 1}, i=9)
    assert agrees(lab)
    monkeypatch.setattr(masked_psn, "MaskedPSN", wrong)
    lab.controls["k"].value = 2
    assert not agrees(lab) and not lab.witness <= 1e-3
    assert f"from t = {first}: {lab.witness:.3g}" in texts(lab.panel.sent())
    assert f"step by step ≠ all at once: from t = {first}: {lab.witness:.3g}." in lab.description
    monkeypatch.undo()
    lab.controls["k"].value = 3
    assert agrees(lab)


def test_a_leak_through_the_shut_mask_is_seen(monkeypatch):
    lab = LABS[NAME](**{"lambda": 1}, i=9)
    assert "✓ the past did not change" in texts(lab.panel.sent())
    monkeypatch.setattr(masked_psn, "MaskedPSN", Ahead)
    lab.controls["k"].value = 5
    said = texts(lab.panel.sent())
    assert re.search(r"✗ the past changed: [01] S, 1 H of 9<", said)
    assert trace(lab, "last input needed")["x"].tolist() == [0, 1, 2, 9, *range(4, T)]
    assert "needs t + 1 inputs" not in said


# ------------------------------------------------------------------------------------------- reaching


def test_pulling_a_bar_of_x_changes_that_input():
    lab = LABS[NAME](input="1 2 3")
    lab.panel.dragged = ["X", 2, 1.6]
    assert (lab.state["i"], lab.state["delta"]) == (2, -1.5)
    assert trace(lab, "X[i] + δ")["y"].tolist() == [3, 1.5]
    for height, delta in ((99, 4), (-99, -4), (3.1, 0)):
        lab.panel.dragged = ["X", 2, height]
        assert lab.state["delta"] == delta == lab.controls["delta"].value
    assert lab.panel.sent()["data"][4]["meta"]["drags"] == "X"


def test_pointing_at_a_column_changes_that_input():
    lab = LABS[NAME]()
    pointing = {trace["name"]: trace["meta"]["points_at"] for trace in lab.panel.sent()["data"] if "meta" in trace}
    for name in ("M_k", "M_k(λ)", "W ⊙ M_k(λ)", "X"):
        assert pointing[name] == {"x": "i"}
    lab.panel.set_state({"pointed": {"i": 4}})
    assert lab.state["i"] == 4 == lab.controls["i"].value


@pytest.mark.parametrize("control", ["lambda", "k", "i", "delta"])
def test_axes_stay_where_they_are_while_a_slider_moves(control):
    lab = LABS[NAME]()
    ranges = set()
    for value in control_of(NAME, control).values():
        lab.controls[control].value = value
        layout = lab.panel.sent()["layout"]
        ranges.add(str([axis["range"] for key, axis in sorted(layout.items()) if "axis" in key]))
        assert trace(lab, "W ⊙ M_k(λ)")["zmax"] == pytest.approx(np.abs(dense_weight()).max())
    assert len(ranges) == 1


def test_w_is_the_same_throughout_and_the_readers_random_numbers_are_left_alone():
    torch.manual_seed(5)
    wanted = torch.rand(3)
    torch.manual_seed(5)
    lab = LABS[NAME](**{"lambda": 0})
    before = trace(lab, "W ⊙ M_k(λ)")["z"]
    lab.controls["k"].value = 9
    lab.controls["input"].value = "ramp 2"
    assert np.array_equal(trace(lab, "W ⊙ M_k(λ)")["z"], before)
    assert torch.equal(torch.rand(3), wanted)
    assert np.array_equal(expected(NAME, lab.state)["weight"].astype("f4"), before)


@pytest.mark.parametrize("dragged", [["X", 99, 1.0], ["X", -3, 1.0], ["W", 2, 1.0]])
def test_pulling_what_is_no_bar_of_x_is_ignored(dragged):
    lab = LABS["masked_psn"]()
    state = lab.state
    lab.panel.dragged = dragged
    assert lab.state == state and lab.panel.dragged == []


def test_a_mask_that_is_nearly_one_everywhere_does_not_say_one_everywhere():
    said = texts(LABS["masked_psn"](**{"lambda": 0.0004}).panel.sent())
    assert "1 or 0.9996" in said and "1 everywhere" not in said
    assert "1 everywhere" in texts(LABS["masked_psn"](**{"lambda": 0}).panel.sent())


def test_codes_that_call_the_changed_input_j_are_understood():
    lab = LABS[NAME].from_code("masked_psn;lambda=1;j=3")
    assert lab.state["i"] == 3 and lab.code == "masked_psn;lambda=1;i=3"
    with pytest.raises(ValueError, match="'h=3' in the code"):
        LABS[NAME].from_code("masked_psn;h=3")
