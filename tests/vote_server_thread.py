"""A vote on a free port of this machine, in a thread; and phones that are plain HTTP clients with a cookie jar."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.cookiejar import CookieJar

from psn_viz.classroom.vote.ballot import VoteSession
from psn_viz.classroom.vote.vote_question import VoteOption, VoteQuestion
from psn_viz.classroom.vote.vote_server import Setting, http_server

CHOICE = VoteQuestion(
    "own/choice",
    "choice",
    "Which neuron needs no loop?",
    "Both are spiking neurons.",
    (
        VoteOption("The LIF", "Its reset depends on a decision.", False),
        VoteOption("The PSN", "It has no reset at all.", True),
        VoteOption("None", "There is one.", False),
    ),
)
NUMBER = VoteQuestion(
    "own/number", "number", "How many entries are left?", unit="entries", truth=58.0, told="It is 58 entries.",
    is_right=lambda answer: abs(answer - 58) <= 2.9,
)  # fmt: skip


class Vote:
    """A vote that runs: `made` is what the server was made with."""

    def __init__(self, made: Setting) -> None:
        self.made, self.session = made, made.session
        self.address = f"http://127.0.0.1:{made.port}/"
        self.teacher = f"{self.address}teacher/{made.secret}"

    def do(self, action: str) -> None:
        """What the teacher presses."""
        assert self.session.act(action, self.session.stage), f"{action} is not possible now"


@contextmanager
def vote(questions: Sequence[VoteQuestion] = (CHOICE, NUMBER), when_closed=lambda: None) -> Iterator[Vote]:
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setblocking(False)
    address = "http://192.168.1.7:8765/"
    made = Setting(VoteSession(questions, when_closed), address, True, listening.getsockname()[1])
    begun, loop = threading.Event(), asyncio.new_event_loop()

    async def answer(stop: asyncio.Event) -> None:
        server = http_server(made)
        server.add_sockets([listening])
        begun.set()
        await stop.wait()
        server.stop()
        await server.close_all_connections()

    stop = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(answer(stop)), daemon=True)
    thread.start()
    assert begun.wait(10)
    try:
        yield Vote(made)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()


class Client:
    """A browser without a screen: it keeps its cookies, follows redirections, and holds the last answer."""

    def __init__(self, running: Vote) -> None:
        self.address = running.address
        self.jar = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.status, self.headers, self.page = 0, None, ""

    def get(self, path: str = "", **headers: str) -> str:
        return self._open(urllib.request.Request(self._url(path), headers=headers))

    def post(self, path: str = "", body: bytes | None = None, headers: dict | None = None, **fields: object) -> str:
        data = urllib.parse.urlencode(fields).encode() if body is None else body
        return self._open(urllib.request.Request(self._url(path), data, headers or {}))

    def ticket(self) -> str:
        """What the form on the page carries; "0" where there is no form."""
        found = re.search(r'name="round" value="(\d+)"', self.page)
        return found[1] if found else "0"

    def answer(self, given: object) -> str:
        """Open the page and send its form."""
        self.get()
        return self.post(round=self.ticket(), answer=given)

    def _url(self, path: str) -> str:
        return path if path.startswith("http") else self.address + path

    def _open(self, request: urllib.request.Request) -> str:
        try:
            with self.opener.open(request, timeout=20) as answer:
                self.status, self.headers, self.page = answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            self.status, self.headers, self.page = error.code, error.headers, error.read().decode()
        return self.page
