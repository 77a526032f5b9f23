"""Creating, changing, moving and deleting tasks, with the epic progress that follows from it.

One rule for places: `position` on the wire *is* the number that orders the cards of a column, lowest on top.
A caller gives a `position` of its own (the middle between two neighbours, say), or an `index` from 0 in the
target column from which the store works out a position, or neither: then a changed status appends at the end.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mock_server.entities import Json, Task
from mock_server.events import ServerEvent
from mock_server.scenario.model import Priority, TaskStatus
from mock_server.store.change import Broadcast, Change, Op, Write, task_rooms
from mock_server.store.epics import refresh_progress
from mock_server.store.ordering import is_strictly_rising, position_at, position_last
from mock_server.store.tables import Tables, check_version, invalid

_FIELDS = {
    "title": "title",
    "description": "description",
    "priority": "priority",
    "assignee": "assignee",
    "dueDate": "due_date",
    "sprintId": "sprint_id",
    "epicId": "epic_id",
}
"""Wire name -> attribute of the fields that are neither column nor place."""


def create_task(
    tables: Tables, project_id: str, values: Mapping[str, Any], *, mutation_id: str | None = None
) -> Change:
    """Add a task (wire-named `values`; status `todo`, priority `P2`, last in its column unless given)."""
    tables.project(project_id)
    _check_links(tables, project_id, values)
    status = values.get("status", TaskStatus.TODO)
    change = Change()
    position = _place(tables, change, project_id, status, values, task_id=None)
    now = tables.timestamp()
    given = {_FIELDS[name]: value for name, value in values.items() if name in _FIELDS}
    task = Task(
        **{"priority": Priority.P2, **given},
        id=tables.new_id("t"),
        project_id=project_id,
        status=status,
        position=position,
        version=1,
        created_at=now,
        updated_at=now,
    )
    tables.tasks[task.id] = task
    change.writes.append(_write(Op.CREATED, task))
    change.broadcasts.append(_told(ServerEvent.TASK_CREATED, task, _marked(task.wire(), mutation_id)))
    refresh_progress(tables, change, [task.epic_id])
    change.result = task.wire()
    return change


def update_task(
    tables: Tables,
    task_id: str,
    values: Mapping[str, Any],
    *,
    version: int | None = None,
    mutation_id: str | None = None,
) -> Change:
    """Apply the given wire-named `values`; raises CONFLICT when `version` is not the current one.

    One version step, whatever changes. A changed column or place is told as `task:status_changed`, other
    fields as `task:updated`, both in this order when both changed. Values equal to the present ones change
    nothing: no version, no broadcast.
    """
    before = tables.task(task_id)
    change = Change(without_version=check_version(before, version))
    _check_links(tables, before.project_id, values)
    status = values.get("status", before.status)
    position = before.position
    if status != before.status or "position" in values or "index" in values:
        position = _place(tables, change, before.project_id, status, values, task_id=task_id)
    fields = {_FIELDS[name]: value for name, value in values.items() if name in _FIELDS}
    edited = replace(before, **fields)
    after = replace(edited, status=status, position=position)
    change.result = before.wire()
    if after == before:
        return change
    after = replace(after, version=before.version + 1, updated_at=tables.timestamp())
    tables.tasks[task_id] = after
    change.writes.append(_write(Op.UPDATED, after))
    if (status, position) != (before.status, before.position):
        payload = {"task": after.wire(), "from": before.status.value, "to": after.status.value}
        told = _told(ServerEvent.TASK_STATUS_CHANGED, after, _marked(payload, mutation_id), before)
        change.broadcasts.append(told)
    if edited != before:
        payload = _marked(after.wire(), mutation_id)
        change.broadcasts.append(_told(ServerEvent.TASK_UPDATED, after, payload, before))
    refresh_progress(tables, change, [before.epic_id, after.epic_id])
    change.result = after.wire()
    return change


def delete_task(
    tables: Tables, task_id: str, *, version: int | None = None, mutation_id: str | None = None
) -> Change:
    """Delete a task; the deletion is a version step of its own, so a late update can be told from it."""
    task = tables.task(task_id)
    change = Change(without_version=check_version(task, version))
    del tables.tasks[task_id]
    gone = replace(task, version=task.version + 1)
    change.writes.append(_write(Op.DELETED, gone))
    change.result = {"id": gone.id, "projectId": gone.project_id, "version": gone.version}
    payload = _marked(change.result, mutation_id)
    change.broadcasts.append(_told(ServerEvent.TASK_DELETED, gone, payload))
    refresh_progress(tables, change, [task.epic_id])
    return change


def _place(
    tables: Tables,
    change: Change,
    project_id: str,
    status: TaskStatus,
    values: Mapping[str, Any],
    *,
    task_id: str | None,
) -> float:
    """Return the position asked for by `position` or `index`, else the one after the last card."""
    if "position" in values:
        return float(values["position"])
    others = [card.position for card in tables.column(project_id, status, without=task_id)]
    if "index" not in values:
        return position_last(others)
    column = tables.column(project_id, status)
    place: int = min(values["index"], len(others))
    if place < len(column) and column[place].id == task_id:
        return column[place].position  # it is there already
    position = position_at(others, values["index"]) if is_strictly_rising(others) else None
    if position is None:
        _renumber(tables, change, project_id, status, task_id)
        others = [card.position for card in tables.column(project_id, status, without=task_id)]
        position = position_at(others, values["index"])
        assert position is not None  # whole numbers one apart always have a middle
    return position


def _renumber(
    tables: Tables, change: Change, project_id: str, status: TaskStatus, task_id: str | None
) -> None:
    """Give a column whole-numbered positions again; each card that changes says so, as for any other move."""
    for index, card in enumerate(tables.column(project_id, status, without=task_id)):
        if card.position == index:
            continue
        after = replace(card, position=float(index), version=card.version + 1, updated_at=tables.timestamp())
        tables.tasks[card.id] = after
        change.writes.append(_write(Op.UPDATED, after))
        payload: Json = {"task": after.wire(), "from": status.value, "to": status.value}
        change.broadcasts.append(_told(ServerEvent.TASK_STATUS_CHANGED, after, payload))


def _check_links(tables: Tables, project_id: str, values: Mapping[str, Any]) -> None:
    for name, table in (("sprintId", tables.sprints), ("epicId", tables.epics)):
        link = values.get(name)
        if link is not None and (link not in table or table[link].project_id != project_id):
            invalid(name, f"no such {name.removesuffix('Id')} in project {project_id}: {link}")


def _told(event: ServerEvent, task: Task, payload: Json, before: Task | None = None) -> Broadcast:
    rooms = task_rooms(task) if before is None else task_rooms(before, task)
    return Broadcast(event=event, payload=payload, rooms=rooms, version=task.version)


def _marked(payload: Json, mutation_id: str | None) -> Json:
    return payload if mutation_id is None else {**payload, "clientMutationId": mutation_id}


def _write(op: Op, task: Task) -> Write:
    return Write(op=op, entity="task", id=task.id, version=task.version)
