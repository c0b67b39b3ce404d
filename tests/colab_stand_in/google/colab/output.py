"""The part of Colab's `google.colab.output` that anywidget calls."""

from types import SimpleNamespace

_widgets = SimpleNamespace(_installed_url=None)


def enable_custom_widget_manager() -> None:
    """Note the address of a widget manager, as Colab does; classic Notebook has its own and ignores it."""
    _widgets._installed_url = "colab-cdn-widget-manager"
