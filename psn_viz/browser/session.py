"""A lab on a page: takes what the reader does there, and answers with what the page shows then.

All of it is plain data: texts, numbers, lists and dicts by JSON, and arrays of float32. Nothing here knows of
widgets, of a browser or of a worker.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import Any

import numpy as np

from psn_viz.browser.fields import FROM_THE_FIRST, Field, fields_of, import_fields, value_after
from psn_viz.labs import LABS
from psn_viz.labs.core.definition import Lab
from psn_viz.labs.core.figure_encoding import split
from psn_viz.labs.core.phrases import error_message

PLAY = 350  # ms from one time-step to the next
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """What a page shows: the figure `spec` with its `arrays` (float32), its alt text, the fields of every control.

    code: the state as text. error: why the last action did nothing, or "".
    """

    spec: str
    arrays: list[np.ndarray]
    alt: str
    fields: dict[str, list[dict[str, Any]]]
    code: str
    error: str

    @property
    def told(self) -> dict[str, Any]:
        """All but the arrays, for JSON."""
        return {"spec": self.spec, "alt": self.alt, "fields": self.fields, "code": self.code, "error": self.error}


class LabSession:
    """The lab `name` that a page has opened, in the state that `code` describes, such as "closed_form;tau=8".

    A code is part of an address, which anybody may have typed: a damaged one opens the lab in its start state, and
    the first answer says what is wrong with it. Raises ValueError for the name of no lab.
    """

    def __init__(self, name: str, code: str = "") -> None:
        if name not in LABS:
            raise ValueError(f"name must be one of {', '.join(LABS)}, got {name[:40]!r}")
        import_fields(name)
        self._damaged = ""
        self._first: dict[
            tuple[str, str], tuple[Any, Any]
        ] = {}  # where each part of FROM_THE_FIRST began and came to
        try:
            self.lab: Lab = LABS[name].from_code(code or name)
        except ValueError as error:
            self.lab, self._damaged = LABS[name](), error_message(error)

    def do(self, action: str, argument: Any = None) -> Answer:
        """Do what the reader did; where it cannot be done, the lab keeps its state and the answer says why.

        Actions: "show"; "move" with [[control, part, value], …]; "point" with {control.part: number}; "drag" with
        [name, number, height]; "choose" with [name, number]; "go" with a state code; "reset". Raises ValueError for
        another action.
        """
        actions = {
            "show": lambda _: None,
            "move": self._move,
            "point": lambda places: self.lab.set(**self.lab.values_at(places)),
            "drag": lambda pull: self.lab.set(**type(self.lab).drag(self.lab.state, *pull)),
            "choose": lambda mark: self.lab.set(**type(self.lab).choose(self.lab.state, *mark)),
            "go": lambda code: self.lab.set(**type(self.lab).state_from_code(code)),
            "reset": lambda _: self.lab.reset(),
        }
        if action not in actions:
            raise ValueError(f"action must be one of {', '.join(actions)}, got {action!r:.40}")
        self.lab.error, self._damaged = self._damaged, ""
        try:
            actions[action](argument)
        except Exception as error:  # there is nobody else on a page to tell
            _log.debug("%s could not %s", self.lab.name, action, exc_info=True)
            self.lab.error = error_message(error)
        return self.answer()

    def do_json(self, action: str, argument: str) -> tuple[str, list[np.ndarray]]:
        """`do`, with argument and answer as JSON, and the arrays beside it: as a worker passes them on."""
        answer = self.do(action, json.loads(argument))
        return json.dumps(answer.told, ensure_ascii=False), answer.arrays

    def _move(self, moves: list) -> None:
        lab, state = self.lab, self.lab.state
        for name, part, value in moves:
            if name not in state:
                raise ValueError(f"{lab.name} has no control {name!r:.40}; it has {', '.join(state)}")
            control, before = lab.control_in(state, name), state[name]
            if (type(control), part) in FROM_THE_FIRST:
                began, came_to = self._first.get((name, part), (before, before))
                before = began if came_to == before else before
            moved = value_after(control, before, part, value, self._selected(name))
            if (type(control), part) in FROM_THE_FIRST:
                self._first[name, part] = before, moved
            state = lab.settle(state | {name: moved})
        lab.set(**state)

    def _selected(self, name: str) -> tuple:
        return self.lab.selected_cells(self.lab.state, self.lab.numbers).get(name, ())

    def answer(self) -> Answer:
        """What the page shows now."""
        lab = self.lab
        spec, arrays = split(lab.drawing)
        fields = {}
        for control in lab.table:
            made = fields_of(lab.control_in(lab.state, control.name), lab.state[control.name],
                             self._selected(control.name))  # fmt: skip
            if control.name == lab.transport:
                made = [_played(field) for field in made]
            fields[control.name] = [field.as_dict() for field in made]
        return Answer(spec, arrays, lab.description, fields, lab.code, lab.error)


def _played(field: Field) -> Field:
    return Field(**(field.as_dict() | {"play": PLAY}))
