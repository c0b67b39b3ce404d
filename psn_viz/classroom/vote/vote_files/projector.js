// The projector: buttons and keys do the same. PageDown, the key of a clicker, does what comes next.
const KEYS = { c: "close", s: "second", u: "uncover", ArrowLeft: "previous", PageUp: "previous", ArrowRight: "next", 0: "again" };
let sending = false;

document.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = event.submitter;
  if (sending || (button.value === "again" && !confirm(button.dataset.sure))) return;
  sending = true;
  await send(event.target, button);
  sending = false;
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  const name = KEYS[event.key] ?? KEYS[event.key.toLowerCase()];
  const button = event.key === "PageDown" ? one("button[data-forward]") : name && one(`button[value=${name}]`);
  if (!button) return;
  event.preventDefault();
  button.form.requestSubmit(button);
});
every(700, () => follow("/teacher/state", "/teacher", (now) => {
  const count = one(".psn-count");
  if (count) count.textContent = now.answered;
}));
