"""Decks in a browser: stepped at the sizes of projectors, every figure in the window and readable from far away."""

import subprocess
import sys

import pytest

from psn_viz.classroom.deck import deck_lessons, lesson_deck
from psn_viz.labs import LABS
from tests.app_server import app, free_port
from tests.jupyterlab import open_page
from tests.needs_chromium import needs_chromium
from tests.needs_pyodide import needs_pyodide
from tests.served_site import serious

pytest.importorskip("latex2mathml", reason="it makes MathML of formulas, for the site")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.current_stack,
    pytest.mark.slow,
    needs_chromium,
]
SECONDS = 90_000
THERE = "(step) => document.body.dataset.step === step && !document.body.dataset.failed"
# The figure of the present step has been drawn, and looked at whether it has room.
FITTED = """() => {
  const view = document.querySelector(".psn-place:not([hidden]) .psn-view"), plot = view?.querySelector(".psn-plot");
  return plot && view.dataset.fitted === plot.dataset.painted;
}"""
# Whether all that is shown is in the window, how large letters are at least, and which texts leave their figure.
LOOK = """() => {
  const plot = document.querySelector(".psn-place:not([hidden]) .psn-plot"), whole = plot.getBoundingClientRect();
  const texts = [...plot.querySelectorAll("svg text")].filter((text) => text.textContent.trim());
  const by = whole.width / plot.offsetWidth;
  const { innerWidth: wide, innerHeight: high } = globalThis;
  const fields = [...document.querySelectorAll(".psn-place:not([hidden]) .psn-controls > .psn-main")];
  const inside = ({ left, top, right, bottom }) => left >= -1 && top >= -1 && right <= wide + 1 && bottom <= high + 1;
  const parts = [plot, ...texts, ...fields, document.querySelector("h1"), document.querySelector(".psn-back")];
  return {
    outside: parts.filter((part) => !inside(part.getBoundingClientRect())).map((part) => part.textContent),
    cut: texts.filter((text) => { const box = text.getBoundingClientRect();
      return box.left < whole.left - 3 || box.right > whole.right + 3; }).map((text) => text.textContent),
    letters: Math.min(...texts.map((text) => by * parseFloat(getComputedStyle(text).fontSize))),
    text: Math.min(...parts.slice(-2 - fields.length).map((part) => parseFloat(getComputedStyle(part).fontSize))),
    high: whole.height, fields: fields.length,
    rows: new Set(fields.map((field) => Math.round(field.getBoundingClientRect().top / 20))).size,
    slider: Math.min(wide, ...fields.flatMap((field) => [...field.querySelectorAll("[type=range]")])
      .map((one) => one.getBoundingClientRect().width)),
    // Spikes of two rows that would be read as one.
    touching: (() => {
      const boxes = [...plot.querySelectorAll("path.point")].map((one) => one.getBoundingClientRect());
      const ticks = boxes.filter(({ width, height }) => height > 3 * width);
      const touches = (one, two) => Math.abs(one.left - two.left) < 1 && one.bottom > two.top && two.bottom > one.top;
      return ticks.filter((one, n) => ticks.slice(n + 1).some((two) => touches(one, two))).length;
    })(),
    // Marks of a list that letters of another entry cover.
    covered: [...plot.querySelectorAll("path.point")].map((one) => one.getBoundingClientRect()).filter((mark) =>
      texts.map((text) => text.getBoundingClientRect()).some((box) => {
        const wide = Math.min(mark.right, box.right) - Math.max(mark.left, box.left);
        const high = Math.min(mark.bottom, box.bottom) - Math.max(mark.top, box.top);
        return wide > 0 && high > 0.2 * mark.height;
      })).length,
    plots: Object.values(plot._fullLayout._plots).reduce((all, { yaxis }) => all + yaxis._length, 0)
      / plot.offsetHeight,
    shortened: (({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)(document.querySelector("h1")),
    scrolls: document.documentElement.scrollHeight > high + 1
      && getComputedStyle(document.body).overflowY !== "hidden",
  };
}"""
LETTERS = 24  # px in a window of 720 lines, in a larger one as many times as many
# Texts of the figure that run into each other: that cover more than a little of each other's boxes.
MEETING = """() => {
  const plot = document.querySelector(".psn-place:not([hidden]) .psn-plot");
  const texts = [...plot.querySelectorAll("svg text")].filter((text) => text.textContent.trim());
  const boxes = texts.map((text) => text.getBoundingClientRect());
  return boxes.flatMap((one, n) => boxes.slice(n + 1).map((two, m) => {
    const wide = Math.min(one.right, two.right) - Math.max(one.left, two.left);
    const high = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top);
    const share = wide * high / Math.min(one.width * one.height, two.width * two.height);
    return wide > 0 && high > 0 && share > 0.25 ? `${texts[n].textContent} / ${texts[n + 1 + m].textContent}` : "";
  })).filter(Boolean);
}"""


def step_to(page, number: int) -> None:
    page.wait_for_function(THERE, arg=str(number), timeout=SECONDS)


@needs_pyodide
@pytest.mark.parametrize("width, height", [(1280, 720), (1920, 1080)])
@pytest.mark.parametrize("lesson", ["01", "02", "03"])
def test_every_figure_of_a_deck_is_inside_the_window(site_page, live_site, lesson, width, height):
    page, deck = site_page, lesson_deck(lesson)
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{live_site}/deck/{lesson}.html")
    for number, step in enumerate(deck.steps, 1):
        step_to(page, number)
        assert page.locator(".psn-say:visible").inner_text().startswith(step.say[:20].replace("`", ""))
        assert page.locator(".psn-count").inner_text() == f"{number} / {len(deck.steps)}"
        if step.code:
            told = LABS[step.code.partition(";")[0]].from_code(step.code).description
            page.wait_for_function(
                "told => document.querySelector('.psn-place:not([hidden]) .psn-caption')?.textContent === told",
                arg=told, timeout=SECONDS,
            )  # fmt: skip
            page.wait_for_function(FITTED, timeout=SECONDS)
            seen = page.evaluate(LOOK)
            assert not seen["outside"] and not seen["cut"] and not seen["scrolls"] and not seen["shortened"]
            assert seen["text"] >= 24 * height / 720
            assert seen["letters"] >= LETTERS * height / 720 - 0.1 and not page.evaluate(MEETING)
            assert seen["high"] > 0.7 * height and 1 <= seen["fields"] <= 2
            assert seen["rows"] == 1 and seen["slider"] > 0.1 * width
            assert not page.locator(".psn-place:not([hidden]) .psn-caption").is_visible()
        page.keyboard.press("ArrowRight")
    assert page.locator(".psn-back").get_attribute("href").startswith(f"../lessons/{lesson}_")


def see_parts(page) -> list[dict]:
    """What `LOOK` tells of each part of the figure that fills the window."""
    seen = []
    while True:
        page.wait_for_function(FITTED, timeout=SECONDS)
        part, _, parts = page.locator(".psn-view").get_attribute("data-part").partition(" / ")
        assert int(part) == len(seen) + 1
        seen.append(page.evaluate(LOOK) | {"meeting": page.evaluate(MEETING)})
        if part == parts:
            return seen
        page.keyboard.press("PageDown")
        page.wait_for_selector(f'.psn-view[data-part="{int(part) + 1} / {parts}"]')


@needs_pyodide
@pytest.mark.parametrize("name", ["masked_psn", "speed_ratio", "plane", "closed_form"])
def test_a_lab_is_shown_in_parts_whose_letters_can_be_read_from_the_back_row(site_page, live_site, name):
    page, count = site_page, []
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{live_site}/labs/{name}.html?present")
    page.wait_for_selector(".psn-place[data-live]", timeout=SECONDS)
    for width, height in ((1280, 720), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function("(high) => { const box = document.querySelector('.psn-plot')?.getBoundingClientRect();"
                               " return box && Math.abs(box.bottom - high) < 0.03 * high; }", arg=height)  # fmt: skip
        seen = see_parts(page)
        for part in seen:
            assert part["letters"] >= LETTERS * height / 720 - 0.1
            assert not part["outside"] and not part["cut"] and not part["meeting"] and not part["scrolls"]
            assert not part["touching"]
        count.append(len(seen))
        button = page.locator(".psn-bar button", has_text="Part")
        assert button.is_visible() == (len(seen) > 1)
        if len(seen) > 1:
            assert button.inner_text() == f"Part {len(seen)} of {len(seen)}"
            button.click()  # the first one follows the last one
            page.wait_for_selector(f'.psn-view[data-part="1 / {len(seen)}"]')
    assert (max(count) == 1) == (name == "closed_form")


@needs_pyodide
@pytest.mark.parametrize("name, least", [("surrogate", 0.45), ("successors", 0.58)])
def test_short_lines_of_headings_leave_the_height_to_the_plots(site_page, live_site, name, least):
    page = site_page
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{live_site}/labs/{name}.html?present")
    page.wait_for_selector(".psn-place[data-live]", timeout=SECONDS)
    (seen,) = see_parts(page)
    assert seen["plots"] > least and not seen["meeting"] and not seen["cut"]


@needs_pyodide
@pytest.mark.parametrize("name", ["masked_psn", "nesting", "roofline", "speed_ratio"])
def test_the_whole_figure_is_a_key_away(site_page, live_site, name):
    page = site_page
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{live_site}/labs/{name}.html?present")
    page.wait_for_selector(".psn-place[data-live]", timeout=SECONDS)
    page.wait_for_function(FITTED, timeout=SECONDS)
    part = page.locator(".psn-plot .subplot").count()
    page.keyboard.press("w")
    page.wait_for_selector('.psn-view[data-part=""]')
    page.wait_for_function(FITTED, timeout=SECONDS)
    assert page.locator(".psn-plot .subplot").count() > part
    seen = page.evaluate(LOOK)
    assert not seen["outside"] and not seen["touching"]
    assert not seen["covered"] or name not in ("roofline", "speed_ratio")
    page.keyboard.press("w")
    page.wait_for_selector('.psn-view[data-part^="1 / "]')


@needs_pyodide
def test_pictures_that_a_step_compares_stand_side_by_side_at_one_height(site_page, live_site):
    page = site_page
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{live_site}/deck/00.html#2")
    for step in ("2", "3"):  # a text in the middle of a picture, then a longer heading above one of them
        step_to(page, int(step))
        page.wait_for_function(FITTED, timeout=SECONDS)
        assert page.locator(".psn-place:not([hidden]) .psn-view").get_attribute("data-part") == "1 / 1"
        first, *others = page.evaluate("""() => {
          const { layout } = document.querySelector(".psn-place:not([hidden]) .psn-plot");
          return [layout.yaxis.domain, layout.yaxis2.domain, layout.yaxis3.domain];
        }""")
        assert others == [first, first]
        page.keyboard.press("PageDown")


@needs_pyodide
def test_a_deck_tells_its_minutes_and_shows_all_parts_before_the_next_step(site_page, live_site):
    page = site_page
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{live_site}/deck/03.html")
    step_to(page, 1)
    page.wait_for_function(FITTED, timeout=SECONDS)
    minutes, first = page.locator(".psn-minutes"), lesson_deck("03").steps[0].minutes
    assert minutes.inner_text() == (f"1–{first} of 5 min" if first > 1 else "1 of 5 min")
    assert float(minutes.evaluate("one => getComputedStyle(one).fontSize").removesuffix("px")) >= 24
    view = page.locator(".psn-place:not([hidden]) .psn-view")
    assert view.get_attribute("data-part") == "1 / 2"
    page.keyboard.press("PageDown")
    page.wait_for_selector('.psn-view[data-part="2 / 2"]')
    assert page.locator(".psn-count").inner_text() == "1 / 3"
    page.keyboard.press("PageDown")
    step_to(page, 2)
    page.wait_for_selector('.psn-view[data-part="1 / 2"]')
    last = first + lesson_deck("03").steps[1].minutes
    assert minutes.inner_text() == (f"{first + 1}–{last} of 5 min" if last > first + 1 else f"{last} of 5 min")
    page.keyboard.press("m")
    assert not minutes.is_visible()


@needs_pyodide
def test_a_step_opens_the_part_that_it_names(site_page, live_site):
    page, steps = site_page, lesson_deck("04").steps
    number = next(n for n, step in enumerate(steps, 1) if step.part)
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{live_site}/deck/04.html#{number}")
    step_to(page, number)
    view = ".psn-place:not([hidden]) .psn-view"
    page.wait_for_selector(f'{view}[data-part="2 / 4"]')
    page.wait_for_function(FITTED, timeout=SECONDS)
    assert steps[number - 1].part in page.locator(".psn-place:not([hidden]) .psn-plot").text_content()
    page.keyboard.press("n")
    page.wait_for_selector(f'{view}[data-part="3 / 4"]')
    page.keyboard.press("r")  # the state of this step again, and its part
    page.wait_for_selector(f'{view}[data-part="2 / 4"]')


@needs_pyodide
def test_keys_of_a_clicker_step_and_uncover(site_page, live_site):
    page = site_page
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{live_site}/deck/00.html")
    truth = page.locator(".psn-now .psn-truth").first
    step_to(page, 1)
    assert not truth.is_visible()
    page.keyboard.press("PageDown")  # the first press uncovers, the second one goes on
    assert page.locator(".psn-count").inner_text() == "1 / 3"
    page.keyboard.press("u")
    assert not truth.is_visible()
    page.keyboard.press("ArrowRight")
    step_to(page, 2)
    page.keyboard.press("c")
    assert page.locator(".psn-place:not([hidden]) .psn-caption").is_visible()
    page.keyboard.press("ArrowUp")
    page.wait_for_function("document.querySelector('.psn-place:not([hidden]) .psn-caption').textContent.length > 0")
    for _ in range(6):  # the parts of the figure first, then the next step
        if page.locator(".psn-count").inner_text() == "2 / 3":
            page.keyboard.press(" ")
    step_to(page, 3)
    page.keyboard.press("PageUp")
    step_to(page, 2)
    page.reload()
    step_to(page, 2)
    page.keyboard.press("?")
    assert page.locator(".psn-help").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator(".psn-help").is_visible()
    page.keyboard.press("End")
    step_to(page, 3)
    page.keyboard.press("ArrowRight")
    assert page.locator(".psn-count").inner_text() == "3 / 3"


@needs_pyodide
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_a_deck(site_page, live_site, scheme):
    page = site_page
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{live_site}/deck/02-50.html")
    step_to(page, 1)
    assert not serious(page)
    page.goto(f"{live_site}/deck/02-50.html#8")
    page.reload()
    step_to(page, 8)
    page.keyboard.press("u")
    page.keyboard.press("?")
    assert not serious(page)


@needs_pyodide
def test_a_deck_on_a_phone_is_no_wider_than_the_window(site_page, live_site):
    page = site_page
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{live_site}/deck/02.html")
    step_to(page, 1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="The next step").click()
    step_to(page, 2)


def test_the_list_of_a_deck_is_there_without_javascript(browser, live_site):
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{live_site}/deck/02-50.html")
    assert page.locator("#steps > li").count() == len(lesson_deck("02", 50).steps)
    assert page.locator("#steps a").first.get_attribute("href") == "../labs/unroll.html#unroll;at=0"
    page.goto(f"{live_site}/deck/index.html")
    assert page.locator(".psn-lessons > li").count() == len(deck_lessons())
    page.close()


@needs_pyodide
def test_a_code_of_another_lab_leads_to_it(site_page, live_site):
    page = site_page
    page.goto(f"{live_site}/labs/closed_form.html?present")
    page.wait_for_selector(".psn-place[data-live]", timeout=SECONDS)
    page.keyboard.press("a")
    field = page.get_by_label("state", exact=False).last
    field.fill("psn preset=LIF+4")
    field.press("Enter")
    page.wait_for_url("**/labs/psn.html?present#psn;preset=LIF+4")
    page.wait_for_selector(".psn-place[data-live]", timeout=SECONDS)
    assert page.locator(".psn-caption").inner_text() == LABS["psn"].from_code("psn;preset=LIF+4").description


def test_a_deck_of_ones_own_is_served_on_this_machine(browser, tmp_path):
    mine, port = tmp_path / "mine.txt", free_port()
    mine.write_text(
        "title: Mine <b>\npsn;preset=LIF+4 | Look.\n01/silent | Ask.\nmasked_psn | In parts.\n- | Talk.\n"
        "closed_form tau=8 | And this.\n"
    )
    command = [sys.executable, "-m", "psn_viz", "present", str(mine), "--no-browser", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        address = server.stdout.readline().split()[2]
        page, errors = open_page(browser, 1280, 720)
        page.goto(address)
        step_to(page, 1)
        assert page.get_by_role("heading", level=1).inner_text() == "Mine <b>"
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        step_to(page, 3)
        part = page.locator(".psn-bar button", has_text="Part")
        part.wait_for(timeout=SECONDS)
        page.keyboard.press("ArrowRight")
        step_to(page, 4)
        assert not part.is_visible(), "no part of a figure that is not there"
        page.keyboard.press("End")
        step_to(page, 5)
        told = LABS["closed_form"].from_code("closed_form;tau=8").description
        page.wait_for_function(
            "told => document.querySelector('.psn-place:not([hidden]) .psn-caption').textContent === told", arg=told
        )
        page.get_by_role("link", name="All decks").click()
        assert page.get_by_role("heading", level=1).inner_text() == "Decks"
        assert errors == []
        page.close()
    finally:
        server.terminate()
        server.wait(20)
        server.stdout.close()


def test_the_app_fills_a_screen_with_a_lab_and_leads_back(browser, tmp_path):
    with app(tmp_path) as running:
        page, errors = open_page(browser, 1280, 720)
        page.goto(f"{running.address}?lab=closed_form&state=input=noise+12;reset=hard&present")
        page.wait_for_selector(".psn-place[data-live]", timeout=SECONDS)
        page.wait_for_function(FITTED)
        seen = page.evaluate(LOOK)
        assert not seen["outside"] and seen["letters"] >= 23.5 and seen["high"] > 0.7 * 720
        page.keyboard.press("ArrowLeft")
        page.wait_for_function("location.hash.includes('row=9')")
        page.get_by_role("link", name="The page of this lab").click()
        page.wait_for_function("document.querySelector('.psn-lab .psn-plot')?.dataset.painted > 0", timeout=SECONDS)
        assert page.url.endswith("?lab=closed_form&state=input=noise+12;reset=hard;row=9")
        field = page.locator(".psn-controls input[type=text]").last
        field.fill("psn;preset=LIF+4")
        field.press("Enter")
        page.wait_for_url("**/?lab=psn&state=preset=LIF+4")
        page.locator("#app-title", has_text=LABS["psn"].title).wait_for()
        page.go_back()
        page.locator("#app-title", has_text=LABS["closed_form"].title).wait_for()
        page.wait_for_function("document.querySelector('.psn-lab .psn-plot')?.dataset.painted > 0", timeout=SECONDS)
        page.get_by_role("link", name="Fill the screen").click()
        page.wait_for_selector(".psn-place[data-live]", timeout=SECONDS)
        assert page.url.endswith("present#closed_form;input=noise+12;reset=hard;row=9")
        page.goto(f"{running.address}?deck=02")
        step_to(page, 1)
        assert errors == []
        page.goto("about:blank")
        page.close()
