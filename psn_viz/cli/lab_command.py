"""Open the course in JupyterLab: find the notebook, then start the server in this very environment.

JupyterLab's front end and the kernel it starts must carry the same generation of ipywidgets. Both come
from the environment that runs this module, so that they do; `psn_viz.kernelspec` sees to it for the kernel.
"""

import importlib.util
import os
import sys
from pathlib import Path
from urllib.parse import quote

FIRST = "00_start_here.ipynb"


class NotHere(Exception):
    """Something the course needs is missing; the message says what to do about it."""


def open_course(notebook: str | None = None, port: int | None = None, browser: bool = True) -> int:
    """Start JupyterLab on one notebook and return the exit code once the server has ended."""
    try:
        path = find_notebook(notebook)
        if importlib.util.find_spec("jupyterlab") is None:
            raise NotHere(
                "JupyterLab is not installed in this environment. In the project's folder, run "
                f'"{sys.executable}" -m pip install -c constraints.txt -e ".[lab]"'
            )
        from psn_viz.folders import NoFolder, use_temporary, writable

        try:
            message = use_temporary()
        except NoFolder as error:
            raise NotHere(str(error)) from error
    except NotHere as missing:
        print(f"psn-viz lab: {missing}", file=sys.stderr)
        return 1
    if message:
        print(f"psn-viz lab: {message}", file=sys.stderr)
    if not writable(path.parent):
        print(
            f"psn-viz lab: {path.parent} cannot be written: what you change there will not be saved", file=sys.stderr
        )
    from jupyterlab.labapp import LabApp

    LabApp.launch_instance(argv=server_arguments(path, port, browser))
    return 0


def course_folder() -> Path | None:
    """Return the folder of the notebooks: the reader's present one, or the one beside the package."""
    current = Path.cwd()
    beside = Path(__file__).resolve().parents[2]
    for folder in (current, current / "notebooks", beside / "notebooks"):
        if (folder / FIRST).is_file():
            return folder
    return None


def find_notebook(name: str | None = None) -> Path:
    """Return the notebook that `name` means: a path, or a lesson's number or name; None is the first one."""
    if name is not None and (path := Path(name)).suffix == ".ipynb" and path.is_file():
        return path.resolve()
    try:
        folder = course_folder()
    except FileNotFoundError as error:
        raise NotHere("the folder that you are in has been deleted: go to another one") from error
    if folder is None:
        raise NotHere(
            f"no {FIRST} in {Path.cwd()}, in its folder notebooks, or beside the package: "
            "go to the project's folder (the one with README.md and notebooks) and say psn-viz lab again"
        )
    lessons = sorted(path.resolve() for path in folder.glob("*.ipynb"))
    requested = FIRST if name is None else name
    exact = [path for path in lessons if requested in (path.name, path.stem)]
    matching = exact or [path for path in lessons if requested and path.name.startswith(requested)]
    # A number means the lesson, not what goes further.
    matching = [path for path in matching if not path.stem.endswith("_further")] or matching
    if len(matching) != 1:
        count = "no lesson" if not matching else f"{len(matching)} lessons"
        raise NotHere(f"{count} named {requested!r}; there is {', '.join(path.stem for path in lessons)}")
    return matching[0]


def server_arguments(notebook: Path, port: int | None = None, browser: bool = True) -> list[str]:
    """Return JupyterLab's command-line arguments that open `notebook`."""
    arguments = [
        f"--ServerApp.root_dir={notebook.parent}",
        "--ServerApp.kernel_spec_manager_class=psn_viz.kernelspec.ThisPython",
        f"--LabApp.default_url=/lab/tree/{quote(notebook.name)}",
        "--ServerApp.answer_yes=True",  # Ctrl-C ends it, without a question that runs out after five seconds
    ]
    if port is not None:
        arguments.append(f"--ServerApp.port={port}")
    if not browser:
        arguments.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--allow-root")  # a container's only user; Jupyter refuses root without it
    return arguments
