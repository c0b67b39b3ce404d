"""Build the notebooks of the course from their sources: `python -m notebooks.build.notebooks [NAME …] [--check]`.

`notebooks/src/NN_name.py` (jupytext, percent format) is what people edit. `notebooks/NN_name.ipynb` is made from
it: converted, executed from top to bottom in a fresh kernel of this very Python, cleaned, written whole or not at
all. `--check` executes nothing and says which notebooks are out of step with their sources. `--text` executes nothing
either: where only Markdown has changed, it takes that over.

`NN_name_further.py`, titled "NN · Going further: …", holds what goes beyond the lesson NN_name: no recall questions,
and exercises only if it wants to. The number NN means both.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from pathlib import Path

from notebooks.build.cleaning import clean
from notebooks.build.png import recompress_pictures
from notebooks.build.student_cells import student_cells
from psn_viz.chromium import find_chromium
from psn_viz.export import bootstrap
from psn_viz.export.notebook_error import NotebookError, needed, place

COURSE = Path(__file__).resolve().parents[1]
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
# How jupytext remembers the blank lines of the source; nothing that a notebook needs.
LAYOUT_ONLY = ("lines_to_next_cell", "lines_to_end_of_cell_marker")
FURTHER = "_further"  # how the name of a notebook ends that goes beyond its lesson
WARN_BYTES, MAX_BYTES = 500_000, 1_000_000


def sources(course: Path, names: list[str] | None = None) -> list[Path]:
    """Return the sources in `course`/src, all or those named by number, name or file, in reading order."""
    known = sorted((course / "src").glob("*.py"))
    if not known:
        raise NotebookError(f"there is no source (NN_name.py) in {course / 'src'}")
    if not names:
        return known
    chosen = set()
    for name in names:
        matching = [path for path in known if Path(name).stem in (path.stem, path.stem.partition("_")[0])]
        if not matching:
            raise NotebookError(f"no source is called {name!r}; there are {', '.join(path.stem for path in known)}")
        chosen.update(matching)
    return sorted(chosen)


def target(source: Path) -> Path:
    """Return the notebook that is built from a source."""
    return source.parent.parent / f"{source.stem}.ipynb"


def cell_id(name: str, position: int) -> str:
    """Return the id of the cell at `position` (from 1) of the notebook `name`."""
    return f"{re.sub('[^A-Za-z0-9_-]', '-', name)[:58]}-{position:03d}"


def convert(source: Path):
    """Return the notebook of a source, not executed: its cells with stable ids, and metadata without versions."""
    notebook = needed("jupytext").read(source, fmt="py:percent")
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = needed("nbformat").from_dict(METADATA)
    notebook.cells = student_cells(notebook, source.stem)
    bootstrap.prepend(notebook.cells)
    for position, cell in enumerate(notebook.cells, start=1):
        cell.id = cell_id(source.stem, position)
        for key in LAYOUT_ONLY:
            cell.metadata.pop(key, None)
    return notebook


def build(source: Path) -> str:
    """Build one notebook and return a line about it. NotebookError leaves the old notebook."""
    from notebooks.build.running import run  # needs jupyter_client, which --check does not
    from psn_viz.files import write_whole

    start = time.perf_counter()
    notebook = convert(source)
    run(notebook, source.stem, source.parent.parent)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for count, cell in enumerate(code, start=1):
        cell.execution_count = count
        try:
            clean(cell)
        except NotebookError as error:
            raise NotebookError(f"{place(notebook, source.stem, cell)} {error}") from None
        recompress_pictures(cell)
    nbformat = needed("nbformat")
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        raise NotebookError(f"{source.stem} is no valid notebook: {error.message}") from error
    data = nbformat.writes(notebook).rstrip("\n").encode() + b"\n"
    if len(data) > MAX_BYTES:
        raise NotebookError(f"{source.stem} has {len(data) / 1000:.0f} kB; {MAX_BYTES // 1000} kB are allowed")
    try:
        write_whole(target(source), data)
    except OSError as error:
        raise NotebookError(f"{target(source).name} cannot be written: {error}") from error
    pictures = sum(mime.startswith("image/") for cell in code for out in cell.outputs for mime in out.get("data", {}))
    size = f"{len(data) / 1000:.0f} kB" + (f", more than {WARN_BYTES // 1000}" if len(data) > WARN_BYTES else "")
    seconds = time.perf_counter() - start
    return f"{source.stem}: {len(code)} code cells, {pictures} pictures, {size}, {seconds:.1f} s"


def out_of_step(course: Path, names: list[str] | None = None) -> list[str]:
    """Return one sentence for each notebook that is missing, is not what its source says, or has no source."""
    problems = []
    chosen = sources(course, names)
    for source in chosen:
        path = target(source)
        if not path.is_file():
            problems.append(f"{path.name} has not been built")
            continue
        try:
            built = [(_kind(cell), cell["id"]) for cell in json.loads(path.read_text("utf-8"))["cells"]]
        except (ValueError, LookupError, TypeError) as error:
            problems.append(f"{path.name} cannot be read as a notebook ({type(error).__name__}: {error})")
            continue
        expected = [(_kind(cell), cell["id"]) for cell in convert(source).cells]
        if len(built) != len(expected):
            problems.append(f"{path.name} has {len(built)} cells, its source {len(expected)}")
        for position, (actual, should_be) in enumerate(zip(built, expected, strict=False), start=1):
            if actual != should_be:
                problems.append(f"{path.name} differs from its source, first in cell {position}: {should_be[0][1]!r}")
                break
    if not names:
        stems = {source.stem for source in chosen}
        orphans = sorted(path.name for path in course.glob("*.ipynb") if path.stem not in stems)
        problems += [f"{name} has no source" for name in orphans]
    return problems


def take_over_text(source: Path) -> str:
    """Put the Markdown of a source into its built notebook; a line about it. NotebookError where code differs."""
    from psn_viz.files import write_whole

    path, nbformat = target(source), needed("nbformat")
    if not path.is_file():
        raise NotebookError(f"{path.name} has not been built")
    built, wanted = nbformat.read(path, as_version=4), convert(source)
    if [cell.id for cell in built.cells] != [cell.id for cell in wanted.cells]:
        raise NotebookError(f"{path.name} has other cells than its source: it has to be built")
    changed = 0
    for cell, should_be in zip(built.cells, wanted.cells, strict=True):
        if _kind(cell) == _kind(should_be):
            continue
        if not cell.cell_type == should_be.cell_type == "markdown":
            raise NotebookError(f"{path.name} differs from its source in the code of {cell.id}: it has to be built")
        cell.source, cell.metadata = should_be.source, should_be.metadata
        changed += 1
    write_whole(path, nbformat.writes(built).rstrip("\n").encode() + b"\n")
    return f"{source.stem}: {changed} cells of text"


def _kind(cell: dict) -> tuple:
    return cell["cell_type"], "".join(cell["source"]), cell["metadata"].get("tags", [])


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m notebooks.build.notebooks", description="Build the notebooks.")
    parser.add_argument("names", metavar="NAME", nargs="*", help="a lesson's number or name; without one, all")
    parser.add_argument("--check", action="store_true", help="execute nothing: say what is out of step")
    parser.add_argument("--text", action="store_true", help="execute nothing: take over Markdown that has changed")
    parser.add_argument("--course", type=Path, default=COURSE, help="the folder of the notebooks and of src")
    options = parser.parse_args(arguments)
    try:
        if options.check:
            problems = out_of_step(options.course, options.names)
        elif options.text:
            problems = []
            for source in sources(options.course, options.names):
                print(take_over_text(source))
        else:
            problems = _build_all(sources(options.course, options.names))
    except NotebookError as error:
        problems = [str(error)]
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems and options.check:
        print("`make notebooks` builds them from their sources", file=sys.stderr)
    return 1 if problems else 0


def _build_all(chosen: list[Path]) -> list[str]:
    if find_chromium() is None:
        raise NotebookError(
            "building needs Chromium or Chrome for the pictures: install one, or set BROWSER_PATH to it"
        )
    problems = []
    for source in chosen:
        print(f"{source.stem} …", flush=True)
        try:
            print(build(source), flush=True)
        except NotebookError as error:
            problems.append(f"not built: {error}")
    return problems


if __name__ == "__main__":
    sys.exit(main())
