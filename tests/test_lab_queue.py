"""The lab `queue`: what waits, where each form refuses the input, the witness."""

import numpy as np
from hypothesis import given

from psn_viz.labs import LABS
from psn_viz.labs.core.phrases import at_most, counted
from psn_viz.labs.queue import lab as queue
from psn_viz.neurons.exact_reset import serial_run, served_so_far
from tests.expected.queue import expected
from tests.extent import examples
from tests.lab_reference import agrees, lab_in, states, texts, traces


def test_the_start_state_is_a_queue_that_grows_and_is_served():
    lab = LABS["queue"]()
    n = lab.numbers
    assert n.v.max() > 2 and n.arrived.max() > n.served.max() - 1 and (n.arrived > n.served).sum() > 5
    assert agrees(lab) and n.refusal == ""
    assert f"loop = queue, max |difference| {at_most(lab.witness, 1e-10)}." in lab.description
    assert f"{counted(int(n.s.sum()))} up to t = 23, V = {n.v[-1]:.3f} waits" in lab.description


@examples(10)
@given(states("queue"))
def test_within_its_range_a_form_is_right_and_outside_it_refuses(state):
    lab = lab_in("queue", **state)
    n, wanted = lab.numbers, expected(lab.state)
    right = wanted["count"] == wanted["served"]
    shown = texts(lab.panel.sent())
    if any(wanted["outside"]):
        t = wanted["outside"].index(1.0)
        assert f"refuses X[{t}]" in shown and not agrees(lab)
        assert ("else right by luck" in shown) == right
        assert f"refuses X[{t}] = {wanted['x'][t]:.3f}; its count would" in lab.description
        assert n.refusal.startswith("x must be at ")
    else:
        assert right and agrees(lab) and n.refusal == "" and "refuses" not in lab.description


def test_negative_inputs_are_too_much_for_a_queue_and_large_ones_for_a_maximum():
    lab = LABS["queue"](low=-0.75)
    assert (
        "The queue needs X ≥ 0 and refuses" in lab.description and "its count would part: loop ≠" in lab.description
    )
    lab.set(form="maximum", low=-1, high=1)
    assert agrees(lab) and "The running maximum gives the spikes of all steps at once" in lab.description
    lab.set(high=2, low=0)
    assert "The running maximum needs X ≤ V_th and refuses" in lab.description and not agrees(lab)
    marks = traces(lab.panel.sent())["not taken"]
    np.testing.assert_array_equal(np.isfinite(marks), lab.numbers.x > 1)


def test_the_loop_is_shown_up_to_t_and_the_form_for_all_steps():
    lab = LABS["queue"](t=7)
    n, shown = lab.numbers, traces(lab.panel.sent())
    for name, values in (("H", n.h), ("V", n.v), ("n, loop", n.served)):
        np.testing.assert_array_equal(shown[name], np.where(np.arange(24) > 7, np.nan, values))
    np.testing.assert_array_equal(shown["by the form"], n.count)
    before = n.v[6]
    after = f", serve 1: {n.v[7]:.2f}" if n.s[7] else " < 1"
    assert f"t = 7: {before:.2f} + {n.x[7]:.2f} = {n.h[7]:.2f}{after}" in texts(lab.panel.sent())


def test_the_smallest_input_is_at_most_the_largest():
    lab = LABS["queue"](low=1.0)
    lab.controls["high"].value = 0.5
    assert lab.state["low"] == 0.5 and set(lab.numbers.x.tolist()) == {0.5}


def test_no_sum_is_rounded():
    """So that the same step fires on every processor."""
    for seed in range(5):
        x = LABS["queue"](low=-1, high=3, seed=seed).numbers.x
        np.testing.assert_array_equal(x * 64, np.round(x * 64))


def impatient(x, v_threshold=1.0):
    return served_so_far(queue.whole_thresholds(x) + 1)


def leaky(x, beta, **more):
    return serial_run(x, 0.9 * beta, **more)


def test_a_corrupted_form_turns_the_witness_red(monkeypatch):
    lab = LABS["queue"]()
    monkeypatch.setitem(queue.FORMS, "queue", (impatient, served_so_far))
    lab.controls["seed"].value = 1
    assert_red(lab)


def test_a_corrupted_loop_turns_the_witness_red(monkeypatch):
    lab = LABS["queue"]()
    monkeypatch.setattr(queue, "serial_run", leaky)
    lab.controls["seed"].value = 1
    assert_red(lab)


def assert_red(lab) -> None:
    assert not agrees(lab) and lab.witness >= 1
    first = lab.numbers.witness.first_apart
    assert f"loop ≠ form from t = {first}" in texts(lab.panel.sent())
    assert f"loop ≠ queue from t = {first}" in lab.description


def test_negative_numbers_are_written_as_such_and_nothing_negative_waits():
    lab = lab_in("queue", low=-1.0, high=0.0, form="maximum")
    shown = texts(lab.panel.sent())
    assert "t = 23: −11.92 − 0.36 = −12.28 < 1" in shown
    assert "V = -12.281. The running maximum" in lab.description
