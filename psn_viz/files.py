"""Files that are written whole or not at all, and by one at a time; the files that travel inside the package."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
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


# What a system answers that cannot lock a file there at all, as on some network drives.
NO_LOCKS = {getattr(errno, name) for name in ("ENOSYS", "ENOTSUP", "EOPNOTSUPP", "ENOLCK") if hasattr(errno, name)}


class HeldByAnother(TimeoutError):
    """Another program works with a file, and has not ended in time."""


@contextlib.contextmanager
def locked(path: Path, seconds: float) -> Iterator[None]:
    """Hold off whoever else locks `path`, in this process and others, by an empty file `.NAME.lock` beside it.

    The system lets go when a process ends; where it knows no locks, filelock makes do with the file's being there, or
    nobody is held off.

    Raises HeldByAnother when somebody else has held it for `seconds`, another OSError when the folder cannot be used.
    """
    from filelock import FileLock, Timeout

    if not path.parent.is_dir():  # FileLock would make the folder
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path.parent))
    lock = FileLock(path.with_name(f".{path.name}.lock"))
    try:
        lock.acquire(timeout=seconds, poll_interval=0.01)
    except Timeout:
        raise HeldByAnother(f"another program has held it for {seconds:g} s") from None
    except (NotImplementedError, OSError) as error:  # the first: filelock before 3.21
        if isinstance(error, OSError) and error.errno not in NO_LOCKS:
            raise
    try:
        yield
    finally:
        lock.release()


def asset(package: str, name: str) -> str:
    """The text of a file that lies beside the modules of `package`."""
    return resources.files(package).joinpath(name).read_text(encoding="utf-8")
