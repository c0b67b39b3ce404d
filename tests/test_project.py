"""The project as a whole: style, import direction, the wheel, import cost, README, nothing local in the files."""

import ast
import importlib
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
import tomllib
import zipfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import psn_viz
from tests import conftest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def python(code: str, **options) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stderr
    return done.stdout


# --------------------------------------------------------------------------------------------- style


@pytest.mark.current_stack
@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=" ".join)
def test_ruff(command):
    done = subprocess.run([sys.executable, "-m", "ruff", *command, "."], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


# ------------------------------------------------------------------------------------------- imports

# Each layer may import the layers before it, itself, and BASE. `labs/*` stands for the folder of each lab, which may
# not import that of another; a lab's own name comes last, so that the rest of `labs` is told from it.
BASE = {"", "chromium", "files", "json_files", "processor", "progress_line", "read_numbers", "text_table"}
LAYERS = (
    ("neurons",),
    ("torch_state",),
    ("learning",),
    ("bench",),
    ("labs/core",),
    ("labs/*",),
    ("labs/live",),
    ("labs",),
    ("course",),
    ("folders", "kernelspec"),
    ("classroom",),
    ("app", "export"),
    ("browser",),  # which shows the gallery of the app, too
    ("cli",),
    ("__main__",),
)
STANDARD_LIBRARY = set(sys.stdlib_module_names)
PACKAGE = ROOT / "psn_viz"
# The folders that hold labs, a lab each, and the one that holds drawings.
LAB_FOLDERS = {path.parent.name for path in PACKAGE.glob("labs/*/lab.py")} | {"drawings"}


def layer_of(name: str) -> str:
    """Return the layer that a dotted name in psn_viz belongs to; "" is the package itself."""
    parts = name.split(".")[1:] or [""]
    if parts[0] == "labs" and len(parts) > 1:
        if parts[1] in ("core", "live"):
            return f"labs/{parts[1]}"
        return f"labs/{parts[1]}" if parts[1] in LAB_FOLDERS else "labs"
    return "" if parts[0].startswith("__") and parts[0] != "__main__" else parts[0]


def modules() -> Iterator[tuple[str, Path]]:
    """Yield each file of the package with the layer that it belongs to."""
    for path in sorted(PACKAGE.rglob("*.py")):
        yield layer_of(".".join(path.relative_to(ROOT).with_suffix("").parts)), path


def imported(source: str, package: str) -> set[str]:
    """Return the dotted names that a module of `package` imports, wherever in it the import stands."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            base = parts[: len(parts) - node.level + 1] if node.level else []
            base += node.module.split(".") if node.module else []
            names |= {".".join([*base, alias.name]) for alias in node.names}
    return names


def imports_of(path: Path) -> set[str]:
    names = imported(path.read_text("utf-8"), ".".join(path.relative_to(ROOT).parent.parts))
    return names - for_type_checkers() if path == ROOT / "psn_viz" / "__init__.py" else names


def for_type_checkers() -> set[str]:
    """Return the dotted names that psn_viz/__init__.py imports for type checkers alone."""
    tree = ast.parse((ROOT / "psn_viz" / "__init__.py").read_text("utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    assert all(alias.asname == alias.name for node in block.body for alias in node.names), "write: name as name"
    return imported("\n".join(map(ast.unparse, block.body)), "psn_viz")


def layers_imported(names: set[str]) -> set[str]:
    """Return the layers of psn_viz among dotted names; `from psn_viz import __version__` is of none."""
    return {layer_of(name) for name in names if name.startswith("psn_viz.")} - {""}


def rank(layer: str) -> int:
    kind = "labs/*" if layer.startswith("labs/") and layer not in ("labs/core", "labs/live") else layer
    return next(place for place, names in enumerate(LAYERS) if kind in names)


def may_import(layer: str, other: str) -> bool:
    if other in BASE or other == layer:
        return True
    return layer not in BASE and rank(other) < rank(layer)


def test_imports_go_one_way():
    for layer, path in modules():
        assert layer in BASE or rank(layer) >= 0, f"{path.name}: give {layer} a place in the order"
        if path != PACKAGE / "__init__.py":  # whose names are loaded when they are used
            wrong = {other for other in layers_imported(imports_of(path)) if not may_import(layer, other)}
            assert not wrong, f"{path.relative_to(ROOT)} imports {wrong}"


def test_neurons_import_torch_and_the_standard_library_only():
    for layer, path in modules():
        if layer == "neurons":
            roots = {name.split(".")[0] for name in imports_of(path)}
            assert roots <= STANDARD_LIBRARY | {"torch", "triton", "psn_viz"}, path.name


def test_the_base_imports_little():
    for layer, path in modules():
        if layer in BASE and path != PACKAGE / "__init__.py":
            roots = {name.split(".")[0] for name in imports_of(path)}
            assert roots <= STANDARD_LIBRARY | {"filelock", "msgspec", "psn_viz"}, path.name


# A lab's folder may bear its neuron's name; in the folders of labs and lessons the same files recur.
RECURRING = {"__init__", "lab", "figure", "questions", "exercises"}


def test_no_module_has_the_name_of_another():
    names = [path.stem for _, path in modules() if path.stem not in RECURRING]
    twice = sorted({name for name in names if names.count(name) > 1})
    assert not twice


def test_no_module_is_hidden_by_what_its_package_imports():
    for init in PACKAGE.rglob("__init__.py"):
        inside = {path.stem for path in init.parent.glob("*.py")} | {
            path.parent.name for path in init.parent.glob("*/*.py")
        }
        tree = ast.parse(init.read_text("utf-8"))
        bound = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        } | {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        assert not (inside - {"__init__"}) & bound, init.relative_to(ROOT)


def test_the_import_check_itself_sees_every_way_to_import():
    source = """
    import psn_viz.labs
    from psn_viz import export
    from psn_viz.app.page import show
    from .. import bench
    from ..labs.core import traces
    def later():
        from ..course.quiz import Quiz
    """
    found = layers_imported(imported(textwrap.dedent(source), "psn_viz.neurons"))
    assert found == {"labs", "export", "app", "bench", "labs/core", "course"}
    assert layers_imported({"psn_viz.__version__", "psn_viz", "torch.nn"}) == set()


def test_type_checkers_see_the_names_that_are_loaded_when_used():
    homes = dict(reversed(name.rsplit(".", 1)) for name in for_type_checkers())
    assert sorted(["__version__", *homes]) == sorted(psn_viz.__all__)
    for name, home in homes.items():
        assert getattr(psn_viz, name) is getattr(import_module(home), name)


# --------------------------------------------------------------------------------------- import cost


def loaded_by(statement: str) -> set[str]:
    return set(python(f"import sys\n{statement}\nprint(*sys.modules, sep='\\n')", cwd=ROOT).split())


def test_importing_the_package_loads_nothing_else():
    roots = {name.split(".")[0] for name in loaded_by("import psn_viz")}
    assert not roots & {"torch", "numpy", "plotly", "ipywidgets", "anywidget", "IPython"}


def test_importing_the_neurons_loads_torch_and_no_drawing():
    loaded = loaded_by("import psn_viz.neurons")
    roots = {name.split(".")[0] for name in loaded}
    assert "torch" in roots
    assert not roots & {"plotly", "ipywidgets", "anywidget", "IPython", "spikingjelly", "kaleido"}
    others = {name for names in LAYERS[1:] for name in names if "/" not in name}
    assert not {f"psn_viz.{name}" for name in others} & loaded


def test_importing_the_training_loads_nothing_for_downloads():
    roots = {name.split(".")[0] for name in loaded_by("import psn_viz.learning")}
    assert not roots & {"pooch", "requests", "filelock"}


WIDGETS = ("ipywidgets", "anywidget", "plotly", "traitlets", "IPython")


def test_labs_are_computed_drawn_and_described_without_widgets():
    """With the five packages blocked; showing a lab is what needs them."""
    code = f"""
import sys
for name in {WIDGETS}:
    sys.modules[name] = None
import dataclasses
from psn_viz.labs import LABS
for name, kind in LABS.items():
    lab = kind.from_code(kind().code)
    numbers = kind.compute(kind.state_from_code(name))
    assert dataclasses.is_dataclass(numbers) and type(numbers).__dataclass_params__.frozen, name
    assert isinstance(kind.draw(numbers), dict) and kind.describe(numbers) == lab.description, name
    assert "`[" in type(numbers).__doc__, f"the numbers of {{name}} have no shapes"
    try:
        lab.show()
    except ImportError:
        print(name)
"""
    assert python(code, cwd=ROOT).split() == list(importlib.import_module("psn_viz.labs").LABS)


def test_labs_and_what_they_are_made_of_import_no_widgets():
    for layer, path in modules():
        if layer.startswith("labs") and layer != "labs/live":
            roots = {name.split(".")[0] for name in imports_of(path)}
            assert not roots & set(WIDGETS), path.relative_to(ROOT)


# --------------------------------------------------------------------------------------------- wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> set[str]:
    """Build the wheel from a copy, offline, and return the names of its files."""
    copy = tmp_path_factory.mktemp("project")
    for name in tracked_or_new():
        if name.startswith(("psn_viz/", "tests/")) or "/" not in name:
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    python("from setuptools import build_meta; build_meta.build_wheel('dist')", cwd=copy)
    (built,) = (copy / "dist").glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return set(archive.namelist())


def test_wheel_contains_every_module_and_its_data(wheel):
    missing = {name for name in tracked_or_new() if name.startswith("psn_viz/")} - wheel
    assert not missing
    assert {Path(name).suffix for name in wheel} >= {".py", ".npz", ".js", ".css", ".LICENSE"}
    assert "psn_viz/py.typed" in wheel
    assert "psn_viz/learning/data/fashion_mnist_4000_1000.npz" in wheel
    assert any(name.endswith("licenses/LICENSE") for name in wheel)
    for licence in (ROOT / "psn_viz").rglob("*.LICENSE"):
        assert any(name.endswith(f"licenses/psn_viz/learning/data/{licence.name}") for name in wheel)


def test_wheel_contains_no_test_and_no_notebook(wheel):
    odd = {name for name in wheel if not re.match(r"psn_viz/|psn_viz-[^/]*\.dist-info/", name)}
    assert not odd
    assert not {name for name in wheel if "test" in name.lower() or name.endswith(".ipynb")}


# ------------------------------------------------------------------------------------------ licences

# What a licence file says of its licence, and how SPDX calls it.
SPDX = {
    "Creative Commons Attribution 4.0 International": "CC-BY-4.0",
    "BSD 3-Clause License": "BSD-3-Clause",
    "License: Expat": "MIT",
}


def test_the_run_that_leaves_files_out_names_files_that_are_there():
    assert {path.stem for path in (ROOT / "tests").glob("test_*.py")} >= conftest.ANY_PROCESSOR


def test_every_data_set_that_ships_is_named_with_its_licence():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    licences = {path: path.read_text("utf-8") for path in (ROOT / "psn_viz").rglob("*.LICENSE")}
    data = [path for path in (ROOT / "psn_viz").rglob("*.npz")]
    assert len(data) == len(licences) == 3
    section, identifiers = README.partition("## Licences")[2], {"MIT"}
    for path in data:
        (licence,) = [one for one in licences if path.stem.replace("_", "-").startswith(one.stem)]
        (told,) = [line for line in section.splitlines() if f"`{path.name}`" in line]
        assert f"]({licence.relative_to(ROOT).as_posix()})" in told
        found = {name for words, name in SPDX.items() if words in licences[licence]}
        assert found, f"{licence.name} is of a licence that SPDX above does not have"
        identifiers |= found
        for name in found:
            assert name.replace("-", " ", 2 if name == "CC-BY-4.0" else 1) in told
        if "CC-BY-4.0" in found:  # author, title, source and changes
            author = re.search(r"^[A-Z]\. (\w+)", licences[licence], re.MULTILINE)[1]
            title = re.search(r"\(\d{4}\)\. (.*) \[Dataset\]", licences[licence])[1]
            source = re.search(r"https://doi\.org/\S+", licences[licence])[0]
            assert author in told and f"*{title}*" in told and f"]({source})" in told and "stored" in told
    assert project["license"].split(" AND ") == ["MIT", *sorted(identifiers - {"MIT"}, reverse=True)]
    assert {path for pattern in project["license-files"] for path in ROOT.glob(pattern)} == {
        *licences,
        ROOT / "LICENSE",
    }


def test_a_page_with_plotly_js_carries_its_notice():
    from plotly.offline import get_plotlyjs

    assert "plotly.js, MIT licence" in README
    assert re.search(
        r"Copyright [\d-]+, Plotly, Inc\.[\s*]+All rights reserved\.[\s*]+Licensed under the MIT",
        get_plotlyjs()[:500],
    )


# -------------------------------------------------------------------------------------------- README


def python_blocks() -> list[str]:
    return re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_the_example_in_the_readme_runs_and_learns():
    (block,) = python_blocks()
    names: dict = {}
    exec(compile(block, "README.md", "exec"), names)
    assert names["scores"].shape == (32, 10)
    names["scores"].logsumexp(1).sum().backward()
    assert all(weight.grad is not None for weight in names["net"].parameters())
    assert len([line for line in block.splitlines() if line]) == 5


def test_links_in_the_readme_lead_somewhere():
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", README)
    relative = {target for target in targets if "://" not in target}
    assert "LICENSE" in relative
    missing = {target for target in relative if not (ROOT / target).exists()}
    assert not missing


def test_the_readme_maps_every_notebook():
    lessons = {path.stem for path in (ROOT / "notebooks" / "src").glob("[0-9]*.py")}
    assert lessons == set(re.findall(r"^\| \[(\d\d_\w+)\]", README, re.MULTILINE))


# --------------------------------------------------------------------------------------------- files


def tracked_or_new() -> list[str]:
    """Return the repository's files that git does not ignore; without git, those of an unpacked copy."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        listed = [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*")]
        listed = [n for n in listed if not re.search(r"(^|/)(\.venv|\.git|__pycache__|build|[^/]*\.egg-info)/", n)]
    return sorted(name for name in listed if name and (ROOT / name).is_file())


# Written in pieces: this file is searched too.
LOCAL = [
    r"(?<![\w.])/" + r"(?:work|farm|root|opt|home/\w+|Users/\w+)/",
    r"\.\./" + "shared",
    "/tmp/" + r"\w",
    "site" + "-packages/",
    "pypi" + r"\.org",
    "python" + r"hosted\.",
    "npmjs" + r"\.(?:org|com)",
    "debian" + r"\.org/(?!doc/)",
    "anaconda" + r"\.(?:org|com)",
    r"index" + "-url",
    r"\bTO" + r"DO\b|\bFIX" + r"ME\b|\bXX" + r"X\b",
]


def text_of(path: Path) -> str | None:
    """Return the text of a file, of a notebook what a reader sees of it; None when it is not text."""
    data = path.read_bytes()
    if b"\0" in data:
        return None
    text = data.decode("utf-8")
    if path.suffix != ".ipynb":
        return text
    cells = json.loads(text)["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    shown = [output.get("data", {}) for output in outputs]
    pieces = [cell["source"] for cell in cells] + [output.get("text", "") for output in outputs]
    pieces += [value for data in shown for kind, value in data.items() if kind in ("text/plain", "text/html")]
    pieces += [output.get("traceback", "") for output in outputs]
    return "\n".join("".join(piece) for piece in pieces)


def local_things(text: str) -> list[str]:
    return [match[0] for pattern in LOCAL for match in re.finditer(pattern, text)]


def test_no_file_names_a_place_on_a_machine_or_a_registry():
    found = {}
    for name in tracked_or_new():
        text = text_of(ROOT / name)
        if text and (things := local_things(text)):
            found[name] = things
    assert not found


@pytest.mark.parametrize(
    "text",
    ["see /wo" + "rk/main", "from /ro" + "ot/x", "https://py" + "pi.org/simple", "# TO" + "DO later", "/tm" + "p/x"],
)
def test_the_search_for_local_things_finds_them(text):
    assert local_things(text)


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such mode")
def test_what_a_reader_needs_is_executable():
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
