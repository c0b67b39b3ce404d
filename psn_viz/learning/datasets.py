"""What a network is trained on: real data, time first, in fixed parts."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import torch
from torch import Tensor

FASHION_MNIST_CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)


@dataclass(frozen=True, eq=False)
class Split:
    """One part of a data set.

    x: floating dtype `[T, n, features]`, time first. y: int64 `[n]`, the class of each sample.
    `len(split)` is n. Raises TypeError or ValueError when the two do not fit together.
    """

    x: Tensor
    y: Tensor

    def __post_init__(self) -> None:
        for name, value in (("x", self.x), ("y", self.y)):
            if not isinstance(value, Tensor):
                raise TypeError(f"{name} must be a torch tensor, got {type(value).__name__}")
        if not self.x.is_floating_point():
            raise TypeError(f"x must have a floating dtype, got {self.x.dtype}: write x.float()")
        if self.x.ndim != 3 or 0 in self.x.shape:
            raise ValueError(f"x must be [T, n, features] without an empty side, got {list(self.x.shape)}")
        if self.y.dtype != torch.int64:
            raise TypeError(f"y must have dtype torch.int64, got {self.y.dtype}: write y.long()")
        if self.y.shape != (self.x.shape[1],):
            raise ValueError(
                f"y must hold one class for each of the {self.x.shape[1]} samples of x "
                f"{list(self.x.shape)}, got {list(self.y.shape)}"
            )

    def __len__(self) -> int:
        return self.x.shape[1]

    def __repr__(self) -> str:
        return f"Split(x={list(self.x.shape)} {self.x.dtype}, y={list(self.y.shape)})"


@dataclass(frozen=True, eq=False)
class Dataset:
    """A named data set in three parts: learn from `train`, choose by `validation`, report `test`.

    T (time-steps), features (numbers per step) and classes are read from the parts and `class_names`.
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
        """Time-steps of a sample."""
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


def load_dataset(name: str) -> Dataset:
    """The data set of that name. No network is needed.

    `"fashion-mnist-rows"`: grey images of clothes, read one row per time-step from top to bottom.
        x float32 in [0, 1], `[T=28, n, features=28]`, so that `x[:, i]` is image i; y int64 `[n]`, 10
        balanced classes. 3600 train, 400 validation, 1000 test. Validation is every tenth image of each
        class of the official training part; test is from the official test part, untouched.
        Source: Fashion-MNIST (Xiao, Rasul, Vollgraf 2017, arXiv:1708.07747,
        https://github.com/zalandoresearch/fashion-mnist); here the first 400 training and the first 100
        test images of each class in file order. Licence: MIT, © 2017 Zalando SE; its text is beside the
        file in `psn_viz/learning/data`.

    The parts are the same at every call and on every machine. Only the bytes of the file are kept
    between calls (read-only); the tensors are made anew for each call, so editing them in place changes
    nobody else's data.

    Raises TypeError for a name that is not a string, ValueError for an unknown one.
    """
    if not isinstance(name, str):
        raise TypeError(f"name must be a string, one of {', '.join(map(repr, _LOADERS))}; got {name!r}")
    if name not in _LOADERS:
        raise ValueError(f"name must be one of {', '.join(map(repr, _LOADERS))}; got {name!r}")
    return _LOADERS[name]()


def _fashion_mnist_rows() -> Dataset:
    arrays = _shipped("fashion_mnist_4000_1000.npz")
    x, y = arrays["x_train"], arrays["y_train"]
    held_out = _every_tenth_of_each_class(y)
    return Dataset(
        name="fashion-mnist-rows",
        train=_rows(x[~held_out], y[~held_out]),
        validation=_rows(x[held_out], y[held_out]),
        test=_rows(arrays["x_test"], arrays["y_test"]),
        class_names=FASHION_MNIST_CLASSES,
        source="Fashion-MNIST, Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747; first images of each class",
        licence="MIT, © 2017 Zalando SE",
    )


_LOADERS: dict[str, Callable[[], Dataset]] = {"fashion-mnist-rows": _fashion_mnist_rows}


@cache
def _shipped(file: str) -> dict[str, np.ndarray]:
    """The arrays of a file in `psn_viz/learning/data`, unpacked once and read-only."""
    # Never unpickle: an npz is then numbers only, whoever made it.
    with (resources.files("psn_viz.learning") / "data" / file).open("rb") as stream:
        with np.load(stream, allow_pickle=False) as archive:
            arrays = {key: archive[key] for key in archive.files}
    for array in arrays.values():
        array.setflags(write=False)
    return arrays


def _every_tenth_of_each_class(y: np.ndarray) -> np.ndarray:
    """Boolean `[n]`: stratified, and without random numbers, so that it is the same everywhere."""
    chosen = np.zeros(len(y), dtype=bool)
    for label in np.unique(y):
        chosen[np.flatnonzero(y == label)[9::10]] = True
    return chosen


def _rows(images: np.ndarray, labels: np.ndarray) -> Split:
    """uint8 images `[n, rows, columns]` → x float32 `[rows, n, columns]` in [0, 1]: one row per step."""
    x = np.ascontiguousarray(images.transpose(1, 0, 2)).astype(np.float32) / 255
    return Split(torch.from_numpy(x), torch.from_numpy(labels.astype(np.int64)))
