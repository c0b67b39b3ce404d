"""CONTRIBUTING.md is followed to the letter: its files are written where it says, and what it promises is tried."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_project import tracked_or_new

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
FILES = dict(re.findall(r"^`([\w/.]+)`:\n\n```python\n(.*?)```$", PAGE, re.MULTILINE | re.DOTALL))
OUTSIDE = re.search(r"Then\n\n```python\n(.*?)```", PAGE, re.DOTALL)[1]


def write(folder: Path, *names: str, into: str = "") -> None:
    for name in names:
        path = folder / into / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(FILES[name], "utf-8")


def python(code: str, folder: Path, package: Path = ROOT) -> str:
    """What a Python started in `folder` prints for `code`, with the package that lies in `package`."""
    own = {"PYTHONPATH": str(package), "PYTHONUTF8": "1", "PSN_VIZ_PROGRESS": "off"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=os.environ | own, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_all_files_of_the_page_are_tried_here():
    lab = {f"half_life/{name}.py" for name in ("__init__", "figure", "lab")}
    lesson = {f"psn_viz/course/lesson_42/{name}.py" for name in ("__init__", "questions")}
    others = {"tests/expected/half_life.py", "own_tasks.py", "own_data.py", "notebooks/src/42_half_life.py"}
    assert set(FILES) == lab | lesson | others
    assert PAGE.count("```python") == len(FILES) + 1
    lines = sum(len(text.splitlines()) for name, text in FILES.items() if name in lab)
    assert lines <= 90, "a lab of about 60 lines of code"


LAB = ("half_life/__init__.py", "half_life/figure.py", "half_life/lab.py")


def test_a_lab_outside_of_the_package(tmp_path):
    write(tmp_path, *LAB)
    shown = python(
        OUTSIDE
        + """
lab = pv.LABS["half_life"].from_code("half_life;tau=8;T=20")
print(lab.description)
lab.controls["tau"].value = 2
print(lab.code, lab.figure.data[0].y[:3], lab.witness <= 1e-10)
""",
        tmp_path,
    )
    assert shown.splitlines() == [
        "LIF without reset, τ = 8, T = 20, one input at t = 0: less than half is left from t = 6 on. loop = W X: "
        "max |difference| ≤ 1e-10.",
        "half_life;tau=2;T=20 [1.   0.5  0.25] True",
    ]


def test_an_exercise_and_a_question_outside_of_the_package(tmp_path):
    write(tmp_path, "own_tasks.py")
    shown = python(
        """
import own_tasks, torch, psn_viz as pv
print(repr(pv.predict("half")))
print(pv.check("left_over", lambda t, tau: (1 - 1 / tau) ** t))
print(pv.check("left_over", lambda t, tau: torch.exp(-t / tau)))
""",
        tmp_path,
    )
    assert "After how many steps is less than half left? (open)" in shown
    assert "✓ left_over: right, in all 2 cases that were tried" in shown
    assert "That is the leak in continuous time." in shown


def test_a_data_set_outside_of_the_package(tmp_path):
    write(tmp_path, "own_data.py")
    shown = python(
        """
import own_data, psn_viz as pv
data = pv.load_dataset("halves")
print(data)
model = pv.SpikingClassifier(data.features, data.classes, lambda: pv.PSN(data.T))
pv.train(model, data, epochs=1)
print(pv.accuracy(model, data.test) >= 0)
""",
        tmp_path,
    )
    assert shown.splitlines()[0] == (
        "Dataset('halves': 400 train, 100 validation, 200 test; T=8, features=1, classes=2)"
    )
    assert shown.splitlines()[-1] == "True"


@pytest.fixture
def copy(tmp_path) -> Path:
    """The project as someone has it who is about to add something."""
    for name in tracked_or_new():
        if name.startswith(("psn_viz/", "tests/", "notebooks/")) or "/" not in name:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.mark.slow
def test_lab_exercise_and_data_beside_a_wheel(copy, tmp_path_factory):
    build = "from setuptools import build_meta; build_meta.build_wheel('dist')"
    subprocess.run([sys.executable, "-c", build], cwd=copy, check=True, capture_output=True)
    (wheel,) = (copy / "dist").glob("*.whl")
    installed, own = (tmp_path_factory.mktemp(name) for name in ("installed", "own"))
    shutil.unpack_archive(wheel, installed, "zip")
    write(own, *LAB, "own_tasks.py", "own_data.py")
    code = f"{OUTSIDE}\nimport own_tasks, own_data\nprint(pv.__file__, pv.load_dataset('halves'), pv.predict('half'))"
    shown = python(code, own, installed)
    assert shown.startswith(str(installed)) and "400 train" in shown and "less than half left?" in shown


@pytest.mark.slow
def test_a_lab_of_the_course(copy):
    write(copy, *LAB, into="psn_viz/labs")
    write(copy, "tests/expected/half_life.py")
    labs = copy / "psn_viz/labs/__init__.py"
    text = labs.read_text("utf-8")
    line = re.search(r"add `(\"half_life\"[^`]+)`", PAGE)[1]
    labs.write_text(text.replace("COURSE = {\n", f"COURSE = {{\n    {line}\n", 1), "utf-8")
    tests = [f"tests/{name}.py" for name in ("test_labs", "test_labs_codes", "test_labs_errors", "test_project")]
    chosen = "half_life or (test_project and (one_way or module))"
    command = [sys.executable, "-m", "pytest", "--quick", "-p", "no:cacheprovider", "-rp", "-k", chosen, *tests]
    own = {"PYTHONPATH": str(copy)}
    done = subprocess.run(command, cwd=copy, env=os.environ | own, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout[-3000:]
    passed = re.findall(r"^PASSED (.*)", done.stdout, re.MULTILINE)
    assert sum("half_life" in name for name in passed) >= 5
    assert sum("test_project" in name for name in passed) >= 2


@pytest.mark.slow
def test_a_lesson_of_the_course(copy):
    from psn_viz.chromium import find_chromium

    if find_chromium() is None:
        pytest.skip("building a notebook needs Chromium or Chrome")
    write(copy, *(name for name in FILES if "42" in name))
    done = subprocess.run(
        [sys.executable, "-m", "notebooks.build.notebooks", "42"],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": str(copy)},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    cells = json.loads((copy / "notebooks/42_half_life.ipynb").read_text("utf-8"))["cells"]
    printed = ["".join(out["text"]) for cell in cells for out in cell.get("outputs", []) if "text" in out]
    assert "1.000 0.750 0.562 0.422\n" in printed
    shown = python('import psn_viz as pv\nprint(pv.recall("42"), pv.predict("42/steps"))', copy, copy)
    assert "What does a leak with τ = 1 remember?" in shown and "less than half" in shown
