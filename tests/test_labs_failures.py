"""A lab whose own code raises: the error is shown in it, its controls go back, and the next move works again."""

from __future__ import annotations

import pytest

from psn_viz.labs import LABS
from tests.lab_reference import snapshot

ERRORS = [RuntimeError("broken for a test"), KeyError("h"), ValueError("no such step"), KeyboardInterrupt()]


def breaking(monkeypatch, lab, part: str, error: BaseException) -> None:
    """From now on one of the lab's functions raises."""

    def fail(*arguments):
        raise error

    monkeypatch.setattr(type(lab), part, staticmethod(fail))


def everything(lab) -> tuple:
    controls = {name: widget.value for name, widget in lab.controls.items()}
    return lab.state, snapshot(lab.panel), lab.panel.alt, lab.description, lab.code, controls


def shown_error(lab) -> str:
    def below(widget):
        yield widget
        for child in getattr(widget, "children", ()):
            yield from below(child)

    (error,) = [widget for widget in below(lab.show()) if "psn-error" in widget._dom_classes]
    return error.value


def press(lab, button: str) -> None:
    controls = lab.show().children[0].children[0].children
    (found,) = [widget for widget in controls[-1].children if widget.description == button]
    found.click()


def test_the_reader_is_told_by_every_way_of_moving_a_lab(monkeypatch):
    moves = {
        "slider": lambda lab: lab.controls["T"].set_state({"value": 5}),
        "text": lambda lab: lab.controls["input"].set_state({"value": "steady 2"}),
        "pointing": lambda lab: lab.panel.set_state({"pointed": {"i": 3}}),
        "dragging": lambda lab: lab.panel.set_state({"dragged": ["X", 5, 2.0]}),
        "choosing": lambda lab: lab.panel.set_state({"chosen": ["row", 1]}),
        "reset": lambda lab: press(lab, "Reset"),
    }
    for way, move in moves.items():
        name = {"pointing": "masked_psn", "dragging": "masked_psn", "choosing": "study"}.get(way, "closed_form")
        lab = LABS[name]()
        if way == "reset":
            lab.controls["T"].value = 8
        before = everything(lab)
        with monkeypatch.context() as patch:
            breaking(patch, lab, "compute", RuntimeError("broken for a test"))
            move(lab)
        assert everything(lab) == before, way
        assert "this did not work (RuntimeError: broken for a test)" in lab.error, way
        assert "broken for a test" in shown_error(lab), way
        move(lab)
        assert lab.error == "" == shown_error(lab) and everything(lab) != before, way


@pytest.mark.parametrize("error", ERRORS, ids=repr)
@pytest.mark.parametrize("part", ["settle", "compute", "draw", "describe"])
def test_whatever_part_raises_whatever_it_raises(part, error, monkeypatch):
    lab = LABS["closed_form"]()
    before = everything(lab)
    with monkeypatch.context() as patch:
        breaking(patch, lab, part, error)
        lab.controls["T"].value = 5
        assert lab.error
        assert str(error) in lab.error and (isinstance(error, ValueError) or type(error).__name__ in lab.error)
    assert everything(lab) == before
    lab.controls["T"].value = 5
    assert lab.error == "" and lab.state["T"] == 5


def test_what_cannot_be_pulled_or_pointed_at_is_told(monkeypatch):
    lab = LABS["masked_psn"]()
    before = everything(lab)
    with monkeypatch.context() as patch:
        breaking(patch, lab, "drag", ZeroDivisionError("division by zero"))
        lab.panel.dragged = ["X", 3, 1.0]
    assert "ZeroDivisionError" in shown_error(lab) and everything(lab) == before
    control = next(entry for entry in lab.table if entry.name == "i")
    with monkeypatch.context() as patch:
        patch.setattr(type(control), "at", lambda *arguments: 1 / 0)
        lab.panel.pointed = {"i": 3}
    assert "ZeroDivisionError" in shown_error(lab) and everything(lab) == before


def test_a_figure_that_cannot_be_sent_leaves_the_one_before(monkeypatch):
    lab = LABS["closed_form"]()
    before = everything(lab)
    show = type(lab.panel).show
    monkeypatch.setattr(
        type(lab.panel), "show", lambda panel, figure, alt: show(panel, figure, alt) if alt == before[2] else 1 / 0
    )
    lab.controls["T"].value = 5
    assert everything(lab) == before and "ZeroDivisionError" in lab.error


@pytest.mark.parametrize("part", ["compute", "draw", "describe"])
def test_set_reset_codes_and_frames_raise_and_leave_the_lab_alone(part, monkeypatch):
    lab = LABS["closed_form"](T=8)
    lab.controls["tau"].value = 3.0
    before = everything(lab)
    field = lab.show()._code
    with monkeypatch.context() as patch:
        breaking(patch, lab, part, RuntimeError("broken for a test"))
        for call in (lambda: lab.set(T=5), lab.reset, lambda: lab.frames("T"), lambda: type(lab).from_code(lab.code)):
            with pytest.raises(RuntimeError, match="broken for a test"):
                call()
            assert everything(lab) == before
        field.value = "closed_form;T=5"
        assert "broken for a test" in shown_error(lab) and everything(lab) == before
        assert field.value == "closed_form;T=5", "a code that is refused stays, to be mended"
    lab.set(T=5)
    assert lab.state["T"] == 5 and shown_error(lab) == ""


def test_set_reset_and_a_code_compute_once(monkeypatch):
    lab = LABS["closed_form"]()
    computed, compute = [], type(lab).compute
    monkeypatch.setattr(type(lab), "compute", staticmethod(lambda state: computed.append(state) or compute(state)))
    moves = (
        lambda: lab.set(T=5, tau=3.0),
        lab.reset,
        lambda: setattr(lab.show()._code, "value", "closed_form;T=9"),
        lambda: setattr(lab.controls["T"], "value", 12),
    )
    for count, move in enumerate(moves, start=1):
        move()
        assert len(computed) == count


def test_text_that_is_refused_stays_while_another_move_fails(monkeypatch):
    lab = LABS["closed_form"]()
    lab.controls["input"].value = "steady"
    assert "followed by one number" in lab.error
    with monkeypatch.context() as patch:
        breaking(patch, lab, "compute", RuntimeError("broken for a test"))
        lab.controls["T"].value = 5
    assert lab.controls["T"].value == 16 and lab.controls["input"].value == "steady"
    assert "broken for a test" in lab.error
    lab.controls["T"].value = 5
    assert lab.state["T"] == 5 and "followed by one number" in shown_error(lab)


@pytest.mark.parametrize(
    "name, control, value",
    [
        ("psn", "paint", ((3, 2, 0.5),)),
        ("psn", "cell", (2, 1)),
        ("sliding_psn", "kernel", "1 0"),
        ("ablation", "cut", "past"),
        ("ablation", "squares", ((3, 2, 5),)),
    ],
)
def test_controls_of_several_parts_go_back_as_a_whole(name, control, value, monkeypatch):
    lab = LABS[name](**({"cut": "band 1 3"} if name == "ablation" else {}))
    parts = [part for part in lab.controls[control].children if hasattr(part, "value")]
    before = everything(lab), [part.value for part in parts]
    with monkeypatch.context() as patch:
        breaking(patch, lab, "compute", RuntimeError("broken for a test"))
        lab.controls[control].value = value
    assert (everything(lab), [part.value for part in parts]) == before
    assert "broken for a test" in shown_error(lab)
