// @ts-check
// Runs the Python of a page in Pyodide, away from the page itself. What is asked there is answered by a session, of
// the class that its kind names.
/**
 * @typedef {{action: string, id: number, kind?: string, name?: string, code?: string, files?: string[],
 *   number?: number, argument?: any, runtime?: string}} Request
 */
/** @type {Object<string, [string, string]>} */
const SESSIONS = {
  lab: ["psn_viz.browser.session", "LabSession"],
  question: ["psn_viz.browser.question_session", "QuestionSession"],
  answers: ["psn_viz.browser.question_session", "AnswersSession"],
  exercises: ["psn_viz.browser.exercise_session", "ExerciseSession"],
};
/** @type {any} */
const scope = globalThis;
// A server that calls .wasm by another type: Pyodide would wait for ever.
const fetchPlainly = scope.fetch.bind(scope);
scope.fetch = async (/** @type {any} */ asked, /** @type {any} */ options) => {
  const answer = await fetchPlainly(asked, options);
  const right = !answer.ok || !/\.wasm$/.test(asked.url ?? asked) || answer.headers.get("Content-Type") === "application/wasm";
  return right ? answer : new Response(answer.body, { headers: { "Content-Type": "application/wasm" } });
};
/** @type {Promise<any> | undefined} */
let starting;
/** @type {Map<number, Promise<any>>} */
const sessions = new Map();
/** @type {Map<string, Promise<ArrayBuffer>>} */
const archives = new Map();
/** @type {Set<string>} */
const unpacked = new Set();
// Where Python has its modules, and where the browser keeps what it has compiled of them.
const MODULES = ["/course", "/lib/python3.12/site-packages"];
const KEPT = "psn-viz-bytecode";
const REST = 3000; // ms after a session has opened: then most modules are loaded, and the reader has seen the answer

/**
 * An archive, which is downloaded once.
 * @param {string} address
 * @returns {Promise<ArrayBuffer>}
 */
function archive(address) {
  const coming = archives.get(address) ?? fetch(address).then((answer) => {
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
    return answer.arrayBuffer();
  });
  archives.set(address, coming);
  coming.catch(() => archives.delete(address)); // the next who needs it tries again
  return coming;
}

/**
 * Have the files of these archives where Python finds them.
 * @param {any} python
 * @param {string[]} files addresses
 */
async function unpack(python, files) {
  for (const address of files) {
    const data = await archive(address);
    if (unpacked.has(address)) continue;
    python.unpackArchive(data, "zip", { extractDir: "/course" });
    unpacked.add(address);
    archives.set(address, Promise.resolve(new ArrayBuffer(0)));
  }
}

/**
 * Give the page the WebAssembly that Pyodide compiles, or take what another worker of the page has compiled: with that,
 * Python starts in about half the time.
 * @param {WebAssembly.Module} [compiled]
 */
function share(compiled) {
  const compile = WebAssembly.instantiateStreaming;
  WebAssembly.instantiateStreaming = async (source, imports) => {
    WebAssembly.instantiateStreaming = compile; // only the first is Python
    if (!compiled) {
      const made = await compile(source, imports);
      scope.postMessage({ compiled: made.module });
      return made;
    }
    (await source).body?.cancel();
    return { module: compiled, instance: await WebAssembly.instantiate(compiled, imports) };
  };
}

/**
 * Bytecode of an earlier visit. Pages that are no secure context, or whose reader lets nothing be kept, have none.
 * @param {any} python
 * @param {string} address of the library
 * @returns {Promise<{more: () => void}>} `more` keeps what is compiled from now on, when Python has nothing to do
 */
async function keptBytecode(python, address) {
  let count = -1; // how many modules are kept; −1: nothing can be
  /** @type {Cache | undefined} */
  let cache;
  let name = "";
  try {
    const hash = await scope.crypto.subtle.digest("SHA-256", await archive(address));
    name = `/${KEPT}/${[...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
    cache = await scope.caches.open(KEPT);
    python.runPython("import sys; sys.dont_write_bytecode = False"); // it is to be found below MODULES
    const before = await cache?.match(name);
    if (before) python.unpackArchive(await before.arrayBuffer(), "zip", { extractDir: "/" });
    count = before ? Number(before.headers.get("X-Count")) : 0;
  } catch { /* as on a first visit */ }
  let timer = 0;
  const keep = async () => {
    const module = python.pyimport("psn_viz.browser.kept_bytecode");
    const files = module.bytecode_files(MODULES);
    const now = files.length;
    files.destroy();
    if (now > count) {
      count = now;
      const packed = module.packed_bytecode(MODULES);
      const buffer = packed.getBuffer();
      const headers = { "X-Count": String(now) };
      await cache?.put(name, new Response(buffer.data.slice(), { headers })).catch(() => {});
      buffer.release();
      packed.destroy();
      for (const other of (await cache?.keys()) ?? []) if (!other.url.endsWith(name)) cache?.delete(other);
    }
    module.destroy();
  };
  const more = () => {
    clearTimeout(timer);
    if (cache) timer = scope.setTimeout(keep, REST);
  };
  return { more };
}
/** @type {{more: () => void} | undefined} */
let bytecode;

/**
 * Python with numpy, our library and the data that is needed first. It keeps answers in memory: the page keeps them.
 * @param {{runtime: string, files: string[], compiled?: WebAssembly.Module}} where addresses
 * @returns {Promise<any>}
 */
async function start({ runtime, files, compiled }) {
  share(compiled);
  for (const address of files) archive(address).catch(() => {}); // beside Pyodide; what fails is told by unpack
  scope.importScripts(`${runtime}pyodide.js`);
  const python = await scope.loadPyodide({ indexURL: runtime, packages: ["numpy"], env: { PSN_VIZ_PROGRESS: "off" } });
  scope.postMessage({ loaded: true });
  bytecode = await keptBytecode(python, files[0]);
  await unpack(python, files);
  python.runPython("import sys; sys.path.insert(0, '/course'); from psn_viz.browser.standing_in import stand_in; stand_in()");
  const more = `${runtime}python_more.zip`;
  const later = python.pyimport("psn_viz.browser.later_modules");
  later.find_later_modules(scope.psnAddress?.(more) ?? more);
  later.destroy();
  return python;
}

/**
 * @param {Request} request
 * @returns {Promise<any>} the session that answers for it from now on
 */
async function open({ kind = "", name, code = "", files = [] }) {
  const python = await starting;
  await unpack(python, files);
  const [module, session] = SESSIONS[kind];
  const found = python.pyimport(module);
  try {
    return found[session](name, code);
  } finally {
    found.destroy();
    bytecode?.more();
  }
}

/**
 * @param {any} session
 * @param {number} id
 * @param {number} number
 * @param {string} action
 * @param {any} argument
 * @returns {void}
 */
function answer(session, id, number, action, argument) {
  const began = performance.now();
  const made = session.do_json(action, JSON.stringify(argument ?? null));
  const told = JSON.parse(made.get(0));
  const packed = made.get(1);
  const arrays = [];
  for (let n = 0; n < packed.length; n++) {
    const array = packed.get(n);
    const buffer = array.getBuffer("f32");
    arrays.push(buffer.data.slice());
    buffer.release();
    array.destroy();
  }
  packed.destroy();
  made.destroy();
  scope.postMessage({ id, number, told, arrays, spent: performance.now() - began }, arrays.map((one) => one.buffer));
}

onmessage = async ({ data }) => {
  try {
    if (data.action === "start") {
      starting = start(data);
      await starting;
      return scope.postMessage({ ready: true });
    }
    if (data.action === "open") {
      sessions.get(data.id)?.then((before) => before.destroy(), () => {}); // it is opened again
      sessions.set(data.id, open(data));
    }
    const session = await sessions.get(data.id);
    if (!session) return;
    if (data.action === "close") {
      sessions.delete(data.id);
      return session.destroy();
    }
    answer(session, data.id, data.number, data.action === "open" ? "show" : data.action, data.argument);
  } catch (error) {
    scope.postMessage({ id: data.id, number: data.number, failed: String(error) });
  }
};
