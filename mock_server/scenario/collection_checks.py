"""Checks the collections of a scenario: where they are served, what tells of a change, what they hold."""

import re
from collections.abc import Iterator
from typing import Any

from mock_server.errors import Problem
from mock_server.scenario.collections import EVERYBODY, NAME, ROOM, VERSION, WHAT_A_KEY_IS, is_key
from mock_server.scenario.located import Located
from mock_server.scenario.words import ModelName

_OF_EVENTS = ("collection", "verb")
_OF_THE_STUB = ("/__stub__", "/socket.io", "/health", "/metrics", "/openapi.json", "/api/auth")


def check_collections(document: Located) -> Iterator[Problem]:
    """Yield collections without their model, a model without collections, and what is wrong with one."""
    model, collections = document.get("model"), document.get("collections")
    if model.value != ModelName.COLLECTION:
        if collections.value:
            yield collections.problem("'collections' needs 'model: collection'")
        return
    if not collections.value:
        yield model.problem("'model: collection' needs 'collections', like 'collections: {todo: }'")
    paths: dict[str, str] = {}
    for name, spec in collections.items():
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", name):
            yield spec.problem(f"'{name}' must be letters, digits, '_' and '-', so that a path can hold it")
        path = spec.get("path").text()
        if path in paths:
            yield spec.get("path").problem(f"'{path}' is taken by '{paths[path]}'")
        elif path is not None:
            paths[path] = name
        yield from _check_path(spec.get("path"))
        yield from _check_patterns(spec)
        yield from _check_items(spec)


def _check_path(path: Located) -> Iterator[Problem]:
    text = path.text()
    if text is None:
        return
    if not re.fullmatch(r"(/[A-Za-z0-9_.~-]+)+", text):
        plain = "/" + "/".join(re.findall(r"[A-Za-z0-9_.~-]+", NAME.sub("", text)))
        message = (
            f"'{text}' is not the path of a collection: it is like '/api/todos', with nothing to fill in"
        )
        yield path.problem(message, plain if plain != "/" else "")
    elif any(text == taken or text.startswith(f"{taken}/") for taken in _OF_THE_STUB):
        yield path.problem(f"'{text}' is the stub's own")


def _check_patterns(spec: Located) -> Iterator[Problem]:
    events, to = spec.get("events"), spec.get("to")
    for name in NAME.findall(events.text() or ""):
        if name not in _OF_EVENTS:
            shown = [f"{{{known}}}" for known in _OF_EVENTS]
            yield events.problem(f"'{{{name}}}' is nothing that an event is named by ({', '.join(shown)})")
    if events.text() is not None and "{verb}" not in str(events.value):
        yield events.problem("needs '{verb}', or nobody could tell what happened", "{collection}:{verb}")
    receiver = to.text()
    if receiver == ROOM:
        yield to.problem("'room:' needs the name of a room behind it")
    elif receiver not in (None, EVERYBODY) and not str(receiver).startswith(ROOM):
        _, colon, room = str(receiver).partition(":")
        yield to.unknown("receiver", (EVERYBODY, ROOM + (room if colon and room else "<name>")))


def _check_items(spec: Located) -> Iterator[Problem]:
    key = spec.get("key").text() or "id"
    first: dict[str, Located] = {}
    for item in spec.get("items").each():
        if not isinstance(item.value, dict):
            continue
        name = item.get(key)
        if not is_key(name.value):
            yield name.problem(WHAT_A_KEY_IS)
            continue
        text = str(name.value)
        if text in first:
            line = first[text].line
            yield name.problem(f"'{text}' is taken" + (f"; first in line {line}" if line is not None else ""))
        first.setdefault(text, name)
        if spec.get("versions").value is True and not _is_version(item.get(VERSION).value):
            yield item.get(VERSION).problem("a version is a whole number from 1")


def _is_version(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1
