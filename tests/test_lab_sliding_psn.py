"""The lab of the sliding PSN: kernel by text, by slider and pulled; the queue; all at once against step by step."""

import re

import ipywidgets
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from psn_viz.labs import LABS
from psn_viz.labs.live.transport import Transport
from psn_viz.labs.sliding_psn import lab as sliding_psn
from psn_viz.labs.sliding_psn.kernel_control import LONGEST, MAX_WEIGHT, kernel_text, parse_kernel, with_k
from psn_viz.neurons import MaskedPSN, SlidingPSN
from tests.expected.sliding_psn import PAGES, kernel
from tests.lab_reference import (
    agrees,
    assert_shows,
    expected,
    inputs,
    kernels,
    lab_in,
    masked_rows,
    snapshot,
    states,
    texts,
    traces,
)
from tests.test_labs_panel import find, messages, size  # noqa: F401 (messages is a fixture)

NAME = "sliding_psn"
lengths = st.sampled_from(sorted(PAGES))


# ---------------------------------------------------------------------------------------- kernel as text


@given(kernels)
def test_a_kernel_is_what_its_text_says(text):
    np.testing.assert_array_equal(parse_kernel(text), kernel(text))
    np.testing.assert_allclose(parse_kernel(kernel_text(parse_kernel(text))), kernel(text), rtol=5e-4)


def test_a_kernel_draws_on_nobodys_random_numbers():
    torch.manual_seed(3)
    wanted = torch.rand(1)
    torch.manual_seed(3)
    parse_kernel("uniform 8 1")
    assert torch.rand(1) == wanted


@pytest.mark.parametrize(
    "text, words",
    [
        ("", ["empty"]),
        ("exponential", ["'exponential' is followed by k"]),
        ("exponential 0", ["from 1 to 16", "0"]),
        ("exponential 17", ["from 1 to 16", "17"]),
        ("exponential -2", ["k is a whole number", "'-2'"]),
        ("exponential ٣", ["k is a whole number"]),
        ("uniform 4", ["'uniform' is followed by k and a seed"]),
        ("uniform 4 x", ["a seed is a whole number", "'x'"]),
        ("masked 4", ["'masked' is followed by k and a seed"]),
        ("masked 17 1", ["from 1 to 16", "17"]),
        ("uniform 4 " + "9" * 20, ["a seed is a whole number"]),
        ("zap", ["'zap', W_0, is not a number"]),
        ("1 nan", ["W_1 = nan is not within ±1.5"]),
        ("1 0 -1.51", ["W_2 = -1.51", "±1.5"]),
        ("0 " * 17, ["at most 16", "17 numbers"]),
        ("<b>", ["'<b>'"]),
    ],
)
def test_text_that_is_no_kernel_leaves_the_picture_alone(text, words):
    lab = LABS[NAME]()
    before = lab.state, snapshot(lab.panel), lab.description
    lab.controls["kernel"].value = text
    assert (lab.state, snapshot(lab.panel), lab.description) == before
    for word in [*words, "Allowed: exponential 4"]:
        assert word in lab.error
    with pytest.raises(ValueError, match=re.escape(words[0])):
        LABS[NAME](kernel=text)
    lab.controls["kernel"].value = "0.5 1"
    assert lab.error == "" and lab.state["kernel"] == "0.5 1"


# --------------------------------------------------------------------------------------- k by its slider


@pytest.mark.parametrize(
    "text, k, wanted",
    [
        ("exponential 4", 7, "exponential 7"),
        ("Uniform 4 12", 1, "Uniform 1 12"),
        ("masked 4 2", 8, "masked 8 2"),
        ("0.1 0.2 0.3", 2, "0.2 0.3"),
        ("0.1, 0.2", 4, "0 0 0.1 0.2"),
        ("1", 1, "1"),
    ],
)
def test_another_k_keeps_the_newest_weights(text, k, wanted):
    assert with_k(text, k) == wanted and parse_kernel(wanted).shape[-1] == k


def test_slider_and_text_of_the_kernel_follow_each_other():
    lab = LABS[NAME]()
    field = lab.controls["kernel"]
    text, slider = field.children
    assert (text.value, slider.value, slider.min, slider.max) == ("exponential 4", 4, 1, LONGEST)
    revision = lab.panel.revision
    slider.value = 8
    assert lab.state["kernel"] == "exponential 8" == text.value == field.value
    assert lab.panel.revision == revision + 1
    assert_shows(lab.panel.sent(), NAME, lab.state)
    text.value = "0.1 0.2 -0.5"
    assert slider.value == 3 and lab.state["kernel"] == "0.1 0.2 -0.5"
    for k in (1, 5, 3):  # what the slider cut off on the way is there again
        slider.value = k
        assert len(traces(lab.panel.sent())["kernel"]) == k
    assert lab.state["kernel"] == "0.1 0.2 -0.5"
    text.value = "zap"
    assert lab.error and slider.value == 3
    slider.value = 2
    assert lab.error == "" and text.value == "0.2 -0.5" == lab.state["kernel"]
    lab.reset()
    assert (text.value, slider.value) == ("exponential 4", 4)


def test_every_part_of_the_kernel_field_has_the_meaning_as_tooltip():
    lab = LABS[NAME]()
    lab.show()
    field = lab.controls["kernel"]
    for part in field.children:
        assert getattr(part, "tooltip" if part.has_trait("tooltip") else "description_tooltip") == field.tooltip != ""
    assert "tooltip" not in field.keys, "a box that is sent one cannot be displayed"


# --------------------------------------------------------------------------------------------- pulled bars


def pull(lab, number, height):
    lab.panel.set_state({"dragged": ["kernel", number, height]})


def test_a_pulled_bar_becomes_one_of_k_numbers():
    lab = LABS[NAME]()
    assert [trace["name"] for trace in lab.panel.sent()["data"] if trace.get("meta", {}).get("drags")] == ["kernel"]
    revision = lab.panel.revision
    pull(lab, 1, -0.8049)
    assert lab.state["kernel"] == "0.125 -0.8 0.5 1" == lab.controls["kernel"].value
    assert lab.panel.revision == revision + 1 and lab.panel.dragged == []
    assert_shows(lab.panel.sent(), NAME, lab.state)
    pull(lab, 3, 99.0)
    pull(lab, 0, -1e300)
    assert lab.state["kernel"] == f"{-MAX_WEIGHT} -0.8 0.5 {MAX_WEIGHT}"
    pull(lab, 2, -0.001)
    assert lab.state["kernel"] == "-1.5 -0.8 0 1.5"
    assert not np.isnan(traces(lab.panel.sent())["W"][3, 2]), "a weight of 0 is there, though it does nothing"
    assert lab.controls["kernel"].children[1].value == 4


@given(kernels, st.integers(0, LONGEST - 1), st.floats(-3, 3))
def test_pulling_leaves_the_other_bars_alone(text, number, height):
    before = kernel(text)
    moved = LABS[NAME].drag({"kernel": text}, "kernel", number, height)
    if number >= len(before):
        assert moved == {}
        return
    after = kernel(moved["kernel"])
    assert after[number] == pytest.approx(min(max(height, -MAX_WEIGHT), MAX_WEIGHT), abs=0.006)
    np.testing.assert_allclose(np.delete(after, number), np.delete(before, number), rtol=5e-4)


@pytest.mark.parametrize("dragged", [["kernel", 4, 1.0], ["kernel", -1, 1.0], ["X", 0, 1.0], ["", 0, 1.0]])
def test_pulling_what_is_not_there_does_nothing(dragged):
    lab = LABS[NAME]()
    revision = lab.panel.revision
    lab.panel.dragged = dragged
    assert lab.panel.revision == revision and lab.state == LABS[NAME]().state


@pytest.mark.parametrize("state", [{}, {"kernel": "1.5 1.5 1.5 1", "input": "0.5 0.1"}])
def test_axes_rest_while_they_should(state):
    lab = LABS[NAME](**state)

    def ranges(*axes):
        return [lab.panel.sent()["layout"][axis]["range"] for axis in axes]

    of_kernel, of_charge = ranges("xaxis", "yaxis"), ranges("yaxis5", "yaxis2")
    for t in (0, 1, 15):
        for queue in ("empty", "left over"):
            lab.set(t=t, queue=queue)
            assert ranges("yaxis5", "yaxis2") == of_charge
    for height in (-1.5, 0.0, 1.5):
        pull(lab, 2, height)
        assert ranges("xaxis", "yaxis") == of_kernel == [[-0.6, 3.6], [-MAX_WEIGHT, MAX_WEIGHT]]


# ------------------------------------------------------------------------------- the witness and the queue


@given(kernels, lengths, inputs, st.integers(0, 199))
def test_all_at_once_and_step_by_step_agree_from_an_empty_queue(text, T, x, t):
    lab = lab_in(NAME, kernel=text, T=T, input=x, t=t)
    assert lab.witness <= 1e-10 and agrees(lab)
    assert "max |difference| ≤ 1e-10" in texts(lab.panel.sent())
    assert "difference ≤ 1e-10" in lab.description


@given(kernels, lengths, inputs, st.integers(0, 199))
def test_a_queue_left_over_is_felt_until_it_is_full_of_new_inputs(text, T, x, t):
    lab = lab_in(NAME, kernel=text, T=T, input=x, t=t, queue="left over")
    wanted, W = expected(NAME, lab.state), kernel(text)
    k, t = len(W), lab.state["t"]
    # At step t the oldest k − 1 − t weights meet ones.
    felt = np.array([W[: k - 1 - step].sum() for step in range(min(k - 1, t + 1))])
    difference = np.abs(wanted["h_steps"] - wanted["h"][: t + 1])
    np.testing.assert_allclose(difference[: len(felt)], np.abs(felt), atol=1e-12)
    assert (difference[len(felt) :] <= 1e-10).all()
    assert lab.witness == pytest.approx(difference.max(), abs=1e-12)
    apart = np.flatnonzero(difference > 1e-10)
    assert agrees(lab) == (len(apart) == 0)
    if len(apart):
        span = f"at t = {apart[0]}" + (f" … {apart[-1]}" if len(apart) > 1 else "")
        assert f"at once ≠ steps {span}<" in texts(lab.panel.sent())
        assert f"by up to {lab.witness:.3g} {span}" in lab.description
        assert ("agree again from" in lab.description) == (apart[-1] < t)


def test_the_state_in_which_the_claim_fails():
    lab = LABS[NAME](queue="left over")
    assert not agrees(lab) and lab.witness == pytest.approx(0.875)
    assert "at t = 0 … 2, S at t = 0, and they agree again from t = 3" in lab.description
    lab.controls["kernel"].value = "exponential 1"  # keeps nothing, so nothing is left over
    assert agrees(lab) and lab.witness == 0
    lab.controls["kernel"].value = "0 0 0 1"
    assert agrees(lab)
    lab.set(kernel="exponential 4", queue="empty")
    assert agrees(lab)


class TooLarge(SlidingPSN):
    """All at once multiplies by a little more."""

    def charge(self, x):
        return 1.001 * super().charge(x)


class Forgetful(SlidingPSN):
    """Drops its queue after every step."""

    def step(self, x_t, state):
        spikes, state = super().step(x_t, state)
        return spikes, self.initial_state()


class NeverFires(SlidingPSN):
    """Its steps never fire, whatever H is."""

    def step(self, x_t, state):
        spikes, state = super().step(x_t, state)
        return 0 * spikes, state


class WithNaN(SlidingPSN):
    """A step that loses its input."""

    def step(self, x_t, state):
        spikes, state = super().step(x_t * float("nan"), state)
        return spikes, state


@pytest.mark.parametrize("wrong, where", [(TooLarge, "0"), (Forgetful, "1"), (NeverFires, "1"), (WithNaN, "1")])
def test_a_corrupted_side_turns_the_witness_red(monkeypatch, wrong, where):
    lab = LABS[NAME]()
    assert agrees(lab)
    monkeypatch.setattr(sliding_psn, "SlidingPSN", wrong)
    lab.controls["t"].value = 11
    assert not agrees(lab) and f"at once ≠ steps at t = {where}" in texts(lab.panel.sent())
    assert "differs from all at once" in lab.description
    monkeypatch.undo()
    lab.controls["t"].value = 12
    assert agrees(lab)


class JustBelow(SlidingPSN):
    """Rounds all at once a little downwards."""

    def charge(self, x):
        return super().charge(x) - 1e-15


def test_a_charge_that_only_rounding_keeps_from_the_threshold(monkeypatch):
    monkeypatch.setattr(sliding_psn, "SlidingPSN", JustBelow)
    lab = LABS[NAME](kernel="1", input="steady 1", T=8, t=2)
    assert agrees(lab) and "S not at t = 0 … 2, where H is the threshold but for rounding" in lab.description


def test_steps_are_those_of_the_neuron(monkeypatch):
    taken = []
    step = SlidingPSN.step
    monkeypatch.setattr(SlidingPSN, "step", lambda self, x_t, state: taken.append(state.t) or step(self, x_t, state))
    lab = LABS[NAME](t=5)
    assert taken == [0, 1, 2, 3, 4, 5]
    taken.clear()
    lab.controls["queue"].value = "left over"
    assert taken == [3, 4, 5, 6, 7, 8], "the queue has taken k − 1 ones before"


@pytest.mark.parametrize(
    "t, queue, title, held",
    [
        (0, "empty", "[0], 3 empty", "X[0], with 3 slots still empty"),
        (2, "empty", "[2], 1 empty", "X[0] … X[2], with 1 slot still empty"),
        (3, "empty", "[3]", "X[0] … X[3]"),
        (9, "empty", "[9]", "X[6] … X[9]"),
        (0, "left over", "[0], 3 left over", "3 left over and X[0]"),
        (1, "left over", "[1], 2 left over", "2 left over and X[0] … X[1]"),
        (3, "left over", "[3]", "X[0] … X[3]"),
    ],
)
def test_what_the_queue_holds(t, queue, title, held):
    lab = LABS[NAME](t=t, queue=queue)
    shown = traces(lab.panel.sent())
    assert f"{title}<br>" in texts(lab.panel.sent())
    assert f"The queue holds {held}; times the kernel that is H[{t}]" in lab.description
    slots = [shape for shape in lab.panel.sent()["layout"]["shapes"] if shape["yref"] == "y2 domain"]
    empty = [shape["line"]["dash"] == "dot" for shape in slots]
    assert empty == (np.isnan(shown["queue"]) & np.isnan(shown["left over"])).tolist()
    # The shares in the slots add up to H.
    total = np.nansum(shown["W·queue"], dtype=float)
    assert total == pytest.approx(shown["now"][t], abs=1e-6) and f"[{t}] = {total:.3f}, the sum" in texts(
        lab.panel.sent()
    )


@given(states(NAME))
def test_the_alt_text_counts_the_spikes_shown(state):
    lab = lab_in(NAME, **state)
    wanted = expected(NAME, lab.state)
    for which, fired in (("All at once:", "s"), (": ", "s_steps")):
        count = int(wanted[fired].sum())
        assert f"{which} {count or 'no'} spike{'s' * (count != 1)}".replace(":  ", ": ") in lab.description
    for t in np.flatnonzero(wanted["s"])[:8]:
        assert re.search(rf"spikes?, at t = [^;.]*\b{t}\b", lab.description)
    assert f"H[{lab.state['t']}] = {wanted['h_steps'][-1]:.3f}." in lab.description
    for setting in ("kernel", "input", "T", "t"):
        assert str(lab.state[setting]) in lab.description


# --------------------------------------------------------------------- a row of its own for each step


@given(masked_rows, lengths, inputs, st.integers(0, 199))
def test_a_masked_psn_step_by_step_agrees_from_an_empty_queue(text, T, x, t):
    lab = lab_in(NAME, kernel=text, T=T, input=x, t=t)
    assert lab.witness <= 1e-10 and agrees(lab)
    shown, t, k = traces(lab.panel.sent()), lab.state["t"], kernel(text).shape[1]
    present = np.isfinite(shown["kernel"])
    assert present.tolist() == [k - 1 - slot <= t for slot in range(k)] == np.isfinite(shown["queue"]).tolist()
    np.testing.assert_allclose(shown["kernel"][present], kernel(text)[t][present], atol=1e-6)


def test_the_rows_of_a_masked_psn_differ_and_are_not_pulled():
    lab = LABS[NAME](kernel="masked 4 1", t=8)
    before = traces(lab.panel.sent())["kernel"]
    assert "row 8 of <b>W</b>, the weights of step t = 8" in texts(lab.panel.sent())
    assert "each row: 4 numbers of its own" in texts(lab.panel.sent())
    assert not [trace for trace in lab.panel.sent()["data"] if trace.get("meta", {}).get("drags")]
    pull(lab, 1, 0.5)
    assert lab.state["kernel"] == "masked 4 1"
    lab.controls["t"].value = 9
    assert not np.allclose(traces(lab.panel.sent())["kernel"], before)


def test_with_a_state_left_over_a_masked_psn_takes_the_wrong_rows_to_the_end():
    lab = LABS[NAME](kernel="masked 4 1", queue="left over", t=15)
    assert lab.state["t"] == 12 == lab.controls["t"].max, "three of 16 rows have been used by the sequence before"
    assert lab.numbers.row == 15 and "so that step t uses row t + 3 of W" in lab.description
    assert not agrees(lab) and lab.numbers.witness.apart == tuple(range(13))
    assert "row 15 of <b>W</b>, at step t = 12" in texts(lab.panel.sent())
    (frame, *_) = lab.panel.sent()["layout"]["shapes"]
    assert (frame["y0"], frame["y1"]) == (14.5, 15.5)
    lab.controls["queue"].value = "empty"
    assert lab.controls["t"].max == 15 and lab.numbers.row == 12 and agrees(lab)
    assert LABS[NAME](kernel="masked 16 1", queue="left over", T=8).state["t"] == 0


class AnotherRow(MaskedPSN):
    """All at once uses another row at step 5."""

    def charge(self, x):
        h = super().charge(x)
        h[5] += 0.5
        return h


def test_a_masked_psn_that_is_corrupted_turns_the_witness_red(monkeypatch):
    lab = LABS[NAME](kernel="masked 4 1", t=4)
    monkeypatch.setattr(sliding_psn, "MaskedPSN", AnotherRow)
    lab.controls["T"].value = 32
    assert agrees(lab)
    lab.controls["t"].value = 6
    assert not agrees(lab) and "at once ≠ steps at t = 5<" in texts(lab.panel.sent())


# ------------------------------------------------------------------------------------------ T and its part


def test_the_same_neuron_on_any_length():
    lab = LABS[NAME](T=200, t=199)
    long = traces(lab.panel.sent())
    for T in (8, 16, 32, 64):
        lab.controls["T"].value = T
        short = traces(lab.panel.sent())
        assert lab.state["t"] == 7
        np.testing.assert_array_equal(short["kernel"], long["kernel"])
        np.testing.assert_allclose(short["H at once"], long["H at once"][:T], atol=1e-6)


def test_transport_and_slider_end_where_the_sequence_ends():
    lab = LABS[NAME]()
    transport = find(lab.show(), Transport)
    for T in (200, 8, 32):
        lab.controls["T"].value = T
        assert lab.controls["t"].max == transport.high == T - 1
        transport.value = 999
        assert lab.state["t"] == T - 1 == transport.value


def test_frames_of_t_go_through_the_steps_there_are():
    assert LABS[NAME]().frames("t").values == list(range(16))


@pytest.mark.parametrize(
    "T, kernel", [(8, "exponential 16"), (32, "1"), (64, "exponential 4"), (200, "uniform 16 1")]
)
def test_every_step_has_its_row_of_w_in_view(T, kernel):
    lab = LABS[NAME](T=T, kernel=kernel, t=0)
    W = SlidingPSN(1).double()
    W.weight = torch.nn.Parameter(torch.from_numpy(parse_kernel(kernel)))
    W.k = len(W.weight)
    whole = W.dense_weight(T).detach().numpy()
    seen = set()
    for t in (0, 7, T // 2, T - 1):
        lab.controls["t"].value = t
        figure = lab.panel.sent()
        (part,) = [trace for trace in figure["data"] if trace["name"] == "W"]
        rows, columns = part["y"].astype(int), part["x"].astype(int)
        assert t in rows and len(rows) <= 32 and part["z"].size <= 32 * 48
        seen |= set(rows)
        np.testing.assert_allclose(np.nan_to_num(part["z"]), whole[np.ix_(rows, columns)], atol=1e-6)
        outside = np.delete(whole[rows], columns, axis=1)
        assert not outside.any(), "nothing of these rows is out of view"
        said = f"rows {rows[0]} … {rows[-1]}"
        assert (said in texts(figure)) == (T > 32) and f"{T} × {T}" in texts(figure)
        frame = figure["layout"]["shapes"][0]
        assert (frame["y0"], frame["y1"]) == (t - 0.5, t + 0.5)
        # Pointing at a row in view does not turn the page under the pointer.
        for row in (rows[0], rows[-1]):
            lab.panel.pointed = {"t": int(row)}
            assert lab.state["t"] == row
            assert np.array_equal(next(p for p in lab.panel.sent()["data"] if p["name"] == "W")["y"], part["y"])


def test_a_move_at_the_longest_t_stays_small(messages):  # noqa: F811
    lab = LABS[NAME](T=200, t=150, kernel="uniform 16 1")
    lab.show()  # what makes the widgets is no part of a move
    for move in (
        lambda: pull(lab, 3, 0.7),
        lambda: lab.controls["t"].set_trait("value", 180),
        lambda: pull(lab, 3, 0),
    ):
        messages.clear()
        move()
        assert 0 < sum(map(size, messages)) <= 25_000


def test_the_kernel_is_a_text_field_to_a_keyboard():
    text, slider = LABS[NAME]().controls["kernel"].children
    assert isinstance(text, ipywidgets.Combobox) and isinstance(slider, ipywidgets.IntSlider)
    assert text.continuous_update is False and (text.description, slider.description) == ("W", "k")
