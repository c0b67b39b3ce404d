// @ts-check
// The place on a page where figures are drawn, one after the other. Shared by the live panel and the frames page.

/**
 * A place of the figure under the pointer, as plotly tells of it.
 * @typedef {Object<string, any>} Point
 */
/**
 * What hears of the reader's pointer: on which values of controls it is, how high it pulls which bar of what, and which
 * mark of what it clicks at.
 * @typedef {{onPoint?: (place: Object<string, number>) => void,
 *   onDrag?: (name: string, number: number, height: number) => void,
 *   onChoose?: (name: string, number: number) => void}} Listeners
 */
const psnDrawing = (() => {
  const CLOSE = 20; // px from a mark within which a click means it, as plotly's hover does
  const USUAL = 16; // px, a browser's text where nobody has set another size
  const LEAST = 280; // px, the least width of a figure
  const ROOMY = 800; // px, the least width at which headings have room
  const NARROW = 520; // px, the least width at which the columns of a figure do not run into each other

  /**
   * Works wherever the figure lands: the first opaque background behind it decides.
   * @param {Element | null} element
   * @returns {boolean}
   */
  function isDark(element) {
    for (let node = element; node; node = node.parentElement) {
      const [r, g, b, a = 1] = (getComputedStyle(node).backgroundColor.match(/[\d.]+/g) ?? []).map(Number);
      if (a > 0.5) return 0.2126 * r + 0.7152 * g + 0.0722 * b < 128;
    }
    return false;
  }

  /**
   * How many times as large as usual the reader has text, in the browser's settings: figures follow, up to twice.
   * @returns {number} from 1 to 2
   */
  const textSize = () => Math.min(2, Math.max(1, parseFloat(getComputedStyle(document.documentElement).fontSize) / USUAL)) || 1;

  const pen = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));

  /**
   * @param {string} text as plotly takes it: lines, and parts in bold
   * @param {string} font size and family, as CSS has them
   * @returns {number} px of its longest line
   */
  function measured(text, font) {
    const part = (/** @type {string} */ one) => {
      pen.font = `${one.startsWith("<b>") ? "bold " : ""}${font}`;
      return pen.measureText(one.replace(/<[^>]*>/g, "")).width;
    };
    return Math.max(...text.split(/<br *\/?>/).map((line) => line.split(/(<b>.*?<\/b>)/).reduce((all, one) => all + part(one), 0)));
  }

  /**
   * Have the browser download what is behind an address.
   * @param {string} name
   * @param {string} href
   * @returns {void}
   */
  function offer(name, href) {
    const link = Object.assign(document.createElement("a"), { href, download: name });
    document.body.append(link);
    link.click();
    link.remove();
  }

  /**
   * Where a trace has a value nearest to a place on an axis; without values of its own they are 0, 1, 2, …
   * @param {number} place
   * @param {number[]} [values]
   * @returns {number}
   */
  function nearest(place, values) {
    if (!values) return Math.round(place);
    return values.reduce((best, value) => (Math.abs(value - place) < Math.abs(best - place) ? value : best));
  }

  /**
   * Where a point of the window is on an element, in its own px: a page that fills a screen shows it enlarged.
   * @param {HTMLElement} element
   * @param {{clientX: number, clientY: number}} point
   * @returns {[number, number]} from the left and from the top
   */
  function within(element, { clientX, clientY }) {
    const box = element.getBoundingClientRect();
    const enlarged = box.width / element.offsetWidth || 1;
    return [(clientX - box.left) / enlarged, (clientY - box.top) / enlarged];
  }

  class Canvas {
    /**
     * @param {any} Plotly
     * @param {Element} host
     * @param {{light: Theme, dark: Theme}} themes
     * @param {Listeners} [listeners]
     */
    constructor(Plotly, host, themes, { onPoint, onDrag, onChoose } = {}) {
      this.Plotly = Plotly;
      Plotly.setPlotConfig({ logging: 0 }); // else it warns of every bar whose colour is a number on a scale
      this.themes = themes;
      this.onPoint = onPoint;
      this.onDrag = onDrag;
      this.onChoose = onChoose;
      /** @type {any} plotly writes into the element */
      this.plot = document.createElement("div");
      this.plot.className = "psn-plot";
      this.caption = document.createElement("p");
      this.caption.className = "psn-caption";
      this.caption.setAttribute("aria-live", "polite");
      host.append(this.plot, this.caption);
      /** @type {(() => Figure) | null} */
      this.latest = null;
      /** @type {Figure | null} */
      this.figure = null;
      this.alt = "";
      this.held = "";
      this.width = 0;
      this.height = 0; // px of every figure, where a screen is to be filled; else each has its own
      /** @type {((figure: Figure, width: number, height: number) => void) | null} chooses and places what fills it */
      this.arrange = null;
      this.dark = false;
      this.enlarged = 1; // times that letters are as large as usual
      this.drawn = false;
      this.resizing = new ResizeObserver(() => this.fit());
      this.resizing.observe(host);
      this.theming = new MutationObserver(() => this.latest && this.paint(this.latest, this.alt));
      this.theming.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-name", "class"] });
      this.refit = () => void this.fit();
      this.scheme = matchMedia("(prefers-color-scheme: dark)"); // which pages of the site follow
      this.scheme.addEventListener("change", this.refit);
    }

    /**
     * To the width of the page.
     * @returns {Promise<void> | void}
     */
    fit() {
      const width = this.plot.clientWidth;
      if (!this.latest || !this.figure || !this.drawn || !width) return;
      // What a prediction uncovers is painted before it is on the page, where nothing is behind it.
      if (isDark(this.plot) !== this.dark) return this.paint(this.latest, this.alt);
      if (this.letters() !== this.enlarged) return this.paint(this.latest, this.alt);
      if (width === this.width) return;
      // Columns that stand below each other, headings in smaller letters: it is another figure.
      if (this.arrange || Math.min(width, this.width) < ROOMY * this.enlarged) return this.paint(this.latest, this.alt);
      this.width = width;
      this.figure.layout.width = width;
      this.Plotly.relayout(this.plot, { width });
    }

    /** @returns {number} how many times as large as usual letters are to be; what fills a screen is large already */
    letters() {
      return this.height ? 1 : textSize();
    }

    /**
     * A figure as it is drawn here: in the page's theme, at this width.
     * @param {() => Figure} latest
     * @param {boolean} [whole] not only what a screen has room for
     * @returns {Figure}
     */
    make(latest, whole = false) {
      this.dark = isDark(this.plot);
      const figure = psnFigure.themed(latest(), this.themes[this.dark ? "dark" : "light"]);
      if (this.width < NARROW * this.enlarged) psnFigure.stacked(figure);
      if (this.enlarged > 1) psnFigure.enlarged(figure, this.enlarged);
      if (this.height && !whole) {
        this.arrange?.(figure, this.width, this.height);
        psnFigure.filling(figure, this.height);
      }
      if (!this.height || whole) psnFigure.within(figure, this.width, measured);
      figure.layout.width = this.width;
      return figure;
    }

    /**
     * Draw what `make` makes, which `alt` describes.
     * @param {() => Figure} make
     * @param {string} alt
     * @returns {Promise<void>}
     */
    async paint(make, alt) {
      this.latest = make;
      this.alt = alt;
      this.enlarged = this.letters();
      this.plot.style.minWidth = this.enlarged > 1 ? `${LEAST * this.enlarged}px` : "";
      this.width = this.plot.clientWidth || this.width || 700;
      const figure = this.make(make);
      this.plot.setAttribute("role", "img");
      this.plot.setAttribute("aria-label", alt);
      this.caption.textContent = alt;
      await this.draw(figure);
      if (!this.drawn) {
        this.drawn = true;
        this.plot.on("plotly_hover", (/** @type {Point} */ { points: [point] }) => this.held || this.point(point));
        this.plot.on("plotly_click", (/** @type {Point} */ { points: [point], event }) => this.hold(point, event));
        this.plot.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => this.grab(event));
        const keep = (/** @type {TouchEvent} */ event) => this.keep(event);
        this.plot.addEventListener("touchstart", keep, { passive: false });
        this.fit(); // it may have come onto the page meanwhile
      }
      this.mark();
      this.plot.dataset.painted = Number(this.plot.dataset.painted ?? 0) + 1;
    }

    /**
     * What changed of the picture, or all of it.
     * @param {Figure} figure
     * @returns {Promise<void>}
     */
    async draw(figure) {
      const { Plotly, plot, figure: before } = this;
      const changes = before && psnFigure.changes(before, figure);
      this.figure = figure;
      if (before && changes && (await psnRedraw.part(Plotly, plot, figure, before, changes))) return;
      await psnRedraw.whole(Plotly, plot, figure, before ? undefined : { displayModeBar: false, displaylogo: false });
    }

    /**
     * @param {Point} point
     * @returns {[string, number][]} the controls that it stands for, and their values
     */
    point(point) {
      /** @type {Object<string, string>} */
      const targets = point?.data.meta?.points_at ?? {};
      /** @type {[string, number][]} */
      const place = Object.entries(targets).map(([letter, control]) => [control, point[letter]]);
      if (place.length) this.onPoint?.(Object.fromEntries(place));
      return place;
    }

    /**
     * A click holds the place, so that the pointer may leave for a slider; a second click on it lets go. Of marks that
     * can be chosen it chooses one.
     * @param {Point} point
     * @param {MouseEvent} event
     * @returns {void}
     */
    hold(point, event) {
      const mark = this.choice(event);
      if (mark) return this.onChoose?.(...mark);
      // plotly tells of the last place that it noticed, which lags behind a quick hand: its axes know the true one.
      const [x, y] = within(this.plot, event);
      /** @type {Object<string, number>} */
      const pixels = { x: x - point.xaxis._offset, y: y - point.yaxis._offset };
      /** @type {Point} */
      const at = { data: point.data };
      for (const letter of "xy") {
        const axis = point[`${letter}axis`];
        if (pixels[letter] < 0 || pixels[letter] > axis._length) return;
        at[letter] = nearest(axis.p2d(pixels[letter]), point.data[letter]);
      }
      const place = String(this.point(at));
      if (place) this.held = place === this.held ? "" : place;
    }

    /**
     * The mark to choose here, if there is one: of traces with `meta.chooses` the nearest, its number in `customdata`.
     * @param {MouseEvent} event
     * @returns {[string, number] | null}
     */
    choice(event) {
      const [fromLeft, fromTop] = within(this.plot, event);
      let [least, found] = [CLOSE, /** @type {[string, number] | null} */ (null)];
      for (const { meta, customdata, x, y, xaxis = "x", yaxis = "y" } of this.plot.data) {
        if (!meta?.chooses) continue;
        const [across, down] = [xaxis, yaxis].map((id) => this.plot._fullLayout[psnFigure.axisName(id)]);
        customdata.forEach((/** @type {number} */ number, /** @type {number} */ n) => {
          const left = fromLeft - across._offset - across.d2p(x[n]);
          const distance = Math.hypot(left, fromTop - down._offset - down.d2p(y[n]));
          if (distance < least) [least, found] = [distance, [meta.chooses, number]];
        });
      }
      return found;
    }

    /**
     * The bars that can be pulled, if there are any: their trace, their axes, and a point in pixels of those.
     * @param {{clientX: number, clientY: number}} point
     * @returns {Object<string, any> | null}
     */
    bars(point) {
      const trace = this.onDrag && this.plot.data.find((/** @type {any} */ { meta }) => meta?.drags);
      if (!trace) return null;
      const [x, y] = [trace.xaxis, trace.yaxis].map((id) => this.plot._fullLayout[psnFigure.axisName(id)]);
      const [fromLeft, fromTop] = within(this.plot, point);
      const [left, top] = [fromLeft - x._offset, fromTop - y._offset];
      return { trace, x, y, left, top, inside: left >= 0 && left <= x._length && top >= 0 && top <= y._length };
    }

    /**
     * The cursor tells where they are.
     * @returns {void}
     */
    mark() {
      const trace = this.onDrag && this.plot.data.find((/** @type {any} */ { meta }) => meta?.drags);
      const place = trace && this.plot.querySelector(`.draglayer .${trace.xaxis}${trace.yaxis} .nsewdrag`);
      if (place) place.style.cursor = "ns-resize";
    }

    /**
     * Pulling a bar: the pointer's height, in the units of the bar's axis, until it is let go.
     * @param {PointerEvent} event
     * @returns {void}
     */
    grab(event) {
      const at = this.bars(event);
      if (!at?.inside || !event.isPrimary || event.button !== 0) return;
      const number = Math.min(at.trace.y.length - 1, Math.max(0, Math.round(at.x.p2d(at.left))));
      const pull = (/** @type {PointerEvent} */ move) => {
        const now = move.pointerId === event.pointerId && this.bars(move); // a second finger does not pull, too
        if (!now) return;
        const { trace, y, top } = now;
        this.onDrag?.(trace.meta.drags, number, y.p2d(Math.min(y._length, Math.max(0, top))));
      };
      event.preventDefault();
      this.plot.setPointerCapture(event.pointerId);
      const leave = new AbortController();
      this.plot.addEventListener("pointermove", pull, leave);
      const up = (/** @type {PointerEvent} */ { pointerId }) => pointerId === event.pointerId && leave.abort();
      for (const end of ["pointerup", "pointercancel"]) this.plot.addEventListener(end, up, leave);
      pull(event);
    }

    /**
     * A finger on the bars pulls them and does not scroll the page.
     * @param {TouchEvent} event
     * @returns {void}
     */
    keep(event) {
      if (this.bars(event.touches[0])?.inside) event.preventDefault();
    }

    /**
     * Download the picture and its numbers.
     * @param {string} name
     * @returns {Promise<void>}
     */
    async save(name) {
      if (!this.latest) return;
      const figure = this.make(this.latest, true);
      const { height, width } = figure.layout;
      const numbers = URL.createObjectURL(new Blob([psnFigure.csv(figure)], { type: "text/csv" }));
      offer(`${name}.csv`, numbers);
      setTimeout(() => URL.revokeObjectURL(numbers), 10_000);
      figure.layout.paper_bgcolor = isDark(this.plot) ? "#111111" : "#ffffff";
      const drawn = await this.Plotly.toImage(figure, { format: "svg", width, height });
      offer(`${name}.svg`, drawn);
    }

    /** @returns {void} */
    close() {
      this.resizing.disconnect();
      this.theming.disconnect();
      this.scheme.removeEventListener("change", this.refit);
      this.Plotly.purge(this.plot);
    }
  }

  return { Canvas, textSize };
})();
