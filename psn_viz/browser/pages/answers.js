// @ts-check
// The answers of a reader, kept in this browser as the progress file that a notebook keeps beside itself.
/**
 * @typedef {{when: string, entry: Object<string, any>}} KeptAnswer
 */
const psnAnswers = (() => {
  const NAME = "psn_viz_progress";
  const VERSION = 1;
  const KEY = /^[A-Za-z0-9_]+\/(predict|recall|check|open)\/[A-Za-z0-9_]+$/;
  /** @type {Map<string, KeptAnswer>} of this page; what the browser has of it is read again before it is used */
  let answers = new Map();
  let trouble = "";
  let writable = true;
  /** @type {Set<() => void>} */
  const listeners = new Set();

  /** @param {any} value */
  const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

  /**
   * The answers in a text, or why there are none; damaged ones are left out.
   * @param {string} text
   * @returns {{found: Map<string, KeptAnswer>, whole: boolean, newer: boolean}}
   */
  function parsed(text) {
    const found = new Map();
    try {
      const file = JSON.parse(text);
      const newer = file[NAME] > VERSION;
      let whole = file[NAME] === VERSION && isObject(file.entries);
      if (!whole) return { found, whole, newer };
      for (const [key, one] of Object.entries(file.entries)) {
        if (KEY.test(key) && isObject(one) && typeof one.when === "string" && isObject(one.entry)) found.set(key, one);
        else whole = false;
      }
      return { found, whole, newer };
    } catch {
      return { found, whole: false, newer: false };
    }
  }

  /** Take over what the browser has: other tabs write there, too. */
  function read() {
    if (!writable) return;
    try {
      const kept = localStorage.getItem(NAME);
      if (kept === null) return;
      const { found, whole, newer } = parsed(kept);
      if (newer) {
        writable = false;
        trouble = "The answers in this browser were written by a newer version of these pages, and stay as they are. "
          + "What you answer now is kept until you close this page.";
        return;
      }
      if (!whole) {
        let name = `${NAME}.damaged`;
        for (let n = 2; localStorage.getItem(name) !== null; n++) name = `${NAME}.damaged.${n}`;
        localStorage.setItem(name, kept);
        trouble = `Some of the answers in this browser were damaged. They are kept aside, as ${name} in its local storage.`;
        localStorage.setItem(NAME, text(found));
      }
      answers = found;
    } catch {
      cannot();
    }
  }

  function cannot() {
    writable = false;
    trouble = "This browser keeps nothing for this page, as in a private window or with its storage full. What you "
      + "answer is kept until you close this page: save the hand-in file before.";
  }

  /**
   * @param {Map<string, KeptAnswer>} [some]
   * @returns {string} the progress file
   */
  function text(some = answers) {
    return JSON.stringify({ [NAME]: VERSION, known: [...some.keys()].sort(), entries: Object.fromEntries(some) });
  }

  /**
   * Keep these answers, beside those that are there.
   * @param {Object<string, KeptAnswer>} some by key
   */
  function merge(some) {
    read();
    for (const [key, one] of Object.entries(some)) answers.set(key, one);
    if (writable) {
      try {
        localStorage.setItem(NAME, text());
      } catch {
        cannot();
      }
    }
    tell();
  }

  /** Forget every answer. */
  function forget() {
    answers = new Map();
    try {
      if (writable) localStorage.removeItem(NAME);
    } catch {
      cannot();
    }
    tell();
  }

  /** @returns {string} the time of day with its zone, as a notebook writes it: 2026-01-31T09:05:00+0100 */
  function now() {
    const date = new Date();
    const ahead = -date.getTimezoneOffset();
    const shifted = new Date(date.getTime() + 60_000 * ahead).toISOString().slice(0, 19);
    const two = (/** @type {number} */ n) => String(Math.trunc(Math.abs(n))).padStart(2, "0");
    return `${shifted}${ahead < 0 ? "-" : "+"}${two(ahead / 60)}${two(ahead % 60)}`;
  }

  function tell() {
    listeners.forEach((listener) => listener());
  }

  addEventListener("storage", ({ key, newValue }) => { // another tab has written, or forgotten
    if (key !== null && key !== NAME) return;
    const before = answers;
    if (newValue === null) answers = new Map();
    else {
      read();
      // Two tabs that wrote at the same time: what the other one has not seen is written again.
      const lost = [...before].filter(([one]) => !answers.has(one));
      if (lost.length) return merge(Object.fromEntries(lost));
    }
    tell();
  });
  read();
  return {
    merge,
    forget,
    now,
    text: () => (read(), text()),
    /** @param {string} key */
    entry: (key) => answers.get(key) ?? null,
    count: () => answers.size,
    trouble: () => trouble,
    /** @param {() => void} listener is called when answers have changed, here or in another tab */
    listen: (listener) => listeners.add(listener),
  };
})();
