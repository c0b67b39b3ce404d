"""Reading on the site, in a browser: words explained where they stand, search, print, what axe finds."""

from urllib.parse import quote

import pytest

from tests.jupyterlab import open_page
from tests.needs_chromium import needs_chromium
from tests.served_site import serious, served

pytest.importorskip("latex2mathml", reason="it makes MathML of formulas, for the site")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.current_stack,
    pytest.mark.slow,
    needs_chromium,
]
LESSON = "lessons/02_removing_the_reset.html"
KINDS = (
    "index.html", "labs/index.html", "labs/closed_form.html", "lessons/index.html", LESSON,
    "lessons/how_we_train.html", "glossary.html", "search.html?q=reset", "search.html?q=rezet",
    "map.html", "faq.html", "teachers.html",
)  # fmt: skip
WIDE = ("04_masked_psn", "08_sequential_classification", "09_learned_weights_and_masks")  # tables and long code
OPEN = "document.querySelectorAll('details').forEach((part) => { part.open = true; })"
LONG = ("<b>reset</b> " * 1000)[:10_000]


@pytest.fixture(scope="module")
def address(still_site):
    with served(still_site) as address:
        yield address


@pytest.fixture
def page(browser):
    page, errors = open_page(browser, height=900)
    yield page
    page.close()
    assert not errors


def first_word(page):
    return page.locator("a.psn-term").first


def note(page):
    return page.locator("#psn-definition")


def test_a_word_is_explained_while_the_pointer_is_on_it(page, address):
    page.goto(f"{address}/{LESSON}")
    first_word(page).hover()
    note(page).wait_for()
    assert "what a spike does to the membrane" in note(page).inner_text() and "重置" in note(page).inner_text()
    note(page).hover()
    assert note(page).get_by_role("link").count() == 2
    page.mouse.move(5, 5)
    note(page).wait_for(state="detached")


def test_a_click_keeps_the_explanation_and_escape_closes_it(page, address):
    page.goto(f"{address}/{LESSON}")
    first_word(page).click()
    assert page.url.endswith(LESSON)
    page.mouse.move(5, 5)
    page.evaluate("new Promise((done) => setTimeout(done, 400))")
    assert note(page).is_visible()
    page.keyboard.press("Escape")
    assert note(page).count() == 0
    first_word(page).click()
    page.locator("h1").click()
    assert note(page).count() == 0


def test_by_keyboard_the_explanation_follows_its_word(page, address):
    page.goto(f"{address}/{LESSON}")
    first_word(page).focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert first_word(page).get_attribute("aria-describedby") == note(page).get_attribute("id")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "See it in a lab"
    page.keyboard.press("Escape")
    assert note(page).count() == 0 and page.evaluate("document.activeElement.classList.contains('psn-term')")


def test_an_explanation_stays_within_a_narrow_window(page, address):
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(f"{address}/{LESSON}")
    for word in page.locator("a.psn-term").all()[:12]:
        word.click()
        box = note(page).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 360 and box["y"] >= 0
        page.keyboard.press("Escape")


def test_without_javascript_words_lead_to_the_glossary_and_the_search_says_so(browser, address):
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{address}/{LESSON}")
    first_word(page).click()
    assert page.url == f"{address}/glossary.html#reset"
    page.goto(f"{address}/search.html")
    assert page.locator("noscript p").is_visible()
    page.close()


def found(page) -> list[str]:
    return page.locator("#results > li > a").all_inner_texts()


def test_the_search_is_asked_from_every_page_by_enter(page, address):
    page.goto(f"{address}/{LESSON}")
    field = page.get_by_role("searchbox")
    field.fill("hard reset")
    field.press("Enter")
    page.wait_for_url("**/search.html?q=hard+reset")
    assert found(page)[0].startswith("hard reset")
    assert page.get_by_role("searchbox").input_value() == "hard reset"


@pytest.mark.parametrize(
    "query, first",
    [
        ("superpos", "superposition"),
        ("重置", "reset"),
        ("roofline", "roofline"),
        ("unro", "unroll"),
    ],
)
def test_what_begins_with_the_words_is_found(page, address, query, first):
    page.goto(f"{address}/search.html?q={quote(query)}")
    assert found(page)[0].startswith(first)
    assert "mark" in page.locator("#results").inner_html() or query == "重置"
    page.locator("#results a").first.click()
    page.wait_for_function("document.querySelector(':target') !== null")


@pytest.mark.parametrize("query, before, after", [
    ("mask", "04 · The masked PSN", "09 · Learned weights and masks"),
    ("superposition", "02 · Removing the reset: 4 · Switch the reset back on", "02 · Removing the reset"),
    ("sliding PSN", "05 · The sliding PSN", "05 · The sliding PSN: Exercises"),
])  # fmt: skip
def test_what_has_the_words_in_its_title_or_heading_comes_first(page, address, query, before, after):
    page.goto(f"{address}/search.html?q={quote(query)}")
    titles = found(page)
    assert before in titles and before in titles[: [*titles, after].index(after)]


@pytest.mark.parametrize("query, others", [
    ("membrain", ["membrane"]), ("slidng kernl", ["sliding kernel"]), ("uperposition", ["superposition"]),
    ("xqzwvj", []),
])  # fmt: skip
def test_where_nothing_is_found_the_nearest_words_are_offered(page, address, query, others):
    page.goto(f"{address}/search.html?q={quote(query)}")
    assert found(page) == []
    offered = page.locator("#found a")
    assert offered.all_inner_texts()[:1] == others
    assert ("Did you mean" in page.locator("#found").inner_text()) == bool(others)
    if others:
        offered.first.click()
        page.wait_for_url(f"**?q={quote(others[0])}")
        assert found(page)


@pytest.mark.parametrize("query", ["uperposition", "reset+uperposition"])
def test_an_entry_without_one_of_the_words_is_not_found(page, address, query):
    page.goto(f"{address}/search.html?q={query}")
    assert found(page) == [] and "Nothing found" in page.locator("#found").inner_text()


def test_the_search_speaks_the_language_that_the_reader_has_chosen(page, address):
    page.goto(f"{address}/search.html?q=superposition")
    english = found(page)
    page.evaluate("psnLanguage.choose('zh')")
    assert found(page) == english and "个结果" in page.locator("#found").inner_text()
    assert page.locator("#found").get_attribute("lang") == "zh-Hans"
    assert "课" in page.locator("#results small").all_inner_texts()
    assert page.locator("main button").inner_text() == "搜索"
    page.goto(f"{address}/search.html?q=uperposition")
    assert "没有找到“uperposition”。 你要找的是不是 superposition？" in page.locator("#found").inner_text()
    page.evaluate("psnLanguage.choose('en')")
    assert "Nothing found" in page.locator("#found").inner_text()
    assert page.locator("main button").get_attribute("lang") == "en"


def test_a_result_leads_to_its_section(page, address):
    page.goto(f"{address}/search.html?q=switch+the+reset+back")
    page.locator("#results a").first.click()
    page.wait_for_url(f"{address}/{LESSON}#switch-the-reset-back-on")
    assert page.locator(":target").inner_text() == "4 · Switch the reset back on"


@pytest.mark.parametrize("query", ["<img src=x onerror=alert(1)>", "(.*", "[reset", "$&\\1", "😀", "  ", "%", LONG])
def test_whatever_is_asked_for_is_text(page, address, query):
    page.goto(f"{address}/search.html")
    page.get_by_role("searchbox").fill(query)
    page.get_by_role("searchbox").press("Enter")
    page.wait_for_load_state()
    assert page.get_by_role("searchbox").input_value() == query
    assert page.locator("main img, main b, #results script").count() == 0
    assert page.locator("#found").inner_text()


def test_only_the_page_of_the_search_loads_its_index(page, address):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/{LESSON}")
    assert not [url for url in asked if "search" in url]


HIDDEN = """() => [...document.querySelectorAll("main *")].filter((part) => part.children.length === 0
  && part.textContent.trim() && !part.closest("script, noscript, .psn-open, .psn-turn, .psn-teacher, math")
  && !part.closest(".psn-folded-contents") && !part.checkVisibility()).map((part) => part.outerHTML.slice(0, 120))"""
CUT = """() => [...document.querySelectorAll("pre, .psn-output, .psn-math, .psn-wide, img")]
  .filter((part) => part.scrollWidth > part.clientWidth + 1 || part.getBoundingClientRect().right > innerWidth)
  .map((part) => part.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("name", ["02_removing_the_reset", "05_sliding_psn"])
def test_in_print_nothing_is_folded_or_cut(page, address, name):
    page.set_viewport_size({"width": 680, "height": 900})  # the width of a sheet between its margins
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(f"{address}/lessons/{name}.html")
    assert page.evaluate(HIDDEN) == []
    assert page.evaluate(CUT) == []
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.locator(".psn-top").is_visible() and not page.locator(".psn-contents").is_visible()
    assert page.pdf()[:4] == b"%PDF"


def test_contents_stand_beside_a_wide_page_and_folded_above_a_narrow_one(page, address):
    page.goto(f"{address}/{LESSON}")
    for width, beside in [(1280, True), (1000, False)]:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.locator(".psn-contents").is_visible() is beside
        assert page.locator(".psn-folded-contents").is_visible() is not beside
    page.get_by_text("On this page").last.click()
    page.locator(".psn-folded-contents").get_by_role("link", name="5 · What is lost").click()
    assert page.url.endswith("#what-is-lost")


def test_the_first_tab_leads_past_the_bar(page, address):
    page.goto(f"{address}/{LESSON}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the text"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("where", KINDS)
def test_axe_finds_nothing_serious_on_any_kind_of_page(page, address, where, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{address}/{where}")
    page.evaluate(OPEN)
    if page.locator("a.psn-term").count():
        first_word(page).click()
    assert not serious(page)


@pytest.mark.parametrize("where", [*KINDS, *(f"lessons/{name}.html" for name in WIDE)])
def test_no_page_is_wider_than_a_phone(page, address, where):
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{address}/{where}")
    page.evaluate(OPEN)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
