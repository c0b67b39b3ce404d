// @ts-check
// The page of one lab: its address after # is the state, and nothing else; ?embed is the bare lab in a frame, ?present fills the screen.
(() => {
  const [place] = psnPlaces.places.values();
  const { element, lab } = place;
  const query = new URLSearchParams(location.search);
  /** @returns {string} the code in the address; one that is damaged the lab tells of */
  const from = () => {
    try {
      return decodeURIComponent(location.hash.slice(1)) || lab.name;
    } catch {
      return location.hash.slice(1);
    }
  };
  let told = "";
  element.addEventListener("psn-code", (event) => {
    told = /** @type {CustomEvent} */ (event).detail;
    history.replaceState(null, "", told === lab.name ? location.pathname + location.search : `#${encodeURI(told)}`);
  });
  element.addEventListener("psn-live", () => { document.body.dataset.live = ""; });
  element.addEventListener("psn-failed", (event) => { document.body.dataset.failed = /** @type {CustomEvent} */ (event).detail; });
  addEventListener("hashchange", () => from() !== told && lab.go(from()));
  document.querySelector(".psn-skip")?.addEventListener("click", (event) => {
    event.preventDefault(); // its address would be taken for a state
    const main = /** @type {HTMLElement} */ (document.querySelector("main"));
    main.tabIndex = -1;
    main.focus();
  });
  lab.code = from();
  psnPlaces.start();
  psnPlaces.want(place);
  if (query.has("embed")) psnFramed.embed(element, lab);
  else if (query.has("present")) {
    const { app } = JSON.parse(document.getElementById("places")?.textContent ?? "{}");
    psnPresent.lab(place, (code) => {
      if (app === undefined) return psnFramed.address("");
      const [, ...state] = code.split(";");
      return `${app}?lab=${lab.name}${state.length ? `&state=${encodeURI(state.join(";"))}` : ""}`;
    });
  }
  else psnFramed.offer(element, lab);
})();
