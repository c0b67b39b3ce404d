// @ts-check
// Stands in the place of pyodide.js where a site was written with --cdn: the worker takes Pyodide from its own server.
// Each file is run only if it is the pinned one: its SHA-256 is given to the browser, which refuses any other.
{
  const source = "@@SOURCE@@";
  /** @type {Object<string, string>} */
  const pinned = JSON.parse(`@@PINNED@@`);
  /** @type {any} */
  const scope = globalThis;
  const plain = scope.fetch.bind(scope);
  scope.fetch = (/** @type {any} */ asked, /** @type {any} */ options = {}) => {
    const address = String(asked.url ?? asked);
    const integrity = address.startsWith(source) ? pinned[address.slice(source.length)] : undefined;
    return plain(asked, integrity ? { ...options, integrity } : options);
  };
  const run = async (/** @type {string} */ name) => {
    const answer = await scope.fetch(source + name);
    if (!answer.ok) throw new Error(`${source + name}: ${answer.status}`);
    const address = URL.createObjectURL(new Blob([await answer.text()], { type: "text/javascript" }));
    scope.importScripts(address);
    URL.revokeObjectURL(address);
  };
  // What worker.js calls; pyodide.js itself takes this name over.
  scope.loadPyodide = async (/** @type {any} */ options) => {
    await Promise.all(["pyodide.js", "pyodide.asm.js"].map(run));
    return scope.loadPyodide({ ...options, indexURL: source, lockFileURL: `${options.indexURL}pyodide-lock.json` });
  };
}
