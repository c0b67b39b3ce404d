"""What a trained classifier makes of one image."""

from __future__ import annotations

import torch

from psn_viz.figures import prediction as figures
from psn_viz.labs.panel import Panel


def prediction_panel(model: torch.nn.Module, image: torch.Tensor, class_names, truth: str) -> Panel:
    """The image and the model's softmax share of every class.

    `image` is `[T, features]` in [0, 1], one row per time-step. Raises ValueError for another number of dimensions.
    """
    if image.dim() != 2:
        raise ValueError(f"image must be [T, features], got shape {list(image.shape)}")
    parameter = next(model.parameters())
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            logits = model(image[:, None].to(parameter))[0]
    finally:
        model.train(was_training)
    shares = logits.float().softmax(0).cpu().numpy()
    best = class_names[int(shares.argmax())]
    verdict = "right" if best == truth else f"wrong, it is: {truth}"
    alt = f"The model takes this image for: {best} ({100 * shares.max():.0f} % of the softmax), which is {verdict}."
    return Panel(figures.draw(image.cpu().numpy(), shares, class_names, f"read as: <b>{best}</b>"), alt)
