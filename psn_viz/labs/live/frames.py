"""A lab as one HTML page without a kernel: the same figure over the values of one control, computed beforehand."""

from __future__ import annotations

import base64
import html
import json
from dataclasses import dataclass
from pathlib import Path

from psn_viz.files import asset, write_whole
from psn_viz.labs.core import palette
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.core.figure_encoding import split
from psn_viz.labs.live.panel import DRAWING
from psn_viz.labs.live.plotly_js import plotly_js


@dataclass(frozen=True)
class Frames:
    """One figure and description per value of a control; `html` is the page, `save` writes it."""

    title: str
    control: str
    meaning: str
    values: list
    labels: list[str]
    start: int
    figures: list[dict]
    descriptions: list[str]

    @property
    def html(self) -> str:
        """The page: self-contained, with an ordinary range slider that the keyboard reaches."""
        frames = []
        for label, figure, alt in zip(self.labels, self.figures, self.descriptions, strict=True):
            spec, arrays = split(figure)
            packed = [base64.b64encode(array.tobytes()).decode() for array in arrays]
            frames.append({"value": label, "spec": spec, "arrays": packed, "alt": alt})
        fields = {
            "TITLE": html.escape(self.title),
            "CONTROL": html.escape(self.control),
            "MEANING": html.escape(self.meaning),
            "LAST": str(len(frames) - 1),
            "START": str(self.start),
            "STYLE": asset("psn_viz.labs.core", "panel.css"),
            "PLOTLY": plotly_js(),
            "DRAWING": "".join(asset("psn_viz.labs.core", name) for name in DRAWING),
            "THEMES": _script_json(palette.THEMES),
            "FRAMES": _script_json(frames),
        }
        # Cut once, so that nothing inside a field is taken for another field.
        parts = asset(__package__, "frames.html").split("@@")
        return "".join(fields[part] if n % 2 else part for n, part in enumerate(parts))

    def save(self, path: str | Path) -> Path:
        """Write the page to `path`, whole or not at all."""
        return write_whole(path, self.html.encode())

    def __repr__(self) -> str:
        return f"Frames({self.title!r}, {self.control!r}, {len(self.values)} values)"


def frames_of(lab: Lab, name: str) -> Frames:
    """The figures of a lab over the values of one control, the others as they are now.

    Raises ValueError where the lab has no such control.
    """
    states = lab.states_over(name)
    control = next(control for control in lab.table if control.name == name)
    results = [lab.results_of(state) for state in states]
    values = [state[name] for state in states]
    return Frames(
        title=lab.title,
        control=control.symbol,
        meaning=control.meaning,
        values=values,
        labels=[control.label(value) for value in values],
        start=min(range(len(values)), key=lambda n: _distance(values[n], lab.state[name])),
        figures=[figure for figure, _ in results],
        descriptions=[description for _, description in results],
    )


def _distance(value, wanted) -> float:
    if isinstance(value, int | float) and isinstance(wanted, int | float):
        return abs(value - wanted)
    return float(value != wanted)


def _script_json(value) -> str:
    """JSON that cannot end the script element it stands in."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
