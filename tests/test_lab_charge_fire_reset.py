"""The lab `charge_fire_reset`: the step it spells out, the spikes it counts, and what lies ahead."""

import re

import numpy as np
import pytest
from hypothesis import given

from psn_viz.labs import LABS
from tests.lab_reference import control_of, expected, lab_in, states, texts, traces


def test_it_spells_out_the_step_it_shows():
    lab = LABS["charge_fire_reset"](reset="soft", input="3 1 0.5", tau=2, t=1)
    # V[0] = 1.5 − 1; H[1] = 0.5 + (1 − 0.5)/2.
    assert "= 0.50 + (1.00 − 0.50)/2<br>" in texts(lab.panel.sent())
    assert " = 0.750 < 1" in texts(lab.panel.sent())
    lab.controls["t"].value = 0
    assert "= 0.00 + (3.00 − 0.00)/2<br>" in texts(lab.panel.sent())
    assert " = 1.500 ≥ 1" in texts(lab.panel.sent()) and "= 0.500" in texts(lab.panel.sent())


@given(states("charge_fire_reset"))
def test_alt_text_counts_the_spikes_shown(state):
    lab = lab_in("charge_fire_reset", **state)
    fired = np.flatnonzero(expected("charge_fire_reset", lab.state)["s"][: state["t"] + 1])
    counted = f"{len(fired)} spike{'s' * (len(fired) != 1)} in {state['t'] + 1} step{'s' * (state['t'] > 0)}"
    assert counted in lab.description
    for t in fired[:8]:
        assert re.search(rf"at t = .*\b{t}\b", lab.description)


@given(states("charge_fire_reset"))
def test_what_lies_ahead_is_blank(state):
    lab = lab_in("charge_fire_reset", **state)
    n, shown = lab.numbers, traces(lab.drawing)
    past = np.arange(32) <= state["t"]
    for name, values in (("H", n.h), ("V", n.v)):
        np.testing.assert_array_equal(shown[name], np.where(past, values, np.nan))
    np.testing.assert_array_equal(np.isfinite(shown["S"]), past & (n.s == 1))
    np.testing.assert_array_equal(shown["membrane"], np.stack((shown["H"], shown["V"]), 1).ravel())


@pytest.mark.parametrize("control", ["tau", "threshold", "reset"])
def test_the_axis_of_the_membrane_stays_where_it_is(control):
    lab, ranges = LABS["charge_fire_reset"](input="steady 3"), set()
    for value in control_of("charge_fire_reset", control).values():
        lab.controls[control].value = value
        ranges.add(tuple(lab.drawing["layout"]["yaxis2"]["range"]))
    assert len(ranges) == 1


@pytest.mark.parametrize("name", ["charge_fire_reset", "queue"])
def test_the_line_of_t_keeps_off_the_texts_between_the_panels(name):
    layout = LABS[name](t=0).drawing["layout"]
    panels = {shape["yref"] for shape in layout["shapes"]}
    assert panels == {f"{key.replace('axis', '')} domain" for key in layout if key.startswith("yaxis")}
