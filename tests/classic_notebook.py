"""A real classic Notebook in headless Chromium: the front end of the generation of ipywidgets that Colab has."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from tests.jupyterlab import serve

KERNEL_IS_IDLE = "() => globalThis.Jupyter?.notebook?.kernel?.is_connected() && !Jupyter.notebook.kernel_busy"
ALL_CELLS_RAN = """() => {
  const cells = Jupyter.notebook.get_cells().filter((cell) => cell.cell_type === "code");
  return cells.every((cell) => cell.input_prompt_number > 0) && !Jupyter.notebook.kernel_busy;
}"""


@contextlib.contextmanager
def classic_notebook(notebooks: Path, home: Path):
    """Serve the folder `notebooks` and yield the address; `home` takes settings and the log."""
    environment = dict(
        os.environ,
        JUPYTER_CONFIG_DIR=str(home / "config"),
        JUPYTER_DATA_DIR=str(home / "data"),
        IPYTHONDIR=str(home / "ipython"),
    )
    options = [
        "--NotebookApp.port_retries=0",
        "--NotebookApp.token=",
        "--NotebookApp.disable_check_xsrf=True",
        f"--notebook-dir={notebooks}",
        "--allow-root",
    ]
    with serve("notebook", options, environment, home / "server.log") as address:
        yield address


def open_notebook(page, address: str, name: str) -> None:
    """Open a notebook of the served folder and wait for its kernel."""
    page.goto(f"{address}/notebooks/{name}")
    page.wait_for_function(KERNEL_IS_IDLE, timeout=90_000)


def run_all_cells(page) -> None:
    """Choose Cell > Run All and wait until all have run."""
    page.evaluate("Jupyter.notebook.get_cells().forEach((cell) => cell.set_input_prompt?.())")
    page.get_by_role("link", name="Cell", exact=True).click()
    page.get_by_role("menuitem", name="Run All", exact=True).click()
    page.wait_for_function(ALL_CELLS_RAN, timeout=180_000)
