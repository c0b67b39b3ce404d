// @ts-check
// Keys that are pressed inside a part of the page belong to that part. JupyterLab in command mode would take them all
// the same, from a slider as from a button: x cuts the cell, arrows leave it.
const psnKeys = (() => {
  const INSTALLED = "__psn_viz_keys";
  /**
   * These the notebook keeps: to run the cell, and to save.
   * @param {KeyboardEvent} event
   * @returns {boolean}
   */
  const isForNotebook = (event) =>
    event.key === "Enter" ? event.shiftKey || event.ctrlKey || event.metaKey
      : (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s";

  /**
   * JupyterLab looks for the mark on what has the focus first, and mostly there only: an ancestor's is not enough.
   * @param {KeyboardEvent} event
   * @returns {void}
   */
  function mark(event) {
    const { target } = event;
    if (!(target instanceof Element) || !target.closest("[data-psn-keys]")) return;
    if (isForNotebook(event)) target.removeAttribute("data-lm-suppress-shortcuts");
    else target.setAttribute("data-lm-suppress-shortcuts", "true");
  }

  /**
   * @param {HTMLElement} element
   * @returns {void}
   */
  function keep(element) {
    element.dataset.psnKeys = "";
    const page = /** @type {any} */ (globalThis);
    if (page[INSTALLED]) return;
    page[INSTALLED] = true;
    addEventListener("keydown", mark, true); // on the window, capturing: before JupyterLab, whichever way it listens
  }
  return { keep };
})();
