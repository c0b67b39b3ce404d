"""Call a learner's function: with a time limit that ends endless loops, and with what it prints kept apart.

The function runs in a thread of its own, and when its time is up an exception is raised inside that thread. That
works on every operating system and from every thread, without a signal and without ending the kernel. It takes
effect between two steps of Python: a single call into C that never returns can only be left behind.
"""

from __future__ import annotations

import ctypes
import inspect
import io
import linecache
import os
import sys
import threading
import time
import traceback
import types
from dataclasses import dataclass
from pathlib import Path

import torch

MOST_PRINTED = 2000
_PATIENCE = 1.0  # seconds for a function to end once it has been told to
_NOT_THEIRS = tuple(
    str(folder) + os.sep
    for folder in (Path(__file__).parents[2], Path(torch.__file__).parents[1], Path(os.__file__).parent)
)
_here = threading.local()
_one_at_a_time = threading.Lock()


class OutOfTime(BaseException):
    """Raised inside the learner's function; no Exception, so that `except Exception` lets it through.

    A bare `except:` catches it. Therefore, where it is made and where it is thrown away, both in the learner's
    thread, it sets a trace function that raises it again as soon as another line of the learner's begins: inside the
    handler, that is, outside of its `try`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.call = getattr(_here, "call", None)
        _chase(sys._getframe().f_back)

    def __del__(self) -> None:
        # A later call, in whose thread it happens to be collected, is left alone.
        if self.call is getattr(_here, "call", None):
            _chase(sys._getframe().f_back)


def _chase(frame: types.FrameType | None) -> None:
    if getattr(_here, "inside", False):
        while frame is not None and frame.f_code is not _here.boundary:
            frame.f_trace = _again
            frame = frame.f_back
        sys.settrace(_again)


_OURS = _chase.__code__.co_filename


def _again(frame: types.FrameType, event: str, argument: object):
    if not getattr(_here, "inside", False):
        sys.settrace(None)
        return None
    if event in ("line", "call") and frame.f_code.co_filename != _OURS:
        raise OutOfTime  # which ends the tracing
    return _again


@dataclass
class Outcome:
    """What came of a call: a value, an error (`kind`: its class), or no end (`late`)."""

    value: object = None
    kind: type[BaseException] | None = None
    error: str = ""  # "ZeroDivisionError: division by zero"
    where: str = ""  # "line 3: return 1 / 0", in the learner's own code
    late: bool = False
    running: bool = False  # it could not be stopped
    printed: str = ""


def call(function, arguments: tuple, seconds: float) -> Outcome:
    """Call `function(*arguments)` and wait for at most `seconds`.

    Raises RuntimeError when called from inside such a call.
    """
    if getattr(_here, "inside", False):
        raise RuntimeError("pv.check cannot be used inside the function that is being checked")
    outcome = Outcome()
    finished = threading.Event()
    gate = threading.Lock()  # held while `finished` is set, and while an exception is sent

    stopped = None

    def work():
        nonlocal stopped
        _here.inside, _here.boundary, _here.call = True, work.__code__, finished
        try:
            try:
                outcome.value = function(*arguments)
            except OutOfTime as error:
                stopped, outcome.late = error, True
            except BaseException as error:
                outcome.kind, outcome.error, outcome.where = type(error), _words(error), _line(error)
            _here.inside = False
        except OutOfTime as error:  # it came a moment later, or once more
            stopped, outcome.late = stopped or error, True
        while True:
            try:
                _here.inside = False
                sys.settrace(None)
                with gate:
                    _receive()
                    finished.set()
                    break
            except OutOfTime:
                continue

    with _one_at_a_time:
        thread = threading.Thread(target=work, name="psn_viz check", daemon=True)
        with _Captured(thread) as captured:
            thread.start()
            try:
                if not finished.wait(seconds):
                    outcome.running = not _stop(thread, gate, finished)
                    outcome.late = True
            except BaseException:  # the reader interrupts the kernel
                _stop(thread, gate, finished)
                raise
        outcome.printed = captured.text()
    if not outcome.running:
        if stopped is not None:
            outcome.where, stopped.__traceback__ = _line(stopped), None
        if inspect.iscoroutine(outcome.value):
            outcome.value.close()
        return outcome
    # The thread may still write into its outcome.
    return Outcome(late=True, running=True, where=_present_line(thread), printed=outcome.printed)


def _stop(thread: threading.Thread, gate: threading.Lock, finished: threading.Event) -> bool:
    """Raise OutOfTime in the thread until it ends; False when it does not."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        with gate:
            if not finished.is_set():
                _send(thread.ident, OutOfTime)
        if finished.wait(0.02):
            return True
    return finished.is_set()


def _send(thread_id: int, exception: type[BaseException]) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread_id), ctypes.py_object(exception))


def _receive() -> None:
    """Let what has been sent to this thread, and has not arrived, come to nothing.

    To withdraw it (send NULL) would leave Python 3.11 waiting for it, and the next frame that a debugger follows
    would wait forever.
    """
    try:
        _send(threading.get_ident(), OutOfTime)  # takes its place
        while True:
            pass
    except OutOfTime:
        pass


def _words(error: BaseException) -> str:
    try:
        text = str(error)
    except BaseException:
        text = "(its message cannot be shown)"
    name = type(error).__name__
    return f"{name}: {text[:400]}" if text else name


def _line(error: BaseException) -> str:
    frames = [(frame.f_code.co_filename, number) for frame, number in traceback.walk_tb(error.__traceback__)]
    return _theirs(frames)


def _present_line(thread: threading.Thread) -> str:
    frame: types.FrameType | None = sys._current_frames().get(thread.ident)
    frames = [(frame.f_code.co_filename, number) for frame, number in traceback.walk_stack(frame)] if frame else []
    return _theirs(frames[::-1])


def _theirs(frames: list[tuple[str, int]]) -> str:
    """The innermost line of the learner's own code among (file, line number)."""
    for name, number in reversed(frames):
        if not name.startswith(_NOT_THEIRS) and not name.startswith("<frozen"):
            text = linecache.getline(name, number).strip()
            return f"line {number}: {text[:160]}" if text else f"line {number}"
    return ""


class _Captured:
    """Keep what one thread prints; all other threads print as before."""

    def __init__(self, thread: threading.Thread) -> None:
        self._thread, self._buffer = thread, io.StringIO()

    def __enter__(self) -> _Captured:
        self._before = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = (_Stream(stream, self._thread, self._buffer) for stream in self._before)
        return self

    def __exit__(self, *exception) -> None:
        sys.stdout, sys.stderr = self._before

    def text(self) -> str:
        return self._buffer.getvalue()


class _Stream(io.TextIOBase):
    def __init__(self, stream, thread: threading.Thread, buffer: io.StringIO) -> None:
        self._stream, self._owner, self._buffer = stream, thread, buffer

    def write(self, text: str) -> int:
        if threading.current_thread() is not self._owner:
            return self._stream.write(text)
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        room = MOST_PRINTED - self._buffer.tell()
        if room > 0:
            self._buffer.write(text[:room])
            if len(text) > room:
                self._buffer.write(" …")
        return len(text)

    def flush(self) -> None:
        if threading.current_thread() is not self._owner:
            self._stream.flush()

    def writable(self) -> bool:
        return True
