"""Training in front of the reader, and what a model makes of one image: the numbers shown are the model's."""

import numpy as np
import pytest
import torch
from ipywidgets import IntProgress, Label

from psn_viz.labs import Panel, TrainingView, prediction_panel, training_panel
from psn_viz.labs.core.phrases import first_largest
from psn_viz.labs.live import prediction_figure
from psn_viz.labs.live.picture import Picture
from psn_viz.labs.live.prediction_figure import ImageShares
from psn_viz.learning import Dataset, History, Progress, SpikingClassifier, Split, train
from psn_viz.neurons import PSN
from tests.lab_reference import assert_plotly_accepts, texts, traces
from tests.needs_chromium import needs_chromium

NAMES = ("shirt", "boot", "bag")


def tiny_model(seed: int = 0) -> SpikingClassifier:
    """Two layers, with thresholds low enough that they fire before any training."""
    torch.manual_seed(seed)
    model = SpikingClassifier(features=4, classes=3, neuron=lambda: PSN(T=5), hidden=(6, 6))
    with torch.no_grad():
        for layer in model.layers:
            layer.neuron.threshold.fill_(0.05)
    return model


def tiny_data() -> Dataset:
    rng = torch.Generator().manual_seed(0)

    def part(n):
        return Split(torch.rand(5, n, 4, generator=rng), torch.arange(n) % 3)

    return Dataset("tiny", part(24), part(9), part(9), NAMES, "made up here", "none")


def report(step, loss, accuracy=0.5, validation=None, seconds=None, steps=8, epochs=2) -> Progress:
    epoch = 1 + (step - 1) * epochs // steps
    seconds = step / 10 if seconds is None else seconds
    return Progress(epoch, epochs, step, steps, loss, accuracy, validation, seconds, 1.0)


def shown(view: TrainingView) -> dict:
    return view.children[1].sent()


# -------------------------------------------------------------------------------------------- prediction


@pytest.mark.parametrize("seed", range(4))
def test_prediction_shows_the_softmax_of_the_model(seed):
    model = tiny_model(seed)
    image = torch.rand(5, 4, generator=torch.Generator().manual_seed(seed))
    model.eval()
    with torch.no_grad():
        shares = model(image[:, None])[0].softmax(0).numpy()
    model.train()
    panel = prediction_panel(model, image, NAMES, truth="boot")
    assert_plotly_accepts(panel.figure)
    picture, bars = panel.sent()["data"]
    np.testing.assert_allclose(picture["z"], image.numpy(), rtol=1e-6)
    assert sorted(bars["y"]) == sorted(NAMES)
    for name, share in zip(bars["y"], bars["x"], strict=True):
        assert share == pytest.approx(100 * shares[NAMES.index(name)], rel=1e-5)
    assert list(bars["x"]) == sorted(bars["x"]), "the most likely one on top"
    best = NAMES[int(shares.argmax())]
    assert f"read as: <b>{best}</b>" in texts(panel.sent())
    assert f"for: {best} ({100 * shares.max():.0f} %" in panel.alt
    assert ("which is right" if best == "boot" else "wrong, it is: boot") in panel.alt


TEN = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")


@pytest.mark.current_stack
@pytest.mark.browser
@needs_chromium
def test_every_class_has_its_label():
    figure = prediction_figure.draw(ImageShares(np.zeros((28, 28)), np.arange(10) / 45, TEN))
    drawn = Picture(figure, "").render().decode()
    assert [name for name in TEN if f">{name}<" not in drawn] == []


def test_classes_that_are_equal_but_for_rounding_stand_in_their_order():
    shares = np.array([0.2, 0.3 - 1e-8, 0.2 + 1e-8, 0.3])
    bars = prediction_figure.draw(ImageShares(np.zeros((2, 2)), shares, TEN[:4]))["data"][1]
    assert list(bars["y"])[::-1] == ["Trouser", "Dress", "T-shirt/top", "Pullover"]
    assert first_largest(shares, 1e-6) == 1 and first_largest([np.nan, 1.0, 1.0 + 1e-12]) == 1
    assert first_largest(np.zeros(3)) == 0 and first_largest([0.0, 2.0, 2.1]) == 2


def test_prediction_leaves_the_model_as_it_was():
    model = tiny_model()
    model.train()
    model.layers[0].norm.eval()  # someone froze it
    before = {name: value.clone() for name, value in model.state_dict().items()}
    modes = [module.training for module in model.modules()]
    prediction_panel(model, torch.rand(5, 4), NAMES, truth="bag")
    assert [module.training for module in model.modules()] == modes
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name]), name
    assert all(parameter.grad is None for parameter in model.parameters())


def test_prediction_takes_a_model_and_an_image_of_different_dtypes():
    panel = prediction_panel(tiny_model().double(), torch.rand(5, 4), NAMES, truth="bag")
    assert np.nansum(panel.sent()["data"][1]["x"]) == pytest.approx(100, rel=1e-5)


def with_nan() -> torch.Tensor:
    image = torch.rand(5, 4)
    image[3, 1] = torch.nan
    return image


@pytest.mark.parametrize(
    "wrong, kind, words",
    [
        ({"model": None}, TypeError, ["model"]),
        ({"image": np.zeros((5, 4))}, TypeError, ["image", "ndarray"]),
        ({"image": torch.zeros(5, 1, 4)}, ValueError, ["image", "[T, features]", "[5, 1, 4]"]),
        ({"image": torch.zeros(5, 3)}, ValueError, ["features = 4"]),
        ({"image": torch.zeros(6, 4)}, ValueError, ["6"]),
        ({"image": with_nan()}, ValueError, ["image", "NaN", "time-step 3"]),
        ({"truth": "hat"}, ValueError, ["truth", "hat", "shirt, boot, bag"]),
        ({"class_names": NAMES[:2]}, ValueError, ["class_names", "3", "2"]),
    ],
)
def test_prediction_names_what_is_wrong(wrong, kind, words):
    arguments = {"model": tiny_model(), "image": torch.zeros(5, 4), "class_names": NAMES, "truth": "boot"} | wrong
    with pytest.raises(kind) as caught:
        prediction_panel(**arguments)
    for word in words:
        assert word in str(caught.value)


# ---------------------------------------------------------------------------------------------- training


def test_the_live_view_ends_with_the_numbers_of_the_run():
    view, reports = TrainingView(), []
    history = train(tiny_model(), tiny_data(), epochs=3, batch_size=8, callbacks=[reports.append, view])
    figure = shown(view)
    assert_plotly_accepts(view.children[1].figure)
    lines = traces(figure)
    np.testing.assert_allclose(lines["loss"], [one.loss for one in reports], rtol=1e-6)
    np.testing.assert_allclose(lines["training"], [100 * one.train_accuracy for one in reports], rtol=1e-6)
    np.testing.assert_allclose(lines["validation"], 100 * np.array(history.validation_accuracy), rtol=1e-6)
    at = {trace["name"]: trace["x"] for trace in figure["data"]}
    np.testing.assert_allclose(at["loss"], [one.step / 3 for one in reports], rtol=1e-6)
    np.testing.assert_allclose(at["validation"], [1, 2, 3])
    assert lines["loss"][-1] == pytest.approx(history.train_loss[-1], rel=1e-6)
    bar, label = view.children[0].children
    assert isinstance(bar, IntProgress) and (bar.value, bar.max) == (9, 9)
    assert isinstance(label, Label) and "epoch 3 of 3" in label.value
    percent = 100 * history.validation_accuracy[-1]
    assert view.children[1].alt == f"Validation accuracy {percent:.1f} % after 3 of 3 epochs."
    assert max(lines["loss"]) <= figure["layout"]["yaxis"]["range"][1]


def test_the_live_view_waits_and_then_draws_each_report():
    view = TrainingView()
    assert "not begun" in view.children[1].alt and [len(v) for v in traces(shown(view)).values()] == [0, 0, 0]
    for step in (1, 2, 3):
        view(report(step, loss=2 / step))
        np.testing.assert_allclose(traces(shown(view))["loss"], [2 / n for n in range(1, step + 1)], rtol=1e-6)
        assert "no epoch finished" in view.children[1].alt and view.children[0].children[0].value == step
    view(report(4, 0.4, validation=0.75))
    assert view.children[1].alt == "Validation accuracy 75.0 % after 1 of 2 epochs."
    assert repr(view) == "TrainingView()"


@pytest.mark.parametrize(
    "first",
    [
        report(1, 9.0),  # the second run reports the same step again
        report(3, 9.0, seconds=0.05),  # an earlier step
        report(2, 9.0, seconds=0.1),  # a later step than the stopped run had come to, but a younger run
    ],
)
def test_a_second_run_with_the_same_view_starts_over(first):
    view = TrainingView()
    view(report(1, 2.0, seconds=0.2))
    if first.step == 3:
        view(report(8, 1.0, validation=0.5, seconds=0.8))
    view(first)
    assert traces(shown(view))["loss"].tolist() == [9] and len(traces(shown(view))["validation"]) == 0


def test_two_runs_of_train_with_one_view():
    view = TrainingView()
    model = tiny_model()
    train(model, tiny_data(), epochs=2, batch_size=8, callbacks=[view])
    history = train(model, tiny_data(), epochs=1, batch_size=8, callbacks=[view])
    assert len(traces(shown(view))["validation"]) == 1
    assert traces(shown(view))["validation"][0] == pytest.approx(100 * history.validation_accuracy[0], rel=1e-6)


def test_the_curves_of_a_finished_run():
    history = train(tiny_model(), tiny_data(), epochs=4, batch_size=8)
    panel = training_panel(history)
    assert isinstance(panel, Panel)
    lines = traces(panel.sent())
    np.testing.assert_allclose(lines["loss"], history.train_loss, rtol=1e-6)
    np.testing.assert_allclose(lines["training"], 100 * np.array(history.train_accuracy), rtol=1e-6)
    np.testing.assert_allclose(lines["validation"], 100 * np.array(history.validation_accuracy), rtol=1e-6)
    assert f"{100 * history.validation_accuracy[-1]:.1f} % after 4 of 4 epochs" in panel.alt


def test_the_curves_of_a_run_that_was_stopped():
    def stop(progress):
        if progress.epoch == 2:
            raise KeyboardInterrupt

    history = train(tiny_model(), tiny_data(), epochs=5, batch_size=8, callbacks=[stop])
    assert history.stopped
    done = len(history.validation_accuracy)
    assert f"after {done} of 5 epochs" in training_panel(history).alt
    assert "no epoch finished" in training_panel(History()).alt


@pytest.mark.parametrize("wrong", [None, [0.1, 0.2], {"train_loss": []}])
def test_curves_of_something_else_are_refused(wrong):
    with pytest.raises(TypeError, match="history must be what train"):
        training_panel(wrong)
