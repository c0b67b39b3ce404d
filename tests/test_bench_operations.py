"""Operations of a network: small ones counted by hand, and what does not depend on the samples."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from psn_viz.bench.operations import count_operations
from psn_viz.learning.image_networks import SequentialCIFARClassifier
from psn_viz.learning.networks import SpikingClassifier
from psn_viz.neurons import IF, LIF, PSN, MaskedPSN, SlidingPSN


def network(neuron, features=2, hidden=(3,), readout="last", classes=2) -> SpikingClassifier:
    torch.manual_seed(0)
    return SpikingClassifier(features, classes, neuron, hidden=hidden, readout=readout).eval()


def always(model, fires: bool):
    """The model with neurons that always or never fire: inputs of 10 or −10 for every one."""
    for layer in model.layers:
        layer.linear.weight.data.zero_()
        layer.norm.bias.data.fill_(10.0 if fires else -10.0)
    return model


def test_a_small_network_counted_by_hand():
    # T = 4, 2 inputs, 3 neurons, 2 classes. All fire: S = 1 everywhere.
    model = always(network(LIF), fires=True)
    work = count_operations(model, torch.full((4, 5, 2), 0.5))
    first, head = work.layers
    assert (first.multiply_adds, first.accumulates) == (4 * 2 * 3, 0)  # an input that is no spike
    assert (head.multiply_adds, head.accumulates, head.share) == (0, 3 * 2, 1.0)  # read at one step
    (neurons,) = work.neurons
    assert (neurons.neurons, neurons.multiply_adds, neurons.band, neurons.firing_rate) == (3, 0, 0, 1.0)
    assert neurons.elementwise == 6 * 4 * 3
    assert work.in_neurons == 72 and work.between == 24 + 6


def test_no_spike_no_accumulate():
    model = always(network(lambda: PSN(4), hidden=(3, 5)), fires=False)
    for layer in model.layers:
        layer.neuron.weight.data.fill_(1.0)  # else a negative sum of negative inputs fires
    work = count_operations(model, torch.full((4, 2, 2), 0.5))
    assert [layer.accumulates for layer in work.layers] == [0, 0, 0]
    assert [layer.firing_rate for layer in work.neurons] == [0, 0]
    # The product with W is made all the same: T² for each of 3 and of 5 neurons.
    assert [layer.multiply_adds for layer in work.neurons] == [48, 80]


def test_spikes_times_fan_out():
    model = network(lambda: IF(reset="soft"), features=3, hidden=(4, 5))
    x = (torch.rand(6, 7, 3, generator=torch.Generator().manual_seed(1)) < 0.4).float()
    spikes = model.activity(x)
    work = count_operations(model, x)
    assert work.layers[0].accumulates == pytest.approx(4 * x.sum().item() / 7)
    assert work.layers[1].accumulates == pytest.approx(5 * spikes[0].sum().item() / 7)
    assert work.layers[2].accumulates == pytest.approx(2 * spikes[1][-1].sum().item() / 7)
    assert [layer.firing_rate for layer in work.neurons] == pytest.approx(model.firing_rate(x))


def test_a_mean_of_spikes_is_no_spike():
    work = count_operations(always(network(LIF, readout="mean"), fires=True), torch.rand(4, 3, 2))
    assert work.layers[1].accumulates == 6  # the mean of ones is 1
    half = network(lambda: SlidingPSN(1), readout="mean")
    x = torch.cat((torch.full((2, 1, 2), 50.0), torch.full((2, 1, 2), -50.0)))
    assert count_operations(half, x).layers[1].multiply_adds == 6


@given(st.integers(1, 9), st.integers(1, 9), st.sampled_from(["masked", "sliding"]))
def test_a_band_counts_what_its_mask_leaves(T, k, kind):
    k = min(k, T)
    neuron = (lambda: MaskedPSN(T, k, lambda_=1.0)) if kind == "masked" else (lambda: SlidingPSN(k))
    (neurons,) = count_operations(network(neuron), torch.rand(T, 2, 2)).neurons
    assert neurons.multiply_adds == 3 * T * T
    assert neurons.band == 3 * sum(min(k, t + 1) for t in range(T))


def test_an_open_mask_removes_nothing():
    (neurons,) = count_operations(network(lambda: MaskedPSN(5, 2, lambda_=0.5)), torch.rand(5, 2, 2)).neurons
    assert neurons.band == neurons.multiply_adds == 75


@pytest.mark.parametrize(
    "neuron, each_step",
    [
        (IF, 4), (lambda: IF(reset="none"), 2), (LIF, 6), (lambda: LIF(reset="soft"), 6),
        (lambda: LIF(reset="none"), 4), (lambda: LIF(v_reset=-1.0), 9), (lambda: PSN(4), 1), (nn.ReLU, 1),
    ],
)  # fmt: skip
def test_operations_of_a_step(neuron, each_step):
    (neurons,) = count_operations(network(neuron), torch.rand(4, 2, 2)).neurons
    assert neurons.elementwise == each_step * 4 * 3


def test_a_convolution_is_counted_with_its_edges():
    torch.manual_seed(0)
    model = SequentialCIFARClassifier(10, lambda: PSN(2), width=4).eval()
    work = count_operations(model, torch.rand(2, 3, 96))
    # Kernel 3 over 32 places with padding 1: the ends reach 2 inputs, 94 pairs in all, 3 channels to 4, 2 steps.
    assert work.layers[0].multiply_adds == 94 * 3 * 4 * 2
    assert len(work.neurons) == 7 and work.neurons[0].neurons == 4 * 32
    assert all(layer.accumulates == 0 for layer in work.layers if layer.name == "head")


def test_the_model_stays_as_it_was():
    model = network(lambda: PSN(4)).train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    count_operations(model, torch.rand(4, 2, 2))
    assert model.training and all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert not any(module._forward_hooks for module in model.modules())


def test_what_cannot_be_counted_is_refused():
    with pytest.raises(TypeError, match=r"model must be a network of psn_viz.* got Linear"):
        count_operations(nn.Linear(2, 2), torch.rand(4, 2, 2))
    with pytest.raises(ValueError, match=r"x must be \[T, n, features\] with n ≥ 1, got \[4, 0, 2\]"):
        count_operations(network(LIF), torch.rand(4, 0, 2))
    with pytest.raises(ValueError, match="neuron of type Sigmoid are not known"):
        count_operations(network(nn.Sigmoid), torch.rand(4, 2, 2))
    nan = torch.full((4, 2, 2), float("nan"))
    for x, error, message in (
        (None, TypeError, "x must be a torch.Tensor, got NoneType"),
        ([[0.0]], TypeError, "x must be a torch.Tensor, got list"),
        (nan.int(), TypeError, r"x must have a floating dtype, got torch\.int32"),
        (nan.double(), TypeError, r"x is torch\.float64 but the neuron's parameters are torch\.float32"),
        (nan.to("meta"), ValueError, "x is on meta but"),
        (nan, ValueError, "x must not hold NaN"),
    ):
        with pytest.raises(error, match=message):
            count_operations(network(LIF), x)
