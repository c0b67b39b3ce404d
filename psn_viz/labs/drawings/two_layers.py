"""How far two layers of order 4 see: the steps of layer 1 that one spike of layer 2 is made of, and their inputs."""

from __future__ import annotations

from psn_viz.labs.core import palette
from psn_viz.labs.core.sheet import LINE, Sheet, drawn
from psn_viz.labs.core.traces import coloured

ALT = (
    "Two layers of order k = 4 over ten time-steps. The last step of layer 2 uses four steps of layer 1, t = 6 to 9. "
    "The first of these, t = 6, uses four inputs, t = 3 to 6. So the last step sees the inputs t = 3 to 9: seven, "
    "2 · 3 + 1. The inputs t = 0 to 2 cannot reach it."
)
_K, _STEPS = 4, 10
_LAYERS = {2: 0.5, 1: 2.0, 0: 3.5}  # layer, 0 for the inputs: how far down
_FROM, _APART, _SIZE = 3.7, 1.28, 0.17  # where step 0 stands, how far the next one is, and how large


def draw() -> dict:
    """One sheet: inputs below, layer 1 over them, layer 2 on top."""
    sheet = Sheet(1, 16.0, 4.9)
    last = _STEPS - 1
    seen = {2: {last}}
    for layer in (2, 1):
        seen[layer - 1] = {i for t in seen[layer] for i in range(t - _K + 1, t + 1)}
        for t in sorted(seen[layer]):
            for i in range(t - _K + 1, t + 1):
                outer = t == min(seen[layer]) and i == t - _K + 1  # the way to the oldest input
                ends = (_x(i), _LAYERS[layer - 1] - _SIZE), (_x(t), _LAYERS[layer] + _SIZE)
                sheet.line(*ends, palette.H, 3 if outer else 1)
    names = {2: f"{coloured('S')}, layer 2", 1: f"{coloured('S')}, layer 1", 0: f"{coloured('X')}, inputs"}
    for layer, y in _LAYERS.items():
        sheet.note(0.1, y, names[layer], xanchor="left")
        for t in range(_STEPS):
            colour = palette.S if layer else palette.X
            sheet.dot(_x(t), y, colour if t in seen[layer] else LINE, _SIZE if t in seen[layer] else 0.07)
            view = "in view of the last step" if t in seen[layer] else "not in view of the last step"
            sheet.tell(_x(t), y, f"t = {t}: {view}")
    for t in range(_STEPS):
        sheet.note(_x(t), 3.95, str(t))
    sheet.note(0.1, 3.95, "step t", xanchor="left")
    sheet.note(_x(6), 4.5, f"{len(seen[0])} inputs in view = 2 · (k − 1) + 1")
    return drawn([sheet], height=270)


def _x(t: int) -> float:
    return _FROM + _APART * t
