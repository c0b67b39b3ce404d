"""The app in a real browser where something goes wrong: proxies on the way, a slow kernel, labs that fail."""

from __future__ import annotations

import re
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.app_server import app
from tests.jupyterlab import LATE, TOO_LATE, open_page
from tests.needs_chromium import needs_chromium
from tests.proxy import Route, proxy
from tests.test_browser_app import NAME, TITLE, leave, notice, wait_until_drawn

pytestmark = [
    pytest.mark.current_stack,
    needs_chromium,
]
LEFT = "/user/ada/left"
CUT = "/user/ada/cut"
DEAF = "/deaf"
LOGIN = "<p>Who are you?</p>"
ROUTES = {LEFT: Route(cut=False), CUT: Route(), DEAF: Route(websockets=False)}


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with app(tmp_path_factory.mktemp("app"), "--base-url", f"{LEFT}/", module="tests.app_server") as running:
        running.address = running.address.removesuffix(f"{LEFT}/") + "/"
        yield running


@pytest.fixture(scope="module")
def between(running):
    """The address of the proxy in front of the app, and what it has answered."""
    with proxy(running.address, ROUTES) as between:
        yield between


@pytest.fixture
def outside(between) -> str:
    """The address of the proxy."""
    return between[0]


def called() -> list[str]:
    """The functions of a page that Voila's scripts call."""
    import voila

    scripts = Path(voila.__file__).parent.rglob("*.py")
    names = {name for script in scripts for name in re.findall(r"window\.(\w+)\(", script.read_text("utf-8"))}
    assert "voila_heartbeat" in names
    return sorted(names | {"voila_process", "voila_finish"})  # these two by its templates and its front end


@pytest.mark.parametrize(("prefix", "speed"), [(LEFT, "slow"), (CUT, "usual")])
def test_behind_a_proxy_a_slider_moves_and_a_slow_kernel_is_waited_for(prefix, speed, running, between, browser):
    outside, answers = between
    page, errors = open_page(browser, height=900)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.goto(f"{outside}{prefix}/?lab={NAME}&{speed}", wait_until="commit")
    if speed == "slow":
        page.get_by_text("its Python is still starting").wait_for(timeout=30_000)
        assert page.evaluate("(names) => names.filter((name) => typeof window[name] !== 'function')", called()) == []
    wait_until_drawn(page)
    assert page.locator("#app-status").inner_text() == ""
    before = page.locator(".psn-caption").inner_text()
    page.locator(".psn-lab").get_by_role("slider").first.focus()
    page.keyboard.press("End")
    page.wait_for_function("location.search.includes('state=')")
    assert page.locator(".psn-caption").inner_text() != before
    page.get_by_role("link", name="All labs").click()
    page.wait_for_function("[...document.images].every((image) => image.complete && image.naturalWidth > 300)")
    assert page.url == f"{outside}{prefix}/"
    assert errors == [] and page.locator(".app-notice:visible").count() == 0
    asked = [url for url in asked if not url.startswith(("data:", "blob:"))]
    assert any(url.startswith("ws:") for url in asked)
    assert [url for url in asked if f"{outside}{prefix}/" not in url.replace("ws:", "http:")] == []
    assert page.context.cookies() == []  # JupyterLab's, on the same host, have the same names
    leave(page)
    running.wait_for_kernels(0)
    deadline = time.monotonic() + 10
    while not (ended := shutdowns(answers, prefix)) and time.monotonic() < deadline:
        time.sleep(0.05)  # the answer comes after the kernel has gone
    assert ended == [204]  # not only missed after a while


def shutdowns(answers, prefix: str) -> list[int]:
    """How the requests by which pages end their kernels were answered."""
    return [code for code, method, path in answers if method == "POST" and path.startswith(f"{prefix}/voila/")]


def test_labs_that_fail_say_so_in_their_place(running, browser):
    page, errors = open_page(browser, height=900)
    page.goto(f"{running.address}?lab=charge_fire_reset&broken")
    assert "charge_fire_reset could not be opened: RuntimeError: broken for a test." in notice(page)
    page.get_by_role("link", name="All labs").click()
    page.get_by_role("link", name=TITLE).click()
    wait_until_drawn(page)
    assert page.locator(".app-notice:visible").count() == 0
    caption = page.locator(".psn-caption")
    before = caption.inner_text()
    row = page.locator(".psn-lab [role=slider]").last
    row.focus()
    place = row.get_attribute("aria-valuenow")
    page.keyboard.press("Home")
    error = page.locator(".psn-error[role=alert]")
    error.filter(has_text="this did not work (RuntimeError: broken for a test)").wait_for()
    assert caption.inner_text() == before and row.get_attribute("aria-valuenow") == place
    page.keyboard.press("End")
    page.wait_for_function("document.querySelector('.psn-error').innerText.trim() === ''")
    assert caption.inner_text() != before
    assert errors == []

    running.wait_for_kernels(1)
    running.family()[1].kill()
    assert "The Python behind this page has ended. Reload the page" in notice(page)
    page.reload()
    wait_until_drawn(page)
    assert page.locator(".app-notice:visible").count() == 0
    assert errors == []

    page.close()  # as if the browser were killed: nobody tells the kernel
    running.wait_for_kernels(0)


def test_widgets_that_start_too_late_for_anywidget_listen_all_the_same(running, browser):
    page, errors = open_page(browser, height=900)
    page.add_init_script(TOO_LATE)
    with page.expect_event("pageerror") as late:
        page.goto(f"{running.address}?lab={NAME}")
    assert LATE in str(late.value)
    wait_until_drawn(page)
    painted = "document.querySelector('.psn-lab .psn-plot').dataset.painted"
    before, caption = page.evaluate(painted), page.locator(".psn-caption")
    said = caption.inner_text()
    page.locator(".psn-lab").get_by_role("slider").first.focus()
    page.keyboard.press("End")
    page.wait_for_function(f"(before) => {painted} > before", arg=before)
    assert caption.inner_text() != said and errors == []
    leave(page)
    running.wait_for_kernels(0)


@pytest.fixture(scope="module")
def html(running) -> str:
    """The page as the server sends it."""
    return urllib.request.urlopen(running.address, timeout=60).read().decode()


@pytest.fixture
def page_at(html, running, browser):
    """Open the page at an address where no server is, and answer what it asks for by a function of the path."""
    pages = []

    def page_at(address: str, answer, **options):
        def handle(route):
            path = route.request.url.removeprefix("http://far.invalid")
            if route.request.resource_type == "document":
                route.fulfill(body=html, content_type="text/html")
            elif (server := answer(path)) is None:
                route.fulfill(status=404)
            elif server.startswith("<"):
                route.fulfill(body=server, content_type="text/html")
            else:
                try:
                    with urllib.request.urlopen(server, timeout=30) as file:
                        route.fulfill(body=file.read(), content_type=file.headers["Content-Type"])
                except urllib.error.HTTPError as error:  # such as of the kernel, which was missed
                    route.fulfill(status=error.code)

        page, _ = open_page(browser, height=900, **options)
        pages.append(page)
        page.route("**/*", handle)
        page.goto(f"http://far.invalid{address}", wait_until="commit")
        return page

    yield page_at
    for page in pages:
        page.unroute_all(behavior="ignoreErrors")
        page.close()


@pytest.mark.parametrize("query", ["", f"?lab={NAME}"])
@pytest.mark.parametrize("answer", [None, LOGIN])
def test_a_page_of_which_nothing_comes_says_so(answer, query, page_at):
    said = notice(page_at(f"/proxy/8866/{query}", lambda path: answer))
    assert re.match(r"This page is not whole: [\w/.-]+ and \d+ more of its files could not be loaded\.", said)
    assert said.endswith(
        "a proxy between it and this browser does not pass on everything below http://far.invalid/proxy/8866/."
    )


@pytest.mark.parametrize(
    ("file", "instead"),
    [
        ("app/app.css", None),
        ("app/app.css", LOGIN),
        ("app/app.js", None),
        ("app/app.js", LOGIN),
        ("voila/static/voila.js", None),  # with a login in its place: as without WebSockets
    ],
)
def test_a_page_of_which_one_file_does_not_come_names_it(file, instead, running, page_at):
    page = page_at("/", lambda path: instead if file in path else running.address.rstrip("/") + path)
    assert f"This page is not whole: {file}" in notice(page)


def test_a_page_without_a_slash_at_its_end_finds_its_files(running, page_at):
    below = "/a/b/"
    page = page_at(
        f"/a/b?lab={NAME}",
        lambda path: running.address + path.removeprefix(below) if path.startswith(below) else None,
    )
    page.get_by_role("heading", name=TITLE).wait_for()
    assert page.url == f"http://far.invalid/a/b/?lab={NAME}"
    page.wait_for_function("getComputedStyle(document.querySelector('.app-card')).borderRadius === '8px'")
    assert page.locator("#app-broken:visible").count() == 0


def test_a_proxy_without_websockets_is_told_after_a_while(outside, browser):
    page, _ = open_page(browser, height=900)
    page.clock.install()
    page.goto(f"{outside}{DEAF}/?lab={NAME}")
    assert page.locator(".app-notice:visible").count() == 0
    page.clock.fast_forward(21_000)
    assert "has to pass on WebSockets, and the Host header" in notice(page)
    assert page.locator("#app-status").inner_text() == ""
    page.close()
