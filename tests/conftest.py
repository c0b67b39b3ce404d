"""One hypothesis profile for all tests: the same examples on every run, and no deadline on a busy machine.

`--quick`, of `make check`, tries fewer examples of each. Tests that run at the same time, one process a core, share
the work by file, so that what a file sets up once is set up once.
What tests answer stays in memory: no progress file, here or in the kernels and servers that they start.
"""

import os
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import extent
from tests.made_once import made_once

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

# Whatever runs the tests in the background may have Ctrl-C ignored, and the programs they start would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

BROWSER = ("test_browser", "test_classic")
# Of these, the ones that need pages of the site alone, no Jupyter server and no app.
PAGES = tuple(
    f"test_browser_{name}" for name in "site questions exercises ten_minutes anywhere wasm open_answers".split()
)
NOTEBOOK = "::test_a_notebook_run_again_shows_what_it_showed["  # of which each is a test that takes long
# Fixtures that take seconds: built notebooks, wheels, copies for Colab, compiled neurons.
SLOW = {"small", "wheel", "packed", "compiled"}

# Files with tests of words, files, widgets and commands: no number in them is compared with one that another machine
# has computed. `make test-processor` leaves them out.
ANY_PROCESSOR = set(
    "test_bench_command test_bench_results test_bench_timing test_colab test_command_line test_environment "
    "test_folded test_folders test_glossary test_json_files test_kernelspec test_labs_errors test_labs_failures "
    "test_labs_panel test_labs_registered test_learning_download test_lessons_length test_metadata "
    "test_missing_files test_neurons_errors test_palette test_progress test_project test_pyodide_runtime "
    "test_read_numbers test_registry test_site test_terminal test_text_table".split()
)

# Files with tests of texts, files, what a teacher runs (a vote, the hand-ins of a class), and CONTRIBUTING.md: all
# that is the same in both environments, or for those who have the first. `make test` has them, `make test-colab`
# has not; the labs, exercises and wheels that they use are tried there by test_labs, test_checks and test_colab.
ANY_STACK = set(
    "test_browser_vote test_collect test_contributing test_evidence test_kept_bytecode test_languages_lookup "
    "test_lessons_length test_own_text test_pyodide_runtime test_questions_export test_slim_python test_students "
    "test_text_table test_vote".split()
)

# Files that take long: they begin before the others, so that no process is left with one of them at the end.
LONG = set(
    "test_contributing test_numpy_for_torch test_frames test_learning_models test_colab test_notebooks test_collect "
    "test_labs test_exercises_in_a_page test_missing_files test_checks".split()
)


def pytest_addoption(parser):
    parser.addoption("--quick", action="store_true", help="try only a few of the cases of each test")


def pytest_configure(config):
    extent.quick = config.getoption("quick")
    settings.load_profile("quick" if extent.quick else "course")


def pytest_collection_modifyitems(items):
    """Give every test the markers that follow from where it stands, and begin with those that take long."""
    for item in items:
        file = Path(item.fspath).stem
        if file.startswith(BROWSER):
            item.add_marker(pytest.mark.browser)
        if file in ANY_PROCESSOR:
            item.add_marker(pytest.mark.any_processor)
        if file in ANY_STACK:
            item.add_marker(pytest.mark.current_stack)
        if not SLOW.isdisjoint(item.fixturenames):
            item.add_marker(pytest.mark.slow)
        assert item.get_closest_marker("notebook") is None or NOTEBOOK in item.nodeid, "NOTEBOOK names another test"
    items.sort(key=_turn)


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium, driven by Playwright."""
    pytest.importorskip("playwright", reason="playwright is not installed: pip install playwright")
    from tests.jupyterlab import chromium

    with chromium() as one:
        yield one


@pytest.fixture(scope="session")
def live_site(tmp_path_factory):
    """The address of the whole site with Pyodide, which takes a while to write."""
    from psn_viz.browser.build_site import write_site
    from tests.needs_pyodide import FOLDER
    from tests.served_site import served

    with served(made_once(tmp_path_factory, "live_site", lambda out: write_site(out, FOLDER))) as address:
        yield address


@pytest.fixture(scope="session")
def still_site(tmp_path_factory):
    """The folder of the whole site without Pyodide, to be read and not changed."""
    from psn_viz.browser.build_site import write_site

    return made_once(tmp_path_factory, "still_site", write_site)


@pytest.fixture(scope="module")
def site_context(browser):
    """What pages of the site share: files that were loaded before are there at once."""
    context = browser.new_context(viewport={"width": 1280, "height": 1500})
    yield context
    context.close()


@pytest.fixture
def site_page(site_context, live_site):
    """A page of a reader who has answered nothing. It may ask for nothing elsewhere and must run without an error."""
    from tests.jupyterlab import watched

    page = site_context.new_page()
    errors = watched(page)
    elsewhere: list[str] = []
    inside = (live_site, "data:", "blob:")
    page.on("request", lambda asked: None if asked.url.startswith(inside) else elsewhere.append(asked.url))
    yield page
    page.evaluate("location.protocol === 'http:' && localStorage.clear()")
    page.close()
    assert not elsewhere
    assert not errors


@pytest.fixture
def path(tmp_path, monkeypatch):
    """The file of answers of a kernel that works in an empty folder."""
    from psn_viz.course.answers.store import FILE, VARIABLE, answer_store

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(VARIABLE, "off")
    answer_store()  # leaves the store of the test before
    monkeypatch.delenv(VARIABLE)
    return tmp_path / FILE


def _turn(item) -> int:
    """What begins earlier: browsers in one process and notebooks in the others; then long files; short ones last."""
    if item.get_closest_marker("browser"):
        return 0
    if item.get_closest_marker("notebook"):
        return 1
    return 2 if Path(item.fspath).stem in LONG else 3


def pytest_xdist_make_scheduler(config, log):
    """Share the tests out. (xdist 3.8 loses its groups with pytest 9.2.)"""
    from xdist.scheduler import LoadScopeScheduling

    class ByGroup(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            """Two browsers at a time, one of them for pages alone; a notebook on its own; all others by file."""
            file = Path(nodeid.partition("::")[0]).stem
            if file.startswith(BROWSER):
                return "pages" if file.startswith(PAGES) else "browser"
            return nodeid if NOTEBOOK in nodeid else file

    return ByGroup(config, log)
