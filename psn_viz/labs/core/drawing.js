// Draws a figure that came as a spec with its number arrays beside it. Shared by the live panel and the frames page.
const psnDrawing = (() => {
  const NARROW = 520; // px, the least width at which the columns of a figure do not run into each other

  const nested = (flat, shape) =>
    shape.length === 1 ? flat
      : Array.from({ length: shape[0] }, (_, row) => flat.subarray(row * shape[1], (row + 1) * shape[1]));

  // {"$array": n, "shape": […]} stands for the n-th array, float32.
  function unpack(node, array) {
    if (Array.isArray(node)) return node.map((item) => unpack(item, array));
    if (node === null || typeof node !== "object") return node;
    if ("$array" in node) return nested(array(node.$array), node.shape);
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, unpack(value, array)]));
  }

  // Works wherever the figure lands: the first opaque background behind it decides.
  function isDark(element) {
    for (let node = element; node; node = node.parentElement) {
      const [r, g, b, a = 1] = (getComputedStyle(node).backgroundColor.match(/[\d.]+/g) ?? []).map(Number);
      if (a > 0.5) return 0.2126 * r + 0.7152 * g + 0.0722 * b < 128;
    }
    return false;
  }

  function themed(figure, theme) {
    const { layout } = figure;
    layout.paper_bgcolor = "rgba(0,0,0,0)";
    layout.font.color = theme.text;
    for (const key of Object.keys(layout).filter((name) => /^[xy]axis/.test(name))) {
      Object.assign(layout[key], { gridcolor: theme.grid, linecolor: theme.line, zerolinecolor: theme.line });
    }
    for (const trace of figure.data) {
      const coloured = trace.type === "bar" ? trace.marker : trace;
      if (trace.meta?.scale) coloured.colorscale = theme.scales[trace.meta.scale];
    }
    return figure;
  }

  const GAP = 96; // between two parts that stand below each other: axis title of one, heading of the next

  // On a narrow page the columns of a figure stand one below the other instead of beside each other.
  function stacked({ data, layout }) {
    const columns = layout.meta?.columns ?? [];
    if (columns.length < 2) return;
    const { t, b } = layout.margin;
    const height = layout.height - t - b;
    const whole = columns.length * height + (columns.length - 1) * GAP;
    const place = (x) => Math.max(0, columns.findLastIndex(([from]) => x >= from - 1e-6));
    const wide = (x, n) => (x - columns[n][0]) / (columns[n][1] - columns[n][0]);
    const high = (y, n) => ((columns.length - 1 - n) * (height + GAP) + y * height) / whole;
    const axisOf = (letter, id) => layout[`${letter}axis${id.slice(1)}`];
    // A time axis that several parts share may lie in one column only; every other axis has its own.
    const columnOf = new Map();
    for (const { xaxis = "x", yaxis = "y" } of data) columnOf.set(yaxis, place(axisOf("x", xaxis).domain[0]));
    for (const [id, n] of columnOf) {
      const axis = axisOf("y", id);
      axis.domain = axis.domain.map((y) => high(y, n));
    }
    for (const key of Object.keys(layout).filter((name) => /^xaxis/.test(name))) {
      const n = place(layout[key].domain[0]);
      layout[key].domain = layout[key].domain.map((x) => Math.min(1, Math.max(0, wide(x, n))));
    }
    for (const note of layout.annotations ?? []) {
      if (note.xref !== "paper" || note.yref !== "paper") continue;
      const n = place(note.x);
      [note.x, note.y] = [wide(note.x, n), high(note.y, n)];
    }
    layout.height = whole + t + b;
  }

  // Long form: one row per number, so that traces of any shape fit one file. The mark in front tells Excel that it
  // is UTF-8; without it W ⊙ M becomes W âŠ™ M.
  const BYTE_ORDER_MARK = "\ufeff";

  function csv(figure) {
    const rows = [["trace", "row", "column_or_x", "value"]];
    for (const { name, z, x, y } of figure.data) {
      if (z) z.forEach((line, n) => line.forEach((value, m) => rows.push([name, y ? y[n] : n, x ? x[m] : m, value])));
      else y.forEach((value, index) => rows.push([name, "", x ? x[index] : index, value]));
    }
    const cell = (value) => (/[",\n]/.test(value) ? `"${String(value).replaceAll('"', '""')}"` : value);
    return BYTE_ORDER_MARK + rows.map((row) => row.map((value) => (Number.isNaN(value) ? "" : cell(value))).join(",")).join("\n") + "\n";
  }

  function offer(name, href) {
    const link = Object.assign(document.createElement("a"), { href, download: name });
    document.body.append(link);
    link.click();
    link.remove();
  }

  class Canvas {
    // `onPoint({control: value})` and `onDrag(name, number, height)` hear of the reader's pointer.
    constructor(Plotly, host, themes, { onPoint, onDrag } = {}) {
      this.Plotly = Plotly;
      Plotly.setPlotConfig({ logging: 0 }); // else it warns of every bar whose colour is a number on a scale
      this.themes = themes;
      this.onPoint = onPoint;
      this.onDrag = onDrag;
      this.plot = document.createElement("div");
      this.plot.className = "psn-plot";
      this.caption = document.createElement("p");
      this.caption.className = "psn-caption";
      this.caption.setAttribute("aria-live", "polite");
      host.append(this.plot, this.caption);
      this.resizing = new ResizeObserver(() => this.fit());
      this.resizing.observe(host);
      this.theming = new MutationObserver(() => this.latest && this.paint(this.latest, this.alt));
      this.theming.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-name", "class"] });
    }

    fit() {
      const width = this.plot.clientWidth;
      if (!this.drawn || !width) return;
      // What a prediction uncovers is painted before it is on the page, where nothing is behind it.
      if (isDark(this.plot) !== this.dark) return this.paint(this.latest, this.alt);
      if (width === this.width) return;
      if ((width < NARROW) !== (this.width < NARROW)) return this.paint(this.latest, this.alt);
      this.width = width;
      this.Plotly.relayout(this.plot, { width });
    }

    // The figure as it is drawn here: in the page's theme, at this width.
    make() {
      this.dark = isDark(this.plot);
      const figure = themed(this.latest(), this.themes[this.dark ? "dark" : "light"]);
      if (this.width < NARROW) stacked(figure);
      figure.layout.width = this.width;
      return figure;
    }

    async paint(make, alt) {
      this.latest = make;
      this.alt = alt;
      this.width = this.plot.clientWidth || this.width || 700;
      const figure = this.make();
      this.plot.setAttribute("role", "img");
      this.plot.setAttribute("aria-label", alt);
      this.caption.textContent = alt;
      await this.Plotly.react(this.plot, figure.data, figure.layout, { displayModeBar: false, displaylogo: false });
      if (!this.drawn) {
        this.drawn = true;
        this.plot.on("plotly_hover", ({ points: [point] }) => this.held || this.point(point));
        this.plot.on("plotly_click", ({ points: [point], event }) => this.hold(point, event));
        this.plot.addEventListener("pointerdown", (event) => this.grab(event));
        this.plot.addEventListener("touchstart", (event) => this.keep(event), { passive: false });
        this.fit(); // it may have come onto the page meanwhile
      }
      this.mark();
      this.plot.dataset.painted = Number(this.plot.dataset.painted ?? 0) + 1;
    }

    point(point) {
      const place = Object.entries(point?.data.meta?.points_at ?? {}).map(([letter, control]) => [control, point[letter]]);
      if (place.length) this.onPoint?.(Object.fromEntries(place));
      return place;
    }

    // A click holds the place, so that the pointer may leave for a slider; a second click on it lets go.
    hold(point, event) {
      // plotly tells of the last place that it noticed, which lags behind a quick hand: its axes know the true one.
      const box = this.plot.getBoundingClientRect();
      const pixels = { x: event.clientX - box.left - point.xaxis._offset, y: event.clientY - box.top - point.yaxis._offset };
      const at = { data: point.data };
      for (const letter of "xy") {
        const axis = point[`${letter}axis`];
        if (pixels[letter] < 0 || pixels[letter] > axis._length) return;
        at[letter] = Math.round(axis.p2d(pixels[letter]));
      }
      const place = String(this.point(at));
      if (place) this.held = place === this.held ? "" : place;
    }

    // The bars that can be pulled, if there are any: their trace, their axes, and a point in pixels of those.
    bars({ clientX, clientY }) {
      const trace = this.onDrag && this.plot.data.find(({ meta }) => meta?.drags);
      if (!trace) return null;
      const [x, y] = ["x", "y"].map((letter) => this.plot._fullLayout[`${letter}axis${trace[`${letter}axis`].slice(1)}`]);
      const box = this.plot.getBoundingClientRect();
      const [left, top] = [clientX - box.left - x._offset, clientY - box.top - y._offset];
      return { trace, x, y, left, top, inside: left >= 0 && left <= x._length && top >= 0 && top <= y._length };
    }

    // The cursor tells where they are.
    mark() {
      const trace = this.onDrag && this.plot.data.find(({ meta }) => meta?.drags);
      const place = trace && this.plot.querySelector(`.draglayer .${trace.xaxis}${trace.yaxis} .nsewdrag`);
      if (place) place.style.cursor = "ns-resize";
    }

    // Pulling a bar: the pointer's height, in the units of the bar's axis, until it is let go.
    grab(event) {
      const at = this.bars(event);
      if (!at?.inside || !event.isPrimary || event.button !== 0) return;
      const number = Math.min(at.trace.y.length - 1, Math.max(0, Math.round(at.x.p2d(at.left))));
      const pull = (move) => {
        const now = move.pointerId === event.pointerId && this.bars(move); // a second finger does not pull, too
        if (!now) return;
        const { trace, y, top } = now;
        this.onDrag(trace.meta.drags, number, y.p2d(Math.min(y._length, Math.max(0, top))));
      };
      event.preventDefault();
      this.plot.setPointerCapture(event.pointerId);
      const leave = new AbortController();
      this.plot.addEventListener("pointermove", pull, leave);
      for (const end of ["pointerup", "pointercancel"]) this.plot.addEventListener(end, (up) => up.pointerId === event.pointerId && leave.abort(), leave);
      pull(event);
    }

    // A finger on the bars pulls them and does not scroll the page.
    keep(event) {
      if (this.bars(event.touches[0])?.inside) event.preventDefault();
    }

    async save(name) {
      const figure = this.make();
      const { height, width } = figure.layout;
      const numbers = URL.createObjectURL(new Blob([csv(figure)], { type: "text/csv" }));
      offer(`${name}.csv`, numbers);
      setTimeout(() => URL.revokeObjectURL(numbers), 10_000);
      figure.layout.paper_bgcolor = isDark(this.plot) ? "#111111" : "#ffffff";
      const drawn = await this.Plotly.toImage(figure, { format: "svg", width, height });
      offer(`${name}.svg`, drawn);
    }

    close() {
      this.resizing.disconnect();
      this.theming.disconnect();
      this.Plotly.purge(this.plot);
    }
  }

  return { unpack, Canvas };
})();
