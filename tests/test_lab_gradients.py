"""The lab `gradients`: what it spells out, what its witness finds, and what the figure claims about reach."""

import json
import math
import re

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from psn_viz.labs import LABS
from psn_viz.labs.core import palette
from psn_viz.labs.core.inputs import parse_input
from psn_viz.labs.gradients import lab as gradients
from psn_viz.neurons import IF, LIF, PSN, reset_free_weight
from tests.expected.gradients import initial_weight, loop_gradients, psn_gradients, surrogate
from tests.extent import examples
from tests.lab_reference import control_of, inputs, lab_in, states, texts, traces, values_of

products = gradients.products
PLAIN = re.compile("<.*?>")


def opened(**state):
    return LABS["gradients"](**state)


def words(lab) -> str:
    """The words in the figure, without mark-up."""
    return PLAIN.sub("", texts(lab.panel.sent()).replace("<br>", " "))


def agrees(lab) -> bool:
    marked = texts(lab.panel.sent())
    ok = f'<span style="color:{palette.AGREE}"><b>✓ autograd = algebra' in marked
    broken = f'<span style="color:{palette.DISAGREE}"><b>✗ autograd ≠ algebra' in marked
    assert ok != broken
    return ok


def by_hand(state: dict) -> tuple:
    """Gradients of loop and PSN, and the factors of the loop."""
    x = parse_input(state["input"], state["T"])
    loop, factors, _ = loop_gradients(x, state["tau"], state["reset"])
    return loop, psn_gradients(x), factors


def close(text: str, value: float) -> bool:
    return math.isclose(float(text), value, rel_tol=6e-3, abs_tol=1e-300)


# -------------------------------------------------------------------------------------- what it spells out


@given(states("gradients"))
def test_the_gradient_from_the_first_input_is_spelled_out(state):
    lab = lab_in("gradients", **state)
    t, tau = lab.state["t"], lab.state["tau"]
    loop, psn, factors = by_hand(lab.state)
    number = r"(-?\d+(?:\.\d+)?(?:e[-+]\d+)?)"
    leak = "" if tau == "IF" else "1/τ · "
    gain = "" if tau == "IF" else rf"{number} · "
    name = "IF" if tau == "IF" else "LIF"
    who = "IF, " if tau == "IF" else f"LIF, τ = {tau}, "
    assert lab.description.startswith(who) and who in words(lab)
    counted = f"{t} factor{'s' * (t != 1)}"
    for text, start in ((words(lab), rf"● {name}: "), (lab.description, "")):
        found = re.search(
            rf"{start}∂S\[{t}\]/∂X\[0\] = {leak}{counted} · σ′ = {gain}{number} · {number} = {number}", text
        )
        *given_gain, product, slope, result = found.groups()
        assert not given_gain or close(given_gain[0], 1 / tau)
        assert close(product, math.prod(factors[:t])) and close(result, loop[t, 0])
        assert close(slope, loop[t, t] * (1 if tau == "IF" else tau))
    for text, start in ((words(lab), "○ PSN: "), (lab.description, "PSN as initialised: ")):
        found = re.search(rf"{start}∂S\[{t}\]/∂X\[0\] = W\[{t},0\] · σ′ = {number} · {number} = {number}", text)
        entry, slope, result = found.groups()
        assert close(entry, initial_weight(lab.state["T"])[t, 0]) and close(result, psn[t, 0])
        assert close(slope, psn[t, 0] / initial_weight(lab.state["T"])[t, 0])


@given(states("gradients"))
def test_alt_text_says_how_far_back_it_reaches(state):
    lab = lab_in("gradients", **state)
    row = np.abs(by_hand(lab.state)[0][lab.state["t"]])
    seen = np.flatnonzero(row >= 1e-6)
    if not len(seen):
        assert "no input has a gradient of 10⁻⁶ or more" in lab.description
    elif seen[0] == 0:
        assert "reaches back to the first input." in lab.description
    else:
        before = "is exactly 0" if row[seen[0] - 1] == 0 else "is below 10⁻⁶"
        assert f"reaches back to X[{seen[0]}], that of X[{seen[0] - 1}] {before}." in lab.description


@given(states("gradients"))
def test_an_arrow_shows_how_far_back_it_reaches(state):
    lab = lab_in("gradients", **state)
    (arrow,) = [note for note in lab.panel.sent()["layout"]["annotations"] if note["showarrow"]]
    row = np.abs(by_hand(lab.state)[0][lab.state["t"]])
    seen = np.flatnonzero(row >= 1e-6)
    assert arrow["visible"] == bool(len(seen))
    if len(seen):
        assert arrow["x"] == seen[0] and PLAIN.sub("", arrow["text"]).endswith(f"reaches back to X[{seen[0]}]")
        assert arrow["y"] == pytest.approx(math.log10(row[seen[0]]))  # the axis counts in powers of ten


@pytest.mark.parametrize(
    "state, marks", [({}, "× exactly 0"), ({"reset": "none"}, ""), ({"reset": "none", "tau": 2}, "▼▽ below 10⁻⁶")]
)
def test_only_marks_that_are_there_are_explained(state, marks):
    assert [mark for mark in ("× exactly 0", "▼▽ below 10⁻⁶") if mark in words(opened(**state))] == [marks][
        : bool(marks)
    ]


def test_the_start_makes_the_point():
    lab = opened()
    sent = traces(lab.panel.sent())
    # The last spike before t = 29 is at 22: not even the input of that step is left, while the PSN has every input.
    assert np.flatnonzero(sent["S"] > 0).tolist() == [5, 11, 22, 30]
    assert np.flatnonzero(np.isfinite(sent["LIF"])).tolist() == list(range(23, 30))
    assert np.flatnonzero(np.isfinite(sent["LIF, exactly 0"])).tolist() == list(range(23))
    assert np.isfinite(sent["PSN"]).all()
    assert sent["PSN"][:16].mean() == pytest.approx(sent["PSN"][16:].mean(), rel=0.5)
    assert "reaches back to X[23], that of X[22] is exactly 0" in lab.description


@given(states("gradients"))
def test_every_gradient_is_a_tile_and_in_its_row_one_mark(state):
    lab = lab_in("gradients", **state)
    n, shown = lab.numbers, traces(lab.drawing)
    for name, gradient in (("LIF", n.loop), ("PSN", n.psn)):
        size, tile = np.abs(gradient), shown[f"map of {name}, log₁₀"]
        assert (np.isnan(tile) == (size == 0)).all()
        np.testing.assert_allclose(10 ** tile[size > 0], np.maximum(size[size > 0], 1e-6))
        row = size[n.t]
        np.testing.assert_array_equal(shown[name], np.where(row >= 1e-6, row, np.nan))
        assert (np.isfinite(shown[f"{name}, below 10⁻⁶"]) == ((row > 0) & (row < 1e-6))).all()
    past = np.arange(len(n.x)) <= n.t
    assert (np.isfinite(shown["LIF, exactly 0"]) == (past & (n.loop[n.t] == 0))).all()
    assert (np.isfinite(shown["∂H[s+1]/∂H[s]"]) == (np.arange(len(n.x)) < n.t)).all()


@pytest.mark.parametrize(
    "reset, formula",
    [
        ("none", "= 0.75"), ("soft detached", "= 0.75"), ("soft", "= 0.75 · (1 − σ′)"),
        ("hard", "= 0.75 · (1 − S − H·σ′)"), ("hard detached", "= 0.75 · (1 − S)"),
    ],
)  # fmt: skip
def test_the_formula_of_the_factors(reset, formula):
    assert words(opened(reset=reset)).endswith(f"factors ∂H[s+1]/∂H[s] {formula}")


def test_edges():
    lab = opened(t=0)
    assert "= 1/τ · 0 factors · σ′ = 0.25 · 1 ·" in words(lab) and agrees(lab)
    assert np.isnan(traces(lab.panel.sent())["∂H[s+1]/∂H[s]"]).all()
    assert "1 factor ·" in words(opened(t=1))
    lab = opened(tau=1)  # no memory: the input of its own step, and nothing before
    shown = traces(lab.panel.sent())["map of LIF, log₁₀"]
    assert np.isfinite(np.diag(shown)).all() and np.isnan(shown[~np.eye(32, dtype=bool)]).all()
    assert opened(T=2).state["t"] == 1 and opened(T=2).controls["t"].max == 1
    assert agrees(opened(input="10 -10 10 -10", tau="IF", reset="soft"))


def test_the_largest_gradient_there_is_fits_the_axis():
    # Every H is 1.05, where |H·σ′| is largest: the only factors beyond 1, and with IF no leak makes up for them.
    lab = opened(input="steady 1.05", tau="IF", reset="hard", t=31)
    row = traces(lab.panel.sent())["LIF"]
    assert 1.9 < np.nanmax(row) < 10 ** lab.panel.sent()["layout"]["yaxis4"]["range"][1]
    assert np.nanmax(np.abs(lab.numbers.factors)) < 1.05


def test_pointing_at_a_row_follows_that_spike():
    lab = opened()
    for name in ("map of LIF, log₁₀", "map of PSN, log₁₀"):
        (trace,) = [trace for trace in lab.panel.sent()["data"] if trace["name"] == name]
        assert trace["meta"]["points_at"] == {"y": "t"}
    lab.panel.pointed = {"t": 11}
    assert lab.state["t"] == 11
    frames = lab.panel.sent()["layout"]["shapes"]
    assert [(frame["yref"], frame["y0"], frame["y1"]) for frame in frames] == [("y", 10.5, 11.5), ("y2", 10.5, 11.5)]


@pytest.mark.parametrize("control", ["tau", "reset", "t", "T"])
def test_axes_of_amounts_stay_where_they_are(control):
    lab, ranges = opened(), set()
    for value in control_of("gradients", control).values():
        lab.controls[control].value = value
        layout = lab.panel.sent()["layout"]
        ranges.add(str([layout[axis]["range"] for axis in ("yaxis4", "yaxis5", "yaxis6", "xaxis3")]))
    assert len(ranges) == 1


def test_the_maps_and_their_key_share_one_scale():
    lab = opened()
    maps = [trace for trace in lab.panel.sent()["data"] if trace["type"] == "heatmap"]
    assert len(maps) == 3 and all((trace["zmin"], trace["zmax"]) == (-12, 0) for trace in maps)
    for trace in maps:  # from the middle of the scale of W, a grey tile, to its positive end
        values = trace["z"][np.isfinite(trace["z"])]
        assert values.min() >= -6 and trace["meta"]["scale"] == "weight"
    key = maps[2]
    np.testing.assert_array_equal(key["x"], key["z"][0])


# ------------------------------------------------------------------------------------------- the witness


@given(states("gradients"))
def test_autograd_and_the_algebra_agree(state):
    lab = lab_in("gradients", **state)
    assert agrees(lab) and lab.witness <= 1e-12
    assert "max |difference| ≤ 1e-12" in words(lab)
    assert "Autograd and the algebra agree, difference ≤ 1e-12." in lab.description


@examples(12)
@given(inputs, values_of(control_of("gradients", "tau")), values_of(control_of("gradients", "reset")))
def test_one_backward_pass_gives_every_row(text, tau, reset):
    """The same as one pass for each row."""
    x = torch.from_numpy(parse_input(text, 9))
    kind, _, detached = reset.partition(" ")
    options = {"reset": kind, "detach_reset": bool(detached)}
    for neuron in (IF(**options) if tau == "IF" else LIF(tau, **options), PSN(9).double()):
        together, _ = gradients.jacobian(neuron, x)
        for t in range(9):
            alone = x[:, None].clone().requires_grad_()
            (row,) = torch.autograd.grad(neuron(alone)[t, 0], alone)
            torch.testing.assert_close(together[t], row[:, 0], rtol=1e-12, atol=1e-14)


def steeper(distance):
    return 1 / (1 + (3 * distance) ** 2)


def with_a_nan(factors):
    chain = products(factors)
    chain[7, 2] = math.nan
    return chain


@pytest.mark.parametrize(
    "place, part, wrong, broken",
    [
        (LIF, "after_reset", lambda self, h, s: h * (1 - s), ["LIF"]),  # forgets to detach
        (PSN, "charge", lambda self, x: self.weight.T @ x, ["PSN"]),
        (gradients, "surrogate_slope", steeper, ["LIF", "PSN"]),
        (gradients, "products", with_a_nan, ["LIF"]),
        (gradients, "loop_factors", lambda h, s, reset, keep: torch.full_like(h, keep), ["LIF"]),
    ],
)
def test_a_corrupted_side_turns_the_witness_red(monkeypatch, place, part, wrong, broken):
    lab = opened()
    assert agrees(lab)
    monkeypatch.setattr(place, part, wrong)
    lab.controls["tau"].value = 6
    assert not agrees(lab) and not lab.witness <= 1e-6
    for name in ("LIF", "PSN"):
        assert (f"{name} from t = " in words(lab)) == (name in broken)
        assert (f"{name} from t = " in lab.description) == (name in broken)
    assert "differ by" in lab.description
    monkeypatch.undo()
    lab.controls["tau"].value = 8
    assert agrees(lab)


def test_the_first_row_that_parts_is_named(monkeypatch):
    def wrong(h, s, reset, keep):
        factors = loop_factors(h, s, reset, keep)
        factors[4] += 0.01
        return factors

    loop_factors = gradients.loop_factors
    monkeypatch.setattr(gradients, "loop_factors", wrong)
    assert "autograd ≠ algebra: LIF from t = 5 max" in words(opened())


# --------------------------------------------------------------------------------------------- the claims


@given(inputs, st.integers(2, 32), values_of(control_of("gradients", "tau")))
def test_without_a_reset_a_loop_is_the_psn_that_holds_its_matrix(text, T, tau):
    lab = lab_in("gradients", input=text, T=T, tau=tau, reset="none")
    W = reset_free_weight(T, None if tau == "IF" else tau)
    psn = PSN(T).double()
    psn.weight = torch.nn.Parameter(W)
    same, _ = gradients.jacobian(psn, torch.from_numpy(parse_input(text, T)))
    np.testing.assert_allclose(lab.numbers.loop, same, rtol=1e-9, atol=1e-14)


@given(inputs, values_of(control_of("gradients", "tau")))
def test_a_detached_hard_reset_lets_nothing_past_a_spike(text, tau):
    lab = lab_in("gradients", input=text, tau=tau, reset="hard detached")
    spikes = np.flatnonzero(lab.numbers.s)
    shown = lab.numbers.loop
    for t, i in zip(*np.tril_indices(32), strict=True):
        cut = ((spikes >= i) & (spikes < t)).any() or (tau == 1 and i < t)
        assert (shown[t, i] == 0) == cut


def test_where_the_gradient_of_a_loop_reaches_far():
    # Without leak and without reset every factor is 1: the first input counts as much as the last.
    row = opened(tau="IF", reset="none").numbers.loop[29, :30]
    np.testing.assert_allclose(row, row[0], rtol=1e-12)
    # A weak leak loses little in 29 steps; a strong one nearly all.
    weak, strong = (opened(tau=tau, reset="none").numbers.loop[29] for tau in (16, 2))
    assert weak[0] / weak[29] == pytest.approx((15 / 16) ** 29)
    assert strong[0] / strong[29] == pytest.approx(2.0**-29)


def test_a_psn_far_from_its_threshold_has_small_gradients_too():
    far = int(np.abs(initial_weight(32).sum(1) * 10 - 1).argmax())
    row, weight = opened(input="steady 10").numbers.psn[far], initial_weight(32)[far]
    slope = surrogate(float(weight.sum()) * 10 - 1)
    assert slope < 0.001
    np.testing.assert_allclose(row, slope * weight, rtol=1e-9)


def test_the_reader_keeps_the_random_numbers():
    torch.manual_seed(3)
    wanted = torch.rand(3)
    torch.manual_seed(3)
    opened(T=7).controls["T"].value = 9
    assert torch.equal(torch.rand(3), wanted)


def test_the_spec_holds_no_infinity():
    json.loads(opened(tau=1).panel.spec, parse_constant=lambda constant: pytest.fail(constant))
