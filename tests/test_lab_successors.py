"""The lab `successors`: arcs as the loop runs from every step, the rounds that mark the path, the witness."""

import re

import numpy as np
import pytest
import torch
from hypothesis import given

from psn_viz.labs import LABS
from psn_viz.labs.core.phrases import at_most
from psn_viz.labs.successors import lab as successors
from psn_viz.neurons import exact_reset
from tests.expected.successors import expected
from tests.extent import examples
from tests.lab_reference import agrees, lab_in, states, texts, traces


def arcs(figure: dict, name: str) -> list[tuple[int, int]]:
    """From where to where the arcs of a trace lead."""
    (trace,) = [trace for trace in figure["data"] if trace["name"] == name]
    x = np.asarray(trace["x"], dtype=float)
    parts = np.split(x, np.flatnonzero(np.isnan(x)))
    return [(round(float(part[1])), round(float(part[-1]))) for part in parts if len(part) > 1]


def test_the_start_state_is_on_its_way():
    lab = LABS["successors"]()
    assert "round 2: 3 of 4 spikes (3 for all)" in texts(lab.panel.sent())
    assert arcs(lab.panel.sent(), "path") == [(-1, 2), (2, 6), (6, 21)]
    assert "3 of 4 spikes marked, at t = 2, 6, 21; all are after round 3, and 6 rounds do for any" in lab.description
    assert agrees(lab) and f"loop = path, max |difference| {at_most(lab.witness, 1e-10)}." in lab.description
    lab.controls["round"].value = 3
    assert arcs(lab.panel.sent(), "path")[3:] == [(21, 24)]
    np.testing.assert_array_equal(lab.numbers.marked, lab.numbers.s == 1)


@examples(10)
@given(states("successors"))
def test_arcs_lead_from_every_step_to_its_next_spike(state):
    lab = lab_in("successors", **state)
    wanted = expected(lab.state)
    figure, T = lab.panel.sent(), lab.state["T"]
    all_arcs = list(enumerate(wanted["next_spike"], start=-1))
    assert arcs(figure, "next spike") == [(start, end) for start, end in all_arcs if end < T]
    assert arcs(figure, "never again") == [(start, end) for start, end in all_arcs if end == T]
    marked = {-1, *np.flatnonzero(wanted["marked"])}
    assert arcs(figure, "path") == [(start, end) for start, end in all_arcs if start in marked and end in marked]
    shown = traces(figure)
    np.testing.assert_array_equal(np.isfinite(shown["S, marked"]), wanted["marked"])
    np.testing.assert_array_equal(np.isfinite(shown["S, loop"]), np.asarray(wanted["s"]) == 1)


@examples(10)
@given(states("successors"))
def test_the_words_count_what_is_marked(state):
    lab = lab_in("successors", **state)
    spikes, shown = int((lab.numbers.found > 0).sum()), int(lab.numbers.marked.sum())
    assert f"round {lab.state['round']}: {shown} of {spikes} spikes ({lab.numbers.needed} for all)" in texts(
        lab.panel.sent()
    )
    if spikes:
        assert re.search(rf"{shown} of {spikes} spikes? marked", lab.description)
    else:
        assert "no round marks a spike" in lab.description


def later(x, beta, v_threshold=1.0):
    """Every spike one step too late."""
    path = exact_reset.spike_path(x, beta, v_threshold)
    return path._replace(spikes=torch.roll(path.spikes, 1, 0))


def leaky(x, beta):
    return exact_reset.serial_run(x, 0.9 * beta)


@pytest.mark.parametrize("name, wrong", [("spike_path", later), ("serial_run", leaky)])
def test_either_side_that_is_corrupted_turns_the_witness_red(monkeypatch, name, wrong):
    lab = LABS["successors"]()
    assert agrees(lab)
    monkeypatch.setattr(successors, name, wrong)
    lab.controls["mean"].value = 0.5
    assert not agrees(lab) and lab.witness > 1e-3
    assert f"loop ≠ path from t = {lab.numbers.witness.first_apart}" in lab.description
