"""What the commands show in a terminal: text that every terminal can print, and one line of progress that fits it.

The line is no work for tqdm: it cuts what is too long at its end, where the time left stands, and writes carriage
returns into pipes.
"""

import codecs
import contextlib
import os
import shutil
import signal
import sys
import textwrap
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TextIO

WIDEST, NARROWEST = 24, 8  # characters of a gauge between its brackets

# What is written where a code page, such as Windows' cp1252 or plain ASCII, lacks the character.
PLAIN = {
    "−": "-", "–": "-", "—": "-", "·": ".", "×": "x", "±": "+-", "≤": "<=", "≥": ">=", "≈": "~", "∝": "~", "∞": "inf",
    "√": "sqrt", "⊙": "*", "‖": "||", "⟨": "<", "⟩": ">", "©": "(c)", "→": "->", "←": "<-", "…": "...",
    "✗": "x", "✓": "v", "█": "#", "■": "#",
    "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "°": " deg",
    "α": "alpha", "β": "beta", "λ": "lambda", "μ": "u", "µ": "u", "π": "pi",
    "Σ": "Sigma", "σ": "sigma", "τ": "tau", "Θ": "Theta",
}  # fmt: skip
ERRORS = "psn_viz.plain"


def _plain(error: UnicodeError) -> tuple[str, int]:
    """The error handler of codecs that writes the closest ASCII text, at worst a question mark."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_closest, error.object[error.start : error.end])), error.end


def _closest(character: str) -> str:
    """The closest text in ASCII, which is part of every code page."""
    decomposed = unicodedata.normalize("NFKD", character)
    # An exponent keeps its meaning: 10⁸ is not 108.
    power = "^" if "<super>" in unicodedata.decomposition(character) else ""
    without_marks = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    for candidate in (PLAIN.get(character), power + without_marks, PLAIN.get(without_marks)):
        if candidate and candidate.isascii():
            return candidate
    return "?"


codecs.register_error(ERRORS, _plain)


def print_anywhere() -> None:
    """From now on, no character that stdout or stderr cannot encode is an error."""
    for stream in (sys.stdout, sys.stderr):
        # Without a console there may be none (pythonw), or one that somebody put in its place.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=ERRORS)


@contextlib.contextmanager
def interrupt_ends_at_once(message: str) -> Iterator[None]:
    """Inside, Ctrl-C prints `message` and exits with status 130: for what has nothing to save, such as imports.

    An exception would not do: torch and numpy catch it in the middle of an import and go on with half a module.
    """
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGINT) in (
        signal.SIG_IGN,  # as in a job in the background
        None,
    ):
        yield
        return

    def end(*_) -> None:
        with contextlib.suppress(OSError):  # without a console there is nobody to tell
            os.write(2, f"{message}\n".encode("ascii", ERRORS))  # stderr's own buffer may be in use
        os._exit(130)

    before = signal.signal(signal.SIGINT, end)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGINT) is end:
            signal.signal(signal.SIGINT, before)


def readable(text: str, encoding: str | None) -> str:
    """The text as a stream of that encoding will show it."""
    return text.encode(encoding or "utf-8", ERRORS).decode(encoding or "utf-8")


class Gauge(NamedTuple):
    """How much is done, such as "[############............]"."""

    done: int
    of: int

    def text(self, width: int = WIDEST) -> str:
        """Drawn with so many characters between the brackets."""
        filled = width * self.done // self.of
        return f"[{'#' * filled}{'.' * (width - filled)}]"


# What a line of progress is made of: texts and a gauge, each with its rank. Where there is no room for all, the
# gauge is drawn shorter, and then what has the highest rank is left out; what has the rank 0 stays.
Part = tuple[str | Gauge, int]


class Line:
    """One line that is written over in a terminal; elsewhere, one line for each thing that is shown.

    A carriage return and blanks do it, for not every terminal knows escape codes (Windows' old console). One that
    does not even go back to the start of the line says so by TERM=dumb, and is treated like a file.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream, self.open, self.shown, self.above = stream, False, 0, ""
        self.live = stream.isatty() and os.environ.get("TERM") != "dumb"

    def show(self, parts: str | Sequence[Part], title: str = "") -> None:
        """Write the line, or write over it. A title that the line has no room for stands above it, written once."""
        parts = [(parts, 0)] if isinstance(parts, str) else list(parts)
        if not self.live:
            self._write(_joined([(title, 0), *parts] if title else parts) + "\n")
            return
        encoding, room = getattr(self.stream, "encoding", None), columns(self.stream) - 1
        parts = [(readable(part, encoding) if isinstance(part, str) else part, rank) for part, rank in parts]
        title = readable(title, encoding)
        line = _joined([(title, 0), *parts] if title else parts)
        if title != self.above and len(line) <= room:
            text = line
        else:
            if title and title != self.above:
                for line in textwrap.wrap(title, max(1, room)):
                    self._over(line, room)
                    self.end()
            self.above = title
            text = fitted(parts, room)
        self._over(text, room)

    def end(self) -> None:
        """Leave the line as it stands."""
        if self.open:
            self._write("\n")
            self.open, self.shown = False, 0

    def _over(self, text: str, room: int) -> None:
        self._write("\r" + text.ljust(min(self.shown, room)))
        self.open, self.shown = True, len(text)

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()


def fitted(parts: Iterable[Part], room: int) -> str:
    """The parts in at most `room` characters: those with the highest ranks are dropped first."""
    parts = list(parts)
    while True:
        too_long = len(_joined(parts)) - room
        gauge = WIDEST - max(0, too_long)
        if too_long <= 0 or (gauge >= NARROWEST and any(isinstance(part, Gauge) for part, _ in parts)):
            return _joined(parts, gauge)
        dispensable = max(parts, key=lambda part: part[1])
        if dispensable[1] == 0:
            return _joined(parts)[:room]
        parts.remove(dispensable)


def columns(stream: TextIO) -> int:
    """How many characters a line of the terminal has."""
    try:
        # 0: a terminal that was never told its size.
        return os.get_terminal_size(stream.fileno()).columns or shutil.get_terminal_size().columns
    except (OSError, ValueError, AttributeError):  # no terminal below it
        return shutil.get_terminal_size().columns


def clock(seconds: float) -> str:
    """Seconds for a reader: "9 s", "2 min 05 s"."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def _joined(parts: Iterable[Part], gauge: int = WIDEST) -> str:
    """The parts with commas between them, and none beside a gauge."""
    text, comma = "", False
    for part, _ in parts:
        shown = part.text(gauge) if isinstance(part, Gauge) else part
        drawn = isinstance(part, Gauge)
        text += (", " if comma and not drawn else " " if text else "") + shown
        comma = not drawn
    return text
