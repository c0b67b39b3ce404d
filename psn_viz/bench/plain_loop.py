"""An LIF as a good plain loop: what a PSN is compared with, unless somebody asks for another one."""

from __future__ import annotations

import torch

from psn_viz.neurons import ATan


def plain_lif(x: torch.Tensor) -> torch.Tensor:
    """The spikes `[T, N]` of `LIF()` for `[T, N]`: τ = 2, threshold 1, hard reset to 0, started from 0.

    charge, fire and reset are one operation each at inference; with gradients, which are those of `LIF()`, the
    surrogate and a reset that it can flow through make them five. `LIF` itself takes eleven, because it allows for
    every τ, threshold and reset.
    """
    v, spikes = torch.zeros_like(x[0]), []
    learns = torch.is_grad_enabled() and x.requires_grad
    surrogate = ATan()
    for x_t in x.unbind():
        h = v.lerp(x_t, 0.5)  # charge: V + (X − V)/2
        if learns:
            s = surrogate(h - 1)  # fire
            v = h.addcmul(h, s, value=-1)  # reset: H − H·S
        else:
            s = h >= 1
            v = h.masked_fill(s, 0)
        spikes.append(s)
    return torch.stack(spikes).to(x.dtype)
