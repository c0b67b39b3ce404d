"""The map of the field as one table: `pv.field_map()`."""

from __future__ import annotations

from psn_viz.course.field_map_rows import MAP, UNKNOWN, MapRow
from psn_viz.course.text_page import Page, escape, html_table

HEAD = [
    "neuron",
    "what it does",
    "the reset",
    "waits for",
    "multiply-adds",
    "streams",
    "here",
    "lab state",
    "rests on",
]
CAPTION = (
    "T: time-steps, k: order, r: rank, K: rounds. Waits for: operations that have to follow each other. Streams: "
    "whether a spike can be given when its input comes in. Here: the class of this project."
)


def field_map() -> Page:
    """Which parallel spiking neurons there are, what each does with the reset, and which of them run here.

    A row says what could be read; "?" is what could not be established. The lab state is typed into a lab's *state*
    field, or run: `pv.LABS["psn"].from_code("psn")`.
    """
    lines = [
        f"{row.name} ({row.citation}): {row.mechanism}. Reset {row.reset}; waits for {row.depth}; "
        f"multiply-adds {row.cost}; streams {row.streams}."
        + (f" Here {row.ours}." if row.ours else "")
        + (f" [{row.code}]" if row.code else "")
        + f" Rests on {row.read}."
        for row in MAP
    ]
    # Nine columns: where they do not fit they are moved sideways, by keyboard too.
    table = html_table(HEAD, map(_cells, MAP), CAPTION)
    box = f'<div style="overflow-x: auto" tabindex="0" role="region" aria-label="{escape("map of the field")}">'
    return Page("\n".join([*lines, CAPTION]), f"{box}{table}</div>")


def _cells(row: MapRow) -> list[str]:
    cells = [f"{row.name} ({row.citation})", row.mechanism, row.reset, row.depth, row.cost, row.streams]
    return [*("?" if cell == UNKNOWN else cell for cell in cells), row.ours or "–", row.code or "–", row.read]
