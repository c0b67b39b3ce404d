"""The pages of `psn-viz collect` in a browser: readable in both themes, at 360 px too, and nothing in them runs."""

from __future__ import annotations

import pytest

from psn_viz.classroom.collect import collect
from tests import made_class
from tests.needs_chromium import needs_chromium
from tests.served_site import serious

pytestmark = [
    pytest.mark.browser,
    pytest.mark.current_stack,
    pytest.mark.slow,
    needs_chromium,
]


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    collect(made_class.write(folder, made_class.files(28)), folder / "out")
    return folder / "out"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_pages_are_readable_and_hold_nothing_that_runs(browser, report, theme, width):
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=theme, bypass_csp=True)
    page = context.new_page()  # bypass_csp is for axe alone, and makes the rest harder
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: pytest.fail("something ran"))
    student = next((report / "students").glob("*img-src*"))
    for path in (report / "class.html", student):
        page.goto(path.as_uri())
        for summary in page.locator("summary").all():
            summary.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert not serious(page), path.name
    assert {url.partition(":")[0] for url in asked} == {"file"} and len(asked) == 2
    context.close()


def test_a_student_is_reached_from_the_class_and_back_by_keyboard(browser, report):
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto((report / "class.html").as_uri())
    link = page.get_by_role("table", name="Students").get_by_role("link", name="Carl Copy")
    link.focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Carl Copy").wait_for()
    page.get_by_role("link", name="The class").click()
    page.get_by_role("heading", name="The class").wait_for()
    page.context.close()
