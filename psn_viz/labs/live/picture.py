"""A figure as a still picture with alt text: for print, for GitHub, for screen readers."""

from __future__ import annotations

import base64
import functools
import html
import logging
import os
import warnings
from dataclasses import dataclass, replace
from pathlib import Path

import plotly.graph_objects as go

from psn_viz.chromium import find_chromium
from psn_viz.files import write_whole
from psn_viz.labs.core.letters import in_readable_letters

WIDTH = 900
MIMES = {"svg": "image/svg+xml", "png": "image/png", "webp": "image/webp"}
FORMATS = tuple(MIMES)


@dataclass(frozen=True)
class Picture:
    """One figure, a dict in plotly's format; its description; and what it is rendered in, "svg", "png" or "webp"."""

    figure: dict
    alt: str
    format: str = "svg"

    def __post_init__(self) -> None:
        if self.format not in FORMATS:
            raise ValueError(f"format must be one of {', '.join(FORMATS)}, got {self.format!r}")

    def render(self, width: int = WIDTH, scale: float = 1) -> bytes:
        """The picture as bytes, laid out `width` px wide, then scaled.

        Raises RuntimeError where kaleido or a browser to draw with is missing.
        """
        chromium = find_chromium()
        if chromium is None:
            raise RuntimeError("a picture needs Chromium or Chrome: install one, or set BROWSER_PATH to it")
        os.environ.setdefault("BROWSER_PATH", chromium)
        try:
            if os.environ.get("PSN_VIZ_PICTURES"):
                _keep_browser()
            with warnings.catch_warnings():
                # Options of one call mean nothing to a browser that is already there; plotly passes some always.
                warnings.filterwarnings("ignore", "The kopts argument", UserWarning)
                height = self.figure["layout"].get("height")
                figure = go.Figure(in_readable_letters(self.figure))
                return figure.to_image(self.format, width=width, height=height, scale=scale)
        except (ImportError, ValueError) as error:
            if "kaleido" not in str(error).lower():
                raise
            raise RuntimeError("a picture needs kaleido ≥ 1 with plotly ≥ 6: pip install kaleido") from error

    def save(self, path: str | Path) -> Path:
        """Write the picture to `path`, whole or not at all, in the format that the name ends with.

        Raises ValueError where it ends with none of them. A path without an ending takes the picture's own format.
        """
        format = Path(path).suffix.lower().removeprefix(".") or self.format
        if format not in FORMATS:
            raise ValueError(f"path must end with one of .{', .'.join(FORMATS)}, got {str(path)!r}")
        return write_whole(path, replace(self, format=format).render())

    def __repr__(self) -> str:
        return f"Picture({self.alt!r})"

    def _repr_mimebundle_(self, **kwargs):
        data, mime = self.render(), MIMES[self.format]
        content = data.decode() if self.format == "svg" else base64.b64encode(data).decode()
        return {mime: content, "text/plain": repr(self)}, {mime: {"alt": self.alt}}

    def html(self) -> str:
        """The picture as one element of a page, with its data in it."""
        data = base64.b64encode(self.render()).decode()
        return f'<img alt="{html.escape(self.alt)}" src="data:{MIMES[self.format]};base64,{data}">'


@functools.cache
def _keep_browser() -> None:
    """One browser for all pictures of this process: starting it takes ten times as long as drawing in it."""
    import kaleido

    # It logs, at random, half a message that the browser sent; a picture that fails raises all the same.
    logging.getLogger("choreographer").setLevel(logging.CRITICAL)
    kaleido.start_sync_server(n=1, silence_warnings=True)
