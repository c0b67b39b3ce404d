"""The lab `microscope`: which models it finds, what its words say, its witness, and what stays while time moves."""

import json
import re

import numpy as np
import pytest
from hypothesis import given

from psn_viz.labs import LABS
from psn_viz.labs.core import trained_models
from psn_viz.labs.live.transport import Transport
from psn_viz.labs.microscope import lab as microscope
from psn_viz.learning import load_model, shipped_models
from psn_viz.neurons import PSN, SlidingPSN
from tests.expected import trained
from tests.extent import examples
from tests.lab_reference import agrees, assert_shows, control_of, expected, lab_in, states, texts, traces

MODELS = list(trained_models.learned_models())


def test_every_shipped_model_that_learned_a_w_is_there():
    wanted = {}
    for name in shipped_models():
        model = load_model(name)
        if all(isinstance(neuron, PSN | SlidingPSN) for neuron in model.neurons):
            wanted[name] = (len(model.neurons), model.card["data"]["T"], len(model.history.neurons))
    assert trained_models.learned_models() == wanted and "rows-psn" in wanted
    assert LABS["microscope"].table[0].options == tuple(wanted) == LABS["ablation"].table[0].options


def test_models_without_a_w_and_damaged_cards_are_left_out(monkeypatch, tmp_path):
    folder = tmp_path / "models"
    folder.mkdir()
    psn = {"neurons": [{"kind": "PSN"}], "data": {"T": 5}, "history": {"neurons": {"steps": [0, 9]}}}
    cards = {
        "a": json.dumps(psn),
        "b": json.dumps(psn | {"neurons": [{"kind": "PSN"}, {"kind": "LIF"}]}),
        "c": "{",
        "d": json.dumps({"neurons": 3}),
        "e": json.dumps(psn | {"history": {"neurons": None}}),
        "f": json.dumps(psn | {"neurons": []}),
    }
    for name, text in cards.items():
        (folder / f"{name}.json").write_text(text)
    monkeypatch.setattr(trained_models, "shipped_models", lambda: (*cards, "without a card"))
    monkeypatch.setattr(trained_models.resources, "files", lambda package: tmp_path)
    assert trained_models.learned_models.__wrapped__() == {"a": (1, 5, 2)}


@examples(15)
@given(states("microscope"))
def test_alt_text_and_headings_say_what_was_measured(state):
    lab = lab_in("microscope", **state)
    moment, T = lab.state["moment"], trained.steps(lab.state["model"])
    shown = expected("microscope", lab.state)
    toeplitz, leak, rank, future = shown["measured now"]
    said, headings = lab.description, texts(lab.panel.sent())
    if np.isnan(toeplitz):
        assert "nothing has been learned yet" in said and "before the first step" in headings
    else:
        numbers = re.search(
            r"is ([\d.]+) of its length .* matrix and ([\d.]+) from .* rank is ([\d.]+) of (\d+); ([\d.]+) %", said
        )
        assert [float(n) for n in numbers.groups()] == pytest.approx(
            [toeplitz, leak, rank * T, T, 100 * future], abs=0.06
        )
        for value in (toeplitz, leak, future):
            assert f"{value:.3f}" in headings
    assert f"loss {shown['loss'][moment]:.3f}" in said and f"loss {shown['loss'][moment]:.3f}" in headings
    lambda_ = shown["λ"][moment]
    assert ("λ = " in said) == ("λ" in headings) == bool(np.isfinite(lambda_))
    if np.isfinite(lambda_):
        assert f"λ = {lambda_:.3g}." in said and f"λ {lambda_:.3g}" in headings
    spikes = int(shown["S"].sum())
    assert f"makes {spikes or 'no'} spike" in said
    row = shown["W"][lab.state["t"]]
    if np.isfinite(row).any():
        assert f"largest entry {row[np.nanargmax(np.abs(row))]:.3f} at" in said


@pytest.mark.parametrize("model", MODELS)
def test_the_last_moment_is_the_model_and_others_claim_nothing(model, monkeypatch):
    lab = LABS["microscope"](model=model)
    last = lab.state["moment"]
    assert agrees(lab) and lab.witness <= lab.numbers["rounding"] and "moment = model" in lab.description
    lab.controls["moment"].value = 0
    assert lab.witness is None and not re.search("[✓✗]", texts(lab.panel.sent()))
    right = microscope.weight_over_time
    monkeypatch.setattr(microscope, "weight_over_time", lambda neuron, T: right(neuron, T) + 0.01)
    lab.controls["moment"].value = last
    assert not agrees(lab) and lab.witness == pytest.approx(0.01, rel=0.05)
    assert "moment is not the model" in lab.description


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("layer", [1, 2])
def test_any_model_can_be_looked_into(model, layer):
    lab = lab_in("microscope", model=model, layer=layer, moment=6, t=control_of("microscope", "t").high)
    assert lab.state["t"] == trained.steps(model) - 1 == lab.controls["t"].value
    assert lab.controls["t"].max == trained.steps(model) - 1
    assert_shows(lab.panel.sent(), "microscope", lab.state)
    neuron, _ = trained.layer(model, layer)
    lab.controls["moment"].value = lab.controls["moment"].max
    W = traces(lab.panel.sent())["W"]
    assert np.array_equal(np.isnan(W), trained.absent(neuron, len(W), 1.0))
    assert np.isfinite(traces(lab.panel.sent())["λ"]).any() == (trained.model(model).card["lambda"] is not None)


@pytest.mark.parametrize("show", microscope.SHOWN)
def test_colours_and_axes_keep_their_scale_through_training(show):
    lab = lab_in("microscope", show=show)
    largest = max(
        np.nanmax(np.abs(expected("microscope", lab.state | {"moment": moment})["W"]), initial=0)
        for moment in range(20)
    )
    scales = set()
    for moment in (0, 5, 19):
        lab.controls["moment"].value = moment
        figure = lab.panel.sent()
        (weights,) = (trace for trace in figure["data"] if trace["name"] == "W")
        (bars,) = (trace for trace in figure["data"] if trace["name"] == "W[t,i]")
        scales.add((weights["zmax"], -weights["zmin"], bars["marker"]["cmax"]))
    assert len(scales) == 1 and scales.pop() == pytest.approx((largest,) * 3)


def test_before_the_first_step_nothing_has_changed():
    lab = lab_in("microscope", show="change", moment=0)
    assert (traces(lab.panel.sent())["W"] == 0).all() and "What training added to W is 0" in lab.description


def test_time_can_be_played():
    lab = LABS["microscope"](moment=3)
    transport = Transport(lab.controls["moment"])
    assert (transport.value, transport.low, transport.high) == (3, 0, 19)
    transport.value = 4
    assert lab.state["moment"] == 4


def test_pointing_at_a_row():
    lab = LABS["microscope"]()
    lab.panel.pointed = {"t": 12.2}
    assert lab.state["t"] == 12 == lab.controls["t"].value
    (frame,) = lab.panel.sent()["layout"]["shapes"]
    assert (frame["y0"], frame["y1"]) == (11.5, 12.5)
