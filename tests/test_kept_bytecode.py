"""What a page keeps of Python's compiling: packed here, unpacked and imported by a fresh Python."""

from __future__ import annotations

import compileall
import io
import subprocess
import sys
import zipfile
from pathlib import Path

from psn_viz.browser.kept_bytecode import bytecode_files, packed_bytecode


def test_kept_bytecode_is_taken_whatever_the_times_of_the_sources(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    (first / "kept").mkdir(parents=True)
    (first / "kept" / "__init__.py").write_text("", "utf-8")
    (first / "kept" / "module.py").write_text("said = 'kept'\n", "utf-8")
    assert bytecode_files([str(first)]) == []
    compileall.compile_dir(first, quiet=2)
    assert len(bytecode_files([str(first)])) == 2
    with zipfile.ZipFile(io.BytesIO(packed_bytecode([str(first)]))) as archive:
        assert all(name == str(Path(name)) and not name.startswith("/") for name in archive.namelist())
        archive.extractall(second)
    root = second / str(first).lstrip("/")  # a page has no drives
    # On a page both come from one library; here the source says otherwise, to tell which of them runs.
    (root / "kept" / "__init__.py").write_text("", "utf-8")
    (root / "kept" / "module.py").write_text("said = 'compiled again'\n", "utf-8")
    code = "import sys; sys.path.insert(0, sys.argv[1]); from kept.module import said; print(said)"
    told = subprocess.run([sys.executable, "-c", code, str(root)], capture_output=True, text=True, check=True)
    assert told.stdout == "kept\n"
