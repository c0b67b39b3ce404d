"""Varying lengths, snapshots, resuming, saved models, recipes: what they promise, and what they refuse in words."""

import json
import os
import re
import shutil
from dataclasses import replace
from functools import partial

import pytest
import torch
from torch import nn

import psn_viz
from psn_viz.cli import train_command as command_module
from psn_viz.cli.main import main
from psn_viz.learning import (
    Dataset,
    SequentialCIFARClassifier,
    SpikingClassifier,
    Split,
    StaticClassifier,
    accuracy,
    load_dataset,
    load_model,
    rate_search,
    save_model,
    shipped_models,
    train,
)
from psn_viz.learning import model_files as saved_module
from psn_viz.learning import recipe_training as training_module
from psn_viz.learning.recipe_training import train_recipe
from psn_viz.learning.recipes import RECIPES
from psn_viz.neurons import IF, LIF, PSN, ATan, MaskedPSN, SlidingPSN
from tests import extent

T, N, FEATURES, CLASSES = 7, 12, 5, 3
LENGTH = torch.tensor([7, 1, 3, 5, 2, 7, 4, 6, 1, 2, 5, 3])
NEURONS = {
    "LIF": LIF,
    "PSN": partial(PSN, T=T),
    "MaskedPSN": partial(MaskedPSN, T=T, k=3, lambda_=1.0),
    "SlidingPSN": partial(SlidingPSN, k=3),
}
each_neuron = pytest.mark.parametrize("neuron", NEURONS.values(), ids=NEURONS)
each_readout = pytest.mark.parametrize("readout", ["last", "mean"])


def sequences(seed=0, n=N, steps=T):
    return torch.rand(steps, n, FEATURES, generator=torch.Generator().manual_seed(seed)) * 4 - 1


def padding(steps=T):
    return torch.arange(steps)[:, None] >= LENGTH


def net(neuron=NEURONS["PSN"], seed=0, hidden=(16, 16), **changes):
    """A network whose neurons fire, also at steps where nothing comes in."""
    torch.manual_seed(seed)
    model = SpikingClassifier(FEATURES, CLASSES, neuron=neuron, hidden=hidden, **changes)
    for layer in model.layers:
        if hasattr(layer.neuron, "threshold"):
            layer.neuron.threshold.data.uniform_(-0.3, 0.3)
            layer.neuron.weight.data *= 2
        layer.norm.bias.data.uniform_(-1, 1)
        layer.norm.running_mean.uniform_(-1, 1)
    return model


def part(seed=0, n=N, length=None):
    x = sequences(seed, n)
    if length is not None:
        x[torch.arange(T)[:, None] >= length] = 0
    return Split(x, torch.arange(n) % CLASSES, length)


def small(varying=False, name="small"):
    lengths = [LENGTH] * 3 if varying else [None] * 3
    parts = {
        key: part(seed, length=length)
        for seed, (key, length) in enumerate(zip(("train", "validation", "test"), lengths, strict=True))
    }
    return Dataset(name, class_names=("a", "b", "c"), **parts)


def state(model):
    return {name: values.clone() for name, values in model.state_dict().items()}


def same(left, right):
    return left.keys() == right.keys() and all(torch.equal(left[name], right[name]) for name in left)


# Varying lengths ------------------------------------------------------------------------------------------


@each_neuron
@each_readout
@pytest.mark.parametrize("training", [False, True], ids=["eval", "train"])
def test_what_stands_in_the_padding_changes_nothing(neuron, readout, training):
    results = []
    for filling in (0.0, 1e6, float("nan"), "random"):
        model = net(neuron, readout=readout).train(training)
        x = sequences()
        x[padding()] = 50 * torch.randn(int(padding().sum()), FEATURES) if filling == "random" else filling
        logits = model(x, LENGTH)
        logits.square().sum().backward()
        gradients = {name: parameter.grad for name, parameter in model.named_parameters()}
        results.append(
            {"logits": logits.detach(), **state(model), **{f"∂{name}": g for name, g in gradients.items()}}
        )
    assert all(same(results[0], other) for other in results[1:])
    assert len(results[0]["logits"].unique(dim=0)) > 3
    # … and it would without the lengths: the neurons do fire at the end.
    x = sequences()
    zeros, ones = (net(neuron, readout=readout).eval()(x.masked_fill(padding()[..., None], v)) for v in (0, 1e3))
    assert not torch.allclose(zeros, ones)


@each_neuron
def test_neurons_get_zero_from_the_end_on(neuron):
    model, seen = net(neuron), []
    for layer in model.layers:
        layer.neuron.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0]))
    model(sequences(), LENGTH)
    assert len(seen) == 2
    for x in seen:
        assert (x[padding()] == 0).all() and (x[~padding()] != 0).all()


def longer(model, steps):
    """The same network for `steps` time-steps."""
    for layer in model.layers:
        if isinstance(old := layer.neuron, MaskedPSN):
            layer.neuron = MaskedPSN(steps, old.k, 1.0)
            layer.neuron.weight.data[:T, :T] = old.weight.data
            layer.neuron.threshold.data[:T] = old.threshold.data
    return model


@pytest.mark.parametrize("kind", ["LIF", "MaskedPSN", "SlidingPSN"])
@each_readout
def test_more_padding_changes_nothing_for_a_causal_neuron(kind, readout):
    x = torch.cat((sequences(), torch.full((6, N, FEATURES), 9.0)))
    short = net(NEURONS[kind], readout=readout).eval()
    long = longer(net(NEURONS[kind], readout=readout), T + 6).eval()
    assert torch.allclose(short(x[:T], LENGTH), long(x, LENGTH), atol=1e-6)
    for few, many in zip(short.activity(x[:T], LENGTH), long.activity(x, LENGTH), strict=True):
        assert torch.equal(few, many[:T]) and few.any() and not many[T:].any()


@pytest.mark.parametrize("kind", ["LIF", "MaskedPSN", "SlidingPSN"])
@each_readout
def test_in_a_batch_each_sample_is_as_if_it_were_alone(kind, readout):
    x = sequences()
    model = net(NEURONS[kind], readout=readout).double().eval()
    together = model(x.double(), LENGTH)
    for sample, length in enumerate(LENGTH.tolist()):
        alone = net(NEURONS[kind], readout=readout).double().eval()
        if kind == "MaskedPSN":
            for layer in alone.layers:
                old, layer.neuron = layer.neuron, MaskedPSN(length, min(3, length), 1.0).double()
                layer.neuron.weight.data.copy_(old.weight.data[:length, :length])
                layer.neuron.threshold.data.copy_(old.threshold.data[:length])
        assert torch.allclose(alone(x[:length, sample : sample + 1].double())[0], together[sample], atol=1e-12)


@each_neuron
@each_readout
def test_full_length_is_no_length(neuron, readout):
    model, x = net(neuron, readout=readout), sequences()
    full = torch.full((N,), T)
    assert torch.equal(model(x), model(x, full))
    model.eval()
    assert torch.equal(model(x), model(x, full)) and model.firing_rate(x) == model.firing_rate(x, full)


def test_batch_norm_counts_the_steps_before_the_end_only():
    model, x = net(hidden=(4,)), sequences()
    model.layers[0].norm.momentum = 1.0
    model(x, LENGTH)
    charge = (x @ model.layers[0].linear.weight.T)[~padding()]
    assert len(charge) == LENGTH.sum()
    assert torch.allclose(model.layers[0].norm.running_mean, charge.mean(0), atol=1e-6)
    assert torch.allclose(model.layers[0].norm.running_var, charge.var(0), atol=1e-5)


def test_firing_rate_counts_the_steps_before_the_end_only():
    model = net()
    spikes = model.activity(sequences(), LENGTH)
    assert not any(layer[padding()].any() for layer in spikes)
    assert model.firing_rate(sequences(), LENGTH) == pytest.approx([s[~padding()].mean().item() for s in spikes])


@each_readout
def test_training_and_accuracy_use_the_lengths(readout):
    data, model = small(varying=True), net(NEURONS["SlidingPSN"], readout=readout)
    history = train(model, data, epochs=40, batch_size=6, snapshots=3)
    assert accuracy(model, data.train) == 1
    assert history.validation_accuracy[-1] == accuracy(model, data.validation)
    alone = [model(data.test.x[:n, i : i + 1]).argmax().item() for i, n in enumerate(LENGTH.tolist())]
    assert accuracy(model, data.test, batch_size=5) == (torch.tensor(alone) == data.test.y).sum().item() / N
    assert [tuple(spikes.shape) for spikes in history.neurons.spikes] == [(3, T, 16)] * 2


@pytest.mark.parametrize(
    ("length", "error", "words"),
    [
        ([1] * N, TypeError, "length must be a tensor of dtype torch.int64, got list"),
        (torch.ones(N), TypeError, "got torch.float32"),
        (torch.ones(N - 1).long(), ValueError, "one number for each of the 12 samples of x, got [11]"),
        (torch.zeros(N).long(), ValueError, "length must lie in 1 to T = 7, the time-steps of x, got 0 to 0"),
        (torch.full((N,), T + 1), ValueError, "got 8 to 8"),
    ],
)
def test_lengths_that_do_not_fit_are_refused(length, error, words):
    for call in (net(), net().activity):
        with pytest.raises(error, match=re.escape(words)):
            call(sequences(), length)


def test_a_model_that_knows_no_lengths_is_refused_in_words():
    class Plain(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = net()

        def forward(self, x):
            return self.inner(x)

    with pytest.raises(ValueError, match=r"must read x \[T=7, n, features=5\] and length \[n\] of data 'small'"):
        train(Plain(), small(varying=True), epochs=1)
    train(Plain(), small(), epochs=1)


# Networks for images --------------------------------------------------------------------------------------


def images(steps, features, n=12):
    x = torch.rand(steps, n, features, generator=torch.Generator().manual_seed(1))
    parts = {name: Split(x, torch.arange(n) % CLASSES) for name in ("train", "validation", "test")}
    return Dataset("images", class_names=("a", "b", "c"), **parts)


def cifar_net(neuron=lambda: PSN(T=32), width=4):
    torch.manual_seed(0)
    return lively(SequentialCIFARClassifier(CLASSES, neuron, width))


def static_net(neuron=lambda: PSN(T=4), **changes):
    torch.manual_seed(0)
    return lively(StaticClassifier(8, 12, CLASSES, neuron, **changes))


def lively(model):
    """So narrow a network needs low thresholds, or its last layers are silent."""
    for neuron in model.neurons:
        if isinstance(neuron, PSN):
            neuron.threshold.data.fill_(0.05)
    return model


def test_the_network_for_cifar_is_the_papers():
    model = cifar_net(width=128)
    kinds = [type(module).__name__ for module in model.modules() if not list(module.children())]
    assert kinds == [*["Conv1d", "BatchNorm1d", "PSN"] * 6, "AvgPool1d", "Linear", "PSN", "Linear"]
    convolutions = [layer.conv for layer in model.layers]
    assert [(c.in_channels, c.out_channels) for c in convolutions] == [(3, 128), *[(128, 128)] * 5]
    assert {(c.kernel_size, c.padding, c.bias) for c in convolutions} == {((3,), (1,), None)}
    assert (model.linear.in_features, model.linear.out_features, model.head.in_features) == (1024, 256, 256)
    assert model.parameter_count == 3 * 3 * 128 + 5 * 3 * 128**2 + 6 * 256 + 7 * (32**2 + 32) + (1025 * 256) + 257 * 3


def test_the_network_for_cifar_is_its_layers_written_out():
    model, x = cifar_net().eval(), images(32, 96).train.x
    spikes = []
    # A column at a time, channel and row: what stands at x[t, i, 32·channel + row].
    stack = [[torch.stack([x[t, i, 32 * c : 32 * c + 32] for c in range(3)]) for i in range(12)] for t in range(32)]
    y = torch.stack([torch.stack(column) for column in stack])
    for number, layer in enumerate(model.layers):
        y = torch.stack([layer.norm(layer.conv(y[t])) for t in range(32)])
        y = layer.neuron(y)
        spikes.append(y)
        if number in (2, 5):
            y = (y[..., ::2] + y[..., 1::2]) / 2
    y = model.last(model.linear(y.reshape(32, 12, -1)))
    logits = torch.stack([model.head(y[t]) for t in range(32)]).mean(0)
    assert torch.allclose(model(x), logits, atol=1e-5) and 0 < y.mean() < 1
    seen = model.activity(x)
    assert [tuple(layer.shape) for layer in seen] == [(32, 12, 4, 32)] * 3 + [(32, 12, 4, 16)] * 3 + [(32, 12, 8)]
    assert all((a != b).float().mean() < 1e-3 for a, b in zip(seen, [*spikes, y], strict=True))


def test_the_static_network_sees_the_same_image_at_every_step():
    model, x = static_net().eval(), images(8, 12).train.x
    for neuron in model.neurons:
        neuron.weight.data.abs_()
    y = x.permute(1, 0, 2)[:, None]
    y = torch.stack([model.first.norm(model.first.conv(y)) for t in range(4)])
    y = torch.stack([nn.functional.avg_pool2d(step, 2) for step in model.first.neuron(y)])
    y = model.second.neuron(torch.stack([model.second.norm(model.second.conv(step)) for step in y]))
    logits = [model.head(nn.functional.avg_pool2d(step, 2).flatten(1)) for step in y]
    assert torch.allclose(model(x), torch.stack(logits).mean(0), atol=1e-6) and 0 < y.mean() < 1
    assert [tuple(layer.shape) for layer in model.activity(x)] == [(4, 12, 8, 8, 12), (4, 12, 16, 4, 6)]


@pytest.mark.parametrize(
    ("make", "data"),
    [
        (cifar_net, images(32, 96)),
        (partial(cifar_net, partial(LIF, v_threshold=0.1)), images(32, 96)),
        (static_net, images(8, 12)),
    ],
    ids=["cifar", "cifar LIF", "static"],
)
def test_networks_for_images_train_and_can_be_saved(tmp_path, make, data):
    model = make()
    history = train(model, data, epochs=2, batch_size=6, snapshots=3)
    for name, parameter in model.named_parameters():
        assert parameter.grad.abs().sum() > 0, name
    loaded = load_model(save_model(tmp_path / "m", model, history, data=data))
    assert torch.equal(loaded(data.test.x), model(data.test.x))
    assert [spikes.shape[:2] for spikes in loaded.history.neurons.spikes] == [
        (3, getattr(model, "T", 32)) for _ in model.neurons
    ]
    assert loaded.firing_rate(data.test.x) == [layer.mean().item() for layer in model.activity(data.test.x)]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: cifar_net()(torch.zeros(32, 2, 95)), ValueError, "features = 96, got [32, 2, 95]"),
        (lambda: cifar_net(width=0), ValueError, "width must be an integer ≥ 1, got 0"),
        (lambda: cifar_net(PSN(T=32)), TypeError, "neuron must make a fresh neuron for each layer"),
        (lambda: static_net()(torch.zeros(7, 2, 12)), ValueError, "rows = 8, got [7, 2, 12]"),
        (lambda: static_net(T=0), ValueError, "T must be an integer ≥ 1, got 0"),
        (lambda: StaticClassifier(3, 12, 3, LIF), ValueError, "rows must be an integer ≥ 4, got 3"),
        (
            lambda: train(static_net(T=5), images(8, 12)),
            ValueError,
            "the model itself shows it T = 5 time-steps: make it with T=5",
        ),
        (lambda: train(static_net(partial(PSN, T=9)), images(8, 12)), ValueError, "a PSN with T = 9"),
    ],
)
def test_networks_for_images_refuse_in_words(call, error, words):
    with pytest.raises(error, match=re.escape(words)):
        call()


# Snapshots ------------------------------------------------------------------------------------------------


def test_snapshots_are_what_the_neurons_were():
    data, model = small(), net(NEURONS["MaskedPSN"])
    first = state(model)
    spikes = [layer[:, 0] for layer in model.activity(data.validation.x)]
    history = train(model, data, epochs=5, batch_size=4, snapshots=6)
    seen = history.neurons
    assert seen.steps == [0, 3, 6, 9, 12, 15] and len(seen) == 6
    assert seen.lambda_ == [0.0, 0.0, 1.0, 1.0, 1.0, 1.0]
    names = [f"layers.{n}.neuron.{what}" for n in (0, 1) for what in ("weight", "threshold")]
    assert list(seen.parameters) == names
    for name in names:
        assert seen.parameters[name].dtype == torch.float16
        assert torch.equal(seen.parameters[name][0], first[name].half())
        assert torch.equal(seen.parameters[name][-1], model.state_dict()[name].half())
        assert not torch.equal(seen.parameters[name][2], seen.parameters[name][3])
    # λ is 0 in the first epoch, 1 in the network above.
    for layer in model.layers:
        layer.neuron.lambda_ = 1.0
    for layer, before in zip(model.activity(data.validation.x), seen.spikes, strict=True):
        assert torch.equal(before[-1], layer[:, 0] != 0) and before.dtype == torch.bool
    assert seen.spikes[0].shape == (6, T, 16) and len(spikes) == 2


def test_looking_at_the_neurons_changes_nothing():
    ends = []
    for snapshots in (0, 2, 9):
        model = net(NEURONS["MaskedPSN"])
        history = train(model, small(), epochs=3, batch_size=4, snapshots=snapshots)
        ends.append((state(model), history.losses))
    assert all(same(ends[0][0], other[0]) and ends[0][1] == other[1] for other in ends[1:])
    assert len(train(net(LIF), small(), epochs=1, batch_size=4, snapshots=40).neurons) == 4  # no more than there are


def test_a_network_without_spikes_has_snapshots_of_nothing():
    seen = train(net(nn.ReLU), small(), epochs=1, snapshots=2).neurons
    assert (seen.parameters, seen.spikes, len(seen)) == ({}, [], 2)
    seen = train(net(LIF), small(), epochs=1, snapshots=2).neurons
    assert seen.parameters == {} and [s.shape for s in seen.spikes] == [(2, T, 16)] * 2


# Resuming -------------------------------------------------------------------------------------------------

RUN = {"epochs": 5, "batch_size": 4, "snapshots": 6}


class Dropping(nn.Module):
    """A network with randomness of its own."""

    def __init__(self, neuron, seed=0):
        super().__init__()
        self.drop, self.inner = nn.Dropout(0.3), net(neuron, seed)

    def forward(self, x):
        return self.inner(self.drop(x))


def stop_at(step):
    def stop(progress):
        if progress.step >= step:
            raise KeyboardInterrupt

    return stop


@pytest.mark.parametrize("optimizer", ["adamw", "sgd"])
@pytest.mark.parametrize("at", [1, 3, 7, 12, 15], ids="step {}".format)
def test_a_run_in_pieces_ends_as_the_run_in_one(tmp_path, monkeypatch, optimizer, at):
    monkeypatch.setattr("psn_viz.learning.history.Reporter.report", report_always)
    path = tmp_path / "run.safetensors"
    whole = Dropping(NEURONS["MaskedPSN"])
    expected = train(whole, small(), optimizer=optimizer, **RUN)
    broken = Dropping(NEURONS["MaskedPSN"])
    first = train(broken, small(), optimizer=optimizer, checkpoint=path, callbacks=[stop_at(at)], **RUN)
    assert first.stopped and len(first.losses) == at
    torch.rand(17)  # what happens in between must not matter, nor with which weights the next process begins
    other = Dropping(NEURONS["MaskedPSN"], seed=9)
    steps = []

    def watch(progress):
        steps.append(progress.step)

    history = train(other, small(), optimizer=optimizer, checkpoint=path, resume=True, callbacks=[watch], **RUN)
    assert same(state(whole), state(other))
    for name in ("losses", "train_loss", "train_accuracy", "validation_accuracy", "lambda_", "settings", "stopped"):
        assert getattr(history, name) == getattr(expected, name), name
    assert steps == list(range(at // 3 * 3 + 1, 16))
    assert history.neurons.steps == expected.neurons.steps and history.neurons.lambda_ == expected.neurons.lambda_
    assert same(history.neurons.parameters, expected.neurons.parameters)
    assert history.seconds > 0


def report_always(self, epoch, step, loss, accuracy, validation_accuracy=None):
    from psn_viz.learning.history import Progress

    for callback in self.callbacks:
        callback(Progress(epoch, self.epochs, step, self.steps, loss, accuracy, validation_accuracy, 1.0, 1.0))


def test_seconds_of_all_parts_add_up(tmp_path, monkeypatch):
    clock = [0.0]
    monkeypatch.setattr("time.perf_counter", lambda: clock.__setitem__(0, clock[0] + 1) or clock[0])
    path = tmp_path / "run"
    # Four of five epochs, so that the rest alone is shorter than the first part.
    first = train(net(), small(), checkpoint=path, callbacks=[stop_at(12)], **RUN)
    clock[0] = 1e6
    history = train(net(), small(), checkpoint=path, resume=True, **RUN)
    assert first.seconds < history.seconds < 1e3


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("checkpoint") / "run.safetensors"
    train(net(), small(), checkpoint=path, callbacks=[stop_at(9)], **RUN)
    return path


def test_a_run_that_diverges_after_resuming_goes_back_to_what_was_resumed(written, tmp_path):
    path = shutil.copy(written, tmp_path)
    data = small()
    model = net()
    model.head.register_forward_hook(lambda module, inputs, logits: logits * float("nan") if model.training else None)
    with pytest.raises(FloatingPointError, match=r"epoch 4 of 5, step 10 of 15.*before step 10, the last") as caught:
        train(model, data, checkpoint=path, resume=True, **RUN)
    assert "learning rate" in str(caught.value)


DAMAGE = {
    "nothing": lambda data: b"",
    "cut in the header": lambda data: data[:100],
    "cut at the end": lambda data: data[:-1],
    "cut in the middle": lambda data: data[: len(data) // 2],
    "a byte more": lambda data: data + b"\0",
    "a bit of the facts": lambda data: data.replace(b"train_loss", b"train_losS"),
    "text": lambda data: b"<html>404 not found</html>" * 20,
    "a huge header": lambda data: b"\xff" * 8 + data[8:],
    "a pickle": lambda data: b"\x80\x04\x95\x1a\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93.",
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_checkpoint_is_refused_by_name_and_stays(written, tmp_path, damage):
    path = tmp_path / "run.safetensors"
    path.write_bytes(bad := damage(written.read_bytes()))
    model = net(seed=4)
    before = state(model)
    with pytest.raises(ValueError, match=re.escape(f"{path} is damaged, or is no checkpoint of psn_viz: ")):
        train(model, small(), checkpoint=path, resume=True, **RUN)
    assert same(before, state(model)) and model.training and path.read_bytes() == bad


@pytest.mark.parametrize(
    ("model", "changes", "words"),
    [
        (net, {"epochs": 6}, "is of a run with epochs = 5 and not 6: resume with the settings it was begun with"),
        (net, {"seed": 1}, "seed = 0 and not 1"),
        (net, {"snapshots": 0}, "snapshots = 6 and not 0"),
        (partial(net, hidden=(16,)), {}, "does not fit the model: layers.1."),
        (partial(net, hidden=(16, 8)), {}, "is torch.float32 [16, 16] and should be torch.float32 [8, 16]"),
        (lambda: net().double(), {}, "should be torch.float64"),
    ],
)
def test_a_checkpoint_of_another_run_is_refused(written, model, changes, words):
    model, kept = model(), written.read_bytes()
    before = state(model)
    with pytest.raises(ValueError, match=re.escape(words)) as caught:
        train(model, small(), checkpoint=written, resume=True, **{**RUN, **changes})
    assert str(written) in str(caught.value)
    assert same(before, state(model)) and written.read_bytes() == kept


def test_checkpoints_are_taken_up_or_overwritten_only_when_asked(written, tmp_path):
    kept = written.read_bytes()
    with pytest.raises(FileExistsError, match="go on from it with resume=True, or remove it"):
        train(net(), small(), checkpoint=written, **RUN)
    assert written.read_bytes() == kept
    with pytest.raises(FileNotFoundError, match="nothing can be resumed: leave resume out"):
        train(net(), small(), checkpoint=tmp_path / "none", resume=True, **RUN)
    with pytest.raises(ValueError, match="resume needs the checkpoint to go on from"):
        train(net(), small(), resume=True, **RUN)
    with pytest.raises(TypeError, match="checkpoint must be a path, got 3"):
        train(net(), small(), checkpoint=3)
    with pytest.raises(TypeError, match="resume must be True or False"):
        train(net(), small(), checkpoint=written, resume="yes")


def test_a_checkpoint_that_cannot_be_written_leaves_the_one_before(tmp_path, monkeypatch):
    path, kept = tmp_path / "run", []
    original = os.replace

    def full(source, target):
        if len(kept) == 2:
            raise OSError("no space left on device")
        original(source, target)
        kept.append(path.read_bytes())

    monkeypatch.setattr("os.replace", full)
    model = net()
    with pytest.raises(OSError, match="no space left"):
        train(model, small(), checkpoint=path, **RUN)
    assert path.read_bytes() == kept[-1] != kept[0] and os.listdir(tmp_path) == ["run"]
    monkeypatch.undo()
    assert not model.training
    assert len(train(model, small(), checkpoint=path, resume=True, **RUN).losses) == 15


def test_a_finished_run_is_resumed_at_its_end(tmp_path):
    first, again = net(), net(seed=3)
    train(first, small(), checkpoint=tmp_path / "run", **RUN)
    history = train(again, small(), checkpoint=tmp_path / "run", resume=True, **RUN)
    assert same(state(first), state(again)) and len(history.losses) == 15 and not history.stopped


# Mixed precision ------------------------------------------------------------------------------------------


def test_mixed_precision_is_for_gpus():
    with pytest.raises(ValueError, match=r"mixed_precision must be False on 'cpu': it is for CUDA GPUs"):
        train(net(), small(), mixed_precision=True, device="cpu")
    with pytest.raises(TypeError, match="mixed_precision must be True or False"):
        train(net(), small(), mixed_precision=1)
    with pytest.raises(ValueError, match="snapshots must be 0 or at least 2"):
        train(net(), small(), snapshots=1)


@each_neuron
def test_the_loop_runs_in_bfloat16_and_keeps_its_weights(monkeypatch, neuron):
    monkeypatch.setattr("psn_viz.learning.training.require_mixed_precision", lambda device: None)
    model, seen = net(neuron), []
    model.head.register_forward_hook(lambda module, inputs, logits: seen.append((module.training, logits.dtype)))
    history = train(model, small(varying=True), epochs=20, batch_size=6, mixed_precision=True, device="cpu")
    assert {(True, torch.bfloat16), (False, torch.float32)} == set(seen)
    assert all(parameter.dtype == torch.float32 for parameter in model.parameters())
    assert history.train_loss[-1] < history.train_loss[0]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU")
def test_mixed_precision_on_a_gpu():
    history = train(net(), small(), epochs=20, batch_size=6, mixed_precision=True, device="cuda")
    assert history.train_loss[-1] < history.train_loss[0]


# Saved models ---------------------------------------------------------------------------------------------

FAMILY = {
    "IF": partial(IF, v_threshold=0.5, v_reset=-0.1),
    "LIF": partial(LIF, tau=3.5, decay_input=False, reset="soft", detach_reset=True),
    "PSN": partial(PSN, T=T, surrogate=ATan(3.0)),
    "MaskedPSN": partial(MaskedPSN, T=T, k=2),
    "SlidingPSN": partial(SlidingPSN, k=3, init="uniform"),
    "ReLU": nn.ReLU,
}


@pytest.mark.parametrize("neuron", FAMILY.values(), ids=FAMILY)
def test_a_model_comes_back_as_it_was(tmp_path, neuron):
    data, model = small(), net(neuron, hidden=(8, 4, 6), readout="mean")
    history = train(model, data, epochs=3, batch_size=4, snapshots=5)
    path = save_model(tmp_path / "mine", model, history, data=data, metrics={"test_accuracy": 0.5})
    assert path == tmp_path / "mine.safetensors" and sorted(os.listdir(tmp_path)) == ["mine.json", path.name]
    torch.manual_seed(5)
    before = torch.get_rng_state()
    for name in (path, str(path), tmp_path / "mine", str(tmp_path / "mine.json")):
        loaded = load_model(name)
        assert torch.equal(torch.get_rng_state(), before)
        assert same(state(model), state(loaded)) and repr(loaded) == repr(model) and not loaded.training
        assert torch.equal(model(data.test.x), loaded(data.test.x))
    again = loaded.history
    for name in ("settings", "lambda_", "seconds", "stopped", "train_accuracy", "validation_accuracy"):
        assert getattr(again, name) == pytest.approx(getattr(history, name), abs=1e-3), name
    assert again.losses == pytest.approx(history.losses, rel=1e-6)
    assert again.neurons.steps == history.neurons.steps and again.neurons.lambda_ == history.neurons.lambda_
    assert same(again.neurons.parameters, history.neurons.parameters)
    assert [*again.neurons.parameters] == [*history.neurons.parameters]
    assert len(again.neurons.spikes) == len(history.neurons.spikes)
    assert all(map(torch.equal, again.neurons.spikes, history.neurons.spikes))


def test_the_card_tells_what_the_model_is(saved):
    card = json.loads(saved.with_suffix(".json").read_text("utf-8"))
    assert card == load_model(saved).card
    assert card["network"] == {
        "kind": "SpikingClassifier",
        "features": FEATURES,
        "classes": CLASSES,
        "hidden": [16, 16],
        "readout": "last",
    }
    assert card["neurons"] == [{"kind": "MaskedPSN", "T": T, "k": 3, "lambda_": 1.0, "alpha": 2.0}] * 2
    assert card["lambda"] == 1.0
    assert card["data"]["name"] == "small" and card["data"]["samples"] == {"train": N, "validation": N, "test": N}
    assert card["training"]["seed"] == 0 and card["training"]["learning_rate"] == 0.02
    assert card["versions"]["torch"] == torch.__version__ and card["machine"]["device"] == "cpu"
    assert card["metrics"] == {"test_accuracy": 0.25} and card["note"] == "for a test"
    assert card["parameters"] == load_model(saved).parameter_count
    assert card["seconds"] > 0 and card["stopped"] is False


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    model, data = net(NEURONS["MaskedPSN"]), small()
    history = train(model, data, epochs=2, batch_size=4, snapshots=4, device="cpu")
    folder = tmp_path_factory.mktemp("saved")
    return save_model(
        folder / "m", model, history, data=data, metrics={"test_accuracy": 0.25}, facts={"note": "for a test"}
    )


@pytest.fixture
def copied(saved, tmp_path):
    for ending in (".safetensors", ".json"):
        shutil.copy(saved.with_suffix(ending), tmp_path)
    return tmp_path / saved.name


def flip_a_bit(data):
    return data[:-2000] + bytes([data[-2000] ^ 1]) + data[-1999:]


@pytest.mark.parametrize("damage", [*DAMAGE.values(), flip_a_bit], ids=[*DAMAGE, "a bit of a weight"])
def test_damaged_weights_are_refused_by_name(copied, damage):
    bad = damage(copied.read_bytes())
    if bad == copied.read_bytes():
        pytest.skip("there are no such facts in a model")
    copied.write_bytes(bad)
    with pytest.raises(ValueError, match=re.escape(f"{copied} is damaged, or is no")):
        load_model(copied)
    assert copied.read_bytes() == bad


CARDS = {
    "empty": (lambda card: "", "truncated"),
    "cut": (lambda card: json.dumps(card)[:500], ""),
    "a list": (lambda card: "[]", ""),
    "no network": (
        lambda card: json.dumps({k: v for k, v in card.items() if k != "network"}),
        "$: object missing required field `network`",
    ),
    "newer": (lambda card: json.dumps({**card, "format": 99}), "its format is 99, this psn_viz reads 1"),
    "a network of somebody else's": (
        lambda card: json.dumps({**card, "network": {**card["network"], "kind": "os.system"}}),
        "network 'os.system' is none of SpikingClassifier",
    ),
    "a neuron of somebody else's": (
        lambda card: json.dumps({**card, "neurons": [{"kind": "eval", "x": 1}] * 2}),
        "neuron 'eval' is none of IF",
    ),
    "a neuron too few": (lambda card: json.dumps({**card, "neurons": card["neurons"][:1]}), "1 neurons are fewer"),
    "a neuron too many": (lambda card: json.dumps({**card, "neurons": card["neurons"] * 2}), "4 neurons are more"),
    "impossible k": (
        lambda card: json.dumps({**card, "neurons": [{**card["neurons"][0], "k": 99}] * 2}),
        "k must be an integer from 1 to 7",
    ),
    "no digest": (
        lambda card: json.dumps({**card, "weights": {}}),
        "$.weights: object missing required field `sha256`",
    ),
}


@pytest.mark.parametrize(("damage", "words"), CARDS.values(), ids=CARDS)
def test_damaged_cards_are_refused_by_name(copied, damage, words):
    file = copied.with_suffix(".json")
    file.write_text(damage(json.loads(file.read_text("utf-8"))), "utf-8")
    with pytest.raises(ValueError, match=re.escape(f"{file} is damaged, or is no card of a saved model: ")) as caught:
        load_model(copied)
    assert words in str(caught.value)


def change_card(copied, **changes):
    file = copied.with_suffix(".json")
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), **changes}), "utf-8")


def test_card_and_weights_must_belong_together(copied, tmp_path):
    card = json.loads(copied.with_suffix(".json").read_text("utf-8"))
    change_card(copied, network={**card["network"], "hidden": [16, 8]})
    with pytest.raises(ValueError, match=r"m\.safetensors does not fit its card: .* should be torch\.float32 \[8"):
        load_model(copied)
    change_card(copied, network=card["network"], **{"lambda": 0.5})
    with pytest.raises(ValueError, match=r"m\.json does not fit its weights: they have lambda = 1\.0"):
        load_model(copied)
    change_card(copied, **{"lambda": 1.0, "history": {**card["history"], "neurons": {"steps": [1]}}})
    with pytest.raises(
        ValueError, match=r"m\.json is damaged.*\$\.history\.neurons: object missing required field `lambda`"
    ):
        load_model(copied)
    neurons = {**card["history"]["neurons"], "steps": [1]}
    change_card(copied, history={**card["history"], "neurons": neurons})
    with pytest.raises(
        ValueError, match=r"m\.json does not fit the history in m\.safetensors: .* not hold 1 moments"
    ):
        load_model(copied)
    save_model(tmp_path / "other", net(NEURONS["MaskedPSN"], seed=8))
    change_card(copied, history=card["history"])
    load_model(copied)
    shutil.copy(tmp_path / "other.safetensors", copied)
    with pytest.raises(ValueError, match=r"m\.safetensors is damaged, or is not the file that m\.json"):
        load_model(copied)
    copied.with_suffix(".json").unlink()
    with pytest.raises(FileNotFoundError, match=r"m\.json is not there: a saved model is two files"):
        load_model(copied)


def test_a_checkpoint_is_no_model(written, copied):
    shutil.copy(written, copied)
    with pytest.raises(ValueError, match=r"is a checkpoint of psn_viz, and no model"):
        load_model(copied)


def test_names_are_of_shipped_models_and_paths_of_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save_model("mine", net())
    with pytest.raises(ValueError, match=r"name must be one of those that come with psn_viz .*; got 'mine'"):
        load_model("mine")
    assert load_model("./mine.json").card["name"] == load_model("mine.safetensors").card["name"] == "mine"
    with pytest.raises(FileNotFoundError, match=r"yours\.json is not there"):
        load_model("yours.json")
    with pytest.raises(TypeError, match="name must be a path, got 3"):
        load_model(3)


def test_a_model_that_cannot_be_written_leaves_the_one_before(copied, monkeypatch):
    kept = [file.read_bytes() for file in (copied, copied.with_suffix(".json"))]
    calls = []
    original = saved_module.write_whole

    def full(path, data):
        calls.append(path)
        if len(calls) == 2:
            raise OSError("no space left on device")
        return original(path, data)

    monkeypatch.setattr(saved_module, "write_whole", full)
    with pytest.raises(OSError, match="no space left"):
        save_model(copied, net(seed=7))
    assert [file.read_bytes() for file in (copied, copied.with_suffix(".json"))] == kept
    assert sorted(os.listdir(copied.parent)) == ["m.json", "m.safetensors"]


class Odd(SlidingPSN):
    """A neuron that no card knows."""


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"path": 3}, TypeError, "path must be a path, got 3"),
        ({"path": ""}, ValueError, "path must end in a file's name"),
        ({"model": 3}, TypeError, "model must be an nn.Module"),
        ({"model": nn.Linear(2, 2)}, TypeError, "model must be one of SpikingClassifier"),
        (
            {"model": net(partial(Odd, k=2))},
            TypeError,
            "neurons must be of IF, LIF, PSN, MaskedPSN, SlidingPSN, ReLU",
        ),
        ({"model": net(partial(PSN, T=T, surrogate=torch.sigmoid))}, TypeError, "surrogate must be ATan to be saved"),
        ({"history": {}}, TypeError, "history must be a History or None, got dict"),
        ({"data": "rows"}, TypeError, "data must be a Dataset or None, got str"),
        ({"metrics": {"test": float("nan")}}, ValueError, "metrics and facts must be what JSON can hold"),
        ({"facts": {"when": object()}}, TypeError, "metrics and facts must be what JSON can hold"),
        ({"facts": {"network": 1}}, ValueError, "facts must not name 'network', which the card already has"),
    ],
)
def test_what_cannot_be_saved_is_refused_before_anything_is_written(tmp_path, monkeypatch, arguments, error, words):
    monkeypatch.chdir(tmp_path)
    arguments = {"path": "m", "model": net(), **arguments}
    with pytest.raises(error, match=re.escape(words)):
        save_model(arguments.pop("path"), arguments.pop("model"), **arguments)
    broken = net()
    broken.head.bias.data[1] = float("nan")
    with pytest.raises(ValueError, match=r"finite weights only: head\.bias holds NaN"):
        save_model("m", broken)
    assert os.listdir(tmp_path) == []


def test_shipped_models_load_and_are_what_their_cards_say():
    total = 0
    assert "rows-psn" in shipped_models()
    for name in shipped_models():
        model = psn_viz.load_model(name)
        files = [saved_module.FOLDER / f"{name}{ending}" for ending in (".json", ".safetensors")]
        total += sum(file.stat().st_size for file in files)
        assert model.card["name"] == model.card["recipe"] == name and name in RECIPES
        assert model.card["splits"]["test"] == "measured once, after training" and not model.history.stopped
        assert len(model.history.neurons) >= 20
        assert model.card["lambda"] in (None, 1.0)
        assert model.card["command"].startswith(f"psn-viz train {name} ")
        data = load_dataset(RECIPES[name].data)
        if model.card["data"]["name"] == data.name:
            # Not to the last digit: the order of the sums depends on the machine.
            assert accuracy(model, data.test) == pytest.approx(model.card["metrics"]["test_accuracy"], abs=0.01)
    assert total < 8e6


# Recipes and the command ----------------------------------------------------------------------------------


@pytest.fixture
def tiny(monkeypatch):
    """The recipes on data that take no time."""

    def small_one(name):
        if name.startswith("sequential-cifar"):  # which network it is for says how high an image is
            return images(32, 96)
        return images(28, 28) if "columns" in name else small(varying=name == "japanese-vowels", name=name)

    monkeypatch.setattr(training_module, "load_dataset", small_one)
    monkeypatch.setattr(command_module, "RATES", (0.03, 0.01))


def test_every_recipe_fits_its_data_and_trains(tiny):
    for name, recipe in list(RECIPES.items())[:: 4 if extent.quick else 1]:
        assert recipe.name == name
        if recipe.columns is None:  # the data of the others may have to be downloaded
            assert load_dataset(recipe.data) is not None
        trained = train_recipe(replace(recipe, epochs=1))
        assert 0 <= trained.metrics["test_accuracy"] <= 1, name


def test_the_command_trains_measures_and_saves(tiny, tmp_path, capsys):
    assert main(["train", "rows-masked-8", "--epochs", "3", "--seed", "4", "--out", str(tmp_path / "new")]) == 0
    said = capsys.readouterr()
    assert sorted(os.listdir(tmp_path / "new")) == ["rows-masked-8-seed-4.json", "rows-masked-8-seed-4.safetensors"]
    model = load_model(tmp_path / "new" / "rows-masked-8-seed-4")
    assert model.card["lambda"] == 1.0 and model.card["seeds"] == {"weights": 4, "order": 4}
    assert model.card["metrics"]["test_accuracy"] == accuracy(model, small().test)
    assert model.card["command"] == "psn-viz train rows-masked-8 --epochs 3 --seed 4"
    assert model.card["splits"]["test"] == "measured once, after training"
    assert len(said.err.splitlines()) == 3 and "epoch 3 of 3 [########################] loss" in said.err
    assert "0 s left" in said.err and "load_model(" in said.out
    # … and once more, from the card: the same bits.
    again = [*model.card["command"].split()[1:], "--out", str(tmp_path / "again")]
    assert main(again) == 0
    assert same(state(model), state(load_model(tmp_path / "again" / "rows-masked-8-seed-4")))


def test_a_grid_chooses_by_validation_and_measures_the_test_part_once(tiny, tmp_path, monkeypatch, capsys):
    chosen, tests = {0.01: 0.25, 0.03: 0.75}, []
    original = training_module.train

    def rigged(model, data, **settings):
        history = original(model, data, **settings)
        history.validation_accuracy[-1] = chosen.get(settings["learning_rate"], 0.1)
        history.train_loss[-1] = 10 * settings["learning_rate"]
        return history

    def counted(model, split):
        tests.append(split.x[0, 0, 0].item())
        return accuracy(model, split)

    monkeypatch.setattr(training_module, "train", rigged)
    monkeypatch.setattr(training_module, "accuracy", counted)
    for best in (0.03, 0.01):
        chosen[0.01] = 0.25 if best == 0.03 else 0.75  # equal to the other, and its training loss is smaller
        tests.clear()
        assert main(["train", "rows-psn", "--epochs", "1", "--grid", "--out", str(tmp_path)]) == 0
        assert tests.count(small().test.x[0, 0, 0].item()) == 1
        card = load_model(tmp_path / "rows-psn").card
        assert card["training"]["learning_rate"] == best
        # The best at the edge: one rate beyond it was tried, and was worse.
        grid = {0.01: chosen[0.01], 0.03: chosen[0.03], **{0.1 if best == 0.03 else 0.003: 0.1}}
        assert card["grid"] == [
            {"learning_rate": r, "validation_accuracy": grid[r], "train_loss": 10 * r} for r in sorted(grid)
        ]
        assert "the learning rate chosen by it" in card["splits"]["validation"]
    said = capsys.readouterr()
    assert "learning rates by validation: 0.003 10.0 %, 0.01 75.0 %, 0.03 75.0 %" in said.out
    assert [line.split(",")[0] for line in said.err.splitlines()[-3:]] == [
        "learning rate 0.01 (1 of 2)",
        "learning rate 0.03 (2 of 2)",
        "learning rate 0.003 (3 of 3)",
    ]


def test_a_grid_grows_until_its_best_rate_is_inside(tiny, monkeypatch):
    original, wanted, asked = training_module.train, [], []

    def rigged(model, data, **settings):
        asked.append(settings["learning_rate"])
        if asked[-1] == 3.0:
            raise FloatingPointError("the loss became nan")
        history = original(model, data, **settings)
        history.validation_accuracy[-1] = 1 - abs(asked[-1] - wanted[-1])
        return history

    monkeypatch.setattr(training_module, "train", rigged)
    monkeypatch.setattr(rate_search, "BEYOND", 2)
    recipe = replace(RECIPES["rows-psn"], epochs=1)
    for best, rates, tried, kept in (
        (0.03, (0.01, 0.03, 0.1), [0.01, 0.03, 0.1], 0.03),  # inside
        (0.1, (0.01, 0.03), [0.01, 0.03, 0.1, 0.3], 0.1),  # found beyond
        (9.0, (0.01, 0.03), [0.01, 0.03, 0.1, 0.3], 0.3),  # given up after two
        (0.001, (0.01, 0.03), [0.001, 0.003, 0.01, 0.03], 0.001),
        (9.0, (0.3, 1.0), [0.3, 1.0, 3.0], 1.0),  # what diverges ends it
    ):
        asked.clear()
        wanted.append(best)
        trained = train_recipe(recipe, rates=rates)
        assert [one["learning_rate"] for one in trained.facts["grid"]] == tried == sorted(asked)
        assert trained.history.settings["learning_rate"] == kept
        assert trained.model is not None and trained.metrics["validation_accuracy"] == accuracy(
            trained.model, small().validation
        )


def test_a_rate_that_diverges_is_passed_over(tiny, monkeypatch):
    original = training_module.train

    def rigged(model, data, **settings):
        if settings["learning_rate"] > 0.01:
            raise FloatingPointError("the loss became nan")
        return original(model, data, **settings)

    monkeypatch.setattr(training_module, "train", rigged)
    recipe = replace(RECIPES["rows-psn"], epochs=1)
    trained = train_recipe(recipe, rates=(0.01, 0.03))
    assert trained.facts["grid"][-1] == {"learning_rate": 0.03, "validation_accuracy": None, "train_loss": None}
    with pytest.raises(FloatingPointError, match="the loss became nan"):
        train_recipe(recipe, rates=(0.02, 0.05))
    with pytest.raises(ValueError, match="rates must be empty with learning_rate, and with a checkpoint"):
        train_recipe(recipe, rates=(0.01,), checkpoint="x")


def interrupting(monkeypatch, step):
    original = command_module.Bar.__call__

    def call(self, progress):
        original(self, progress)
        if progress.step >= step:
            raise KeyboardInterrupt

    monkeypatch.setattr(command_module.Bar, "__call__", call)


def test_a_stopped_run_is_saved_and_goes_on(tiny, tmp_path, monkeypatch, capsys):
    line = ["train", "rows-masked-8", "--epochs", "4", "--out", str(tmp_path)]
    with monkeypatch.context() as patch:
        interrupting(patch, step=2)
        assert main(line) == 130
    assert "--resume goes on" in capsys.readouterr().out
    stopped = load_model(tmp_path / "rows-masked-8")
    assert stopped.history.stopped and stopped.card["metrics"]["test_accuracy"] is None
    assert stopped.card["splits"]["test"] == "not used: training was stopped"
    assert stopped(small().test.x).shape == (N, CLASSES)
    assert main(line) == 1
    assert "holds a run that was cut off: go on with --resume, or remove it" in capsys.readouterr().err
    assert main([*line, "--resume"]) == 0
    resumed = load_model(tmp_path / "rows-masked-8")
    assert not resumed.history.stopped and sorted(os.listdir(tmp_path)) == [
        "rows-masked-8.json",
        "rows-masked-8.safetensors",
    ]
    assert main([*line[:-1], str(tmp_path / "one")]) == 0
    assert same(state(resumed), state(load_model(tmp_path / "one" / "rows-masked-8")))


def test_a_stopped_grid_keeps_the_best_that_was_trained_to_its_end(tiny, tmp_path, monkeypatch, capsys):
    runs = []

    def third_report(self, progress):
        runs.append(progress)
        if len(runs) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(command_module.Bar, "__call__", third_report)
    assert main(["train", "rows-psn", "--epochs", "2", "--grid", "--out", str(tmp_path)]) == 130
    model = load_model(tmp_path / "rows-psn")
    assert model.card["training"]["learning_rate"] == 0.01 and len(model.card["grid"]) == 1
    assert model.card["metrics"]["test_accuracy"] is None and "--resume" not in capsys.readouterr().out


def test_the_command_refuses_in_words(tiny, tmp_path, capsys):
    assert main(["train", "rows-snn", "--out", str(tmp_path)]) == 1
    assert re.search("name must be one of the .* such as 'rows-psn'.*; got 'rows-snn'", capsys.readouterr().err)
    assert main(["train", "rows-psn", "--device", "gpu", "--out", str(tmp_path)]) == 1
    assert "psn-viz train: device must be None, 'cpu', 'cuda' or 'mps', got 'gpu'" in capsys.readouterr().err
    assert main(["train", "rows-psn", "--resume", "--out", str(tmp_path)]) == 1
    assert "nothing can be resumed" in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    assert main(["train", "rows-psn", "--out", str(tmp_path / "file")]) == 1
    for wrong in (
        ["--epochs", "0"],
        ["--seed", "-1"],
        ["--seed", "x"],
        ["--grid", "--resume"],
        ["--rate", "0"],
        ["--rate", "x"],
    ):
        with pytest.raises(SystemExit):
            main(["train", "rows-psn", *wrong])
    assert os.listdir(tmp_path) == ["file"]


def test_without_a_name_the_command_lists_the_recipes(capsys):
    assert main(["train", "--list"]) == 0
    said = capsys.readouterr().out
    assert main(["train"]) == 0 and capsys.readouterr().out == said
    assert [line.split()[0] for line in said.splitlines()] == list(RECIPES)


def test_in_a_terminal_one_line_is_written_over(monkeypatch):
    written = []

    class Terminal:
        def isatty(self):
            return True

        def write(self, text):
            written.append(text)

        def flush(self):
            pass

    bar = command_module.Bar(Terminal())
    train(net(), small(), epochs=2, batch_size=4, callbacks=[bar])
    said = "".join(written)
    assert said.count("\r") >= 2 and said.count("\n") == 1 and said.endswith("\n")


def test_a_run_is_not_resumed_on_other_data(written, tmp_path):
    data = small()
    shuffled = Split(data.train.x.flip(1), data.train.y.flip(0))
    other = Dataset(data.name, shuffled, data.validation, data.test, data.class_names)
    with pytest.raises(ValueError, match="is of a run on other data than this"):
        train(net(), other, checkpoint=written, resume=True, **RUN)
