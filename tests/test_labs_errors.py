"""Bad input to a lab: refused at once, named, and nothing half-changed."""

import math

import numpy as np
import pytest
import torch
from traitlets import TraitError

from psn_viz.labs import LABS
from tests.lab_reference import (
    assert_shows,
    snapshot,
)


@pytest.mark.parametrize(
    "name, wrong, words",
    [
        ("closed_form", {"tua": 2}, ["closed_form", "tua", "tau", "row"]),
        ("closed_form", {"tau": 5}, ["tau", "5", "1.25", "IF"]),
        ("closed_form", {"tau": None}, ["tau", "None"]),
        ("closed_form", {"tau": np.array([1, 2])}, ["tau", "array"]),
        ("closed_form", {"tau": True}, ["tau", "True"]),
        ("closed_form", {"T": 1}, ["T", "1", "2 to 32"]),
        ("closed_form", {"T": True}, ["T", "True"]),
        ("closed_form", {"T": "8"}, ["T", "'8'"]),
        ("closed_form", {"T": 10**400}, ["T", "2 to 32"]),
        ("closed_form", {"row": -1}, ["row", "-1"]),
        ("closed_form", {"row": math.nan}, ["row", "nan"]),
        ("closed_form", {"reset": "zero"}, ["reset", "zero", "none, hard, soft"]),
        ("closed_form", {"input": 3}, ["input", "3", "text"]),
        ("closed_form", {"input": ""}, ["empty"]),
        ("closed_form", {"input": "1 2 nan"}, ["NaN", "time-step 2"]),
        ("charge_fire_reset", {"tau": 0.5}, ["tau", "0.5", "1 to 16"]),
        ("charge_fire_reset", {"tau": math.inf}, ["tau", "inf"]),
        ("charge_fire_reset", {"tau": [2]}, ["tau", "[2]"]),
        ("charge_fire_reset", {"threshold": 0}, ["threshold", "0.1 to 2"]),
        ("read_image", {"kind": "Hat"}, ["kind", "Hat", "Trouser"]),
        ("read_image", {"which": 40}, ["which", "40", "0 to 39"]),
    ],
)
def test_bad_values_are_refused_by_constructor_and_set(name, wrong, words):
    lab = LABS[name]()
    before = lab.state, snapshot(lab.panel), lab.panel.revision, {n: w.value for n, w in lab.controls.items()}
    other = next(control for control in lab.table if control.name not in wrong)
    for call in (LABS[name], lab.set):
        with pytest.raises(ValueError) as caught:
            call(**({other.name: other.values()[0]} | wrong))
        for word in words:
            assert word in str(caught.value)
    after = lab.state, snapshot(lab.panel), lab.panel.revision, {n: w.value for n, w in lab.controls.items()}
    assert after == before, "nothing is half-changed"


@pytest.mark.parametrize("value", [4, 4.0, "4", np.int64(4), np.float32(4), torch.tensor(4.0)])
def test_the_same_number_in_any_clothes(value):
    assert LABS["closed_form"](tau=value).code == "closed_form"


@pytest.mark.parametrize(
    "text, words",
    [
        ("zap 3", ["zap"]),
        ("1 2 nan 4", ["NaN", "time-step 2"]),
        ("0 " * 40 + "nan", ["NaN", "time-step 40"]),
        ("block nan", ["NaN"]),
        ("1 11", ["11", "time-step 1", "±10"]),
        ("1 -inf", ["-inf", "±10"]),
        ("", ["empty"]),
        ("1 " * 500, ["400 characters"]),
        ("<img src=x onerror=alert(1)>", ["<img"]),
    ],
)
@pytest.mark.parametrize("name", ["charge_fire_reset", "closed_form"])
def test_typed_text_that_is_no_input_leaves_the_picture_alone(name, text, words):
    lab = LABS[name]()
    state, sent, alt, figure = lab.state, snapshot(lab.panel), lab.description, lab.panel.figure
    revision = lab.panel.revision
    lab.controls["input"].value = text
    assert (lab.state, snapshot(lab.panel), lab.description) == (state, sent, alt)
    assert lab.panel.figure is figure and lab.panel.revision == revision
    for word in words:
        assert word in lab.error
    lab.controls["input"].value = "steady 2"
    assert lab.error == "" and lab.state == state | {"input": "steady 2"}
    assert_shows(lab.panel.sent(), name, lab.state)


def test_a_typed_error_is_gone_after_reset_and_after_set():
    lab = LABS["closed_form"]()
    for repair in (lab.reset, lambda: lab.set(T=4)):
        lab.controls["input"].value = "zap"
        assert lab.error
        repair()
        assert lab.error == "" and lab.controls["input"].value == "noise 1"


def test_widgets_keep_their_range():
    lab = LABS["charge_fire_reset"]()
    lab.controls["tau"].value = 99.0
    assert lab.state["tau"] == 16 == lab.controls["tau"].value
    lab.controls["t"].value = -3
    assert lab.state["t"] == 0
    for control, value in (("tau", "fast"), ("reset", "zap"), ("input", 3), ("t", None)):
        state, sent = lab.state, snapshot(lab.panel)
        with pytest.raises(TraitError):
            lab.controls[control].value = value
        assert (lab.state, snapshot(lab.panel)) == (state, sent)


def test_a_slider_at_nan_is_an_error_not_a_picture():
    lab = LABS["charge_fire_reset"]()
    sent = snapshot(lab.panel)
    lab.controls["tau"].value = math.nan
    assert "tau" in lab.error and "nan" in lab.error and snapshot(lab.panel) == sent
    lab.controls["tau"].value = 3.0
    assert lab.error == "" and lab.state["tau"] == 3


@pytest.mark.parametrize("control", ["nope", "", None, 3, ["tau"]])
def test_frames_of_no_control_are_refused(control):
    with pytest.raises(ValueError, match="control must be one of input, tau, T, reset, row"):
        LABS["closed_form"]().frames(control)


@pytest.mark.parametrize("format", ["gif", "SVG", "", None, ["png"]])
def test_pictures_of_no_format_are_refused(format):
    with pytest.raises(ValueError, match="format must be one of svg, png"):
        LABS["closed_form"]().picture(format)
