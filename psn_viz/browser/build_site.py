"""Write the course as static files: `psn-viz site OUT`. Any web server, or a USB stick with one, can serve them."""

from __future__ import annotations

import shutil
from pathlib import Path

from psn_viz.app.gallery import STATIC, cards
from psn_viz.browser.archives import DATA, data_archive, library
from psn_viz.browser.lab_pages import lab_page, labs_page
from psn_viz.files import asset, write_whole

PAGES = "psn_viz.browser.pages"
DRAWING = ("figure.js", "redraw.js", "drawing.js")


def write_site(out: Path, runtime: Path | None = None) -> list[Path]:
    """Write all pages and what they load into the folder `out`, and return what was written.

    runtime: a folder with the files of Pyodide; without it the labs stay still pictures.
    """
    from plotly.offline import get_plotlyjs

    core = "psn_viz.labs.core"
    files: dict[str, bytes] = {
        "assets/site.css": (asset(core, "panel.css") + asset(PAGES, "site.css")).encode(),
        "assets/drawing.js": "".join(asset(core, name) for name in DRAWING).encode(),
        "assets/plotly.min.js": get_plotlyjs().encode(),
        "assets/library.zip": library(),
        **{f"assets/{name}": asset(PAGES, name).encode() for name in ("lab.js", "lab_page.js", "worker.js")},
        **{f"assets/{name}.zip": data_archive(name) for name in DATA},
        **{f"assets/{card.picture}": (STATIC / card.picture).read_bytes() for card in cards()},
        **{f"labs/{card.name}.html": lab_page(card).encode() for card in cards()},
        "labs/index.html": labs_page().encode(),
    }
    written = []
    for name, data in files.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        written.append(write_whole(out / name, data))
    if runtime is not None:
        target = out / "assets" / "pyodide"
        target.mkdir(parents=True, exist_ok=True)
        written += [Path(shutil.copy(path, target)) for path in sorted(runtime.iterdir())]
    return written
