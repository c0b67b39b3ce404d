// @ts-check
// "Your answers" at the end of a lesson and on a page of its own: what is done, the file to hand in, loading, forgetting.
(() => {
  const LARGEST = 1e6; // bytes of a file; all answers of the course are a tenth of that
  const read = (/** @type {string} */ id) => JSON.parse(document.getElementById(id)?.textContent ?? "null");
  const places = read("places");
  const address = (/** @type {string} */ file) => new URL(file, location.href).href;
  const section = /** @type {HTMLElement} */ (document.getElementById("your-answers"));
  const lesson = section.dataset.lesson ?? ""; // the only one whose row is shown, or "" for all
  const part = (/** @type {string} */ id) => /** @type {any} */ (section.querySelector(`[data-part=${id}]`));
  const said = part("said");
  let id = 0;
  let number = 0;
  /** @type {Map<number, {resolve: (told: any) => void, reject: (why: Error) => void}>} */
  const asked = new Map();

  /**
   * @param {string} action
   * @param {any} argument
   * @returns {Promise<any>} what Python answers
   */
  function ask(action, argument) {
    const fail = (/** @type {string} */ why) => {
      asked.forEach(({ reject }) => reject(new Error(why)));
      asked.clear();
    };
    if (!id) {
      const where = { worker: places.worker, runtime: address(places.runtime), files: places.course.map(address) };
      id = psnPython.connect(where, {
        hear({ number: of, told, failed }) {
          if (failed !== undefined) asked.get(of)?.reject(new Error(failed));
          else asked.get(of)?.resolve(told);
          asked.delete(of);
        },
        fail,
      });
      psnPython.post({ action: "open", kind: "answers", name: "", code: "", id, number: ++number });
    }
    return new Promise((resolve, reject) => {
      asked.set(++number, { resolve, reject });
      psnPython.post({ action, argument, id, number });
    });
  }

  const say = (/** @type {string} */ english, /** @type {(string | number)[]} */ ...places) =>
    psnLanguage.say(psnLanguage.chosen(), english, ...places);

  /** @param {string} text @param {string} more in English: what Python says of the file */
  function tell(text, more = "") {
    Object.assign(said, { textContent: text, lang: psnLanguage.tag(psnLanguage.chosen()) });
    if (more) said.append(" ", Object.assign(document.createElement("span"), { textContent: more, lang: "en" }));
  }

  /** Say how many answers there are, and, once Python is there, of how many questions. */
  function show() {
    const count = psnAnswers.count();
    const kept = count === 0 ? say("No answers are kept here yet.")
      : say(count === 1 ? "{0} answer is kept in this browser." : "{0} answers are kept in this browser.", count);
    Object.assign(part("kept"), { textContent: kept, lang: psnLanguage.tag(psnLanguage.chosen()) });
    part("trouble").textContent = psnAnswers.trouble();
    part("save").disabled = part("forget").disabled = count === 0;
    if (id) progress().catch(() => {});
  }

  async function progress() {
    const { head, rows, lines } = await ask("progress", psnAnswers.text());
    const chosen = rows.filter((/** @type {string[]} */ row) => !lesson || row[0] === lesson);
    const table = document.createElement("table");
    const line = (/** @type {HTMLElement} */ into, /** @type {string[]} */ texts, /** @type {string} */ first, /** @type {string} */ rest) => {
      const row = document.createElement("tr");
      texts.forEach((text, n) => {
        const cell = document.createElement(n ? rest : first);
        cell.textContent = text;
        if (cell.tagName === "TH") cell.setAttribute("scope", into.tagName === "THEAD" ? "col" : "row");
        row.append(cell);
      });
      into.append(row);
    };
    line(table.createTHead(), head, "th", "th");
    const body = table.createTBody();
    chosen.forEach((/** @type {string[]} */ row) => line(body, row, "th", "td"));
    const told = document.createElement("p");
    told.textContent = lesson ? "" : lines.join(" ");
    part("progress").replaceChildren(table, told);
  }

  /**
   * @param {string} text
   * @param {string} name
   */
  function download(text, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  async function save() {
    tell(say("Python writes the file …"));
    try {
      const { error, file, name, lines } = await ask("hand_in", [psnAnswers.text(), part("name").value]);
      if (error) return tell("", error);
      download(file, name);
      tell(say("Saved as {0}.", name), lines.join(" "));
    } catch (error) {
      download(psnAnswers.text(), "psn_viz_progress.json");
      tell(say("Python does not run here ({0}). Your answers are saved as psn_viz_progress.json, which a notebook beside it reads.", String(error)));
    }
  }

  /** @param {File} file */
  async function load(file) {
    if (file.size > LARGEST) return tell(say("This file was not taken: it has {0} MB, and a file of answers has less than 1 MB.", Math.round(file.size / 1e6)));
    tell(say("Python reads the file …"));
    try {
      const { error, entries, here } = await ask("load", [psnAnswers.text(), await file.text()]);
      if (error) return tell("", error);
      const count = Object.keys(entries).length;
      if (count) psnAnswers.merge(entries);
      const taken = say(count === 1 ? "{0} answer taken from the file." : "{0} answers taken from the file.", count);
      const stay = say(here === 1 ? "{0} question was answered here before, and that stays as it is."
        : "{0} questions were answered here before, and that stays as it is.", here);
      tell(here ? `${taken} ${stay}` : taken);
    } catch (error) {
      tell(say("This file was not taken: Python does not run here ({0}).", String(error)));
    }
  }

  /** Ask before anything is forgotten. */
  function confirm() {
    const count = psnAnswers.count();
    part("sure").hidden = false;
    const textContent = say(count === 1 ? "Forget the answer in this browser? It cannot be undone. Save the hand-in file first if you want to keep it."
      : "Forget all {0} answers in this browser? It cannot be undone. Save the hand-in file first if you want to keep them.", count);
    Object.assign(part("question"), { textContent, lang: psnLanguage.tag(psnLanguage.chosen()) });
    part("keep").focus();
  }

  const close = () => {
    part("sure").hidden = true;
    part("forget").focus();
  };
  part("save").addEventListener("click", save);
  part("forget").addEventListener("click", confirm);
  part("first").addEventListener("click", save);
  part("keep").addEventListener("click", close);
  part("sure").addEventListener("keydown", (/** @type {KeyboardEvent} */ { key }) => key === "Escape" && close());
  part("really").addEventListener("click", () => {
    psnAnswers.forget();
    part("sure").hidden = true;
    part("progress").replaceChildren();
    tell(say("All answers in this browser are forgotten."));
    part("file").focus();
  });
  part("file").addEventListener("change", async () => {
    const [file] = part("file").files;
    if (file) await load(file);
    part("file").value = "";
  });
  psnAnswers.listen(show);
  psnLanguage.listen(show);
  section.hidden = false;
  show();
  const saves = /** @type {any} */ (navigator).connection?.saveData === true;
  if (!saves) {
    const idle = /** @type {any} */ (globalThis).requestIdleCallback ?? setTimeout;
    addEventListener("load", () => idle(() => progress().catch((error) => tell(say("Python does not run here ({0}).", String(error)))), { timeout: 2000 }));
  }
})();
