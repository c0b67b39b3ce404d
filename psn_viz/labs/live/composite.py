"""Widgets of several parts that stand for one value of a lab."""

from __future__ import annotations

import ipywidgets
import traitlets


class Composite(ipywidgets.Box):
    """Several widgets in a box that has `description` and `tooltip` as a single one has; subclasses give `value`."""

    description = traitlets.Unicode()
    tooltip = traitlets.Unicode()  # kept here: a box that is sent one cannot be displayed

    @traitlets.observe("tooltip")
    def _hand_on(self, change) -> None:
        for part in self.children:
            setattr(part, "tooltip" if part.has_trait("tooltip") else "description_tooltip", change["new"])
