"""The items of one collection, in the order in which they came; each change makes a new object."""

import json
from typing import Any

from mock_server.entities import Json
from mock_server.errors import CallError, ErrorCode
from mock_server.scenario.collections import VERSION, WHAT_A_KEY_IS, CollectionSpec, Keys, is_key


class Items:
    """What a collection holds. What a method refuses has changed nothing."""

    def __init__(self, name: str, spec: CollectionSpec, seed: int) -> None:
        self._name = name
        self._spec = spec
        self._keys = Keys(seed, name, spec.ids)
        self._items: dict[str, Json] = {str(item[spec.key]): dict(item) for item in spec.items}

    def all(self) -> list[Json]:
        return list(self._items.values())

    def get(self, key: str) -> Json:
        """Raises CallError NOT_FOUND."""
        if key not in self._items:
            raise CallError(ErrorCode.NOT_FOUND, f"no {self._name} has {self._spec.key} '{key}'")
        return self._items[key]

    def add(self, body: Any) -> Json:
        """Keep a new item; raises CallError INVALID_INPUT, CONFLICT when its key is taken."""
        item = _checked(body)
        name = self._spec.key
        if name not in item:
            item = {name: self._keys.next(self._items), **item}
        if not is_key(item[name]):
            raise CallError(ErrorCode.INVALID_INPUT, f"{name}: {WHAT_A_KEY_IS}")
        key = str(item[name])
        if key in self._items:
            message = f"there is a {self._name} with {name} '{key}' already"
            raise CallError(ErrorCode.CONFLICT, message, details=self._items[key])
        if self._spec.versions:
            item[VERSION] = 1
        self._items[key] = item
        return item

    def change(self, key: str, body: Any, *, whole: bool) -> tuple[Json, Json]:
        """Lay the body's fields over an item, or put it in its place when it is `whole`.

        Returns the item as it was and as it is. Raises CallError NOT_FOUND, INVALID_INPUT, CONFLICT.
        """
        before, given = self.get(key), _checked(body)
        name = self._spec.key
        if str(given.get(name, key)) != key:
            raise CallError(ErrorCode.INVALID_INPUT, f"{name}: it is '{key}' in the path, and cannot change")
        self._check_version(before, given.get(VERSION))
        after = {name: before[name]} if whole else before
        after = {**after, **given, name: before[name]}
        if self._spec.versions:
            after[VERSION] = before[VERSION] + 1
        self._items[key] = after
        return before, after

    def remove(self, key: str, version: int | None) -> Json:
        """Return the item that is gone; raises CallError NOT_FOUND, CONFLICT."""
        item = self.get(key)
        self._check_version(item, version)
        del self._items[key]
        return item

    def _check_version(self, item: Json, version: Any) -> None:
        if self._spec.versions and version is not None and version != item[VERSION]:
            message = f"the current version is {item[VERSION]}"
            raise CallError(ErrorCode.CONFLICT, message, details=item)


def _checked(body: Any) -> Json:
    """Return a copy of the body; raises CallError when it is no object, or nothing that can be sent on."""
    if not isinstance(body, dict):
        raise CallError(ErrorCode.INVALID_INPUT, "the body must be an object")
    try:
        json.dumps(body, allow_nan=False, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise CallError(ErrorCode.INVALID_INPUT, f"the body cannot be sent on: {error}") from None
    return dict(body)
