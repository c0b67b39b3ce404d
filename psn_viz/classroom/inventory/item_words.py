"""What is read from the words of an item: its numbers and its names."""

from __future__ import annotations

import re
from collections.abc import Callable

import torch

from psn_viz.classroom.inventory.inventory_item import ItemOption

Judge = Callable[[ItemOption], bool]


def numbers(text: str) -> list[int]:
    """The whole numbers of a text, in order."""
    return [int(found) for found in re.findall(r"\d+", text)]


def from_one(text: str) -> list[int]:
    """The whole numbers of a text but 0, in order."""
    return [number for number in numbers(text) if number]


def names(text: str) -> set[str]:
    """Which of L, M, … R and H1, H2, … a text names."""
    return set(re.findall(r"\b(?:[L-R]|H\d)\b", text))


def column(values: list) -> torch.Tensor:
    """The inputs of one neuron, `[T, 1]` float64."""
    return torch.tensor(values, dtype=torch.float64)[:, None]
