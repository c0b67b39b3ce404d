"""The lab `psn` in a real JupyterLab: hovering, holding a place, painting by slider and keys, reading out errors."""

from __future__ import annotations

import pytest

from psn_viz.chromium import find_chromium
from tests.jupyterlab import chromium, jupyterlab, open_notebook, open_page, run_all_cells, write_notebook

pytestmark = [
    pytest.mark.current_stack,
    pytest.mark.skipif(
        find_chromium() is None,
        reason="no Chromium or Chrome: install one (apt-get install chromium) or set BROWSER_PATH",
    ),
]
# Where on the page the middle of a cell of W is.
PLACE = """([t, i]) => {
  const plot = document.querySelector(".psn-plot");
  const { left, top } = plot.getBoundingClientRect();
  const { xaxis, yaxis2 } = plot._fullLayout;
  return [left + xaxis._offset + xaxis.d2p(i), top + yaxis2._offset + yaxis2.d2p(t)];
}"""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    root = tmp_path_factory.mktemp("notebooks")
    write_notebook(root / "psn.ipynb", "import psn_viz as pv\npv.LABS['psn']().show()")
    with jupyterlab(root, tmp_path_factory.mktemp("home")) as address, chromium() as browser:
        page, errors = open_page(browser, height=1200)
        open_notebook(page, address, "psn.ipynb")
        run_all_cells(page)
        page.wait_for_selector(".psn-plot[data-painted]")
        yield page
        assert errors == []


def wait_for_code(page, code: str) -> None:
    """Until the state line says `code`, and the caption what that state shows."""
    page.wait_for_function(
        "(code) => [...document.querySelectorAll('.psn-controls input')].some((input) => input.value === code)",
        arg=code,
    )


def start(page) -> None:
    page.mouse.move(2, 2)
    page.get_by_role("button", name="Reset", exact=True).click()
    wait_for_code(page, "psn")


def test_the_cell_under_the_pointer_is_in_view_and_a_click_holds_it(page):
    start(page)
    page.mouse.move(*page.evaluate(PLACE, [3, 8]))
    wait_for_code(page, "psn;cell=3.8")
    page.wait_for_function("document.querySelector('.psn-caption').textContent.includes('W[3,8] =')")
    page.mouse.click(*page.evaluate(PLACE, [4, 9]))
    wait_for_code(page, "psn;cell=4.9")
    page.mouse.move(*page.evaluate(PLACE, [12, 1]))
    page.wait_for_timeout(400)
    wait_for_code(page, "psn;cell=4.9")
    page.mouse.click(*page.evaluate(PLACE, [4, 9]))  # the same place again lets go
    page.mouse.move(*page.evaluate(PLACE, [12, 1]))
    wait_for_code(page, "psn;cell=12.1")


def test_a_cell_is_painted_by_slider_and_keys(page):
    start(page)
    page.mouse.click(*page.evaluate(PLACE, [4, 9]))
    wait_for_code(page, "psn;cell=4.9")
    slider = page.locator(".psn-brush [role=slider]")
    slider.focus()
    page.keyboard.press("End")
    wait_for_code(page, "psn;cell=4.9;paint=4.9~2")
    page.keyboard.press("ArrowLeft")
    wait_for_code(page, "psn;cell=4.9;paint=4.9~1.99")
    page.wait_for_function("document.querySelector('.psn-caption').textContent.includes('W[4,9] = 1.99')")
    page.get_by_role("button", name="Unpaint").click()
    wait_for_code(page, "psn;cell=4.9")
    page.mouse.click(*page.evaluate(PLACE, [4, 9]))


def test_the_keyboard_alone_reaches_every_cell(page):
    start(page)
    page.get_by_role("spinbutton", name="t: row t").focus()
    page.keyboard.press("ArrowUp")
    wait_for_code(page, "psn;cell=6.10")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    wait_for_code(page, "psn;cell=6.9")


def test_an_error_is_read_out(page):
    start(page)
    field = page.locator(".psn-controls input[value], .psn-controls input").first
    field.fill("zap")
    field.press("Enter")
    alert = page.get_by_role("alert").filter(has_text="zap")
    alert.wait_for()
    page.get_by_role("button", name="Reset", exact=True).click()
    wait_for_code(page, "psn")
