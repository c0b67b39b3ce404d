"""torch.nn: its layers, functions and initialisations, as far as the networks here use them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from . import modules, tape
from .absent import HERE, missing, submodule
from .creation import empty, ones, tensor, zeros
from .functions import relu
from .modules import Module, Parameter
from .products import matmul
from .reductions import log_softmax, softmax
from .tensors import Tensor, plain, result

# ------------------------------------------------------------------------------------------------- functions


def pad(x: Tensor, pad: Any, mode: str = "constant", value: float | None = None) -> Tensor:
    """Numbers around x; of two widths each, the last dimension comes first. Negative widths cut off."""
    if mode != "constant":
        missing(f"torch.nn.functional.pad with mode {mode!r}")
    pairs = list(zip(pad[::2], pad[1::2], strict=True))[::-1]
    pairs = [(0, 0)] * (x.ndim - len(pairs)) + pairs
    shape = x._array.shape
    kept = tuple(slice(max(0, -low), size - max(0, -high)) for (low, high), size in zip(pairs, shape, strict=True))
    widths = [(max(0, low), max(0, high)) for low, high in pairs]
    made = np.pad(x._array[kept], widths, constant_values=value or 0)

    def pull_back(g: np.ndarray) -> list:
        inner = tuple(slice(low, size - high) for (low, high), size in zip(widths, g.shape, strict=True))
        back = np.zeros(shape, g.dtype)
        back[kept] = g[inner]
        return [back]

    return result("nn.functional.pad", made, (x,), pull_back)


def one_hot(x: Tensor, num_classes: int = -1) -> Tensor:
    """1 at the class, 0 elsewhere, int64."""
    classes = int(x._array.max()) + 1 if num_classes < 0 else num_classes
    return plain(np.eye(classes, dtype="i8")[x._array])


def linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """x Wᵀ + b along the last dimension."""
    flat = matmul(x.reshape(-1, x.shape[-1]), weight.t())
    made = flat.reshape(*x.shape[:-1], weight.shape[0])
    return made if bias is None else made + bias


def cosine_similarity(x1: Tensor, x2: Tensor, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """The cosine of the angle between vectors along a dimension."""
    lengths = [np.maximum(np.sqrt((one._array**2).sum(axis=dim, keepdims=True)), eps) for one in (x1, x2)]
    made = (x1._array / lengths[0] * (x2._array / lengths[1])).sum(axis=dim)
    return result("nn.functional.cosine_similarity", made, (x1, x2))


def cross_entropy(
    input: Tensor, target: Tensor, *, reduction: str = "mean", label_smoothing: float = 0.0
) -> Tensor:  # fmt: skip
    """−log of the share that logits `[n, classes]` give the class of each sample, int64 `[n]`."""
    if input.ndim != 2 or target._array.dtype.kind not in "iu" or target.shape != input.shape[:1]:
        missing(f"torch.nn.functional.cross_entropy of {list(input.shape)} and {list(target.shape)} {target.dtype}")
    logs = log_softmax(input, 1)
    losses = -logs[np.arange(len(target)), target._array]
    if label_smoothing:
        losses = (1 - label_smoothing) * losses - label_smoothing * logs.mean(1)
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{reduction} is not a valid value for reduction")
    return losses if reduction == "none" else getattr(losses, reduction)()


def mse_loss(input: Tensor, target: Tensor) -> Tensor:
    """The mean squared difference."""
    return (input - target).square().mean()


# -------------------------------------------------------------------------------------------- initialisations


def kaiming_uniform_(tensor: Tensor, a: float = 0.0, generator: Any = None) -> Tensor:
    """U(−b, b) with b = √(6 / ((1 + a²)·fan_in))."""
    gain, fan_in = math.sqrt(2 / (1 + a**2)), math.prod(tensor.shape[1:])
    bound = math.sqrt(3.0) * (gain / math.sqrt(fan_in))
    return uniform_(tensor, -bound, bound, generator)


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Any = None) -> Tensor:
    """U(a, b)."""
    with tape.no_grad():
        return tensor.uniform_(a, b, generator=generator)


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Any = None) -> Tensor:
    """Normal."""
    with tape.no_grad():
        return tensor.normal_(mean, std, generator=generator)


def constant_(tensor: Tensor, val: float) -> Tensor:
    """One number."""
    with tape.no_grad():
        return tensor.fill_(val)


def ones_(tensor: Tensor) -> Tensor:
    """Ones."""
    return constant_(tensor, 1.0)


def zeros_(tensor: Tensor) -> Tensor:
    """Zeros."""
    return constant_(tensor, 0.0)


# ----------------------------------------------------------------------------------------------------- layers


class Identity(Module):
    """What comes goes."""

    def forward(self, x: Tensor) -> Tensor:
        """x."""
        return x


class ReLU(Module):
    """max(0, x)."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def forward(self, x: Tensor) -> Tensor:
        """max(0, x)."""
        return relu(x)


class Flatten(Module):
    """Several dimensions as one."""

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, x: Tensor) -> Tensor:
        """x in another shape."""
        return x.flatten(self.start_dim, self.end_dim)


class Linear(Module):
    """x Wᵀ + b."""

    def __init__(
        self, in_features: int, out_features: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        self.weight = Parameter(empty(out_features, in_features, dtype=dtype))
        if bias:
            self.bias = Parameter(empty(out_features, dtype=dtype))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw them anew."""
        kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            bound = 1 / math.sqrt(self.in_features)
            uniform_(self.bias, -bound, bound)

    def forward(self, x: Tensor) -> Tensor:
        """x Wᵀ + b along the last dimension."""
        return linear(x, self.weight, self.bias)

    def extra_repr(self) -> str:
        """Its sizes."""
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


class BatchNorm1d(Module):
    """Every channel with mean 0 and variance 1, then scaled and shifted: x `[n, channels]`."""

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight, self.bias = Parameter(ones(num_features)), Parameter(zeros(num_features))
        self.register_buffer("running_mean", zeros(num_features))
        self.register_buffer("running_var", ones(num_features))
        self.register_buffer("num_batches_tracked", tensor(0))

    def reset_parameters(self) -> None:
        """As at the start."""
        for one, value in ((self.weight, 1), (self.bias, 0), (self.running_mean, 0), (self.running_var, 1)):
            constant_(one, value)
        self.num_batches_tracked._array[...] = 0

    def forward(self, x: Tensor) -> Tensor:
        """In training by mean and variance of x, which move the running ones; else by those."""
        array = x._array
        if array.ndim != 2 or array.shape[1] != self.num_features:
            missing(f"torch.nn.BatchNorm1d of {self.num_features} channels for an input {list(array.shape)}")
        if self.training:
            if len(array) < 2:
                raise ValueError(f"Expected more than 1 value per channel when training, got input size {x.shape}")
            mean, variance = array.mean(axis=0), array.var(axis=0)
            self._follow(mean, variance * (len(array) / (len(array) - 1)))
        else:
            mean, variance = self.running_mean._array, self.running_var._array
        inverse = 1 / np.sqrt(variance + array.dtype.type(self.eps))
        weight, training = self.weight._array, self.training
        scale = inverse * weight
        made = array * scale + (self.bias._array - mean * scale)

        def pull_back(g: np.ndarray) -> list:
            centred = (array - mean) * inverse
            of_bias, of_weight = g.sum(axis=0), (g * centred).sum(axis=0)
            of_x = g * scale
            if training:
                of_x = scale * (g - of_bias / len(g) - centred * (of_weight / len(g)))
            return [of_x, of_weight, of_bias]

        return result("nn.BatchNorm1d", made, (x, self.weight, self.bias), pull_back)

    def _follow(self, mean: np.ndarray, variance: np.ndarray) -> None:
        self.num_batches_tracked._array[...] += 1
        for running, now in ((self.running_mean, mean), (self.running_var, variance)):
            running._array[...] = (1 - self.momentum) * running._array + self.momentum * now

    def extra_repr(self) -> str:
        """Its settings."""
        settings = f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"
        return f"{settings}, affine=True, track_running_stats=True"


class CrossEntropyLoss(Module):
    """`cross_entropy` as a module."""

    def __init__(self, *, label_smoothing: float = 0.0) -> None:
        super().__init__()
        self.label_smoothing = label_smoothing

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The mean."""
        return cross_entropy(input, target, label_smoothing=self.label_smoothing)


def _absent(name: str) -> type[Module]:
    """A layer of which other code asks whether something is one, and which cannot be made."""

    def __init__(self: Module, *_: Any, **__: Any) -> None:
        missing(f"torch.nn.{name}")

    return type(name, (Module,), {"__init__": __init__, "__doc__": f"torch.nn.{name}: {HERE}."})


_ABSENT = ("Conv1d", "Conv2d", "BatchNorm2d", "AvgPool1d", "AvgPool2d", "MaxPool2d", "Dropout")
LAYERS = {layer.__name__: layer for layer in (Identity, ReLU, Flatten, Linear, BatchNorm1d, CrossEntropyLoss)}


def add_nn() -> None:
    """Make torch.nn with functional, init and parameter."""
    held = {kind.__name__: kind for kind in (Module, Parameter, modules.ModuleList, modules.Sequential)}
    submodule("nn", **held, **LAYERS, **{name: _absent(name) for name in _ABSENT})
    submodule(
        "nn.functional", pad=pad, one_hot=one_hot, linear=linear, cosine_similarity=cosine_similarity, relu=relu,
        cross_entropy=cross_entropy, mse_loss=mse_loss, softmax=softmax, log_softmax=log_softmax,
    )  # fmt: skip
    submodule(
        "nn.init", kaiming_uniform_=kaiming_uniform_, uniform_=uniform_, normal_=normal_, constant_=constant_,
        ones_=ones_, zeros_=zeros_,
    )  # fmt: skip
    submodule("nn.parameter", Parameter=Parameter)
