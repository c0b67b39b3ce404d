"""The app in a real browser: gallery, deep links, errors in their place, phone, keyboard, five pages at once."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from psn_viz.labs import LABS
from tests.app_server import app
from tests.jupyterlab import open_page
from tests.needs_chromium import needs_chromium

pytestmark = [
    pytest.mark.current_stack,
    needs_chromium,
]
DRAWN = """() => document.querySelector(".psn-lab :is([role=slider], select)")
  && document.querySelector(".psn-lab .psn-plot")?.dataset.painted > 0"""
NAME, TITLE = "closed_form", LABS["closed_form"].title


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with app(tmp_path_factory.mktemp("app")) as running:
        yield running


@pytest.fixture
def open_at(running, browser):
    """Open the app at a query, with options of the page; every page closes again, and none may have failed."""
    opened = []

    def open_at(query: str = "", **options):
        page, errors = open_page(browser, **{"height": 900, **options})
        opened.append((page, errors))
        page.goto(running.address + query)
        return page

    yield open_at
    assert [errors for _, errors in opened if errors] == []
    for page, _ in opened:
        leave(page)
    running.wait_for_kernels(0)


def leave(page) -> None:
    """Close a page as a reader does. (Playwright's own way takes the browser's window with it, unasked.)"""
    page.goto("about:blank")
    page.close()


def wait_until_drawn(page) -> None:
    page.wait_for_function(DRAWN, timeout=60_000)


def wait_for_address(page, query: str) -> None:
    page.wait_for_function("(query) => location.search === query", arg=query)


def notice(page) -> str:
    """The sentence that is shown instead of what was asked for."""
    seen = page.locator(".app-notice:visible")
    seen.wait_for(timeout=60_000)
    assert seen.count() == 1 and seen.get_attribute("role") == "alert"
    return seen.inner_text()


def serious(page) -> list:
    found = Axe().run(page).response["violations"]
    return [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")]


def test_from_the_gallery_to_a_lab_and_back(open_at):
    page = open_at()
    cards = page.locator(".app-card")
    assert cards.count() == len(LABS)
    for card, lab in zip(cards.all(), LABS.values(), strict=True):
        assert card.get_by_role("heading", level=2).inner_text() == lab.title
        assert lab.sentence in card.inner_text()
    pictures = page.locator(".app-card img")
    page.wait_for_function("[...document.images].every((image) => image.complete && image.naturalWidth > 300)")
    assert all(pictures.evaluate_all("(images) => images.map((image) => image.alt.length > 40)"))
    assert serious(page) == []

    page.get_by_role("link", name=TITLE).click()
    wait_until_drawn(page)
    assert page.get_by_role("heading", level=1).inner_text() == TITLE and TITLE in page.title()
    assert page.locator(".app-card:visible").count() == 0 and page.locator(".psn-lab").count() == 1
    assert page.locator("#app-status").inner_text() == ""
    assert serious(page) == []
    lab = page.locator(".psn-lab")
    lab.get_by_role("slider").first.focus()
    page.keyboard.press("End")
    page.wait_for_function("location.search.startsWith('?lab=closed_form&state=')")
    moved = page.evaluate("location.search")
    said = lab.locator(".psn-caption").inner_text()

    page.get_by_role("link", name="All labs").click()
    assert page.locator(".app-card:visible").count() == len(LABS)
    assert page.evaluate("location.search") == ""
    page.locator(".psn-lab").wait_for(state="detached")
    page.go_back()
    wait_until_drawn(page)
    assert page.evaluate("location.search") == moved and lab.locator(".psn-caption").inner_text() == said
    page.reload()
    wait_until_drawn(page)
    assert page.evaluate("location.search") == moved and lab.locator(".psn-caption").inner_text() == said


def test_a_deep_link_opens_the_state_and_reset_goes_back_to_it(open_at):
    page = open_at(f"?lab={NAME}&state=tau=2;T=8")
    wait_until_drawn(page)
    state = page.get_by_label("state")
    assert state.input_value() == f"{NAME};tau=2;T=8"
    assert "T = 8" in page.locator(".psn-caption").inner_text()
    page.get_by_role("slider").first.focus()
    page.keyboard.press("End")
    page.wait_for_function("!location.search.includes('tau=2;')")
    page.get_by_role("button", name="Reset", exact=True).click()
    wait_for_address(page, f"?lab={NAME}&state=tau=2;T=8")


def test_a_damaged_state_and_an_unknown_lab_are_told_and_leave_the_rest_alive(open_at):
    page = open_at(f"?lab={NAME}&state=T=900;up=<b>")
    wait_until_drawn(page)
    assert "T must be a whole number" in notice(page)
    assert page.get_by_label("state").input_value() == NAME

    page = open_at("?lab=<b>gone")
    assert notice(page) == f"No lab is named “<b>gone”; there is {', '.join(LABS)}."
    assert page.locator(".app-card:visible").count() == len(LABS)
    page.get_by_role("link", name=TITLE).click()
    wait_until_drawn(page)
    assert page.locator(".app-notice:visible").count() == 0


def test_a_phone_shows_all_of_it_in_one_column_in_light_and_dark(open_at):
    page = open_at(width=360, height=740, color_scheme="light")
    wide = "document.documentElement.scrollWidth"
    light = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g)[0] > 128"
    assert page.evaluate(wide) <= 360 and page.evaluate(light)
    assert len(set(page.locator(".app-card").evaluate_all("(all) => all.map((card) => card.offsetLeft)"))) == 1
    for name in [*LABS, NAME]:  # the last one in the dark
        page.locator(f"[data-lab={name}] a").click()
        wait_until_drawn(page)
        page.wait_for_timeout(200)
        assert page.evaluate(wide) <= 360, name
        page.get_by_role("link", name="All labs").click()
        page.locator(".psn-lab").wait_for(state="detached")
        if name == list(LABS)[-1]:
            page.emulate_media(color_scheme="dark")
            assert not page.evaluate(light) and page.evaluate(wide) <= 360


def test_everything_is_reached_by_keyboard(open_at):
    page = open_at()
    focused = "document.activeElement"
    page.keyboard.press("Tab")
    assert page.evaluate(f"{focused}.textContent") == next(iter(LABS.values())).title
    while page.evaluate(f"{focused}.textContent") != TITLE:
        page.keyboard.press("Tab")
    assert page.locator(f"[data-lab={NAME}]").evaluate("(card) => getComputedStyle(card).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    wait_until_drawn(page)
    assert page.evaluate(f"{focused}.id") == "app-title"
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate(f"{focused}.getAttribute('role')") == "slider":
            break
    page.keyboard.press("ArrowRight")
    page.wait_for_function("location.search.includes('state=')")
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        if page.evaluate(f"{focused}.id") == "app-back":
            break
    page.keyboard.press("Enter")
    assert page.evaluate(f"{focused}.textContent") == TITLE


def test_five_pages_at_once_with_every_control_moved_and_memory_returns(running, browser):
    assert len(running.family()) == 1
    before = running.memory()
    names = list(LABS)
    pages = []
    for number in range(5):
        page, errors = open_page(browser, height=900)
        page.goto(f"{running.address}?lab={names[number % len(names)]}", wait_until="commit")
        pages.append((page, errors))
    for page, _ in pages:
        wait_until_drawn(page)
    assert len(running.family()) == 6
    for page, _ in pages:
        move_every_control(page)
    print(f"memory: {before:.0f} MB before, {running.memory():.0f} MB with five pages")
    for page, errors in pages:
        page.wait_for_timeout(300)
        assert page.evaluate("told") == [] and errors == []
        leave(page)
    running.wait_for_kernels(0)
    print(f"{running.memory():.0f} MB after they have closed")
    assert running.memory() < before + 40


LISTEN_TO_ERRORS = """() => {
  globalThis.told = [];
  new MutationObserver(() => {
    const said = [...document.querySelectorAll(".app-notice, .psn-error")].map((line) => line.textContent.trim());
    told.push(...said.filter(Boolean));
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


CHOOSE_LAST = """(select) => {
  select.selectedIndex = select.options.length - 1;
  select.dispatchEvent(new Event("change", { bubbles: true }));
}"""


def move_every_control(page) -> None:
    """Every slider to its end and back by one, every choice and every suggestion to its last, then each button."""
    page.evaluate(LISTEN_TO_ERRORS)
    lab = page.locator(".psn-lab")
    sliders = lab.locator("[role=slider]")
    assert sliders.count() >= 1
    for slider in sliders.all():
        slider.focus()
        page.keyboard.press("End")
        page.keyboard.press("ArrowLeft")
    for choice in lab.locator("select").all():
        choice.evaluate(CHOOSE_LAST)  # at once: another control may take options away meanwhile
    for text in lab.locator("input[list]").all():
        text.fill(text.evaluate("(input) => [...input.list.options].at(-1).value"))
        text.press("Enter")
    page.wait_for_function("location.search.includes('state=')")
    for button in lab.locator(".psn-transport button").all():
        button.click()
    lab.get_by_role("button", name="Reset", exact=True).click()
    page.wait_for_function("!location.search.includes('state=')")
