"""How a notebook comes by psn_viz: the lines in front of its imports, and the copies that `psn-viz colab` writes."""

import base64
import hashlib
import importlib.metadata
import importlib.util
import io
import json
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager

from psn_viz.cli.main import main
from psn_viz.export import bootstrap, colab
from psn_viz.export.notebook_error import NotebookError

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PLACE = colab.place_of("ada/psn-course", "main")


def cells_of(path: Path) -> list[dict]:
    return json.loads(path.read_text("utf-8"))["cells"]


def code_of(path: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in cells_of(path) if cell["cell_type"] == "code"]


def without(monkeypatch, *modules: str) -> None:
    """Let these modules be missing for whoever asks."""
    find = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name in modules else find(name))


def run_cell(source: str) -> list[tuple]:
    """Run a cell as IPython would and return the magics that it called."""
    called = []
    shell = SimpleNamespace(run_line_magic=lambda *call: called.append(call))
    exec(TransformerManager().transform_cell(source), {"get_ipython": lambda: shell})
    return called


def run_packed(source: str) -> None:
    """Run the cell with the wheel as it stands: IPython looks for magics in all of its 5 MB, which takes a second."""
    exec(source, {})


# --------------------------------------------------------------------- the lines in front of the imports


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_notebook_begins_with_them_and_then_imports(path):
    first, second = code_of(path)[:2]
    assert first == bootstrap.lines().rstrip("\n")
    assert bootstrap.IMPORTS.search(second)
    cell = next(cell for cell in cells_of(path) if cell["cell_type"] == "code")
    assert cell["metadata"]["jupyter"] == {"source_hidden": True}, "folded: a reader sees the imports alone"
    assert len(bootstrap.lines().splitlines()) <= 8


@pytest.mark.parametrize("place", ["", PLACE])
def test_nothing_happens_where_psn_viz_is_installed(place, capsys):
    assert run_cell(bootstrap.lines(place)) == []
    assert capsys.readouterr() == ("", "")


def test_without_a_place_they_say_in_one_sentence_what_to_do(monkeypatch):
    without(monkeypatch, "psn_viz")
    with pytest.raises(ModuleNotFoundError, match=r"^psn_viz is not installed here: .*`psn-viz colab`[^.]*\.$"):
        run_cell(bootstrap.lines(""))


def test_with_a_place_they_install_and_touch_neither_torch_nor_ipywidgets(monkeypatch):
    without(monkeypatch, "psn_viz")
    ((kind, what),) = run_cell(bootstrap.lines(PLACE))
    assert kind == "pip" and what.startswith(f'install --quiet --no-deps "{PLACE}" anywidget ')
    assert not re.search(r"torch|ipywidgets|numpy|--upgrade|-U\b", what.replace(PLACE, ""))


def test_they_stand_only_in_front_of_imports_of_psn_viz():
    def cells(*sources):
        return [{"cell_type": "markdown", "source": "# import psn_viz"}] + [
            {"cell_type": "code", "source": source} for source in sources
        ]

    for first in ("import torch\n\nimport psn_viz as pv", "from psn_viz.neurons import PSN"):
        changed = cells(first, "import psn_viz")
        bootstrap.prepend(changed)
        assert [cell["source"] for cell in changed] == [
            "# import psn_viz", bootstrap.lines().rstrip("\n"), first, "import psn_viz"
        ]  # fmt: skip
    for others in (["import torch", "import psn_viz"], ["import psn_vizier"], []):
        same = cells(*others)
        bootstrap.prepend(same)
        assert same == cells(*others)


# ----------------------------------------------------------------------------- copies that carry the library


@pytest.fixture(scope="module")
def copies(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("elsewhere") / "new" / "folder"
    assert main(["colab", str(folder)]) == 0
    return folder


def packed_cell(folder: Path) -> tuple[int, dict]:
    """Return the cell with the wheel in the first notebook of a folder, and its place among all cells."""
    cells = cells_of(folder / NOTEBOOKS[0].name)
    ((position, cell),) = [(n, cell) for n, cell in enumerate(cells) if cell.get("id", "").endswith("-packed")]
    return position, cell


@pytest.fixture
def packed(copies) -> str:
    return "".join(packed_cell(copies)[1]["source"])


def test_every_notebook_has_its_copy_which_differs_in_how_it_comes_by_psn_viz(copies):
    assert sorted(path.name for path in copies.iterdir()) == [path.name for path in NOTEBOOKS]
    for path in NOTEBOOKS:
        notebook = nbformat.read(copies / path.name, as_version=nbformat.NO_CONVERT)
        nbformat.validate(notebook)
        old, new = cells_of(path), cells_of(copies / path.name)
        position = next(n for n, cell in enumerate(new) if cell["cell_type"] == "code")
        assert new.pop(position)["id"].endswith("-packed")
        assert "".join(old.pop(position)["source"]) == bootstrap.lines().rstrip("\n")
        assert new == old


def test_the_cell_is_folded_and_short_but_for_its_last_line(copies, packed):
    _, cell = packed_cell(copies)
    assert cell["metadata"] == {"jupyter": {"source_hidden": True}, "cellView": "form"} and cell["outputs"] == []
    *lines, last = packed.splitlines()
    assert len(lines) < 30 and all(len(line) <= 118 for line in lines)
    assert lines[0].startswith("#@title ") and "run it first" in lines[0]
    assert len(last) < 6_000_000


def test_it_holds_the_wheel_which_is_the_same_whenever_it_is_built(packed):
    name, data = colab.wheel()
    assert re.fullmatch(r"psn_viz-[\d.]+-py3-none-any\.whl", name)
    (said_name, said_hash, text) = re.search(r"install\('(.*)', '(\w+)', '(.*)'\)$", packed).groups()
    assert (said_name, base64.b64decode(text)) == (name, data)
    assert said_hash == hashlib.sha256(data).hexdigest()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        written = [entry for entry in archive.infolist() if "dist-info/" in entry.filename]
        carried = {Path(name).name for name in archive.namelist() if "/licenses/" in name}
    assert carried == {"LICENSE", *(path.name for path in (ROOT / "psn_viz").rglob("*.LICENSE"))}
    assert {entry.date_time for entry in written} == {(1980, 1, 1, 0, 0, 0)}, "the time of the build is in it"


@pytest.fixture
def pip(monkeypatch):
    """Stand in for pip and return what it was called with."""
    calls = []

    def run(command, **_):
        wheel = Path(command[-1])
        calls.append((command[1:-1], wheel.name, wheel.read_bytes()))
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr("subprocess.run", run)
    return calls


def test_it_installs_with_pip_without_network_and_without_dependencies(packed, pip, monkeypatch, capsys):
    without(monkeypatch, "psn_viz")
    run_cell(packed)
    ((command, name, data),) = pip
    assert command == ["-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    assert f"install('{name}', '{hashlib.sha256(data).hexdigest()}', '" in packed
    assert capsys.readouterr() == ("", "")


def test_it_does_nothing_where_psn_viz_is_installed(packed, pip):
    run_packed(packed)
    assert pip == []


def test_a_damaged_copy_is_not_installed(packed, pip, monkeypatch):
    without(monkeypatch, "psn_viz")
    middle = len(packed) // 2
    other = "A" if packed[middle] != "A" else "B"
    for damaged in (
        packed[:middle] + other + packed[middle + 1 :],
        packed[:middle] + packed[middle + 1 :],
        packed[:middle] + "-" + packed[middle:],
    ):
        with pytest.raises(ValueError, match="this copy of the notebook is damaged"):
            run_packed(damaged)
    assert pip == []


def test_it_names_what_must_be_there_first(packed, pip, monkeypatch):
    without(monkeypatch, "psn_viz", "anywidget", "plotly")
    message = r"^psn_viz needs anywidget plotly: run %pip install anywidget plotly, then this cell again$"
    with pytest.raises(ModuleNotFoundError, match=message):
        run_packed(packed)
    assert pip == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = [re.match(r"[\w-]+", line)[0] for line in project["dependencies"]]
    # pooch is imported only to download a data set, which no lesson does.
    assert sorted({*declared} - {"pooch"}) == colab.NEEDED.split()


@pytest.mark.parametrize("reached", [True, False])
def test_the_package_that_colab_lacks_is_downloaded_first(reached, packed, monkeypatch):
    calls, missing, find = [], {"psn_viz", "msgspec"}, importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name in missing else find(name))

    def run(command, **_):
        calls.append(command[1:])
        missing.discard(command[-1] if reached else None)
        return SimpleNamespace(returncode=0 if reached else 1, stderr="no network")

    monkeypatch.setattr("subprocess.run", run)
    if reached:
        run_packed(packed)
        assert calls[1][-1].endswith(".whl") and "--no-index" in calls[1]
    else:
        with pytest.raises(ModuleNotFoundError, match=r"^psn_viz needs msgspec: run %pip install msgspec, "):
            run_packed(packed)
    assert calls[0] == ["-m", "pip", "install", "--quiet", "--no-deps", "msgspec"] and len(calls) == 1 + reached


def test_what_pip_says_reaches_the_reader(packed, monkeypatch):
    without(monkeypatch, "psn_viz")
    monkeypatch.setattr("subprocess.run", lambda *_, **__: SimpleNamespace(returncode=1, stderr="pip says no\n"))
    with pytest.raises(RuntimeError, match=r"pip could not install psn_viz here: pip says no$"):
        run_packed(packed)


# ------------------------------------------------------------------------------------ copies with a badge


def test_a_badge_opens_the_copy_from_the_repository_which_it_then_installs_from(tmp_path, capsys):
    assert main(["colab", str(tmp_path), "--repo", "ada/psn-course", "--branch", "v1.x"]) == 0
    assert "ada/psn-course, branch v1.x" in capsys.readouterr().out
    for path in NOTEBOOKS:
        nbformat.validate(nbformat.read(tmp_path / path.name, as_version=nbformat.NO_CONVERT))
        badge, *new = cells_of(tmp_path / path.name)
        address = f"https://colab.research.google.com/github/ada/psn-course/blob/v1.x/notebooks/{path.name}"
        assert badge["cell_type"] == "markdown" and "".join(badge["source"]).endswith(f"]({address})")
        assert "Open in Colab" in "".join(badge["source"])
        lines = bootstrap.lines(colab.place_of("ada/psn-course", "v1.x"))
        assert "github.com/ada/psn-course/archive/refs/heads/v1.x.zip" in lines
        old = cells_of(path)
        changed = [n for n, (is_, was) in enumerate(zip(new, old, strict=True)) if is_ != was]
        assert len(changed) == 1 and "".join(new[changed[0]]["source"]) == lines


@pytest.mark.parametrize("name", ["ada/x", "a-b/c", "A1/a.b_c-d", "ada/.github"])
def test_names_of_repositories(name):
    assert colab.REPOSITORY.fullmatch(name)


@pytest.mark.parametrize(
    "name",
    [
        *["", "ada", "ada/", "/x", "ada/x/y", "-a/x", "a-/x", "a--b/x", "ada/..", "ada/x y", "ada/x\n", "a_b/x"],
        *["ada/x)](http:", "https://github.com/ada/x", "ä/x", f"{'a' * 40}/x", f"a/{'x' * 101}"],
    ],
)
def test_what_is_no_repository_is_refused(name, tmp_path):
    with pytest.raises(NotebookError, match="OWNER/NAME"):
        colab.write_copies(tmp_path / "new", name)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("branch", ["", "-x", ".x", "a b", "a/b", "x.", "a\n", "a)", "x" * 101])
def test_what_is_no_branch_is_refused(branch, tmp_path):
    with pytest.raises(NotebookError, match="--branch"):
        colab.write_copies(tmp_path / "new", "ada/x", branch)


# ----------------------------------------------------------------------------------- what cannot be written


def test_the_notebooks_of_the_course_are_not_written_over(tmp_path):
    for folder in (ROOT / "notebooks", ROOT / "psn_viz" / ".." / "notebooks"):
        for repository in (None, "ada/x"):
            with pytest.raises(NotebookError, match="take the place of the course's own notebooks"):
                colab.write_copies(folder, repository)


def test_a_file_in_the_place_of_the_folder_is_an_error_in_one_line(tmp_path, capsys):
    (tmp_path / "file").write_text("mine")
    assert main(["colab", str(tmp_path / "file")]) == 1
    told = capsys.readouterr()
    assert told.err.startswith("psn-viz colab: ") and "is a file" in told.err and told.err.count("\n") == 1
    assert (tmp_path / "file").read_text() == "mine"


def test_a_copy_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    def full(*_):
        raise OSError("no space left")

    old = tmp_path / NOTEBOOKS[0].name
    old.write_text("the old one")
    monkeypatch.setattr("os.replace", full)
    with pytest.raises(NotebookError, match="cannot be written: no space left"):
        colab.write_copies(tmp_path, "ada/x")
    assert [path.name for path in tmp_path.iterdir()] == [old.name] and old.read_text() == "the old one"


def test_without_the_source_it_says_where_to_run_it(tmp_path):
    with pytest.raises(NotebookError, match="run it from a copy of the project"):
        colab.write_copies(tmp_path / "new", root=tmp_path)


def test_a_notebook_out_of_step_is_named(tmp_path):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "pyproject.toml").touch()
    cell = {"cell_type": "code", "source": ["import psn_viz as pv"]}
    (tmp_path / "notebooks" / "07_old.ipynb").write_text(json.dumps({"cells": [cell]}))
    with pytest.raises(NotebookError, match=r"07_old\.ipynb .* make notebooks"):
        colab.write_copies(tmp_path / "new", "ada/x", root=tmp_path)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("version", [None, "76.1.0", "9.0"])
def test_packing_needs_a_recent_setuptools(version, monkeypatch):
    def installed(name):
        if version is None:
            raise importlib.metadata.PackageNotFoundError(name)
        return version

    monkeypatch.setattr("importlib.metadata.version", installed)
    with pytest.raises(NotebookError, match="setuptools 77 or newer"):
        colab.wheel()


def test_a_wheel_that_cannot_be_built_says_why(tmp_path):
    (tmp_path / "psn_viz").mkdir()
    for name in ("README.md", "LICENSE"):
        (tmp_path / name).touch()
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 3\n")
    with pytest.raises(NotebookError, match=r"(?s)the wheel could not be built: .*name"):
        colab.wheel(tmp_path)


# ------------------------------------------------------------- a copy where psn_viz is not installed


@pytest.fixture(scope="module")
def bare(tmp_path_factory) -> tuple[Path, Path]:
    """An environment with everything that this one has, but psn_viz: its Python and the folder of its packages."""
    home = tmp_path_factory.mktemp("bare")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    python = home / "bin" / "python"
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True).stdout.strip())
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if not re.match(r"psn_viz|__editable__|__pycache__", entry.name):
            (packages / entry.name).symlink_to(entry)
    return python, packages


@pytest.mark.colab_stack
def test_a_copy_brings_psn_viz_along_and_runs(copies, bare, tmp_path):
    python, packages = bare
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    environment = os.environ | nowhere | {"IPYTHONDIR": str(tmp_path), "PSN_VIZ_PROGRESS": "off"}
    options = {"cwd": tmp_path, "env": environment, "capture_output": True, "text": True}
    assert subprocess.run([python, "-c", "import psn_viz"], **options).returncode == 1
    before = sorted(path.name for path in packages.iterdir())

    path = copies / NOTEBOOKS[1].name
    # ipywidgets 7, which Colab has, shows a widget without the page that questions have beside it.
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    for cell in notebook.cells:
        if re.search(r"\bpv\.(predict|recall|answer)\(", cell.source):
            cell.metadata["tags"] = [*cell.metadata.get("tags", []), "nbval-ignore-output"]
    nbformat.write(notebook, path)
    nbval = "--nbval --nbval-current-env --nbval-cell-timeout=120 --color=no -q -p no:cacheprovider".split()
    done = subprocess.run([python, "-m", "pytest", *nbval, f"--rootdir={copies}", str(path)], **options)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(code_of(path))} passed" in done.stdout

    new = set(path.name for path in packages.iterdir()) - {*before, "__pycache__"}
    assert {name.partition("-")[0] for name in new} == {"psn_viz"} and (packages / "psn_viz").is_dir()
    shipped = packages / "psn_viz" / "learning" / "data" / "fashion_mnist_4000_1000.npz"
    assert shipped.stat().st_size > 2_000_000
