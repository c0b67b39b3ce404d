"""A lab on a page without a kernel: its fields, what moving them does, and what a page is told."""

import json

import numpy as np
import pytest

from psn_viz.browser.fields import KINDS
from psn_viz.browser.session import LabSession
from psn_viz.labs import LABS
from psn_viz.labs.core.figure_encoding import join

EVERY = pytest.mark.parametrize("name", LABS)


def moves_of(field: dict) -> list:
    """A few values to which a field can be moved: both ends, something between, and what is there."""
    match field["kind"]:
        case "range" | "number":
            steps = round((field["high"] - field["low"]) / field["step"])
            return [field["low"] + field["step"] * n for n in sorted({0, steps // 3, steps})]
        case "places" | "choice":
            return sorted({0, len(field["options"]) // 2, len(field["options"]) - 1})
        case "text":
            return list(field["suggestions"][:3])
    return [""]


@EVERY
def test_a_page_is_told_the_lab_as_it_is(name):
    session, lab = LabSession(name), LABS[name]()
    answer = session.do("show")
    assert (answer.code, answer.alt, answer.error) == (name, lab.description, "")
    assert json.loads(json.dumps(answer.told)) == answer.told | {
        "fields": json.loads(json.dumps(answer.fields))
    }  # nothing in it is lost on the way
    assert all(array.dtype == np.float32 for array in answer.arrays)
    assert join(answer.spec, answer.arrays.__getitem__).keys() == lab.drawing.keys()
    assert list(answer.fields) == [control.name for control in lab.table]
    for fields in answer.fields.values():
        assert {field["kind"] for field in fields} <= set(KINDS)
        assert all(field["symbol"] for field in fields)


@EVERY
def test_every_field_of_every_control_can_be_moved(name):
    session = LabSession(name)
    for control, fields in session.answer().fields.items():
        for field in fields:
            for value in moves_of(field):
                session.do("reset")
                before = session.answer().fields[control]
                answer = session.do("move", [[control, field["part"], value]])
                assert answer.error == "", (control, field["part"], value)
                now = next(f for f in answer.fields[control] if f["part"] == field["part"])
                expected = type(session.lab).checked(session.lab.state)  # a state of the lab, whatever it is
                assert session.lab.state == expected
                if field["kind"] in ("range", "places", "choice") and len(before) == 1:
                    assert now["value"] == pytest.approx(value), (control, value)


@EVERY
def test_a_code_leads_there_and_reset_back(name):
    session = LabSession(name)
    control = LABS[name].table[0]
    other = LABS[name](**{control.name: control.values()[-1]})
    assert session.do("go", other.code).alt == other.description
    assert session.do("reset").code == name


def test_a_brush_paints_the_selected_cell_and_unpaint_clears():
    session = LabSession("psn")
    session.do("move", [["cell", "t", 3], ["cell", "i", 1]])
    answer = session.do("move", [["paint", "weight", 0.5]])
    assert session.lab.state["paint"] == ((3, 1, 0.5),)
    assert next(field["value"] for field in answer.fields["paint"]) == 0.5
    session.do("move", [["cell", "t", 2]])
    session.do("move", [["paint", "weight", -0.25]])
    assert session.lab.state["paint"] == ((2, 1, -0.25), (3, 1, 0.5))
    session.do("move", [["paint", "clear", ""]])
    assert session.lab.state["paint"] == ()


def test_a_band_by_its_two_ends():
    session = LabSession("ablation")
    session.do("move", [["cut", "", "band 1 3"]])
    session.do("move", [["cut", "from", 5]])
    assert session.lab.state["cut"] == "band 5 5"
    session.do("move", [["cut", "to", -2]])
    assert session.lab.state["cut"] == "band -2 -2"
    session.do("move", [["cut", "", "keep 0 7"], ["cut", "to", 4]])
    assert session.lab.state["cut"] == "keep 0 4"


def test_a_change_is_made_where_the_training_is():
    session = LabSession("train_live", "train_live;steps=20;events=none")
    answer = session.do("move", [["events", "k", 4]])
    assert session.lab.state["events"] == ((20, "k", 4),)
    used = {field["part"]: field["used"] for field in answer.fields["events"]}
    assert used["k"] and not used["tau"]
    assert answer.fields["steps"][0]["play_name"] == "Train"
    session.do("move", [["events", "forget", ""]])
    assert session.lab.state["events"] == ()


@pytest.mark.parametrize(
    "action, argument, told",
    [
        ("move", [["input", "", "3 4 five"]], "five"),
        ("move", [["tau", "", "soon"]], "tau must be"),
        ("move", [["taw", "", 3]], "no control 'taw'"),
        ("go", "closed_form;tau=-1", "tau must be"),
        ("go", "psn", "begins with"),
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(action, argument, told):
    session = LabSession("closed_form", "closed_form;T=6")
    answer = session.do(action, argument)
    assert told in answer.error
    assert answer.code == "closed_form;T=6"
    assert session.do("show").error == ""


def test_pointing_dragging_and_clicking():
    session = LabSession("closed_form")
    assert session.do("point", {"row": 3.2, "nobody": 1, "tau": "x"}).code == "closed_form;row=3"
    session = LabSession("sliding_psn")
    assert session.do("drag", ["kernel", 0, 0.5]).error == ""
    assert session.lab.code != "sliding_psn"


@pytest.mark.parametrize("text, told", [
    ("masked 4 x", "a seed is a whole number ≥ 0, not 'x'"), ("masked+4+x", "a seed is a whole number ≥ 0, not 'x'"),
    ("maskd 4 2", "'maskd', W_0, is not a number, nor is it exponential, uniform or masked"),
    ("0.5 +x 1", "'+x', W_1, is not a number."),
])  # fmt: skip
def test_a_kernel_that_means_nothing_is_told_by_its_word_and_the_figure_stays(text, told):
    session = LabSession("sliding_psn")
    before = session.do("move", [["kernel", "", "masked+4+2"]])  # as a state code has it
    assert before.error == ""
    assert [field["value"] for field in before.fields["kernel"]] == ["masked+4+2", 4]
    after = session.do("move", [["kernel", "", text]])
    assert told in after.error and "Allowed: exponential 4, uniform 4 1, masked 4 2" in after.error
    assert (after.spec, after.code, after.fields) == (before.spec, before.code, before.fields)


def test_a_kernel_that_was_made_shorter_has_its_weights_again_when_it_is_made_longer():
    session = LabSession("sliding_psn")
    session.do("move", [["kernel", "", "0.1 0.2 0.3 0.4"]])
    for k, kernel in ((1, "0.4"), (2, "0.3 0.4"), (4, "0.1 0.2 0.3 0.4")):
        session.do("move", [["kernel", "k", k]])
        assert session.lab.state["kernel"] == kernel
    session.do("move", [["kernel", "k", 2]])
    session.do("move", [["kernel", "", "0.5 0.6"]])  # something else since: that is where the slider begins
    session.do("move", [["kernel", "k", 3]])
    assert session.lab.state["kernel"] == "0 0.5 0.6"


def test_what_no_lab_knows_is_refused():
    with pytest.raises(ValueError, match="must be one of"):
        LabSession("nothing")
    with pytest.raises(ValueError, match="action must be one of"):
        LabSession("psn").do("dance")


@pytest.mark.parametrize("code, told", [("plane;reset=bogus", "reset must be"), ("unroll", "begins with 'plane'")])
def test_a_damaged_address_opens_the_start_and_is_told_once(code, told):
    session = LabSession("plane", code)
    answer = session.do("show")
    assert told in answer.error and answer.code == "plane"
    assert session.do("show").error == ""
