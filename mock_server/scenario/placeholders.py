"""Fills `${…}` placeholders in the text of a document; `$${` writes a literal `${`."""

import re
from collections.abc import Mapping
from typing import Any

from mock_server.errors import Problem
from mock_server.scenario.located import Located
from mock_server.scenario.made_up import MADE_UP, MadeUp
from mock_server.scenario.parts import DEFAULT_SEED
from mock_server.scenario.wording import unknown

_PLACEHOLDER = re.compile(r"\$(?P<literal>\$+\{)|\$\{(?P<name>[^{}]*)(?P<end>\}?)")
_OPENING = re.compile(r"\$+\{")
_OF_PERSON = ("id", "name", "email")

RESERVED = frozenset({*(name.split(".")[0] for name in MADE_UP), "sender", "others"})
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
    if isinstance(value, str):
        return _OPENING.sub(lambda found: "$" + found.group(), value)
    if isinstance(value, dict):
        return {key: escape(part) for key, part in value.items()}
    return [escape(item) for item in value] if isinstance(value, list) else value


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
            return _PLACEHOLDER.sub(lambda found: self._filled(found, part), part.value)
        if isinstance(part.value, dict):
            return {key: self.value(inner) for key, inner in part.items()}
        return [self.value(item) for item in part.each()] if isinstance(part.value, list) else part.value

    def _filled(self, found: re.Match[str], part: Located) -> str:
        if found["literal"]:
            return found["literal"]
        name = found["name"].strip()
        if not found["end"]:
            self.problems.append(part.problem("a placeholder without its '}' (write '$${' for a plain '${')"))
        elif name in self._known:
            return self._known[name]
        elif name in MADE_UP:
            return self._made_up.value(name)
        else:
            self.problems.append(part.problem(*unknown("placeholder", name, (*MADE_UP, *self._known))))
        return found.group()
