"""The colours: told apart on both pages and by colour-blind eyes, and each used for one quantity only."""

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

from psn_viz.labs import LABS
from psn_viz.labs.core import palette
from psn_viz.labs.core.letters import in_readable_letters

ROOT = Path(__file__).parents[1]
HEX = re.compile(r"#[0-9a-fA-F]{6}\b")

# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
VISION = {
    "normal": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def linear(colour: str) -> np.ndarray:
    """Linear RGB from sRGB."""
    values = np.array([int(colour[n : n + 2], 16) for n in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2."""
    low, high = sorted(float(linear(colour) @ (0.2126, 0.7152, 0.0722)) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def oklab(rgb: np.ndarray) -> np.ndarray:
    """OKLab (Ottosson 2020) from linear RGB."""
    cones = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    lab = np.array(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
    )
    return lab @ np.cbrt(cones @ rgb)


def distance(one: str, other: str, vision: str) -> float:
    seen = [oklab(np.clip(np.asarray(VISION[vision]) @ linear(colour), 0, 1)) for colour in (one, other)]
    return 100 * float(np.linalg.norm(seen[0] - seen[1]))


def test_the_yardsticks_measure_what_is_known():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert oklab(linear("#ffffff")) == pytest.approx([1, 0, 0], abs=1e-4)
    assert oklab(linear("#ff0000")) == pytest.approx([0.628, 0.225, 0.126], abs=1e-3)
    # Pure red and a dark green of its lightness: far apart, but not for a protan eye.
    assert distance("#ff0000", "#7f7f00", "protan") < distance("#ff0000", "#7f7f00", "normal") / 2
    for matrix in VISION.values():  # greys stay grey
        assert np.sum(matrix, axis=1) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("page", palette.PAGES)
@pytest.mark.parametrize("name", [*palette.QUANTITIES, "AGREE", "DISAGREE"])
def test_contrast_on_both_pages(name, page):
    ratio = contrast(getattr(palette, name), palette.PAGES[page])
    assert ratio >= 3, f"{name} on the {page} page has {ratio:.2f} : 1"


@pytest.mark.parametrize("page", palette.PAGES)
def test_text_and_lines_of_a_theme_can_be_read_on_its_page(page):
    assert contrast(palette.THEMES[page]["text"], palette.PAGES[page]) >= 7
    assert contrast(palette.THEMES[page]["line"], palette.PAGES[page]) >= 3


@pytest.mark.parametrize("page", palette.PAGES)
def test_letters_can_be_read_and_stay_apart(page):
    letters = palette.THEMES[page]["letters"]
    assert letters.keys() == {*palette.QUANTITIES.values(), palette.AGREE, palette.DISAGREE}
    for colour, letter in letters.items():
        assert contrast(letter, palette.PAGES[page]) >= 4.5, letter
        assert distance(colour, letter, "normal") < 22, f"{letter} is another colour than {colour}"
    for one, other in itertools.combinations([letters[one] for one in palette.QUANTITIES.values()], 2):
        assert distance(one, other, "normal") >= 10, (one, other)  # which quantity it is, the letter says
    style = (ROOT / "psn_viz/browser/pages/site.css").read_text("utf-8")
    own = re.findall(r"--x: .*", style)[["light", "dark"].index(page)]
    assert HEX.findall(own) == [letters[one] for one in palette.QUANTITIES.values()]
    own = re.findall(r"--agree: .*", style)[["light", "dark"].index(page)]
    assert HEX.findall(own) == [letters[palette.AGREE], letters[palette.DISAGREE]]


@pytest.mark.parametrize("name", LABS)
def test_letters_of_a_still_picture_can_be_read(name):
    """Each word in bold, note, title and written number of a picture, as `themed` of figure.js colours live ones."""
    drawing = LABS[name]().drawing
    given, picture = repr(drawing), in_readable_letters(drawing)
    layout = picture["layout"]
    axes = [axis for key, axis in layout.items() if re.match("[xy]axis", key)]
    labels = [{"text": str(text)} for axis in axes for text in axis.get("ticktext", ())]
    parts = [*layout["annotations"], *(axis.get("title", {}) for axis in axes), *labels]
    written = {colour for part in parts for colour in re.findall(r'(#\w{6})"><b>[^<]*\w', part.get("text", ""))}
    written |= {part["font"]["color"] for part in parts if part.get("font", {}).get("color")}
    for trace in picture["data"]:
        colour = trace.get("textfont", {}).get("color", ())
        written |= {colour} if isinstance(colour, str) else set(colour)
    letters = palette.THEMES["light"]["letters"]
    assert not {colour for colour in written if letters.get(colour, colour) != colour}
    assert repr(drawing) == given, "the figure that live views draw stays as it is"


def test_lines_and_marks_of_a_still_picture_keep_their_colours():
    span = f'<span style="color:{palette.H}"><b>{{}}</b></span>'
    note = {"text": span.format("━") + span.format("H"), "font": {"color": palette.X}, "arrowcolor": palette.H}
    trace = {"line": {"color": palette.H}, "textfont": {"color": [palette.H, "rgba(0,0,0,0)"]}}
    layout = {"annotations": [note], "xaxis": {"title": {"text": span.format("H")}}, "yaxis": {"title": "H"}}
    picture = in_readable_letters({"data": [trace], "layout": layout})
    letters = palette.THEMES["light"]["letters"]
    readable = span.replace(palette.H, letters[palette.H]).format("H")
    (noted,) = picture["layout"]["annotations"]
    assert (noted["text"], noted["font"]["color"]) == (span.format("━") + readable, letters[palette.X])
    assert noted["arrowcolor"] == palette.H
    assert picture["layout"]["xaxis"]["title"]["text"] == readable and picture["layout"]["yaxis"] == {"title": "H"}
    assert picture["data"] == [
        {"line": {"color": palette.H}, "textfont": {"color": [letters[palette.H], "rgba(0,0,0,0)"]}}
    ]


@pytest.mark.parametrize("vision", VISION)
def test_quantities_stay_apart_for_every_kind_of_vision(vision):
    for (one, a), (other, b) in itertools.combinations(palette.QUANTITIES.items(), 2):
        apart = distance(a, b, vision)
        assert apart >= 12, f"{one} and {other} are {apart:.1f} apart in {vision} vision"


@pytest.mark.parametrize("page", palette.PAGES)
@pytest.mark.parametrize("vision", VISION)
def test_both_ends_of_every_scale_stay_apart(page, vision):
    for name, scale in palette.THEMES[page]["scales"].items():
        assert distance(scale[0][1], scale[-1][1], vision) >= 12, name
        if name == "weight":  # zero differs from both signs, and from a tile that is absent
            assert [at for at, _ in scale] == [0, 0.25, 0.5, 0.75, 1]
            assert distance(scale[1][1], scale[3][1], vision) >= 12
            for at in (0, 1, 3, 4):
                assert distance(scale[2][1], scale[at][1], vision) >= 12
            assert distance(scale[2][1], palette.PAGES[page], vision) >= 4


def test_both_themes_have_the_same_parts():
    light, dark = palette.THEMES["light"], palette.THEMES["dark"]
    assert light.keys() == dark.keys() and light["scales"].keys() == dark["scales"].keys()


# ------------------------------------------------------------------------------- one colour per quantity

# Which quantity a trace shows, by its name; greys and scales are not in here.
SHOWS = {
    "X": "X", "W[t,i]·X": "X", "H": "H", "loop": "H", "product": "H", "V": "V", "V_th": "B", "S": "S", "from S": "S",
    "S of the loop": "S", "S of the product": "S",
}  # fmt: skip


def palette_colours() -> set[str]:
    own = {value for value in vars(palette).values() if isinstance(value, str) and HEX.fullmatch(value)}
    themes = {colour for theme in palette.THEMES.values() for colour in HEX.findall(repr(theme))}
    return own | themes | set(palette.PAGES.values())


@pytest.mark.parametrize("name", LABS)
def test_figures_take_their_colours_from_the_palette(name):
    panel = LABS[name]().panel
    used = HEX.findall(panel.spec)
    assert used and set(used) <= palette_colours()
    for trace in panel.sent()["data"]:
        if trace["name"] in SHOWS and trace["type"] != "heatmap":
            expected = palette.QUANTITIES[SHOWS[trace["name"]]]
            given = [part["color"] for part in (trace.get("marker"), trace.get("line")) if part and "color" in part]
            assert given and set(given) == {expected}, trace["name"]
    if name == "read_image":
        scales = {trace["name"]: trace["colorscale"] for trace in panel.sent()["data"]}
        assert scales["S of the LIF"][1][1] == scales["S of the PSN"][1][1] == palette.S


@pytest.mark.parametrize("name", LABS)
def test_a_symbol_in_a_heading_has_the_colour_of_its_quantity(name):
    layout = LABS[name]().panel.sent()["layout"]
    texts = [note["text"] for note in layout["annotations"]]
    texts += [axis["title"]["text"] for key, axis in layout.items() if "axis" in key]
    spans = re.findall(r'<span style="color:(#\w{6})"><b>(.*?)</b></span>', " ".join(texts))
    assert len(spans) >= 3
    for colour, text in spans:
        sign, letter = text[0], text.split()[-1].replace("V<sub>th</sub>", "B")
        if sign in "✓✗":
            assert colour == {"✓": palette.AGREE, "✗": palette.DISAGREE}[sign], text
        elif letter == "wrong":  # a count
            assert colour == palette.DISAGREE, text
        elif not re.search(r"\w", text):  # a mark alone has the colour of the quantity that it is a mark of
            assert colour in palette.QUANTITIES.values(), text
        else:
            assert colour == palette.QUANTITIES[letter], text


def test_no_colour_is_written_down_outside_the_palette():
    files = [*(ROOT / "psn_viz/labs").rglob("*.py")]
    assert len(files) > 10
    for file in files:
        if file.name != "palette.py":
            assert HEX.findall(file.read_text("utf-8")) == [], file.name
    for file in (ROOT / "psn_viz/labs").rglob("*.*s*"):  # what runs in the browser cannot import, but must agree
        if file.suffix in {".js", ".css"}:
            assert set(HEX.findall(file.read_text("utf-8"))) <= palette_colours(), file.name


def test_symbols_in_the_equations_of_the_lessons_have_their_colour():
    """One that serves both themes of a notebook: that of letters on a light page, to be made out on a dark one."""
    letters, found = palette.THEMES["light"]["letters"], 0
    assert min(contrast(letters[colour], palette.PAGES["dark"]) for colour in palette.QUANTITIES.values()) >= 3
    for file in sorted((ROOT / "notebooks/src").glob("*.py")):
        text = file.read_text("utf-8")
        for colour, letter, below in re.findall(r"\\color\{([^}]*)\}\{([A-Za-zΘθ])(_\{?th)?", text):
            quantity = "B" if letter == "θ" or (below and letter == "V") else letter
            said = f"{file.name}: {colour} for {letter}{below}"
            assert colour == letters.get(palette.QUANTITIES.get(quantity)), said
            found += 1
        assert text.count(r"\color{") == len(re.findall(r"\\color\{[^}]*\}\{[A-Za-zΘθ]", text)), file.name
    assert found > 30
