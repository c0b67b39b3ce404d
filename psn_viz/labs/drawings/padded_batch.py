"""Sequences of different lengths in one batch: zeros behind the end, and zeros in front of the beginning."""

from __future__ import annotations

from psn_viz.labs.core import palette
from psn_viz.labs.core.sheet import Sheet, drawn
from psn_viz.labs.core.traces import coloured

ALT = (
    "Sequences of 5, 9 and 12 steps, filled up to 12; a frame marks the k = 4 inputs in view of one step. Left, "
    "zeros stand after the end: the last own step of a sequence has none of them in view. A step after the end may "
    "still fire, for it still has inputs in view; it is left out. Right, zeros stand before the beginning: the first "
    "own step has them in view, and 0 is what it assumes there. After a layer with a bias b they are no longer 0 but "
    "b, and it is wrong."
)
_K, _STEPS, _CELL, _HEIGHT = 4, 12, 0.52, 0.62
_FROM, _TOP, _APART = 1.3, 0.75, 1.35


def draw() -> dict:
    """Two sheets: zeros behind, zeros in front."""
    behind, front = Sheet(1, 7.8, 4.4, (0.0, 0.49)), Sheet(2, 7.8, 4.4, (0.51, 1.0))
    behind.note(0.1, 0.3, "<b>zeros after the end</b>", xanchor="left")
    front.note(0.1, 0.3, "<b>zeros before the beginning</b>", xanchor="left")
    for lane, length in enumerate((5, 9, 12)):
        _lane(behind, lane, f"{length} steps", [""] * length + ["0"] * (_STEPS - length))
    _view(behind, 0, 4, palette.AGREE, "no zero in view: as alone")
    _view(behind, 1, 10, palette.DISAGREE, "after the end: leave this step out")
    _lane(front, 0, "5 steps", ["0"] * 7 + [""] * 5)
    _view(front, 0, 7, palette.AGREE, "zeros in view: what is assumed anyway")
    _lane(front, 1, "+ bias", ["b"] * 7 + [""] * 5)
    _view(front, 1, 7, palette.DISAGREE, "b in view: wrong for k − 1 steps")
    note = f"<span style='color:{palette.X}'>■</span> inputs {coloured('X')} of the sequence itself"
    front.note(0.1, _TOP + 2 * _APART + _HEIGHT / 2, note, xanchor="left")
    return drawn([behind, front], height=250)


def _lane(sheet: Sheet, lane: int, name: str, cells: list[str]) -> None:
    """One sequence: an input of its own where the text of a cell is empty, else what fills it up."""
    top = _TOP + lane * _APART
    sheet.note(0.1, top + _HEIGHT / 2, name, xanchor="left")
    for t, filling in enumerate(cells):
        left, middle = _FROM + t * _CELL, top + _HEIGHT / 2
        if filling:
            sheet.box(left + 0.04, top, left + _CELL - 0.04, top + _HEIGHT)
            sheet.note(left + _CELL / 2, middle, filling)
        else:
            sheet.box(left + 0.04, top, left + _CELL - 0.04, top + _HEIGHT, palette.X, fill=0.6)
        sheet.tell(left + _CELL / 2, middle, f"step {t}: {f'filled up with {filling}' if filling else 'an input'}")


def _view(sheet: Sheet, lane: int, t: int, colour: str, words: str) -> None:
    """A frame around the k inputs in view of step t, with words under it."""
    top, right = _TOP + lane * _APART, _FROM + (t + 1) * _CELL
    for widen in (0.0, 0.03):
        left, low = right - _K * _CELL - widen, top + _HEIGHT + 0.1 + widen
        sheet.box(left, top - 0.1 - widen, right + widen, low, colour)
    words = f"step {t}: {words}"
    if right > _FROM + _STEPS * _CELL / 2:  # else it would leave the sheet
        sheet.note(_FROM + _STEPS * _CELL, low + 0.2, words, xanchor="right", font={"size": 11})
    else:
        sheet.note(right - _K * _CELL, low + 0.2, words, xanchor="left", font={"size": 11})
