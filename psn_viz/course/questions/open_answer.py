"""A text box for the answer to an open task, kept with the other answers: `pv.answer("02/open")`."""

from __future__ import annotations

import ipywidgets

from psn_viz.course.answers.answer_file import progress_key
from psn_viz.course.answers.store import AnswerStore, answer_store, now
from psn_viz.course.questions.still_question import bundle
from psn_viz.course.registry import open_task_named
from psn_viz.course.text_page import Page, escape

LONGEST = 20_000  # characters


class OpenAnswer(ipywidgets.VBox):
    """The box, a button that saves, and a line that says what is kept. Leaving the box saves, too."""

    def __init__(self, key: str) -> None:
        self.key, self._task = key, open_task_named(key)
        store = answer_store()
        store.declare(self._kept_under)
        kept = store.read(self._kept_under) or {}
        text = kept.get("text") if isinstance(kept.get("text"), str) else ""
        self.box = ipywidgets.Textarea(
            value=text,
            description=f"Your answer to {key}",
            placeholder="Write here.",
            continuous_update=False,  # it comes when the box is left
            rows=6,
            style={"description_width": "initial"},
            layout={"width": "auto", "flex_flow": "row wrap"},  # in a narrow place its name is above it
        )
        self.button = ipywidgets.Button(description="Save", tooltip=f"Save your answer to {key}")
        self.said = ipywidgets.HTML(_kept_line(store) if text else "Nothing is kept yet.")
        self.box.observe(lambda _: self.save(), "value")
        self.button.on_click(lambda _: self.save())
        super().__init__([self.box, ipywidgets.HBox([self.button, self.said])])

    @property
    def _kept_under(self) -> str:
        return progress_key(self.key, "open")

    def save(self) -> None:
        """Keep what stands in the box. The same text again changes nothing, not even the time."""
        store = answer_store()
        text = self.box.value.encode("utf-8", "replace").decode()  # half a character cannot be kept
        if len(text) > LONGEST:
            self.said.value = f"Not saved: at most {LONGEST} characters are kept, and these are {len(text)}."
            return
        before = store.read(self._kept_under) or {}
        if text != (before.get("text") or ""):
            store.write(self._kept_under, open_entry(before, self._task, text))
        self.said.value = _kept_line(store) if text.strip() else "Nothing is kept yet."

    def __repr__(self) -> str:
        return f"Open task {self.key}: a box for your answer"

    def _repr_mimebundle_(self, **kwargs):
        where = "The box for your answer is here in a notebook that runs."
        page = Page(repr(self), f"<p><b>Open task {escape(self.key)}:</b> {escape(where)}</p>")
        return bundle(super()._repr_mimebundle_(**kwargs), page)


def open_entry(before: dict, prompt: str, text: str) -> dict:
    """The entry of an open task. first_saved: the time of the first text; an empty one counts as skipped."""
    first = before.get("first_saved")
    return {
        "prompt": prompt,
        "text": text,
        "skipped": not text.strip(),
        "first_saved": first if isinstance(first, str) else now(),
    }


def _kept_line(store: AnswerStore) -> str:
    if store.messages:
        return escape(store.messages[-1])
    return "Kept until the kernel stops." if store.path is None else f"Saved in {escape(store.path.name)}."


def answer(key: str) -> OpenAnswer:
    """A box for the answer to the open task that `key` names, such as "02/open".

    It is saved when the box is left, or by its button, is there again when the cell is run again, and is handed in
    with the other answers. Raises ValueError, with the keys that there are, for an unknown one.
    """
    return OpenAnswer(key)
