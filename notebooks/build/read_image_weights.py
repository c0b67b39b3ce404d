"""Learn the W and B that the lab `read_image` calls "trained": `python -m notebooks.build.read_image_weights`.

The network is as small as can be, so that its neurons see what those of the lab see, the pixels: one PSN for each of
the 28 pixel columns, all with one W and B, then one linear layer that reads all spikes. It takes seconds. Another
processor may round otherwise and learn slightly different numbers; the lab shows those of the file.
"""

from __future__ import annotations

import json
from pathlib import Path

import torch
from torch import nn

from psn_viz.files import write_whole
from psn_viz.labs.read_image.lab import LEARNED
from psn_viz.learning import load_dataset, train
from psn_viz.neurons import PSN

DECIMALS = 5  # so many that no weight becomes 0
SETTINGS = {"epochs": 12, "learning_rate": 3e-3, "seed": 0}


class PixelColumns(nn.Module):
    """x `[T, n, columns]` → logits `[n, 10]`."""

    def __init__(self, T: int, columns: int) -> None:
        super().__init__()
        self.neuron = PSN(T)
        self.head = nn.Linear(T * columns, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.neuron(x).transpose(0, 1).flatten(1))


def learn(settings: dict) -> dict:
    """What goes into the file: W, B, and how they came about. `settings` are arguments of `train`."""
    data = load_dataset("fashion-mnist-rows")
    torch.manual_seed(settings["seed"])
    network = PixelColumns(*data.train.x.shape[::2])
    history = train(network, data, **settings)
    neuron = network.neuron.double().requires_grad_(False)
    return {
        "about": "W and B of a PSN on the pixel columns of pictures that are read row by row, with a linear readout",
        "data": {"name": data.name, "source": data.source, "licence": data.licence},
        "training": settings,
        "validation_accuracy": history.validation_accuracy[-1],
        "command": "python -m notebooks.build.read_image_weights",
        "weight": [[round(value, DECIMALS) for value in row] for row in neuron.weight.tolist()],
        "threshold": [round(value, DECIMALS) for value in neuron.threshold.tolist()],
    }


def build() -> Path:
    """Write the file and return its path."""
    text = json.dumps(learn(SETTINGS), ensure_ascii=False).replace("], [", "],\n[")
    return write_whole(LEARNED, f"{text}\n".encode())


if __name__ == "__main__":
    print(build())
