// @ts-check
// The search: each word of the query has to begin a word of an entry; what a reader types is never more than text.
(() => {
  /** @typedef {[kind: string, title: string, heading: string, address: string, text: string]} Entry */
  const KINDS = /** @type {Object<string, string>} */ ({ lesson: "Lesson", lab: "Lab", exercise: "Exercise", word: "Word" });
  const MOST = 40; // results
  const AROUND = 90; // letters of a snippet on either side
  const index = /** @type {Entry[]} */ (/** @type {any} */ (globalThis).psnSearchIndex ?? []);
  const field = /** @type {HTMLInputElement} */ (document.getElementById("q"));
  const list = /** @type {HTMLElement} */ (document.getElementById("results"));
  const status = /** @type {HTMLElement} */ (document.getElementById("found"));
  const plain = (/** @type {string} */ text) => text.toLowerCase().replaceAll("-", " ");

  /** @param {string} query @returns {string[]} its first eight words, letters and digits only */
  const wordsOf = (query) => [...new Set(plain(query.slice(0, 200)).match(/[\p{L}\p{N}]+/gu) ?? [])].slice(0, 8);

  /** Where a word of the text begins with `word`, from `start` on, or -1. Chinese has no spaces: there, anywhere.
   * @param {string} text @param {string} word */
  function place(text, word, start = 0) {
    for (let at = text.indexOf(word, start); at >= 0; at = text.indexOf(word, at + 1)) {
      if (at === 0 || /\p{Script=Han}/u.test(word) || !/[\p{L}\p{N}]/u.test(text[at - 1])) return at;
    }
    return -1;
  }

  /** How well an entry fits, 0 where a word is missing: a word in a title counts more than one in the text.
   * @param {Entry} entry @param {string[]} words */
  function score([kind, title, heading, , text], words) {
    let sum = 0;
    const [high, middle, low] = [plain(title), plain(heading), plain(text)];
    for (const word of words) {
      let times = 0;
      for (let at = place(low, word); at >= 0 && times < 5; at = place(low, word, at + 1)) times++;
      const own = 12 * Number(place(high, word) >= 0) + 6 * Number(place(middle, word) >= 0) + times;
      if (!own) return 0;
      sum += own;
    }
    const [name] = high.split(" · ");
    return sum + (words.length && name.startsWith(words.join(" ")) ? 10 : 0) + (kind === "word" && name === words.join(" ") ? 20 : 0);
  }

  /** A part of the text with the words marked.
   * @param {string} text @param {string[]} words */
  function snippet(text, words) {
    const low = plain(text);
    const first = Math.min(...words.map((word) => place(low, word)).filter((at) => at >= 0), text.length);
    const start = first < text.length ? Math.max(0, text.lastIndexOf(" ", Math.max(0, first - AROUND)) + 1) : 0;
    const end = Math.min(text.length, Math.max(start, first < text.length ? first : 0) + 2 * AROUND);
    const line = document.createElement("p");
    if (start > 0) line.append("… ");
    for (let at = start; at < end;) {
      const next = words.map((word) => [place(low, word, at), word.length]).filter(([where]) => where >= 0 && where < end);
      const [where, length] = next.sort((one, two) => one[0] - two[0] || two[1] - one[1])[0] ?? [end, 0];
      line.append(text.slice(at, where));
      if (length) line.append(Object.assign(document.createElement("mark"), { textContent: text.slice(where, where + length) }));
      at = where + (length || 1);
    }
    if (end < text.length) line.append(" …");
    return line;
  }

  function search() {
    const query = new URLSearchParams(location.search).get("q") ?? "";
    const words = wordsOf(query);
    field.value = query;
    if (!query) return;
    const fits = index.map((entry) => ({ entry, value: words.length ? score(entry, words) : 0 })).filter(({ value }) => value > 0);
    fits.sort((one, two) => two.value - one.value);
    for (const { entry } of fits.slice(0, MOST)) {
      const [kind, title, heading, address, text] = entry;
      const link = Object.assign(document.createElement("a"), { href: address, textContent: heading ? `${title}: ${heading}` : title });
      const item = document.createElement("li");
      item.append(Object.assign(document.createElement("small"), { textContent: KINDS[kind] }), " ", link, snippet(text, words));
      list.append(item);
    }
    const shown = query.length > 60 ? `${query.slice(0, 60)}…` : query;
    const more = fits.length > MOST ? `, the best ${MOST} are shown` : "";
    status.textContent = fits.length ? `${fits.length} found for “${shown}”${more}.` : `Nothing found for “${shown}”. Try the beginning of a word.`;
  }

  search();
})();
