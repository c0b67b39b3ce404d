"""The first notebook in classic Notebook, the front end of Colab's generation of ipywidgets."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.classic_notebook import classic_notebook, open_notebook, run_all_cells
from tests.jupyterlab import assert_keys_stay, copy_first_lesson, open_page
from tests.needs_chromium import needs_chromium

pytestmark = [
    pytest.mark.colab_stack,
    needs_chromium,
]

# What a part of a lab's controls shows beyond its own box, or beyond the controls'.
CLIPPED = """(controls) => {
  const room = controls.getBoundingClientRect();
  return [...controls.querySelectorAll(".widget-readout, .widget-label, button, input, select")].filter((part) => {
    const box = part.getBoundingClientRect();
    const inside = box.left >= room.left - 1 && box.right <= room.right + 1;
    const whole = part.tagName === "INPUT" || part.scrollWidth <= part.clientWidth + 1;
    return box.width && !(inside && whole);
  }).map((part) => part.outerHTML);
}"""


@pytest.fixture(scope="module")
def notebook(browser, tmp_path_factory):
    """The page with 00 open and all cells run, and what went wrong on it so far."""
    root = tmp_path_factory.mktemp("notebooks")
    first = copy_first_lesson(root)
    with classic_notebook(root, tmp_path_factory.mktemp("home")) as address:
        page, errors = open_page(browser, height=1600)
        open_notebook(page, address, first)
        run_all_cells(page)
        page.wait_for_function("document.querySelectorAll('.psn-plot[data-painted]').length >= 2", timeout=60_000)
        yield page, errors
        page.close()


def ours(errors: list[str]) -> list[str]:
    """Without the empty font that MathJax 2, a part of classic Notebook, always asks for in vain."""
    font = sum("about:blank" in error and "request failed" in error for error in errors)
    rest = [error for error in errors if "about:blank" not in error]
    for _ in range(font):
        rest.remove("Failed to load resource: net::ERR_FAILED")
    return rest


# What a figure shows: its SVG, and the pixels of its heat maps, which plotly embeds as images.
PAINTED = "(plot) => [...plot.querySelectorAll('.main-svg')].map((svg) => svg.outerHTML).join('')"


def test_every_cell_runs_and_nothing_goes_wrong_on_the_page(notebook):
    page, errors = notebook
    assert page.locator(".output_stderr, .output_error").count() == 0
    assert page.locator(".psn-lab").count() >= 1
    assert ours(errors) == []


def test_a_slider_moved_by_keyboard_redraws_the_lab(notebook):
    page, errors = notebook
    lab = page.locator(".psn-lab").first
    plot, caption = lab.locator(".psn-plot"), lab.locator(".psn-caption")
    plot.scroll_into_view_if_needed()
    slider = lab.get_by_role("slider", name="t: the last row that has been read")
    for key, row, place in (("Home", 0, 0), ("ArrowRight", 1, 3.7), ("End", 27, 100)):
        before = plot.evaluate(PAINTED)
        slider.focus()
        page.keyboard.press(key)
        changed = f"([plot, before]) => ({PAINTED})(plot) !== before"
        page.wait_for_function(changed, arg=[plot.element_handle(), before])
        assert (f"rows 0 to {row}:" if row else ", row 0:") in caption.inner_text()
        assert slider.get_attribute("aria-valuetext") == str(row)
        assert float(slider.get_attribute("aria-valuenow")) == place
    assert ours(errors) == []


def test_a_prediction_is_committed_by_keyboard(notebook):
    page, errors = notebook
    asked = page.locator(".psn-question").first
    assert asked.locator(".psn-feedback.psn-right, .psn-feedback.psn-wrong").count() == 0
    asked.locator("input").first.focus()
    for key in ("ArrowDown", "Tab", "Enter"):
        page.keyboard.press(key)
    told = asked.locator(".psn-feedback.psn-right, .psn-feedback.psn-wrong")
    told.wait_for(timeout=10_000)
    assert len(told.inner_text()) > 20
    assert asked.get_by_role("button", name="Commit").count() == 0
    assert asked.locator("input").nth(1).is_checked()
    assert ours(errors) == []


def test_every_control_of_every_lab_has_an_accessible_name_and_is_not_cut_off(notebook):
    page, _ = notebook
    labs = page.locator(".psn-lab")
    for number in range(labs.count()):
        controls = labs.nth(number).locator(".psn-controls")
        unnamed = controls.locator("[role=slider], input, select, button").evaluate_all(
            "(parts) => parts.filter((part) => !part.getAttribute('aria-label') && !part.textContent.trim())"
            ".map((part) => part.outerHTML)"
        )
        assert unnamed == []
        handles, sliders = controls.locator(".ui-slider-handle"), controls.locator("[role=slider]")
        assert handles.count() == sliders.count() > 0
        for name in ("aria-valuemin", "aria-valuemax", "aria-valuenow", "aria-valuetext"):
            assert all(sliders.evaluate_all(f"(all) => all.map((one) => one.getAttribute('{name}'))")), name
        assert controls.evaluate(CLIPPED) == []


def test_axe_finds_nothing_serious_in_what_the_cells_show(notebook):
    page, _ = notebook
    # The widgets, which are ours; the notebook's own editors and toolbars are not.
    found = Axe().run(page, context=".output_subarea").response["violations"]
    serious = [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")]
    assert serious == []


def test_keys_stay_in_every_part_of_a_lab_and_of_a_question(notebook):
    page, errors = notebook
    cells = "JSON.stringify(Jupyter.notebook.get_cells().map((cell) => [cell.cell_type, cell.get_text()]))"
    had = "\n".join(assert_keys_stay(page, cells))
    for part in ("<select", 'type="radio"', "ui-slider-handle", "Rewind to the first time-step"):
        assert part in had, part
    dropdown = page.locator(".psn-lab select").first
    before = dropdown.input_value()
    dropdown.focus()
    page.keyboard.press("ArrowDown")
    assert dropdown.input_value() != before
    assert ours(errors) == []
