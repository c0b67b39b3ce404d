"""Write a folder of files whole or not at all, and never over anything else."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from pathlib import Path

from psn_viz.export.notebook_error import NotebookError

SUMS = "SHA256SUMS"  # as `sha256sum -c SHA256SUMS` reads it
MARK = "README.md"  # its first line says what the folder is


def write_whole_folder(folder: Path, files: dict[str, bytes]) -> None:
    """Make `folder` hold `files`, by their names, beside their check sums.

    A folder that is empty, or that an earlier call wrote for the same purpose and nobody has changed, is replaced.
    Raises NotebookError for any other, which stays as it is, and for one that cannot be written.
    """
    files = files | {SUMS: _sums(files)}
    try:
        _refuse_what_is_there(folder, files[MARK])
        _write(folder, files)
    except OSError as error:
        raise NotebookError(f"{folder!s:.200} cannot be written: {error.strerror or error}") from error


def _refuse_what_is_there(folder: Path, mark: bytes) -> None:
    if (folder.exists() or folder.is_symlink()) and not folder.is_dir():
        raise NotebookError(f"{folder} is a file: name the folder that is to be written")
    if Path.cwd().is_relative_to(folder.resolve()):
        raise NotebookError(f"{folder} is where you are: name a folder in it")
    _refuse_foreign(folder, mark)


def _write(folder: Path, files: dict[str, bytes]) -> None:
    beside = folder.absolute().with_name(f".{folder.absolute().name}.{secrets.token_hex(4)}")
    old = beside.with_name(f"{beside.name}.old")
    try:
        beside.mkdir(parents=True)
        for name, data in files.items():
            (beside / name).write_bytes(data)
        if folder.is_dir():
            os.replace(folder, old)
        try:
            os.replace(beside, folder)
        except OSError:
            if old.is_dir():
                os.replace(old, folder)
            raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)


def _sums(files: dict[str, bytes]) -> bytes:
    lines = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)]
    return "".join(lines).encode()


def _refuse_foreign(folder: Path, mark: bytes) -> None:
    """Raise NotebookError where a folder holds anything that has not been written by this command."""
    if not folder.is_dir() or not (found := sorted(path.name for path in folder.iterdir())):
        return
    where = f"{folder} is not empty and stays as it is"
    try:
        same = (folder / MARK).read_bytes().splitlines()[:1] == mark.splitlines()[:1]
        listed = {line[66:]: line[:64] for line in (folder / SUMS).read_text("utf-8").splitlines()}
        changed = [
            n for n in found if n != SUMS and hashlib.sha256((folder / n).read_bytes()).hexdigest() != listed[n]
        ]
    except (OSError, ValueError, KeyError):
        same, changed = False, []
    if not same:
        raise NotebookError(f"{where}: it holds other things. Name a new folder")
    if changed:
        raise NotebookError(f"{where}: somebody has worked on {changed[0]} in it. Name a new folder")
