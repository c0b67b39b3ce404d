"""One page of a site as one file that opens from a disk, with all that it loads inside."""

from __future__ import annotations

import base64
import gzip
import html
import posixpath
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag

from psn_viz.browser.lab_pages import script_json
from psn_viz.files import asset

TYPES = {".webp": "image/webp", ".png": "image/png", ".svg": "image/svg+xml", ".jpg": "image/jpeg"}
ELSEWHERE = "a page of the whole course"
SOURCE = re.compile(r"""\bsrc=("[^"]*"|'[^']*'|[^\s>]*)""")
# How a page names what it loads: in attributes, in JSON and in scripts. A folder stands for all that lies in it.
ADDRESS = re.compile(r"(?:\.\./)*assets/[\w.%/-]*")


def single_file(page: str, files: Mapping[str, bytes], footer: str = "", state: str = "") -> bytes:
    """The page at the path `page` of a site as one file.

    files: all files of the site, by path. footer: HTML for the end of the page. state: what the page is to find after
    the # of its address. Links to other pages become text. Raises KeyError for an asset that the site lacks.
    """
    made = _Inlined(page, files)
    made.feed(files[page].decode())
    made.close()
    text = "".join(made.parts)
    opening = ""
    if made.loads:
        opening = f"<script>\n{_script(asset('psn_viz.browser.pages', 'single_file.js'))}</script>\n"
        if state:
            opening += f"<script>if (!location.hash) location.replace({script_json('#' + state)});</script>\n"
    text = text.replace("<title>", f"{opening}<title>", 1)  # before every other script, after the character set
    packed = "\n".join(_packed(address, files[path]) for address, path in sorted(made.loads.items()))
    head, end, tail = text.rpartition("</body>")
    return f"{head}{footer}\n{packed}\n{end}{tail}".encode()


def _packed(address: str, data: bytes) -> str:
    text = base64.b64encode(gzip.compress(data, 9, mtime=0)).decode()
    return f'<script type="text/plain" class="psn-packed" data-address="{html.escape(address)}">{text}</script>'


def _script(text: str) -> str:
    """A script that cannot end the element it stands in, nor begin a comment there."""
    return re.sub(r"<(?=/script|!--|script)", r"\\x3c", text, flags=re.IGNORECASE)


class _Inlined(HTMLParser):
    """Copies a page and puts into it what its elements load. All else stays as it is."""

    def __init__(self, page: str, files: Mapping[str, bytes]) -> None:
        super().__init__(convert_charrefs=False)
        self.page, self.files = page, files
        self.parts: list[str] = []
        # What scripts load while the page is open: path by the address under which the page knows it.
        self.loads: dict[str, str] = {}
        self._in_link = False

    def path(self, address: str) -> str | None:
        """The path within the site that a relative address of the page leads to."""
        if re.match(r"[a-z][a-z0-9+.-]*:|//", address, re.IGNORECASE):
            return None
        place = unquote(re.sub(r"[?#].*", "", address))
        return posixpath.normpath(posixpath.join(posixpath.dirname(self.page), place)) if place else self.page

    def load(self, address: str) -> None:
        """Have a file packed, or all files of a folder; and what a script in it names."""
        path = self.path(address)
        if address.endswith("/"):
            for name in [name for name in self.files if path and name.startswith(f"{path}/")]:
                self.load(address + name[len(path or "") + 1 :])
            return
        if path not in self.files or address in self.loads:
            return
        self.loads[address] = path
        if path.endswith(".js") and len(self.files[path]) < 200_000:  # ours
            self.named(self.files[path].decode())

    def named(self, text: str) -> None:
        for address in dict.fromkeys(ADDRESS.findall(text)):
            self.load(address)

    def handle_starttag(self, tag, attrs):
        given, raw = dict(attrs), self.get_starttag_text() or ""
        if tag == "script" and given.get("src"):
            self.parts.append(self._of_script(given, raw))
        elif tag == "link" and self.path(given.get("href") or "") not in (None, self.page):
            if given.get("rel") == "stylesheet":
                self.parts.append(f"<style>\n{self._style(given['href'])}\n</style>")
        elif tag in ("img", "source") and given.get("src"):
            self.parts.append(SOURCE.sub(lambda _: f'src="{self._data(given["src"])}"', raw, count=1))
        elif tag == "a" and given.get("href"):
            self.parts.append(self._of_link(given, raw))
        else:
            self.parts.append(raw)

    def handle_endtag(self, tag):
        if tag == "a" and self._in_link:
            self._in_link = False
            self.parts.append("</span>")
        else:
            self.parts.append(f"</{tag}>")

    def handle_data(self, data):
        if self.cdata_elem == "script":
            self.named(data)
        self.parts.append(data)

    handle_startendtag = handle_starttag

    def handle_entityref(self, name):
        self.parts.append(f"&{name};")

    def handle_charref(self, name):
        self.parts.append(f"&#{name};")

    def handle_comment(self, data):
        self.parts.append(f"<!--{data}-->")

    def handle_decl(self, decl):
        self.parts.append(f"<!{decl}>")

    def _of_script(self, given: dict, raw: str) -> str:
        source = given["src"]
        if (path := self.path(source)) is None:
            return raw
        if {"async", "defer"} & given.keys():
            self.load(source)
            return SOURCE.sub(f'type="text/plain" data-src="{html.escape(source)}"', raw, count=1)
        text = self.files[path].decode()
        self.named(text)
        return f"{SOURCE.sub('', raw, count=1)}\n{_script(text)}\n"

    def _of_link(self, given: dict, raw: str) -> str:
        path = self.path(given["href"])
        if path is None:  # another host, which a reader may visit
            return raw
        if path == self.page:
            fragment = urldefrag(given["href"])[1]
            return re.sub(r"""\bhref=("[^"]*"|'[^']*')""", f'href="#{html.escape(fragment)}"', raw, count=1)
        self._in_link = True
        return f'<span class="psn-elsewhere" title="{ELSEWHERE}">'

    def _data(self, address: str) -> str:
        path = self.path(address)
        if path is None:
            return address
        kind = TYPES[posixpath.splitext(path)[1]]
        return f"data:{kind};base64,{base64.b64encode(self.files[path]).decode()}"

    def _style(self, address: str) -> str:
        path = self.path(address)
        assert path is not None
        inside = _Inlined(path, self.files)  # addresses in a style are seen from its own folder
        return re.sub(
            r"""url\((["']?)([^"')]+)\1\)""",
            lambda found: f'url("{inside._data(found[2])}")',
            self.files[path].decode(),
        )
