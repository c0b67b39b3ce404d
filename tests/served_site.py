"""A folder of pages, served on this machine."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Into a page of a lab another one, from its own page.
ADD_LAB = """async (name) => {
  const text = await (await fetch(`${name}.html`)).text();
  const place = new DOMParser().parseFromString(text, "text/html").querySelector(".psn-place");
  document.querySelector("main").append(place);
  globalThis.added = psnPlaces.add(place);
  psnPlaces.want(added);
}"""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    asked: list[str] | None = None

    def do_GET(self):
        if self.asked is not None:
            self.asked.append(self.path.partition("?")[0])
        super().do_GET()

    def log_message(self, *_):
        pass


def serious(page) -> list[tuple[str, str]]:
    """What axe finds on a page that is serious or critical, each with the first place where it is."""
    from axe_playwright_python.sync_playwright import Axe

    violations = Axe().run(page).response["violations"]
    return [(one["id"], one["nodes"][0]["html"]) for one in violations if one["impact"] in ("serious", "critical")]


@contextmanager
def served(folder: Path, asked: list[str] | None = None) -> Iterator[str]:
    """The address of `folder`, without a slash at its end. What is asked for goes into `asked`."""
    handler = functools.partial(type("Handler", (_Quiet,), {"asked": asked}), directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
