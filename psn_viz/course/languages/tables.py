"""Which languages there are beside English, and what their files hold.

A folder has `language.json` (`name`, the language's own name; `lang`, its tag as HTML takes it) and these, each
one JSON object from an English text to its translation: `glossary.json` (from the name of a term to its definition),
`interface.json` (words of questions, pages and votes), `questions_PART.json` with PART being "05", "ten_minutes" or
"quiz". `ten_minutes.md` is the front page. Where a text is computed in part, it has places: "It fires {0} times".
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
PLACE = re.compile(r"\{(\d+)\}")
INTERFACE, GLOSSARY = "interface", "glossary"
YES = "Yes"  # its translation, in interface.json, is what the feedback on a right option begins with there


@dataclass(frozen=True)
class Language:
    """code: the name of its folder. name: its own name for itself. lang: its tag, as in `<html lang>`."""

    code: str
    name: str
    lang: str


@dataclass(frozen=True)
class Pattern:
    """A text with places, as what it matches. letters: how much of it is no place."""

    key: str
    matches: re.Pattern
    letters: int


class Table:
    """The translations of one file. Raises ValueError where two texts of a line do not have the same places.

    yes: what YES is there. A feedback that begins with it is known without it, too: so it is told who has skipped.
    """

    def __init__(self, lines: dict[str, str], path: Path, yes: str = "") -> None:
        for english, translated in lines.items():
            if problem := _problem(english, translated):
                raise ValueError(f"{path}: {problem}, in {english!r}")
        self._lines = lines
        bare = {without_yes(key): _without(yes, value) for key, value in lines.items() if yes}
        self._with_yes = {without_yes(key): key for key in lines}
        self.translations = bare | lines

    def key_of(self, text: str) -> str:
        """The text under which the file has what is known as `text`."""
        return text if text in self._lines else self._with_yes[text]

    @cached_property
    def patterns(self) -> list[Pattern]:
        """The texts with places, those with most letters first: they say most exactly what they match."""
        made = [_pattern(key) for key in self.translations if PLACE.search(key)]
        return sorted(made, key=lambda pattern: -pattern.letters)


@cache
def languages() -> dict[str, Language]:
    """The languages beside English, by their folders' names. Raises ValueError for a damaged `language.json`."""
    found = {}
    for path in sorted(FOLDER.glob("*/language.json")):
        content = read_object(path)
        if content.keys() != {"name", "lang"} or not all(content.values()):
            raise ValueError(f"{path}: it must hold name and lang, got {', '.join(content) or 'nothing'}")
        found[path.parent.name] = Language(path.parent.name, content["name"], content["lang"])
    return found


def require_language(language: object) -> None:
    """Raise ValueError where there is no such language; English, "en", is one."""
    allowed = ("en", *languages())
    if not isinstance(language, str) or language not in allowed:
        raise ValueError(f"language must be one of {', '.join(map(repr, allowed))}, got {language!r:.80}")


def language_tag(language: str) -> str:
    """The tag of a language as HTML takes it: "en", "zh-Hans". Raises ValueError where there is no such language."""
    require_language(language)
    return "en" if language == "en" else languages()[language].lang


@cache
def table(language: str, part: str) -> Table:
    """The table of a part of the course: INTERFACE, GLOSSARY, "05", "ten_minutes"; empty where it has no file.

    Raises ValueError for a language that is not there, and for a damaged file, with its name and the text.
    """
    require_language(language)
    name = part if part in (INTERFACE, GLOSSARY) else f"questions_{part}"
    path = FOLDER / language / f"{name}.json"
    lines = read_object(path) if path.is_file() else {}
    return Table(lines, path, "" if part == INTERFACE else table(language, INTERFACE).translations.get(YES, ""))


def read_object(path: Path) -> dict[str, str]:
    """A JSON object of texts. Raises ValueError, with its name, for anything else or a key that is there twice."""

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        keys = [key for key, _ in pairs]
        for key in set(keys):
            if keys.count(key) > 1:
                raise ValueError(f"it has {key!r} {keys.count(key)} times")
        return dict(pairs)

    try:
        content = json.loads(path.read_text("utf-8"), object_pairs_hook=once)
    except ValueError as error:  # JSON and UTF-8 as well
        raise ValueError(f"{path}: {error}") from None
    if not isinstance(content, dict):
        raise ValueError(f"{path}: it must be an object of texts, got {type(content).__name__}")
    for key, value in content.items():
        if not isinstance(value, str) or not value.strip():
            raise ValueError(f"{path}: each value must be a text, got {value!r:.80} for {key!r}")
    return content


def without_yes(feedback: str) -> str:
    """The feedback on a right option, for who has chosen none: nobody is told "Yes"."""
    return re.sub(rf"\A{YES}[.:,] *(.)", lambda first: first[1].upper(), feedback, flags=re.DOTALL)


def _without(yes: str, translated: str) -> str:
    """A translation without the `yes` that it begins with."""
    return re.sub(rf"\A{re.escape(yes)}[^\w{{(]+", "", translated)


def _problem(english: str, translated: str) -> str:
    """What is wrong with a line of a table, or ""."""
    places = PLACE.findall(english)
    if places != [str(number) for number in range(len(places))]:
        return "its places must be numbered in the order of the text, each once, from {0} on"
    if sorted(PLACE.findall(translated)) != sorted(places):
        return f"the translation must have the same places, got {translated!r}"
    if places and not re.search(r"\w", PLACE.sub("", english)):
        return "a text must have words beside its places"
    return ""


def _pattern(key: str) -> Pattern:
    texts = PLACE.split(key)[::2]
    return Pattern(key, re.compile("(.+)".join(map(re.escape, texts)), re.DOTALL), sum(map(len, texts)))
