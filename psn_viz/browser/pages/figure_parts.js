// @ts-check
// A figure in front of a class: its letters are large, so it may have room for a part of itself only. Which parts those
// are, and where all that a part shows stands, with room for every line of a heading and every label of an axis.
const psnParts = (() => {
  const { LINE, LABELS, TITLE, LETTER, plain, lines, wide, named, idOf, structure, high, isWordy, labelled, needed, words, onAxis, left, sum } = psnMeasure;
  const [TOP, APART, LOWEST] = [10, 13, 28]; // px above all, between two rows, of a row
  const SMALLEST = 0.38; // the share of its height on any other page that a row has at least
  const TOGETHER = 0.3; // the same of a row whose axis of time others share: apart they would say less
  const DRAWN = 0.75; // the same of a drawing, whose texts stand in it
  const HALF = 0.48; // the share of the width that a line has of which two stand beside each other
  const SPARE = 12; // px that a line may be longer than what it has

  /**
   * Which y axis an x axis of a part stands at: its own, or the lowest one in sight that has it.
   * @param {any} layout
   * @param {Row[]} rows
   * @param {string} x
   * @returns {string}
   */
  function anchor(layout, rows, x) {
    const own = named(layout[x].anchor ?? "y");
    if (rows.some(({ ys }) => ys.includes(own))) return own;
    return /** @type {string} */ (rows.filter(({ xs }) => xs.includes(x)).at(-1)?.ys.at(-1));
  }

  /**
   * Where all of one column of a part stands: long headings above their rows, or beside them where that leaves more.
   * @param {Figure} figure
   * @param {Row[]} rows
   * @param {number} width px of the column
   * @param {number} height px of all rows
   * @param {number} own px that a whole figure is high on any other page
   * @param {boolean} free whether there is no other column
   * @param {number} heads px that headings of the first row have at least
   */
  function stack(figure, rows, width, height, own, free, heads) {
    const above = stacked(figure, rows, width, height, own, 0, heads);
    const most = Math.max(0, ...rows.filter(isWordy).flatMap(({ heads, feet }) => [...heads, ...feet]).map(({ text }) => wide(figure.layout, text)));
    if (!free || !most || most > 0.6 * width) return above;
    const beside = stacked(figure, rows, width, height, own, most, heads);
    if (above.fits !== beside.fits) return above.fits ? above : beside;
    return sum(above.px) >= sum(beside.px) * beside.share ? above : beside;
  }

  /**
   * @param {Figure} figure
   * @param {Row[]} rows
   * @param {number} width
   * @param {number} height
   * @param {number} own
   * @param {number} most px of the longest line of the headings that stand beside, or 0
   * @param {number} heads px that headings of the first row have at least
   */
  function stacked({ layout }, rows, width, height, own, most, heads) {
    const share = most ? 1 - (most + 24) / width : 1;
    const aside = (/** @type {Row} */ row) => most > 0 && isWordy(row);
    const anchors = new Map([...new Set(rows.flatMap(({ xs }) => xs))].map((x) => [x, anchor(layout, rows, x)]));
    const below = rows.map((row, n) => {
      const { ys, xs } = row;
      const feet = aside(row) ? [] : row.feet;
      const under = xs.filter((x) => ys.includes(/** @type {string} */ (anchors.get(x))) && layout[x].visible !== false).map((x) =>
        (labelled(layout[x]).length ? LABELS : 0) + (layout[x].title?.text ? TITLE : 0));
      const labels = Math.max(0, ...under);
      if (n < rows.length - 1) return { labels, px: labels + high(feet) + APART };
      return { labels, px: feet.length ? Math.max(0, labels + high(feet) + APART - layout.margin.b) : 0 };
    });
    const above = rows.map((row, n) => (aside(row) ? 0 : Math.max(n ? 0 : heads, high(row.heads))));
    const wanted = rows.map(({ top, bottom }) => (top - bottom) * own);
    const least = rows.map((row, n) => Math.max(Math.min(LOWEST, wanted[n]), (row.ys.some((y) => layout[y].visible === false) ? DRAWN : isShared(rows, row) ? TOGETHER : SMALLEST) * wanted[n],
      aside(row) ? high(row.heads) + high(row.feet) : 0,
      ...row.ys.map((y) => needed(layout, y) / share_(layout[y].domain, row))));
    const room = height - sum([...above, ...below.map(({ px }) => px)]);
    return { share, aside, anchors, above, below, px: shared(wanted, least, room), fits: sum(least) <= room };
  }

  const isShared = (/** @type {Row[]} */ rows, /** @type {Row} */ row) => rows.some((other) => other !== row && other.xs.some((x) => row.xs.includes(x)));

  /** @param {number[]} domain @param {Row} row @returns {number} the share of its row that an axis has */
  const share_ = ([low, up], { top, bottom }) => (up - low) / (top - bottom);

  /**
   * Room for all as they want it, where none gets less than its least.
   * @param {number[]} wanted
   * @param {number[]} least
   * @param {number} room
   * @returns {number[]}
   */
  function shared(wanted, least, room) {
    if (sum(least) >= room) return least.map((one) => one * Math.max(room, 1) / sum(least));
    /** @type {Set<number>} */
    const settled = new Set();
    for (;;) {
      const left = room - sum(least.filter((_, n) => settled.has(n)));
      const by = left / sum(wanted.filter((_, n) => !settled.has(n)));
      const short = wanted.findIndex((one, n) => !settled.has(n) && one * by < least[n]);
      if (short < 0) return wanted.map((one, n) => (settled.has(n) ? least[n] : one * by));
      settled.add(short);
    }
  }

  /**
   * Where a part of a figure would stand in so many px, and whether all of it has room there.
   * @param {Figure} figure
   * @param {Part} part
   * @param {number} width
   * @param {number} height
   */
  function plan(figure, part, width, height) {
    const { layout } = figure;
    const { r, b, t } = layout.margin;
    const columns = structure(figure);
    const free = part.length === 1;
    const l = free ? left(figure, part) : layout.margin.l;
    const [inner, high_] = [width - l - r, height - TOP - b];
    let fits = true;
    // Rows side by side stand at one height, however long the heading of one of them is: lines go through all of them.
    const first = free || columns.some(({ rows }) => rows.length > 1) ? [] : part.map(({ column }) => high(columns[column].rows[0].heads));
    const heads = Math.max(0, ...first);
    const stacks = part.map(({ column, from, to }, n) => {
      const rows = columns[column].rows.slice(from, to);
      const span = columns[column].to - columns[column].from;
      const own = free ? inner : span * inner;
      const made = stack(figure, rows, own, high_, layout.height - t - b, free, heads);
      fits &&= made.fits;
      const [start, end] = free ? [columns[column].from, columns[column].to]
        : [columns[column].from, part[n + 1] ? columns[part[n + 1].column].from : 1 + r / inner];
      const px = free ? inner / span : inner; // of a figure that is one wide
      for (const row of rows) {
        if (made.aside(row)) continue;
        for (const note of [...row.heads, ...row.feet]) {
          const others = row.heads.includes(note) ? row.heads : row.feet;
          const next = Math.min(end, ...others.map(({ x }) => x).filter((x) => x > note.x + 0.01));
          fits &&= wide(layout, note.text) + (note.xshift ?? 0) <= (next - note.x) * px * (next === end ? 1 : made.share) + SPARE + (free ? r : 0);
        }
      }
      for (const note of layout.annotations ?? []) {
        if (note.yref === "paper" || note.showarrow || note.xanchor !== "left" || !rows.some(({ ys }) => ys.includes(named(note.yref)))) continue;
        const { domain, range } = layout[named(note.xref)];
        if (!range) continue;
        const at = domain[0] + (note.x - range[0]) / (range[1] - range[0]) * (domain[1] - domain[0]);
        fits &&= wide(layout, note.text) <= (end - at) * px * made.share + SPARE;
      }
      return { ...made, rows, start, end: columns[column].to };
    });
    const large = Math.min(...stacks.map(({ px, rows }) => sum(px) / sum(rows.map(({ top, bottom }) => top - bottom))));
    return { stacks, fits, free, large, left: l, inner, height: high_ };
  }

  /**
   * The parts that a figure is shown in: all of it where that has room, else its columns, else what stands below a
   * heading in them, as much at a time as has room.
   * @param {Figure} figure
   * @param {number} width
   * @param {number} height
   * @returns {Part[]}
   */
  function parts(figure, width, height) {
    const columns = structure(figure);
    const whole = columns.map(({ rows }, column) => ({ column, from: 0, to: rows.length }));
    if (plan(figure, whole, width, height).fits) return [whole];
    return columns.flatMap(({ rows }, column) => {
      const starts = [...rows.keys()].filter((n) => n === 0 || rows[n].heads.length);
      const cuts = subsets(starts.slice(1)).map((inner) => {
        const ends = [0, ...inner, rows.length];
        const found = inner.concat(rows.length).map((to, n) => [{ column, from: ends[n], to }]);
        return { found, plans: found.map((part) => plan(figure, part, width, height)) };
      });
      const missed = (/** @type {any} */ { plans }) => plans.filter((/** @type {any} */ one) => !one.fits).length;
      const least = (/** @type {any} */ { plans }) => Math.min(...plans.map((/** @type {any} */ one) => one.large));
      cuts.sort((one, two) => missed(one) - missed(two) || one.found.length - two.found.length || least(two) - least(one));
      return cuts[0].found;
    });
  }

  /**
   * @param {number[]} values
   * @returns {number[][]}
   */
  const subsets = (values) => values.reduce((all, value) => [...all, ...all.map((one) => [...one, value])], /** @type {number[][]} */ ([[]]));

  /**
   * The part of a figure alone, in so many px. In place.
   * @param {Figure} figure
   * @param {Part} part
   * @param {number} width
   * @param {number} height
   * @returns {void}
   */
  function arranged(figure, part, width, height) {
    const { layout } = figure;
    const { stacks, free, left: l, inner: across_, height: inner } = plan(figure, part, width, height);
    /** @type {Set<string>} */
    const kept = new Set();
    /** @type {Set<any>} */
    const notes = new Set();
    for (const { rows, start, end, share, aside, anchors, above, below, px } of stacks) {
      const across = (/** @type {number} */ x) => (free ? (x - start) / (end - start) * share : x);
      let y = inner;
      rows.forEach((row, n) => {
        y -= above[n];
        const [top, bottom] = [y, y - px[n]];
        const along = (/** @type {number} */ at) =>
          Math.min(1, Math.max(0, (bottom + (at - row.bottom) / (row.top - row.bottom) * px[n]) / inner));
        for (const name of row.ys) {
          kept.add(name);
          layout[name].domain = layout[name].domain.map(along);
          rarer(layout[name], (layout[name].domain[1] - layout[name].domain[0]) * inner, LETTER);
        }
        settle(row.heads, aside(row) ? top - high(row.heads) : top, inner);
        settle(row.feet, aside(row) ? top - high(row.heads) - high(row.feet) : bottom - below[n].labels - high(row.feet), inner);
        if (aside(row)) for (const note of [...row.heads, ...row.feet]) Object.assign(note, { x: share + 24 / across_, xshift: 0 });
        for (const note of [...row.heads, ...row.feet]) {
          notes.add(note);
          if (!aside(row)) note.x = across(note.x);
        }
        for (const note of row.inside) {
          notes.add(note);
          Object.assign(note, { x: across(note.x), y: along(note.y) });
        }
        y = bottom - below[n].px;
      });
      for (const [x, at] of anchors) {
        kept.add(x);
        layout[x].anchor = idOf(at);
        layout[x].domain = layout[x].domain.map(across).map((/** @type {number} */ one) => Math.min(1, Math.max(0, one)));
        const px_ = (layout[x].domain[1] - layout[x].domain[0]) * across_;
        rarer(layout[x], px_, 10 + Math.max(0, ...labelled(layout[x]).map((text) => wide(layout, text))));
      }
    }
    figure.data = figure.data.filter(({ yaxis = "y" }) => kept.has(named(yaxis)));
    parted(figure, inner);
    const seen = (/** @type {string | undefined} */ ref, /** @type {string} */ usual) => ref === "paper" || kept.has(named(ref ?? usual));
    layout.annotations = (layout.annotations ?? []).filter((/** @type {any} */ note) =>
      notes.has(note) || (note.yref !== "paper" && seen(note.xref, "x") && seen(note.yref, "y")));
    layout.shapes = (layout.shapes ?? []).filter((/** @type {any} */ shape) => seen(shape.xref, "x") && seen(shape.yref, "y"));
    for (const name of Object.keys(layout)) if (/^[xy]axis/.test(name) && !kept.has(name)) delete layout[name];
    layout.margin = { ...layout.margin, t: TOP, l };
  }

  /**
   * Spikes no higher than that those of two rows stay apart, where all axes have so many px. In place.
   * @param {Figure} figure
   * @param {number} inner
   */
  function parted({ data, layout }, inner) {
    /** @type {Map<string, number[]>} where rows of spikes are, by y axis */
    const rows = new Map();
    const spikes = data.filter(({ marker }) => marker?.symbol === "line-ns");
    for (const { y, yaxis = "y" } of spikes) {
      const at = [...y].find((one) => one !== null && !Number.isNaN(one));
      if (at !== undefined) rows.set(yaxis, [...(rows.get(yaxis) ?? []), at]);
    }
    for (const { marker, yaxis = "y" } of spikes) {
      const { domain, range, tickvals } = layout[named(yaxis)];
      const places = [...(rows.get(yaxis) ?? []), ...(tickvals?.length > 1 ? tickvals : [])].sort((one, two) => one - two);
      const gaps = places.slice(1).map((place, n) => place - places[n]).filter((gap) => gap > 0);
      if (!range || !gaps.length) continue;
      const gap = Math.min(...gaps) / Math.abs(range[1] - range[0]) * (domain[1] - domain[0]) * inner;
      marker.size = Math.min(marker.size, gap / 2); // it is drawn 1.4 times as high
    }
  }

  const isWhole = (/** @type {string} */ line) => ["b", "span", "sub", "sup"].every((tag) =>
    line.split(`<${tag}`).length === line.split(`</${tag}>`).length);

  /**
   * The annotations of a figure of one column, where lines of a heading that are short stand in two columns: what they
   * leave is for the plots.
   * @param {Figure} figure
   * @param {number} width px
   * @returns {any[]}
   */
  function flowed(figure, width) {
    const { layout } = figure;
    const columns = structure(figure);
    const notes = layout.annotations ?? [];
    if (columns.length > 1) return notes;
    const inner = width - left(figure, [{ column: 0, from: 0, to: columns[0].rows.length }]) - layout.margin.r;
    const alone = columns[0].rows.filter(({ heads }) => heads.length === 1).map(({ heads: [head] }) => head);
    return notes.flatMap((/** @type {any} */ note) => {
      const all = String(note.text).split(/<br *\/?>/);
      if (!alone.includes(note) || note.x !== 0 || all.length < 2 || !all.every(isWhole) || wide(layout, note.text) > HALF * inner) return [note];
      const half = Math.ceil(all.length / 2);
      const right = [...all.slice(half), ...Array(2 * half - all.length).fill(" ")]; // the tops are level
      return [{ ...note, text: all.slice(0, half).join("<br>") }, { ...note, x: 0.5, text: right.join("<br>") }];
    });
  }

  /**
   * Put texts above a height, in px, those that begin at the same place below each other.
   * @param {any[]} notes
   * @param {number} bottom
   * @param {number} inner
   */
  function settle(notes, bottom, inner) {
    /** @type {Object<string, number>} */
    const used = {};
    for (const note of [...notes].sort((one, two) => one.y - two.y)) {
      const at = note.x.toFixed(2);
      const up = (used[at] ?? 0) + lines(note.text).length * LINE;
      if (note.yanchor === "top") note.y = (bottom + up) / inner;
      else note.y = (bottom + (used[at] ?? 0)) / inner;
      used[at] = up;
    }
  }

  /**
   * Fewer labels on an axis that has so many px, where each takes `letter` of them. Words stay.
   * @param {any} axis
   * @param {number} px
   * @param {number} letter
   */
  function rarer(axis, px, letter) {
    const { tickvals, ticktext, range } = axis;
    if (tickvals && range) {
      const at = (/** @type {number} */ value) => (onAxis(axis, value) - range[0]) / (range[1] - range[0]) * px;
      const named_ = (/** @type {number} */ n) => Number(/[^\d.,−-]/.test(plain(ticktext?.[n])));
      /** @type {number[]} */
      const kept = [];
      if (words(axis)) return;
      for (const n of [...tickvals.keys()].sort((one, two) => named_(two) - named_(one) || one - two)) {
        if (kept.every((other) => Math.abs(at(tickvals[n]) - at(tickvals[other])) >= letter)) kept.push(n);
      }
      kept.sort((one, two) => one - two);
      axis.tickvals = kept.map((n) => tickvals[n]);
      if (ticktext) axis.ticktext = kept.map((n) => ticktext[n]);
    } else if (axis.tickmode === "linear") {
      const most = Math.max(1, Math.floor(px / letter));
      while (labelled(axis).length > most && labelled(axis).length > 2) axis.dtick *= 2;
    } else if (!tickvals) axis.nticks = Math.max(2, Math.min(axis.nticks ?? 5, Math.floor(px / (1.6 * LETTER))));
  }

  /**
   * Which part has these words in a heading, or in the title of an axis: its number from 0, or 0 where none has.
   * @param {Figure} figure
   * @param {Part[]} those
   * @param {string} words
   * @returns {number}
   */
  function saying(figure, those, words) {
    const columns = structure(figure);
    const texts = (/** @type {Row} */ { heads, feet, ys, xs }) => [...heads.concat(feet).map(({ text }) => text), ...[...ys, ...xs].map((axis) => figure.layout[axis].title?.text)];
    return Math.max(0, those.findIndex((part) => part.some(({ column, from, to }) =>
      columns[column].rows.slice(from, to).flatMap(texts).some((text) => plain(text).includes(words)))));
  }

  /**
   * What two figures have alike whose parts can be the same.
   * @param {Figure} figure
   * @returns {string}
   */
  const shape = (figure) => structure(figure).map(({ rows }) => rows.length).join(" ");

  return { parts, arranged, flowed, parted, saying, shape };
})();
