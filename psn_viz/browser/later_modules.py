"""Modules of the standard library and of numpy that a page loads when the first of them is imported."""

from __future__ import annotations

import importlib
import io
import json
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from zipfile import ZipFile

from psn_viz.files import asset


class LaterModules(MetaPathFinder):
    """Finds what `python_core.json` says to come later; the first such import unpacks all of it below `root`."""

    def __init__(self, root: Path, load) -> None:
        """load: returns the archive `python_more.zip` as bytes."""
        self._root, self._load = root, load
        later = json.loads(asset("psn_viz.browser", "python_core.json"))["later"]
        self._folders = {name: folder for folder, names in later.items() for name in names.split()}
        self._there = False

    def find_spec(self, fullname, path=None, target=None) -> ModuleSpec | None:
        """Where the module is, unpacked if it was not."""
        if fullname not in self._folders:
            return None
        if not self._there:
            with ZipFile(io.BytesIO(self._load())) as archive:
                archive.extractall(self._root)
            self._there = True
            importlib.invalidate_caches()
        # A package may have some of its modules in one place and some in the other.
        parents = fullname.split(".")[:-1]
        return PathFinder.find_spec(fullname, [str(Path(self._root, self._folders[fullname], *parents))])


def find_later_modules(address: str) -> None:
    """Have the Python of a worker find them in the archive that lies there.

    Where Pyodide comes whole, from its own server, none of them is ever looked for here.
    """
    import js  # Pyodide's way to the worker

    def load() -> bytes:
        request = js.XMLHttpRequest.new()
        request.open("GET", address, False)  # an import cannot wait
        request.responseType = "arraybuffer"
        request.send()
        if request.status != 200:
            raise ImportError(f"{address} did not load: {request.status}")
        return request.response.to_bytes()

    sys.meta_path.append(LaterModules(Path("/"), load))
