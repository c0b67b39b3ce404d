// Draws a figure that came as a spec with its number arrays beside it. Shared by the live panel and the frames page.
const psnDrawing = (() => {
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
      if (trace.meta?.scale) trace.colorscale = theme.scales[trace.meta.scale];
    }
    return figure;
  }

  // Long form: one row per number, so that traces of any shape fit one file.
  function csv(figure) {
    const rows = [["trace", "row", "column_or_x", "value"]];
    for (const { name, z, x, y } of figure.data) {
      if (z) z.forEach((line, row) => line.forEach((value, column) => rows.push([name, row, column, value])));
      else y.forEach((value, index) => rows.push([name, "", x ? x[index] : index, value]));
    }
    const cell = (value) => (/[",\n]/.test(value) ? `"${String(value).replaceAll('"', '""')}"` : value);
    return rows.map((row) => row.map((value) => (Number.isNaN(value) ? "" : cell(value))).join(",")).join("\n") + "\n";
  }

  function offer(name, href) {
    const link = Object.assign(document.createElement("a"), { href, download: name });
    document.body.append(link);
    link.click();
    link.remove();
  }

  class Canvas {
    constructor(Plotly, host, themes, onPoint) {
      this.Plotly = Plotly;
      this.themes = themes;
      this.onPoint = onPoint;
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
      if (this.drawn && this.plot.clientWidth && this.plot.clientWidth !== this.width) {
        this.width = this.plot.clientWidth;
        this.Plotly.relayout(this.plot, { width: this.width });
      }
    }

    async paint(make, alt) {
      this.latest = make;
      this.alt = alt;
      const figure = themed(make(), this.themes[isDark(this.plot) ? "dark" : "light"]);
      this.width = this.plot.clientWidth || this.width || 700;
      figure.layout.width = this.width;
      this.plot.setAttribute("role", "img");
      this.plot.setAttribute("aria-label", alt);
      this.caption.textContent = alt;
      await this.Plotly.react(this.plot, figure.data, figure.layout, { displayModeBar: false, displaylogo: false });
      if (!this.drawn) {
        this.drawn = true;
        this.plot.on("plotly_hover", ({ points: [point] }) => {
          const control = point?.data.meta?.points_at;
          if (control) this.onPoint?.(control, point.y);
        });
      }
      this.plot.dataset.painted = Number(this.plot.dataset.painted ?? 0) + 1;
    }

    async save(name) {
      const figure = themed(this.latest(), this.themes[isDark(this.plot) ? "dark" : "light"]);
      const { width } = this;
      const { height } = figure.layout;
      const numbers = URL.createObjectURL(new Blob([csv(figure)], { type: "text/csv" }));
      offer(`${name}.csv`, numbers);
      setTimeout(() => URL.revokeObjectURL(numbers), 10_000);
      figure.layout.paper_bgcolor = isDark(this.plot) ? "#111111" : "#ffffff";
      const drawn = await this.Plotly.toImage({ ...figure, layout: { ...figure.layout, width } }, { format: "svg", width, height });
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
