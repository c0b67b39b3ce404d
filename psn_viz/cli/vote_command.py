"""`psn-viz vote`: find the question, check file, port and address, then start the vote or write the sheet."""

from __future__ import annotations

import importlib.util
import os
import re
import socket
import sys
from pathlib import Path

from psn_viz.cli.app_command import HERE, Refused, listen

PORT = 8765
HELP = """\
A class answers a question by phone, the projector shows the spread, then a second vote beside it, and the truth only
when you uncover it. The command prints the address of your page, for the projector, and that of the phones. It
listens on this machine only; with --host 0.0.0.0 phones in the same network reach it. Nobody logs in; nothing is
stored, but for the counts if you ask for them with --csv. A browser has one vote; whoever opens another browser has
another one.

On a phone, each reader chooses English or Chinese; at first it is what the browser asks for. With --lang zh your page
and the sheet are in Chinese. Your own questions are shown as they are, and taken to be in the language of --lang.

On your page: C closes the vote, S asks for a second one, U uncovers, the arrows lead to another question. PageDown,
the key of a clicker, closes, uncovers and goes on.
"""
NOTES = """\
A question of your own is a text file in UTF-8:

  ? Which neuron can be computed without a loop?
  - The LIF with a hard reset
  > Its reset depends on a decision.
  * The PSN
  > Yes: it has no reset.

? begins a question, - a wrong option, * the right one; > is said about the option above once you uncover. In place
of options, "= 58 entries" asks for that number. A line that begins with a blank goes on with the one above, one with
# is left out. Several questions follow each other.

In the lessons, an answer that you gave in an earlier class uncovers the figure at once. To show them afresh, start
JupyterLab with PSN_VIZ_PROGRESS=off in its environment, as in

  PSN_VIZ_PROGRESS=off psn-viz lab 01

Answers are then kept in memory and are gone when the kernel is restarted. Windows: set PSN_VIZ_PROGRESS=off first.
"""


REACHED = """\
  Whoever is in the same network and reaches port {port} of this machine can vote, without a password.
  If phones do not get there: are they in this network? Does it keep its devices apart? Does a firewall
  of this machine close the port?"""


def vote_command(
    key: str | None,
    own: Path | None = None,
    *,
    host: str = "localhost",
    port: int = PORT,
    csv: Path | None = None,
    sheet: Path | None = None,
    language: str = "en",
    browser: bool = True,
) -> int:
    """Serve a vote until Ctrl-C, or write `sheet`, and return the exit code.

    `key` names a question or a lesson of the course, or `own` is a file of questions in `language`, which is that of
    the projector and of the sheet. `csv` takes the counts.
    """
    from psn_viz.course.answers.store import VARIABLE

    os.environ[VARIABLE] = "off"  # what the teacher has answered is neither read nor written
    from psn_viz.classroom.vote.vote_question import NoVote

    try:
        _refuse_unknown(language)
        questions = _questions(key, own, language)
        _warn_of_formulas(questions)
        if sheet is not None:
            return _write_sheet(sheet, questions, language)
        _refuse_without_tornado()
        _refuse_unwritable(csv)
        sockets = listen(port, host)
    except (Refused, NoVote) as refused:
        print(f"psn-viz vote: {refused}", file=sys.stderr)
        return 1
    return _serve(questions, sockets, host, port, csv, language, browser)


def _refuse_unknown(language: str) -> None:
    from psn_viz.course.languages.tables import require_language

    try:
        require_language(language)
    except ValueError as error:
        raise Refused(str(error)) from None


def _questions(key: str | None, own: Path | None, language: str) -> list:
    if own is not None and key is None:
        from psn_viz.classroom.vote.own_question import own_questions

        return own_questions(own, language)
    if own is not None:
        raise Refused(
            f"name a question of the course or a file of your own, not both: got {key!r:.100} and {own!s:.100}"
        )
    if key is None:
        raise Refused("name a question of the course, such as 01/silent, or a file of your own with --question FILE")
    from psn_viz.classroom.vote.vote_question import course_questions

    return course_questions(key)


def _warn_of_formulas(questions: list) -> None:
    from psn_viz.classroom.vote.vote_text import formulas_stay_text

    texts = [text for one in questions for text in (one.prompt, one.told, *(option.text for option in one.options))]
    if formulas_stay_text(texts):
        print(
            "psn-viz vote: formulas stay as they were typed; to see them drawn, run "
            f'"{sys.executable}" -m pip install latex2mathml',
            file=sys.stderr,
        )


def _write_sheet(path: Path, questions: list, language: str) -> int:
    from psn_viz.classroom.vote.card_sheet import sheet_html
    from psn_viz.files import no_place_for_a_file, write_whole

    if path.suffix.lower() not in (".html", ".htm"):
        raise Refused(f"--sheet writes a page to print: its name ends in .html, and {str(path)!r} does not")
    sheet = sheet_html(questions, language).encode()
    try:
        if unfit := no_place_for_a_file(path):
            raise Refused(unfit)
        if path.exists() and not (path.is_file() and path.read_bytes() == sheet):
            raise Refused(f"{path} is there already, with another content: choose another name")
        write_whole(path, sheet)
    except OSError as error:
        raise Refused(f"{path!s:.200} cannot be written: {error.strerror or error}") from error
    pages = f"{len(questions)} pages" if len(questions) > 1 else "one page"
    print(f"psn-viz vote: {path}, {pages} to print in A4 landscape, one copy for everybody")
    return 0


def _refuse_without_tornado() -> None:
    if importlib.util.find_spec("tornado") is None:
        raise Refused(
            "the server needs tornado, which comes with JupyterLab. In the project's folder, run "
            f'"{sys.executable}" -m pip install -c constraints.txt -e ".[lab]"'
        )


def _refuse_unwritable(path: Path | None) -> None:
    """Say before the class begins that a file is there already or cannot be written."""
    from psn_viz.files import no_place_for_a_file

    if path is None:
        return
    try:
        unfit, there = no_place_for_a_file(path), path.exists()
    except OSError as error:
        raise Refused(f"{path!s:.200} cannot be written: {error.strerror or error}") from error
    if unfit:
        raise Refused(unfit)
    if there:
        raise Refused(f"{path} is there already, perhaps with the counts of another class: choose another name")
    if not os.access(path.absolute().parent, os.W_OK):
        raise Refused(f"{path} cannot be written: its folder is read-only")


def _serve(
    questions: list, sockets: list, host: str, port: int, csv: Path | None, language: str, browser: bool
) -> int:
    from psn_viz.classroom.vote import vote_server
    from psn_viz.classroom.vote.ballot import VoteSession
    from psn_viz.classroom.vote.vote_csv import write_counts

    notices: list[str] = []

    def closed() -> None:
        if csv is None:
            return
        notices.clear()
        try:
            write_counts(csv, session)
        except OSError as error:
            notices.append(f"{csv.name} could not be written: {error.strerror or error}")
            print(f"psn-viz vote: {notices[0]}", file=sys.stderr)

    session = VoteSession(questions, closed)
    local, addresses = host in HERE, phone_addresses(host, port)
    made = vote_server.Setting(
        session, addresses[0], not local, port, own_names(host), lambda: notices[0] if notices else "", language
    )
    # Where it listens everywhere, the teacher's browser needs no network; one address alone is the only way in.
    teacher = f"{own_address(host, port)}teacher/{made.secret}"

    def ready() -> None:
        print(f"psn-viz vote: {teacher}", flush=True)
        print("  This is your page, for the projector: keep the address to yourself. Ctrl-C ends the vote.")
        if local:
            print(f"  Phones cannot reach {addresses[0]}: to let them in, start it with --host 0.0.0.0.", flush=True)
        else:
            others = f" (or {', '.join(addresses[1:])})" if addresses[1:] else ""
            print(f"  Phones: {addresses[0]}{others}")
            print(REACHED.format(port=port), flush=True)
        if not local and importlib.util.find_spec("segno") is None:
            print(f'  There is no QR code: "{sys.executable}" -m pip install segno draws one.', flush=True)

    try:
        vote_server.serve(sockets, made, teacher if browser else "", ready)
    except KeyboardInterrupt:  # before the server listens; after that it ends by itself
        pass
    if csv is not None and csv.exists() and not notices:
        print(f"psn-viz vote: the counts are in {csv}")
    return 1 if notices else 0


def own_address(host: str, port: int) -> str:
    """By which address the browser of this machine gets there."""
    name = "localhost" if host in (*HERE, "", "0.0.0.0", "::") else host
    return _address(name, port)


def phone_addresses(host: str, port: int) -> list[str]:
    """The addresses for phones, the likeliest first; with `host` on this machine only, the one that it has here."""
    if host in HERE:
        return [_address("localhost", port)]
    if host not in ("", "0.0.0.0", "::"):
        return [_address(host, port)]
    from psn_viz.classroom.vote.local_addresses import local_addresses

    return [_address(name, port) for name in local_addresses() or [socket.gethostname()]]


def own_names(host: str) -> frozenset[str]:
    """The names by which a browser may call this machine, beside its addresses."""
    name = socket.gethostname().lower()
    return frozenset({"localhost", name, f"{name.partition('.')[0]}.local", host.lower()} - {""})


def _address(name: str, port: int) -> str:
    shown = f"[{name}]" if re.search(r":", name) else name
    return f"http://{shown}/" if port == 80 else f"http://{shown}:{port}/"
