"""Prints how fast a lab answers: `python -m tests.latency [LAB …]`. A measurement, not a test.

In Python: from setting a control's value until the new data are handed to the front end. In JupyterLab: from the
key press on a focused slider until the panel has painted, one move at a time; and how long after the last of 200
pointer moves in two seconds the last state is on the screen.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import tempfile
import time
from pathlib import Path

import torch

from psn_viz.labs import LABS
from tests.jupyterlab import chromium, jupyterlab, open_notebook, open_page, run_all_cells, write_notebook

MOVES = 30

# Resolves when the browser has painted the panel once more after a key press: one animation frame later the
# pixels are out. Bytes are counted on the kernel's websockets.
PRESS = """async (key) => {
  const plot = document.querySelector(".psn-plot");
  const before = Number(plot.dataset.painted);
  const start = performance.now();
  const painted = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("the panel did not paint within 5 s")), 5000);
    const watch = new MutationObserver(() => {
      if (Number(plot.dataset.painted) <= before) return;
      watch.disconnect();
      const after = new MessageChannel();
      after.port1.onmessage = resolve;
      requestAnimationFrame(() => after.port2.postMessage(0));
    });
    watch.observe(plot, { attributes: true, attributeFilter: ["data-painted"] });
  });
  document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  await painted;
  return performance.now() - start;
}"""

RIGHT_OF_THE_MIDDLE = """(slider) => {
  const [low, now, high] = ["min", "now", "max"].map((name) => Number(slider.getAttribute(`aria-value${name}`)));
  return now - low > high - now;
}"""


def in_python(lab) -> list[float]:
    """Milliseconds from setting a value until the data are sent, over every value of every control."""
    times = []
    for control in lab.table:
        for value in control.values():
            settled = lab.settle(lab.state | {control.name: value})[control.name]
            if lab.controls[control.name].value == value or settled != value:
                continue
            start = time.perf_counter()
            lab.controls[control.name].value = value
            times.append((time.perf_counter() - start) * 1e3)
        lab.reset()
    return times


def in_jupyterlab(browser, address: str, name: str) -> tuple[list[float], float, float]:
    """Milliseconds per key press, milliseconds from the end of a drag to the last state, kilobytes per move."""
    page, errors = open_page(browser, height=1100)
    received = [0]
    count = lambda data: received.__setitem__(0, received[0] + len(data))  # noqa: E731
    page.on("websocket", lambda socket: socket.on("framereceived", count))
    open_notebook(page, address, f"{name}.ipynb")
    run_all_cells(page)
    page.wait_for_selector(".psn-plot[data-painted]", timeout=60_000)
    page.wait_for_timeout(1500)
    handle = page.locator(".psn-controls [role=slider]").first
    handle.focus()
    there, back = ("ArrowLeft", "ArrowRight") if handle.evaluate(RIGHT_OF_THE_MIDDLE) else ("ArrowRight", "ArrowLeft")
    for key in (there, back) * 3:
        page.evaluate(PRESS, key)
        page.wait_for_timeout(120)
    received[0] = 0
    times = []
    for move in range(MOVES):
        times.append(page.evaluate(PRESS, back if move % 6 > 2 else there))
        page.wait_for_timeout(120)
    kilobytes = received[0] / MOVES / 1e3
    settle = _drag(page, handle)
    assert errors == [], errors
    page.close()
    return times, settle, kilobytes


def _drag(page, handle) -> float:
    """200 pointer moves in two seconds, ending at the right end: how long until the figure says so."""
    track = page.locator(".psn-controls .noUi-base").first.bounding_box()
    box = handle.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    start = time.perf_counter()
    for n in range(200):
        share = abs((n % 100) / 50 - 1) if n < 150 else (n - 150) / 49
        page.mouse.move(track["x"] + 2 + share * (track["width"] - 2), y)
        time.sleep(max(0.0, start + (n + 1) * 0.01 - time.perf_counter()))
    last = time.perf_counter()
    page.mouse.up()
    count = None
    settled = last
    while time.perf_counter() - last < 1.5:
        now = page.evaluate("Number(document.querySelector('.psn-plot').dataset.painted)")
        if now != count:
            count, settled = now, time.perf_counter()
        page.wait_for_timeout(10)
    return max(0.0, settled - last) * 1e3


def main() -> None:
    """Print one line per lab and place."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("labs", nargs="*", default=list(LABS), help="names of labs; all by default")
    parser.add_argument("--python-only", action="store_true", help="leave the browser out")
    arguments = parser.parse_args()
    print(f"{platform.platform()}, {torch.get_num_threads()} threads, torch {torch.__version__}")
    for name in arguments.labs:
        times = in_python(LABS[name]())
        print(f"{name:20} in Python: median {statistics.median(times):5.1f} ms, worst {max(times):5.1f} ms")
    if arguments.python_only:
        return
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        root, home = Path(folder, "notebooks"), Path(folder, "home")
        root.mkdir()
        for name in arguments.labs:
            write_notebook(root / f"{name}.ipynb", f"from psn_viz.labs import LABS\nLABS[{name!r}]().show()")
        with jupyterlab(root, home) as address:
            for name in arguments.labs:
                times, settle, kilobytes = in_jupyterlab(browser, address, name)
                tenth = statistics.quantiles(times, n=10)[-1]
                print(
                    f"{name:20} in JupyterLab: median {statistics.median(times):5.0f} ms, "
                    f"90th percentile {tenth:5.0f} ms, {kilobytes:.1f} kB a move, "
                    f"{settle:.0f} ms from the end of a drag to the last state"
                )


if __name__ == "__main__":
    main()
