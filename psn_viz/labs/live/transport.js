// @ts-check
// Rewind, step back, play or pause, step on: plain buttons that move `value` between `low` and `high`. Playing moves
// it by `by`; a step goes to the next whole number.
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
    // Many small moves add up to 0.30000000000000004.
    model.set("value", Math.min(model.get("high"), Math.max(model.get("low"), Number(value.toFixed(6)))));
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
      move(model.get("value") + model.get("by"));
      if (model.get("value") >= model.get("high")) pause();
    }, model.get("interval"));
  };
  const back = () => { pause(); move(Math.ceil(model.get("value")) - 1); };
  const on = () => { pause(); move(Math.floor(model.get("value")) + 1); };
  /** @type {Object<string, HTMLButtonElement>} */
  const buttons = {};
  const unit = model.get("unit");
  /** @type {[string, string, string, () => void][]} */
  const kinds = [
    ["rewind", "Rewind", `Rewind to the first ${unit}`, () => { pause(); move(model.get("low")); }],
    ["back", "−1", `One ${unit} back`, back],
    ["play", "Play", "Play", play],
    ["on", "+1", `One ${unit} on`, on],
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
export default { initialize: psnLateStart.initialize, render };
