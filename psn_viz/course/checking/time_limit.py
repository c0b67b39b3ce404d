"""Call a learner's function with a time limit, and capture what it prints.

The limit is a timer signal, SIGALRM, and so exists on Linux and macOS, in the main thread, where a notebook runs its
cells. Elsewhere (Windows, other threads, a browser) there is none; there the reader interrupts the kernel, ■ in the
notebook, and `remind_of_interrupt` says so. An interrupt ends the call in the same way on every system.

Python looks for signals and interrupts between two of its own steps only. So a long call into torch ends when it has
computed its result; `sum(itertools.count())`, which never comes back from C, does not end, nor does a loop around a
bare `except:`, which catches the end of its time as well: then only a restart of the kernel helps.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

MAX_PRINTED = 2000  # characters
_REPEAT = 0.2  # seconds after which a function that has caught TimeUp is told again
_NOT_THE_LEARNERS = tuple(
    str(folder) + os.sep
    for folder in (
        Path(__file__).parents[2],
        *(Path(module.__file__).parents[1] for module in (torch, np)),
        Path(os.__file__).parent,
    )
)
_calling = False


class TimeUp(BaseException):
    """Raised inside the learner's function; a BaseException, so that `except Exception` does not catch it."""


@dataclass
class Outcome:
    """How a call ended: with a value, with an error, too late, or by an interrupt."""

    value: object = None
    error_type: type[BaseException] | None = None
    error: str = ""  # "ZeroDivisionError: division by zero"
    code_line: str = ""  # "line 3: return 1 / 0", in the learner's own code
    late: bool = False
    interrupted: bool = False
    printed: str = ""

    @property
    def ended(self) -> bool:
        """Whether the function returned, or raised, by itself."""
        return not (self.late or self.interrupted)


def has_time_limit() -> bool:
    """Whether `call` can stop a function here, in this thread on this system."""
    return (
        hasattr(signal, "setitimer")
        and sys.platform != "emscripten"  # has the name, and no timers behind it
        and threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGALRM) is not None  # None: used by code in C, which could not get it back
    )


def call(function, arguments: tuple, seconds: float) -> Outcome:
    """Call `function(*arguments)`; where there is a limit, it may take `seconds`.

    Raises RuntimeError while another such call runs.
    """
    global _calling
    if _calling:
        raise RuntimeError(
            "pv.check cannot be used inside the function that is being checked, nor in two threads at once"
        )
    limited = has_time_limit()
    outcome, printed = Outcome(), _Printed()
    running = True

    def time_is_up(signal_number, frame) -> None:
        if running:
            outcome.late = True
            raise TimeUp

    _calling = True
    try:
        with (
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
            _alarm_restored() if limited else contextlib.nullcontext(),
        ):
            try:
                try:
                    if limited:
                        signal.signal(signal.SIGALRM, time_is_up)
                        signal.setitimer(signal.ITIMER_REAL, seconds, _REPEAT)
                    outcome.value = function(*arguments)
                finally:
                    running = False  # before anything else: no alarm may end what follows
            except TimeUp as error:
                outcome.code_line = _line(error)
            except KeyboardInterrupt as error:
                outcome.interrupted, outcome.code_line = True, _line(error)
            except BaseException as error:
                outcome.error_type, outcome.error, outcome.code_line = type(error), _error_text(error), _line(error)
    finally:
        _calling = False
    outcome.printed = printed.getvalue()
    if inspect.iscoroutine(outcome.value):
        outcome.value.close()
    return outcome


@contextlib.contextmanager
def remind_of_interrupt(seconds: float) -> Iterator[None]:
    """Where there is no time limit: print how to stop what runs inside for longer than `seconds`."""
    if has_time_limit():
        yield
        return
    text = (
        f"psn_viz: no result after {seconds:g} s. A loop that never ends? ■ (interrupt the kernel) stops the check."
    )
    reminder = threading.Timer(seconds, print, (text,), {"file": sys.stdout, "flush": True})
    reminder.daemon = True
    with contextlib.suppress(RuntimeError):  # no threads in a browser
        reminder.start()
    try:
        yield
    finally:
        reminder.cancel()


@contextlib.contextmanager
def _alarm_restored() -> Iterator[None]:
    """Save the handler and timer of SIGALRM and restore them afterwards, less the time that has passed."""
    delay, interval = signal.setitimer(signal.ITIMER_REAL, 0)
    handler, start = signal.getsignal(signal.SIGALRM), time.monotonic()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if delay:
            signal.setitimer(signal.ITIMER_REAL, max(delay - (time.monotonic() - start), 1e-6), interval)


def _error_text(error: BaseException) -> str:
    try:
        text = str(error)
    except BaseException:
        text = "(its message cannot be shown)"
    name = type(error).__name__
    return f"{name}: {text[:400]}" if text else name


def _line(error: BaseException) -> str:
    """The innermost line of the learner's own code that an error went through."""
    frames = [
        frame
        for frame in reversed(traceback.extract_tb(error.__traceback__))
        if not frame.filename.startswith((*_NOT_THE_LEARNERS, "<frozen"))
    ]
    # Compiled modules, such as those that carry what is printed, have lines without a text.
    for frame in frames:
        if frame.line:
            return f"line {frame.lineno}: {frame.line[:160]}"
    return f"line {frames[0].lineno}" if frames else ""


class _Printed(io.StringIO):
    """Keeps the first characters that are written."""

    def write(self, text: str) -> int:
        room = MAX_PRINTED - self.tell()
        if room > 0:
            super().write(text if len(text) <= room else text[:room] + " …")
        return len(text)
