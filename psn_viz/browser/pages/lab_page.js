// @ts-check
// The page of one lab: its address after # is the state.
const psnPage = (() => {
  const read = (/** @type {string} */ id) => JSON.parse(document.getElementById(id)?.textContent ?? "null");
  const places = read("places");
  const status = /** @type {HTMLElement} */ (document.getElementById("status"));
  /** @returns {string} the code in the address; one that is damaged the lab tells of */
  const from = () => {
    try {
      return decodeURIComponent(location.hash.slice(1)) || places.name;
    } catch {
      return location.hash.slice(1);
    }
  };
  /** @type {any} */
  let lab;
  let told = "";

  /** Open the lab in a place of its own, which takes that of the still picture when it answers. */
  function start() {
    if (lab) return;
    const query = new URLSearchParams(location.search);
    for (const name of ["embed", "present"]) document.body.classList.toggle(`psn-${name}`, query.has(name));
    const host = document.createElement("div");
    host.className = "psn-coming";
    document.getElementById("lab")?.append(host);
    const where = { worker: places.worker, runtime: new URL(places.runtime, location.href).href,
      files: places.files[places.name].map((/** @type {string} */ file) => new URL(file, location.href).href) };
    lab = new psnLab.Lab(host, places.name, from(), where, /** @type {any} */ (globalThis).Plotly, read("themes"), {
      onCode: (code) => {
        told = code;
        history.replaceState(null, "", code === places.name ? location.pathname + location.search : `#${encodeURI(code)}`);
      },
      onLive: () => {
        document.getElementById("still")?.remove();
        host.className = "psn-lab";
        lab.canvas.fit();
        status.textContent = "Computed in your browser by numpy, under the names of PyTorch.";
        document.body.dataset.live = "";
      },
      onFail: fail,
    });
    addEventListener("hashchange", () => from() !== told && lab.ask("go", from()));
  }

  /** @param {string} why */
  function fail(why) {
    status.textContent = `The lab cannot run here, so this stays a still picture: ${why}`;
    document.body.dataset.failed = why;
  }
  return { start, fail };
})();
