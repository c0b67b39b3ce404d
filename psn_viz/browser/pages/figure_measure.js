// @ts-check
// What a figure takes in px before it is drawn: its columns and rows, the lines of a heading, the labels of an axis.

/**
 * A band of a column: axes that stand at one height, the texts above it and those below it.
 * @typedef {{top: number, bottom: number, ys: string[], xs: string[], heads: any[], feet: any[], inside: any[]}} Row
 */
/**
 * Of each column that a part shows its rows from one to another, this one not included.
 * @typedef {{column: number, from: number, to: number}[]} Part
 */
const psnMeasure = (() => {
  const [LINE, LABELS, TITLE, LETTER] = [17, 19, 20, 15]; // px of a line of a heading, of the labels of an axis, of its title, of a label
  const OVER = 18; // px that the title of a y axis may be longer than its row
  const TITLED = 1.15; // how much larger than all else titles of axes are
  const MANY = 4; // lines of a heading that stands beside its row, where the width of one column is free
  const ENTRY = 28; // px of a mark with its text above, where a row is a list of them

  const pen = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  const plain = (/** @type {any} */ text) => String(text ?? "").replace(/<(?!br)[^>]*>/g, "");
  const lines = (/** @type {any} */ text) => plain(text).split(/<br *\/?>/);

  /**
   * @param {any} layout
   * @param {any} text
   * @returns {number} px of its longest line
   */
  function wide({ font }, text) {
    pen.font = `${/<b>/.test(text) ? "bold " : ""}${font.size}px ${font.family}`;
    return Math.max(...lines(text).map((line) => pen.measureText(line).width));
  }

  const named = (/** @type {string} */ id) => psnFigure.axisName(id.split(" ")[0]);
  const idOf = (/** @type {string} */ name) => name.replace("axis", "");

  /**
   * The columns of a figure, each with its rows from the top.
   * @param {Figure} figure
   * @returns {{from: number, to: number, rows: Row[]}[]}
   */
  function structure({ data, layout }) {
    /** @type {[number, number][]} */
    const columns = layout.meta?.columns ?? [[0, 1]];
    const made = columns.map(([from, to]) => ({ from, to, rows: /** @type {Row[]} */ ([]) }));
    const place = (/** @type {number} */ x) => made[Math.max(0, columns.map(([from]) => x >= from - 1e-6).lastIndexOf(true))];
    /** @type {Map<string, Set<string>>} the x axes of each y axis */
    const pairs = new Map();
    for (const { xaxis = "x", yaxis = "y" } of data) {
      pairs.set(named(yaxis), (pairs.get(named(yaxis)) ?? new Set()).add(named(xaxis)));
    }
    const highest = [...pairs].sort(([one], [two]) => layout[two].domain[1] - layout[one].domain[1]);
    for (const [y, xs] of highest) {
      const [bottom, top] = layout[y].domain;
      const { rows } = place(layout[[...xs][0]].domain[0]);
      const last = rows.at(-1);
      if (!last || last.bottom >= top - 1e-6) rows.push({ top, bottom, ys: [y], xs: [...xs], heads: [], feet: [], inside: [] });
      else {
        last.bottom = Math.min(last.bottom, bottom);
        last.ys.push(y);
        last.xs = [...new Set([...last.xs, ...xs])];
      }
    }
    for (const note of layout.annotations ?? []) {
      if (note.xref !== "paper" || note.yref !== "paper" || !note.text.trim()) continue;
      const { rows } = place(note.x);
      if (!rows.length) continue;
      if (note.yanchor === "middle") {
        rows.find(({ top, bottom }) => note.y <= top && note.y >= bottom)?.inside.push(note);
        continue;
      }
      const below = rows.findIndex(({ top }) => note.y > top - 0.02);
      if (note.yanchor === "top" && below !== 0) rows.at(below < 0 ? -1 : below - 1)?.feet.push(note);
      else rows.at(below)?.heads.push(note);
    }
    return made;
  }

  /**
   * The px of texts of which those that begin at the same place stand below each other.
   * @param {any[]} notes
   * @returns {number}
   */
  function high(notes) {
    /** @type {Object<string, number>} */
    const sums = {};
    for (const { x, text } of notes) sums[x.toFixed(2)] = (sums[x.toFixed(2)] ?? 0) + lines(text).length * LINE;
    return Math.max(0, ...Object.values(sums));
  }

  /**
   * Whether so much is said of a row that it is to stand beside it, where the width is free. Texts side by side stay.
   * @param {Row} row
   */
  const isWordy = ({ heads, feet }) =>
    high(heads) + high(feet) >= MANY * LINE && new Set(feet.map(({ x }) => x)).size < 2;

  /**
   * The labels of an axis, as far as they are known before it is drawn.
   * @param {any} axis
   * @returns {any[]}
   */
  function labelled({ tickvals, ticktext, tickmode, dtick, range, showticklabels, visible }) {
    if (showticklabels === false || visible === false) return [];
    if (tickvals) return [...(ticktext ?? tickvals)].filter((text) => String(text).trim());
    if (tickmode !== "linear" || !range) return ["0"];
    return Array.from({ length: Math.floor(Math.abs(range[1] - range[0]) / dtick) + 1 }, (_, n) => n * dtick);
  }

  /**
   * The px that a y axis needs for marks and texts that stand below each other in it; 0 where it holds no such list.
   * @param {any} layout
   * @param {string} y
   * @returns {number}
   */
  function listed(layout, y) {
    const axis = layout[y];
    const places = (layout.annotations ?? []).filter((/** @type {any} */ note) => !note.showarrow && note.yref === idOf(y))
      .map((/** @type {any} */ note) => note.y).sort((/** @type {number} */ one, /** @type {number} */ two) => one - two);
    const gaps = places.slice(1).map((/** @type {number} */ place, /** @type {number} */ n) => place - places[n]).filter((/** @type {number} */ gap) => gap > 0);
    const entries = gaps.length && axis.range ? Math.abs(axis.range[1] - axis.range[0]) / Math.min(...gaps) : 0;
    return gaps.length > 2 ? entries * ENTRY : 0;
  }

  /**
   * The px that a y axis needs for its title, its words, and the texts that stand below each other in it.
   * @param {any} layout
   * @param {string} y
   * @returns {number}
   */
  const needed = (layout, y) =>
    Math.max(worded(layout[y]), listed(layout, y), TITLED * wide(layout, layout[y].title?.text ?? "") - OVER);

  /**
   * Whether the lists of a figure have room at the height that it has.
   * @param {Figure} figure
   * @returns {boolean}
   */
  function holdsLists({ layout }) {
    const inner = layout.height - layout.margin.t - layout.margin.b;
    return Object.keys(layout).filter((name) => /^yaxis/.test(name)).every((y) =>
      listed(layout, y) <= (layout[y].domain[1] - layout[y].domain[0]) * inner);
  }

  const sum = (/** @type {number[]} */ values) => values.reduce((all, one) => all + one, 0);

  /**
   * How many labels of an axis are words, none of which can be left out.
   * @param {any} axis
   */
  const words = (axis) => labelled(axis).filter((text) => /\p{L}{3}/u.test(plain(text))).length;

  const onAxis = (/** @type {any} */ { type }, /** @type {number} */ value) => (type === "log" ? Math.log10(value) : value);

  /**
   * The px that the words along an axis need to stand below each other.
   * @param {any} axis
   * @returns {number}
   */
  function worded(axis) {
    if (!words(axis)) return 0;
    const places = [...axis.tickvals].map((value) => onAxis(axis, value)).sort((one, two) => one - two);
    const gap = Math.min(...places.slice(1).map((place, n) => place - places[n]));
    return LETTER * (axis.range && places.length > 1 ? Math.abs(axis.range[1] - axis.range[0]) / gap : places.length);
  }

  /**
   * The margin on the left that labels and title of the axes of a column take.
   * @param {Figure} figure
   * @param {Part} part of one column
   * @returns {number} px
   */
  function left(figure, [{ column, from, to }]) {
    const { layout } = figure;
    const axes = structure(figure)[column].rows.slice(from, to).flatMap(({ ys }) => ys).map((y) => layout[y]);
    const taken = axes.map((axis) => 8 + Math.max(0, ...labelled(axis).map((text) => wide(layout, text))) + (axis.title?.text ? TITLE + axis.title.standoff : 0));
    return Math.max(layout.margin.l, ...taken);
  }

  return { LINE, LABELS, TITLE, LETTER, plain, lines, wide, named, idOf, structure, high, isWordy, labelled, needed, holdsLists, words, onAxis, left, sum };
})();
