"""Which Python a lesson runs in, where another environment has left a kernel named `python3`."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from psn_viz.cli import installation
from psn_viz.kernelspec import ThisPython, python_error, python_of_jupyter


def leave_a_kernel(data: Path, program: str, name: str = "python3") -> None:
    """What `program -m ipykernel install --user` writes."""
    folder = data / "kernels" / name
    folder.mkdir(parents=True)
    argv = [program, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (folder / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "Other", "language": "python"}))


def bare_python(folder: Path) -> str:
    """A Python without any package."""
    program = folder / "bare-python"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "$@"\n')
    program.chmod(0o755)
    return str(program)


@pytest.fixture
def foreign(tmp_path, monkeypatch) -> str:
    """A reader with a kernel `python3` of a Python without psn_viz, and the environment not the reader's own."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    program = bare_python(tmp_path)
    leave_a_kernel(tmp_path, program)
    return program


def test_the_kernel_of_the_lessons_is_this_python_and_other_kernels_stay(foreign, tmp_path):
    leave_a_kernel(tmp_path, "/usr/bin/other", "other")
    manager = ThisPython()
    assert manager.get_kernel_spec("python3").argv[0] == sys.executable
    specs = manager.get_all_specs()
    assert specs["python3"]["spec"]["argv"][0] == sys.executable
    assert Path(specs["python3"]["resource_dir"]).is_dir()
    assert specs["other"]["spec"]["argv"][0] == "/usr/bin/other"


def test_the_doctor_looks_at_what_jupyter_would_start(foreign):
    assert python_of_jupyter() == foreign
    found = installation.kernels()
    assert found["kernel"] == foreign and found["own_kernel_error"] is None
    assert found["kernel_error"].startswith("ModuleNotFoundError: No module named 'ipykernel'")


@pytest.mark.parametrize("program", ["python", "python3"])
def test_a_kernel_of_any_python_is_one_of_this(program, tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    leave_a_kernel(tmp_path, program)
    assert python_of_jupyter() == sys.executable


def test_without_a_foreign_kernel_it_is_this_python(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path))
    assert installation.kernels() == {"own_kernel_error": None, "kernel": python_of_jupyter(), "kernel_error": None}


@pytest.mark.skipif(os.name == "nt", reason="runs a program of POSIX")
def test_a_program_that_is_no_python_lacks_something_too(tmp_path):
    assert python_error(sys.executable) is None
    assert "No such file" in python_error(str(tmp_path / "gone"))
    assert python_error(shutil.which("false")) == "it ends with exit code 1"
