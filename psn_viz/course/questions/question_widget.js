// @ts-check
// One question: asks, takes the answer by pointer or keyboard, shows the truth beside it once it is known.
// Every text is set as text, never as HTML.
const SVG = "http://www.w3.org/2000/svg";
const PATIENCE = 6000; // ms that a kernel may take to answer before the reader is told
const NO_ANSWER = "No kernel has answered. If it is busy, wait for it. If it was restarted, run this cell again, and "
  + "answer then. A page without a kernel takes no answers.";
let questions = 0;

/**
 * The widget's model: what is synced with the kernel.
 * @typedef {{get: (name: string) => any, set: (name: string, value: any) => void, save_changes: () => void,
 *   on: (event: string, callback: () => void) => void,
 *   off: (event: string, callback: () => void) => void}} QuestionModel
 */
/**
 * The answer as it is being given: null where there is none yet.
 * @typedef {{readonly value: any, set: (value: any) => void, commit: () => void}} Answer
 */

/**
 * An HTML element; attributes that are properties of it are set as such.
 * @param {string} name
 * @param {Object<string, any>} attributes
 * @param {(Node | string)[]} children
 * @returns {any}
 */
function node(name, attributes = {}, ...children) {
  const element = /** @type {any} */ (document.createElement(name));
  for (const [key, value] of Object.entries(attributes)) {
    if (key in element && key !== "list") element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

/**
 * @param {string} name
 * @param {Object<string, any>} attributes
 * @param {string | number} [text]
 * @returns {SVGElement}
 */
function shape(name, attributes, text) {
  const element = /** @type {SVGElement} */ (document.createElementNS(SVG, name));
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = String(text);
  return element;
}

/** @type {Object<string, (model: QuestionModel, answer: Answer, open: boolean) => HTMLElement>} */
const SURFACES = {
  choice(model, answer, open) {
    const name = `psn-question-${questions++}`;
    const field = node("fieldset", { disabled: !open }, node("legend", { textContent: model.get("prompt") }));
    model.get("options").forEach((/** @type {string} */ option, /** @type {number} */ index) => {
      const input = node("input", { type: "radio", name, checked: answer.value === index });
      input.addEventListener("change", () => answer.set(index));
      const right = !open && index === model.get("truth");
      const text = node("span", { textContent: right ? `${option} (right)` : option });
      if (right) text.style.fontWeight = "700";
      field.append(node("label", {}, input, text));
    });
    return field;
  },

  number(model, answer, open) {
    // Text, which Python reads: a field for numbers makes 05 of 0,5 where the browser speaks English.
    const value = answer.value ?? "";
    const input = node("input", { type: "text", inputMode: "decimal", size: 10, disabled: !open, value });
    input.addEventListener("input", () => answer.set(input.value.trim() || null));
    input.addEventListener("keydown", (/** @type {KeyboardEvent} */ { key }) => key === "Enter" && answer.commit());
    return node("label", {}, node("span", { textContent: `${model.get("prompt")} ` }), input,
      node("span", { textContent: ` ${model.get("unit")}` }));
  },

  spikes(model, answer, open) {
    const steps = model.get("steps");
    const chosen = new Set(answer.value ?? []);
    answer.set([...chosen]);
    const grid = node("div", { className: "psn-raster", role: "group" });
    grid.setAttribute("aria-label", "time-steps; arrow keys move, space bar sets a spike");
    grid.style.gridTemplateColumns = `auto repeat(${steps}, minmax(15px, 26px))`;
    grid.append(node("span", { className: "psn-name", textContent: "t" }));
    for (let t = 0; t < steps; t++) grid.append(node("span", { textContent: t % 4 ? "" : t }));
    grid.append(node("span", { className: "psn-name", textContent: "you" }));
    /** @type {HTMLButtonElement[]} */
    const buttons = [];
    for (let t = 0; t < steps; t++) {
      const button = node("button", { type: "button", disabled: !open, tabIndex: t ? -1 : 0 });
      button.setAttribute("aria-label", `spike at step ${t}`);
      button.setAttribute("aria-pressed", chosen.has(t));
      button.addEventListener("click", () => {
        chosen.has(t) ? chosen.delete(t) : chosen.add(t);
        button.setAttribute("aria-pressed", chosen.has(t));
        answer.set([...chosen].sort((a, b) => a - b));
      });
      button.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
        /** @type {Object<string, number>} */
        const places = { ArrowRight: t + 1, ArrowLeft: t - 1, Home: 0, End: steps - 1 };
        const next = places[event.key];
        if (next === undefined || !buttons[next]) return;
        event.preventDefault();
        buttons.forEach((other) => { other.tabIndex = -1; });
        buttons[next].tabIndex = 0;
        buttons[next].focus();
      });
      buttons.push(button);
      grid.append(button);
    }
    const truth = model.get("truth");
    if (!open && truth !== null) {
      grid.append(node("span", { className: "psn-name", textContent: "neuron" }));
      for (let t = 0; t < steps; t++) grid.append(node("i", { className: truth.includes(t) ? "psn-spike" : "" }));
    }
    return node("div", {}, node("p", { textContent: model.get("prompt") }), grid);
  },

  curve(model, answer, open) {
    const [steps, low, high] = [model.get("steps"), model.get("low"), model.get("high")];
    const [width, height, left, bottom, top] = [640, 220, 44, 190, 12];
    const x = (/** @type {number} */ t) => left + 14 + (t * (width - left - 28)) / Math.max(1, steps - 1);
    const y = (/** @type {number} */ value) => bottom - ((value - low) / (high - low)) * (bottom - top);
    const symbol = model.get("axis").split(" ").pop();
    /** @type {number[]} */
    const values = answer.value ? [...answer.value] : Array(steps).fill(Math.max(low, Math.min(high, 0)));
    const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, class: "psn-curve", role: "group" });
    svg.setAttribute("aria-label", "your curve; left and right choose a step, up and down change its value");
    svg.append(shape("line", { x1: left, x2: width, y1: bottom, y2: bottom, class: "psn-axis" }));
    svg.append(shape("line", { x1: left, x2: left, y1: top, y2: bottom, class: "psn-axis" }));
    for (const value of [low, (low + high) / 2, high]) {
      svg.append(shape("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end" }, Number(value.toFixed(2))));
    }
    for (let t = 0; t < steps; t += Math.ceil(steps / 8)) {
      svg.append(shape("text", { x: x(t), y: bottom + 16, "text-anchor": "middle" }, t));
    }
    svg.append(shape("text", { x: width - 4, y: height - 2, "text-anchor": "end" }, model.get("axis")));
    const line = (/** @type {number[]} */ points) =>
      points.map((value, t) => `${t ? "L" : "M"}${x(t)} ${y(value)}`).join("");
    const truth = model.get("truth");
    if (!open && truth !== null) svg.append(shape("path", { d: line(truth), class: "psn-true" }));
    const mine = svg.appendChild(shape("path", { class: "psn-mine" }));
    const dots = values.map((_, t) => {
      const dot = svg.appendChild(shape("circle", { r: 6, role: "slider", tabindex: open && t === 0 ? 0 : -1 }));
      dot.setAttribute("aria-label", `value at ${symbol} = ${t}`);
      dot.setAttribute("aria-valuemin", String(low));
      dot.setAttribute("aria-valuemax", String(high));
      return dot;
    });
    const place = (/** @type {number} */ t, /** @type {number} */ value) => {
      values[t] = Number(Math.max(low, Math.min(high, value)).toFixed(3));
      answer.set([...values]);
      draw();
    };
    const draw = () => {
      mine.setAttribute("d", line(values));
      dots.forEach((dot, t) => {
        dot.setAttribute("cx", String(x(t)));
        dot.setAttribute("cy", String(y(values[t])));
        dot.setAttribute("aria-valuenow", String(values[t]));
      });
    };
    draw();
    if (!open) return node("div", {}, node("p", { textContent: model.get("prompt") }), svg);
    const step = (high - low) / 30;
    /** @type {Object<string, number>} */
    const changes = { ArrowUp: step, ArrowDown: -step, PageUp: 5 * step, PageDown: -5 * step };
    dots.forEach((dot, t) => dot.addEventListener("keydown", (event) => {
      /** @type {Object<string, number>} */
      const places = { ArrowRight: t + 1, ArrowLeft: t - 1, Home: 0, End: steps - 1 };
      const [by, next] = [changes[event.key], places[event.key]];
      if (by !== undefined) place(t, values[t] + by);
      else if (dots[next]) {
        dots.forEach((other) => other.setAttribute("tabindex", "-1"));
        dots[next].setAttribute("tabindex", "0");
        dots[next].focus();
      } else return;
      event.preventDefault();
    }));
    let dragging = false;
    const follow = (/** @type {PointerEvent} */ event) => {
      const box = svg.getBoundingClientRect();
      const scale = width / box.width;
      const t = Math.round((((event.clientX - box.left) * scale - left - 14) / (width - left - 28)) * (steps - 1));
      const value = low + ((bottom - (event.clientY - box.top) * scale) / (bottom - top)) * (high - low);
      if (dots[t]) place(t, value);
    };
    svg.addEventListener("pointerdown", (event) => {
      dragging = true;
      svg.setPointerCapture(event.pointerId);
      follow(event);
    });
    svg.addEventListener("pointermove", (event) => dragging && follow(event));
    svg.addEventListener("pointerup", () => { dragging = false; });
    return node("div", {}, node("p", { textContent: model.get("prompt") }), svg);
  },
};

/**
 * @param {{model: QuestionModel, el: HTMLElement}} place
 * @returns {() => void}
 */
function render({ model, el }) {
  el.classList.add("psn-question");
  psnKeys.keep(el);
  el.setAttribute("role", "group");
  el.setAttribute("aria-label", `question: ${model.get("prompt")}`);
  const feedback = node("p", { className: "psn-feedback" });
  feedback.setAttribute("role", "status");
  feedback.tabIndex = -1;
  const asked = node("div");
  el.append(asked, feedback); // the feedback stays in place, or a screen reader would not hear it change
  const draft = { value: model.get("answer") };
  const commit = node("button", { type: "button", textContent: model.get("commit_label") });
  const skip = node("button", { type: "button", textContent: "Skip" });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  const finish = (/** @type {"committed" | "skipped"} */ status) => {
    feedback.textContent = "Waiting for the kernel …";
    if ([commit, skip].includes(document.activeElement)) feedback.focus(); // a button that is disabled loses it
    commit.disabled = skip.disabled = true; // until the kernel, which may be busy, has answered
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      feedback.textContent = NO_ANSWER;
      commit.disabled = draft.value === null;
      skip.disabled = false;
    }, PATIENCE);
    model.set("status", "open"); // a second try is sent, too: the model holds the status of the first
    if (status === "committed") model.set("answer", draft.value);
    model.set("status", status);
    model.save_changes();
  };
  /** @type {Answer} */
  const answer = {
    get value() { return draft.value; },
    set(value) { draft.value = value; commit.disabled = value === null; },
    commit() { if (!commit.disabled) finish("committed"); },
  };
  commit.addEventListener("click", answer.commit);
  skip.addEventListener("click", () => finish("skipped"));

  /** @type {boolean | null} */
  let wasOpen = null;
  const draw = () => {
    clearTimeout(waiting);
    const open = model.get("status") === "open";
    if (!open || wasOpen !== open) {
      if (!open) draft.value = model.get("answer");
      else draft.value = null;
      commit.disabled = draft.value === null;
      skip.disabled = false;
      const focused = el.contains(document.activeElement);
      const surface = SURFACES[model.get("kind")](model, answer, open);
      const buttons = open ? [commit, ...(model.get("can_skip") ? [skip] : [])] : [];
      asked.replaceChildren(surface, ...buttons);
      if (focused) feedback.focus(); // the button that had it is gone
    }
    if (open) { // the kernel has answered, and did not take it
      commit.disabled = draft.value === null;
      skip.disabled = false;
      if (document.activeElement === feedback) asked.querySelector("input[type=text]")?.focus(); // to be mended
    }
    wasOpen = open;
    feedback.textContent = model.get("feedback");
    const right = model.get("right");
    feedback.classList.toggle("psn-right", right === true);
    feedback.classList.toggle("psn-wrong", right === false);
  };
  model.on("change:revision", draw);
  draw();
  return () => {
    clearTimeout(waiting);
    model.off("change:revision", draw);
  };
}
export default { render };
