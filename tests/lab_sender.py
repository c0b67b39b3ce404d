"""What labs compute, draw and say in some states, in a file; with torch, or as a browser does it, with numpy alone.

Run as `python -m tests.lab_sender CODES FILE [--as-in-a-browser]`: CODES is a JSON list of state codes.
"""

from __future__ import annotations

import dataclasses
import importlib.abc
import json
import pickle
import sys
import time
from pathlib import Path

import numpy as np

# Of the standard library, what Pyodide leaves out or cannot do.
NOT_IN_A_BROWSER = {
    "_lzma", "_multiprocessing", "_ssl", "curses", "dbm", "ensurepip", "fcntl", "idlelib", "lib2to3", "lzma",
    "multiprocessing", "readline", "resource", "sqlite3", "ssl", "termios", "tkinter", "turtle", "venv",
}  # fmt: skip
# js: how Pyodide reaches the browser; nothing else has it.
IN_A_BROWSER = (set(sys.stdlib_module_names) | {"numpy", "psn_viz", "tests", "js"}) - NOT_IN_A_BROWSER


class OnlyWhatABrowserHas(importlib.abc.MetaPathFinder):
    """Nothing else can be imported."""

    def find_spec(self, fullname, path=None, target=None):
        top = fullname.partition(".")[0]
        instead = getattr(sys.modules.get(top), "__file__", "").startswith(BROWSER)
        if top not in IN_A_BROWSER and not instead:
            raise ModuleNotFoundError(f"No module named {fullname!r} in a browser", name=fullname)
        return None


BROWSER = str(Path(__file__).parents[1] / "psn_viz" / "browser")


def sent(code: str) -> dict:
    """What the lab of a state code sends: its figure as JSON and arrays, its numbers, its description."""
    from psn_viz.labs import LABS
    from psn_viz.labs.core.figure_encoding import split

    started = time.perf_counter()
    lab = LABS[code.partition(";")[0]].from_code(code)
    seconds = time.perf_counter() - started
    spec, arrays = split(lab.drawing)
    numbers = as_plain(lab.numbers)
    return {"spec": spec, "arrays": arrays, "numbers": numbers, "text": lab.description, "seconds": seconds}


def as_plain(value):
    """Numbers of a lab as dicts, lists, arrays and texts, which another process can read."""
    if dataclasses.is_dataclass(value):
        return {one.name: as_plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): as_plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [as_plain(one) for one in value]
    if hasattr(value, "detach"):
        return value.detach().numpy()
    return value if isinstance(value, np.ndarray | str | bool | int | float | None) else str(value)


def main(codes: str, file: str, *options: str) -> None:
    if options == ("--as-in-a-browser",):
        sys.meta_path.insert(0, OnlyWhatABrowserHas())
        from psn_viz.browser.standing_in import stand_in

        stand_in()
    found = [sent(code) for code in json.loads(Path(codes).read_text("utf-8"))]
    Path(file).write_bytes(pickle.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
