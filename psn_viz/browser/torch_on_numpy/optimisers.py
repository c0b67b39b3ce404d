"""torch.optim: SGD, AdamW, and the learning rate that falls along a cosine."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from .absent import missing, submodule
from .tensors import Tensor


class Optimizer:
    """Changes parameters by their gradients. param_groups: one, with its settings and "params"."""

    def __init__(self, params: Iterable[Tensor], defaults: dict[str, Any]) -> None:
        given = list(params)
        if not given:
            raise ValueError("optimizer got an empty parameter list")
        if not all(isinstance(one, Tensor) for one in given):
            missing("torch.optim with several groups of parameters")
        self.defaults = defaults
        self.param_groups = [{"params": given, **defaults}]
        self.state: dict[Tensor, dict[str, Any]] = {}

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients."""
        for parameter in self.param_groups[0]["params"]:
            parameter.grad = None

    def step(self) -> None:
        """Change the parameters that have a gradient."""
        settings = self.param_groups[0]
        for parameter in settings["params"]:
            if parameter.grad is not None:
                self._update(parameter._array, parameter.grad._array, self.state.setdefault(parameter, {}), settings)

    def _update(self, values: np.ndarray, gradient: np.ndarray, kept: dict, settings: dict) -> None:
        raise NotImplementedError

    def state_dict(self) -> dict:
        """Not here: checkpoints are for long runs."""
        missing("torch.optim.Optimizer.state_dict")

    def load_state_dict(self, state_dict: dict) -> None:
        """Not here."""
        missing("torch.optim.Optimizer.load_state_dict")


class SGD(Optimizer):
    """Gradient descent with momentum."""

    def __init__(self, params: Iterable[Tensor], lr: float = 1e-3, momentum: float = 0.0) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum})

    def _update(self, values: np.ndarray, gradient: np.ndarray, kept: dict, settings: dict) -> None:
        if settings["momentum"]:
            moved = kept["momentum"] * settings["momentum"] + gradient if kept else gradient.copy()
            kept["momentum"] = gradient = moved
        values -= values.dtype.type(settings["lr"]) * gradient


class AdamW(Optimizer):
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019)."""

    def __init__(
        self, params: Iterable[Tensor], lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8, weight_decay: float = 1e-2,
    ) -> None:  # fmt: skip
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay})

    def _update(self, values: np.ndarray, gradient: np.ndarray, kept: dict, settings: dict) -> None:
        if not kept:
            kept.update(step=0, mean=np.zeros_like(values), square=np.zeros_like(values))
        (first, second), rate, number = settings["betas"], settings["lr"], values.dtype.type
        kept["step"] += 1
        values *= number(1 - rate * settings["weight_decay"])
        kept["mean"] += number(1 - first) * (gradient - kept["mean"])
        kept["square"] = number(second) * kept["square"] + number(1 - second) * gradient * gradient
        size = rate / (1 - first ** kept["step"])
        root = np.sqrt(kept["square"]) / number(math.sqrt(1 - second ** kept["step"])) + number(settings["eps"])
        values -= number(size) * (kept["mean"] / root)


class LRScheduler:
    """Changes the learning rate after each step."""

    def __init__(self, optimizer: Optimizer) -> None:
        self.optimizer, self.last_epoch = optimizer, 0
        self.base_lrs = [group["lr"] for group in optimizer.param_groups]

    def get_last_lr(self) -> list[float]:
        """The rate now."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict:
        """Not here: checkpoints are for long runs."""
        missing("torch.optim.lr_scheduler.LRScheduler.state_dict")


class CosineAnnealingLR(LRScheduler):
    """From the first rate along half a cosine to eta_min, in T_max steps."""

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0) -> None:
        super().__init__(optimizer)
        self.T_max, self.eta_min = T_max, eta_min

    def step(self) -> None:
        """The next rate, from the one before, as torch has it."""
        self.last_epoch += 1
        n, T = self.last_epoch, self.T_max
        for group, first in zip(self.optimizer.param_groups, self.base_lrs, strict=True):
            if (n - 1 - T) % (2 * T) == 0:
                group["lr"] += (first - self.eta_min) * (1 - math.cos(math.pi / T)) / 2
            else:
                share = (1 + math.cos(math.pi * n / T)) / (1 + math.cos(math.pi * (n - 1) / T))
                group["lr"] = share * (group["lr"] - self.eta_min) + self.eta_min


def add_optim() -> None:
    """Make torch.optim and its schedules."""
    submodule("optim", Optimizer=Optimizer, SGD=SGD, AdamW=AdamW)
    submodule("optim.lr_scheduler", LRScheduler=LRScheduler, CosineAnnealingLR=CosineAnnealingLR)
