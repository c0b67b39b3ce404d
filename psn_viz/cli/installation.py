"""What is on this machine: versions, device, browser, notebooks. `psn_viz.cli.doctor` turns it into advice."""

import importlib
import importlib.metadata
import os
import platform
import shutil
import sys
import sysconfig
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from psn_viz.chromium import find_chromium
from psn_viz.cli.lab_command import course_folder
from psn_viz.processor import usable_cores

SHOWN = ("torch", "numpy", "ipywidgets", "anywidget", "plotly", "jupyterlab", "voila")
# The dependencies in pyproject.toml, the ones a reader knows first.
ESSENTIAL = (
    "torch", "numpy", "ipywidgets", "anywidget", "plotly", "filelock", "msgspec", "pooch", "psutil", "safetensors",
)  # fmt: skip


@dataclass(frozen=True)
class Installation:
    """What the machine has; None stands for "not there"."""

    python: str = platform.python_version()
    system: str = "Linux"
    machine: str = ""
    prefix: str = sys.prefix
    versions: dict[str, str | None] = field(default_factory=dict)
    """Installed versions, of `SHOWN`, `ESSENTIAL`, `spikingjelly` and `jupyterlab_widgets`."""
    broken: dict[str, str] = field(default_factory=dict)
    """What importing a package raised."""
    requires: tuple[str, ...] | None = ()
    """The requirements in psn_viz's installed metadata; None when it is not installed."""
    requires_python: str = ""
    front_end: tuple[str, ...] = ()
    """The requirements of the installed ipywidgets: they name the front end that fits it."""
    cores: int = 1
    cuda: str | None = None
    mps: bool = False
    chromium: str | None = None
    browser_path: str | None = None
    """The environment variable BROWSER_PATH."""
    notebooks: str | None = None
    data: bool = True
    """Is the package's own data file there?"""
    other_jupyter: str | None = None
    """The `jupyter-lab` that a shell would start, if it is another environment's."""
    kernel: str | None = None
    """The Python that a plain `jupyter lab` of this environment starts for a lesson."""
    kernel_error: str | None = None
    """Why that one cannot run the lessons, if it cannot."""
    own_kernel_error: str | None = None
    """Why this Python cannot, in a kernel of its own: that is what `psn-viz lab` and `psn-viz app` start."""
    unwritable: str = ""
    """The folders of Jupyter and IPython that cannot be written."""
    read_only: bool = False
    """Can the folder of the notebooks not be written?"""
    temporary: bool = True
    """Is there a folder for temporary files?"""
    colab: bool = False


def inspect_installation() -> Installation:
    """Return what is installed on this machine."""
    versions = {name: version_of(name) for name in (*SHOWN, *ESSENTIAL, "spikingjelly", "jupyterlab_widgets")}
    broken = {}
    for name in ESSENTIAL:
        if versions[name] is not None:
            try:
                importlib.import_module(name)
            except Exception as error:  # a broken installation may raise anything
                broken[name] = f"{type(error).__name__}: {error}".splitlines()[0]
    try:
        distribution = importlib.metadata.metadata("psn-viz")
        requires = tuple(distribution.get_all("Requires-Dist") or ())
        requires_python = distribution.get("Requires-Python") or ""
    except importlib.metadata.PackageNotFoundError:
        requires, requires_python = None, ""
    cuda, mps = accelerators() if versions["torch"] and "torch" not in broken else (None, False)
    folder = course_folder()
    colab = "COLAB_RELEASE_TAG" in os.environ
    return Installation(
        system=platform.system(),
        machine=platform.machine(),
        versions=versions,
        broken=broken,
        requires=requires,
        requires_python=requires_python,
        front_end=tuple(importlib.metadata.requires("ipywidgets") or ()) if versions["ipywidgets"] else (),
        cores=usable_cores(),
        cuda=cuda,
        mps=mps,
        chromium=find_chromium(),
        browser_path=os.environ.get("BROWSER_PATH") or None,
        notebooks=None if folder is None else str(folder),
        data=any((Path(__file__).parents[1] / "learning" / "data").glob("*.npz")),
        other_jupyter=jupyter_elsewhere(),
        colab=colab,
        **({} if colab else kernels()),
        **({} if colab else folders(folder)),
    )


def version_of(name: str) -> str | None:
    """Return the version of an installed distribution."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def accelerators() -> tuple[str | None, bool]:
    """Return the name of the first CUDA device that torch can use, and whether it can use Apple's MPS."""
    import torch

    cuda = torch.cuda.get_device_name(0) if torch.cuda.is_available() else None
    return cuda, torch.backends.mps.is_available()


def kernels() -> dict[str, str | None]:
    """The Python that lessons run in, and why it cannot run them, if it cannot."""
    try:
        from psn_viz.kernelspec import python_error, python_of_jupyter
    except ImportError as error:
        return {"own_kernel_error": f"ModuleNotFoundError: {error}"}
    own_kernel_error = python_error(sys.executable)
    try:
        python = python_of_jupyter()
    except Exception as error:  # whatever is wrong with a kernelspec
        return {"own_kernel_error": own_kernel_error, "kernel_error": f"{type(error).__name__}: {error}"}
    same = os.path.abspath(python) == os.path.abspath(sys.executable)
    return {
        "own_kernel_error": own_kernel_error,
        "kernel": python,
        "kernel_error": None if same else python_error(python),
    }


def folders(notebooks: Path | None) -> dict[str, str | bool]:
    """The folders that cannot be written."""
    try:
        tempfile.gettempdir()
        temporary = True
    except OSError:
        temporary = False
    try:
        from psn_viz.folders import names, unwritable, writable
    except ImportError:  # without Jupyter
        return {"temporary": temporary}
    read_only = notebooks is not None and not writable(notebooks)
    return {"temporary": temporary, "unwritable": names(unwritable()), "read_only": read_only}


def jupyter_elsewhere() -> str | None:
    """Return the path of the shell's `jupyter-lab` when it belongs to another environment than this one."""
    path = shutil.which("jupyter-lab")
    if path is None or Path(path).parent.resolve() == Path(sysconfig.get_path("scripts")).resolve():
        return None
    return path
