// @ts-check
// The first script of a page that is one file: whatever the page would load lies in the page itself, packed, and is
// found here by its address. A page from a disk can load no other file, and start no worker from one.
(() => {
  document.documentElement.dataset.single = "";
  const TYPES = /** @type {Object<string, string>} */ ({ js: "text/javascript", wasm: "application/wasm", json: "application/json",
    css: "text/css", webp: "image/webp", png: "image/png", svg: "image/svg+xml", txt: "text/plain", html: "text/html" });
  /** @param {string | URL} address @returns {string} without what follows ? or # */
  const whole = (address) => new URL(address, document.baseURI).href.replace(/[?#].*/, "");

  /** @param {HTMLElement} element @returns {Promise<[string, Blob]>} what it holds, by its address */
  async function unpack(element) {
    const address = whole(element.dataset.address ?? "");
    const packed = await (await plainFetch(`data:application/octet-stream;base64,${element.textContent}`)).blob();
    element.remove();
    const bytes = await new Response(packed.stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
    return [address, new Blob([bytes], { type: TYPES[address.split(".").pop() ?? ""] ?? "application/octet-stream" })];
  }

  const plainFetch = globalThis.fetch.bind(globalThis);
  /** @type {Promise<Map<string, Blob>>} */
  const held = new Promise((resolve, reject) => {
    addEventListener("DOMContentLoaded", () => {
      const elements = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("script.psn-packed"));
      Promise.all([...elements].map(unpack)).then((all) => resolve(new Map(all)), reject);
    });
  });

  // In the page and in its workers: what is held comes from memory, and of the rest only what is on the network.
  /**
   * @param {any} scope
   * @param {(address: string) => Blob | undefined | Promise<Blob | undefined>} find
   */
  const answerFromMemory = (scope, find) => {
    const fetchElsewhere = scope.fetch.bind(scope);
    scope.fetch = async (/** @type {any} */ asked, /** @type {any} */ options) => {
      const address = String(asked.url ?? asked);
      if (/^(data|blob):/.test(address)) return fetchElsewhere(asked, options);
      const blob = await find(address);
      if (blob) return new Response(blob, { headers: { "Content-Type": blob.type } });
      if (/^https?:/.test(address)) return fetchElsewhere(asked, options);
      throw new TypeError(`${address} is not in this file`);
    };
  };
  answerFromMemory(globalThis, async (address) => (await held).get(whole(address)));

  // src of scripts and images that are made later.
  for (const kind of [HTMLScriptElement, HTMLImageElement]) {
    const own = /** @type {any} */ (Object.getOwnPropertyDescriptor(kind.prototype, "src"));
    Object.defineProperty(kind.prototype, "src", { ...own, /** @this {Element} @param {string} address */ set(address) {
      if (/^(data|blob|https?):/.test(address)) return own.set.call(this, address);
      held.then((all) => {
        const blob = all.get(whole(address));
        own.set.call(this, blob ? URL.createObjectURL(blob) : address);
      }, () => this.dispatchEvent(new Event("error")));
    } });
  }

  // Runs in each worker before its script. The script may ask for files in its first line: they are there by then.
  const first = `(() => {
    const answerFromMemory = ${answerFromMemory};
    onmessage = ({ data }) => {
      const held = data.held;
      const find = (address) => held.get(String(address).replace(/[?#].*/, ""));
      answerFromMemory(self, find);
      self.psnAddress = (address) => { // for what cannot wait
        const blob = find(address);
        return blob && URL.createObjectURL(blob);
      };
      const own = self.importScripts.bind(self);
      self.importScripts = (...addresses) => own(...addresses.map((address) => {
        const blob = find(address);
        return blob ? URL.createObjectURL(blob) : address;
      }));
      onmessage = null;
      self.importScripts(data.script);
    };
  })();`;
  const start = URL.createObjectURL(new Blob([first], { type: "text/javascript" }));
  const PlainWorker = globalThis.Worker;
  globalThis.Worker = class extends PlainWorker {
    /** @param {string | URL} address */
    constructor(address) {
      super(start);
      /** @type {Promise<void>} */
      this.begun = held.then((all) => super.postMessage({ held: all, script: whole(address) }));
      this.begun.catch((error) => this.dispatchEvent(new ErrorEvent("error", { message: String(error) })));
    }

    /** @param {any} message @param {any} [more] */
    postMessage(message, more) {
      this.begun.then(() => super.postMessage(message, more));
    }
  };

  addEventListener("DOMContentLoaded", () => {
    // Scripts that were to load beside the page (async, defer) do so from memory.
    for (const waiting of /** @type {NodeListOf<HTMLScriptElement>} */ (document.querySelectorAll("script[data-src]"))) {
      const script = document.createElement("script");
      for (const { name, value } of waiting.attributes) if (name !== "data-src" && name !== "type") script.setAttribute(name, value);
      script.async = false;
      waiting.replaceWith(script);
      script.src = waiting.dataset.src ?? "";
    }
  });
})();
