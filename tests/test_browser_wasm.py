"""The labs in a worker of a browser, without torch and without a kernel, against the labs with torch."""

from __future__ import annotations

import base64
import json
import pickle
import shutil
import zipfile
import zlib
from pathlib import Path

import pytest
import torch

from psn_viz.browser.runtime import lock_file, runtime_in
from psn_viz.labs import LABS
from tests import extent, torch_expressions
from tests.jupyterlab import open_page
from tests.lab_sender import sent
from tests.lab_states import codes
from tests.needs_chromium import needs_chromium
from tests.needs_pyodide import FOLDER, needs_pyodide
from tests.sent_difference import differences
from tests.served_site import served
from tests.test_numpy_for_torch import apart

ROOT = Path(__file__).parents[1]
STATES = 2 if extent.quick else 25
pytestmark = [
    pytest.mark.current_stack,
    pytest.mark.slow,
    needs_chromium,
    needs_pyodide,
]
ASK = """(message) => new Promise((answer) => {
  globalThis.worker ??= new Worker("wasm_worker.js");
  worker.onmessage = ({ data }) => answer(data);
  worker.onerror = ({ message }) => answer({ error: message });
  worker.postMessage(message);
})"""
BEGIN = """
import sys
sys.path.insert(0, "/app")
from tests.lab_sender import OnlyWhatABrowserHas, sent
sys.meta_path.insert(0, OnlyWhatABrowserHas())
from psn_viz.browser.standing_in import stand_in
stand_in()
import base64, json, pickle, zlib, torch
from tests import torch_expressions
def packed(value):
    return base64.b64encode(zlib.compress(pickle.dumps(value), 1)).decode()
"""


@pytest.fixture(scope="module")
def python(browser, tmp_path_factory):
    """Runs Python in the worker and gives what its last line says."""
    site = tmp_path_factory.mktemp("site")
    for path in runtime_in(FOLDER).values():
        shutil.copy(path, site)
    shutil.copy(ROOT / "tests" / "wasm_worker.js", site)
    (site / "pyodide-lock.json").write_text(lock_file(), "utf-8")
    (site / "index.html").write_text('<!doctype html><link rel="icon" href="data:,">', "utf-8")
    with zipfile.ZipFile(site / "app.zip", "w") as archive:
        for path in [*(ROOT / "psn_viz").rglob("*"), *(ROOT / "tests").glob("*.py")]:
            if path.is_file() and path.suffix != ".pyc":
                archive.write(path, path.relative_to(ROOT))
    with served(site) as address:
        page, errors = open_page(browser)
        page.goto(f"{address}/index.html")

        def run(code: str, **more) -> str:
            answer = page.evaluate(ASK, {"python": code, **more})
            assert "error" not in answer, answer["error"][-3000:]
            return answer["result"]

        run(BEGIN, base=f"{address}/")
        yield run
        assert errors == []


def unpacked(text: str):
    return pickle.loads(zlib.decompress(base64.b64decode(text)))


@pytest.mark.parametrize("name", LABS)
def test_a_lab_sends_the_same_in_a_browser(name, python):
    """Figure, numbers and description, where numpy's own integers have 32 bits."""
    states = list(codes(name, STATES))
    there = unpacked(python(f"packed([sent(code) for code in json.loads({json.dumps(json.dumps(states))})])"))
    wrong = {}
    for code, other in zip(states, there, strict=True):
        if found := differences(sent(code), other):
            wrong[code] = found
    assert not wrong


SHAPES = [(28000, 64, 64), (28, 28, 9362), (1000, 64, 10), (700, 1, 801), (1, 900, 901), (257, 63, 67)]
PRODUCTS = """
import sys, numpy as np
vector_product = sys.modules["torch.wasm_product"].vector_product
def compared(n, m, k):
    draw = np.random.default_rng(n).standard_normal
    a, b = draw((n, m)).astype("f4"), draw((k, m)).astype("f4").T
    a[0, 0], b[-1, -1] = np.inf, np.nan
    made = vector_product(a, b)
    simple = np.einsum("ij,jk->ik", a, np.ascontiguousarray(b))
    return made is not None and bool(np.array_equal(made, simple, equal_nan=True))
"""


def test_products_by_vectors_are_those_of_einsum_bit_for_bit(python):
    """Sizes with columns left over, one row, one column; numbers that are none."""
    python(PRODUCTS)
    assert unpacked(python(f"packed([compared(*shape) for shape in {SHAPES}])")) == [True] * len(SHAPES)
    assert python("str(vector_product(np.ones((9, 9), 'f4'), np.ones((9, 9), 'f4')))") == "None"  # too small to pay


def test_expressions_give_what_torch_gives_in_a_browser(python):
    there, wrong = unpacked(python("packed(torch_expressions.evaluated(torch))")), {}
    for case, result in torch_expressions.evaluated(torch).items():
        if found := apart(result, there[case], exactly=case.startswith("drawn")):
            wrong[case] = found
    assert not wrong, "\n".join(f"{case}: {found}" for case, found in wrong.items())
    assert python("sys.maxsize") == str(2**31 - 1)
