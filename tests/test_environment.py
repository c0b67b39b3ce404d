"""environment.yml and the constraints say the same as pyproject.toml, and the second environment is what they say."""

import importlib.metadata
import re
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
CONDA_NAMES = {"torch": "pytorch"}


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def environment() -> dict:
    return yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))


def conda_specs() -> dict[str, str]:
    from rattler import MatchSpec

    specs = [MatchSpec(line) for line in environment()["dependencies"] if isinstance(line, str)]
    assert all(spec.channel is None for spec in specs)
    return {spec.name.normalized: str(spec.version or "") for spec in specs}


def pins_as_written(file: str) -> dict[str, str]:
    lines = (ROOT / file).read_text("utf-8").splitlines()
    lines = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in lines), "only plain pins, no local versions"
    pairs = [line.split("==") for line in lines]
    assert len(pairs) == len({canonicalize_name(name) for name, _ in pairs})
    return dict(pairs)


def pins(*files: str) -> dict[str, str]:
    """Return versions by normalised name; a later file has the last word."""
    written = [pins_as_written(file) for file in files or ["constraints.txt"]]
    return {canonicalize_name(name): version for pairs in written for name, version in pairs.items()}


def pins_of_colab() -> dict[str, str]:
    return pins("constraints.txt", "constraints-colab.txt")


@pytest.mark.current_stack
def test_conda_environment_has_the_dependencies_of_the_project_and_no_others():
    declared = [Requirement(line) for line in project()["dependencies"]]
    declared += [Requirement(line) for line in project()["optional-dependencies"]["lab"]]
    wanted = {CONDA_NAMES.get(r.name, r.name): SpecifierSet(str(r.specifier)) for r in declared}
    given = conda_specs()
    given.pop("python"), given.pop("pip")
    assert {name: SpecifierSet(version) for name, version in given.items()} == wanted


@pytest.mark.current_stack
def test_conda_environment_pins_one_minor_python_that_the_project_supports():
    version = conda_specs()["python"]
    minor = re.fullmatch(r"(3\.\d+)\.\*", version)
    assert minor, f"python {version} is not one minor version"
    assert SpecifierSet(project()["requires-python"]).contains(minor[1])


def test_conda_environment_takes_conda_forge_only_and_then_this_folder():
    assert environment()["channels"] == ["conda-forge", "nodefaults"]
    nested = [line for line in environment()["dependencies"] if not isinstance(line, str)]
    assert nested == [{"pip": ["-e ."]}]


@pytest.mark.parametrize("group", ["dependencies", "lab", "test", "test-colab"])
def test_every_dependency_is_pinned_within_its_range(group):
    lines = project()["dependencies"] if group == "dependencies" else project()["optional-dependencies"][group]
    stacks = {"lab": [pins()], "test": [pins()], "test-colab": [pins_of_colab()]}
    for requirement in map(Requirement, lines):
        for stack in stacks.get(group, [pins(), pins_of_colab()]):
            pin = stack.get(canonicalize_name(requirement.name))
            assert pin, f"{requirement.name} has no pin"
            assert requirement.specifier.contains(pin), f"{requirement} does not admit {pin}"


def test_the_lowest_versions_are_the_lower_bounds():
    bounds = {}
    for requirement in map(Requirement, project()["dependencies"]):
        (bound,) = [one for one in requirement.specifier if one.operator == ">="]
        bounds[canonicalize_name(requirement.name)] = bound.version
    assert pins("constraints-lowest.txt") == bounds


def test_the_pins_of_colab_are_only_those_that_differ():
    """And they spell the names alike, so that `make test-colab` finds what it is to leave out."""
    here, there = pins_as_written("constraints.txt"), pins_as_written("constraints-colab.txt")
    assert {name for name in there if canonicalize_name(name) in pins()} == set(there) & set(here)
    assert not set(here.items()) & set(there.items())
    published = {"anywidget": "0.9.21", "ipython": "7.34.0", "ipywidgets": "7.7.1", "plotly": "5.24.1"}
    assert published.items() <= there.items() and re.match(r"2\.1\.", there["numpy"])


@pytest.mark.colab_stack
def test_the_second_environment_has_exactly_these_versions():
    installed = {
        canonicalize_name(found.metadata["Name"]): found.version.partition("+")[0]
        for found in importlib.metadata.distributions()
    }
    assert installed.pop("psn-viz")
    installed.pop("pip", None)
    assert installed == {name: version for name, version in pins_of_colab().items() if name in installed}
    assert set(pins("constraints-colab.txt")) <= set(installed)


@pytest.mark.colab_stack
def test_the_stand_in_is_there_before_the_first_cell_and_is_told_of_widgets():
    from psn_viz.labs import LABS

    assert "google.colab.output" in sys.modules
    LABS["closed_form"]()
    assert sys.modules["google.colab.output"]._widgets._installed_url


def test_reference_implementation_is_pinned_and_the_project_itself_is_not():
    assert "spikingjelly" in pins()
    assert not {"psn-viz", "pip"} & set(pins())
