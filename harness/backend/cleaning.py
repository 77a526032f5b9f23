"""Finds what carries the marker of a run on a deployment, and removes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.backend.accounts import Accounts
from harness.backend.api import Api, at, json_of, unwrapped
from harness.backend.marker import run_of
from harness.errors import EnvironmentTrouble, UsageError
from harness.stub import Person
from harness.target import Cleanup, Target

_NOBODY = Person(id="", name="nobody", email="", password="", role="", token=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """One thing that a run left: the run, what it is marked by, and the call that removes it."""

    run: str
    text: str
    method: str
    path: str
    person: Person


def find_left(
    api: Api, rules: Iterable[Cleanup], people: Iterable[Person], *, run: str | None = None
) -> Iterator[Left]:
    """All that carries a marker (of `run`, or of any run), each thing once.

    Raises EnvironmentTrouble when a list cannot be had.
    """
    everybody, seen = list(people), set[tuple[str, str]]()
    for rule in rules:
        for person in everybody:
            for left in _left_of(api, rule, person):
                if (left.method, left.path) not in seen and run in (None, left.run):
                    seen.add((left.method, left.path))
                    yield left


def _left_of(api: Api, rule: Cleanup, person: Person) -> Iterator[Left]:
    method, _, path = rule.list.partition(" ")
    answer = api.call(method, path, token=person.token)
    if answer.is_error:
        raise EnvironmentTrouble(
            f"writes.cleanup: {rule.list} as {person.name} was answered {answer.status_code}: "
            f"{answer.text.strip()[:200]}"
        )
    body = json_of(answer)
    items = at(body, rule.items) if rule.items else unwrapped(body)
    if not isinstance(items, list):
        raise EnvironmentTrouble(
            f"writes.cleanup: {rule.list} answers no list"
            + (f" at {rule.items!r}" if rule.items else "")
            + "; say where it stands with `items`"
        )
    delete, _, template = rule.delete.partition(" ")
    for item in items:
        text = str(item.get(rule.marked) or "") if isinstance(item, Mapping) else ""
        if of := run_of(text):
            yield Left(run=of, text=text, method=delete, path=filled_path(template, item), person=person)


def remove(api: Api, left: Left) -> None:
    """Remove it; harmless when it is gone already. Raises EnvironmentTrouble when the server refuses."""
    answer = api.call(left.method, left.path, token=left.person.token)
    if answer.is_error and answer.status_code not in (404, 410):
        raise EnvironmentTrouble(
            f"{left.method} {left.path} as {left.person.name} was answered {answer.status_code}: "
            f"{answer.text.strip()[:200]}"
        )


def filled_path(template: str, item: Mapping[str, Any]) -> str:
    """`/api/projects/{id}` with the fields of `item`."""
    for name, value in item.items():
        template = template.replace(f"{{{name}}}", str(value))
    return template


def clean(
    target: Target, *, run: str | None = None, told: Callable[[Left], None] = lambda _left: None
) -> int:
    """Remove all that carries the marker of `run` (default: of any run); returns how much that was.

    `told` hears of each thing once it is gone. Raises EnvironmentTrouble where the target refuses, UsageError
    where it does not say how to clean.
    """
    if not target.writes.cleanup:
        raise UsageError(f"target {target.name} does not say how to clean up: give it writes.cleanup")
    api = Api(target)
    try:
        accounts = Accounts(target, api)
        people = [accounts.person(name) for name in target.people] or [_NOBODY]
        count = 0
        for left in list(find_left(api, target.writes.cleanup, people, run=run)):
            remove(api, left)
            told(left)
            count += 1
        return count
    finally:
        api.close()
