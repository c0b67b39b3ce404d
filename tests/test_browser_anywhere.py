"""Pages of `psn-viz site` where they may lie: one file, a disk, a folder of any server, with Pyodide elsewhere."""

import functools
import http.server
import shutil
import threading
from pathlib import Path

import pytest

from psn_viz.browser import runtime
from psn_viz.labs import LABS
from tests.jupyterlab import open_page
from tests.needs_chromium import needs_chromium
from tests.needs_pyodide import FOLDER, needs_pyodide

pytest.importorskip("latex2mathml", reason="it makes MathML of formulas, for the site")
from psn_viz.browser.build_site import site_files, write_single, write_site
from psn_viz.browser.own_files import write_files

pytestmark = [
    pytest.mark.current_stack,
    pytest.mark.slow,
    needs_chromium,
    needs_pyodide,
]
ROOT = Path(__file__).parents[1]
LESSON = "02_removing_the_reset"
LIVE = "document.querySelector('[data-live]') !== null || document.body.dataset.failed"
SECONDS = 120_000


class Handler(http.server.SimpleHTTPRequestHandler):
    """A plain server, which knows neither .wasm nor .webp; pages of others may read what it has."""

    def guess_type(self, path):
        return {".html": "text/html", ".js": "text/javascript"}.get(Path(path).suffix, "application/octet-stream")

    def end_headers(self):
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()

    def do_GET(self):
        self.server.asked.append(self.path)
        super().do_GET()

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project with one lesson, which is built sooner."""
    root = tmp_path_factory.mktemp("project")
    (root / "notebooks").mkdir()
    for path in ("LICENSE", f"notebooks/{LESSON}.ipynb", "notebooks/how_we_train.md"):
        shutil.copy(ROOT / path, root / path)
    return root


@pytest.fixture
def served():
    """Serves folders; each server has an address and lists what it was asked for."""
    servers = []

    def serve(folder):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
        server.asked, server.address = [], f"http://127.0.0.1:{server.server_address[1]}/"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        servers.append(server)
        return server

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def page(browser):
    """A page that must run without an error, and lists what it asks for."""
    page, errors = open_page(browser)
    page.asked = []
    page.on("request", lambda asked: page.asked.append(asked.url))
    yield page
    page.close()
    assert not errors


def opened(page, address: str):
    page.goto(address)
    page.wait_for_function(LIVE, timeout=SECONDS)
    assert page.evaluate("document.body.dataset.failed") is None
    return page


def only_itself(page, file: Path) -> bool:
    return {url.partition("#")[0] for url in page.asked if not url.startswith(("data:", "blob:"))} == {file.as_uri()}


def moves(page) -> bool:
    """Whether a slider moves the figure's description."""
    before = page.locator(".psn-caption").first.inner_text()
    slider = page.get_by_role("slider").first
    slider.focus()
    slider.press("ArrowRight")
    page.wait_for_function("before => document.querySelector('.psn-caption').textContent !== before", arg=before)
    return True


def test_a_lab_in_one_file_runs_from_a_disk(page, project, tmp_path):
    file = tmp_path / "a lab, größer.html"
    write_single("closed_form;tau=8", file, FOLDER, root=project)
    opened(page, file.as_uri())
    assert page.locator(".psn-caption").inner_text() == LABS["closed_form"].from_code("closed_form;tau=8").description
    assert moves(page) and only_itself(page, file)
    assert page.locator("iframe, textarea, summary:has-text('page of your own')").count() == 0
    page.get_by_role("link", name="Fill the screen").click()
    page.wait_for_function(LIVE, timeout=SECONDS)
    assert page.locator("body.psn-present").count() == 1


def test_a_lesson_in_one_file_runs_from_a_disk(page, project, tmp_path):
    write_single(LESSON, tmp_path / "lesson.html", FOLDER, root=project)
    page.goto((tmp_path / "lesson.html").as_uri())
    page.locator(".psn-place").first.scroll_into_view_if_needed()  # labs open when the reader is near
    page.wait_for_function(LIVE, timeout=SECONDS)
    assert moves(page)
    exercise = page.locator(".psn-exercise").first  # its Python is a second worker
    exercise.get_by_role("button", name="Run and check").click()
    exercise.locator(".psn-head").wait_for(timeout=SECONDS)
    assert only_itself(page, tmp_path / "lesson.html")


@pytest.mark.parametrize("name", ["closed_form", LESSON[:2]])
def test_a_still_page_in_one_file_stands(page, project, tmp_path, name):
    write_single(name, tmp_path / "still.html", root=project)
    page.goto((tmp_path / "still.html").as_uri())
    assert page.evaluate("[...document.images].every((image) => image.complete && image.naturalWidth > 0)")
    assert only_itself(page, tmp_path / "still.html")


def test_a_site_on_a_disk_can_be_read_and_says_why_labs_stand_still(page, project, tmp_path):
    write_site(tmp_path / "a stick", FOLDER, root=project)
    page.goto((tmp_path / "a stick" / "labs" / "closed_form.html").as_uri())
    page.wait_for_function("document.body.dataset.failed")
    page.get_by_role("status").filter(has_text="opened from a disk").wait_for()
    assert page.get_by_role("note").inner_text().count("psn-viz site --single") == 1
    figure = page.locator(".psn-view").first
    assert figure.locator("img, svg.main-svg").first.is_visible() and "τ = 4" in figure.inner_text()
    page.goto((tmp_path / "a stick" / "lessons" / f"{LESSON}.html").as_uri())
    assert "opened from a disk" in page.get_by_role("note").inner_text()


def test_a_site_runs_in_any_folder_of_a_plain_server_and_with_cdn_pyodide_comes_from_its_own(
    page, project, served, tmp_path, monkeypatch
):
    official = tmp_path / "official"
    official.mkdir()
    for path in runtime.runtime_in(FOLDER).values():
        shutil.copy(path, official)
    elsewhere = served(official)
    monkeypatch.setattr(runtime, "SOURCE", elsewhere.address)
    write_files(tmp_path / "root" / "some folder" / "course", site_files(cdn=True, root=project))
    server = served(tmp_path / "root")
    address = f"{server.address}some%20folder/course/labs/closed_form.html"
    assert moves(opened(page, address))
    assert all(path.startswith("/some%20folder/course/") for path in server.asked)
    assert page.get_by_text("The labs load Python from 127.0.0.1, another server").count() == 1
    assert {path.name for path in official.iterdir()} == {path[1:] for path in elsewhere.asked}
    # A file that is not the pinned one is not run.
    script = official / "pyodide.js"
    script.write_text(script.read_text("utf-8") + " ", "utf-8")
    page.goto(address)
    page.wait_for_function("document.body.dataset.failed", timeout=SECONDS)
