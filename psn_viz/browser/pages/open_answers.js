// @ts-check
// The boxes for answers to open tasks: what is written there is kept with the other answers of this browser.
(() => {
  const LONGEST = 20_000; // characters, as in open_answer.py

  /** @param {HTMLElement} place */
  function build(place) {
    const key = place.dataset.key ?? ""; // 02/open/open
    const prompt = place.dataset.prompt ?? "";
    const id = `open-${key.replaceAll("/", "-")}`;
    /** @type {Object<string, string>} */
    const translations = JSON.parse(place.dataset.translations ?? "{}");
    const language = () => (psnLanguage.chosen() in translations ? psnLanguage.chosen() : "en");
    const task = document.createElement("p");
    const label = Object.assign(document.createElement("label"), { htmlFor: id });
    const box = Object.assign(document.createElement("textarea"), { id, rows: 6, maxLength: LONGEST });
    const button = Object.assign(document.createElement("button"), { type: "button" });
    const said = document.createElement("span");
    said.setAttribute("role", "status");
    const line = document.createElement("p");
    line.className = "psn-buttons";
    line.append(button, " ", said);
    place.replaceChildren(task, label, box, line);

    const kept = () => psnAnswers.entry(key)?.entry ?? {};
    const text = () => (typeof kept().text === "string" ? kept().text : "");
    const say = (/** @type {string} */ english, /** @type {string[]} */ ...places) =>
      psnLanguage.say(language(), english, ...places);
    const tell = () => { said.textContent = say(text().trim() ? "Saved in this browser." : "Nothing is kept yet."); };
    const speak = () => {
      place.lang = psnLanguage.tag(language());
      task.textContent = translations[language()] ?? ""; // in English it stands in the text
      task.hidden = language() === "en";
      label.textContent = say("Your answer to {0}", place.dataset.name ?? "");
      button.textContent = say("Save");
      tell();
    };
    const show = () => {
      if (document.activeElement !== box) box.value = text();
      tell();
    };
    const save = () => {
      if (box.value !== text()) {
        const when = psnAnswers.now();
        const first = typeof kept().first_saved === "string" ? kept().first_saved : when;
        const entry = { prompt, text: box.value, skipped: !box.value.trim(), first_saved: first };
        psnAnswers.merge({ [key]: { when, entry } });
      }
      tell();
    };
    box.addEventListener("change", save); // it comes when the box is left
    button.addEventListener("click", save);
    psnAnswers.listen(show);
    psnLanguage.listen(speak);
    show();
    speak();
  }

  document.querySelectorAll(".psn-open-task").forEach((place) => build(/** @type {HTMLElement} */ (place)));
})();
