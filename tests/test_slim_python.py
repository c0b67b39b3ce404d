"""The Python of a page: what every page gets, and what comes with the first import."""

import hashlib
import io
import json
import sys
from zipfile import ZipFile

import pytest

from psn_viz.browser.later_modules import LaterModules
from psn_viz.browser.runtime import NUMPY, runtime_in
from psn_viz.browser.slim_python import FOLDERS, MORE, STDLIB, slim
from psn_viz.files import asset
from tests.needs_pyodide import FOLDER, needs_pyodide

LATER = json.loads(asset("psn_viz.browser", "python_core.json"))["later"]


@pytest.fixture(scope="module")
def made():
    return slim(runtime_in(FOLDER))


def inside(data: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@needs_pyodide
def test_every_module_is_there_once_as_it_was(made):
    more = inside(made[MORE])
    for name, folder in FOLDERS.items():
        kept, whole = inside(made[name]), inside((runtime_in(FOLDER)[name]).read_bytes())
        modules = {module for module in whole if module.endswith(".py")}
        assert kept.items() <= whole.items()
        for module in modules:
            places = [kept.get(module), more.get(f"{folder}/{module}")]
            assert sorted(place is None for place in places) == [False, True], module
            assert whole[module] in places
        dotted = {
            module.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for module in modules - {*kept}
        }
        assert set(LATER[folder].split()) == dotted
    assert len(made[STDLIB]) + len(made[NUMPY.name]) < 3.4e6


@needs_pyodide
def test_the_list_of_packages_names_the_file_that_is_there_and_all_is_the_same_each_time(made):
    listed = json.loads(made["pyodide-lock.json"])["packages"]["numpy"]
    assert listed["sha256"] == hashlib.sha256(made[NUMPY.name]).hexdigest()
    assert slim(runtime_in(FOLDER)) == made


def test_the_first_import_of_a_later_module_unpacks_all_of_them(tmp_path, monkeypatch):
    assert {"pdb", "xmlrpc.client"} <= set(LATER["lib/python3.12"].split())
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr("lib/python3.12/pdb.py", "here = 1")
        archive.writestr("lib/python3.12/xmlrpc/client.py", "here = 2")
    loads = []

    def load():
        loads.append(1)
        return buffer.getvalue()

    finder = LaterModules(tmp_path, load)
    assert finder.find_spec("no_such_module") is None and finder.find_spec("torch") is None
    assert not loads
    monkeypatch.setattr(sys, "path_importer_cache", {})
    assert finder.find_spec("pdb").origin == str(tmp_path / "lib/python3.12/pdb.py")
    # The package itself may have been found elsewhere.
    assert finder.find_spec("xmlrpc.client", ["/elsewhere/xmlrpc"]).origin.startswith(str(tmp_path))
    assert len(loads) == 1
