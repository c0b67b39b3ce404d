"""Which operations a network needs for one sample: inside its neurons, and between its layers.

Inside the neurons a product with W takes multiply-adds, whatever spikes there are. Between layers an input of 0 and 1
needs no multiplication: a spike adds one weight to each number that it reaches, and without a spike nothing is
done. Such accumulates are counted from the spikes of the given samples. Anything else than 0 and 1 (an image, an
average of spikes) takes multiply-adds. Not counted: batch normalisation, which at inference is part of the weights
before it; pooling; and everything about memory, on which energy depends as well.

Counts are not energy: for that, the energy of each operation and of each access to memory on some hardware would have
to be known. None is stated here.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.func import functional_call

from psn_viz.learning.evaluation import evaluating, logits_of
from psn_viz.learning.networks import Classifier
from psn_viz.neurons import IF, LIF, PSN, MaskedPSN, SlidingPSN, arguments

_WEIGHTED = (nn.Linear, nn.Conv1d, nn.Conv2d)


@dataclass(frozen=True)
class NeuronWork:
    """What the neurons of one layer need for one sample of T steps.

    name, kind: of the module. neurons: how many. multiply_adds: of the product with W as it is run, dense. band: of
    these, the ones whose weight is not masked away. elementwise: additions, products and comparisons of a loop over
    the steps, and the comparison with the threshold. firing_rate: spikes per neuron and step; None
    where none are given.
    """

    name: str
    kind: str
    neurons: int
    multiply_adds: int
    band: int
    elementwise: int
    firing_rate: float | None


@dataclass(frozen=True)
class LayerWork:
    """What one linear or convolutional layer needs for one sample, all steps together, the mean of the samples.

    accumulates: where its inputs are 0 and 1; multiply_adds: where they are anything else. share: how many of its
    inputs are not 0, 0 to 1.
    """

    name: str
    kind: str
    multiply_adds: float
    accumulates: float
    share: float


@dataclass(frozen=True)
class NetworkWork:
    """What a network needs for one sample."""

    neurons: tuple[NeuronWork, ...]
    layers: tuple[LayerWork, ...]

    @property
    def in_neurons(self) -> int:
        """All operations inside the neurons, a multiply-add counted as one."""
        return sum(layer.multiply_adds + layer.elementwise for layer in self.neurons)

    @property
    def between(self) -> float:
        """All operations between the layers, a multiply-add and an accumulate counted as one each."""
        return sum(layer.multiply_adds + layer.accumulates for layer in self.layers)


def count_operations(model: Classifier, x: Tensor) -> NetworkWork:
    """The operations of a network on samples x `[T, n, features]`, the dtype of its weights, for one sample.

    Weights and mode of the model stay as they are. Raises TypeError for a model that is no Classifier and an x that
    is no tensor of the dtype of its weights; ValueError for n = 0, for an x that holds NaN, is on another device or
    that the model refuses, and for neurons whose operations are not known here.
    """
    if not isinstance(model, Classifier):
        raise TypeError(f"model must be a network of psn_viz, such as SpikingClassifier, got {type(model).__name__}")
    arguments.floating("x", x)
    if x.ndim != 3 or not x.shape[1]:
        raise ValueError(f"x must be [T, n, features] with n ≥ 1, got {list(x.shape)}")
    for weight in model.parameters():
        arguments.fits_parameters(x, weight)
        break
    arguments.with_values("x", x)
    if bool(x.isnan().any()):
        raise ValueError("x must not hold NaN, which is neither a spike nor none")
    n = x.shape[1]
    names = {module: name for name, module in model.named_modules()}
    fired: list[tuple[nn.Module, Tensor]] = []
    reached: list[tuple[nn.Module, Tensor]] = []
    hooks = [
        neuron.register_forward_hook(lambda module, _, spikes: fired.append((module, spikes)))
        for neuron in model.neurons
    ] + [
        module.register_forward_hook(lambda module, inputs, _: reached.append((module, inputs[0])))
        for module in model.modules()
        if isinstance(module, _WEIGHTED)
    ]
    try:
        with evaluating(model):
            logits_of(model, x, None)
    finally:
        for hook in hooks:
            hook.remove()
    return NetworkWork(
        tuple(_of_neurons(names[neuron], neuron, spikes, n) for neuron, spikes in fired),
        tuple(_of_layer(names[layer], layer, inputs, n) for layer, inputs in reached),
    )


def _of_neurons(name: str, neuron: nn.Module, spikes: Tensor, n: int) -> NeuronWork:
    T = len(spikes)
    count = spikes.numel() // (T * n)
    products, band = _products(neuron, T)
    return NeuronWork(
        name=name,
        kind=type(neuron).__name__,
        neurons=count,
        multiply_adds=products * count,
        band=band * count,
        elementwise=_elementwise(neuron) * T * count,
        firing_rate=None if isinstance(neuron, nn.ReLU) else spikes.float().mean().item(),
    )


def _products(neuron: nn.Module, T: int) -> tuple[int, int]:
    """Multiply-adds with W of one neuron over T steps: of the dense product, and without what is masked away."""
    if isinstance(neuron, MaskedPSN):
        allowed = int((neuron.mask != 0).sum()) if neuron.lambda_ == 1 else T * T
        return T * T, allowed
    if isinstance(neuron, SlidingPSN):
        k = min(neuron.k, T)
        return T * T, k * T - k * (k - 1) // 2
    return (T * T, T * T) if isinstance(neuron, PSN) else (0, 0)


def _elementwise(neuron: nn.Module) -> int:
    """Operations of one neuron in one step, as its equations are written."""
    fire = 1
    if isinstance(neuron, PSN | MaskedPSN | SlidingPSN | nn.ReLU):
        return fire
    if not isinstance(neuron, IF):
        raise ValueError(f"the operations of a neuron of type {type(neuron).__name__} are not known here")
    off_zero = neuron.v_reset != 0
    charge = 3 + off_zero if isinstance(neuron, LIF) else 1  # subtract, divide, add; or add
    reset = {"hard": 2 + 2 * off_zero, "soft": 2, "none": 0}[neuron.reset]  # 1 − S, multiply; or multiply, subtract
    return charge + fire + reset


def _of_layer(name: str, layer: nn.Module, inputs: Tensor, n: int) -> LayerWork:
    active = inputs != 0
    spikes = bool(((inputs == 1) | ~active).all())
    pairs = _pairs(layer, active if spikes else torch.ones_like(active)) / n
    return LayerWork(
        name=name,
        kind=type(layer).__name__,
        multiply_adds=0.0 if spikes else pairs,
        accumulates=pairs if spikes else 0.0,
        share=active.float().mean().item(),
    )


def _pairs(layer: nn.Module, active: Tensor) -> float:
    """How many pairs of an active input and a number that it reaches there are: the layer itself, with weights 1."""
    ones = {
        name: torch.full_like(weight, float(name == "weight"), dtype=torch.float64)
        for name, weight in layer.named_parameters()
    }
    return functional_call(layer, ones, (active.double(),)).sum().item()
