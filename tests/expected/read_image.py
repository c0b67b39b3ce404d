"""What the lab `read_image` has to compute."""

from functools import cache

import numpy as np
import torch

from psn_viz.learning import load_dataset
from psn_viz.neurons import LIF, reset_free_weight


def expected(state: dict) -> dict:
    image = picked_image(state)
    run = LIF(state["tau"], decay_input=False).record(image)
    W = reset_free_weight(28, state["tau"], decay_input=False)
    psn = ((W if state["weights"] == "leak" else W.T) @ image >= 1).double().numpy()
    return {
        "image": image.numpy(),
        "s_lif": run.s.numpy(),
        "s_psn": psn if state["t"] == 27 else np.full((28, 28), np.nan),
        **{name: state[name] for name in ("kind", "which", "tau", "weights", "t")},
    }


@cache
def _dataset():
    return load_dataset("fashion-mnist-rows")


def picked_image(state: dict) -> torch.Tensor:
    data = _dataset()
    of_kind = data.validation.y == data.class_names.index(state["kind"])
    return data.validation.x[:, of_kind][:, state["which"]].double()


def same_picture(control: str, before: dict, after: dict) -> str:
    """From some τ on the leak is too weak to change any spike of this image, and τ is not drawn."""
    if control != "tau":
        return ""
    one, other = expected(before), expected(after)
    seen = before["t"] + 1
    same = np.array_equal(one["s_lif"][:seen], other["s_lif"][:seen])
    same &= np.array_equal(one["s_psn"], other["s_psn"], equal_nan=True)
    return "no spike changes" if same else ""
