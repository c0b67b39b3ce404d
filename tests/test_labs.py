"""Labs without a front end: every control through its range, the numbers sent, the alt text."""

import json
import re
import textwrap

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from psn_viz.labs import LABS
from psn_viz.labs.core.controls import Real, Whole
from psn_viz.labs.core.traces import doubling, wrapped
from tests.extent import examples, some, tried
from tests.lab_reference import (
    CONTROLS,
    assert_plotly_accepts,
    assert_shows,
    control_of,
    lab_in,
    same_picture,
    snapshot,
    states,
    traces,
    values_offered,
)


def canonical(name: str, state: dict) -> dict:
    return LABS[name].settle({control: control_of(name, control).check(value) for control, value in state.items()})


# --------------------------------------------------------------------------------------------- the table


def test_labs_are_known_by_their_names():
    assert list(LABS)[:3] == ["read_image", "charge_fire_reset", "closed_form"]
    for name, lab in LABS.items():
        assert lab.name == name and re.fullmatch("[a-z_]+", name)
        assert lab.title and lab.sentence.endswith(".")


@pytest.mark.parametrize("name", LABS)
def test_at_most_five_controls_each_with_a_line_of_meaning(name):
    lab = LABS[name]()
    assert 1 <= len(lab.table) <= 5
    assert list(lab.controls) == [control.name for control in lab.table]
    for control in lab.table:
        assert control.meaning and control.symbol
        assert lab.controls[control.name].description == control.symbol
        assert control.check(control.start) == control.start == lab.state[control.name]
        assert control.start in control.values(), "frames must be able to begin where the lab begins"


# ------------------------------------------------------------------------------------- moving the controls


@pytest.mark.parametrize("name, control", CONTROLS)
def test_every_move_sends_and_describes_what_the_neurons_give(name, control):
    lab = LABS[name]()
    assert lab.description and lab.panel.alt == lab.description
    start = lab.state
    values = [
        value
        for value in tried(control_of(name, control).values())
        if lab.settle(start | {control: value})[control] == value
    ]
    start = start[control]
    for value in [*(value for value in values if value != start), start]:
        state, sent, revision = lab.state, snapshot(lab.panel), lab.panel.revision
        before, alt = lab.panel.sent(), lab.description
        if value == state[control]:
            continue  # a choice of one
        lab.controls[control].value = value
        assert lab.error == ""
        assert lab.state == lab.settle(state | {control: value})
        assert lab.panel.revision == revision + 1
        why = same_picture(name, control, state, lab.state)
        assert (snapshot(lab.panel) == sent) == bool(why), f"{control}: {state[control]} → {value} {why}"
        now = lab.panel.sent()
        assert_shows(now, name, lab.state)
        if shows_other_numbers(before, now):
            assert lab.description != alt, f"{control} = {value}: the alt text says nothing of it"
        assert lab.panel.alt == lab.description


def shows_other_numbers(before: dict, now: dict) -> bool:
    one, other = traces(before), traces(now)
    return one.keys() != other.keys() or any(
        not np.array_equal(one[name], other[name], equal_nan=True) for name in other
    )


@examples(12)
@given(st.data())
@pytest.mark.parametrize("name", LABS)
def test_any_joint_state_sends_what_the_neurons_give(name, data):
    state = data.draw(states(name))
    lab = lab_in(name, **state)
    assert lab.error == "" and lab.state == canonical(name, state)
    assert_shows(lab.panel.sent(), name, lab.state)
    assert lab.panel.alt == lab.description
    assert_plotly_accepts(lab.panel.figure)
    # The browser's parser takes no NaN and no Infinity.
    json.loads(lab.panel.spec, parse_constant=lambda constant: pytest.fail(f"{constant} in the JSON"))
    # How a state was reached does not matter.
    straight = LABS[name](**lab.state)
    assert snapshot(straight.panel) == snapshot(lab.panel) and straight.description == lab.description


@examples(12)
@given(st.data())
@pytest.mark.parametrize("name", LABS)
def test_nothing_is_drawn_outside_of_its_axes(name, data):
    assert_inside(name, data.draw(states(name)))


@pytest.mark.parametrize("reset", ["hard", "soft"])
def test_the_loop_with_reset_may_fall_below_every_sum_of_inputs(reset):
    assert_inside("closed_form", {"input": "5 -5 -5", "tau": "IF", "reset": reset})


def assert_inside(name: str, state: dict) -> None:
    figure = lab_in(name, **state).panel.sent()
    fixed = 0
    for trace in figure["data"]:
        for letter in "xy":
            axis = figure["layout"][f"{letter}axis{trace[f'{letter}axis'][1:]}"]
            if "range" not in axis or trace["type"] == "heatmap" or letter not in trace:
                continue
            values = np.asarray(trace[letter], dtype=float)
            low, high = sorted(axis["range"])
            if axis.get("type") == "log":  # its range is in decades
                assert (values[np.isfinite(values)] > 0).all(), f"{trace['name']} along {letter}"
                values = np.log10(values)
            inside = values[np.isfinite(values)]
            assert ((inside >= low - 1e-6) & (inside <= high + 1e-6)).all(), f"{trace['name']} along {letter}"
            fixed += 1
    assert fixed or all(trace["type"] == "heatmap" for trace in figure["data"])


@pytest.mark.parametrize("name", [name for name, lab in LABS.items() if lab.transport])
def test_axes_stay_where_they_are_while_time_moves(name):
    lab = LABS[name]()
    ranges = set()
    for t in control_of(name, lab.transport).values():
        lab.controls[lab.transport].value = t
        layout = lab.panel.sent()["layout"]
        ranges.add(str([axis.get("range") for key, axis in sorted(layout.items()) if "axis" in key]))
    assert len(ranges) == 1


# Sliders that move an axis, and which, by lab: what is drawn grows many times over while they are dragged.
RESCALING: dict[str, tuple[str, str]] = {
    "closed_form": ("tau T", "yaxis2 yaxis3 yaxis4"),  # entries of W are 1/τ; H of IF is the sum of all T inputs
    "firing": ("tau mean deviation seed", "yaxis5"),  # H of IF without reset is the sum of all inputs
    "psn": ("T", "xaxis2 yaxis3"),  # W is initialised within 1/√T
    "sliding_psn": ("T", "yaxis2 yaxis4 yaxis5"),  # over few steps there is little input, which is shown large
    "nesting": ("tau", "yaxis4"),  # H of IF is the sum of all inputs
    "surrogate": ("alpha", "yaxis2"),  # the largest slope is α/2, and how its share falls off is the point
    "probe": ("D span w", "xaxis2 xaxis3 yaxis yaxis2"),  # what is left is w times a power of the leak
    "successors": ("beta mean T seed", "yaxis2"),  # H of IF runs away where the mean is negative
    "wavefront": ("beta mean seed", "yaxis2"),  # the share that is wrong, of a few spikes or of many
    "queue": ("low high seed", "yaxis2 yaxis3"),  # a queue of 1 or of 20
}
OF_LENGTH = ("time-step", "column i", "row t")  # axes as long as the sequence


def axes_moved(name: str, control) -> set[str]:
    """The axes whose range is another at some places of a slider, without those that are as long as a sequence."""
    lab, ranges = LABS[name](), {}
    for state in some(lab.states_over(control.name), 9):
        for key, axis in lab.results_of(state)[0]["layout"].items():
            if re.match("[xy]axis", key) and not axis["title"]["text"].startswith(OF_LENGTH):
                ranges.setdefault(key, set()).add(str(axis.get("range")))
    return {key for key, found in ranges.items() if len(found) > 1}


@pytest.mark.parametrize("name", LABS)
def test_no_axis_jumps_while_a_slider_is_dragged(name):
    sliders = [one for one in LABS[name].table if isinstance(one, Whole | Real) or getattr(one, "ordered", False)]
    moved = {slider.name: axes for slider in sliders if (axes := axes_moved(name, slider))}
    dragged, axes = RESCALING.get(name, ("", ""))
    assert moved.keys() == set(dragged.split()) and set().union(*moved.values()) == set(axes.split())


@pytest.mark.parametrize(
    "values, ends",
    [
        ([0.0], (-1.0, 1.0)),
        ([3.0], (-0.5, 4.0)),
        ([3.8], (-0.5, 4.0)),
        ([3.9], (-1.0, 8.0)),
        ([-0.1, 3.0], (-0.5, 4.0)),
        ([-3.0, 0.1], (-4.0, 0.5)),
        ([-1.5, 0.9], (-2.0, 1.0)),
    ],
)
def test_an_axis_that_doubles(values, ends):
    assert doubling(values) == ends


def test_set_moves_several_controls_with_one_picture(monkeypatch):
    lab = LABS["closed_form"]()
    drawn = []
    draw = type(lab).draw
    monkeypatch.setattr(type(lab), "draw", staticmethod(lambda numbers: drawn.append(1) or draw(numbers)))
    revision = lab.panel.revision
    lab.set(tau=8, T=9, reset="hard")
    assert len(drawn) == 1 and lab.panel.revision == revision + 1
    assert lab.state == {"input": "noise 1", "tau": 8, "T": 9, "reset": "hard", "row": 8}
    assert {name: widget.value for name, widget in lab.controls.items()} == lab.state
    assert_shows(lab.panel.sent(), "closed_form", lab.state)


@pytest.mark.parametrize("name", LABS)
def test_reset_goes_back_to_where_the_lab_was_opened(name):
    table = LABS[name].table
    lab = LABS[name](**{control.name: control.values()[0] for control in table})
    opened, sent = lab.state, snapshot(lab.panel)
    lab.set(**{control.name: control.start for control in table})
    assert snapshot(lab.panel) != sent
    lab.reset()
    assert lab.state == opened and snapshot(lab.panel) == sent


@pytest.mark.parametrize("name", LABS)
def test_a_lab_leaves_the_random_numbers_of_its_reader_alone(name):
    torch.manual_seed(7)
    wanted = torch.rand(3)
    torch.manual_seed(7)
    lab = LABS[name]()
    for control in lab.table:
        lab.controls[control.name].value = values_offered(lab, control.name)[-1]
    assert torch.equal(torch.rand(3), wanted)


def test_two_labs_of_a_kind_do_not_share_anything():
    one, other = LABS["closed_form"](), LABS["closed_form"]()
    before = snapshot(other.panel)
    one.controls["T"].value = 5
    one.state["T"] = 7  # a copy
    assert one.state["T"] == 5 and other.state["T"] == 16 and snapshot(other.panel) == before


@given(st.floats(-5, 5), st.integers(1, 60), st.sampled_from([0.05, 0.1, 0.01, 0.3, 0.7]))
def test_the_values_of_a_number_end_where_it_ends(low, steps, step):
    control = Real("a", "a", "a number", low, low, low + steps * step, step)
    values = control.values()
    assert values[0] == pytest.approx(low, rel=1e-5, abs=1e-9) and values[-1] == pytest.approx(control.high, rel=1e-5)
    assert len(set(values)) == min(steps + 1, 33)


@given(st.lists(st.text("abc", min_size=1, max_size=9), max_size=30), st.integers(9, 50))
def test_lines_of_a_text_are_as_few_as_can_be_and_none_is_left_nearly_empty(words, letters):
    lines = wrapped(" ".join(words), letters).split("<br>")
    assert " ".join(lines).split() == words and max(map(len, lines)) <= letters
    fewest = len(textwrap.wrap(" ".join(words), letters))
    assert len(lines) == max(1, fewest)
    width = max(map(len, lines)) - 1
    if width >= max(map(len, words), default=1):
        assert len(textwrap.wrap(" ".join(words), width)) > fewest
