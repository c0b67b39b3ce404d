"""Trained networks taken apart: what multiplies X, now and during training, and another W in its place."""

import copy

import pytest
import torch
from torch import nn

from psn_viz.learning import (
    SpikingClassifier,
    accuracy,
    answers,
    in_training,
    load_dataset,
    load_model,
    neuron_of,
    retrain_above,
    shipped_models,
    train,
    weight_over_time,
    with_neuron,
    with_weight,
    within_structure,
)
from psn_viz.neurons import LIF, PSN, MaskedPSN, SlidingPSN
from tests.strategies import generator, randomise

T = 7
KINDS = {
    "PSN": lambda: PSN(T),
    "MaskedPSN": lambda: MaskedPSN(T, 3, lambda_=0.4),
    "SlidingPSN": lambda: SlidingPSN(3),
}


def network(kind: str, readout: str = "last") -> SpikingClassifier:
    torch.manual_seed(3)
    model = SpikingClassifier(4, 3, KINDS[kind], hidden=(8, 6), readout=readout)
    for layer, neuron in enumerate(model.neurons):
        randomise(neuron, generator(layer))
    return model.eval()


def inputs(n: int = 40) -> torch.Tensor:
    return torch.randn(T, n, 4, generator=generator(1))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("layer", [1, 2])
def test_a_psn_with_the_same_w_stands_in_for_any_neuron(kind, layer):
    model = network(kind)
    W = weight_over_time(neuron_of(model, layer), T)
    assert W.shape == (T, T) and not W.requires_grad
    other = with_weight(model, layer, W)
    assert type(other.neurons[layer - 1]) is PSN and not other.training
    x = inputs()
    assert torch.allclose(other(x), model(x), atol=1e-5)
    # Nothing else came along, and nothing is shared.
    W.zero_()
    with torch.no_grad():
        for parameter in other.parameters():
            parameter.zero_()
    assert torch.allclose(model(x), network(kind)(x))


def test_what_multiplies_x_is_what_the_neuron_multiplies_by():
    for kind, make in KINDS.items():
        neuron = randomise(make(), generator(5))
        x = torch.randn(T, 9, generator=generator(2))
        assert torch.allclose(weight_over_time(neuron, T) @ x, neuron.charge(x), atol=1e-5), kind


def test_within_structure_is_what_a_mask_leaves():
    assert within_structure(PSN(T), T).all()
    assert torch.equal(within_structure(MaskedPSN(T, 3), T).float(), MaskedPSN(T, 3).mask)
    neuron = SlidingPSN(3)
    assert torch.equal(within_structure(neuron, T), neuron.dense_weight(T) != 0)
    assert torch.equal(within_structure(SlidingPSN(99), 2), torch.ones(2, 2).tril() > 0)


def test_wiping_the_future_is_a_causal_mask():
    model, x = network("PSN"), inputs()
    W = weight_over_time(neuron_of(model, 1), T)
    masked = MaskedPSN(T, T, lambda_=1.0)
    with torch.no_grad():
        masked.weight.copy_(W)
        masked.threshold.copy_(neuron_of(model, 1).threshold)
    assert torch.allclose(with_weight(model, 1, W.tril())(x), with_neuron(model, 1, masked)(x), atol=1e-5)
    assert not torch.allclose(with_weight(model, 1, W.tril())(x), model(x), atol=1e-2)


def test_another_threshold():
    model, x = network("PSN"), inputs()
    W = weight_over_time(neuron_of(model, 1), T)
    silent = with_weight(model, 1, W, torch.full((T,), 1e6))
    assert silent.activity(x)[0].sum() == 0 and model.activity(x)[0].sum() > 0


def test_answers_are_what_accuracy_counts():
    data = load_dataset("digits-rows")
    torch.manual_seed(0)
    model = SpikingClassifier(8, 10, lambda: PSN(8)).train()
    given = answers(model, data.test, batch_size=100)
    assert given.dtype == torch.int64 and given.shape == data.test.y.shape and model.training
    assert (given == data.test.y).double().mean() == pytest.approx(accuracy(model, data.test))
    vowels = load_dataset("japanese-vowels").test
    torch.manual_seed(0)
    model = SpikingClassifier(12, 9, lambda: randomise(SlidingPSN(4), generator(3)), readout="mean").eval()
    given = answers(model, vowels, 64)
    assert len(given.unique()) > 1
    with torch.no_grad():
        assert torch.equal(given, model(vowels.x, vowels.length).argmax(1))
        assert not torch.equal(given, model(vowels.x).argmax(1)), "the length of each sample counts"


# --------------------------------------------------------------------------------------- in training


@pytest.fixture(scope="module", params=KINDS)
def trained(request):
    data = load_dataset("recall-6")
    torch.manual_seed(0)
    kinds = {"PSN": lambda: PSN(7), "MaskedPSN": lambda: MaskedPSN(7, 3), "SlidingPSN": lambda: SlidingPSN(3)}
    model = SpikingClassifier(6, 4, kinds[request.param], hidden=(5, 5))
    before = [weight_over_time(neuron, 7) for neuron in model.neurons]
    return model, before, train(model, data, epochs=4, snapshots=5), data


@pytest.mark.parametrize("layer", [1, 2])
def test_in_training_goes_from_the_start_to_the_model(trained, layer):
    model, before, history, data = trained
    run = in_training(model, layer, 7, history)
    S, neuron = len(history.neurons), neuron_of(model, layer)
    assert run.weight.shape == run.moved.shape == (S, 7, 7) and run.threshold.shape == (S, 7)
    assert run.weight.dtype == run.threshold.dtype == torch.float64
    assert torch.allclose(run.weight[0], before[layer - 1].double(), atol=1e-3)
    assert torch.allclose(run.weight[-1], weight_over_time(neuron, 7).double(), atol=1e-3)
    assert torch.allclose(run.threshold[-1], neuron.threshold.detach().double().expand(7), atol=1e-3)
    assert (run.moved[0] == 0).all() and (run.moved[-1] != 0).any()
    assert torch.equal(run.spikes[-1], model.activity(data.validation.x[:, :1])[layer - 1][:, 0] != 0)
    within = within_structure(neuron, 7)
    if isinstance(neuron, MaskedPSN):
        assert run.lambda_[0] == 0 and run.lambda_[-1] == 1 == neuron.lambda_
        assert (run.weight[-1][~within] == 0).all() and (run.moved[-1][~within] == 0).all()
        halfway = int((run.lambda_ > 0).nonzero()[0])
        held = history.neurons.parameters[f"layers.{layer - 1}.neuron.weight"][halfway].double()
        assert torch.allclose(run.weight[halfway][~within], (1 - run.lambda_[halfway]) * held[~within])
        assert torch.allclose(run.weight[halfway][within], held[within])
    else:
        assert run.lambda_ is None
        assert torch.allclose(run.weight[-1], run.weight[0] + run.moved[-1])
    if isinstance(neuron, SlidingPSN):
        assert (run.weight[:, ~within] == 0).all()


def test_loss_is_that_of_the_steps_since_the_moment_before(trained):
    model, _, history, _ = trained
    run = in_training(model, 1, 7, history)
    assert run.steps == history.neurons.steps and run.loss[0] == pytest.approx(history.losses[0])
    for n in range(1, len(run.steps)):
        part = history.losses[run.steps[n - 1] : run.steps[n]]
        assert run.loss[n] == pytest.approx(sum(part) / len(part))


@pytest.mark.parametrize("name", shipped_models())
def test_every_shipped_model_that_learned_a_w_can_be_taken_apart(name):
    model = load_model(name)
    steps = model.card["data"]["T"]
    for layer, neuron in enumerate(model.neurons, start=1):
        if not isinstance(neuron, PSN | SlidingPSN):
            with pytest.raises(ValueError, match=f"layer {layer} .*{type(neuron).__name__}"):
                in_training(model, layer, steps)
            continue
        run = in_training(model, layer, steps)
        assert len(run.steps) >= 20 and run.steps[-1] == len(model.history.losses)
        assert torch.allclose(run.weight[-1], weight_over_time(neuron, steps).double(), atol=2e-3)
        other = with_weight(model, layer, weight_over_time(neuron, steps))
        assert "card" not in vars(other) and "history" not in vars(other) and model.card["name"] == name


# --------------------------------------------------------------------------------------------- errors


def test_what_cannot_be_taken_apart_is_refused():
    model = network("PSN")
    lif = SpikingClassifier(4, 3, LIF)
    W = torch.ones(T, T)
    for call, kind, words in (
        (lambda: neuron_of("rows-psn", 1), TypeError, ["model", "rows-psn"]),
        (lambda: neuron_of(nn.Linear(2, 2), 1), TypeError, ["model", "Linear"]),
        (lambda: neuron_of(model, 0), ValueError, ["layer", "1 to 2", "0"]),
        (lambda: neuron_of(model, 3), ValueError, ["layer", "3"]),
        (lambda: neuron_of(model, 1.0), TypeError, ["layer", "1.0"]),
        (lambda: neuron_of(lif, 1), ValueError, ["layer 1", "LIF"]),
        (lambda: with_weight(lif, 1, W), ValueError, ["layer 1", "LIF"]),
        (lambda: weight_over_time(LIF(), T), TypeError, ["neuron", "LIF"]),
        (lambda: weight_over_time(PSN(T), 8), ValueError, ["T", "7", "8"]),
        (lambda: weight_over_time(SlidingPSN(2), 0), ValueError, ["T", "0"]),
        (lambda: with_weight(model, 1, torch.ones(6, 6)), ValueError, ["weight", "[7, 7]", "[6, 6]"]),
        (lambda: with_weight(model, 1, torch.ones(7, 6)), ValueError, ["weight", "[7, 6]"]),
        (lambda: with_weight(model, 1, [[1.0]]), ValueError, ["weight", "list"]),
        (lambda: with_weight(model, 1, W, torch.ones(6)), ValueError, ["threshold", "[7]", "[6]"]),
        (lambda: with_weight(model, 1, W, 1.0), ValueError, ["threshold", "float"]),
        (lambda: in_training(model, 1, T), ValueError, ["history", "snapshots=20"]),
        (lambda: answers(model, inputs()), TypeError, ["split", "Tensor"]),
        (lambda: answers("rows-psn", None), TypeError, ["model"]),
    ):
        with pytest.raises(kind) as caught:
            call()
        assert all(word in str(caught.value) for word in words), str(caught.value)


@pytest.mark.parametrize(
    "weight, error, words",
    [
        (torch.ones(28, 28, dtype=torch.int64), TypeError, "weight must be of a floating dtype, got torch.int64"),
        (torch.ones(28, 28, dtype=torch.complex64), TypeError, "floating dtype, got torch.complex64"),
        (torch.full((28, 28), float("nan")), ValueError, "weight must be finite"),
    ],
)
def test_weights_that_are_no_numbers_are_refused(weight, error, words):
    with pytest.raises(error, match=words):
        with_weight(load_model("rows-psn"), 1, weight)


# ------------------------------------------------------------------------------------- training again


@pytest.fixture(scope="module")
def recall():
    """A network of three layers, its data, and the network without the W of its second layer, trained again above."""
    data = load_dataset("recall-6")
    torch.manual_seed(0)
    model = SpikingClassifier(6, 4, lambda: PSN(7), hidden=(5, 5, 5))
    train(model, data, epochs=2)
    model.requires_grad_(False)
    changed = with_weight(model, 2, torch.eye(7))
    return model, data, changed, retrain_above(changed, 2, data, epochs=2, learning_rate=0.05)


def test_what_is_above_a_layer_is_trained_and_nothing_else(recall):
    _, data, before, after = recall
    moved = {
        name.rpartition(".")[0]
        for (name, old), new in zip(before.state_dict().items(), after.state_dict().values(), strict=True)
        if not torch.equal(old, new)
    }
    assert moved == {"layers.2.linear", "layers.2.norm", "layers.2.neuron", "head"}, "BatchNorm's averages included"
    spikes = [network.activity(data.test.x) for network in (before, after)]
    assert torch.equal(spikes[0][1], spikes[1][1]) and not torch.equal(spikes[0][2], spikes[1][2])


def test_training_again_lowers_the_loss_and_leaves_a_network_that_can_be_trained(recall):
    _, data, before, after = recall

    def loss(network):
        with torch.no_grad():
            return float(nn.functional.cross_entropy(network(data.train.x), data.train.y))

    assert loss(after) < loss(before)
    assert not after.training and all(parameter.requires_grad for parameter in after.parameters())
    further = copy.deepcopy(after)
    train(further, data, epochs=1)
    assert not torch.equal(after.layers[0].norm.running_mean, further.layers[0].norm.running_mean), "none is frozen"


def test_training_again_follows_its_seed_and_leaves_the_model_alone(recall):
    model, data, before, after = recall
    old = {name: value.clone() for name, value in before.state_dict().items()}
    same = retrain_above(before, 2, data, epochs=2, learning_rate=0.05)
    other = retrain_above(before, 2, data, epochs=2, learning_rate=0.05, seed=1)
    assert torch.equal(same.head.weight, after.head.weight) and not torch.equal(same.head.weight, other.head.weight)
    assert all(torch.equal(value, old[name]) for name, value in before.state_dict().items())
    assert not any(parameter.requires_grad for parameter in model.parameters())


def test_the_mask_stays_shut_while_the_layers_above_are_trained():
    data = load_dataset("recall-6")
    torch.manual_seed(0)
    model = SpikingClassifier(6, 4, lambda: MaskedPSN(7, 3, lambda_=1.0), hidden=(5, 5))
    again = retrain_above(model, 1, data, epochs=2)
    assert [neuron.lambda_ for neuron in again.neurons] == [1.0, 1.0]
    outside, (before, after) = (
        ~within_structure(again.neurons[1], 7),
        (net.neurons[1].weight for net in (model, again)),
    )
    assert torch.equal(before[outside], after[outside]) and not torch.equal(before[~outside], after[~outside])
    model.neurons[1].lambda_ = 0.5
    with pytest.raises(ValueError, match=r"λ = 1 in every masked PSN, got λ = 0\.5"):
        retrain_above(model, 1, data)


def test_what_cannot_be_trained_again_is_refused():
    data = load_dataset("recall-6")
    torch.manual_seed(0)
    for call, kind, words in (
        (lambda: retrain_above(nn.Linear(6, 4), 1, data), TypeError, "model must be a SpikingClassifier, got Linear"),
        (lambda: retrain_above(SpikingClassifier(6, 4, LIF), 1, data), ValueError, "layer 1 must have a PSN"),
        (lambda: retrain_above(SpikingClassifier(6, 4, lambda: PSN(7)), 3, data), ValueError, "layer"),
        (lambda: retrain_above(SpikingClassifier(6, 4, lambda: PSN(7)), 1, data, epochs=0), ValueError, "epochs"),
    ):
        with pytest.raises(kind, match=words):
            call()


def test_another_weight_leaves_the_random_state_as_it_was():
    model, before = load_model("rows-psn"), torch.get_rng_state()
    with_weight(model, 1, torch.ones(28, 28))
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("name", ["rows-psn", "rows-masked-8"])
def test_a_layer_in_training_has_the_steps_of_its_neuron(name):
    with pytest.raises(ValueError, match="T must be 28, that of the neuron, got 27"):
        in_training(load_model(name), 1, 27)
