"""Put handed-in functions through their checks again, for `psn-viz collect … --run`; see `rerun_runner`."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue

from psn_viz.classroom.handed_in import HandedIn
from psn_viz.course.registry import exercises
from psn_viz.course.text_page import number_of

SECONDS = 20.0  # for all functions of a student
CHECK = 3.0  # for one, as in a notebook
START = 120.0  # for the imports of a runner
Result = tuple[str, str, str]  # status, sentence, recognised misconception
WHAT_STAYS_OPEN = {
    "processes": "start other processes, and leave them running",  # then nothing is run
    "memory": "fill the memory of this machine",
    "files": "write files of any size",
    "network": "use the network",
}


class CannotRun(Exception):
    """Functions cannot be run on this system; the message says why."""


def rerun(
    files: list[HandedIn],
    say: Callable[[str], object] = print,
    jobs: int | None = None,
    seconds: float = SECONDS,
    check: float = CHECK,
) -> dict[int, dict[str, Result]]:
    """By the number of the file in `files`, and the key of the exercise: what its check finds now.

    `say` is told first what this system does not keep out. jobs: how many run at a time (default: one for each
    processor, at most eight). seconds: for all functions of a student; check: for one. Raises CannotRun, before
    anything of a student's is run.
    """
    if not hasattr(os, "fork") or sys.platform == "win32":
        raise CannotRun("--run needs Linux or macOS, for their limits on processes; on Windows use it inside WSL")
    keys = {exercise.progress_key: key for key, exercise in exercises().items()}
    waiting: SimpleQueue = SimpleQueue()
    count = 0
    for number, one in enumerate(files):
        functions = [
            (keys[key], entry["source"], entry["needs"] if isinstance(entry.get("needs"), str) else "")
            for key, entry in one.of_kind("check").items()
            if key in keys and isinstance(entry.get("source"), str) and entry["source"]
        ]
        if functions:
            waiting.put((number, functions))
            count += 1
    with tempfile.TemporaryDirectory(prefix="psn-viz-collect-") as folder:
        first = _Runner(Path(folder))
        try:
            for line in what_is_not_kept_out(first.holes):
                say(line)
            found: dict[int, dict[str, Result]] = {}
            jobs = min(jobs or os.cpu_count() or 1, 8, max(count, 1))
            rest = (waiting, found, (seconds, check), Path(folder))
            say(f"Running the functions of {number_of(count, 'file')}.")
            threads = [threading.Thread(target=_work, args=(*rest, None), daemon=True) for _ in range(jobs - 1)]
            for thread in threads:
                thread.start()
            _work(*rest, first)
            for thread in threads:
                thread.join()
            return found
        finally:
            _empty(waiting)  # after an interrupt the other threads begin nothing more
            first.end()


def _empty(waiting: SimpleQueue) -> None:
    with contextlib.suppress(Empty):
        while True:
            waiting.get_nowait()


def what_is_not_kept_out(holes: list[str]) -> list[str]:
    """Sentences for the teacher, before anything is run."""
    open_ways = "".join(f"{words}; " for name, words in WHAT_STAYS_OPEN.items() if name in holes)
    kept = [name for name in WHAT_STAYS_OPEN if name not in holes]
    own = os.geteuid() != 0  # else the functions run as the user nobody
    reads = "reading what this account can read, your files too, and ending its programs"
    return [
        "--run runs what the students have written, on this machine, each in a process of its own that is ended "
        f"after {SECONDS:g} s. Kept from it (tried just now): {', '.join(kept) or 'nothing'}.",
        f"NOT kept from it: {reads if own else 'reading files that any user of this machine can read'}; filling the "
        f"disk with many small files; {open_ways}and deceiving its check, which runs in the same process and can be "
        "made to say “passed”. Run it where nothing else matters: in a container or a virtual machine, as a user of "
        "its own.",
    ]


def _work(
    waiting: SimpleQueue, found: dict, limits: tuple[float, float], folder: Path, runner: _Runner | None
) -> None:
    """Take one student after another, until none is left."""
    mine = runner
    try:
        while True:
            try:
                number, functions = waiting.get_nowait()
            except Empty:
                return
            try:
                mine = mine or _Runner(folder)
                found[number] = mine.student(functions, *limits)
            except (CannotRun, OSError, ValueError):
                found[number] = {key: ("not run", "the runner has stopped", "") for key, *_ in functions}
                if mine:
                    mine.end()
                mine = None
    finally:
        if mine and mine is not runner:
            mine.end()


class _Runner:
    """The process that has imported everything, and forks. It inherits no environment."""

    def __init__(self, folder: Path) -> None:
        package = Path(__file__).parents[2]
        threads = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "MKL", "OPENBLAS", "VECLIB_MAXIMUM")}
        environment = threads | {"PYTHONPATH": str(package), "PSN_VIZ_PROGRESS": "off", "HOME": str(folder)}
        environment |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1", "TMPDIR": tempfile.gettempdir()}
        if "LD_LIBRARY_PATH" in os.environ:
            environment["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "psn_viz.classroom.rerun_runner"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, cwd=folder, env=environment, start_new_session=True,
        )  # fmt: skip
        self._unread = b""
        holes = self._line(START)
        if not isinstance(holes, list):
            self.end()
            raise CannotRun("--run: the checks themselves do not pass here, in a process with limits")
        if {"processes", "root"} & set(holes):
            self.end()
            raise CannotRun("--run: this system sets no limit on processes, so a function could start any number")
        self.holes: list[str] = holes

    def student(self, functions: list, seconds: float, check: float) -> dict[str, Result]:
        """What the checks of a student's functions find."""
        assert self._process.stdin
        request = json.dumps({"functions": functions, "seconds": seconds, "check": check})
        self._process.stdin.write(request.encode() + b"\n")
        self._process.stdin.flush()
        return {key: (status, sentence, recognised) for key, status, sentence, recognised in self._line(seconds + 30)}

    def _line(self, seconds: float):
        assert self._process.stdout
        end, number = time.monotonic() + seconds, self._process.stdout.fileno()
        with selectors.DefaultSelector() as ready:
            ready.register(number, selectors.EVENT_READ)
            while b"\n" not in self._unread:
                piece = os.read(number, 65536) if ready.select(max(0.0, end - time.monotonic())) else b""
                if not piece:
                    raise CannotRun("--run: the process that runs the checks has stopped")
                self._unread += piece
        line, _, self._unread = self._unread.partition(b"\n")
        return json.loads(line)

    def end(self) -> None:
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if stream:
                    stream.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
