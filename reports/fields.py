"""Reads single fields of JSON that somebody else wrote: a value of the wrong type counts as missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]


def text(source: Mapping[str, Any], key: str) -> str | None:
    value = source.get(key)
    return value if isinstance(value, str) else None


def number(source: Mapping[str, Any], key: str) -> float | None:
    """A finite number; `true` is none, and neither is NaN, which Python's JSON reader lets through."""
    value = source.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < float("inf") else None


def whole(source: Mapping[str, Any], key: str) -> int | None:
    value = number(source, key)
    return int(value) if value is not None else None


def table(source: Mapping[str, Any], key: str) -> Json:
    value = source.get(key)
    return value if isinstance(value, dict) else {}


def tables(source: Mapping[str, Any], key: str) -> tuple[Json, ...]:
    """The objects in a list; whatever else is in it is left out."""
    return tuple(each for each in items(source, key) if isinstance(each, dict))


def items(source: Mapping[str, Any], key: str) -> tuple[Any, ...]:
    value = source.get(key)
    return tuple(value) if isinstance(value, list) else ()
