"""What an event's payload says about an entity, as far as anybody may rely on what a payload says."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.journal.boards import whole_number

JOINS = {"join:project": "project", "join:sprint": "sprint"}
LEAVES = {"leave:project": "project", "leave:sprint": "sprint"}
NOTIFICATION = "system:notification"
_KINDS = ("task", "epic", "sprint", "project")
_STATUSES = ("todo", "in_progress", "done")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The entity an event is about. What the payload did not say, or said wrongly, is None."""

    kind: str
    id: str
    deleted: bool = False
    version: int | None = None
    project: str | None = None
    status: str | None = None
    title: str | None = None
    sprint: str | None = None
    mutation: str | None = None
    #: All that a card shows of it is there, and of the right form.
    whole: bool = False


def subject_of(event: str, payload: Any) -> Subject | None:
    """Whom `event` is about; None for events about no entity and for payloads that name none."""
    kind, _, what = event.partition(":")
    if kind not in _KINDS or not isinstance(payload, Mapping):
        return None
    nested = payload.get(kind)
    fields = nested if what == "status_changed" and isinstance(nested, Mapping) else payload
    mutation = payload.get("clientMutationId", fields.get("clientMutationId"))
    return _subject(kind, fields, deleted=what == "deleted", mutation=mutation)


def task_of(raw: Any) -> Subject | None:
    """The task that `raw` (an item of a list, the data of an answer) describes; None when it does not."""
    return _subject("task", raw, deleted=False, mutation=None) if isinstance(raw, Mapping) else None


def _subject(kind: str, fields: Mapping[str, Any], *, deleted: bool, mutation: Any) -> Subject | None:
    identity = fields.get("id", fields.get("taskId"))
    if not isinstance(identity, str) or not identity:
        return None
    title, status = _text(fields, "title") or _text(fields, "name"), _text(fields, "status")
    version = whole_number(fields.get("version"))
    project = identity if kind == "project" else _text(fields, "projectId")
    known = kind != "task" or status in _STATUSES
    whole = known and bool(title) and version is not None and project is not None
    return Subject(
        kind=kind,
        id=identity,
        deleted=deleted,
        version=version,
        project=project,
        status=status if known else None,
        title=title,
        sprint=_text(fields, "sprintId"),
        mutation=mutation if isinstance(mutation, str) else None,
        whole=whole,
    )


def room_of(event: str, payload: Any) -> str | None:
    """The room that a join or leave event names (`project:atlas`); None for other events."""
    kind = JOINS.get(event) or LEAVES.get(event)
    named = payload.get("id") if isinstance(payload, Mapping) else payload
    return f"{kind}:{named}" if kind and isinstance(named, str) else None


def first(args: Any) -> Any:
    """The payload among an event's arguments, which the journal has as a list; anything else is itself."""
    if isinstance(args, Sequence) and not isinstance(args, str):
        return args[0] if args else None
    return args


def canonical(payload: Any) -> str:
    """The same text for payloads that mean the same, whatever wrote them."""
    return json.dumps(_plain(payload), sort_keys=True, ensure_ascii=False, default=str)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _text(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) else None
