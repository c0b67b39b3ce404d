"""Augmentation of images that are read column by column: mirrored, with a part erased, two mixed into one.

As the training script of Fang et al. (2023, arXiv 2304.12760; `sequential_cifar/train_secf10.py` of the authors'
repository) does with torchvision, written with torch alone. Of it, TrivialAugmentWide (a random one of many changes
of colour and shape) is left out, and so is the normalisation of the input, for batch normalisation follows the first
layer.

Random numbers come from the generator that is handed in, so that a run can be gone on with.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

AUGMENTATIONS = ("none", "columns")
FLIPPED = 0.5  # share of the images that are mirrored
ERASED = 0.1  # share of the images of which a part is erased
AREA, RATIO = (0.02, 0.33), (0.3, 3.3)  # of the erased part: share of the image, height over width
MIXUP_ALPHA, CUTMIX_ALPHA = 0.2, 1.0


def augment_columns(x: Tensor, y: Tensor, channels: int, classes: int, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """A batch of images x `[T=columns, n, channels·rows]`, y int64 `[n]` → another x, and the share of each class.

    Mirrored with probability 0.5; a part set to 0 with 0.1; then the whole batch mixed with itself, shifted by one
    image: by mixup or cutmix, each with probability 0.5. rng: on the CPU. Returns x of the same shape, dtype and
    device, and `[n, classes]` with rows that add up to 1. x itself stays as it is.
    """
    images = x.unflatten(2, (channels, -1)).permute(1, 2, 3, 0)  # [n, channels, rows, columns]
    n = len(images)
    flipped = (torch.rand(n, generator=rng) < FLIPPED).to(x.device)
    images = torch.where(flipped[:, None, None, None], images.flip(3), images)
    for number in (torch.rand(n, generator=rng) < ERASED).nonzero().flatten().tolist():
        rows, columns = _part(images.shape[2], images.shape[3], rng)
        images[number, :, rows, columns] = 0  # of the copy that `where` has made
    share = (y[:, None] == torch.arange(classes, device=y.device)).to(x.dtype)
    mix = mixup if torch.rand((), generator=rng) < 0.5 else cutmix
    images, share = mix(images, share, rng)
    return images.permute(3, 0, 1, 2).flatten(2), share


def mixup(images: Tensor, share: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """λ of each image and 1 − λ of its neighbour in the batch, λ ~ Beta(0.2, 0.2) (arXiv 1710.09412)."""
    part = _beta(MIXUP_ALPHA, rng)
    return part * images + (1 - part) * images.roll(1, 0), part * share + (1 - part) * share.roll(1, 0)


def cutmix(images: Tensor, share: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """A rectangle of each image from its neighbour in the batch (arXiv 1905.04899)."""
    rows, columns = images.shape[2:]
    side = 0.5 * math.sqrt(1 - _beta(CUTMIX_ALPHA, rng))
    row, column = (int(torch.randint(size, (), generator=rng)) for size in (rows, columns))
    top, bottom = max(0, row - int(side * rows)), min(rows, row + int(side * rows))
    left, right = max(0, column - int(side * columns)), min(columns, column + int(side * columns))
    mixed = images.clone()
    mixed[:, :, top:bottom, left:right] = images.roll(1, 0)[:, :, top:bottom, left:right]
    part = 1 - (bottom - top) * (right - left) / (rows * columns)
    return mixed, part * share + (1 - part) * share.roll(1, 0)


def _beta(alpha: float, rng: torch.Generator) -> float:
    """A number of Beta(α, α), by Jöhnk's method: X = U^(1/α) where X + Y ≤ 1, over X + Y."""
    while True:
        one, other = (torch.rand(2, generator=rng, dtype=torch.float64) ** (1 / alpha)).tolist()
        if 0 < one + other <= 1:
            return one / (one + other)


def _part(rows: int, columns: int, rng: torch.Generator) -> tuple[slice, slice]:
    """A random rectangle; an empty one where none that fits was found in ten tries, as in torchvision."""
    for _ in range(10):
        area = rows * columns * _between(*AREA, rng)
        ratio = math.exp(_between(math.log(RATIO[0]), math.log(RATIO[1]), rng))
        height, width = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
        if 0 < height < rows and 0 < width < columns:
            top, left = (int(torch.randint(room + 1, (), generator=rng)) for room in (rows - height, columns - width))
            return slice(top, top + height), slice(left, left + width)
    return slice(0, 0), slice(0, 0)


def _between(low: float, high: float, rng: torch.Generator) -> float:
    return low + (high - low) * torch.rand((), generator=rng, dtype=torch.float64).item()
