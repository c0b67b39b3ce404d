"""The pages of `psn-viz site` in a browser, with their labs on Pyodide."""

import pytest

from psn_viz.labs import LABS
from tests.jupyterlab import open_page
from tests.needs_chromium import needs_chromium
from tests.needs_pyodide import needs_pyodide
from tests.served_site import ADD_LAB, serious

pytest.importorskip("latex2mathml", reason="it makes MathML of formulas, for the site")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.current_stack,
    pytest.mark.slow,
    needs_chromium,
    needs_pyodide,
]
LIVE = "document.body.dataset.live !== undefined || document.body.dataset.failed"
SECONDS = 90_000


@pytest.fixture(scope="module")
def address(live_site):
    return live_site


@pytest.fixture
def page(site_page):
    return site_page


def opened(page, url: str):
    page.goto(url)
    page.wait_for_function(LIVE, timeout=SECONDS)
    assert page.evaluate("document.body.dataset.failed") is None
    return page


def caption(page) -> str:
    return page.locator(".psn-caption").inner_text()


@pytest.mark.parametrize("name", ["charge_fire_reset", "psn", "sliding_psn", "ablation", "train_live", "results"])
def test_axe_finds_nothing_serious_on_pages_with_live_labs(page, address, name):
    """In light and in dark, both with one start of Python."""
    page.emulate_media(color_scheme="light")
    opened(page, f"{address}/labs/{name}.html")
    assert not serious(page)
    before = page.locator(".psn-plot").first.get_attribute("data-painted")
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(  # the figure is drawn again, in the colours of the page
        "before => document.querySelector('.psn-plot').dataset.painted !== before", arg=before, timeout=SECONDS
    )
    assert not serious(page)


@pytest.mark.parametrize("code", ["closed_form;reset=hard", "study", "train_live;steps=30", "ablation"])
def test_a_lab_answers_in_the_state_of_its_address(page, address, code):
    name = code.partition(";")[0]
    opened(page, f"{address}/labs/{name}.html#{code}")
    assert caption(page) == LABS[name].from_code(code).description
    assert page.locator(".psn-still").count() == 0


def test_a_slider_moves_by_keyboard_and_the_address_follows(page, address):
    opened(page, f"{address}/labs/closed_form.html")
    slider = page.get_by_role("slider", name="τ")
    slider.focus()
    slider.press("ArrowRight")
    page.wait_for_function("location.hash !== ''")
    moved = LABS["closed_form"].from_code(page.evaluate("decodeURIComponent(location.hash.slice(1))"))
    assert moved.code != "closed_form"
    page.wait_for_function(
        "told => document.querySelector('.psn-caption').textContent === told", arg=moved.description
    )
    page.get_by_role("button", name="Reset").click()
    page.wait_for_function("location.hash === ''")


def test_what_is_typed_wrong_is_said_and_stays(page, address):
    opened(page, f"{address}/labs/closed_form.html")
    field = page.get_by_label("X: ")
    field.fill("3 4 <b>five</b>")
    field.press("Enter")
    page.wait_for_function("document.querySelector('.psn-error').textContent.includes('<b>five</b>')")
    assert field.input_value() == "3 4 <b>five</b>"
    assert page.locator(".psn-error b").count() == 0


def test_paint_a_cell_of_w(page, address):
    opened(page, f"{address}/labs/psn.html")
    page.get_by_role("slider", name="W[t,i]").fill("1.5")
    page.wait_for_function("location.hash.includes('paint')")
    page.get_by_role("button", name="Unpaint").click()
    page.wait_for_function("!location.hash.includes('paint')")


def test_a_slider_with_one_place_is_shut_and_says_why(page, address):
    opened(page, f"{address}/labs/psn.html#psn;preset=learned+1")
    slider = page.get_by_role("slider", name="T: ")
    assert slider.is_disabled() and slider.get_attribute("title").startswith("fixed: a learned W")
    assert page.get_by_text("fixed: a learned W has a T").is_visible()
    page.get_by_role("combobox", name="W: ").select_option(label="random")
    page.wait_for_function("!document.querySelector('[data-control=T] input').disabled")
    assert page.get_by_text("length of the sequence: W is T × T").is_visible()


LESSON = "lessons/02_removing_the_reset.html"
SHOWN = "([n, told]) => document.querySelectorAll('.psn-place')[n].querySelector('.psn-caption').textContent === told"
# Where what stands after a lab begins, from the lab's top: the place on the page of the controls is 0.
AFTER = """() => {
  const lab = document.querySelector(".psn-place");
  let above = lab; // what follows it, or the nearest that it is a part of
  while (!above.nextElementSibling) above = above.parentElement;
  const after = above.nextElementSibling;
  const [top, bottom] = [lab.getBoundingClientRect().top, after.getBoundingClientRect().top];
  const figure = lab.querySelector(".psn-still, .psn-drawn").getBoundingClientRect();
  return [bottom - top, figure.left, figure.top - top, figure.width, figure.height];
}"""


def held_up(page, pattern: str):
    """Have requests for these files wait until the function that is returned is called."""
    held, free = [], []

    def wait(route):
        route.continue_() if free else held.append(route)

    page.route(pattern, wait)

    def release():
        free.append(True)
        for route in held:
            route.continue_()

    return release


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("where", ["labs/masked_psn.html", "labs/charge_fire_reset.html", "index.html"])
def test_nothing_moves_when_a_lab_becomes_live(page, address, where, width):
    page.set_viewport_size({"width": width, "height": 900})
    release = held_up(page, "**/plotly.min.js")
    page.goto(f"{address}/{where}", wait_until="commit")
    page.wait_for_selector(".psn-place .psn-field", state="attached")
    first = page.locator(".psn-place").first
    first.scroll_into_view_if_needed()
    first.locator(".psn-still img").evaluate("(image) => image.decode()")
    before = page.evaluate(AFTER)
    assert first.locator(".psn-still").count() == 1
    release()
    page.wait_for_function("document.querySelector('.psn-place').dataset.live === ''", timeout=SECONDS)
    assert first.locator(".psn-still").count() == 0
    assert page.evaluate(AFTER) == pytest.approx(before, abs=2)


def test_what_is_moved_while_python_loads_is_done_when_it_is_there(page, address):
    release = held_up(page, "**/pyodide.asm.wasm")
    page.goto(f"{address}/labs/closed_form.html")
    page.get_by_label("reset: ").select_option("hard")
    page.get_by_role("slider", name="T: length").fill("8")
    assert not page.evaluate("'live' in document.body.dataset")
    release()
    page.wait_for_function("location.hash === '#closed_form;T=8;reset=hard'", timeout=SECONDS)
    assert caption(page) == LABS["closed_form"].from_code("closed_form;T=8;reset=hard").description


def test_the_labs_of_a_lesson_start_by_themselves_when_the_reader_is_near(page, address):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{address}/{LESSON}")
    first, last = page.locator(".psn-place").first, page.locator(".psn-place").last
    assert page.get_by_role("button", name="Run the lab").count() == 0
    last.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.psn-place:is([data-live])') !== null", timeout=SECONDS)
    code = last.get_attribute("data-code")
    page.wait_for_function("[...document.querySelectorAll('.psn-place')].at(-1).dataset.live === ''", timeout=SECONDS)
    assert last.locator(".psn-caption").inner_text() == LABS[code.partition(";")[0]].from_code(code).description
    assert first.get_attribute("data-live") is None, "it is far from the window"


def test_a_phrase_sets_the_nearest_lab_before_it_and_brings_it_into_sight(page, address):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{address}/{LESSON}")
    # A phrase at the end of the lesson, and the last lab that it can mean.
    page.evaluate("""document.querySelector("main").insertAdjacentHTML("beforeend",
      '<p><a class="psn-state" href="../labs/closed_form.html#closed_form;tau=8;T=12">τ = 8</a></p>')""")
    names = page.locator(".psn-place").evaluate_all("(all) => all.map((one) => one.dataset.code.split(';')[0])")
    n = max(n for n, name in enumerate(names) if name == "closed_form")
    page.get_by_role("link", name="τ = 8", exact=True).click()
    told = LABS["closed_form"].from_code("closed_form;tau=8;T=12").description
    page.wait_for_function(SHOWN, arg=[n, told], timeout=SECONDS)
    assert page.url == f"{address}/{LESSON}"
    box = page.locator(".psn-place").nth(n).locator(".psn-view").bounding_box()
    assert -300 < box["y"] < 800, "it is in the window"
    others = page.locator(".psn-place .psn-caption").all_inner_texts()
    assert others.count(told) == 1


def test_a_reader_who_saves_data_is_asked_first(page, address):
    page.add_init_script("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })")
    page.goto(f"{address}/{LESSON}")
    place = page.locator(".psn-place").first
    place.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    assert place.locator(".psn-still").count() == 1
    place.get_by_role("button", name="Run the lab here").click()
    assert place.evaluate("(place) => place.contains(document.activeElement)")  # the button is gone
    page.wait_for_selector(".psn-place[data-live]", timeout=SECONDS)


def test_where_python_cannot_run_frames_of_the_main_control_stand(browser, address):
    page, _ = open_page(browser)
    page.add_init_script("delete globalThis.Worker")
    page.goto(f"{address}/labs/masked_psn.html")
    page.wait_for_selector(".psn-place[data-failed]")
    slider = page.get_by_role("slider", name="λ")
    page.locator(".psn-note", has_text="figures computed beforehand").wait_for(timeout=SECONDS)
    assert page.locator(".psn-controls input").count() == 1
    page.wait_for_function(SHOWN, arg=[0, LABS["masked_psn"]().description])
    slider.press("End")
    page.wait_for_function(SHOWN, arg=[0, LABS["masked_psn"](**{"lambda": 1}).description])
    assert "figures computed beforehand" in page.locator(".psn-note").inner_text()
    page.close()


def test_what_few_need_is_not_loaded_where_a_lab_runs(page, address):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    opened(page, f"{address}/labs/closed_form.html")
    assert not [url for url in asked if "/frames/" in url or "python_more" in url]


def test_where_the_start_failed_the_reader_can_try_again(browser, address):
    page, _ = open_page(browser)
    fail = lambda route: route.abort()  # noqa: E731
    page.route("**/library.zip", fail)
    page.goto(f"{address}/labs/closed_form.html")
    again = page.get_by_role("button", name="Try again")
    again.wait_for(timeout=SECONDS)
    page.unroute("**/library.zip", fail)
    again.click()
    assert page.evaluate("document.activeElement.closest('.psn-controls') !== null")  # the button is gone
    page.wait_for_selector(".psn-place[data-live]", timeout=SECONDS)
    assert caption(page) == LABS["closed_form"]().description
    page.close()


# What can be pressed and is smaller than WCAG 2.2 asks, and so is its label. A curve is pressed anywhere.
SMALL = """() => [...document.querySelectorAll("button, input, select, textarea, summary, [role=slider]")]
  .filter((part) => part.checkVisibility() && part.tagName !== "circle")
  .filter((part) => [part, part.closest("label")].every((one) => {
    const { width, height } = (one ?? part).getBoundingClientRect();
    return width < 24 || height < 23.5;
  })).map((part) => part.cloneNode().outerHTML)"""


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("place", ["labs/sliding_psn.html", "lessons/01_charge_fire_reset.html", "index.html"])
def test_what_can_be_pressed_is_large_enough_for_a_finger(browser, address, place, width):
    page, _ = open_page(browser, width=width)
    page.goto(f"{address}/{place}")
    made = ".psn-raster button" if "lessons" in place else ".psn-place .psn-controls input"
    page.wait_for_selector(made, state="attached")
    assert page.evaluate(SMALL) == []
    page.close()


# What the browser keeps of Python's compiling: the addresses, and how many bytes behind them.
KEPT = """async () => {
  const cache = await caches.open("psn-viz-bytecode");
  return Promise.all((await cache.keys()).map(async (one) =>
    [new URL(one.url).pathname, (await (await cache.match(one)).arrayBuffer()).byteLength]));
}"""
WAS_KEPT = """(address) => caches.open("psn-viz-bytecode").then((cache) => cache.put(address, new Response(%s)))"""


def kept_alone(page) -> str:
    """The address of the one large thing that is kept, as soon as there is nothing else."""
    for _ in range(120):
        found = page.evaluate(KEPT)
        if len(found) == 1 and found[0][1] > 1e5:
            return found[0][0]
        page.wait_for_timeout(500)
    raise AssertionError(found)


def test_what_python_has_compiled_is_kept_for_the_next_visit(browser, address):
    context = browser.new_context()
    page, other = context.new_page(), "/psn-viz-bytecode/of-an-earlier-library"
    page.goto(f"{address}/labs/closed_form.html")
    page.evaluate(WAS_KEPT % "'x'", other)
    page.wait_for_selector(".psn-place[data-live]", timeout=SECONDS)
    kept = kept_alone(page)
    assert kept != other
    # The next visit takes it: a page that finds something damaged there compiles anew, and answers all the same.
    page.reload()
    page.wait_for_selector(".psn-place[data-live]", timeout=SECONDS)
    assert caption(page) == LABS["closed_form"]().description
    page.evaluate(WAS_KEPT % "'damaged'", kept)
    page.reload()
    page.wait_for_selector(".psn-place[data-live]", timeout=SECONDS)
    assert caption(page) == LABS["closed_form"]().description
    assert kept_alone(page) == kept
    context.close()


# Moves every field that can be seen to its ends and through its options; what went wrong, and how often it moved.
MOVE_ALL = """async () => {
  const { lab, element } = added;
  const wrong = [];
  let moves = 0;
  const settled = async (what) => {
    moves += 1;
    const until = performance.now() + 60000;
    while (lab.busy && performance.now() < until) await new Promise((go) => setTimeout(go, 10));
    if (lab.busy) wrong.push(`${what}: no answer`);
    if (lab.error.textContent) wrong.push(`${what}: ${lab.error.textContent}`);
  };
  const move = async (field, value) => {
    if (value === undefined) return;
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
    await settled(`${field.ariaLabel} = ${value}`);
  };
  for (const field of lab.controls.querySelectorAll("input, select")) {
    if (field === lab.codeField || !field.checkVisibility()) continue;
    const start = field.value;
    const texts = [...(field.list?.options ?? [])].map((option) => option.value);
    const values = field.matches("select") ? [...field.options].map((option) => option.value)
      : field.type === "text" ? texts : [field.max, field.min];
    const some = values.length > 4 ? [values[0], values[1], values.at(-1)] : values;
    for (const value of [...some, start]) await move(field, value);
  }
  for (const button of lab.controls.querySelectorAll("button")) {
    if (button.textContent.startsWith("Save") || !button.checkVisibility()) continue;
    button.click();
    await settled(button.textContent);
    if (button.matches(".psn-play")) {
      await new Promise((go) => setTimeout(go, 800));
      button.click();
      await settled("Pause");
    }
  }
  await move(lab.codeField, lab.name);
  return [wrong, moves, lab.codeField.value];
}"""


FRAME = """<!doctype html><body style="margin: 0">
<script>addEventListener("message", ({ source, data }) => { for (const frame of document.querySelectorAll("iframe"))
  if (frame.contentWindow === source && data.psn_viz) frame.height = data.height; });</script>
<iframe src="../labs/closed_form.html?embed#closed_form;tau=8" width="100%" height="300" style="border: 0">
</iframe>"""
VISIBLE = """() => [...document.querySelectorAll(".psn-controls :is(input, select)")]
  .filter((one) => one.checkVisibility()).length"""


@pytest.mark.parametrize("width", [360, 1280])
def test_a_frame_of_a_lab_is_made_as_high_as_the_lab(page, address, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.route("**/lessons/elsewhere.html", lambda route: route.fulfill(body=FRAME, content_type="text/html"))
    page.goto(f"{address}/lessons/elsewhere.html")
    frame = page.frame_locator("iframe")
    frame.locator(".psn-place[data-live]").wait_for(timeout=SECONDS)
    inside = page.frames[1]
    page.wait_for_timeout(300)
    assert inside.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert inside.evaluate("document.body.offsetHeight <= innerHeight")
    assert not frame.locator("h1").is_visible() and not frame.locator(".psn-top").is_visible()
    link = frame.get_by_role("link", name="psn_viz · closed_form")
    assert link.get_attribute("target") == "_top"
    assert link.get_attribute("href") == f"{address}/labs/closed_form.html#closed_form;tau=8"


def test_the_text_of_a_frame_names_the_present_state(page, address):
    opened(page, f"{address}/labs/closed_form.html#closed_form;tau=8")
    page.locator("summary", has_text="Put this lab").click()
    text = page.get_by_label("HTML of a frame").input_value()
    assert f'src="{address}/labs/closed_form.html?embed#closed_form;tau=8"' in text


@pytest.mark.parametrize("width, height", [(1920, 1080), (1280, 720)])
def test_the_screen_is_filled_and_keys_move_the_main_controls(page, address, width, height):
    page.set_viewport_size({"width": width, "height": height})
    opened(page, f"{address}/labs/closed_form.html?present")
    assert page.evaluate(VISIBLE) == 2
    assert page.evaluate("document.documentElement.scrollHeight") <= height
    box = page.locator(".psn-plot").bounding_box()
    assert box["height"] > 0.7 * height and box["width"] > 0.9 * width
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("location.hash === '#closed_form;row=9'")
    page.keyboard.press("ArrowUp")
    page.wait_for_function("location.hash === '#closed_form;reset=hard;row=9'")
    page.keyboard.press(" ")
    page.wait_for_function("location.hash.includes('row=11')")
    page.keyboard.press(" ")
    page.get_by_role("button", name="All controls").click()
    assert page.evaluate(VISIBLE) == 6


def test_where_the_figure_is_enlarged_the_pointer_meets_what_is_under_it(page, address):
    page.set_viewport_size({"width": 1920, "height": 1080})
    opened(page, f"{address}/labs/closed_form.html?present")
    page.wait_for_timeout(300)
    x, y = page.evaluate("""() => {
      const plot = document.querySelector(".psn-plot"), { xaxis, yaxis } = plot._fullLayout;
      const box = plot.getBoundingClientRect(), by = box.width / plot.offsetWidth;
      return [box.left + by * (xaxis._offset + xaxis.d2p(2)), box.top + by * (yaxis._offset + yaxis.d2p(5))];
    }""")
    page.mouse.move(x + 3, y)
    page.mouse.move(x, y)
    page.wait_for_function("location.hash === '#closed_form;row=5'")
    page.mouse.click(x, y)
    page.wait_for_timeout(200)
    assert page.evaluate("location.hash") == "#closed_form;row=5"


@pytest.fixture(scope="module")
def one_page(browser, address):
    """A page on which labs are opened one after the other; nothing may go wrong on it."""
    page, errors = open_page(browser)
    opened(page, f"{address}/labs/closed_form.html")
    yield page
    page.close()
    assert not errors


@pytest.mark.parametrize("name", LABS)
def test_every_control_of_every_lab_moves(one_page, name):
    one_page.evaluate(ADD_LAB, name)
    one_page.wait_for_function("added.lab.live", timeout=SECONDS)
    wrong, moves, code = one_page.evaluate(MOVE_ALL)
    assert not wrong
    assert moves > 2 * len(LABS[name].table)
    assert code == name
    one_page.wait_for_function(
        "told => added.element.querySelector('.psn-caption').textContent === told", arg=LABS[name]().description
    )
    one_page.evaluate("psnPlaces.remove(added)")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("where", ["index.html", "labs/index.html", "lessons/02_removing_the_reset.html"])
def test_no_page_is_wider_than_the_window(page, address, where, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{address}/{where}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
