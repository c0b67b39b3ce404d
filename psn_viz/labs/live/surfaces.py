"""How a lab is shown. Each surface is made when it is first asked for, since it needs libraries of its own."""

from __future__ import annotations

from typing import Any

from psn_viz.labs.core.definition import Lab


class Shown:
    """The surfaces of a lab in a notebook: widgets, plotly's own figure, a picture, a page of frames."""

    def live(self, lab: Lab) -> Any:
        """Controls beside the figure, as widgets."""
        from psn_viz.labs.live.live_lab import LiveLab

        return LiveLab(lab)

    def figure(self, lab: Lab) -> Any:
        """The present figure as `plotly.graph_objects.Figure`."""
        import plotly.graph_objects as go

        return go.Figure(lab.drawing)

    def picture(self, lab: Lab, format: str) -> Any:
        """The present figure as a still picture with alt text."""
        from psn_viz.labs.live.picture import Picture

        return Picture(lab.drawing, lab.description, format)

    def frames(self, lab: Lab, control: str) -> Any:
        """The figure over the values of one control, as a page without a kernel."""
        from psn_viz.labs.live.frames import frames_of

        return frames_of(lab, control)
