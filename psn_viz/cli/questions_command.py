"""`psn-viz questions`: write the questions of the course for another system."""

from __future__ import annotations

import os
import sys
from pathlib import Path

FORMAT_NAMES = ("gift", "moodle-xml", "csv")


def questions_command(name: str, lesson: str, out: Path | None) -> int:
    """Write the file and return the exit code. A file of that name with another content stays as it is."""
    from psn_viz.course.answers.store import VARIABLE

    os.environ[VARIABLE] = "off"  # what the teacher has answered is neither read nor written
    from psn_viz.export.exported_questions import exported_questions
    from psn_viz.export.notebook_error import NotebookError
    from psn_viz.export.question_formats import FORMATS
    from psn_viz.files import no_place_for_a_file, write_whole

    written, ending = FORMATS[name]
    try:
        questions, left_out = exported_questions(lesson)
        path = out or Path(f"psn_viz-questions{f'-{lesson}' if lesson else ''}{ending}")
        last = f".{ending.rpartition('.')[2]}"
        data = written(questions).encode("utf-8-sig" if name == "csv" else "utf-8")  # else Excel takes it for Latin-1
        try:
            if unfit := no_place_for_a_file(path):
                raise NotebookError(unfit)
            if path.suffix.lower() != last:
                raise NotebookError(f"{path}: the name must end in {last}, else other programs may refuse the file")
            if path.exists() and not (path.is_file() and path.read_bytes() == data):  # a device has no end
                raise NotebookError(f"{path} is there already, with another content: choose another name")
            write_whole(path, data)
        except OSError as error:
            raise NotebookError(f"{path!s:.200} cannot be written: {error.strerror or error}") from error
    except NotebookError as unfit:
        print(f"psn-viz questions: {unfit}", file=sys.stderr)
        return 1
    print(f"psn-viz questions: {path}, {len(questions)} questions with their answers; prose CC BY 4.0 or MIT")
    if left_out:
        print(f"  Left out, since they are drawn, clicked or computed in the lesson: {', '.join(left_out)}")
    return 0
