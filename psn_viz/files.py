"""Files that are written whole or not at all, and the files that travel inside the package."""

from __future__ import annotations

import os
import tempfile
from importlib import resources
from pathlib import Path


def write_whole(path: str | Path, data: bytes) -> Path:
    """Write beside the target and rename, so that a reader never meets half a file."""
    path = Path(path)
    if path.exists():
        mode = path.stat().st_mode & 0o777
    else:
        os.umask(mask := os.umask(0))
        mode = 0o666 & ~mask
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(beside, mode)
        os.replace(beside, path)
    except BaseException:
        os.unlink(beside)
        raise
    return path


def asset(package: str, name: str) -> str:
    """The text of a file that lies beside the modules of `package`."""
    return resources.files(package).joinpath(name).read_text(encoding="utf-8")
