"""The map of the field as one table: `pv.field_map()`."""

from __future__ import annotations

from psn_viz.course.field_map_rows import MAP, UNKNOWN, MapRow
from psn_viz.course.text_page import Page, escape, html_table

HEAD = (
    "neuron",
    "its reset is",
    "what it does",
    "waits for",
    "multiply-adds",
    "streams",
    "here",
    "lab state",
    "where",
)
CAPTION = (
    "T: time-steps, k: order, r: rank, K: rounds. Waits for: operations that have to follow each other. Streams: "
    "whether a spike can be given when its input comes in. Here: the class of this project. Where: who says so, and "
    "what of it was read. ?: not established."
)


def field_map() -> Page:
    """Which parallel spiking neurons there are, what each does with the reset, and which of them run here.

    Type the lab state into the lab's *state* field, or run `pv.LABS["psn"].from_code("psn")`.
    """
    lines = [
        f"{row.name}, {row.year} ({row.citation}): {row.mechanism}. Reset {row.reset}; waits for {row.depth}; "
        f"multiply-adds {row.cost}; streams {row.streams}."
        + (f" Here {row.ours}." if row.ours else "")
        + (f" [{row.code}]" if row.code else "")
        + f" Read: {row.read}."
        for row in MAP
    ]
    # Nine columns: where they do not fit they are moved sideways, by keyboard too.
    box = '<div style="overflow-x: auto" tabindex="0" role="region" aria-label="map of the field">'
    table = html_table(HEAD, map(_cells, MAP))
    return Page("\n".join([*lines, CAPTION]), f"<p>{escape(CAPTION)}</p>{box}{table}</div>")


def _cells(row: MapRow) -> list[str]:
    cells = [f"{row.name}, {row.year}", row.reset, row.mechanism, row.depth, row.cost, row.streams]
    where = f"{row.citation}. Read: {row.read}"
    return [*("?" if cell == UNKNOWN else cell for cell in cells), row.ours or "–", row.code or "–", where]
