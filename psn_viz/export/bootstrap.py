"""How a notebook comes by psn_viz: the lines in front of its imports. Where it is installed they do nothing.

`PLACE` is the one place to install it from, as pip takes it; while it is empty there is none.
"""

from __future__ import annotations

import re

PLACE = ""
# What psn_viz needs and Colab may lack: small packages that bring nothing along and replace nothing.
SMALL = ("anywidget", "psygnal", "plotly", "narwhals")

INSTALL = """\
import importlib.util

if importlib.util.find_spec("psn_viz") is None:  # on Colab, say; torch and ipywidgets stay as they are
    %pip install --quiet --no-deps "{place}" {small}
"""
EXPLAIN = """\
import importlib.util

if importlib.util.find_spec("psn_viz") is None:
    raise ModuleNotFoundError(
        "psn_viz is not installed here: open the copy of this notebook that `psn-viz colab` writes, which brings it."
    )
"""
IMPORTS = re.compile(r"^(?:import|from) psn_viz\b", re.MULTILINE)


def lines(place: str = PLACE) -> str:
    """Return the lines that stand in front of a notebook's imports."""
    return INSTALL.format(place=place, small=" ".join(SMALL)) if place else EXPLAIN


def prepend(cells: list) -> None:
    """Put the lines in front of the first code cell, if that is the one that imports psn_viz."""
    first = next((cell for cell in cells if cell["cell_type"] == "code"), None)
    if first and IMPORTS.search(first["source"]):
        first["source"] = f"{lines()}\n{first['source']}"
