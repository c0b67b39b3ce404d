"""The parts of the concept inventory: an objective of the course, asked twice, each wrong option with its name."""

from __future__ import annotations

from dataclasses import dataclass

FORMS = ("A", "B")


@dataclass(frozen=True)
class Misconception:
    """A wrong idea that a choice suggests.

    text: the idea, in a sentence. lesson: such as "02"; words: what the course says there, to the letter, that names
    the idea or answers it (in the lesson, its notes, its questions, its exercises or the quiz).
    """

    name: str
    text: str
    lesson: str
    words: str


@dataclass(frozen=True)
class ItemOption:
    """One answer; `misconception` is the name of the wrong idea behind it, or "" where it is right."""

    text: str
    misconception: str = ""

    @property
    def right(self) -> bool:
        """Whether it is the right one."""
        return not self.misconception


@dataclass(frozen=True)
class Quoted:
    """What decides an item: a lesson, such as "02", and its words, to the letter."""

    lesson: str
    words: str


@dataclass(frozen=True)
class Item:
    """One question of a form. It says all that is needed to answer it; steps are counted from 1.

    options: in the order of their letters. decided_by: the sentences of the course that decide it.
    """

    prompt: str
    options: tuple[ItemOption, ...]
    decided_by: tuple[Quoted, ...]

    @property
    def right(self) -> int:
        """The place of the right option."""
        return [option.right for option in self.options].index(True)


@dataclass(frozen=True)
class Objective:
    """One objective of the course and its two items.

    number: which of the objectives at the lesson's head it is, from 1; words: from that objective, to the letter.
    """

    key: str
    lesson: str
    number: int
    words: str
    a: Item
    b: Item

    def item(self, form: str) -> Item:
        """Its item in form "A" or "B"."""
        if form not in FORMS:
            raise ValueError(f"form must be one of {', '.join(FORMS)}, got {form!r}")
        return self.a if form == "A" else self.b


def item(prompt: str, options: list[tuple[str, str]], *decided_by: tuple[str, str]) -> Item:
    """An item, written short: options as (misconception or "", text), sentences as (lesson, words)."""
    made = tuple(ItemOption(text, misconception) for misconception, text in options)
    return Item(prompt, made, tuple(Quoted(*one) for one in decided_by))
