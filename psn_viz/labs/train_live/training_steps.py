"""A small network, one training step after the other: digits, row by row, through one layer of spiking neurons.

The same seed and the same changes give the same network, bit for bit. After every step its weights are rounded to
multiples of 2⁻¹⁶, about 0.000015: the rounding errors of a processor, which training would multiply tenfold every
ten to twenty steps, are thrown away before they grow, and other processors come to the same network, too.
"""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from psn_viz.labs.train_live.changes import STEPS, Change, Settings, T, settings_after, until
from psn_viz.learning import SpikingClassifier, Split, load_dataset
from psn_viz.learning.network_surgery import weight_over_time
from psn_viz.neurons import LIF, PSN, MaskedPSN, SlidingPSN, reset_free_weight
from psn_viz.torch_state import one_thread, seeded

CLASSES = 10
WIDTH = 24  # neurons of the layer
BATCHES = 10  # parts of the training set, a step on each; then it is shuffled anew
_GRID = 2.0**16
_RUNS_KEPT = 4


class Memory(NamedTuple):
    """What Adam (Kingma and Ba 2015) keeps of a parameter: how many gradients, means of them and of their squares.

    Written out, for the first optimizer of torch.optim loads its compiler, which takes longer than the whole run.
    """

    gradients: int
    mean: Tensor | float
    square: Tensor | float

    def after(self, gradient: Tensor) -> Memory:
        """With one more gradient."""
        return Memory(self.gradients + 1, 0.9 * self.mean + 0.1 * gradient, 0.999 * self.square + 0.001 * gradient**2)

    def step(self, rate: float) -> Tensor:
        """What is subtracted from the parameter."""
        mean, square = self.mean / (1 - 0.9**self.gradients), self.square / (1 - 0.999**self.gradients)
        return rate * mean / (torch.as_tensor(square).sqrt() + 1e-8)


@dataclass(frozen=True)
class Moment:
    """The network after some training steps, ready for the next one. Not to be changed.

    memory: by the name of each parameter.
    batch_loss: the loss of the last step, on its samples, before it; NaN before the first step.
    loss, accuracy: on the validation part, now.
    """

    settings: Settings
    network: SpikingClassifier
    memory: dict[str, Memory]
    batch_loss: float
    loss: float
    accuracy: float


@cache
def digits() -> tuple[Split, Split]:
    """Training and validation part of the handwritten digits, x `[T=8, n, 8]` float64. Not to be changed."""
    data = load_dataset("digits-rows")
    return Split(data.train.x.double(), data.train.y), Split(data.validation.x.double(), data.validation.y)


def moments(seed: int, changes: tuple[Change, ...], steps: int) -> list[Moment]:
    """The network before the first step, after 1, …, after `steps` training steps.

    What has been computed is kept for a while, by the seed and the changes until then: going on costs the new steps
    only, going back nothing.
    """
    return [moment_after(seed, until(changes, step), step) for step in range(steps + 1)]


@lru_cache(maxsize=_RUNS_KEPT * (STEPS + 1))
@one_thread()  # so that a run is the same, to the bit, whoever asks for it
def moment_after(seed: int, changes: tuple[Change, ...], step: int) -> Moment:
    """The network after `step` steps, with the changes until then, which are all that `changes` may hold.

    From the moment before, which is kept too: who asks for one step after the other computes each once.
    """
    settings = settings_after(changes)
    if step == 0:
        return _judged(settings, _first_network(settings, seed), {}, math.nan)
    before = moment_after(seed, until(changes, step - 1), step - 1)
    network, memory, batch_loss = _trained(before, _batch(seed, step))
    if settings != before.settings:
        network, memory = with_settings(network, memory, settings)
    return _judged(settings, network, memory, batch_loss)


def _first_network(settings: Settings, seed: int) -> SpikingClassifier:
    cpu = torch.device("cpu")
    with seeded(seed, cpu):
        network = SpikingClassifier(
            T, CLASSES, lambda: new_neuron(settings), hidden=(WIDTH,), readout="mean"
        ).double()
    with seeded(seed, cpu):  # drawn again, in float64: in float32 processors round what they draw differently
        for module in network.modules():
            if hasattr(module, "reset_parameters"):
                module.reset_parameters()
    return network


def _trained(before: Moment, batch: Tensor) -> tuple[SpikingClassifier, dict[str, Memory], float]:
    """One step of Adam on the samples `batch`: network, memory, and the loss before it."""
    network, (train, _) = copy.deepcopy(before.network).train(), digits()
    parameters = dict(network.named_parameters())
    loss = F.cross_entropy(network(train.x[:, batch]), train.y[batch])
    gradients = torch.autograd.grad(loss, list(parameters.values()))
    memory = dict(before.memory)
    with torch.no_grad():
        for (name, parameter), gradient in zip(parameters.items(), gradients, strict=True):
            memory[name] = memory.get(name, Memory(0, 0.0, 0.0)).after(gradient)
            parameter.sub_(memory[name].step(before.settings.rate))
    return network, memory, loss.item()


@lru_cache(maxsize=64)
def _order(seed: int, round_: int) -> tuple[Tensor, ...]:
    """The samples of BATCHES steps, in random order."""
    generator = torch.Generator().manual_seed(1000 * seed + round_)
    return torch.randperm(len(digits()[0]), generator=generator).tensor_split(BATCHES)


def _batch(seed: int, step: int) -> Tensor:
    return _order(seed, (step - 1) // BATCHES)[(step - 1) % BATCHES]


@torch.no_grad()
def _judged(settings: Settings, network: SpikingClassifier, memory: dict, batch_loss: float) -> Moment:
    for parameter in network.parameters():
        parameter.copy_((parameter * _GRID).round() / _GRID)
    _, validation = digits()
    logits = network.eval()(validation.x)
    loss = F.cross_entropy(logits, validation.y).item()
    accuracy = (logits.argmax(1) == validation.y).double().mean().item()
    return Moment(settings, network, memory, batch_loss, loss, accuracy)


def new_neuron(settings: Settings) -> PSN | SlidingPSN | LIF:
    """The neuron of these settings as it is before training."""
    match settings.neuron:
        case "PSN":
            return PSN(T)
        case "masked":
            return MaskedPSN(T, settings.k, settings.lambda_)
        case "sliding":
            return SlidingPSN(settings.k)
    return LIF(float(settings.tau))


def with_settings(
    network: SpikingClassifier, memory: dict[str, Memory], settings: Settings
) -> tuple[SpikingClassifier, dict[str, Memory]]:
    """The network, and what Adam keeps, under other settings. What was learned stays as far as it fits:

    - the weights before and after the neurons always;
    - W and B between PSN and masked PSN, and under every k and λ: what a mask hides waits behind it;
    - of a sliding PSN whose k moves the weights of the newest inputs, and V_th; weights that come are 0;
    - from PSN, masked PSN or LIF to a sliding PSN: each weight is the mean along its diagonal of what multiplied X,
      V_th the mean of B;
    - from sliding PSN or LIF to PSN or masked PSN: W is the banded matrix, or the closed form of LIF without reset,
      and B is V_th at every step: the same charge, but for the reset;
    - an LIF learns nothing of its own, so what its predecessor had learned is lost.

    What Adam keeps of a parameter stays where the parameter does, and begins anew with it.
    """
    layer = network.layers[0]
    old, new = layer.neuron, new_neuron(settings).double()
    stays = False
    with torch.no_grad():
        if isinstance(old, PSN) and isinstance(new, PSN):
            stays = True
            new.weight.copy_(old.weight)
            new.threshold.copy_(old.threshold)
        elif isinstance(old, SlidingPSN) and isinstance(new, SlidingPSN):
            stays = True
            new.weight.copy_(_newest(old.weight, new.k))
            new.threshold.copy_(old.threshold)
        elif isinstance(new, PSN):
            new.weight.copy_(weight_of(old))
            new.threshold.copy_(threshold_of(old))
        elif isinstance(new, SlidingPSN):
            weight = weight_of(old)
            new.weight.copy_(torch.stack([weight.diagonal(-lag).mean() for lag in reversed(range(new.k))]))
            new.threshold.copy_(threshold_of(old).mean())
    layer.neuron = new
    ours = "layers.0.neuron."
    memory = {name: kept for name, kept in memory.items() if stays or not name.startswith(ours)}
    if stays and isinstance(new, SlidingPSN) and (kept := memory.get(f"{ours}weight")):
        means = (_newest(value, new.k) for value in (kept.mean, kept.square))
        memory[f"{ours}weight"] = Memory(kept.gradients, *means)
    return network, memory


def _newest(kernel: Tensor, k: int) -> Tensor:
    """The last k numbers of a kernel, with zeros before them where it has fewer."""
    return F.pad(kernel.detach(), (max(0, k - len(kernel)), 0))[-k:]


def weight_of(neuron: nn.Module) -> Tensor:
    """What multiplies X, `[T, T]` float64: W, W ⊙ M_k(λ), the banded kernel; of LIF its closed form without reset."""
    if isinstance(neuron, LIF):
        return reset_free_weight(T, neuron.tau)
    return weight_over_time(neuron, T)


def threshold_of(neuron: nn.Module) -> Tensor:
    """B `[T]` float64."""
    if isinstance(neuron, LIF):
        return torch.full((T,), neuron.v_threshold, dtype=torch.float64)
    return neuron.threshold.detach().expand(T).clone()
