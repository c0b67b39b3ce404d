"""The file that is handed in: what it holds, how that is told to whoever hands it in, and how it is read again.

Format 1 had neither name nor digest, and of an exercise the number of tries alone.
"""

from __future__ import annotations

import hashlib
import json
import platform
import sys
import unicodedata
from importlib import metadata
from typing import Any

from psn_viz import __version__, json_files
from psn_viz.course.answers import answer_file
from psn_viz.course.answers.answer_file import KEY, Answer, Content
from psn_viz.course.answers.progress_page import KINDS, count
from psn_viz.course.answers.store import AnswerStore, now
from psn_viz.course.text_page import number_of

FORMAT = 2
MARK = "psn_viz_hand_in"
KIND_NAMES = KINDS | {"open": "open tasks"}  # as the file names them
LONGEST_NAME = 80  # characters
PLACEHOLDER = "your name or number"  # which stands in copies for students until it is replaced


def hand_in_document(store: AnswerStore, name: str = "") -> dict[str, Any]:
    """All answers, lesson by lesson, with the name or number that the student gives, or none."""
    lessons: dict[str, dict] = {}
    for key, value in sorted(store.content().entries.items()):
        if match := KEY.fullmatch(key):
            lesson, kind, own = match.groups()
            answers = lessons.setdefault(lesson, {}).setdefault(KIND_NAMES[kind], {})
            answers[own] = {"when": value["when"], **value["entry"]}
    document = {
        MARK: FORMAT,
        "name": name,
        "written": now(),
        "versions": {"psn_viz": __version__, "python": platform.python_version(), "torch": _version("torch")},
        "done": {
            lesson: {KINDS[kind]: f"{finished} of {total}" for kind, (finished, total) in kinds.items() if total}
            for lesson, kinds in count(store).items()
        },
        "lessons": lessons,
    }
    return document | {"digest": digest(document)}


def hand_in_file(store: AnswerStore, name: str = "") -> bytes:
    """`hand_in_document` as the text of the file."""
    return json.dumps(hand_in_document(store, name), ensure_ascii=False, indent=2).encode() + b"\n"


def digest(document: dict[str, Any]) -> str:
    """SHA-256 over the content of a hand-in but for its digest, in one fixed form: sorted keys, no spaces.

    It finds a file that was changed afterwards by somebody who does not know this line. It proves nothing: whoever
    can write the file can compute it anew.
    """
    content = {key: value for key, value in document.items() if key != "digest"}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def what_it_holds(document: dict[str, Any]) -> list[str]:
    """For the student: sentences on what is in the file, and what is not."""
    by_kind: dict[str, list[dict]] = {name: [] for name in KIND_NAMES.values()}
    for kinds in document["lessons"].values():
        for kind, answers in kinds.items():
            by_kind[kind] += answers.values()
    name = f"your name or number as you gave it, {document['name']!r}" if document["name"] else "no name"
    held = [
        name,
        *_of_questions(by_kind["predictions"] + by_kind["recall questions"]),
        _of_exercises(by_kind["exercises"]),
        f"{number_of(len(by_kind['open tasks']), 'answer')} to open tasks",
        "the times of all that" if any(by_kind.values()) else "the time",
        "the versions of psn_viz, Python and torch",
    ]
    return [
        f"It holds: {'; '.join(held)}; and a checksum.",
        "It does not hold: your account's name, the machine, its folders, or anything else of your notebook. What is "
        "run again from now on does not change what you had right before.",
    ]


def _of_questions(entries: list[dict]) -> list[str]:
    skipped = sum(bool(entry.get("skipped")) for entry in entries)
    second = sum(isinstance(entry.get("second"), dict) for entry in entries)
    parts = [number_of(len(entries) - skipped, "prediction or recall question")]
    if len(entries) > skipped:
        parts[0] += " with your first answer" + (f", {second} with a second thought" if second else "")
    if skipped:
        parts.append(f"{number_of(skipped, 'question')} that you skipped")
    return parts


def _of_exercises(entries: list[dict]) -> str:
    if not entries:
        return "no exercises"
    sources = sum(bool(entry.get("source")) for entry in entries)
    return (
        f"{number_of(len(entries), 'exercise')} with how many tries it took, what the check found and the source of "
        f"your function (of {sources})"
    )


def student_name(name: object) -> str:
    """The name or number of a student as text. Raises TypeError or ValueError for what is none."""
    if name is None:
        return ""
    if isinstance(name, bool) or not isinstance(name, str | int):
        raise TypeError(f"name must be a text or a whole number, got {type(name).__name__}; a file is path=…")
    text = " ".join(str(name).split())
    if text.lower().endswith(".json"):
        raise ValueError(f"name must be that of a student, got {name!r:.100}; a file is path={text!r:.80}")
    odd = {unicodedata.category(one) for one in text} & {"Cc", "Cs", "Cn", "Co"}
    if not text or len(text) > LONGEST_NAME or odd:
        raise ValueError(f"name must be one line of 1 to {LONGEST_NAME} characters, got {name!r:.100}")
    return text


def file_name(name: str) -> str:
    """The name of the file to hand in: `psn_viz_hand_in.json`, or with the letters and digits of `name` in it."""
    kept = [one if unicodedata.category(one)[0] in "LNM" else " " for one in unicodedata.normalize("NFC", name)]
    safe = "_".join("".join(kept).split())[:40]
    return f"psn_viz_hand_in_{safe}.json" if safe else "psn_viz_hand_in.json"


def answers_in(data: bytes) -> Content:
    """All that a file holds which was handed in, or which is the progress file of a notebook.

    Raises ValueError where it is neither, or damaged. The message is a sentence for whoever has chosen the file.
    """
    try:
        if not data.strip():
            raise ValueError("it is empty")
        try:
            handed_in = json_files.decode(data, object)
        except ValueError as error:
            raise ValueError(f"it is damaged, or no file of answers ({error})") from None
        if not isinstance(handed_in, dict):
            raise ValueError("it is neither a hand-in file nor a progress file of psn_viz")
        if "psn_viz_progress" in handed_in:
            content = answer_file.parse(data)
        elif MARK not in handed_in:
            raise ValueError("it is neither a hand-in file nor a progress file of psn_viz")
        elif handed_in[MARK] not in range(1, FORMAT + 1):
            raise ValueError(
                f"it is a hand-in file of format {handed_in[MARK]!r:.20}; this psn_viz reads 1 to {FORMAT}"
            )
        else:
            content = Content(_handed_in(handed_in))
        json.dumps(content.entries, allow_nan=False)  # which a page could not read
    except (ValueError, RecursionError, answer_file.Unreadable) as error:
        raise ValueError(f"This file was not taken: {str(error)[:200]}.") from None
    if odd := [key for key in content.entries if not KEY.fullmatch(key)]:
        raise ValueError(f"This file was not taken: it has an answer under {odd[0][:40]!r}, which is no question.")
    return content


def _handed_in(document: dict) -> dict[str, Answer]:
    lessons = json_files.check(document.get("lessons"), dict[str, dict[str, dict[str, dict[str, Any]]]])
    key_of = {name: kind for kind, name in KIND_NAMES.items()}
    entries: dict[str, Answer] = {}
    for lesson, kinds in lessons.items():
        for kind, answers in kinds.items():
            for name, entry in answers.items():
                when = json_files.check(entry.get("when"), str)
                content = {field: value for field, value in entry.items() if field != "when"}
                entries[f"{lesson}/{key_of.get(kind, kind)}/{name}"] = {"when": when, "entry": content}
    return entries


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        standing_in = getattr(sys.modules.get(package), "__version__", "unknown")
        return "numpy in the browser" if standing_in.endswith("+numpy") else standing_in
