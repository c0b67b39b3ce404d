"""The data sets inside the package, in `psn_viz/learning/data`, each with its licence beside it.

`digits.npz` was made from scikit-learn, which is not needed to read it:

    from sklearn.datasets import load_digits
    digits = load_digits()
    images, labels = digits.images.astype("uint8"), digits.target.astype("uint8")
    numpy.savez_compressed("digits.npz", images=images, labels=labels)

`japanese_vowels.npz` holds the numbers of the text files ae.train and ae.test of the UCI repository: `x` float32
`[ΣT, 12]`, one utterance after the other, `length` and `y` `[640]`; the first `n_train` are the training part.
"""

from collections.abc import Callable
from functools import cache
from importlib import resources

import numpy as np
import torch

from psn_viz.learning.data.dataset import Dataset, Split, every_tenth_of_each_class
from psn_viz.learning.data.images_as_sequences import columns, pixels, rows, rows_at_various_speeds

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


def fashion_mnist_rows() -> Dataset:
    """The first images of each class, 28 × 28, one row per step."""
    return _fashion_mnist("fashion-mnist-rows", rows, lambda images: images)


def fashion_mnist_columns() -> Dataset:
    """The same images, one column per step."""
    return _fashion_mnist("fashion-mnist-columns", columns, lambda images: images[:, None])


def fashion_mnist_pixels() -> Dataset:
    """The same images as 14 × 14, one pixel per step."""
    return _fashion_mnist("fashion-mnist-pixels", pixels, _sums_of_four, white=4 * 255)


def fashion_mnist_rows_tempo() -> Dataset:
    """The same images, each read at a speed of its own: resampled to some number of rows, one row per step."""
    return _fashion_mnist("fashion-mnist-rows-tempo", rows_at_various_speeds, lambda images: images)


def _fashion_mnist(
    name: str, read: Callable[..., Split], prepare: Callable[[np.ndarray], np.ndarray], white: int = 255
) -> Dataset:
    arrays = stored_arrays("fashion_mnist_4000_1000.npz")
    return from_official_parts(
        name,
        (prepare(arrays["x_train"]), arrays["y_train"]),
        (prepare(arrays["x_test"]), arrays["y_test"]),
        lambda images, labels: read(images, labels, white),
        class_names=FASHION_MNIST_CLASSES,
        source="Fashion-MNIST, Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747; first images of each class",
        licence="MIT, © 2017 Zalando SE",
    )


def digits_rows() -> Dataset:
    """Handwritten digits, 8 × 8, one row per step."""
    return _digits("digits-rows", rows)


def digits_pixels() -> Dataset:
    """Handwritten digits, 8 × 8, one pixel per step."""
    return _digits("digits-pixels", pixels)


def _digits(name: str, read: Callable[..., Split]) -> Dataset:
    arrays = stored_arrays("digits.npz")
    images, labels = arrays["images"], arrays["labels"]
    first = len(images) * 8 // 10  # no official split: 80 % and the rest, in file order
    return from_official_parts(
        name,
        (images[:first], labels[:first]),
        (images[first:], labels[first:]),
        lambda images, labels: read(images, labels, 16),
        class_names=tuple(map(str, range(10))),
        source="Optical Recognition of Handwritten Digits (its test set), Alpaydin and Kaynak 1998, UCI Machine "
        "Learning Repository, doi:10.24432/C50P49, by way of scikit-learn's load_digits",
        licence="CC BY 4.0, E. Alpaydin and C. Kaynak, UCI; scikit-learn's copy BSD 3-Clause",
    )


def japanese_vowels() -> Dataset:
    """Utterances of varying length, padded with zeros at the end."""
    arrays = stored_arrays("japanese_vowels.npz")
    length, y, n_train = arrays["length"].astype(np.int64), arrays["y"].astype(np.int64), int(arrays["n_train"])
    x = np.zeros((length.max(), len(length), arrays["x"].shape[1]), dtype=np.float32)
    for sample, utterance in enumerate(np.split(arrays["x"], np.cumsum(length)[:-1])):
        x[: len(utterance), sample] = utterance
    return from_official_parts(
        "japanese-vowels",
        (np.arange(n_train), y[:n_train]),
        (np.arange(n_train, len(y)), y[n_train:]),
        lambda chosen, labels: Split(*map(torch.from_numpy, (x[:, chosen], labels, length[chosen]))),
        class_names=tuple(f"speaker {number}" for number in range(1, 10)),
        source="Japanese Vowels, Kudo, Toyama and Shimbo 1999, UCI Machine Learning Repository, doi:10.24432/C5NS47",
        licence="CC BY 4.0, M. Kudo, J. Toyama and M. Shimbo, UCI",
    )


def from_official_parts(
    name: str,
    learn: tuple[np.ndarray, np.ndarray],
    test: tuple[np.ndarray, np.ndarray],
    read: Callable[[np.ndarray, np.ndarray], Split],
    **about,
) -> Dataset:
    """The data set of two official parts, each samples `[n, …]` and labels `[n]`.

    Every tenth sample of each class of the first part is for validation, the others are for training.
    """
    samples, labels = learn
    held_out = every_tenth_of_each_class(labels)
    return Dataset(
        name=name,
        train=read(samples[~held_out], labels[~held_out]),
        validation=read(samples[held_out], labels[held_out]),
        test=read(*test),
        **about,
    )


def _sums_of_four(images: np.ndarray) -> np.ndarray:
    """Sum pooling, 2 × 2, in whole numbers."""
    n, height, width = images.shape
    return images.reshape(n, height // 2, 2, width // 2, 2).sum((2, 4), dtype=np.uint16)


@cache
def stored_arrays(file: str) -> dict[str, np.ndarray]:
    """The arrays of a file in `psn_viz/learning/data`, unpacked once and read-only."""
    # Never unpickle: an npz is then numbers only, whoever made it.
    with (resources.files("psn_viz.learning") / "data" / file).open("rb") as stream:
        with np.load(stream, allow_pickle=False) as archive:
            arrays = {key: archive[key] for key in archive.files}
    for array in arrays.values():
        array.setflags(write=False)
    return arrays
