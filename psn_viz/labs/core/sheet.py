"""A sheet to draw on: boxes, lines, arrows and notes for pictures that explain how something is built."""

from __future__ import annotations

from collections.abc import Sequence

from psn_viz.labs.core import palette
from psn_viz.labs.core.traces import axis, figure

LINE = palette.THEMES["light"]["line"]  # one that both themes have
NOTE_SIZE = 12  # px


class Sheet:
    """One part of a drawing, `wide` × `high` in units of its own, x to the right and y down from the top left.

    number: 1 for the first sheet of a drawing, 2 for the next. domain: its part of the width, from 0 to 1. Sheets
    that stand beside each other come one below the other on a narrow page, with all that is on them.
    """

    def __init__(self, number: int, wide: float, high: float, domain: tuple[float, float] = (0.0, 1.0)) -> None:
        suffix = "" if number == 1 else str(number)
        self.axes = (f"x{suffix}", f"y{suffix}")
        self.domain = domain
        hidden = {"visible": False, "showgrid": False}
        self.layout = {
            f"xaxis{suffix}": axis(domain, range=[0, wide], anchor=self.axes[1], **hidden),
            f"yaxis{suffix}": axis((0, 1), range=[high, 0], anchor=self.axes[0], **hidden),
        }
        self.shapes: list[dict] = []
        self.notes: list[dict] = []
        self._told: list[tuple[float, float, str]] = []

    def box(
        self, left: float, top: float, right: float, bottom: float, colour: str = LINE, fill: float = 0.0
    ) -> None:
        """A rectangle with a frame of `colour`, filled with it where `fill` (from 0 to 1) is above 0."""
        shape = self._shape("rect", left, top, right, bottom, {"color": colour, "width": 1.5})
        self.shapes.append(shape)
        if fill:
            inside = {"fillcolor": colour, "opacity": fill, "layer": "below"}
            self.shapes.append(self._shape("rect", left, top, right, bottom, {"width": 0}) | inside)

    def line(
        self, start: tuple[float, float], end: tuple[float, float], colour: str = LINE, width: float = 1.5,
        dash: str = "solid",
    ) -> None:  # fmt: skip
        """A straight line; `dash` is plotly's, "solid" or "dot", say."""
        self.shapes.append(self._shape("line", *start, *end, {"color": colour, "width": width, "dash": dash}))

    def dot(self, x: float, y: float, colour: str = LINE, size: float = 0.1) -> None:
        """A filled circle, `size` its radius in units of the sheet."""
        filled = {"fillcolor": colour}
        ends = (x - size, y - size, x + size, y + size)
        self.shapes.append(self._shape("circle", *ends, {"color": colour, "width": 1}) | filled)

    def arrow(self, start: tuple[float, float], end: tuple[float, float], colour: str = LINE, width=1.5) -> None:
        """A straight arrow to `end`."""
        self.notes.append(
            {
                "text": "",
                "x": end[0],
                "y": end[1],
                "ax": start[0],
                "ay": start[1],
                "xref": self.axes[0],
                "yref": self.axes[1],
                "axref": self.axes[0],
                "ayref": self.axes[1],
                "showarrow": True,
                "arrowhead": 2,
                "arrowwidth": width,
                "arrowcolor": colour,
            }
        )

    def note(self, x: float, y: float, text: str, **more) -> None:
        """Text centred at a place; `more` are attributes of plotly's annotations."""
        place = {"x": x, "y": y, "xref": self.axes[0], "yref": self.axes[1], "showarrow": False}
        self.notes.append({"text": text, "font": {"size": NOTE_SIZE}, "align": "center", **place, **more})

    def tell(self, x: float, y: float, text: str) -> None:
        """What the reader is told who points at this place."""
        self._told.append((x, y, text))

    @property
    def trace(self) -> dict:
        """What is told, as marks that are not seen. Each sheet has one: by it, a narrow page knows its axes."""
        x, y, text = zip(*(self._told or [(0, 0, "")]), strict=True)
        return {
            "type": "scatter",
            "mode": "markers",
            "name": "parts",
            "x": list(x),
            "y": list(y),
            "text": list(text),
            "marker": {"size": 28, "opacity": 0, "color": LINE},
            "xaxis": self.axes[0],
            "yaxis": self.axes[1],
            "hovertemplate": "%{text}<extra></extra>" if self._told else None,
            "hoverinfo": "text" if self._told else "skip",
        }

    def _shape(self, kind: str, x0: float, y0: float, x1: float, y1: float, line: dict) -> dict:
        place = {"x0": x0, "y0": y0, "x1": x1, "y1": y1, "xref": self.axes[0], "yref": self.axes[1]}
        return {"type": kind, **place, "line": line}


def drawn(sheets: Sequence[Sheet], height: int) -> dict:
    """The figure of these sheets, from left to right, a plain dict in plotly's format, `height` px high."""
    return figure(
        [sheet.trace for sheet in sheets],
        {name: axes for sheet in sheets for name, axes in sheet.layout.items()},
        height,
        [note for sheet in sheets for note in sheet.notes],
        [shape for sheet in sheets for shape in sheet.shapes],
        [sheet.domain for sheet in sheets],
        {"l": 10, "r": 10, "t": 12, "b": 12},
    )
