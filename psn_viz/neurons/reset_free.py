"""The reset-free recurrence, unrolled: its weights as a matrix over time."""

from __future__ import annotations

import torch

from psn_viz.neurons import arguments


def reset_free_weight(
    T: int,
    tau: float | None = None,
    decay_input: bool = True,
    dtype: torch.dtype = torch.float64,
    device: torch.device | str | None = None,
) -> torch.Tensor:
    """The `[T, T]` matrix W for which H = W X equals the loop of an IF or LIF without reset (V_reset = 0).

    IF (`tau` is None): W[t, i] = 1 for i ≤ t.  LIF: W[t, i] = (1/τ)·(1 − 1/τ)^(t−i) for i ≤ t, without the
    factor 1/τ when `decay_input` is False.  0 for i > t (Fang et al. 2023).

    Raises TypeError or ValueError when T is not an integer ≥ 1, tau not a number ≥ 1, dtype not floating.
    """
    T = arguments.integer("T", T, low=1)
    decay_input = arguments.flag("decay_input", decay_input)
    if not (isinstance(dtype, torch.dtype) and dtype.is_floating_point):
        raise TypeError(f"dtype must be a floating torch.dtype, got {dtype!r}")
    device = torch.device(device) if device is not None else torch.empty(0).device
    if device.type == "mps" and dtype == torch.float64:
        raise ValueError("dtype must not be torch.float64 on mps, which has none; use torch.float32")
    # Powers are taken in float64 on the CPU, so that every dtype and device gets the same rounded entries.
    step = torch.arange(T, device="cpu")
    lag = (step[:, None] - step).clamp(min=0).to(torch.float64)
    if tau is None:
        weight = torch.ones_like(lag)
    else:
        tau = arguments.real("tau", tau, low=1.0)
        weight = (1 - 1 / tau) ** lag
        if decay_input:
            weight = weight / tau
    return weight.tril().to(dtype=dtype, device=device)
