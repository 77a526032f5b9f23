"""Creating, starting and completing sprints."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mock_server.entities import Sprint
from mock_server.errors import CallError, ErrorCode
from mock_server.events import ServerEvent
from mock_server.scenario.model import SprintStatus
from mock_server.store.change import Broadcast, Change, Op, Write, project_room, sprint_room
from mock_server.store.tables import Tables, check_version

_STEPS = {
    SprintStatus.STARTED: (SprintStatus.PLANNED, ServerEvent.SPRINT_STARTED),
    SprintStatus.COMPLETED: (SprintStatus.STARTED, ServerEvent.SPRINT_COMPLETED),
}
"""New status -> the one it must come from, and the event that tells of it."""


def create_sprint(tables: Tables, project_id: str, values: Mapping[str, Any]) -> Change:
    """Add a planned sprint; the contract has no broadcast for it, others learn of it when they load."""
    tables.project(project_id)
    sprint = Sprint(
        id=tables.new_id("s"),
        project_id=project_id,
        name=values["name"],
        status=SprintStatus.PLANNED,
        version=1,
    )
    tables.sprints[sprint.id] = sprint
    return Change(result=sprint.wire(), writes=[_write(Op.CREATED, sprint)])


def advance_sprint(
    tables: Tables,
    sprint_id: str,
    to: SprintStatus,
    *,
    version: int | None = None,
    mutation_id: str | None = None,
) -> Change:
    """Start or complete a sprint; raises CONFLICT in any other status, or for an old `version`."""
    before = tables.sprint(sprint_id)
    needed, event = _STEPS[to]
    without_version = check_version(before, version)
    if before.status is not needed:
        message = f"a {before.status.value} sprint cannot become {to.value}"
        raise CallError(ErrorCode.CONFLICT, message, details=before.wire())
    after = replace(before, status=to, version=before.version + 1)
    tables.sprints[sprint_id] = after
    change = Change(result=after.wire(), without_version=without_version)
    change.writes.append(_write(Op.UPDATED, after))
    payload = after.wire() if mutation_id is None else {**after.wire(), "clientMutationId": mutation_id}
    rooms = (project_room(after.project_id), sprint_room(after.id))
    change.broadcasts.append(Broadcast(event=event, payload=payload, rooms=rooms, version=after.version))
    return change


def _write(op: Op, sprint: Sprint) -> Write:
    return Write(op=op, entity="sprint", id=sprint.id, version=sprint.version)
