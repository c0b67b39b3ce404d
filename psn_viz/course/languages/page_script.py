"""The script with which the reader of a page chooses a language."""

from __future__ import annotations

import json

from psn_viz.course.languages.tables import INTERFACE, languages, table
from psn_viz.files import asset


def language_script(*scripts: str) -> str:
    """The choice of a language as a script, `psnLanguage`, with the words of the interface that `scripts` show.

    A word is one of theirs where it stands in them as a text in quotes, or in a template as `data-say>word<`.
    """
    choice = asset(__package__, "language_choice.js")
    shown = "".join([choice, *scripts])
    known = {
        one.code: {
            "name": one.name,
            "lang": one.lang,
            "words": {
                english: translated
                for english, translated in table(one.code, INTERFACE).translations.items()
                if json.dumps(english, ensure_ascii=False) in shown or f"data-say>{english}<" in shown
            },
        }
        for one in languages().values()
    }
    return f"const LANGUAGES = {json.dumps(known, ensure_ascii=False)};\n{choice}"
