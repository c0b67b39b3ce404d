"""A drawing, shown as labs are: with its text, in the theme and the width of the page, and as a still picture."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from psn_viz.labs import drawings
from psn_viz.labs.live.panel import Panel


def drawing(name: str) -> Panel:
    """The drawing of that name, such as "network", with the text that describes it.

    `drawing_names()` are those that there are. Raises TypeError for what is no text, ValueError for another name.
    """
    if not isinstance(name, str):
        raise TypeError(f"name must be a text such as 'network', got {type(name).__name__}")
    if name not in drawing_names():
        raise ValueError(f"name must be one of {', '.join(drawing_names())}, got {name!r}")
    module = import_module(f"{drawings.__name__}.{name}")
    return Panel(module.draw(), module.ALT)


def drawing_names() -> list[str]:
    """The names of all drawings."""
    return sorted(module.name for module in pkgutil.iter_modules(drawings.__path__))
