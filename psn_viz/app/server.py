"""The server: Voila with one notebook of one cell, a page of ours around it, and one kernel per open page."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import re
import shutil
import signal
import tempfile
import threading
import webbrowser
from dataclasses import asdict
from pathlib import Path
from urllib.parse import quote

import nbformat
from jupyter_server.auth.identity import IdentityProvider, User
from jupyter_server.base.handlers import FileFindHandler
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.web import HTTPError, RedirectHandler
from traitlets.config import Config
from voila.app import Voila
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.tornado.handler import TornadoVoilaHandler

from psn_viz.app.gallery import STATIC, cards
from psn_viz.kernelspec import ThisPython

CELL = "from psn_viz.app.page_kernel import open_page\nopen_page()"
# A page that closes shuts its kernel down. One that cannot, because its browser was killed or its phone fell
# asleep, is missed after so many seconds without a connection.
MISSED_AFTER, LOOK_EVERY = 60, 10
HEARTBEAT = 10  # s; a page that waits for its kernel hears so often that it is being worked on
# What else is installed for JupyterLab would be loaded too.
EXTENSIONS = [
    "anywidget",
    "@jupyter-widgets/jupyterlab-manager",
    "@voila-dashboards/widgets-manager7",
    "@voila-dashboards/widgets-manager8",
]


class Kernels(AsyncMappingKernelManager):
    """Kernels that end at once: they hold nothing to be saved, and one that is just starting would complain."""

    async def shutdown_kernel(self, kernel_id: str, now: bool = True, restart: bool = False) -> None:
        """End a kernel."""
        await super().shutdown_kernel(kernel_id, now=True, restart=restart)


class Silent(ThisPython):
    """Kernels of this Python without output in the terminal."""

    options = ("--log-level=ERROR",)
    debugger = False


class Anybody(IdentityProvider):
    """Whoever reaches the server may use it, and gets no cookie.

    Behind a proxy the page shares its host with other servers: a cookie of Jupyter's usual names would replace
    those of a JupyterLab there, and end its sessions.
    """

    def get_user(self, handler) -> User:
        """One user for everybody: there is no login."""
        return User("reader")


class Shutdown(VoilaShutdownKernelHandler):
    """How a page ends its kernel when it closes."""

    def check_xsrf_cookie(self) -> None:
        """Ask for no cookie: the id of a kernel is known to its own page only."""


class Page(TornadoVoilaHandler):
    """Voila's page, at one address only, and with addresses that are relative to it.

    Of the whole address of a page behind a proxy only its browser knows.
    """

    base_url = "./"

    async def get(self, path=None):
        """Answer with the page, or lead on to the one that fills a screen: `?lab=…&state=…&present`, `?deck=02`."""
        query = dict(part.partition("=")[::2] for part in self.request.query.split("&"))
        if "deck" in query:
            return self.redirect(f"present/deck/{quote(query['deck'] or 'index')}.html")
        if "present" in query and query.get("lab") in {card.name for card in cards()}:
            lab, state = query["lab"], query.get("state", "")
            return self.redirect(f"present/labs/{lab}.html?present#{lab}{f';{state}' if state else ''}")
        return await super().get(path)

    def redirect_to_file(self, path: str) -> None:
        """Answer 404 to requests for other files."""
        raise HTTPError(404)


class LabServer(Voila):
    """Voila on sockets that listen already, with our page, and silent but for one line."""

    @classmethod
    def serve(
        cls, sockets, address: str, query: str = "", browser: bool = True, prefix: str = "/", more: tuple = ()
    ) -> None:
        """Answer on `sockets` until Ctrl-C, at `/` and, for a proxy that leaves it there, behind `prefix`.

        `address` is how a browser reaches the sockets, `query` what it opens first.
        `more` are handlers of other pages, as tornado takes them.
        """
        logging.getLogger("tornado").setLevel(logging.ERROR)  # it has remarks on Jupyter's way with it
        with tempfile.TemporaryDirectory(prefix="psn_viz_app_") as folder:
            server = cls(config=configuration(write_notebook(Path(folder))))
            server.sockets, server.prefix, server.address = sockets, prefix, address + query
            server.more = more
            server.first = server.address if browser else None
            server.initialize([])
            server.start()

    def setup_template_dirs(self) -> None:
        """Our template before Voila's."""
        super().setup_template_dirs()
        self.template_paths.insert(0, str(Path(__file__).parent / "template"))

    def init_handlers(self) -> list:
        """Our page in place of Voila's, and files of ours and of plotly's beside it."""
        ours = {TornadoVoilaHandler: Page, VoilaShutdownKernelHandler: Shutdown}
        voila = [(path, ours.get(kind, kind), *options) for path, kind, *options in super().init_handlers()]
        folders = {"app": STATIC, "plotly": Path(importlib.util.find_spec("plotly").origin).parent / "package_data"}
        files = [
            (rf"/{name}/(.*)", FileFindHandler, {"path": [str(folder)], "no_cache_paths": ["/"]})
            for name, folder in folders.items()
        ]
        handlers = [*self.more, *files, *voila]
        if self.prefix == "/":
            return handlers
        bare = re.escape(self.prefix.rstrip("/"))
        behind = [(bare + path, *rest) for path, *rest in handlers]
        return [(bare, RedirectHandler, {"url": self.prefix, "permanent": False}), *behind, *handlers]

    def listen(self) -> None:
        """Answer until Ctrl-C or SIGTERM. (Voila's own would move on to another port where one is in use.)"""
        HTTPServer(self.app).add_sockets(self.sockets)
        print(f"psn-viz app: {self.address} (Ctrl-C stops it)", flush=True)
        if self.first:
            threading.Thread(target=webbrowser.open, args=(self.first,), daemon=True).start()
        self.ioloop = IOLoop.current()
        signal.signal(signal.SIGINT, self._handle_signal_stop)  # no KeyboardInterrupt in the middle of something
        try:
            self.ioloop.start()
        finally:
            self.stop()

    def stop(self) -> None:
        """End all kernels."""

        async def end() -> None:
            for _ in range(50):
                try:
                    return await self.kernel_manager.shutdown_all(now=True)
                except HTTPError:  # one that was asked for a moment ago is not known yet
                    await asyncio.sleep(0.1)

        self.ioloop.run_sync(end)
        shutil.rmtree(self.connection_dir, ignore_errors=True)


def write_notebook(folder: Path) -> Path:
    """The notebook that Voila runs for every page."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = folder / "labs.ipynb"
    nbformat.write(notebook, path)
    return path


def configuration(notebook: Path) -> Config:
    """What differs from Voila's defaults."""
    return Config(
        Voila={
            "notebook_path": str(notebook),
            "open_browser": False,
            "log_level": "ERROR",
            "config_file_paths": [],  # settings for other pages are not for this one
            "identity_provider_class": Anybody,
        },
        VoilaConfiguration={
            "show_tracebacks": True,  # the page shows one sentence of them
            "multi_kernel_manager_class": Kernels,
            "kernel_spec_manager_class": Silent,
            "attempt_fix_notebook": False,
            "http_keep_alive_timeout": HEARTBEAT,
            "extension_allowlist": EXTENSIONS,
            "allow_template_override": "NO",
            "allow_theme_override": "NO",
            "file_allowlist": [],
            "resources": {"cards": [asdict(card) for card in cards()]},
        },
        MappingKernelManager={"cull_idle_timeout": MISSED_AFTER, "cull_interval": LOOK_EVERY},
    )
