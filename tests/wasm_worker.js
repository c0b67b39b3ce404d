// Runs Python in Pyodide. In: {python}, out: {result}, its text, or {error}. The first message names the folder.
let ready;

async function start(base) {
  importScripts(`${base}pyodide.js`);
  const py = await loadPyodide({ indexURL: base, packages: ["numpy"] });
  const files = await (await fetch(`${base}app.zip`)).arrayBuffer();
  py.unpackArchive(files, "zip", { extractDir: "/app" });
  return py;
}

onmessage = async ({ data }) => {
  try {
    if (data.base) ready = start(data.base);
    const py = await ready;
    postMessage({ result: data.python ? String(py.runPython(data.python)) : "ready" });
  } catch (error) {
    postMessage({ error: String(error.message ?? error) });
  }
};
