"""Accuracy of a network, in eval mode and without changing it."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from psn_viz.learning.data.load import Split
from psn_viz.neurons.arguments import integer


@contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """A context with eval mode and without gradients; the mode of every submodule is restored afterwards."""
    # Each its own: a caller may have frozen one BatchNorm inside a network that is training.
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        for module, mode in modes:
            module.training = mode


def accuracy(model: nn.Module, split: Split, batch_size: int = 1000) -> float:
    """Share of the samples of `split` that `model` puts in the right class, in [0, 1].

    The model is evaluated in eval mode, on its own device and in its own dtype, and gets its previous
    mode back. Where the samples differ in length, it is called with `split.length` as second argument.
    Raises TypeError for a model that is no nn.Module or a split that is no Split, ValueError for a batch
    size below 1 and for NaN or infinity in `split.x` (NaN gives no spike and would vanish).
    """
    require_module(model)
    if not isinstance(split, Split):
        raise TypeError(f"split must be a Split such as data.test, got {type(split).__name__}")
    batch_size = integer("batch_size", batch_size, low=1)
    require_finite("split", split.x)
    return correct(model, split.x, split.y, split.length, batch_size) / len(split)


def correct(model: nn.Module, x: Tensor, y: Tensor, length: Tensor | None, batch_size: int) -> int:
    """How many samples of x `[T, n, features]` the model puts in class y `[n]`; length int64 `[n]` or None."""
    device, dtype = placement(model)
    hits = []
    with evaluating(model):
        for start in range(0, len(y), batch_size):
            batch = slice(start, start + batch_size)
            logits = logits_of(model, x[:, batch].to(device, dtype), None if length is None else length[batch])
            hits.append((logits.argmax(-1) == y[batch].to(device)).sum())
    return int(torch.stack(hits).sum())


def logits_of(model: nn.Module, x: Tensor, length: Tensor | None) -> Tensor:
    """The logits for x `[T, n, features]`; `length` is passed only where it is not None."""
    return model(x) if length is None else model(x, length)


def placement(model: nn.Module) -> tuple[torch.device, torch.dtype]:
    """Device and floating dtype of the model's first floating parameter; CPU, float32 without one."""
    for parameter in model.parameters():
        if parameter.is_floating_point():
            return parameter.device, parameter.dtype
    return torch.device("cpu"), torch.float32


def require_module(model: object) -> None:
    """TypeError unless `model` is a network."""
    if not isinstance(model, nn.Module):
        raise TypeError(
            f"model must be an nn.Module such as SpikingClassifier(28, 10, neuron=lambda: PSN(T=28)), got {model!r}"
        )


def require_finite(name: str, x: Tensor) -> None:
    """ValueError naming the first time-step and sample of `name`.x `[T, n, features]` that is not finite.

    Looked for beforehand, because afterwards it cannot be seen: NaN compares false and gives no spike.
    """
    wrong = ~torch.isfinite(x)
    if wrong.any():
        step, sample, feature = wrong.nonzero()[0].tolist()
        raise ValueError(
            f"{name}.x must be finite, got {x[step, sample, feature].item()} at time-step {step}, "
            f"sample {sample}, feature {feature} ({int(wrong.sum())} such values in all)"
        )
