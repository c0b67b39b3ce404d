"""What the lab `read_image` has to compute."""

import json
from functools import cache
from importlib.resources import files

import numpy as np
import torch

from psn_viz.learning import load_dataset
from psn_viz.neurons import LIF, reset_free_weight

STEPS = np.arange(28)


def expected(state: dict) -> dict:
    image = picked_image(state)
    run = LIF(state["tau"], decay_input=False).record(image)
    W, B = weights_of(state)
    spikes = (W @ image >= B).double().numpy()
    looks_back = state["weights"] == "leak" or (state["weights"] == "ahead" and state["tau"] == 1)
    known_from = STEPS if looks_back else np.full(28, 27)
    return {
        "image": image.numpy(),
        "s_lif": run.s.numpy(),
        "s_psn": np.where((known_from <= state["t"])[:, None], spikes, np.nan),
        "known_from": known_from,
        **{name: state[name] for name in ("kind", "which", "tau", "weights", "t")},
    }


def weights_of(state: dict) -> tuple:
    """W `[28, 28]` and B, `[28, 1]` or a number."""
    if state["weights"] == "trained":
        return _learned()
    W = reset_free_weight(28, state["tau"], decay_input=False)
    return (W if state["weights"] == "leak" else W.T), 1


@cache
def _learned():
    content = json.loads(files("psn_viz.labs.read_image").joinpath("learned.json").read_text("utf-8"))
    return torch.tensor(content["weight"]).double(), torch.tensor(content["threshold"]).double()[:, None]


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
