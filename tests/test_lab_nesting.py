"""The lab `nesting`: which member holds which, where the dot is, what the neurons answer, the witness."""

import math
import re

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from psn_viz.labs import LABS
from psn_viz.labs.core import palette
from psn_viz.labs.nesting import lab as nesting
from psn_viz.labs.nesting import members
from psn_viz.neurons import LIF
from tests.expected.nesting import ORDER, between
from tests.extent import examples
from tests.lab_reference import (
    agrees,
    assert_shows,
    control_of,
    expected,
    inputs,
    lab_in,
    states,
    texts,
    traces,
    values_of,
)

T = 16
SETS = ["PSN", "causal", "masked", "sliding", "k1"]  # each inside the one before
MEMBERS = control_of("nesting", "member").options
ks, taus = values_of(control_of("nesting", "k")), values_of(control_of("nesting", "tau"))


def innermost(member: str, k: int, tau: float) -> str | None:
    """By the theory: the most special set with that W and B, or None where there is no W."""
    first, second, _ = between(member)
    if first == "LIF reset" and tau > 1:
        return None
    lif = "k1" if tau == 1 else "sliding" if k == T else "causal"
    of = {"LIF reset": lif, "LIF": lif, "k1": "k1", "sliding": "k1" if k == 1 else "sliding", "masked": "masked",
          "causal": "masked" if k == T else "causal", "PSN": "PSN"}  # fmt: skip
    return min(of[first], of[second], key=SETS.index)


def places(lab) -> dict[str, tuple]:
    """The dots of the figure, by trace, and the frames of the sets, by set: (x0, x1, y0, y1, colour)."""
    figure = lab.panel.sent()
    dots = {trace["name"]: (float(trace["x"][0]), float(trace["y"][0])) for trace in figure["data"]
            if trace["name"] in ("LIF", "member")}  # fmt: skip
    frames = {
        name: (shape["x0"], shape["x1"], shape["y0"], shape["y1"], shape["line"]["color"], shape["line"]["width"])
        for name, shape in zip(SETS, figure["layout"]["shapes"], strict=True)
    }
    return dots | frames


def sets_around(place: dict, dot: str) -> list[str]:
    x, y = place[dot]
    return [name for name in SETS if place[name][0] < x < place[name][1] and place[name][2] < y < place[name][3]]


# --------------------------------------------------------------------------------- who can hold which W


def test_the_start_state_makes_the_point():
    lab = LABS["nesting"]()
    assert agrees(lab) and "LIF, no reset = PSN" in texts(lab.panel.sent())
    assert "0 parameters" in lab.description and "272 parameters" in lab.description


@examples(20)
@given(states("nesting"))
def test_the_dot_is_inside_the_sets_that_can_hold_w(state):
    lab = lab_in("nesting", **state)
    k, tau, holder = state["k"], state["tau"], state["holder"]
    inside = innermost(state["member"], k, tau)
    around = SETS[: SETS.index(inside) + 1] if inside else []
    place = places(lab)
    assert sets_around(place, "member") == around
    assert sets_around(place, "LIF") == SETS[: SETS.index(innermost("LIF", k, tau)) + 1]
    assert (place["LIF"] == place["member"]) == (state["member"] == "LIF")
    # The frame of the holder, and no other, says whether W fits.
    grey = palette.THEMES["light"]["line"]
    colours = {name: place[name][4] for name in SETS}
    assert colours == dict.fromkeys(SETS, grey) | {holder: palette.AGREE if holder in around else palette.DISAGREE}
    assert [name for name in SETS if place[name][5] > 1] == [holder]
    # What fits gives the same H and S. What does not may still do so, for an input that never meets the difference.
    if holder in around:
        assert agrees(lab) and lab.witness <= 1e-10


@pytest.mark.parametrize("holder", SETS)
def test_each_kind_holds_of_each_member_what_it_can(holder):
    for member in MEMBERS:
        lab = lab_in("nesting", member=member, holder=holder)
        assert_shows(lab.panel.sent(), "nesting", lab.state)


@given(inputs, ks, taus, st.sampled_from(MEMBERS[1:]))
@examples(20)
def test_a_psn_holds_every_member_and_all_between(text, k, tau, member):
    lab = lab_in("nesting", member=member, k=k, tau=tau, input=text)
    assert lab.witness <= 1e-10 and agrees(lab)
    assert "PSN neuron in its place gives the same H and S" in lab.description
    assert "max |difference| ≤ 1e-10" in texts(lab.panel.sent())


@examples(20)
@given(states("nesting"))
def test_the_verdict_is_about_h_and_s_as_shown(state):
    lab = lab_in("nesting", **state)
    shown = expected("nesting", lab.state)
    difference = np.abs(shown["H"] - shown["H of the holder"])
    assert lab.witness == pytest.approx(difference.max(), rel=1e-9, abs=1e-12)
    flipped = np.isfinite(shown["S"]) != np.isfinite(shown["S of the holder"])
    apart = (difference > 1e-10) | (flipped & (np.abs(shown["H"] - shown["B"]) > 1e-10))
    assert agrees(lab) == (not apart.any())
    if apart.any():
        first = np.flatnonzero(apart)[0]
        assert f"first at t = {first}, max |difference| {lab.witness:.3g}" in texts(lab.panel.sent())
        assert (
            f"differs, first at t = {first}: H by up to {lab.witness:.3g}, {flipped.sum()} of 16" in lab.description
        )
    fired = np.flatnonzero(np.isfinite(shown["S"]))
    assert f"it {'fires at t = ' + ', '.join(map(str, fired)) if len(fired) else 'never fires'}." in lab.description


def test_the_kernel_that_a_sliding_psn_starts_from_is_the_leak_with_tau_2():
    leak = LABS["nesting"](holder="sliding", k=T)
    assert agrees(leak) and leak.state["tau"] == 2
    kernel = LABS["nesting"](member="sliding", k=T)
    np.testing.assert_array_equal(traces(leak.panel.sent())["W"], traces(kernel.panel.sent())["W"])


def test_k_1_has_no_memory():
    for member, holder in (("k1", "PSN"), ("sliding", "k1"), ("masked", "masked")):
        lab = LABS["nesting"](member=member, holder=holder, k=1)
        assert np.isfinite(traces(lab.panel.sent())["W"]).sum() == T and agrees(lab)


def test_a_mask_of_order_t_is_causal():
    one, other = (traces(LABS["nesting"](member=name, k=T).panel.sent()) for name in ("masked", "causal"))
    assert all(np.array_equal(one[name], other[name], equal_nan=True) for name in one)


def test_w_changes_from_member_to_member_in_even_steps():
    shown = [np.nan_to_num(traces(lab_in("nesting", member=name).panel.sent())["W"]) for name in MEMBERS[1:]]
    for n in range(0, len(shown) - 4, 4):
        for step in range(1, 4):
            mixed = shown[n] + step / 4 * (shown[n + 4] - shown[n])
            np.testing.assert_allclose(shown[n + step], mixed, atol=1e-6)


def test_the_axis_of_h_stays_while_one_member_becomes_another():
    ranges = {str(lab_in("nesting", member=name).panel.sent()["layout"]["yaxis4"]["range"]) for name in MEMBERS}
    assert len(ranges) == 1


# -------------------------------------------------------------------------------------- with a reset


@examples(15)
@given(inputs, ks, taus.filter(lambda tau: tau > 1), values_of(control_of("nesting", "holder")))
def test_no_w_gives_a_neuron_with_reset(text, k, tau, holder):
    lab = lab_in("nesting", member="LIF reset", k=k, tau=tau, input=text, holder=holder)
    place = places(lab)
    assert sets_around(place, "member") == [] and place[holder][4] == palette.DISAGREE
    shown, said = expected("nesting", lab.state), texts(lab.panel.sent())
    x, neuron = torch.from_numpy(shown["X"])[:, None], LIF(tau, decay_input=False)
    # Whatever W is, an input too small to fire would give H as much smaller: that is the leak alone.
    off = float((LIF(tau, decay_input=False, reset="none").record(x).h - neuron.record(x).h).abs().max())
    assert ("H does not scale with X, by " in said) == (off > 1e-10)
    assert ("so there is no W at all" if off > 1e-10 else "no reset acts") in lab.description
    fired = np.flatnonzero(np.isfinite(shown["S"]))
    if holder == "PSN" and len(fired) and fired[0] < T - 1 and lab.witness > 1e-10:
        assert f"first at t = {fired[0] + 1}, " in said and not agrees(lab)


def test_the_state_where_the_claim_fails():
    lab = LABS["nesting"](member="LIF reset")
    assert not agrees(lab) and lab.witness > 1
    assert "LIF, hard reset ≠ PSN" in texts(lab.panel.sent())


def test_without_memory_a_reset_has_nothing_to_take_away():
    lab = LABS["nesting"](member="LIF reset", tau=1, holder="k1")
    assert agrees(lab) and sets_around(places(lab), "member") == SETS
    assert "no memory, so nothing to reset" in texts(lab.panel.sent())


def test_a_reset_that_never_acts_shows_nothing_and_still_has_no_w():
    lab = LABS["nesting"](member="LIF reset", input="0.1")
    assert agrees(lab) and sets_around(places(lab), "member") == []
    assert "here no reset acts" in texts(lab.panel.sent()) and "no reset acts" in lab.description


# ---------------------------------------------------------------------------- what the neurons answer


def answers(lab) -> list[list[str]]:
    """The table under the runs: its three columns, line by line."""
    notes = [note["text"].split("<br>") for note in lab.panel.sent()["layout"]["annotations"]]
    return [lines for lines in notes if len(lines) == 5]


@pytest.mark.parametrize("k", [1, 4, T])
def test_what_each_member_costs_and_allows(k):
    used = k * T - k * (k - 1) // 2 + T
    dense = f"{T * T + T}"
    masked = dense if k == T else f"{dense} ({used} used)"
    causal = f"{dense} ({T * (T + 1) // 2 + T} used)"
    want = {
        "LIF reset": ["0", "no", "yes", "yes"],
        "LIF": ["0", "no", "yes", "yes"],
        "k1": ["2", "no", "yes", "yes"],
        "sliding": [f"{k + 1}", "no", "yes", "yes"],
        "masked": [causal if k == T else masked, "no", "no", "yes"],
        "causal": [causal, "no", "no", "yes"],
        "PSN": [dense, "yes", "no", "no"],
    }
    for member in ORDER:
        heads, column, _ = answers(lab_in("nesting", member=member, k=k))
        assert heads[1:] == ["parameters", "sees ahead", "any T", "step by step"]
        assert column[1:] == want[member], member
        for holder in SETS:
            held = answers(lab_in("nesting", member=member, holder=holder, k=k))[2]
            # A dense W that holds something causal does not see ahead.
            ahead = "yes" if holder == member == "PSN" else "no"
            assert held[1:] == [want[holder][0], ahead, *want[holder][2:]], (member, holder)


def test_between_two_members_no_named_neuron_answers():
    lab = LABS["nesting"](member="masked 50")
    assert answers(lab)[1][1:] == ["–"] * 4 and answers(lab)[1][0] == "in between"
    assert "50 % from masked k=4 to masked k=T" in lab.description


def test_the_readers_random_numbers_are_left_alone():
    torch.manual_seed(3)
    wanted = torch.rand(4)
    members._drawn.cache_clear()
    torch.manual_seed(3)
    LABS["nesting"](member="PSN").set(k=7)
    assert torch.equal(torch.rand(4), wanted)


# ------------------------------------------------------------------------------------------- the witness


class Leaking(LIF):
    """Loses a thousandth of every charge."""

    def charge(self, v, x_t):
        return 0.999 * super().charge(v, x_t)


def too_large(*arguments):
    neuron = members.holding(*arguments)
    neuron.weight.mul_(1.001)
    return neuron


def other_threshold(*arguments):
    neuron = members.holding(*arguments)
    neuron.threshold.add_(1)
    return neuron


@pytest.mark.parametrize(
    "module, part, wrong",
    [(members, "LIF", Leaking), (nesting, "holding", too_large), (nesting, "holding", other_threshold)],
)
def test_a_corrupted_side_turns_the_witness_red(monkeypatch, module, part, wrong):
    lab = LABS["nesting"]()
    assert agrees(lab) and lab.witness < 1e-10
    monkeypatch.setattr(module, part, wrong)
    lab.controls["tau"].value = 3
    assert not agrees(lab) and "≠ PSN" in texts(lab.panel.sent()) and "differs, first at t = " in lab.description
    assert lab.witness > 1e-5 or wrong is other_threshold
    monkeypatch.undo()
    lab.controls["tau"].value = 4
    assert agrees(lab) and lab.witness < 1e-10


def test_nan_in_h_turns_the_witness_red(monkeypatch):
    def with_a_nan(*arguments):
        held = members.holding(*arguments)
        charge = held.charge
        held.charge = lambda x: torch.where(torch.arange(T)[:, None] == 3, math.nan, charge(x))
        held.record = held._run  # a checked run refuses NaN; at t = 3 neither of the two fires
        return held

    monkeypatch.setattr(nesting, "holding", with_a_nan)
    lab = LABS["nesting"]()
    assert not agrees(lab) and math.isnan(lab.witness)
    assert re.search("first at t = 3, ", texts(lab.panel.sent()))
