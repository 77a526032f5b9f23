"""Reads what a payload is about without knowing its events: the entities in it, and a few words for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

_DEEPEST = 4
_MOST_ENTITIES = 50
_BRIEF_CHARS = 90
#: Said elsewhere (identity) or of no interest to a reader (bookkeeping).
_NOT_WORDS = {
    "id",
    "taskId",
    "version",
    "projectId",
    "clientMutationId",
    "createdAt",
    "updatedAt",
    "position",
}


def entities(payload: object) -> dict[str, int | None]:
    """Id -> version (if any) of every entity in `payload`, outermost first."""
    found: dict[str, int | None] = {}
    for each in _objects(payload, 0):
        identity = each.get("id", each.get("taskId"))
        if isinstance(identity, str | int) and str(identity) not in found:
            version = each.get("version")
            found[str(identity)] = version if isinstance(version, int) else None
            if len(found) == _MOST_ENTITIES:
                break
    return found


def _objects(value: object, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _objects(each, depth + 1)


def brief(payload: object) -> str:
    """What a packet carries in a few words: `t7 v4`, `t7 v3 {status: done}`, `"atlas"`, `ok`, `12 items`."""
    if isinstance(payload, list):
        if len(payload) == 1:
            return brief(payload[0])
        return f"{len(payload)} items" if payload else ""
    if not isinstance(payload, dict):
        return compact(payload)
    if "ok" in payload:
        return _answer(payload)
    named = [
        f"{identity} v{version}" if version is not None else identity for identity, version in _first(payload)
    ]
    words = {key: value for key, value in payload.items() if key not in _NOT_WORDS}
    # A whole entity is named by its version; only of a change is it of interest what it changes.
    whole = "title" in words and "status" in words
    small = {key: value for key, value in words.items() if not isinstance(value, dict | list)}
    shown = "" if whole or not small else compact(small)
    return shortened(" ".join(part for part in (*named, shown) if part))


def _first(payload: dict[str, Any]) -> list[tuple[str, int | None]]:
    return list(entities(payload).items())[:1]


def _answer(payload: dict[str, Any]) -> str:
    if payload["ok"]:
        return " ".join(("ok", *(_name(each) for each in _first(payload))))
    error = payload.get("error")
    code = error.get("code", "") if isinstance(error, dict) else compact(error)
    return shortened(f"refused {code}".strip())


def _name(entity: tuple[str, int | None]) -> str:
    identity, version = entity
    return identity if version is None else f"{identity} v{version}"


def compact(value: object) -> str:
    """A value in one short line; objects as `{status: done}`."""
    if isinstance(value, dict):
        inside = ", ".join(f"{key}: {_bare(each)}" for key, each in value.items())
        return shortened(f"{{{inside}}}")
    return shortened(json.dumps(value, ensure_ascii=False))


def _bare(value: object) -> str:
    if isinstance(value, str):
        return shortened(value, 40)
    if isinstance(value, dict | list):
        return "{…}" if isinstance(value, dict) else f"[{len(value)}]"
    return json.dumps(value)


def shortened(text: str, limit: int = _BRIEF_CHARS) -> str:
    """At most `limit` characters of a text."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
