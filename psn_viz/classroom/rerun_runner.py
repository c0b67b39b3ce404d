"""Put handed-in functions through their checks, a student at a time: `python -m psn_viz.classroom.rerun_runner`.

It imports everything once, and then forks: the child of a student is there in milliseconds, and its limits hold for
the student's functions alone. A line of JSON comes in for each student: {"functions": [[key, source, needs], …],
"seconds": for all, "check": for one}; a line goes out: [[key, status, sentence, recognised], …]. The first line that
goes out says what a child could still do.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import json
import linecache
import os
import select
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from psn_viz.classroom.child_limits import holes, limit

OFTEN_IMPORTED = (
    "bisect collections copy dataclasses datetime decimal encodings.idna fractions functools heapq itertools math "
    "operator random re statistics string time typing numpy torch.nn.functional"
).split()
GRACE = 2.0  # more, for one that holds off the end of its time
MOST_TOLD = 200_000  # bytes
Function = tuple[str, str, str]  # key, source, needs


def main() -> None:
    """Serve until the input ends."""
    import torch

    torch.set_num_threads(1)
    _warm_up()
    root = Path(tempfile.mkdtemp(prefix="psn-viz-run-"))
    told = os.fdopen(os.dup(1), "w", buffering=1)
    try:
        os.chmod(root, 0o711)
        found = _in_child(root, _probe, 20, 10)
        told.write(f"{found[0] if found else 'null'}\n")
        for line in sys.stdin:
            request = json.loads(line)
            told.write(json.dumps(_student(root, request["functions"], request["seconds"], request["check"])) + "\n")
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _warm_up() -> None:
    """Import and compile now what a check needs, and what functions often import: a child may not read it."""
    for name in OFTEN_IMPORTED:
        importlib.import_module(name)
    from psn_viz.course.checking.check_exercise import verdict_on
    from psn_viz.course.registry import exercises

    for exercise in exercises().values():
        verdict_on(exercise, exercise.answer, 60)


def _probe(tell: Callable[[object], None]) -> None:
    """Tell what a child can still do, if a right answer passes in it at all."""
    from psn_viz.course.checking.check_exercise import verdict_on
    from psn_viz.course.registry import exercises

    for exercise in exercises().values():
        if not verdict_on(exercise, exercise.answer, 10).passed:
            return
    tell(holes())


def _student(root: Path, functions: list[Function], seconds: float, check: float) -> list[list[str]]:
    """The results of a student's functions. A function that ends its process costs itself, not those after it."""
    results: list[list[str]] = []
    end = time.monotonic() + seconds
    while len(results) < len(functions):
        left = functions[len(results) :]
        if (rest := end - time.monotonic()) <= 0:
            return results + [[key, "not run", "the time for all functions was used up", ""] for key, *_ in left]
        lines = _in_child(root, lambda tell, left=left: _check_all(left, check, tell), rest, check)
        for (key, *_), line in zip(left, lines, strict=False):
            results.append(_read_result(key, line))
        if len(lines) < len(left):
            key = left[len(lines)][0]
            results.append([key, "killed", "it did not end in time, or its process was ended", ""])
    return results


def _read_result(key: str, line: str) -> list[str]:
    """A line of a child, which may have written anything."""
    with contextlib.suppress(ValueError, TypeError):
        status, sentence, recognised = json.loads(line)
        if all(isinstance(one, str) for one in (status, sentence, recognised)):
            return [key, status[:40], sentence[:300], recognised[:200]]
    return [key, "killed", "its process wrote something else than a result", ""]


def _check_all(functions: list[Function], check: float, tell: Callable[[object], None]) -> None:
    for key, source, needs in functions:
        tell(_checked(key, source, needs, check))


def _checked(key: str, source: str, needs: str, check: float) -> list[str]:
    from psn_viz.course.checking.check_exercise import verdict_on
    from psn_viz.course.checking.time_limit import call
    from psn_viz.course.registry import exercise_named

    exercise, space = exercise_named(key), _names()
    name = f"<{key}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)  # the check looks for blanks
    outcome = call(lambda: _define(source, needs, name, space), (), check)
    if not outcome.ended:
        return ["slow", "its definition did not end", ""]
    if outcome.error:
        return ["raised", f"its definition raised {outcome.error}", ""]
    verdict = verdict_on(exercise, outcome.value, check)
    return [verdict.status, verdict.sentence, verdict.recognised]


def _names() -> dict[str, Any]:
    import math

    import numpy
    import torch

    import psn_viz

    return {"__name__": "__main__", "torch": torch, "pv": psn_viz, "math": math, "np": numpy}


def _define(source: str, needs: str, name: str, space: dict[str, Any]) -> object:
    """The function of a source: the last that it defines, or its only lambda."""
    exec(compile(needs, f"{name[:-1]}, what it needs>", "exec"), space)
    tree = ast.parse(source)
    defined = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    if defined:
        exec(compile(source, name, "exec"), space)
        return space[defined[-1]]
    lambdas = [node for node in ast.walk(tree) if isinstance(node, ast.Lambda)]
    if len(lambdas) != 1:
        raise ValueError("there is no function in the source")
    return eval(compile(ast.Expression(lambdas[0]), name, "eval"), space)


def _in_child(root: Path, work: Callable, seconds: float, check: float) -> list[str]:
    """The lines that `work(tell)` tells in a process of its own, with limits, until it ends or its time is up.

    Its time is up after `seconds` in all, or when it has told nothing for twice as long as one check may take.
    """
    folder = Path(tempfile.mkdtemp(dir=root))
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        _be_child(work, writer, seconds, folder)
    os.close(writer)
    with contextlib.suppress(OSError):  # the child does the same; whoever comes first
        os.setpgid(child, child)
    try:
        text = _read_until(reader, seconds, 2 * check + GRACE)
    finally:
        os.close(reader)
        for end in (os.killpg, os.kill):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                end(child, signal.SIGKILL)
        os.waitpid(child, 0)
        shutil.rmtree(folder, ignore_errors=True)
    lines = text.split("\n")
    return lines[:-1]  # the last is not whole


def _read_until(reader: int, seconds: float, patience: float) -> str:
    data, end = b"", time.monotonic() + seconds
    while len(data) <= MOST_TOLD:
        rest = min(end - time.monotonic(), patience)
        if rest <= 0 or not select.select([reader], [], [], rest)[0]:
            break
        piece = os.read(reader, 65536)
        if not piece:
            break
        data += piece
    return data[:MOST_TOLD].decode("utf-8", "replace")


def _be_child(work: Callable, writer: int, seconds: float, folder: Path) -> None:
    """Never returns."""
    try:
        with contextlib.suppress(OSError):
            os.setpgid(0, 0)
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nothing, number)
        os.dup2(writer, 3)
        os.closerange(4, 4096)
        limit(int(seconds) + 2, folder)

        def tell(result: object) -> None:
            data = json.dumps(result).encode() + b"\n"
            while data:
                data = data[os.write(3, data) :]

        work(tell)
    except BaseException:
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()
