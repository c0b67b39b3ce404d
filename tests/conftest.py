"""One hypothesis profile for all tests: the same examples on every run, and no deadline on a busy machine.

`--quick`, of `make check`, tries fewer examples of each. Tests that run at the same time, one process a core, share
the work by file, so that what a file sets up once is set up once; whatever takes longest begins first.
What tests answer stays in memory: no progress file, here or in the kernels and servers that they start.
"""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import extent

os.environ["PSN_VIZ_PROGRESS"] = "off"
# Cores are shared by process: threads of one that wait for those of another take many times as long.
os.environ.setdefault("OMP_NUM_THREADS", "1")

for profile, examples in (("course", 25), ("quick", extent.FEW)):
    settings.register_profile(
        profile,
        derandomize=True,
        deadline=None,
        max_examples=examples,
        suppress_health_check=[HealthCheck.too_slow],
    )

# The first to begin, for each takes a minute or more; the file's own tests come with it.
LONGEST = (
    "test_browser_app",
    "test_browser_trouble",
    "test_browser",
    "test_classic",
    "test_browser_labs",
    "test_browser_classroom",
)

# Fixtures that take seconds: built notebooks, wheels, copies for Colab, compiled neurons.
SLOW = {"small", "wheel", "packed", "compiled"}


def pytest_addoption(parser):
    parser.addoption("--quick", action="store_true", help="try only a few of the cases of each test")


def pytest_configure(config):
    extent.quick = config.getoption("quick")
    settings.load_profile("quick" if extent.quick else "course")


def pytest_collection_modifyitems(items):
    """Give every test the group that has to stay in one process, and the markers that follow from where it stands."""
    for item in items:
        file = Path(item.fspath).stem
        alone = item.get_closest_marker("notebook")  # a kernel of its own, nothing shared
        item.add_marker(pytest.mark.xdist_group(item.name if alone else file))
        if file.startswith(("test_browser", "test_classic")):
            item.add_marker(pytest.mark.browser)
        if not SLOW.isdisjoint(item.fixturenames):
            item.add_marker(pytest.mark.slow)
    items.sort(key=_beginning)


def _beginning(item) -> int:
    """What begins earlier: whole files of browser tests, then notebooks, then the others, which fill what is left."""
    file = Path(item.fspath).stem
    if file in LONGEST:
        return LONGEST.index(file)
    return len(LONGEST) + (not item.get_closest_marker("notebook"))
