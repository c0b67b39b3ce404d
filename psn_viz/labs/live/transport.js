// Rewind, step back, play or pause, step on: plain buttons that move `value` between `low` and `high`.
function render({ model, el }) {
  el.classList.add("psn-transport");
  let playing = null;
  const move = (value) => {
    model.set("value", Math.min(model.get("high"), Math.max(model.get("low"), value)));
    model.save_changes();
  };
  const pause = () => {
    clearInterval(playing);
    playing = null;
    buttons.play.textContent = "Play";
    buttons.play.setAttribute("aria-label", "Play");
  };
  const play = () => {
    if (playing !== null) return pause();
    if (model.get("value") >= model.get("high")) move(model.get("low"));
    buttons.play.textContent = "Pause";
    buttons.play.setAttribute("aria-label", "Pause");
    playing = setInterval(() => {
      move(model.get("value") + 1);
      if (model.get("value") >= model.get("high")) pause();
    }, model.get("interval"));
  };
  const step = (by) => () => { pause(); move(model.get("value") + by); };
  const buttons = {};
  for (const [name, sign, label, act] of [
    ["rewind", "Rewind", "Rewind to the first time-step", () => { pause(); move(model.get("low")); }],
    ["back", "−1", "One time-step back", step(-1)],
    ["play", "Play", "Play", play],
    ["on", "+1", "One time-step on", step(1)],
  ]) {
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
