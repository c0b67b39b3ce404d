"""Where Pyodide comes from: the pinned files and no others, from a folder, the cache or the network."""

from __future__ import annotations

import hashlib
import json
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from psn_viz.browser import resumed_download, runtime
from psn_viz.browser.runtime import RuntimeFile
from tests.needs_pyodide import MUST, may_skip

SCRIPT = b"pyodide" * 1000


class Server(ThreadingHTTPServer):
    """Sends the files of a folder. cuts: after how many bytes the next answers end, whatever they promised."""

    daemon_threads = True

    def __init__(self, folder):
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder, self.asked = folder, []
        self.cuts, self.ranges, self.error, self.wrong = [], True, 0, b""


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        server, wanted = self.server, self.headers.get("Range")
        name = self.path.rsplit("/", 1)[1]
        server.asked.append((name, wanted))
        if server.error:
            return self.send_error(server.error)
        body = server.wrong or (server.folder / name).read_bytes()
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and server.ranges else 0
        if start >= len(body):
            return self.send_error(416)
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        self.wfile.write(body[start:][: server.cuts.pop(0) if server.cuts else None])

    def log_message(self, *_):
        pass


@pytest.fixture
def pinned(monkeypatch, tmp_path):
    """A Pyodide of two pinned files: what is pinned, and a folder that holds them."""
    wheel = "numpy-9.8-cp312-pyodide.whl"
    folder = tmp_path / "given"
    folder.mkdir()
    (folder / "pyodide.js").write_bytes(SCRIPT)
    with zipfile.ZipFile(folder / wheel, "w") as archive:
        archive.writestr("numpy/random/LICENSE.md", "random numbers, too")
        archive.writestr("numpy-9.8.dist-info/LICENSE.txt", "numpy may be used")
    files = tuple(
        RuntimeFile(path.name, path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in (folder / "pyodide.js", folder / wheel)
    )
    monkeypatch.setattr(runtime, "FILES", files)
    monkeypatch.setattr(runtime, "NUMPY", files[1])
    monkeypatch.setenv("PSN_VIZ_DATA", str(tmp_path / "cache"))
    return folder


@pytest.fixture
def server(pinned, monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(resumed_download, "PAUSE", 0)
    monkeypatch.setattr(resumed_download, "CHUNK", 100)
    with Server(pinned) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        monkeypatch.setattr(runtime, "SOURCE", f"http://127.0.0.1:{running.server_port}/full/")
        yield running
        running.shutdown()
        thread.join()


def in_cache():
    cache = runtime.cache_folder()
    return {path.name: path.read_bytes() for path in cache.glob("*")} if cache.is_dir() else {}


def test_what_is_pinned_is_whole():
    assert {"pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip"} < {
        file.name for file in runtime.FILES
    }
    assert all(len(file.sha256) == 64 and file.size > 1000 for file in runtime.FILES)
    assert runtime.SOURCE.startswith("https://") and f"v{runtime.VERSION}/" in runtime.SOURCE
    numpy = json.loads(runtime.lock_file())["packages"]["numpy"]
    assert numpy["version"] == "2.0.2" and numpy["sha256"] == runtime.NUMPY.sha256


def test_a_folder_is_checked(pinned):
    found = runtime.runtime(pinned)
    assert found == {file.name: pinned / file.name for file in runtime.FILES}
    (pinned / "pyodide.js").write_bytes(SCRIPT.upper())
    with pytest.raises(ValueError, match=r"pyodide\.js is not that of Pyodide .*SHA-256"):
        runtime.runtime(pinned)
    (pinned / "pyodide.js").write_bytes(SCRIPT + b"longer")
    with pytest.raises(ValueError, match="7006 bytes, not 7000"):
        runtime.runtime(pinned)
    (pinned / "pyodide.js").unlink()
    with pytest.raises(FileNotFoundError, match=r"has no pyodide\.js: it must hold Pyodide"):
        runtime.runtime(pinned)
    with pytest.raises(TypeError, match="folder must be a path, got 7"):
        runtime.runtime(7)


def test_licences_of_numpy_are_in_its_wheel_and_its_own_comes_first(pinned):
    text = runtime.numpy_licences(pinned / runtime.NUMPY.name)
    assert 0 < text.index("numpy may be used") < text.index("random numbers, too")


def test_a_download_is_kept(server):
    found = runtime.runtime()
    assert found["pyodide.js"].read_bytes() == SCRIPT
    assert set(in_cache()) >= {"pyodide.js", runtime.NUMPY.name}
    assert not [name for name in in_cache() if name.endswith(".part")]
    asked = list(server.asked)
    assert runtime.runtime() == found
    assert server.asked == asked


def test_what_was_cut_off_goes_on_where_it_ended(server):
    server.cuts = [1000, 3000]
    assert runtime.runtime()["pyodide.js"].read_bytes() == SCRIPT
    assert server.asked[:3] == [("pyodide.js", None), ("pyodide.js", "bytes=1000-"), ("pyodide.js", "bytes=4000-")]


def test_the_next_call_goes_on_too(server):
    server.cuts = [1000, 1000, 1000]
    with pytest.raises(ConnectionError, match=r"was not downloaded from http.*MiB have come, and stay"):
        runtime.runtime()
    assert in_cache()["pyodide.js.part"] == SCRIPT[:3000]
    server.asked.clear()
    assert runtime.runtime()["pyodide.js"].read_bytes() == SCRIPT
    assert server.asked[0] == ("pyodide.js", "bytes=3000-")


def test_a_server_without_ranges_begins_anew(server):
    server.ranges, server.cuts = False, [1000]
    assert runtime.runtime()["pyodide.js"].read_bytes() == SCRIPT


@pytest.mark.parametrize("wrong", [b"a log-in page", SCRIPT.upper(), SCRIPT + b"more"])
def test_another_file_is_deleted_and_told(server, wrong):
    server.wrong = wrong
    with pytest.raises(
        ConnectionError, match=r"pyodide\.js is another file \(\d+ bytes, SHA-256 .*\) and was deleted"
    ):
        runtime.runtime()
    assert not [name for name in in_cache() if not name.startswith(".")]


@pytest.mark.parametrize("there", [b"damaged" * 500, b"longer than the file there" * 1000])
def test_a_damaged_part_does_not_stay(server, there):
    runtime.cache_folder().mkdir(parents=True)
    (runtime.cache_folder() / "pyodide.js.part").write_bytes(there)
    with pytest.raises(ConnectionError, match="was deleted"):
        runtime.runtime()
    assert runtime.runtime()["pyodide.js"].read_bytes() == SCRIPT


def test_a_damaged_file_in_the_cache_is_replaced(server):
    runtime.runtime()
    (runtime.cache_folder() / "pyodide.js").write_bytes(b"damaged")
    assert runtime.runtime()["pyodide.js"].read_bytes() == SCRIPT


@pytest.mark.parametrize("error, times", [(404, 1), (503, 3)])
def test_a_refusal_is_told(server, error, times):
    server.error = error
    with pytest.raises(ConnectionError, match=f"{error} "):
        runtime.runtime()
    assert len(server.asked) == times


def test_without_a_network_it_says_so(server, monkeypatch):
    monkeypatch.setattr(runtime, "SOURCE", "http://127.0.0.1:9/")  # where nobody listens
    with pytest.raises(ConnectionError, match=r"the server cannot be reached or broke off \(ConnectionError\)"):
        runtime.runtime()


def test_tests_without_pyodide_skip_and_fail_where_it_must_be_there(tmp_path):
    assert may_skip(tmp_path / "none", {}) and may_skip(tmp_path / "none", {MUST: "0"})
    assert not may_skip(tmp_path / "none", {MUST: "1"})
    assert not may_skip(tmp_path, {})
