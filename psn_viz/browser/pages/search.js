// @ts-check
// The search: each word of the query has to begin a word of an entry; what a reader types is never more than text.
(() => {
  /** @typedef {[kind: string, title: string, heading: string, address: string, text: string]} Entry */
  const say = (/** @type {string} */ english, /** @type {(string | number)[]} */ ...places) =>
    psnLanguage.say(psnLanguage.chosen(), english, ...places);
  const nameOf = (/** @type {string} */ kind) => /** @type {Object<string, string>} */ ({ lesson: say("Lesson"), lab: say("Lab"),
    exercise: say("Exercise"), word: say("Word"), map: say("Map of the field"), question: say("Question") })[kind];
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

  const IN_TITLE = 24; // what a word counts that stands there; in the text each time, up to five, 0.3
  const IN_HEADING = 12;

  /** Which share of the words of a title these words are. @param {string} title @param {string[]} words */
  function share(title, words) {
    const own = title.match(/\p{L}+/gu) ?? [];
    return own.filter((one) => words.some((word) => one.startsWith(word))).length / Math.max(1, own.length);
  }

  /** How well an entry fits, 0 where a word is missing: a word in a title counts more than any number in the text, and
   * of two titles the one that has little else. What a page begins with has the page's title for its heading.
   * @param {Entry} entry @param {string[]} words */
  function score([kind, title, heading, , text], words) {
    const [high, middle, low] = [plain(title), plain(heading || title), plain(text)];
    let sum = 20 * share(high, words) + 10 * share(middle, words);
    for (const word of words) {
      let times = 0;
      for (let at = place(low, word); at >= 0 && times < 5; at = place(low, word, at + 1)) times++;
      const own = IN_TITLE * Number(place(high, word) >= 0) + IN_HEADING * Number(place(middle, word) >= 0) + 0.3 * times;
      if (!own) return 0;
      sum += own;
    }
    const [name] = high.split(" · ");
    sum += (words.length && name.startsWith(words.join(" ")) ? 20 : 0) + (kind === "word" && name === words.join(" ") ? 40 : 0);
    return kind === "map" ? 0.8 * sum : sum; // names are short there, and all alike
  }

  /** How many letters have to be put in, left out or changed, up to `most`, else more than that.
   * @param {string} one @param {string} other */
  function distance(one, other, most = 2) {
    if (Math.abs(one.length - other.length) > most) return most + 1;
    let row = [...other, ""].map((_, n) => n);
    for (let i = 1; i <= one.length; i++) {
      const next = [i];
      for (let j = 1; j <= other.length; j++) {
        next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + Number(one[i - 1] !== other[j - 1]));
      }
      if (Math.min(...next) > most) return most + 1;
      row = next;
    }
    return row[other.length];
  }

  /** Queries that find something, with words of the index in place of those that it lacks: the nearest ones, of them
   * the most frequent first. @param {string[]} words @returns {string[]} three at most */
  function nearest(words) {
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const [, title, heading, , text] of index) {
      for (const word of plain(`${title} ${heading} ${text}`).match(/\p{L}{3,}/gu) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    let queries = [/** @type {string[]} */ ([])];
    for (const word of words) {
      let choices = [word];
      if (!index.some((entry) => score(entry, [word]))) {
        const most = word.length < 5 ? 1 : 2;
        choices = [...counts].map(([other, count]) => ({ other, count, far: distance(word, other, most) })).filter(({ far }) => far <= most)
          .sort((a, b) => a.far - b.far || b.count - a.count).slice(0, 3).map(({ other }) => other);
      }
      queries = queries.flatMap((query) => choices.map((choice) => [...query, choice]));
    }
    return queries.filter((query) => index.some((entry) => score(entry, query))).slice(0, 3).map((query) => query.join(" "));
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
    list.replaceChildren();
    const lang = psnLanguage.tag(psnLanguage.chosen());
    status.lang = lang;
    if (!query) return;
    const fits = index.map((entry) => ({ entry, value: words.length ? score(entry, words) : 0 })).filter(({ value }) => value > 0);
    fits.sort((one, two) => two.value - one.value);
    for (const { entry } of fits.slice(0, MOST)) {
      const [kind, title, heading, address, text] = entry;
      const link = Object.assign(document.createElement("a"), { href: address, textContent: heading ? `${title}: ${heading}` : title });
      const item = document.createElement("li");
      item.append(Object.assign(document.createElement("small"), { textContent: nameOf(kind), lang }), " ", link, snippet(text, words));
      list.append(item);
    }
    const shown = query.length > 60 ? `${query.slice(0, 60)}…` : query;
    if (fits.length > MOST) status.textContent = say("{0} found for “{1}”, the best {2} are shown.", fits.length, shown, MOST);
    else status.textContent = fits.length ? say("{0} found for “{1}”.", fits.length, shown) : say("Nothing found for “{0}”.", shown);
    const others = fits.length ? [] : nearest(words);
    if (others.length) status.append(` ${say("Did you mean")} `);
    for (const [n, other] of others.entries()) {
      status.append(n ? ` ${say("or")} ` : "", Object.assign(document.createElement("a"), { href: `?q=${encodeURIComponent(other)}`, textContent: other }));
    }
    if (!fits.length) status.append(others.length ? say("?") : ` ${say("Try fewer words, or the beginning of a word.")}`);
  }

  search();
  psnLanguage.listen(search);
})();
