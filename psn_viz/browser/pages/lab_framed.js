// @ts-check
// A lab in a frame of somebody else's page, and what to copy for one.
const psnFramed = (() => {
  const FIT = '<script>addEventListener("message", ({ source, data }) => { for (const frame of document.querySelectorAll("iframe")) '
    + "if (frame.contentWindow === source && data.psn_viz) frame.height = data.height; });</" + "script>";

  /**
   * @param {string} mode
   * @returns {string} the address of this page, in its present state
   */
  const address = (mode) => `${location.href.replace(/[?#].*/, "")}${mode}${location.hash}`;

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
   * What to copy for a frame, and a way to the whole screen. No page on a server can frame one that lies on a disk.
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
    element.after(screen, ...(location.protocol === "file:" ? [] : [more]));
  }

  return { embed, offer, address };
})();
