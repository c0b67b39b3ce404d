"""Terminals: text that any code page can show, progress that fits the line, and Ctrl-C at every moment."""

import ast
import contextlib
import io
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from psn_viz import progress_line
from psn_viz.bench import load_results
from psn_viz.bench.measurement import BenchProgress
from psn_viz.bench.plan import Point
from psn_viz.cli import bench_command as bench_command
from psn_viz.cli import train_command
from psn_viz.cli.main import main
from psn_viz.learning import load_study, rate_search, recipe_training, stored_studies
from psn_viz.learning.history import Progress
from psn_viz.progress_line import Gauge, Line, fitted, interrupt_ends_at_once, readable

ROOT = Path(__file__).parents[1]
posix = pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal or POSIX signals")

# --------------------------------------------------------------------------------------------- code pages

ENCODINGS = ["cp1252", "ascii", "cp437", "cp932"]


@contextlib.contextmanager
def console(encoding):
    """Streams of a code page in the place of stdout and stderr: what they show is in the two texts of the list."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True) for _ in range(2)]
    shown = []
    with contextlib.redirect_stdout(streams[0]), contextlib.redirect_stderr(streams[1]):
        yield shown
    shown += [stream.buffer.getvalue().decode(encoding) for stream in streams]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_lists_and_help_can_be_printed(encoding):
    with console(encoding) as shown:
        for arguments in (["train", "--list"], ["study", "--list"], ["bench", "--list"]):
            assert main(arguments) == 0
        names = ("lab", "app", "train", "study", "bench", "colab")
        for arguments in (["--help"], *([name, "--help"] for name in names)):
            with pytest.raises(SystemExit) as end:
                main(arguments)
            assert end.value.code == 0
    said = shown[0].replace("\u2212", "-").replace("\uff0d", "-").replace("τ", "tau")  # cp932 has a wide minus
    assert "seeds 0 to N - 1" in said and "LIF, tau = 32, hard reset" in said and "?" not in said


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_tables_of_study_and_bench_and_the_doctor_can_be_printed(encoding, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BROWSER_PATH", "/nowhere")
    with console(encoding) as shown:
        assert main(["study", "τ-study"]) == 1
        monkeypatch.setattr(train_command, "train_study", lambda *_, **__: load_study("rows"))
        assert main(["study", "rows"]) == 0
        for plan in ("targets", "long"):
            found = load_results(f"cpu-2-cores-{plan}")
            monkeypatch.setattr(bench_command, "run_plan", lambda *_, found=found, **__: found)
            assert main(["bench", plan]) == 0
        main(["doctor"])
    said, errors = (text.replace("τ", "tau").replace("≤", "<=").replace("∝", "~") for text in shown)
    assert "LIF, tau = 32, hard reset" in said and "<= " in said and "p in time ~ T^p" in said
    assert "BROWSER_PATH" in said and "got 'tau-study'" in errors and "?" not in said + errors


def test_whatever_the_commands_say_stays_readable_in_ascii():
    """Of every character in a text of theirs there is a plain form; a question mark is for what a reader brings."""
    package = ROOT / "psn_viz"
    files = [package / "export/colab.py", *(package / "cli").glob("*.py")]
    files += [*(package / "learning").rglob("*.py"), *(package / "bench").glob("*.py")]
    texts = [
        node.value
        for file in files
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    texts += [path.read_text("utf-8") for path in (package / "bench" / "results").glob("*.json")]
    characters = {one for text in texts for one in text if not one.isascii()}
    assert len(characters) > 10
    assert {one for one in characters if readable(one, "ascii") == "?"} == set()


@pytest.mark.parametrize(
    ("text", "encoding", "wanted"),
    [
        ("τ ≥ 2, λ − 1", "ascii", "tau >= 2, lambda - 1"),
        ("τ − ⁸", "cp1252", "tau - ^8"),
        ("10⁸ B in 3 µs ± 2", "ascii", "10^8 B in 3 us +- 2"),
        ("Grüße, Ǻ", "ascii", "Gru?e, A"),
        ("膜 \udcff \U0001f600", "cp1252", "? ? ?"),
        ("τ 膜 é", "utf-8", "τ 膜 é"),
        ("τ", None, "τ"),
    ],
)
def test_what_is_shown_instead(text, encoding, wanted):
    assert readable(text, encoding) == wanted


def test_the_installed_command_prints_in_any_code_page():
    """As a process of its own, where Python made the streams: the two that fail soonest, without torch."""
    for encoding in ("ascii", "cp1252"):
        environment = os.environ | {"PYTHONIOENCODING": encoding}
        done = subprocess.run(
            [sys.executable, "-m", "psn_viz", "study", "--help"], capture_output=True, env=environment, cwd=ROOT
        )
        assert (done.returncode, done.stderr) == (0, b"") and b"seeds 0 to N - 1" in done.stdout


# ------------------------------------------------------------------------------------------ one line


class Terminal:
    """A pseudo-terminal of so many columns: its stream, and what its screen shows in the end."""

    def __init__(self, columns: int, encoding: str = "utf-8") -> None:
        import fcntl
        import pty
        import struct
        import termios

        self.columns, self.encoding = columns, encoding
        self.ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.stream, self.written = open(theirs, "w", encoding=encoding), b""
        # A terminal that nobody reads lets a writer wait.
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # Linux' way to say that nobody writes any more
            while block := os.read(self.ours, 65536):
                self.written += block

    def read(self) -> str:
        """All that was written; nothing can be written after it."""
        self.stream.close()
        self.reader.join(10)
        return self.written.decode(self.encoding)

    def screen(self) -> list[str]:
        """The lines of the screen; what is too long for one goes on in the next, as terminals have it."""
        text, lines, column = self.read(), [""], 0
        assert "\x1b" not in text, "not every terminal knows escape codes"
        for character in text:
            if character == "\r":
                column = 0
            elif character == "\n":
                lines.append("")
            else:
                if column == self.columns:
                    lines.append("")
                    column = 0
                lines[-1] = lines[-1][:column].ljust(column) + character + lines[-1][column + 1 :]
                column += 1
        return [line.rstrip() for line in lines if line.strip()]


@pytest.fixture
def pseudo_terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    made = []

    def make(columns, **options):
        made.append(Terminal(columns, **options))
        return made[-1]

    yield make
    for one in made:
        one.stream.close()
        os.close(one.ours)


def train_on(bar, titles=("",), epochs: int = 3) -> None:
    """What `train` reports: ten times an epoch, and at its end with the validation accuracy."""
    for title in titles:
        bar.set_title(title)
        for step in range(1, 10 * epochs + 1):
            validation = 0.4567 if step % 10 == 0 else None
            epoch = (step + 9) // 10
            bar(Progress(epoch, epochs, step, 10 * epochs, 1.23456, 0.5, validation, 2.0, 125.0 - step))


STUDY = [f"digits-lif-no-reset (5 of 9), seed 0, learning rate 0.004 ({n} of 7)" for n in (3, 4)]


END = "loss 1.235, validation 45.7 %, 1 min 35 s left"
FULL, SHORTER = (f"epoch 3 of 3 [{'#' * width}] {END}" for width in (24, 17))
NARROW = ["digits-lif-no-reset (5 of 9), seed 0,", "learning rate 0.004 (3 of 7)", "epoch 3 of 3, validation 45.7 %"]


@posix
@pytest.mark.parametrize(
    ("columns", "titles", "wanted"),
    [
        (120, [""], [FULL]),
        (80, [""], [SHORTER]),
        (40, [""], ["epoch 3 of 3, validation 45.7 %"]),
        (10, [""], ["epoch 3 o"]),
        (120, ["rate 1"], [f"rate 1, {FULL}"]),
        (80, STUDY, [STUDY[0], SHORTER, STUDY[1], SHORTER]),
        (40, STUDY[:1], NARROW),
    ],
)
def test_training_takes_one_line_however_narrow_the_terminal(columns, titles, wanted, pseudo_terminal):
    screen = pseudo_terminal(columns)
    train_on(train_command.Bar(screen.stream), titles)
    assert screen.screen() == wanted


@posix
@pytest.mark.parametrize("columns", [40, 80, 120])
def test_every_line_of_every_bar_leaves_the_last_column_free(columns, pseudo_terminal):
    screen = pseudo_terminal(columns)
    train_on(train_command.Bar(screen.stream), STUDY, epochs=100)
    bar = bench_command.Bar(screen.stream)
    for done in range(40):
        bar(BenchProgress(done, 40, Point(4096, 1048576, "inference", ("psn",)), 3600.0 if done else None))
    bar(BenchProgress(40, 40, None, 0.0))
    bar.end()
    line = Line(screen.stream)
    line.show("time of an epoch, 1 of 2, " + "x" * 200)
    line.end()
    written = screen.read().replace("\r\n", "\n")
    assert max(len(text) for line in written.split("\n") for text in line.split("\r")) <= columns - 1
    assert "40 of 40" in screen.screen()[-2]


@posix
def test_a_shorter_text_wipes_the_longer_one_before_it(pseudo_terminal):
    screen = pseudo_terminal(80)
    line = Line(screen.stream)
    for text in ("a long text", "short", "longer"):
        line.show(text)
    line.end()
    assert screen.screen() == ["longer"]


@posix
def test_a_text_grows_when_it_is_made_plain_and_fits_all_the_same(pseudo_terminal):
    screen = pseudo_terminal(20, encoding="ascii")
    screen.stream.reconfigure(errors=progress_line.ERRORS)
    Line(screen.stream).show([("τττττ", 0), ("λλλλλ", 1)])
    assert screen.screen() == ["tautautautautau"]


@posix
def test_a_dumb_terminal_and_a_file_get_a_line_for_each_epoch(pseudo_terminal, monkeypatch):
    wanted = [
        f"t, epoch {n} of 3 [{'#' * 8 * n}{'.' * 8 * (3 - n)}] loss 1.235, validation 45.7 %, "
        f"{progress_line.clock(125 - 10 * n)} left\n"
        for n in (1, 2, 3)
    ]
    monkeypatch.setenv("TERM", "dumb")
    dumb, file = pseudo_terminal(40), io.StringIO()
    for stream in (dumb.stream, file):
        train_on(train_command.Bar(stream), ["t"])
    assert file.getvalue() == dumb.read().replace("\r\n", "\n") == "".join(wanted)


@posix
def test_a_training_in_a_terminal(pseudo_terminal, monkeypatch, tmp_path, capsys):
    screen = pseudo_terminal(60)
    monkeypatch.setattr(sys, "stderr", screen.stream)
    monkeypatch.setattr(train_command, "RATES", (0.01,))
    monkeypatch.setattr(rate_search, "BEYOND", 0)
    assert main(["train", "vowels-psn", "--epochs", "1", "--grid", "--out", str(tmp_path)]) == 0
    first, last = screen.screen()
    assert first == "learning rate 0.01 (1 of 1)" and last.startswith("epoch 1 of 1, loss ") and len(last) < 60
    assert "validation" in last and "vowels-psn.safetensors: validation" in capsys.readouterr().out


def test_what_is_left_out_first():
    parts = [("epoch 1 of 3", 0), (Gauge(1, 2), 3), ("loss 1", 2), ("9 s left", 1)]
    assert fitted(parts, 60) == "epoch 1 of 3 [############............] loss 1, 9 s left"
    assert fitted(parts, 50) == "epoch 1 of 3 [#########.........] loss 1, 9 s left"
    assert fitted(parts, 35) == "epoch 1 of 3, loss 1, 9 s left"
    assert fitted(parts, 25) == "epoch 1 of 3, 9 s left"
    assert fitted(parts, 12) == "epoch 1 of 3" and fitted(parts, 5) == "epoch" and fitted(parts, 0) == ""


@posix
def test_a_terminal_that_knows_no_size_has_that_of_the_environment(pseudo_terminal, monkeypatch):
    monkeypatch.setenv("COLUMNS", "33")
    assert progress_line.columns(pseudo_terminal(0).stream) == 33
    assert progress_line.columns(io.StringIO()) == 33
    assert progress_line.columns(pseudo_terminal(44).stream) == 44


# --------------------------------------------------------------------------------------------- Ctrl-C

# Stands in the place of a large package: says that its import has begun, and catches what is raised in it, as
# numpy and torch do.
SLOW = """
import time
print("importing", flush=True)
for _ in range(2):
    try:
        time.sleep(20)
    except BaseException:
        pass
"""


@posix
def test_ctrl_c_while_modules_load_is_one_line(tmp_path):
    for name in ("torch", "jupyterlab"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(SLOW)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    lines = (
        ["train", "rows-psn"],
        ["train", "--list"],
        ["study", "rows"],
        ["bench"],
        ["bench", "--list"],
        ["lab", "--no-browser"],
        ["doctor"],
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "psn_viz", *line],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=ROOT if line[0] == "lab" else tmp_path,
        )
        for line in lines
    ]
    for line, process in zip(lines, started, strict=True):
        assert process.stdout.readline() == "importing\n", process.communicate()[1]
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=20)
        assert (process.returncode, *said) == (130, "", f"psn-viz {line[0]}: stopped\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["jupyterlab", "torch"]


def interrupt(*_, **__):
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("line", "place"),
    [
        (["train", "rows-psn"], "psn_viz.cli.train_command.recipe_for"),
        (["train", "--list"], "psn_viz.cli.train_command.list_recipes"),
        (["study", "rows"], "psn_viz.cli.train_command.train_study"),
        (["bench"], "psn_viz.cli.bench_command.run_plan"),
        (["colab"], "psn_viz.export.colab.write_copies"),
        (["lab"], "psn_viz.cli.lab_command.find_notebook"),
        (["doctor"], "psn_viz.cli.doctor.inspect_installation"),
    ],
)
def test_ctrl_c_while_a_command_works_is_one_line(line, place, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(place, interrupt)
    before = signal.getsignal(signal.SIGINT)
    assert main(line) == 130
    said = capsys.readouterr()
    assert said.err.startswith(f"psn-viz {line[0]}: stopped") and said.err.count("\n") == 1 and said.out == ""
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_twice_says_what_there_is_to_go_on_from(monkeypatch, tmp_path, capsys):
    line = ["train", "vowels-psn", "--epochs", "2", "--out", str(tmp_path)]
    with monkeypatch.context() as patch:
        patch.setattr(train_command.Bar, "__call__", interrupt)  # ends the training
        patch.setattr(recipe_training, "accuracy", interrupt)  # ends what comes after it
        assert main(line) == 130
        checkpoint = tmp_path / "vowels-psn.checkpoint"
        assert capsys.readouterr().err == (
            f"psn-viz train: stopped, no model saved; {checkpoint} is there, and the same command with --resume goes "
            "on from it\n"
        )
        assert main([*line, "--grid"]) == 130
        assert capsys.readouterr().err == "psn-viz train: stopped, nothing saved\n"
    assert main([*line, "--resume"]) == 0
    with monkeypatch.context() as patch:
        patch.setattr(train_command, "percent", interrupt)
        assert main(line) == 130
    assert f"psn-viz train: stopped, the model is in {tmp_path}" in capsys.readouterr().err


@posix
def test_an_interrupt_that_is_ignored_stays_ignored():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interrupt_ends_at_once("stopped"):
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
    with interrupt_ends_at_once("stopped"):
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


def test_the_stored_studies_that_are_printed_here_are_there():
    assert "rows" in stored_studies()


@pytest.mark.parametrize("encoding", ["cp437", "cp850", "cp1251", "koi8-r", "ascii", "latin-1"])
def test_any_letter_can_be_printed_in_any_code_page(encoding):
    letters = "".join(map(chr, range(0xA0, 0x2500)))
    assert len(readable(letters, encoding)) >= len(letters)
    assert readable("é", encoding) in ("é", "e")
