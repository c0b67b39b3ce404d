"""What an exercise is made of: a task, its right answer, the cases it is tried on, wrong answers with their names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Case:
    """One call of the learner's function. `name` says what is special about it."""

    name: str
    arguments: tuple


@dataclass(frozen=True)
class Wrong:
    """A misconception as code. `hint` is shown to whoever's results are the same as those of `function`."""

    name: str
    function: Callable
    hint: str


@dataclass(frozen=True)
class Exercise:
    """One exercise of a lesson. `key` is such as `01/charge`.

    arguments: names of what the function takes, in order. result: the symbol of what it returns. axes: the names of
    the result's dimensions, such as ("t", "n"). first: how it begins in the notebook. picture: "spikes" (the first
    argument is X) or "weights" draws expected and given side by side; None draws nothing.
    """

    key: str
    title: str
    task: str
    difficulty: str
    minutes: int
    arguments: tuple[str, ...]
    result: str
    axes: tuple[str, ...]
    answer: Callable
    cases: Callable[[], list[Case]]
    wrong: tuple[Wrong, ...]
    hint: str
    picture: str | None = None

    @property
    def progress_key(self) -> str:
        """Its key in the progress file: `01/check/charge`."""
        return "/check/".join(self.key.split("/"))

    @property
    def function_form(self) -> str:
        """Such as `charge(V, X_t, tau)`."""
        return f"({', '.join(self.arguments)})"


def normal(*size: int, seed: int, mean: float = 0.0, scale: float = 1.0, dtype=torch.float32) -> torch.Tensor:
    """Reproducible normal numbers."""
    values = torch.randn(*size, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return (mean + scale * values).to(dtype)


def column(*values: float, dtype=torch.float32) -> torch.Tensor:
    """The input of one neuron over time, `[T, 1]`."""
    return torch.tensor(values, dtype=dtype)[:, None]


def clear_of(threshold: Callable[[torch.Tensor], torch.Tensor], make: Callable[[int], torch.Tensor], seed: int):
    """`make(seed)`, or the next seed for which no charge is within rounding of its threshold.

    `threshold` gives H − B. Programs that add in another order are right, too.
    """
    for attempt in range(seed, seed + 1000):
        values = make(attempt)
        if threshold(values).abs().min() > 1e-3:
            return values
    raise ValueError("no input stays clear of the threshold")
