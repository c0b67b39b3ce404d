"""The kernel behind an open page: one lab at a time is shown, the one that the page's address asks for."""

from __future__ import annotations

import html
import re
from urllib.parse import unquote

import anywidget
import ipywidgets
import traitlets
from IPython.display import display

from psn_viz.files import asset
from psn_viz.labs import LABS, Lab
from psn_viz.labs.live.panel import plotly_is_on_the_page


class PageKernel(anywidget.AnyWidget):
    """Follows the page's `address` (`?lab=…&state=…`) and fills `place` with that lab, or with what is wrong."""

    _esm = asset("psn_viz.labs.live", "late_start.js") + asset(__package__, "page_kernel.js")
    address = traitlets.Unicode("").tag(sync=True)
    answered = traitlets.Unicode("").tag(sync=True)  # the last address that `place` has been filled for
    code = traitlets.Unicode("").tag(sync=True)  # the state of the lab that is shown
    onward = traitlets.Unicode("").tag(sync=True)  # the address that the page is to go on to, `?lab=…&state=…`

    def __init__(self) -> None:
        super().__init__()
        self.lab: Lab | None = None
        self._message = ipywidgets.HTML()
        self.place = ipywidgets.VBox([self._message])
        self.observe(self._go, "address")

    def show_message(self, text: str) -> None:
        """Show one sentence above the lab; none if it is empty."""
        self._message.value = f'<p class="app-notice" role="alert">{html.escape(text)}</p>' if text else ""

    def _go(self, change) -> None:
        query = dict(part.partition("=")[::2] for part in change["new"].removeprefix("?").split("&"))
        self._leave()
        if query.get("lab") in LABS:
            try:
                self._open(LABS[query["lab"]], query.get("state", ""))
            except Exception as error:  # whatever a lab raises, the others stay open to the reader
                self.show_message(f"{query['lab']} could not be opened: {error_text(error)}.")
        self.answered = change["new"]

    def _open(self, kind: type[Lab], text: str) -> None:
        try:
            state = state_of(kind, text)
        except ValueError as error:
            state = {}
            self.show_message(f"The state in the address is damaged, so here is the start: {error}.")
        lab = kind(**state)
        lab.panel.observe(self._moved, "revision")
        lab.live.view.elsewhere = self._elsewhere
        self.lab, self.code = lab, lab.code
        self.place.children = (self._message, lab.show())

    def _moved(self, change) -> None:
        self.show_message("")
        self.code = self.lab.code

    def _elsewhere(self, code: str) -> bool:
        """Go on to the lab that a code is of, if it is of another one. Raises what is wrong with the code."""
        name = re.split(r"[;\s]", code.strip(), maxsplit=1)[0]
        if name not in LABS or self.lab is None or name == self.lab.name:
            return False
        _, _, state = LABS[name].from_code(code).code.partition(";")
        self.onward = f"?lab={name}&state={state}" if state else f"?lab={name}"
        return True

    def _leave(self) -> None:
        self.show_message("")
        lab, self.lab, self.code = self.lab, None, ""
        if lab:
            self.place.children = (self._message,)
            close(lab.show())


def state_of(kind: type[Lab], text: str) -> dict:
    """The state that an address asks for: a whole code or what follows its name, as it is or %-encoded once more."""
    for code in (text, unquote(text)):
        full_code = code if code.partition(";")[0] == kind.name else f"{kind.name};{code}"
        try:
            return kind.state_from_code(full_code)
        except ValueError as error:
            last_error = error
    raise last_error


def close(widget: ipywidgets.Widget) -> None:
    """Close a widget with all that it is made of, here and in the browser; plotly.js, shared by all labs, stays."""
    values = [getattr(widget, name) for name in widget.keys if name != "plotly"]
    for value in values:
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, ipywidgets.Widget):
                close(part)
    widget.close()


def error_text(error: BaseException) -> str:
    """An exception in a sentence."""
    return f"{type(error).__name__}: {error}".rstrip(".: ")


def open_page() -> None:
    """Display a page without a lab yet: the one cell of the notebook that every page runs."""
    plotly_is_on_the_page()
    page = PageKernel()
    display(ipywidgets.VBox([page, page.place]))
