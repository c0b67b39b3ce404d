"""Stands in for Colab's own module in `make test-colab`: what anywidget and plotly look for, and no more."""
