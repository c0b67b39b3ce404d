// @ts-check
// A lab in a page: fields, figure, code, and the worker that computes. What the fields mean is known there alone.
/**
 * @typedef {{kind: string, symbol: string, meaning: string, value: any, label: string, part: string, low: number,
 *   high: number, step: number, options: string[], suggestions: string[], play: number, play_name: string,
 *   used: boolean}} Field
 * @typedef {{spec: string, alt: string, fields: Object<string, Field[]>, code: string, error: string}} Told
 * @typedef {{id: number, number: number, told?: Told, arrays: Float32Array[], failed?: string, ready?: boolean}} Message
 * @typedef {{onCode?: (code: string) => void, onLive?: () => void, onFail?: (why: string) => void,
 *   onElsewhere?: (code: string) => boolean}} LabListeners
 */
const psnLab = (() => {
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

  /**
   * @param {string} text an array in base64
   * @returns {Float32Array}
   */
  const unpacked = (text) => new Float32Array(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);

  class Lab {
    /**
     * Controls, usable at once: what is moved before the worker computes is done when it does.
     * @param {HTMLElement} place what `lab_place` of lab_pages.py makes: the still picture, and the lab's first answer
     * @param {Where} where
     * @param {() => Promise<any>} plotly gives Plotly
     * @param {{light: any, dark: any}} themes
     * @param {LabListeners} [listeners]
     */
    constructor(place, where, plotly, themes, listeners = {}) {
      this.id = psnPython.connect(where, this);
      this.listeners = listeners;
      this.plotly = plotly;
      this.themes = themes;
      this.code = place.dataset.code ?? "";
      this.name = this.code.split(";")[0];
      const part = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (place.querySelector(selector));
      this.controls = part(".psn-controls");
      this.view = part(".psn-view");
      /** @type {any} set when the figure is first drawn */
      this.canvas = undefined;
      /** @type {Promise<void> | undefined} */
      this.drawing = undefined;
      /** @type {Map<string, (field: Field, kept?: boolean) => void>} */
      this.shown = new Map();
      this.busy = true;
      /** @type {{action: string, argument: any}[]} */
      this.waiting = [];
      this.number = 0;
      this.live = false;
      this.opened = false;
      this.stale = false;
      this.painting = false;
      this.playing = new Map();
      /** @type {ChildNode[] | undefined} kept while frames are shown */
      this.fields = undefined;
      this.place = place;
      /** @type {any} what is shown: told and arrays */
      this.latest = undefined;
      const first = JSON.parse(place.querySelector("script")?.textContent ?? "null");
      if (!first) return; // a place that the page made itself: the first answer brings all
      const { arrays, ...told } = first;
      this.latest = { told, arrays: arrays.map(unpacked) };
      this.prepare(told);
    }

    /**
     * Make the controls, and the room for the figure.
     * @param {Told} told
     */
    prepare(told) {
      this.build(told);
      const figure = this.figure();
      const by = psnDrawing.textSize();
      this.place.style.setProperty("--height", `${by * figure.layout.height}px`);
      psnFigure.stacked(figure);
      this.place.style.setProperty("--stacked", `${by * figure.layout.height}px`);
    }

    /**
     * Have the worker open it, in the state that `code` names.
     * @param {string} [code]
     */
    open(code = this.code) {
      if (this.opened) return;
      this.opened = true;
      this.send("open", undefined, code);
    }

    /**
     * Go to a state, as soon as the worker computes.
     * @param {string} code
     */
    go(code) {
      this.ask("go", code);
    }

    /** Have the worker forget this lab, and stop what plays. */
    close() {
      this.playing.forEach((stop) => stop());
      this.canvas?.close();
      psnPython.close(this.id);
    }

    /** Its worker is gone: opened again, it is where it was. */
    lose() {
      if (this.live) this.code = this.latest.told.code;
      this.opened = this.live = false;
      this.busy = true;
    }

    /**
     * Ask for something. While the worker computes it waits, moves put together and everything else once, so that a
     * fast drag cannot queue up.
     * @param {string} action
     * @param {any} argument
     */
    ask(action, argument) {
      if (!this.busy) return this.send(action, argument);
      if (action === "point" && !this.live) return; // the pointer has long been elsewhere
      if (!this.live) this.place.dataset.waiting = "";
      if (action === "go" || action === "reset") this.waiting = []; // the state before no longer matters
      const before = this.waiting.find((one) => one.action === action);
      if (before && action === "move") {
        const others = before.argument.filter(
          (/** @type {any[]} */ one) => !argument.some((/** @type {any[]} */ two) => one[0] === two[0] && one[1] === two[1]));
        argument = [...others, ...argument];
      }
      this.waiting = [...this.waiting.filter((one) => one !== before), { action, argument }];
    }

    /**
     * @param {string} action
     * @param {any} argument
     * @param {string} [code]
     */
    send(action, argument, code) {
      this.busy = true;
      psnPython.post({ action, argument, code, kind: "lab", name: this.name, id: this.id, number: ++this.number });
    }

    /** @param {Message} message */
    hear({ told, arrays, failed }) {
      if (failed !== undefined) return this.fail(failed);
      this.busy = false;
      const waiting = this.waiting.shift();
      if (waiting) this.send(waiting.action, waiting.argument);
      if (!told) return;
      const isFirst = !this.latest;
      this.latest = { told, arrays };
      if (isFirst) this.prepare(told);
      this.showFields(told, [waiting, ...this.waiting]);
      if (document.activeElement !== this.codeField || told.error === "") this.codeField.value = told.code;
      this.error.textContent = told.error;
      if (!told.error) this.listeners.onCode?.(told.code);
      this.draw();
      if (!this.live) {
        this.live = true;
        delete this.place.dataset.waiting;
        this.drawing?.then(() => this.listeners.onLive?.());
      }
    }

    /**
     * Bring the fields to what the worker says, but for those that the reader has moved on since.
     * @param {Told} told
     * @param {({action: string, argument: any} | undefined)[]} asked what it has yet to do
     */
    showFields(told, asked) {
      const moves = asked.flatMap((one) => (one?.action === "move" ? one.argument : []));
      const moved = new Set(moves.map(([control, part]) => `${control}.${part}`));
      for (const [control, fields] of Object.entries(told.fields)) {
        for (const field of fields) {
          const key = `${control}.${field.part}`;
          this.shown.get(key)?.(field, moved.has(key));
        }
      }
    }

    /**
     * Where nothing computes: figures over the values of one control, which `frame_files.py` makes.
     * @param {{symbol: string, meaning: string, start: number, parts: string[],
     *   frames: {value: string, spec: number, arrays: number[], alt: string}[]}} made
     */
    showFrames({ symbol, meaning, start, parts, frames }) {
      this.fields ??= [...this.controls.childNodes];
      const hadKeyboard = this.controls.contains(document.activeElement);
      const slider = element("input", { type: "range", min: 0, max: frames.length - 1, step: 1 });
      slider.value = start;
      slider.setAttribute("aria-label", `${symbol}: ${meaning}`);
      const output = element("output");
      const show = () => {
        const { value, spec, arrays, alt } = frames[Number(slider.value)];
        output.textContent = value;
        slider.setAttribute("aria-valuetext", value);
        this.latest = { told: { ...this.latest.told, spec: parts[spec], alt }, arrays: arrays.map((n) => unpacked(parts[n])) };
        this.draw();
      };
      slider.addEventListener("input", show);
      this.controls.replaceChildren(element("label", { className: "psn-field" },
        element("b", { textContent: symbol }), slider, output, element("small", { textContent: meaning })));
      if (hadKeyboard) slider.focus();
      show();
    }

    /** The fields again, where frames were shown. */
    showControls() {
      if (this.fields) this.controls.replaceChildren(...this.fields);
      this.fields = undefined;
    }

    /** Give the keyboard to the first control that is shown. */
    focus() {
      const all = /** @type {HTMLElement[]} */ ([...this.controls.querySelectorAll("input, select, button")]);
      all.find((one) => one.checkVisibility())?.focus();
    }

    /** @returns {any} the figure to draw now */
    figure() {
      const { told, arrays } = this.latest;
      return psnFigure.unpack(JSON.parse(told.spec), (n) => arrays[n]);
    }

    /**
     * Draw the figure: the first time in a place of its own, which takes that of the still picture.
     * @returns {void}
     */
    draw() {
      if (!this.latest) return;
      if (this.canvas) {
        this.paint();
        return;
      }
      this.drawing ??= this.plotly().then(async (Plotly) => {
        const host = element("div", { className: "psn-coming" });
        this.view.append(host);
        const canvas = new psnDrawing.Canvas(Plotly, host, this.themes, {
          onPoint: (place) => this.ask("point", place),
          onDrag: (name, number, height) => this.ask("drag", [name, number, height]),
          onChoose: (name, number) => this.ask("choose", [name, number]),
        });
        const drawn = this.latest;
        await canvas.paint(() => this.figure(), drawn.told.alt);
        this.view.querySelector(".psn-still")?.remove();
        host.className = "psn-drawn";
        canvas.fit();
        this.canvas = canvas;
        if (this.latest !== drawn) this.draw();
      });
      this.drawing.catch((error) => {
        this.drawing = undefined; // the next one tries again
        this.fail(String(error));
      });
    }

    /**
     * One figure after the other, always the newest: plotly does not bear two at a time.
     * @returns {Promise<void>}
     */
    async paint() {
      this.stale = true;
      if (this.painting) return;
      this.painting = true;
      try {
        while (this.stale) {
          this.stale = false;
          await this.canvas.paint(() => this.figure(), this.latest.told.alt);
        }
      } finally {
        this.painting = false;
      }
    }

    /** @param {string} why */
    fail(why) {
      this.listeners.onFail?.(why);
      if (this.live) this.error.textContent = why;
    }

    /** @param {Told} told */
    build(told) {
      for (const [control, fields] of Object.entries(told.fields)) {
        for (const field of fields) {
          const row = this.field(control, field);
          row.dataset.control = control;
          this.controls.append(row);
        }
      }
      this.codeField = element("input", { type: "text", value: told.code, spellcheck: false });
      this.codeField.addEventListener("change", () => {
        if (!this.listeners.onElsewhere?.(this.codeField.value)) this.go(this.codeField.value);
      });
      this.error = element("p", { className: "psn-error" });
      this.error.setAttribute("role", "alert");
      const meaning = "this state as text; type a code and press Enter to go there";
      this.codeField.title = meaning;
      const label = element("label", { className: "psn-field" },
        element("b", { textContent: "state" }), this.codeField, element("small", { textContent: meaning }));
      const reset = element("button", { type: "button", textContent: "Reset" });
      reset.addEventListener("click", () => this.ask("reset", null));
      const save = element("button", { type: "button", textContent: "Save SVG + CSV" });
      save.addEventListener("click", () => this.canvas?.save(this.name));
      this.controls.append(label, this.error, element("div", { className: "psn-buttons" }, reset, save));
    }

    /**
     * @param {string} control
     * @param {Field} field
     * @returns {HTMLElement}
     */
    field(control, field) {
      const move = (/** @type {any} */ value) => {
        if (!this.live) output.textContent = "…"; // in words only the worker knows it
        this.ask("move", [[control, field.part, value]]);
      };
      const output = element("output", { textContent: field.label });
      if (field.kind === "button") {
        const button = element("button", { type: "button", textContent: field.symbol, title: field.meaning });
        button.addEventListener("click", () => move(""));
        return element("div", { className: "psn-buttons" }, button);
      }
      const row = element("label", { className: "psn-field" }, element("b", { textContent: field.symbol }));
      const key = `${control}.${field.part}`;
      /** @type {any} */
      let input;
      let read = () => input.value;
      let show = (/** @type {Field} */ now) => { input.value = now.value; };
      if (field.kind === "range" || field.kind === "places") {
        input = element("input", { type: "range", min: field.low, max: field.high, step: field.step, value: field.value });
        read = () => Number(input.value);
        show = (now) => {
          Object.assign(input, { min: now.low, max: now.high, step: now.step, disabled: now.low === now.high });
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
      input.addEventListener(field.kind === "text" || field.kind === "number" ? "change" : "input", () => move(read()));
      const meaning = element("small");
      row.append(meaning);
      this.shown.set(key, (now, kept = false) => {
        if (!kept) show(now);
        output.textContent = now.label;
        row.hidden = !now.used;
        if (meaning.textContent === now.meaning) return;
        meaning.textContent = input.title = now.meaning;
        input.setAttribute("aria-label", `${now.symbol}: ${now.meaning}`);
      });
      this.shown.get(key)?.(field);
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
      const play = element("button", { type: "button", className: "psn-play", textContent: field.play_name });
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
