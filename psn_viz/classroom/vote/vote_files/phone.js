// A phone: send the vote without leaving the page, and follow what the teacher does.
document.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = event.submitter;
  if (button) button.disabled = true;
  if (await send(event.target)) one(".psn-told")?.focus();
  else if (button) button.disabled = false;
});
// Another language: what is chosen or typed and not sent yet stays.
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[hreflang]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const field = () => one("input[name=answer]:checked, input[type=text][name=answer]");
  const round = () => one("input[name=round]")?.value;
  const before = [round(), field()?.value];
  try {
    put(await (await fetch(link.href, { cache: "no-store" })).text());
    connected(true);
  } catch {
    return connected(false);
  }
  one(`a[hreflang="${link.hreflang}"]`)?.focus();
  if (before[1] === undefined || before[0] !== round()) return;
  const radio = one(`input[type=radio][value="${before[1]}"]`);
  if (radio) radio.checked = true;
  else if (field()) field().value = before[1];
});
every(1500, () => follow("/state", "/", () => {}));
