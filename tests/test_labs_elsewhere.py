"""Any code, wherever it is typed: `pv.lab` shows it, and the *state* field of another lab says how."""

import pytest

import psn_viz as pv
from psn_viz.app.page_kernel import PageKernel
from psn_viz.labs import LABS


def code_of(view) -> str:
    return repr(view)


@pytest.mark.parametrize("code", ["psn", "psn;preset=LIF+4", " closed_form tau=8 reset=hard ", *LABS])
def test_pv_lab_shows_a_lab_in_the_state_of_a_code(code):
    name = code.split(";")[0].split()[0]
    assert code_of(pv.lab(code)) == repr(LABS[name].from_code(code))


@pytest.mark.parametrize(
    "code, kind, told",
    [
        (3, TypeError, "code must be a text such as 'psn;preset=LIF\\+4', got int"),
        ("", ValueError, "code must begin with the name of a lab, one of read_image, .*, got ''"),
        ("pns;tau=3", ValueError, "got 'pns'"),
        ("psn;tau=2", ValueError, "'tau=2' in the code is not one of"),
    ],
)
def test_pv_lab_refuses_what_is_no_code(code, kind, told):
    with pytest.raises(kind, match=told):
        pv.lab(code)


def typed(view, code: str) -> str:
    """Type a code into the state field; what the line below it says."""
    view._code.value = code
    return view._error.value


def test_in_a_notebook_a_code_of_another_lab_is_told_the_way():
    view = LABS["closed_form"]().show()
    told = typed(view, "psn;preset=LIF+4")
    assert "pv.lab(&quot;psn…&quot;) shows that lab" in told
    assert "pv.lab" not in typed(view, "pns;preset=LIF+4")


def test_in_the_app_a_code_of_another_lab_leads_there():
    page = PageKernel()
    page.address = "?lab=closed_form"
    assert typed(page.lab.show(), "psn;preset=bogus") != "" and page.onward == ""
    assert typed(page.lab.show(), "closed_form;tau=8") == "" and page.onward == ""
    assert page.code == "closed_form;tau=8"
    assert typed(page.lab.show(), "psn preset=LIF+4") == "" and page.onward == "?lab=psn&state=preset=LIF+4"
    page.address = page.onward
    assert page.code == "psn;preset=LIF+4"
