"""Creating, changing and deleting epics, and keeping their progress true."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from mock_server.entities import Epic, Json, Task
from mock_server.events import ServerEvent
from mock_server.scenario.model import TaskStatus
from mock_server.store.change import Broadcast, Change, Op, Write, project_room, task_rooms
from mock_server.store.tables import Tables, check_version

DEFAULT_STATUS = "active"


def create_epic(
    tables: Tables, project_id: str, values: Mapping[str, Any], *, mutation_id: str | None = None
) -> Change:
    """Add an epic without tasks (`title`; `description` and `status` if given)."""
    tables.project(project_id)
    given = {"status": DEFAULT_STATUS, **_editable(values)}
    epic = Epic(**given, id=tables.new_id("e"), project_id=project_id, progress=0, version=1)
    tables.epics[epic.id] = epic
    change = Change(result=epic.wire())
    change.writes.append(_write(Op.CREATED, epic))
    change.broadcasts.append(_told(ServerEvent.EPIC_CREATED, epic, epic.wire(), mutation_id))
    return change


def update_epic(
    tables: Tables,
    epic_id: str,
    values: Mapping[str, Any],
    *,
    version: int | None = None,
    mutation_id: str | None = None,
) -> Change:
    """Apply the given values; raises CONFLICT for an old `version`. No change, no broadcast."""
    before = tables.epic(epic_id)
    change = Change(result=before.wire(), without_version=check_version(before, version))
    after = replace(before, **_editable(values))
    if after == before:
        return change
    after = replace(after, version=before.version + 1)
    _store(tables, change, after, mutation_id)
    change.result = after.wire()
    return change


def delete_epic(
    tables: Tables, epic_id: str, *, version: int | None = None, mutation_id: str | None = None
) -> Change:
    """Delete an epic; its tasks leave it first, each with a version step and a `task:updated` of its own."""
    epic = tables.epic(epic_id)
    change = Change(without_version=check_version(epic, version))
    for task in list(tables.tasks_of_epic(epic_id)):
        _clear_epic(tables, change, task)
    del tables.epics[epic_id]
    gone = replace(epic, version=epic.version + 1)
    change.writes.append(_write(Op.DELETED, gone))
    change.result = {"id": gone.id, "projectId": gone.project_id, "version": gone.version}
    change.broadcasts.append(_told(ServerEvent.EPIC_DELETED, gone, dict(change.result), mutation_id))
    return change


def _clear_epic(tables: Tables, change: Change, task: Task) -> None:
    after = replace(task, epic_id=None, version=task.version + 1, updated_at=tables.timestamp())
    tables.tasks[task.id] = after
    change.writes.append(Write(op=Op.UPDATED, entity="task", id=after.id, version=after.version))
    told = Broadcast(
        event=ServerEvent.TASK_UPDATED,
        payload=after.wire(),
        rooms=task_rooms(after),
        version=after.version,
        follows=True,
    )
    change.broadcasts.append(told)


def progress_of(tables: Tables, epic_id: str) -> int:
    """Return the share of the epic's tasks that is done, in whole percent; 0 without tasks."""
    states = [task.status is TaskStatus.DONE for task in tables.tasks_of_epic(epic_id)]
    return round(100 * sum(states) / len(states)) if states else 0


def refresh_progress(tables: Tables, change: Change, epic_ids: Iterable[str | None]) -> None:
    """Work the progress of the named epics out again; one that changed gets a version and `epic:updated`."""
    for epic_id in dict.fromkeys(epic_ids):
        epic = tables.epics.get(epic_id) if epic_id else None
        if epic is None:
            continue
        progress = progress_of(tables, epic.id)
        if progress != epic.progress:
            after = replace(epic, progress=progress, version=epic.version + 1)
            _store(tables, change, after, None, follows=True)


def _editable(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in ("title", "description", "status") if name in values}


def _store(
    tables: Tables, change: Change, epic: Epic, mutation_id: str | None, *, follows: bool = False
) -> None:
    tables.epics[epic.id] = epic
    change.writes.append(_write(Op.UPDATED, epic))
    told = _told(ServerEvent.EPIC_UPDATED, epic, epic.wire(), mutation_id)
    change.broadcasts.append(replace(told, follows=follows))


def _told(event: ServerEvent, epic: Epic, payload: Json, mutation_id: str | None) -> Broadcast:
    if mutation_id is not None:
        payload = {**payload, "clientMutationId": mutation_id}
    return Broadcast(
        event=event, payload=payload, rooms=(project_room(epic.project_id),), version=epic.version
    )


def _write(op: Op, epic: Epic) -> Write:
    return Write(op=op, entity="epic", id=epic.id, version=epic.version)
