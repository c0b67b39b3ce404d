"""The data sets of the course by name: what each one holds, where it comes from, under which licence."""

import re
from collections.abc import Callable
from pathlib import Path

from psn_viz.learning.data import bundled, remote
from psn_viz.learning.data.bundled import FASHION_MNIST_CLASSES
from psn_viz.learning.data.dataset import Dataset, Split
from psn_viz.learning.data.delayed_recall import recall_dataset
from psn_viz.learning.data.download import Report
from psn_viz.neurons.arguments import flag

__all__ = ["DATASETS", "FASHION_MNIST_CLASSES", "Dataset", "Split", "load_dataset", "register_dataset"]

_SHIPPED: dict[str, Callable[[], Dataset]] = {
    "fashion-mnist-rows": bundled.fashion_mnist_rows,
    "fashion-mnist-rows-tempo": bundled.fashion_mnist_rows_tempo,
    "fashion-mnist-columns": bundled.fashion_mnist_columns,
    "fashion-mnist-pixels": bundled.fashion_mnist_pixels,
    "digits-rows": bundled.digits_rows,
    "digits-pixels": bundled.digits_pixels,
    "japanese-vowels": bundled.japanese_vowels,
}
_FETCHED: dict[str, Callable[[str, str | Path | None, bool, Report | None], Dataset]] = {
    "fashion-mnist-rows-full": remote.whole_fashion_mnist,
    "fashion-mnist-columns-full": remote.whole_fashion_mnist,
    "fashion-mnist-pixels-28": remote.whole_fashion_mnist,
    "sequential-cifar10": remote.sequential_cifar,
    "sequential-cifar100": remote.sequential_cifar,
}
# Every name, with one delay of the probe of memory for all.
DATASETS = (*_SHIPPED, "recall-8", "recall-8-mixed", *_FETCHED)
_registered: dict[str, Callable[[], Dataset]] = {}


def register_dataset(name: str, make: Callable[[], Dataset], *, replace: bool = False) -> None:
    """Add a data set of your own, for `load_dataset(name)`.

    `make()` is called at each `load_dataset(name)` and returns a `Dataset` of that name, always the same one. The
    cell that registers it can be run again with `replace=True`; a data set of the course is never replaced.

    Raises TypeError or ValueError for a name that is no text or is taken, and where `make()`, called once here,
    does not return such a data set.
    """
    if not isinstance(name, str) or not re.fullmatch("[a-z0-9][a-z0-9-]*", name):
        raise ValueError(f"name must be lower-case letters, digits and '-', such as 'my-rows', got {name!r}")
    if name in DATASETS or name.startswith("recall-"):
        raise ValueError(f"name must be one that the course does not use, got {name!r}")
    if name in _registered and not replace:
        raise ValueError(f"name must be a new one, got {name!r}, which is there (replace=True replaces it)")
    if not callable(make):
        raise TypeError(f"make must be a function that returns a Dataset, got {type(make).__name__}")
    dataset = make()
    if not isinstance(dataset, Dataset):
        raise TypeError(f"make must return a Dataset, got {type(dataset).__name__}")
    if dataset.name != name:
        raise ValueError(f"make must return a Dataset named {name!r}, got {dataset.name!r}")
    _registered[name] = make


def load_dataset(
    name: str, *, download: bool = False, folder: str | Path | None = None, report: Report | None = None
) -> Dataset:
    """The data set of that name: x float32, time first; y int64.

    A name that `register_dataset` was given is made by its function. These need no network:

    `"fashion-mnist-rows"`: grey images of clothes, read one row per time-step from top to bottom.
        x in [0, 1], `[T=28, n, features=28]`, so that `x[:, i]` is image i; 10 balanced classes. 3600 train,
        400 validation, 1000 test. Source: Fashion-MNIST (Xiao, Rasul, Vollgraf 2017, arXiv:1708.07747,
        https://github.com/zalandoresearch/fashion-mnist); here the first 400 training and the first 100 test
        images of each class in file order. Licence: MIT, © 2017 Zalando SE.
    `"fashion-mnist-columns"`: the same images, one column per step from left to right, as the paper reads CIFAR:
        `[T=28, n, 28]`.
    `"fashion-mnist-pixels"`: the same images, each 2 × 2 square replaced by its mean, and then one pixel per
        step, row after row: `[T=196, n, 1]`.
    `"fashion-mnist-rows-tempo"`: the same images, each read from top to bottom at a speed of its own: resampled to 14
        to 42 rows, so that the samples are of **varying length**: `[T=42, n, 28]` with `split.length`.
    `"digits-rows"`, `"digits-pixels"`: handwritten digits of 8 × 8 pixels, one row per step `[T=8, n, 8]` or one
        pixel per step `[T=64, n, 1]`; x in [0, 1], 10 classes. 1297 train, 140 validation, 360 test. There is no
        official split: the first 80 % in file order are to learn from, the rest is test. Source: Optical
        Recognition of Handwritten Digits, its test set (E. Alpaydin, C. Kaynak 1998, UCI Machine Learning
        Repository, doi:10.24432/C50P49), by way of scikit-learn. Licence: CC BY 4.0; scikit-learn's copy BSD.
    `"japanese-vowels"`: which of 9 men says /ae/? Speech as 12 LPC cepstrum coefficients per step of 6.4 ms,
        of **varying length**, 7 to 29 steps: `[T=29, n, 12]` with `split.length`, 0 after the end of each
        utterance. 243 train, 27 validation, 370 test, of official 270 and 370. The longest utterance outside
        the test part has 26 steps. Source: Japanese Vowels (M. Kudo, J. Toyama, M. Shimbo 1999, UCI Machine
        Learning Repository, doi:10.24432/C5NS47). Licence: CC BY 4.0.
    `"recall-8"`, `"recall-8-mixed"`, and any other whole number ≥ 1 for 8: the probe of memory, `recall_dataset(8)`
        and `recall_dataset(8, mixed=True)`, which says how it is made and takes more arguments. `[T=9, n, 6]`, 4
        classes. 4000 train, 400 validation, 400 test.

    These are read from their published files, when they are there; with `download=True` they are downloaded
    first:

    `"fashion-mnist-rows-full"`, `"fashion-mnist-columns-full"`, `"fashion-mnist-pixels-28"`: all of Fashion-MNIST
        (29 MiB), one row or one column per step `[T=28, n, 28]`, or one of the 784 pixels per step `[T=784, n, 1]`.
        54000 train, 6000 validation, 10000 test. Taken from Debian's package dataset-fashion-mnist where that is
        installed.
    `"sequential-cifar10"`, `"sequential-cifar100"`: the paper's task, one column of a colour image per step from
        left to right: `[T=32, n, 96]`, x in [0, 1]; `x[t].unflatten(1, (3, 32))` is column t as `[n, channel,
        row]`. 10 or 100 classes. 45000 train, 5000 validation, 10000 test. Source: CIFAR-10 (162 MiB) and
        CIFAR-100 (161 MiB) in their binary version (A. Krizhevsky 2009, Learning Multiple Layers of Features
        from Tiny Images, https://www.cs.toronto.edu/~kriz/cifar.html). Licence: its authors state none.

    Validation is every tenth sample of each class of the official training part, test is the official test part,
    untouched; recall makes all three. The parts are the same at every call and on every machine. The licences
    of what is shipped lie in `psn_viz/learning/data`. Only the bytes of the shipped files are kept between
    calls (read-only); the tensors are made anew for each call, so editing them in place changes nobody else's.

    download: download the files that are missing, or whose MD5 is not the published one. folder: where the downloaded
    files are kept; None is the folder that the environment variable PSN_VIZ_DATA names, else `~/.cache/psn_viz`.
    report: called with the bytes received and the bytes in all; None draws a bar where stderr is a terminal.

    Raises TypeError for an argument of the wrong type; ValueError for an unknown name, and for a file in the
    folder or from the network whose MD5 is not the published one; FileNotFoundError for a data set that must be
    downloaded first; ConnectionError when the download fails, RuntimeError while another process downloads the same
    file, another OSError when the folder cannot be written, each saying what to do.
    """
    allowed = f"one of {', '.join(map(repr, (*DATASETS, *_registered)))} (any delay for 8)"
    if not isinstance(name, str):
        raise TypeError(f"name must be a string, {allowed}; got {name!r}")
    flag("download", download)
    if folder is not None and not isinstance(folder, str | Path):
        raise TypeError(f"folder must be a path or None, got {folder!r}")
    if report is not None and not callable(report):
        raise TypeError(f"report must be a function of two numbers of bytes or None, got {report!r}")
    if probe := re.fullmatch("recall-([1-9][0-9]*)(-mixed)?", name):
        return recall_dataset(int(probe[1]), mixed=bool(probe[2]))
    if name in _SHIPPED:
        return _SHIPPED[name]()
    if name in _registered:
        return _registered[name]()
    if name in _FETCHED:
        return _FETCHED[name](name, folder, download, report)
    raise ValueError(f"name must be {allowed}; got {name!r}")
