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


class ForeignFiles(ValueError):
    """The folder holds files of somebody else where ours are to go."""


def write_files(out: Path, files: Mapping[str, bytes]) -> list[str]:
    """Write `files`, contents by path within the folder `out`, and return the paths of those removed.

    Raises ForeignFiles, or OSError such as for a full disk; then the folder is as it was.
    """
    before = _listed(out)
    _refuse_foreign(out, files, before)
    made = [folder for folder in (out, *out.parents) if not folder.exists()]
    coming = out / COMING
    try:
        shutil.rmtree(coming, ignore_errors=True)  # of a run that was killed
        for name, data in files.items():
            (coming / name).parent.mkdir(parents=True, exist_ok=True)
            (coming / name).write_bytes(data)
        # Until all are in their places, old and new are ours: a run that is killed here can be repeated.
        _list(out, before | files.keys())
    except BaseException:
        shutil.rmtree(coming, ignore_errors=True)
        with contextlib.suppress(OSError):
            for folder in made:
                folder.rmdir()
        raise
    for name in files:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        os.replace(coming / name, out / name)
    shutil.rmtree(coming, ignore_errors=True)
    stale = sorted(before - files.keys())
    for name in stale:
        (out / name).unlink(missing_ok=True)
        for folder in list(PurePosixPath(name).parents)[:-1]:
            with contextlib.suppress(OSError):  # not empty
                (out / folder).rmdir()
    _list(out, files)
    return stale


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
    if not in_the_way and out.is_dir() and not (out / LIST).is_file():
        in_the_way = sorted(path.name for path in out.iterdir() if not path.name.startswith("."))
    if in_the_way:
        shown = ", ".join(in_the_way[:3]) + (" …" if len(in_the_way) > 3 else "")
        raise ForeignFiles(f"{out} holds files that psn-viz site did not write ({shown}): name another folder")
