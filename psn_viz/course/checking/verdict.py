"""What a check shows: one sentence, the facts, a hint, and where it helps a picture; as HTML and as plain text."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from psn_viz.course.folding import folded_html
from psn_viz.course.text_page import escape
from psn_viz.labs.core import palette

if TYPE_CHECKING:
    from psn_viz.labs.live.panel import Panel

_WIDGET = "application/vnd.jupyter.widget-view+json"
_SIGNS = {"passed": ("✓", palette.AGREE), "blank": ("…", palette.B)}


@dataclass(frozen=True)
class Verdict:
    """The answer to a check. `passed` says whether the function is right.

    status: "passed", "blank" (not filled in yet), "differs", "raised", "slow", "interrupted", …
    sentence: what was found. facts: (label, text). hint: what to look at.
    recognised: the name of the misconception, if it is a known one.
    printed: what the function printed. example: what a wrong answer is told, while there is none yet.
    figure: a plotly figure of the learner's own result, or None.
    """

    key: str
    status: str
    sentence: str
    facts: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    recognised: str = ""
    printed: str = ""
    example: str = ""
    figure: object = field(default=None, repr=False)

    @property
    def passed(self) -> bool:
        return self.status == "passed"

    @property
    def _head(self) -> str:
        return f"{self.key}: {self.sentence}"

    def _lines(self) -> list[tuple[str, str]]:
        lines = list(self.facts)
        if self.hint:
            lines.append(("hint", self.hint))
        if self.printed:
            lines.append(("printed", self.printed.rstrip("\n")))
        return lines

    def __repr__(self) -> str:
        sign = _SIGNS.get(self.status, ("✗", ""))[0]
        indented = [f"  {label}: " + text.replace("\n", "\n    ") for label, text in self._lines()]
        return "\n".join([f"{sign} {self._head}", *indented])

    def _repr_html_(self) -> str:
        sign, colour = _SIGNS.get(self.status, ("✗", palette.DISAGREE))
        mono = "font-family: monospace; white-space: pre-wrap; overflow-wrap: anywhere"
        rows = "".join(
            f'<tr><th scope="row" style="text-align: left; vertical-align: top; padding: 1px 12px 1px 0">'
            f"{escape(label)}</th>"
            f'<td style="text-align: left; {"" if label == "hint" else mono}">{escape(text)}</td></tr>'
            for label, text in self._lines()
        )
        table = f"<table>{rows}</table>" if rows else ""
        if self.example:
            table += folded_html("What a wrong answer is told, for example", f"<p>{escape(self.example)}</p>")
        return (
            f'<div style="border-left: 4px solid {colour}; padding-left: 10px">'
            f'<p><b><span style="color: {colour}">{sign}</span> {escape(self._head)}</b></p>{table}</div>'
        )

    @cached_property
    def panel(self) -> Panel | None:
        """The widget that draws `figure`."""
        from psn_viz.labs.live.panel import Panel

        return None if self.figure is None else Panel(self.figure, f"{self._head}. {self.hint}")

    @cached_property
    def view(self):
        import ipywidgets

        view = ipywidgets.VBox([ipywidgets.HTML(self._repr_html_()), self.panel])
        view.add_class("psn-check")
        return view

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle = {"text/plain": repr(self), "text/html": self._repr_html_()}
        if self.figure is not None:
            bundle[_WIDGET] = {"version_major": 2, "version_minor": 0, "model_id": self.view.model_id}
        return bundle
