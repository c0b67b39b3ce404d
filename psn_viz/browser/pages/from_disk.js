// @ts-check
// A page that was opened from a disk: browsers start no worker there, so nothing that needs Python runs, and it says so.
if (location.protocol === "file:" && !("single" in document.documentElement.dataset)) {
  const why = "this page was opened from a disk, where browsers do not start Python";
  // For whoever asks for one: it fails at once, with the reason.
  /** @type {any} */ (globalThis).Worker = class {
    constructor() {
      /** @type {((event: ErrorEvent) => void) | null} */
      this.onerror = null;
      setTimeout(() => this.onerror?.(new ErrorEvent("error", { message: why })));
    }

    postMessage() {}

    terminate() {}

    addEventListener(/** @type {string} */ kind, /** @type {any} */ listener) {
      if (kind === "error") this.onerror = listener;
    }
  };
  // Nor can it read another file; browsers would complain of each.
  globalThis.fetch = async () => { throw new TypeError(why); };
  addEventListener("DOMContentLoaded", () => {
    const note = document.createElement("p");
    note.className = "psn-note";
    note.setAttribute("role", "note");
    note.textContent = `The text is all here, but labs stay pictures: ${why}. To run them, put the pages on a web server, such as this one: `;
    const server = document.createElement("code");
    server.textContent = "python -m http.server --directory FOLDER";
    const single = document.createElement("code");
    single.textContent = "psn-viz site --single NAME";
    note.append(server, ". One lab or lesson as a file that runs from a disk comes from: ", single);
    document.querySelector("main")?.prepend(note);
  });
}
