"""The data sets that are too large for the package, read from their published files; nothing is unpickled."""

import gzip
import tarfile
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from psn_viz.learning.data.bundled import FASHION_MNIST_CLASSES, from_official_parts
from psn_viz.learning.data.dataset import Dataset, Split
from psn_viz.learning.data.download import RemoteFile, Report, data_folder, fetch
from psn_viz.learning.data.images_as_sequences import columns, pixels, rows


@dataclass(frozen=True)
class Cifar:
    """A CIFAR archive in its binary version.

    train and test: the members with the images, one record an image: `labels` bytes, the last one the class, then
    3 · 32 · 32 bytes, channel after channel, row after row. names: the member with the names of the classes.
    """

    archive: RemoteFile
    labels: int
    train: tuple[str, ...]
    test: tuple[str, ...]
    names: str


# Sizes and MD5 as on https://www.cs.toronto.edu/~kriz/cifar.html.
CIFAR = {
    "sequential-cifar10": Cifar(
        RemoteFile(
            "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
            size=170_052_171,
            md5="c32a1d4ab5d03f1284b67883e8d87530",
        ),
        labels=1,
        train=tuple(f"cifar-10-batches-bin/data_batch_{number}.bin" for number in range(1, 6)),
        test=("cifar-10-batches-bin/test_batch.bin",),
        names="cifar-10-batches-bin/batches.meta.txt",
    ),
    "sequential-cifar100": Cifar(
        RemoteFile(
            "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz",
            size=168_513_733,
            md5="03b5dce01913d631647c71ecec9e9cb8",
        ),
        labels=2,
        train=("cifar-100-binary/train.bin",),
        test=("cifar-100-binary/test.bin",),
        names="cifar-100-binary/fine_label_names.txt",
    ),
}

_FASHION = "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"
# Training images and labels, test images and labels. MD5 as in the README of that repository; the other one is of
# the same numbers as Debian compresses them.
FASHION_MNIST = (
    RemoteFile(
        f"{_FASHION}train-images-idx3-ubyte.gz",
        26_421_880,
        "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        ("cf8536b0aa1a6ac5fa3f23001093305c",),
    ),
    RemoteFile(
        f"{_FASHION}train-labels-idx1-ubyte.gz",
        29_515,
        "25c81989df183df01b3e8a0aad5dffbe",
        ("10bea18fdb374794d4bb42e356e600c9",),
    ),
    RemoteFile(
        f"{_FASHION}t10k-images-idx3-ubyte.gz",
        4_422_102,
        "bef4ecab320f06d8554ea6380940ec79",
        ("f78720b4224f21cce2f2ccf2d7a94c9a",),
    ),
    RemoteFile(
        f"{_FASHION}t10k-labels-idx1-ubyte.gz",
        5_148,
        "bb300cfdad3c16e7a12a480ee83cd310",
        ("0d30e22e447f3c33dab9ed536400ac01",),
    ),
)
# Where the package dataset-fashion-mnist of Debian and Ubuntu puts them.
DEBIAN = Path("/usr/share/datasets/fashion-mnist")
AS_SEQUENCE: dict[str, Callable[[NDArray[np.uint8], NDArray[np.uint8]], Split]] = {
    "fashion-mnist-rows-full": rows,
    "fashion-mnist-columns-full": lambda images, labels: columns(images[:, None], labels),
    "fashion-mnist-pixels-28": pixels,
}


def sequential_cifar(name: str, folder: str | Path | None, download: bool, report: Report | None) -> Dataset:
    """CIFAR-10 or CIFAR-100, one column of the image per step. The arguments are those of `load_dataset`."""
    cifar = CIFAR[name]
    (path,) = fetch(name, [cifar.archive], data_folder(folder), download=download, report=report)
    members = _read_members(path, (*cifar.train, *cifar.test, cifar.names))
    train, test = (
        _read_records(b"".join(members[file] for file in files), cifar.labels) for files in (cifar.train, cifar.test)
    )
    class_names = tuple(members[cifar.names].decode().split())
    return from_official_parts(
        name,
        train,
        test,
        columns,
        class_names=class_names,
        source=f"CIFAR-{len(class_names)}, Krizhevsky 2009, Learning Multiple Layers of Features from Tiny Images, "
        "https://www.cs.toronto.edu/~kriz/cifar.html",
        licence="none stated by its authors, who ask to cite Krizhevsky 2009; not part of this package",
    )


def whole_fashion_mnist(name: str, folder: str | Path | None, download: bool, report: Report | None) -> Dataset:
    """All of Fashion-MNIST, one row, column or pixel per step. The arguments are those of `load_dataset`."""
    place = data_folder(folder)
    if folder is None and all((DEBIAN / file.name).is_file() for file in FASHION_MNIST):
        place = DEBIAN
    paths = fetch(name, FASHION_MNIST, place, download=download, report=report)
    x_train, y_train, x_test, y_test = map(_read_idx, paths)
    return from_official_parts(
        name,
        (x_train, y_train),
        (x_test, y_test),
        AS_SEQUENCE[name],
        class_names=FASHION_MNIST_CLASSES,
        source="Fashion-MNIST, Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747; all images",
        licence="MIT, © 2017 Zalando SE",
    )


def _read_members(path: Path, names: Collection[str]) -> dict[str, bytes]:
    """The contents of some files of a tar archive, in one pass; nothing is written to the disk."""
    with tarfile.open(path, "r:gz") as archive:
        return {
            member.name: stream.read()
            for member in archive
            if member.name in names and (stream := archive.extractfile(member))
        }


def _read_records(raw: bytes, labels: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Images uint8 `[n, 3, 32, 32]` and classes uint8 `[n]` of the records of CIFAR."""
    records = np.frombuffer(raw, np.uint8).reshape(-1, labels + 3 * 32 * 32)
    return records[:, labels:].reshape(-1, 3, 32, 32), records[:, labels - 1]


def _read_idx(path: Path) -> NDArray[np.uint8]:
    """The array of a gzipped IDX file: bytes 0, 0, 8 (uint8), dimensions; each size as 4 bytes; the numbers."""
    raw = gzip.decompress(path.read_bytes())
    start = 4 + 4 * raw[3]
    return np.frombuffer(raw, np.uint8, offset=start).reshape(np.frombuffer(raw[4:start], ">u4").tolist())
