"""`psn-viz`: the doctor's advice for odd machines, the launcher's errors, and JupyterLab really starting."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from psn_viz import __version__
from psn_viz.chromium import find_chromium
from psn_viz.cli import doctor, installation, lab_command
from psn_viz.cli.doctor import facts, problems, report
from psn_viz.cli.installation import Installation
from psn_viz.cli.main import main
from tests.test_folders import nowhere
from tests.test_kernelspec import leave_a_kernel

HEALTHY = Installation(
    python="3.12.4",
    versions={
        "torch": "2.13.0",
        "numpy": "2.4.6",
        "ipywidgets": "8.1.9",
        "anywidget": "0.11.0",
        "plotly": "7.1.0",
        "jupyterlab": "4.6.6",
        "jupyterlab_widgets": "3.0.17",
        "voila": "0.5.13",
        "spikingjelly": "2.0.0",
        **dict.fromkeys(("filelock", "msgspec", "pooch", "psutil", "safetensors"), "1.0"),
    },
    requires=("torch>=2.2", "plotly>=5.24", 'jupyterlab>=4.2; extra == "lab"', 'pytest; extra == "test"'),
    requires_python=">=3.11",
    front_end=("comm>=0.1.3", "jupyterlab_widgets~=3.0.17"),
    cores=2,
    chromium="/usr/bin/chromium",
    notebooks="notebooks",
    kernel="/usr/bin/python3",
)


def having(**versions: str | None) -> Installation:
    return replace(HEALTHY, versions={**HEALTHY.versions, **versions})


def only_problem(found: Installation) -> doctor.Problem:
    (problem,) = problems(found)
    return problem


# -------------------------------------------------------------------------------------------- doctor


def test_a_healthy_machine_has_no_problem():
    assert problems(HEALTHY) == []
    assert report(HEALTHY)[-1] == "Everything works here."


def test_facts_name_versions_and_devices():
    text = "\n".join(facts(replace(HEALTHY, cuda="Some GPU", mps=True, cores=1)))
    for word in (__version__, "3.12.4", "2.13.0", "8.1.9", "0.11.0", "7.1.0", "4.6.6", "2.4.6", "/usr/bin/chromium"):
        assert word in text
    assert "CPU with 1 core, CUDA: Some GPU, Apple MPS" in text


def test_facts_of_an_empty_machine_say_so_on_every_line():
    text = "\n".join(facts(Installation(versions={})))
    assert text.count("not installed") == len(installation.SHOWN) + 1
    assert "no Chromium or Chrome" in text and text.count("not found") == 2


def test_every_dependency_is_essential():
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))["project"]
    assert sorted(re.match(r"[\w-]+", line)[0] for line in project["dependencies"]) == sorted(installation.ESSENTIAL)


@pytest.mark.parametrize("name", installation.ESSENTIAL)
def test_a_missing_or_broken_package_is_essential(name):
    missing = problems(having(**{name: None}))[0]
    assert missing.essential and missing.what == name and "not installed" in missing.why
    broken = only_problem(replace(HEALTHY, broken={name: "OSError: libgomp"}))
    assert broken.essential and "OSError: libgomp" in broken.why
    assert f"{name}" in broken.do


@pytest.mark.parametrize(
    ("found", "essential", "words"),
    [
        (having(torch="1.13.1"), True, ["torch", "1.13.1", ">=2.2"]),
        (having(jupyterlab="3.6.7"), False, ["jupyterlab", "3.6.7", ">=4.2"]),
        (replace(HEALTHY, python="3.9.2"), True, ["Python", "3.9.2", ">=3.11"]),
        (replace(HEALTHY, requires=None), False, ["imported from a folder", "-e"]),
        (replace(HEALTHY, data=False), True, ["data", ".npz"]),
        (having(torch="2.2.2"), True, ["torch 2.2.2 cannot read", "numpy 2.4.6", "numpy<2"]),
        (
            replace(having(torch=None), system="Darwin", machine="x86_64"),
            True,
            ["torch", "not installed", "Intel Mac", "Python 3.11 or 3.12", "torch==2.2.2", "numpy<2"],
        ),
        (having(jupyterlab=None), False, ["JupyterLab is not installed", "pip install", "[lab]"]),
        (having(voila=None), False, ["psn-viz app", "Voila is not installed", "pip install", "[lab]"]),
        (replace(HEALTHY, notebooks=None), False, ["notebooks", "project's folder"]),
        (having(jupyterlab_widgets=None), False, ["sliders", "no jupyterlab_widgets", "~=3.0.17"]),
        (having(jupyterlab_widgets="1.1.11"), False, ["sliders", "1.1.11", "ipywidgets 8.1.9", "~=3.0.17"]),
        (
            replace(HEALTHY, other_jupyter="/usr/bin/jupyter-lab"),
            False,
            ["/usr/bin/jupyter-lab", "psn-viz lab", "one environment"],
        ),
        (
            replace(HEALTHY, own_kernel_error="ModuleNotFoundError: x"),
            False,
            ["psn-viz lab and psn-viz app", "Error: x", "-e"],
        ),
        (
            replace(HEALTHY, kernel="/other/python", kernel_error="ModuleNotFoundError: x"),
            False,
            ["`jupyter lab`", "is /other/python, which", "Error: x", "psn-viz lab", "kernelspec remove python3"],
        ),
        (replace(HEALTHY, kernel=None, kernel_error="NoSuchKernel"), False, ["python3, is one that cannot"]),
        (replace(HEALTHY, unwritable="/ada/.jupyter"), False, ["/ada/.jupyter cannot be", "set HOME"]),
        (replace(HEALTHY, read_only=True), False, ["saving a lesson", "notebooks cannot be written", "copy"]),
        (replace(HEALTHY, temporary=False), True, ["psn-viz app", "no folder for temporary files", "TMPDIR"]),
        (replace(HEALTHY, chromium=None), False, ["pictures", "make notebooks", "no Chromium", "BROWSER_PATH"]),
        (replace(HEALTHY, chromium=None, browser_path="/nowhere"), False, ["BROWSER_PATH is '/nowhere'"]),
        (replace(HEALTHY, mps=True), False, ["MPS", "no float64", "float32"]),
        (replace(HEALTHY, system="Windows"), False, ["no make", "README.md"]),
        (having(spikingjelly=None), False, ["SpikingJelly", "--no-deps"]),
    ],
)
def test_each_odd_machine_is_told_what_and_why_and_what_to_do(found, essential, words):
    problem = only_problem(found)
    assert problem.essential is essential
    text = "\n".join(report(found))
    for word in words:
        assert word in text
    assert ("cannot work here" in text) is essential
    assert problem.do


def test_numpy_of_the_first_generation_is_right_for_the_torch_of_an_intel_mac():
    found = replace(having(torch="2.2.2", numpy="1.26.4"), system="Darwin", machine="x86_64")
    assert problems(found) == []


def test_development_versions_within_the_range_are_accepted():
    assert problems(having(torch="2.14.0.dev20261101+cpu")) == []


def test_colab_brings_its_own_front_end():
    colab = having(jupyterlab=None, voila=None, ipywidgets="7.7.1")
    found = replace(colab, colab=True, other_jupyter="/usr/bin/jupyter-lab")
    assert problems(found) == []


def test_essential_problems_come_first():
    requires = ('jupyterlab>=4.2; extra == "lab"', "plotly>=5.24")
    found = replace(having(jupyterlab="3.6.7", plotly="5.9.0"), requires=requires)
    assert [problem.what for problem in problems(found)] == ["plotly", "jupyterlab"]


def test_exit_code_says_whether_the_essential_things_work(monkeypatch, capsys):
    for found, code in [(HEALTHY, 0), (replace(HEALTHY, chromium=None), 0), (having(plotly=None), 1)]:
        monkeypatch.setattr(doctor, "inspect_installation", lambda found=found: found)
        assert main(["doctor"]) == code
        assert capsys.readouterr().out.strip() == "\n".join(report(found))


def test_the_look_at_this_machine_finds_what_runs_these_tests():
    import torch

    found = installation.inspect_installation()
    assert found.versions["torch"] == torch.__version__
    assert found.broken == {}
    assert found.cores >= 1 and found.data
    assert found.requires and any(line.startswith("torch") for line in found.requires)
    assert any(re.match("jupyterlab[_-]widgets", line) for line in found.front_end)
    assert not [problem for problem in problems(found) if problem.essential]


def test_a_package_that_does_not_import_is_found_out(monkeypatch):
    monkeypatch.setitem(sys.modules, "anywidget", None)  # its import now raises
    assert list(installation.inspect_installation().broken) == ["anywidget"]


# ------------------------------------------------------------------------------------------ chromium


def program(folder: Path, name: str) -> str:
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


posix = pytest.mark.skipif(os.name == "nt", reason="makes a program by its mode")


@posix
@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome", "chrome"])
def test_chromium_is_found_on_the_path(name, tmp_path, monkeypatch):
    monkeypatch.delenv("BROWSER_PATH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("psn_viz.chromium.usual_places", list)
    assert find_chromium() is None
    path = program(tmp_path, name)
    assert find_chromium() == path


@posix
def test_browser_path_decides_alone(tmp_path, monkeypatch):
    program(tmp_path, "chromium")
    own = program(tmp_path, "my-browser")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("BROWSER_PATH", own)
    assert find_chromium() == own
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "gone"))
    assert find_chromium() is None


@posix
def test_chromium_is_found_as_an_application(tmp_path, monkeypatch):
    monkeypatch.delenv("BROWSER_PATH", raising=False)
    monkeypatch.setenv("PATH", "")
    app = program(tmp_path, "Google Chrome")
    monkeypatch.setattr("psn_viz.chromium.usual_places", lambda: [str(tmp_path / "absent"), app])
    assert find_chromium() == app


# ----------------------------------------------------------------------------------------------- lab


@pytest.fixture
def course(tmp_path, monkeypatch) -> Path:
    """A folder with three empty lessons, one that goes further, and a reader who stands in it."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    for name in ("00_start_here", "01_charge", "01_charge_further", "10_charge"):
        empty = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (folder / f"{name}.ipynb").write_text(json.dumps(empty))
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize(
    ("name", "file"),
    [
        (None, "00_start_here.ipynb"),
        ("01", "01_charge.ipynb"),
        ("01_charge", "01_charge.ipynb"),
        ("01_charge_further", "01_charge_further.ipynb"),
        ("01_charge_f", "01_charge_further.ipynb"),
        ("10_charge.ipynb", "10_charge.ipynb"),
    ],
)
def test_a_lesson_is_found_by_number_or_name_from_its_folder_or_the_one_above(name, file, course, monkeypatch):
    assert lab_command.find_notebook(name) == course / file
    monkeypatch.chdir(course.parent)
    assert lab_command.find_notebook(name) == course / file


def test_a_notebook_is_found_by_path(course, tmp_path):
    own = tmp_path / "my own.ipynb"
    shutil.copy(course / "01_charge.ipynb", own)
    assert lab_command.find_notebook(str(own)) == own
    assert "--LabApp.default_url=/lab/tree/my%20own.ipynb" in lab_command.server_arguments(own)


@pytest.fixture
def no_server(monkeypatch):
    """Make an attempt to start JupyterLab in this process an error instead of a server that never ends."""
    monkeypatch.setitem(sys.modules, "jupyterlab.labapp", None)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("07", "no lesson named '07'; there is 00_start_here, 01_charge, 01_charge_further, 10_charge"),
        ("gone.ipynb", "no lesson named 'gone.ipynb'"),
        ("", "no lesson named ''"),
        ("0", "2 lessons named '0'"),
    ],
)
def test_a_lesson_that_is_not_there_is_one_sentence(name, words, course, no_server, capsys):
    assert main(["lab", name]) == 1
    error = capsys.readouterr().err
    assert words in error and error.count("\n") == 1


def test_without_notebooks_it_says_where_to_go(tmp_path, no_server, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(lab_command, "__file__", str(tmp_path / "lib" / "psn_viz" / "cli" / "lab_command.py"))
    assert main(["lab"]) == 1
    error = capsys.readouterr().err
    assert "the project's folder" in error and error.count("\n") == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps the folder that a program is in")
def test_a_folder_that_has_been_deleted_is_one_sentence(tmp_path, no_server, monkeypatch, capsys):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert main(["lab"]) == 1
    error = capsys.readouterr().err
    assert "has been deleted: go to another one" in error and error.count("\n") == 1


@pytest.mark.current_stack
def test_a_folder_of_lessons_that_cannot_be_written_is_told(course, monkeypatch, capsys):
    started = []
    lab = SimpleNamespace(LabApp=SimpleNamespace(launch_instance=lambda argv: started.append(argv)))
    monkeypatch.setitem(sys.modules, "jupyterlab.labapp", lab)
    monkeypatch.setattr("psn_viz.folders.writable", lambda folder: folder != course)
    assert main(["lab"]) == 0 and started
    error = capsys.readouterr().err
    assert f"{course} cannot be written: what you change there will not be saved" in error and error.count("\n") == 1


def test_without_jupyterlab_it_says_what_to_install(course, no_server, monkeypatch, capsys):
    monkeypatch.setattr(lab_command.importlib.util, "find_spec", lambda name: None)
    assert main(["lab"]) == 1
    error = capsys.readouterr().err
    assert "pip install" in error and "[lab]" in error and error.count("\n") == 1


def test_server_arguments(course, monkeypatch):
    path = course / "00_start_here.ipynb"
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    plain = [
        f"--ServerApp.root_dir={course}",
        "--ServerApp.kernel_spec_manager_class=psn_viz.kernelspec.ThisPython",
        "--LabApp.default_url=/lab/tree/00_start_here.ipynb",
        "--ServerApp.answer_yes=True",
    ]
    assert lab_command.server_arguments(path) == plain
    assert lab_command.server_arguments(path, 8890, False) == [*plain, "--ServerApp.port=8890", "--no-browser"]
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    assert lab_command.server_arguments(path) == [*plain, "--allow-root"]


@pytest.mark.slow
@pytest.mark.current_stack
@pytest.mark.skipif(os.name == "nt", reason="stops the server by Ctrl-C, a POSIX signal")
def test_jupyterlab_really_starts_on_the_notebook_in_this_python_without_a_home_and_stops(course, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    leave_a_kernel(tmp_path / "data", "/other/python")
    lost = str(nowhere(tmp_path))
    own = {name: lost for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")}
    own |= {"JUPYTER_DATA_DIR": str(tmp_path / "data"), "JUPYTER_PREFER_ENV_PATH": "0"}
    log = tmp_path / "log"
    keyboard, terminal = os.openpty()  # Jupyter asks its question after Ctrl-C only in a terminal
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "psn_viz", "lab", "--port", str(port), "--no-browser"],
            cwd=course,
            env={**os.environ, **own, "JUPYTER_TOKEN": "secret"},
            stdin=terminal,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        page = fetch(f"{address}/?token=secret", server)
        assert page.url.startswith(f"{address}/lab/tree/00_start_here.ipynb")
        contents = json.load(fetch(f"{address}/api/contents?token=secret", server))
        assert {item["name"] for item in contents["content"]} >= {"00_start_here.ipynb", "01_charge.ipynb"}
        kernels = json.load(fetch(f"{address}/api/kernelspecs?token=secret", server))
        assert kernels["default"] == "python3"
        assert kernels["kernelspecs"]["python3"]["spec"]["argv"][0] == sys.executable
        server.send_signal(signal.SIGINT)
        os.write(keyboard, b"y\n")
        assert server.wait(timeout=20) == 0
        assert "Traceback" not in log.read_text()
        assert log.read_text().count(f"psn-viz lab: {lost} cannot be written: a temporary folder") == 1
    finally:
        server.kill()
        server.wait()
        os.close(keyboard)
        os.close(terminal)
        print(log.read_text())


def fetch(address: str, server: subprocess.Popen):
    """Open an address once the server answers."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            return urllib.request.urlopen(address, timeout=30)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise AssertionError(f"no answer from {address}, exit code {server.poll()}")


# -------------------------------------------------------------------------------------- command line


def test_help_and_version_load_no_torch():
    code = (
        "import sys, psn_viz.cli.main as m\n"
        "for option in sys.argv[1:]:\n"
        "  try: m.main([option])\n"
        "  except SystemExit as end: assert not end.code\n"
        "heavy = {'torch', 'numpy', 'plotly', 'ipywidgets', 'jupyterlab'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code, "--help", "--version"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "doctor" in done.stdout and done.stdout.endswith(f"{__version__}\n")


def test_the_installed_command_is_this_one():
    from importlib.metadata import entry_points

    (command,) = entry_points(group="console_scripts", name="psn-viz")
    assert command.load() is main


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["teach"], "invalid choice: 'teach'"),
        ([], "COMMAND"),
        (["lab", "--port", "0"], "a port is a whole number from 1 to 65535, not '0'"),
        (["lab", "--port", "65536"], "not '65536'"),
        (["lab", "--port", "many"], "not 'many'"),
    ],
)
def test_a_wrong_command_line_is_told_so(arguments, words, capsys):
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2 and words in capsys.readouterr().err
