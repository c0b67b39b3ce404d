// @ts-check
// Runs the labs of a page in Pyodide, away from the page itself. All of what it does is in `psn_viz.browser.session`.
/**
 * @typedef {{action: string, id: number, name?: string, code?: string, number?: number, argument?: any}} Request
 */
/** @type {any} */
const scope = globalThis;
/** @type {Promise<any> | undefined} */
let starting;
/** @type {Map<number, any>} */
const sessions = new Map();

/**
 * Python with numpy, our library and the data that labs read.
 * @param {{runtime: string, files: string[]}} where addresses
 * @returns {Promise<any>}
 */
async function start({ runtime, files }) {
  scope.importScripts(`${runtime}pyodide.js`);
  const archives = Promise.all(files.map(async (address) => {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
    return answer.arrayBuffer();
  }));
  const python = await scope.loadPyodide({ indexURL: runtime, packages: ["numpy"] });
  for (const archive of await archives) python.unpackArchive(archive, "zip", { extractDir: "/course" });
  python.runPython("import sys; sys.path.insert(0, '/course'); from psn_viz.browser.standing_in import stand_in; stand_in()");
  return python.pyimport("psn_viz.browser.session");
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
    const python = await starting;
    if (data.action === "open") sessions.set(data.id, python.LabSession(data.name, data.code));
    const session = sessions.get(data.id);
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
