"""Fills `${…}` placeholders in the text of a document; `$${` writes a literal `${`.

Those that only an answer can fill (`templates`) are left in place, and so are the `$${` beside them.
"""

import re
from collections.abc import Mapping
from typing import Any

from mock_server.errors import Problem
from mock_server.scenario.located import Located
from mock_server.scenario.made_up import MADE_UP, MadeUp
from mock_server.scenario.parts import DEFAULT_SEED
from mock_server.scenario.templates import KNOWN, PLACEHOLDER, ROOTS, is_late, is_template, wrong_with
from mock_server.scenario.where import Where
from mock_server.scenario.wording import unknown

_OPENING = re.compile(r"\$+\{")
_OF_PERSON = ("id", "name", "email")

RESERVED = frozenset({*(name.split(".")[0] for name in MADE_UP), *ROOTS, "sender", "others", "everybody"})
"""Words that cannot be a person's key, because placeholders or rules use them."""


def fill(document: Located, *, seed: int | None = None) -> Located:
    """Return the document with its placeholders filled, people first, then all else in document order.

    `seed` takes the place of the written one. Unknown placeholders are added to `problems`.
    """
    if not isinstance(document.value, dict):
        return document
    chosen = _seed_of(document.value) if seed is None else seed
    filling = _Filling(MadeUp(chosen))
    people = filling.people(document.get("people"))
    value = {key: people if key == "people" else filling.value(part) for key, part in document.items()}
    if seed is not None:
        value["seed"] = seed
    return document.with_value(value, *filling.problems)


def escape(value: Any) -> Any:
    """Return a plain value in which no text is taken for a placeholder when it is filled again."""
    return _escaped(value, None)


def escape_document(document: Any) -> Any:
    """Return a filled document as it would be written: all escaped, but for templates, which still are."""
    return _escaped(document, ())


def _escaped(value: Any, where: Where | None) -> Any:
    """Escape every text below, or without the templates when `where` in the document is known."""
    if isinstance(value, str):
        kept = where is not None and is_template(where)
        return value if kept else _OPENING.sub(lambda found: "$" + found.group(), value)
    if isinstance(value, dict):
        return {key: _escaped(part, where if where is None else (*where, key)) for key, part in value.items()}
    if isinstance(value, list):
        items = enumerate(value)
        return [_escaped(item, where if where is None else (*where, index)) for index, item in items]
    return value


def person_defaults(key: str) -> dict[str, str]:
    """Return what a person is called when the scenario does not say."""
    return {"id": key, "name": key[:1].upper() + key[1:], "email": f"{key}@example.com", "password": key}


def _seed_of(document: Mapping[str, Any]) -> int:
    seed = document.get("seed")
    return seed if isinstance(seed, int) and not isinstance(seed, bool) else DEFAULT_SEED


class _Filling:
    def __init__(self, made_up: MadeUp) -> None:
        self.problems: list[Problem] = []
        self._made_up = made_up
        self._known: dict[str, str] = {}

    def people(self, people: Located) -> Any:
        """Fill the people; from then on each can be named by those after."""
        if not isinstance(people.value, dict):
            return people.value
        filled = {}
        for key, part in people.items():
            filled[key] = person = self.value(part)
            given = person if isinstance(person, dict) else {}
            whole = {**person_defaults(key), **given}
            self._known.update({f"{key}.{item}": str(whole[item]) for item in _OF_PERSON})
        return filled

    def value(self, part: Located) -> Any:
        if isinstance(part.value, str):
            return PLACEHOLDER.sub(lambda found: self._filled(found, part), part.value)
        if isinstance(part.value, dict):
            return {key: self.value(inner) for key, inner in part.items()}
        return [self.value(item) for item in part.each()] if isinstance(part.value, list) else part.value

    def _filled(self, found: re.Match[str], part: Located) -> str:
        template = is_template(part.where)
        if found["literal"]:
            return found.group() if template else found["literal"]
        name = found["name"].strip()
        if not found["end"]:
            self.problems.append(part.problem("a placeholder without its '}' (write '$${' for a plain '${')"))
        elif name in self._known or name in MADE_UP:
            value = self._known[name] if name in self._known else str(self._made_up.value(name))
            return str(escape(value)) if template else value
        elif is_late(name):
            self._check_late(name, part, template=template)
        else:
            known = (*MADE_UP, *self._known, *(KNOWN if template else ()))
            self.problems.append(part.problem(*unknown("placeholder", name, known)))
        return found.group()

    def _check_late(self, name: str, part: Located, *, template: bool) -> None:
        wrong = wrong_with(name)
        if wrong is not None:
            self.problems.append(part.problem(*wrong))
        elif not template:
            message = f"'${{{name}}}' can stand only in what a rule answers: reply, error, data of an emit"
            self.problems.append(part.problem(message))
