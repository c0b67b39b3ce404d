"""What a process that runs a student's function may not do, as far as Linux and macOS can keep it from that.

Only the child process of `rerun_runner` calls these, before it runs anything of a student's.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path

NOBODY = 65534
MORE_MEMORY = 1_500_000_000  # bytes beyond what the process has when it starts
LARGEST_FILE = 1_000_000  # bytes
OPEN_FILES = 32
_NEW_NETWORK, _NEW_USER = 0x40000000, 0x10000000  # of unshare(2)


def limit(cpu_seconds: int, folder: Path) -> None:
    """Set all limits; they cannot be lifted again. `folder` is where the process may write.

    Root, whom no limit on processes holds, goes on as the user nobody, who owns `folder` from then on. Raises OSError
    or ValueError where a limit cannot be set.
    """
    os.chdir(folder)
    _limit(resource.RLIMIT_CPU, cpu_seconds)
    _limit(resource.RLIMIT_FSIZE, LARGEST_FILE)
    _limit(resource.RLIMIT_NOFILE, OPEN_FILES)
    _limit(resource.RLIMIT_CORE, 0)
    with contextlib.suppress(OSError, ValueError):  # macOS takes none below what is there
        _limit(resource.RLIMIT_AS, _memory_now() + MORE_MEMORY)
    cut_network()
    _limit(resource.RLIMIT_NPROC, 0)
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def _limit(which: int, most: int) -> None:
    _, hard = resource.getrlimit(which)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(which, (most, most))


def _memory_now() -> int:
    """Bytes of address space; 4 GB where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 4_000_000_000
    return pages * resource.getpagesize()


def cut_network() -> None:
    """Leave the network, where Linux lets this process; `holes` says whether it did."""
    if not sys.platform.startswith("linux"):
        return
    with contextlib.suppress(OSError, AttributeError):
        unshare = ctypes.CDLL(None, use_errno=True).unshare
        if unshare(_NEW_NETWORK) != 0:
            unshare(_NEW_USER | _NEW_NETWORK)


def holes() -> list[str]:
    """What this process could still do, tried by doing it: of "processes", "memory", "files", "network", "root"."""
    tries: dict[str, Callable[[], object]] = {
        "processes": _start_process,
        "memory": lambda: bytearray(2 * MORE_MEMORY),
        "files": _write_large,
        "network": _reach_network,
        "root": lambda: None if os.geteuid() == 0 else _refuse(),
    }
    found = []
    for name, attempt in tries.items():
        try:
            attempt()
        except (OSError, MemoryError):
            continue
        found.append(name)
    return found


def _refuse() -> None:
    raise OSError("not so")


def _start_process() -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def _write_large() -> None:
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with open("large", "wb") as file:
        try:
            file.write(bytes(LARGEST_FILE + 1))
            file.flush()
        finally:
            os.truncate("large", 0)


def _reach_network() -> None:
    """Whether there is a network besides this process's own: an address can be given to a packet (none is sent)."""
    import socket

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.connect(("192.0.2.1", 9))  # an address for documentation, that nobody has
