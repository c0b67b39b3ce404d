"""The lab `psn`: pointing at a cell, painting it, and what its words and its witness say."""

import re

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from psn_viz.browser.session import LabSession
from psn_viz.labs import LABS
from psn_viz.labs.live.matrix_widgets import Brush, CellPicker
from psn_viz.labs.psn import lab as psn
from psn_viz.neurons import LIF, PSN
from tests.expected.psn import weight
from tests.lab_reference import agrees, assert_shows, control_of, expected, lab_in, snapshot, states, texts, traces


@given(states("psn"))
def test_bars_of_the_row_sum_to_its_charge_and_bars_of_the_column_are_its_share(state):
    lab = lab_in("psn", **state)
    shown = traces(lab.panel.sent())
    t, i = lab.state["cell"]
    H = shown["H"].astype(float)
    assert shown["W[t,i]·X"].sum() == pytest.approx(H[t], abs=1e-4)
    without = expected("psn", lab.state)["h"] - shown["X[i] adds"]
    x = shown["X"].astype(float)
    x[i] = 0
    np.testing.assert_allclose(weight(lab.state) @ x, without, atol=1e-4)


@given(states("psn"))
def test_alt_text_says_when_it_fires_and_what_lies_on_the_future(state):
    lab = lab_in("psn", **state)
    W = np.abs(weight(lab.state))
    fired = np.flatnonzero(expected("psn", lab.state)["s"])
    said = re.search(r"It fires (at no step|at t = ([\d, ]+))\.", lab.description)
    assert [int(n) for n in (said[2] or "").split(",") if n] == fired.tolist()
    share = 100 * np.triu(W, 1).sum() / W.sum() if W.any() else 0
    assert abs(int(re.search(r"(\d+) % of its weight is on future", lab.description)[1]) - share) <= 0.51
    i = lab.state["cell"][1]
    assert f"reaches {np.count_nonzero(W[:, i])} of {lab.state['T']} charges" in lab.description


@pytest.mark.parametrize("preset, tau", [("LIF 2", 2), ("LIF 4", 4), ("LIF 16", 16), ("identity", 1)])
def test_a_leak_is_a_psn_until_a_cell_is_painted(preset, tau):
    lab = LABS["psn"](preset=preset)
    assert agrees(lab) and lab.witness <= 1e-10 and "loop = W X" in texts(lab.panel.sent())
    loop = LIF(tau, reset="none").record(torch.from_numpy(expected("psn", lab.state)["x"])[:, None])
    np.testing.assert_allclose(traces(lab.panel.sent())["H"], loop.h[:, 0], atol=1e-6)
    lab.controls["paint"].value = ((3, 9, 1.0),)
    x = expected("psn", lab.state)["x"]
    assert not agrees(lab) and lab.witness == pytest.approx(abs(x[9]))
    assert "loop ≠ W X from t = 3" in texts(lab.panel.sent()) and "from t = 3" in lab.description


def test_a_broken_product_turns_the_witness_red(monkeypatch):
    lab = LABS["psn"]()
    assert agrees(lab)
    right = PSN.charge
    monkeypatch.setattr(PSN, "charge", lambda self, x: right(self, x) + 1e-6)
    lab.controls["T"].value = 12
    assert not agrees(lab) and lab.witness == pytest.approx(1e-6, rel=1e-3)
    assert "row by row ≠ W X from t = 0" in lab.description


def test_pointing_at_a_cell_and_painting_it():
    lab = LABS["psn"](preset="LIF 4")
    picker, brush = lab.controls["cell"], lab.controls["paint"]
    assert isinstance(picker, CellPicker) and isinstance(brush, Brush)
    slider, unpaint = brush.children
    lab.panel.pointed = {"cell.t": 7, "cell.i": 2}
    assert lab.state["cell"] == (7, 2) == picker.value
    assert [field.value for field in picker.children] == [7, 2]
    assert slider.value == pytest.approx(0.75**5 / 4) and brush.value == ()
    revision = lab.panel.revision
    slider.value = -0.5
    assert lab.state["paint"] == ((7, 2, -0.5),) and lab.panel.revision == revision + 1
    assert_shows(lab.panel.sent(), "psn", lab.state)
    lab.panel.pointed = {"cell.i": 3.0}  # at a bar of X
    assert lab.state["cell"] == (7, 3) and slider.value == pytest.approx(0.75**4 / 4)
    slider.value = 1.25
    slider.value = 1.5
    assert lab.state["paint"] == ((7, 2, -0.5), (7, 3, 1.5))
    assert lab.code == "psn;preset=LIF+4;cell=7.3;paint=7.2~-0.5_7.3~1.5"
    assert "2 cells painted" in lab.description
    unpaint.click()
    assert lab.state["paint"] == () and slider.value == pytest.approx(0.75**4 / 4)


def test_what_a_browser_rounds_is_no_paint():
    lab = LABS["psn"](preset="LIF 4", cell=(7, 2))
    slider = lab.controls["paint"].children[0]
    slider.value = 0.06 + 1e-15  # W[7, 2] = 0.0593, on the nearest step of the slider
    assert lab.state["paint"] == () and lab.code == "psn;preset=LIF+4;cell=7.2"
    slider.value = 0.07
    assert lab.state["paint"] == ((7, 2, 0.07),)


def test_a_typed_row_moves_the_row_alone():
    lab = LABS["psn"]()
    row, column = lab.controls["cell"].children
    revision = lab.panel.revision
    row.value = 9
    assert lab.state["cell"] == (9, 10) and lab.panel.revision == revision + 1
    column.value = 0
    assert lab.state["cell"] == (9, 0)


def test_a_short_sequence_keeps_the_cell_inside_and_the_paint_for_later():
    lab = LABS["psn"](cell=(15, 3), paint=((15, 3, 2.0), (1, 1, 0.5)))
    lab.controls["T"].value = 4
    assert lab.state["cell"] == (3, 3) and [field.max for field in lab.controls["cell"].children] == [3, 3]
    assert "1 cell painted" in lab.description
    assert_shows(lab.panel.sent(), "psn", lab.state)
    lab.controls["T"].value = 16
    assert "2 cells painted" in lab.description
    assert_shows(lab.panel.sent(), "psn", lab.state)


def test_random_weights_are_those_of_the_library_and_disturb_nothing():
    torch.manual_seed(5)
    before = torch.get_rng_state()
    W = psn.preset_weight("random", 9)
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(0)
    assert torch.equal(W.float(), PSN(9).weight.detach())


@pytest.mark.parametrize(
    "control, value, words",
    [
        ("cell", (3, 64), ["cell", "64", "0 to 63"]),
        ("cell", (3,), ["cell", "(3,)"]),
        ("cell", "3.x", ["cell", "3.x"]),
        ("cell", (1.5, 2), ["cell", "1.5"]),
        ("cell", 3, ["cell", "3"]),
        ("paint", ((1, 2),), ["paint", "(1, 2)"]),
        ("paint", ((1, 2, 2.5),), ["paint", "2.5", "-2 to 2"]),
        ("paint", ((1, 2, float("nan")),), ["paint", "nan"]),
        ("paint", ((1, 64, 1.0),), ["paint", "64"]),
        ("paint", 3, ["paint", "3"]),
    ],
)
def test_cells_that_are_none_are_refused(control, value, words):
    lab = LABS["psn"]()
    sent = snapshot(lab.panel)
    for call in (LABS["psn"], lab.set):
        with pytest.raises(ValueError) as caught:
            call(**{control: value})
        assert all(word in str(caught.value) for word in words)
    assert snapshot(lab.panel) == sent


@pytest.mark.parametrize("text", ["1.2~", "1.2", "1.2~x", "~1", "1.2~1_3", "1.2~nan", "1.2~1e99", "99.0~1"])
def test_damaged_paint_in_a_code_is_refused(text):
    with pytest.raises(ValueError, match="paint"):
        LABS["psn"].from_code(f"psn;paint={text}")


@given(st.data())
def test_a_painted_matrix_survives_its_code(data):
    lab = lab_in("psn", **data.draw(states("psn")))
    again = LABS["psn"].from_code(lab.code)
    assert again.state == lab.state and snapshot(again.panel) == snapshot(lab.panel)


def test_the_last_of_two_paints_of_a_cell_counts():
    assert control_of("psn", "paint").check([(1, 2, 0.5), (0, 0, 1), (1, 2, 0.75)]) == ((0, 0, 1.0), (1, 2, 0.75))


def test_a_cell_beyond_the_end_is_the_last_one():
    lab = LABS["psn"]()
    lab.controls["cell"].value = (49, 3)
    assert lab.controls["cell"].value == lab.state["cell"] == (15, 3)


@pytest.mark.parametrize("control", ["cell", "paint"])
def test_frames_open_where_the_lab_is(control):
    lab = LABS["psn"](cell=(3, 7), paint=((2, 2, 1.0),))
    frames = lab.frames(control)
    assert frames.values[frames.start] == lab.state[control]
    assert frames.descriptions[frames.start] == lab.description


def test_a_slider_with_one_place_is_shut_and_says_why():
    lab = LABS["psn"](preset="learned 1")
    slider = lab.controls["T"]
    (meaning,) = [part.children[1] for part in _boxes(lab.show()) if part.children[:1] == (slider,)]
    assert slider.disabled and "fixed: a learned W" in meaning.value
    (field,) = LabSession("psn", lab.code).answer().fields["T"]
    assert field["low"] == field["high"] == 28 and field["meaning"] == meaning.value
    lab.set(preset="random")
    assert not slider.disabled and meaning.value == control_of("psn", "T").meaning


def _boxes(box) -> list:
    """A box and all boxes in it."""
    inside = [child for child in box.children if hasattr(child, "children")]
    return [box, *(one for child in inside for one in _boxes(child))]


@pytest.mark.parametrize("layer", [1, 2])
def test_a_learned_matrix_comes_with_its_own_length_and_thresholds(layer):
    lab = LABS["psn"](T=20)
    slider = lab.controls["T"]
    lab.controls["preset"].value = f"learned {layer}"
    assert lab.state["T"] == slider.value == slider.min == slider.max == 28
    assert lab.code == f"psn;preset=learned+{layer}"
    assert_shows(lab.panel.sent(), "psn", lab.state)
    assert f"learned, layer {layer} of rows-psn" in lab.description and agrees(lab)
    assert len(set(traces(lab.panel.sent())["B"])) > 1, "B was learned, too"
    # The slider of the paint reaches every weight.
    assert np.abs(weight(lab.state)).max() <= control_of("psn", "paint").largest
    lab.controls["preset"].value = "random"
    assert lab.state["T"] == 28 and (slider.min, slider.max) == (2, 64)
    slider.value = 40
    assert lab.state["T"] == 40 and lab.code == "psn;T=40"
    lab.set(preset=f"learned {layer}", T=9)
    assert lab.state["T"] == 28 == slider.value
    lab.reset()
    assert lab.state["T"] == 20 == slider.value
