// @ts-check
// The exercises of a lesson: each an editor with what its check found under it.
(() => {
  /**
   * @typedef {{key: string, kept: string, title: string, stub: string}} Exercise
   */
  const told = JSON.parse(document.getElementById("exercises-told")?.textContent ?? "null");
  const python = new psnExercisePython(told);
  /** @type {Map<string, HTMLTextAreaElement>} by the id of the cell */
  const fields = new Map();
  let running = "";
  const SIGNS = { passed: "✓", blank: "…" };

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

  /** What the reader has written of an exercise, in this browser. A browser may keep nothing. */
  const drafts = {
    name: (/** @type {string} */ key) => `psn_viz/code/${key}`,
    read(/** @type {string} */ key) {
      try { return localStorage.getItem(this.name(key)); } catch { return null; }
    },
    write(/** @type {string} */ key, /** @type {string | null} */ text) {
      try {
        if (text === null) localStorage.removeItem(this.name(key));
        else localStorage.setItem(this.name(key), text);
        return true;
      } catch { return false; }
    },
  };

  /**
   * Type in place of what is selected, so that the browser's Undo takes it back.
   * @param {HTMLTextAreaElement} field
   * @param {string} text
   */
  function type(field, text) {
    if (document.execCommand("insertText", false, text)) return;
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input"));
  }

  /**
   * Tab, Shift+Tab, Enter: as in an editor of Python. After Escape, Tab leaves the field.
   * @param {HTMLTextAreaElement} field
   * @param {KeyboardEvent} event
   */
  function typed(field, event) {
    const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
    if (event.key === "Escape") field.dataset.leave = "";
    else if (event.key !== "Shift" && event.key !== "Tab") delete field.dataset.leave;
    const begin = field.value.lastIndexOf("\n", field.selectionStart - 1) + 1;
    const line = field.value.slice(begin, field.selectionStart);
    if (event.key === "Tab" && plain && field.dataset.leave === undefined) {
      event.preventDefault();
      indent(field, begin, event.shiftKey);
    } else if (event.key === "Enter" && plain && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      type(field, `\n${/^ */.exec(line)?.[0] ?? ""}${/:\s*(#.*)?$/.test(line) ? "    " : ""}`);
    }
  }

  /**
   * @param {HTMLTextAreaElement} field
   * @param {number} begin of the first line
   * @param {boolean} back
   */
  function indent(field, begin, back) {
    const { selectionStart: from, selectionEnd: to, value } = field;
    if (from === to && !back) return type(field, " ".repeat(4 - ((from - begin) % 4)));
    const lines = value.slice(begin, to).split("\n");
    const moved = lines.map((line) => (back ? line.replace(/^ {1,4}/, "") : line && `    ${line}`));
    field.setSelectionRange(begin, to);
    if (moved.join("\n") !== lines.join("\n")) type(field, moved.join("\n"));
    const first = moved[0].length - lines[0].length;
    const end = begin + moved.join("\n").length;
    field.setSelectionRange(Math.max(begin, from + first), from === to ? Math.max(begin, from + first) : end);
  }

  /**
   * @param {string} source address
   * @returns {Promise<void>}
   */
  const load = (source) => new Promise((resolve, reject) => {
    const script = element("script", { src: source, onload: () => resolve(), onerror: () => reject(new Error(source)) });
    document.head.append(script);
  });

  /**
   * Draw the figure of a verdict.
   * @param {HTMLElement} host
   * @param {string} spec
   * @param {Float32Array[]} arrays
   * @param {string} alt
   */
  async function draw(host, spec, arrays, alt) {
    const [plotly, drawing] = told.drawing;
    if (!(/** @type {any} */ (globalThis).Plotly)) await load(plotly);
    if (typeof psnDrawing === "undefined") await load(drawing);
    const canvas = new psnDrawing.Canvas(/** @type {any} */ (globalThis).Plotly, host, told.themes);
    await canvas.paint(() => psnFigure.unpack(JSON.parse(spec), (n) => arrays[n]), alt);
    canvas.caption.hidden = true; // the sentence above says it
  }

  /**
   * @param {HTMLElement} place
   * @param {any} found
   * @param {Float32Array[]} arrays
   */
  function show(place, found, arrays) {
    const sign = SIGNS[/** @type {"passed" | "blank"} */ (found.status)] ?? "✗";
    const head = `${found.key}: ${found.sentence}`;
    const rows = [...found.facts];
    if (found.hint) rows.push(["hint", found.hint]);
    if (found.printed) rows.push(["printed", found.printed.replace(/\n+$/, "")]);
    const list = element("dl", {}, ...rows.flatMap(([label, text]) => [
      element("dt", { textContent: label }), element("dd", { textContent: text, className: label === "hint" ? "" : "psn-mono" })]));
    place.replaceChildren(element("p", { className: "psn-head" }, element("b", {}, element("span", { textContent: sign }), ` ${head}`)));
    place.dataset.status = found.status;
    if (rows.length) place.append(list);
    if (found.example) {
      place.append(element("details", {}, element("summary", { textContent: "What a wrong answer is told, for example" }),
        element("p", { textContent: found.example })));
    }
    if (found.spec) {
      const host = element("div", { className: "psn-view psn-panel" });
      place.append(host);
      draw(host, found.spec, arrays, `${head}. ${found.hint}`).catch((error) => {
        host.textContent = `Its picture cannot be drawn: ${error.message}`;
      });
    }
  }

  /**
   * What the page itself has to say of a check that did not end.
   * @param {Exercise} exercise
   * @param {"late" | "asked"} why
   * @param {string} source
   */
  function stopped(exercise, why, source) {
    const sentence = why === "late"
      ? `it did not end within ${told.seconds} s, so it was stopped. A loop that never ends?`
      : "you have stopped it";
    const entries = /** @type {any} */ ({});
    if (why === "late") {
      entries[exercise.kept] = tried(psnAnswers.entry(exercise.kept), source);
    }
    return { key: exercise.key, status: why === "late" ? "slow" : "interrupted", sentence, facts: [], printed: "",
      hint: "Python starts again by itself. Your code and your answers are kept.", example: "", spec: "", entries };
  }

  /**
   * What is kept after a try that Python could not end, as exercise_entry.py has it.
   * @param {{when: string, entry: Object<string, any>} | null} kept
   * @param {string} source
   */
  function tried(kept, source) {
    const before = kept?.entry ?? {};
    const when = psnAnswers.now();
    if (kept && before.passed === true) {
      const after = before.after ?? {};
      return { when: kept.when, entry: { ...before, after: { passed: 0, ...after, tries: (after.tries ?? 0) + 1, when } } };
    }
    const first = before.tries ? {} : { first_tried: when };
    return { when, entry: { ...before, ...first, passed: false, tries: (before.tries ?? 0) + 1, status: "slow", source, needs: "" } };
  }

  /**
   * @param {HTMLElement} section
   * @param {Exercise} exercise
   */
  function build(section, exercise) {
    const { key, stub } = exercise;
    const id = `editor-${section.id}`;
    const field = element("textarea", { id, value: drafts.read(key) ?? stub, spellcheck: false, autocomplete: "off", wrap: "off" });
    for (const off of ["autocapitalize", "autocorrect"]) field.setAttribute(off, "off");
    field.setAttribute("aria-describedby", `${id}-keys`);
    fields.set(section.id, field);
    const grow = () => { field.rows = Math.max(3, field.value.split("\n").length); };
    const status = element("span", { className: "psn-status" });
    status.setAttribute("role", "status");
    const place = element("div", { className: "psn-verdict" });
    place.setAttribute("aria-live", "polite");
    const run = element("button", { type: "button", textContent: "Run and check" });
    const stop = element("button", { type: "button", textContent: "Stop", hidden: true });
    const again = element("button", { type: "button", textContent: "Start again" });
    const form = element("div", { className: "psn-editor" },
      element("label", { htmlFor: id, textContent: `Your code for ${key}, ${exercise.title.toLowerCase()}` }), field,
      element("p", { id: `${id}-keys`, className: "psn-keys",
        textContent: "Tab indents; Escape, then Tab leaves the field; Ctrl + Enter runs." }),
      element("div", { className: "psn-buttons" }, run, stop, again, status), place);
    section.querySelector(".psn-written")?.replaceWith(form);
    section.querySelector(".psn-elsewhere")?.remove();
    grow();
    if (psnAnswers.entry(exercise.kept)?.entry.passed) status.textContent = "✓ You have passed this one.";

    const check = async () => {
      if (running) {
        status.textContent = running === section.id ? "It is running." : "Another check is running.";
        return;
      }
      running = section.id;
      stop.hidden = false;
      place.dataset.old = "";
      status.textContent = "Python loads in your browser …";
      const texts = Object.fromEntries([...fields].map(([cell, one]) => [cell, one.value]));
      const argument = { cell: section.id, texts, stored: psnAnswers.entry(exercise.kept) };
      const { told: said, arrays = [], stopped: why, failed } = await python.check(argument, () => { status.textContent = "It runs …"; });
      const found = said ?? (why && stopped(exercise, why, texts[section.id]));
      running = "";
      if (document.activeElement === stop) run.focus();
      stop.hidden = true;
      status.textContent = "";
      delete place.dataset.old;
      if (!found) {
        const last = (failed ?? "").trim().split("\n").at(-1);
        status.textContent = `Python has failed here (${last}). Try again, or open the notebook ${told.lesson}.ipynb.`;
        return;
      }
      show(place, found, arrays);
      if (Object.keys(found.entries).length) psnAnswers.merge(found.entries);
    };
    run.addEventListener("click", check);
    stop.addEventListener("click", () => python.stop("asked"));
    again.addEventListener("click", () => {
      if (field.value !== stub && !confirm("Throw away your code, and start again from the blank?")) return;
      field.value = stub;
      drafts.write(key, null);
      place.replaceChildren();
      delete place.dataset.status;
      grow();
      field.focus();
    });
    field.addEventListener("focus", () => python.start(), { once: true });
    field.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        check();
      } else typed(field, event);
    });
    field.addEventListener("blur", () => { delete field.dataset.leave; });
    field.addEventListener("input", () => {
      grow();
      const kept = drafts.write(key, field.value === stub ? null : field.value);
      if (!kept) status.textContent = "This browser does not keep what you write: it is lost when the page is closed.";
    });
  }

  for (const [id, exercise] of /** @type {[string, Exercise][]} */ (Object.entries(told.exercises))) {
    const section = document.getElementById(id);
    if (section) build(section, exercise);
  }
})();
