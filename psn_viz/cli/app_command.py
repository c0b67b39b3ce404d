"""`psn-viz app`: check port, address and folders, then start the server."""

from __future__ import annotations

import errno
import importlib.util
import re
import socket
import sys
import tempfile

PORT = 8866
HERE = ("localhost", "127.0.0.1", "::1")


class Refused(Exception):
    """The app cannot start; the message says why, and what to do about it."""


def serve(
    code: str | None = None, port: int = PORT, host: str = "localhost", browser: bool = True, base_url: str = "/"
) -> int:
    """Serve the labs until Ctrl-C, and return the exit code.

    `code` is the lab, or its state, to open first; `base_url` is what a proxy leaves before the app's addresses.
    """
    try:
        if importlib.util.find_spec("voila") is None:
            raise Refused(
                "Voila is not installed in this environment. In the project's folder, run "
                f'"{sys.executable}" -m pip install -c constraints.txt -e ".[lab]"'
            )
        query = query_of(code) if code is not None else ""
        prefix = prefix_of(base_url)
        message = use_writable_folders()
        sockets = listen(port, host)
    except Refused as refused:
        print(f"psn-viz app: {refused}", file=sys.stderr)
        return 1
    if message:
        print(f"psn-viz app: {message}", file=sys.stderr)
    if host not in HERE:
        print(
            f"psn-viz app: listening on {host}, not only on this machine: whoever can reach port {port} can use the "
            "labs, without a password",
            file=sys.stderr,
        )
    try:
        from psn_viz.app.server import LabServer
        from psn_viz.browser.local_pages import LocalPages, handlers

        more = tuple(handlers(LocalPages(app="../../"), "/present"))
        LabServer.serve(sockets, address_of(host, port, prefix), query, browser, prefix, more)
    except KeyboardInterrupt:  # before the server listens; after that it ends by itself
        pass
    return 0


def query_of(code: str) -> str:
    """The query part of the address that opens the state that `code` describes."""
    from psn_viz.labs import LABS

    name = re.split(r"[;\s]", code.strip(), maxsplit=1)[0]
    if name not in LABS:
        raise Refused(f"no lab is named {name[:40]!r}; there is {', '.join(LABS)}")
    try:
        lab = LABS[name].from_code(code)
    except ValueError as error:
        raise Refused(f"{code!r} is no state of {name}: {error}") from error
    _, _, state = lab.code.partition(";")
    return f"?lab={name}&state={state}" if state else f"?lab={name}"


def use_writable_folders() -> str | None:
    """Use temporary folders where Jupyter's cannot be written, and return a sentence about it. Raises Refused."""
    from psn_viz.folders import NoFolder, no_temporary, use_temporary

    try:
        tempfile.gettempdir()  # for the notebook, and for the files by which kernels are reached
        return use_temporary()
    except NoFolder as error:
        raise Refused(str(error)) from error
    except OSError as error:
        raise Refused(no_temporary(error).replace(" either", "")) from error


def listen(port: int, host: str) -> list[socket.socket]:
    """Sockets that listen on `port`. Raises Refused with a reason."""
    from tornado.netutil import bind_sockets

    try:
        return bind_sockets(port, host)
    except socket.gaierror as error:
        raise Refused(f"{host!r} is not the name or address of a machine: try --host localhost") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            why = f"port {port} is in use: end what uses it, or choose another one, as in --port {port + 1}"
        elif error.errno == errno.EACCES:
            why = f"port {port} is not for ordinary users: choose one above 1023, as in --port {PORT}"
        elif error.errno == errno.EADDRNOTAVAIL:
            why = f"{host!r} is not an address of this machine: try --host localhost"
        else:
            why = f"cannot listen on {host}, port {port}: {error.strerror or error}"
        raise Refused(why) from error


def prefix_of(base_url: str) -> str:
    """The path that `base_url` means, with a slash at both ends."""
    path = re.sub("/+", "/", f"/{base_url}/")
    if "://" in base_url or not re.fullmatch(r"[\w/.~%@!$&'()*+,;=:-]+", path, re.ASCII):
        raise Refused(f"--base-url is the path of an address, as in /user/ada/proxy/{PORT}/, not {base_url!r}")
    return path


def address_of(host: str, port: int, prefix: str = "/") -> str:
    """The address to type into a browser."""
    name = socket.gethostname() if host in ("", "0.0.0.0", "::") else host
    return f"http://{f'[{name}]' if ':' in name else name}:{port}{prefix}"
