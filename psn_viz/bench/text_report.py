"""What a run found, as text: the times, the ratios that matter, and the targets where they are measured."""

from collections.abc import Iterable

from psn_viz.bench.machine_limits import Roofs
from psn_viz.bench.plan import FAMILY, LOOPS, WITH_RESET
from psn_viz.bench.results import MODES, Results
from psn_viz.bench.targets import FEWEST, LONG, checked, has_targets, note_on
from psn_viz.text_table import text_table

NONE = "–"
# What other programs may use of the cores, a desktop say, before the times are in doubt.
SHARE = 0.1
# Numerator and denominator of the ratios that are shown, where both were measured.
RATIOS = (
    *((name, f"sj-{name}") for name in FAMILY),
    ("psn", "bare"),
    ("masked-8", "bare"),
    ("sliding-8", "bare"),
    *((loop, "psn") for loop in LOOPS),
    *((exact, "plain-lif") for exact in WITH_RESET),
    *(("exact-lif", name) for name in ("hand-lif", "scan-lif", "psn")),
)
# As in the paper's figure: over T and N, one table for each.
OVER_THE_GRID = (("plain-lif", "psn"), ("loop-lif", "psn"), ("fused-lif", "psn"), ("sj-fused-lif", "psn"))


def report(results: Results) -> str:
    """All that a reader wants to know, in lines."""
    versions = results.versions
    peer = f"SpikingJelly {versions['spikingjelly']}" if versions.get("spikingjelly") else "no SpikingJelly"
    lines = [
        f"{results.plan}: {results.machine_in_words}, threads: {results.machine.get('threads')}, {results.date}",
        f"psn_viz {versions.get('psn_viz')}, torch {versions.get('torch')}, Python {versions.get('python')}, {peer}",
    ]
    if not results.complete:
        lines.append("Stopped: what follows was measured before.")
    if too_busy(results):
        lines.append(busy_words(results))
    if results.roofs:
        lines.append(_roofs(results.roofs))
    for mode in MODES:
        if results.sizes(mode):
            lines += _mode(results, mode)
    lines += _targets(results) if results.plan == "targets" else _growth(results)
    return "\n".join(lines + _left_out(results))


def was_alone(results: Results) -> bool | None:
    """Whether the cores were free for the measurement when it began; None where that is not known."""
    few = SHARE * results.machine["cores"]
    if results.others is not None:
        return results.others <= few
    # In results from before that was measured, a small load says that nobody was there. A large one says nothing: it
    # may have been the measurement before.
    return True if results.load is not None and results.load <= few else None


def too_busy(results: Results) -> bool:
    """May something else have been at work when the run began, so that its times are too long?"""
    return not was_alone(results)


def busy_words(results: Results) -> str:
    """The warning of `too_busy` in a sentence."""
    cores = f"of the {results.machine['cores']} cores"
    if results.others is not None:
        return (
            f"In the second before the run, other programs used {results.others:.1f} {cores}: if they went on, the "
            "times are too long and the ratios uncertain."
        )
    if results.load is None:
        return "It is not known whether other programs were at work meanwhile."
    return (
        "It is not known whether other programs were at work meanwhile: in the minute before the run, "
        f"{results.load:.1f} programs wanted one {cores}, and earlier measurements may have been among them."
    )


def busy_in_short(results: Results) -> str:
    """The same in a few words."""
    if results.others is not None:
        return f"busy: other programs used {results.others:.1f} of {results.machine['cores']} cores"
    return "not known to be idle"


def _roofs(roofs: Roofs) -> str:
    """The roofs in a line."""
    return (
        f"roofs: copy {roofs.bandwidth / 1e9:.3g} GB/s (read and written), matrix product "
        f"{roofs.flops / 1e9:.4g} GFLOP/s, {roofs.latency * 1e6:.2g} µs a start, {roofs.dtype}"
    )


def _mode(results: Results, mode: str) -> list[str]:
    sizes = results.sizes(mode)
    lines = []
    many_T, many_N = ({size[axis] for size in sizes} for axis in (0, 1))
    # Every T with every N, and not a list of sizes that have nothing to do with each other.
    if min(len(many_T), len(many_N)) < 3 or len(sizes) < len(many_T) * len(many_N):
        names = [name for name in results.subjects if any(results.row(name, *size, mode) for size in sizes)]
        times = [[_ms(results.median(name, *size, mode)) for name in names] for size in sizes]
        lines += ["", f"{mode}, medians in ms", *text_table(["T × N", *names], _labelled(sizes, times))]
        pairs = [pair for pair in RATIOS if results.ratios(*pair, mode)]
        if pairs:
            ratios = [[_ratio(results.ratio(*pair, *size, mode)) for pair in pairs] for size in sizes]
            heads = [" / ".join(pair) for pair in pairs]
            lines += ["", f"{mode}, ratios of medians", *text_table(["T × N", *heads], _labelled(sizes, ratios))]
        return lines
    for pair in (*OVER_THE_GRID, ("psn", "sj-psn"), ("psn", "bare")):
        grid_ratios = results.ratios(*pair, mode)
        if grid_ratios:
            T, N = sorted({T for T, _ in grid_ratios}), sorted({N for _, N in grid_ratios})
            rows = [[f"{n}", *(_ratio(grid_ratios.get((t, n))) for t in T)] for n in N]
            lines += ["", f"{mode}, {' / '.join(pair)}", *text_table(["N \\ T", *map(str, T)], rows)]
    return lines


def _targets(results: Results) -> list[str]:
    if not has_targets(results):
        return ["", "targets hold for float32 only"]
    words = {True: "met", False: "NOT MET", None: "not measured"}
    checks = list(checked(results))
    rows = [[c.quantity, c.size, _ratio(c.value), f"≤ {c.limit:g}", words[c.met]] for c in checks]
    return (
        ["", "targets", *text_table(["", "", "found", "wanted", ""], rows, align="<<"), *note_on(checks)]
        if rows
        else []
    )


def _growth(results: Results) -> list[str]:
    """How time grows with T at each N, of each subject over those large T at which it was measured."""
    rows = []
    for mode in ("inference", "training"):
        for N in sorted({N for _, N in results.sizes(mode)}):
            for name in results.subjects:
                T = results.steps(name, N, mode, LONG[0])
                if len(T) >= FEWEST:
                    p = results.exponent(name, N, mode, T[0], T[-1])
                    rows.append([f"{name}, {mode}", f"T = {T[0]} … {T[-1]}, N = {N}", _ratio(p)])
    return ["", "p in time ∝ T^p", *text_table(["", "", "p"], rows, align="<<")] if rows else []


def _left_out(results: Results) -> list[str]:
    """Each reason for which there is no time somewhere, with the subjects that it holds for."""
    reasons: dict[str, dict[str, None]] = {}
    for row in results.rows:
        if row.median is None:
            reasons.setdefault(row.reason, {})[row.subject] = None
    lines = (f"  {', '.join(subjects)}: {reason}" for reason, subjects in reasons.items())
    return ["", "not measured", *lines] if reasons else []


def _labelled(sizes: Iterable[tuple[int, int]], cells: Iterable[list[str]]) -> list[list[str]]:
    return [[f"{T} × {N}", *row] for (T, N), row in zip(sizes, cells, strict=True)]


def _ms(seconds: float | None) -> str:
    return NONE if seconds is None else f"{1e3 * seconds:.3g}" if seconds < 1 else f"{1e3 * seconds:.0f}"


def _ratio(value: float | None) -> str:
    return NONE if value is None else f"{value:.2f}" if value < 100 else f"{value:.0f}"
