"""The lab `probe`: what leak and reset leave of a cue, and what networks trained at that setting answered."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given

from psn_viz.labs.probe.lab import best_threshold
from psn_viz.learning import load_study
from tests.extent import examples
from tests.lab_reference import lab_in, states, texts


def numbers(**state):
    return lab_in("probe", **state).numbers


def test_the_start_makes_the_point():
    lab = lab_in("probe")
    n = lab.numbers
    assert n.s_with[0] == 1 and n.left[0] == 1.5 and not n.left[1:].any(), "the spike erases the cue"
    assert (n.told, n.pair_told) == (0.5, 1.0)
    assert not n.witness.agrees and n.witness.first_apart == 1
    assert "At the question 0 is left" in lab.description and "it fires, at t = 0." in lab.description


def test_a_reset_erases_only_where_there_is_a_spike():
    down, free = numbers(w=-6), numbers(w=-6, neuron="none")
    assert not down.s_with.any() and down.witness.agrees
    assert np.array_equal(down.left, free.left) and down.left[-1] == pytest.approx(-6 / 4 * 0.75**8)
    assert "does not fire" in lab_in("probe", w=-6).description


@pytest.mark.parametrize("neuron", ["masked", "sliding"])
def test_an_order_of_more_than_the_delay_sees_the_cue(neuron):
    seen, missed = (numbers(neuron=neuron, span=span, D=8) for span in (9, 8))
    assert (seen.left[-1], missed.left[-1]) == (6, 0) and (seen.told, missed.told) == (1, 0.5)
    assert seen.witness.agrees and missed.witness.agrees


@examples(20)
@given(states("probe"))
def test_without_a_spike_the_neuron_is_its_weight(state):
    n = numbers(**state)
    # Spikes act on LIF with a reset only, and a last one no longer.
    acts = n.neuron in ("hard", "soft") and (n.s_with[:-1].any() or n.s_without[:-1].any())
    assert n.witness.agrees or acts
    assert 0.5 <= n.told <= 1 and 0.5 <= n.pair_told <= 1
    if not acts and n.neuron == "none":
        assert n.pair_told == 0.5, "two mirror images"


@pytest.mark.parametrize(
    ("rows", "share", "threshold"),
    [
        (([1.0, 2.0], [3.0, 4.0]), 1.0, 2.5),
        (([3.0, 4.0], [1.0, 2.0]), 1.0, 2.5),
        (([1.0, 3.0], [2.0, 4.0]), 0.75, 1.5),
        (([1.0, 1.0], [1.0, 1.0]), 0.5, 1.0),
        (([0.1 + 0.2, 0.3], [0.3, 0.3]), 0.5, 0.3),
    ],
)
def test_the_best_threshold(rows, share, threshold):
    assert best_threshold(torch.tensor(rows, dtype=torch.float64)) == pytest.approx((share, threshold))


def test_precision_decides_what_can_be_read():
    exact = {"task": "own", "neuron": "none", "span": 2, "w": 2}
    at = {D: numbers(**exact, D=D) for D in (6, 12, 24, 32)}
    assert [n.told for n in at.values()] == [1.0] * 4, "exact numbers always tell"
    assert [n.float32 for n in at.values()] == [True, True, False, False]
    assert [n.disturbed for n in at.values()] == [True, False, False, False]


def test_trained_networks_are_those_of_the_study():
    found = {}
    for task in ("own", "mixed"):
        for D in (4, 6, 8, 16):
            for span in (2, 4, 8, 16):
                n = numbers(task=task, D=D, span=span)
                for label, right in n.trained.items():
                    if len(right):
                        found[task, D, label] = tuple(right)
    study = load_study("recall")
    plain = [row for row in study.rows() if not row.recipe.endswith(("-long", "-attached", "-detached"))]
    assert len(found) == len(plain)
    assert found["mixed", 8, "LIF, τ = 4, hard reset"] == study.row("8-mixed-lif-hard-4").accuracies


def test_where_nothing_was_trained_the_lab_says_so():
    lab = lab_in("probe", D=32)
    assert lab.numbers.present == "" and lab.description.endswith("not trained at this setting.")
    assert "this neuron: not trained at this setting" in texts(lab.drawing)


def test_it_says_where_every_step_has_a_spike_and_where_a_pair_cancels():
    lab = lab_in("probe", neuron="none", w=24)
    assert "it fires at every step." in lab.description and "; the charges of the two cancel." in lab.description
    assert "they cancel, a threshold tells <b>50 %</b>" in texts(lab.drawing)
    with_reset = lab_in("probe", neuron="hard", w=6)
    assert "cancel" not in with_reset.description + texts(with_reset.drawing)
    assert "it fires, at t = 0." in with_reset.description
