"""Data sets: labelled samples in three fixed parts, time first."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Split:
    """One part of a data set.

    x: floating dtype `[T, n, features]`, time first. y: int64 `[n]`, the class of each sample.
    length: int64 `[n]`, how many time-steps each sample has, 1 to T; x holds zeros from there on. None: all
    have T. `len(split)` is n. Raises TypeError or ValueError when the three do not fit together.
    """

    x: Tensor
    y: Tensor
    length: Tensor | None = None

    def __post_init__(self) -> None:
        for name in ("x", "y", "length"):
            value = getattr(self, name)
            if not isinstance(value, Tensor) and not (name == "length" and value is None):
                raise TypeError(f"{name} must be a torch tensor, got {type(value).__name__}")
        if not self.x.is_floating_point():
            raise TypeError(f"x must have a floating dtype, got {self.x.dtype}: write x.float()")
        if self.x.ndim != 3 or 0 in self.x.shape:
            raise ValueError(f"x must be [T, n, features] without an empty side, got {list(self.x.shape)}")
        self._require_one_each("y", self.y, "class")
        if self.length is not None:
            self._require_one_each("length", self.length, "length")
            self._require_padding(self.length)

    def _require_one_each(self, name: str, value: Tensor, item: str) -> None:
        if value.dtype != torch.int64:
            raise TypeError(f"{name} must have dtype torch.int64, got {value.dtype}: write {name}.long()")
        if value.shape != (self.x.shape[1],):
            raise ValueError(
                f"{name} must hold one {item} for each of the {self.x.shape[1]} samples of x "
                f"{list(self.x.shape)}, got {list(value.shape)}"
            )

    def _require_padding(self, length: Tensor) -> None:
        T = self.x.shape[0]
        low, high = int(length.min()), int(length.max())
        if low < 1 or high > T:
            raise ValueError(f"length must lie in 1 to T = {T}, the time-steps of x, got {low} to {high}")
        after = torch.arange(T, device=self.x.device)[:, None] >= length.to(self.x.device)
        wrong = after & (self.x != 0).any(2)  # NaN counts as wrong too
        if wrong.any():
            step, sample = wrong.nonzero()[0].tolist()
            raise ValueError(
                f"x must be 0 after the end of each sample; sample {sample} has length "
                f"{int(length[sample])} and something else than 0 at time-step {step}"
            )

    def __len__(self) -> int:
        return self.x.shape[1]

    def __repr__(self) -> str:
        varying = "" if self.length is None else f", length={int(self.length.min())} … {int(self.length.max())}"
        return f"Split(x={list(self.x.shape)} {self.x.dtype}, y={list(self.y.shape)}{varying})"


@dataclass(frozen=True, eq=False)
class Dataset:
    """A named data set in three parts: learn from `train`, choose by `validation`, report `test`.

    T (time-steps), features (numbers per step) and classes are read from the parts and `class_names`. Where
    samples differ in length, T is that of the longest, in every part.
    Raises ValueError when the parts disagree or a label is not one of the classes.
    """

    name: str
    train: Split
    validation: Split
    test: Split
    class_names: tuple[str, ...]
    source: str = ""
    licence: str = ""

    def __post_init__(self) -> None:
        for part in ("train", "validation", "test"):
            split = getattr(self, part)
            if not isinstance(split, Split):
                raise TypeError(f"{part} must be a Split(x, y), got {type(split).__name__}")
            shape = (split.x.shape[0], split.x.shape[2])
            if shape != (self.T, self.features):
                raise ValueError(
                    f"{part} has T = {shape[0]} steps of {shape[1]} features, "
                    f"train has T = {self.T} of {self.features}: the parts must agree"
                )
            low, high = int(split.y.min()), int(split.y.max())
            if low < 0 or high >= self.classes:
                raise ValueError(
                    f"{part}.y holds labels {low} to {high}; "
                    f"with {self.classes} class_names they must lie in 0 to {self.classes - 1}"
                )

    @property
    def T(self) -> int:
        """Time-steps of a sample, of the longest one where they differ."""
        return self.train.x.shape[0]

    @property
    def features(self) -> int:
        """Numbers that arrive at each time-step."""
        return self.train.x.shape[2]

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return len(self.class_names)

    def __repr__(self) -> str:
        return (
            f"Dataset({self.name!r}: {len(self.train)} train, {len(self.validation)} validation, "
            f"{len(self.test)} test; T={self.T}, features={self.features}, classes={self.classes})"
        )


def every_tenth_of_each_class(y: np.ndarray) -> np.ndarray:
    """Boolean `[n]`: which samples of a training part become validation.

    Stratified, and without random numbers, so that it is the same everywhere.
    """
    chosen = np.zeros(len(y), dtype=bool)
    for label in np.unique(y):
        chosen[np.flatnonzero(y == label)[9::10]] = True
    return chosen
