"""A folded cell that installs psn_viz before a notebook's imports, where it is not installed.

`PLACE` is the one place to install it from, as pip takes it; while it is empty there is none.
"""

from __future__ import annotations

import re

PLACE = ""
# What psn_viz needs and Colab may lack: small packages that bring nothing along and replace nothing.
SMALL = ("anywidget", "psygnal", "plotly", "narwhals", "safetensors", "msgspec")

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
# In JupyterLab and in Colab.
FOLDED = {"jupyter": {"source_hidden": True}, "cellView": "form"}
IMPORTS = re.compile(r"^(?:import|from) psn_viz\b", re.MULTILINE)


def lines(place: str = PLACE) -> str:
    """Return the lines of the folded cell."""
    return INSTALL.format(place=place, small=" ".join(SMALL)) if place else EXPLAIN


def prepend(cells: list) -> None:
    """Put a folded cell with the lines before the first code cell, if that is the one that imports psn_viz."""
    position = next((n for n, cell in enumerate(cells) if cell["cell_type"] == "code"), None)
    if position is not None and IMPORTS.search(cells[position]["source"]):
        folded = type(cells[position])(cell_type="code", execution_count=None, outputs=[], metadata=dict(FOLDED))
        folded["source"] = lines().rstrip("\n")
        cells.insert(position, folded)
