// @ts-check
// The labs of a lesson, in their places: each a still picture until the reader runs it there.
(() => {
  const read = (/** @type {string} */ id) => JSON.parse(document.getElementById(id)?.textContent ?? "null");
  const places = read("places");
  const address = (/** @type {string} */ file) => new URL(file, location.href).href;
  /** @type {Promise<void> | undefined} */
  let plotly;

  /** @returns {Promise<void>} plotly.js, loaded when the first lab wants it */
  function loadPlotly() {
    plotly ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = places.plotly;
      script.onload = () => resolve();
      script.onerror = () => reject(new Error("plotly.js did not load"));
      document.head.append(script);
    });
    return plotly;
  }

  for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".psn-place"))) {
    const code = place.dataset.code ?? "";
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Run this lab here" });
    const status = document.createElement("span");
    status.setAttribute("role", "status");
    const line = place.querySelector(".psn-open");
    line?.prepend(button, " ", status, " ");
    const fail = (/** @type {string} */ why) => { status.textContent = `It cannot run here, so this stays a picture: ${why}`; };
    button.addEventListener("click", async () => {
      button.disabled = true;
      status.textContent = "Python loads in your browser …";
      const host = document.createElement("div");
      host.className = "psn-coming";
      try {
        await loadPlotly();
      } catch (error) {
        return fail(String(error));
      }
      place.prepend(host);
      const files = places.files[code.split(";")[0]].map(address);
      const lab = new psnLab.Lab(host, code.split(";")[0], code, { worker: places.worker, runtime: address(places.runtime), files },
        /** @type {any} */ (globalThis).Plotly, read("themes"), {
          onLive: () => {
            place.querySelector("figure")?.remove();
            host.className = "psn-lab";
            lab.canvas.fit();
            button.remove();
            status.textContent = "Computed in your browser by numpy, under the names of PyTorch.";
            place.dataset.live = "";
          },
          onFail: fail,
        });
    });
  }
})();
