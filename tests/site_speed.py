"""Prints how fast the pages of `psn-viz site` are, and what they take: `python -m tests.site_speed RUNTIME [LAB …]`.

A measurement, not a test. RUNTIME is a folder with Pyodide. In one run, by turns:

- start: from the navigation until a bare page with this Pyodide has imported numpy; until the page of a lab shows its
  still picture, and until the lab has answered. Cold in a browser that has never been there, warm the second time.
- bytes: what a first visit of a lab loads, each file compressed by gzip where that makes it smaller
- moves: from a move of a control until the picture after it is on the screen, here and in JupyterLab, over every
  slider of a lab (over its lists where it has no slider), the slowest counting
- memory: of a page with one lab, and after ten labs that were opened one after the other and taken off again

Computers differ, and so does one from minute to minute: read the ratios.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import os
import statistics
import tempfile
from pathlib import Path

import psutil

from psn_viz.browser import runtime
from psn_viz.browser.build_site import write_site
from psn_viz.chromium import find_chromium
from psn_viz.labs import LABS
from tests import latency
from tests.jupyterlab import FLAGS, chromium, open_page
from tests.served_site import ADD_LAB, served

BARE = """<!doctype html><title>bare</title><script>
const worker = new Worker("worker.js");
worker.onmessage = () => { globalThis.ready = performance.now(); };
</script>"""
BARE_WORKER = """importScripts("pyodide.js");
loadPyodide({ indexURL: new URL("./", location.href).href, packages: ["numpy"] })
  .then((python) => { python.runPython("import numpy"); postMessage(0); });"""
# When the still picture was on the screen, and when the lab had answered, in ms from the navigation.
WATCH = """
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (entry.element?.matches("img")) globalThis.picture ??= entry.startTime;
}).observe({ type: "largest-contentful-paint", buffered: true });
document.addEventListener("psn-live", () => { globalThis.ready ??= performance.now(); }, true);
"""
# Milliseconds until the picture after a move of what has the focus is on the screen; null where it did not move.
MOVE = """async (up) => {
  const field = document.activeElement;
  const before = field.value;
  if (field.matches("select")) {
    field.selectedIndex = Math.max(0, Math.min(field.options.length - 1, field.selectedIndex + (up ? 1 : -1)));
  } else {
    field[up ? "stepUp" : "stepDown"]();
  }
  if (field.value === before) return null;
  const painted = PAINTED;
  const start = performance.now();
  for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
  return (await painted) - start;
}""".replace("PAINTED", latency.PAINTED)
SLIDERS = ".psn-controls input[type=range]"
LISTS = ".psn-controls select"
TEN = (
    "closed_form",
    "psn",
    "firing",
    "masked_psn",
    "sliding_psn",
    "nesting",
    "gradients",
    "roofline",
    "plane",
    "unroll",
)
SECONDS = 120_000
STAY = 6000  # ms that a reader stays: what Python has compiled is kept after the first three
WARM = 4  # moves that do not count


@contextlib.contextmanager
def new_browser(folder: str):
    """A browser that keeps what it has loaded in `folder`."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(folder, executable_path=find_chromium(), args=FLAGS)
        yield context
        context.close()


def one_start(context, url: str) -> tuple[float, float]:
    """Milliseconds until the picture (NaN where there is none), and until Python is ready."""
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(url)
    page.wait_for_function("globalThis.ready", timeout=SECONDS)
    times = page.evaluate("[globalThis.picture ?? NaN, ready]")
    page.wait_for_timeout(STAY)
    page.close()
    return tuple(times)


def print_starts(address: str, name: str, rounds: int) -> None:
    """Cold and warm, a bare page and that of a lab by turns."""
    urls = {"bare": f"{address}/bare/index.html", name: f"{address}/labs/{name}.html"}
    times: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for n in range(rounds):
        for which, url in [*urls.items()][:: 1 if n % 2 else -1]:
            with tempfile.TemporaryDirectory() as folder, new_browser(folder) as context:
                for state in ("cold", "warm"):
                    times.setdefault((which, state), []).append(one_start(context, url))
    print(f"\nStart, ms, medians of {rounds}\n{'':20} {'picture':>9} {'ready':>7} {'ratio':>6}")
    for state in ("cold", "warm"):
        bare = statistics.median(ready for _, ready in times["bare", state])
        print(f"bare, {state:14} {'':9} {bare:7.0f}")
        picture, live = (statistics.median(column) for column in zip(*times[name, state], strict=True))
        print(f"{name}, {state:{18 - len(name)}} {picture:9.0f} {live:7.0f} {live / bare:6.2f}", flush=True)


def print_bytes(site: Path, asked: list[str]) -> None:
    """What was asked for, as it is and compressed."""
    files = sorted({site / path.lstrip("/") for path in asked})
    raw = {file: file.read_bytes() for file in files if file.is_file()}
    small = {file: min(len(data), len(gzip.compress(data, 9, mtime=0))) for file, data in raw.items()}
    print(f"\nFirst visit: {len(raw)} files, {sum(map(len, raw.values())) / 1e6:.2f} MB, "
          f"{sum(small.values()) / 1e6:.2f} MB compressed")  # fmt: skip
    for file in sorted(small, key=small.__getitem__, reverse=True)[:8]:
        print(f"  {small[file] / 1e6:5.2f}  {file.relative_to(site)}")


class Walk:
    """One control of a page, moved there and back."""

    def __init__(self, page, field, script: str, there, back) -> None:
        self.page, self.field, self.script, self.ways = page, field, script, [there, back]
        self.name = (field.get_attribute("aria-label") or "").partition(":")[0]
        self.times: list[float] = []

    def step(self) -> None:
        """One move; where it is at its end it turns round."""
        self.page.bring_to_front()
        self.field.focus()
        took = self.page.evaluate(self.script, self.ways[0])
        if took is None:
            self.ways.reverse()
            took = self.page.evaluate(self.script, self.ways[0])
        self.times.append(float("nan") if took is None else took)
        self.page.wait_for_timeout(latency.PAUSE)

    @property
    def median(self) -> float:
        """In ms, without the first moves: the browser has code to compile."""
        counted = [time for time in self.times[WARM:] if time == time]
        return statistics.median(counted) if counted else 0.0


def slowest(walks: list[Walk]) -> Walk:
    """Of several controls the one that takes longest."""
    return max(walks, key=lambda walk: walk.median)


def print_moves(address: str, names: list[str], moves: int) -> None:
    """Every lab here and in JupyterLab, a move here and a move there."""
    print(f"\nMoves, ms, medians of {moves}, of the slowest control")
    print(f"{'':20} {'here':>17} {'JupyterLab':>17} {'ratio':>6}")
    with latency.pages(names) as (browser, open_notebook):
        for name in names:
            page, errors = open_page(browser, height=1100)
            page.goto(f"{address}/labs/{name}.html")
            page.wait_for_selector(".psn-place[data-live]", timeout=SECONDS)
            page.evaluate(latency.COUNT_PAINTS)
            notebook = open_notebook(name)
            here = [Walk(page, field, MOVE, True, False) for field in seen(page, SLIDERS) or seen(page, LISTS)]
            sliders = [
                Walk(notebook.page, one, latency.PRESS, "ArrowRight", "ArrowLeft") for one in notebook.sliders()
            ]
            there = sliders or [Walk(notebook.page, one, MOVE, True, False) for one in seen(notebook.page, LISTS)]
            for n in range(max(len(here), len(there))):
                for _ in range(WARM + moves):
                    for walks in (here, there):
                        if n < len(walks):
                            walks[n].step()
            notebook.close()
            page.close()
            assert not errors, errors
            one, other = slowest(here), slowest(there)
            print(f"{name:20} {one.name:>9} {one.median:7.1f} {other.name:>9} {other.median:7.1f} "
                  f"{one.median / other.median:6.2f}", flush=True)  # fmt: skip


def seen(page, selector: str) -> list:
    """What of it the reader can see."""
    return [field for field in page.locator(selector).all() if field.is_visible()]


def print_memory(address: str) -> None:
    """Of the process of a page with one lab, and of the same after ten more."""
    with chromium() as browser:
        page, errors = open_page(browser)
        page.goto(f"{address}/labs/closed_form.html")
        page.wait_for_selector(".psn-place[data-live]", timeout=SECONDS)
        print("\nMemory of the page's process, MB")
        print(f"{'one lab':20} {_memory(page)}")
        for round_ in (1, 2):
            for name in TEN:
                page.evaluate(ADD_LAB, name)
                page.wait_for_function("added.lab.live", timeout=SECONDS)
                page.evaluate("psnPlaces.remove(added)")
            print(f"{f'after {10 * round_} more':20} {_memory(page)}", flush=True)
        assert not errors, errors


def _memory(page) -> str:
    page.wait_for_timeout(1000)
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    renderers = [
        process.memory_full_info().uss
        for process in psutil.Process(os.getpid()).children(recursive=True)
        if "--type=renderer" in process.cmdline()
    ]
    return f"{max(renderers) / 1e6:6.0f}"


def main() -> None:
    """Print all of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runtime", type=Path, help="a folder with Pyodide")
    default = "closed_form psn masked_psn sliding_psn ablation study train_live probe".split()
    parser.add_argument(
        "labs", nargs="*", default=default, help=f"whose moves are measured (default {' '.join(default)})"
    )
    parser.add_argument("--rounds", type=int, default=5, help="starts that count (default 5)")
    parser.add_argument("--moves", type=int, default=20, help="moves of each control that count (default 20)")
    parser.add_argument("--only", choices=("start", "moves", "memory"), help="leave out the rest")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.labs if name not in LABS]:
        parser.error(f"labs must be among {', '.join(LABS)}, got {', '.join(unknown)}")
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder)
        write_site(site, arguments.runtime)
        (site / "bare").mkdir()  # with the whole Pyodide, as it comes
        for name, path in runtime.runtime_in(arguments.runtime).items():
            (site / "bare" / name).write_bytes(path.read_bytes())
        (site / "bare" / "pyodide-lock.json").write_text(runtime.lock_file())
        (site / "bare" / "index.html").write_text(BARE)
        (site / "bare" / "worker.js").write_text(BARE_WORKER)
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        asked: list[str] = []
        with served(site, asked) as address:
            if arguments.only in (None, "start"):
                with tempfile.TemporaryDirectory() as profile, new_browser(profile) as context:
                    one_start(context, f"{address}/labs/closed_form.html")
                print_bytes(site, asked)
                print_starts(address, "closed_form", arguments.rounds)
            if arguments.only in (None, "moves"):
                print_moves(address, arguments.labs, arguments.moves)
            if arguments.only in (None, "memory"):
                print_memory(address)
        print(f"\nload at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
