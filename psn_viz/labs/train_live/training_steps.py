"""A small network, one training step after the other: digits, row by row, through one layer of spiking neurons.

The same seed and the same changes give the same network, bit for bit. After every step its weights are rounded to
multiples of 2⁻²⁰, about a millionth: the rounding errors of a processor, which training would multiply tenfold every
ten to twenty steps, are thrown away before they grow, and other processors come to the same network, too.
"""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from functools import cache, lru_cache

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from psn_viz.labs.train_live.changes import STEPS, Change, Settings, T, settings_after, until
from psn_viz.learning import SpikingClassifier, Split, load_dataset
from psn_viz.learning.network_surgery import weight_over_time
from psn_viz.neurons import LIF, PSN, MaskedPSN, SlidingPSN, reset_free_weight
from psn_viz.torch_state import seeded

CLASSES = 10
WIDTH = 24  # neurons of the layer
BATCHES = 10  # parts of the training set, a step on each; then it is shuffled anew
_GRID = 2.0**20
_RUNS_KEPT = 4


@dataclass(frozen=True)
class Moment:
    """The network after some training steps, ready for the next one. Not to be changed.

    memory: what the optimiser (AdamW) keeps of each parameter, by the parameter's name.
    batch_loss: the loss of the last step, on its samples, before it; NaN before the first step.
    loss, accuracy: on the validation part, now.
    """

    settings: Settings
    network: SpikingClassifier
    memory: dict[str, dict[str, Tensor]]
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
    return [_moment(seed, until(changes, step), step) for step in range(steps + 1)]


@lru_cache(maxsize=_RUNS_KEPT * (STEPS + 1))
def _moment(seed: int, changes: tuple[Change, ...], step: int) -> Moment:
    settings = settings_after(changes)
    if step == 0:
        with seeded(seed, torch.device("cpu")):
            network = SpikingClassifier(
                T, CLASSES, lambda: new_neuron(settings), hidden=(WIDTH,), readout="mean"
            ).double()
        return _judged(settings, network, {}, math.nan)
    before = _moment(seed, until(changes, step - 1), step - 1)
    network, memory, batch_loss = _trained(before, _batch(seed, step))
    if settings != before.settings:
        network, memory = with_settings(network, memory, settings)
    return _judged(settings, network, memory, batch_loss)


def _trained(before: Moment, batch: Tensor) -> tuple[SpikingClassifier, dict[str, dict[str, Tensor]], float]:
    """One step of AdamW without weight decay on the samples `batch`."""
    network, (train, _) = copy.deepcopy(before.network).train(), digits()
    optimizer = torch.optim.AdamW(network.parameters(), lr=before.settings.rate, weight_decay=0.0)
    parameters = dict(network.named_parameters())
    for name, kept in before.memory.items():
        optimizer.state[parameters[name]] = {key: value.clone() for key, value in kept.items()}
    loss = F.cross_entropy(network(train.x[:, batch]), train.y[batch])
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    memory = {name: dict(optimizer.state[parameter]) for name, parameter in parameters.items()}
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
    network: SpikingClassifier, memory: dict[str, dict[str, Tensor]], settings: Settings
) -> tuple[SpikingClassifier, dict[str, dict[str, Tensor]]]:
    """The network, and what the optimiser keeps, under other settings. What was learned stays as far as it fits:

    - the weights before and after the neurons always;
    - W and B between PSN and masked PSN, and under every k and λ: what a mask hides waits behind it;
    - of a sliding PSN whose k moves the weights of the newest inputs, and V_th; weights that come are 0;
    - from PSN, masked PSN or LIF to a sliding PSN: each weight is the mean along its diagonal of what multiplied X,
      V_th the mean of B;
    - from sliding PSN or LIF to PSN or masked PSN: W is the banded matrix, or the closed form of LIF without reset,
      and B is V_th at every step: the same charge, but for the reset;
    - an LIF learns nothing of its own, so what its predecessor had learned is lost.

    The optimiser's memory of a parameter stays where the parameter does, and begins anew with it.
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
        memory[f"{ours}weight"] = {
            key: _newest(value, new.k) if value.dim() else value for key, value in kept.items()
        }
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
