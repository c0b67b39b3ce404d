// @ts-check
// The live panel. Its synced state is the figure: a reload or a second view draws the same picture.
const PLOTLY = "__psn_viz_plotly";
const ACTS = ["pointerdown", "keydown", "click"];

/**
 * The widget's model: what is synced with the kernel.
 * @typedef {{get: (name: string) => any, set: (name: string, value: any) => void, save_changes: () => void,
 *   send: (message: any) => void, on: (event: string, callback: (...given: any[]) => void) => void,
 *   off: (event: string, callback: (...given: any[]) => void) => void, widget_manager: any}} Model
 */

/**
 * plotly.js, once per page.
 * @param {Model} model
 * @returns {Promise<any>}
 */
function loadPlotly(model) {
  const page = /** @type {any} */ (globalThis);
  page[PLOTLY] ??= (async () => {
    const reference = model.get("plotly").replace("IPY_MODEL_", "");
    const library = await model.widget_manager.get_model(reference);
    // Evaluating it holds the page up for a moment: widgets that are still being set up go first.
    await new Promise((go) => (page.requestIdleCallback ?? setTimeout)(go));
    const module = { exports: /** @type {any} */ ({}) };
    new Function("module", "exports", "define", library.get("value"))(module, module.exports, undefined);
    return module.exports;
  })().catch((error) => {
    delete page[PLOTLY]; // the next panel tries again
    throw error;
  });
  return page[PLOTLY];
}

/**
 * @param {DataView} view
 * @returns {Float32Array}
 */
const floats = (view) => new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));

/**
 * Sliders of ipywidgets carry no accessible name, with or without a description; those of ipywidgets 7 do not even
 * say that they are sliders: their place on the track and the number beside it do.
 * @param {Element} root
 * @returns {void}
 */
function nameControls(root) {
  for (const row of root.querySelectorAll(".widget-inline-hbox, .jupyter-widget-inline-hbox, .widget-hslider")) {
    const label = row.querySelector(".widget-label")?.textContent?.trim();
    if (!label) continue;
    const meaning = row.closest(".psn-control")?.querySelector(".psn-meaning")?.textContent?.trim();
    for (const part of row.querySelectorAll("[role=slider], .ui-slider-handle, input, select, .widget-readout")) {
      part.setAttribute("aria-label", meaning ? `${label}: ${meaning}` : label);
    }
    for (const handle of /** @type {NodeListOf<HTMLElement>} */ (row.querySelectorAll(".ui-slider-handle"))) {
      const said = {
        role: "slider",
        "aria-valuemin": 0,
        "aria-valuemax": 100,
        "aria-valuenow": Number(parseFloat(handle.style.left).toFixed(1)) || 0,
        "aria-valuetext": row.querySelector(".widget-readout")?.textContent ?? "",
      };
      for (const [name, value] of Object.entries(said)) handle.setAttribute(name, String(value));
    }
  }
}

/**
 * The number beside a slider is read by ipywidgets, which would stop at a decimal comma and at the minus of print.
 * @param {Event} event
 * @returns {void}
 */
function readPlainly(event) {
  if (event instanceof KeyboardEvent && event.key !== "Enter") return;
  const typed = event.target;
  if (!(typed instanceof Element) || !typed.matches(".widget-readout[contenteditable]")) return;
  const minus = (typed.textContent ?? "").replace(/[−–‐‑﹣－]/g, "-");
  // 12,000 may be thousands: left alone, as psn_viz.read_numbers would refuse it.
  const plain = /^\s*[-+]?[1-9]\d{0,2},\d{3}\s*$/.test(minus) ? minus
    : minus.replace(/^(\s*[-+]?\d*),(\d+\s*)$/, "$1.$2");
  if (plain !== typed.textContent) typed.textContent = plain;
}

// Whether the reader has acted in the lab since the last click on Reset.
let acted = false;
/**
 * @param {Event} event
 * @returns {void}
 */
function noteActing(event) {
  const { target } = event;
  acted = !(event.type === "click" && target instanceof Element && target.closest(".psn-reset"));
}

/**
 * @param {{model: Model, el: HTMLElement}} place
 * @returns {Promise<() => void>}
 */
async function render({ model, el }) {
  el.classList.add("psn-panel");
  const Plotly = await loadPlotly(model);
  const tell = (/** @type {string} */ name, /** @type {any} */ value) => {
    acted = true;
    model.set(name, value);
    model.save_changes();
  };
  const canvas = new psnDrawing.Canvas(Plotly, el, model.get("themes"), {
    onPoint: (place) => tell("pointed", place),
    onDrag: (name, number, height) => tell("dragged", [name, number, height]),
    onChoose: (name, number) => tell("chosen", [name, number]),
  });
  const make = () => psnFigure.unpack(JSON.parse(model.get("spec")), (n) => floats(model.get(`a${n}`)));

  // At once if the page is idle, else one paint per animation frame, always of the newest state: a fast drag cannot
  // queue up stale ones.
  let waiting = false;
  let painted = 0;
  const paint = () => {
    waiting = false;
    canvas.paint(make, model.get("alt"));
    painted = performance.now();
  };
  const draw = () => {
    if (waiting) return;
    if (performance.now() - painted > 16) return paint();
    waiting = true;
    requestAnimationFrame(paint);
  };
  const heed = (/** @type {{save?: string, let_go?: boolean, ask_back?: boolean}} */ message) => {
    if (message.ask_back) model.send({ back: true, acted });
    if (message.save) canvas.save(message.save);
    if (message.let_go) canvas.held = "";
  };
  model.on("change:revision", draw);
  model.on("msg:custom", heed);
  if (model.get("spec")) await canvas.paint(make, model.get("alt"));

  // Classic Notebook renders a view before it is on the page: only there has it controls beside it.
  /** @type {Element | null | undefined} */
  let controls = null;
  const naming = new MutationObserver(() => controls && nameControls(controls));
  const arriving = new ResizeObserver(() => {
    if (!el.isConnected) return;
    arriving.disconnect();
    const lab = /** @type {HTMLElement | null} */ (el.closest(".psn-lab"));
    controls = lab?.querySelector(".psn-controls");
    if (!lab || !controls) return;
    psnKeys.keep(lab);
    for (const type of ["keydown", "blur"]) controls.addEventListener(type, readPlainly, true); // before ipywidgets
    for (const type of ACTS) controls.addEventListener(type, noteActing, true);
    controls.querySelector(".psn-error")?.setAttribute("role", "alert"); // read out when an error appears in it
    nameControls(controls);
    naming.observe(controls, { childList: true, subtree: true });
  });
  arriving.observe(el);
  return () => {
    model.off("change:revision", draw);
    model.off("msg:custom", heed);
    arriving.disconnect();
    naming.disconnect();
    for (const type of ["keydown", "blur"]) controls?.removeEventListener(type, readPlainly, true);
    for (const type of ACTS) controls?.removeEventListener(type, noteActing, true);
    canvas.close();
  };
}
export default { initialize: psnLateStart.initialize, render };
