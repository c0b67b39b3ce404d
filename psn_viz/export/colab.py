"""Copies of the notebooks that open elsewhere, Colab above all: `psn-viz colab`.

Without a repository, each copy carries the library as a wheel in its first cell of code, folded, and opens wherever
a notebook can be uploaded; no address is assumed. With one, each copy carries the badge that opens it on Colab from
there, and installs the library from there.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from psn_viz.export import bootstrap
from psn_viz.export.notebook_error import NotebookError
from psn_viz.files import write_whole

ROOT = Path(__file__).resolve().parents[2]
NEEDED = "anywidget filelock ipywidgets msgspec numpy plotly psutil safetensors torch"
FETCHED = "msgspec"  # which Colab lacks: it is small, needs nothing else, and pip finds the one for that Python
REPOSITORY = re.compile(r"[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")
# No lesson needs these: a model that would nearly double each copy, the pages without a kernel, the app's gallery,
# and what a teacher runs, with the key of the concept inventory, or writes for a class.
LEFT_OUT = ("pixels-psn.*", "browser", "pictures", "classroom", "export")
BRANCH = re.compile(r"(?![-.])[A-Za-z0-9._-]{1,100}(?<!\.)")

# All of the wheel is one line, the last: editors draw one line that does not end much faster than 40 000 short ones.
PACKED = """\
#@title psn_viz is packed into this cell: run it first {{ display-mode: "form" }}
# It installs the library from the text at its end and, where it is missing, {fetched}; it changes nothing else.
import base64, hashlib, importlib, importlib.util, pathlib, subprocess, sys, tempfile


def install(name, sha256, text):
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    if importlib.util.find_spec("{fetched}") is None:
        subprocess.run([*pip, "{fetched}"], capture_output=True)
        importlib.invalidate_caches()
    needed = "{needed}".split()
    if names := " ".join(module for module in needed if importlib.util.find_spec(module) is None):
        raise ModuleNotFoundError(f"psn_viz needs {{names}}: run %pip install {{names}}, then this cell again")
    try:
        wheel = base64.b64decode(text, validate=True)
    except ValueError:
        wheel = b""
    if hashlib.sha256(wheel).hexdigest() != sha256:
        raise ValueError("this copy of the notebook is damaged: get it once more")
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, name).write_bytes(wheel)
        done = subprocess.run([*pip, "--no-index", f"{{folder}}/{{name}}"], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"pip could not install psn_viz here: {{done.stderr.strip()}}")
    importlib.invalidate_caches()


if importlib.util.find_spec("psn_viz") is None:
    install({name!r}, {sha256!r}, {text!r})
"""


def write_copies(folder: Path, repository: str | None = None, branch: str = "main", root: Path = ROOT) -> list[str]:
    """Write a copy of every notebook of `root` into `folder` and return lines about it. Raises NotebookError."""
    if repository is not None and not REPOSITORY.fullmatch(repository):
        raise NotebookError(
            f"--repo takes OWNER/NAME as GitHub spells them, such as ada/psn-course, not {repository!r}"
        )
    if not BRANCH.fullmatch(branch):
        raise NotebookError(f"--branch takes the name of a branch, letters, digits, '.', '_' and '-', not {branch!r}")
    notebooks = sorted((root / "notebooks").glob("*.ipynb"))
    if not notebooks or not (root / "pyproject.toml").is_file():
        raise NotebookError(
            "the notebooks and the source of psn_viz are not here: run it from a copy of the project installed by "
            "make lab, or by pip install -e"
        )
    if folder.resolve() == (root / "notebooks").resolve():
        raise NotebookError("the copies would take the place of the course's own notebooks: name another folder")
    if folder.exists() and not folder.is_dir():
        raise NotebookError(f"{folder} is a file: name the folder that the copies are to be written into")
    carried = wheel(root) if repository is None else None
    copies = {}
    for path in notebooks:
        notebook = json.loads(path.read_text("utf-8"))
        if carried:
            pack(notebook, path.stem, *carried)
        else:
            link(notebook, path.stem, repository, branch)
        text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True)
        copies[folder / path.name] = text.encode() + b"\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, data in copies.items():
            write_whole(path, data)
    except OSError as error:
        raise NotebookError(f"{folder} cannot be written: {error}") from error
    size = sum(map(len, copies.values())) / 1e6
    report = [f"{len(copies)} notebooks in {folder}, {size:.1f} MB"]
    if carried:
        return [
            *report,
            "Upload one where it is to run: on Colab, File > Upload notebook. Each brings psn_viz along.",
        ]
    return [*report, f"Put them into the folder notebooks of {repository}, branch {branch}; the badge opens them."]


def wheel(root: Path = ROOT) -> tuple[str, bytes]:
    """Build the wheel of the source in `root`, offline, and return its name and bytes: the same each time."""
    try:
        fits = int(importlib.metadata.version("setuptools").split(".")[0]) >= 77
    except importlib.metadata.PackageNotFoundError:
        fits = False
    if not fits:
        raise NotebookError('packing needs setuptools 77 or newer: pip install -c constraints.txt "setuptools>=77"')
    with tempfile.TemporaryDirectory() as folder:
        # A copy: setuptools would put what an earlier build left beside the source into the wheel.
        copy = Path(folder, "project")
        left_out = shutil.ignore_patterns("__pycache__", *LEFT_OUT)
        shutil.copytree(root / "psn_viz", copy / "psn_viz", ignore=left_out)
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(root / name, copy)
        command = [sys.executable, "-c", "from setuptools import build_meta; build_meta.build_wheel('dist')"]
        environment = os.environ | {"SOURCE_DATE_EPOCH": "315532800"}  # else the time of the build is in it
        process = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True)
        built = list((copy / "dist").glob("*.whl"))
        if process.returncode or len(built) != 1:
            raise NotebookError(f"the wheel could not be built: {process.stderr.strip()[-2000:]}")
        return built[0].name, built[0].read_bytes()


def pack(notebook: dict, name: str, wheel_name: str, data: bytes) -> None:
    """Put the wheel into the folded cell, instead of the lines of `bootstrap`."""
    sha256, text = hashlib.sha256(data).hexdigest(), base64.b64encode(data).decode()
    source = PACKED.format(needed=NEEDED, fetched=FETCHED, name=wheel_name, sha256=sha256, text=text).rstrip("\n")
    cell = _folded_cell(notebook, name)
    cell["source"] = source.splitlines(True)
    cell["id"] = f"{name[:50]}-packed"


def link(notebook: dict, name: str, repository: str, branch: str) -> None:
    """Put the badge on top, and have the folded cell install psn_viz from the repository."""
    _folded_cell(notebook, name)["source"] = bootstrap.lines(place_of(repository, branch)).splitlines(True)
    address = f"https://colab.research.google.com/github/{repository}/blob/{branch}/notebooks/{name}.ipynb"
    badge = f"[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({address})"
    cell = {"cell_type": "markdown", "metadata": {}, "id": f"{name[:50]}-badge", "source": [badge]}
    notebook["cells"].insert(0, cell)


def place_of(repository: str, branch: str) -> str:
    """Return what pip installs psn_viz from, for a branch of a public repository."""
    return f"psn-viz @ https://github.com/{repository}/archive/refs/heads/{branch}.zip"


def _folded_cell(notebook: dict, name: str) -> dict:
    """Return the cell that holds the lines of `bootstrap`."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and "".join(cell["source"]) == bootstrap.lines().rstrip("\n"):
            return cell
    raise NotebookError(f"{name}.ipynb does not begin as its source says: make notebooks builds it anew")


def main(folder: Path, repository: str | None, branch: str) -> int:
    """Run the command and return its exit code."""
    try:
        print("\n".join(write_copies(folder, repository, branch)))
    except NotebookError as unfit:
        print(f"psn-viz colab: {unfit}", file=sys.stderr)
        return 1
    return 0
