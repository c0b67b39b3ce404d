"""The files of Pyodide as a site carries them: what every page needs, and apart from it what few ever import.

`python_core.json` names the modules that every page gets. All other modules of the standard library and of numpy are
in `python_more.zip`, which `later_modules.py` loads in the reader's browser when the first of them is imported.
"""

from __future__ import annotations

import hashlib
import io
import json
import posixpath
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from psn_viz.browser.runtime import NUMPY, lock_file
from psn_viz.files import asset

STDLIB = "python_stdlib.zip"
MORE = "python_more.zip"
# Where the modules of an archive are in the file system of Pyodide.
FOLDERS = {STDLIB: "lib/python3.12", NUMPY.name: "lib/python3.12/site-packages"}
_EPOCH = (1980, 1, 1, 0, 0, 0)


def slim(files: dict[str, Path]) -> dict[str, bytes]:
    """The files of Pyodide, by name, with the list of packages that belongs to them.

    files: what `runtime_in` has checked. Nothing is changed inside a module; of numpy's wheel the headers, type stubs
    and test extensions, which nobody can import, are left out. Raises ValueError where a module of the core is
    missing.
    """
    core = json.loads(asset(__package__, "python_core.json"))
    made = {name: path.read_bytes() for name, path in files.items() if name not in FOLDERS}
    more: dict[str, bytes] = {}
    for name, folder in FOLDERS.items():
        with ZipFile(files[name]) as archive:
            inside = {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
        wanted = core["stdlib" if name == STDLIB else "numpy"]
        if absent := [module for module in wanted if module not in inside]:
            raise ValueError(f"{name} has no {', '.join(absent[:3])}: python_core.json is of another version")
        kept = {module: data for module, data in inside.items() if module in wanted or ".dist-info/" in module}
        made[name] = _packed(kept)
        more |= {
            posixpath.join(folder, module): data
            for module, data in inside.items()
            if module not in kept and module.endswith(".py")
        }
    sha256 = hashlib.sha256(made[NUMPY.name]).hexdigest()
    return made | {MORE: _packed(more), "pyodide-lock.json": lock_file(sha256).encode()}


def _packed(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in files.items():
            entry = ZipInfo(name, _EPOCH)
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, data)
    return buffer.getvalue()
