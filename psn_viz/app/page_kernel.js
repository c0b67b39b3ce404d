// Tells the kernel which lab the address asks for, and the address which state the lab is in.
const WRITE_AFTER = 400; // ms without a move: browsers allow few changes of the address in a row
const LOOK_EVERY = 20_000; // ms

function render({ model }) {
  const status = document.getElementById("app-status");
  const notice = document.getElementById("app-notice");
  const leave = new AbortController();
  const ask = () => {
    model.set("address", location.search);
    model.save_changes();
  };
  const answered = () => {
    if (model.get("answered") === location.search) status.textContent = "";
  };

  let waiting = 0;
  const write = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const [name, ...state] = model.get("code").split(";");
      if (name !== new URLSearchParams(location.search).get("lab")) return; // the reader has gone on
      history.replaceState(null, "", state.length ? `?lab=${name}&state=${state.join(";")}` : `?lab=${name}`);
    }, WRITE_AFTER);
  };

  // A page whose kernel has ended looks alive and is not. A kernel that broke down comes back without its widgets.
  const { baseUrl, kernelId } = JSON.parse(document.getElementById("jupyter-config-data").textContent);
  const lost = (why) => {
    notice.textContent = why;
    notice.hidden = false;
  };
  const LOST = "The Python behind this page has ended. Reload the page: the lab comes back as the address says.";
  const look = async () => {
    const reply = await fetch(`${baseUrl}api/kernels/${kernelId}`).catch(() => null);
    if (!reply) lost("The server does not answer. Start it again with psn-viz app, then reload this page.");
    else if (!reply.ok) lost(LOST);
  };
  const looking = setInterval(look, LOOK_EVERY);
  const watch = (_, status) => /restarting|dead/.test(status) && lost(LOST);
  const kernel = model.widget_manager?.kernel;
  kernel?.statusChanged.connect(watch);

  // A code of another lab was typed: app.js goes there as it goes back.
  const goOn = () => {
    const query = model.get("onward");
    if (!query) return;
    model.set("onward", "");
    model.save_changes();
    clearTimeout(waiting);
    history.pushState(null, "", query);
    dispatchEvent(new PopStateEvent("popstate"));
  };

  addEventListener("app-address", ask, leave);
  document.addEventListener("visibilitychange", () => document.hidden || look(), leave);
  model.on("change:answered", answered);
  model.on("change:code", write);
  model.on("change:onward", goOn);
  dispatchEvent(new Event("app-kernel"));
  ask();
  return () => {
    leave.abort();
    clearInterval(looking);
    kernel?.statusChanged.disconnect(watch);
    clearTimeout(waiting);
    model.off("change:answered", answered);
    model.off("change:code", write);
    model.off("change:onward", goOn);
  };
}
export default { initialize: psnLateStart.initialize, render };
