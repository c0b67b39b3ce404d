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
from psn_viz.learning import load_model, model_files, shipped_models
from psn_viz.neurons import PSN, SlidingPSN
from tests.expected import trained
from tests.extent import examples
from tests.lab_reference import agrees, assert_shows, control_of, expected, lab_in, states, texts

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
    card = json.loads((model_files.FOLDER / "rows-psn.json").read_text("utf-8"))
    psn, lif = {"kind": "PSN"}, {"kind": "LIF"}
    history = card["history"]
    cards = {
        "a": card | {"neurons": [psn]},
        "b": card | {"neurons": [psn, lif]},
        "c": "no card",
        "d": card | {"neurons": 3},
        "e": card | {"history": history | {"neurons": None}},
        "f": card | {"neurons": []},
        "g": card | {"data": None},
    }
    for name, content in cards.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
        (tmp_path / f"{name}.safetensors").touch()
    (tmp_path / "without a card.safetensors").touch()
    monkeypatch.setattr(model_files, "FOLDER", tmp_path)
    assert trained_models.learned_models.__wrapped__() == {"a": (1, 28, len(history["neurons"]["steps"]))}


@examples(15)
@given(states("microscope"))
def test_alt_text_and_headings_say_what_was_measured(state):
    lab = lab_in("microscope", **state)
    moment, T = lab.state["moment"], trained.steps(lab.state["model"])
    shown = expected("microscope", lab.state)
    toeplitz, leak, rank, future = (
        shown[field][moment] for field in ("from_toeplitz", "from_leak", "rank_share", "future")
    )
    alt, headings = lab.description, texts(lab.panel.sent())
    if np.isnan(toeplitz):
        assert "nothing has been learned yet" in alt and "before the first step" in headings
    else:
        numbers = re.search(
            r"is ([\d.]+) of its length .* matrix and ([\d.]+) from .* rank is ([\d.]+) of (\d+); ([\d.]+) %", alt
        )
        assert [float(n) for n in numbers.groups()] == pytest.approx(
            [toeplitz, leak, rank * T, T, 100 * future], abs=0.06
        )
        for value in (toeplitz, leak, future):
            assert f"{value:.3f}" in headings
    assert f"loss {shown['loss'][moment]:.3f}" in alt and f"loss {shown['loss'][moment]:.3f}" in headings
    lambda_ = shown["lambda_"][moment]
    assert ("λ = " in alt) == ("λ" in headings) == bool(np.isfinite(lambda_))
    if np.isfinite(lambda_):
        assert f"λ = {lambda_:.3g}." in alt and f"λ {lambda_:.3g}" in headings
    spikes = int(shown["spikes"].sum())
    assert f"makes {spikes or 'no'} spike" in alt
    row = shown["weight"][lab.state["t"]]
    if np.isfinite(row).any() and np.nanmax(np.abs(row)) < 0.0005:
        assert "with no entry that is not 0 to three decimals" in alt
    elif np.isfinite(row).any():
        assert f"largest entry {row[np.nanargmax(np.abs(row))]:.3f} at" in alt


@pytest.mark.parametrize("model", MODELS)
def test_the_last_moment_is_the_model_and_others_claim_nothing(model, monkeypatch):
    lab = LABS["microscope"](model=model)
    last = lab.state["moment"]
    assert agrees(lab) and lab.witness <= lab.numbers.witness.tolerance and "moment = model" in lab.description
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
    W = lab.numbers.weight
    assert np.array_equal(np.isnan(W), trained.absent(neuron, len(W), 1.0))
    assert (
        lab.numbers.masked
        == np.isfinite(lab.numbers.lambda_).any()
        == (trained.model(model).card["lambda"] is not None)
    )


@pytest.mark.parametrize("show", microscope.SHOWN)
def test_colours_and_axes_keep_their_scale_through_training(show):
    lab = lab_in("microscope", show=show)
    largest = max(
        np.nanmax(np.abs(expected("microscope", lab.state | {"moment": moment})["weight"]), initial=0)
        for moment in range(20)
    )
    assert lab.numbers.limit == pytest.approx(largest)
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
    assert (lab.numbers.weight == 0).all() and "What training added to W is 0" in lab.description


def test_one_direction_is_a_column_beside_the_map_times_a_row():
    lab = lab_in("microscope", show="1 direction", t=5)
    W, column = lab.numbers.weight, lab.numbers.column
    row = W[np.abs(column).argmax()] / column[np.abs(column).argmax()]
    np.testing.assert_allclose(W, np.outer(column, row), atol=1e-12)
    assert np.abs(row).max() == pytest.approx(1) and f"column[5] = {column[5]:.2f}".replace("-", "−") in texts(
        lab.panel.sent()
    )
    shown = {trace["name"]: trace for trace in lab.panel.sent()["data"]}
    np.testing.assert_allclose(shown["column"]["x"], column, rtol=1e-6)
    assert "B − 1" not in shown and np.isnan(shown["nearest leak"]["y"]).all()
    change = lab_in("microscope", show="change").numbers.weight
    four = lab_in("microscope", show="4 directions")
    assert np.linalg.matrix_rank(four.numbers.weight) == 4 and np.isnan(four.numbers.column).all()
    assert np.linalg.norm(change - four.numbers.weight) < np.linalg.norm(change - W)
    assert "What training added to W is" in four.description


def test_each_measure_has_its_name_and_number_over_its_own_axes():
    sent = lab_in("microscope", model="rows-masked-8", moment=3).panel.sent()
    axes = {trace["name"]: (trace["xaxis"], trace["yaxis"]) for trace in sent["data"]}
    own = [axes[name] for name in ("loss", "Toeplitz", "LIF", "rank", "future")]
    assert len(set(own)) == 5 and axes["λ"] == axes["future"]
    for name in ("Toeplitz", "LIF", "rank", "future"):
        assert axes[f"{name} now"] == axes[name]
        x, y = (sent["layout"][f"{axis[0]}axis{axis[1:]}"]["domain"] for axis in axes[name])
        (over,) = (note for note in sent["layout"]["annotations"] if name in note["text"] and note["x"] == x[0])
        assert 0 < over["y"] - y[1] < 0.02, name


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
