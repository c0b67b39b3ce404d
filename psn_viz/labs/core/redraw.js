// @ts-check
// Draws what changed of a figure. Plotly.react draws all of it anew as soon as one number is another: every label of
// every axis, every heading twice, every trace, which is most of the time between a slider and its picture.

const psnRedraw = (() => {
  let revision = 0;

  /**
   * Draw the whole figure.
   * @param {any} Plotly
   * @param {any} plot the element
   * @param {Figure} figure
   * @param {Object<string, any>} [config] for the first time
   * @returns {Promise<void>}
   */
  async function whole(Plotly, plot, { data, layout }, config) {
    revision += 1;
    const whole = { ...structuredClone(layout), datarevision: revision };
    await Plotly.react(plot, data.map(psnFigure.listed), whole, config);
  }

  /**
   * Go from the figure `before`, which `plot` shows, to `figure`, which differs from it by `changes`. The picture is
   * the one that `whole` would draw. False, and nothing done, where this plotly.js lacks what that takes.
   * @param {any} Plotly
   * @param {any} plot the element
   * @param {Figure} figure
   * @param {Figure} before
   * @param {Changes} changes
   * @returns {Promise<boolean>}
   */
  async function part(Plotly, plot, { data, layout }, before, { traces, axes }) {
    if (!plot.calcdata || !traces.every((n) => isKnown(plot._fullData?.[n]))) return false;
    // As long as the revision is the same, plotly takes lists of numbers for unchanged, and draws annotations and
    // shapes that changed one by one. Of all else it must get the very objects that it has, or it takes them for new.
    /** @type {Object<string, any>} */
    const settled = { ...structuredClone(layout), datarevision: plot.layout.datarevision };
    for (const [name, value] of Object.entries(layout)) {
      if (psnFigure.same(value, before.layout[name])) settled[name] = plot.layout[name];
    }
    for (const [name, scale] of Object.entries(axes)) {
      for (const key of Object.keys(scale)) settled[name][key] = plot.layout[name][key];
    }
    const settledData = data.map((trace, n) => {
      const { meta } = plot.data[n];
      return limited({ ...psnFigure.listed(trace), ...(meta && { meta }) }, before.data[n]);
    });
    await Plotly.react(plot, settledData, settled);
    if (!traces.every((n) => plot._fullData[n].visible === true)) { // a map without one number: plotly takes it off
      await whole(Plotly, plot, { data, layout });
      return true;
    }
    for (const n of traces) {
      for (const trace of [plot.data[n], plot._fullData[n]]) limited(trace, data[n]);
    }
    const parts = computed(plot, traces);
    if (Object.keys(axes).length) await scaled(Plotly, plot, layout, axes);
    else draw(plot, parts);
    for (const name of ["annotation", "shape-group"]) inOrder(plot, name);
    plot._fullLayout._rehover?.();
    return true;
  }

  /**
   * The trace, changed in place, with the limits of colours of another: at new ones plotly would draw all.
   * @param {any} trace
   * @param {any} other
   * @returns {any}
   */
  const limited = (trace, other) =>
    Object.assign(trace, trace.type === "heatmap" ? { zmin: other.zmin, zmax: other.zmax } : {});

  /**
   * Give axes their new ranges and ticks, which draws them, no other axis, and all traces. Titles keep away from
   * labels: where these take more or less room than before, axes with titles are drawn once more.
   * @param {any} Plotly
   * @param {any} plot
   * @param {Object<string, any>} layout
   * @param {Object<string, any>} axes
   * @returns {Promise<void>}
   */
  async function scaled(Plotly, plot, layout, axes) {
    const before = Object.keys(axes).map((name) => room(plot, name));
    /** @type {Object<string, any>} */
    const ranges = {};
    /** @type {Object<string, any>} */
    const titles = {};
    for (const [name, { range, ...ticks }] of Object.entries(axes)) {
      for (const axis of [plot.layout[name], plot._fullLayout[name]]) Object.assign(axis, ticks);
      ranges[`${name}.range`] = [...layout[name].range];
    }
    await Plotly.relayout(plot, ranges);
    Object.keys(axes).forEach((name, n) => {
      const { text, standoff = null } = layout[name].title ?? {};
      if (text && room(plot, name) !== before[n]) titles[`${name}.title.standoff`] = standoff;
    });
    if (Object.keys(titles).length) await Plotly.relayout(plot, titles);
  }

  /**
   * The room in px that the labels of an axis take beside it.
   * @param {HTMLElement} plot
   * @param {string} name
   * @returns {number}
   */
  function room(plot, name) {
    const side = name[0] === "x" ? "height" : "width";
    const labels = [...plot.querySelectorAll(`.${name.replace("axis", "")}tick text`)];
    return Math.max(0, ...labels.map((label) => label.getBoundingClientRect()[side]));
  }

  /**
   * Whether a trace is computed and drawn by the functions that plotly's own modules for traces all have, and its
   * error bars, if any, as `addErrors` does.
   * @param {any} trace
   * @returns {boolean}
   */
  const isKnown = (trace) =>
    ["calc", "plot", "style"].every((name) => typeof trace?._module?.[name] === "function")
    && [trace.error_x, trace.error_y].every((bars) => !bars?.visible || (bars.type === "data" && !bars.symmetric));

  /**
   * Compute where these traces lie, as Plots.doCalcdata does for all, and the subplots in which they are, with the
   * kind of trace that changed there.
   * @param {any} plot
   * @param {number[]} traces
   * @returns {{place: any, module: any}[]}
   */
  function computed(plot, traces) {
    /** @type {Map<string, {place: any, module: any}>} */
    const parts = new Map();
    for (const n of traces) {
      const { xaxis, yaxis, _module: module } = plot._fullData[n];
      const subplot = xaxis + yaxis;
      parts.set(`${subplot} ${module.name}`, { place: plot._fullLayout._plots[subplot], module });
    }
    for (const { place, module } of parts.values()) {
      // Bars make room for each other: all of a subplot are computed anew.
      for (const [n, trace] of plot._fullData.entries()) {
        if (!isIn(trace, place, module) || !(traces.includes(n) || module.crossTraceCalc)) continue;
        trace._extremes = {};
        const points = trace.visible === true && trace._length !== 0 ? module.calc(plot, trace) : null;
        plot.calcdata[n] = points?.[0] ? points : [{ x: undefined, y: undefined }];
        addErrors(plot.calcdata[n], trace);
        plot.calcdata[n][0].t ??= {};
        plot.calcdata[n][0].trace = trace;
      }
      module.crossTraceCalc?.(plot, place);
    }
    return [...parts.values()];
  }

  /**
   * The ends of error bars, of points that have numbers.
   * @param {any[]} points
   * @param {any} trace
   * @returns {void}
   */
  function addErrors(points, trace) {
    for (const letter of ["x", "y"]) {
      const { visible, array, arrayminus } = trace[`error_${letter}`] ?? {};
      if (!visible) continue;
      points.forEach((point, n) => {
        const [low, high] = [point[letter] - arrayminus[n], point[letter] + array[n]];
        if (Number.isFinite(low) && Number.isFinite(high)) [point[`${letter}s`], point[`${letter}h`]] = [low, high];
      });
    }
  }

  /**
   * @param {any} trace
   * @param {any} place a subplot
   * @param {any} module
   * @returns {boolean}
   */
  const isIn = (trace, place, module) =>
    trace._module === module && trace.xaxis === place.xaxis._id && trace.yaxis === place.yaxis._id;

  /**
   * Draw all traces of one kind in a subplot, for each of these.
   * @param {any} plot
   * @param {{place: any, module: any}[]} parts
   * @returns {void}
   */
  function draw(plot, parts) {
    for (const { place, module } of parts) {
      // As plotly does: a trace without points has no place among the drawn ones.
      const points = plot.calcdata.filter((/** @type {any} */ [{ trace }]) =>
        isIn(trace, place, module) && trace.visible === true && trace._length !== 0);
      const layer = place.plot.selectAll(`.${module.layerName ?? `${module.name}layer`}`);
      module.plot(plot, place, points, layer);
    }
    for (const module of new Set(parts.map((part) => part.module))) module.style(plot);
  }

  /**
   * Annotations or shapes lie over each other in the order of the figure, and over all else of their layer; what
   * plotly draws anew it puts on top.
   * @param {HTMLElement} plot
   * @param {string} name the class
   * @returns {void}
   */
  function inOrder(plot, name) {
    /** @type {Map<Element, SVGElement[]>} */
    const layers = new Map();
    for (const part of /** @type {NodeListOf<SVGElement>} */ (plot.querySelectorAll(`g.${name}[data-index]`))) {
      const layer = /** @type {Element} */ (part.parentElement);
      layers.set(layer, [...(layers.get(layer) ?? []), part]);
    }
    for (const [layer, parts] of layers) {
      const sorted = [...parts].sort((one, other) => Number(one.dataset.index) - Number(other.dataset.index));
      const last = [...layer.children].slice(-sorted.length);
      if (sorted.some((part, place) => part !== last[place])) layer.append(...sorted);
    }
  }

  return { whole, part };
})();
