"""Labs in a real JupyterLab: what only a pointer or a finger can do, and keys that must not leave them."""

from __future__ import annotations

import re

import pytest

from tests.jupyterlab import (
    assert_keys_stay,
    jupyterlab,
    open_notebook,
    open_page,
    run_all_cells,
    write_notebook,
)
from tests.needs_chromium import needs_chromium

pytestmark = [
    pytest.mark.current_stack,
    needs_chromium,
]
LABS = ("sliding_psn", "psn", "train_live")
QUESTIONS = """import psn_viz.course as pc
from IPython.display import display
display(
    pc.predict_choice('09/choice', 'Which?', {'one': 'no', 'two': 'yes'}, right='two'),
    pc.predict_number('09/number', 'How many?', truth=8.0),
    pc.predict_spikes('09/spikes', 'Where?', LABS['charge_fire_reset'](), steps=8),
    pc.predict_curve('09/curve', 'Draw.', [0.5, 1.0, 1.5], 0.0, 2.0),
)"""
# Slow enough for a busy machine.
TRAIN_LIVE = """from psn_viz.labs import LABS
lab = LABS['train_live'](steps=0, events=())
lab.controls['steps'].interval = 1.0
lab.show()"""
CELLS = """() => JSON.stringify(jupyterapp.shell.currentWidget.content.widgets.map(
  ({ model }) => [model.id, model.type, model.sharedModel.source]))"""
# Where a value of a trace is on the screen.
PLACE = """([name, n, height]) => {
  const plot = document.querySelector(".psn-plot");
  const trace = plot.data.find((trace) => trace.name === name);
  const axis = (letter) => plot._fullLayout[`${letter}axis${trace[`${letter}axis`].slice(1)}`];
  const box = plot.getBoundingClientRect();
  return [box.left + axis("x")._offset + axis("x").d2p(n), box.top + axis("y")._offset + axis("y").d2p(height)];
}"""
BARS = "([name]) => [...document.querySelector('.psn-plot').data.find((trace) => trace.name === name).y]"
TOP = "() => document.querySelector('.psn-plot').getBoundingClientRect().top"
SAYS = "(words) => document.querySelector('.psn-caption').textContent.includes(words)"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    root = tmp_path_factory.mktemp("notebooks")
    for name in LABS:
        lab = f"from psn_viz.labs import LABS\nLABS[{name!r}]().show()"
        lab = TRAIN_LIVE if name == "train_live" else lab
        write_notebook(root / f"{name}.ipynb", lab, *([QUESTIONS] if name == "psn" else []), "'the last cell'")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PSN_VIZ_PROGRESS", str(root / "progress.json"))
        with jupyterlab(root, tmp_path_factory.mktemp("home")) as address:
            yield address


def shown(browser, address: str, name: str):
    """A page with that lab, as mouse and finger find it, and what went wrong on it so far."""
    page, errors = open_page(browser, height=1000, has_touch=True)
    open_notebook(page, address, f"{name}.ipynb")
    run_all_cells(page)
    page.wait_for_selector(".psn-plot[data-painted]", timeout=60_000)
    page.locator(".psn-plot").scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    return page, errors


@pytest.fixture(scope="module")
def sliding(browser, address):
    return shown(browser, address, "sliding_psn")


@pytest.fixture
def sliding_psn(sliding):
    """The lab in its start state, the mouse away from it."""
    page, errors = sliding
    page.mouse.move(2, 2)
    page.get_by_role("button", name="Reset", exact=True).click()
    page.wait_for_function(SAYS, arg="kernel exponential 4 (k = 4), input noise 7, T = 16.")
    yield page
    assert errors == []


def kernel_text(page) -> str:
    return page.locator(".psn-kernel input").first.input_value()


def test_a_bar_follows_the_mouse_that_pulls_it(sliding_psn):
    page = sliding_psn
    x, y = page.evaluate(PLACE, ["kernel", 1, 0.2])
    page.mouse.move(x, y)
    page.wait_for_selector(".hovertext")  # plotly shows the weight under the pointer
    page.mouse.down()
    for height in (0.0, -0.4, -0.8):
        page.mouse.move(*page.evaluate(PLACE, ["kernel", 2, height]))  # sideways over another bar, too
    page.wait_for_function(SAYS, arg="kernel 0.125 -0.8 0.5 1 (k = 4)")
    assert kernel_text(page) == "0.125 -0.8 0.5 1"
    assert page.evaluate(BARS, ["kernel"]) == pytest.approx([0.125, -0.8, 0.5, 1], abs=1e-6)
    # The charge follows: H[12] = 0.125·X[9] − 0.8·X[10] + 0.5·X[11] + X[12].
    x9, x10, x11, x12 = page.evaluate(BARS, ["X"])[9:13]
    said = re.search(r"H\[12\] = (-?\d+\.\d+)", page.locator(".psn-caption").inner_text())
    assert float(said[1]) == pytest.approx(0.125 * x9 - 0.8 * x10 + 0.5 * x11 + x12, abs=6e-4)
    assert page.locator(".hovertext").count() == 0, "no old weight is left standing there"
    # The mouse may leave the figure meanwhile.
    page.mouse.move(2, page.evaluate(PLACE, ["kernel", 1, 0.7])[1])
    page.wait_for_function(SAYS, arg="kernel 0.125 0.7 0.5 1 (k = 4)")
    # Below its axis the bar stays at the end of it, and rows of W under the pointer do not move time meanwhile.
    page.mouse.move(*page.evaluate(PLACE, ["W", 3, 3]))
    page.wait_for_function(SAYS, arg="kernel 0.125 -1.5 0.5 1 (k = 4)")
    page.wait_for_timeout(200)
    assert "Step by step up to t = 12" in page.locator(".psn-caption").inner_text()
    page.mouse.up()
    # Let go, it stays; now rows of W do move time.
    page.mouse.move(*page.evaluate(PLACE, ["kernel", 0, 1.0]))
    page.mouse.move(*page.evaluate(PLACE, ["W", 5, 5]))
    page.wait_for_function(SAYS, arg="Step by step up to t = 5")
    assert kernel_text(page) == "0.125 -1.5 0.5 1"


def test_only_the_first_button_pulls(sliding_psn):
    page = sliding_psn
    for button in ("right", "middle"):
        page.mouse.move(*page.evaluate(PLACE, ["kernel", 1, 0.2]))
        page.mouse.down(button=button)
        page.mouse.move(*page.evaluate(PLACE, ["kernel", 1, 1.2]))
        page.mouse.up(button=button)
    page.wait_for_timeout(300)
    assert kernel_text(page) == "exponential 4"
    page.keyboard.press("Escape")


def swipe(page, start, end) -> None:
    """A finger from one place on the screen to another."""
    hand = page.context.new_cdp_session(page)
    (x, y), (to_x, to_y) = start, end
    steps = 12
    for n in range(steps + 1):
        point = {"x": x + (to_x - x) * n / steps, "y": y + (to_y - y) * n / steps}
        kind = "touchMove" if n else "touchStart"
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
        page.wait_for_timeout(16)
    hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    hand.detach()


def test_a_finger_pulls_a_bar_and_scrolls_elsewhere(sliding_psn):
    page = sliding_psn
    top = page.evaluate(TOP)
    swipe(page, page.evaluate(PLACE, ["kernel", 2, 0.3]), page.evaluate(PLACE, ["kernel", 2, -1.2]))
    page.wait_for_function(SAYS, arg="kernel 0.125 0.25 -1.2 1 (k = 4)")
    assert page.evaluate(TOP) == top
    swipe(page, page.evaluate(PLACE, ["X", 8, 0.5]), page.evaluate(PLACE, ["H at once", 8, 0]))
    page.wait_for_function("(top) => document.querySelector('.psn-plot').getBoundingClientRect().top > top", arg=top)
    assert kernel_text(page) == "0.125 0.25 -1.2 1"


def test_the_kernel_by_keyboard(sliding_psn):
    page = sliding_psn
    field = page.locator(".psn-kernel input").first
    field.fill("0.5 -1 1")
    field.press("Enter")
    page.wait_for_function(SAYS, arg="kernel 0.5 -1 1 (k = 3)")
    slider = page.get_by_role("slider", name="k: the k weights")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(SAYS, arg="kernel 0 0.5 -1 1 (k = 4)")
    assert field.input_value() == "0 0.5 -1 1" and slider.get_attribute("aria-valuenow") in ("4", "4.0")
    assert page.evaluate(BARS, ["kernel"]) == [0, 0.5, -1, 1]


def test_playing_ends_where_the_sequence_ends(sliding_psn):
    page = sliding_psn
    page.get_by_role("slider", name="T: length of the sequence").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(SAYS, arg="T = 8. All at once")
    page.wait_for_function(SAYS, arg="Step by step up to t = 7")
    page.get_by_role("button", name="One time-step back").click()
    page.wait_for_function(SAYS, arg="Step by step up to t = 6")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(SAYS, arg="Step by step up to t = 7")
    page.get_by_role("button", name="Play", exact=True).wait_for()  # by itself it stopped


def test_keys_stay_in_a_lab_with_play_buttons(sliding_psn):
    had = assert_keys_stay(sliding_psn, CELLS)
    assert len(had) >= 15 and any("Rewind to the first time-step" in html for html in had)


# --------------------------------------------------------------------------------------------- train_live


@pytest.fixture
def train_live(browser, address):
    page, errors = shown(browser, address, "train_live")
    yield page
    assert errors == []
    page.close()


def test_training_goes_on_while_the_reader_acts(train_live):
    page = train_live

    def press(name: str) -> None:
        page.get_by_role("button", name=name, exact=True).click()

    def wait_for_step(step: int) -> None:  # or a later one: not every step need be painted
        done = "(step) => +/after (\\d+) of/.exec(document.querySelector('.psn-caption').textContent)?.[1] >= step"
        page.wait_for_function(done, arg=step)

    press("Train")
    wait_for_step(2)
    slider = page.get_by_role("slider", name="λ: 0: the mask lets everything through")
    slider.focus()
    page.keyboard.press("End")
    page.wait_for_function(SAYS, arg="k = 1, λ = 1,")
    changed = "[...document.querySelectorAll('.psn-controls input')].some(({ value }) => /~lambda~1$/.test(value))"
    page.wait_for_function(changed)
    # Another cell runs meanwhile, and training goes on after it.
    page.evaluate("jupyterapp.shell.currentWidget.content.activeCellIndex = 1")
    page.evaluate("jupyterapp.commands.execute('notebook:run-cell')")
    page.wait_for_function("jupyterapp.shell.currentWidget.content.widgets[1].model.executionCount > 2")
    step = re.search(r"after (\d+) of 160", page.locator(".psn-caption").inner_text())[1]
    wait_for_step(int(step) + 2)
    press("Stop")
    page.get_by_role("button", name="Train", exact=True).wait_for()
    page.wait_for_timeout(600)
    stopped = page.locator(".psn-caption").inner_text()
    page.wait_for_timeout(1500)
    assert page.locator(".psn-caption").inner_text() == stopped
    lines = page.evaluate("document.querySelector('.psn-plot').layout.shapes.length")
    assert lines == 2, "one change, a line in both plots"
    press("Reset")
    wait_for_code(page, "train_live;steps=0;events=none")
    dropdown = page.get_by_role("combobox", name="kind")
    dropdown.select_option("LIF")
    page.wait_for_function(SAYS, arg="24 neurons, LIF, τ = 2,")
    assert not slider.is_visible() and page.get_by_role("slider", name="τ: time constant").is_visible()


# ---------------------------------------------------------------------------------------------------- psn


@pytest.fixture(scope="module")
def psn_page(browser, address):
    return shown(browser, address, "psn")


@pytest.fixture
def psn(psn_page):
    """The lab in its start state, the mouse away from it."""
    page, errors = psn_page
    page.mouse.move(2, 2)
    page.get_by_role("button", name="Reset", exact=True).click()
    wait_for_code(page, "psn")
    yield page
    assert errors == []


def wait_for_code(page, code: str, timeout: float | None = None) -> None:
    """Until the state line says `code`, and the caption what that state shows."""
    page.wait_for_function(
        "(code) => [...document.querySelectorAll('.psn-controls input')].some((input) => input.value === code)",
        arg=code,
        timeout=timeout,
    )


def point(page, column: int, row: int, code: str) -> None:
    """Point at a cell of W until the state line says `code`.

    A hand is never quite still; a pointer that is does not exist for a figure that is just being drawn.
    """
    from playwright.sync_api import TimeoutError as NotYet

    for turn in range(60):
        x, y = page.evaluate(PLACE, ["W", column, row])
        page.mouse.move(x + turn % 2, y)
        try:
            return wait_for_code(page, code, timeout=500)
        except NotYet:
            pass
    wait_for_code(page, code, timeout=500)


def test_the_cell_under_the_pointer_is_in_view_and_a_click_holds_it(psn):
    page = psn
    point(page, 8, 3, "psn;cell=3.8")
    page.wait_for_function("document.querySelector('.psn-caption').textContent.includes('W[3,8] =')")
    page.mouse.click(*page.evaluate(PLACE, ["W", 9, 4]))
    wait_for_code(page, "psn;cell=4.9")
    page.mouse.move(*page.evaluate(PLACE, ["W", 1, 12]))
    page.wait_for_timeout(400)
    wait_for_code(page, "psn;cell=4.9")
    page.mouse.click(*page.evaluate(PLACE, ["W", 9, 4]))  # the same place again lets go
    point(page, 1, 12, "psn;cell=12.1")
    # Reset lets go, too.
    page.mouse.click(*page.evaluate(PLACE, ["W", 9, 4]))
    page.get_by_role("button", name="Reset", exact=True).click()
    wait_for_code(page, "psn")
    point(page, 1, 12, "psn;cell=12.1")


def test_a_cell_is_painted_by_slider_and_keys(psn):
    page = psn
    page.mouse.click(*page.evaluate(PLACE, ["W", 9, 4]))
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
    page.mouse.click(*page.evaluate(PLACE, ["W", 9, 4]))


def test_the_number_beside_a_slider_may_have_a_decimal_comma_and_the_minus_of_print(psn):
    page = psn
    readout = page.locator(".psn-brush .widget-readout")
    page.mouse.click(*page.evaluate(PLACE, ["W", 9, 4]))
    wait_for_code(page, "psn;cell=4.9")
    for typed, code in (("0,5", "0.5"), ("−1,25", "-1.25")):
        readout.fill(typed)
        readout.press("Enter")
        wait_for_code(page, f"psn;cell=4.9;paint=4.9~{code}")
    page.mouse.click(*page.evaluate(PLACE, ["W", 9, 4]))


def test_the_keyboard_alone_reaches_every_cell(psn):
    page = psn
    page.get_by_role("spinbutton", name="t: row t").focus()
    page.keyboard.press("ArrowUp")
    wait_for_code(page, "psn;cell=6.10")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    wait_for_code(page, "psn;cell=6.9")


def test_an_error_is_read_out(psn):
    page = psn
    field = page.locator(".psn-controls input[value], .psn-controls input").first
    field.fill("zap")
    field.press("Enter")
    alert = page.get_by_role("alert").filter(has_text="zap")
    alert.wait_for()
    page.get_by_role("button", name="Reset", exact=True).click()
    wait_for_code(page, "psn")


def test_arrows_move_a_dropdown(psn):
    page = psn
    dropdown = page.locator(".psn-lab select").first
    before = dropdown.input_value()
    dropdown.focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_function("(before) => document.querySelector('.psn-lab select').value !== before", arg=before)
    page.wait_for_function(
        "[...document.querySelectorAll('.psn-controls input')].some((i) => /preset=/.test(i.value))"
    )
    page.keyboard.press("ArrowUp")
    wait_for_code(page, "psn")


def test_keys_stay_in_every_part_of_a_lab_and_of_a_question(psn):
    had = "\n".join(assert_keys_stay(psn, CELLS))
    for part in ("<select", 'type="radio"', 'inputmode="decimal"', "<circle", "spike at step 0", "slider"):
        assert part in had, part
    # When a question has been answered, its feedback has the keyboard.
    page, cells = psn, psn.evaluate(CELLS)
    page.get_by_role("button", name="Skip").first.press("Enter")
    page.wait_for_function("document.activeElement.matches('.psn-feedback')")
    page.keyboard.press("x")
    assert page.evaluate(CELLS) == cells


def test_a_cell_is_run_and_a_notebook_saved_from_inside_a_lab(psn):
    page = psn
    page.locator(".psn-lab [role=slider]").first.focus()
    page.keyboard.press("Control+s")
    page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")
    count = "jupyterapp.shell.currentWidget.content.widgets[0].model.executionCount"
    before = page.evaluate(count)
    page.locator(".psn-lab [role=slider]").first.focus()
    page.keyboard.press("Shift+Enter")
    page.wait_for_function(f"(before) => {count} > before", arg=before)


def test_a_question_whose_kernel_was_restarted_says_so_and_can_be_tried_again(psn):
    page = psn
    asked = page.locator(".psn-question").nth(1)
    asked.locator("input").fill("8")
    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    page.wait_for_function("jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'")
    for button in ("Commit", "Skip"):
        asked.get_by_role("button", name=button).click()
        assert asked.locator(".psn-feedback").inner_text() == "Waiting for the kernel …"
        asked.locator(".psn-feedback", has_text="If it was restarted, run this cell again").wait_for(timeout=15_000)
        assert asked.get_by_role("button", name="Commit").is_enabled()
        assert asked.get_by_role("button", name="Skip").is_enabled()
    assert asked.locator("input").input_value() == "8"
