"""What the lab `read_image` has to show."""

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
    ahead = np.arange(28)[:, None] > state["t"]
    return {
        "X": np.where(ahead, np.nan, image.numpy()),
        "S of the LIF": np.where(ahead, np.nan, run.s.numpy()),
        "S of the PSN": psn if state["t"] == 27 else np.full((28, 28), np.nan),
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
    one, other = expected(before), expected(after)
    same = all(np.array_equal(one[trace], other[trace], equal_nan=True) for trace in one)
    return "no spike changes" if control == "tau" and same else ""
