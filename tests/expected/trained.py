"""What the labs on trained networks have to show, from the files of the models and the definitions."""

from functools import cache

import numpy as np
import torch

from psn_viz.learning import load_dataset, load_model
from psn_viz.neurons import MaskedPSN, SlidingPSN
from psn_viz.torch_state import spare_core


@cache
def model(name: str):
    return load_model(name)


@cache
def data(name: str):
    return load_dataset(model(name).card["data"]["name"])


def steps(name: str) -> int:
    return model(name).card["data"]["T"]


def layer(name: str, number: int):
    """The neuron of a layer, the last one for a number beyond, and its place in the network."""
    neurons = model(name).neurons
    place = min(number, len(neurons)) - 1
    return neurons[place], place


def lag(T: int) -> np.ndarray:
    return np.arange(T)[:, None] - np.arange(T)


def dense(neuron, weight: np.ndarray, T: int) -> np.ndarray:
    """W `[T, T]` from the parameter `weight` of the neuron, entry by entry; without a mask."""
    if not isinstance(neuron, SlidingPSN):
        return weight.copy()
    k = len(weight)
    return np.array([[weight[k - 1 - t + i] if 0 <= t - i < k else 0.0 for i in range(T)] for t in range(T)])


def mask(neuron, T: int, lambda_: float) -> np.ndarray:
    """M_k(λ) of a masked neuron, else ones."""
    if not isinstance(neuron, MaskedPSN):
        return np.ones((T, T))
    band = (lag(T) >= 0) & (lag(T) < neuron.k)
    return lambda_ * band + (1 - lambda_)


def absent(neuron, T: int, lambda_: float) -> np.ndarray:
    """Where the neuron has no weights."""
    if isinstance(neuron, SlidingPSN) or (isinstance(neuron, MaskedPSN) and lambda_ == 1):
        return (lag(T) < 0) | (lag(T) >= neuron.k)
    return np.zeros((T, T), dtype=bool)


def present_weight(name: str, number: int) -> np.ndarray:
    """What multiplies X in the finished network, float64."""
    neuron, _ = layer(name, number)
    T = steps(name)
    lambda_ = neuron.lambda_ if isinstance(neuron, MaskedPSN) else 1.0
    return dense(neuron, neuron.weight.detach().double().numpy(), T) * mask(neuron, T, lambda_)


def at_moment(name: str, number: int, moment: int) -> dict:
    """What the history holds of a layer at a moment: W and what was added to it, masked; B; λ; the spikes."""
    neuron, place = layer(name, number)
    T, moments = steps(name), model(name).history.neurons
    weights = moments.parameters[f"layers.{place}.neuron.weight"].double().numpy()
    lambda_ = moments.lambda_[moment] if isinstance(neuron, MaskedPSN) else np.nan
    through = mask(neuron, T, lambda_)
    return {
        "W": dense(neuron, weights[moment], T) * through,
        "change": dense(neuron, weights[moment] - weights[0], T) * through,
        "absent": absent(neuron, T, lambda_),
        "B": moments.parameters[f"layers.{place}.neuron.threshold"][moment].double().expand(T).numpy(),
        "λ": lambda_,
        "S": moments.spikes[place][moment].numpy(),
    }


def toeplitz(weight: np.ndarray) -> np.ndarray:
    """The mean of each diagonal, all along it."""
    T = len(weight)
    means = {n: weight.diagonal(-n).mean() for n in range(1 - T, T)}
    return np.array([[means[n] for n in row] for row in lag(T)])


@cache
def leaks(T: int, betas: tuple) -> list[np.ndarray]:
    """(1 − 1/τ)^(t−i) for i ≤ t, each `[T, T]`."""
    powers = [np.array([beta**n for n in range(T)]) for beta in betas]
    return [np.where(lag(T) >= 0, power[np.maximum(lag(T), 0)], 0.0) for power in powers]


def away(weight: np.ndarray, near: np.ndarray) -> float:
    return float(np.sqrt(((weight - near) ** 2).sum() / (weight**2).sum()))


def effective_rank(weight: np.ndarray) -> float:
    values = torch.linalg.svd(torch.from_numpy(weight)).S.numpy()
    share = values[values > 0] / values.sum()
    return float(np.exp(-(share * np.log(share)).sum()))


def future(weight: np.ndarray) -> float:
    return float((np.triu(weight, 1) ** 2).sum() / (weight**2).sum())


def right_with(name: str, number: int, weight: np.ndarray) -> np.ndarray:
    """Which test samples are classified right with `weight` `[T, T]` in one layer, bool `[n]`: layer by layer."""
    network, test = model(name), data(name).test
    _, replaced = layer(name, number)
    T, n = test.x.shape[:2]
    valid = torch.ones(T, n, dtype=torch.bool) if test.length is None else torch.arange(T)[:, None] < test.length
    s = test.x
    with torch.no_grad(), spare_core():  # as many threads as a lab has: they may add in another order
        for place, part in enumerate(network.layers):
            x = part.norm(part.linear(s).flatten(0, 1)).unflatten(0, (T, n)) * valid[..., None]
            W = torch.from_numpy(weight if place == replaced else present_weight(name, place + 1)).float()
            h = (W @ x.flatten(1)).unflatten(1, x.shape[1:])
            s = (h - part.neuron.threshold.expand(T)[:, None, None] >= 0).float()
        length = valid.sum(0)
        if network.readout == "last":
            chosen = s[length - 1, torch.arange(n)]
        else:
            chosen = (s * valid[..., None]).sum(0) / length[:, None]
        return (network.head(chosen).argmax(1) == test.y).numpy()
