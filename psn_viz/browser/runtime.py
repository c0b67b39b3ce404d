"""Pyodide, which runs Python in a browser: which files of it are needed, where they are, and whether they are those.

`pyodide.json` beside this file names the version, and each file with its size and SHA-256.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

from psn_viz.files import asset, path_of
from psn_viz.learning.data.download import data_folder


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
    the pinned one. Raises as `runtime_in`, and ConnectionError where the network is needed and is not there, another
    OSError when the cache cannot be written.
    """
    if folder is not None:
        return runtime_in(folder)
    cache = data_folder() / f"pyodide-{VERSION}"
    if absent := [file for file in FILES if _why_not(cache / file.name, file)]:
        _download(absent, cache)
    return runtime_in(cache)


def lock_file() -> str:
    """What `loadPyodide` wants to read in place of its list of all packages: numpy alone."""
    name, version = NUMPY.name.split("-")[:2]
    about = {
        "name": name, "version": version, "file_name": NUMPY.name, "sha256": NUMPY.sha256, "install_dir": "site",
        "package_type": "package", "imports": [name], "depends": [], "unvendored_tests": True,
    }  # fmt: skip
    info = {
        "abi_version": "2024_0", "arch": "wasm32", "platform": "emscripten_3_1_58", "python": PYTHON,
        "version": VERSION,
    }  # fmt: skip
    return json.dumps({"info": info, "packages": {name: about}})


def licences(files: dict[str, Path]) -> dict[str, str]:
    """The texts of the licences that travel with the files, by the name of a file for each.

    files: what `runtime` returned.
    """
    found = {name: asset("psn_viz.browser.licences", f"{name}.txt") for name in ("Pyodide", "CPython")}
    with ZipFile(files[NUMPY.name]) as wheel:
        (name,) = [name for name in wheel.namelist() if name.endswith(".dist-info/LICENSE.txt")]
        found["numpy"] = wheel.read(name).decode()
    return {f"{name}.txt": text for name, text in found.items()}


def _why_not(path: Path, file: RuntimeFile) -> str:
    """In words, why a file is not the pinned one; "" if it is."""
    if not path.is_file():
        return "it is not there"
    if (size := path.stat().st_size) != file.size:
        return f"it has {size} bytes, not {file.size}"
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    return "" if sha256 == file.sha256 else f"its SHA-256 is {sha256}, not {file.sha256}"


def _download(files: list[RuntimeFile], cache: Path) -> None:
    # Only a download needs them, and they take a while to import.
    import pooch  # type: ignore[import-untyped]
    import requests

    pooch.get_logger().setLevel("WARNING")
    registry = {file.name: f"sha256:{file.sha256}" for file in files}
    source = pooch.create(cache, SOURCE, registry=registry, retry_if_failed=1)
    size = sum(file.size for file in files) / 2**20
    for file in files:
        try:
            source.fetch(file.name)
        except (requests.RequestException, ValueError) as error:
            raise ConnectionError(
                f"Pyodide {VERSION} ({size:.1f} MiB) was not downloaded from {SOURCE} ({type(error).__name__}). Call "
                f"again when the network is there; or put {', '.join(one.name for one in files)} into {cache} or "
                "another folder, and name that (--runtime FOLDER)"
            ) from error
