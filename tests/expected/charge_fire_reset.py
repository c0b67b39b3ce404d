"""What the lab `charge_fire_reset` has to compute."""

from psn_viz.labs.core.inputs import parse_input


def expected(state: dict) -> dict:
    x, tau, threshold = parse_input(state["input"], 32), state["tau"], state["threshold"]
    before, steps = 0.0, []
    for value in x:
        h = before + (value - before) / tau
        s = float(h >= threshold)
        before = {"hard": h * (1 - s), "soft": h - threshold * s, "none": h}[state["reset"]]
        steps.append((h, s, before))
    h, s, v = zip(*steps, strict=True)
    return {"x": x, "h": h, "s": s, "v": v, **{name: state[name] for name in ("tau", "threshold", "reset", "t")}}
