// The live panel. Its synced state is the figure: a reload or a second view draws the same picture.
const PLOTLY = "__psn_viz_plotly";

function loadPlotly(model) {
  globalThis[PLOTLY] ??= (async () => {
    const reference = model.get("library").replace("IPY_MODEL_", "");
    const library = await model.widget_manager.get_model(reference);
    // Evaluating it holds the page up for a moment: widgets that are still being set up go first.
    await new Promise((go) => (globalThis.requestIdleCallback ?? setTimeout)(go));
    const module = { exports: {} };
    new Function("module", "exports", "define", library.get("value"))(module, module.exports, undefined);
    return module.exports;
  })().catch((error) => {
    delete globalThis[PLOTLY]; // the next panel tries again
    throw error;
  });
  return globalThis[PLOTLY];
}

const floats = (view) => new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));

// Sliders of ipywidgets carry no accessible name, with or without a description.
function nameControls(root) {
  for (const row of root.querySelectorAll(".widget-inline-hbox, .jupyter-widget-inline-hbox, .widget-hslider")) {
    const label = row.querySelector(".widget-label")?.textContent.trim();
    if (!label) continue;
    const meaning = row.getAttribute("title") ?? row.querySelector("[title]")?.getAttribute("title") ?? "";
    for (const part of row.querySelectorAll("[role=slider], .ui-slider-handle, input, select, .widget-readout")) {
      part.setAttribute("aria-label", meaning ? `${label}: ${meaning}` : label);
    }
  }
}

async function render({ model, el }) {
  el.classList.add("psn-panel");
  const Plotly = await loadPlotly(model);
  const point = (control, value) => {
    model.set("pointed", [control, value]);
    model.save_changes();
  };
  const canvas = new psnDrawing.Canvas(Plotly, el, model.get("themes"), point);
  const make = () => psnDrawing.unpack(JSON.parse(model.get("spec")), (n) => floats(model.get(`a${n}`)));

  // One paint per animation frame, of the newest state: a fast drag cannot queue up stale ones.
  let waiting = false;
  const draw = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      canvas.paint(make, model.get("alt"));
    });
  };
  const save = (message) => {
    if (message.save) canvas.save(message.save);
  };
  model.on("change:revision", draw);
  model.on("msg:custom", save);
  if (model.get("spec")) await canvas.paint(make, model.get("alt"));

  const root = el.closest(".psn-lab");
  const controls = root?.querySelector(".psn-controls");
  const naming = new MutationObserver(() => nameControls(controls));
  if (controls) {
    nameControls(controls);
    naming.observe(controls, { childList: true, subtree: true });
  }
  return () => {
    model.off("change:revision", draw);
    model.off("msg:custom", save);
    naming.disconnect();
    canvas.close();
  };
}
export default { render };
