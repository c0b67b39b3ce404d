"""One image with the prediction of a trained classifier."""

from __future__ import annotations

import torch

from psn_viz.labs.live import prediction_figure
from psn_viz.labs.live.panel import Panel
from psn_viz.learning.evaluation import evaluating, placement, require_module


def prediction_panel(model: torch.nn.Module, image: torch.Tensor, class_names, truth: str) -> Panel:
    """The image and the model's softmax share of every class.

    `image` is `[T, features]` in [0, 1], one row per time-step; `truth` is one of `class_names`.
    Raises TypeError or ValueError where an argument is something else, or the image holds NaN.
    """
    require_module(model)
    if not isinstance(image, torch.Tensor):
        raise TypeError(f"image must be a tensor [T, features], got {type(image).__name__}")
    if image.dim() != 2:
        raise ValueError(f"image must be [T, features], got shape {list(image.shape)}")
    nan = image.isnan().any(1)
    if nan.any():
        raise ValueError(f"image is NaN at time-step {int(nan.nonzero()[0])}: it would silently give no spike")
    if truth not in class_names:
        raise ValueError(f"truth must be one of {', '.join(class_names)}, got {truth!r}")
    device, dtype = placement(model)
    with evaluating(model):
        logits = model(image[:, None].to(device, dtype))[0]
    if len(logits) != len(class_names):
        raise ValueError(f"class_names must be the {len(logits)} of the model, got {len(class_names)}")
    shares = logits.float().softmax(0).cpu().numpy()
    numbers = prediction_figure.ImageShares(image.cpu().numpy(), shares, class_names)
    verdict = "right" if numbers.best == truth else f"wrong, it is: {truth}"
    share = f"{100 * shares.max():.0f} % of the softmax"
    alt = f"The model takes this image for: {numbers.best} ({share}), which is {verdict}."
    return Panel(prediction_figure.draw(numbers), alt)
