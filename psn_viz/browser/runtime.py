"""Pyodide, which runs Python in a browser: which files of it are needed, where they are, and whether they are those.

`pyodide.json` beside this file names the version, and each file with its size and SHA-256.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

from psn_viz.browser.resumed_download import CutOff, download, sha256_of
from psn_viz.files import asset, path_of
from psn_viz.learning.data.download import data_folder
from psn_viz.progress_line import Gauge, Line


@dataclass(frozen=True)
class RuntimeFile:
    """A file of Pyodide. size: in bytes. sha256: hexadecimal."""

    name: str
    size: int
    sha256: str


def _pinned() -> dict:
    return json.loads(asset("psn_viz.browser", "pyodide.json"))


VERSION: str = _pinned()["version"]
PYTHON: str = _pinned()["python"]
SOURCE: str = _pinned()["source"]
FILES = tuple(RuntimeFile(name, about["bytes"], about["sha256"]) for name, about in _pinned()["files"].items())
NUMPY = next(file for file in FILES if file.name.startswith("numpy-"))


def runtime_in(folder: str | Path) -> dict[str, Path]:
    """The files of Pyodide in a folder, by name; each has been checked. Other files may lie beside them.

    Raises TypeError for a folder that is no path, FileNotFoundError where one is missing, ValueError where one is
    another file than the pinned one, naming it.
    """
    place = path_of("folder", folder)
    if absent := [file.name for file in FILES if not (place / file.name).is_file()]:
        raise FileNotFoundError(
            f"{place} has no {', '.join(absent)}: it must hold Pyodide {VERSION}, the files that lie at {SOURCE}"
        )
    for file in FILES:
        if wrong := _why_not(place / file.name, file):
            raise ValueError(f"{place / file.name} is not that of Pyodide {VERSION}: {wrong}")
    return {file.name: place / file.name for file in FILES}


def runtime(folder: str | Path | None = None) -> dict[str, Path]:
    """The files of Pyodide by name: those in `folder`, else those in the cache, downloaded where they are not there.

    The cache is `pyodide-VERSION` in the folder of downloaded data sets. A download is kept only when its SHA-256 is
    the pinned one; one that was cut off goes on where it ended. Raises as `runtime_in`, and ConnectionError where the
    network is needed and is not there, RuntimeError while another process downloads, another OSError when the cache
    cannot be written.
    """
    if folder is not None:
        return runtime_in(folder)
    cache = cache_folder()
    if absent := [file for file in FILES if _why_not(cache / file.name, file)]:
        _download(absent, cache)
    return runtime_in(cache)


def cache_folder() -> Path:
    """Where downloaded files of Pyodide are kept."""
    return data_folder() / f"pyodide-{VERSION}"


def lock_file(sha256: str = NUMPY.sha256) -> str:
    """What `loadPyodide` reads in place of its list of all packages: numpy alone, in a file with this hash."""
    name, version = NUMPY.name.split("-")[:2]
    about = {
        "name": name, "version": version, "file_name": NUMPY.name, "sha256": sha256, "install_dir": "site",
        "package_type": "package", "imports": [name], "depends": [], "unvendored_tests": True,
    }  # fmt: skip
    info = {
        "abi_version": "2024_0", "arch": "wasm32", "platform": "emscripten_3_1_58", "python": PYTHON,
        "version": VERSION,
    }  # fmt: skip
    return json.dumps({"info": info, "packages": {name: about}})


def numpy_licences(wheel: Path) -> str:
    """The licence of numpy, and those of what lies in it, from the wheel that is shipped."""
    with ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if Path(name).stem == "LICENSE"]
        names.sort(key=lambda name: (".dist-info/" not in name, name))
        return "\n\n".join(f"{name}\n{'=' * len(name)}\n\n{archive.read(name).decode()}" for name in names)


def _why_not(path: Path, file: RuntimeFile) -> str:
    """In words, why a file is not the pinned one; "" if it is."""
    if not path.is_file():
        return "it is not there"
    if (size := path.stat().st_size) != file.size:
        return f"it has {size} bytes, not {file.size}"
    sha256 = sha256_of(path)
    return "" if sha256 == file.sha256 else f"its SHA-256 is {sha256}, not {file.sha256}"


def _download(files: list[RuntimeFile], cache: Path) -> None:
    line, of_all, before = Line(sys.stderr), sum(file.size for file in files), 0

    def report(there: int) -> None:
        if line.live:
            done = before + there
            line.show([
                (f"Pyodide {VERSION}", 2), (Gauge(done, of_all), 0),
                (f"{done / 2**20:.1f} of {of_all / 2**20:.1f} MiB", 1),
            ])  # fmt: skip

    try:
        for file in files:
            download(SOURCE + file.name, cache / file.name, file.size, file.sha256, report)
            before += file.size
    except (CutOff, ValueError) as error:
        line.end()
        done = before + (error.kept if isinstance(error, CutOff) else 0)
        kept = (
            f" {done / 2**20:.1f} of {of_all / 2**20:.1f} MiB have come, and stay for the next call." if done else ""
        )
        raise ConnectionError(f"Pyodide {VERSION} was not downloaded from {SOURCE}: {error}.{kept}") from error
    line.end()
