"""What one accepted change did: the entities written, and the broadcasts that tell of it."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from mock_server.entities import Json, Task
from mock_server.events import ServerEvent


class Op(StrEnum):
    """What happened to an entity."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One entity written: `entity` is its kind (`task`), `version` the one it has now."""

    op: Op
    entity: str
    id: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """One event due to everybody in any of `rooms`, and to every socket of `users`; one copy per socket."""

    event: ServerEvent
    payload: Json
    rooms: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    version: int | None = None
    follows: bool = False
    """It tells of something that the change brought about; no answer says so, and its sender hears it too."""


@dataclass(slots=True)
class Change:
    """Collects what a change does, in order; `result` is the answer to the caller."""

    result: Any = None
    writes: list[Write] = field(default_factory=list)
    broadcasts: list[Broadcast] = field(default_factory=list)
    removed_members: list[tuple[str, str]] = field(default_factory=list)
    """(project id, user id) of everybody who lost access; they must hear nothing of this change."""
    without_version: bool = False
    """The caller named no version: accepted as last write."""


def project_room(project_id: str) -> str:
    return f"project:{project_id}"


def sprint_room(sprint_id: str) -> str:
    return f"sprint:{sprint_id}"


def task_rooms(*seen_as: Task) -> tuple[str, ...]:
    """Return where a task's events go: its project, and each sprint it was or is in."""
    sprints = (sprint_room(task.sprint_id) for task in seen_as if task.sprint_id)
    return tuple(dict.fromkeys([project_room(seen_as[0].project_id), *sprints]))
