"""The words of the course, in English and Chinese: `pv.glossary()`, `pv.glossary("reset")`; see its `language`."""

from __future__ import annotations

import difflib

from psn_viz.course.glossary_terms import TERMS, Term
from psn_viz.course.languages.tables import language_tag, require_language
from psn_viz.course.languages.translate import definition, translated
from psn_viz.course.text_page import Page, escape, html_table


def glossary(term: str | None = None, language: str = "en") -> Page:
    """All words of the course, or the one that `term` names (in English, in Chinese or by its abbreviation).

    language: in which they are explained, "en" or "zh"; in English where that is not there.

    The last column is the state code of a lab that shows it: type it into the lab's *state* field, or run
    `pv.LABS["closed_form"].from_code("closed_form;reset=hard")`. Raises ValueError for an unknown word or
    language.
    """
    require_language(language)
    if term is None:
        return _page(TERMS, language)
    if not isinstance(term, str):
        raise TypeError(f"term must be a word such as 'reset', got {type(term).__name__}")
    terms = [entry for entry in TERMS if _plain(term) in map(_plain, entry.names)]
    if terms:
        return _page(terms, language)
    raise ValueError(f"term must be a word of the glossary, got {term!r}; {_near(term)}")


def _near(term: str) -> str:
    word = _plain(term)
    names = {_plain(name): entry.english for entry in TERMS for name in entry.names}
    near = [english for name, english in names.items() if word and word in name]
    near += [names[name] for name in difflib.get_close_matches(word, names, n=3, cutoff=0.6)]
    if near:
        return f"did you mean {', '.join(dict.fromkeys(near[:6]))}?"
    return "pv.glossary() shows all of them"


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("-", " ").split())


def _page(entries: list[Term] | tuple[Term, ...], language: str) -> Page:
    head = ["English", "中文", translated("meaning", language), translated("lab state", language)]
    meanings = [definition(entry.english, language) or entry.definition for entry in entries]
    rows = [
        [entry.title, entry.chinese or "–", meaning, entry.code or "–"]
        for entry, meaning in zip(entries, meanings, strict=True)
    ]
    lines = [
        f"{entry.title}{f' · {entry.chinese}' if entry.chinese else ''}: {meaning}"
        + (f" [{entry.code}]" if entry.code else "")
        for entry, meaning in zip(entries, meanings, strict=True)
    ]
    table = html_table(head, rows)
    if language != "en":
        table = f'<div lang="{escape(language_tag(language))}">{table}</div>'
    return Page("\n".join(lines), table)
