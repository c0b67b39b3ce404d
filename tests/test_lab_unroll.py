"""The lab `unroll`: what the derivation folds, where it gets stuck, what the clock allows, the film without jumps."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psn_viz.labs import LABS
from psn_viz.labs.live.transport import Transport
from psn_viz.labs.unroll import lab as unroll
from psn_viz.labs.unroll import ways
from psn_viz.neurons import LIF, reset_free_weight
from tests.expected.unroll import BETA, TAU, T, loop, ready, sum_of
from tests.extent import examples
from tests.lab_reference import expected, inputs, lab_in, states, texts, traces

positions = st.floats(0, T)
steps = st.integers(0, T - 1)


def drawn(lab) -> dict[str, np.ndarray]:
    """The edges in the figure by trace, each as a list of places [n, 2] without those of gaps."""
    return {
        trace["name"]: np.stack([trace["x"], trace["y"]], axis=1)
        for trace in lab.drawing["data"]
        if "lines" in trace.get("mode", "") and np.isfinite(trace["x"]).any()
    }


@pytest.mark.parametrize("reset", ["hard", "soft"])
@pytest.mark.parametrize("way", ["scan", "product"])
def test_a_way_that_a_reset_shuts_is_refused_where_both_are_asked_for(reset, way):
    told = f"show must be one of derivation, loop, got '{way}' with reset = {reset}"
    with pytest.raises(ValueError, match=told):
        LABS["unroll"](reset=reset, show=way)
    with pytest.raises(ValueError, match=told):
        LABS["unroll"].from_code(f"unroll;reset={reset};show={way}")
    lab = LABS["unroll"](show=way)
    lab.set(reset=reset)  # one control that is moved takes the other with it
    assert lab.state["show"] == "loop"


# ------------------------------------------------------------------------------------------- the derivation


def test_the_start_makes_the_point():
    lab = LABS["unroll"]()
    n = lab.numbers
    assert (n.reset, n.show, n.terms, n.t) == ("none", "derivation", 4, 7)
    assert n.witness.agrees and n.superposition.agrees
    assert n.rest == pytest.approx(BETA**4 * n.h[3])
    assert "4 inputs and β⁴·H[3]" in lab.description and "5 ticks of the loop's 8" in lab.description
    assert "<b>✓ loop = unrolled</b>" in texts(lab.drawing) and "✓ superposition" in texts(lab.drawing)


@examples(30)
@given(inputs, positions, steps)
def test_at_every_position_the_unrolled_sum_is_the_loop(text, at, t):
    n = lab_in("unroll", input=text, at=at, t=t).numbers
    assert n.witness.agrees and n.superposition.agrees
    k = min(n.terms, t + 1)
    left = BETA**k * n.h[t - k] if 0 < k <= t else 0.0
    if k:
        assert sum_of(n.x, t, k) + left == pytest.approx(n.h[t], abs=1e-10)
        assert (n.rest or 0.0) == pytest.approx(left, abs=1e-12)


def test_the_coefficients_become_the_rows_of_w():
    shown = [np.isfinite(lab_in("unroll", at=at).numbers.weight).sum(1)[7] for at in range(T + 1)]
    assert shown == [1, 1, 2, 3, 4, 5, 6, 7, 8]
    weight = lab_in("unroll", at=T).numbers.weight
    np.testing.assert_allclose(np.nan_to_num(weight), reset_free_weight(T, TAU).numpy(), rtol=1e-14)


def test_each_term_takes_a_tick_off_the_wait():
    assert [lab_in("unroll", at=at).numbers.waits for at in range(T + 1)] == [8, 8, 7, 6, 5, 4, 3, 2, 1]


@examples(20)
@given(inputs, st.floats(1, T), steps)
def test_edges_lead_where_the_equation_says(text, at, t):
    """After k terms: k edges from X straight into H[t], and one from H[t − k], if there is such an H."""
    at = float(math.floor(at))
    k = int(at)
    shown = drawn(lab_in("unroll", input=text, at=at, t=t))
    for d in range(T):
        path = shown.get(f"term {d}")
        if d > t:
            assert path is None
            continue
        path = path[np.isfinite(path[:, 0])]
        assert tuple(path[0]) == (t - d, 0) and tuple(path[-1]) == (t if d < k else t - d, 1)
    if k <= t:
        rest = shown["rest"][np.isfinite(shown["rest"][:, 0])]
        assert tuple(rest[0]) == (t - k, 1) and tuple(rest[-1]) == (t, 1)
    else:
        assert "rest" not in shown
    assert {"S to V", "H to V", "taken away"}.isdisjoint(shown), "V is one with H"


def dense(shown: dict[str, np.ndarray]) -> np.ndarray:
    """Places along all edges, close to each other."""
    found = []
    for path in shown.values():
        for start, end in itertools.pairwise(path):
            if np.isfinite([start, end]).all():
                found.append(start + (end - start) * np.linspace(0, 1, 12)[:, None])
    return np.concatenate(found)


def apart(one: np.ndarray, other: np.ndarray) -> float:
    """How far a place of one picture is from the other picture at most."""
    square = (one**2).sum(1)[:, None] + (other**2).sum(1) - 2 * one @ other.T  # thousands of points each
    distance = np.sqrt(np.maximum(square, 0))
    return max(distance.min(0).max(), distance.min(1).max())


@pytest.mark.parametrize("t", [7, 3, 0])
@pytest.mark.parametrize("reset", ["none", "hard"])
def test_the_film_has_no_jumps(t, reset):
    """Just before and just after every line of the derivation the edges lie in the same places."""
    for line in range(T + 1):
        before, after = (drawn(lab_in("unroll", at=at, t=t, reset=reset)) for at in near(line))
        for shown in (before, after):  # gaps for letters open and close, faint lines grow out of their nodes
            shown.pop("other rows", None)
        assert apart(dense(before), dense(after)) < 0.2, f"at {line}"


def near(line: int) -> tuple[float, float]:
    return max(0.0, line - 1e-3), min(float(T), line + 1e-3)


# ------------------------------------------------------------------------------------------ with the reset


@pytest.mark.parametrize("reset", ["hard", "soft"])
def test_with_a_reset_the_derivation_is_stuck(reset):
    whole = drawn(lab_in("unroll", reset=reset, at=0))
    for at in (0.5, 1, 4.3, 8):
        lab = lab_in("unroll", reset=reset, at=at)
        shown = drawn(lab)
        assert shown.keys() == whole.keys() and "S to V" in shown
        assert np.isfinite(lab.numbers.weight).sum(1).tolist() == [1] * T, "one fixed coefficient in a row"
        assert "stuck at line 1" in texts(lab.drawing) and "stuck at its first line" in lab.description
        assert "no fixed number" in lab.description
    # The line V = H, and what follows from it, does not give the loop from the step after the first spike on.
    n = lab_in("unroll", reset=reset, at=1).numbers
    assert n.witness.first_apart == np.flatnonzero(n.s)[0] + 1


def test_at_the_whole_graph_nothing_is_claimed_that_a_reset_breaks():
    for reset in ("none", "hard", "soft"):
        lab = lab_in("unroll", reset=reset, at=0.9)
        assert lab.numbers.witness.agrees and ("S to V" in drawn(lab)) == (reset != "none")
        assert "taken away" in drawn(lab_in("unroll", at=0)), "where the edge was"


@examples(30)
@given(inputs, st.sampled_from(["hard", "soft"]), positions)
def test_superposition_fails_where_spikes_act(text, reset, at):
    lab = lab_in("unroll", input=text, reset=reset, at=at)
    n = lab.numbers
    parts = [np.where(np.arange(T) % 2 == keep, n.x, 0.0) for keep in (0, 1)]
    sums = np.add(*(loop(part, reset)[0] for part in parts))
    gap = np.abs(sums - n.h)
    assert n.superposition.agrees == bool((gap <= 1e-10).all())
    if n.superposition.agrees:
        assert "Superposition holds, since no reset acts" in lab.description
    else:
        first = int(np.flatnonzero(gap > 1e-10)[0])
        assert f"fails, first at t = {first}: H is {n.h[first]:.3f}" in lab.description
        assert f"[{first}] = {n.h[first]:.2f} ≠ {n.h_even[first]:.2f} + {n.h_odd[first]:.2f}" in texts(lab.drawing)
    if not (n.s[:-1].any() or n.s_even[:-1].any() or n.s_odd[:-1].any()):
        assert n.superposition.agrees


def test_the_decision_of_a_step_depends_on_the_other_inputs():
    lab = lab_in("unroll", reset="hard", at=1)
    assert lab.numbers.s[1] == 1 and lab.numbers.s_even[1] == 0
    assert "[1] = 1, with even" in texts(lab.drawing)
    silent = lab_in("unroll", reset="hard", at=1, input="0.1")
    assert "does not fire" in texts(silent.drawing) and silent.numbers.witness.agrees


# ------------------------------------------------------------------------------------------------ the clock


@pytest.mark.parametrize(("way", "last"), [("loop", 8), ("scan", 3), ("product", 1)])
def test_how_many_ticks_a_way_takes(way, last):
    n = lab_in("unroll", show=way, at=8).numbers
    assert n.at == last == n.ticks[way]
    row = list(n.ticks).index(way)
    for tick in range(last + 1):
        known = lab_in("unroll", show=way, at=tick).numbers.known
        assert known[row].tolist() == [float(ready(way, t) <= tick) for t in range(T)]
        assert known[row].all() == (tick == last)


@given(st.integers(1, 40), st.integers(1, 40))
def test_no_node_is_there_before_what_it_depends_on(length, tick):
    loop_row, scan_row, product_row = ways.known(length, tick)
    before = ways.known(length, tick - 1)
    for t in range(1, length):
        assert loop_row[t] <= before[0][t - 1], "H[t] needs the membrane of the tick before"
        far = 2 ** (tick - 1)
        if t >= far and tick > 1:  # its pair takes in the one from so far back; at first that is an input
            assert scan_row[t] <= before[1][t - far]
    assert product_row.all(), "its inputs are there from the beginning"
    counts = ways.ticks(length)
    assert counts["loop"] == length and counts["product"] == 1
    assert 2 ** counts["scan"] >= length > 2 ** (counts["scan"] - 1)


@examples(30)
@given(st.lists(st.floats(-10, 10), min_size=1, max_size=40), st.floats(1, 16))
def test_the_scan_doubles_what_it_covers(x, tau):
    x = np.array(x)
    a, b = ways.scan(x, tau)
    keep = 1 - 1 / tau
    for r in range(len(b)):
        for t in range(len(x)):
            covered = range(max(0, t - 2**r + 1), t + 1)
            assert b[r, t] == pytest.approx(sum(keep ** (t - i) * x[i] / tau for i in covered), abs=1e-9)
            assert a[r, t] == pytest.approx(keep ** len(covered), abs=1e-12)
    np.testing.assert_allclose(b[-1], (reset_free_weight(len(x), tau).numpy() @ x), atol=1e-9)


@examples(30)
@given(states("unroll"))
def test_every_way_gives_the_charge_of_the_loop(state):
    n = lab_in("unroll", **state).numbers
    wanted = expected("unroll", lab_in("unroll", **state).state)
    np.testing.assert_allclose(n.h, wanted["h"], atol=1e-12)
    if n.reset == "none" or n.show != "derivation" or n.at < 1:
        assert n.witness.agrees


def test_with_a_reset_the_clock_offers_the_loop_only():
    lab = LABS["unroll"](show="scan", at=2)
    lab.controls["reset"].value = "hard"
    assert (lab.state["show"], lab.state["at"]) == ("loop", 2)
    assert [option for _, option in lab.controls["show"].options] == ["derivation", "loop"]
    assert "other parallel ways are not ruled out" in lab.description
    with_marks = [name for name, y in traces(lab.drawing).items() if name.startswith("H by") and np.isfinite(y).any()]
    assert with_marks == ["H by loop"]


@given(st.sampled_from(["loop", "scan", "product"]), positions)
def test_nodes_grow_in_their_tick(way, at):
    lab = lab_in("unroll", show=way, at=at)
    n = lab.numbers
    sizes = {trace["name"]: trace["marker"]["size"] for trace in lab.drawing["data"] if "marker" in trace}
    largest = max(sizes["X"])
    if way == "loop":
        assert [size > largest for size in sizes["V"]][: n.terms] == [True] * n.terms
        assert all(size <= 5 for size in sizes["H"][n.terms + 1 :])
    else:
        assert all((size > largest) == (n.terms == n.ticks[way]) or n.at % 1 > 0.8 for size in sizes["H"])


# ------------------------------------------------------------------------------------------------- witness


def too_large(*arguments, **more):
    return reset_free_weight(*arguments, **more) * 1.001


@pytest.mark.parametrize(
    ("show", "place", "name", "wrong"),
    [
        ("product", unroll, "reset_free_weight", too_large),
        ("scan", ways, "compose", lambda first, then: (then[0] * first[0], then[1])),
        ("derivation", ways, "coefficients", lambda T, tau, terms: np.full((T, T), 0.1)),
        ("loop", ways, "node_by_node", lambda x, tau, reset: x / tau),
        *((show, LIF, "charge", lambda self, v, x: 0.999 * (v + (x - v) / self.tau)) for show in ways.WAYS),
    ],
)
def test_a_corrupted_side_turns_the_witness_red(monkeypatch, show, place, name, wrong):
    lab = LABS["unroll"](show=show, at=0)
    lab.controls["at"].value = 1
    assert lab.witness <= 1e-10 and "✗" not in texts(lab.drawing)
    monkeypatch.setattr(place, name, wrong)
    lab.controls["t"].value = 5
    assert lab.witness > 1e-5 and "✗ loop ≠" in texts(lab.drawing) and "first apart at t" in lab.description
    monkeypatch.undo()
    lab.controls["t"].value = 6
    assert lab.witness <= 1e-10 and "✗" not in texts(lab.drawing)


# ------------------------------------------------------------------------------------- pointing and playing


@pytest.mark.parametrize("show", ["derivation", "loop", "scan", "product"])
def test_pointing_at_a_node_sets_the_step(show):
    lab = LABS["unroll"](show=show, at=1)
    pointing = [trace["meta"].get("points_at") for trace in lab.drawing["data"]]
    assert {"x": "t"} in pointing and ({"y": "t"} in pointing) == (show == "derivation")
    lab.panel.pointed = {"t": 3}
    assert lab.state["t"] == 3 and "H[3]" in lab.description


def test_playing_is_a_film_and_steps_go_to_whole_numbers():
    lab = LABS["unroll"](at=0)
    transport = Transport(lab.controls["at"])
    assert (transport.low, transport.high, transport.by) == (0, 8, 0.05)
    transport.value = 0.35
    assert lab.state["at"] == 0.35
    lab.controls["show"].value = "scan"
    assert transport.high == 3
    transport.value = 99
    assert lab.state["at"] == 3 == transport.value
