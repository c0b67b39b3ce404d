"""`psn-viz present`: find the deck, check the port, then serve its page on this machine and open it."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import logging
import os
import signal
import sys
import threading
import webbrowser
from pathlib import Path

from psn_viz.cli.app_command import Refused, listen

PORT = 8877
HELP = """\
A deck fills the screen: labs in the states to show, and questions, one step after the other, by arrow keys, space or
a clicker. Each lesson has two, the paths of its notes for the teacher: a short one of 5 minutes, and with --long one
of about 50 (40 to 60, as much as the class talks). The labs are live, computed on this machine; no network is needed.
? shows all keys.
"""
NOTES = """\
A deck of your own is a text file in UTF-8, one step a line: what is shown, a stroke, one line to say.

  title: My deck
  # A line that begins with # is left out.
  closed_form              | Each row of W says what H is made of.   | 2 min
  closed_form;reset=hard   | Now with a reset.
  02/row_6                 | Predict first.
  plane                    | Now the neuron itself.                  | 1 min | part: PSN
  -                        | Talk to your neighbour.

What is shown is the code of a state, as the field "state" of each lab has it; the key of a question, whose truth
stays covered until U; or - for the line alone. The minutes may be left out, and the part: words
of a heading, or of the title of an axis, of the part of a figure that is to be open first.
"""


def present_command(deck: str, minutes: int = 5, port: int = PORT, browser: bool = True) -> int:
    """Serve a deck until Ctrl-C, and return the exit code.

    deck: the number of a lesson, or a file. minutes: 5, or 50 for the long path of the lesson.
    """
    from psn_viz.classroom.deck import NoDeck, lesson_deck, own_deck

    own = None
    try:
        if is_file(deck):
            own, page = own_deck(Path(deck)), "mine"
        else:
            from psn_viz.browser.deck_pages import deck_name

            found = lesson_deck(deck, minutes)
            page = deck_name(found.lesson, minutes)
        if importlib.util.find_spec("tornado") is None:
            raise Refused(
                "the server needs tornado, which comes with JupyterLab. In the project's folder, run "
                f'"{sys.executable}" -m pip install -c constraints.txt -e ".[lab]"'
            )
        sockets = listen(port, "localhost")
    except (Refused, NoDeck) as refused:
        hint = "" if is_file(deck) else ". A deck of your own is a file whose name ends in .txt"
        print(f"psn-viz present: {refused}{hint if isinstance(refused, NoDeck) else ''}", file=sys.stderr)
        return 1
    from psn_viz.browser.local_pages import LocalPages

    with contextlib.suppress(KeyboardInterrupt):  # before the server listens; after that it ends by itself
        serve(sockets, LocalPages(own), port, page, browser)
    return 0


def is_file(deck: str) -> bool:
    """Whether a file is meant, and no lesson."""
    return deck.lower().endswith(".txt") or "/" in deck or "\\" in deck or os.path.isfile(deck)


def serve(sockets, pages, port: int, page: str, browser: bool) -> None:
    """Answer on `sockets` until Ctrl-C or SIGTERM."""
    from tornado.httpserver import HTTPServer
    from tornado.web import Application, RedirectHandler

    from psn_viz.browser.local_pages import handlers

    for name in ("tornado.access", "tornado.application", "tornado.general"):
        logging.getLogger(name).setLevel(logging.CRITICAL)

    async def until_stopped() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        front = (r"/(?:deck/)?", RedirectHandler, {"url": "/deck/index.html", "permanent": False})
        for path in (f"deck/{page}.html", "assets/site.css"):  # what takes longest is there when it is asked for
            pages.file(path)
        server = HTTPServer(Application([*handlers(pages), front]))
        server.add_sockets(sockets)
        for number in (signal.SIGINT, signal.SIGTERM):
            if threading.current_thread() is threading.main_thread() and signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
        address = f"http://localhost:{port}/deck/{page}.html"
        print(f"psn-viz present: {address} (Ctrl-C stops it)", flush=True)
        if browser:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        while not stop.is_set():  # Windows hears of Ctrl-C only when something is due
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), 0.5)
        server.stop()
        await server.close_all_connections()

    asyncio.run(until_stopped())
