"""Read W of a layer of a trained network, follow it through training, replace it, and train again what is above.

Layers count from 1, the first after the input.
"""

import copy
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from psn_viz.learning.data.dataset import Dataset, Split
from psn_viz.learning.evaluation import evaluating, logits_of, placement, require_finite, require_module
from psn_viz.learning.history import History
from psn_viz.learning.networks import Layer, SpikingClassifier
from psn_viz.learning.training import train
from psn_viz.neurons import PSN, MaskedPSN, SlidingPSN
from psn_viz.neurons.arguments import integer


def neuron_of(model: nn.Module, layer: int) -> PSN | MaskedPSN | SlidingPSN:
    """The neuron of a layer, which must be one that has a W.

    Raises TypeError for a model that is no network of `psn_viz.learning`, ValueError for a layer that it does not
    have or whose neuron has no W, such as LIF.
    """
    require_module(model)
    neurons = getattr(model, "neurons", None)
    if not isinstance(neurons, list):
        raise TypeError(f"model must be a network of psn_viz.learning, such as SpikingClassifier, got {type(model)}")
    layer = integer("layer", layer, low=1, high=len(neurons), why="layers count from 1")
    neuron = neurons[layer - 1]
    if not isinstance(neuron, PSN | SlidingPSN):
        raise ValueError(
            f"layer {layer} must have a PSN, MaskedPSN or SlidingPSN, it has {type(neuron).__name__}: no W is learned"
        )
    return neuron


def weight_over_time(neuron: PSN | MaskedPSN | SlidingPSN, T: int) -> Tensor:
    """What multiplies X `[T, N, …]` in H = W X: W, W ⊙ M_k(λ), or the kernel as a banded matrix; `[T, T]`, a copy.

    Raises TypeError for another neuron, ValueError for a T that the neuron is not made for.
    """
    if not isinstance(neuron, PSN | SlidingPSN):
        raise TypeError(f"neuron must be a PSN, MaskedPSN or SlidingPSN, got {type(neuron).__name__}")
    T = integer("T", T, low=1)
    if isinstance(neuron, SlidingPSN):
        return neuron.dense_weight(T).detach().clone()
    if neuron.T != T:
        raise ValueError(f"T must be {neuron.T}, that of the neuron, got {T}")
    weight = neuron.masked_weight() if isinstance(neuron, MaskedPSN) else neuron.weight
    return weight.detach().clone()


def within_structure(neuron: PSN | MaskedPSN | SlidingPSN, T: int) -> Tensor:
    """Bool `[T, T]`: where the neuron has weights once λ is 1. All of a PSN; 0 ≤ t − i < k of the two others."""
    T = integer("T", T, low=1)
    everywhere = torch.ones(T, T, dtype=torch.bool)
    if isinstance(neuron, MaskedPSN | SlidingPSN):
        return everywhere.tril() & everywhere.triu(1 - neuron.k)
    return everywhere


def with_weight(model: nn.Module, layer: int, weight: Tensor, threshold: Tensor | None = None) -> nn.Module:
    """A copy of the model in which a PSN holding `weight` `[T, T]` and `threshold` `[T]` stands in one layer.

    Any neuron of the family may stand there in the model, for a PSN can hold what it holds; without `threshold`, B is
    that of the neuron. The model stays as it is. The copy is in eval mode, without `.card` and `.history`, which
    would not be its own.

    Raises as `neuron_of`; TypeError or ValueError for a weight or threshold that does not fit.
    """
    neuron = neuron_of(model, layer)
    if not isinstance(weight, Tensor) or weight.dim() != 2 or weight.shape[0] != weight.shape[1]:
        given = f"shape {list(weight.shape)}" if isinstance(weight, Tensor) else type(weight).__name__
        raise ValueError(f"weight must be a tensor [T, T], got {given}")
    T = len(weight)
    _require_numbers("weight", weight)
    if isinstance(neuron, PSN) and neuron.T != T:
        raise ValueError(f"weight must be [{neuron.T}, {neuron.T}] as in layer {layer}, got {list(weight.shape)}")
    if threshold is None:
        threshold = neuron.threshold.expand(T)
    if not isinstance(threshold, Tensor) or threshold.shape != (T,):
        given = f"shape {list(threshold.shape)}" if isinstance(threshold, Tensor) else type(threshold).__name__
        raise ValueError(f"threshold must be a tensor [T] = [{T}], got {given}")
    _require_numbers("threshold", threshold)
    with torch.random.fork_rng(devices=[]):  # what a fresh PSN draws is replaced at once
        psn = PSN(T, neuron.surrogate).to(neuron.weight)
    with torch.no_grad():
        psn.weight.copy_(weight)
        psn.threshold.copy_(threshold)
    return with_neuron(model, layer, psn)


def _require_numbers(name: str, values: Tensor) -> None:
    if not values.is_floating_point():
        raise TypeError(f"{name} must be of a floating dtype, got {values.dtype}")
    if not torch.isfinite(values).all():
        raise ValueError(f"{name} must be finite, it holds NaN or infinity")


def with_neuron(model: nn.Module, layer: int, neuron: nn.Module) -> nn.Module:
    """A copy of the model with another neuron in one layer, as `with_weight` makes it."""
    return _copied(model, {id(neuron_of(model, layer)): neuron})


def _copied(model: nn.Module, instead: dict[int, nn.Module]) -> nn.Module:
    """A copy in eval mode; instead: what stands in it for the module of that id."""
    # What a saved model carries besides is large, and says nothing about the copy.
    memo = {id(vars(model)[name]): None for name in ("card", "history") if name in vars(model)}
    changed = copy.deepcopy(model, {**memo, **instead})
    for name in ("card", "history"):
        vars(changed).pop(name, None)
    return changed.eval()


def retrain_above(
    model: SpikingClassifier,
    layer: int,
    data: Dataset,
    *,
    epochs: int = 5,
    learning_rate: float | None = None,
    seed: int = 0,
) -> SpikingClassifier:
    """A copy of the model in which all that is above a layer was trained again, from the weights that it had.

    Frozen are the layer itself, with its W, B, linear map and BatchNorm, and what is below it. Trained are the layers
    above it and the readout, on `data.train`, by `train` with these epochs, learning_rate and seed. So it tells what
    `with_weight` took from a layer that the layers above cannot make up for. To compare with: the model itself,
    trained again in the same way.

    The model stays as it is. The copy is in eval mode, without `.card` and `.history`. λ of every masked PSN is 1.

    Raises TypeError for a model that is no SpikingClassifier; ValueError for a layer that it does not have or that
    has no W, and for a masked PSN whose λ is not 1 yet; and what `train` raises.
    """
    if not isinstance(model, SpikingClassifier):
        raise TypeError(f"model must be a SpikingClassifier, got {type(model).__name__}")
    neuron_of(model, layer)
    for neuron in model.neurons:
        if isinstance(neuron, MaskedPSN) and neuron.lambda_ != 1:
            raise ValueError(f"model must have λ = 1 in every masked PSN, got λ = {neuron.lambda_:g}")
    changed = cast(SpikingClassifier, _copied(model, {})).requires_grad_(True)
    frozen = [cast(Layer, part) for part in changed.layers][:layer]
    for part in frozen:
        part.requires_grad_(False)
        part.frozen = True
    train(changed, data, epochs=epochs, learning_rate=learning_rate, seed=seed, lambda_schedule="closed")
    for part in frozen:
        part.requires_grad_(True)
        part.frozen = False
    return changed.eval()


def answers(model: nn.Module, split: Split, batch_size: int = 1000) -> Tensor:
    """The class that the model puts each sample of `split` in, int64 `[n]` on the CPU. `accuracy` counts right ones.

    Raises TypeError for a model or split that is none, ValueError for a batch size below 1 and for x that is not
    finite.
    """
    require_module(model)
    if not isinstance(split, Split):
        raise TypeError(f"split must be a Split such as data.test, got {type(split).__name__}")
    batch_size = integer("batch_size", batch_size, low=1)
    require_finite("split", split.x)
    device, dtype = placement(model)
    given = []
    with evaluating(model):
        for start in range(0, len(split), batch_size):
            batch = slice(start, start + batch_size)
            length = None if split.length is None else split.length[batch]
            given.append(logits_of(model, split.x[:, batch].to(device, dtype), length).argmax(-1).cpu())
    return torch.cat(given)


@dataclass(frozen=True, eq=False)
class InTraining:
    """One layer at the S moments that a history holds, T time-steps. Floating tensors are float64.

    steps: training steps taken by then. loss `[S]`: mean over the steps since the moment before, at the first moment
    that of the first step. lambda_ `[S]`: λ, None where nothing is masked. weight `[S, T, T]`: what multiplied X.
    moved `[S, T, T]`: what training had added to the parameters since the first moment, as far as the mask lets it
    through. threshold `[S, T]`: B. spikes bool `[S, T, width]` of the example. The parameters are kept as float16.
    """

    steps: list[int]
    loss: Tensor
    lambda_: Tensor | None
    weight: Tensor
    moved: Tensor
    threshold: Tensor
    spikes: Tensor


def in_training(model: nn.Module, layer: int, T: int, history: History | None = None) -> InTraining:
    """The history of a layer during training; history: None for that which `load_model` gives.

    Raises as `neuron_of`; ValueError where there is no history of the neurons, and for a T that the neuron is not
    made for.
    """
    neuron = neuron_of(model, layer)
    T = integer("T", T, low=1)
    if isinstance(neuron, PSN) and neuron.T != T:
        raise ValueError(f"T must be {neuron.T}, that of the neuron, got {T}")
    history = getattr(model, "history", None) if history is None else history
    if not isinstance(history, History) or history.neurons is None or not len(history.neurons):
        raise ValueError("history must hold snapshots of the neurons: load_model(…), or train(…, snapshots=20)")
    moments = history.neurons
    place = next(name for name, module in model.named_modules() if module is neuron)
    weight, threshold = (moments.parameters[f"{place}.{name}"].double() for name in ("weight", "threshold"))
    moved, lambda_ = weight - weight[0], None
    if isinstance(neuron, MaskedPSN):
        lambda_ = torch.tensor(moments.lambda_, dtype=torch.float64)
        mask = within_structure(neuron, T).double() * lambda_[:, None, None] + (1 - lambda_)[:, None, None]
        weight, moved = weight * mask, moved * mask
    elif isinstance(neuron, SlidingPSN):
        weight, moved = (_banded(kernels, T) for kernels in (weight, moved))
        threshold = threshold[:, None].expand(-1, T)
    return InTraining(
        steps=list(moments.steps),
        loss=_losses(history.losses, moments.steps),
        lambda_=lambda_,
        weight=weight,
        moved=moved,
        threshold=threshold,
        spikes=moments.spikes[layer - 1],
    )


def _banded(kernels: Tensor, T: int) -> Tensor:
    """`[S, k]` → `[S, T, T]`, as `SlidingPSN` does it with one kernel."""
    neuron = SlidingPSN(kernels.shape[1]).double()
    banded = []
    with torch.no_grad():
        for kernel in kernels:
            neuron.weight.copy_(kernel)
            banded.append(neuron.dense_weight(T))
    return torch.stack(banded)


def _losses(losses: list[float], steps: list[int]) -> Tensor:
    if not losses:
        return torch.full((len(steps),), torch.nan, dtype=torch.float64)
    since = [0, *steps[:-1]]
    windows = [losses[start:stop] or losses[:1] for start, stop in zip(since, steps, strict=True)]
    return torch.tensor([sum(window) / len(window) for window in windows], dtype=torch.float64)
