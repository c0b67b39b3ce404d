"""Atomic writes, file locks, and the text files inside the package."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from importlib import resources
from pathlib import Path


def path_of(name: str, value: object) -> Path:
    """`value` as a Path. Raises TypeError that names the argument `name` when it is none."""
    if not isinstance(value, str | os.PathLike):
        raise TypeError(f"{name} must be a path, got {value!r}")
    return Path(value)


def no_place_for_a_file(path: Path) -> str:
    """Why no file can stand at `path`: a folder does, or there is no folder for it. "" where neither is so."""
    if path.is_dir():
        return f"{path!s:.200} is a folder: name a file"
    if not path.absolute().parent.is_dir():
        return f"{path!s:.200} cannot be written: there is no folder {path.parent!s:.200}"
    return ""


def write_whole(path: str | os.PathLike, data: bytes) -> Path:
    """Write beside the target and rename, so that a reader never meets half a file.

    A file that was there keeps its permissions. Nothing is forced onto the disk: after a power cut it may be lost.
    """
    path = Path(path)
    mode = path.stat().st_mode & 0o777 if path.exists() else None
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        # Opened under a name that nobody has, a new file gets the permissions that new files get here.
        with open(beside, "xb") as file:
            file.write(data)
        if mode is not None:
            os.chmod(beside, mode)
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return path


# What a system answers that cannot lock a file there at all, as on some network drives.
NO_LOCKS = {getattr(errno, name) for name in ("ENOSYS", "ENOTSUP", "EOPNOTSUPP", "ENOLCK") if hasattr(errno, name)}


class LockTimeout(TimeoutError):
    """Another program holds the lock of a file for too long."""


@contextlib.contextmanager
def locked(path: Path, seconds: float) -> Iterator[None]:
    """Lock `path` in this process and others, by an empty file `.NAME.lock` beside it.

    The system lets go when a process ends; where it knows no locks, filelock makes do with the file's being there, or
    nobody is held off.

    Raises LockTimeout when somebody else has held it for `seconds`, another OSError when the folder cannot be used.
    """
    from filelock import FileLock, Timeout

    if not path.parent.is_dir():  # FileLock would make the folder
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path.parent))
    lock = FileLock(path.with_name(f".{path.name}.lock"))
    try:
        lock.acquire(timeout=seconds, poll_interval=0.01)
    except Timeout:
        raise LockTimeout(f"another program has held it for {seconds:g} s") from None
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
