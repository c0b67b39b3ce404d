"""Prints how fast the labs answer: `python -m tests.latency [LAB …]`. A measurement, not a test.

In Python: from setting a control's value until the new data are handed to the front end. In JupyterLab, over every
slider of a lab, the slowest counting: from the key press on the focused slider until the picture has changed, one
move at a time; what a move sends; and how long after the last of 200 pointer moves in two seconds the last picture
comes.

Computers differ, and so does one from hour to hour. Each lab is therefore stated as a ratio to what a bare plotly
FigureWidget (a heat map, two lines, a slider of ipywidgets) takes in the same browser just before and just after it.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import tempfile
import time
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch

from psn_viz.labs import LABS
from tests.jupyterlab import chromium, jupyterlab, open_notebook, open_page, run_all_cells, write_notebook

FIGURE_WIDGET = """
import ipywidgets, numpy as np, plotly.graph_objects as go
heat, time = np.arange(32), np.linspace(0, 1, 100)
of = lambda n: (np.sin(np.outer(heat, heat + n)), np.sin(9 * time + n), np.cos(9 * time + n))
first = of(0)
figure = go.FigureWidget([
    go.Heatmap(z=first[0], xaxis="x", yaxis="y"),
    go.Scatter(x=time, y=first[1], xaxis="x2", yaxis="y2"),
    go.Scatter(x=time, y=first[2], xaxis="x2", yaxis="y2"),
])
figure.update_layout(
    xaxis={"domain": [0, 0.45]}, xaxis2={"domain": [0.55, 1]}, yaxis2={"anchor": "x2"}, width=860, height=560,
)
slider = ipywidgets.IntSlider(0, 0, 30)
def update(change):
    with figure.batch_update():
        figure.data[0].z, figure.data[1].y, figure.data[2].y = of(change["new"])
slider.observe(update, "value")
ipywidgets.VBox([slider, figure])
"""

# `measured.paints` are the times at which a picture was finished. A panel says so itself, a FigureWidget by an event.
COUNT_PAINTS = """() => {
  const plot = document.querySelector(".psn-plot, .js-plotly-plot");
  globalThis.measured = { paints: [], heard: null, moved: 0 };
  const painted = () => {
    measured.paints.push(performance.now());
    measured.heard?.();
  };
  if (plot.matches(".psn-plot")) {
    new MutationObserver(painted).observe(plot, { attributes: true, attributeFilter: ["data-painted"] });
  } else {
    plot.on("plotly_afterplot", painted);
  }
  addEventListener("pointermove", () => { measured.moved = performance.now(); }, true);
}"""
# When the next picture is on the screen.
PAINTED = """new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("no new picture within 5 s")), 5000);
    measured.heard = () => {
      measured.heard = null;
      const after = new MessageChannel();
      after.port1.onmessage = () => resolve(performance.now());
      requestAnimationFrame(() => after.port2.postMessage(0));
    };
  })"""
# Milliseconds until the picture after a key press is on the screen, one animation frame after it was finished. Null
# where the slider is at its end.
PRESS = """async (key) => {
  const slider = document.activeElement;
  const at = () => slider.closest(".noUi-origin").style.transform; // aria-valuenow has one decimal place only
  const place = at();
  const painted = PAINTED;
  const start = performance.now();
  slider.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  if (at() === place) {
    measured.heard = null;
    painted.catch(() => null);
    return null;
  }
  return (await painted) - start;
}""".replace("PAINTED", PAINTED)
# Milliseconds from the last pointer move to the last picture.
LATE = "() => Math.max(0, measured.paints.at(-1) - measured.moved)"
HANDLES = ".psn-controls [role=slider], .widget-hslider [role=slider]"
WIDGET = "FigureWidget"  # as the name of a notebook
PAUSE = 100  # ms between two moves, in which nothing may be left to do
STEPS = 3  # in one direction, then back
WAITING = 250  # ms after a drag at which the last picture should be there


@dataclass
class Slider:
    """What one slider of a page took."""

    name: str
    times: list[float]
    kilobytes: list[float]
    late: float

    @property
    def median(self) -> float:
        return statistics.median(self.times)

    @property
    def tenth(self) -> float:
        return statistics.quantiles(self.times, n=10)[-1]


class Page:
    """A notebook's page in JupyterLab, and what the kernel sends to it."""

    def __init__(self, browser, address: str, name: str) -> None:
        self.page, self.errors = open_page(browser, height=1100)
        self.received = 0
        self.page.on("websocket", lambda socket: socket.on("framereceived", self._receive))
        open_notebook(self.page, address, f"{name}.ipynb")
        run_all_cells(self.page)
        self.page.wait_for_selector(".psn-plot[data-painted], .js-plotly-plot .xtick", timeout=60_000)
        self.page.wait_for_timeout(1500)
        self.page.evaluate(COUNT_PAINTS)

    def _receive(self, data) -> None:
        self.received += len(data)

    def sliders(self) -> list:
        """The handles that can be moved."""
        return [handle for handle in self.page.locator(HANDLES).all() if handle.is_visible()]

    def measure(self, handle, moves: int, drag: bool = True) -> Slider:
        """So many key presses on one slider, up to STEPS there and back; then a drag."""
        self.page.bring_to_front()
        name = (handle.get_attribute("aria-label") or "slider").partition(":")[0]
        handle.focus()
        walk = self._walk()
        for _ in range(2 * STEPS):  # not counted: code that the browser has yet to compile
            next(walk)
        steps = [next(walk) for _ in range(moves)]
        late = self._drag(handle) if drag else 0.0
        assert self.errors == [], self.errors
        return Slider(name, [time for time, _ in steps], [size for _, size in steps], late)

    def _walk(self):
        """Milliseconds and kilobytes of one key press after the other."""
        there, back = "ArrowRight", "ArrowLeft"
        taken = 0
        while True:
            before = self.received
            took = self.page.evaluate(PRESS, there) if taken < STEPS else None
            if took is None:
                there, back, taken = back, there, STEPS - taken if taken else 0
                took = self.page.evaluate(PRESS, there)
                if took is None:
                    raise RuntimeError("a slider that no arrow key moves")
            taken += 1
            self.page.wait_for_timeout(PAUSE)
            yield took, (self.received - before) / 1e3

    def _drag(self, handle) -> float:
        """200 pointer moves in two seconds, ending at the right end: milliseconds until the last picture."""
        mouse = self.page.mouse
        handle.scroll_into_view_if_needed()
        track = handle.locator("xpath=ancestor::*[contains(@class, 'noUi-base')]").bounding_box()
        box = handle.bounding_box()
        y = box["y"] + box["height"] / 2
        mouse.move(box["x"] + box["width"] / 2, y)
        mouse.down()
        start = time.perf_counter()
        for n in range(200):
            share = abs((n % 100) / 50 - 1) if n < 150 else (n - 150) / 49
            mouse.move(track["x"] + 2 + share * (track["width"] - 4), y)
            time.sleep(max(0.0, start + (n + 1) * 0.01 - time.perf_counter()))
        mouse.up()
        self.page.wait_for_timeout(1500)
        return self.page.evaluate(LATE)

    def close(self) -> None:
        self.page.close()


def in_python(lab) -> dict[str, list[float]]:
    """Milliseconds from setting a value until the data are sent, over every value of every control."""
    times = defaultdict(list)
    for control in lab.table:
        for value in control.values():
            settled = lab.settle(lab.state | {control.name: value})[control.name]
            if lab.controls[control.name].value == value or settled != value:
                continue
            start = time.perf_counter()
            lab.controls[control.name].value = value
            times[control.name].append((time.perf_counter() - start) * 1e3)
        lab.reset()
    return times


@contextmanager
def pages(names: list[str]):
    """A browser, and a function that opens the page of a lab, or of WIDGET, in it, on one JupyterLab."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        root, home = Path(folder, "notebooks"), Path(folder, "home")
        root.mkdir()
        write_notebook(root / f"{WIDGET}.ipynb", FIGURE_WIDGET)
        for name in names:
            write_notebook(root / f"{name}.ipynb", f"from psn_viz.labs import LABS\nLABS[{name!r}]().show()")
        with jupyterlab(root, home) as address:
            yield browser, lambda name: Page(browser, address, name)


def print_in_jupyterlab(names: list[str], moves: int, every: bool) -> None:
    """One line per lab, of its slowest slider; with `every` one for each."""
    with pages(names) as (_, open_one):
        widget = open_one(WIDGET)
        (handle,) = widget.sliders()
        before = widget.measure(handle, moves)
        columns = (
            ("slowest", 9),
            ("median", 7),
            ("p90", 7),
            ("ratio", 6),
            ("p90", 6),
            ("kB max", 7),
            ("after drag", 10),
        )
        head = " ".join(f"{title:>{wide}}" for title, wide in columns)
        print(f"\nIn JupyterLab, {moves} moves of each slider, ms\n{'':20} {head}", flush=True)
        _print_line(WIDGET, before, before.median, before.tenth)
        for name in names:
            page = open_one(name)
            sliders = [page.measure(handle, moves) for handle in page.sliders()]
            page.close()
            after = widget.measure(handle, moves, drag=False)
            beside = Slider(WIDGET, before.times + after.times, [], 0)
            before = after
            worst = max(sliders, key=lambda slider: slider.median)
            together = Slider(
                worst.name, worst.times, [max(max(slider.kilobytes) for slider in sliders)],
                max(slider.late for slider in sliders),
            )  # fmt: skip
            _print_line(name, together, beside.median, beside.tenth)
            for slider in sliders if every else ():
                _print_line("", slider, beside.median, beside.tenth)
        widget.close()


def _print_line(name: str, slider: Slider, median: float, tenth: float) -> None:
    waiting = " waiting" if slider.late > WAITING else ""
    print(
        f"{name:20} {slider.name:>9} {slider.median:7.1f} {slider.tenth:7.1f} {slider.median / median:6.2f} "
        f"{slider.tenth / tenth:6.2f} {max(slider.kilobytes):7.1f} {slider.late:10.0f}{waiting}",
        flush=True,
    )


def main() -> None:
    """Print a table for Python and one for JupyterLab."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("labs", nargs="*", default=list(LABS), help="names of labs; all by default")
    parser.add_argument("--moves", type=int, default=20, help="key presses per slider that count (default 20)")
    parser.add_argument("--every", action="store_true", help="a line for each slider, not only for the slowest")
    parser.add_argument("--python-only", action="store_true", help="leave the browser out")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.labs if name not in LABS]:
        parser.error(f"labs must be among {', '.join(LABS)}, got {', '.join(unknown)}")
    if arguments.moves < 2:
        parser.error(f"--moves must be at least 2, got {arguments.moves}")
    print(f"{platform.platform()}, {torch.get_num_threads()} threads, torch {torch.__version__}")
    print(f"\nIn Python, every value of every control, ms\n{'':20} {'slowest':>9} {'median':>7} {'worst':>7}")
    for name in arguments.labs:
        times = in_python(LABS[name]())
        control = max(times, key=lambda control: statistics.median(times[control]))
        worst = max(map(max, times.values()))
        print(f"{name:20} {control:>9} {statistics.median(times[control]):7.1f} {worst:7.1f}")
    if not arguments.python_only:
        print_in_jupyterlab(arguments.labs, arguments.moves, arguments.every)


if __name__ == "__main__":
    main()
