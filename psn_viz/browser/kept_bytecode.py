"""What Python has compiled on a page, as one archive that the reader's browser keeps for the next visit.

Pyodide compiles every module anew on each page: of our library and of numpy that takes longer than to run them. A
worker keeps the archive under the hash of the library, which names the version of Pyodide, too; so what is kept is
never of another source, and Python is told not to compare (an unchecked .pyc of PEP 552; the times of unpacked files
are those of the unpacking).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

_MAGIC, _HEAD = 4, 16  # bytes: the version of the bytecode; all before the code itself
_UNCHECKED = (1).to_bytes(4, "little") + bytes(8)  # flags, and a hash that nobody reads


def bytecode_files(folders: Sequence[str]) -> list[Path]:
    """The bytecode that Python has written below these folders, in order."""
    return sorted(path for folder in folders for path in Path(folder).rglob("__pycache__/*.pyc"))


def packed_bytecode(folders: Sequence[str]) -> bytes:
    """All of `bytecode_files` as a zip archive with paths from the root, each marked as not to be compared.

    It is not compressed, for that would keep the reader's next move waiting.
    """
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        for path in bytecode_files(folders):
            data = path.read_bytes()
            archive.writestr(str(path).lstrip("/"), data[:_MAGIC] + _UNCHECKED + data[_HEAD:])
    return buffer.getvalue()
