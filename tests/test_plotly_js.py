"""plotly.js as pages load it: that of the package, with brackets that have a browser read it once."""

import pytest
from plotly.offline import get_plotlyjs

from psn_viz.labs.live.plotly_js import plotly_js, read_once

NOTICE = "/**\n* plotly.js\n* MIT\n*/\n"
HEAD = "(\n function(root, factory) {\n  root.moduleName = factory();\n} "
HEAD += '(typeof self !== "undefined" ? self : this, '
ALL = '() => {\n"use strict";var Plotly=(()=>{return {of: () => {}}})();\nwindow.Plotly = Plotly;\nreturn Plotly;\n}'


def test_brackets_stand_round_the_function_that_holds_all_of_it():
    assert read_once(f"{NOTICE}{HEAD}{ALL}));\n") == f"{NOTICE}{HEAD}({ALL})));\n"


@pytest.mark.parametrize(
    "script", ["", "var Plotly = 1;", f"{HEAD}({ALL})));\n", '!function(t,e){e()}(self,(function(){"use strict"}));']
)
def test_a_script_of_another_form_stays_as_it_is(script):
    assert read_once(script) == script


@pytest.mark.current_stack  # the plotly.js that Colab has comes with such brackets
def test_of_the_installed_package_nothing_else_changes():
    head, _, rest = plotly_js().partition(": this, (() => {")
    as_before = f"{head}: this, () => {{{rest.removesuffix(chr(10)).removesuffix(')));')}));"
    is_same = as_before == get_plotlyjs().removesuffix("\n")  # told of in one line: both have megabytes
    assert is_same, "plotly.js has another form now: plotly_js.py has to know it"
