// @ts-check
// What fills a screen in front of a class: the bar on top, the figure as large as the window allows, keys and their help.
// A lab with ?present and the pages of decks are made of it.
const psnPresent = (() => {
  const LETTERS = 13; // px, of a figure's own letters
  const LARGE = 24; // px that they are to have in a window of this size; in another one as many times as many
  const [LINES, COLUMNS] = [720, 1280];
  const SMALL = 700; // px; in a narrower window, a phone, a figure is as on any other page, and the page scrolls
  const NARROWEST = 540; // px of a figure that is enlarged: below, its parts would stand below each other
  const GAP = 10; // px below the figure

  /**
   * @param {string} tag
   * @param {Object<string, any>} traits
   * @param {...(Node | string)} inside
   * @returns {any}
   */
  function element(tag, traits, ...inside) {
    const made = Object.assign(document.createElement(tag), traits);
    made.append(...inside);
    return made;
  }

  /**
   * @param {string} text
   * @param {string} label
   * @param {() => void} act
   * @returns {HTMLButtonElement}
   */
  function button(text, label, act) {
    const made = element("button", { type: "button", title: label }, text);
    made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return made;
  }

  /**
   * The bar on top: a way back, the title, which is the heading of the page, and what else belongs there.
   * @param {string} back what the way back is called
   * @param {...Node} more
   * @returns {HTMLAnchorElement} the way back, whose address is yet to be set
   */
  function bar(back, ...more) {
    document.body.classList.add("psn-present");
    const link = element("a", { className: "psn-back" }, `← ${back}`);
    const made = element("header", { className: "psn-bar" }, link, /** @type {Node} */ (document.querySelector("h1")), ...more);
    document.body.prepend(made);
    return link;
  }

  /**
   * The keys, on a sheet that "?" opens and closes.
   * @param {[keys: string, does: string][]} keys
   * @returns {{open: HTMLButtonElement, toggle: () => void, close: () => boolean}} `close` tells whether it was open
   */
  function help(keys) {
    const rows = keys.flatMap(([key, does]) => [element("dt", {}, key), element("dd", {}, does)]);
    const sheet = element("aside", { className: "psn-help", hidden: true }, element("h2", {}, "Keys"), element("dl", {}, ...rows));
    sheet.setAttribute("aria-label", "Keys");
    document.body.append(sheet);
    const toggle = () => {
      sheet.hidden = !sheet.hidden;
      open.setAttribute("aria-expanded", String(!sheet.hidden));
    };
    const open = button("?", "Keys", toggle);
    open.setAttribute("aria-expanded", "false");
    const close = () => {
      if (sheet.hidden) return false;
      toggle();
      return true;
    };
    return { open, toggle, close };
  }

  const CLOSER = 0.9; // by how much letters become smaller where they do not have room
  const OVER = 0.3; // the share of a text that another one may cover
  const REST = 120; // ms after the last painting
  /** @type {WeakMap<HTMLElement, number>} the share of the wanted size that the letters of a lab have here */
  const shares = new WeakMap();
  /** @type {WeakSet<HTMLElement>} */
  const watched = new WeakSet();
  /** @typedef {{parts: Part[], shape: string, at: number, whole: boolean, words: string, isNew?: boolean}} Shown the parts of a figure; which one is shown: that which has the words, if there are any; whether another step has come, whose parts are its own */
  /** @type {WeakMap<HTMLElement, Shown>} */
  const shown = new WeakMap();
  /** @type {WeakMap<Figure, Shown>} what of itself a figure shows */
  const arranged = new WeakMap();
  /** @type {Place | undefined} the lab that fills the window */
  let current;
  const partButton = button("", "The next part of the figure", () => current && turn(current, 1, true));
  partButton.hidden = true;

  /**
   * Of a figure that has no room for all of it, the part to show. In place.
   * @param {Place} place
   * @param {Figure} figure
   * @param {number} width
   * @param {number} height
   */
  function arrange({ element: host, lab: { view } }, figure, width, height) {
    const shape = `${psnParts.shape(figure)} ${width} ${height}`;
    const { annotations, margin } = figure.layout;
    figure.layout.annotations = psnParts.flowed(figure, width);
    const parts = psnParts.parts(figure, width, height);
    const before = shown.get(host);
    // A longer text must not make the parts others while a slider moves: those stay that have room for more.
    const kept = before?.shape === shape && !before.isNew && before.parts.length >= parts.length ? before.parts : parts;
    const words = before?.words ?? "";
    const at = words ? psnParts.saying(figure, kept, words) : Math.min(before?.at ?? 0, kept.length - 1);
    const now = { parts: kept, shape, at, whole: before?.whole ?? false, words };
    shown.set(host, now);
    arranged.set(figure, now);
    if (!now.whole || kept.length === 1) psnParts.arranged(figure, kept[now.at], width, height);
    else {
      figure.layout.annotations = annotations;
      psnParts.parted(figure, height - margin.t - margin.b);
    }
    view.dataset.part = now.whole && kept.length > 1 ? "" : `${now.at + 1} / ${kept.length}`;
    if (current?.element === host) tell();
  }

  /** Tell which part of the figure is shown, where one is. */
  function tell() {
    const now = current && current.lab.canvas?.height && current.element.checkVisibility() ? shown.get(current.element) : undefined;
    partButton.hidden = !now || now.parts.length < 2;
    if (now) partButton.textContent = now.whole ? "All parts" : `Part ${now.at + 1} of ${now.parts.length}`;
  }

  /**
   * Show the next part of a figure, or the one before.
   * @param {Place} place
   * @param {number} by 1 or −1
   * @param {boolean} [around] whether the first one follows the last one
   * @returns {boolean} whether there was one
   */
  function turn(place, by, around = false) {
    const now = shown.get(place.element);
    if (!now || now.parts.length < 2 || !place.lab.canvas?.height) return false;
    const count = now.parts.length;
    const next = now.whole ? (by > 0 ? 0 : count - 1) : now.at + by;
    if (!around && (next < 0 || next >= count)) return false;
    shown.set(place.element, { ...now, at: (next + count) % count, whole: false, words: "" });
    again(place);
    return true;
  }

  /** @param {Place} place whose whole figure is shown, with smaller letters, or again a part of it */
  function whole(place) {
    const now = shown.get(place.element);
    if (!now || now.parts.length < 2) return;
    shown.set(place.element, { ...now, whole: !now.whole });
    again(place);
  }

  /**
   * @param {Place} place whose figure is to begin with its first part
   * @param {string} [words] of another part to begin with
   */
  function rewind({ element: host }, words = "") {
    const now = shown.get(host) ?? { parts: [], shape: "", at: 0, whole: false, words: "" };
    shown.set(host, { ...now, at: 0, whole: false, words, isNew: true });
    shares.delete(host);
  }

  /** @param {Place} place whose figure is drawn anew */
  function again(place) {
    shares.delete(place.element);
    place.lab.canvas.height = 0; // the same height must not keep it from being drawn
    fit(place);
  }

  /** @param {HTMLElement} host @returns {number} px that its figure is high on a page, with letters of the usual size */
  const ownHeight = (host) => parseFloat(host.style.getPropertyValue("--height")) / psnDrawing.textSize();

  /**
   * Whether texts of a figure leave it or run into each other.
   * @param {HTMLElement} plot
   * @returns {boolean}
   */
  function isCrowded(plot) {
    const whole = plot.getBoundingClientRect();
    const texts = [...plot.querySelectorAll("svg text")].filter((text) => text.textContent?.trim());
    const boxes = texts.map((text) => text.getBoundingClientRect()).filter(({ width }) => width > 0);
    const leaves = boxes.some((box) => box.left < whole.left - 2 || box.right > whole.right + 2 || box.top < whole.top - 2
      || box.bottom > whole.bottom + 2);
    return leaves || boxes.some((one, n) => boxes.slice(n + 1).some((two) => {
      const wide = Math.min(one.right, two.right) - Math.max(one.left, two.left);
      const high = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top);
      return wide > 0 && high > 0 && wide * high > OVER * Math.min(one.width * one.height, two.width * two.height);
    }));
  }

  /**
   * The figure's own pixels are made larger, so that its letters grow with it, and it has all the room below its top.
   * Where that is too large for all that it says, it is made smaller, down to what it has on any other page.
   * @param {Place} place
   */
  function fit(place) {
    const { element: host, lab: { view, canvas }, lab } = place;
    if (!host.checkVisibility()) return;
    current = place;
    tell();
    const isSmall = innerWidth < SMALL;
    const free = Math.max(innerHeight - view.getBoundingClientRect().top - scrollY - GAP, innerHeight / 2);
    const own = ownHeight(host) || free;
    const wanted = LARGE / LETTERS * Math.min(innerHeight / LINES, innerWidth / COLUMNS) * (shares.get(host) ?? 1);
    const by = isSmall ? 1 : Math.max(free / own, Math.min(wanted, host.clientWidth / NARROWEST));
    view.style.transform = isSmall ? "" : `scale(${by})`;
    view.style.width = isSmall ? "" : `${host.clientWidth / by}px`;
    view.style.height = isSmall ? "" : `${free / by}px`;
    view.style.marginBottom = isSmall ? "" : `${free - free / by}px`;
    const height = isSmall ? 0 : Math.floor(free / by);
    host.style.setProperty("--filled", isSmall ? "auto" : `${height}px`);
    if (!canvas) return;
    canvas.arrange ??= (/** @type {Figure} */ figure, /** @type {number} */ width, /** @type {number} */ filled) => arrange(place, figure, width, filled);
    watch(place);
    if (canvas.height !== height) {
      canvas.height = height;
      lab.draw();
    } else canvas.fit();
  }

  /** @param {Place} place that is looked at again whenever it has been painted */
  function watch(place) {
    const { element: host, lab: { canvas, view } } = place;
    if (watched.has(host)) return;
    watched.add(host);
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let resting;
    /** @type {Figure | undefined} */
    let painted;
    const look = () => {
      const as = painted && arranged.get(painted);
      if (canvas.height && (!as || as !== shown.get(host))) return; // another one is on its way
      const share = shares.get(host) ?? 1;
      const largest = canvas.height >= ownHeight(host) - 1;
      // With smaller letters all of it might have room, and the letters would stay small: parts keep theirs.
      const inParts = as !== undefined && as.parts.length > 1 && !as.whole;
      if (!canvas.height || largest || inParts || !host.checkVisibility() || !(isCrowded(canvas.plot) || (as?.whole && !psnMeasure.holdsLists(painted)))) {
        view.dataset.fitted = canvas.plot.dataset.painted;
        return;
      }
      shares.set(host, share * CLOSER);
      fit(place);
    };
    const soon = () => {
      painted = canvas.figure;
      clearTimeout(resting);
      resting = setTimeout(look, REST);
    };
    new MutationObserver(soon).observe(canvas.plot, { attributes: true, attributeFilter: ["data-painted"] });
    addEventListener("resize", () => shares.delete(host));
    soon();
  }

  /**
   * Move what a row of controls has by one step.
   * @param {Element | undefined} row
   * @param {number} by 1 or −1
   * @returns {boolean} whether it moved
   */
  function move(row, by) {
    /** @type {HTMLInputElement | HTMLSelectElement | null | undefined} */
    const input = row?.querySelector("input[type=range], select") ?? row?.querySelector("input");
    if (!input) return false;
    const before = input.value;
    if (input instanceof HTMLSelectElement) {
      input.selectedIndex = Math.max(0, Math.min(input.options.length - 1, input.selectedIndex + by));
    } else if (input.type === "range") {
      input[by > 0 ? "stepUp" : "stepDown"]();
    } else {
      const texts = [...(input.list?.options ?? [])].map((option) => option.value);
      input.value = texts[Math.max(0, Math.min(texts.length - 1, texts.indexOf(before) + by))] ?? before;
      if (input.value !== before) input.dispatchEvent(new Event("change"));
    }
    if (input.value !== before) input.dispatchEvent(new Event("input"));
    return input.value !== before;
  }

  /**
   * Hear of keys. What somebody types into a field is left to the field; so is what moves a slider that Tab has led to.
   * @param {Object<string, (event: KeyboardEvent) => void>} keys
   */
  function listen(keys) {
    /** @type {EventTarget | null} */
    let reached = null;
    addEventListener("focusin", ({ target }) => { reached = /** @type {Element} */ (target).matches(":focus-visible") ? target : null; });
    addEventListener("keydown", (event) => {
      const at = /** @type {Element} */ (event.target);
      if (event.ctrlKey || event.altKey || event.metaKey || !keys[event.key]) return;
      if (at.matches?.("input:not([type=range]), textarea, select") && !/^(Page(Up|Down)|Escape)$/.test(event.key)) return;
      if (at === reached && at.matches("input[type=range]") && /^(Arrow|Home|End)/.test(event.key)) return;
      if (event.key === " " && at.matches?.("button, summary, a")) return;
      event.preventDefault();
      keys[event.key](event);
    });
  }

  const caption = () => document.body.classList.toggle("psn-captioned");
  const fill = () => { if (document.fullscreenElement) document.exitFullscreen(); else document.documentElement.requestFullscreen?.(); };

  /**
   * A lab alone. Left and right move the first of its main controls, up and down the second, space plays.
   * @param {Place} place
   * @param {(code: string) => string} address of the way back
   */
  function lab(place, address) {
    const { element: host, lab: one } = place;
    const rows = psnPlaces.mainAlone(place);
    const code = element("code", {}, one.code);
    const { open, toggle, close } = help([
      ["← →", "move the first control"], ["↑ ↓", "move the second one"], ["space", "play, pause"],
      ["N, Page Down", "the next part of a figure that has several"], ["W", "the whole figure, with smaller letters"],
      ["C", "the caption"], ["A", "all controls"], ["F", "full screen"], ["?", "these keys"],
    ]);
    const all = /** @type {HTMLButtonElement} */ ([...host.querySelectorAll(".psn-open button")].at(-1));
    const back = bar("The page of this lab", code, partButton, all, open);
    back.href = address(one.code);
    host.addEventListener("psn-code", (event) => {
      code.textContent = /** @type {CustomEvent} */ (event).detail;
      back.href = address(code.textContent ?? "");
    });
    const refit = () => fit(place);
    addEventListener("resize", refit);
    host.addEventListener("psn-live", refit);
    new ResizeObserver(refit).observe(one.controls);

    /** @type {ReturnType<typeof setInterval> | undefined} */
    let playing;
    const stop = () => { clearInterval(playing); playing = undefined; };
    const play = () => {
      const own = /** @type {HTMLButtonElement | null} */ (one.controls.querySelector(".psn-play"));
      if (own) return own.click();
      if (playing !== undefined) return stop();
      playing = setInterval(() => { if (!one.busy && !move(rows[0], 1)) stop(); }, 600);
    };
    listen({
      ArrowRight: () => move(rows[0], 1), ArrowLeft: () => move(rows[0], -1),
      ArrowUp: () => move(rows[1], 1), ArrowDown: () => move(rows[1], -1), " ": play,
      c: caption, a: () => all.click(), f: fill,
      n: () => turn(place, 1, true), w: () => whole(place), PageDown: () => turn(place, 1), PageUp: () => turn(place, -1),
      "?": toggle, Escape: close,
    });
  }
  return { element, button, bar, help, fit, tell, turn, whole, rewind, partButton, move, listen, caption, fill, lab };
})();
