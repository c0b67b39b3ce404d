"""What the project says of itself: metadata, change log, how to cite it, and the workflow that tests it elsewhere."""

import importlib.util
import re
import shlex
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from psn_viz import __version__

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")


def test_one_version_everywhere():
    released = re.findall(r"^## \[(.+?)\]", CHANGELOG, re.MULTILINE)
    assert released[0] == "Unreleased"
    assert __version__ == PYPROJECT["project"]["version"] == CITATION["version"] == released[1]


def test_the_change_log_keeps_its_form():
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    headings = re.findall(r"^(#+) (.+)$", CHANGELOG, re.MULTILINE)
    assert headings.pop(0) == ("#", "Changelog")
    for level, text in headings:
        version = r"\[Unreleased\]|\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d"
        assert text in kinds if level == "###" else level == "##" and re.fullmatch(version, text), text


def test_the_citation_has_what_its_form_asks_for():
    assert CITATION["cff-version"] == "1.2.0" and CITATION["message"]
    assert CITATION["title"] == "psn_viz"
    assert CITATION["authors"] == PYPROJECT["project"]["authors"]
    assert CITATION["license"] == PYPROJECT["project"]["license"].split(" AND ")[0]


def test_the_citation_and_the_readme_name_the_same_paper():
    (paper,) = CITATION["references"]
    assert re.search(r"title\s*= \{(.+)\}", README)[1] == paper["title"]
    assert f"{{{paper['year']}}}" in README and f"{{{paper['identifiers'][0]['value']}}}" in README


def test_the_classifiers_name_no_licence_and_only_pythons_that_are_admitted():
    classifiers = PYPROJECT["project"]["classifiers"]
    assert not [one for one in classifiers if one.startswith("License")]
    minor = [int(one.rpartition("3.")[2]) for one in classifiers if ":: Python :: 3." in one]
    assert minor and min(minor) == int(PYPROJECT["project"]["requires-python"].removeprefix(">=3."))


# ------------------------------------------------------------------------------------------ workflow

# By its path, or on the runners' image.
PROGRAMS = {"/usr/bin/google-chrome"}
TESTS = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").glob("test_*.py"))


def jobs() -> dict[str, dict]:
    return yaml.safe_load((ROOT / ".github" / "workflows" / "tests.yml").read_text("utf-8"))["jobs"]


def commands(job: dict) -> list[list[str]]:
    """Return every command of a job as words, once for each value that its matrix gives a word."""
    lines = "\n".join(step.get("run", "") for step in job["steps"]).replace("\\\n", " ").splitlines()
    for name, values in job.get("strategy", {}).get("matrix", {}).items():
        placed = "${{ matrix.%s }}" % name  # noqa: UP031
        lines = [line.replace(placed, value) for line in lines for value in (values if placed in line else [""])]
    return [shlex.split(line) for line in lines if line]


def complaint(words: list[str]) -> str | None:
    """Say what is not there of what a command names: its program, or a file, an extra, a marker or a test."""
    program, *rest = words
    if program == "make":
        targets = re.findall(r"^([\w-]+):", MAKEFILE, re.MULTILINE)
        return next((f"no make target {word}" for word in rest if word not in targets), None)
    if words[:2] != ["python", "-m"]:
        return None if program in PROGRAMS else f"no program {program}"
    if not importlib.util.find_spec(words[2]):
        return f"no module {words[2]}"
    options = dict(pairwise(words[3:]))
    if words[2] == "pip" and not (ROOT / options.get("-c", "constraints.txt")).is_file():
        return f"no file {options['-c']}"
    for extra in re.findall(r"\.\[(.+?)\]", " ".join(words)):
        if extra not in PYPROJECT["project"]["optional-dependencies"]:
            return f"no extra {extra}"
    known = {marker.partition(":")[0] for marker in PYPROJECT["tool"]["pytest"]["ini_options"]["markers"]}
    for marker in set(re.findall(r"\w+", options.get("-m", "") if words[2] == "pytest" else "")) - {"not", "and"}:
        if marker not in known:
            return f"no marker {marker}"
    for part in set(re.findall(r"\w+", options.get("-k", ""))) - {"not", "and"}:
        if not re.search(rf"def test_\w*{part}", TESTS):
            return f"no test {part}"
    return next((f"no file {word}" for word in rest if word.startswith("tests/") and not [*ROOT.glob(word)]), None)


@pytest.mark.parametrize("name", jobs())
def test_the_workflow_calls_only_what_there_is(name):
    found = commands(jobs()[name])
    assert found and [complaint(words) for words in found] == [None] * len(found)


def test_the_workflow_tests_without_make_what_make_check_tests():
    (chosen,) = re.findall(r"^check:.*\n.*-m '(.+?)'", MAKEFILE, re.MULTILINE)
    for name in ("check", "newest"):
        (words,) = [words for words in commands(jobs()[name]) if words[:3] == ["python", "-m", "pytest"]]
        assert words[3:] == ["--quick", "-m", chosen]


def test_the_workflow_runs_on_three_systems_and_the_whole_on_one():
    matrix = jobs()["check"]["strategy"]["matrix"]
    assert {system.partition("-")[0] for system in matrix["os"]} == {"ubuntu", "macos", "windows"}
    assert matrix["python"] == ["3.11", "3.14"]
    assert commands(jobs()["test"])[-2:] == [["make", "test"], ["make", "test-colab"]]


@pytest.mark.parametrize(
    "command",
    [
        "make tests",
        "tox -e py311",
        "python -m pytset",
        'python -m pytest -m "not fast"',
        'python -m pytest -k "not withdrawn"',
        "python -m pytest tests/test_nothing*.py",
        "python -m pip install -c constraint.txt numpy",
        'python -m pip install -e ".[tests]"',
    ],
)
def test_what_is_not_there_is_found(command):
    assert complaint(shlex.split(command))
