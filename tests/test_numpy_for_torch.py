"""What stands in for torch in a browser: its operations, gradients and random numbers, and every lab on it."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from psn_viz.labs import LABS
from psn_viz.neurons import ATan
from tests import extent, torch_expressions
from tests.lab_sender import sent
from tests.lab_states import codes
from tests.sent_difference import TOLERANCE, differences

ROOT = Path(__file__).parents[1]
STATES = 20 if extent.quick else 26
CLOSE = 1e-5  # |H − B| from which on rounding decides no spike
BUT_FOR_ROUNDING = {"float16": 2e-3, "float32": 2e-6, "complex64": 2e-6, "float64": 1e-12, "complex128": 1e-12}


def started(module: str, *arguments: str) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-m", module, *arguments], cwd=ROOT, stderr=subprocess.PIPE, text=True)


def finished(process: subprocess.Popen) -> None:
    _, errors = process.communicate(timeout=500)
    assert process.returncode == 0, errors


# --------------------------------------------------------------------------------------------------- labs


@pytest.fixture(scope="module")
def both(tmp_path_factory) -> dict[str, list[tuple[str, dict, dict]]]:
    """By lab: code, what is sent with torch, and what without, in a process that has only what a browser has."""
    folder = tmp_path_factory.mktemp("sent")
    every = [code for name in LABS for code in codes(name, STATES)]
    (folder / "codes.json").write_text(json.dumps(every), "utf-8")
    files = str(folder / "codes.json"), str(folder / "sent.pickle")
    process = started("tests.lab_sender", *files, "--as-in-a-browser")
    with_torch = [sent(code) for code in every]
    finished(process)
    without = pickle.loads((folder / "sent.pickle").read_bytes())
    found: dict[str, list] = {}
    for code, one, other in zip(every, with_torch, without, strict=True):
        found.setdefault(code.partition(";")[0], []).append((code, one, other))
    return found


@pytest.fixture
def close_calls(monkeypatch) -> dict[str, int]:
    """Counts the spikes of which rounding may decide, and all."""
    counted = {"close": 0, "all": 0}
    fire, compare = ATan.__call__, torch.ge

    def count(distance: torch.Tensor) -> None:
        counted["close"] += int((distance.detach().abs() <= CLOSE).sum())
        counted["all"] += distance.numel()

    def counted_fire(self, x):
        count(x)
        return fire(self, x)

    def counted_compare(h, threshold, **options):
        count(h - threshold)
        return compare(h, threshold, **options)

    monkeypatch.setattr(ATan, "__call__", counted_fire)
    monkeypatch.setattr(torch, "ge", counted_compare)
    return counted


@pytest.mark.parametrize("name", LABS)
def test_a_lab_sends_the_same_without_torch(name, both, close_calls):
    """Figure, numbers and description, in its start and in states with every control at random."""
    wrong = {code: found for code, one, other in both[name] if (found := differences(one, other))}
    if wrong:  # a spike on the threshold may fall on either side: how many are there?
        for code in wrong:
            sent(code)
        share = close_calls["close"] / max(1, close_calls["all"])
        print(f"{name}: {len(wrong)} of {STATES} states, {share:.2e} of the spikes within {CLOSE:g} of the threshold")
        assert 0 < share <= 1e-3 and len(wrong) <= STATES // 10, wrong


def test_states_are_many_and_differ(both):
    for name, states in both.items():
        assert len({code for code, *_ in states}) == STATES, name


@pytest.mark.parametrize("place", ["arrays", "numbers", "text", "spec"])
def test_a_difference_is_seen(place, both):
    _, one, other = both["closed_form"][0]
    changed = {
        "arrays": lambda: [array + 3 * TOLERANCE * (n == 0) for n, array in enumerate(other["arrays"])],
        "numbers": lambda: other["numbers"] | {"s_loop": 1 - other["numbers"]["s_loop"]},
        "text": lambda: other["text"].replace("LIF", "IF"),
        "spec": lambda: other["spec"].replace("lines", "markers"),
    }
    assert not differences(one, other)
    assert differences(one, other | {place: changed[place]()})


# --------------------------------------------------------------------------------------------- expressions


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory) -> dict:
    """What every expression gives with numpy."""
    file = tmp_path_factory.mktemp("evaluated") / "results.pickle"
    finished(started("tests.torch_expressions", str(file)))
    return pickle.loads(file.read_bytes())


def apart(one, other, exactly: bool) -> str:
    """In words, how two results differ; "" where they are the same, or the same but for rounding."""
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return next(filter(None, (apart(*pair, exactly) for pair in zip(one, other, strict=True))), "")
    if not (isinstance(one, tuple) and isinstance(other, tuple)):
        same = one == pytest.approx(other, rel=1e-12) if isinstance(one, float) else one == other
        return "" if same else f"{one!r} and {other!r}"
    (dtype, a), (other_dtype, b) = one, other
    if dtype != other_dtype or a.shape != b.shape:
        return f"{dtype} {a.shape} and {other_dtype} {b.shape}"
    tolerance = 0 if exactly else BUT_FOR_ROUNDING.get(a.dtype.name, 0)
    with np.errstate(all="ignore"):
        scale = max(1.0, float(np.nanmax(np.abs(a[np.isfinite(a)]), initial=0)))
    same = np.allclose(a, b, 0, tolerance * scale, equal_nan=True) if tolerance else np.array_equal(a, b)
    return "" if same else f"{a} and {b}"


def test_expressions_give_what_torch_gives(evaluated):
    """The result with its dtype and shape; where it is smooth, the gradient in all that stands in it, too."""
    wrong = {}
    for case, result in torch_expressions.evaluated(torch).items():
        assert not (isinstance(result, str) and "Error" in result), f"{case}: {result}"
        if found := apart(result, evaluated[case], exactly=case.startswith("drawn")):
            wrong[case] = found
    assert not wrong, "\n".join(f"{case}: {found}" for case, found in wrong.items())
    assert len(evaluated) > 450


# -------------------------------------------------------------------------------------- what it does not have

REFUSED = {
    "torch.hypot": "torch.hypot",
    "torch.zeros(2).put_": "torch.Tensor.put_",
    "torch.cuda.synchronize": "torch.cuda.synchronize",
    "torch.nn.functional.conv1d": "torch.nn.functional.conv1d",
    "torch.nn.LSTM": "torch.nn.LSTM",
    "__import__('torch.func')": "torch.func",
    "__import__('torch.optim.swa_utils')": "torch.optim.swa_utils",
    "torch.nn.Conv1d(1, 1, 3)": "torch.nn.Conv1d",
    "torch.compile(lambda x: x)": "torch.compile",
    "torch.zeros(2, dtype=torch.bfloat16)": "torch.bfloat16",
    "torch.zeros(2, device='cuda')": "'cuda'",
    "torch.median(torch.ones(3, requires_grad=True))": "gradient of torch.median",
    "torch.ones(3, requires_grad=True).mul(2).add_(1)": "gradient of an operation in place",
    "torch.nn.functional.pad(torch.ones(3), (1, 1), mode='reflect')": "'reflect'",
    "torch.autograd.grad(torch.ones(1, requires_grad=True), [], create_graph=True)": "create_graph",
}


def test_what_is_missing_is_named(tmp_path):
    code = """
import json, pickle, sys
from psn_viz.browser.standing_in import stand_in
stand_in()
import torch, safetensors.torch, msgspec
assert all("browser" in one.__file__ for one in (torch, safetensors, msgspec))
found = {}
for line in json.load(sys.stdin):
    try:
        eval(line)
        found[line] = "nothing"
    except (AttributeError, ImportError, NotImplementedError) as error:
        found[line] = str(error)
try:
    stand_in()
except RuntimeError as error:
    found["twice"] = str(error)
print(json.dumps(found))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], input=json.dumps(list(REFUSED)), cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert "must not be loaded yet" in found.pop("twice")
    for line, name in REFUSED.items():
        assert name in found[line] and "numpy stands in for torch" in found[line], found[line]


def test_a_product_without_blas_is_the_product():
    code = """
from psn_viz.browser.standing_in import stand_in
stand_in()
import numpy as np
import torch
products = sys.modules["torch.products"]
used, einsum = [], np.einsum
np.einsum = lambda *given: used.append(1) or einsum(*given)
products.NO_BLAS = True
random = np.random.default_rng(0)
for rows, inside, columns in ((40, 30, 20), (1, 300, 64), (30, 40, 3), (200, 7, 9)):
    for dtype in (np.float32, np.float64, np.int64):
        a, b = (random.integers(-9, 9, shape).astype(dtype) for shape in ((rows, inside), (columns, inside)))
        assert (products.product(a, b.T) == a @ b.T).all() and products.product(a, b.T).dtype == dtype
assert len(used) == 12, len(used)
"""
    done = subprocess.run([sys.executable, "-c", f"import sys{code}"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
