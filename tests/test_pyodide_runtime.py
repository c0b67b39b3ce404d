"""Where Pyodide comes from: the pinned files and no others, from a folder, the cache or the network."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

import pytest
import requests

from psn_viz.browser import runtime
from psn_viz.browser.runtime import RuntimeFile


@pytest.fixture
def small(monkeypatch, tmp_path):
    """A Pyodide of two small files: what is pinned, and a folder that holds them."""
    wheel = "numpy-9.8-cp312-pyodide.whl"
    folder = tmp_path / "given"
    folder.mkdir()
    (folder / "pyodide.js").write_bytes(b"pyodide")
    with zipfile.ZipFile(folder / wheel, "w") as archive:
        archive.writestr("numpy-9.8.dist-info/LICENSE.txt", "numpy may be used")
    files = tuple(
        RuntimeFile(path.name, path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in (folder / "pyodide.js", folder / wheel)
    )
    monkeypatch.setattr(runtime, "FILES", files)
    monkeypatch.setattr(runtime, "NUMPY", files[1])
    monkeypatch.setenv("PSN_VIZ_DATA", str(tmp_path / "cache"))
    return folder


def answering(monkeypatch, answer):
    """Every request for a URL gets `answer(name of the file)`, or raises what that raises."""

    def get(url, **_):
        response = requests.Response()
        body = answer(url.rsplit("/", 1)[1])
        response.status_code, response.raw = 200, io.BytesIO(body)
        response.headers["content-length"] = str(len(body))
        return response

    monkeypatch.setattr(requests, "get", get)


def test_what_is_pinned_is_whole():
    assert {"pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip"} < {
        file.name for file in runtime.FILES
    }
    assert all(len(file.sha256) == 64 and file.size > 1000 for file in runtime.FILES)
    assert runtime.SOURCE.startswith("https://") and f"v{runtime.VERSION}/" in runtime.SOURCE
    numpy = json.loads(runtime.lock_file())["packages"]["numpy"]
    assert numpy["version"] == "2.0.2" and numpy["sha256"] == runtime.NUMPY.sha256


def test_a_folder_is_checked(small):
    found = runtime.runtime(small)
    assert found == {file.name: small / file.name for file in runtime.FILES}
    assert runtime.licences(found)["numpy.txt"] == "numpy may be used"
    (small / "pyodide.js").write_bytes(b"Pyodide")
    with pytest.raises(ValueError, match=r"pyodide\.js is not that of Pyodide .*SHA-256"):
        runtime.runtime(small)
    (small / "pyodide.js").write_bytes(b"longer than it")
    with pytest.raises(ValueError, match="14 bytes, not 7"):
        runtime.runtime(small)
    (small / "pyodide.js").unlink()
    with pytest.raises(FileNotFoundError, match=r"has no pyodide\.js: it must hold Pyodide"):
        runtime.runtime(small)
    with pytest.raises(TypeError, match="folder must be a path, got 7"):
        runtime.runtime(7)


def test_a_download_is_kept(small, monkeypatch):
    answering(monkeypatch, lambda name: (small / name).read_bytes())
    found = runtime.runtime()
    assert found["pyodide.js"].read_bytes() == b"pyodide"
    assert found["pyodide.js"].parent.name == f"pyodide-{runtime.VERSION}"

    def refuse(name):
        raise AssertionError(f"{name} was there")

    answering(monkeypatch, refuse)
    assert runtime.runtime() == found


def test_what_cannot_be_downloaded_is_refused(small, monkeypatch, tmp_path):
    def offline(name):
        raise requests.ConnectionError("no network")

    for answer in (offline, lambda name: b"a log-in page"):
        answering(monkeypatch, answer)
        with pytest.raises(ConnectionError, match=r"network is there; or put pyodide\.js, numpy.*--runtime FOLDER"):
            runtime.runtime()
        assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]


def test_licences_travel_along(small):
    texts = runtime.licences(runtime.runtime(small))
    assert "Mozilla Public License Version 2.0" in texts["Pyodide.txt"]
    assert "PYTHON SOFTWARE FOUNDATION LICENSE" in texts["CPython.txt"]
