// A phone: send the vote without leaving the page, and follow what the teacher does.
document.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = event.submitter;
  if (button) button.disabled = true;
  if (await send(event.target)) one(".psn-told")?.focus();
  else if (button) button.disabled = false;
});
every(1500, () => follow("/state", "/", () => {}));
