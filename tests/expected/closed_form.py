"""What the lab `closed_form` has to compute."""

import itertools

import numpy as np
import torch

from psn_viz.labs.core.inputs import parse_input
from psn_viz.neurons import IF, LIF, reset_free_weight


def expected(state: dict) -> dict:
    T, reset = state["T"], state["reset"]
    tau = None if state["tau"] == "IF" else state["tau"]
    row = min(state["row"], T - 1)
    x = torch.from_numpy(parse_input(state["input"], T))
    run = (IF(reset=reset) if tau is None else LIF(tau, reset=reset)).record(x[:, None])
    W = reset_free_weight(T, tau)
    product = (W @ x).numpy()
    spikes = run.s[:, 0].numpy()
    shown = W.numpy().copy()
    for t, i in itertools.product(range(T), range(T)):
        # Above the diagonal there is nothing; a hard reset erased whatever came in up to a spike before t.
        erased = reset == "hard" and spikes[i:t].any() and shown[t, i] != 0
        if i > t or erased:
            shown[t, i] = np.nan
    # Soft reset: a spike at s takes V_th = 1 off V[s], and the leak shrinks that from step to step.
    keep = 1.0 if tau is None else 1 - 1 / tau
    taken = [-(keep ** (row - s)) * spikes[s] if s < row and reset == "soft" else 0.0 for s in range(T)]
    return {
        "x": x.numpy(),
        "weight": shown,
        "h_loop": run.h[:, 0].numpy(),
        "h_product": product,
        "s_loop": spikes,
        "s_product": product >= 1,
        "from_inputs": np.nan_to_num(shown[row]) * x.numpy(),
        "from_spikes": np.array(taken),
    }
