"""`psn-viz app` without a browser: its errors, its start and its end, its cards, and the kernel behind a page."""

from __future__ import annotations

import socket
import sys
import time
import urllib.error
import urllib.request
from types import SimpleNamespace

import ipywidgets
import pytest
from ipywidgets import Widget

from psn_viz.app.gallery import STATIC, cards
from psn_viz.app.page_kernel import PageKernel, close
from psn_viz.cli import app_command
from psn_viz.cli.main import main
from psn_viz.labs import LABS
from tests.app_server import app, free_port
from tests.test_folders import nowhere

NAME = "closed_form"
tornado_leaves_a_socket = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

# ------------------------------------------------------------------------------------------- command


@pytest.fixture
def refused(monkeypatch, capsys):
    """Say a command line that must be refused before a server is made; returns what was said about it."""
    monkeypatch.setitem(sys.modules, "psn_viz.app.server", None)
    monkeypatch.setattr(app_command.importlib.util, "find_spec", lambda name: True)

    def say(*arguments: str) -> str:
        assert main(["app", "--no-browser", *arguments]) == 1
        said = capsys.readouterr()
        assert said.out == "" and said.err.startswith("psn-viz app: ") and said.err.count("\n") == 1
        return said.err

    return say


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("gone", f"no lab is named 'gone'; there is {', '.join(LABS)}"),
        ("", "no lab is named ''"),
        (f"{NAME};T=900", "T must be a whole number from"),
        (f"{NAME};up=1", "'up=1' in the code is not one of"),
        (f"{NAME};T", "'T' in the code is not one of"),
    ],
)
def test_a_lab_or_a_state_that_is_not_there_is_one_sentence(code, words, refused):
    assert words in refused(code)


@tornado_leaves_a_socket
def test_a_port_in_use_is_one_sentence_and_no_other_port_is_taken(refused):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = refused("--port", str(port))
    assert f"port {port} is in use" in said and "--port" in said


@tornado_leaves_a_socket
def test_ports_and_addresses_that_cannot_be_had_are_one_sentence(refused, monkeypatch):
    assert "not an address of this machine" in refused("--port", str(free_port()), "--host", "192.0.2.1")
    assert "'no.such.host.invalid' is not the name" in refused("--host", "no.such.host.invalid")
    from tornado import netutil

    def forbid(port, host):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(netutil, "bind_sockets", forbid)
    assert "port 80 is not for ordinary users" in refused("--port", "80")


@pytest.mark.parametrize("path", ["http://hub.example.org/x/", "/user/ada lovelace/", "/x/?lab=psn", "/x/#top"])
def test_a_base_url_that_is_no_path_is_one_sentence(path, refused):
    said = refused("--base-url", path)
    assert "--base-url is the path of an address, as in /user/ada/proxy/8866/, not " in said and path in said


@pytest.mark.parametrize(("given", "path"), [("/", "/"), ("", "/"), ("x", "/x/"), ("/user//ada%40uni/8866/", None)])
def test_a_base_url_needs_no_slashes_at_its_ends(given, path):
    assert app_command.prefix_of(given) == (path or "/user/ada%40uni/8866/")


def test_without_a_temporary_folder_it_says_what_to_do(refused, monkeypatch):
    def fail():
        raise FileNotFoundError(2, "No usable temporary directory found in ['/nowhere']")

    monkeypatch.setattr(app_command.tempfile, "gettempdir", fail)
    said = refused()
    assert "there is no temporary folder (No usable" in said and "set TMPDIR" in said


def test_without_voila_it_says_what_to_install(refused, monkeypatch):
    monkeypatch.setattr(app_command.importlib.util, "find_spec", lambda name: None)
    said = refused()
    assert "Voila is not installed" in said and "pip install" in said and "[lab]" in said


def test_a_code_becomes_the_address_of_its_state():
    assert app_command.query_of(NAME) == f"?lab={NAME}"
    assert app_command.query_of(f" {NAME}; T=8 ;tau=2.0") == f"?lab={NAME}&state=tau=2;T=8"
    assert app_command.query_of(f"{NAME} T=8") == f"?lab={NAME}&state=T=8"


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("localhost", "http://localhost:8866/"),
        ("::1", "http://[::1]:8866/"),
        ("0.0.0.0", f"http://{socket.gethostname()}:8866/"),
    ],
)
def test_the_address_is_one_that_a_browser_understands(host, address):
    assert app_command.address_of(host, 8866) == address
    assert app_command.address_of(host, 8866, "/user/ada/") == f"{address}user/ada/"


@pytest.mark.slow
@pytest.mark.current_stack
@pytest.mark.skipif(sys.platform == "win32", reason="stops the server by Ctrl-C, a POSIX signal")
def test_it_listens_here_only_needs_no_home_and_ctrl_c_ends_it_with_its_kernels(tmp_path):
    with app(tmp_path, folders=nowhere(tmp_path)) as running:
        port = int(running.address.rstrip("/").rpartition(":")[2])
        assert running.address == f"http://localhost:{port}/"
        answer = urllib.request.urlopen(running.address, timeout=30)
        page = answer.read().decode()
        assert answer.headers["Set-Cookie"] is None  # behind a proxy it would replace JupyterLab's of the same name
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{running.address}another/page", timeout=30)
        assert all(f'href="?lab={name}"' in page for name in LABS)
        assert page.endswith("</html>") and "The labs could not" not in page
        if sys.platform == "linux":
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.2", port), timeout=5)
        _, *kernels = running.family()
        assert kernels
        begun = time.monotonic()
        assert running.stop() == 0
        assert time.monotonic() - begun < 10
        assert not any(kernel.is_running() for kernel in kernels)
        assert running.process.stdout.read() == ""
    said = running.log.read_text()
    assert "cannot be written: a temporary folder takes what Jupyter keeps" in said and said.count("\n") == 1


@tornado_leaves_a_socket
def test_listening_on_more_than_this_machine_is_told(monkeypatch, capsys):
    served = []
    server = SimpleNamespace(LabServer=SimpleNamespace(serve=lambda *given: served.append(given)))
    monkeypatch.setitem(sys.modules, "psn_viz.app.server", server)
    monkeypatch.setattr(app_command.importlib.util, "find_spec", lambda name: True)
    assert main(["app", "--host", "0.0.0.0", "--port", str(free_port())]) == 0
    ((sockets, *_),) = served
    assert [socket.getsockname()[0] for socket in sockets] == ["0.0.0.0"]
    for listening in sockets:
        listening.close()
    said = capsys.readouterr().err
    assert "not only on this machine" in said and "without a password" in said and said.count("\n") == 1


# ------------------------------------------------------------------------------------------- gallery


def test_the_gallery_has_a_current_card_of_every_lab():
    """If this fails, a lab was added or renamed: `make notebooks`, or `python -m notebooks.build.cards`."""
    shown = [(card.name, card.title, card.sentence) for card in cards()]
    assert shown == [(lab.name, lab.title, lab.sentence) for lab in LABS.values()]


def test_every_card_has_a_small_picture_of_the_start_and_says_what_is_on_it():
    pictures = {f"pictures/{path.name}" for path in (STATIC / "pictures").iterdir()}
    assert pictures == {card.picture for card in cards()}
    for card in cards():
        data = (STATIC / card.picture).read_bytes()
        assert data[:4] == b"RIFF" and data[8:12] == b"WEBP" and 5_000 < len(data) < 40_000
        why = f"{card.name} starts in another state: python -m notebooks.build.cards"
        assert card.alt == LABS[card.name]().description, why


# --------------------------------------------------------------------------------------------- page


def page_at(query: str) -> PageKernel:
    page = PageKernel()
    page.address = query
    assert page.answered == query
    return page


@pytest.mark.parametrize("name", LABS)
def test_every_lab_opens_at_its_address_and_leaves_no_widget_behind(name):
    page = page_at("?lab=read_image")  # plotly.js is made with the first lab, and stays
    page.address = ""
    before = set(open_widgets())
    page.address = f"?lab={name}"
    assert page.lab.name == name and page.code == name and said(page) == ""
    assert page.place.children[1] is page.lab.show()
    page.address = ""
    assert page.lab is None and page.code == "" and len(page.place.children) == 1
    assert set(open_widgets()) == before


def open_widgets() -> dict:
    try:
        return ipywidgets.widgets.widget._instances
    except AttributeError:  # ipywidgets 7
        return Widget.widgets


def said(page: PageKernel) -> str:
    return page.place.children[0].value


@pytest.mark.parametrize(
    "state",
    ["tau=2;T=8", "closed_form;tau=2;T=8", "tau%3D2%3BT%3D8", "closed_form%3Btau%3D2%3BT%3D8", ";T=8;tau=2.0"],
)
def test_the_address_holds_a_whole_code_or_its_end_as_it_is_or_encoded(state):
    page = page_at(f"?lab={NAME}&state={state}")
    assert page.code == f"{NAME};tau=2;T=8"
    assert said(page) == ""


def test_text_of_the_reader_survives_the_address():
    text = "1, 0.5, -2"
    lab = LABS[NAME](input=text)
    page = page_at(f"?lab={NAME}&state={lab.code.partition(';')[2]}")
    assert page.lab.state == lab.state and page.lab.state["input"] == text


def test_moves_change_the_code_and_a_new_address_the_lab():
    page = page_at(f"?lab={NAME}&state=T=8")
    page.lab.controls["tau"].value = 2.0
    assert page.code == f"{NAME};tau=2;T=8"
    first = page.lab
    page.address = "?lab=read_image"
    first.controls["tau"].value = 3.0  # a late message for a lab that has left
    assert page.code == "read_image"


@pytest.mark.parametrize(
    ("state", "words"), [("T=900", "T must be a whole number"), ("<b>", "&#x27;&lt;b&gt;&#x27; in the code is not")]
)
def test_a_damaged_state_opens_the_start_and_says_so_until_the_first_move(state, words):
    page = page_at(f"?lab={NAME}&state={state}")
    assert words in said(page) and 'role="alert"' in said(page)
    assert page.code == NAME
    page.lab.controls["tau"].value = 2.0
    assert said(page) == ""


def test_a_lab_that_cannot_be_made_says_so_and_the_next_one_opens(monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("broken for a test")

    monkeypatch.setattr(LABS[NAME], "__init__", fail)
    page = page_at(f"?lab={NAME}")
    assert "closed_form could not be opened: RuntimeError: broken for a test." in said(page)
    assert len(page.place.children) == 1
    page.address = "?lab=read_image"
    assert page.code == "read_image" and said(page) == ""


def test_an_address_without_a_lab_is_an_empty_stage():
    for query in ("", "?", "?lab=gone", "?state=T=8", "?lab"):
        assert page_at(query).lab is None if query else PageKernel().lab is None


def test_closing_a_widget_closes_its_parts():
    inner = ipywidgets.Text()
    outer = ipywidgets.VBox([ipywidgets.HBox([inner])])
    before = len(open_widgets())
    close(outer)
    assert inner.comm is None and inner.layout.comm is None and outer.comm is None
    assert len(open_widgets()) == before - 7
