// @ts-check
// The Python of this page, in one worker: whoever connects to it can ask it, and is told when it fails.
/**
 * @typedef {{worker: string, runtime: string, files: string[]}} Where addresses; the first of the files is the library
 * @typedef {{id: number, number: number, told?: any, arrays: Float32Array[], failed?: string}} Heard
 * @typedef {{hear: (message: any) => void, fail: (why: string) => void, lose?: () => void}} Listener
 */
const psnPython = (() => {
  /** @type {Worker | undefined} */
  let worker;
  /** @type {Map<number, {listener: Listener, where: Where}>} */
  const connected = new Map();
  let count = 0;
  let broken = "";
  let loaded = false;
  /** @type {(() => void)[]} */
  const waiting = [];
  /** @type {WebAssembly.Module | undefined} */
  let compiled;

  /**
   * Start it, where that has not been done. It is started by the first who asks something, too.
   * @param {Where} where
   */
  function start(where) {
    if (worker || broken) return;
    try {
      worker = new Worker(where.worker);
    } catch (error) {
      return fail(String(error)); // no Worker, in this browser or from this address
    }
    worker.onmessage = ({ data }) => {
      if (data.compiled) compiled = data.compiled;
      else if (data.loaded) release();
      else if (data.id === undefined && data.failed !== undefined) fail(data.failed);
      else connected.get(data.id)?.listener.hear(data);
    };
    worker.onerror = (event) => fail(event.message || "the worker could not start");
    worker.postMessage({ action: "start", runtime: where.runtime, files: where.files.slice(0, 1) });
  }

  function release() {
    loaded = true;
    for (const act of waiting.splice(0)) act();
  }

  /** Do something once Pyodide has loaded, before our library has. @param {() => void} act */
  function whenLoaded(act) {
    if (loaded) act();
    else waiting.push(act);
  }

  /** @param {string} why */
  function fail(why) {
    broken = why;
    for (const { listener } of [...connected.values()]) listener.fail(why);
  }

  /** End it, with all that it holds: who was connected has to open what it had again. */
  function end() {
    worker?.terminate();
    worker = undefined;
    loaded = false;
    broken = "";
    for (const { listener } of [...connected.values()]) listener.lose?.();
  }

  /**
   * @param {Where} where its files are loaded before the first answer
   * @param {Listener} listener
   * @returns {number} the id for `post` and `close`
   */
  function connect(where, listener) {
    connected.set(++count, { listener, where });
    return count;
  }

  /** @param {any} message with the id, an action, and for "open" kind, name and code of the session */
  function post(message) {
    const place = connected.get(message.id);
    if (!place) return;
    start(place.where);
    if (broken) return queueMicrotask(() => place.listener.fail(broken));
    worker?.postMessage(message.action === "open" ? { ...message, files: place.where.files } : message);
  }

  /** @param {number} id */
  function close(id) {
    if (worker) post({ action: "close", id });
    connected.delete(id);
  }
  return { start, end, connect, whenLoaded, post, close, compiled: () => compiled, isBroken: () => broken !== "" };
})();
