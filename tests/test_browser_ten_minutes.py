"""The front page in a browser: phrases and answers set the lab beside them."""

import pytest

from tests.jupyterlab import open_page
from tests.test_browser_site import SECONDS, address, page, pytestmark  # noqa: F401  (fixtures)


@pytest.fixture
def front(page, address):  # noqa: F811
    page.goto(address)
    page.wait_for_function("document.querySelector('.psn-place').dataset.live !== undefined", timeout=SECONDS)
    return page


def shows(front, number: int, words: str) -> None:
    """Wait until the caption of a section's figure has these words."""
    captions = "document.querySelectorAll('.psn-scene')[n].querySelector('.psn-caption').textContent"
    front.wait_for_function(f"([n, words]) => {captions}.includes(words)", arg=[number, words], timeout=SECONDS)


def test_a_phrase_sets_the_lab_beside_it_and_the_page_stays(front):
    first = front.locator(".psn-scene").first
    first.get_by_role("link", name="a lower threshold").click()
    shows(front, 0, "threshold 0.5")
    assert front.url.rstrip("/").count("/") == 2
    second = front.locator(".psn-scene").nth(1)
    second.get_by_role("link", name="a faster leak").click()
    shows(front, 1, "τ = 1.5")


def test_an_answer_sets_the_lab_and_is_kept(front):
    scene = front.locator(".psn-scene").first
    scene.get_by_label("More often").check()
    scene.get_by_role("button", name="Commit").click()
    shows(front, 0, "no reset")
    assert "Yes, 16 times" in scene.locator(".psn-asked").inner_text()
    front.reload()
    front.wait_for_function("document.body.innerText.includes('Yes, 16 times')", timeout=SECONDS)
    shows(front, 0, "hard reset")  # what was answered before moves nothing


def test_on_a_phone_the_reader_stays_at_the_answer_and_is_given_a_way_to_the_figure(front):
    front.set_viewport_size({"width": 360, "height": 700})
    scene = front.locator(".psn-scene").first
    scene.get_by_label("More often").check()
    scene.get_by_role("button", name="Commit").click()
    shows(front, 0, "no reset")
    assert scene.locator(".psn-feedback").evaluate("(part) => part.getBoundingClientRect().top < innerHeight")
    caption = "document.querySelector('.psn-scene .psn-plot').getBoundingClientRect().bottom"
    assert front.evaluate(caption) < 0
    scene.get_by_role("button", name="Show it in the figure").click()
    front.wait_for_function(f"{caption} > 0")


def test_the_first_figure_is_seen_without_scrolling(front):
    front.set_viewport_size({"width": 1280, "height": 720})
    middle = "(part) => { const box = part.getBoundingClientRect(); return (box.top + box.bottom) / 2; }"
    assert front.locator(".psn-view").first.evaluate(middle) < 720
    top = "(part) => part.getBoundingClientRect().top"
    lead, figure = (front.locator(part).first.evaluate(top) for part in (".psn-lead", ".psn-place"))
    assert abs(lead - figure) < 40


def test_on_paper_a_question_stands_once_and_an_answer_is_kept(front):
    scene = front.locator(".psn-scene").first
    scene.get_by_label("Less often").wait_for()
    front.emulate_media(media="print")
    question = scene.locator(".psn-question")
    assert scene.locator(".psn-still").last.is_visible() and not question.is_visible()
    front.emulate_media(media="screen")
    scene.get_by_label("Less often").check()
    scene.get_by_role("button", name="Commit").click()
    scene.get_by_role("button", name="Think again").wait_for(timeout=SECONDS)
    front.emulate_media(media="print")
    assert question.is_visible() and question.get_by_label("Less often").is_checked()


def test_only_the_main_controls_are_there_until_all_are_asked_for(front):
    scene = front.locator(".psn-scene").first
    seen = scene.locator(".psn-controls input:visible, .psn-controls select:visible")
    assert seen.count() == 2
    scene.get_by_role("button", name="All controls").click()
    assert seen.count() > 4
    assert front.evaluate("document.documentElement.scrollWidth") <= front.viewport_size["width"]


def test_where_python_did_not_load_it_can_be_tried_again(browser, address):  # noqa: F811
    page, errors = open_page(browser)  # noqa: F811
    page.route("**/pyodide/**", lambda route: route.abort())
    page.goto(f"{address}/lessons/02_removing_the_reset.html")
    again = page.get_by_role("button", name="Try again")
    again.first.wait_for(timeout=SECONDS)
    places = page.locator(".psn-place").count()
    for n in range(places):  # to come near a lab that has failed changes nothing
        page.locator(".psn-place").nth(n).scroll_into_view_if_needed()
    assert again.count() == places and page.locator(".psn-asked[data-failed]").count() > 0
    page.unroute("**/pyodide/**")
    for n in (1, 0):  # the second does not end what the first has started
        page.locator(".psn-place").nth(n).get_by_role("button", name="Try again").click()
        page.wait_for_function(f"document.querySelectorAll('.psn-place')[{n}].dataset.live === ''", timeout=SECONDS)
    place = page.locator(".psn-place").nth(1)
    before = place.locator(".psn-caption").inner_text()
    place.locator("input[type=range]").first.press("Home")
    page.wait_for_function(
        "before => document.querySelectorAll('.psn-place')[1].querySelector('.psn-caption').innerText !== before",
        arg=before,
        timeout=SECONDS,
    )
    assert page.locator(".psn-asked[data-failed]").count() == 0
    page.close()
    assert all("pyodide" in error for error in errors)  # what was kept from it
