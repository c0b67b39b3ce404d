// The page as it is without a kernel. Which part of it shows follows the address: `?lab=…&state=…`, or the gallery.
// The kernel of the page (page_kernel.js), once a kernel is there, hears of a new address by the event `app-address`.
(() => {
  const ANSWER = 20_000; // ms from a page that is complete to the first word of its kernel
  const part = (name) => document.getElementById(`app-${name}`);
  const cards = new Map([...document.querySelectorAll("[data-lab]")].map((card) => [card.dataset.lab, card]));
  const home = { title: part("title").textContent, sentence: part("sentence").textContent };

  function show() {
    const name = new URLSearchParams(location.search).get("lab");
    const card = cards.get(name);
    const before = part("lab").dataset.open;
    part("title").textContent = card ? card.querySelector("a").textContent : home.title;
    part("sentence").textContent = card ? card.querySelector("p").textContent : home.sentence;
    document.title = card ? `${part("title").textContent} · psn_viz` : "psn_viz labs";
    part("back").hidden = part("present").hidden = part("lab").hidden = !card;
    part("gallery").hidden = Boolean(card);
    part("lab").dataset.open = card ? name : "";
    part("status").textContent = card ? "Opening the lab…" : "";
    const unknown = name !== null && !card;
    part("notice").hidden = !unknown;
    part("notice").textContent = unknown
      ? `No lab is named “${name.slice(0, 40)}”; there is ${[...cards.keys()].join(", ")}.` : "";
    dispatchEvent(new Event("app-address"));
    return before;
  }

  // Focus goes where the reader goes: to the lab's heading, and back to the card that it was opened from.
  function move() {
    const before = show();
    if (part("lab").dataset.open) {
      part("title").focus({ preventScroll: true });
      scrollTo(0, 0);
    } else cards.get(before)?.querySelector("a").focus();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-address]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    history.pushState(null, "", link.href);
    move();
  });
  addEventListener("popstate", move);
  // The address has the present state by then.
  for (const kind of ["pointerdown", "focus"]) {
    part("present").addEventListener(kind, ({ currentTarget }) => { currentTarget.href = `${location.search}&present`; });
  }

  // The page is complete once the kernel has run its cell; what is still to come comes by a WebSocket.
  const broken = part("broken");
  let answered = false;
  let late = false;
  addEventListener("app-kernel", () => {
    answered = true;
    if (late) broken.hidden = true;
  });
  addEventListener("load", () => setTimeout(() => {
    // Where something else is wrong, the page has said so.
    if (answered || !broken.hidden || part("lab").querySelector(".app-notice")) return;
    broken.textContent = "The Python behind this page does not answer, so no lab will open. A proxy between psn-viz app "
      + "and this browser has to pass on WebSockets, and the Host header as it is.";
    late = true;
    broken.hidden = false;
    part("status").textContent = "";
  }, ANSWER));

  // Voila calls this every few seconds while it waits for the kernel.
  globalThis.voila_heartbeat = () => {
    if (part("status").textContent) part("status").textContent = "Opening the lab: its Python is still starting…";
  };

  // panel.js looks here first. The page loads it while the kernel starts, which has none to send.
  const script = document.querySelector("script[src*=plotly]");
  globalThis.__psn_viz_plotly = new Promise((resolve, reject) => {
    if (globalThis.Plotly) return resolve(globalThis.Plotly); // it was faster than this page
    script.addEventListener("load", () => resolve(globalThis.Plotly));
    script.addEventListener("error", () => reject(new Error("plotly.js could not be loaded")));
  });

  // Figures look at the page's colours when this attribute changes.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const dress = () => {
    document.body.dataset.jpThemeLight = String(!dark.matches);
    document.body.dataset.jpThemeName = dark.matches ? "dark" : "light";
  };
  dark.addEventListener("change", dress);
  dress();
  show();
})();
