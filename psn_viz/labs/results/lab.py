"""Lab: what the paper and its authors' logs report, and how it is to be read. Nothing here was measured by us."""

from __future__ import annotations

from psn_viz.labs.core.controls import Choice, Control, Whole
from psn_viz.labs.core.definition import Lab, LazyTable
from psn_viz.labs.results import figure, in_words
from psn_viz.labs.results.kept_runs import (
    DATA,
    EPOCHS,
    KEPT_ORDERS,
    VIEWS,
    Numbers,
    curves_of,
    mask_of,
    orders_of,
    rows_of,
)
from psn_viz.learning.reported_results import reported_results

COUNTS = {"table": ("best", "last", "epoch"), "order": ("best", "last"), "tasks": ("best", "last")}


def _orders(state: dict) -> tuple[int, ...]:
    """The orders k whose curve is kept; one where k is not asked for."""
    return KEPT_ORDERS[state["data"]] if state["view"] == "mask" else (1,)


def _table() -> tuple[Control, ...]:
    try:
        reported_results()
    except OSError as error:
        raise ValueError(f"the reported results do not come with this copy of psn_viz: {error}") from None
    every_data = tuple(dict.fromkeys(name for names in DATA.values() for name in names))
    every_order = tuple(sorted({k for orders in KEPT_ORDERS.values() for k in orders}))
    return (
        Choice("view", "view", "what is reported: final table, order k, curves, mask, other tasks, seconds", "mask",
               VIEWS),
        Choice("data", "data", "on which data", "CIFAR100", every_data),
        Choice("count", "count", "which accuracy of a run counts: of its best test epoch, the last, or epoch e",
               "best", ("best", "last", "epoch")),
        Choice("k", "k", "order of the masked PSN", 1, every_order, ordered=True),
        Whole("epoch", "e", "epochs up to e, counted from 0 as in the logs", EPOCHS - 1, low=0, high=EPOCHS - 1),
    )  # fmt: skip


class Results(Lab):
    """Accuracies and times as reported, best test epoch and single run, with what that means for reading them."""

    name = "results"
    title = "Reading the results"
    sentence = "What the paper and its logs report, in six views: the number that is quoted, and what it rests on."
    transport = "epoch"
    main = "view", "epoch"
    table = LazyTable(_table)

    @staticmethod
    def settle(state: dict) -> dict:
        """Each view has its own data, accuracies that can count, and orders."""
        view = state["view"]
        data = state["data"] if state["data"] in DATA[view] else DATA[view][0]
        settled = state | {"data": data}
        counts, orders = COUNTS.get(view, ("best",)), _orders(settled)
        return settled | {
            "count": state["count"] if state["count"] in counts else counts[0],
            "k": state["k"] if state["k"] in orders else orders[0],
        }

    @staticmethod
    def limits(state: dict) -> dict:
        """What there is in this view."""
        return {
            "data": {"options": DATA[state["view"]]},
            "count": {"options": COUNTS.get(state["view"], ("best",))},
            "k": {"options": _orders(state)},
        }

    @staticmethod
    def compute(state: dict) -> Numbers:
        match state["view"]:
            case "order":
                return orders_of(state["count"])
            case "curves":
                return curves_of(state["data"], state["epoch"])
            case "mask":
                return mask_of(state["data"], state["k"], state["epoch"])
        return rows_of(state["view"], state["data"], state["count"], state["epoch"])

    draw = staticmethod(figure.draw)
    describe = staticmethod(in_words.described)
