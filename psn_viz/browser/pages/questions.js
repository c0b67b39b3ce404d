// @ts-check
// The questions of a lesson in their places: each can be answered at once, and is judged by Python when that has loaded.
// Until then, without JavaScript, and where Python does not start, the still question with its folded answer is there.
/**
 * @typedef {{status: string, answer: any, second: any}} Taken
 * @typedef {{shown: Object<string, any>, feedback_translations: Object<string, string>, lab: string,
 *   entry: KeptAnswer | null}} Judged
 */
(() => {
  const read = (/** @type {string} */ id) => JSON.parse(document.getElementById(id)?.textContent ?? "null");
  const places = read("places");
  const { forms, files } = read("questions");
  const address = (/** @type {string} */ file) => new URL(file, location.href).href;
  const where = (/** @type {string[]} */ archives) =>
    ({ worker: places.worker, runtime: address(places.runtime), files: archives.map(address) });
  const element = (/** @type {string} */ tag, traits = {}) => Object.assign(document.createElement(tag), traits);
  const saves = /** @type {any} */ (navigator).connection?.saveData === true;

  /** What a widget's model is in a notebook. */
  class Model {
    /**
     * @param {Object<string, any>} form
     * @param {() => void} onSave
     */
    constructor(form, onSave) {
      /** @type {Object<string, any>} */
      this.traits = { ...form, status: "open", answer: null, second: null, truth: null, right: null, second_right: null,
        feedback: "", feedback_translations: {}, waiting: "Python loads in your browser. It judges your answer when it is there." };
      /** @type {Set<() => void>} */
      this.listeners = new Set();
      this.save_changes = onSave;
    }

    /** @param {string} name */
    get(name) { return this.traits[name]; }

    /**
     * @param {string} name
     * @param {any} value
     */
    set(name, value) { this.traits[name] = value; }

    /**
     * @param {string} _
     * @param {() => void} listener
     */
    on(_, listener) { this.listeners.add(listener); }

    /**
     * @param {string} _
     * @param {() => void} listener
     */
    off(_, listener) { this.listeners.delete(listener); }

    /** @param {Object<string, any>} shown */
    show(shown) {
      Object.assign(this.traits, shown);
      this.listeners.forEach((listener) => listener());
    }
  }

  class Asked {
    /**
     * @param {string} key of its answer
     * @param {string} truth what a number is compared with here, or ""
     * @param {(why: string) => void} giveUp
     * @param {() => void} tryAgain
     */
    constructor(key, truth, giveUp, tryAgain) {
      this.key = key;
      this.truth = truth;
      this.giveUp = giveUp;
      this.tryAgain = tryAgain;
      this.host = element("div");
      this.note = element("p", { className: "psn-note" });
      this.note.setAttribute("role", "status");
      this.below = element("div", { className: "psn-uncovered" });
      this.live = element("div");
      this.live.append(this.host, this.note, this.below);
      this.model = new Model(forms[key], () => this.take());
      this.drawn = false;
      this.id = 0;
      this.number = 0;
      this.busy = false;
      /** @type {Taken | null} */
      this.given = null; // what the reader has answered and nobody has judged yet
      this.fresh = false; // whether what is being judged has just been answered
      this.again = false; // whether to look again at what is kept
      this.lab = "";
      this.seen = JSON.stringify(null); // what Python has been told, or has told, is kept
      if (this.isKept()) this.wait();
      else this.draw();
    }

    isKept() {
      return psnAnswers.entry(this.key)?.entry.prompt === forms[this.key].prompt;
    }

    draw() {
      if (this.drawn) return;
      this.host.replaceChildren();
      this.host.className = "";
      psnQuestion.render({ model: this.model, el: this.host });
      this.drawn = true;
    }

    /** Say that there is an answer, which Python will show. */
    wait() {
      this.host.className = "psn-question";
      const prompt = element("p");
      const line = element("p");
      const button = element("button", { type: "button" });
      let asks = saves;
      button.addEventListener("click", () => {
        asks = false;
        speak();
        this.host.tabIndex = -1;
        this.host.focus(); // the button is gone
        this.look();
      });
      const speak = () => {
        if (this.drawn) return end();
        Object.assign(prompt, psnQuestion.text(this.model, "prompt"));
        const say = (/** @type {string} */ english) => psnQuestion.word(this.model, english);
        this.host.lang = psnLanguage.tag(psnQuestion.languageOf(this.model));
        button.textContent = say("Load Python and show it");
        line.replaceChildren(...(asks ? [say("You have answered this."), " ", button]
          : [say("You have answered this. Python loads to show it.")]));
      };
      const end = psnLanguage.listen(speak);
      this.host.replaceChildren(prompt, line);
      speak();
    }

    take() {
      const { status, answer, second } = this.model.traits;
      this.given = { status, answer, second };
      this.next();
    }

    /** Show what is kept by now. */
    look() {
      this.again = true;
      this.next();
    }

    next() {
      if (this.busy) return;
      const stored = psnAnswers.entry(this.key);
      if (!this.id) {
        this.id = psnPython.connect(where(files[this.key]), this);
        this.again = false;
        this.post("open", { stored });
      } else if (this.given) {
        const given = this.given;
        this.given = null;
        this.fresh = true;
        this.post("take", { stored, ...given });
      } else if (this.again) {
        this.again = false;
        this.post("show", { stored });
      }
    }

    /**
     * @param {string} action
     * @param {Object<string, any>} argument
     */
    post(action, argument) {
      this.busy = true;
      this.seen = JSON.stringify(argument.stored);
      psnPython.post({ action, argument, kind: "question", name: this.key, code: this.truth, id: this.id, number: ++this.number });
    }

    /** @param {{told?: Judged, failed?: string}} message */
    hear({ told, failed }) {
      this.busy = false;
      if (failed !== undefined || !told) return this.fail(failed ?? "no answer");
      this.model.traits.waiting = "Python judges …";
      if (told.entry) {
        this.seen = JSON.stringify(told.entry);
        psnAnswers.merge({ [this.key]: told.entry });
        this.note.textContent = psnAnswers.trouble();
      }
      if (this.given || this.again) return this.next();
      this.model.show({ ...told.shown, feedback_translations: told.feedback_translations });
      this.draw();
      this.uncover(told.lab);
      this.fresh = false;
    }

    /** Answers have changed, here or in another tab. */
    follow() {
      const kept = psnAnswers.entry(this.key);
      if (JSON.stringify(kept) !== this.seen && (kept || this.id)) this.look();
    }

    /** @param {string} why */
    fail(why) {
      this.giveUp(why);
    }

    /** Python was ended: what it knew of this question is asked again when it is needed. */
    lose() {
      psnPython.close(this.id);
      this.id = 0;
      this.busy = false;
      this.tryAgain();
    }

    /** @param {string} code the state of the lab that the answer uncovers, or "" */
    uncover(code) {
      if (code === this.lab) return;
      this.lab = code;
      if (this.running) psnPlaces.remove(this.running);
      this.running = undefined;
      this.below.replaceChildren();
      if (!code) return;
      // On the front page the lab is there already, beside the question.
      if (document.body.matches(".psn-front")) return void (this.fresh && psnPlaces.point(this.below, code));
      // A lab of an answer from before stays folded: a page that is opened again does not run all of them at once.
      if (this.fresh) return this.run(code);
      const button = psnQuestion.spoken("button", this.model, "Run the lab that your answer has uncovered");
      button.type = "button";
      button.addEventListener("click", () => {
        button.remove();
        this.run(code);
        this.below.tabIndex = -1;
        this.below.focus();
      });
      this.below.append(button);
    }

    /** @param {string} code */
    run(code) {
      this.running = psnPlaces.make(code);
      this.below.append(this.running.element);
      psnPlaces.start();
      psnPlaces.want(this.running, true);
    }
  }

  /** @type {Asked[]} */
  const every = [];
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".psn-asked"))) {
    const still = /** @type {HTMLElement} */ (place.querySelector(".psn-still"));
    const here = element("div");
    const { keys = "", truth = "" } = place.dataset;
    /** @param {string} why */
    const giveUp = (why) => {
      const hadKeyboard = here.contains(document.activeElement);
      here.remove();
      still.hidden = false;
      if (place.dataset.failed) return;
      const lost = asked.some((one) => one.given || one.fresh);
      place.dataset.failed = why;
      const model = asked[0].model;
      const told = element("p", { className: "psn-note" });
      told.append(psnQuestion.spoken("span", model, "Python does not run here, so this question takes no answer."), " ");
      if (lost) told.append(psnQuestion.spoken("span", model, "What you have just answered was not kept."), " ");
      told.append(`(${why.slice(0, 200)})`);
      told.setAttribute("role", "alert");
      told.tabIndex = -1;
      place.append(told);
      if (hadKeyboard) told.focus();
    };
    const tryAgain = () => {
      if (!place.dataset.failed) return;
      delete place.dataset.failed;
      place.querySelector(":scope > [role=alert]")?.remove();
      still.hidden = true;
      place.append(here);
    };
    const asked = keys.split(" ").map((key) => new Asked(key, truth, giveUp, tryAgain));
    here.append(...asked.map((one) => one.live));
    if (truth) {
      const told = "Compared with the value of the run that this page was made from: {0}.";
      const note = psnQuestion.spoken("p", asked[0].model, told, truth);
      note.className = "psn-note";
      here.append(note);
    }
    still.hidden = true;
    place.append(here);
    every.push(...asked);
  }
  addEventListener("beforeunload", (event) => {
    if (every.some((one) => one.given || (one.fresh && one.busy))) event.preventDefault(); // an answer is not kept yet
  });
  psnAnswers.listen(() => every.forEach((one) => one.follow()));
  const idle = /** @type {any} */ (globalThis).requestIdleCallback ?? setTimeout;
  const start = () => idle(() => {
    const fail = (/** @type {string} */ why) => every.forEach((one) => one.fail(why));
    const course = where(places.course);
    psnPython.connect(course, { hear() {}, fail, lose: () => every.forEach((one) => one.lose()) });
    psnPython.start(course);
    every.forEach((one) => one.follow());
  }, { timeout: 2000 }); // a page in the background is never idle
  if (saves) return;
  if (document.readyState === "complete") start();
  else addEventListener("load", start);
})();
