"""What of psn_viz will not work on this machine, why, and what to do about it.

`psn_viz.cli.installation.inspect_installation` asks the machine; everything here only turns what it found into lines.
"""

import warnings
from collections.abc import Iterable
from dataclasses import dataclass

from psn_viz import __version__
from psn_viz.cli.installation import ESSENTIAL, SHOWN, Installation, inspect_installation

INSTALL = 'python -m pip install -c constraints.txt -e ".[lab]"'
# torch ended there with 2.2.2, which constraints.txt does not name and which wants numpy 1.
INSTALL_ON_INTEL_MAC = 'python -m pip install -e ".[lab]" torch==2.2.2 "numpy<2"'


@dataclass(frozen=True)
class Problem:
    """One thing that does not work here."""

    what: str
    why: str
    do: str
    essential: bool = False

    def lines(self) -> list[str]:
        """Return the problem in plain words."""
        return [f"  {'✗' if self.essential else '–'} {self.what}: {self.why}", f"      {self.do}"]


def examine() -> int:
    """Print the report on this machine; return 0 if everything essential works, else 1."""
    warnings.filterwarnings("ignore", "IPython (parent|dir)")  # the report says which folder cannot be written
    installation = inspect_installation()
    print("\n".join(report(installation)))
    return int(any(problem.essential for problem in problems(installation)))


def report(installation: Installation) -> list[str]:
    """Return the whole report as lines."""
    issues = problems(installation)
    lines = facts(installation)
    if not issues:
        return [*lines, "", "Everything works here."]
    essential = [problem for problem in issues if problem.essential]
    minor = [problem for problem in issues if not problem.essential]
    for title, group in (("psn_viz cannot work here:", essential), ("Will not work here:", minor)):
        if group:
            lines += ["", title, *(line for problem in group for line in problem.lines())]
    if not essential:
        lines += ["", "Everything else works."]
    return lines


def facts(installation: Installation) -> list[str]:
    """Return what was found, one line each."""
    rows = [
        ("psn_viz", __version__),
        ("Python", f"{installation.python}, {installation.prefix}"),
        ("system", f"{installation.system} {installation.machine}".strip()),
    ]
    for name in SHOWN:
        row = installation.versions.get(name) or "not installed"
        rows.append((name, f"{row}, does not import" if name in installation.broken else row))
    device = f"CPU with {installation.cores} {'core' if installation.cores == 1 else 'cores'}"
    device += f", CUDA: {installation.cuda}" if installation.cuda else ""
    device += ", Apple MPS" if installation.mps else ""
    rows += [
        ("device", device),
        ("browser", installation.chromium or "no Chromium or Chrome"),
        ("spikingjelly", installation.versions.get("spikingjelly") or "not installed"),
        ("notebooks", installation.notebooks or "not found"),
        ("kernel", installation.kernel or "not found"),
    ]
    width = max(len(name) for name, _ in rows)
    return [f"{name:<{width}}  {value}" for name, value in rows]


def problems(installation: Installation) -> list[Problem]:
    """Return what does not work, essential things first."""
    everything = [
        *package_problems(installation),
        *notebook_problems(installation),
        *kernel_problems(installation),
        *folder_problems(installation),
        *browser_problems(installation),
        *machine_problems(installation),
    ]
    return sorted(everything, key=lambda problem: not problem.essential)


def package_problems(installation: Installation) -> Iterable[Problem]:
    """Yield missing and broken packages, and versions out of the supported ranges."""
    intel_mac = (installation.system, installation.machine) == ("Darwin", "x86_64")
    for name in ESSENTIAL:
        if installation.versions.get(name) is None:
            why, do = "it is not installed", INSTALL
            if intel_mac:
                why, do = f"{why}; on an Intel Mac it needs Python 3.11 or 3.12", INSTALL_ON_INTEL_MAC
            yield Problem(name, why, do, essential=True)
        elif name in installation.broken:
            again = f"python -m pip install --force-reinstall -c constraints.txt {name}"
            do = INSTALL_ON_INTEL_MAC if intel_mac else again
            yield Problem(name, f"its import fails with {installation.broken[name]}", do, essential=True)
    yield from numpy_problems(installation)
    if not installation.data:
        yield Problem(
            "the course's data",
            "psn_viz/learning/data holds no .npz file",
            "get a complete copy of the project and install it again",
            essential=True,
        )
    yield from range_problems(installation)


def numpy_problems(installation: Installation) -> Iterable[Problem]:
    """Yield numpy 2 beside a torch that was built for numpy 1."""
    torch, numpy = (installation.versions.get(name) or "" for name in ("torch", "numpy"))
    if torch.startswith("2.2.") and numpy and not numpy.startswith(("0.", "1.")):
        yield Problem(
            "numpy",
            f"torch {torch} cannot read the arrays of numpy {numpy}",
            'python -m pip install "numpy<2"',
            essential=True,
        )


def range_problems(installation: Installation) -> Iterable[Problem]:
    """Yield each installed version that is outside the range in psn_viz's installed metadata."""
    if installation.requires is None:
        yield Problem(
            "checking the versions",
            "psn_viz is imported from a folder and not installed, so its supported ranges are unknown",
            INSTALL,
        )
        return
    try:
        from packaging.requirements import Requirement
        from packaging.specifiers import SpecifierSet
    except ImportError:
        yield Problem("checking the versions", "`packaging` is missing", "python -m pip install packaging")
        return
    if installation.requires_python and not SpecifierSet(installation.requires_python).contains(
        installation.python, prereleases=True
    ):
        yield Problem(
            "Python",
            f"{installation.python} is installed, psn_viz needs {installation.requires_python}",
            "make an environment with another Python and install psn_viz there",
            essential=True,
        )
    for line in installation.requires:
        requirement = Requirement(line)
        version = installation.versions.get(requirement.name)
        applies = requirement.marker is None or requirement.marker.evaluate({"extra": "lab"})
        if applies and version and not requirement.specifier.contains(version, prereleases=True):
            needed = f"{requirement.name}{requirement.specifier}"
            yield Problem(
                requirement.name,
                f"{version} is installed, psn_viz needs {requirement.specifier}",
                f'python -m pip install "{needed}"',
                essential=requirement.name in ESSENTIAL,
            )


def notebook_problems(installation: Installation) -> Iterable[Problem]:
    """Yield what is missing for sliders to work in JupyterLab."""
    installed = installation.versions.get("jupyterlab") is not None
    if not installed and not installation.colab:
        yield Problem("psn-viz lab", "JupyterLab is not installed in this environment", INSTALL)
    if installation.versions.get("voila") is None and not installation.colab:
        yield Problem("psn-viz app", "Voila is not installed in this environment", INSTALL)
    if installation.notebooks is None:
        yield Problem(
            "psn-viz lab",
            "the notebooks are neither here nor beside the package",
            "run it in the project's folder, the one with README.md and notebooks",
        )
    if installed:
        yield from front_end_problems(installation)
    if installation.other_jupyter and not installation.colab:
        start = "start it with psn-viz lab" if installed else f"{INSTALL}, then psn-viz lab"
        yield Problem(
            "`jupyter lab` typed in this shell",
            f"it starts {installation.other_jupyter}, another environment's front end: with another generation of "
            "ipywidgets than this kernel's, no slider appears",
            f"{start}: front end and kernel must be one environment",
        )


def kernel_problems(installation: Installation) -> Iterable[Problem]:
    """Yield a kernel that cannot run the lessons."""
    if installation.own_kernel_error:
        yield Problem(
            "psn-viz lab and psn-viz app",
            f"a kernel of this Python cannot run the lessons: {installation.own_kernel_error}",
            INSTALL,
        )
    if installation.kernel_error:
        which = f"is {installation.kernel}, which" if installation.kernel else "is one that"
        yield Problem(
            "plain `jupyter lab` of this environment",
            f"the kernel that it starts for the lessons, python3, {which} cannot run them: "
            f"{installation.kernel_error}",
            "start it with psn-viz lab, or remove that kernel: jupyter kernelspec remove python3",
        )


def folder_problems(installation: Installation) -> Iterable[Problem]:
    """Yield folders that cannot be written."""
    if not installation.temporary:
        yield Problem(
            "psn-viz app, saving pictures and half of Jupyter",
            "there is no folder for temporary files",
            "set TMPDIR to a folder that can be written",
            essential=True,
        )
    if installation.unwritable:
        yield Problem(
            "what Jupyter keeps from one time to the next, and plain `jupyter lab`",
            f"{installation.unwritable} cannot be written",
            "psn-viz lab and psn-viz app do with a temporary folder; for the rest set HOME to a folder of your own",
        )
    if installation.read_only:
        yield Problem(
            "saving a lesson",
            f"{installation.notebooks} cannot be written",
            "copy the notebooks to a folder of your own and say psn-viz lab there",
        )


def front_end_problems(installation: Installation) -> Iterable[Problem]:
    """Yield a JupyterLab front end for widgets that is missing or of another generation than ipywidgets."""
    try:
        from packaging.requirements import Requirement
    except ImportError:
        return
    fitting = [Requirement(line) for line in installation.front_end]
    installed = installation.versions.get("jupyterlab_widgets")
    for requirement in fitting:
        is_manager = requirement.name.replace("-", "_") == "jupyterlab_widgets"
        if is_manager and (not installed or not requirement.specifier.contains(installed, prereleases=True)):
            have = f"jupyterlab_widgets {installed}" if installed else "no jupyterlab_widgets"
            yield Problem(
                "sliders in JupyterLab",
                f"{have} is installed; ipywidgets {installation.versions.get('ipywidgets')} needs "
                f"jupyterlab_widgets{requirement.specifier}",
                f'python -m pip install "jupyterlab_widgets{requirement.specifier}", then restart JupyterLab',
            )


def browser_problems(installation: Installation) -> Iterable[Problem]:
    """Yield that there is no Chromium, which pictures and browser tests need."""
    if installation.chromium is None:
        why = "no Chromium or Chrome was found"
        do = "install Chromium or Chrome, or set BROWSER_PATH to its program"
        if installation.browser_path:
            why = f"BROWSER_PATH is {installation.browser_path!r}, and that is no program"
            do = "set BROWSER_PATH to the program of a Chromium or Chrome, or unset it"
        yield Problem("saving pictures, `make notebooks` and the browser tests", why, do)


def machine_problems(installation: Installation) -> Iterable[Problem]:
    """Yield what this kind of machine cannot do."""
    if installation.mps:
        yield Problem(
            "float64 on Apple's MPS",
            "the device has no float64, in which the closed forms are checked to 1e-10",
            "pass dtype=torch.float32 there, or run those checks on the CPU",
        )
    if installation.system == "Windows":
        yield Problem(
            "`make lab`, `make test` and `make notebooks`",
            "Windows has no make",
            'type the lines under "Windows" in README.md',
        )
    if installation.versions.get("spikingjelly") is None:
        yield Problem(
            "the tests against SpikingJelly and `from_spikingjelly`",
            "SpikingJelly is not installed; the course does not need it",
            "python -m pip install --no-deps -c constraints.txt spikingjelly loguru",
        )
