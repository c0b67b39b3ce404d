"""The first notebook in a real JupyterLab: all cells run, a slider moved by keyboard redraws its figure."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import TimeoutError as NotRestoredInTime

from tests.jupyterlab import copy_first_lesson, jupyterlab, open_notebook, open_page, run_all_cells
from tests.needs_chromium import needs_chromium

pytestmark = [
    pytest.mark.current_stack,
    needs_chromium,
]


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    root = tmp_path_factory.mktemp("notebooks")
    first = copy_first_lesson(root)
    with jupyterlab(root, tmp_path_factory.mktemp("home")) as address:
        yield address, first


@pytest.fixture(scope="module")
def notebook(browser, address):
    """The page with 00 open and all cells run, and what went wrong on it so far."""
    page, errors = open_page(browser, height=1600)
    open_notebook(page, *address)
    run_all_cells(page)
    yield page, errors


def painted(plot) -> str:
    """What a figure shows: its SVG, and the pixels of its heat maps, which plotly embeds as images."""
    return plot.evaluate("(plot) => [...plot.querySelectorAll('.main-svg')].map((svg) => svg.outerHTML).join('')")


def test_every_cell_runs_without_error(notebook):
    page, errors = notebook
    assert page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.error']").count() == 0
    assert errors == []


def test_a_slider_moved_by_keyboard_redraws_the_lab(notebook):
    page, errors = notebook
    lab = page.locator(".psn-lab").first
    plot, caption = lab.locator(".psn-plot"), lab.locator(".psn-caption")
    plot.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.psn-lab .psn-plot')?.dataset.painted > 0")
    lab.get_by_role("slider", name="t: the last row that has been read").focus()
    page.keyboard.press("End")
    page.wait_for_function("document.querySelector('.psn-lab .psn-caption').textContent.includes('rows 0 to 27:')")
    slider = lab.get_by_role("slider", name="τ: time constant of the leak")
    for key in ("ArrowRight", "End", "Home"):
        before, said = painted(plot), caption.inner_text()
        value = slider.get_attribute("aria-valuenow")
        slider.focus()
        page.keyboard.press(key)
        page.wait_for_function(
            "(old) => document.querySelector('.psn-lab .psn-caption').textContent !== old", arg=said
        )
        page.wait_for_timeout(300)
        assert slider.get_attribute("aria-valuenow") != value
        assert painted(plot) != before
        assert plot.get_attribute("aria-label") == caption.inner_text()
    assert errors == []


def test_play_walks_through_the_rows(notebook):
    page, errors = notebook
    lab = page.locator(".psn-lab").first
    lab.get_by_role("button", name="Rewind to the first time-step").click()
    page.wait_for_function("document.querySelector('.psn-lab .psn-caption').textContent.includes(', row 0:')")
    lab.get_by_role("button", name="One time-step on").click()
    page.wait_for_function("document.querySelector('.psn-lab .psn-caption').textContent.includes('rows 0 to 1:')")
    lab.get_by_role("button", name="Play").click()
    page.wait_for_function("document.querySelector('.psn-lab .psn-caption').textContent.includes('rows 0 to 4:')")
    lab.get_by_role("button", name="Pause").click()
    lab.get_by_role("slider", name="t: the last row that has been read").focus()
    page.keyboard.press("End")
    page.wait_for_function("document.querySelector('.psn-lab .psn-caption').textContent.includes('rows 0 to 27:')")
    # Back to the state in which the lesson opened the lab.
    page.keyboard.press("Home")
    page.wait_for_function("document.querySelector('.psn-lab .psn-caption').textContent.includes(', row 0:')")
    lab.get_by_role("button", name="Reset", exact=True).click()
    page.wait_for_function("document.querySelector('.psn-lab .psn-caption').textContent.includes('rows 0 to 27:')")
    assert errors == []


def test_every_control_of_a_lab_has_an_accessible_name(notebook):
    page, _ = notebook
    parts = page.locator(".psn-lab").first.locator("[role=slider], input, select, button")
    assert parts.count() >= 10
    unnamed = parts.evaluate_all(
        "(parts) => parts.filter((part) => !part.getAttribute('aria-label') && !part.textContent.trim())"
        ".map((part) => part.outerHTML)"
    )
    assert unnamed == []


def test_axe_finds_nothing_serious_in_labs_predictions_and_questions(notebook):
    page, _ = notebook
    page.locator(".psn-question").first.get_by_role("button", name="Skip").click()  # uncovers a second lab
    page.wait_for_function("document.querySelectorAll('.psn-lab').length >= 2")
    assert page.locator(".psn-question").count() >= 3
    # The outputs, which are ours; JupyterLab's own editors and toolbars are not.
    found = Axe().run(page, context=".jp-OutputArea-output").response["violations"]
    serious = [
        (violation["id"], violation["nodes"][0]["html"])
        for violation in found
        if violation["impact"] in ("serious", "critical")
    ]
    assert serious == []


def test_save_offers_picture_and_numbers(notebook):
    page, errors = notebook
    saved = {}
    page.on("download", lambda download: saved.update({download.suggested_filename: download}))
    with page.expect_download():
        page.locator(".psn-lab").first.get_by_role("button", name="Save SVG + CSV").click()
    page.wait_for_timeout(800)
    assert sorted(saved) == ["read_image.csv", "read_image.svg"]
    numbers = saved["read_image.csv"].path().read_bytes()
    assert numbers.startswith(b"\xef\xbb\xbftrace,row,column_or_x,value\n"), "Excel reads UTF-8 by this mark"
    assert errors == []


def test_a_reload_draws_the_state_that_was_left(notebook, address):
    page, errors = notebook
    lab = page.locator(".psn-lab").first
    lab.get_by_role("slider", name="t: the last row that has been read").focus()
    page.keyboard.press("Home")
    page.wait_for_function("document.querySelector('.psn-lab .psn-caption').textContent.includes(', row 0:')")
    page.keyboard.press("Control+s")
    page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")
    drawn = "document.querySelector('.psn-lab .psn-caption')?.textContent.includes(', row 0:')"
    page.reload()
    try:
        page.wait_for_function(drawn, timeout=60_000)
    except NotRestoredInTime:  # JupyterLab asks the kernel for its widgets, and gives up where that is slow to answer
        page.reload()
        page.wait_for_function(drawn, timeout=60_000)
    assert errors == []
