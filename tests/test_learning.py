"""Data, network and training loop: what they promise, and what they refuse in words."""

import copy
import dataclasses
import math
import re
from functools import partial
from importlib import resources
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn

from psn_viz.learning import (
    Dataset,
    History,
    Progress,
    SpikingClassifier,
    Split,
    accuracy,
    load_dataset,
    train,
)
from psn_viz.learning.history import Reporter
from psn_viz.learning.training import lambda_at
from psn_viz.neurons import IF, LIF, PSN, MaskedPSN, SlidingPSN

T, FEATURES, CLASSES = 6, 5, 3
FAMILY = {
    "IF": IF,
    "LIF": partial(LIF, tau=1.5),
    "LIF soft": partial(LIF, reset="soft", detach_reset=True),
    "LIF none": partial(LIF, reset="none"),
    "PSN": partial(PSN, T=T),
    "MaskedPSN": partial(MaskedPSN, T=T, k=2),
    "SlidingPSN": partial(SlidingPSN, k=3),
}


def split(n=32, seed=0, steps=T, features=FEATURES):
    generator = torch.Generator().manual_seed(seed)
    x = torch.rand(steps, n, features, generator=generator)
    return Split(x, torch.arange(n) % CLASSES)


def small(**changes):
    parts = {"train": split(), "validation": split(9, 1), "test": split(9, 2), **changes}
    return Dataset("small", class_names=("a", "b", "c"), **parts)


def net(neuron=FAMILY["PSN"], seed=0, hidden=(8, 8), **changes):
    torch.manual_seed(seed)
    return SpikingClassifier(FEATURES, CLASSES, neuron=neuron, hidden=hidden, **changes)


def weights(model):
    return [tensor.clone() for tensor in (*model.parameters(), *model.buffers())]


def same(left, right):
    return all(torch.equal(a, b) for a, b in zip(left, right, strict=True))


# Data -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fashion():
    return load_dataset("fashion-mnist-rows")


def test_fashion_rows_have_the_promised_shape(fashion):
    assert (fashion.T, fashion.features, fashion.classes) == (28, 28, 10)
    assert [len(part) for part in (fashion.train, fashion.validation, fashion.test)] == [3600, 400, 1000]
    for part in (fashion.train, fashion.validation, fashion.test):
        assert part.x.dtype == torch.float32 and part.y.dtype == torch.int64
        assert part.x.shape == (28, len(part), 28)
        assert part.x.min() == 0 and part.x.max() == 1
    assert "MIT" in fashion.licence and "1708.07747" in fashion.source


def test_fashion_splits_are_disjoint_and_stratified(fashion):
    seen = [
        {image.numpy().tobytes() for image in part.x.transpose(0, 1).contiguous()}
        for part in (fashion.train, fashion.validation, fashion.test)
    ]
    assert [len(images) for images in seen] == [3600, 400, 1000]
    assert not (seen[0] & seen[1] or seen[0] & seen[2] or seen[1] & seen[2])
    counts = [part.y.bincount().tolist() for part in (fashion.train, fashion.validation, fashion.test)]
    assert counts == [[360] * 10, [40] * 10, [100] * 10]


def test_fashion_image_i_is_read_from_top_to_bottom(fashion):
    file = resources.files("psn_viz.learning") / "data" / "fashion_mnist_4000_1000.npz"
    with np.load(str(file), allow_pickle=False) as raw:
        images, labels = raw["x_test"], raw["y_test"]
    assert np.array_equal((fashion.test.x[:, 7] * 255).round().numpy().astype(np.uint8), images[7])
    assert np.array_equal(fashion.test.y.numpy(), labels)
    # Ankle boots: the first image of the file, dark above, the sole below.
    boot = fashion.train.x[:, 0]
    assert fashion.class_names[int(fashion.train.y[0])] == "Ankle boot"
    assert boot[:3].sum() < boot[-8:].sum()


def test_a_callers_edits_stay_with_the_caller(fashion):
    parts = ("train", "validation", "test")
    kept = [getattr(fashion, part).x.clone() for part in parts], [getattr(fashion, part).y.clone() for part in parts]
    mine = load_dataset("fashion-mnist-rows")
    for part in parts:
        getattr(mine, part).x.fill_(7)
        getattr(mine, part).y.zero_()
    for data in (fashion, load_dataset("fashion-mnist-rows")):
        assert same([getattr(data, part).x for part in parts], kept[0])
        assert same([getattr(data, part).y for part in parts], kept[1])


def test_data_are_frozen_and_print_briefly(fashion):
    with pytest.raises(dataclasses.FrozenInstanceError):
        fashion.train.x = None
    with pytest.raises(dataclasses.FrozenInstanceError):
        fashion.test = fashion.train
    assert "3600 train" in repr(fashion) and len(repr(fashion)) < 200
    assert repr(fashion.test) == "Split(x=[28, 1000, 28] torch.float32, y=[1000])"


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: load_dataset("mnist"), ValueError, "name must be one of 'fashion-mnist-rows', "),
        (lambda: load_dataset(3), TypeError, "name must be a string"),
        (lambda: Split([1.0], torch.zeros(1)), TypeError, "x must be a torch tensor, got list"),
        (lambda: Split(torch.zeros(2, 3, 4).int(), torch.zeros(3)), TypeError, "x.float()"),
        (lambda: Split(torch.zeros(3, 4), torch.zeros(3).long()), ValueError, "x must be [T, n, features]"),
        (lambda: Split(torch.zeros(2, 0, 4), torch.zeros(0).long()), ValueError, "without an empty side"),
        (lambda: Split(torch.zeros(2, 3, 4), torch.zeros(3)), TypeError, "y.long()"),
        (lambda: Split(torch.zeros(2, 3, 4), torch.zeros(2).long()), ValueError, "each of the 3 samples"),
        (lambda: small(test=split(steps=5)), ValueError, "test has T = 5 steps"),
        (lambda: small(validation=split(features=4)), ValueError, "validation has T = 6 steps of 4 features"),
        (lambda: small(train=torch.zeros(2)), TypeError, "train must be a Split"),
        (
            lambda: small(test=Split(torch.zeros(T, 1, FEATURES), torch.tensor([3]))),
            ValueError,
            "test.y holds labels 3 to 3; with 3 class_names they must lie in 0 to 2",
        ),
    ],
)
def test_bad_data_are_refused(make, error, words):
    with pytest.raises(error, match=re.escape(words)):
        make()


# Network --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("neuron", FAMILY.values(), ids=FAMILY)
@pytest.mark.parametrize("readout", ["last", "mean"])
def test_every_neuron_trains_a_step_with_a_gradient_everywhere(neuron, readout):
    model = net(neuron, readout=readout, hidden=(16, 16))
    before = weights(model)
    history = train(model, small(), epochs=1, batch_size=32)
    assert len(history.losses) == 1
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None and parameter.grad.abs().sum() > 0, name
        assert torch.isfinite(parameter).all()
    assert not same(before, weights(model))


def test_forward_is_the_layers_written_out():
    model = net(readout="mean", hidden=(4,)).eval()
    x = split(3).x
    layer = model.layers[0]
    layer.norm.running_mean.uniform_(-1, 1)
    layer.norm.running_var.uniform_(0.1, 2)
    layer.neuron.threshold.data.fill_(0.05)
    charge = (x @ layer.linear.weight.T - layer.norm.running_mean) / (layer.norm.running_var + 1e-5).sqrt()
    spikes = layer.neuron(charge)
    assert 0 < spikes.mean() < 1
    logits = spikes @ model.head.weight.T + model.head.bias
    assert torch.allclose(model(x), logits.mean(0), atol=1e-6)
    model.readout = "last"
    assert torch.allclose(model(x), logits[-1], atol=1e-6)


def test_batch_norm_takes_time_and_batch_together():
    model, seen = net(hidden=(4,)), []
    model.layers[0].norm.register_forward_hook(lambda module, inputs, output: seen.append(output))
    model(split(32).x)
    assert seen[0].shape == (T * 32, 4)
    assert torch.allclose(seen[0].mean(0), torch.zeros(4), atol=1e-5)
    assert torch.allclose(seen[0].var(0, unbiased=False), torch.ones(4), atol=1e-2)


def test_activity_shows_the_spikes_and_changes_nothing():
    model, x = net(hidden=(7, 4)), split().x
    model.train()
    model.layers[1].eval()
    before = weights(model)
    spikes = model.activity(x)
    assert [list(layer.shape) for layer in spikes] == [[T, 32, 7], [T, 32, 4]]
    assert all(set(layer.unique().tolist()) <= {0.0, 1.0} and not layer.requires_grad for layer in spikes)
    assert same(before, weights(model))
    assert model.training and not model.layers[1].training
    assert model.firing_rate(x) == [layer.mean().item() for layer in spikes]
    # … and what it shows is what the logits are made of.
    model.eval()
    assert torch.allclose(model(x), model.head(spikes[-1][-1]))


def test_parameter_count_is_the_sum_over_the_layers():
    assert net(FAMILY["PSN"], hidden=(8,)).parameter_count == FEATURES * 8 + 2 * 8 + T * T + T + 8 * CLASSES + CLASSES
    assert (
        net(FAMILY["SlidingPSN"], hidden=(8,)).parameter_count == FEATURES * 8 + 2 * 8 + 3 + 1 + 8 * CLASSES + CLASSES
    )


ONE = PSN(T=T)
FRESH = "neuron=lambda: PSN(T=28)"


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"features": 0}, ValueError, "features must be"),
        ({"features": 2.0}, TypeError, "features must be"),
        ({"classes": -1}, ValueError, "classes must be"),
        ({"classes": True}, TypeError, "classes must be"),
        ({"hidden": ()}, ValueError, "hidden must name at least one layer"),
        ({"hidden": 64}, TypeError, "hidden must be a sequence of widths such as (64, 64), got 64"),
        ({"hidden": (8, 0)}, ValueError, "each width in hidden must be"),
        ({"hidden": (8, "8")}, TypeError, "each width in hidden must be"),
        ({"readout": "first"}, ValueError, "readout must be one of 'last', 'mean', got 'first'"),
        ({"readout": None}, TypeError, "readout must be one of"),
        ({"neuron": ONE}, TypeError, f"got one finished PSN: write {FRESH}"),
        ({"neuron": PSN}, TypeError, f"PSN is not (missing a required argument: 'T'): write {FRESH}"),
        ({"neuron": lambda T: PSN(T)}, TypeError, FRESH),
        ({"neuron": "PSN"}, TypeError, f"got 'PSN': write {FRESH}"),
        ({"neuron": lambda: 3}, TypeError, "gave int"),
        ({"neuron": lambda: ONE}, TypeError, "gave the same one"),
    ],
)
def test_bad_network_arguments_are_refused(arguments, error, words):
    with pytest.raises(error, match=re.escape(words)):
        SpikingClassifier(**{"features": 5, "classes": 3, "neuron": FAMILY["PSN"], **arguments})


def test_errors_inside_the_callable_are_not_hidden():
    with pytest.raises(ValueError, match="T must be"):
        net(lambda: PSN(T=0))


@pytest.mark.parametrize(
    ("x", "error", "words"),
    [
        (torch.zeros(T, 2, FEATURES + 1), ValueError, "features = 5, got [6, 2, 6]"),
        (torch.zeros(T, FEATURES), ValueError, "x[:, None]"),
        (torch.zeros(T, 2, FEATURES, dtype=torch.int64), TypeError, "floating dtype, got torch.int64"),
        ([1.0], TypeError, "got list"),
    ],
)
def test_bad_input_to_the_network_is_refused(x, error, words):
    for call in (net(), net().activity):
        with pytest.raises(error, match=re.escape(words)):
            call(x)


# Training -------------------------------------------------------------------------------------------------


def test_a_tiny_model_overfits_32_samples():
    generator = torch.Generator().manual_seed(3)
    data = small(train=Split(split().x, torch.randint(CLASSES, (32,), generator=generator)))
    model = net(hidden=(32, 32))
    history = train(model, data, epochs=80, batch_size=16)
    assert accuracy(model, data.train) == 1
    assert history.losses[-1] < 0.2 < history.losses[0]
    assert accuracy(model, data.test) < 0.9  # labels at random: there is nothing to generalise


@pytest.mark.parametrize("optimizer", ["adamw", "sgd"])
def test_both_optimizers_learn(optimizer):
    history = train(net(), small(), epochs=30, batch_size=16, optimizer=optimizer)
    assert history.train_loss[-1] < 0.8 * history.train_loss[0]


def test_history_holds_the_whole_run():
    data = small()
    model = net()
    history = train(model, data, epochs=3, batch_size=10, label_smoothing=0.1, optimizer="sgd")
    assert isinstance(history, History) and not history.stopped and history.seconds > 0
    assert len(history.losses) == 3 * 4  # 32 samples as 4 equal batches of 8, not 10, 10, 10, 2
    assert [len(per_epoch) for per_epoch in (history.train_loss, history.train_accuracy)] == [3, 3]
    assert history.train_loss == pytest.approx(np.reshape(history.losses, (3, 4)).mean(1))
    assert history.validation_accuracy[-1] == accuracy(model, data.validation)
    assert history.settings == {
        "data": "small",
        "epochs": 3,
        "batch_size": 10,
        "learning_rate": 0.1,
        "optimizer": "sgd",
        "seed": 0,
        "device": "cuda" if torch.cuda.is_available() else "cpu",
        "label_smoothing": 0.1,
        "lambda_schedule": "paper",
        "mixed_precision": False,
        "snapshots": 0,
    }
    assert "3 of 3 epochs, 12 steps" in repr(history)
    assert not model.training


def test_label_smoothing_reaches_the_loss():
    model = net()
    plain, smooth = (
        train(copy.deepcopy(model), small(), epochs=1, batch_size=32, label_smoothing=s).losses[0] for s in (0.0, 0.5)
    )
    with torch.no_grad():
        model.train()
        logp = model(split().x).log_softmax(-1)
    true = -logp[torch.arange(32), split().y].mean().item()
    assert plain == pytest.approx(true, rel=1e-5)
    assert smooth == pytest.approx(0.5 * true - 0.5 * logp.mean().item(), rel=1e-5)


def test_learning_rate_follows_a_cosine_to_zero(monkeypatch):
    rates = []
    original = torch.optim.SGD.step

    def step(self, *arguments, **keywords):
        rates.append(self.param_groups[0]["lr"])
        return original(self, *arguments, **keywords)

    monkeypatch.setattr(torch.optim.SGD, "step", step)
    train(net(), small(), epochs=2, batch_size=8, optimizer="sgd", learning_rate=0.3)
    assert rates == pytest.approx([0.15 * (1 + math.cos(math.pi * step / 8)) for step in range(8)])


def test_same_seed_same_bits_other_seed_other_weights():
    class Dropping(nn.Module):
        """A network with randomness of its own."""

        def __init__(self):
            super().__init__()
            self.drop, self.inner = nn.Dropout(0.3), net()

        def forward(self, x):
            return self.inner(self.drop(x))

    ends = []
    for seed, noise in ((5, 0), (5, 1), (6, 0)):
        model = Dropping()
        torch.manual_seed(noise)  # what the caller drew before must not matter
        history = train(model, small(), epochs=3, batch_size=8, seed=seed)
        ends.append((weights(model), history.losses))
    assert same(ends[0][0], ends[1][0]) and ends[0][1] == ends[1][1]
    assert not same(ends[0][0], ends[2][0])


@pytest.mark.parametrize(("threads", "inside"), [(4, 2), (2, 2), (1, 1)])
def test_training_leaves_a_core_free_and_the_setting_as_it_was(monkeypatch, threads, inside):
    monkeypatch.setattr("os.sched_getaffinity", lambda pid: {0, 1, 2}, raising=False)
    seen, before = [], torch.get_num_threads()
    try:
        torch.set_num_threads(threads)
        train(net(), small(), epochs=1, callbacks=[lambda progress: seen.append(torch.get_num_threads())])
        assert seen == [inside] and torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)


def test_order_of_samples_depends_on_the_seed():
    first = [train(net(), small(), epochs=1, batch_size=4, seed=seed).losses for seed in (0, 0, 1)]
    assert first[0] == first[1] != first[2]


def test_a_models_own_randomness_does_not_change_the_order_of_samples():
    class Watched(nn.Module):
        """Notes the first value of each sample it is trained on; draws random numbers if told to."""

        def __init__(self, draws):
            super().__init__()
            self.inner, self.draws, self.seen = net(), draws, []

        def forward(self, x):
            if self.training:
                self.seen += x[0, :, 0].tolist()
                torch.rand(self.draws)
            return self.inner(x)

    quiet, noisy = Watched(0), Watched(3)
    for model in (quiet, noisy):
        train(model, small(), epochs=3, batch_size=8)
    assert quiet.seen == noisy.seen and quiet.seen[:32] != quiet.seen[32:64]
    assert sorted(quiet.seen[:32]) == sorted(quiet.seen[32:64]) == sorted(split().x[0, :, 0].tolist())


def test_a_model_in_eval_mode_is_trained_in_train_mode():
    model = net().eval()
    before = model.layers[0].norm.running_mean.clone()
    train(model, small(), epochs=1)
    assert not torch.equal(model.layers[0].norm.running_mean, before)
    assert not model.training


def test_the_global_random_state_is_left_alone():
    model = net()
    torch.manual_seed(11)
    before = torch.get_rng_state()
    train(model, small(), epochs=1)
    assert torch.equal(torch.get_rng_state(), before)
    with pytest.raises(ValueError):
        train(model, small(), epochs=0)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("epochs", [1, 2, 3, 7, 12, 64, 256])
def test_lambda_schedules(epochs):
    paper = [lambda_at("paper", e, epochs) for e in range(epochs)]
    linear = [lambda_at("linear", e, epochs) for e in range(epochs)]
    half = [lambda_at("half", e, epochs) for e in range(epochs)]
    assert paper[-1] == linear[-1] == half[-1] == 1.0
    assert [lambda_at("closed", e, epochs) for e in range(epochs)] == [1.0] * epochs
    if epochs > 1:
        assert paper == pytest.approx([min(8 * e / (epochs - 1), 1) for e in range(epochs)])
        assert linear == pytest.approx([e / (epochs - 1) for e in range(epochs)])
        assert half == pytest.approx([min(2 * e / (epochs - 1), 1) for e in range(epochs)])
        assert paper[0] == linear[0] == half[0] == 0


@pytest.mark.parametrize("schedule", ["paper", "linear"])
def test_lambda_of_every_masked_neuron_follows_the_schedule(schedule):
    model, seen = net(FAMILY["MaskedPSN"]), []
    neurons = [layer.neuron for layer in model.layers]
    history = train(
        model,
        small(),
        epochs=12,
        batch_size=32,
        lambda_schedule=schedule,
        callbacks=[lambda progress: seen.append([neuron.lambda_ for neuron in neurons])],
    )
    factor = 8 if schedule == "paper" else 1
    expected = [min(factor * e / 11, 1) for e in range(12)]
    assert history.lambda_ == pytest.approx(expected)
    assert [values[0] for values in seen] == history.lambda_ and all(a == b for a, b in seen)
    assert [neuron.lambda_ for neuron in neurons] == [1.0, 1.0]
    assert train(net(), small(), epochs=2).lambda_ == []


def test_callbacks_see_every_epoch_end_and_never_go_back():
    seen, also = [], []
    history = train(net(), small(), epochs=4, batch_size=4, callbacks=(seen.append, also.append))
    assert seen == also and all(isinstance(progress, Progress) for progress in seen)
    steps = [progress.step for progress in seen]
    assert steps == sorted(set(steps)) and {(p.epochs, p.steps) for p in seen} == {(4, 32)}
    ends = [progress for progress in seen if progress.validation_accuracy is not None]
    assert [progress.epoch for progress in ends] == [1, 2, 3, 4]
    assert [progress.step for progress in ends] == [8, 16, 24, 32]
    assert [progress.loss for progress in ends] == history.train_loss
    assert [progress.train_accuracy for progress in ends] == history.train_accuracy
    assert [progress.validation_accuracy for progress in ends] == history.validation_accuracy
    assert seen[-1] is ends[-1] and seen[-1].seconds_left == 0
    seconds = [progress.seconds for progress in seen]
    assert seconds == sorted(seconds) and seconds[-1] <= history.seconds
    with pytest.raises(dataclasses.FrozenInstanceError):
        seen[0].loss = 0.0


def test_between_epoch_ends_reports_are_throttled_by_time(monkeypatch):
    clock, seen = [0.0], []
    monkeypatch.setattr("time.perf_counter", lambda: clock[0])
    reporter = Reporter((seen.append,), epochs=1, steps=100)
    for step in range(1, 101):
        clock[0] += 0.03
        reporter.report(1, step, 1.0, 0.5)
    assert 20 <= len(seen) <= 30
    assert all(b.seconds - a.seconds >= 0.1 for a, b in pairwise(seen))
    assert seen[-1].seconds_left == pytest.approx(0.03 * (100 - seen[-1].step))
    count = len(seen)
    reporter.report(1, 100, 1.0, 0.5, validation_accuracy=0.5)
    assert len(seen) == count + 1


@pytest.mark.parametrize("at_epoch", [1, 3])
def test_stopping_leaves_a_usable_model(at_epoch):
    def stop(progress):
        if progress.epoch == at_epoch and progress.validation_accuracy is not None:
            raise KeyboardInterrupt

    model, untouched = net(FAMILY["MaskedPSN"]), weights(net(FAMILY["MaskedPSN"]))
    history = train(model, small(), epochs=9, batch_size=8, callbacks=[stop])
    assert history.stopped and "stopped" in repr(history)
    assert len(history.validation_accuracy) == at_epoch and len(history.losses) == 4 * at_epoch
    assert not any(module.training for module in model.modules())
    assert not same(untouched, weights(model))
    assert history.validation_accuracy[-1] == accuracy(model, small().validation)
    assert [layer.neuron.lambda_ for layer in model.layers] == [history.lambda_[-1]] * 2


def test_an_error_in_a_callback_comes_through_and_leaves_a_usable_model():
    model = net()

    def broken(progress):
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        train(model, small(), epochs=1, callbacks=[broken])
    assert not model.training
    assert 0 <= accuracy(model, small().test) <= 1


# Refusals -------------------------------------------------------------------------------------------------


def spoiled(value, n=32):
    part = split(n)
    part.x[4, 2, 1] = part.x[5, 0, 0] = value
    return part


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("part", ["train", "validation", "test"])
def test_data_that_are_not_finite_are_refused_before_training(part, value):
    model = net()
    before = weights(model)
    words = rf"data\.{part}\.x must be finite, got {value} at time-step 4, sample 2, feature 1 \(2 such values"
    with pytest.raises(ValueError, match=words):
        train(model, small(**{part: spoiled(value)}))
    assert same(before, weights(model)) and model.training


class Poisoned(nn.Module):
    """From forward number `start` of training on, something turns into NaN."""

    def __init__(self, start, where):
        super().__init__()
        self.inner, self.start, self.where, self.calls = net(), start, where, 0

    def forward(self, x):
        if self.training:
            self.calls += 1
            self.states = [*getattr(self, "states", []), weights(self)]
            if self.calls >= self.start:
                if self.where == "input":
                    return self.inner(x) * math.nan
                logits = self.inner(x)
                logits.register_hook(lambda gradient: gradient * math.nan)
                return logits
        return self.inner(x)


@pytest.mark.parametrize(("where", "what"), [("input", "the loss became nan"), ("gradient", "a gradient became NaN")])
def test_divergence_names_the_step_and_puts_the_last_good_weights_back(where, what):
    model = Poisoned(7, where)
    with pytest.raises(FloatingPointError) as caught:
        train(model, small(), epochs=3, batch_size=8, learning_rate=0.05)
    message = str(caught.value)
    assert message.startswith(what) and "epoch 2 of 3, step 7 of 12" in message
    assert "learning rate, 0.05 at the start; try learning_rate=0.005" in message
    assert "the weights from before step 6, the last with a finite loss" in message
    assert same(weights(model), model.states[5]) and not same(model.states[5], model.states[6])
    assert not model.training and torch.isfinite(model(split().x)).all()


def test_divergence_at_the_first_step_blames_the_input():
    model = Poisoned(1, "input")
    with pytest.raises(FloatingPointError, match=r"epoch 1 .*step 1 .*input .*weights it started with"):
        train(model, small(), epochs=1)
    assert same(weights(model), model.states[0])


def test_a_weight_broken_by_the_last_update_of_an_epoch_is_found(monkeypatch):
    original = torch.optim.AdamW.step

    def step(self, *arguments, **keywords):
        result = original(self, *arguments, **keywords)
        self.param_groups[0]["params"][0].data[0] = math.nan
        return result

    monkeypatch.setattr(torch.optim.AdamW, "step", step)
    model = net()
    with pytest.raises(FloatingPointError, match="a weight became NaN or infinite in epoch 1"):
        train(model, small(), epochs=1, batch_size=32)
    assert all(torch.isfinite(tensor).all() for tensor in weights(model))


def test_a_learning_rate_beyond_all_measure_ends_in_words():
    # Without BatchNorm, which would hide it: weights of 1e25 twice in a row overflow.
    model = nn.Sequential(nn.Linear(FEATURES, 4), nn.Linear(4, CLASSES), MeanOverTime())
    with pytest.raises(FloatingPointError, match=r"step 2 of 20\. Likely cause: the learning rate, 1e\+25"):
        train(model, small(), epochs=5, batch_size=8, learning_rate=1e25)
    assert all(torch.isfinite(tensor).all() for tensor in weights(model))


class MeanOverTime(nn.Module):
    def forward(self, x):
        return x.mean(0)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"model": PSN}, TypeError, "model must be an nn.Module"),
        ({"data": split()}, TypeError, "data must be a Dataset"),
        ({"epochs": 0}, ValueError, "epochs must be"),
        ({"epochs": 1.5}, TypeError, "epochs must be"),
        ({"batch_size": 0}, ValueError, "batch_size must be"),
        ({"batch_size": "8"}, TypeError, "batch_size must be"),
        ({"learning_rate": 0}, ValueError, "learning_rate must be a number > 0 and < 1e+30, got 0"),
        ({"learning_rate": math.nan}, ValueError, "learning_rate must be"),
        ({"learning_rate": 1e38}, ValueError, "learning_rate must be"),
        ({"learning_rate": "fast"}, TypeError, "learning_rate must be a number > 0 and < 1e+30, got 'fast'"),
        ({"optimizer": "adam"}, ValueError, "optimizer must be one of 'adamw', 'sgd', got 'adam'"),
        ({"seed": -1}, ValueError, "seed must be"),
        ({"seed": None}, TypeError, "seed must be"),
        ({"label_smoothing": 1}, ValueError, "label_smoothing must be a number ≥ 0 and < 1, got 1"),
        ({"label_smoothing": -0.1}, ValueError, "label_smoothing must be"),
        (
            {"lambda_schedule": "cosine"},
            ValueError,
            "lambda_schedule must be one of 'paper', 'half', 'linear', 'closed'",
        ),
        ({"callbacks": print}, TypeError, "callbacks must be a list or tuple of functions such as (show,)"),
        ({"callbacks": [print, 3]}, TypeError, "callbacks must be"),
        ({"device": "gpu"}, ValueError, "device must be None, 'cpu', 'cuda' or 'mps', got 'gpu'"),
        ({"device": 0}, TypeError, "device must be"),
        ({"device": "cuda:99"}, ValueError, "device 'cuda:99' is not there on this machine; usable: 'cpu'"),
        ({"device": "meta"}, ValueError, "device 'meta' is not there"),
        ({"model": nn.Flatten()}, ValueError, "no parameter to train"),
        (
            {"model": nn.Linear(FEATURES, 3)},
            ValueError,
            "model must give logits [n, classes] = [2, 3], gives [6, 2, 3]",
        ),
        ({"model": nn.Linear(4, 3)}, ValueError, "model must read x [T=6, n, features=5] of data 'small'"),
        ({"model": SpikingClassifier(4, 3, neuron=LIF)}, ValueError, "make the model with features=5"),
        ({"model": SpikingClassifier(5, 4, neuron=LIF)}, ValueError, "model has classes = 4, data 'small' has 3"),
        (
            {"model": SpikingClassifier(5, 3, neuron=lambda: PSN(T=16))},
            ValueError,
            "a PSN with T = 16 (layers.0.neuron), data 'small' has T = 6 time-steps: make it with T=6",
        ),
        (
            {"model": SpikingClassifier(5, 3, neuron=lambda: MaskedPSN(T=7, k=2))},
            ValueError,
            "a MaskedPSN with T = 7",
        ),
    ],
)
def test_bad_training_arguments_are_refused_before_anything_changes(arguments, error, words):
    arguments = {"model": net(FAMILY["MaskedPSN"]), "data": small(), **arguments}
    model = arguments["model"]
    before = weights(model) if isinstance(model, nn.Module) else []
    with pytest.raises(error, match=re.escape(words)):
        train(arguments.pop("model"), arguments.pop("data"), **arguments)
    if isinstance(model, nn.Module):
        assert same(before, weights(model)) and model.training
        assert all(
            module.lambda_ == 0 for module in model.modules() if isinstance(module, MaskedPSN) and module.T == T
        )


def test_a_model_that_holds_nan_is_refused():
    model = net()
    model.layers[0].linear.weight.data[0, 0] = math.nan
    with pytest.raises(ValueError, match=r"finite weights, layers\.0\.linear\.weight holds NaN"):
        train(model, small())


# Accuracy -------------------------------------------------------------------------------------------------


def test_accuracy_counts_and_leaves_the_model_as_it_was():
    model = net()
    model.train()
    model.layers[0].norm.eval()  # frozen by the caller
    before = weights(model)
    part = split(10)
    with torch.no_grad():
        model.eval()
        right = (model(part.x).argmax(-1) == part.y).float().mean().item()
        model.train()
        model.layers[0].norm.eval()
    for batch_size in (1, 3, 1000):
        assert accuracy(model, part, batch_size) == pytest.approx(right)
    assert model.training and model.layers[1].norm.training and not model.layers[0].norm.training
    assert same(before, weights(model))


def test_accuracy_restores_the_mode_after_an_error_and_refuses_bad_input():
    model = net()
    with pytest.raises(ValueError, match="features = 5"):
        accuracy(model, split(features=4))
    assert model.training
    with pytest.raises(ValueError, match=r"split\.x must be finite, got nan at time-step 4, sample 2"):
        accuracy(model, spoiled(math.nan))
    with pytest.raises(TypeError, match=r"split must be a Split such as data\.test, got Dataset"):
        accuracy(model, small())
    with pytest.raises(ValueError, match="batch_size"):
        accuracy(model, split(), 0)
    with pytest.raises(TypeError, match=r"model must be an nn\.Module"):
        accuracy(None, split())


def test_other_dtypes_train_too():
    model = net().double()
    train(model, small(), epochs=1)
    assert model.head.weight.dtype == torch.float64
    assert 0 <= accuracy(model, split()) <= 1


# The claim ------------------------------------------------------------------------------------------------


def test_the_default_run_learns_real_data(fashion):
    torch.manual_seed(0)
    model = SpikingClassifier(28, 10, neuron=lambda: PSN(T=28))
    history = train(model, fashion)
    assert history.validation_accuracy[-1] >= 0.75
