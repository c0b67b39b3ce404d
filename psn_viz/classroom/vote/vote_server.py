"""The server of a vote: phones at /, the teacher's page at /teacher for who came with the secret.

Whoever reaches the port may vote; a cookie with a random token, which means nothing elsewhere, tells browsers apart.
Nothing is stored but in memory. What closes, uncovers and goes on needs the teacher's cookie, which is set at an
address that only the command knows.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import secrets
import signal
import socket
import threading
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream
from tornado.web import Application, HTTPError, RequestHandler

from psn_viz.classroom.vote.ballot import Refused, VoteSession
from psn_viz.classroom.vote.phone_page import phone_page, whole_page
from psn_viz.classroom.vote.projector_page import projector_page
from psn_viz.classroom.vote.vote_language import Speech, question_in, wanted_language
from psn_viz.course.languages.tables import languages
from psn_viz.files import asset

FILES = {"vote.css": "text/css", "phone.js": "text/javascript", "projector.js": "text/javascript"}
TLS = 0x16  # the first byte of what a browser sends that was told https://
LARGEST_BODY = 4096  # bytes; a vote has less than 200
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
LANGUAGE = "psn_viz_language"  # a cookie that stays, as a choice on the site does; a host has it on all its ports
DAYS = 365


@dataclass
class Setting:
    """What a server is made with.

    address: what phones are told. phones: whether they reach it. names: of this machine, beside its addresses.
    notice: what the teacher should know now, such as that a file could not be written. language: of the teacher's
    page, and of phones that ask for none that is there.
    """

    session: VoteSession
    address: str
    phones: bool
    port: int
    names: frozenset[str] = frozenset({"localhost"})
    notice: Callable[[], str] = lambda: ""
    language: str = "en"
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    run: str = field(default_factory=lambda: secrets.token_hex(4))

    @property
    def stage(self) -> str:
        """The stage as a page knows it: another one after the command was started again."""
        return f"{self.run}.{self.session.stage}"


def is_own(host: str, names: frozenset[str]) -> bool:
    """Whether a Host header names this machine: by an address, or by one of its names.

    Another name leads here only where somebody's page tries to reach this machine through the reader's browser.
    """
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    with contextlib.suppress(ValueError):
        return bool(ipaddress.ip_address(name.partition("%")[0]))
    return name in names


def is_from(origin: str, host: str) -> bool:
    """Whether an Origin header names the host that was asked."""
    try:
        return urlsplit(origin).netloc == host
    except ValueError:  # no address at all
        return False


class _Handler(RequestHandler):
    """What all pages have alike."""

    @property
    def made(self) -> Setting:
        return self.application.settings["made"]

    def set_default_headers(self) -> None:
        self.set_header("Server", "psn-viz")
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("X-Content-Type-Options", "nosniff")
        # Not "no-referrer": with that, a form without scripts is sent with the origin "null".
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("Cache-Control", "no-store")

    def prepare(self) -> None:
        if not is_own(self.request.host, self.made.names):
            raise HTTPError(403)
        origin = self.request.headers.get("Origin")
        if self.request.method == "POST" and origin is not None and not is_from(origin, self.request.host):
            raise HTTPError(403)  # a page from elsewhere

    def compute_etag(self) -> None:
        return None

    def write_error(self, status_code: int, **_) -> None:
        speech = Speech(self.language)
        known = {
            400: speech.say("That was no vote."),
            403: speech.say("This address is not one of the vote."),
            404: speech.say("There is nothing here."),
        }
        said = known.get(status_code) or speech.say("That did not work.")
        body = f'<main><h1>{said}</h1><p><a href="/">{speech.say("To the vote")}</a></p></main>'
        self.finish(whole_page(speech.say("Vote"), body, speech))

    @property
    def language(self) -> str:
        """What the reader has chosen, else what the browser asks for."""
        chosen = self.get_cookie(LANGUAGE)
        if chosen in ("en", *languages()):
            return chosen
        return wanted_language(self.request.headers.get("Accept-Language", ""), self.made.language)

    def told(self, page: str) -> None:
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(page)

    def cookie(self, name: str) -> str:
        """The name of a cookie: a host has the same cookies on all its ports."""
        return f"psn_viz_{name}_{self.made.port}"

    def give(self, name: str, value: str) -> None:
        # It goes when the browser is closed, and never with what another site sends.
        self.set_signed_cookie(self.cookie(name), value, expires_days=None, httponly=True, samesite="Lax")

    def kept(self, name: str) -> str | None:
        """What was given to this browser, by this run of the command."""
        value = self.get_signed_cookie(self.cookie(name))
        return None if value is None else value.decode("ascii", "replace")


class Phone(_Handler):
    """The page to vote on, and the vote."""

    def get(self) -> None:
        """Show it, with a new token for a browser that has none."""
        token = self.kept("vote")
        if token is None:
            token = secrets.token_hex(16)
            self.give("vote", token)
        self.told(phone_page(self.made.session, self.made.stage, token, language=self.language))

    def post(self) -> None:
        """Count a vote, or say why not."""
        session, known = self.made.session, self.kept("vote")
        token = known or secrets.token_hex(16)
        try:
            if known is None:
                self.give("vote", token)
                raise Refused("This browser was not known, so nothing was counted. Vote again; cookies must be on.")
            ticket = self.get_body_argument("round", "")
            if not (ticket.isascii() and ticket.isdigit() and len(ticket) < 10):
                raise HTTPError(400)
            session.vote(token, int(ticket), self._answer())
        except Refused as refused:
            self.set_status(409)
            self.told(phone_page(session, self.made.stage, token, str(refused), self.language))
        else:
            self.redirect("/", status=303)  # so that a reload sends nothing again

    def _answer(self) -> str:
        """What was given, without a unit in the reader's language."""
        unit = question_in(self.made.session.ballot.question, self.language).unit
        return self.get_body_argument("answer", "").strip().removesuffix(unit)


class ChooseLanguage(_Handler):
    """The links of a phone's page to the same page in another language."""

    def get(self, code: str) -> None:
        """Keep the choice in the browser."""
        if code not in ("en", *languages()):
            raise HTTPError(404)
        self.set_cookie(LANGUAGE, code, expires_days=DAYS, httponly=True, samesite="Lax")
        self.redirect("/", status=303)


class PhoneState(_Handler):
    """The stage, which every phone asks for again and again."""

    def get(self) -> None:
        """Answer as JSON."""
        self.finish({"stage": self.made.stage})


class Enter(_Handler):
    """The address with the secret: it makes the browser the teacher's, and does not stay in sight."""

    def get(self, secret: str) -> None:
        """Let in who has the secret."""
        if not secrets.compare_digest(secret.encode(), self.made.secret.encode()):
            raise HTTPError(404)
        self.give("teacher", "yes")
        self.redirect("/teacher", status=303)


class _Teacher(_Handler):
    def prepare(self) -> None:
        super().prepare()
        if self.kept("teacher") != "yes":
            raise HTTPError(404)


class Projector(_Teacher):
    """The page for the projector, and what its buttons do."""

    def get(self) -> None:
        """Show it."""
        made = self.made
        self.told(projector_page(made.session, made.stage, made.address, made.phones, made.notice(), made.language))

    def post(self) -> None:
        """Do what a button says, if that can be done now."""
        stage = self.get_body_argument("stage", "")
        if not (stage.isascii() and stage.isdigit() and len(stage) < 10):
            raise HTTPError(400)
        self.made.session.act(self.get_body_argument("do", ""), int(stage))
        self.redirect("/teacher", status=303)


class ProjectorState(_Teacher):
    """The stage, and how many have answered."""

    def get(self) -> None:
        """Answer as JSON."""
        session = self.made.session
        self.finish({"stage": self.made.stage, "answered": len(session.ballot.rounds[-1].votes)})


class File(_Handler):
    """A style sheet or a script."""

    def get(self, name: str) -> None:
        """Send it."""
        folder = f"{__package__}.vote_files"
        text = asset(folder, "page_swap.js") + asset(folder, name) if name.endswith(".js") else asset(folder, name)
        self.set_header("Content-Type", f"{FILES[name]}; charset=utf-8")
        self.finish(text)


class Nothing(_Handler):
    """Any other address."""

    def prepare(self) -> None:
        """There is none."""
        super().prepare()
        raise HTTPError(404)


def application(made: Setting) -> Application:
    """All that the server answers."""
    return Application(
        [
            (r"/", Phone),
            (r"/state", PhoneState),
            (r"/language/([\w-]{1,20})", ChooseLanguage),
            (r"/teacher", Projector),
            (r"/teacher/state", ProjectorState),
            (r"/teacher/([\w-]{1,64})", Enter),
            (rf"/({'|'.join(FILES).replace('.', '[.]')})", File),
        ],
        default_handler_class=Nothing,
        cookie_secret=secrets.token_hex(32),
        made=made,
        log_function=lambda handler: None,
    )


class _PlainServer(HTTPServer):
    """Hangs up on a browser that begins with TLS, which then goes on with http:// or says so, and does not wait."""

    def handle_stream(self, stream: IOStream, address: tuple) -> None:
        """Look at the first byte of a connection."""
        read = stream.read_from_fd

        def first(buffer: bytearray | memoryview) -> int | None:
            count = read(buffer)
            if count is not None:
                stream.read_from_fd = read  # type: ignore[method-assign]
            return 0 if count and buffer[0] == TLS else count  # 0: as if the browser had gone

        stream.read_from_fd = first  # type: ignore[method-assign]
        super().handle_stream(stream, address)


def http_server(made: Setting) -> HTTPServer:
    """The server, with limits on what it takes."""
    return _PlainServer(application(made), max_body_size=LARGEST_BODY, body_timeout=10, idle_connection_timeout=60)


def serve(
    sockets: list[socket.socket], made: Setting, first: str = "", ready: Callable[[], None] = lambda: None
) -> None:
    """Answer on `sockets` until Ctrl-C or SIGTERM; then close what is open. `first` is opened in a browser."""
    for name in ("tornado.access", "tornado.application", "tornado.general"):
        logging.getLogger(name).setLevel(logging.CRITICAL)

    async def until_stopped() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        server = http_server(made)
        server.add_sockets(sockets)
        handlers = {
            number: signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
            for number in (signal.SIGINT, signal.SIGTERM)
            if threading.current_thread() is threading.main_thread() and signal.getsignal(number) != signal.SIG_IGN
        }
        ready()
        if first:
            threading.Thread(target=webbrowser.open, args=(first,), daemon=True).start()
        try:
            while not stop.is_set():  # Windows hears of Ctrl-C only when something is due
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), 0.5)
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
            made.session.end()
            server.stop()
            await server.close_all_connections()

    asyncio.run(until_stopped())
