"""The collections of `model: collection`: what is kept, where it is served, and how a change is told."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from pydantic import JsonValue, StringConstraints

from mock_server.scenario.made_up import MadeUp
from mock_server.scenario.parts import Part

EVERYBODY, ROOM = "everybody", "room:"
VERSION = "version"

WHAT_A_KEY_IS = "a key is a whole number, or text without '/' of at most 100 characters"

NAME = re.compile(r"\{([^{}]*)\}")
_LONGEST_KEY = 100


class Ids(StrEnum):
    """What the keys of new items are."""

    UUID = "uuid"
    NUMBER = "number"


class CollectionSpec(Part):
    """Items of one kind that the server keeps: REST calls change them, and an event tells of each change."""

    path: str
    """Where they are served; without it `/api/<collection>s`."""
    key: Annotated[str, StringConstraints(min_length=1)] = "id"
    """The field that names an item, and ends its path: text or a whole number."""
    ids: Ids = Ids.UUID
    """The keys of new items: made up from the seed, or the next number."""
    events: str = "{collection}:{verb}"
    """The event that tells of a change; the verb is `created`, `updated` or `deleted`."""
    to: str = EVERYBODY
    """Who hears it: `everybody`, or a room that fields of the item name, like `room:list:{listId}`."""
    versions: bool = False
    """Whether an item counts its changes in `version`; a change that names another one is refused (409)."""
    items: tuple[dict[str, JsonValue], ...] = ()
    """What there is when the world starts; a key left out is made up."""


class Keys:
    """Gives a collection's items their keys: always the same for the same seed, and none twice."""

    def __init__(self, seed: Any, collection: str, ids: str) -> None:
        self._made_up = MadeUp(f"{seed}:collection:{collection}")
        self._ids = ids

    def next(self, taken: Mapping[str, Any]) -> str | int:
        """Return one that is not among those taken, which are written as text."""
        if self._ids == Ids.NUMBER:
            return max((int(key) for key in taken if key.isdecimal()), default=0) + 1
        while (key := str(self._made_up.value("uuid"))) in taken:
            pass
        return key


def filled(pattern: str, values: Mapping[str, Any]) -> str:
    """Fill the names in braces; what is not there is left empty."""
    return NAME.sub(lambda found: str(values.get(found[1], "")), pattern)


def completed(collections: Any, seed: Any) -> Any:
    """Return the collections with paths, and items with keys and versions; only what is missing is added."""
    if not isinstance(collections, dict):
        return collections
    given = {name: {} if spec is None else spec for name, spec in collections.items()}
    return {name: _completed(name, spec, seed) for name, spec in given.items()}


def _completed(name: str, spec: Any, seed: Any) -> Any:
    if not isinstance(spec, dict):
        return spec
    spec = {"path": f"/api/{name}s", **spec}
    items, key = spec.get("items"), spec.get("key", "id")
    if not isinstance(items, list) or not isinstance(key, str):
        return spec
    keys = Keys(seed, name, spec.get("ids", Ids.UUID))
    taken: dict[str, None] = {
        str(item[key]): None for item in items if isinstance(item, dict) and key in item
    }
    whole = []
    for item in items:
        if isinstance(item, dict) and key not in item:
            item = {key: keys.next(taken), **item}
            taken[str(item[key])] = None
        if isinstance(item, dict) and spec.get("versions") is True:
            item = {**item, VERSION: item.get(VERSION, 1)}
        whole.append(item)
    return {**spec, "items": whole}


def is_key(value: Any) -> bool:
    """Tell whether a value can name an item."""
    if isinstance(value, str):
        return value != "" and "/" not in value and len(value) <= _LONGEST_KEY
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**_LONGEST_KEY
