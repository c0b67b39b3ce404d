"""A real JupyterLab in headless Chromium, for the browser tests and the latency command."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat

from psn_viz.chromium import find_chromium

# Without these Chromium opens connections of its own; a test machine may have no network at all.
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()

KERNEL_IS_IDLE = """() => {
  const widget = globalThis.jupyterapp?.shell.currentWidget;
  return widget?.context?.isReady && widget.sessionContext.session?.kernel?.status === "idle";
}"""
ALL_CELLS_RAN = """() => {
  const cells = jupyterapp.shell.currentWidget.content.widgets.filter((cell) => cell.model.type === "code");
  return cells.length && cells.every((cell) => cell.model.executionCount > 0)
    && jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === "idle";
}"""


@contextlib.contextmanager
def jupyterlab(notebooks: Path, home: Path, theme: str = "JupyterLab Light"):
    """Serve the folder `notebooks` and yield the address; `home` takes settings, workspaces and the log."""
    settings = home / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    # Else JupyterLab asks whether it may fetch news.
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}')
    (settings / "themes.jupyterlab-settings").write_text(json.dumps({"theme": theme}))
    environment = dict(
        os.environ,
        JUPYTER_CONFIG_DIR=str(home),
        JUPYTERLAB_SETTINGS_DIR=str(home / "settings"),
        JUPYTERLAB_WORKSPACES_DIR=str(home / "workspaces"),
        PLOTLY_RENDERER="plotly_mimetype",
    )
    options = [
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=",
        "--ServerApp.disable_check_xsrf=True",
        f"--ServerApp.root_dir={notebooks}",
        "--LabApp.expose_app_in_browser=True",
        "--allow-root",
    ]
    with serve("jupyterlab", options, environment, home / "server.log") as address:
        yield address


@contextlib.contextmanager
def serve(module: str, options: list[str], environment: dict[str, str], log: Path):
    """Run a Jupyter server of this Python on a free port, and yield its address once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", module, "--no-browser", "--ip=127.0.0.1", f"--port={port}", *options]
    address = f"http://127.0.0.1:{port}"
    with log.open("wb") as file:
        server = subprocess.Popen(command, env=environment, stdout=file, stderr=file)
        try:
            _wait_for(address, server, log)
            yield address
            for kernel in json.load(urllib.request.urlopen(address + "/api/kernels")):
                request = urllib.request.Request(f"{address}/api/kernels/{kernel['id']}", method="DELETE")
                urllib.request.urlopen(request)
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()


def _wait_for(address: str, server: subprocess.Popen, log: Path) -> None:
    for _ in range(400):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(address + "/api/status")
            return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')}")


# What anywidget says of a widget that is slow to start, as on a busy machine; late_start.js has the widget go on.
LATE = "[anywidget] Failed to initialize model."
# Has anywidget give up each widget before it has started.
TOO_LATE = """const { timeout } = AbortSignal;
AbortSignal.timeout = (ms) => timeout.call(AbortSignal, ms === 2000 ? 0 : ms);"""


@contextlib.contextmanager
def chromium():
    """A headless Chromium, driven by Playwright."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield browser
        browser.close()


def open_page(browser, width: int = 1280, height: int = 1500, **options):
    """A page and the list that collects whatever goes wrong on it."""
    page = browser.new_page(viewport={"width": width, "height": height}, **options)
    return page, watched(page)


def watched(page) -> list[str]:
    """The list that collects whatever goes wrong on a page from now on."""
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)) if LATE not in str(error) else None)

    def failed(request) -> None:
        if request.failure != "net::ERR_ABORTED":  # what a reload of the page cuts off is no failure
            errors.append(f"request failed: {request.url}")

    page.on("requestfailed", failed)
    return errors


def open_notebook(page, address: str, name: str) -> None:
    """Open a notebook of the served folder and wait for its kernel."""
    page.goto(f"{address}/lab/tree/{name}?reset")
    page.wait_for_function(KERNEL_IS_IDLE, timeout=90_000)


def run_all_cells(page) -> None:
    """Choose Run > Run All Cells and wait until all have run; once more where a busy machine lost the first."""
    from playwright.sync_api import TimeoutError as NotRunInTime

    for seconds in (90, 150):
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        try:
            page.wait_for_function(ALL_CELLS_RAN, timeout=1000 * seconds)
        except NotRunInTime:
            if seconds == 150:
                raise
        else:
            return


def copy_first_lesson(root: Path) -> str:
    """A copy of lesson 00 in `root`, so that nothing is saved into the repository; returns its name.

    Its comparison of neurons trains for one epoch: here the page is looked at, the numbers are compared elsewhere.
    """
    (path,) = (Path(__file__).parents[1] / "notebooks").glob("00_*.ipynb")
    text = path.read_text("utf-8")
    assert text.count("epochs=6") == 1
    (root / path.name).write_text(text.replace("epochs=6", "epochs=1"), "utf-8")
    return path.name


def write_notebook(path: Path, *cells: str) -> None:
    """A notebook of these code cells, for the kernel of this environment."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, path)


# What can have the keyboard in a lab or a question, wherever it is on the page.
FOCUSABLE = ", ".join(
    f"{part} {control}"
    for part in (".psn-lab", ".psn-question")
    for control in ("input", "select", "button", "[role=slider]", "[tabindex]", "[contenteditable]")
)
NOTEBOOK_KEYS = ("x", "d", "d", "a", "b", "m", "r", "ArrowDown", "ArrowUp", "Shift+M", "Control+Backspace")


def assert_keys_stay(page, cells: str) -> list[str]:
    """Press a notebook's own keys on whatever can have the keyboard; no cell may change. Returns what had it.

    `cells` is JavaScript that tells what cells there are.
    """
    before, had = page.evaluate(cells), []
    for part in page.locator(FOCUSABLE).all():
        if not part.is_visible() or not part.is_enabled():
            continue
        part.focus()
        for key in NOTEBOOK_KEYS:
            page.keyboard.press(key)
        html = part.evaluate("(part) => part.cloneNode().outerHTML")
        assert page.evaluate(cells) == before, html
        had.append(html)
    return had
