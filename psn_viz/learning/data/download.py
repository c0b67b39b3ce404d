"""Published files, fetched when asked: resumed when cut off, kept only when their checksum is the published one."""

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from ssl import SSLError
from typing import BinaryIO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from psn_viz.files import HeldByAnother, locked

VARIABLE = "PSN_VIZ_DATA"
TIMEOUT = 30.0  # seconds without a byte
BLOCK = 2**18
ATTEMPTS = 20
# What the network does; an error of the disk is another matter and is passed on.
NETWORK = (URLError, HTTPException, ConnectionError, TimeoutError, SSLError)

Report = Callable[[int, int], object]


@dataclass(frozen=True)
class Published:
    """A file as published. size in bytes; md5 as its publisher prints it.

    also: MD5 of the same contents packed anew by somebody else, as good when the file is there already.
    """

    url: str
    size: int
    md5: str
    also: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        """The name of the file."""
        return self.url.rsplit("/", 1)[-1]


def data_folder(folder: str | Path | None = None) -> Path:
    """Where fetched files are kept: `folder`, else what PSN_VIZ_DATA names, else the user's cache."""
    if folder is not None and not isinstance(folder, str | Path):
        raise TypeError(f"folder must be a path or None, got {folder!r}")
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(folder or os.environ.get(VARIABLE) or Path(cache, "psn_viz")).expanduser()


def fetch(
    name: str, files: Sequence[Published], folder: Path, *, download: bool, report: Report | None = None
) -> list[Path]:
    """The paths of the files in `folder`, every one checked; what is missing is fetched when `download` is True.

    name: of the data set, for the messages. report: called with the bytes here and the bytes in all.

    Raises FileNotFoundError when a file is missing and not to be fetched; ValueError when one, in the folder or
    as sent, is not the published one (what was in the folder stays); ConnectionError when the network is not
    there, refuses or breaks off. What had arrived by then is kept as `….part` and not fetched again.
    """
    wanted = [file for file in files if not _is_there(name, folder / file.file, file, download)]
    in_all, done = sum(file.size for file in wanted), 0
    if wanted and not download:
        missing = folder / wanted[0].file
        more = f" (and {len(wanted) - 1} more)" if len(wanted) > 1 else ""
        raise FileNotFoundError(
            f"{name!r} is not on this machine: {missing} is missing{more}. {_call(name)} fetches it, "
            f"{_mebibytes(in_all)} from {wanted[0].url}; a file fetched by other means may be put there"
        )
    for file in wanted:
        folder.mkdir(parents=True, exist_ok=True)
        _download(name, file, folder / file.file, lambda here, done=done: report and report(done + here, in_all))
        done += file.size
    return [folder / file.file for file in files]


def _is_there(name: str, path: Path, file: Published, download: bool) -> bool:
    if not path.is_file():
        return False
    found = _md5(path)
    if found not in (file.md5, *file.also) and not download:
        raise ValueError(
            f"{path} is not the published file: its MD5 is {found}, not {file.md5}. "
            f"{_call(name)} fetches it anew; the one there is replaced once the new one is right"
        )
    return found in (file.md5, *file.also)


def _download(name: str, file: Published, path: Path, report: Callable[[int], object]) -> None:
    try:
        with locked(path, 0):
            _download_alone(name, file, path, report)
    except HeldByAnother:
        raise RuntimeError(f"{path} is being fetched by another process: wait until it is done") from None


def _download_alone(name: str, file: Published, path: Path, report: Callable[[int], object]) -> None:
    """Two that append to one file would spoil it for both."""
    part = path.with_name(path.name + ".part")
    with part.open("ab") as stream:
        if stream.tell() > file.size:
            _empty(stream)
        here, problem = stream.seek(0, os.SEEK_END), ""
        for _ in range(ATTEMPTS):
            if here >= file.size:
                break
            problem = _receive(file, stream, report)
            # Broken off is no reason to give up, as long as something moves.
            before, here = here, stream.seek(0, os.SEEK_END)
            if here == before:
                break
    if here == 0:
        part.unlink()
    if here < file.size:
        kept = f" ({_mebibytes(here)} of {_mebibytes(file.size)} are here and will not be fetched again)"
        raise ConnectionError(
            f"{name!r} was not fetched: {urlsplit(file.url).hostname} {problem}. Call again when the network "
            f"is there{kept if here else ''}, or fetch {file.url} by other means and put it at {path}"
        )
    found = _md5(part)
    if found != file.md5:
        part.unlink()
        stays = f"; {path} stays as it was" if path.exists() else ""
        raise ValueError(
            f"what came from {file.url} is not the published file: its MD5 is {found}, not {file.md5}. "
            f"It was thrown away{stays}. Call again; if the same comes again, the file has been changed there"
        )
    os.replace(part, path)


def _receive(file: Published, stream: BinaryIO, report: Callable[[int], object]) -> str:
    """Append to `stream` what is missing of the file; what went wrong on the network, or nothing."""
    here = stream.tell()
    headers = {"User-Agent": "psn_viz"} | ({"Range": f"bytes={here}-"} if here else {})
    try:
        with urlopen(Request(file.url, headers=headers), timeout=TIMEOUT) as answer:
            span = answer.headers.get("Content-Range", "")
            if answer.status == 206 and span.startswith(f"bytes {here}-"):
                size = span.rpartition("/")[2]
            else:  # the whole file, from its first byte
                _empty(stream)
                size = answer.headers.get("Content-Length")
            while size in (None, str(file.size)) and stream.tell() <= file.size and (block := answer.read(BLOCK)):
                stream.write(block)
                report(stream.tell())
            # The log-in page of a network, say: the start of nothing to be resumed.
            if size != str(file.size) and stream.tell() != file.size:
                found = stream.tell() if size is None else size
                _empty(stream)
                return f"has another file there, of {found} bytes instead of {file.size}"
    except HTTPError as error:
        if error.code == 416:  # nothing from here on: what is here belongs to another file
            _empty(stream)
        return f"answered {error.code} {error.reason}"
    except NETWORK as error:
        return f"cannot be reached or broke off ({getattr(error, 'reason', None) or repr(error)})"
    return "broke off"


def _empty(stream: BinaryIO) -> None:
    stream.truncate(0)
    stream.seek(0)


def _md5(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _call(name: str) -> str:
    return f"load_dataset({name!r}, download=True)"


def _mebibytes(size: int) -> str:
    return f"{size / 2**20:.1f} MiB"
