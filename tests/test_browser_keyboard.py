"""Pages of `psn-viz site` by keyboard alone: all is reached once, in sight, and nothing holds the keyboard."""

import pytest

from tests.needs_chromium import needs_chromium
from tests.needs_pyodide import needs_pyodide

pytest.importorskip("latex2mathml", reason="it makes MathML of formulas, for the site")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.current_stack,
    pytest.mark.slow,
    needs_chromium,
    needs_pyodide,
]
# Numbers what Tab has to lead to; radio buttons of one name are one stop. Of a lesson's marked words two are enough.
NUMBERED = """() => {
  [...document.querySelectorAll("a.psn-term")].slice(2).forEach((term) => term.removeAttribute("href"));
  const stops = new Set();
  for (const one of document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")) {
    const folded = one.parentElement.closest("details:not([open])");
    const isShut = folded && !(one.matches("summary") && one.parentElement === folded
      && !folded.parentElement.closest("details:not([open])"));
    if (one.tabIndex < 0 || one.disabled || isShut || !one.checkVisibility({ visibilityProperty: true })) continue;
    one.dataset.stop = one.type === "radio" ? one.name : stops.size;
    stops.add(one.dataset.stop);
  }
  return [...stops];
}"""
# What has the keyboard: its number, null in an explanation of a word, "" where nothing has it; and what is wrong.
AT = """() => {
  const one = document.activeElement;
  if (one === document.body) return ["", ""];
  const { left, right, top, bottom } = one.getBoundingClientRect(), name = one.outerHTML.slice(0, 200);
  const isInSight = right > 0 && bottom > 0 && left < innerWidth && top < innerHeight;
  const isMarked = getComputedStyle(one).outlineStyle !== "none";
  const wrong = isInSight && isMarked ? "" : `${isInSight ? "not marked" : "out of sight"}: ${name}`;
  if (one.closest("#psn-definition")) return [null, wrong];
  return [one.dataset.stop ?? name, wrong];
}"""
FOCUSED = "document.activeElement"


@pytest.fixture
def page(site_page):
    site_page.emulate_media(reduced_motion="reduce")  # else the page still scrolls when it is looked at
    yield site_page
    site_page.set_viewport_size({"width": 1280, "height": 1500})


def stops_passed(page, key: str, most: int) -> list[str]:
    """Where `key` leads, from one end of the page to the other."""
    passed = []
    for _ in range(most):
        if page.evaluate(f"{FOCUSED}.matches('.psn-editor textarea')"):
            page.keyboard.press("Escape")  # Tab indents there, as the line below it says
        page.keyboard.press(key)
        stop, wrong = page.evaluate(AT)
        assert not wrong
        if stop == "" or (passed and stop == passed[0]):
            return passed
        if stop is not None:
            passed.append(stop)
    raise AssertionError(f"{key} does not come to an end: {passed[-5:]}")


@pytest.mark.parametrize(
    "where",
    "index.html glossary.html map.html search.html?q=mask answers.html labs/index.html labs/sliding_psn.html "
    "labs/closed_form.html?present labs/closed_form.html?embed deck/02.html "
    "lessons/02_removing_the_reset.html".split(),
)
@pytest.mark.parametrize(("key", "width"), [("Tab", 1280), ("Shift+Tab", 360)])
def test_tab_leads_to_everything_once(page, live_site, where, key, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{live_site}/{where}")
    page.wait_for_function("document.readyState === 'complete'")
    stops = page.evaluate(NUMBERED)
    passed = stops_passed(page, key, 2 * len(stops) + 20)
    assert sorted(passed) == sorted(stops)


def test_on_a_phone_tab_follows_the_front_page_as_it_is_seen(page, live_site):
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{live_site}/index.html")
    scene = page.locator(".psn-scene").nth(1)
    figure, text = scene.locator(".psn-showing"), scene.locator(".psn-telling")
    assert figure.bounding_box()["y"] < text.bounding_box()["y"]
    text.locator("a").first.focus()
    page.keyboard.press("Shift+Tab")
    assert figure.evaluate(f"(part) => part.contains({FOCUSED})")


def test_the_way_past_the_bar_leaves_the_state_of_a_lab(page, live_site):
    page.goto(f"{live_site}/labs/closed_form.html#closed_form;tau=8")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#closed_form;tau=8")
    page.keyboard.press("Tab")
    assert page.evaluate(f"{FOCUSED}.closest('.psn-controls') !== null")


def test_a_slider_that_tab_has_led_to_keeps_its_arrows_on_a_full_screen(page, live_site):
    page.goto(f"{live_site}/labs/closed_form.html?present")
    page.keyboard.press("a")
    first, length = (page.get_by_role("slider", name=name) for name in ("the row of W", "length of"))
    before = first.input_value(), length.input_value()
    while not length.evaluate(f"(slider) => slider === {FOCUSED}"):
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert (first.input_value(), length.input_value()) == (before[0], str(int(before[1]) + 1))
    page.locator(".psn-bar button").last.focus()
    page.keyboard.press("ArrowRight")
    assert first.input_value() == str(int(before[0]) + 1)


def test_an_address_that_names_no_step_opens_the_first_one(page, live_site):
    page.goto(f"{live_site}/deck/02.html#3")
    page.locator(".psn-count").filter(has_text="3 / ").wait_for()
    page.evaluate("location.hash = 'main'")
    page.locator(".psn-count").filter(has_text="1 / ").wait_for()


def test_the_keyboard_stays_in_a_deck_when_its_step_goes(page, live_site):
    page.goto(f"{live_site}/deck/02-50.html")
    steps = "[...document.querySelectorAll('#steps > li')]"
    asks = page.evaluate(f"{steps}.findIndex((step) => step.matches('.psn-asks')) + 1")
    page.goto(f"{live_site}/deck/02-50.html#{asks}")
    page.locator(".psn-count").filter(has_text=f"{asks} / ").wait_for()
    page.locator(".psn-now .psn-uncover").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate(f"{FOCUSED}.matches('.psn-now')")
