"""`psn-viz site`: the course as pages that need no kernel."""

import base64
import errno
import gzip
import html
import io
import json
import os
import re
import shutil
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, unquote, urldefrag

import pytest

from psn_viz.browser import resumed_download, runtime
from psn_viz.browser.archives import archives_of
from psn_viz.browser.own_files import LIST, ForeignFiles, write_files
from psn_viz.browser.runtime import FILES, PYTHON, SOURCE
from psn_viz.cli.main import main
from psn_viz.course.faq_entries import ENTRIES as FAQ
from psn_viz.course.formulas import mathml
from psn_viz.export.answer_key_page import answer_key_page
from psn_viz.files import asset
from psn_viz.labs import LABS
from psn_viz.labs.core.figure_encoding import split
from tests.needs_pyodide import FOLDER, needs_pyodide

pytest.importorskip("latex2mathml", reason="it makes MathML of formulas, for the site")
from psn_viz.browser import build_site
from psn_viz.browser.build_site import SiteError, site_files, write_single, write_site
from psn_viz.browser.frame_files import frame_file
from psn_viz.browser.lesson_pages import lesson_page
from psn_viz.browser.page_text import PageText
from psn_viz.browser.single_file import single_file

ROOT = Path(__file__).parents[1]


class Links(HTMLParser):
    """What a page leads to or loads, its ids, and its text outside of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links, self.ids, self.images, self.text = [], set(), [], []
        self._silent = False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.links += [given[name] for name in ("href", "src") if given.get(name)]
        self.ids.add(given.get("id"))
        self._silent = tag in ("script", "style")
        if tag == "img":
            self.images.append(given)

    def handle_endtag(self, tag):
        self._silent = False

    def handle_data(self, data):
        if not self._silent:
            self.text.append(data)


@pytest.fixture(scope="module")
def site(still_site):
    return still_site


@pytest.fixture
def one_lesson(tmp_path):
    """A project with one lesson, which is built sooner."""
    (tmp_path / "notebooks").mkdir()
    for path in ("LICENSE", "notebooks/02_removing_the_reset.ipynb", "notebooks/how_we_train.md"):
        shutil.copy(ROOT / path, tmp_path / path)
    return tmp_path


@pytest.fixture(scope="module")
def pages(site):
    return {path: Links(path.read_text("utf-8")) for path in sorted(site.rglob("*.html"))}


def test_every_lesson_and_every_lab_has_a_page(site):
    lessons = {path.stem for path in (ROOT / "notebooks").glob("[0-9]*.ipynb")}
    assert {path.stem for path in (site / "lessons").glob("*.html")} == lessons | {"how_we_train", "index"}
    assert {path.stem for path in (site / "labs").glob("*.html")} == {*LABS, "index"}


def test_states_in_what_a_cell_has_shown_are_links(pages, site):
    links = pages[site / "lessons" / "11_the_reset_revisited_further.html"].links
    for entry in FAQ:
        assert f"../labs/{entry.code.partition(';')[0]}.html#{quote(entry.code, safe=';=+,.~')}" in links, entry.code


def test_every_link_leads_somewhere_and_every_state_code_is_one(pages):
    wrong = []
    for path, page in pages.items():
        for link in page.links:
            address, fragment = urldefrag(link)
            if link.startswith(("data:", "https://")):  # a reference that a reader may follow
                continue
            target = (path.parent / address).resolve() if address else path
            if not target.is_file():
                wrong.append(f"{path.name}: {link}")
            elif target.parent.name == "labs" and address and fragment:
                LABS[target.stem].state_from_code(unquote(fragment))
            elif fragment and unquote(fragment) not in pages[target].ids:
                wrong.append(f"{path.name}: {link} is on no page")
    assert not wrong, wrong


def test_no_id_stands_twice_on_a_page():
    """Headings and the data of scripts share them."""
    path = ROOT / "notebooks" / "02_removing_the_reset.ipynb"
    ids = re.findall(r'<[a-z][^<>]*\sid="([^"]*)"', lesson_page(path, live=True))
    assert len(ids) > 20 and len(ids) == len(set(ids)), {one for one in ids if ids.count(one) > 1}


def test_nothing_is_loaded_from_another_host(site):
    for path in [*site.rglob("*.html"), *site.rglob("site.css")]:
        text = path.read_text("utf-8")
        loaded = re.findall(r"""(?:src|<link[^>]*href)=["'](https?:[^"']*)|url\(["']?(https?:[^)]*)""", text)
        assert not loaded, (path.name, loaded)


def test_a_lesson_is_all_there_without_javascript(site, pages):
    for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")):
        page = pages[site / "lessons" / f"{path.stem}.html"]
        text = "".join(page.text)
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                printed = "".join(output.get("text", ""))
                assert printed.strip() in text, (path.stem, cell["id"])
        assert all(image.get("alt") for image in page.images), path.stem
        raw = (site / "lessons" / f"{path.stem}.html").read_text("utf-8")
        assert "$$" not in raw and "\\tfrac" not in re.sub(r"data:image[^\"]*", "", raw), path.stem


def test_a_formula_keeps_the_colours_of_its_quantities():
    assert 'mathcolor="#a55c00"' in mathml(r"{\color{#a55c00}{H}} = W\,X", "inline")
    assert 'display="block"' in mathml("H", "block")


@pytest.mark.parametrize("tex", [
    r"\text{<script>alert(1)</script>}", r"\text{<mi onclick=1>}", r"\href{javascript:alert(1)}{x}", r"\tag{<b>}",
])  # fmt: skip
@pytest.mark.parametrize("around", ["so ${}$ it is", "$$\n{}\n$$"])
def test_a_formula_brings_no_markup_into_a_page(tex, around):
    for shown in (PageText().html(around.replace("{}", tex)), answer_key_page(around.replace("{}", tex))):
        main = shown.partition("<main>")[2] or shown
        assert not re.search("<script|<mi onclick|href=|<b>", main), shown
        assert html.escape(tex.strip()) in main


def test_pages_without_pyodide_say_so_and_those_with_it_load_it(site):
    still = (site / "labs" / "closed_form.html").read_text("utf-8")
    assert "made without the Python" in still and "lab.js" not in still
    path = next((ROOT / "notebooks").glob("02_*.ipynb"))
    assert "lab_places.js" in lesson_page(path, live=True)
    assert "lab.js" not in lesson_page(path, live=False)


def test_archives_hold_what_labs_read(site):
    names = zipfile.ZipFile(site / "assets" / "library.zip").namelist()
    names += zipfile.ZipFile(site / "assets" / "course.zip").namelist()
    assert {"psn_viz/labs/closed_form/lab.py", "psn_viz/course/lesson_02/exercises.py"} <= set(names)
    assert len(set(names)) == len(names)
    assert not [name for name in names if name.startswith(("psn_viz/cli", "psn_viz/app"))]
    for lab in LABS:
        for name in archives_of(lab):
            zipfile.ZipFile(io.BytesIO((site / "assets" / name).read_bytes())).testzip()


def test_the_same_site_each_time_also_where_one_was(site, tmp_path):
    out = tmp_path / "a folder, größer"
    write_files(out, {"lessons/old.html": b"old", "index.html": b"old"})
    (out / "CNAME").write_text("mine")
    assert any("1 files of an earlier run were removed: lessons/old.html" in line for line in write_site(out))
    (out / "CNAME").unlink()
    assert contents(out) == contents(site)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_licences_are_listed_with_their_texts(site, pages):
    page = pages[site / "licences" / "index.html"]
    texts = [(site / "licences" / link).read_text("utf-8") for link in page.links if link.endswith(".txt")]
    for words in ("The psn_viz authors", "plotly.js v", "Zalando", "scikit-learn"):
        assert any(words in text for text in texts), words
    assert "licences/index.html" in pages[site / "index.html"].links


def test_the_licence_of_python_is_that_of_the_python_in_pyodide():
    text = asset("psn_viz.browser.licences", "CPython.txt")
    assert "PYTHON SOFTWARE FOUNDATION LICENSE" in text
    assert PYTHON.startswith("3.12.") and "2022, 2023 Python Software Foundation;" in text
    assert "Mozilla Public License Version 2.0" in asset("psn_viz.browser.licences", "Pyodide.txt")


@needs_pyodide
def test_the_licence_of_python_bears_the_years_that_the_compiled_python_does():
    told = re.search(rb"Copyright \(c\) 2001-(\d{4}) Python Software", (FOLDER / "pyodide.asm.wasm").read_bytes())
    text = asset("psn_viz.browser.licences", "CPython.txt")
    assert re.search(r"Copyright \(c\) 2001[-,][\d,\s]*?(\d{4}) Python Software", text)[1] == told[1].decode()


def test_with_cdn_nothing_of_pyodide_is_copied_and_pages_name_its_server(one_lesson):
    files = site_files(cdn=True, root=one_lesson)
    assert {name for name in files if "pyodide" in name} == {
        "assets/pyodide/pyodide.js", "assets/pyodide/pyodide-lock.json",
    }  # fmt: skip
    assert SOURCE.encode() in files["assets/pyodide/pyodide.js"]
    pages = [name for name in files if name.endswith(".html") and not name.startswith("licences/")]
    assert not [name for name in pages if b"cdn.jsdelivr.net" not in files[name]]


def test_offline_it_names_the_three_ways_and_writes_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PSN_VIZ_DATA", str(tmp_path / "cache"))
    monkeypatch.setattr(resumed_download, "PAUSE", 0)
    monkeypatch.setattr(runtime, "SOURCE", "http://127.0.0.1:9/")  # where nobody listens
    monkeypatch.chdir(tmp_path)
    assert main(["site"]) == 1
    told = capsys.readouterr().err
    assert all(option in told for option in ("--runtime FOLDER", "--cdn", "--still", "Nothing was written"))
    assert not (tmp_path / "site").exists()


# ------------------------------------------------------------------------------------------ one file


def test_a_single_page_holds_all_that_it_loads(one_lesson, monkeypatch):
    monkeypatch.chdir(one_lesson)
    assert "02_removing_the_reset.html, 0." in write_single("02_removing_the_reset", root=one_lesson)[0]
    page = Links((one_lesson / "02_removing_the_reset.html").read_text("utf-8"))
    assert not [link for link in page.links if not link.startswith(("#", "data:", "https://"))]
    assert not [image for image in page.images if not image["src"].startswith("data:")]
    assert "The psn_viz authors" in "".join(page.text)


SMALL = {
    "labs/one.html": b"""<!doctype html><head><meta charset="utf-8"><title>One</title>
<link rel="stylesheet" href="../assets/a.css"><link rel="preload" href="../assets/data.zip"></head><body>
<img src="../assets/p.png" alt="a &lt; b">
<a href="two.html">two</a> <a href="one.html#x=1">here</a> <a href="https://example.org/">far</a>
<svg viewBox="0 0 1 1"/>
<script id="places" type="application/json">{"files": ["../assets/data.zip"], "all": "../assets/py/"}</script>
<script src="../assets/b.js"></script><script src="../assets/late.js" async onload="go()"></script></body>""",
    "labs/two.html": b"",
    "assets/a.css": b"p { background: url(p.png) }",
    "assets/p.png": b"PNG",
    "assets/b.js": b"text = '</script>'; also = '../assets/from_b.json';",
    "assets/late.js": b"late()",
    "assets/from_b.json": b"{}",
    "assets/data.zip": b"zip",
    "assets/py/deep/in.wasm": b"wasm",
    "assets/unused.zip": b"unused",
}  # fmt: skip


def test_one_file_is_made_of_any_page_and_its_assets():
    text = single_file("labs/one.html", SMALL, "<footer>end</footer>", state="one;x=1").decode()
    packed = dict(re.findall(r'class="psn-packed" data-address="([^"]*)">([^<]*)</script>', text))
    found = {address: gzip.decompress(base64.b64decode(data)) for address, data in packed.items()}
    assert found == {
        "../assets/late.js": b"late()", "../assets/from_b.json": b"{}", "../assets/data.zip": b"zip",
        "../assets/py/deep/in.wasm": b"wasm",
    }  # fmt: skip
    assert all(base64.b64decode(data)[4:8] == bytes(4) for data in packed.values())  # gzip has a place for the time
    page = Links(text)
    assert [link for link in page.links if not link.startswith("data:")] == ["#x=1", "https://example.org/"]
    assert page.images[0]["alt"] == "a < b" and page.images[0]["src"].endswith(base64.b64encode(b"PNG").decode())
    assert ">two</span>" in text and 'viewBox="0 0 1 1"' in text and 'background: url("data:image/png' in text
    assert r"text = '\x3c/script>'" in text and 'data-src="../assets/late.js" async onload="go()"' in text
    assert text.index("single") < text.index("<title>") and "#one;x=1" in text
    assert single_file("labs/one.html", SMALL, "<footer>end</footer>", state="one;x=1").decode() == text


@pytest.mark.parametrize("name, told", [
    ("closed_frm", "there is no lab and no lesson 'closed_frm'"), ("closed_form;tau=x", "tau"),
    ("closed_form;tau=8", "needs Python; leave out --still"),
])  # fmt: skip
def test_what_cannot_be_a_single_page_is_refused(tmp_path, name, told, capsys):
    assert main(["site", str(tmp_path / "out.html"), "--single", name, "--still"]) == 1
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out.html").exists()


# ------------------------------------------------------------------------------------------ writing


def test_a_folder_of_somebody_else_is_left_alone(tmp_path):
    (tmp_path / ".git").mkdir()
    write_files(tmp_path, {"index.html": b"ours"})  # hidden files may be there
    (tmp_path / "notes.txt").write_text("mine")
    before = contents(tmp_path)
    with pytest.raises(ForeignFiles, match=r"did not write \(notes.txt\): name another folder"):
        write_files(tmp_path, {"index.html": b"new", "notes.txt": b"new"})
    assert contents(tmp_path) == before
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "index.html").write_text("mine")
    with pytest.raises(ForeignFiles, match=r"index\.html"):
        write_files(tmp_path / "other", {"page.html": b""})


def test_a_list_that_names_other_files_removes_none(tmp_path):
    out = tmp_path / "out"
    write_files(out, {"index.html": b""})
    (tmp_path / "mine.txt").write_text("mine")
    with (out / LIST).open("a") as file:
        file.write(f"../mine.txt\n{tmp_path / 'mine.txt'}\n")
    write_files(out, {"index.html": b""})
    assert (tmp_path / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize("there", [{}, {"index.html": b"old", "lessons/old.html": b"old"}])
def test_a_full_disk_leaves_what_was_there(tmp_path, monkeypatch, there):
    out, plain = tmp_path / "deep" / "out", Path.write_bytes
    if there:
        write_files(out, there)
    before = contents(tmp_path)

    def full(path, data):
        if path.name == "last.html":
            raise OSError(errno.ENOSPC, "No space left on device")
        return plain(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    monkeypatch.setattr(build_site, "site_files", lambda *_, **__: {"index.html": b"new", "last.html": b"new"})
    with pytest.raises(SiteError, match="No space left"):
        write_site(out)
    assert contents(tmp_path) == before and (tmp_path / "deep").exists() == bool(there)


@pytest.mark.parametrize("there", [{}, {"index.html": b"old", "lessons/old.html": b"old", "labs": b"a file"}])
def test_a_move_that_fails_leaves_what_was_there(tmp_path, monkeypatch, there):
    out, plain = tmp_path / "deep" / "out", os.replace
    if there:
        write_files(out, there)
    before = contents(tmp_path)

    def refused(old, new):
        if Path(new) == out / "last.html":
            raise OSError(errno.EACCES, "Permission denied")
        plain(old, new)

    monkeypatch.setattr(os, "replace", refused)
    with pytest.raises(OSError, match="Permission denied"):
        write_files(out, {"index.html": b"new", "labs/index.html": b"new", "other/last": b"", "last.html": b"new"})
    assert contents(tmp_path) == before and (tmp_path / "deep").exists() == bool(there)
    assert not (out / "other").exists()


def test_a_folder_may_take_the_place_of_a_file_of_ours_and_of_no_other(tmp_path):
    write_files(tmp_path, {"labs": b"a file"})
    assert write_files(tmp_path, {"labs/index.html": b"new"}) == ["labs"]
    assert contents(tmp_path) == {"labs/index.html": b"new", LIST: (tmp_path / LIST).read_bytes()}
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(ForeignFiles, match=r"\(mine\)"):
        write_files(tmp_path, {"mine/index.html": b""})


@pytest.mark.parametrize("content, told", [(None, "it must hold Pyodide"), (b"not it", "is not that of Pyodide")])
def test_a_runtime_that_is_not_the_official_one_is_refused(tmp_path, content, told, capsys):
    folder = tmp_path / "runtime"
    folder.mkdir()
    if content:
        for name in [file.name for file in FILES]:
            (folder / name).write_bytes(content)
    assert main(["site", str(tmp_path / "out"), "--runtime", str(folder)]) == 1
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_where_it_cannot_be_written_it_says_so(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(SiteError, match="is a file"):
        write_site(tmp_path / "file")
    with pytest.raises(SiteError, match="notebooks are not here"):
        write_site(tmp_path / "out", root=tmp_path)


def test_frames_hold_the_figures_of_the_main_control():
    total = 0
    for kind in LABS.values():
        lab = kind()
        data = frame_file(lab)
        total += len(data)
        told = json.loads(data)
        assert len(told["frames"]) >= min(3, len(lab.states_over(lab.main_controls()[0])))
        opening = told["frames"][told["start"]]
        assert opening["alt"] == lab.description
        spec, arrays = split(lab.drawing)
        assert told["parts"][opening["spec"]] == spec
        assert [base64.b64decode(told["parts"][n]) for n in opening["arrays"]] == [one.tobytes() for one in arrays]
    assert total <= 3e6


def test_main_controls_are_one_or_two_of_the_table():
    for name, kind in LABS.items():
        main = kind.main_controls()
        assert 1 <= len(main) <= 2 and {*main} <= {control.name for control in kind.table}, name


@pytest.mark.parametrize("arguments", [["--single", ""], [""], ["--runtime", ""]], ids=" ".join)
def test_an_empty_name_is_refused(arguments, capsys):
    with pytest.raises(SystemExit):
        main(["site", *arguments])
    assert "it is empty" in capsys.readouterr().err
