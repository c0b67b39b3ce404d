"""What the long commands show while they run: one line with a bar, and how long it will still take."""

from typing import TextIO

WIDTH = 24


class Line:
    """One line that is written over in a terminal; elsewhere, one line for each thing that is shown."""

    def __init__(self, stream: TextIO) -> None:
        self.stream, self.live, self.open = stream, stream.isatty(), False

    def show(self, text: str) -> None:
        """Write the line, or write over it."""
        self.stream.write(f"\r{text}\x1b[K" if self.live else f"{text}\n")
        self.open = self.live
        self.stream.flush()

    def end(self) -> None:
        """Leave the line as it stands."""
        if self.open:
            self.stream.write("\n")
            self.stream.flush()
            self.open = False


def gauge(done: int, of: int) -> str:
    """How much of it is done, such as "[############............]"."""
    filled = WIDTH * done // of
    return f"[{'#' * filled}{'.' * (WIDTH - filled)}]"


def clock(seconds: float) -> str:
    """Seconds for a reader: "9 s", "2 min 05 s"."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
