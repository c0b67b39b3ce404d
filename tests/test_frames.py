"""The surfaces without a kernel: frames in one HTML page, and the still picture, hold the numbers of the live lab."""

import json
import os
from functools import cache
from html.parser import HTMLParser

import numpy as np
import pytest

from psn_viz.labs import LABS
from psn_viz.labs.core import palette
from psn_viz.labs.core.controls import Choice, Real, Typed, Whole
from psn_viz.labs.live import picture
from psn_viz.labs.live.frames import Frames
from psn_viz.labs.live.picture import Picture, write_whole
from psn_viz.labs.live.plotly_js import plotly_js
from tests import extent
from tests.lab_reference import CONTROLS, assert_shows, control_of, embedded_frames, texts, traces, values_offered
from tests.needs_chromium import needs_chromium

HOSTILE = '</script><img src=x onerror="alert(1)">@@FRAMES@@ &amp; <b>'


class Page(HTMLParser):
    """Elements and attributes of a page, as a browser's parser would find them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data

    def all(self, tag: str) -> list[dict]:
        return [attributes for name, attributes in self.elements if name == tag]


def own_part(page: str) -> str:
    """The page without the source of plotly.js."""
    assert page.count(plotly_js()) == 1
    return page.replace(plotly_js(), "")


# ------------------------------------------------------------------------------------------------- frames


@cache
def frames_of(name: str, control: str) -> Frames:
    """The frames of a lab as it opens."""
    lab = LABS[name]()
    before = lab.state
    frames = lab.frames(control)
    assert lab.state == before, "making frames does not move the lab"
    return frames


def one_of_each_lab(controls: list[tuple[str, str]]) -> list[tuple[str, str]]:
    slow = ("train_live", "events")  # trains anew for each of its values
    return list(dict(one for one in controls if one != slow).items())


@pytest.mark.parametrize("name, control", one_of_each_lab(CONTROLS) if extent.quick else CONTROLS)
def test_frames_hold_the_numbers_of_the_live_lab(name, control):
    lab, entry, frames = LABS[name](), control_of(name, control), frames_of(name, control)
    state = lab.state
    all_of_few = isinstance(entry, Whole) and len(frames.values) == entry.high - entry.low + 1
    assert len(frames.values) >= 9 or isinstance(entry, Choice | Typed) or all_of_few
    assert len(set(frames.values)) == len(frames.values)
    if isinstance(entry, Choice):
        assert frames.values == values_offered(lab, control)
    elif isinstance(entry, Whole | Real):
        last = lab.settle(lab.state | {control: entry.high})[control]
        assert (frames.values[0], frames.values[-1]) == (entry.low, last)
    embedded = embedded_frames(frames.html)
    assert [frame["value"] for frame in embedded] == [entry.label(value) for value in frames.values]
    assert frames.values[frames.start] == state[control]
    # All of the figure, as the live lab sends it; that it sends the right numbers at these values, test_labs checks.
    for frame, value in zip(embedded, frames.values, strict=True):
        lab.set(**lab.settle(state | {control: value}))
        assert same_figure(frame["figure"], lab.panel.sent()), value
        assert frame["alt"] == lab.description


def same_figure(one, other) -> bool:
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same_figure(one[key], other[key]) for key in one)
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other, equal_nan=True)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same_figure, one, other))
    return one == other


@pytest.mark.parametrize("name", LABS)
def test_figure_and_picture_hold_the_numbers_in_full_precision(name):
    lab = LABS[name]()
    for control in lab.table:
        lab.controls[control.name].value = values_offered(lab, control.name)[-2:][0]
        for figure in (checked_by_plotly(lab.figure), lab.picture().figure, lab.panel.figure):
            assert_shows(figure, name, lab.state)
        assert lab.picture().alt == lab.description
        said = " ".join(note.text for note in lab.figure.layout.annotations)
        assert said == texts(lab.panel.sent())


def checked_by_plotly(figure) -> dict:
    keys = ("name", "orientation", "x", "y", "z")
    return {
        "data": [
            {key: trace[key] for key in keys if key in trace and trace[key] is not None} for trace in figure.data
        ]
    }


def test_frames_keep_the_other_controls_where_they_are():
    lab = LABS["closed_form"](tau=8, T=9, reset="hard", row=4, input="2 0 1")
    for frame in embedded_frames(lab.frames("T").html):
        T = int(frame["value"])
        assert_shows(frame["figure"], "closed_form", lab.state | {"T": T})


@pytest.mark.parametrize("tau, nearest", [(2.2, 2.0), (15.9, 16.0)])
def test_frames_open_nearest_to_where_the_lab_is(tau, nearest):
    frames = LABS["charge_fire_reset"](tau=tau).frames("tau")
    assert frames.values[frames.start] == nearest
    assert Page(frames.html).all("input")[0]["value"] == str(frames.start)


def test_frames_of_the_input_hold_the_readers_own():
    lab = LABS["closed_form"](input="3 1 4 1 5")
    frames = lab.frames("input")
    assert frames.values[frames.start] == "3 1 4 1 5"
    embedded = embedded_frames(frames.html)
    assert traces(embedded[frames.start]["figure"])["X"][:5].tolist() == [3, 1, 4, 1, 5]
    assert len(embedded) == len(control_of("closed_form", "input").suggestions) + 1


# ------------------------------------------------------------------------------------------------ the page


@pytest.mark.parametrize("name", LABS)
def test_the_page_asks_nobody_for_anything(name):
    page = Page(own_part(frames_of(name, LABS[name].table[-1].name).html))
    for tag, attributes in page.elements:
        assert tag not in {"link", "iframe", "object", "embed", "base", "img"}
        assert not {"src", "href", "action", "srcset", "data"} & attributes.keys(), tag
        assert not [key for key in attributes if key.startswith("on")]
    code = page.text.replace("http://www.w3.org/2000/svg", "")
    for word in ("http:", "https:", "@import", "url(", "fetch(", "XMLHttpRequest", "import(", "WebSocket"):
        assert word not in code, word
    assert len(page.all("script")) == 3


def test_the_page_has_what_assistive_technology_needs():
    lab = LABS["closed_form"]()
    page = Page(own_part(lab.frames("tau").html))
    assert page.all("html") == [{"lang": "en"}] and page.all("title") == [{}] and page.all("h1") == [{}]
    (slider,) = page.all("input")
    assert (slider["type"], slider["min"], slider["max"], slider["step"]) == ("range", "0", "9", "1")
    labelled = own_part(lab.frames("tau").html).split("<label>")[1].split("</label>")[0]
    assert "τ" in labelled and "<input" in labelled
    assert control_of("closed_form", "tau").meaning in page.text


def hostile_frames() -> Frames:
    lab = LABS["closed_form"]()
    return Frames(
        HOSTILE, HOSTILE, HOSTILE, [HOSTILE, "two"], [HOSTILE, "two"], 0, [lab.panel.figure] * 2, [HOSTILE, "other"]
    )


def test_text_stays_text():
    plain = Page(own_part(LABS["closed_form"]().frames("tau").html))
    hostile = own_part(hostile_frames().html)
    page = Page(hostile)
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in plain.elements]
    frames = embedded_frames(hostile)
    assert frames[0]["value"] == frames[0]["alt"] == HOSTILE
    assert page.text.count(HOSTILE) >= 4, "shown as it was given: title, heading, control and meaning"


def test_frames_are_saved_whole(tmp_path):
    frames = LABS["closed_form"]().frames("reset")
    path = frames.save(tmp_path / "page.html")
    assert path == tmp_path / "page.html" and path.read_text("utf-8") == frames.html
    assert repr(frames) == "Frames('The loop as one matrix', 'reset', 3 values)"


@pytest.mark.browser
@needs_chromium
def test_a_page_in_a_browser(browser, tmp_path):
    """By keyboard, in both colour schemes, with hostile text; nothing is requested and no error is logged."""
    from tests.jupyterlab import open_page

    lab = LABS["closed_form"]()
    frames = lab.frames("tau")
    drawn = """() => Object.fromEntries(document.querySelector(".psn-plot").data.map(
        (trace) => [trace.name, trace.z ? trace.z.map((row) => [...row]) : [...trace.y]]))"""
    page, errors = open_page(browser, 900, 900, color_scheme="light")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    painted = 0

    def wait():
        nonlocal painted
        painted += 1
        page.wait_for_selector(f".psn-plot[data-painted='{painted}']", timeout=20_000)

    def check(value):
        plot = page.locator(".psn-plot")
        assert page.locator("#value").inner_text() == str(value)
        state = lab.state | {"tau": value}
        shown = page.evaluate(drawn)
        assert_shows({"data": [{"name": key, "y": values} for key, values in shown.items()]}, "closed_form", state)
        alt = frames.descriptions[frames.values.index(value)]
        assert plot.get_attribute("aria-label") == alt == page.locator(".psn-caption").inner_text()
        assert page.locator("#slider").get_attribute("aria-valuetext") == str(value)

    page.goto(frames.save(tmp_path / "tau.html").as_uri())
    wait()
    check(4)
    before = page.locator(".psn-plot").screenshot()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "slider"
    page.keyboard.press("ArrowRight")
    wait()
    check(6)
    assert page.locator(".psn-plot").screenshot() != before
    page.keyboard.press("End")
    wait()
    check("IF")
    page.keyboard.press("Home")
    wait()
    check(1)
    colour = "getComputedStyle(document.querySelector('.psn-plot .x2tick text')).fill"
    assert page.evaluate(colour) == rgb(palette.THEMES["light"]["text"])
    page.emulate_media(color_scheme="dark")
    wait()
    assert page.evaluate(colour) == rgb(palette.THEMES["dark"]["text"])
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == rgb(palette.PAGES["dark"])
    check(1)

    page.on("dialog", lambda dialog: errors.append(f"dialog: {dialog.message}"))
    page.goto(hostile_frames().save(tmp_path / "hostile.html").as_uri())
    page.wait_for_selector(".psn-plot[data-painted='1']")
    assert page.locator(".psn-caption").inner_text() == HOSTILE == page.locator("#value").inner_text()
    assert page.locator("img").count() == 0 and page.title() == HOSTILE
    assert errors == []
    assert [url for url in requests if not url.startswith(("file:", "data:", "blob:"))] == []


def rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[n : n + 2], 16)) for n in (1, 3, 5))})"


# ------------------------------------------------------------------------------------------- the picture


@pytest.mark.current_stack
@pytest.mark.browser
@needs_chromium
def test_a_picture_is_rendered_and_saved(tmp_path):
    lab = LABS["closed_form"](reset="hard")
    svg = lab.picture().save(tmp_path / "lab.svg").read_text("utf-8")
    assert svg.startswith("<svg") and "loop ≠ uncut W · X from t = " in svg
    for colour in (palette.X, palette.S, palette.B):
        assert rgb(colour) in svg or colour in svg
    png = lab.picture("png").save(tmp_path / "lab.png").read_bytes()
    assert png.startswith(b"\x89PNG\r\n") and len(png) > 5000
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lab.png", "lab.svg"]


def test_a_picture_carries_its_alt_text(monkeypatch):
    lab = LABS["closed_form"](tau=8)
    for format, data, mime in (("svg", b"<svg/>", "image/svg+xml"), ("png", b"PNG", "image/png")):
        monkeypatch.setattr(Picture, "render", lambda self, data=data: data)
        content, metadata = lab.picture(format)._repr_mimebundle_()
        assert content[mime] == {"svg": "<svg/>", "png": "UE5H"}[format]
        assert metadata == {mime: {"alt": lab.description}}
        assert content["text/plain"] == f"Picture({lab.description!r})"


def test_without_a_browser_the_old_picture_stays(monkeypatch, tmp_path):
    path = tmp_path / "lab.svg"
    path.write_text("old")
    monkeypatch.setattr(picture, "find_chromium", lambda: None)
    with pytest.raises(RuntimeError, match="needs Chromium or Chrome"):
        LABS["closed_form"]().picture().save(path)
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_a_file_is_written_whole_or_not_at_all(monkeypatch, tmp_path):
    path = tmp_path / "page.html"
    assert write_whole(path, b"old") == path and path.read_bytes() == b"old"
    assert os.stat(path).st_mode & 0o777 == 0o644
    write_whole(str(path), b"newer")
    assert path.read_bytes() == b"newer"

    def fail(*arguments):
        raise OSError("disk full")

    for function in ("replace", "chmod"):
        with monkeypatch.context() as patch:
            patch.setattr(os, function, fail)
            with pytest.raises(OSError, match="disk full"):
                write_whole(path, b"half")
        assert path.read_bytes() == b"newer" and list(tmp_path.iterdir()) == [path]
    with pytest.raises(TypeError):
        write_whole(path, "text")
    assert path.read_bytes() == b"newer" and list(tmp_path.iterdir()) == [path]
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(OSError):
        write_whole(folder, b"a folder is in the way")
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "nowhere" / "page.html", b"")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["folder", "page.html"] and not list(folder.iterdir())


def test_the_json_of_a_page_is_what_every_browser_takes():
    lab = LABS["read_image"](t=3)  # full of NaN, which travels in the arrays only
    for frame in embedded_frames(lab.frames("weights").html):
        json.loads(frame["spec"], parse_constant=lambda constant: pytest.fail(f"{constant} in the JSON"))
    assert np.isnan(traces(lab.panel.figure)["S of the PSN"]).all()


@pytest.mark.parametrize("format", ["svg", "png"])
@pytest.mark.parametrize("name", ["a.svg", "b.PNG", "c.webp", "d"])
def test_a_picture_is_written_in_the_format_that_its_name_ends_with(tmp_path, monkeypatch, format, name):
    monkeypatch.setattr(Picture, "render", lambda picture: picture.format.encode())
    written = LABS["closed_form"]().picture(format).save(tmp_path / name).read_bytes().decode()
    assert written == (name.partition(".")[2].lower() or format)


@pytest.mark.parametrize("name", ["a.jpg", "a.svg.gz", "a.pdf"])
def test_a_name_that_ends_with_no_format_is_refused(tmp_path, name):
    with pytest.raises(ValueError, match=rf"path must end with one of \.svg, \.png, \.webp, got .*{name}"):
        LABS["closed_form"]().picture().save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []
