"""A folder that takes long to make, made once for all processes that run the tests at the same time."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock


def made_once(temporary, name: str, make: Callable[[Path], object]) -> Path:
    """The folder that `make` fills: by the first process that wants it; the others wait for it. Nobody changes it.

    temporary: the fixture `tmp_path_factory`; in a process of xdist its folder lies in that of the whole run.
    """
    base = temporary.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, part = base / name, base / f"{name}.part"
    with FileLock(base / f"{name}.lock"):
        if not folder.exists():
            shutil.rmtree(part, ignore_errors=True)  # of an attempt that failed
            make(part)
            part.rename(folder)
    return folder
