"""The leak without reset, H[t] = β·H[t−1] + X[t], solved at once in three ways.

All three give the closed form H[t] = Σ_{i ≤ t} β^(t−i)·X[i] (Fang et al. 2023, with β = 1 − 1/τ) and differ in what
they cost for T time-steps of N neurons, and in how many operations have to wait for each other:

    leak_by_product   a triangular matrix     T²·N        1
    leak_by_fft       a convolution           T·log T·N   log T, inside the transform
    leak_by_scan      doubled steps           T·log T·N   log T

A fourth way looks cheapest and fails: H[t] = β^t · Σ_{i ≤ t} X[i]/β^i, one running sum. With β = 1/2 in float32,
1/β^i is infinite from i = 128 on and β^t is 0 from t = 150 on, and infinity times 0 is NaN. Only powers with an
exponent ≥ 0 appear below: they can do no worse than fade to 0, as the leak does.
"""

from __future__ import annotations

import torch

from psn_viz.neurons import arguments


def leak_by_product(x: torch.Tensor, beta: float) -> torch.Tensor:
    """H `[T, N, …]` of an input `[T, N, …]` as W X with the triangular W[t, i] = β^(t−i) for i ≤ t.

    Takes any floating dtype and gives it back; differentiable in x.
    Raises TypeError or ValueError when x is not such a tensor or `beta` not a number in (0, 1].
    """
    powers = _powers(x, beta)
    T = len(powers)
    # Row t reads …, β², β, 1 up to the diagonal: a window on the reversed powers, one further left per step.
    weight = torch.nn.functional.pad(powers.flip(0), (0, T - 1)).unfold(0, T, 1).flip(0)
    return (weight.to(x.dtype) @ x.flatten(1)).view(x.shape)


def leak_by_fft(x: torch.Tensor, beta: float) -> torch.Tensor:
    """The same H as the convolution of x with 1, β, β², … through the fast Fourier transform.

    Rounding is relative to the largest H of a neuron, not to each. float16 and bfloat16 are computed in float32.
    """
    powers = _powers(x, beta)
    if x.numel() == 0:  # which the transform refuses
        return x.clone()
    T = len(powers)
    # The transform is periodic: T zeros behind keep the end from leaking into the start.
    spectrum = torch.fft.rfft(powers, n=2 * T)
    product = torch.fft.rfft(x.flatten(1).to(powers.dtype), n=2 * T, dim=0) * spectrum[:, None]
    return torch.fft.irfft(product, n=2 * T, dim=0)[:T].to(x.dtype).view(x.shape)


def leak_by_scan(x: torch.Tensor, beta: float) -> torch.Tensor:
    """The same H by a scan of doubling steps: after d = 1, 2, 4, … each H[t] holds the last 2d inputs.

    H[t] ← H[t] + β^d·H[t−d]: ⌈log₂ T⌉ operations, one after the other, each over all T steps at once.
    """
    beta, h, d = _checked(x, beta), x, 1
    while d < len(x):
        h = torch.cat((h[:d], h[d:] + beta**d * h[:-d]))
        d *= 2
    return h.clone() if h is x else h


def _checked(x, beta) -> float:
    arguments.sequence(x)
    return arguments.real("beta", beta, above=0.0, high=1.0)


def _powers(x, beta) -> torch.Tensor:
    """1, β, β², … for the T steps of x, in float32 or wider."""
    # Taken in float64 on the CPU, as not every device has it, and rounded once.
    powers = _checked(x, beta) ** torch.arange(len(x), dtype=torch.float64, device="cpu")
    return powers.to(device=x.device, dtype=torch.promote_types(x.dtype, torch.float32))
