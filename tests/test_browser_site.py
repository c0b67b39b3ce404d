"""The pages of `psn-viz site` in a browser, with their labs on Pyodide."""

import functools
import http.server
import os
import threading
from pathlib import Path

import pytest

from psn_viz.chromium import find_chromium
from psn_viz.labs import LABS
from tests.jupyterlab import chromium, open_page
from tests.pyodide_from_pip import cache

pytest.importorskip("latex2mathml", reason="it makes MathML of formulas, for the site")
from psn_viz.browser.build_site import write_site

FOLDER = os.environ.get("PSN_VIZ_PYODIDE") or cache()
HOW = "set PSN_VIZ_PYODIDE to its folder, or run: python -m tests.pyodide_from_pip"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.current_stack,
    pytest.mark.slow,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium or Chrome: install one or set BROWSER_PATH"),
    pytest.mark.skipif(not Path(FOLDER).is_dir(), reason=f"no Pyodide: {HOW}"),
]
LIVE = "document.body.dataset.live !== undefined || document.body.dataset.failed"
SECONDS = 90_000


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    out = tmp_path_factory.mktemp("site")
    write_site(out, Path(FOLDER))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(out)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


@pytest.fixture(scope="module")
def browser():
    with chromium() as one:
        yield one


@pytest.fixture
def page(browser, address):
    """A page that may ask for nothing but what this server has, and must run without an error."""
    page, errors = open_page(browser)
    elsewhere = []
    page.on("request", lambda asked: None if local(asked.url, address) else elsewhere.append(asked.url))
    yield page
    page.close()
    assert not elsewhere
    assert not errors


def local(url: str, address: str) -> bool:
    return url.startswith((address, "data:", "blob:"))


def opened(page, url: str):
    page.goto(url)
    page.wait_for_function(LIVE, timeout=SECONDS)
    assert page.evaluate("document.body.dataset.failed") is None
    return page


def caption(page) -> str:
    return page.locator(".psn-caption").inner_text()


@pytest.mark.parametrize("code", ["closed_form;reset=hard", "study", "train_live;steps=30", "ablation"])
def test_a_lab_answers_in_the_state_of_its_address(page, address, code):
    name = code.partition(";")[0]
    opened(page, f"{address}/labs/{name}.html#{code}")
    assert caption(page) == LABS[name].from_code(code).description
    assert page.locator("#still").count() == 0


def test_a_slider_moves_by_keyboard_and_the_address_follows(page, address):
    opened(page, f"{address}/labs/closed_form.html")
    slider = page.get_by_role("slider", name="τ")
    slider.focus()
    slider.press("ArrowRight")
    page.wait_for_function("location.hash !== ''")
    moved = LABS["closed_form"].from_code(page.evaluate("decodeURIComponent(location.hash.slice(1))"))
    assert moved.code != "closed_form"
    page.wait_for_function(
        "told => document.querySelector('.psn-caption').textContent === told", arg=moved.description
    )
    page.get_by_role("button", name="Reset").click()
    page.wait_for_function("location.hash === ''")


def test_what_is_typed_wrong_is_said_and_stays(page, address):
    opened(page, f"{address}/labs/closed_form.html")
    field = page.get_by_label("X: ")
    field.fill("3 4 <b>five</b>")
    field.press("Enter")
    page.wait_for_function("document.querySelector('.psn-error').textContent.includes('<b>five</b>')")
    assert field.input_value() == "3 4 <b>five</b>"
    assert page.locator(".psn-error b").count() == 0


def test_paint_a_cell_of_w(page, address):
    opened(page, f"{address}/labs/psn.html")
    page.get_by_role("slider", name="W[t,i]").fill("1.5")
    page.wait_for_function("location.hash.includes('paint')")
    page.get_by_role("button", name="Unpaint").click()
    page.wait_for_function("!location.hash.includes('paint')")


def test_a_lab_of_a_lesson_runs_in_its_place(page, address):
    page.goto(f"{address}/lessons/02_removing_the_reset.html")
    place = page.locator(".psn-place").first
    code = place.get_attribute("data-code")
    place.get_by_role("button", name="Run this lab here").click()
    page.wait_for_function("document.querySelector('.psn-place').dataset.live !== undefined", timeout=SECONDS)
    assert place.locator(".psn-caption").inner_text() == LABS[code.partition(";")[0]].from_code(code).description
    assert place.locator("figure").count() == 0


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("where", ["index.html", "labs/index.html", "lessons/02_removing_the_reset.html"])
def test_no_page_is_wider_than_the_window(page, address, where, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{address}/{where}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
