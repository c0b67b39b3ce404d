"""The data sets that are too large to travel inside the package: read from their published files, never unpickled."""

import gzip
import math
import tarfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from psn_viz.learning.data.bundled import FASHION_MNIST_CLASSES, parts
from psn_viz.learning.data.dataset import Dataset, Split
from psn_viz.learning.data.download import Published, Report, data_folder, fetch
from psn_viz.learning.data.images_as_sequences import columns, pixels, rows


@dataclass(frozen=True)
class Cifar:
    """A CIFAR archive in its binary form: each record is `labels` bytes, the last one the class, and an image."""

    published: Published
    labels: int
    train: tuple[str, ...]
    test: str
    names: str


# Sizes and MD5 as on https://www.cs.toronto.edu/~kriz/cifar.html.
CIFAR = {
    "sequential-cifar10": Cifar(
        Published(
            "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
            size=170_052_171,
            md5="c32a1d4ab5d03f1284b67883e8d87530",
        ),
        labels=1,
        train=tuple(f"cifar-10-batches-bin/data_batch_{number}.bin" for number in range(1, 6)),
        test="cifar-10-batches-bin/test_batch.bin",
        names="cifar-10-batches-bin/batches.meta.txt",
    ),
    "sequential-cifar100": Cifar(
        Published(
            "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz",
            size=168_513_733,
            md5="03b5dce01913d631647c71ecec9e9cb8",
        ),
        labels=2,
        train=("cifar-100-binary/train.bin",),
        test="cifar-100-binary/test.bin",
        names="cifar-100-binary/fine_label_names.txt",
    ),
}
CHANNELS, SIDE = 3, 32

_FASHION = "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"
# Images and labels to learn from, images and labels to test on. MD5 as in the README of that repository; the
# other one is of the same numbers as Debian packs them.
FASHION_MNIST = (
    Published(
        f"{_FASHION}train-images-idx3-ubyte.gz",
        26_421_880,
        "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        ("cf8536b0aa1a6ac5fa3f23001093305c",),
    ),
    Published(
        f"{_FASHION}train-labels-idx1-ubyte.gz",
        29_515,
        "25c81989df183df01b3e8a0aad5dffbe",
        ("10bea18fdb374794d4bb42e356e600c9",),
    ),
    Published(
        f"{_FASHION}t10k-images-idx3-ubyte.gz",
        4_422_102,
        "bef4ecab320f06d8554ea6380940ec79",
        ("f78720b4224f21cce2f2ccf2d7a94c9a",),
    ),
    Published(
        f"{_FASHION}t10k-labels-idx1-ubyte.gz",
        5_148,
        "bb300cfdad3c16e7a12a480ee83cd310",
        ("0d30e22e447f3c33dab9ed536400ac01",),
    ),
)
# Where Debian's and Ubuntu's package dataset-fashion-mnist puts them.
DEBIAN = Path("/usr/share/datasets/fashion-mnist")


def sequential_cifar(name: str, folder: str | Path | None, download: bool, report: Report | None) -> Dataset:
    """CIFAR-10 or CIFAR-100, one column of the image per step."""
    cifar = CIFAR[name]
    (path,) = fetch(name, [cifar.published], data_folder(folder), download=download, report=report)
    members = _members(path, (*cifar.train, cifar.test, cifar.names))
    names = tuple(members[cifar.names].decode().split())
    learn, test = (
        _cifar_records(path, b"".join(members[file] for file in files), cifar.labels, len(names))
        for files in (cifar.train, (cifar.test,))
    )
    return parts(
        name,
        learn,
        test,
        columns,
        class_names=names,
        source=f"CIFAR-{len(names)}, Krizhevsky 2009, Learning Multiple Layers of Features from Tiny Images, "
        "https://www.cs.toronto.edu/~kriz/cifar.html",
        licence="none stated by its authors, who ask to cite Krizhevsky 2009; not part of this package",
    )


def whole_fashion_mnist_rows(name: str, folder: str | Path | None, download: bool, report: Report | None) -> Dataset:
    """All of Fashion-MNIST, one row per step."""
    return _whole_fashion_mnist(name, rows, folder, download, report)


def whole_fashion_mnist_pixels(
    name: str, folder: str | Path | None, download: bool, report: Report | None
) -> Dataset:
    """All of Fashion-MNIST, one of the 784 pixels per step."""
    return _whole_fashion_mnist(name, pixels, folder, download, report)


def _whole_fashion_mnist(
    name: str, read: Callable[..., Split], folder: str | Path | None, download: bool, report: Report | None
) -> Dataset:
    place = data_folder(folder)
    if folder is None and all((DEBIAN / file.file).is_file() for file in FASHION_MNIST):
        place = DEBIAN
    paths = fetch(name, FASHION_MNIST, place, download=download, report=report)
    x_train, y_train, x_test, y_test = (
        _idx(path, dimensions) for path, dimensions in zip(paths, (3, 1, 3, 1), strict=True)
    )
    return parts(
        name,
        (x_train, y_train),
        (x_test, y_test),
        read,
        class_names=FASHION_MNIST_CLASSES,
        source="Fashion-MNIST, Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747; all images",
        licence="MIT, © 2017 Zalando SE",
    )


def _members(path: Path, names: Sequence[str]) -> dict[str, bytes]:
    """The contents of some files of a tar archive; nothing is written to the disk."""
    with tarfile.open(path, "r:gz") as archive:
        found = {member.name: archive.extractfile(member).read() for member in archive if member.name in names}
    if missing := set(names) - set(found):
        raise ValueError(f"{path} must hold {', '.join(sorted(missing))}, and does not")
    return found


def _cifar_records(path: Path, raw: bytes, labels: int, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Images uint8 `[n, 3, 32, 32]` and classes `[n]` of records as in the binary version of CIFAR."""
    size = labels + CHANNELS * SIDE * SIDE
    if not raw or len(raw) % size:
        raise ValueError(f"{path} must hold records of {size} bytes, got {len(raw)} bytes, which is no multiple")
    records = np.frombuffer(raw, np.uint8).reshape(-1, size)
    y = records[:, labels - 1]
    if y.max() >= classes:
        raise ValueError(f"{path} must hold labels below {classes}, got {y.max()}")
    return records[:, labels:].reshape(-1, CHANNELS, SIDE, SIDE), y


def _idx(path: Path, dimensions: int) -> np.ndarray:
    """The uint8 numbers of a gzipped IDX file: 0, 0, 8 (uint8), dimensions; each size as 4 bytes; the numbers."""
    with gzip.open(path) as stream:
        raw = stream.read()
    start = 4 + 4 * dimensions
    shape = np.frombuffer(raw[4:start], ">u4").tolist()
    if raw[:4] != bytes((0, 0, 8, dimensions)) or len(raw) != start + math.prod(shape):
        raise ValueError(f"{path} must be a gzipped IDX file of bytes in {dimensions} dimensions, and is not")
    return np.frombuffer(raw, np.uint8, offset=start).reshape(shape)
