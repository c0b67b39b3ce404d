"""The box for an open task in a real JupyterLab: saved when it is left, there again, and text that stays text."""

from __future__ import annotations

import json

import pytest

from tests.jupyterlab import jupyterlab, open_notebook, open_page, run_all_cells, write_notebook
from tests.needs_chromium import needs_chromium

pytestmark = [
    pytest.mark.current_stack,
    needs_chromium,
]
NASTY = '<img src=x onerror="window.harmed = true"> $\\tau$'


def test_an_answer_is_saved_when_the_box_is_left_and_is_there_again(browser, tmp_path, tmp_path_factory, monkeypatch):
    write_notebook(tmp_path / "open.ipynb", "import psn_viz as pv", "pv.answer('02/open')")
    monkeypatch.setenv("PSN_VIZ_PROGRESS", str(tmp_path / "progress.json"))
    with jupyterlab(tmp_path, tmp_path_factory.mktemp("home"), "JupyterLab Dark") as address:
        page, errors = open_page(browser)
        open_notebook(page, address, "open.ipynb")
        run_all_cells(page)
        box = page.get_by_role("textbox", name="Your answer to 02/open")
        box.wait_for()
        page.get_by_text("Nothing is kept yet.").wait_for()
        box.fill(NASTY)
        box.press("Tab")
        page.get_by_text("Saved in progress.json.").wait_for()
        kept = json.loads((tmp_path / "progress.json").read_text("utf-8"))["entries"]["02/open/open"]["entry"]
        assert kept["text"] == NASTY
        box.fill("Diagonals.")
        page.get_by_role("button", name="Save").last.click()
        page.wait_for_timeout(300)
        run_all_cells(page)
        page.wait_for_function("[...document.querySelectorAll('textarea')].some(one => one.value === 'Diagonals.')")
        assert page.evaluate("window.harmed") is None and errors == []
        page.context.close()
