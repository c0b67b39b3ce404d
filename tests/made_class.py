"""A class of forty made by a program: right, wrong, late, edited, copied, damaged, foreign and hostile hand-ins.

`python -m tests.made_class FOLDER` writes it, as a learning platform would; `write` is for tests.
"""

from __future__ import annotations

import inspect
import io
import json
import re
import sys
import textwrap
import zipfile
from pathlib import Path
from unittest import mock

from psn_viz.course.answers import hand_in_format
from psn_viz.course.answers.answer_file import progress_key
from psn_viz.course.answers.exercise_entry import Try, with_try
from psn_viz.course.answers.store import AnswerStore
from psn_viz.course.registry import exercises, open_tasks, recall_questions
from psn_viz.files import asset

EVIL = '<img src=x onerror="alert(1)"></script><script>alert(2)</script>'
FORMULA = '=HYPERLINK("http://example.org","click")'
SOLUTIONS: dict[str, str] = json.loads(asset("psn_viz.classroom", "lesson_solutions.json"))
ON_TIME, LATE = "2026-05-01T10:00:00+0200", "2026-06-01T10:00:00+0200"

# Bodies for `def charge(V, X_t, tau)`, each of which tries to do what it must not.
HOSTILE = {
    "loop": "    while True:\n        pass\n",
    "loop that holds on": "    while True:\n        try:\n            while True:\n                pass\n"
    "        except BaseException:\n            pass\n",
    "processes": "    import os\n    while True:\n        if os.fork() == 0:\n            os.setsid()\n",
    "commands": "    import subprocess\n    for n in range(50):\n        subprocess.Popen(['sleep', '600'])\n",
    "threads": "    import threading, time\n    for n in range(10000):\n"
    "        threading.Thread(target=time.sleep, args=(600,)).start()\n",
    "files": "    for n in range(100):\n        with open(f'large{n}', 'wb') as file:\n"
    "            file.write(bytes(10**9))\n",
    "elsewhere": "    open('ELSEWHERE', 'w').write('was here')\n    return V + (X_t - V) / tau\n",
    "network": "    import socket\n    socket.create_connection(('127.0.0.1', 9), 1)\n",
    "output": "    while True:\n        print('x' * 10**6)\n",
    "raw output": "    import os\n    while True:\n        os.write(1, b'x' * 10**6)\n"
    "        os.write(3, b'x' * 10**6)\n",
    "memory": "    held = []\n    while True:\n        held.append(bytearray(10**8))\n",
    "exit": "    import os\n    os._exit(0)\n",
    "signal": "    import os, signal\n    os.kill(os.getpid(), signal.SIGKILL)\n",
    "deep": "    return charge(V, X_t, tau)\n",
    "crash": "    import ctypes\n    ctypes.string_at(0)\n",
}


def hand_in(answers: dict[str, dict], name: str = "", when: str = ON_TIME) -> dict:
    """A hand-in with these entries, all at that time."""
    store = AnswerStore(None)
    store.put_all({key: {"when": when, "entry": entry} for key, entry in answers.items()})
    with mock.patch.object(hand_in_format, "now", lambda: when):
        return hand_in_format.hand_in_document(store, name)


def tried(sources: list[tuple[str, bool]], when: str = ON_TIME, recognised: str = "", needs: str = "") -> dict:
    """The entry of an exercise after these tries."""
    entry = None
    for source, passed in sources:
        status, named = ("passed", "") if passed else ("differs", recognised)
        entry = with_try(entry, Try(passed, status, named, source, needs, when))
    assert entry is not None
    return entry


def wrong_source(key: str) -> tuple[str, str]:
    """Name and source of a wrong answer of an exercise: a function of its own module, which may be needed."""
    wrong = exercises()[key].wrong[0]
    return wrong.name, textwrap.dedent(inspect.getsource(wrong.function))


def renamed(source: str) -> str:
    """The same as a student would write it, with another name for what is kept."""
    return re.sub(r"\bH\b", "charged", re.sub(r"\bS_t\b", "fired", source))


def student(number: int, when: str = ON_TIME) -> dict[str, dict]:
    """The answers of one that does most things, each student others."""
    keys = list(SOLUTIONS)
    answers: dict[str, dict] = {}
    for n, key in enumerate(keys[: 12 + number % 20]):
        exercise = exercises()[key]
        if (n + number) % 7 == 0:
            name, source = wrong_source(key)
            answers[exercise.progress_key] = tried([(source, False)] * (1 + n % 3), when, recognised=name)
        else:
            source = SOLUTIONS[key] if number % 3 else renamed(SOLUTIONS[key])
            answers[exercise.progress_key] = tried([(source, True)], when)
    for lesson in ("01", "02", "03"):
        for n, (prompt, options) in enumerate(recall_questions()[lesson], start=1):
            chosen = (number + n) % len(options)
            entry = {"prompt": prompt, "answer": chosen, "skipped": False, "text": options[chosen][1]}
            entry["right"] = options[chosen][0]
            answers[f"{lesson}/recall/{n}"] = entry
    text = f"Student {number}: look at the diagonals, they are constant.\nEach is β times the one above it."
    answers["02/open/open"] = {"prompt": open_tasks()["02/open"], "text": text, "skipped": False}
    return answers


def hostile(body: str) -> dict[str, dict]:
    """One that passes in the file with a hostile function, and has honest ones after it."""
    answers = {"01/check/charge": tried([(f"def charge(V, X_t, tau):\n{body}", True)])}
    for key in ("01/lif", "02/weight"):
        answers[progress_key(key, "check")] = tried([(SOLUTIONS[key], True)])
    return answers


def files(count: int = 40) -> dict[str, bytes]:
    """The files by name, as many as asked for: odd ones first, then students."""
    made: dict[str, bytes] = {}

    def add(name: str, content: object) -> None:
        data = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
        made[f"{name}/psn_viz_hand_in.json"] = data

    edited = hand_in(student(90), "Eve Editor")
    edited["lessons"]["01"]["exercises"]["charge"]["passed"] = True
    edited["lessons"]["01"]["exercises"]["charge"]["tries"] = 1
    edited["lessons"]["02"]["open tasks"]["open"]["text"] += " Added later."
    add("Eve_90", edited)
    copied = hand_in(student(91), "Carl Copy")
    add("Carl_91", copied)
    add("Cora_92", hand_in(student(91), "Cora Copy"))
    add("Late_93", hand_in(student(93, LATE), "Lars Late", LATE))
    evil = student(94)
    evil["02/open/open"] = {"prompt": EVIL, "text": f"{EVIL}\n{FORMULA}", "skipped": False}
    evil["01/check/charge"] = tried([(f"# {EVIL}\n{SOLUTIONS['01/charge']}", True)]) | {"recognised": {EVIL: 2}}
    evil["01/recall/1"] = {"prompt": EVIL, "answer": 0, "text": FORMULA, "right": False}
    add(f"{EVIL.replace('/', '_')}_94", hand_in(evil, EVIL[:80]))
    add("Frida_95", hand_in(student(95), FORMULA))
    add("Bert_96", json.dumps(copied).encode()[:-200])
    add("Ines_97", {"cells": [], "nbformat": 4})
    add("Nils_98", hand_in(student(98), "Nils New") | {"psn_viz_hand_in": 9})
    foreign = student(99)
    foreign["own/check/double"] = tried([("def double(X): return 2 * X", True)])
    add("Fay_99", hand_in(foreign, "Fay Foreign"))
    old = {"when": LATE, "passed": True, "tries": 3}
    add("Olga_100", {"psn_viz_hand_in": 1, "written": LATE, "lessons": {"01": {"exercises": {"charge": old}}}})
    for number, (name, body) in enumerate(HOSTILE.items(), start=101):
        add(f"Hostile_{number}", hand_in(hostile(body), f"Hostile {name}"))
    number = 0
    while len(made) < count:
        made[f"Student {number}_{number}_assignsubmission_file_/psn_viz_hand_in_S{number}.json"] = json.dumps(
            hand_in(student(number), f"Student {number:02}"), ensure_ascii=False
        ).encode()
        number += 1
    return dict(list(made.items())[:count])


def write(folder: Path, made: dict[str, bytes], zipped: bool = False) -> Path:
    """Write the files below `folder`, or as a zip there; every second one in a zip. Returns what to collect."""
    source = folder / "class"
    for n, (name, data) in enumerate(made.items()):
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if n % 2:
            path.write_bytes(data)
            (path.parent / "notes.txt").write_text("not for reading")
        else:
            with zipfile.ZipFile(path.with_suffix(".zip"), "w") as archive:
                archive.writestr("work/psn_viz_hand_in.json", data)
    if not zipped:
        return source
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(source.rglob("*")):
            archive.write(path, path.relative_to(source))
    (folder / "class.zip").write_bytes(whole.getvalue())
    return folder / "class.zip"


if __name__ == "__main__":
    print(write(Path(sys.argv[1]), files(), zipped="--zip" in sys.argv))
