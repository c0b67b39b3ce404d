"""The lab `wavefront`: what is wrong after each round, which steps are right for sure, the witness."""

import numpy as np
import pytest
from hypothesis import given

from psn_viz.labs import LABS
from psn_viz.labs.core.phrases import at_most
from psn_viz.labs.wavefront import lab as wavefront
from psn_viz.neurons.exact_reset import fixed_point_rounds, serial_run
from tests.expected.wavefront import expected
from tests.extent import examples
from tests.lab_reference import agrees, lab_in, states, texts, traces

NEEDED_BY = {"beta": 0.9, "mean": 0.1, "reset": "soft", "seed": 0}


@pytest.fixture(autouse=True)
def nothing_kept():
    wavefront._rounds.cache_clear()
    yield
    wavefront._rounds.cache_clear()


def test_the_start_state_shows_that_three_rounds_are_few():
    """More is wrong than if no neuron ever fired."""
    lab = LABS["wavefront"]()
    assert lab.state == {"K": 3, **NEEDED_BY}
    n = lab.numbers
    assert n.wrong_now > 1.5 * n.silent > 0
    shown = texts(lab.panel.sent())
    assert "after 3 rounds: <span" in shown and f"<b>{n.wrong_now} wrong</b></span>" in shown
    assert f"after 3 rounds {n.wrong_now} of 1280 entries of S are wrong" in lab.description
    assert f"none from round {n.exact} on. A layer that never fires gets {n.silent} wrong." in lab.description
    assert agrees(lab) and f"loop = rounds, max |difference| {at_most(lab.witness, 1e-10)}." in lab.description


@pytest.mark.parametrize("beta, reset", [(0.1, "soft"), (0.1, "hard")])
def test_with_a_strong_leak_few_rounds_suffice(beta, reset):
    assert LABS["wavefront"](beta=beta, reset=reset).numbers.exact <= 4


@examples(8)
@given(states("wavefront"))
def test_marks_are_the_entries_that_differ_from_the_loop(state):
    lab = lab_in("wavefront", **state)
    wanted = expected(lab.state)
    shown = traces(lab.panel.sent())
    many, few = (np.nan_to_num(shown[name]).T == 1 for name in ("one too many", "one missing"))
    np.testing.assert_array_equal(many, wanted["s"] > wanted["loop"])
    np.testing.assert_array_equal(few, wanted["s"] < wanted["loop"])
    np.testing.assert_allclose(shown["wrong"], 100 * np.array(wanted["wrong"]) / 1280, rtol=1e-6)
    assert not (many | few)[: state["K"]].any(), "the first K steps are right after K rounds"
    assert "none wrong" in texts(lab.panel.sent()) or (many | few).any()


def test_the_line_moves_with_the_rounds_and_nothing_is_wrong_at_the_end():
    lab = LABS["wavefront"]()
    for K in (1, 20, 64):
        lab.controls["K"].value = K
        (line,) = [trace for trace in lab.panel.sent()["data"] if trace["name"] == "right for sure"]
        assert set(np.asarray(line["x"]).tolist()) == {K - 0.5}
    assert lab.numbers.wrong_now == 0 and "none wrong of 1280" in texts(lab.panel.sent())


def half_way(*args, **more):
    return list(fixed_point_rounds(*args, **more))[:3]


def leaky(x, beta, **more):
    return serial_run(x, 0.9 * beta, **more)


@pytest.mark.parametrize("name, wrong", [("fixed_point_rounds", half_way), ("serial_run", leaky)])
def test_either_side_that_is_corrupted_turns_the_witness_red(monkeypatch, name, wrong):
    lab = LABS["wavefront"]()
    assert agrees(lab)
    monkeypatch.setattr(wavefront, name, wrong)
    lab.controls["mean"].value = 0.3
    assert not agrees(lab) and lab.witness > 1e-3
    assert f"loop ≠ rounds from t = {lab.numbers.witness.first_apart}" in lab.description
