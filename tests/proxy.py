"""A reverse proxy in front of one server, as JupyterHub, Binder or nginx put one: it may cut its prefix, or not."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from dataclasses import dataclass

from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.httpserver import HTTPServer
from tornado.iostream import StreamClosedError
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError
from tornado.websocket import WebSocketClosedError, WebSocketHandler, websocket_connect

CUT = ("Host", "Connection", "Upgrade", "Transfer-Encoding", "Content-Length", "Content-Encoding", "Accept-Encoding")


@dataclass(frozen=True)
class Route:
    """What the proxy does with the addresses below one prefix."""

    cut: bool = True
    websockets: bool = True


class Proxy(WebSocketHandler):
    """Passes a request on, or both ends of a WebSocket to each other."""

    def initialize(self, server: str, prefix: str, route: Route, answers: list) -> None:
        self.server, self.prefix, self.route, self.answers = server, prefix, route, answers

    def address(self) -> str:
        path = self.request.uri.removeprefix(self.prefix) if self.route.cut else self.request.uri
        return self.server + path

    def headers(self) -> dict:
        """The Host of the browser is passed on, as jupyter-server-proxy does it, and its Origin."""
        passed = {name: value for name, value in self.request.headers.get_all() if name not in CUT}
        return {**passed, "Host": self.request.host}

    def check_xsrf_cookie(self) -> None:
        """Leave that to the server behind."""

    async def forward(self, *args) -> None:
        """Pass each piece of the answer on as it comes: the page is there before its kernel is."""
        request = HTTPRequest(
            self.address(),
            method=self.request.method,
            headers=self.headers(),
            body=self.request.body or None,
            allow_nonstandard_methods=True,
            follow_redirects=False,
            request_timeout=120,
            header_callback=self.take_header,
            streaming_callback=self.take_body,
        )
        with contextlib.suppress(StreamClosedError):  # the browser has left
            answer = await AsyncHTTPClient(max_clients=100).fetch(request, raise_error=False)
            self.answers.append((answer.code, self.request.method, self.request.path))

    def take_header(self, line: str) -> None:
        if line.startswith("HTTP/"):
            self.set_status(int(line.split()[1]))
        name, _, value = line.partition(":")
        if value and name.title() not in CUT:
            self.add_header(name, value.strip())

    def take_body(self, piece: bytes) -> None:
        self.write(piece)
        self.flush()

    behind = None  # the server's end of a WebSocket

    async def get(self, *args) -> None:
        if self.request.headers.get("Upgrade", "").lower() != "websocket":
            return await self.forward()
        if not self.route.websockets:
            raise HTTPError(404)
        wanted = self.request.headers.get("Sec-WebSocket-Protocol", "")
        headers = {name: value for name, value in self.headers().items() if not name.startswith("Sec-")}
        self.behind = await websocket_connect(
            HTTPRequest(self.address().replace("http", "ws", 1), headers=headers),
            subprotocols=[part.strip() for part in wanted.split(",") if part.strip()],
            on_message_callback=self.back,
            max_message_size=2**28,
        )
        return await super().get(*args)

    post = put = delete = head = options = forward

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        return self.behind.selected_subprotocol

    def back(self, message: str | bytes | None) -> None:
        if message is None:
            self.close()
        else:
            with contextlib.suppress(WebSocketClosedError):  # the page has just gone
                self.write_message(message, isinstance(message, bytes))

    async def on_message(self, message: str | bytes) -> None:
        await self.behind.write_message(message, isinstance(message, bytes))

    def on_close(self) -> None:
        if self.behind:
            self.behind.close()


@contextlib.contextmanager
def proxy(server: str, routes: dict[str, Route]):
    """Run a proxy in a thread of its own, with several prefixes.

    Yields its address, without a slash at its end, and a list that takes status, method and path of each answer.
    """
    answers: list[tuple[int, str, str]] = []
    begun = threading.Event()
    loop = asyncio.new_event_loop()
    (listening,) = bind_sockets(0, "127.0.0.1")

    def run() -> None:
        asyncio.set_event_loop(loop)
        same = {"server": server.rstrip("/"), "answers": answers}
        routed = [(prefix, {**same, "prefix": prefix, "route": route}) for prefix, route in routes.items()]
        handlers = [(rf"{prefix}(/.*)?", Proxy, options) for prefix, options in routed]
        HTTPServer(Application(handlers, websocket_max_message_size=2**28)).add_sockets([listening])
        loop.call_soon(begun.set)
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    begun.wait(10)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", answers
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
