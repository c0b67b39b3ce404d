"""Reads GIFT back, for the tests of what is exported."""

from __future__ import annotations

import re

# As Moodle's reader takes them, whatever was meant: a weight before a wrong answer, a format before any text.
WEIGHT = re.compile(r"%-*[0-9]{1,2}\.?[0-9]*%")
FORMAT = re.compile(r"\[(moodle|html|plain|markdown)\]")


def unescaped(text: str) -> str:
    return re.sub(r"\\([\\~=#{}:])", r"\1", text)


def read_gift(text: str) -> list[dict]:
    """GIFT as its description has it: blank lines between questions, // comments, signs escaped by a backslash."""
    found, category = [], ""
    for block in re.split(r"\n\s*\n", text.strip()):
        number_id = re.search(r"^//.*\[id:([^]]+)\]", block, re.MULTILINE)
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
        for sign, one, said in parts:
            assert not (sign == "~" and WEIGHT.match(one)), f"read as a weight: {one}"
            assert not any(FORMAT.match(part.strip()) for part in (one, said)), f"read as a format: {one} {said}"
        found.append({
            "category": category,
            "id": number_id[1] if number_id else "",
            "name": unescaped(match["name"]),
            "asked": unescaped(match["asked"]),
            "number": number,
            "ordered": "// The order" in text.split(f"::{match['name']}::")[0].rsplit("\n\n", 1)[-1],
            "answers": [(sign, unescaped(one.strip()), unescaped(said.strip())) for sign, one, said in parts],
        })  # fmt: skip
    return found
