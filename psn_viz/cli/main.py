"""The command line: `psn-viz lab` opens the course, `psn-viz app` serves the labs on a page of their own,
`psn-viz train` and `psn-viz study` make the models and tables of the course, `psn-viz bench` measures how fast
the neurons are, `psn-viz colab` writes copies of it that open elsewhere, `psn-viz site` pages that need no kernel,
`psn-viz present` shows a deck to a class, `psn-viz vote` asks it by phone, `psn-viz collect` reads what it has handed
in, `psn-viz students` and `psn-viz teachers` write what is handed out and what is kept, `psn-viz questions` what
another system asks, `psn-viz inventory` what is asked before the course and after it, `psn-viz doctor` says what
works here.

Each command imports what it needs when it runs, so that `psn-viz --help` answers at once.
"""

import argparse
import math
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from psn_viz import __version__
from psn_viz.progress_line import interrupt_ends_at_once, print_anywhere


def whole_number_from(low: int):
    """Return a reader of whole numbers from `low` on."""

    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or int(text) < low:
            raise argparse.ArgumentTypeError(f"a whole number from {low} on is wanted, not {text!r}")
        return int(text)

    return read


def positive_number(text: str) -> float:
    """Read a finite number above 0."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"a number above 0 is wanted, not {text!r}")
    return number


def port(text: str) -> int:
    """Read a TCP port."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"a port is a whole number from 1 to 65535, not {text!r}")
    return int(text)


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    root = argparse.ArgumentParser(
        prog="psn-viz", description="See why a spiking neuron without reset runs in parallel."
    )
    root.add_argument("--version", action="version", version=f"psn-viz {__version__}")
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")

    lab = commands.add_parser("lab", help="open the course in JupyterLab")
    lab.add_argument(
        "notebook", nargs="?", help="a lesson by number or name, or a path; without it, the first lesson"
    )
    lab.add_argument("--port", type=port, metavar="N", help="the port of the server (Jupyter's default: 8888)")
    lab.add_argument("--no-browser", action="store_true", help="print the address, open no browser")

    app = commands.add_parser("app", help="serve all labs on one page, without code")
    app.add_argument("code", nargs="?", help="a lab by name, or the code of its state: open that first")
    app.add_argument("--port", type=port, metavar="N", default=8866, help="the port of the server (default: 8866)")
    app.add_argument(
        "--host", "--ip", metavar="ADDRESS", default="localhost", help="where to listen (default: localhost only)"
    )
    app.add_argument(
        "--base-url", metavar="PATH", default="/", help="what a proxy leaves before the addresses (default: /)"
    )
    app.add_argument("--no-browser", action="store_true", help="print the address, open no browser")

    train = commands.add_parser("train", help="train a model of the course and save it with its card")
    train.add_argument("name", nargs="?", metavar="NAME", help="what to train: one of the names that --list shows")
    train.add_argument("--list", action="store_true", help="show the names")
    train.add_argument("--epochs", type=whole_number_from(1), metavar="N", help="instead of those of the recipe")
    train.add_argument(
        "--seed", type=whole_number_from(0), metavar="N", default=0, help="of weights and order (default: 0)"
    )
    train.add_argument("--device", metavar="NAME", help="cpu, cuda or mps (default: cuda where there is one)")
    train.add_argument("--data", metavar="NAME", help="another data set, such as fashion-mnist-rows-full")
    train.add_argument("--out", metavar="FOLDER", type=Path, default=Path("models"), help="default: models")
    train.add_argument("--rate", type=positive_number, metavar="X", help="the learning rate, such as 0.03")
    train.add_argument("--download", action="store_true", help="download its data where they are missing")
    choice = train.add_mutually_exclusive_group()
    choice.add_argument("--grid", action="store_true", help="choose the learning rate by the validation accuracy")
    choice.add_argument("--resume", action="store_true", help="go on with a run that was cut off")

    study = commands.add_parser("study", help="train all neurons of a task from several seeds, into one table")
    study.add_argument("task", nargs="?", metavar="TASK", help="one of the names that --list shows")
    study.add_argument("--list", action="store_true", help="show the names")
    study.add_argument(
        "--seeds", type=whole_number_from(1), metavar="N", default=5, help="seeds 0 to N − 1 (default: 5)"
    )
    study.add_argument("--only", nargs="+", metavar="NAME", default=[], help="these recipes of the task only")
    study.add_argument("--epochs", type=whole_number_from(1), metavar="N", help="instead of those of the recipes")
    study.add_argument("--device", metavar="NAME", help="cpu, cuda or mps (default: cuda where there is one)")
    study.add_argument("--data", metavar="NAME", help="another data set, such as fashion-mnist-rows-full")
    study.add_argument("--out", metavar="FOLDER", type=Path, default=Path("studies"), help="default: studies")
    study.add_argument("--times", action="store_true", help="only measure the times of the file again")

    bench = commands.add_parser("bench", help="measure how fast the neurons are on this machine")
    bench.add_argument("plan", nargs="?", metavar="PLAN", default="quick", help="what to measure (default: quick)")
    bench.add_argument("--list", action="store_true", help="show the plans")
    bench.add_argument("--device", metavar="NAME", default="cpu", help="cpu, cuda or mps (default: cpu)")
    bench.add_argument("--dtype", choices=("float32", "bfloat16", "float64"), default="float32")
    bench.add_argument(
        "--repeats", type=whole_number_from(1), metavar="N", help="instead of those of the plan, usually 31"
    )
    bench.add_argument(
        "--threads", type=whole_number_from(1), metavar="N", help="of torch on a CPU (default: one for each core)"
    )
    bench.add_argument("--out", metavar="FILE", type=Path, help="default: bench-PLAN-DEVICE.json")

    colab = commands.add_parser("colab", help="write copies of the notebooks that bring psn_viz along, to upload")
    colab.add_argument(
        "folder", metavar="OUT_FOLDER", nargs="?", type=Path, default=Path("colab"), help="default: colab"
    )
    colab.add_argument("--repo", metavar="OWNER/NAME", help="a public repository on GitHub: write its badges instead")
    colab.add_argument("--branch", metavar="NAME", default="main", help="the branch of --repo (default: main)")

    site = commands.add_parser("site", help="write the course as pages that any web server can serve")
    site.add_argument(
        "out", metavar="OUT", nargs="?", type=_path, help="the folder (default: site); with --single, the file"
    )
    site.add_argument(
        "--single",
        metavar="NAME",
        type=_text,
        help="one lab, state code or lesson such as 02, as one file that opens from a disk",
    )
    python = site.add_mutually_exclusive_group()
    python.add_argument(
        "--runtime", metavar="FOLDER", type=_path, help="holds Pyodide (default: it is downloaded once, and kept)"
    )
    python.add_argument("--cdn", action="store_true", help="readers' browsers take Pyodide from its own server")
    python.add_argument("--still", action="store_true", help="no Python in the pages: the labs stay pictures")

    students = commands.add_parser(
        "students", help="write copies of the lessons without solutions, answers and notes"
    )
    teachers = commands.add_parser("teachers", help="write copies with all of them open, and the answer key")
    for handed_out in (students, teachers):
        handed_out.add_argument("out", metavar="OUT", type=_path, help="the folder; it must be new or empty")
        handed_out.add_argument("--colab", action="store_true", help="each notebook brings psn_viz along, to upload")

    from psn_viz.cli.questions_command import FORMAT_NAMES

    questions = commands.add_parser("questions", help="write the questions with answers for Moodle, or as a table")
    questions.add_argument("out", metavar="OUT", nargs="?", type=_path, help="the file (default: psn_viz-questions…)")
    questions.add_argument("--format", choices=FORMAT_NAMES, required=True)
    questions.add_argument("--lesson", metavar="NN", type=_text, help="those of one lesson only")

    inventory = commands.add_parser("inventory", help="write the concept inventory: two forms, key, tables")
    inventory.add_argument("out", metavar="OUT", type=_path, help="the folder; it must be new or empty")
    inventory.add_argument(
        "--score",
        metavar="CSV",
        type=_path,
        nargs="+",
        help="count what a class has chosen instead: a table of answers before, or two, before and after",
    )

    from psn_viz.cli.vote_command import HELP, NOTES, PORT

    vote = commands.add_parser(
        "vote",
        help="ask a class: phones answer, the projector shows the spread",
        description=HELP,
        epilog=NOTES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    vote.add_argument(
        "key", nargs="?", metavar="KEY", type=_text, help="a question such as 01/silent, or 01: all of that lesson"
    )
    vote.add_argument("--question", metavar="FILE", type=_path, help="questions of your own instead, see below")
    vote.add_argument(
        "--host", metavar="ADDRESS", type=_text, default="localhost", help="where to listen (default: localhost only)"
    )
    vote.add_argument(
        "--port", type=port, metavar="N", default=PORT, help=f"the port of the server (default: {PORT})"
    )
    vote.add_argument("--csv", metavar="FILE", type=_path, help="write the counts of each round there")
    vote.add_argument("--sheet", metavar="FILE", type=_path, help="write cards to print and raise, and serve nothing")
    vote.add_argument(
        "--lang", metavar="CODE", type=_text, default="en", help="of your page and the cards: en (default) or zh"
    )
    vote.add_argument("--no-browser", action="store_true", help="print the address, open no browser")

    collect = commands.add_parser("collect", help="read what a class has handed in, into pages and tables")
    collect.add_argument("source", metavar="FOLDER_OR_ZIP", type=_path, help="as the learning platform gives it")
    collect.add_argument("--out", metavar="FOLDER", type=_path, default=Path("collected"), help="default: collected")
    collect.add_argument(
        "--run",
        action="store_true",
        help="put the handed-in functions through their checks again (Linux, macOS); it says first what that risks",
    )

    from psn_viz.cli import present_command

    present = commands.add_parser(
        "present",
        help="show a class a deck: labs and questions, one after the other, on the whole screen",
        description=present_command.HELP,
        epilog=present_command.NOTES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    present.add_argument(
        "deck", metavar="LESSON_OR_FILE", type=_text, help="a lesson such as 02, or a file of your own"
    )
    path = present.add_mutually_exclusive_group()
    path.add_argument("--long", action="store_true", help="the long path of the lesson, about 50 minutes")
    path.add_argument(
        "--minutes",
        type=int,
        choices=(5, 50),
        help="the same by its length: 5, the short path (default), or 50, the long one",
    )
    present.add_argument(
        "--port", type=port, metavar="N", default=present_command.PORT,
        help=f"the port of the server (default: {present_command.PORT})",
    )  # fmt: skip
    present.add_argument("--no-browser", action="store_true", help="print the address, open no browser")

    commands.add_parser("doctor", help="print versions, device and browser, and what will not work here and why")
    return root


def _text(given: str) -> str:
    if not given.strip():
        raise argparse.ArgumentTypeError("it is empty")
    return given


def _path(given: str) -> Path:
    return Path(_text(given))


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    print_anywhere()
    with interrupt_ends_at_once("psn-viz: stopped"):
        options = parser().parse_args(argv)
    message = f"psn-viz {options.command}: stopped"
    try:
        with interrupt_ends_at_once(message):
            command = load(options)
            if options.command in ("lab", "doctor"):
                # They go on importing, and have nothing to lose. JupyterLab takes Ctrl-C over when it is up.
                return command()
        return command()
    except KeyboardInterrupt as interrupt:
        with interrupt_ends_at_once(message):  # for whoever presses it three times
            print(str(interrupt) or message, file=sys.stderr)
        return 130


def load(options: argparse.Namespace) -> Callable[[], int]:
    """Import the command that was read; what runs it and returns its exit code."""
    if options.command == "lab":
        from psn_viz.cli.lab_command import open_course

        return partial(open_course, options.notebook, port=options.port, browser=not options.no_browser)
    if options.command == "app":
        from psn_viz.cli.app_command import serve

        return partial(
            serve,
            options.code,
            port=options.port,
            host=options.host,
            browser=not options.no_browser,
            base_url=options.base_url,
        )
    if options.command == "present":
        from psn_viz.cli.present_command import present_command

        minutes = 50 if options.long else options.minutes or 5
        return partial(present_command, options.deck, minutes, port=options.port, browser=not options.no_browser)
    if options.command == "train":
        from psn_viz.cli.train_command import list_recipes, train_command

        if options.list or options.name is None:
            return list_recipes
        return partial(
            train_command,
            options.name,
            options.out,
            epochs=options.epochs,
            seed=options.seed,
            device=options.device,
            data=options.data,
            learning_rate=options.rate,
            grid=options.grid,
            resume=options.resume,
            download=options.download,
        )
    if options.command == "study":
        from psn_viz.cli.train_command import list_tasks, study_command

        if options.list or options.task is None:
            return list_tasks
        return partial(
            study_command,
            options.task,
            options.out,
            seeds=options.seeds,
            only=options.only,
            epochs=options.epochs,
            device=options.device,
            data=options.data,
            times=options.times,
        )
    if options.command == "bench":
        from psn_viz.cli.bench_command import bench_command, list_plans

        if options.list:
            return list_plans
        return partial(
            bench_command,
            options.plan,
            device=options.device,
            dtype=options.dtype,
            repeats=options.repeats,
            threads=options.threads,
            out=options.out,
        )
    if options.command == "colab":
        from psn_viz.export.colab import main as write

        return partial(write, options.folder, options.repo, options.branch)
    if options.command in ("students", "teachers"):
        from psn_viz.export import handed_out

        write_folder = handed_out.students_command if options.command == "students" else handed_out.teachers_command
        return partial(write_folder, options.out, options.colab)
    if options.command == "questions":
        from psn_viz.cli.questions_command import questions_command

        return partial(questions_command, options.format, options.lesson or "", options.out)
    if options.command == "inventory":
        from psn_viz.export.inventory_files import inventory_command

        return partial(inventory_command, options.out, options.score)
    if options.command == "site":
        from psn_viz.browser.build_site import main as write_pages

        return partial(
            write_pages,
            options.out,
            options.runtime,
            cdn=options.cdn,
            still=options.still,
            single=options.single or "",
        )
    if options.command == "vote":
        from psn_viz.cli.vote_command import vote_command

        return partial(
            vote_command,
            options.key,
            options.question,
            host=options.host,
            port=options.port,
            csv=options.csv,
            sheet=options.sheet,
            language=options.lang,
            browser=not options.no_browser,
        )
    if options.command == "collect":
        from psn_viz.classroom.collect import collect
        from psn_viz.export.colab import ROOT
        from psn_viz.export.hand_in_tasks import texts_for_reports

        return partial(collect, options.source, options.out, options.run, texts_for_reports(ROOT))
    from psn_viz.cli.doctor import examine

    return examine
