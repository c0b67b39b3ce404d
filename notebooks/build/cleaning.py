"""What of a cell's outputs goes into the built notebook, and what must never be in one.

Kept: printed text, text results, pictures with alt text, also within HTML. Dropped: live widgets (before a kernel
runs a reader would see a broken one instead of the picture beside it) and progress bars. Anything else is refused by
name.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from psn_viz.export.notebook_error import NotebookError

WIDGET = "application/vnd.jupyter.widget-view+json"
PICTURES = ("image/png", "image/svg+xml", "image/jpeg")
TEXTS = ("text/plain", "text/markdown", "text/latex", "text/html")

IN_HTML = re.compile(r"<img\b[^>]*>")
DATA = re.compile(r"(?<=;base64,)[^\"]*")  # of a picture in HTML

OVERWRITTEN = re.compile(r"^.*\r(?=[^\n])", re.MULTILINE)
WARNING = re.compile(r"\b\w*Warning\b.*")
# Eight hexadecimal digits are the bits of a float32, which a lesson may print; an address has more.
ADDRESS = re.compile(r"\bat 0x[0-9a-f]{6,}|\b0x[0-9a-f]{9,}", re.IGNORECASE)
# A path that exists on one machine only: the usual homes and temporary folders, and those of this machine.
_OWN_FOLDERS = {Path.home(), Path.cwd(), Path(__file__).parents[2], Path(tempfile.gettempdir()), Path(sys.prefix)}
_USUAL = r"/(?:home|Users|root|tmp|var|opt|usr|mnt|content|private)/[\w.~-]"
_FOLDERS = "|".join(re.escape(str(folder)) + r"(?![\w-])" for folder in sorted(_OWN_FOLDERS) if len(folder.parts) > 1)
PATH = re.compile(rf"(?:(?<![\w./])|(?<=file://))(?:{_USUAL}|{_FOLDERS}|~/[\w.]|[A-Za-z]:\\\w)[^\s'\"<>]*")


def private(text: str) -> str | None:
    """Return the first absolute path or memory address in `text`, or None."""
    for pattern in (PATH, ADDRESS):
        if match := pattern.search(text):
            return match[0]
    return None


def clean(cell) -> None:
    """Reduce the outputs of an executed code cell to what is kept. NotebookError where that would hide a fault.

    Progress on stderr may be dropped only where outputs are not compared: run again, the cell draws it again.
    """
    tags = cell.metadata.get("tags", [])
    kept_outputs = []
    for output in cell.outputs:
        match output.output_type:
            case "stream" if output.name == "stderr":
                refuse_stderr(output.text)
                if output.text.strip() and "nbval-ignore-output" not in tags:
                    raise NotebookError(
                        "draws progress on stderr, which a comparison would meet: tag the cell measured"
                    )
            case "stream":
                if kept_outputs and kept_outputs[-1].output_type == "stream":
                    kept_outputs[-1].text += output.text
                else:
                    kept_outputs.append(output)
            case "error":
                if "raises-exception" not in tags:
                    raise NotebookError(f"raises {output.ename}: {output.evalue}")
                # Frames are paths and line numbers of one machine; what the reader is to see is the message.
                output.traceback = [f"{output.ename}: {output.evalue}"]
                kept_outputs.append(output)
            case _:
                reduce(output, cell.execution_count)
                kept_outputs.append(output)
    if "raises-exception" in tags and not any(output.output_type == "error" for output in kept_outputs):
        raise NotebookError("is tagged raises-exception and raises nothing")
    for output in kept_outputs:
        if output.output_type == "stream":
            output.text = OVERWRITTEN.sub("", output.text)
    cell.outputs = [output for output in kept_outputs if output.get("text", "-")]
    for text in texts(cell):
        if match := private(text):
            raise NotebookError(f"shows what is true of one machine or one run only: {match!r}")


def refuse_stderr(text: str) -> None:
    """Raise NotebookError unless all of `text` is lines that were drawn over, as progress bars do."""
    if match := WARNING.search(text):
        raise NotebookError(f"warns: {match[0]}")
    for line in text.split("\n"):
        if line.strip() and "\r" not in line:
            raise NotebookError(f"writes to stderr: {line.strip()[:200]!r}")


def reduce(output, count: int | None) -> None:
    """Keep text and pictures of a displayed value; a picture must carry alt text."""
    output.data.pop(WIDGET, None)
    for mime in output.data:
        if mime not in PICTURES + TEXTS:
            raise NotebookError(
                f"shows {mime}, which draws nothing on a page without a kernel; show a lab or its picture"
            )
    output.metadata = {mime: meta for mime, meta in output.metadata.items() if mime in output.data}
    for mime in output.data:
        if mime in PICTURES and not output.metadata.get(mime, {}).get("alt", "").strip():
            raise NotebookError(f"shows a picture ({mime}) without alt text")
    for picture in IN_HTML.findall("".join(output.data.get("text/html", ""))):
        if not re.search(r'\balt="[^"]*\S[^"]*"', picture):
            raise NotebookError("shows a picture in HTML without alt text")
    if output.output_type == "execute_result":
        output.execution_count = count


def texts(cell) -> list[str]:
    """Return every text that a reader meets in the outputs of a cell, alt texts included."""
    texts_found = []
    for output in cell.outputs:
        texts_found += ["".join(output.get(key, "")) for key in ("text", "evalue")]
        texts_found += ["".join(line) for line in output.get("traceback", [])]
        texts_found += [DATA.sub("", "".join(text)) for mime, text in output.get("data", {}).items() if mime in TEXTS]
        texts_found += [meta.get("alt", "") for meta in output.get("metadata", {}).values()]
    return texts_found
