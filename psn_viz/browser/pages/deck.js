// @ts-check
// A deck: its page is a list of steps to read; with Python there, one of them at a time fills the window.
(() => {
  const { element, button, bar, help, fit, tell, turn, whole, rewind, partButton, move, listen, caption, fill } = psnPresent;
  const list = /** @type {HTMLElement} */ (document.getElementById("steps"));
  const steps = /** @type {HTMLElement[]} */ ([...list.children]);
  const { labs, back } = JSON.parse(document.getElementById("deck")?.textContent ?? "{}");
  /** @type {Map<string, Place>} by the name of the lab */
  const places = new Map();
  const stage = element("div", { className: "psn-stage" });
  let now = -1;

  const count = element("span", { className: "psn-count" });
  const minutes = element("span", { className: "psn-minutes", title: "As the deck plans it" });
  const { open, toggle, close } = help([
    ["→, space, Page Down", "the next step; the last two first uncover a question, or show the next part of a figure"],
    ["←, Page Up", "the step before"], ["Home, End", "the first step, the last one"], ["U", "uncover a question, and cover it again"],
    ["↑ ↓", "move the first control; with Shift the second one"], ["N", "the next part of a figure that has several"],
    ["W", "the whole figure, with smaller letters"], ["M", "the minutes, as planned: show or hide"], ["P", "play, pause"], ["C", "the caption"],
    ["A", "all controls"], ["R", "the state of this step again"], ["B", "a blank screen"], ["F", "full screen"], ["?", "these keys"],
  ]);
  bar(back.text, button("‹", "The step before", () => go(now - 1)), count, button("›", "The next step", () => go(now + 1)), minutes, partButton, open)
    .href = back.href;
  list.after(stage);
  document.body.classList.add("psn-stepped");

  /** @param {HTMLElement} step @returns {string} the state that it shows now, or "" */
  const shows = ({ dataset }) => dataset.code ?? ("uncovered" in dataset ? dataset.uncovers : "") ?? "";

  /**
   * The place of the lab that a state is of, made when it is first asked for.
   * @param {string} code
   * @returns {Place}
   */
  function placeOf(code) {
    const name = code.split(";")[0];
    const before = places.get(name);
    if (before) return before;
    const place = psnPlaces.make(code);
    places.set(name, place);
    place.element.dataset.main = labs[name];
    place.element.classList.add("psn-brief");
    place.element.hidden = true;
    place.element.addEventListener("psn-live", () => {
      psnPlaces.mainAlone(place);
      new ResizeObserver(() => fit(place)).observe(place.lab.controls);
      show();
    }, { once: true });
    place.element.addEventListener("psn-failed", (event) => { document.body.dataset.failed = /** @type {CustomEvent} */ (event).detail; });
    stage.append(place.element);
    psnPlaces.want(place);
    return place;
  }

  /** Bring the window to the present step, whose lab has a place. */
  function show() {
    const code = shows(steps[now]);
    const place = code ? placeOf(code) : undefined;
    for (const one of places.values()) one.element.hidden = one !== place;
    steps.forEach((step, n) => step.classList.toggle("psn-now", n === now));
    document.body.classList.toggle("psn-with-figure", place !== undefined);
    if (place) fit(place);
    else tell(); // that no figure is here
    if (!document.activeElement?.checkVisibility()) { // what had the keyboard belongs to another step
      steps[now].tabIndex = -1;
      steps[now].focus({ preventScroll: true });
    }
    for (const truth of steps[now].querySelectorAll(".psn-truth")) /** @type {HTMLElement} */ (truth).hidden = !("uncovered" in steps[now].dataset);
    const press = steps[now].querySelector(".psn-uncover");
    if (press) press.textContent = "uncovered" in steps[now].dataset ? "Cover (U)" : "Uncover (U)";
    const hidden = place && place.element.dataset.live === undefined;
    if (hidden) return;
    document.body.dataset.step = String(now + 1);
  }

  /** Put the lab of the present step into the state of the step. */
  function set() {
    const code = shows(steps[now]);
    if (!code) return;
    const place = placeOf(code);
    rewind(place, steps[now].dataset.part);
    place.lab.go(code);
  }

  /**
   * When the deck plans a step, in its minutes.
   * @param {number} n
   * @returns {string} nothing where the deck does not say
   */
  function planned(n) {
    const each = steps.map(({ dataset }) => Number(dataset.minutes ?? NaN));
    const total = each.reduce((all, one) => all + one, 0);
    if (Number.isNaN(total)) return Number.isNaN(each[n]) ? "" : `${each[n]} min`;
    const before = each.slice(0, n).reduce((all, one) => all + one, 0);
    const first = Math.min(total, before + 1);
    return `${each[n] > 1 ? `${first}–${before + each[n]}` : first} of ${total} min`;
  }

  /** @param {number} n the number of a step, from 0 */
  function go(n) {
    const next = Math.max(0, Math.min(steps.length - 1, n));
    if (next === now) return;
    now = next;
    delete document.body.dataset.step;
    count.textContent = `${now + 1} / ${steps.length}`;
    minutes.textContent = planned(now);
    history.replaceState(null, "", `#${now + 1}`);
    set();
    show();
    const after = steps[now + 1];
    const code = after && (after.dataset.code ?? after.dataset.uncovers);
    if (code) placeOf(code); // it is there when it is wanted
  }

  /** Uncover a question, or cover it. */
  function uncover() {
    const { dataset, classList } = steps[now];
    if (!classList.contains("psn-asks")) return;
    if ("uncovered" in dataset) delete dataset.uncovered;
    else dataset.uncovered = "";
    set();
    show();
  }

  const covered = () => steps[now].classList.contains("psn-asks") && !("uncovered" in steps[now].dataset);
  /** @returns {Place | undefined} the lab of the present step */
  const shownNow = () => places.get(shows(steps[now]).split(";")[0]);
  const nextPart = () => { const place = shownNow(); return place !== undefined && turn(place, 1); };
  const next = () => { if (covered()) uncover(); else if (!nextPart()) go(now + 1); };
  const row = (/** @type {number} */ n) => {
    const rows = places.get(shows(steps[now]).split(";")[0])?.element.querySelectorAll(".psn-controls > .psn-main");
    return rows?.[n];
  };
  for (const step of steps) {
    const press = step.querySelector(".psn-uncover");
    press?.addEventListener("click", uncover);
  }
  listen({
    ArrowRight: () => go(now + 1), ArrowLeft: () => go(now - 1), PageDown: next, PageUp: () => go(now - 1),
    " ": (event) => (event.shiftKey ? go(now - 1) : next()), Home: () => go(0), End: () => go(steps.length - 1),
    ArrowUp: (event) => move(row(Number(event.shiftKey)), 1), ArrowDown: (event) => move(row(Number(event.shiftKey)), -1),
    u: uncover, c: caption, f: fill, r: set, m: () => document.body.classList.toggle("psn-untimed"),
    n: () => { const place = shownNow(); if (place) turn(place, 1, true); }, w: () => { const place = shownNow(); if (place) whole(place); }, "?": toggle,
    p: () => /** @type {HTMLElement | null} */ (stage.querySelector(".psn-place:not([hidden]) .psn-play"))?.click(),
    a: () => { stage.querySelector(".psn-place:not([hidden])")?.classList.toggle("psn-brief"); },
    b: () => document.body.classList.toggle("psn-blank"), ".": () => document.body.classList.toggle("psn-blank"),
    Escape: () => close() || document.body.classList.remove("psn-blank"),
  });
  addEventListener("resize", () => show());
  const asked = () => (parseInt(location.hash.slice(1)) || 1) - 1; // by the address
  addEventListener("hashchange", () => go(asked()));
  psnPlaces.start();
  go(asked());
})();
