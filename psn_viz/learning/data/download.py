"""Download published files with pooch: a file is kept only when its MD5 is the published one."""

import hashlib
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from psn_viz.files import LockTimeout, locked
from psn_viz.progress_line import Gauge, Line

VARIABLE = "PSN_VIZ_DATA"
TIMEOUT = 30.0  # seconds without a byte
RETRIES = 2  # after a failed download; pooch waits one second before the first, two before the second
CHUNK = 2**20  # bytes between two reports
# Without compression on the way, the bytes received are those of the file.
HEADERS = {"User-Agent": "psn_viz", "Accept-Encoding": "identity"}

# Called while downloading, with the bytes received and the bytes in all.
Report = Callable[[int, int], object]


class DataMissing(FileNotFoundError):
    """The files of a data set are not on this machine, and nobody asked for a download."""


class BeingDownloaded(RuntimeError):
    """Another process downloads the same file."""


@dataclass(frozen=True)
class RemoteFile:
    """A published file.

    size: in bytes. md5: hexadecimal, as its publisher prints it. other_md5: of the same contents compressed by
    somebody else, accepted when such a file is in the folder already.
    """

    url: str
    size: int
    md5: str
    other_md5: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The last part of the URL."""
        return self.url.rsplit("/", 1)[-1]


def data_folder(folder: str | Path | None = None) -> Path:
    """Where downloaded files are kept: `folder`, else what PSN_VIZ_DATA names, else the user's cache."""
    if folder is not None and not isinstance(folder, str | Path):
        raise TypeError(f"folder must be a path or None, got {folder!r}")
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(folder or os.environ.get(VARIABLE) or Path(cache, "psn_viz")).expanduser()


def fetch(
    dataset: str, files: Sequence[RemoteFile], folder: Path, *, download: bool, report: Report | None = None
) -> list[Path]:
    """The paths of the files in `folder`, each with its MD5 checked; with `download`, missing ones are downloaded.

    dataset: its name, for the messages. report: called with the bytes received and the bytes in all; None draws a
    bar when stderr is a terminal. A download that fails or is interrupted leaves nothing behind.

    Raises DataMissing, a FileNotFoundError, when a file is missing and `download` is False; ValueError when a file,
    in the folder or as received, has another MD5 (what was in the folder stays); ConnectionError when the server
    cannot be reached, refuses or breaks off; BeingDownloaded, a RuntimeError, when another process downloads the same
    file; another OSError when the folder cannot be written.
    """
    missing = [file for file in files if not _is_valid(dataset, folder / file.name, file, download)]
    total, before = sum(file.size for file in missing), 0
    if missing and not download:
        more = f" (and {len(missing) - 1} more)" if len(missing) > 1 else ""
        raise DataMissing(
            f"{dataset!r} is not on this machine: {folder / missing[0].name} is missing{more}. {_call(dataset)} "
            f"downloads it, {_mebibytes(total)} from {missing[0].url}; or put the file there yourself"
        )
    for file in missing:
        _download(dataset, file, folder / file.name, _Progress(report, before, file.size, total))
        before += file.size
    return [folder / file.name for file in files]


def _is_valid(dataset: str, path: Path, file: RemoteFile, download: bool) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        md5 = hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    if md5 in (file.md5, *file.other_md5):
        return True
    if not download:
        raise ValueError(
            f"{path} is not the published file: its MD5 is {md5}, not {file.md5}. {_call(dataset)} downloads it "
            f"from {file.url} and replaces it"
        )
    return False


def _download(dataset: str, file: RemoteFile, path: Path, progress: "_Progress") -> None:
    # Only a download needs them, and they take a while to import.
    import pooch  # type: ignore[import-untyped]
    import requests

    pooch.get_logger().setLevel("WARNING")  # the bar or `report` says what is going on

    def attempt(url: str, output: str, _: object) -> None:
        progress.received = 0
        get = pooch.HTTPDownloader(progressbar=progress, chunk_size=CHUNK, headers=HEADERS, timeout=TIMEOUT)
        try:
            get(url, output, None)
        finally:
            progress.close()
        os.chmod(output, 0o644)  # pooch's temporary file is for its owner only; a class may share the folder

    source = pooch.create(
        path.parent, "", registry={file.name: f"md5:{file.md5}"}, urls={file.name: file.url}, retry_if_failed=RETRIES
    )
    failed = f"{dataset!r} was not downloaded from {file.url}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with locked(path, 0):
            source.fetch(file.name, downloader=attempt)
    except LockTimeout:
        raise BeingDownloaded(f"{path} is being downloaded by another process: wait until it is done") from None
    except requests.RequestException as error:
        if error.response is not None:
            problem = str(error)  # such as "404 Client Error: Not Found for url: …"
        else:
            problem = f"{urlsplit(file.url).hostname} cannot be reached or broke off ({type(error).__name__})"
        raise ConnectionError(
            f"{failed}: {problem}. Call again when the network is there, or download the file by other means "
            f"and put it at {path}"
        ) from error
    except ValueError as error:
        stays = f"; {path} stays as it was" if path.exists() else ""
        raise ValueError(
            f"{failed}: {error} Call again; if it fails again, the file has changed there, or the log-in page of a "
            f"network comes in its place{stays}"
        ) from error
    except OSError as error:
        text = f"{failed} ({error.strerror or error}): choose another folder, by folder=… or {VARIABLE}"
        raise OSError(error.errno, text, str(path.parent)) from error


class _Progress:
    """Adds up the progress of several downloads, for pooch's `progressbar`.

    before: bytes of the files downloaded before. size: bytes of this file. of_all: bytes of all files.
    """

    total = 0  # pooch puts here what the server says

    def __init__(self, report: Report | None, before: int, size: int, of_all: int) -> None:
        self.report, self.before, self.size, self.of_all, self.received = report, before, size, of_all, 0
        self.line = Line(sys.stderr) if report is None and sys.stderr else None

    def update(self, received: int) -> None:
        self.received = min(self.received + received, self.size)  # pooch counts the last block as a whole one
        done = self.before + self.received
        if self.report:
            self.report(done, self.of_all)
        elif self.line and self.line.live:
            self.line.show([(Gauge(done, self.of_all), 0), (f"{_mebibytes(done)} of {_mebibytes(self.of_all)}", 1)])

    def reset(self) -> None:
        pass  # pooch then reports `total` in one piece: `size` is the limit

    def close(self) -> None:
        if self.line:
            self.line.end()


def _call(dataset: str) -> str:
    return f"load_dataset({dataset!r}, download=True)"


def _mebibytes(size: int) -> str:
    return f"{size / 2**20:.1f} MiB"
