// @ts-check
// A lab in a page: fields, figure, code, and the worker that computes. What the fields mean is known there alone.
/**
 * @typedef {{kind: string, symbol: string, meaning: string, value: any, label: string, part: string, low: number,
 *   high: number, step: number, options: string[], suggestions: string[], play: number, play_name: string,
 *   used: boolean}} Field
 * @typedef {{spec: string, alt: string, fields: Object<string, Field[]>, code: string, error: string}} Told
 * @typedef {{id: number, number: number, told?: Told, arrays: Float32Array[], failed?: string, ready?: boolean}} Message
 */
const psnLab = (() => {
  /** @type {Worker | undefined} */
  let worker;
  /** @type {Map<number, Lab>} */
  const labs = new Map();
  let count = 0;

  /**
   * The worker of this page, started when the first lab wants it.
   * @param {{worker: string, runtime: string, files: string[]}} where addresses
   * @returns {Worker}
   */
  function theWorker(where) {
    if (worker) return worker;
    worker = new Worker(where.worker);
    worker.onmessage = ({ data }) => labs.get(data.id)?.hear(data);
    worker.onerror = (event) => labs.forEach((lab) => lab.fail(event.message ?? "the worker could not start"));
    worker.postMessage({ action: "start", runtime: where.runtime, files: where.files });
    return worker;
  }

  /**
   * @param {string} tag
   * @param {Object<string, any>} [traits]
   * @param {...(Node | string)} children
   * @returns {any}
   */
  const element = (tag, traits = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), traits);
    made.append(...children);
    return made;
  };

  class Lab {
    /**
     * @param {HTMLElement} host gets the lab
     * @param {string} name of the lab
     * @param {string} code the state it opens in
     * @param {{worker: string, runtime: string, files: string[]}} where addresses
     * @param {any} Plotly
     * @param {{light: any, dark: any}} themes
     * @param {{onCode?: (code: string) => void, onLive?: () => void, onFail?: (why: string) => void}} [listeners]
     */
    constructor(host, name, code, where, Plotly, themes, listeners = {}) {
      this.id = ++count;
      this.listeners = listeners;
      this.name = name;
      this.controls = element("div", { className: "psn-controls" });
      this.view = element("div", { className: "psn-view psn-panel" });
      const body = element("div", { className: "psn-body" }, this.controls, this.view);
      host.classList.add("psn-lab");
      host.append(body);
      this.canvas = new psnDrawing.Canvas(Plotly, this.view, themes, {
        onPoint: (place) => this.ask("point", place),
        onDrag: (name, number, height) => this.ask("drag", [name, number, height]),
        onChoose: (name, number) => this.ask("choose", [name, number]),
      });
      /** @type {Map<string, (field: Field) => void>} */
      this.shown = new Map();
      this.busy = false;
      /** @type {{action: string, argument: any} | null} */
      this.waiting = null;
      this.number = 0;
      this.live = false;
      this.playing = new Map();
      labs.set(this.id, this);
      this.worker = theWorker(where);
      this.send("open", undefined, code);
    }

    /** Have the worker forget this lab, and stop what plays. */
    close() {
      this.playing.forEach((stop) => stop());
      this.canvas.close();
      this.worker.postMessage({ action: "close", id: this.id });
      labs.delete(this.id);
    }

    /**
     * Ask for something; while the worker computes, moves are put together and anything else takes the place of what
     * waits, so that a fast drag cannot queue up.
     * @param {string} action
     * @param {any} argument
     */
    ask(action, argument) {
      if (!this.busy) return this.send(action, argument);
      if (action === "move" && this.waiting?.action === "move") {
        const others = this.waiting.argument.filter(
          (/** @type {any[]} */ one) => !argument.some((/** @type {any[]} */ two) => one[0] === two[0] && one[1] === two[1]));
        argument = [...others, ...argument];
      }
      this.waiting = { action, argument };
    }

    /**
     * @param {string} action
     * @param {any} argument
     * @param {string} [code]
     */
    send(action, argument, code) {
      this.busy = true;
      this.worker.postMessage({ action, argument, code, name: this.name, id: this.id, number: ++this.number });
    }

    /** @param {Message} message */
    hear({ told, arrays, failed }) {
      this.busy = false;
      if (failed !== undefined) return this.fail(failed);
      const waiting = this.waiting;
      this.waiting = null;
      if (waiting) this.send(waiting.action, waiting.argument);
      if (!told) return;
      if (!this.live) this.build(told);
      for (const [control, fields] of Object.entries(told.fields)) {
        for (const field of fields) this.shown.get(`${control}.${field.part}`)?.(field);
      }
      if (document.activeElement !== this.code || told.error === "") this.code.value = told.code;
      this.error.textContent = told.error;
      this.canvas.paint(() => psnFigure.unpack(JSON.parse(told.spec), (n) => arrays[n]), told.alt);
      if (!told.error) this.listeners.onCode?.(told.code);
      if (!this.live) {
        this.live = true;
        this.listeners.onLive?.();
      }
    }

    /** @param {string} why */
    fail(why) {
      if (this.error) this.error.textContent = why;
      this.listeners.onFail?.(why);
    }

    /** @param {Told} told */
    build(told) {
      for (const [control, fields] of Object.entries(told.fields)) {
        for (const field of fields) this.controls.append(this.field(control, field));
      }
      this.code = element("input", { type: "text", value: told.code, spellcheck: false });
      this.code.addEventListener("change", () => this.ask("go", this.code.value));
      this.error = element("p", { className: "psn-error" });
      this.error.setAttribute("role", "alert");
      const meaning = "this state as text; type a code and press Enter to go there";
      this.code.title = meaning;
      const label = element("label", { className: "psn-field" },
        element("b", { textContent: "state" }), this.code, element("small", { textContent: meaning }));
      const reset = element("button", { type: "button", textContent: "Reset" });
      reset.addEventListener("click", () => this.ask("reset", null));
      const save = element("button", { type: "button", textContent: "Save SVG + CSV" });
      save.addEventListener("click", () => this.canvas.save(this.name));
      this.controls.append(label, this.error, element("div", { className: "psn-buttons" }, reset, save));
    }

    /**
     * @param {string} control
     * @param {Field} field
     * @returns {HTMLElement}
     */
    field(control, field) {
      const move = (/** @type {any} */ value) => this.ask("move", [[control, field.part, value]]);
      if (field.kind === "button") {
        const button = element("button", { type: "button", textContent: field.symbol, title: field.meaning });
        button.addEventListener("click", () => move(""));
        return element("div", { className: "psn-buttons" }, button);
      }
      const row = element("label", { className: "psn-field" }, element("b", { textContent: field.symbol }));
      const output = element("output", { textContent: field.label });
      const key = `${control}.${field.part}`;
      /** @type {any} */
      let input;
      let read = () => input.value;
      let show = (/** @type {Field} */ now) => { input.value = now.value; };
      if (field.kind === "range" || field.kind === "places") {
        input = element("input", { type: "range", min: field.low, max: field.high, step: field.step, value: field.value });
        read = () => Number(input.value);
        show = (now) => {
          Object.assign(input, { min: now.low, max: now.high, step: now.step });
          input.value = now.value;
          input.setAttribute("aria-valuetext", now.label);
        };
        row.append(input, output);
      } else if (field.kind === "choice") {
        input = element("select", {}, ...field.options.map((text, n) => new Option(text, String(n))));
        read = () => Number(input.value);
        show = (now) => {
          if (now.options.length !== input.options.length || now.options.some((text, n) => input.options[n].text !== text)) {
            input.replaceChildren(...now.options.map((text, n) => new Option(text, String(n))));
          }
          input.value = String(now.value);
        };
        row.append(input);
      } else if (field.kind === "number") {
        input = element("input", { type: "number", min: field.low, max: field.high, step: field.step, value: field.value });
        show = (now) => { input.max = now.high; input.value = now.value; };
        row.append(input);
      } else {
        const list = element("datalist", { id: `psn-${this.id}-${key}` }, ...field.suggestions.map((text) => new Option(text)));
        input = element("input", { type: "text", value: field.value, spellcheck: false, autocomplete: "off" });
        input.setAttribute("list", list.id);
        show = (now) => { if (document.activeElement !== input) input.value = now.value; };
        row.append(input, list);
      }
      input.title = field.meaning;
      input.setAttribute("aria-label", `${field.symbol}: ${field.meaning}`);
      input.addEventListener(field.kind === "text" || field.kind === "number" ? "change" : "input", () => move(read()));
      row.append(element("small", { textContent: field.meaning }));
      this.shown.set(key, (now) => {
        show(now);
        output.textContent = now.label;
        row.hidden = !now.used;
      });
      show(field);
      row.hidden = !field.used;
      if (!field.play) return row;
      return element("div", { className: "psn-played" }, row, this.transport(field, input, move));
    }

    /**
     * Rewind, step back, play, step on.
     * @param {Field} field
     * @param {HTMLInputElement} input
     * @param {(value: number) => void} move
     * @returns {HTMLElement}
     */
    transport(field, input, move) {
      const go = (/** @type {number} */ value) => {
        input.value = String(value);
        move(Number(input.value));
      };
      const play = element("button", { type: "button", textContent: field.play_name });
      /** @type {ReturnType<typeof setInterval> | undefined} */
      let timer;
      const stop = () => {
        clearInterval(timer);
        timer = undefined;
        play.textContent = field.play_name;
      };
      play.addEventListener("click", () => {
        if (timer !== undefined) return stop();
        play.textContent = "Pause";
        if (Number(input.value) >= Number(input.max)) go(Number(input.min));
        timer = setInterval(() => {
          if (this.busy) return; // as fast as the worker computes, and no faster
          go(Number(input.value) + 1);
          if (Number(input.value) >= Number(input.max)) stop();
        }, field.play);
      });
      const step = (/** @type {string} */ text, /** @type {string} */ label, /** @type {() => number} */ target) => {
        const button = element("button", { type: "button", textContent: text, title: label });
        button.setAttribute("aria-label", label);
        button.addEventListener("click", () => { stop(); go(target()); });
        return button;
      };
      this.playing.set(field, stop);
      return element("div", { className: "psn-transport" },
        step("Rewind", "Rewind to the first step", () => Number(input.min)),
        step("−1", "One step back", () => Number(input.value) - 1), play,
        step("+1", "One step on", () => Number(input.value) + 1));
    }
  }
  return { Lab };
})();
