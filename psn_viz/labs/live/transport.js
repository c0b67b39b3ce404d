// @ts-check
// Rewind, step back, play or pause, step on: plain buttons that move `value` between `low` and `high`.
/**
 * @param {{model: {get: (name: string) => any, set: (name: string, value: any) => void, save_changes: () => void},
 *   el: HTMLElement}} place
 * @returns {() => void} what ends the playing
 */
function render({ model, el }) {
  el.classList.add("psn-transport");
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let playing;
  const move = (/** @type {number} */ value) => {
    model.set("value", Math.min(model.get("high"), Math.max(model.get("low"), value)));
    model.save_changes();
  };
  const pause = () => {
    clearInterval(playing);
    playing = undefined;
    buttons.play.textContent = "Play";
    buttons.play.setAttribute("aria-label", "Play");
  };
  const play = () => {
    if (playing !== undefined) return pause();
    if (model.get("value") >= model.get("high")) move(model.get("low"));
    buttons.play.textContent = "Pause";
    buttons.play.setAttribute("aria-label", "Pause");
    playing = setInterval(() => {
      move(model.get("value") + 1);
      if (model.get("value") >= model.get("high")) pause();
    }, model.get("interval"));
  };
  const step = (/** @type {number} */ by) => () => { pause(); move(model.get("value") + by); };
  /** @type {Object<string, HTMLButtonElement>} */
  const buttons = {};
  /** @type {[string, string, string, () => void][]} */
  const kinds = [
    ["rewind", "Rewind", "Rewind to the first time-step", () => { pause(); move(model.get("low")); }],
    ["back", "−1", "One time-step back", step(-1)],
    ["play", "Play", "Play", play],
    ["on", "+1", "One time-step on", step(1)],
  ];
  for (const [name, sign, label, act] of kinds) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.setAttribute("aria-label", label);
    button.title = label;
    button.addEventListener("click", act);
    buttons[name] = button;
    el.append(button);
  }
  return pause;
}
export default { render };
