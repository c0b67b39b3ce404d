"""Folders that Jupyter and IPython write to; temporary ones where those are read-only, as in a container.

Both keep small things in the home folder: the keys and addresses of running kernels, settings, a history. Without
a place for them Jupyter answers every page with an error.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from jupyter_core import paths

HOME = "USERPROFILE" if os.name == "nt" else "HOME"
# Where Jupyter looks for settings, kernels and extensions besides: what lies in a read-only home still counts.
STILL_READ = {"JUPYTER_CONFIG_DIR": "JUPYTER_CONFIG_PATH", "JUPYTER_DATA_DIR": "JUPYTER_PATH"}


class NoFolder(Exception):
    """There is no folder at all to write to; the message says what to do about it."""


def kept_in() -> dict[str, Path]:
    """The folder that each of Jupyter's and IPython's variables stands for now."""
    ipython = os.environ.get("IPYTHONDIR") or "~/.ipython"
    return {
        "JUPYTER_CONFIG_DIR": Path(paths.jupyter_config_dir()),
        "JUPYTER_DATA_DIR": Path(paths.jupyter_data_dir()),
        "JUPYTER_RUNTIME_DIR": Path(paths.jupyter_runtime_dir()),
        "IPYTHONDIR": Path(os.path.expanduser(ipython)),  # never raises, as Path's own does without a home
    }


def writable(folder: str | Path) -> bool:
    """Whether a file could be made in `folder`, which need not be there yet. Nothing is left behind."""
    path = Path(folder).absolute()
    while not os.path.lexists(path):
        if path == path.parent:  # a drive that is not there
            return False
        path = path.parent
    try:
        with tempfile.TemporaryFile(dir=path):
            return True
    except OSError:
        return False


def unwritable() -> dict[str, Path]:
    """The home folder, if there is none and can be none; else those of `kept_in` that cannot be written."""
    try:
        home = Path.home()
    except RuntimeError:  # a user whom the system does not know by name, as in a container, and HOME is not set
        home = None
    if home is None or not (home.is_dir() or writable(home)):
        return {HOME: home or Path("~")}
    return {name: folder for name, folder in kept_in().items() if not writable(folder)}


def use_temporary() -> str | None:
    """Put a temporary folder in the place of each that cannot be written, and return a sentence about it.

    It is for this process and those that it starts, and goes with it. Raises NoFolder.
    """
    replaced: dict[str, Path] = {}
    while unwritable_folders := unwritable():  # with a home, the rest is asked once more
        if not replaced:
            place = temporary(unwritable_folders)
        replaced |= unwritable_folders
        for name, folder in unwritable_folders.items():
            (place / name).mkdir(mode=0o700)
            os.environ[name] = str(place / name)
            if name in STILL_READ and folder.is_dir():
                path = os.environ.get(STILL_READ[name])
                os.environ[STILL_READ[name]] = f"{path}{os.pathsep}{folder}" if path else str(folder)
    if not replaced:
        return None
    return f"{names(replaced)} cannot be written: a temporary folder takes what Jupyter keeps there, until it ends"


def temporary(replaced: dict[str, Path]) -> Path:
    """A temporary folder that goes with this process. Raises NoFolder."""
    try:
        place = Path(tempfile.mkdtemp(prefix="psn_viz_home_"))
    except OSError as error:
        raise NoFolder(f"{names(replaced)} cannot be written, and {no_temporary(error)}") from error
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return place


def names(folders: dict[str, Path]) -> str:
    """The folders in a sentence, each once, without those that lie in another of them."""
    outermost = [
        folder for folder in folders.values() if not any(other in folder.parents for other in folders.values())
    ]
    return ", ".join(dict.fromkeys(map(str, outermost)))


def no_temporary(error: OSError) -> str:
    """Why there is no temporary folder, and what to do."""
    why = error.strerror or str(error)
    return f"there is no temporary folder either ({why}): set TMPDIR to a folder that can be written"
