"""The pages of `psn-viz inventory` in a browser: readable in both themes, at 360 px too; few sheets of paper."""

from __future__ import annotations

import re

import pytest

from psn_viz.classroom.inventory.all_items import INVENTORY
from psn_viz.classroom.inventory.answer_table import template
from psn_viz.export.inventory_files import counts_files, inventory_files
from tests.needs_chromium import needs_chromium
from tests.served_site import serious

pytestmark = [
    pytest.mark.browser,
    pytest.mark.current_stack,
    needs_chromium,
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("inventory")
    for time in ("before", "after"):
        (folder / f"{time}.csv").write_bytes(template() + ",".join(["<b>", "A", *"A" * 19]).encode() + b"\r\nx,y\r\n")
    counts, _ = counts_files([folder / "before.csv", folder / "after.csv"])
    for name, data in (inventory_files() | counts).items():
        (folder / name).write_bytes(data)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_pages_are_readable(browser, folder, theme, width):
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=theme, bypass_csp=True)
    page = context.new_page()
    for name in ("form_A.html", "form_B.html", "key.html", "counts.html"):
        page.goto((folder / name).as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        if name in ("form_A.html", "counts.html") or (width, theme) == (1280, "light"):  # axe is slow on the key
            assert not serious(page), name
    context.close()


@pytest.mark.parametrize("form", "AB")
def test_a_form_takes_two_sheets_of_paper_printed_on_both_sides(browser, folder, form):
    page = browser.new_context().new_page()
    page.goto((folder / f"form_{form}.html").as_uri())
    assert page.locator(".item").count() == len(INVENTORY)
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 4
    page.context.close()
