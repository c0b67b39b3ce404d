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


def _split(steps: np.ndarray, labels: np.ndarray, white: int) -> Split:
    """Whole numbers `[T, n, features]` from 0 to white → a part with x float32 in [0, 1]."""
    x = np.ascontiguousarray(steps).astype(np.float32)
    x /= white
    return Split(torch.from_numpy(x), torch.from_numpy(labels.astype(np.int64)))
