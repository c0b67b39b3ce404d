"""The inventory as a whole: its objectives in the order of the lessons. Number n on a sheet is the n-th of them."""

from __future__ import annotations

from psn_viz.classroom.inventory import items_evidence, items_one_neuron, items_parallel_family

INVENTORY = (
    *items_one_neuron.OBJECTIVES,
    *items_parallel_family.OBJECTIVES,
    *items_evidence.OBJECTIVES,
)
