"""The network of lesson 00: one lane for each time-step, and the places where lanes meet."""

from __future__ import annotations

from psn_viz.labs.core import palette
from psn_viz.labs.core.sheet import Sheet, drawn
from psn_viz.labs.core.traces import coloured

ALT = (
    "The network, with one lane for each of the 28 time-steps; N is the number of pictures. Linear and BatchNorm "
    "treat every lane alike, and no lane knows of another. Each layer mixes time in one place: in its neuron. In a "
    "PSN the charge of every lane is made of the inputs of all lanes, H = W X. The scores are read at the last lane."
)
_LANES = {0: 1.35, 1: 2.15, 2: 2.95, 27: 4.55}  # time-step: how far down
_MORE = 3.75  # where the lanes in between are left out
_TOP, _BOTTOM = 0.95, 4.95  # of what spans all lanes
_BOX = 0.26  # half the height of a box in a lane


def draw() -> dict:
    """Two sheets: the first layer, and the second with the readout."""
    first, second = Sheet(1, 5.0, 6.5, (0.0, 0.43)), Sheet(2, 6.5, 6.5, (0.45, 1.0))
    first.note(0.05, 0.3, "<b>layer 1</b>", xanchor="left")
    _layer(first, 0.95, "picture<br>[28, N, 28]", palette.X, "one row of the picture: 28 pixels")
    first.note(2.33, 5.75, "[28, N, 64]", yanchor="top")
    for t, y in _LANES.items():
        first.note(0.4, y, f"t = {t}")
    second.note(0.05, 0.3, "<b>layer 2</b>", xanchor="left")
    _layer(second, 0.3, "spikes<br>[28, N, 64]", palette.S, "spikes of the first layer: 64 zeros and ones")
    second.note(4.3, 0.3, "<b>readout</b>", xanchor="left")
    last = _LANES[27]
    second.dot(4.55, last, palette.S)
    second.tell(4.55, last, "spikes of the second layer at the last time-step")
    _in_lane(second, 5.0, last, "Linear, [N, 64] to [N, 10]")
    second.note(5.4, last - 0.55, "Linear")
    second.arrow((4.65, last), (5.0, last))
    second.arrow((5.8, last), (6.15, last))
    second.note(5.9, 5.45, "scores<br>[N, 10]", yanchor="top")
    return drawn([first, second], height=350)


def _layer(sheet: Sheet, start: float, shape: str, colour: str, what: str) -> None:
    """A layer whose inputs, `what` in `shape`, stand at `start`: Linear, BatchNorm, PSN."""
    linear, norm, neuron, end = start + 0.45, start + 1.5, start + 2.6, start + 3.7
    sheet.note(start, 5.45, shape, yanchor="top", xanchor="center" if start > 0.5 else "left", xshift=-8)
    for x, text in ((linear + 0.4, "Linear"), (norm + 0.4, "Batch-<br>Norm"), (neuron + 0.55, f"PSN<br>{_PRODUCT}")):
        sheet.note(x, _TOP - 0.1, text, yanchor="bottom")
    for t, y in _LANES.items():
        sheet.dot(start, y, colour)
        sheet.tell(start, y, f"{what}, time-step {t}")
        sheet.arrow((start + 0.1, y), (linear, y))
        _in_lane(sheet, linear, y, "Linear: the same weights in every lane")
        sheet.arrow((linear + 0.8, y), (norm, y))
        _in_lane(sheet, norm, y, "BatchNorm: the same scale and shift in every lane")
        sheet.arrow((norm + 0.8, y), (neuron, y))
        sheet.arrow((neuron + 1.1, y), (end + 0.3, y))
        for other in _LANES.values():
            sheet.line((neuron, y), (neuron + 1.1, other), palette.H, 1)
    for x in (start, linear + 0.4, norm + 0.4):
        sheet.note(x, _MORE, "⋮")
    sheet.box(neuron, _TOP, neuron + 1.1, _BOTTOM, palette.H, fill=0.1)
    sheet.tell(neuron + 0.55, _MORE, "PSN: every charge is made of the inputs of all 28 lanes")
    sheet.note(neuron + 0.55, 5.1, coloured("H", "time is<br>mixed here"), yanchor="top")


_PRODUCT = f"{coloured('H')} = W {coloured('X')}"


def _in_lane(sheet: Sheet, left: float, y: float, told: str) -> None:
    """A box in one lane, which `told` explains."""
    sheet.box(left, y - _BOX, left + 0.8, y + _BOX)
    sheet.tell(left + 0.4, y, told)
