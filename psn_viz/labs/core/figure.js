// @ts-check
// Figures as data: unpacking what travels, the theme of the page, the order on a narrow one, what differs between
// two. Nothing here touches the page. Shared by the live panel and the frames page.

/**
 * A figure in plotly's format.
 * @typedef {{data: Object<string, any>[], layout: Object<string, any>}} Figure
 */
/**
 * Colours of a light or a dark page, as psn_viz's palette has them.
 * @typedef {{text: string, grid: string, line: string, letters: Object<string, string>, scales: Object<string, any>}} Theme
 */
/**
 * What has to be drawn to come from one figure to the next: traces by number, and of axes by name what their range
 * and ticks are now.
 * @typedef {{traces: number[], axes: Object<string, any>}} Changes
 */
const psnFigure = (() => {
  /**
   * The rows of a matrix that lies row by row in `flat`; a vector as it is.
   * @param {Float32Array} flat
   * @param {number[]} shape
   * @returns {Float32Array | Float32Array[]}
   */
  const nested = (flat, shape) =>
    shape.length === 1 ? flat
      : Array.from({ length: shape[0] }, (_, row) => flat.subarray(row * shape[1], (row + 1) * shape[1]));

  /**
   * A figure out of its spec, in which {"$array": n, "shape": […]} stands for the n-th array, float32.
   * @param {any} node
   * @param {(n: number) => Float32Array} array
   * @returns {any}
   */
  function unpack(node, array) {
    if (Array.isArray(node)) return node.map((item) => unpack(item, array));
    if (node === null || typeof node !== "object") return node;
    if ("$array" in node) return nested(array(node.$array), node.shape);
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, unpack(value, array)]));
  }

  // Else plotly measures every label of an axis again for every other one, to turn or hide those that have no room.
  const LABELS = { tickangle: 0, ticklabeloverflow: "allow" };

  // The colour of words in bold; a mark alone keeps the colour of what it is a mark of.
  const OF_LETTERS = /(?<=color:)#\w{6}(?="><b>[^━╌╍┅┉○●□┃▮◆✖▲])/g;

  /**
   * The figure, changed in place, in the colours of a page.
   * @param {Figure} figure
   * @param {Theme} theme
   * @returns {Figure}
   */
  function themed(figure, theme) {
    const { layout } = figure;
    layout.paper_bgcolor = "rgba(0,0,0,0)";
    layout.font.color = theme.text;
    const letters = (/** @type {any} */ colour) => theme.letters[colour] ?? colour;
    const written = (/** @type {string} */ text) => text.replace(OF_LETTERS, letters);
    const inked = (/** @type {any} */ part) => {
      if (typeof part?.text === "string") part.text = written(part.text);
      if (part?.font?.color) part.font = { ...part.font, color: letters(part.font.color) };
    };
    layout.annotations?.forEach(inked);
    const colours = { gridcolor: theme.grid, linecolor: theme.line, zerolinecolor: theme.line };
    for (const key of Object.keys(layout).filter((name) => /^[xy]axis/.test(name))) {
      Object.assign(layout[key], colours, LABELS);
      inked(layout[key].title);
      const { ticktext } = layout[key];
      if (ticktext) layout[key].ticktext = [...ticktext].map((text) => (typeof text === "string" ? written(text) : text));
    }
    for (const trace of figure.data) {
      const coloured = trace.type === "bar" ? trace.marker : trace;
      const inks = trace.textfont?.color;
      if (inks) trace.textfont.color = Array.isArray(inks) ? inks.map(letters) : letters(inks);
      if (trace.meta?.scale) coloured.colorscale = theme.scales[trace.meta.scale];
    }
    return figure;
  }

  const SMALLEST = 0.75; // the share of its letters' size that a heading keeps at least
  const GAP = 96; // px between two parts that stand below each other: axis title of one, heading of the next

  /**
   * On a narrow page the columns of a figure stand one below the other instead of beside each other. In place.
   * @param {Figure} figure
   * @returns {void}
   */
  function stacked({ data, layout }) {
    /** @type {[number, number][]} */
    const columns = layout.meta?.columns ?? [];
    if (columns.length < 2) return;
    const { t, b } = layout.margin;
    const height = layout.height - t - b;
    const whole = columns.length * height + (columns.length - 1) * GAP;
    /** @param {number} x */
    const place = (x) => Math.max(0, columns.map(([from]) => x >= from - 1e-6).lastIndexOf(true));
    /** @param {number} x @param {number} n */
    const wide = (x, n) => (x - columns[n][0]) / (columns[n][1] - columns[n][0]);
    /** @param {number} y @param {number} n */
    const high = (y, n) => ((columns.length - 1 - n) * (height + GAP) + y * height) / whole;
    // A time axis that several parts share may lie in one column only; every other axis has its own.
    const columnOf = new Map();
    for (const { xaxis = "x", yaxis = "y" } of data) columnOf.set(yaxis, place(layout[axisName(xaxis)].domain[0]));
    for (const [id, n] of columnOf) {
      const axis = layout[axisName(id)];
      axis.domain = axis.domain.map((/** @type {number} */ y) => high(y, n));
    }
    for (const key of Object.keys(layout).filter((name) => /^xaxis/.test(name))) {
      const n = place(layout[key].domain[0]);
      layout[key].domain = layout[key].domain.map((/** @type {number} */ x) => Math.min(1, Math.max(0, wide(x, n))));
    }
    for (const note of layout.annotations ?? []) {
      if (note.xref !== "paper" || note.yref !== "paper") continue;
      const n = place(note.x);
      [note.x, note.y] = [wide(note.x, n), high(note.y, n)];
    }
    layout.height = whole + t + b;
  }

  /**
   * The figure at another height, with no letters smaller than those of its axes. In place.
   * @param {Figure} figure
   * @param {number} height px
   * @returns {void}
   */
  function filling({ data, layout }, height) {
    const least = layout.font.size;
    layout.height = height;
    const axes = Object.keys(layout).filter((name) => /^[xy]axis/.test(name)).map((name) => layout[name].tickfont);
    const notes = (layout.annotations ?? []).map((/** @type {any} */ note) => note.font);
    const texts = data.flatMap(({ textfont, colorbar, marker }) => [textfont, colorbar?.tickfont, marker?.colorbar?.tickfont]);
    for (const font of [...axes, ...notes, ...texts]) {
      if (Array.isArray(font?.size)) font.size = font.size.map((/** @type {number} */ size) => Math.max(size, least));
      else if (font?.size < least) font.size = least;
    }
    for (const trace of data) if (trace.texttemplate) trace.textfont = { size: least, ...trace.textfont }; // else as small as its tile
  }

  /**
   * The figure with larger letters and marks, and as much more room for them. In place.
   * @param {Figure} figure
   * @param {number} by how many times as large
   * @returns {void}
   */
  function enlarged({ data, layout }, by) {
    const axes = Object.keys(layout).filter((name) => /^[xy]axis/.test(name)).map((name) => layout[name]);
    const notes = layout.annotations ?? [];
    const fonts = [layout.font, ...axes.flatMap(({ tickfont, title }) => [tickfont, title?.font]), ...notes.map((/** @type {any} */ note) => note.font),
      ...data.flatMap(({ textfont, colorbar, marker }) => [textfont, colorbar?.tickfont, marker?.colorbar?.tickfont])];
    for (const font of new Set(fonts)) {
      if (font?.size) font.size = Array.isArray(font.size) ? font.size.map((/** @type {number} */ size) => size * by) : font.size * by;
    }
    for (const { type, marker } of data) { // letters may stand in a mark
      if (type !== "scatter" || !marker?.size) continue;
      marker.size = typeof marker.size === "number" ? marker.size * by : [...marker.size].map((size) => size * by);
    }
    layout.height *= by;
    for (const side of Object.keys(layout.margin)) layout.margin[side] *= by;
    for (const { title } of axes) if (title?.standoff) title.standoff *= by;
    for (const note of notes) {
      for (const key of ["xshift", "yshift"]) if (note[key]) note[key] *= by;
      for (const key of ["ax", "ay"]) if (note[key] && !note[`${key}ref`]) note[key] *= by;
    }
  }

  /**
   * Smaller letters for headings that would leave the figure on the right, which is so wide. In place.
   * @param {Figure} figure
   * @param {number} width px
   * @param {(text: string, font: string) => number} measure px of the longest line of a text, in a font as CSS has it
   * @returns {void}
   */
  function within({ layout }, width, measure) {
    for (const note of layout.annotations ?? []) {
      const { l, r } = layout.margin;
      if (note.xref !== "paper" || note.yref !== "paper" || note.xanchor !== "left") continue;
      const size = note.font?.size ?? layout.font.size;
      const share = (width - l - note.x * (width - l - r) - (note.xshift ?? 0)) / measure(note.text, `${size}px ${layout.font.family}`);
      // In steps, so that they do not change with each number of it.
      if (share < 1) note.font = { ...note.font, size: size * Math.max(SMALLEST, Math.floor(20 * share) / 20) };
    }
  }

  /**
   * The layout's name of the axis that a trace calls x, y, x2, …: xaxis, yaxis, xaxis2, …
   * @param {string} id
   * @returns {string}
   */
  const axisName = (id) => `${id[0]}axis${id.slice(1)}`;

  // The mark in front tells Excel that it is UTF-8; without it W ⊙ M becomes W âŠ™ M.
  const BYTE_ORDER_MARK = "\ufeff";

  /**
   * The numbers of a figure in long form: one row per number, so that traces of any shape fit one file. Of a trace with
   * `meta.has_values` those in `customdata`, for its places say nothing; of one with `meta.drawn_only` none.
   * @param {Figure} figure
   * @returns {string}
   */
  function csv(figure) {
    /** @type {any[][]} */
    const rows = [["trace", "row", "column_or_x", "value"]];
    for (const { name, z, x, y, customdata, meta } of figure.data) {
      if (meta?.drawn_only) continue;
      if (z) {
        z.forEach((/** @type {Float32Array} */ line, /** @type {number} */ n) => line.forEach((value, m) => {
          rows.push([name, y ? y[n] : n, x ? x[m] : m, value]);
        }));
      } else {
        const values = meta?.has_values ? customdata : y;
        values.forEach((/** @type {any} */ value, /** @type {number} */ n) => {
          rows.push([name, "", x ? x[n] : n, value]);
        });
      }
    }
    /** @param {any} value */
    const cell = (value) => (/[",\n]/.test(value) ? `"${String(value).replaceAll('"', '""')}"` : value);
    const lines = rows.map((row) => row.map((value) => (Number.isNaN(value) ? "" : cell(value))).join(","));
    return `${BYTE_ORDER_MARK}${lines.join("\n")}\n`;
  }

  /**
   * Whether two parts of figures hold the same; NaN is the same as NaN.
   * @param {any} one
   * @param {any} other
   * @returns {boolean}
   */
  function same(one, other) {
    if (Object.is(one, other)) return true;
    if (one === null || other === null || typeof one !== "object" || typeof other !== "object") return false;
    if (isList(one) || isList(other)) {
      if (!isList(one) || !isList(other) || one.length !== other.length) return false;
      for (let n = 0; n < one.length; n++) if (!same(one[n], other[n])) return false;
      return true;
    }
    const keys = Object.keys(one);
    return keys.length === Object.keys(other).length
      && keys.every((key) => key in other && same(one[key], other[key]));
  }

  /**
   * @param {any} value
   * @returns {boolean}
   */
  const isList = (value) => Array.isArray(value) || ArrayBuffer.isView(value);

  /**
   * A trace as plotly notices no change of its numbers by itself: their lists are arrays that are not typed.
   * @param {any} trace
   * @returns {any}
   */
  const listed = (trace) =>
    Object.fromEntries(Object.entries(trace).map(([key, value]) => [
      key,
      ArrayBuffer.isView(value) ? Array.from(/** @type {Float32Array} */ (value))
        : value !== null && typeof value === "object" && !Array.isArray(value) ? listed(value) : value,
    ]));

  /**
   * Whether the numbers of a trace, and of a heat map the limits of its colours, are all that differs.
   * @param {any} before
   * @param {any} now
   * @returns {boolean}
   */
  function differInNumbers(before, now) {
    const keys = Object.keys(now);
    return keys.length === Object.keys(before).length && keys.every((key) => {
      const [one, other] = [before[key], now[key]];
      if (same(one, other) || (isList(one) && isList(other))) return true;
      if (key === "zmin" || key === "zmax") return typeof one === typeof other;
      return isPlain(one) && isPlain(other) && differInNumbers(one, other);
    });
  }

  /**
   * @param {any} value
   * @returns {boolean}
   */
  const isPlain = (value) => value !== null && typeof value === "object" && !isList(value);

  /**
   * What changed from one figure to the next, or null where all of it has to be drawn: where traces or attributes
   * come or go, where an axis is as wide as its data, or where more of the layout changed than what axes, annotations and
   * shapes show.
   * @param {Figure} before
   * @param {Figure} now
   * @returns {Changes | null}
   */
  function changes(before, now) {
    if (before.data.length !== now.data.length) return null;
    const traces = [...now.data.keys()].filter((n) => !same(before.data[n], now.data[n]));
    for (const n of traces) {
      const { xaxis = "x", yaxis = "y" } = now.data[n];
      if (!differInNumbers(before.data[n], now.data[n])) return null;
      if ([xaxis, yaxis].some((id) => now.layout[axisName(id)]?.range === undefined)) return null;
    }
    /** @type {Object<string, any>} */
    const axes = {};
    const names = Object.keys(now.layout);
    if (names.length !== Object.keys(before.layout).length) return null;
    for (const name of names) {
      const [one, other] = [before.layout[name], now.layout[name]];
      if (same(one, other)) continue;
      if (name === "annotations" || name === "shapes") {
        if (one?.length !== other.length) return null;
      } else {
        const scale = /^[xy]axis\d*$/.test(name) && one && ofAxis(one, other);
        if (!scale) return null;
        if (Object.keys(scale).length) axes[name] = scale;
      }
    }
    return { traces, axes };
  }

  // What an axis can change of itself without one of the others moving.
  const SCALE = ["range", "dtick", "tick0", "tickvals", "ticktext"];

  /**
   * Range and ticks of an axis, where they are others now; its title may be another, too. Null where more is.
   * @param {Object<string, any>} before
   * @param {Object<string, any>} now
   * @returns {Object<string, any> | null}
   */
  function ofAxis(before, now) {
    const keys = Object.keys(now);
    if (keys.length !== Object.keys(before).length || keys.some((key) => !(key in before))) return null;
    const others = keys.filter((key) => !same(before[key], now[key]));
    const scale = others.filter((key) => SCALE.includes(key));
    if (scale.length && !now.range) return null;
    if (others.some((key) => key !== "title" && !SCALE.includes(key))) return null;
    return Object.fromEntries(scale.map((key) => [key, now[key]]));
  }

  return { nested, unpack, themed, stacked, filling, enlarged, within, csv, same, listed, changes, axisName };
})();
