"""What the lab `train_live` has to compute: the training written out, in plain PyTorch."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

import numpy as np
import torch
from torch.nn import functional as F

from psn_viz.learning import load_dataset
from psn_viz.torch_state import seeded

T, WIDTH, CLASSES, BATCHES, SAMPLE, GRID = 8, 24, 10, 10, 3, 2**16
START = {"neuron": "masked", "k": 1, "lambda": 0.0, "tau": 2, "rate": 0.05}
LAG = torch.arange(T)[:, None] - torch.arange(T)


def expected(state: dict) -> dict:
    changes = tuple(sorted((tuple(change) for change in state["events"]), key=lambda change: change[0]))
    moments = run(state["seed"], changes).until(state["steps"])
    now = moments[-1]
    settings = now["settings"]
    return {
        "seed": state["seed"],
        "steps": state["steps"],
        "settings.neuron": settings["neuron"],
        "settings.k": settings["k"],
        "settings.lambda_": settings["lambda"],
        "settings.tau": settings["tau"],
        "settings.rate": settings["rate"],
        "batch_loss": [moment["batch_loss"] for moment in moments],
        "loss": [moment["loss"] for moment in moments],
        "accuracy": [moment["accuracy"] for moment in moments],
        "samples": len(data()[3]),
        "weight": now["weight"],
        "threshold": now["threshold"],
        "image": data()[2][:, SAMPLE],
        "spikes": now["spikes"],
        "label": data()[3][SAMPLE],
        "answer": now["answer"],
    }


class Run:
    """The moments of a run, made as far as they are asked for."""

    def __init__(self, seed: int, changes: tuple) -> None:
        self.made: list[dict] = []
        self.coming = training(seed, changes)

    def until(self, steps: int) -> list[dict]:
        self.made.extend(islice(self.coming, max(0, steps + 1 - len(self.made))))
        return self.made[: steps + 1]


@lru_cache(maxsize=64)
def run(seed: int, changes: tuple) -> Run:
    return Run(seed, changes)


@lru_cache
def data() -> tuple[torch.Tensor, ...]:
    """x and y to learn from, x and y to judge by."""
    digits = load_dataset("digits-rows")
    return digits.train.x.double(), digits.train.y, digits.validation.x.double(), digits.validation.y


def training(seed: int, changes: tuple) -> Iterator[dict]:
    """What is known after 0, 1, 2, … steps."""
    x, y, _, _ = data()
    settings = START | {name: value for step, name, value in changes if step == 0}
    with seeded(seed, torch.device("cpu")):
        weights = {"in": linear(WIDTH, T), **neuron_before_training(settings), "out": linear(CLASSES, WIDTH)}
        weights |= {"bias": torch.empty(CLASSES, dtype=torch.float64).uniform_(-(WIDTH**-0.5), WIDTH**-0.5)}
    weights |= {"gain": torch.ones(WIDTH).double(), "shift": torch.zeros(WIDTH).double()}
    running = {"mean": torch.zeros(WIDTH).double(), "variance": torch.ones(WIDTH).double()}
    memory: dict[str, list] = {}
    on_the_grid(weights)
    yield judged(settings, weights, running, math.nan)
    step = 0
    while True:
        step += 1
        if step % BATCHES == 1:
            order = torch.Generator().manual_seed(1000 * seed + step // BATCHES)
            parts = torch.randperm(len(y), generator=order).tensor_split(BATCHES)
        chosen = parts[(step - 1) % BATCHES]
        learned = {name: value.clone().requires_grad_() for name, value in weights.items()}
        logits, _ = forward(settings, learned, running, x[:, chosen], training=True)
        loss = F.cross_entropy(logits, y[chosen])
        gradients = torch.autograd.grad(loss, list(learned.values()), allow_unused=True)
        for name, gradient in zip(learned, gradients, strict=True):
            if gradient is not None:
                adam(weights, memory, name, gradient, settings["rate"])
        before, settings = settings, settings | {name: value for at, name, value in changes if at == step}
        weights, memory = carried_over(before, settings, weights, memory)
        on_the_grid(weights)
        yield judged(settings, weights, running, loss.item())


def linear(rows: int, columns: int) -> torch.Tensor:
    return torch.empty(rows, columns, dtype=torch.float64).uniform_(-(columns**-0.5), columns**-0.5)


def neuron_before_training(settings: dict) -> dict[str, torch.Tensor]:
    match settings["neuron"]:
        case "LIF":
            return {}
        case "sliding":
            k = settings["k"]
            kernel = [2.0 ** (i - k + 1) for i in range(k)]
            return {"W": torch.tensor(kernel).double(), "B": torch.tensor(1.0).double()}
    return {"W": linear(T, T), "B": torch.ones(T).double()}


def on_the_grid(weights: dict) -> None:
    for name, value in weights.items():
        weights[name] = torch.round(value * GRID) / GRID


def adam(weights: dict, memory: dict, name: str, gradient: torch.Tensor, rate: float) -> None:
    """One step of Adam (Kingma and Ba 2015)."""
    count, first, second = memory.get(name, (0, 0.0, 0.0))
    count, first, second = count + 1, 0.9 * first + 0.1 * gradient, 0.999 * second + 0.001 * gradient**2
    memory[name] = (count, first, second)
    weights[name] = weights[name] - rate * (first / (1 - 0.9**count)) / ((second / (1 - 0.999**count)).sqrt() + 1e-8)


def forward(settings: dict, weights: dict, running: dict, x: torch.Tensor, training: bool):
    """Logits `[n, classes]`, and spikes `[T, n, width]`. In training it moves the running statistics."""
    into = x @ weights["in"].T
    mean, variance = running["mean"], running["variance"]
    if training:
        flat = into.flatten(0, 1)
        mean, variance = flat.mean(0), flat.var(0, unbiased=False)
        unbiased = variance.detach() * len(flat) / (len(flat) - 1)
        running["mean"] = 0.9 * running["mean"] + 0.1 * mean.detach()
        running["variance"] = 0.9 * running["variance"] + 0.1 * unbiased
    into = (into - mean) / (variance + 1e-5).sqrt() * weights["gain"] + weights["shift"]
    spikes = fired(settings, weights, into)
    return spikes.mean(0) @ weights["out"].T + weights["bias"], spikes


def fired(settings: dict, weights: dict, x: torch.Tensor) -> torch.Tensor:
    if settings["neuron"] == "LIF":
        v, spikes, tau = torch.zeros_like(x[0]), [], settings["tau"]
        for x_t in x:
            h = v + (x_t - v) / tau
            spikes.append(Spike.apply(h - 1))
            v = h * (1 - spikes[-1])
        return torch.stack(spikes)
    h = torch.einsum("ti,inf->tnf", multiplies(settings, weights), x)
    return Spike.apply(h - weights["B"].expand(T)[:, None, None])


def multiplies(settings: dict, weights: dict) -> torch.Tensor:
    """W `[T, T]` that multiplies X, with the reset of LIF left out."""
    k, through = settings["k"], (LAG >= 0) & (LAG < settings["k"])
    match settings["neuron"]:
        case "PSN":
            return weights["W"]
        case "masked":
            return weights["W"] * (settings["lambda"] * through.double() + (1 - settings["lambda"]))
        case "sliding":
            return torch.where(through, weights["W"][(k - 1 - LAG).clamp(0, k - 1)], 0.0)
    tau = settings["tau"]
    return torch.where(LAG >= 0, (1 / tau) * (1 - 1 / tau) ** LAG.clamp(min=0).double(), 0.0)


def carried_over(before: dict, now: dict, weights: dict, memory: dict) -> tuple[dict, dict]:
    """The weights under other settings: what fits stays, with its memory."""
    dense = ("PSN", "masked")
    old, new = before["neuron"], now["neuron"]
    if (old in dense and new in dense) or (old == new == "LIF"):
        return weights, memory
    others = {name: value for name, value in weights.items() if name not in ("W", "B")}
    if old == new == "sliding":

        def newest(kernel: torch.Tensor) -> torch.Tensor:
            padded = torch.cat((torch.zeros(T).double(), kernel))
            return padded[len(padded) - now["k"] :]

        if "W" in memory:
            count, first, second = memory["W"]
            memory = memory | {"W": (count, newest(first), newest(second))}
        return weights | {"W": newest(weights["W"])}, memory
    memory = {name: kept for name, kept in memory.items() if name not in ("W", "B")}
    if new == "LIF":
        return others, memory
    W = multiplies(before, weights)
    B = torch.ones(T).double() if old == "LIF" else weights["B"].expand(T)
    if new == "sliding":
        W = torch.tensor([float(W[LAG == lag].mean()) for lag in range(now["k"] - 1, -1, -1)]).double()
        B = B.mean()
    return others | {"W": W, "B": B.clone()}, memory


@torch.no_grad()
def judged(settings: dict, weights: dict, running: dict, batch_loss: float) -> dict:
    _, _, x, y = data()
    logits, spikes = forward(settings, weights, running, x, training=False)
    W = multiplies(settings, weights)
    gone = torch.zeros(T, T, dtype=torch.bool)
    if settings["neuron"] == "LIF":
        gone = LAG < 0
    elif settings["neuron"] == "sliding" or (settings["neuron"] == "masked" and settings["lambda"] == 1):
        gone = (LAG < 0) | (LAG >= settings["k"])
    return {
        "settings": settings,
        "batch_loss": batch_loss,
        "loss": F.cross_entropy(logits, y).item(),
        "accuracy": (logits.argmax(1) == y).double().mean().item(),
        "weight": np.where(gone, np.nan, W),
        "threshold": (weights["B"] if "B" in weights else torch.tensor(1.0)).expand(T).numpy(),
        "spikes": spikes[:, SAMPLE].numpy(),
        "answer": logits[SAMPLE].argmax().item(),
    }


class Spike(torch.autograd.Function):
    """1 where x ≥ 0; its derivative is that of arctan(πx)/π."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return (x >= 0).to(x.dtype)

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        return gradient / (1 + (math.pi * x) ** 2)
