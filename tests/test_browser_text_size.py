"""Text of pages in a browser: figures follow the reader's text size; coloured letters can be read on both themes."""

import pytest

from tests.needs_chromium import needs_chromium
from tests.needs_pyodide import needs_pyodide

pytest.importorskip("latex2mathml", reason="it makes MathML of formulas, for the site")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.current_stack,
    pytest.mark.slow,
    needs_chromium,
]
SECONDS = 90_000
# What a reader's own size of text does to a page: the size that "rem" stands for is another.
SIZE = "document.addEventListener('DOMContentLoaded', () => { document.documentElement.style.fontSize = '%dpx'; })"
# The smallest letters of the figure, the texts that leave it, and those that cover more than a quarter of another.
LOOK = """() => {
  const plot = document.querySelector(".psn-plot"), whole = plot.querySelector(".main-svg").getBoundingClientRect();
  const texts = [...plot.querySelectorAll("svg text")].filter((text) => text.textContent.trim());
  const boxes = texts.map((text) => text.getBoundingClientRect());
  const meeting = boxes.flatMap((one, n) => boxes.slice(n + 1).map((two, m) => {
    const wide = Math.min(one.right, two.right) - Math.max(one.left, two.left);
    const high = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top);
    const share = wide * high / Math.min(one.width * one.height, two.width * two.height);
    return wide > 0 && high > 0 && share > 0.25 ? `${texts[n].textContent} / ${texts[n + 1 + m].textContent}` : "";
  })).filter(Boolean);
  return {
    least: Math.min(...texts.map((text) => parseFloat(getComputedStyle(text).fontSize))),
    body: parseFloat(getComputedStyle(document.body).fontSize),
    wide: document.documentElement.scrollWidth,
    slider: Math.min(...[...document.querySelectorAll(".psn-controls input[type=range]")]
      .filter((slider) => slider.checkVisibility()).map((slider) => slider.offsetWidth)),
    outside: texts.filter((_, n) => boxes[n].left < whole.left - 3 || boxes[n].right > whole.right + 3)
      .map((text) => text.textContent),
    meeting,
  };
}"""
# The contrast of every coloured letter of formulas with what is behind it.
CONTRASTS = """() => {
  const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const bright = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => linear(Number(part) / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const page = bright(getComputedStyle(document.body).backgroundColor);
  const coloured = "[mathcolor] mi, mi[mathcolor], .psn-output [style*='color: #']";
  return [...document.querySelectorAll(coloured)].map((letter) => {
    const own = bright(getComputedStyle(letter).color);
    return (Math.max(own, page) + 0.05) / (Math.min(own, page) + 0.05);
  });
}"""


def drawn(page, address: str) -> dict:
    page.goto(address)
    page.wait_for_selector(".psn-place[data-live]", timeout=SECONDS)
    page.wait_for_function("document.querySelector('.psn-plot')?.dataset.painted > 0", timeout=SECONDS)
    return page.evaluate(LOOK)


@needs_pyodide
@pytest.mark.parametrize("name", ["closed_form", "masked_psn", "roofline"])
def test_letters_of_figures_follow_the_text_size_of_the_reader(site_page, live_site, name):
    page, address = site_page, f"{live_site}/labs/{name}.html"
    page.set_viewport_size({"width": 1280, "height": 900})
    usual = drawn(page, address)
    page.add_init_script(SIZE % 24)
    large = drawn(page, address)
    assert large["body"] == pytest.approx(1.5 * usual["body"])
    assert large["least"] == pytest.approx(1.5 * usual["least"], abs=0.2)
    assert not large["outside"] and len(large["meeting"]) <= len(usual["meeting"]) and large["wide"] <= 1280
    page.set_viewport_size({"width": 360, "height": 900})
    narrow = drawn(page, address)
    # A heading becomes smaller rather than being cut.
    assert narrow["least"] >= 0.75 * large["least"] - 0.2 and narrow["wide"] <= 360


@needs_pyodide
def test_numbers_on_light_tiles_are_black(site_page, live_site):
    """On tiles of middle brightness plotly's own dark grey has a contrast of 2.8."""
    drawn(site_page, f"{live_site}/labs/speed_ratio.html")
    fills = "texts => texts.map((text) => getComputedStyle(text).fill)"
    found = set(site_page.eval_on_selector_all(".psn-plot .heatmap-label text", fills))
    assert found and found <= {"rgb(0, 0, 0)", "rgb(255, 255, 255)"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_coloured_letters_can_be_read_on_both_themes(browser, live_site, scheme):
    page = browser.new_page(color_scheme=scheme)
    found = []
    for lesson in ("01_charge_fire_reset", "03_parallel_spiking_neuron", "04_masked_psn"):
        page.goto(f"{live_site}/lessons/{lesson}.html")
        found += page.evaluate(CONTRASTS)
    page.close()
    assert len(found) > 40 and min(found) >= 4.5


@needs_pyodide
@pytest.mark.parametrize("percent", [150, 200])
def test_sliders_keep_their_length_beside_larger_letters(site_page, live_site, percent):
    page = site_page
    page.set_viewport_size({"width": 1280, "height": 900})
    usual = drawn(page, f"{live_site}/labs/ablation.html")
    page.add_init_script(SIZE % (16 * percent // 100))
    large = drawn(page, f"{live_site}/labs/ablation.html")
    assert large["slider"] >= usual["slider"] > 80 and large["wide"] <= 1280


@needs_pyodide
@pytest.mark.parametrize("name", ["nesting", "charge_fire_reset", "firing", "masked_psn"])
def test_headings_stay_inside_a_figure_as_narrow_as_a_phone(site_page, live_site, name):
    page = site_page
    page.set_viewport_size({"width": 360, "height": 800})
    seen = drawn(page, f"{live_site}/labs/{name}.html")
    assert not seen["outside"] and seen["wide"] <= 360
