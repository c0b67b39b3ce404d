"""Download a file whose SHA-256 is known, and go on where an earlier attempt was cut off. (pooch begins anew.)"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

from psn_viz.files import LockTimeout, locked
from psn_viz.learning.data.download import CHUNK, HEADERS, TIMEOUT

ATTEMPTS = 3
PAUSE = 1.0  # seconds before the second attempt, twice that before the third


class CutOff(ConnectionError):
    """The network is not there, or broke off. kept: the bytes that have been received and lie in `PATH.part`."""

    def __init__(self, why: str, kept: int) -> None:
        super().__init__(why)
        self.kept = kept


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def download(url: str, path: Path, size: int, sha256: str, report: Callable[[int], object] = lambda _: None) -> None:
    """Download `url` to `path`, which appears when it is whole and has the SHA-256.

    size: in bytes. report: called with the bytes that are there. What has come lies in `PATH.part` until it is whole;
    a server that cannot send a part of a file sends it from its start.

    Raises CutOff when the server cannot be reached, refuses or breaks off, three times; what came stays for the next
    call. ValueError when something else came, which is deleted. RuntimeError while another process downloads it.
    Another OSError when the folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    try:
        with locked(path, 0):
            _receive(url, part, size, report)
            if (found := sha256_of(part)) != sha256:
                length = part.stat().st_size
                part.unlink()
                raise ValueError(
                    f"what came from {url} is another file ({length} bytes, SHA-256 {found}) and was deleted"
                )
            os.replace(part, path)
    except LockTimeout:
        raise RuntimeError(f"{path} is being downloaded by another process: wait until it is done") from None


def _receive(url: str, part: Path, size: int, report: Callable[[int], object]) -> None:
    """Fill `part` with what the server has, from where it ends; it may turn out to be another file."""
    import requests  # takes a while to import

    why = ""
    for attempt in range(ATTEMPTS):
        time.sleep(PAUSE * attempt)
        try:
            if _ask(url, part, size, report):
                return
            why = "the server broke off"
        except requests.HTTPError as error:
            why = str(error)  # such as "404 Client Error: Not Found for url: …"
            if error.response.status_code < 500:
                break
        except requests.RequestException as error:
            why = f"the server cannot be reached or broke off ({type(error).__name__})"
    raise CutOff(why, _length(part))


def _ask(url: str, part: Path, size: int, report: Callable[[int], object]) -> bool:
    """Ask once for what is missing; whether the server has sent all that it has."""
    import requests

    there = _length(part)
    if there >= size:  # whole, or too long: its SHA-256 decides
        return True
    headers = {**HEADERS, "Range": f"bytes={there}-"} if there else HEADERS
    with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT) as answer:
        if answer.status_code == 416:  # what has come is longer than the file there
            part.unlink()
            return False
        answer.raise_for_status()
        goes_on = answer.status_code == 206 and answer.headers.get("Content-Range", "").startswith(f"bytes {there}-")
        start = there if goes_on else 0
        with part.open("ab" if goes_on else "wb") as file:
            for block in answer.iter_content(CHUNK):
                file.write(block)
                report(min(file.tell(), size))
                if file.tell() > size:
                    return True
    # Not every version of urllib3 tells that a connection ended early.
    told = answer.headers.get("Content-Length", "")
    return not told.isdecimal() or _length(part) - start >= int(told)


def _length(part: Path) -> int:
    return part.stat().st_size if part.is_file() else 0
