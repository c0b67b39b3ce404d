"""The key, computed: what the neurons, labs and stored runs of the course say of each option.

Where an item has numbers, they are read from its own words, so that item and computation cannot part.
"""

from __future__ import annotations

from psn_viz.classroom.inventory import computed_evidence, computed_one_neuron, computed_parallel_family
from psn_viz.classroom.inventory.inventory_item import Objective
from psn_viz.classroom.inventory.item_words import Judge

_JUDGES = computed_one_neuron.JUDGES | computed_parallel_family.JUDGES | computed_evidence.JUDGES


def computed(objective: Objective, form: str) -> Judge:
    """What says of an option of this item whether it is right. Raises KeyError where nothing is computed."""
    return _JUDGES[objective.key](objective.item(form))
