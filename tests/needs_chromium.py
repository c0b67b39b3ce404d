"""What tests in a browser do where there is none: they are skipped, with the reason."""

from __future__ import annotations

import pytest

from psn_viz.chromium import find_chromium

needs_chromium = pytest.mark.skipif(
    find_chromium() is None, reason="no Chromium or Chrome: install one or set BROWSER_PATH"
)
