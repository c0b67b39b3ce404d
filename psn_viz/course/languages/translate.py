"""A text of the course in another language: looked up whole, then as a text with places."""

from __future__ import annotations

import re
from dataclasses import dataclass

from psn_viz.course.languages.tables import GLOSSARY, INTERFACE, PLACE, Table, languages, require_language, table

QUANTITY = re.compile(r"([-−]?\d[\d.,]*(?:e[-+]?\d+)?) (.+)", re.DOTALL)  # "9 inputs"
ENGLISH_WORD = re.compile(r"[a-z]{2}")  # numbers, symbols and the names of neurons have none
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")  # what a reader has typed


@dataclass(frozen=True)
class Found:
    """A translation, and the keys that it was made of, each with its part of the course."""

    text: str
    keys: tuple[tuple[str, str], ...]


def translated(text: str, language: str, part: str = "") -> str:
    """`text` in the language, or as it is where there is no translation. The arguments are those of `find`."""
    return text if (found := find(text, language, part)) is None else found.text


def find(text: str, language: str, part: str = "") -> Found | None:
    """The translation of `text`, or None.

    language: "zh", or "en", in which there is nothing to do. part: where it is shown, such as "05" or "ten_minutes";
    the words of the interface are looked up besides. A text with places matches what has any text in their stead, and
    that is looked up by itself. It matches nothing where English words would be left in a place: half a translation
    is none. What has no English words, such as "28 × 28", reads alike in all languages. Raises ValueError for another
    language.
    """
    require_language(language)
    if language == "en":
        return Found(text, ())
    for where in (part, INTERFACE) if part else (INTERFACE,):
        found = _find_in(table(language, where), where, text, language, part)
        if found is not None:
            return found
    if quantity := QUANTITY.fullmatch(text):
        unit = find(quantity[2], language, part)
        if unit is not None:
            return Found(f"{quantity[1]} {unit.text}", unit.keys)
    return None if ENGLISH_WORD.search(QUOTED.sub("", text)) else Found(text, ())


def word(english: str, language: str) -> str:
    """A word of the interface, its places as they are; in English where there is no translation.

    Raises ValueError for another language.
    """
    require_language(language)
    return english if language == "en" else table(language, INTERFACE).translations.get(english, english)


def filled(text: str, *places: object) -> str:
    """`text` with `places` in the stead of "{0}", "{1}", …"""
    return PLACE.sub(lambda place: str(places[int(place[1])]), text)


def translations(text: str, part: str = "") -> dict[str, str]:
    """The text by language, for the languages that have it; see `find`."""
    found = {language: find(text, language, part) for language in languages()}
    return {language: one.text for language, one in found.items() if one is not None}


def definition(english: str, language: str) -> str | None:
    """What the term of the glossary with this English name means, in the language; None without a translation.

    Raises ValueError for another language.
    """
    return None if language == "en" else table(language, GLOSSARY).translations.get(english)


def definitions(english: str) -> dict[str, str]:
    """The same by language, for the languages that have it."""
    found = {language: definition(english, language) for language in languages()}
    return {language: text for language, text in found.items() if text is not None}


def _find_in(known: Table, where: str, text: str, language: str, part: str) -> Found | None:
    if text in known.translations:
        return Found(known.translations[text], ((where, known.key_of(text)),))
    for pattern in known.patterns:
        match = pattern.matches.fullmatch(text)
        if match and (filled := _with_places(match.groups(), known.translations[pattern.key], language, part)):
            return Found(filled.text, ((where, known.key_of(pattern.key)), *filled.keys))
    return None


def _with_places(parts: tuple[str, ...], translation: str, language: str, part: str) -> Found | None:
    """The translation with its places filled, or None where English is left in one."""
    found: list[Found] = []
    for one in parts:
        if (inside := find(one, language, part)) is None:
            return None
        found.append(inside)
    text = filled(translation, *(one.text for one in found))
    return Found(text, tuple(key for one in found for key in one.keys))
