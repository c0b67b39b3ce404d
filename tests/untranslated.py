"""What a language lacks, and what it has too much: `python -m tests.untranslated zh`.

It shows every question with every kind of answer, and looks up each text that a reader then sees, and each word of
the pages around it.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from psn_viz.classroom.vote.question_settings import SETTINGS
from psn_viz.course.answers.store import answer_store
from psn_viz.course.glossary_terms import TERMS
from psn_viz.course.languages.tables import FOLDER, GLOSSARY, INTERFACE, YES, languages, read_object, table
from psn_viz.course.languages.translate import find
from psn_viz.course.questions.ask import LateQuestion, PredictionQuestion, RecallQuestion, ask_recall
from psn_viz.course.questions.question import Question
from psn_viz.course.questions.still_question import truth_of, what_fits
from psn_viz.course.registry import open_tasks, predictions, recall_questions

PACKAGE = Path(__file__).resolve().parents[1] / "psn_viz"
# What shows words of the interface beside those of a question: as a text in quotes, or as a part of a page.
PAGES = (
    "classroom/vote/ballot.py",
    "classroom/vote/card_sheet.py",
    "classroom/vote/number_strip.py",
    "classroom/vote/phone_page.py",
    "classroom/vote/projector_page.py",
    "classroom/vote/vote_language.py",
    "classroom/vote/vote_question.py",
    "classroom/vote/vote_server.py",
    "course/questions/question_widget.js",
    "course/questions/still_question.py",
    "course/languages/language_choice.js",
    "course/glossary_page.py",
    "browser/pages/questions.js",
    "browser/pages/open_answers.js",
    "browser/pages/page.js",
    "browser/pages/search.js",
    "browser/pages/your_answers.html",
    "browser/pages/your_answers.js",
    "browser/reading_pages.py",
    "browser/pages/index.html",
    "browser/page_frame.py",
    "browser/ten_minutes.py",
)
# What begins a call whose first text a reader sees; before that, `spoken` has the name of an element.
CALL = re.compile(r"""\b(?:say|word|translated|Refused)\(|\bspoken\("\w+",""")
PIECE = re.compile(r"""f?"(?:[^"\\\n]|\\.)*"|f?'(?:[^'\\\n]|\\.)*'|[(),]""")
TYPED = ("abc", "6,000", "1e400")  # what is no number that can be compared


def questions() -> Iterator[tuple[str, PredictionQuestion | RecallQuestion]]:
    """All questions of the course, each with the part that it belongs to, "05"."""
    for lesson, asked in recall_questions().items():
        for number in range(1, len(asked) + 1):
            yield lesson, ask_recall(lesson, number)
    for key, make in predictions().items():
        yield key.split("/")[0], make(key)


def answers(question: Question) -> list:
    """Answers of every kind that has a feedback of its own: right, too high, too low, none of it."""
    form = question.form
    if form.kind == "choice":
        return list(range(len(form.options)))
    truth = question.judge(None)[0]
    if form.kind == "number":
        return [truth, truth + abs(truth) + 1, truth - abs(truth) - 1] if truth is not None else [1.0]
    if form.kind == "spikes":
        others = [t for t in range(form.steps) if t not in truth]
        return [truth, [], truth[:1], others[:1], truth[:1] + others[:1], truth[:2] + others[:1], others[:2]]
    return [truth, [form.low] * form.steps, [form.high] * form.steps, [*truth[:-1], form.low]]


def shown_by(asked: PredictionQuestion | RecallQuestion) -> list[str]:
    """Every text that a question shows, in the order in which a reader meets them."""
    question = asked.question
    answer_store().forget([question.key])
    question.restore()
    form = question.form
    texts = [form.prompt, *form.options, form.commit_label]
    texts += [form.unit] if form.unit else []
    texts += [form.axis] if form.kind == "curve" else []
    texts += [what_fits(form), truth_of(question)] if form.kind != "choice" else []
    for truth in (None, 7.25) if isinstance(asked, LateQuestion) else (None,):
        if isinstance(asked, LateQuestion):
            asked.truth = truth
        texts += [question.judge(None)[2]] if form.can_skip else []
        for answer in answers(question):
            texts.append(question.judge(answer)[2])
            if question.judge(answer)[1] is False:
                texts.append(question.hint(answer))
    for wrong in TYPED if form.kind == "number" else ():
        question.take("committed", wrong)
        texts.append(question.shown.feedback)
    if may_be_wrong := [answer for answer in answers(question) if question.judge(answer)[1] is False]:
        question.take("committed", may_be_wrong[0])
        question.take("second", second=may_be_wrong[0])
        texts.append(question.shown.feedback)
    return list(dict.fromkeys(filter(None, texts)))


def shown() -> Iterator[tuple[str, str]]:
    """All texts of all questions and open tasks, and what a vote says before one, each with its part."""
    for part, asked in questions():
        yield from ((part, text) for text in shown_by(asked))
    yield from ((key.split("/")[0], text) for texts in (open_tasks(), SETTINGS) for key, text in texts.items())


def missing_and_left_over(language: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The texts without a translation, and the lines that no text needs, each as (part, English text)."""
    missing, used = [], set()
    for part, text in dict.fromkeys(shown()):
        found = find(text, language, part)
        if found is not None:
            used.update(found.keys)
        else:
            missing.append((part, text))
    missing += [(INTERFACE, text) for text in dict.fromkeys(words_of_pages()) if find(text, language) is None]
    terms = {term.english for term in TERMS}
    glossary = table(language, GLOSSARY).translations
    missing += [(GLOSSARY, english) for english in terms - glossary.keys()]
    used.update((GLOSSARY, english) for english in terms)
    used.update((INTERFACE, key) for key in read_object(FOLDER / language / "interface.json") if is_word_of_page(key))
    have = [
        (path.stem.removeprefix("questions_"), key)
        for path in sorted((FOLDER / language).glob("*.json"))
        if path.stem != "language"
        for key in read_object(path)
    ]
    return missing, [line for line in have if line not in used]


def is_word_of_page(key: str) -> bool:
    """Whether a word of the interface stands in what draws a question or a page."""
    sources = "".join(map(source, PAGES))
    return (
        key == YES
        or f'"{key}"' in sources
        or f"'{key}'" in sources
        or f"@@say {key}@@" in sources
        or f"data-say>{key}<" in sources
    )


def source(page: str) -> str:
    """A file of the package, with each text in one line."""
    return re.sub(r'"\n\s*"', "", (PACKAGE / page).read_text("utf-8"))


def words_of_pages() -> Iterator[str]:
    """Every word that a page says, as far as it stands in a call or in a template."""
    for page in PAGES:
        text = source(page)
        yield from (word[1] or word[2] for word in re.finditer("@@say (.+?)@@|data-say>([^<]+)<", text))
        for call in CALL.finditer(text):
            yield from _first_texts(text, call.end())


def _first_texts(text: str, at: int) -> Iterator[str]:
    """The texts of the first argument that has some: two where it is one or the other."""
    depth, found = 1, False
    for piece in PIECE.finditer(text, at):
        depth += {"(": 1, ")": -1}.get(piece[0], 0)
        if depth == 0 or (found and depth == 1 and piece[0] == ","):
            return
        if depth == 1 and piece[0][0] in "\"'":
            found = True
            yield piece[0][1:-1].replace('\\"', '"')


def main(language: str) -> int:
    """Print both lists, and return 1 where there is anything in them."""
    os.environ["PSN_VIZ_PROGRESS"] = str(Path(tempfile.mkdtemp()) / "progress.json")
    if language not in languages():
        print(f"language must be one of {', '.join(languages())}, got {language!r}")
        return 2
    missing, left_over = missing_and_left_over(language)
    for what, lines in (("MISSING", missing), ("LEFT OVER", left_over)):
        print(f"{what}: {len(lines)}")
        for part, text in lines:
            print(f"  {part}: {text!r}")
    return 1 if missing or left_over else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
