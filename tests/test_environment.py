"""environment.yml and constraints.txt say the same as pyproject.toml."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from rattler import MatchSpec

ROOT = Path(__file__).parents[1]
CONDA_NAMES = {"torch": "pytorch"}


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def environment() -> dict:
    return yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))


def conda_specs() -> dict[str, str]:
    specs = [MatchSpec(line) for line in environment()["dependencies"] if isinstance(line, str)]
    assert all(spec.channel is None for spec in specs)
    return {spec.name.normalized: str(spec.version or "") for spec in specs}


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    lines = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in lines), "only plain pins, no local versions"
    pairs = [line.split("==") for line in lines]
    names = [canonicalize_name(name) for name, _ in pairs]
    assert len(names) == len(set(names))
    return dict(zip(names, (version for _, version in pairs), strict=True))


def test_conda_environment_has_the_dependencies_of_the_project_and_no_others():
    declared = [Requirement(line) for line in project()["dependencies"]]
    declared += [Requirement(line) for line in project()["optional-dependencies"]["lab"]]
    wanted = {CONDA_NAMES.get(r.name, r.name): SpecifierSet(str(r.specifier)) for r in declared}
    given = conda_specs()
    given.pop("python"), given.pop("pip")
    assert {name: SpecifierSet(version) for name, version in given.items()} == wanted


def test_conda_environment_pins_one_minor_python_that_the_project_supports():
    version = conda_specs()["python"]
    minor = re.fullmatch(r"(3\.\d+)\.\*", version)
    assert minor, f"python {version} is not one minor version"
    assert SpecifierSet(project()["requires-python"]).contains(minor[1])


def test_conda_environment_takes_conda_forge_only_and_then_this_folder():
    assert environment()["channels"] == ["conda-forge", "nodefaults"]
    nested = [line for line in environment()["dependencies"] if not isinstance(line, str)]
    assert nested == [{"pip": ["-e ."]}]


@pytest.mark.parametrize("group", ["dependencies", "lab", "test"])
def test_every_dependency_is_pinned_within_its_range(group):
    lines = project()["dependencies"] if group == "dependencies" else project()["optional-dependencies"][group]
    for requirement in map(Requirement, lines):
        pin = pins().get(canonicalize_name(requirement.name))
        assert pin, f"{requirement.name} is not in constraints.txt"
        assert requirement.specifier.contains(pin), f"{requirement} does not admit {pin}"


def test_reference_implementation_is_pinned_and_the_project_itself_is_not():
    assert "spikingjelly" in pins()
    assert not {"psn-viz", "pip"} & set(pins())
