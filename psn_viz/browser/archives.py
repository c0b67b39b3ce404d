"""What a page loads beside Pyodide: our library, what questions and exercises need, and the data that some labs read,
each as an archive."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
# Archives of modules, and the folders in them. All pages load the first, which has the modules beside those folders,
# too. App and commands stay behind.
SOURCES = {"library": ("neurons", "learning", "bench", "labs", "browser"), "course": ("course",)}
COURSE = ["library.zip", "course.zip"]  # what questions, exercises and all answers need
DATA_FOLDERS = ("learning/data", "learning/models", "learning/reported", "learning/results")
# Archives of data, and what lies in them. The one large model would double a visit.
DATA = {
    "data": "learning/data/*",
    "models": "learning/models/*",
    "reported": "learning/reported/*",
    "studies": "learning/results/*",
}
TOO_LARGE = ("pixels-psn.*",)
# Which of them a lab reads.
NEEDS = {
    "read_image": ("data", "models"),
    "psn": ("models",),
    "train_live": ("data",),
    "probe": ("studies",),
    "study": ("studies",),
    "results": ("reported",),
    "microscope": ("data", "models"),
    "ablation": ("data", "models"),
}
# Which of them the predictions of a lesson read, by its number; what their labs need is known above.
PREDICTIONS_NEED = {"08": ("studies",), "09": ("data", "models"), "11": ("studies",), "10": ("reported",)}
_EPOCH = (1980, 1, 1, 0, 0, 0)  # else the time of the build is in the archive


def source_archive(name: str) -> bytes:
    """One of the archives of SOURCES, with the folder psn_viz in it; the same bytes each time."""
    chosen = list(PACKAGE.glob("*.py")) if name == "library" else []
    for folder in SOURCES[name]:
        for path in (PACKAGE / folder).rglob("*"):
            inside = path.relative_to(PACKAGE).as_posix()
            if path.suffix in (".py", ".wasm") or (path.suffix == ".json" and not inside.startswith(DATA_FOLDERS)):
                chosen.append(path)
    return _packed(sorted(chosen))


def data_archive(name: str) -> bytes:
    """One of the archives of DATA, as bytes."""
    files = sorted(PACKAGE.glob(DATA[name]))
    wanted = [path for path in files if path.is_file() and path.suffix != ".py"]
    return _packed([path for path in wanted if not any(path.match(large) for large in TOO_LARGE)])


def archives_of(lab: str) -> list[str]:
    """The names of the archives that a lab needs, the library first."""
    return ["library.zip", *(f"{name}.zip" for name in NEEDS.get(lab, ()))]


def archives_of_question(key: str, lab: str = "") -> list[str]:
    """The names of the archives that a question needs, those of the course first.

    key: of its answer, such as "08/predict/tau". lab: the name of the lab that it is asked about, if there is one.
    """
    lesson, kind, _ = key.split("/")
    own = PREDICTIONS_NEED.get(lesson, ()) if kind == "predict" else ()
    return list(dict.fromkeys([*COURSE, *archives_of(lab), *(f"{name}.zip" for name in own)]))


def _packed(files: list[Path]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in files:
            entry = zipfile.ZipInfo(f"psn_viz/{path.relative_to(PACKAGE).as_posix()}", _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()
