"""What each lab has to show in a state, computed from the neurons themselves; and states for hypothesis."""

from __future__ import annotations

import base64
import json
import re
from functools import cache, lru_cache
from importlib import import_module
from operator import attrgetter

import numpy as np
import plotly.graph_objects as go
import torch
from hypothesis import strategies as st

from psn_viz.labs import LABS
from psn_viz.labs.ablation.cut_control import Cutting, Squares
from psn_viz.labs.core import palette
from psn_viz.labs.core.controls import Choice, Real, Typed, Whole
from psn_viz.labs.core.matrix_controls import Cell, Painting
from psn_viz.labs.train_live.changes import SETTINGS, STEPS, Changes
from psn_viz.torch_state import seeded, spare_core

CONTROLS = [(name, control.name) for name, lab in LABS.items() for control in lab.table]
NAN = float("nan")


def control_of(name: str, control: str):
    return next(entry for entry in LABS[name].table if entry.name == control)


def values_offered(lab, control: str) -> list:
    """The values of a control of a lab; of a choice those that it offers now, for a dropdown takes no others."""
    entry = control_of(lab.name, control)
    return (lab.control_in(lab.state, control) if isinstance(entry, Choice) else entry).values()


@cache
def _reused(name: str):
    return LABS[name]()


def lab_in(name: str, **state):
    """A lab in that state. The same lab at every call, since making one costs more than moving it."""
    lab = _reused(name)
    lab.set(**{control.name: control.start for control in lab.table} | state)
    return lab


# ------------------------------------------------------------------------------------- expected numbers


def expected(name: str, state: dict) -> dict[str, np.ndarray]:
    """What lab `name` has to compute in a state: values by field of its numbers."""
    return _expected(name, tuple(state.items()))


@cache
def _expected(name: str, items: tuple) -> dict[str, np.ndarray]:
    return _module(name).expected(dict(items))


def assert_computes(numbers, name: str, state: dict) -> None:
    """The numbers are those expected in that state, but for rounding. `a.b` is field b of what field a holds."""
    for field, wanted in expected(name, state).items():
        _assert_equal(attrgetter(field)(numbers), wanted, field)


def _assert_equal(found, wanted, field: str) -> None:
    if isinstance(wanted, dict):
        assert found.keys() == wanted.keys(), field
        for key, value in wanted.items():
            _assert_equal(found[key], value, f"{field}[{key!r}]")
    elif isinstance(wanted, str | bool | None):
        assert found == wanted, field
    else:
        found, wanted = np.asarray(found, dtype=float), np.asarray(wanted, dtype=float)
        assert found.shape == wanted.shape, field
        scale = max(1.0, float(np.nanmax(np.abs(wanted), initial=0))) if np.isfinite(wanted).any() else 1.0
        np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12 * scale, err_msg=field)


def same_picture(name: str, control: str, before: dict, after: dict) -> str:
    """Why two states that differ in one control draw the same picture, or "" when they must not."""
    explain = getattr(_module(name), "same_picture", None)
    return explain(control, before, after) if explain else ""


def _module(name: str):
    return import_module(f"tests.expected.{name}")


# --------------------------------------------------------------------------------------- what was shown


def traces(figure: dict) -> dict[str, np.ndarray]:
    """The numbers of a figure dict by trace: z, else what its bars or points say."""
    lengths = {"h": "x"}
    return {
        trace["name"]: np.asarray(trace.get("z", trace.get(lengths.get(trace.get("orientation"), "y"))))
        for trace in figure["data"]
    }


@lru_cache(maxsize=1)  # several surfaces of a lab are held to the same state, one after the other
def _drawn(name: str, items: tuple) -> dict[str, np.ndarray]:
    """What the lab draws in a state, from numbers that are those expected."""
    kind, state = LABS[name], dict(items)
    with spare_core(), seeded(0, torch.device("cpu")):
        numbers = kind.compute(kind.checked(state))
    assert_computes(numbers, name, state)
    return traces(kind.draw(numbers))


def assert_shows(figure: dict, name: str, state: dict) -> None:
    """The figure is that of the state, but for rounding to float32, and the numbers in it are those expected."""
    shown, wanted = traces(figure), _drawn(name, tuple(state.items()))
    assert shown.keys() == wanted.keys()
    for trace, values in wanted.items():
        assert shown[trace].shape == values.shape, trace
        if values.dtype.kind in "fiub":
            scale = max(1.0, float(np.nanmax(np.abs(values), initial=0))) if np.isfinite(values).any() else 1.0
            np.testing.assert_allclose(shown[trace], values, rtol=1e-6, atol=1e-6 * scale, err_msg=trace)


def assert_plotly_accepts(figure: dict) -> None:
    """No trace, property or value in it that plotly does not know."""
    assert len(go.Figure(figure).data) == len(figure["data"]) > 0


def texts(figure: dict) -> str:
    """What the annotations say."""
    return " ".join(note["text"] for note in figure["layout"]["annotations"])


def agrees(lab) -> bool:
    """What the witness in the figure says; it says one thing only."""
    said = texts(lab.panel.sent())
    ok = f'<span style="color:{palette.AGREE}"><b>✓' in said
    broken = f'<span style="color:{palette.DISAGREE}"><b>✗' in said
    assert ok != broken
    return ok


def snapshot(panel) -> tuple:
    """All that the browser needs to draw the figure."""
    return panel.spec, *(getattr(panel, key) for key in panel.keys if re.fullmatch(r"a\d+", key))


def embedded_frames(page: str) -> list[dict]:
    """The frames in an HTML page, decoded from its text: value, figure, alt."""
    found = re.findall(r"^const frames = (\[.*\]);$", page, flags=re.MULTILINE)
    assert len(found) == 1
    frames = json.loads(found[0])
    for frame in frames:
        arrays = [np.frombuffer(base64.b64decode(packed), "<f4") for packed in frame["arrays"]]
        frame["figure"] = json.loads(frame["spec"], object_hook=lambda node, arrays=arrays: _filled(node, arrays))
    return frames


def _filled(node: dict, arrays: list[np.ndarray]):
    return arrays[node["$array"]].reshape(node["shape"]) if "$array" in node else node


# ------------------------------------------------------------------------------------------------ states

_amounts = st.floats(-10, 10).map(lambda value: f"{value:.3g}")
inputs = st.one_of(
    st.tuples(st.sampled_from(["block", "Steady", "pulses", "RAMP"]), _amounts).map(" ".join),
    st.integers(0, 999_999_999).map("noise {}".format),
    st.lists(_amounts, min_size=1, max_size=32).map(" ".join),
    st.lists(st.sampled_from(["0", "0.5", "1", "2", "-1"]), min_size=1, max_size=16).map(", ".join),
)
_weights = st.floats(-1.5, 1.5).map(lambda value: f"{value:.3g}")
kernels = st.one_of(
    st.integers(1, 16).map("exponential {}".format),
    st.tuples(st.integers(1, 16), st.integers(0, 999_999_999)).map(lambda pair: "Uniform {} {}".format(*pair)),
    st.lists(_weights, min_size=1, max_size=16).map(", ".join),
)
masked_rows = st.tuples(st.integers(1, 16), st.integers(0, 999_999_999)).map(
    lambda pair: "masked {} {}".format(*pair)
)
_places = st.floats(-2, 8).map(lambda value: f"{value:.3g}")
points = st.tuples(_places, _places).map(" ".join)


def _cells(size: int, largest: float) -> st.SearchStrategy:
    """Paint: some cells, most of them among the first rows and columns, where a small W has them, too."""
    at = st.one_of(st.integers(0, 7), st.integers(0, size - 1))
    return st.lists(st.tuples(at, at, st.floats(-largest, largest)), max_size=6).map(tuple)


_offsets = st.tuples(
    st.sampled_from(["band", "Keep"]), st.lists(st.integers(-40, 40), min_size=2, max_size=2).map(sorted)
)
cuts = st.one_of(
    st.sampled_from(["nothing", "Future", "past", "toeplitz", "lif", "start"]),
    _offsets.map(lambda cut: "{} {} {}".format(cut[0], *cut[1])),
)


def _squares(size: int, largest: int) -> st.SearchStrategy:
    at = st.one_of(st.integers(0, 27), st.integers(0, size - 1))
    return st.lists(st.tuples(at, at, st.integers(1, largest)), max_size=3).map(tuple)


def values_of(control) -> st.SearchStrategy:
    """Any value that a control may take, as its widget or a caller would give it."""
    match control:
        case Whole():
            return st.integers(control.low, control.high)
        case Real():
            return st.floats(control.low, control.high)
        case Choice():
            return st.sampled_from(control.options)
        case Cell():
            return st.tuples(*[st.integers(0, control.size - 1)] * 2)
        case Painting():
            return _cells(control.size, control.largest)
        case Squares():
            return _squares(control.size, control.largest)
        case Changes():
            one = st.one_of(*(st.tuples(st.just(entry.name), values_of(entry)) for entry in SETTINGS))
            return st.lists(st.tuples(st.integers(0, STEPS), one).map(lambda pair: (pair[0], *pair[1])), max_size=4)
        case Cutting():
            return st.one_of(st.sampled_from(control.suggestions), cuts)
        case Typed():
            more = {"kernel": st.one_of(kernels, masked_rows), "point": points}
            return st.one_of(st.sampled_from(control.suggestions), more.get(control.name, inputs))


def states(name: str) -> st.SearchStrategy:
    """Complete states of lab `name`, all controls at once."""
    return st.fixed_dictionaries({control.name: values_of(control) for control in LABS[name].table})


codes = st.sampled_from(sorted(LABS)).flatmap(lambda name: st.tuples(st.just(name), states(name)))
