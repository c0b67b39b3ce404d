"""The course in a process that has only what a browser has: no widgets, no IPython, no torch."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from psn_viz.browser.archives import SOURCES, data_archive, source_archive
from psn_viz.browser.question_places import archives
from psn_viz.browser.question_session import question_of
from psn_viz.course.questions.ask import RecallQuestion
from psn_viz.labs import LABS
from tests.test_question_session import KEYS

ROOT = Path(__file__).parents[1]
START = """
import json, sys
sys.path[:0] = sys.argv[1:]
from tests import lab_sender
lab_sender.BROWSER = f"{sys.argv[1]}/psn_viz/browser"
sys.meta_path.insert(0, lab_sender.OnlyWhatABrowserHas())
from psn_viz.browser.standing_in import stand_in
stand_in()
"""


def told(code: str, place: Path = ROOT):
    """What code prints as JSON there, with the library in `place`."""
    done = subprocess.run([sys.executable, "-c", START + code, str(place)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_exercises_are_checked_and_answers_kept(monkeypatch):
    monkeypatch.setenv("PSN_VIZ_PROGRESS", "off")
    found = told("""
import psn_viz.course as course
from psn_viz.course.registry import exercises
charge = exercises()["01/charge"]
wrong, right = (course.check(charge.key, function) for function in (charge.wrong[0].function, charge.answer))
kept = course.answer_store().read(charge.progress_key)["passed"]
loaded = [name for name in ("ipywidgets", "anywidget", "traitlets", "IPython") if name in sys.modules]
print(json.dumps([wrong.passed, wrong.hint, right.passed, kept, loaded]))
""")
    wrong, hint, right, kept, loaded = found
    assert (wrong, right, kept, loaded) == (False, True, True, []) and hint


# What a page is told of a question before there is an answer, and what the truth is.
ASKED = """
from dataclasses import asdict
from psn_viz.browser.question_session import QuestionSession
def asked(key):
    session = QuestionSession(key)
    form = session.question.form
    judged = [session.question.judge(n) for n in range(len(form.options))]
    if form.can_skip:
        judged.append(session.question.judge(None))
    return [asdict(form), judged]
"""


def test_questions_are_the_same_from_what_their_page_loads(tmp_path, monkeypatch):
    """Each with the library and the archives that it asks for alone, on numpy."""
    monkeypatch.setenv("PSN_VIZ_PROGRESS", "off")
    by_need: dict[tuple[str, ...], list[str]] = {}
    for key in sorted(KEYS):
        by_need.setdefault(tuple(archives(key, question_of(key))), []).append(key)
    names: dict = {}
    exec(ASKED, names)
    for needed, keys in by_need.items():
        place = tmp_path / "-".join(needed)
        for name in needed:
            name = name.removesuffix(".zip")
            data = source_archive(name) if name in SOURCES else data_archive(name)
            zipfile.ZipFile(BytesIO(data)).extractall(place)
        code = f"""
{ASKED}
assert sys.modules["psn_viz"].__file__.startswith({str(place)!r})
print(json.dumps({{key: asked(key) for key in {keys!r}}}))
"""
        found = told(code, place)
        for key in keys:
            form, judged = json.loads(json.dumps(names["asked"](key)))
            assert found[key][0] == form, key
            for (truth, *rest), (truth_there, *rest_there) in zip(judged, found[key][1], strict=True):
                assert rest == rest_there, key
                assert truth == truth_there or truth == pytest.approx(truth_there, abs=1e-9), key


def test_labs_that_answers_uncover_open():
    codes = set()
    for key in KEYS:
        asked = question_of(key)
        codes |= {one.code for one in asked.options} if isinstance(asked, RecallQuestion) else set()
        if not isinstance(asked, RecallQuestion) and asked.covered is not None:
            codes.add(asked.covered.code)
    for code in codes - {""}:
        LABS[code.partition(";")[0]].state_from_code(code)
    assert len(codes) > 20
