"""The live surface without a browser: what the panel sends, how much, and what the widgets around it do."""

import itertools
import json
from unittest.mock import MagicMock

import ipywidgets
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from psn_viz.labs import LABS, Panel
from psn_viz.labs.core.controls import Whole
from psn_viz.labs.core.figure_encoding import join, split
from psn_viz.labs.core.matrix_controls import Cell
from psn_viz.labs.core.sizes import Size
from psn_viz.labs.live.panel import SLOTS
from psn_viz.labs.live.picture import Picture
from psn_viz.labs.live.plotly_js import plotly_js
from psn_viz.labs.live.transport import Transport
from psn_viz.labs.plane.point_control import Point
from tests.extent import some, tried
from tests.lab_reference import CONTROLS, assert_shows, snapshot, texts, values_offered


@pytest.fixture
def messages(monkeypatch):
    """All that widgets send from now on: (widget, message, buffers)."""
    sent = []
    if ipywidgets.__version__.startswith("7."):  # there, a widget sends nothing unless its comm knows a kernel
        monkeypatch.setattr("ipykernel.comm.Comm.kernel", MagicMock())
    monkeypatch.setattr(
        ipywidgets.Widget, "_send", lambda widget, msg, buffers=None: sent.append((widget, msg, buffers or []))
    )
    return sent


def size(message) -> int:
    _, content, buffers = message
    return len(json.dumps(content)) + sum(len(bytes(buffer)) for buffer in buffers)


def find(view, kind, **traits):
    """The one widget of that kind with those traits among all under `view`."""

    def below(widget):
        yield widget
        for child in getattr(widget, "children", ()):
            yield from below(child)

    found = [
        widget
        for widget in below(view)
        if isinstance(widget, kind) and all(getattr(widget, name) == value for name, value in traits.items())
    ]
    assert len(found) == 1
    return found[0]


# ----------------------------------------------------------------------------------------- split and join

numbers = arrays.arrays(
    st.sampled_from([np.float32, np.float64, np.int64, np.int8, np.uint16, np.bool_]),
    arrays.array_shapes(min_dims=1, max_dims=2, min_side=0, max_side=5),
)
plain = st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.text(max_size=9), st.floats(-1e6, 1e6))
nodes = st.recursive(
    st.one_of(numbers, plain),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(min_size=1, max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


def same(one, other) -> bool:
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        with np.errstate(over="ignore"):  # what is too large for float32 arrives as infinity
            one, other = np.asarray(one).astype("f4"), np.asarray(other).astype("f4")
        # An empty array of any shape becomes an empty list.
        return one.size == other.size == 0 or np.array_equal(one, other, equal_nan=True)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


@given(nodes, st.lists(st.floats(width=32), min_size=1, max_size=9), st.text(max_size=20))
@pytest.mark.filterwarnings("ignore:overflow encountered in cast")
def test_a_figure_comes_together_again(meta, values, title):
    values = np.array(values)
    spec, parts = split({"data": [{"type": "bar", "y": values, "meta": meta}], "layout": {"title": {"text": title}}})
    whole = join(spec, lambda n: np.frombuffer(parts[n].tobytes(), "<f4"))
    assert whole["layout"] == {"title": {"text": title}}
    (trace,) = whole["data"]
    assert trace["type"] == "bar" and same(trace["y"], values)
    assert same(trace["meta"], meta)


def test_arrays_travel_as_float32_and_nothing_else_does():
    spec, parts = split({"data": [{"type": "heatmap", "z": np.eye(3), "x": ["a", "b", "c"]}], "layout": {}})
    assert [(part.dtype.str, part.shape) for part in parts] == [("<f4", (3, 3))]
    trace = json.loads(spec)["data"][0]
    assert trace["z"] == {"$array": 0, "shape": [3, 3]} and trace["x"] == ["a", "b", "c"]


@pytest.mark.parametrize("name", LABS)
def test_all_numbers_of_a_lab_are_in_slots(name):
    lab = LABS[name]()
    spec = json.loads(lab.panel.spec)
    for trace in spec["data"]:
        for key in "xyz":
            assert key not in trace or set(trace[key]) == {"$array", "shape"}
    assert "bdata" not in lab.panel.spec


def bars(count: int) -> dict:
    return {"data": [{"type": "bar", "y": np.arange(3.0)}] * count, "layout": {}}


def test_too_many_arrays_are_refused_before_anything_changes():
    panel = LABS["closed_form"]().panel
    before = snapshot(panel), panel.revision, panel.alt, panel.figure
    figure = bars(SLOTS + 1)
    with pytest.raises(ValueError, match=f"figure must hold at most {SLOTS} arrays, got {SLOTS + 1}"):
        panel.show(figure, "too much")
    assert (snapshot(panel), panel.revision, panel.alt, panel.figure) == before
    with pytest.raises(ValueError, match="at most"):
        Panel(figure)
    panel.show(bars(SLOTS), "just enough")
    assert len(panel.sent()["data"]) == SLOTS


def test_a_figure_with_fewer_arrays_leaves_nothing_of_the_old_one_behind():
    panel = LABS["closed_form"]().panel
    panel.show(bars(1), "one bar")
    (trace,) = panel.sent()["data"]
    assert trace["y"].tolist() == [0, 1, 2]


# ------------------------------------------------------------------------------------------- what is sent


@pytest.mark.parametrize("name, control", CONTROLS)
def test_a_move_is_one_figure_in_one_small_message(name, control, messages, monkeypatch):
    lab = LABS[name]()
    counts = {"compute": 0, "draw": 0, "describe": 0}

    def counting(step, function):
        def counted(argument):
            counts[step] += 1
            return function(argument)

        return staticmethod(counted)

    for step in counts:
        monkeypatch.setattr(type(lab), step, counting(step, getattr(type(lab), step)))
    for value in tried(some(values_offered(lab, control))):
        if lab.controls[control].value == value or lab.settle(lab.state | {control: value}) == lab.state:
            continue
        messages.clear()
        counts.update(dict.fromkeys(counts, 0))
        lab.controls[control].value = value
        assert counts == {"compute": 1, "draw": 1, "describe": 1}
        of_panel = [message for message in messages if message[0] is lab.panel]
        assert len(of_panel) == 1 and "revision" in of_panel[0][1]["state"]
        # At T = 64 the matrix alone is 16 kB, there are models of T = 196, and a study has some 150 runs, each with a
        # text of its own.
        most = {"T": 40_000, "model": 250_000}.get(control, 50_000 if name == "study" else 24_000)
        assert sum(map(size, messages)) <= most
        lab.reset()


@pytest.mark.parametrize("name, control", CONTROLS)
def test_only_what_changed_is_sent_and_it_is_enough(name, control, messages):
    """A front end that applies the messages holds the figure."""
    lab = LABS[name]()
    front_end = dict(lab.panel.get_state())
    for value in tried(some(values_offered(lab, control))):
        before = dict(lab.panel.get_state())
        messages.clear()
        lab.controls[control].value = value
        for widget, content, buffers in messages:
            if widget is lab.panel:
                state = dict(content["state"])
                for path, buffer in zip(content["buffer_paths"], buffers, strict=True):
                    assert len(path) == 1
                    state[path[0]] = bytes(buffer)
                assert all(state[key] != before[key] for key in state), "sent again without need"
                front_end |= state
    after = lab.panel.get_state()
    assert {key: front_end[key] for key in after} == after


def test_moving_time_does_not_send_the_input_again(messages):
    lab = LABS["charge_fire_reset"]()
    slot = next(
        trace["y"]["$array"] for trace in json.loads(lab.panel.spec)["data"] if trace["name"] == "X"
    )  # the same at every t
    messages.clear()
    lab.controls["t"].value = 12
    (sent,) = [content for widget, content, _ in messages if widget is lab.panel]
    sent_slots = {path[0] for path in sent["buffer_paths"]}
    assert sent_slots and f"a{slot}" not in sent_slots


def test_a_slider_moved_in_the_browser_does_the_same_as_in_python(messages):
    lab, other = LABS["closed_form"](), LABS["closed_form"]()
    lab.show(), other.show()  # makes the widgets
    messages.clear()
    lab.controls["T"].set_state({"value": 7})
    other.controls["T"].value = 7
    assert lab.state == other.state and snapshot(lab.panel) == snapshot(other.panel)
    assert sum(widget is lab.panel for widget, _, _ in messages) == 1


def test_typed_text_in_the_browser_may_be_wrong(messages):
    lab = LABS["closed_form"]()
    lab.show()
    messages.clear()
    lab.controls["input"].set_state({"value": "zap"})
    assert "zap" in lab.error and lab.state["input"] == "noise 1"
    assert [widget for widget, _, _ in messages if widget is lab.panel] == []
    assert any("zap" in str(content["state"]) and type(widget) is ipywidgets.HTML for widget, content, _ in messages)


def test_plotly_js_is_one_model_for_all_panels():
    panels = [Panel(), LABS["closed_form"]().panel, LABS["read_image"]().panel]
    libraries = {panel.plotly.model_id for panel in panels}
    assert len(libraries) == 1
    assert panels[0].plotly.value == plotly_js()
    for panel in panels:
        state = panel.get_state()
        assert sum(len(value) for value in state.values() if isinstance(value, str | bytes)) < 100_000


# ------------------------------------------------------------------------------------------------ pointing


def test_pointing_at_a_row_shows_that_row():
    lab = LABS["closed_form"]()
    lab.panel.set_state({"pointed": {"row": 3}})
    assert lab.state["row"] == 3 == lab.controls["row"].value
    assert_shows(lab.panel.sent(), "closed_form", lab.state)
    lab.panel.pointed = {"row": 4.0}
    assert lab.state["row"] == 4
    revision = lab.panel.revision
    lab.controls["row"].value = 9
    lab.panel.pointed = {"row": 4}  # the same place again
    assert lab.state["row"] == 4 and lab.panel.revision == revision + 2


@pytest.mark.parametrize("name", LABS)
def test_figures_point_at_controls_that_exist(name):
    lab = LABS[name]()
    targets = {control.name for control in lab.table if isinstance(control, Whole | Size)}
    parts = {Cell: "ti", Point: "01"}
    targets |= {f"{control.name}.{part}" for control in lab.table for part in parts.get(type(control), "")}
    pointing = [trace.get("meta", {}).get("points_at", {}) for trace in lab.panel.sent()["data"]]
    assert all(place.keys() <= {"x", "y"} and set(place.values()) <= targets for place in pointing)


@pytest.mark.parametrize(
    "pointed",
    [
        {}, {"row": "3"}, {"row": None}, {"row": [3]}, {"row": True}, {"row": float("nan")}, {"row": float("inf")},
        {"tau": 99}, {"tau": 2}, {"input": 3}, {"reset": 1}, {"nope": 3}, {3: "row"},
    ],
)  # fmt: skip
def test_pointing_at_nonsense_is_ignored(pointed):
    lab = LABS["closed_form"]()
    state, revision = lab.state, lab.panel.revision
    lab.panel.pointed = pointed
    assert lab.state == state and lab.panel.revision == revision and lab.error == ""


@pytest.mark.parametrize("value, row", [(999, 15), (-5, 0), (1e300, 15)])
def test_pointing_beyond_the_end_stays_in_range(value, row):
    lab = LABS["closed_form"]()
    lab.panel.pointed = {"row": value}
    assert lab.state["row"] == row


def test_pointing_leaves_half_typed_text_where_it_is():
    lab = LABS["closed_form"]()
    lab.controls["input"].value = "nois"
    assert lab.error
    lab.panel.pointed = {"row": 3}
    assert lab.state["row"] == 3 and lab.controls["input"].value == "nois" and lab.error


@pytest.mark.parametrize(
    "dragged", [[], ["kernel"], ["kernel", 1, "2"], ["kernel", 1, None], ["kernel", 1, float("nan")]]
)
def test_dragging_nonsense_is_ignored(dragged):
    lab = LABS["closed_form"]()
    revision = lab.panel.revision
    lab.panel.dragged = dragged
    assert lab.panel.revision == revision and lab.panel.dragged == []


# ---------------------------------------------------------------------------------------- around the panel


@pytest.mark.parametrize("name", LABS)
def test_the_view_holds_every_control_with_its_meaning(name):
    lab = LABS[name]()
    view = lab.show()
    assert lab.show() is view
    assert find(view, Panel) is lab.panel
    for control in lab.table:
        widget = find(view, type(lab.controls[control.name]), description=control.symbol)
        assert widget is lab.controls[control.name]
        assert getattr(widget, "tooltip" if widget.has_trait("tooltip") else "description_tooltip") == control.meaning
        assert find(view, ipywidgets.HTML, value=control.meaning)


def test_a_move_that_arrives_after_the_click_on_reset_does_not_undo_it(messages):
    """The browser holds a move back while the kernel is at an earlier one, and a click overtakes it."""
    lab = LABS["closed_form"]()
    lab.controls["row"].value = 15
    find(lab.show(), ipywidgets.Button, description="Reset").click()
    lab.controls["row"].value = 14  # it was on its way
    custom = [content["content"] for widget, content, _ in messages if content.get("method") == "custom"]
    assert custom[-1] == {"ask_back": True} and lab.state["row"] == 14
    lab.panel._handle_custom_msg({"back": True, "acted": True}, [])  # what ipywidgets calls when the browser answers
    assert lab.state["row"] == 14, "the reader made this move after the click"
    lab.panel._handle_custom_msg({"back": True, "acted": False}, [])
    assert lab.code == "closed_form" and lab.controls["row"].value == lab.state["row"]


@pytest.mark.parametrize("name", LABS)
def test_the_reset_button(name):
    lab = LABS[name]()
    start, sent = lab.state, snapshot(lab.panel)
    for control in lab.table:
        lab.controls[control.name].value = values_offered(lab, control.name)[0]
    assert lab.state != start
    find(lab.show(), ipywidgets.Button, description="Reset").click()
    assert lab.state == start and snapshot(lab.panel) == sent


def test_the_save_button_asks_the_browser(messages):
    lab = LABS["closed_form"]()
    find(lab.show(), ipywidgets.Button, description="Save SVG + CSV").click()
    custom = [content["content"] for widget, content, _ in messages if content.get("method") == "custom"]
    assert custom == [{"save": "closed_form"}]


def test_the_state_field_follows_and_leads():
    lab = LABS["closed_form"]()
    field = find(lab.show(), ipywidgets.Text, description="state")
    assert field.value == "closed_form"
    lab.controls["T"].value = 8
    assert field.value == "closed_form;T=8"
    revision = lab.panel.revision
    field.value = " closed_form ;T=9; row=2 "
    assert lab.state["T"] == 9 and lab.state["row"] == 2 and field.value == "closed_form;T=9;row=2"
    assert lab.panel.revision == revision + 1
    assert lab.controls["T"].value == 9


def test_errors_are_shown_as_text():
    lab = LABS["closed_form"]()
    view = lab.show()
    field = find(view, ipywidgets.Text, description="state")
    error = next(widget for widget in all_html(view) if "psn-error" in widget._dom_classes)
    assert error.value == ""
    lab.controls["input"].value = "<img src=x onerror=alert(1)>"
    assert "&lt;img" in error.value and "<" not in error.value
    lab.controls["input"].value = "steady 1"
    assert error.value == ""
    before = snapshot(lab.panel)
    for wrong in ("closed_form;<b>=3", "<script>", "closed_form;T=<i>", "", "closed_form;T=99"):
        field.value = wrong
        assert error.value and "<" not in error.value and snapshot(lab.panel) == before
        field.value = lab.code  # where it is already: nothing moves, but nothing is wrong any more
        assert error.value == ""
    field.value = "closed_form;T=99"
    lab.controls["T"].value = 5
    assert error.value == "" and field.value == "closed_form;input=steady+1;T=5"


def all_html(view):
    if isinstance(view, ipywidgets.HTML):
        yield view
    for child in getattr(view, "children", ()):
        yield from all_html(child)


@pytest.mark.parametrize("name", ["read_image", "charge_fire_reset"])
def test_transport_and_slider_move_each_other(name):
    lab = LABS[name]()
    transport = find(lab.show(), Transport)
    slider = lab.controls["t"]
    assert (transport.low, transport.high, transport.value) == (slider.min, slider.max, slider.value)
    transport.value = 5
    assert slider.value == 5 == lab.state["t"]
    assert_shows(lab.panel.sent(), name, lab.state)
    slider.value = 7
    assert transport.value == 7
    transport.value = 999  # a browser can send anything
    assert slider.value == slider.max == transport.value == lab.state["t"]
    transport.value = -1
    assert slider.value == 0 == transport.value == lab.state["t"]
    lab.reset()
    assert transport.value == slider.value == slider.max


def test_playing_through_time_sends_every_step_once():
    lab = LABS["charge_fire_reset"](t=0)
    transport, revision = find(lab.show(), Transport), lab.panel.revision
    for t in range(1, 32):
        transport.value = t
        assert f"in {t + 1} steps" in lab.description and f"(t = {t})" in texts(lab.panel.sent())
    assert lab.panel.revision == revision + 31


def test_no_repr_holds_an_address():
    lab = LABS["charge_fire_reset"](t=3)
    things = [lab, lab.show(), lab.panel, lab.picture(), lab.frames("reset"), find(lab.show(), Transport), Panel()]
    again = LABS["charge_fire_reset"](t=3)
    others = [again, again.show(), again.panel, again.picture(), again.frames("reset"), find(again.show(), Transport)]
    for thing, other in itertools.zip_longest(things, [*others, Panel()]):
        assert "0x" not in repr(thing) and len(repr(thing)) < 400
        assert repr(thing) == repr(other)


@pytest.mark.current_stack
@pytest.mark.parametrize("part", ["show", "panel"])
def test_a_picture_stands_beside_the_widget_only_while_notebooks_are_built(part, monkeypatch):
    lab = LABS["closed_form"]()
    shown = lab.show() if part == "show" else lab.panel
    monkeypatch.setattr(Picture, "render", lambda self: b"picture")
    monkeypatch.delenv("PSN_VIZ_PICTURES", raising=False)
    data, _ = unpacked(shown._repr_mimebundle_())
    assert "application/vnd.jupyter.widget-view+json" in data and not [key for key in data if key.startswith("image")]
    monkeypatch.setenv("PSN_VIZ_PICTURES", "1")
    data, metadata = unpacked(shown._repr_mimebundle_())
    assert "application/vnd.jupyter.widget-view+json" in data and data["image/png"]
    assert metadata["image/png"]["alt"] == lab.description


def unpacked(bundle):
    return bundle if isinstance(bundle, tuple) else (bundle, {})
