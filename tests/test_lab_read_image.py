"""The lab `read_image`: the image, what its neurons have fired so far, what waits for what, and the claimed loop."""

import json
import re

import numpy as np
import pytest
import torch
from hypothesis import given

from notebooks.build import read_image_weights
from psn_viz.labs import LABS
from psn_viz.labs.read_image import lab as read_image
from psn_viz.neurons import LIF, reset_free_weight
from tests.expected.read_image import picked_image, weights_of
from tests.lab_reference import agrees, assert_shows, expected, lab_in, states, texts, traces


def test_the_image_is_the_one_it_shows():
    lab = LABS["read_image"](kind="Trouser", which=1)
    assert torch.equal(lab.image, picked_image(lab.state))
    lab.image.zero_()  # a copy, so that a reader's exercise cannot spoil the lab
    lab.controls["which"].value = 2
    lab.controls["which"].value = 1
    assert_shows(lab.panel.sent(), "read_image", lab.state)


@given(states("read_image"))
def test_alt_text_counts_the_spikes_shown(state):
    lab = lab_in("read_image", **state)
    shown = expected("read_image", lab.state)
    lif = int(shown["s_lif"][: state["t"] + 1].sum())
    times, spikes = ("1 time", "1 spike") if lif == 1 else (f"{lif} times", f"{lif} spikes")
    steps = "1 step" if state["t"] == 0 else f"{state['t'] + 1} steps"
    assert f"fired {times} in {steps}" in lab.description
    assert f"{steps}, {spikes}" in texts(lab.panel.sent())
    left = int(shown["known_from"][0]) - state["t"]
    if left > 0:
        assert "the PSN has fired nothing yet, it needs all 28 rows" in lab.description
        assert f"{left} more row{'s' * (left > 1)}" in texts(lab.panel.sent())
    else:
        psn = int(np.nansum(shown["s_psn"]))
        assert f"the PSN fired {psn} time" in lab.description
        assert f"1 product, {psn} spike" in texts(lab.panel.sent())


@given(states("read_image"))
def test_what_cannot_be_known_yet_is_blank(state):
    """The image and the LIF up to row t; of the PSN the rows that no later row of the image can change."""
    lab = lab_in("read_image", **state)
    n, shown = lab.numbers, traces(lab.drawing)
    past = np.arange(28)[:, None] <= state["t"]
    np.testing.assert_array_equal(shown["X"], np.where(past, n.image, np.nan))
    np.testing.assert_array_equal(shown["S of the LIF"], np.where(past, n.s_lif, np.nan))
    W, _ = weights_of(state)
    # What is read later is made unreadable: it reaches every charge whose weight for it is not 0.
    unread = torch.where(torch.arange(28) > state["t"], 1.0, 0.0).double()
    hangs_on_unread = (W.abs() @ unread > 0).numpy()
    np.testing.assert_array_equal(np.isnan(shown["S of the PSN"]).all(1), hangs_on_unread)


@pytest.mark.parametrize("weights, rows", [("trained", 0), ("ahead", 0), ("leak", 13)])
def test_a_psn_waits_for_what_its_weights_need(weights, rows):
    """What it holds at the start waits: a learned W. The leak of the LIF does not, and its spikes come row by row."""
    assert LABS["read_image"]().state["weights"] == "trained"
    lab = LABS["read_image"](weights=weights, t=12)
    assert (~np.isnan(lab.numbers.s_psn).any(1)).sum() == rows
    assert lab.numbers.rows_left == (0 if rows else 15)
    lab.set(t=27)
    assert not np.isnan(lab.numbers.s_psn).any() and lab.numbers.rows_left == 0


def test_what_was_learned_tells_how_and_the_command_still_makes_such_a_file():
    stored = json.loads(read_image.LEARNED.read_text("utf-8"))
    assert stored["training"] == read_image_weights.SETTINGS
    made = read_image_weights.learn(read_image_weights.SETTINGS | {"epochs": 1})
    assert made.keys() == stored.keys() and made["command"] == stored["command"]
    for name in ("weight", "threshold"):
        assert np.shape(made[name]) == np.shape(stored[name])
        assert np.abs(np.subtract(made[name], stored[name])).max() > 1e-3, "eleven epochs of learning are missing"
    assert stored["validation_accuracy"] > 0.7 and np.count_nonzero(stored["weight"]) == 28 * 28


@given(states("read_image"))
def test_it_claims_a_loop_for_the_leak_only(state):
    lab = lab_in("read_image", **state)
    if state["weights"] != "leak":
        assert lab.witness is None
        assert not re.search("[✓✗]", texts(lab.panel.sent()))
    else:
        image = picked_image(state)
        loop = LIF(state["tau"], decay_input=False, reset="none").record(image).h
        product = reset_free_weight(28, state["tau"], decay_input=False) @ image
        assert lab.witness == pytest.approx(float((loop - product).abs().max()), abs=1e-14)
        assert lab.witness <= 1e-10
        assert agrees(lab)


def too_large(*arguments, **more):
    return reset_free_weight(*arguments, **more) * 1.001


def backwards(*arguments, **more):
    return reset_free_weight(*arguments, **more).T.contiguous()


@pytest.mark.parametrize("wrong", [too_large, backwards])
def test_a_corrupted_product_turns_the_witness_red(monkeypatch, wrong):
    assert_turns_red(monkeypatch, read_image, "reset_free_weight", wrong)


def test_a_corrupted_loop_turns_the_witness_red(monkeypatch):
    """It loses a thousandth of every charge."""
    right = LIF.charge
    assert_turns_red(monkeypatch, LIF, "charge", lambda self, v, x: 0.999 * right(self, v, x))


def assert_turns_red(monkeypatch, place, name: str, wrong) -> None:
    lab = LABS["read_image"](weights="leak")
    assert agrees(lab) and lab.witness < 1e-10
    monkeypatch.setattr(place, name, wrong)
    lab.controls["which"].value = 7
    assert not agrees(lab) and lab.witness > 1e-5
    assert f"largest difference {lab.witness:.3g}" in lab.description
