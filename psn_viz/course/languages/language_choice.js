// @ts-check
// The language in which the reader wants questions and definitions: one for the page, kept for the next visit.
// LANGUAGES is set before this, by page_script.py: by code, such as "zh", the language's name for itself, its tag, and
// the words of the interface.
const psnLanguage = (() => {
  const KEPT = "psn_viz_language";
  const CHANGED = "psn-viz-language"; // told to all of the page: in a notebook each question is a module of its own
  const page = /** @type {any} */ (globalThis);
  /** @type {Object<string, {name: string, lang: string, words: Object<string, string>}>} */
  const known = LANGUAGES;

  const kept = () => {
    try {
      return localStorage.getItem(KEPT);
    } catch {
      return null; // this browser keeps nothing
    }
  };
  const ofPage = () => Object.keys(known).find((code) => known[code].lang === document.documentElement.lang);

  /** @returns {string} "en", or the code of another language */
  function chosen() {
    const code = page[CHANGED] ?? kept() ?? ofPage();
    return code in known ? code : "en";
  }

  /** @param {string} code */
  function choose(code) {
    page[CHANGED] = code;
    try {
      localStorage.setItem(KEPT, code);
    } catch {
      // then it is kept while the page is open
    }
    dispatchEvent(new Event(CHANGED));
  }

  /**
   * Call when another language has been chosen, here or in another tab.
   * @param {() => void} listener
   * @returns {() => void} ends it
   */
  function listen(listener) {
    const elsewhere = (/** @type {StorageEvent} */ { key }) => {
      if (key !== KEPT) return;
      delete page[CHANGED];
      listener();
    };
    addEventListener(CHANGED, listener);
    addEventListener("storage", elsewhere);
    return () => {
      removeEventListener(CHANGED, listener);
      removeEventListener("storage", elsewhere);
    };
  }

  const tag = (/** @type {string} */ code) => known[code]?.lang ?? "en";

  /**
   * A word of the interface, with its places filled.
   * @param {string} code
   * @param {string} english
   * @param {(string | number)[]} places
   * @returns {string}
   */
  const say = (code, english, ...places) =>
    (known[code]?.words[english] ?? english).replace(/\{(\d)\}/g, (_, place) => String(places[place]));

  /** Buttons for English and the `codes`; they follow the choice wherever it is made. */
  function choice(/** @type {string[]} */ codes = Object.keys(known)) {
    const group = document.createElement("div");
    group.className = "psn-languages";
    group.setAttribute("role", "group");
    const buttons = ["en", ...codes].map((code) => {
      const traits = { type: "button", lang: tag(code), textContent: known[code]?.name ?? "English" };
      const button = Object.assign(document.createElement("button"), traits);
      button.addEventListener("click", () => choose(code));
      return { code, button };
    });
    group.append(...buttons.map(({ button }) => button));
    const show = () => {
      group.setAttribute("aria-label", say(chosen(), "Language"));
      group.lang = tag(chosen());
      buttons.forEach(({ code, button }) => button.setAttribute("aria-pressed", String(code === chosen())));
    };
    show();
    return { element: group, end: listen(show) };
  }

  return { chosen, choose, listen, tag, say, choice };
})();
