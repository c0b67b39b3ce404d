// What both pages do: ask every moment whether the stage has changed, and put the new page in place of the old one.
const one = (selector) => document.querySelector(selector);
let asking = false;

function put(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const fresh = page.querySelector("main");
  if (!fresh) throw new Error("that is no page of the vote");
  document.documentElement.lang = page.documentElement.lang;
  document.title = page.title;
  one("main").replaceWith(document.adoptNode(fresh));
  one(".psn-aloud[role=status]").textContent = fresh.dataset.says;
}

function connected(yes) {
  const line = one(".psn-connection");
  line.hidden = yes;
  line.textContent = yes ? "" : one("main").dataset.lost;
}

// `state` is where to ask, `page` where the page is. `counted` gets what is told beside the stage.
async function follow(state, page, counted) {
  if (asking || document.hidden) return;
  asking = true;
  try {
    const answer = await fetch(state, { cache: "no-store" });
    const now = await answer.json();
    if (now.stage !== one("main").dataset.stage) put(await (await fetch(page, { cache: "no-store" })).text());
    else counted(now);
    connected(true);
  } catch {
    connected(false);
  } finally {
    asking = false;
  }
}

async function send(form, button) {
  const data = new URLSearchParams(new FormData(form));
  if (button?.name) data.set(button.name, button.value); // not every browser adds it to the form
  try {
    put(await (await fetch(form.getAttribute("action"), { method: "POST", body: data })).text());
    connected(true);
    return true;
  } catch {
    connected(false);
    return false;
  }
}

function every(milliseconds, ask) {
  setInterval(ask, milliseconds);
  document.addEventListener("visibilitychange", ask);
}
