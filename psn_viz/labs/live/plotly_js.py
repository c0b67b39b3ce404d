"""plotly.js of the installed plotly, as pages load it."""

from __future__ import annotations

import re

# A call, with a function that holds all of plotly.js as its last argument.
_FORM = re.compile(r"(?P<call>.{,2000}? : this, )(?P<function>\(\) => \{.*\})(?P<end>\)\);\s*)", re.DOTALL)


def plotly_js() -> str:
    """The script that defines `Plotly`, arranged so that a browser reads it once."""
    from plotly.offline import get_plotlyjs

    return read_once(get_plotlyjs())


def read_once(script: str) -> str:
    """plotly.js with brackets round the function that holds all of it; a script of another form as it is.

    A function that is not called yet is only skimmed by Chromium, and its megabytes are read again when it is, while
    the page waits. Brackets round it say that it is called at once (https://v8.dev/blog/preparser#pife): it is
    compiled at the first reading, beside the page.
    """
    form = _FORM.fullmatch(script)
    return f"{form['call']}({form['function']}){form['end']}" if form else script
