// @ts-check
// What a page of text does beside being read: explain marked words, print with nothing folded, scroll by keyboard.
(() => {
  /** @typedef {[title: string, chinese: string, definition: string, code: string, definitions: Object<string, string>]} Word */
  const words = /** @type {Object<string, Word>} */ (JSON.parse(document.getElementById("words")?.textContent ?? "{}"));
  const WAIT = 150; // ms that a pointer rests on a word, or is off it
  const note = Object.assign(document.createElement("span"), { id: "psn-definition", className: "psn-definition" });
  note.setAttribute("popover", "manual");
  note.setAttribute("role", "note");
  /** @type {HTMLAnchorElement | undefined} the word that is explained */
  let shown;
  let kept = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const span = (/** @type {Object<string, string>} */ traits) => Object.assign(document.createElement("span"), traits);
  const anchor = (/** @type {Object<string, string>} */ traits) => Object.assign(document.createElement("a"), traits);
  const wordAt = (/** @type {EventTarget | null} */ target) => {
    const link = target instanceof Element ? target.closest("a.psn-term") : null;
    return link instanceof HTMLAnchorElement && words[link.hash.slice(1)] ? link : undefined;
  };

  /** @param {HTMLAnchorElement} link */
  function show(link) {
    clearTimeout(timer);
    if (shown === link) return;
    hide();
    const [title, chinese, english, code, definitions] = words[link.hash.slice(1)];
    const language = psnLanguage.chosen() in definitions ? psnLanguage.chosen() : "en";
    const lang = psnLanguage.tag(language);
    const parts = [Object.assign(document.createElement("b"), { textContent: title }), " "];
    if (chinese) parts.push(span({ lang: "zh", textContent: chinese }));
    parts.push(span({ className: "psn-meaning-of-word", textContent: definitions[language] ?? english, lang }));
    if (code) {
      const address = new URL(`labs/${code.split(";")[0]}.html#${encodeURI(code)}`, link.href).href;
      parts.push(anchor({ href: address, textContent: psnLanguage.say(language, "See it in a lab"), lang }), " ");
    }
    parts.push(anchor({ href: link.href, textContent: psnLanguage.say(language, "Glossary"), lang }));
    note.replaceChildren(...parts);
    link.after(note); // so that Tab leads from the word into its explanation
    link.setAttribute("aria-describedby", note.id);
    note.showPopover();
    const at = link.getClientRects()[0];
    const below = at.bottom + 6 + note.offsetHeight < innerHeight;
    const left = Math.max(8, Math.min(at.left, document.documentElement.clientWidth - note.offsetWidth - 8));
    const top = below ? at.bottom + 6 : Math.max(8, at.top - note.offsetHeight - 6);
    Object.assign(note.style, { left: `${left + scrollX}px`, top: `${top + scrollY}px` }); // it scrolls with the page
    shown = link;
  }

  function hide() {
    clearTimeout(timer);
    shown?.removeAttribute("aria-describedby");
    shown = undefined;
    kept = false;
    note.remove();
  }

  function close() {
    if (!shown) return;
    if (inNote(document.activeElement)) shown.focus();
    hide();
  }

  const soon = (/** @type {() => void} */ what) => {
    clearTimeout(timer);
    timer = setTimeout(what, WAIT);
  };
  const inNote = (/** @type {EventTarget | null} */ target) => target instanceof Node && note.contains(target);

  // A browser that knows no popovers follows the links to the glossary.
  if ("showPopover" in HTMLElement.prototype) {
    document.addEventListener("pointerover", (event) => {
      const link = wordAt(event.target);
      if (event.pointerType !== "mouse") return;
      if (link && !kept) soon(() => show(link));
      else if (inNote(event.target) || link === shown) clearTimeout(timer);
      else if (!kept) soon(hide);
    });
    document.addEventListener("focusin", (event) => {
      const link = wordAt(event.target);
      if (link?.matches(":focus-visible")) show(link);
      else if (shown && !inNote(event.target) && event.target !== shown) hide();
    });
    document.addEventListener("click", (event) => {
      const link = wordAt(event.target);
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) {
        if (shown && !inNote(event.target)) hide();
        return;
      }
      event.preventDefault();
      if (shown === link && kept) return hide();
      show(link);
      kept = true;
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
    });
    addEventListener("resize", close);
  }

  // A link to the same page in another language is a choice, too.
  for (const link of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("a[data-language]"))) {
    link.addEventListener("click", () => psnLanguage.choose(link.dataset.language ?? "en"));
  }
  // Text that stands there in several languages: the chosen one is shown, or English.
  const told = [...document.querySelectorAll("dd:has(> [data-language])")].map((place) =>
    /** @type {HTMLElement[]} */ ([...place.children]).filter((one) => one.dataset.language || one.matches("br")));
  const speak = () => {
    for (const texts of told) {
      const shown = texts.find((one) => one.dataset.language === psnLanguage.chosen()) ?? texts[0];
      texts.forEach((one) => { one.hidden = one !== shown; });
      const link = texts[0].parentElement?.querySelector("a");
      const language = shown.dataset.language ?? "en";
      const textContent = psnLanguage.say(language, "See it in a lab");
      if (link) Object.assign(link, { textContent, lang: psnLanguage.tag(language) });
    }
  };
  if (told.length) {
    psnLanguage.listen(speak);
    speak();
    document.querySelector("[data-languages]")?.append(psnLanguage.choice().element);
  }

  // Words of the page around its text, which stand there in English.
  const worded = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-say]")]).map((element) =>
    ({ element, english: element.textContent ?? "" }));
  const speakWords = () => worded.forEach(({ element, english }) => {
    const textContent = psnLanguage.say(psnLanguage.chosen(), english);
    Object.assign(element, { textContent, lang: psnLanguage.tag(textContent === english ? "en" : psnLanguage.chosen()) });
  });
  if (worded.length) {
    psnLanguage.listen(speakWords);
    speakWords();
  }

  /** @type {HTMLDetailsElement[]} */
  let unfolded = [];
  addEventListener("beforeprint", () => {
    unfolded = [...document.querySelectorAll("details")].filter((part) => !part.open);
    unfolded.forEach((part) => { part.open = true; });
  });
  addEventListener("afterprint", () => unfolded.forEach((part) => { part.open = false; }));

  /** What is wider than its place scrolls; by keyboard it does so only when it can have the focus. */
  function reach() {
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("pre, .psn-math, .psn-wide, div.psn-output"))) {
      if (part.scrollWidth > part.clientWidth + 1) part.tabIndex = 0;
      else part.removeAttribute("tabindex");
    }
  }
  addEventListener("resize", reach);
  document.addEventListener("toggle", reach, true);
  reach();
})();
