"""Drawings: pictures without controls that show how something is built. One file a drawing, found by its name.

A drawing is a module with `draw()`, which returns a plain dict in plotly's format, and `ALT`, the text that stands
under it and is read out in its place. `psn_viz.labs.core.sheet` has boxes and arrows for it. `pv.drawing(name)`
shows it.
"""
