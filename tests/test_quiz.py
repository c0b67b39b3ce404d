"""The quiz at the end of the course: a question for every lesson, each tied to an objective and to states of labs."""

import re

import pytest

from notebooks.build import notebooks
from notebooks.build.notebooks import COURSE, FURTHER
from psn_viz.course.quiz.questions import QUIZ, RECALL
from psn_viz.course.registry import recall_questions
from psn_viz.labs import LABS
from tests.lesson_cells import lesson_cells

LESSONS = {path.stem[:2]: path for path in notebooks.sources(COURSE) if not path.stem.endswith(FURTHER)}


def objectives(lesson: str) -> list[str]:
    """The numbered objectives at the head of a lesson."""
    head = lesson_cells(LESSONS[lesson])[0].source
    return re.findall(r"^\d\. (.+)", head, re.MULTILINE)


def test_every_lesson_has_one_question_in_the_order_of_the_course():
    assert [question.lesson for question in QUIZ] == sorted(LESSONS)
    assert recall_questions()["quiz"] == RECALL and len(RECALL) == len(QUIZ)


@pytest.mark.parametrize("question", QUIZ, ids=lambda question: question.lesson)
def test_a_question_has_an_objective_one_right_answer_and_a_lab_for_every_wrong_one(question):
    assert 1 <= question.objective <= len(objectives(question.lesson))
    assert [right for right, *_ in question.options].count(True) == 1
    for right, text, feedback, *code in question.options:
        assert text and feedback
        if not right:
            LABS[code[0].partition(";")[0]].from_code(code[0])
