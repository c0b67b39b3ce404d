"""`psn-viz site`: the course as pages that need no kernel."""

import io
import json
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest

from psn_viz.browser.archives import archives_of
from psn_viz.browser.runtime import FILES
from psn_viz.cli.main import main
from psn_viz.labs import LABS

pytest.importorskip("latex2mathml", reason="it makes MathML of formulas, for the site")
from psn_viz.browser.build_site import SiteError, write_site
from psn_viz.browser.lesson_pages import lesson_page, mathml

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
def site(tmp_path_factory):
    out = tmp_path_factory.mktemp("site") / "course"
    write_site(out)
    return out


@pytest.fixture(scope="module")
def pages(site):
    return {path: Links(path.read_text("utf-8")) for path in sorted(site.rglob("*.html"))}


def test_every_lesson_and_every_lab_has_a_page(site):
    lessons = {path.stem for path in (ROOT / "notebooks").glob("[0-9]*.ipynb")}
    assert {path.stem for path in (site / "lessons").glob("*.html")} == lessons | {"how_we_train"}
    assert {path.stem for path in (site / "labs").glob("*.html")} == {*LABS, "index"}


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
            elif target.parent.name == "labs" and fragment:
                LABS[target.stem].state_from_code(unquote(fragment))
    assert not wrong, wrong


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
    assert 'mathcolor="#d87e0f"' in mathml(r"{\color{#d87e0f}{H}} = W\,X", "inline")
    assert 'display="block"' in mathml("H", "block")


def test_pages_without_pyodide_say_so_and_those_with_it_load_it(site):
    still = (site / "labs" / "closed_form.html").read_text("utf-8")
    assert "made without the Python" in still and "<script" not in still
    path = next((ROOT / "notebooks").glob("02_*.ipynb"))
    assert "lesson_page.js" in lesson_page(path, live=True)
    assert "<script" not in lesson_page(path, live=False)


def test_archives_hold_what_labs_read(site):
    names = zipfile.ZipFile(site / "assets" / "library.zip").namelist()
    assert "psn_viz/labs/closed_form/lab.py" in names
    assert not [name for name in names if name.startswith(("psn_viz/course", "psn_viz/app"))]
    for lab in LABS:
        for name in archives_of(lab):
            zipfile.ZipFile(io.BytesIO((site / "assets" / name).read_bytes())).testzip()


def test_the_same_site_each_time(site, tmp_path):
    write_site(tmp_path)
    for path in site.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / path.relative_to(site)).read_bytes(), path.name


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
