"""Figures of the course: numbers in, plotly `Figure` out. Nothing here knows of widgets."""
