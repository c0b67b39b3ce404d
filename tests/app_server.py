"""`psn-viz app` in a process of its own, for the tests; run as a module, with trouble for the asking."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]


@dataclass
class Running:
    """A running app: its address, its process, and the file that takes what it says."""

    address: str
    process: subprocess.Popen
    log: Path

    def family(self) -> list[psutil.Process]:
        """The server and its kernels."""
        server = psutil.Process(self.process.pid)
        return [server, *server.children(recursive=True)]

    def memory(self) -> float:
        """What the server and its kernels hold, in MB."""
        total = 0
        for process in self.family():
            with contextlib.suppress(psutil.NoSuchProcess):
                total += process.memory_info().rss
        return total / 2**20

    def wait_for_kernels(self, count: int, seconds: float = 30) -> None:
        """Wait until so many kernels run."""
        deadline = time.monotonic() + seconds
        while len(self.family()) - 1 != count:
            assert time.monotonic() < deadline, f"{len(self.family()) - 1} kernels, not {count}"
            time.sleep(0.1)

    def stop(self) -> int:
        """Ctrl-C; returns the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(20)


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextlib.contextmanager
def app(home: Path, *arguments: str, module: str = "psn_viz", folders: Path | None = None):
    """Run the app on a free port and yield it once it says that it listens; `folders` is where Jupyter's own are."""
    port, log = free_port(), home / "app.log"
    command = [sys.executable, "-m", module, "app", "--no-browser", "--port", str(port), *arguments]
    own = {name: str((folders or home) / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")}
    environment = {**os.environ, **own, "PYTHONPATH": str(ROOT)}
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=home, env=environment, stdout=subprocess.PIPE, stderr=file, text=True)
    try:
        said = process.stdout.readline().split()
        assert said[:1] == ["psn-viz"], log.read_text()
        yield Running(said[2], process, log)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(20)
        process.stdout.close()


def trouble() -> None:
    """In a kernel: what its page asks for, `slow`, or `broken` labs: one that cannot be made, one that fails."""
    asked = os.environ["QUERY_STRING"].split("&")
    if "slow" in asked:
        time.sleep(2.5)
    if "broken" in asked:
        break_labs()


def break_labs() -> None:
    from psn_viz.labs import LABS

    def fail(*args, **kwargs):
        raise RuntimeError("broken for a test")

    whole = LABS["closed_form"].compute
    LABS["charge_fire_reset"].__init__ = fail
    LABS["closed_form"].compute = staticmethod(lambda state: fail() if state["row"] == 0 else whole(state))


if __name__ == "__main__":
    from psn_viz.app import server
    from psn_viz.cli.main import main

    server.CELL = f"from tests.app_server import trouble\ntrouble()\n{server.CELL}"
    server.MISSED_AFTER, server.LOOK_EVERY, server.HEARTBEAT = 4, 1, 1
    sys.exit(main())
