// @ts-check
// Two ways to show a lab alone: in a frame of somebody else's page, and on a whole screen.
const psnFramed = (() => {
  const FIT = '<script>addEventListener("message", ({ source, data }) => { for (const frame of document.querySelectorAll("iframe")) '
    + "if (frame.contentWindow === source && data.psn_viz) frame.height = data.height; });</" + "script>";

  const CAPTION = 52; // px of the two lines below a figure

  /**
   * @param {string} mode
   * @returns {string} the address of this page, in its present state
   */
  const address = (mode) => `${location.origin}${location.pathname}${mode}${location.hash}`;

  /**
   * The bare lab. It tells the page around it how high it is, so that its frame can be made as high.
   * @param {HTMLElement} element
   * @param {any} lab
   */
  function embed(element, lab) {
    document.body.classList.add("psn-embed");
    const link = Object.assign(document.createElement("a"), { target: "_top", textContent: `psn_viz · ${lab.name}` });
    const follow = () => { link.href = address(""); };
    follow();
    element.addEventListener("psn-code", follow);
    element.querySelector(".psn-open")?.append(link);
    const tell = () => parent.postMessage({ psn_viz: lab.name, height: Math.ceil(document.body.getBoundingClientRect().height) }, "*");
    new ResizeObserver(tell).observe(document.body);
    tell();
  }

  /**
   * What to copy for a frame, and a way to the whole screen.
   * @param {HTMLElement} element
   * @param {any} lab
   */
  function offer(element, lab) {
    const text = Object.assign(document.createElement("textarea"), { readOnly: true, rows: 6, spellcheck: false });
    text.setAttribute("aria-label", "HTML of a frame with this lab");
    const screen = Object.assign(document.createElement("a"), { textContent: "Fill the screen" });
    const follow = () => {
      screen.href = address("?present");
      const frame = Object.assign(document.createElement("iframe"), { src: address("?embed"), width: "100%", height: "900", title: document.title });
      frame.style.border = "0";
      text.value = `${frame.outerHTML}\n${FIT}`;
    };
    follow();
    element.addEventListener("psn-code", follow);
    const copy = Object.assign(document.createElement("button"), { type: "button", textContent: "Copy" });
    copy.addEventListener("click", () => { text.select(); navigator.clipboard?.writeText(text.value); });
    const summary = Object.assign(document.createElement("summary"), { textContent: "Put this lab, in its present state, into a page of your own" });
    const more = document.createElement("details");
    more.append(summary, text, copy);
    element.after(screen, more);
  }

  /**
   * Figure and text as large as the window allows, with the main controls alone. Left and right move the first of
   * them, up and down the second, space plays.
   * @param {Place} place
   */
  function present(place) {
    const { element, lab } = place;
    document.body.classList.add("psn-present");
    const rows = psnPlaces.mainAlone(place);
    const code = document.createElement("code");
    code.textContent = lab.code;
    element.addEventListener("psn-code", (event) => { code.textContent = /** @type {CustomEvent} */ (event).detail; });
    const line = /** @type {HTMLElement} */ (element.querySelector(".psn-open"));
    line.append(code);

    /** The figure's own pixels are made larger, so that its text grows with it. */
    function fit() {
      const { style } = lab.view;
      const free = innerHeight - lab.view.getBoundingClientRect().top - line.offsetHeight - 8;
      const height = parseFloat(element.style.getPropertyValue("--height")) + CAPTION;
      const scale = Math.max(0.5, Math.min(free / height, element.clientWidth / 640));
      style.transform = `scale(${scale})`;
      style.width = `${element.clientWidth / scale}px`;
      const room = Math.max(free, height * scale); // with all controls the page may scroll
      style.height = `${room / scale}px`;
      style.marginBottom = `${room - room / scale}px`;
      lab.canvas?.fit();
    }
    addEventListener("resize", fit);
    new ResizeObserver(fit).observe(lab.controls);

    const inputs = rows.map((row) => /** @type {HTMLInputElement | HTMLSelectElement} */ (row.querySelector("input[type=range], select") ?? row.querySelector("input")));
    /** @type {ReturnType<typeof setInterval> | undefined} */
    let playing;
    const step = (/** @type {HTMLInputElement | HTMLSelectElement | undefined} */ input, /** @type {number} */ by) => {
      if (!input) return false;
      const before = input.value;
      if (input instanceof HTMLSelectElement) {
        input.selectedIndex = Math.max(0, Math.min(input.options.length - 1, input.selectedIndex + by));
      } else if (input.type === "range") {
        input[by > 0 ? "stepUp" : "stepDown"]();
      } else {
        const texts = [...(input.list?.options ?? [])].map((option) => option.value);
        input.value = texts[Math.max(0, Math.min(texts.length - 1, texts.indexOf(before) + by))] ?? before;
        if (input.value !== before) input.dispatchEvent(new Event("change"));
      }
      if (input.value !== before) input.dispatchEvent(new Event("input"));
      return input.value !== before;
    };
    const stop = () => { clearInterval(playing); playing = undefined; };
    const play = () => {
      const button = /** @type {HTMLButtonElement | null} */ (lab.controls.querySelector(".psn-play"));
      if (button) return button.click();
      if (playing !== undefined) return stop();
      playing = setInterval(() => { if (!lab.busy && !step(inputs[0], 1)) stop(); }, 600);
    };
    /** @type {Object<string, () => void>} */
    const keys = {
      ArrowRight: () => step(inputs[0], 1), ArrowLeft: () => step(inputs[0], -1),
      ArrowUp: () => step(inputs[1], 1), ArrowDown: () => step(inputs[1], -1), " ": play,
    };
    addEventListener("keydown", (event) => {
      const at = /** @type {Element} */ (event.target);
      if (at.matches("input:not([type=range]), textarea") || event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.key === " " && at.matches("button, select, summary, a")) return;
      if (!keys[event.key]) return;
      event.preventDefault();
      keys[event.key]();
    });
  }
  return { embed, offer, present };
})();
