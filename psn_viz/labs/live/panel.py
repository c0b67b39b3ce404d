"""The widget that draws a plotly figure. Its synced state is the figure itself.

Number arrays travel as float32 bytes in slots of their own (`a0`, `a1`, …), so that a move of a slider sends only
the arrays that changed; everything else of the figure is one JSON text. plotly.js travels once per kernel.
"""

from __future__ import annotations

import os

import anywidget
import ipywidgets
import numpy as np
import traitlets
from ipywidgets import widget_serialization

from psn_viz.files import asset
from psn_viz.labs.core import palette
from psn_viz.labs.core.figure_encoding import join, split
from psn_viz.labs.live.plotly_js import plotly_js

SLOTS = 48
DRAWING = ("figure.js", "redraw.js", "drawing.js")  # what draws a figure here and in the frames, in this order


_library: ipywidgets.HTML | None = None


def _plotly_js() -> ipywidgets.HTML:
    """plotly.js as the value of one widget that is never displayed and that every panel refers to.

    A widget of ipywidgets' own: an anywidget would have to be ready within two seconds of its 5 MB.
    """
    global _library
    if _library is None or _library.comm is None:
        _library = ipywidgets.HTML(plotly_js())
    return _library


def plotly_is_on_the_page() -> None:
    """Send no plotly.js from this kernel: its page has put a promise of it where panel.js looks for one."""
    global _library
    _library = ipywidgets.HTML()


_Slots = type("_Slots", (anywidget.AnyWidget,), {f"a{n}": traitlets.Bytes(b"").tag(sync=True) for n in range(SLOTS)})


class Panel(_Slots):
    """Draws one figure, a dict in plotly's format; `show` replaces it.

    `pointed` is {control: value} of the place under the reader's pointer, `dragged` is [name, number, height] of
    the bar that it pulls, `chosen` is [name, number] of the mark that it clicked at.
    """

    _esm = "".join(
        [
            *(asset("psn_viz.labs.core", name) for name in DRAWING),
            *(asset(__package__, name) for name in ("keys.js", "late_start.js", "panel.js")),
        ]
    )
    _css = asset("psn_viz.labs.core", "panel.css")

    plotly = traitlets.Instance(ipywidgets.HTML).tag(sync=True, **widget_serialization)
    themes = traitlets.Dict(palette.THEMES).tag(sync=True)
    spec = traitlets.Unicode("").tag(sync=True)
    alt = traitlets.Unicode("").tag(sync=True)
    revision = traitlets.Int(0).tag(sync=True)
    pointed = traitlets.Dict({}).tag(sync=True)
    dragged = traitlets.List([]).tag(sync=True)
    chosen = traitlets.List([]).tag(sync=True)

    def __init__(self, figure: dict | None = None, alt: str = "") -> None:
        super().__init__(plotly=_plotly_js())
        self.figure = {"data": [], "layout": {}}
        if figure is not None:
            self.show(figure, alt)

    def show(self, figure: dict, alt: str) -> None:
        """Draw `figure`, described by `alt`; sends what differs from the figure before, in one message."""
        spec, arrays = split(figure)
        if len(arrays) > SLOTS:
            raise ValueError(f"figure must hold at most {SLOTS} arrays, got {len(arrays)}")
        self.figure = figure
        # All slots are set before `revision`, which is what the browser waits for.
        with self.hold_sync():
            self.spec, self.alt = spec, alt
            for slot in range(SLOTS):  # those that this figure does not need are emptied
                setattr(self, f"a{slot}", arrays[slot].tobytes() if slot < len(arrays) else b"")
            self.revision += 1

    def sent(self) -> dict:
        """The figure as the browser has it, decoded from the synced state: `{"data": […], "layout": {…}}`."""
        return join(self.spec, lambda slot: np.frombuffer(getattr(self, f"a{slot}"), "<f4"))

    def let_go(self) -> None:
        """Have the browser let go of a place that a click holds: the figure goes somewhere else."""
        self.send({"let_go": True})

    def ask_back(self) -> None:
        """Have the browser answer `{"back": True, "acted": …}`, which `on_msg` hears after all moves made before.

        The browser holds a move of a control back while the kernel is at an earlier one of it, a message never.
        `acted` says whether the reader has done something in the lab since the last click on Reset.
        """
        self.send({"ask_back": True})

    def save(self, name: str) -> None:
        """Have the browser download what it shows as `name`.svg and `name`.csv."""
        self.send({"save": name})

    def __repr__(self) -> str:  # no address: strict nbval can compare it
        return f"Panel({self.alt!r})"

    def _repr_mimebundle_(self, **kwargs):
        return with_picture(super()._repr_mimebundle_(**kwargs), self)


def with_picture(bundle, panel: Panel):
    """A widget's mimebundle, with a picture and its alt text beside it where PSN_VIZ_PICTURES is set.

    `make notebooks` sets it, so that a notebook has something to show before a kernel runs.
    """
    if not os.environ.get("PSN_VIZ_PICTURES"):
        return bundle
    from psn_viz.labs.live.picture import Picture

    data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
    image, image_metadata = Picture(panel.figure, panel.alt, "png")._repr_mimebundle_()
    return {**image, **data}, {**image_metadata, **metadata}


def picture_html(panel: Panel) -> str:
    """The panel's picture within HTML, with its alt text; nothing unless PSN_VIZ_PICTURES is set."""
    if not os.environ.get("PSN_VIZ_PICTURES"):
        return ""
    from psn_viz.labs.live.picture import Picture

    return Picture(panel.figure, panel.alt, "webp").html()
