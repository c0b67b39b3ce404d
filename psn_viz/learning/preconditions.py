"""Checks before training: every message names the argument, what was given, what is allowed."""

import torch
from torch import Tensor, nn

from psn_viz.learning.data.load import Dataset
from psn_viz.learning.evaluation import evaluating, logits_of, placement
from psn_viz.neurons import PSN


def device_for(device: object) -> torch.device:
    """The device asked for; without one, CUDA if there is any, else CPU."""
    if device is None:
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if not isinstance(device, str | torch.device):
        raise TypeError(f"device must be None, 'cpu', 'cuda' or 'mps', got {device!r}")
    try:
        torch_device = torch.device(device)
    except RuntimeError:
        raise ValueError(f"device must be None, 'cpu', 'cuda' or 'mps', got {device!r}") from None
    available = {
        "cpu": True,
        "cuda": torch.cuda.is_available() and (torch_device.index or 0) < torch.cuda.device_count(),
        "mps": torch.backends.mps.is_available(),
    }
    if not available.get(torch_device.type, False):
        usable = ", ".join(repr(kind) for kind in available if kind == "cpu" or available[kind])
        raise ValueError(f"device {str(torch_device)!r} is not there on this machine; usable: {usable}")
    return torch_device


def require_mixed_precision(device: torch.device) -> None:
    """ValueError unless the device is a CUDA GPU that computes in bfloat16."""
    if device.type != "cuda":
        raise ValueError(f"mixed_precision must be False on {device.type!r}: it is for CUDA GPUs")
    if torch.cuda.get_device_capability(device) < (8, 0):
        name = torch.cuda.get_device_name(device)
        raise ValueError(f"mixed_precision must be False on {name}: it has no bfloat16 (compute capability 8.0)")


def require_match(model: nn.Module, data: Dataset) -> None:
    """ValueError in words when the model cannot read the data, before anything is trained.

    Any nn.Module from `[T, n, features]` to logits `[n, classes]` will do; it is tried on two samples, with their
    length as second argument where samples differ in it. A model whose neurons see another number of steps than the
    data have says so in its attribute `T`.
    """
    for attribute in ("features", "classes"):
        of_model, of_data = getattr(model, attribute, None), getattr(data, attribute)
        if isinstance(of_model, int) and of_model != of_data:
            raise ValueError(
                f"model has {attribute} = {of_model}, data {data.name!r} has {of_data}: "
                f"make the model with {attribute}={of_data}"
            )
    steps, whose = data.T, f"data {data.name!r} has"
    own_steps = getattr(model, "T", None)
    if isinstance(own_steps, int):
        steps, whose = own_steps, "the model itself shows it"
    for name, module in model.named_modules():
        if isinstance(module, PSN) and module.T != steps:
            kind = type(module).__name__
            raise ValueError(
                f"model has a {kind} with T = {module.T} ({name or 'the model itself'}), {whose} "
                f"T = {steps} time-steps: make it with T={steps}, or use SlidingPSN, which takes any T"
            )
    if not any(parameter.requires_grad for parameter in model.parameters()):
        raise ValueError("model has no parameter to train: none has requires_grad")
    for name, parameter in model.named_parameters():
        if not torch.isfinite(parameter).all():
            raise ValueError(f"model must start from finite weights, {name} holds NaN or infinity")
    device, dtype = placement(model)
    length = data.train.length
    and_length = "" if length is None else " and length [n]"
    try:
        with evaluating(model):
            logits = logits_of(model, data.train.x[:, :2].to(device, dtype), None if length is None else length[:2])
    except (TypeError, ValueError, RuntimeError) as error:
        raise ValueError(
            f"model must read x [T={data.T}, n, features={data.features}]{and_length} of data {data.name!r}, "
            f"but fails on it: {error}"
        ) from error
    expected = (min(2, len(data.train)), data.classes)
    if not isinstance(logits, Tensor) or logits.shape != expected:
        given = list(logits.shape) if isinstance(logits, Tensor) else type(logits).__name__
        raise ValueError(f"model must give logits [n, classes] = {list(expected)}, gives {given} for two samples")
