"""The exercises of a lesson's page in a browser: edited, checked by Pyodide, and kept."""

import time

import pytest

from tests.test_browser_site import SECONDS, address, page, pytestmark  # noqa: F401

LESSON = "01_charge_fire_reset"
WRONG = "def my_charge(V, X_t, tau):\n    return V + X_t\n"
RIGHT = "def my_charge(V, X_t, tau):\n    return V + (X_t - V) / tau\n"
ENDLESS = "def my_charge(V, X_t, tau):\n    while True:\n        print(V)\n"
DONE = "section => section.querySelector('.psn-verdict[data-status]:not([data-old])') !== null"


@pytest.fixture
def lesson(page, address):  # noqa: F811
    page.goto(f"{address}/lessons/{LESSON}.html")
    return page


def section(lesson, number: int = 0):
    return lesson.locator(".psn-exercise").nth(number)


def editor(lesson, number: int = 0):
    return section(lesson, number).get_by_role("textbox")


def checked(lesson, text: str | None = None, number: int = 0) -> str:
    """The sentence of the verdict on a text, or on what is there."""
    place = section(lesson, number)
    if text is not None:
        editor(lesson, number).fill(text)
    place.get_by_role("button", name="Run and check").click()
    lesson.wait_for_function(DONE, arg=place.element_handle(), timeout=SECONDS)
    return place.locator(".psn-head").inner_text()


def test_a_blank_is_filled_in_wrong_then_right(lesson):
    assert "not filled in yet" in checked(lesson)
    assert "differs first" in checked(lesson, WRONG)
    assert "This is the IF neuron" in section(lesson).locator("dl").inner_text()
    assert checked(lesson, RIGHT).startswith("✓ 01/charge: right")
    assert "differs first" in checked(lesson, "def lif(X, tau, v_th):\n    return 0 * simulate(X, tau, 'hard')", 1)
    section(lesson, 1).locator(".psn-plot svg").first.wait_for()
    assert section(lesson, 1).locator(".psn-plot svg").first.is_visible()


def test_a_loop_without_end_costs_its_worker_and_nothing_else(lesson):
    assert checked(lesson, RIGHT).startswith("✓")
    editor(lesson, 1).fill("def lif(X, tau, v_threshold):\n    return my_charge")
    assert "did not end within 5 s" in checked(lesson, ENDLESS)
    kept = lesson.evaluate("psnAnswers.entry('01/check/charge').entry")
    assert (kept["passed"], kept["tries"], kept["after"]["tries"]) == (True, 1, 1) and kept["source"] == RIGHT
    assert editor(lesson).input_value() == ENDLESS
    began = time.perf_counter()
    assert checked(lesson, RIGHT).startswith("✓")
    print(f"the next check answered after {time.perf_counter() - began:.1f} s")
    assert editor(lesson, 1).input_value().endswith("return my_charge")


def test_what_was_passed_is_kept_with_the_answers_to_questions(lesson):
    checked(lesson, RIGHT)
    checked(lesson, WRONG)
    kept = lesson.evaluate("psnAnswers.entry('01/check/charge').entry")
    assert (kept["passed"], kept["tries"], kept["after"]["tries"]) == (True, 1, 1)
    assert kept["source"] == RIGHT and kept["after"].keys() == {"tries", "passed", "when"}
    lesson.reload()
    assert "You have passed this one" in section(lesson).get_by_role("status").inner_text()
    checked(lesson)
    later = lesson.evaluate("JSON.parse(psnAnswers.text()).entries['01/check/charge'].entry")
    assert later.pop("after")["tries"] == 2 and later == {name: kept[name] for name in kept if name != "after"}


def test_a_check_is_stopped_by_its_button(lesson):
    checked(lesson)
    place = section(lesson)
    editor(lesson).fill(ENDLESS)
    place.get_by_role("button", name="Run and check").click()
    place.get_by_role("button", name="Stop").click()
    lesson.wait_for_function(DONE, arg=place.element_handle())
    assert "you have stopped it" in place.locator(".psn-head").inner_text()
    assert place.get_by_role("button", name="Stop").is_hidden()
    assert checked(lesson, RIGHT).startswith("✓")


def test_what_is_written_is_there_after_a_reload_until_one_starts_again(lesson):
    stub = editor(lesson).input_value()
    editor(lesson).fill(WRONG + "# <b>mine</b>")
    lesson.reload()
    assert editor(lesson).input_value() == WRONG + "# <b>mine</b>"
    lesson.once("dialog", lambda dialog: dialog.dismiss())
    section(lesson).get_by_role("button", name="Start again").click()
    assert editor(lesson).input_value() == WRONG + "# <b>mine</b>"
    lesson.once("dialog", lambda dialog: dialog.accept())
    section(lesson).get_by_role("button", name="Start again").click()
    assert editor(lesson).input_value() == stub
    lesson.reload()
    assert editor(lesson).input_value() == stub


def test_an_editor_is_left_and_used_by_keyboard(lesson):
    field = editor(lesson)
    field.fill("def my_charge(V, X_t, tau):")
    field.press("End")
    field.press("Enter")
    lesson.keyboard.type("return V + (X_t - V) / tau")
    assert field.input_value() == RIGHT.rstrip("\n")
    field.press("Shift+Tab")
    assert field.input_value().endswith("\nreturn V + (X_t - V) / tau")
    field.press("Home")
    field.press("Tab")
    assert field.input_value() == RIGHT.rstrip("\n")
    field.press("Control+a")
    field.press("Tab")
    assert field.input_value() == "    def my_charge(V, X_t, tau):\n        return V + (X_t - V) / tau"
    field.press("Shift+Tab")
    field.press("Control+Enter")
    lesson.wait_for_function(DONE, arg=section(lesson).element_handle(), timeout=SECONDS)
    assert section(lesson).locator(".psn-head").inner_text().startswith("✓")
    field.press("Escape")
    field.press("Tab")
    assert lesson.evaluate("document.activeElement.textContent") == "Run and check"
    keys = lesson.locator(f"#{field.get_attribute('aria-describedby')}")
    assert "Escape" in keys.inner_text()


@pytest.mark.parametrize("width", [360, 1280])
def test_a_verdict_is_no_wider_than_the_window(lesson, width):
    lesson.set_viewport_size({"width": width, "height": 800})
    checked(lesson, "def lif(X, tau, v_threshold):\n    print('x' * 300)\n    return X", 1)
    assert lesson.evaluate("document.documentElement.scrollWidth") <= width
