"""Drawings: each is a whole figure with its text, in the colours of the palette, and nothing leaves its sheet."""

import re

import pytest

import psn_viz as pv
from psn_viz.labs import Panel
from psn_viz.labs.core import palette
from psn_viz.labs.core.sheet import Sheet, drawn
from psn_viz.labs.live.drawing_panel import drawing_names
from tests.lab_reference import assert_plotly_accepts
from tests.test_palette import HEX, palette_colours

NAMES = drawing_names()


def test_the_network_is_one():
    assert "network" in NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_is_a_figure_with_its_text(name):
    panel = pv.drawing(name)
    assert isinstance(panel, Panel)
    assert_plotly_accepts(panel.figure)
    assert panel.alt.endswith(".") and len(panel.alt.split()) >= 15
    assert set(HEX.findall(panel.spec)) <= palette_colours()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_leaves_its_sheet(name):
    """And each sheet has a trace, by which a narrow page knows that it is one."""
    figure = pv.drawing(name).figure
    assert problems(figure) == []


def test_what_leaves_its_sheet_is_seen():
    sheet = Sheet(1, 4, 3)
    sheet.box(1, 1, 2, 2, palette.X, fill=0.5)
    sheet.line((0, 0), (4, 3))
    sheet.arrow((1, 1), (2, 2))
    sheet.note(2, 2, "here")
    assert problems(drawn([sheet], 200)) == []
    sheet.dot(4, 1)
    sheet.note(2, -1, "above")
    sheet.arrow((1, 1), (5, 2))
    sheet.tell(1, 4, "below")
    assert len(problems(drawn([sheet], 200))) == 4


def problems(figure: dict) -> list[str]:
    layout = figure["layout"]
    ranges = {
        name[0] + name[5:]: sorted(layout[name]["range"]) for name in layout if re.fullmatch(r"[xy]axis\d*", name)
    }
    assert {ranges_of for trace in figure["data"] for ranges_of in (trace["xaxis"], trace["yaxis"])} == set(ranges)
    assert len(layout["meta"]["columns"]) == len(figure["data"])
    places = []
    for shape in layout["shapes"]:
        corners = [(letter, shape[f"{letter}{end}"]) for letter in "xy" for end in "01"]
        places += [(shape[f"{letter}ref"], value, shape["type"]) for letter, value in corners]
    for note in layout["annotations"]:
        places += [(note[f"{letter}ref"], note[letter], note["text"] or "arrow") for letter in "xy"]
        if note["showarrow"]:
            places += [(note[f"a{letter}ref"], note[f"a{letter}"], "start of an arrow") for letter in "xy"]
    for trace in figure["data"]:
        for letter in "xy":
            places += [(trace[f"{letter}axis"], value, "what is told") for value in trace[letter]]
    return [
        f"{what} at {value} on {axis}"
        for axis, value, what in places
        if not ranges[axis][0] - 1e-9 <= value <= ranges[axis][1] + 1e-9
    ]


@pytest.mark.parametrize("name, kind", [("netwrok", ValueError), ("", ValueError), (3, TypeError), (None, TypeError)])
def test_another_name_is_refused(name, kind):
    with pytest.raises(kind, match=r"name must be .*network.*, got "):
        pv.drawing(name)
