"""Python runs this at its start: on Colab, too, the module is there before the first cell."""

import google.colab.output  # noqa: F401
