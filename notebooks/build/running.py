"""Execute a notebook from top to bottom in a fresh kernel of the Python that runs this."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

from psn_viz.export.notebook_error import NotebookError, needed, place

SECONDS_PER_CELL = 120
ENVIRONMENT = {
    "PSN_VIZ_PICTURES": "1",  # every lab leaves a picture of itself
    "PLOTLY_RENDERER": "plotly_mimetype",
    "PYTHONHASHSEED": "0",
    "PSN_VIZ_PROGRESS": "off",  # a builder's answers must neither show nor be left behind
}
TERMINAL_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def run(notebook, name: str, folder: Path) -> None:
    """Fill in the outputs of `notebook`, executed in `folder`. Raises NotebookError at the first cell that fails."""
    nbclient = needed("nbclient")
    needed("ipykernel")
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient.exceptions import CellControlSignal, CellExecutionError, DeadKernelError

    # With no folder to look in, the only kernel there is belongs to this interpreter.
    manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=KernelSpecManager(kernel_dirs=[]))
    client = nbclient.NotebookClient(
        notebook,
        km=manager,
        resources={"metadata": {"path": str(folder)}},
        timeout=SECONDS_PER_CELL,
        iopub_timeout=SECONDS_PER_CELL,
        raise_on_iopub_timeout=True,
        record_timing=False,
        store_widget_state=False,
    )
    # A profile of the person who builds must not show in the course; what the kernel itself has to say
    # (not what cells print) is of interest only when it dies.
    with tempfile.TemporaryDirectory() as profile, tempfile.TemporaryFile() as stderr:
        environment = os.environ | ENVIRONMENT | {"IPYTHONDIR": profile}
        try:
            with client.setup_kernel(env=environment, stderr=stderr, cleanup_kc=True):
                for index, cell in enumerate(notebook.cells):
                    cell_place = place(notebook, name, cell)
                    try:
                        client.execute_cell(cell, index)
                    except CellExecutionError as error:
                        raise NotebookError(f"{cell_place} raises {_trace(cell, error)}") from None
                    except DeadKernelError:
                        raise NotebookError(f"{cell_place} ends the kernel\n{_end_of(stderr)}") from None
                    except CellControlSignal:
                        raise NotebookError(f"{cell_place} takes longer than {SECONDS_PER_CELL} s") from None
        except (OSError, RuntimeError) as error:  # the kernel did not start
            raise NotebookError(f"{name}: no kernel to run it: {error}\n{_end_of(stderr)}") from error


def _trace(cell, error) -> str:
    # The kernel's reply to a value that cannot be shown names no exception; the cell's output does.
    for output in cell.outputs:
        if output.output_type == "error":
            trace = TERMINAL_COLOUR.sub("", "\n".join(output.traceback))
            return f"{output.ename}: {output.evalue}\n{trace}"
    return f"{error.ename}: {error.evalue}"


def _end_of(file, max_bytes: int = 2000) -> str:
    file.seek(max(0, file.seek(0, os.SEEK_END) - max_bytes))
    return file.read().decode(errors="replace").strip()
