// @ts-check
// One question: asks, takes the answer by pointer or keyboard, shows the truth beside it once it is known.
// Every text is set as text, never as HTML.
const SVG = "http://www.w3.org/2000/svg";
const PATIENCE = 6000; // ms that a kernel may take to answer before the reader is told
const NO_ANSWER = "No kernel has answered. If it is busy, wait for it. If it was restarted, run this cell again, and answer then. A page without a kernel takes no answers.";

/**
 * The widget's model: what is synced with the kernel.
 * @typedef {{get: (name: string) => any, set: (name: string, value: any) => void, save_changes: () => void,
 *   on: (event: string, callback: () => void) => void,
 *   off: (event: string, callback: () => void) => void}} QuestionModel
 */
/**
 * The answer as it is being given, null where there is none yet; `first` is the one before it, if this is the second.
 * @typedef {{readonly value: any, readonly first: any, set: (value: any) => void, commit: () => void}} Answer
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

/**
 * The language that the question is shown in: the chosen one, if the question is there in it.
 * @param {QuestionModel} model
 */
const languageOf = (model) => (psnLanguage.chosen() in model.get("translations") ? psnLanguage.chosen() : "en");

/**
 * A text of the question as it is shown, with its language; English where it has no translation.
 * @param {QuestionModel} model
 * @param {string} name of a trait
 * @param {number} [option] which of the options
 */
function text(model, name, option) {
  const language = languageOf(model);
  const one = (/** @type {any} */ texts) => (option === undefined ? texts : texts?.[option]);
  const translated = name === "feedback" ? model.get("feedback_translations")[language]
    : one(model.get("translations")[language]?.[name]);
  return { textContent: translated ?? one(model.get(name)), lang: psnLanguage.tag(translated ? language : "en") };
}

/**
 * A word of the interface in the language of the question.
 * @param {QuestionModel} model
 * @param {string} english
 * @param {(string | number)[]} places
 */
const word = (model, english, ...places) => psnLanguage.say(languageOf(model), english, ...places);

/**
 * An element that says a word of the interface, in the language of the question as long as the page is open.
 * @param {string} name
 * @param {QuestionModel} model
 * @param {string} english
 * @param {(string | number)[]} places
 */
function spoken(name, model, english, ...places) {
  const element = node(name);
  const speak = () => Object.assign(element,
    { textContent: word(model, english, ...places), lang: psnLanguage.tag(languageOf(model)) });
  psnLanguage.listen(speak);
  speak();
  return element;
}

/** @type {Object<string, (model: QuestionModel, answer: Answer, open: boolean) => HTMLElement>} */
const SURFACES = {
  choice(model, answer, open) {
    // A radio button unchecks those of its name on the whole page, and each widget is a module of its own.
    const name = `psn-question-${Math.random()}`;
    const field = node("fieldset", { disabled: !open }, node("legend", text(model, "prompt")));
    model.get("options").forEach((/** @type {string} */ _, /** @type {number} */ index) => {
      const first = index === answer.first;
      const input = node("input", { type: "radio", name, checked: answer.value === index, disabled: first });
      input.addEventListener("change", () => answer.set(index));
      const right = !open && index === model.get("truth");
      const option = node("span", {}, node("span", text(model, "options", index)));
      if (first || right) option.append(` (${word(model, first ? "your first answer" : "right")})`);
      if (right) option.style.fontWeight = "700";
      field.append(node("label", {}, input, option));
    });
    return field;
  },

  number(model, answer, open) {
    // Text, which Python reads: a field for numbers makes 05 of 0,5 where the browser speaks English.
    const value = answer.value ?? "";
    const input = node("input", { type: "text", inputMode: "decimal", size: 10, disabled: !open, value });
    input.addEventListener("input", () => answer.set(input.value.trim() || null));
    input.addEventListener("keydown", (/** @type {KeyboardEvent} */ { key }) => key === "Enter" && answer.commit());
    const first = answer.first === null ? "" : ` (${word(model, "at first: {0}", answer.first)})`;
    return node("label", {}, node("span", text(model, "prompt")), " ", input, " ", node("span", text(model, "unit")), first);
  },

  spikes(model, answer, open) {
    const steps = model.get("steps");
    const chosen = new Set(answer.value ?? []);
    answer.set([...chosen]);
    const grid = node("div", { className: "psn-raster", role: "group" });
    grid.setAttribute("aria-label", word(model, "time-steps; arrow keys move, space bar sets a spike"));
    grid.style.gridTemplateColumns = `auto repeat(${steps}, minmax(15px, 26px))`;
    grid.append(node("span", { className: "psn-name", textContent: "t" }));
    for (let t = 0; t < steps; t++) grid.append(node("span", { textContent: t % 4 ? "" : t }));
    grid.append(node("span", { className: "psn-name", textContent: word(model, "you") }));
    /** @type {HTMLButtonElement[]} */
    const buttons = [];
    for (let t = 0; t < steps; t++) {
      const button = node("button", { type: "button", disabled: !open, tabIndex: t ? -1 : 0 });
      button.setAttribute("aria-label", word(model, "spike at step {0}", t));
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
    const row = (/** @type {string} */ textContent, /** @type {number[]} */ spikes) => {
      grid.append(node("span", { className: "psn-name", textContent }));
      for (let t = 0; t < steps; t++) grid.append(node("i", { className: spikes.includes(t) ? "psn-spike" : "" }));
    };
    if (answer.first !== null) row(word(model, "at first"), answer.first);
    const truth = model.get("truth");
    if (!open && truth !== null) row(word(model, "neuron"), truth);
    return node("div", {}, node("p", text(model, "prompt")), grid);
  },

  curve(model, answer, open) {
    const [steps, low, high] = [model.get("steps"), model.get("low"), model.get("high")];
    const [width, height, left, bottom, top] = [640, 236, 44, 190, 12];
    const x = (/** @type {number} */ t) => left + 14 + (t * (width - left - 28)) / Math.max(1, steps - 1);
    const y = (/** @type {number} */ value) => bottom - ((value - low) / (high - low)) * (bottom - top);
    const symbol = model.get("axis").split(" ").pop();
    /** @type {number[]} */
    const values = answer.value ? [...answer.value] : Array(steps).fill(Math.max(low, Math.min(high, 0)));
    const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, class: "psn-curve", role: "group" });
    svg.setAttribute("aria-label", word(model, "your curve; left and right choose a step, up and down change its value"));
    svg.append(shape("line", { x1: left, x2: width, y1: bottom, y2: bottom, class: "psn-axis" }));
    svg.append(shape("line", { x1: left, x2: left, y1: top, y2: bottom, class: "psn-axis" }));
    for (const value of [low, (low + high) / 2, high]) {
      svg.append(shape("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end" }, Number(value.toFixed(2))));
    }
    for (let t = 0; t < steps; t += Math.ceil(steps / 8)) {
      svg.append(shape("text", { x: x(t), y: bottom + 16, "text-anchor": "middle" }, t));
    }
    const axis = text(model, "axis");
    svg.append(shape("text", { x: width - 4, y: height - 2, "text-anchor": "end", lang: axis.lang }, axis.textContent));
    const line = (/** @type {number[]} */ points) =>
      points.map((value, t) => `${t ? "L" : "M"}${x(t)} ${y(value)}`).join("");
    const truth = model.get("truth");
    if (!open && truth !== null) svg.append(shape("path", { d: line(truth), class: "psn-true" }));
    if (answer.first !== null) svg.append(shape("path", { d: line(answer.first), class: "psn-first" }));
    const mine = svg.appendChild(shape("path", { class: "psn-mine" }));
    const dots = values.map((_, t) => {
      const dot = svg.appendChild(shape("circle", { r: 6, role: "slider", tabindex: open && t === 0 ? 0 : -1 }));
      dot.setAttribute("aria-label", word(model, "value at {0} = {1}", symbol, t));
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
    if (!open) return node("div", {}, node("p", text(model, "prompt")), svg);
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
    return node("div", {}, node("p", text(model, "prompt")), svg);
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
  const feedback = node("p", { className: "psn-feedback" });
  feedback.setAttribute("role", "status");
  feedback.tabIndex = -1;
  const asked = node("div");
  const choices = node("div");
  const languages = psnLanguage.choice(Object.keys(model.get("translations")));
  if (Object.keys(model.get("translations")).length) el.append(languages.element);
  el.append(asked, feedback, choices); // the feedback stays in place, or a screen reader would not hear it change
  /** @type {{value: any, first: any}} */
  const draft = { value: null, first: null };
  /** @type {{english: string, element: HTMLElement}[]} */
  const named = [];
  const button = (/** @type {string} */ english, /** @type {() => void} */ act) => {
    const element = node("button", { type: "button" });
    named.push({ english, element });
    element.addEventListener("click", act);
    return element;
  };
  let thinking = false; // the reader has chosen to think again
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  let busy = false; // nobody has answered yet
  let instead = ""; // what is told in place of the feedback, in English
  const enable = () => {
    commit.disabled = busy || draft.value === null;
    skip.disabled = again.disabled = tell.disabled = busy;
  };
  const say = () => {
    const lang = psnLanguage.tag(languageOf(model));
    Object.assign(feedback, instead ? { textContent: word(model, instead), lang } : text(model, "feedback"));
  };
  const finish = (/** @type {"committed" | "skipped" | "second" | "shown"} */ wanted) => {
    const told = model.get("waiting"); // a page says by itself what it waits for, and when that has failed
    instead = told ?? "Waiting for the kernel …";
    say();
    // a button that is disabled loses the focus
    if ([commit, skip, again, tell].includes(document.activeElement)) feedback.focus();
    busy = true; // the kernel may be, too
    enable();
    clearTimeout(waiting);
    if (told === undefined) {
      waiting = setTimeout(() => {
        instead = NO_ANSWER;
        say();
        busy = false;
        enable();
      }, PATIENCE);
    }
    model.set("status", thinking || wanted === "shown" ? "wrong" : "open"); // so that a second try is sent, too
    if (wanted === "committed") model.set("answer", draft.value);
    if (wanted === "second") model.set("second", draft.value);
    model.set("status", wanted);
    model.save_changes();
  };
  const commit = button("", () => answer.commit());
  const skip = button("Skip", () => finish("skipped"));
  const again = button("Think again", () => {
    thinking = true;
    draw();
    asked.querySelector("input:not(:disabled), .psn-raster button, circle")?.focus();
  });
  const tell = button("Show the answer", () => finish("shown"));
  /** @type {Answer} */
  const answer = {
    get value() { return draft.value; },
    get first() { return draft.first; },
    set(value) { draft.value = value; commit.disabled = value === null; },
    commit() { if (!commit.disabled) finish(thinking ? "second" : "committed"); },
  };

  let drawn = ""; // what the question was drawn for
  let status = model.get("status"); // not that which has been asked for, until it is taken
  const hear = () => {
    clearTimeout(waiting);
    status = model.get("status");
    busy = false;
    instead = "";
    draw();
  };
  const draw = (anew = false) => {
    thinking = thinking && status === "wrong";
    const open = status === "open" || thinking;
    const state = `${status} ${thinking}`;
    if (!open || drawn !== state || anew) { // what is being answered is not drawn over
      const kind = model.get("kind");
      const [first, second] = [model.get("answer"), model.get("second")];
      draft.first = thinking || second !== null ? first : null;
      // A second number or choice is made anew, spikes and a curve are corrected.
      const before = thinking && ["choice", "number"].includes(kind) ? null : first;
      if (!open || drawn !== state) draft.value = status === "open" ? null : second ?? before;
      const focused = [asked, feedback, choices].some((part) => part.contains(document.activeElement));
      const surface = SURFACES[kind](model, answer, open);
      const can_skip = status === "open" && model.get("can_skip");
      asked.replaceChildren(surface, ...(open ? [commit] : []), ...(can_skip ? [skip] : []));
      choices.replaceChildren(...(thinking ? [tell] : status === "wrong" ? [again, tell] : []));
      if (focused) feedback.focus(); // the button that had it is gone
    } else if (document.activeElement === feedback) { // the kernel did not take it: it is to be mended
      asked.querySelector("input[type=text]")?.focus();
    }
    enable();
    drawn = state;
    say();
    const right = model.get("second_right") ?? model.get("right");
    feedback.classList.toggle("psn-right", right === true);
    feedback.classList.toggle("psn-wrong", right === false);
  };
  const speak = () => {
    const lang = psnLanguage.tag(languageOf(model));
    el.lang = lang;
    el.setAttribute("aria-label", word(model, "question: {0}", text(model, "prompt").textContent));
    named.forEach(({ english, element }) => Object.assign(element, { textContent: word(model, english), lang }));
    Object.assign(commit, text(model, "commit_label"));
    draw(true);
  };
  model.on("change:revision", hear);
  const deaf = psnLanguage.listen(speak);
  speak();
  return () => {
    clearTimeout(waiting);
    languages.end();
    deaf();
    model.off("change:revision", hear);
  };
}
export default { initialize: psnLateStart.initialize, render };
