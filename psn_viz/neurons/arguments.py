"""Argument checks shared by the neurons: each error names the argument, what came and what is allowed."""

from __future__ import annotations

import math
import numbers
import operator

import torch
from torch.fx import Proxy


def integer(name: str, value, low: int, high: int | None = None, why: str = "") -> int:
    """`value` as an int in [low, high]; TypeError for other types (bool included), ValueError out of range."""
    allowed = f"an integer ≥ {low}" if high is None else f"an integer from {low} to {high}"
    try:
        if isinstance(value, bool | torch.Tensor):
            raise TypeError
        # Older versions of numpy let their bool be an index.
        if not isinstance(value, int) and getattr(getattr(value, "dtype", None), "kind", "") == "b":
            raise TypeError
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be {allowed}, got {value!r} ({type(value).__name__})") from None
    if number < low or (high is not None and number > high):
        raise ValueError(f"{name} must be {allowed}, got {number}{'; ' + why if why else ''}")
    return number


def real(
    name: str,
    value,
    low: float = -math.inf,
    high: float = math.inf,
    above: float | None = None,
    below: float | None = None,
) -> float:
    """`value` as a finite float in [low, high]; `above` and `below` are bounds that it may not reach.

    TypeError for tensors and other types, ValueError out of range.
    """
    lower = f"≥ {low:g}" if above is None else f"> {above:g}"
    if above is not None:
        low = math.nextafter(above, math.inf)
    if below is not None:
        high = math.nextafter(below, -math.inf)
        allowed = f"a number {lower} and < {below:g}"
    elif above is not None:
        allowed = f"a finite number {lower}" if high == math.inf else f"a number {lower} and ≤ {high:g}"
    elif low == -math.inf and high == math.inf:
        allowed = "a finite number"
    elif high == math.inf:
        allowed = f"a finite number ≥ {low:g}"
    else:
        allowed = f"a number from {low:g} to {high:g}"
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be {allowed}, got {value!r} ({type(value).__name__})")
    try:
        number = float(value)
    except OverflowError:  # an int beyond the largest float
        number = math.inf
    if not (math.isfinite(number) and low <= number <= high):
        raise ValueError(f"{name} must be {allowed}, got {value!r}")
    return number


def choice(name: str, value, options: tuple[str, ...]) -> str:
    """`value` if it is one of `options`; TypeError for other types than str, ValueError for another str."""
    allowed = f"one of {', '.join(map(repr, options))}"
    if not isinstance(value, str):
        raise TypeError(f"{name} must be {allowed}, got {value!r} ({type(value).__name__})")
    if value not in options:
        raise ValueError(f"{name} must be {allowed}, got {value!r}")
    return value


def flag(name: str, value) -> bool:
    """`value` if it is True or False, else TypeError."""
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be True or False, got {value!r} ({type(value).__name__})")
    return value


def function(name: str, value, on: str = "H − B, such as ATan()"):
    """`value` if it can be called, else TypeError; a class is refused, for the call would only construct it."""
    if not callable(value) or isinstance(value, type):
        raise TypeError(f"{name} must be callable on {on}, got {value!r}")
    return value


def floating(name: str, x) -> None:
    """Check that x is a tensor of a floating dtype, else TypeError."""
    if not isinstance(x, torch.Tensor):
        if isinstance(x, Proxy):
            raise TypeError(
                f"{name} must be a torch.Tensor, got a Proxy: torch.fx.symbolic_trace knows no shapes, and a neuron "
                "checks them. Use torch.export.export, or a torch.fx.Tracer whose is_leaf_module keeps neurons whole"
            )
        raise TypeError(f"{name} must be a torch.Tensor, got {type(x).__name__}")
    if x.layout is not torch.strided or x.is_nested:
        layout = "a nested tensor" if x.is_nested else x.layout
        instead = f"{name}.to_padded_tensor(0.0)" if x.is_nested else f"{name}.to_dense()"
        raise TypeError(f"{name} must be a dense tensor (torch.strided), got {layout}; convert it with {instead}")
    if not x.is_floating_point():
        raise TypeError(f"{name} must have a floating dtype, got {x.dtype}; convert it with {name}.float()")


def sequence(x, T: int | None = None, name: str = "x") -> None:
    """Check an input of a whole run: a floating `[T, N, …]` tensor, with exactly `T` steps when T is given."""
    floating(name, x)
    shape = list(x.shape)
    if x.dim() < 2:
        raise ValueError(
            f"{name} must be [T, N, …] with time first, got shape {shape}; "
            f"one neuron over time is {name}[:, None], one step of N neurons is {name}[None]"
        )
    if shape[0] == 0:
        raise ValueError(f"{name} must have at least one time-step, got shape {shape}")
    if T is not None and shape[0] != T:
        raise ValueError(
            f"{name} must have T = {T} time-steps in its first dimension, got {shape[0]} (shape {shape}): "
            f"W of this neuron is [{T}, {T}]"
        )


def with_values(name: str, x: torch.Tensor) -> None:
    """Check that x holds numbers, where what is done depends on them: ValueError on the meta device."""
    if x.device.type == "meta":
        raise ValueError(f"{name} must hold numbers, got a tensor on the meta device, which has none")


def same_shape(name: str, x, like: torch.Tensor, like_name: str) -> None:
    """Check that x is a tensor of the shape and dtype of `like`: torch would stretch or convert one of them."""
    floating(name, x)
    if x.shape != like.shape or x.dtype != like.dtype:
        raise ValueError(
            f"{name} must have shape {list(like.shape)} and dtype {like.dtype}, as {like_name} has, "
            f"got {list(x.shape)} and {x.dtype}"
        )


def one_step(x_t) -> None:
    """Check the input of a single step: a floating `[N, …]` tensor."""
    floating("x_t", x_t)
    if x_t.dim() < 1:
        raise ValueError("x_t must be [N, …], the input of one time-step, got a tensor without dimensions")


def fits_parameters(x: torch.Tensor, weight: torch.Tensor, name: str = "x") -> None:
    """Check that x lives where the neuron's parameters live; under autocast torch chooses the dtype."""
    if x.device != weight.device:
        raise ValueError(
            f"{name} is on {x.device} but the neuron's parameters are on {weight.device}; "
            f"move one of them, for example neuron.to({str(x.device)!r})"
        )
    # Autocast never touches float64.
    if x.dtype != weight.dtype and (torch.float64 in (x.dtype, weight.dtype) or not autocast_is_on(x.device.type)):
        raise TypeError(
            f"{name} is {x.dtype} but the neuron's parameters are {weight.dtype}; "
            f"convert one of them, for example neuron.to({x.dtype})"
        )


# Whether torch.compile or torch.export follows this call. torch 2.2 has no public function for it.
is_compiling = getattr(torch.compiler, "is_compiling", None) or torch._utils.is_compiling


def autocast_is_on(device_type: str) -> bool:
    """Whether torch.autocast is on for this type of device."""
    try:
        return torch.is_autocast_enabled(device_type)
    except TypeError:  # torch < 2.4 takes no argument and asks for CUDA alone
        return torch.is_autocast_enabled() or torch.is_autocast_cpu_enabled()
    except RuntimeError:  # a device without autocast, such as meta
        return False
