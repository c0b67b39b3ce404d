"""Write many files into a folder: all of them or none, and none of somebody else's is touched.

A list of what was written stays in the folder. By it the next run knows which files are ours, and removes those that
are no longer made.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from psn_viz.files import write_whole

LIST = "written_by_psn_viz.txt"
HEAD = "# What psn-viz site wrote here. The next run replaces or removes these files, and no others."
COMING = ".psn_viz_coming"  # holds the files until all are written
BEFORE = ".psn_viz_before"  # holds those that were there, until all are in their places


class ForeignFiles(ValueError):
    """The folder holds files of somebody else where ours are to go."""


def write_files(out: Path, files: Mapping[str, bytes]) -> list[str]:
    """Write `files`, contents by path within the folder `out`, and return the paths of those removed.

    Raises ForeignFiles, or OSError such as for a full disk; then the folder is as it was.
    """
    before = _listed(out)
    _refuse_foreign(out, files, before)
    made = [folder for folder in (out, *out.parents) if not folder.exists()]
    listed = (out / LIST).read_bytes() if (out / LIST).is_file() else None
    stale = sorted(before - files.keys())
    moves: list[tuple[Path, Path]] = []
    try:
        for folder in (COMING, BEFORE):  # of a run that was killed
            shutil.rmtree(out / folder, ignore_errors=True)
        for name, data in files.items():
            (out / COMING / name).parent.mkdir(parents=True, exist_ok=True)
            (out / COMING / name).write_bytes(data)
        # Until all are in their places, old and new are ours: a run that is killed here can be repeated.
        _list(out, before | files.keys())
        for name in stale:  # first: a file may stand where a folder is to be
            if (out / name).is_file():
                _move(out / name, out / BEFORE / name, moves)
                _remove_empty(out, name)
        for name in files:
            if os.path.lexists(out / name):
                _move(out / name, out / BEFORE / name, moves)
            _move(out / COMING / name, out / name, moves)
        _list(out, files)
    except BaseException:
        for old, new in reversed(moves):
            old.parent.mkdir(parents=True, exist_ok=True)
            os.replace(new, old)
            _remove_empty(out, new.relative_to(out).as_posix())
        for name in files:
            _remove_empty(out, name)
        for folder in (COMING, BEFORE):
            shutil.rmtree(out / folder, ignore_errors=True)
        with contextlib.suppress(OSError):  # the error that led here is told, no other
            (out / LIST).unlink(missing_ok=True) if listed is None else write_whole(out / LIST, listed)
            for path in made:
                path.rmdir()
        raise
    for folder in (COMING, BEFORE):
        shutil.rmtree(out / folder, ignore_errors=True)
    return stale


def _move(old: Path, new: Path, moves: list[tuple[Path, Path]]) -> None:
    new.parent.mkdir(parents=True, exist_ok=True)
    os.replace(old, new)
    moves.append((old, new))


def _remove_empty(out: Path, name: str) -> None:
    """Remove the folders within `out` that hold nothing more now that the file `name` is gone."""
    for folder in list(PurePosixPath(name).parents)[:-1]:
        with contextlib.suppress(OSError):  # not empty
            (out / folder).rmdir()


def _list(out: Path, names: Iterable[str]) -> None:
    write_whole(out / LIST, "".join(f"{line}\n" for line in (HEAD, *sorted(names))).encode())


def _listed(out: Path) -> set[str]:
    """The files in `out` that an earlier run wrote."""
    if not (out / LIST).is_file():
        return set()
    lines = (out / LIST).read_text("utf-8", errors="replace").splitlines()[1:]
    # Whoever edits the list cannot make us remove what lies outside of the folder.
    return {name for name in lines if name and not PurePosixPath(name).is_absolute() and ".." not in name.split("/")}


def _refuse_foreign(out: Path, files: Mapping[str, bytes], ours: set[str]) -> None:
    """Hidden files, such as .git, may lie in a new folder; others only where an earlier run has written."""
    in_the_way = [name for name in files if name not in ours and os.path.lexists(out / name)]
    in_the_way += [name for name in ours & files.keys() if (out / name).is_dir()]
    folders = {folder.as_posix() for name in files for folder in list(PurePosixPath(name).parents)[:-1]}
    in_the_way += sorted(name for name in folders - ours if (out / name).is_file())
    if not in_the_way and out.is_dir() and not (out / LIST).is_file():
        in_the_way = sorted(path.name for path in out.iterdir() if not path.name.startswith("."))
    if in_the_way:
        shown = ", ".join(in_the_way[:3]) + (" …" if len(in_the_way) > 3 else "")
        raise ForeignFiles(f"{out} holds files that psn-viz site did not write ({shown}): name another folder")
