"""Pages to present from, served on this machine: those of the site, on the Python that runs here.

The pages are the site's own. In place of Pyodide, a worker of the same form asks `/python` of this server, where the
same sessions answer, with torch. Nothing is downloaded, and nothing leaves this machine.
"""

from __future__ import annotations

import asyncio
import base64
import json
import mimetypes
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from tornado.web import HTTPError, RequestHandler

from psn_viz.app.gallery import cards
from psn_viz.browser.build_site import assets
from psn_viz.browser.deck_pages import FOLDER, course_page, deck_page
from psn_viz.browser.lab_pages import lab_page, script_json
from psn_viz.browser.session import LabSession
from psn_viz.classroom.deck import Deck
from psn_viz.files import asset

OWN = f"{FOLDER}mine.html"  # the page of a deck from a file
MOST_SESSIONS = 200  # labs that are open; the oldest is opened again when its page asks for it
LARGEST_BODY = 200_000  # bytes
_WORKER = '<script src="../assets/local_python.js"></script>\n<script id="themes"'
_PLACES = '<script id="places" type="application/json">{'


class LocalPages:
    """The files by path. own: a deck that has no lesson. app: the way from a lab's page to the app, or None."""

    def __init__(self, own: Deck | None = None, app: str | None = None) -> None:
        self._own, self._app = own, app
        self._cards = {f"labs/{card.name}.html": card for card in cards()}
        self._sessions: OrderedDict[tuple[str, int], LabSession] = OrderedDict()
        self._thread = ThreadPoolExecutor(1)  # one after the other: torch uses the cores that there are

    def file(self, path: str) -> bytes:
        """The file at `path`. Raises KeyError where there is none."""
        if path == "assets/local_python.js":
            return asset("psn_viz.browser.pages", "local_python.js").encode()
        if path.startswith("assets/"):
            return _assets()[path]
        if path == OWN and self._own is not None:
            return self._ours(deck_page(self._own, ("All decks", "index.html")))
        if path.startswith(FOLDER):
            return self._ours(course_page(path, {}))
        return self._ours(lab_page(self._cards[path], live=True))

    def _ours(self, page: str) -> bytes:
        """A page of the site with the worker that asks here, and the way to the app."""
        there = "" if self._app is None else f'"app": {script_json(self._app)}, '
        page = page.replace('<script id="themes"', _WORKER, 1)
        return page.replace(_PLACES, _PLACES + there, 1).encode()

    async def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        """What a session answers: `told` and `arrays`, in base64, or why it `failed`."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._answer, asked)

    def _answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        try:
            key = str(asked["page"]), int(asked["id"])
            if asked["action"] == "close":
                self._sessions.pop(key, None)
                return {"told": None, "arrays": []}
            action = asked["action"]
            if action == "open" or key not in self._sessions:
                self._sessions[key] = LabSession(str(asked["name"]), str(asked.get("code") or ""))
                action = "show" if action == "open" else action
            self._sessions.move_to_end(key)
            while len(self._sessions) > MOST_SESSIONS:
                self._sessions.popitem(last=False)
            told, arrays = self._sessions[key].do_json(action, json.dumps(asked.get("argument")))
        except (KeyError, TypeError, ValueError) as error:
            return {"failed": f"{type(error).__name__}: {error}"}
        packed = [base64.b64encode(array.astype("float32").tobytes()).decode() for array in arrays]
        return {"told": json.loads(told), "arrays": packed}


@cache
def _assets() -> dict[str, bytes]:
    return assets()


class Files(RequestHandler):
    """A file of the pages."""

    def initialize(self, pages: LocalPages) -> None:
        """Take the pages."""
        self.pages = pages

    def get(self, path: str) -> None:
        """Answer with it."""
        try:
            data = self.pages.file(path)
        except KeyError:
            raise HTTPError(404) from None
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        self.set_header("Content-Type", "text/javascript" if path.endswith(".js") else kind)
        self.set_header("Cache-Control", "no-cache")
        self.finish(data)


class Python(RequestHandler):
    """The Python behind the pages."""

    def initialize(self, pages: LocalPages) -> None:
        """Take the pages."""
        self.pages = pages

    def check_xsrf_cookie(self) -> None:
        """Ask for no cookie: a page of somebody else cannot send JSON here, and nothing here is changed by it."""

    async def post(self) -> None:
        """Answer what a page asks."""
        if not self.request.headers.get("Content-Type", "").startswith("application/json"):
            raise HTTPError(415)
        if len(self.request.body) > LARGEST_BODY:
            raise HTTPError(413)
        try:
            asked = json.loads(self.request.body)
            if not isinstance(asked, dict):
                raise ValueError("no object")
        except ValueError:
            raise HTTPError(400) from None
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps(await self.pages.answer(asked)))


def handlers(pages: LocalPages, below: str = "") -> list[tuple[str, Callable, dict[str, LocalPages]]]:
    """What serves the pages, for tornado, at addresses that begin with `below`."""
    options = {"pages": pages}
    return [(rf"{below}/python", Python, options), (rf"{below}/((?:assets|deck|labs)/.+)", Files, options)]
