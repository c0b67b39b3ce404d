"""The JavaScript of the labs in a browser, without a notebook: what its functions return, and what they draw."""

from __future__ import annotations

import base64
import itertools
import json
import math
import random
from importlib import resources

import pytest
from plotly.offline import get_plotlyjs

from psn_viz.labs import LABS
from psn_viz.labs.core import palette
from psn_viz.labs.core.controls import Choice, Typed
from psn_viz.labs.core.figure_encoding import split
from psn_viz.labs.core.letters import in_readable_letters
from psn_viz.labs.live.panel import DRAWING
from tests.extent import some
from tests.jupyterlab import open_page
from tests.lab_reference import values_offered
from tests.needs_chromium import needs_chromium

pytestmark = [
    pytest.mark.current_stack,
    needs_chromium,
]
NAMES = ("psnFigure", "psnRedraw", "psnDrawing")
# What a test may write of a figure, and back. JSON has no NaN and no typed arrays.
READ = """globalThis.read = (text) => JSON.parse(text, (_, value) =>
  value?.floats ? Float32Array.from(value.floats, (x) => x ?? NaN) : value);
globalThis.write = (value) => JSON.stringify(value, (_, part) =>
  ArrayBuffer.isView(part) ? { floats: [...part] } : part);"""


def floats(*values: float) -> dict:
    """A Float32Array of these."""
    return {"floats": [None if math.isnan(value) else value for value in values]}


@pytest.fixture(scope="module")
def page(browser):
    page, errors = open_page(browser, height=1000)
    page.set_content("<!doctype html><body style='background: #ffffff; margin: 0'></body>")
    style, *scripts = (
        resources.files("psn_viz.labs.core").joinpath(name).read_text(encoding="utf-8")
        for name in ("panel.css", *DRAWING)
    )
    page.add_style_tag(content=style)
    page.add_script_tag(content=get_plotlyjs())
    page.add_script_tag(content=f"{''.join(scripts)}\nObject.assign(globalThis, {{ {', '.join(NAMES)} }});\n{READ}")
    yield page
    assert errors == []


@pytest.fixture(scope="module")
def call(page):
    """Call a function of psnFigure; what it returns, and what it left of its arguments."""

    def call(function: str, *arguments):
        code = """([name, text]) => {
          const given = read(text);
          const returned = psnFigure[name](...given);
          return write({ returned, given });
        }"""
        answer = json.loads(page.evaluate(code, [function, json.dumps(arguments)]))
        return answer.get("returned"), answer["given"]

    return call


# ------------------------------------------------------------------------------------------------- figures as data


def test_a_matrix_is_its_rows(call):
    assert call("nested", floats(1, 2, 3, 4, 5, 6), [2, 3])[0] == [floats(1, 2, 3), floats(4, 5, 6)]
    assert call("nested", floats(1, 2, 3), [3])[0] == floats(1, 2, 3)
    assert call("nested", floats(), [0, 3])[0] == []


def test_a_figure_is_unpacked(page):
    spec = {
        "data": [{"z": {"$array": 1, "shape": [1, 2]}, "y": {"$array": 0, "shape": [1]}, "n": None}],
        "a": [1, "b"],
    }
    arrays = [floats(7), floats(8, math.nan)]
    code = (
        "([spec, arrays]) => { const all = read(arrays); return write(psnFigure.unpack(read(spec), (n) => all[n])); }"
    )
    got = json.loads(page.evaluate(code, [json.dumps(spec), json.dumps(arrays)]))
    assert got == {"data": [{"z": [floats(8, math.nan)], "y": floats(7), "n": None}], "a": [1, "b"]}


def test_a_figure_takes_the_colours_of_the_page(call):
    theme = palette.THEMES["dark"]
    traces = [
        {"type": "heatmap", "meta": {"scale": "weight"}, "colorscale": []},
        {"type": "bar", "meta": {"scale": "weight"}, "marker": {"color": "red"}},
        {"type": "bar", "marker": {"color": "red"}},
    ]
    figure = {"data": traces, "layout": {"font": {"size": 9}, "xaxis": {}, "yaxis3": {"range": [0, 1]}}}
    themed, _ = call("themed", figure, theme)
    grid = {"gridcolor": theme["grid"], "linecolor": theme["line"], "zerolinecolor": theme["line"]}
    for axis, own in (("xaxis", {}), ("yaxis3", {"range": [0, 1]})):
        assert themed["layout"][axis].items() >= {**own, **grid}.items()
    assert themed["layout"]["font"] == {"size": 9, "color": theme["text"]}
    heat, bar, plain = themed["data"]
    assert heat["colorscale"] == theme["scales"]["weight"] == bar["marker"]["colorscale"]
    assert plain == traces[2]


def test_letters_take_colours_that_can_be_read(call):
    theme, H = palette.THEMES["light"], palette.H
    heading, mark = (f'<span style="color:{H}"><b>{text}</b></span>' for text in ("H of the loop", "━"))
    note = {"text": f"{mark} {heading}", "font": {"size": 9, "color": palette.X}, "arrowcolor": H}
    traces = [
        {"mode": "text", "textfont": {"color": H}, "marker": {"color": H}},
        {"mode": "text", "textfont": {"color": [palette.S, "rgba(0,0,0,0)", palette.B]}},
    ]
    layout = {
        "font": {},
        "annotations": [note],
        "xaxis": {"title": {"text": heading}, "ticktext": ["round 1", heading]},
    }
    themed, _ = call("themed", {"data": traces, "layout": layout}, theme)
    letter = theme["letters"]
    (noted,) = themed["layout"]["annotations"]
    assert noted["text"] == f"{mark} {heading.replace(H, letter[H])}"
    assert noted["font"] == {"size": 9, "color": letter[palette.X]} and noted["arrowcolor"] == H
    assert themed["layout"]["xaxis"]["title"]["text"] == heading.replace(H, letter[H])
    assert themed["layout"]["xaxis"]["ticktext"] == ["round 1", heading.replace(H, letter[H])]
    one, several = themed["data"]
    assert one["textfont"]["color"] == letter[H] and one["marker"]["color"] == H
    assert several["textfont"]["color"] == [letter[palette.S], "rgba(0,0,0,0)", letter[palette.B]]


def test_marks_grow_with_the_letters_in_them(call):
    marks = [{"type": "scatter", "marker": {"size": size}} for size in (13, [5, 16])]
    layout = {"font": {"size": 13}, "height": 400, "margin": {"l": 58}}
    _, (enlarged, by) = call("enlarged", {"data": [*marks, {"type": "bar", "marker": {}}], "layout": layout}, 2)
    assert [trace["marker"].get("size") for trace in enlarged["data"]] == [26, [10, 32], None] and by == 2
    assert enlarged["layout"]["font"]["size"] == 26


@pytest.mark.parametrize("name", some(list(LABS)))
def test_letters_of_a_still_picture_are_those_of_a_live_figure(call, name):
    drawing = LABS[name]().drawing
    layout = {key: part for key, part in drawing["layout"].items() if key in ("annotations", "font")}
    titles = {
        key: {"title": axis.get("title", {}), "ticktext": [str(text) for text in axis.get("ticktext", ())]}
        for key, axis in drawing["layout"].items() if "axis" in key
    }  # fmt: skip
    drawn = [{"textfont": one["textfont"]} for one in drawing["data"] if "textfont" in one]
    figure = {"data": drawn, "layout": {**layout, **titles}}
    live, _ = call("themed", figure, palette.THEMES["light"])
    still = json.loads(json.dumps(in_readable_letters(figure)))
    assert live["data"] == still["data"] and live["layout"]["annotations"] == still["layout"]["annotations"]
    for key in titles:
        assert live["layout"][key]["title"] == still["layout"][key]["title"]
        assert live["layout"][key]["ticktext"] == still["layout"][key]["ticktext"]


def test_columns_come_below_each_other(call):
    layout = {
        "height": 500, "margin": {"t": 46, "b": 54}, "meta": {"columns": [[0, 0.4], [0.5, 1]]},
        "xaxis": {"domain": [0, 0.4]}, "yaxis": {"domain": [0.5, 1]},
        "xaxis2": {"domain": [0.5, 1]}, "yaxis2": {"domain": [0, 1]},
        "annotations": [
            {"x": 0.5, "y": 1, "xref": "paper", "yref": "paper"}, {"x": 3, "y": 3, "xref": "x", "yref": "paper"},
        ],
    }  # fmt: skip
    _, (figure,) = call("stacked", {"data": [{}, {"xaxis": "x2", "yaxis": "y2"}], "layout": layout})
    stacked, whole = figure["layout"], 400 + 96 + 400
    assert stacked["height"] == whole + 46 + 54
    assert stacked["xaxis"]["domain"] == [0, 1] == stacked["xaxis2"]["domain"]
    assert stacked["yaxis"]["domain"] == pytest.approx([(496 + 200) / whole, 1])
    assert stacked["yaxis2"]["domain"] == pytest.approx([0, 400 / whole])
    heading, note = stacked["annotations"]
    assert (heading["x"], heading["y"]) == pytest.approx((0, 400 / whole))
    assert note == layout["annotations"][1]
    one = {"data": [{}], "layout": layout | {"meta": {"columns": [[0, 1]]}}}
    assert call("stacked", one)[1] == [one]


def test_numbers_as_csv(call):
    traces = [
        {"name": 'W "hat", k', "z": [floats(1, math.nan)], "y": [3]},
        {"name": "X", "y": floats(0.5, 2)},
        {"name": "H", "x": ["a,b"], "y": [1]},
        {"name": "node", "x": [3], "y": [0.5], "customdata": [7], "meta": {"has_values": True}},
        {"name": "edge", "x": [3], "y": [0.5], "meta": {"drawn_only": True}},
    ]
    text, _ = call("csv", {"data": traces, "layout": {}})
    assert text == (
        '\ufefftrace,row,column_or_x,value\n"W ""hat"", k",3,0,1\n"W ""hat"", k",3,1,\nX,,0,0.5\nX,,1,2\nH,,"a,b",1\n'
        "node,,3,7\n"
    )


@pytest.mark.parametrize(
    "one, other, same",
    [
        (1, 1, True), (1, "1", False), (None, {}, False), ([], {}, False), ([1, [2]], [1, [2]], True),
        (floats(1, math.nan), floats(1, math.nan), True), (floats(1), floats(2), False), (floats(1), [1], True),
        ({"a": 1, "b": {}}, {"b": {}, "a": 1}, True), ({"a": None}, {"b": None}, False), ([1], [1, 2], False),
    ],
)  # fmt: skip
def test_the_same(call, one, other, same):
    assert call("same", one, other)[0] is same and call("same", other, one)[0] is same


FIGURE = {
    "data": [
        {"type": "bar", "y": floats(1, 2), "marker": {"color": floats(1, 2)}, "xaxis": "x", "yaxis": "y"},
        {"type": "heatmap", "z": [floats(1)], "zmin": -1, "zmax": 1, "xaxis": "x2", "yaxis": "y2"},
    ],
    "layout": {
        "xaxis": {"range": [0, 1], "dtick": 1}, "yaxis": {"range": [0, 2], "title": {"text": "t"}},
        "xaxis2": {"range": [0, 1]}, "yaxis2": {"domain": [0, 1]},
        "annotations": [{"text": "a"}], "shapes": [{"x0": 1}], "width": 700,
    },
}  # fmt: skip


def edited(path: list, value) -> dict:
    figure = json.loads(json.dumps(FIGURE))
    *parts, last = path
    node = figure
    for part in parts:
        node = node[part]
    node[last] = value
    return figure


@pytest.mark.parametrize(
    "path, value, traces, axes",
    [
        (["layout", "width"], 700, [], {}),
        (["data", 0, "y"], floats(1, 3), [0], {}),
        (["data", 0, "marker", "color"], floats(3, 4, 5), [0], {}),
        (["layout", "annotations", 0, "text"], "b", [], {}),
        (["layout", "shapes"], [{"y0": 1}], [], {}),
        (["layout", "yaxis", "title", "text"], "i", [], {}),
        (["layout", "yaxis", "range"], [0, 3], [], {"yaxis": {"range": [0, 3]}}),
        (["layout", "xaxis", "dtick"], 2, [], {"xaxis": {"dtick": 2}}),
    ],
)
def test_what_changed_of_a_figure(call, path, value, traces, axes):
    assert call("changes", FIGURE, edited(path, value))[0] == {"traces": traces, "axes": axes}


@pytest.mark.parametrize(
    "path, value",
    [
        (["data"], FIGURE["data"][:1]),
        (["data", 0, "type"], "scatter"),
        (["data", 0, "yaxis"], "y2"),
        (["data", 0, "width"], 1),
        (["data", 0, "marker", "color"], "red"),
        (["data", 1, "z"], [floats(2)]),  # its y axis has no range of its own
        (["layout", "width"], 800),
        (["layout", "annotations"], []),
        (["layout", "xaxis", "domain"], [0, 1]),
        (["layout", "yaxis2", "dtick"], 1),
        (["layout", "title"], {"text": "t"}),
    ],
)
def test_where_all_of_a_figure_changed(call, path, value):
    assert call("changes", FIGURE, edited(path, value))[0] is None


# ------------------------------------------------------------------------------------------- the same picture

CANVASES = """(themes) => {
  for (const [name, canvas] of Object.entries(globalThis.canvases ?? {})) canvas.close();
  document.body.replaceChildren();
  globalThis.canvases = Object.fromEntries(["parts", "whole"].map((name) => {
    const host = document.body.appendChild(document.createElement("main"));
    host.className = "psn-panel";
    return [name, new psnDrawing.Canvas(Plotly, host, themes)];
  }));
}"""
# Draws a figure on both, on one of them wholly anew. How much it drew of it on the other, and both pictures as text:
# without what plotly numbers at random; ticks and attributes, which it leaves in any order, sorted.
DRAW = """async ([spec, arrays]) => {
  const all = arrays.map((bytes) => new Float32Array(Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0)).buffer));
  const make = () => psnFigure.unpack(JSON.parse(spec), (n) => all[n].slice());
  const { parts, whole } = canvases;
  let partly = false;
  const { part } = psnRedraw;
  psnRedraw.part = async (...given) => (partly = await part(...given));
  await parts.paint(make, "");
  psnRedraw.part = part;
  whole.figure = null;
  await whole.paint(make, "");
  const isTick = (node) => /tick|grid|zl/.test(node.getAttribute("class") ?? "");
  const picture = ({ plot }) => {
    let text = [...plot.querySelectorAll("svg")].map((svg) => svg.outerHTML).join("\\n");
    text = text.replaceAll(plot._fullLayout._uid, "PLOT");
    plot._fullData.forEach(({ uid }, n) => { text = text.replaceAll(uid, `TRACE${n}`); });
    const copy = document.createElement("div");
    copy.innerHTML = text;
    for (const left of copy.querySelectorAll("g.shape-group:empty")) left.remove(); // of shapes that are gone
    for (const node of copy.querySelectorAll("*")) {
      for (const { name, value } of [...node.attributes].sort((one, other) => (one.name < other.name ? -1 : 1))) {
        node.removeAttribute(name);
        node.setAttribute(name, value);
      }
      const inside = [...node.children];
      if (inside.length < 2 || !inside.every(isTick)) continue;
      const byText = (one, other) => (one.outerHTML < other.outerHTML ? -1 : 1);
      node.append(...inside.sort(byText));
    }
    return copy.innerHTML.replaceAll(' style="opacity: 1;"', "").replaceAll("<", "\\n<");
  };
  const numbers = ({ plot }) => plot._fullData.map(({ type, name, x, y, z, text, zmin, zmax, marker }) =>
    write({ type, name, x, y, z, text, zmin, zmax, color: marker?.color }));
  const ranges = ({ plot }) => Object.entries(plot._fullLayout)
    .filter(([name]) => /^[xy]axis/.test(name)).map(([name, { range, tickvals }]) => write([name, range, tickvals]));
  return [partly, ...[parts, whole].map((canvas) => [picture(canvas), numbers(canvas), ranges(canvas)])];
}"""


def packed(lab) -> list:
    spec, arrays = split(lab.panel.figure)
    return [spec, [base64.b64encode(array.tobytes()).decode() for array in arrays]]


def moved(lab, random: random.Random) -> None:
    """Another value of one control; most often near the present one, as from a slider that is dragged."""
    control = random.choice([control for control in lab.table if len(values_offered(lab, control.name)) > 1])
    values = values_offered(lab, control.name)
    if isinstance(control, Choice | Typed) or random.random() < 0.3:
        value = random.choice(values)
    else:
        now = lab.controls[control.name].value
        near = values.index(now) if now in values else 0
        value = values[max(0, min(len(values) - 1, near + random.choice([-2, -1, 1, 2])))]
    lab.controls[control.name].value = value


@pytest.mark.parametrize("name", some(list(LABS)))
def test_drawing_what_changed_gives_the_picture_of_drawing_all(page, name):
    lab, chance = LABS[name](), random.Random(name)
    page.evaluate(CANVASES, palette.THEMES)
    page.evaluate(DRAW, packed(lab))
    partly = 0
    for _ in range(12):
        moved(lab, chance)
        in_parts, parts, whole = page.evaluate(DRAW, packed(lab))
        assert parts[0].splitlines() == whole[0].splitlines(), lab.code
        assert parts[1:] == whole[1:], lab.code
        partly += in_parts
    assert partly >= 3, "else nothing was compared"


def test_a_map_that_loses_all_its_numbers_and_gets_them_back(page):
    lab = LABS["ablation"]()
    page.evaluate(CANVASES, palette.THEMES)
    page.evaluate(DRAW, packed(lab))
    for cut in ("band 27 27", "band -27 27", "band -26 27", "nothing"):
        lab.controls["cut"].value = cut
        _, parts, whole = page.evaluate(DRAW, packed(lab))
        assert parts == whole, cut


def test_another_theme_or_width_is_drawn_whole(page):
    lab = LABS["closed_form"]()
    page.evaluate(CANVASES, palette.THEMES)
    page.evaluate(DRAW, packed(lab))
    for change in ("background = '#111111'", "width = '400px'", "background = '#ffffff'"):
        page.evaluate(f"document.body.style.{change}")
        page.wait_for_timeout(200)
        lab.controls["row"].value -= 1
        _, parts, whole = page.evaluate(DRAW, packed(lab))
        assert parts == whole, change
    page.evaluate("document.body.removeAttribute('style')")


# ------------------------------------------------------------------------------------------- choosing marks

CHOOSING = """async ([themes, figures]) => {
  document.body.replaceChildren();
  const host = document.body.appendChild(document.createElement("main"));
  globalThis.heard = [];
  const listeners = {
    onChoose: (name, number) => heard.push([name, number]),
    onPoint: (place) => heard.push(place),
  };
  globalThis.choosing = new psnDrawing.Canvas(Plotly, host, themes, listeners);
  globalThis.show = (n) => choosing.paint(() => structuredClone(figures[n]), "");
  await show(0);
}"""
MARK = """(n) => {
  const { _fullLayout: { xaxis, yaxis }, data: [{ x, y }] } = choosing.plot;
  const box = choosing.plot.getBoundingClientRect();
  return [box.left + xaxis._offset + xaxis.d2p(x[n]), box.top + yaxis._offset + yaxis.d2p(y[n])];
}"""


def marks(heights: list[float], numbers: list[int]) -> dict:
    trace = {
        "type": "scatter", "mode": "markers", "name": "marks", "x": [0, 1, 2], "y": heights, "customdata": numbers,
        "meta": {"chooses": "row"},
    }  # fmt: skip
    axes = {"xaxis": {"range": [-1, 3], "fixedrange": True}, "yaxis": {"range": [0, 4], "fixedrange": True}}
    return {"data": [trace], "layout": {**axes, "height": 300, "hovermode": "closest", "dragmode": False, "font": {}}}


def test_a_click_chooses_the_mark_under_the_pointer_and_pointing_alone_does_not(page):
    page.evaluate(CHOOSING, [palette.THEMES, [marks([1, 2, 3], [7, 5, 9]), marks([3, 1, 2], [4, 6, 8])]])
    page.mouse.move(*page.evaluate(MARK, 2))
    page.wait_for_timeout(200)
    assert page.evaluate("heard") == []
    for n, number in ((1, 5), (2, 9)):
        clicked(page, n, number)
    page.evaluate("show(1)")  # other marks, of which only the numbers differ
    clicked(page, 1, 6)
    page.mouse.click(5, 290)  # beside all of them
    page.wait_for_timeout(400)
    heard = [mark for mark, _ in itertools.groupby(page.evaluate("heard"))]
    assert heard == [["row", 5], ["row", 9], ["row", 6]]


def clicked(page, n: int, number: int) -> None:
    """Click at the n-th mark, from wherever the pointer is, until its number was told: a figure that is just being
    drawn takes no click.
    """
    for _ in range(5):
        page.mouse.click(*page.evaluate(MARK, n))
        page.wait_for_timeout(500)  # else the next one makes it a double click
        if page.evaluate("heard")[-1:] == [["row", number]]:
            return
    raise AssertionError(f"mark {n} was not told: {page.evaluate('heard')}")


def test_a_click_at_a_tile_holds_the_values_of_its_axes(page):
    tiles = {
        "type": "heatmap", "name": "tiles", "x": [0.25, 0.5, 0.75], "y": [-1, -0.75, -0.5], "z": [[0, 1, 2]] * 3,
        "opacity": 0, "meta": {"points_at": {"x": "point.0", "y": "point.1"}},
    }  # fmt: skip
    page.evaluate(CHOOSING, [palette.THEMES, [{"data": [tiles], "layout": marks([], [])["layout"]}]])
    page.evaluate("Plotly.relayout(choosing.plot, {'xaxis.range': [0, 1], 'yaxis.range': [-1.2, -0.3]})")
    x, y = page.evaluate(MARK, 1)
    for place in ((x + 9, y - 7), (x + 5, y + 6)):
        page.mouse.move(*place)
        page.wait_for_timeout(200)
        page.mouse.click(*place)
        page.wait_for_timeout(500)
        assert page.evaluate("heard").pop() == {"point.0": 0.5, "point.1": -0.75}
        page.mouse.click(*place)  # lets go
        page.wait_for_timeout(500)
