// @ts-check
// The places of labs on a page: each is a still picture that becomes the lab, where it stands, when the reader is near.
/** @typedef {{element: HTMLElement, lab: any, note: HTMLElement}} Place */
const psnPlaces = (() => {
  const read = (/** @type {string} */ id) => JSON.parse(document.getElementById(id)?.textContent ?? "null");
  const { worker, runtime, files, plotly, frames, computes, shows, labPages } = read("places");
  const themes = read("themes");
  const address = (/** @type {string} */ file) => new URL(file, location.href).href;
  const LOADING = "A picture until Python has loaded. What you set meanwhile is done then.";
  const NEAR = "600px 0px"; // above and below the window
  const REST = 100; // ms without a new state
  const saves = () => /** @type {any} */ (navigator).connection?.saveData === true;
  /** @type {Map<HTMLElement, Place>} */
  const places = new Map();
  /** @type {Place[]} */
  let wanted = [];
  /** @type {Place | undefined} */
  let opening;
  let started = false;

  /** @type {Promise<any> | undefined} */
  let loading;
  /** @returns {Promise<any>} plotly.js, loaded when the first figure wants it */
  function loadPlotly() {
    loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = plotly;
      script.onload = () => resolve(/** @type {any} */ (globalThis).Plotly);
      script.onerror = () => reject(new Error("plotly.js did not load"));
      document.head.append(script);
    });
    loading.catch(() => { loading = undefined; });
    return loading;
  }

  /** Have the browser fetch plotly.js beside Pyodide, and evaluate it later. */
  function fetchPlotly() {
    if (!location.protocol.startsWith("http") || document.head.querySelector("link[rel=preload]")) return;
    document.head.append(Object.assign(document.createElement("link"), { rel: "preload", as: "script", href: plotly, fetchPriority: "low" }));
  }

  /**
   * Draw a lab once Pyodide is there: they would hold each other up, and what follows leaves a core free.
   * @param {Place} place
   */
  function drawSoon(place) {
    psnPython.whenLoaded(() => places.get(place.element) === place && place.lab.draw());
  }

  /**
   * @param {string} lab a name
   * @returns {{worker: string, runtime: string, files: string[]}}
   */
  const where = (lab) => ({ worker, runtime: address(runtime), files: files[lab].map(address) });

  /**
   * @param {string} textContent
   * @param {() => void} act
   * @returns {HTMLButtonElement}
   */
  function button(textContent, act) {
    const made = Object.assign(document.createElement("button"), { type: "button", textContent });
    made.addEventListener("click", act);
    return made;
  }

  /**
   * Give a place its controls. It hears of events: psn-code, a state was reached; psn-live; psn-failed.
   * @param {HTMLElement} element
   * @returns {Place}
   */
  function add(element) {
    const tell = (/** @type {string} */ name, /** @type {any} */ detail) => element.dispatchEvent(new CustomEvent(name, { detail }));
    const note = document.createElement("span");
    note.className = "psn-note";
    note.setAttribute("role", "status");
    note.textContent = LOADING;
    const computed = Object.assign(document.createElement("span"), { className: "psn-computes",
      textContent: element.dataset.stored === undefined ? computes : shows });
    const says = Object.assign(document.createElement("span"), { className: "psn-says" });
    says.append(note, computed); // both in one place, so that the second is no larger than the first
    const line = element.querySelector(".psn-open");
    const own = line?.querySelector("a");
    line?.prepend(says);
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let resting;
    const lab = new psnLab.Lab(element, where((element.dataset.code ?? "").split(";")[0]), loadPlotly, themes, {
      onCode: (code) => { // told when the reader rests: to change an address takes as long as to draw a trace
        clearTimeout(resting);
        resting = setTimeout(() => {
          own?.setAttribute("href", `${own.getAttribute("href")?.split("#")[0]}#${encodeURI(code)}`);
          tell("psn-code", code);
        }, REST);
      },
      onElsewhere: (code) => elsewhere(place, code),
      onLive: () => {
        element.dataset.live = "";
        tell("psn-live");
        next(place);
      },
      onFail: (why) => {
        if (lab.live) return;
        if (element.dataset.failed === undefined) replace(place, why);
        element.dataset.failed = why;
        tell("psn-failed", why);
        next(place);
      },
    });
    const place = { element, lab, note };
    places.set(element, place);
    if (element.closest(".psn-front")) mainAlone(place);
    return place;
  }

  /**
   * A code of another lab was typed: go to that lab, on this page or on its own.
   * @param {Place} place where it was typed
   * @param {string} text
   * @returns {boolean} whether it was one
   */
  function elsewhere({ element, lab }, text) {
    const [name, ...state] = text.trim().split(/[;\s]+/);
    if (name === lab.name || !(name in files) || "single" in document.documentElement.dataset) return false;
    const code = [name, ...state].join(";");
    const isDeck = document.body.matches(".psn-stepped");
    if (isDeck || !show(element, code)) location.assign(`${labPages}${name}.html${isDeck ? "?present" : location.search}#${encodeURI(code)}`);
    else lab.codeField.value = lab.latest.told.code;
    return true;
  }

  /**
   * Show the main controls of a lab alone, with a button for all of them.
   * @param {Place} place
   * @returns {HTMLElement[]} the rows of the main controls
   */
  function mainAlone({ element, lab }) {
    const main = (element.dataset.main ?? "").split(" ");
    const rows = main.map((name) => /** @type {HTMLElement} */ (lab.controls.querySelector(`[data-control="${name}"]`)));
    for (const row of lab.controls.children) row.classList.toggle("psn-main", rows.includes(row));
    for (const row of rows) lab.controls.append(row); // in their order, after those that are hidden
    element.classList.add("psn-brief");
    const all = button("All controls", () => all.setAttribute("aria-pressed", String(!element.classList.toggle("psn-brief"))));
    all.setAttribute("aria-pressed", "false");
    element.querySelector(".psn-open")?.append(all);
    return rows;
  }

  /**
   * Where the lab cannot run: frames of its main control, or the picture as it is, and a way to try again.
   * @param {Place} place
   * @param {string} why
   */
  async function replace({ element, lab, note }, why) {
    const again = button("Try again", () => {
      delete element.dataset.failed;
      lab.showControls();
      if (psnPython.isBroken()) psnPython.end(); // with all that was on its way
      else lab.lose();
      start();
      want(/** @type {Place} */ (places.get(element)));
      lab.focus(); // the button is gone
    });
    const reason = document.createElement("span");
    const say = (/** @type {string} */ what) => { reason.textContent = `Python cannot run here, so ${what} (${why}) `; };
    note.replaceChildren(reason, again);
    say("this stays a picture.");
    const answer = await fetch(`${frames}${lab.name}.json`).catch(() => undefined); // a page from a disk asks for nothing
    if (!answer?.ok) return;
    const made = await answer.json();
    const isDrawn = await loadPlotly().then(() => true, () => false);
    if (!isDrawn || element.dataset.failed === undefined) return;
    lab.showFrames(made);
    say(`these are ${made.frames.length} figures computed beforehand, over one control.`);
  }

  /**
   * A place for a lab that the page had none for, with what leads to the lab's own page.
   * @param {string} code the state that it opens in
   * @returns {Place}
   */
  function make(code) {
    const part = (/** @type {string} */ className, /** @type {Node[]} */ ...inside) => {
      const made = Object.assign(document.createElement("div"), { className });
      made.append(...inside);
      return made;
    };
    const element = part("psn-place psn-lab", part("psn-body", part("psn-controls"), part("psn-view psn-panel")));
    element.dataset.code = code;
    const line = Object.assign(document.createElement("p"), { className: "psn-open" });
    const name = code.split(";")[0];
    line.append(Object.assign(document.createElement("a"),
      { href: `${labPages}${name}.html#${encodeURI(code)}`, textContent: "Open this lab on a page of its own" }));
    element.append(line);
    return add(element);
  }

  /**
   * Take a place off the page, and what its lab holds.
   * @param {Place} place
   */
  function remove(place) {
    wanted = wanted.filter((one) => one !== place);
    places.delete(place.element);
    place.lab.close();
    place.element.remove();
    next(place);
  }

  /**
   * Open a lab when those that were wanted before have been; one that the reader asks for goes first.
   * @param {Place} place
   * @param {boolean} [first]
   */
  function want(place, first = false) {
    if (place.lab.opened || place.element.dataset.failed !== undefined) return;
    wanted = wanted.filter((one) => one !== place);
    wanted[first ? "unshift" : "push"](place);
    next();
  }

  /** @param {Place} [done] */
  function next(done) {
    if (done && done === opening) opening = undefined;
    if (opening || !started) return;
    opening = wanted.shift();
    if (!opening) return;
    opening.note.textContent = LOADING;
    drawSoon(opening);
    opening.lab.open();
  }

  /** Start the worker; labs are opened from now on. */
  function start() {
    started = true;
    const [name] = Object.keys(files);
    psnPython.start(where(name));
    fetchPlotly();
    next();
  }

  /**
   * The lab that a phrase of the text sets: the nearest place of it before the phrase, else the next one after.
   * @param {Element} phrase
   * @param {string} name of the lab
   * @returns {Place | undefined}
   */
  function nearest(phrase, name) {
    const those = [...places.values()].filter(({ lab }) => lab.name === name);
    const isBefore = (/** @type {Place} */ { element }) => phrase.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING;
    return those.filter(isBefore).at(-1) ?? those[0];
  }

  /**
   * Put the lab that a part of the text speaks of into a state, if the page has that lab.
   * @param {Element} part
   * @param {string} code
   * @returns {HTMLElement | undefined} its figure
   */
  function set(part, code) {
    const place = nearest(part, code.split(";")[0]);
    if (!place) return undefined;
    place.lab.go(code);
    start();
    want(place, true);
    return place.lab.view;
  }

  /** @param {HTMLElement} figure @returns {boolean} whether at least half of it, or of the window, is in sight */
  function inSight(figure) {
    const box = figure.getBoundingClientRect();
    const seen = Math.min(box.bottom, innerHeight) - Math.max(box.top, 0);
    return seen >= Math.min(box.height, innerHeight) / 2;
  }

  /**
   * Put that lab into a state, and into sight.
   * @param {Element} part
   * @param {string} code
   * @returns {boolean} whether there is one
   */
  function show(part, code) {
    const figure = set(part, code);
    if (figure && !inSight(figure)) figure.scrollIntoView({ block: "center" });
    return figure !== undefined;
  }

  /**
   * Put that lab into a state; where it is out of sight the reader stays, and is given a way to it.
   * @param {HTMLElement} part where the way begins
   * @param {string} code
   */
  function point(part, code) {
    const figure = set(part, code);
    if (!figure || inSight(figure)) return;
    part.replaceChildren(button("Show it in the figure", () => figure.scrollIntoView({ block: "center" })));
  }

  document.addEventListener("click", (event) => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const phrase = /** @type {HTMLAnchorElement | null} */ (/** @type {Element} */ (event.target).closest?.("a.psn-state"));
    const [page, code = ""] = (phrase?.getAttribute("href") ?? "").split("#");
    const name = page.match(/(\w+)\.html$/)?.[1];
    if (phrase && name && show(phrase, decodeURIComponent(code) || name)) event.preventDefault();
  });

  for (const element of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".psn-place"))) add(element);
  if (!document.body.matches(".psn-own-page")) {
    if (saves()) {
      for (const place of places.values()) {
        place.note.replaceChildren("This is a picture. ", button("Run the lab here: 9 MB", () => {
          start();
          want(place, true);
          place.lab.focus(); // the button is gone
        }));
      }
    } else {
      const near = new IntersectionObserver((entries) => {
        for (const { isIntersecting, target } of entries) {
          const place = isIntersecting && places.get(/** @type {HTMLElement} */ (target));
          if (!place) continue;
          near.unobserve(target);
          drawSoon(place);
          want(place);
        }
      }, { rootMargin: NEAR });
      for (const element of places.keys()) near.observe(element);
      const idle = globalThis.requestIdleCallback ?? setTimeout;
      const begin = () => idle(start);
      if (document.readyState === "complete") begin();
      else addEventListener("load", begin);
    }
  }
  return { places, add, make, remove, want, start, show, point, mainAlone };
})();
