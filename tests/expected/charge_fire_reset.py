"""What the lab `charge_fire_reset` has to show."""

import itertools

import numpy as np
import torch

from psn_viz.labs.core.inputs import parse_input
from psn_viz.neurons import LIF


def expected(state: dict) -> dict:
    x = parse_input(state["input"], 32)
    neuron = LIF(state["tau"], v_threshold=state["threshold"], reset=state["reset"])
    run = neuron.record(torch.from_numpy(x)[:, None])
    seen = np.arange(32) <= state["t"]
    h, s, v = (np.where(seen, values[:, 0].numpy(), np.nan) for values in (run.h, run.s, run.v))
    return {
        "X": x,
        "membrane": np.array(list(itertools.chain(*zip(h, v, strict=True)))),
        "H": h,
        "V": v,
        "V_th": np.full(2, state["threshold"]),
        "S": np.where(s == 1, 0, np.nan),
    }
