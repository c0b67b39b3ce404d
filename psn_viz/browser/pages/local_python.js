// @ts-check
// In place of a worker with Pyodide: what the page asks is answered by the Python of the server that the page is from.
(() => {
  const page = crypto.getRandomValues(new Uint32Array(4)).join("-");
  const unpacked = (/** @type {string} */ text) =>
    new Float32Array(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);

  /** @type {any} */ (globalThis).Worker = class {
    constructor() {
      /** @type {((event: {data: any}) => void) | null} */
      this.onmessage = null;
      /** @type {Map<number, {name: string, code: string}>} */
      this.opened = new Map();
      this.ended = false;
      this.last = Promise.resolve();
    }

    /** @param {any} asked */
    postMessage(asked) {
      if (asked.action === "start") return setTimeout(() => { this.tell({ loaded: true }); this.tell({ ready: true }); });
      this.last = this.last.then(() => this.answer(asked));
      return undefined;
    }

    /** @param {any} asked */
    async answer(asked) {
      const { id, number, action, argument } = asked;
      if (action === "open") this.opened.set(id, { name: asked.name, code: asked.code ?? "" });
      const own = this.opened.get(id);
      try {
        const reply = await fetch("../python", { method: "POST", headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ ...own, page, id, action, argument }) });
        if (!reply.ok) throw new Error(`the server answered ${reply.status}`);
        const { told, arrays, failed } = await reply.json();
        if (failed === undefined && own && told) own.code = told.code; // where a server that was started anew goes on
        if (action === "close") this.opened.delete(id);
        else if (failed !== undefined) this.tell({ id, number, failed });
        else this.tell({ id, number, told, arrays: arrays.map(unpacked) });
      } catch (error) {
        this.tell({ id, number, failed: `psn-viz does not answer; is it still running? (${error})` });
      }
    }

    /** @param {any} data */
    tell(data) {
      if (!this.ended) this.onmessage?.({ data });
    }

    terminate() { this.ended = true; }
  };
})();
