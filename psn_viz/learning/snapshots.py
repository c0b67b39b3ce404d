"""Snapshots of the neurons during training: their parameters, and the spikes of one example."""

from dataclasses import dataclass, field

import msgspec
import torch
from torch import Tensor, nn

from psn_viz.json_files import CountFromZero
from psn_viz.learning.evaluation import placement
from psn_viz.neurons import MaskedPSN, Neuron


@dataclass
class NeuronHistory:
    """The neurons of a network at S moments of its training, from before the first step to after the last.

    steps: how many training steps had been taken at each moment. lambda_: λ of the masked neurons then, empty
    without such neurons. parameters: W, B, kernel and threshold of each spiking layer, under their names in
    `model.named_parameters()`, float16 `[S, …]` (three digits: to look at; the model itself keeps them all).
    spikes: of each hidden layer for one sample, the first of the validation part, bool `[S, T, width]`; empty for
    a network without `activity`. `len` is S.
    """

    steps: list[int] = field(default_factory=list)
    lambda_: list[float] = field(default_factory=list)
    parameters: dict[str, Tensor] = field(default_factory=dict)
    spikes: list[Tensor] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.steps)

    def __repr__(self) -> str:
        return f"NeuronHistory({len(self)} moments of {', '.join(self.parameters) or 'no parameters'})"

    def add(self, step: int, model: nn.Module, example: tuple[Tensor, ...]) -> None:
        """Record the state after `step` steps; example: x `[T, 1, features]`, and its length `[1]` if it has one."""
        masked = [module.lambda_ for module in model.modules() if isinstance(module, MaskedPSN)]
        now = {name: values.detach().cpu().half()[None] for name, values in neuron_parameters(model).items()}
        spikes = []
        activity = getattr(model, "activity", None)
        if callable(activity) and any(isinstance(module, Neuron) for module in model.modules()):
            device, dtype = placement(model)
            layers = activity(example[0].to(device, dtype), *example[1:])
            # Whatever stands behind the width (an image, say) is part of it.
            spikes = [(layer[:, 0].flatten(1) != 0).cpu()[None] for layer in layers]
        if self.steps:
            now = {name: torch.cat((self.parameters[name], values)) for name, values in now.items()}
            spikes = [torch.cat(pair) for pair in zip(self.spikes, spikes, strict=True)]
        self.parameters, self.spikes = now, spikes
        self.lambda_ += masked[:1]
        self.steps.append(step)


def neuron_parameters(model: nn.Module) -> dict[str, Tensor]:
    """The parameters of the model's spiking neurons under their names in `model.named_parameters()`."""
    return {
        f"{place}.{name}" if place else name: parameter
        for place, module in model.named_modules()
        if isinstance(module, Neuron)
        for name, parameter in module.named_parameters(recurse=False)
    }


def moments(count: int, steps: int) -> set[int]:
    """After how many of the steps to look, to see `count` states (0, or 2 and more) at equal distances."""
    return {round(number * steps / (count - 1)) for number in range(count)} if count else set()


class Moments(msgspec.Struct, rename={"lambda_": "lambda"}):
    """What a file says of a NeuronHistory in JSON.

    parameters: the names of those that are kept as tensors. spikes: of each layer, the shape `[S, T, width]`.
    """

    steps: list[CountFromZero]
    lambda_: list[float]
    parameters: list[str]
    spikes: list[tuple[CountFromZero, CountFromZero, CountFromZero]]


def to_tensors(neurons: NeuronHistory) -> tuple[dict[str, Tensor], Moments]:
    """The history as tensors and as facts for JSON. Spikes become bits, eight in a byte."""
    tensors = {f"parameters/{name}": values for name, values in neurons.parameters.items()}
    shapes = []
    for layer, spikes in enumerate(neurons.spikes):
        tensors[f"spikes/{layer}"] = _to_bytes(spikes)
        S, T, width = spikes.shape
        shapes.append((S, T, width))
    return tensors, Moments(neurons.steps, neurons.lambda_, list(neurons.parameters), shapes)


def from_tensors(tensors: dict[str, Tensor], facts: Moments) -> NeuronHistory:
    """The history again. Raises ValueError, KeyError or RuntimeError when the two do not fit together."""
    parameters = {name: tensors[f"parameters/{name}"] for name in facts.parameters}
    spikes = [_to_bits(tensors[f"spikes/{layer}"], shape) for layer, shape in enumerate(facts.spikes)]
    if any(len(values) != len(facts.steps) for values in (*parameters.values(), *spikes)):
        raise ValueError(f"the history of the neurons does not hold {len(facts.steps)} moments")
    return NeuronHistory(facts.steps, facts.lambda_, parameters, spikes)


_POWERS = torch.tensor([128, 64, 32, 16, 8, 4, 2, 1], dtype=torch.uint8)


def _to_bytes(bits: Tensor) -> Tensor:
    flat = bits.flatten().to(torch.uint8)
    flat = torch.cat((flat, flat.new_zeros(-len(flat) % 8)))
    return (flat.view(-1, 8) * _POWERS).sum(1, dtype=torch.uint8)


def _to_bits(packed: Tensor, shape: tuple[int, ...]) -> Tensor:
    flat = (packed[:, None] & _POWERS != 0).flatten()
    return flat[: torch.Size(shape).numel()].view(shape)
