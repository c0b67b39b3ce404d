"""Where the tests find Pyodide, and what those that need it do without: skip with a reason, or fail."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from psn_viz.browser.runtime import cache_folder

FOLDER = Path(os.environ.get("PSN_VIZ_PYODIDE") or cache_folder())
MUST = "PSN_VIZ_NEEDS_PYODIDE"  # set by .ci/run


def may_skip(folder: Path, environment: Mapping[str, str]) -> bool:
    """Whether tests that need Pyodide are skipped; else they run, and fail when it is not there."""
    return not folder.is_dir() and environment.get(MUST, "") in ("", "0")


needs_pyodide = pytest.mark.skipif(
    may_skip(FOLDER, os.environ),
    reason="no Pyodide: set PSN_VIZ_PYODIDE to its folder, or run: python -m tests.pyodide_from_pip",
)
