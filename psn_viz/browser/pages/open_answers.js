// @ts-check
// The boxes for answers to open tasks: what is written there is kept with the other answers of this browser.
(() => {
  const LONGEST = 20_000; // characters, as in open_answer.py

  /** @param {HTMLElement} place */
  function build(place) {
    const key = place.dataset.key ?? ""; // 02/open/open
    const prompt = place.dataset.prompt ?? "";
    const id = `open-${key.replaceAll("/", "-")}`;
    const label = Object.assign(document.createElement("label"), { htmlFor: id, textContent: `Your answer to ${place.dataset.name}` });
    const box = Object.assign(document.createElement("textarea"), { id, rows: 6, maxLength: LONGEST });
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Save" });
    const said = document.createElement("span");
    said.setAttribute("role", "status");
    const line = document.createElement("p");
    line.className = "psn-buttons";
    line.append(button, " ", said);
    place.replaceChildren(label, box, line);

    const kept = () => psnAnswers.entry(key)?.entry ?? {};
    const text = () => (typeof kept().text === "string" ? kept().text : "");
    const tell = () => { said.textContent = text().trim() ? "Saved in this browser." : "Nothing is kept yet."; };
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
    show();
  }

  document.querySelectorAll(".psn-open-task").forEach((place) => build(/** @type {HTMLElement} */ (place)));
})();
