"""Reads GIFT back, for the tests of what is exported."""

from __future__ import annotations

import re


def unescaped(text: str) -> str:
    return re.sub(r"\\([\\~=#{}:])", r"\1", text)


def read_gift(text: str) -> list[dict]:
    """GIFT as its description has it: blank lines between questions, // comments, signs escaped by a backslash."""
    found, category = [], ""
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = [line for line in block.splitlines() if not line.startswith("//")]
        block = "\n".join(lines)
        if block.startswith("$CATEGORY: "):
            category = block.removeprefix("$CATEGORY: ")
            continue
        match = re.fullmatch(
            r"::(?P<name>(?:\\.|[^\\:])*)::\[html\](?P<asked>(?:\\.|[^\\{}])*)\{(?P<answers>(?:\\.|[^\\{}])*)\}",
            block,
            re.DOTALL,
        )
        assert match, block
        answers, number = match["answers"], match["answers"].startswith("#")
        parts = re.findall(
            r"([=~])((?:\\.|[^\\=~#])*)#((?:\\.|[^\\=~#])*)", answers[1:] if number else answers, re.DOTALL
        )
        found.append({
            "category": category,
            "name": unescaped(match["name"]),
            "asked": unescaped(match["asked"]),
            "number": number,
            "ordered": "// The order" in text.split(f"::{match['name']}::")[0].rsplit("\n\n", 1)[-1],
            "answers": [(sign, unescaped(one.strip()), unescaped(said.strip())) for sign, one, said in parts],
        })  # fmt: skip
    return found
