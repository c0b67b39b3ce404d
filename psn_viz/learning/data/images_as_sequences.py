"""Images as sequences: a row, a column or a pixel at each time-step."""

import numpy as np
import torch

from psn_viz.learning.data.dataset import Split


def rows(images: np.ndarray, labels: np.ndarray, white: int = 255) -> Split:
    """Images `[n, rows, columns]` of whole numbers 0 … white → x `[T=rows, n, columns]`: from top to bottom."""
    return _split(images.transpose(1, 0, 2), labels, white)


def pixels(images: np.ndarray, labels: np.ndarray, white: int = 255) -> Split:
    """Images `[n, rows, columns]` → x `[T=rows·columns, n, 1]`: row after row, each from left to right."""
    return _split(images.reshape(len(images), -1).T[:, :, None], labels, white)


def columns(images: np.ndarray, labels: np.ndarray, white: int = 255) -> Split:
    """Images `[n, channels, rows, columns]` → x `[T=columns, n, channels·rows]`: from left to right.

    `x[t].unflatten(1, (channels, rows))` is column t of each image, `[n, channels, rows]`.
    """
    n, channels, height, width = images.shape
    return _split(images.transpose(3, 0, 1, 2).reshape(width, n, channels * height), labels, white)


SLOWEST = 1.5  # times as many steps as rows; the fastest reading takes half as many


def rows_at_various_speeds(images: np.ndarray, labels: np.ndarray, white: int = 255) -> Split:
    """Images `[n, rows, columns]` → x `[T=1.5·rows, n, columns]`, with `length`: a row per step, at various speeds.

    Image i is resampled along its rows to length[i] steps, linearly between the two nearest rows, the first and the
    last step being its first and last row; 0 from there on. The lengths are drawn evenly from rows/2 to 1.5·rows,
    with random numbers that depend on n alone.
    """
    n, height, width = images.shape
    T = round(SLOWEST * height)
    # The streams of RandomState are frozen for ever (numpy's NEP 19); those of newer generators may change.
    length = np.random.RandomState(n).randint(height // 2, T + 1, size=n, dtype=np.int64)
    steps = np.zeros((T, n, width), dtype=np.float32)
    for i, image in enumerate(images.astype(np.float32) / np.float32(white)):
        place = np.arange(length[i], dtype=np.float32) * np.float32((height - 1) / (length[i] - 1))
        above = np.minimum(place.astype(np.int64), height - 2)
        share = (place - above)[:, None]
        steps[: length[i], i] = (1 - share) * image[above] + share * image[above + 1]
    return Split(torch.from_numpy(steps), torch.from_numpy(labels.astype(np.int64)), torch.from_numpy(length))


def _split(steps: np.ndarray, labels: np.ndarray, white: int) -> Split:
    """Whole numbers `[T, n, features]` from 0 to white → a part with x float32 in [0, 1]."""
    x = np.ascontiguousarray(steps).astype(np.float32)
    x /= white
    return Split(torch.from_numpy(x), torch.from_numpy(labels.astype(np.int64)))
