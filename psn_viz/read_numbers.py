"""Numbers as people write them: with a point or a decimal comma, and with the minus sign of print.

A comma is read where it can only be one thing. Where it could be two, the text is refused with both readings; it
never silently becomes another number.
"""

from __future__ import annotations

import math
import re
from itertools import pairwise

_MINUS = str.maketrans(dict.fromkeys("−–‐‑﹣－", "-"))
_WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
_DIGITS = re.compile(r"\d+(?:[eE][+-]?\d+)?", re.ASCII)  # what follows a decimal comma
_NUMBER = re.compile(
    r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?(?:nan|inf|infinity)", re.ASCII | re.IGNORECASE
)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?", re.ASCII)  # 12,000 and 12,000.5
_SHOWN = 40  # characters of what was typed, in a message


def plain_minus(text: str) -> str:
    """The text with the minus that a keyboard has in place of those of print."""
    return text.translate(_MINUS)


def is_number(word: str) -> bool:
    """Whether `float` reads this word as it is meant: digits with a point, or NaN and infinity."""
    return bool(_NUMBER.fullmatch(word))


def number_words(text: str) -> list[str]:
    """The numbers of a list, each as a word that `float` reads; words that are no numbers stay as they are.

    Between numbers stand spaces, semicolons, or commas with a space after them, around all of them brackets if you
    like. A comma inside a word is a decimal one where another word has none ("0,5 1,5 2") or semicolons stand between
    them, unless a point in the same word shows that it is not ("0.5,1,2"). Raises ValueError where it could be
    either: "0,5" alone, "0,5 1,5", "1, 0,5", "0.5 1,5".
    """
    text = plain_minus(text).strip()
    if text[:1] + text[-1:] in ("()", "[]"):
        text = text[1:-1]
    words = re.split(r"[\s;]+", text)
    bare = [word.strip(",") for word in words]
    unclear = [word for word in bare if "." not in word and _could_be_decimal(word)]
    if not unclear:
        return [part for word in bare for part in word.split(",") if part]
    parted = ";" in text or any("," not in word for word in words)  # by something else than commas
    if len(bare) > 1 and parted and bare == words and "." not in text and all(word.count(",") <= 1 for word in bare):
        return [word.replace(",", ".") for word in bare]
    word = unclear[0]
    separated = " ".join(word.split(","))
    raise ValueError(
        f"the comma in {word[:_SHOWN]!r} may stand inside a number or between two: write "
        f"{word.replace(',', '.', 1)[:_SHOWN]} or {separated[:_SHOWN]}, with points inside numbers, spaces between"
    )


def read_number(text: str, unit: str = "") -> float:
    """One number, which may be followed by its unit. Raises ValueError where it is none, or could be two."""
    word = plain_minus(text).strip().removesuffix(unit).strip()
    if _THOUSANDS.fullmatch(word):
        if word.count(",") == 1 and "." not in word:
            whole, decimal = word.replace(",", ""), word.replace(",", ".")
            raise ValueError(f"{word!r} may be {whole} or {decimal}: write it without the comma")
        word = word.replace(",", "")
    elif _could_be_decimal(word) and word.count(",") == 1:
        word = word.replace(",", ".")
    if not is_number(word):
        raise ValueError(f"{text.strip()[:_SHOWN]!r} is not a number: write it as in 12.5")
    return float(word)


def _could_be_decimal(word: str) -> bool:
    """Whether a comma in it may be a decimal one: a whole number before it and digits after it."""
    parts = word.split(",")
    return any(_WHOLE.fullmatch(whole) and _DIGITS.fullmatch(digits) for whole, digits in pairwise(parts))


def finite_number(name: str, value: object) -> float:
    """`value` as a number that can be computed with. Raises ValueError, which names the argument, for any other."""
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{name} must be a finite number, got {value!r:.60}")
    return number
