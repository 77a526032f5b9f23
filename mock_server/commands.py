"""Everything a caller can have changed: one function each, the same for a REST call and a socket event."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mock_server import inputs
from mock_server.auth import Actor
from mock_server.entities import Json, Project
from mock_server.errors import CallError, ErrorCode
from mock_server.events import ClientEvent
from mock_server.scenario.model import Role, SprintStatus
from mock_server.store import epics, projects, sprints, tasks
from mock_server.store.change import Change
from mock_server.store.tables import Tables, invalid

_NOT_CHANGES = {"id", "projectId", "version", "clientMutationId", "createdAt", "updatedAt", "progress"}


class Command(StrEnum):
    """What can be asked for. Those that a socket event asks for carry that event's name."""

    TASK_CREATE = ClientEvent.TASK_CREATE
    TASK_UPDATE = ClientEvent.TASK_UPDATE
    TASK_DELETE = ClientEvent.TASK_DELETE
    TASK_MOVE = "task:move"
    EPIC_CREATE = ClientEvent.EPIC_CREATE
    EPIC_UPDATE = ClientEvent.EPIC_UPDATE
    EPIC_DELETE = ClientEvent.EPIC_DELETE
    PROJECT_CREATE = "project:create"
    PROJECT_UPDATE = ClientEvent.PROJECT_UPDATE
    SPRINT_CREATE = "sprint:create"
    SPRINT_START = ClientEvent.SPRINT_START
    SPRINT_COMPLETE = ClientEvent.SPRINT_COMPLETE


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request for a change: whose, on what, with which (not yet validated) payload."""

    tables: Tables
    actor: Actor
    payload: Any
    people: frozenset[str]


def execute(command: Command, call: Call) -> Change:
    """Carry a command out; raises INVALID_INPUT, NOT_FOUND, FORBIDDEN, CONFLICT, and then nothing changed."""
    return _COMMANDS[command](call)


def accessible_project(tables: Tables, actor: Actor, project_id: str) -> Project:
    """Return a project that `actor` may see; raises NOT_FOUND or FORBIDDEN."""
    project = tables.project(project_id)
    if not actor.anonymous and actor.id not in project.members:
        raise CallError(ErrorCode.FORBIDDEN, f"{actor.id} is not a member of project {project_id}")
    return project


def _task_create(call: Call) -> Change:
    asked = inputs.parse(inputs.TaskCreate, call.payload)
    accessible_project(call.tables, call.actor, asked.project_id)
    return tasks.create_task(
        call.tables, asked.project_id, _changes(asked.given()), mutation_id=asked.mutation_id
    )


def _task_update(call: Call) -> Change:
    asked = inputs.parse(inputs.TaskUpdate, call.payload)
    _accessible_task(call, asked.id, asked.project_id)
    return tasks.update_task(
        call.tables,
        asked.id,
        _changes(asked.given()),
        version=asked.version,
        mutation_id=asked.mutation_id,
    )


def _task_move(call: Call) -> Change:
    asked = inputs.parse(inputs.TaskMove, call.payload)
    _accessible_task(call, asked.id, None)
    return tasks.update_task(
        call.tables,
        asked.id,
        _changes(asked.given()),
        version=asked.version,
        mutation_id=asked.mutation_id,
    )


def _task_delete(call: Call) -> Change:
    asked = inputs.parse(inputs.TaskDelete, call.payload)
    _accessible_task(call, asked.id, asked.project_id)
    return tasks.delete_task(call.tables, asked.id, version=asked.version, mutation_id=asked.mutation_id)


def _accessible_task(call: Call, task_id: str, project_id: str | None) -> None:
    task = call.tables.task(task_id)
    accessible_project(call.tables, call.actor, task.project_id)
    _check_same_project(project_id, task.project_id)


def _epic_create(call: Call) -> Change:
    asked = inputs.parse(inputs.EpicCreate, call.payload)
    accessible_project(call.tables, call.actor, asked.project_id)
    return epics.create_epic(
        call.tables, asked.project_id, _changes(asked.given()), mutation_id=asked.mutation_id
    )


def _epic_update(call: Call) -> Change:
    asked = inputs.parse(inputs.EpicUpdate, call.payload)
    _accessible_epic(call, asked.id, asked.project_id)
    return epics.update_epic(
        call.tables,
        asked.id,
        _changes(asked.given()),
        version=asked.version,
        mutation_id=asked.mutation_id,
    )


def _epic_delete(call: Call) -> Change:
    asked = inputs.parse(inputs.EpicDelete, call.payload)
    _accessible_epic(call, asked.id, asked.project_id)
    return epics.delete_epic(call.tables, asked.id, version=asked.version, mutation_id=asked.mutation_id)


def _accessible_epic(call: Call, epic_id: str, project_id: str | None) -> None:
    epic = call.tables.epic(epic_id)
    accessible_project(call.tables, call.actor, epic.project_id)
    _check_same_project(project_id, epic.project_id)


def _project_create(call: Call) -> Change:
    asked = inputs.parse(inputs.ProjectCreate, call.payload)
    _check_people(call, asked.members)
    creator = () if call.actor.anonymous else (call.actor.id,)
    return projects.create_project(
        call.tables,
        _changes(asked.given()),
        (*creator, *asked.members),
        mutation_id=asked.mutation_id,
    )


def _project_update(call: Call) -> Change:
    asked = inputs.parse(inputs.ProjectUpdate, call.payload)
    project = accessible_project(call.tables, call.actor, asked.id)
    changes = _changes(asked.given())
    if set(changes.get("members", project.members)) != set(project.members):
        _check_people(call, asked.members)
        if call.actor.role is not Role.ADMIN:
            raise CallError(ErrorCode.FORBIDDEN, "only an admin may change the members")
    return projects.update_project(
        call.tables, asked.id, changes, version=asked.version, mutation_id=asked.mutation_id
    )


def _check_people(call: Call, members: tuple[str, ...]) -> None:
    unknown = [member for member in members if member not in call.people]
    if unknown and not call.actor.anonymous:
        invalid("members", f"no such person: {', '.join(unknown)}")


def _sprint_create(call: Call) -> Change:
    asked = inputs.parse(inputs.SprintCreate, call.payload)
    accessible_project(call.tables, call.actor, asked.project_id)
    return sprints.create_sprint(call.tables, asked.project_id, {"name": asked.name})


def _sprint_step(to: SprintStatus) -> Callable[[Call], Change]:
    def step(call: Call) -> Change:
        # A bare id is enough: there is nothing else to say.
        payload = {"id": call.payload} if isinstance(call.payload, str) else call.payload
        asked = inputs.parse(inputs.SprintStep, payload)
        sprint = call.tables.sprint(asked.id)
        accessible_project(call.tables, call.actor, sprint.project_id)
        _check_same_project(asked.project_id, sprint.project_id)
        return sprints.advance_sprint(
            call.tables, asked.id, to, version=asked.version, mutation_id=asked.mutation_id
        )

    return step


def _changes(given: Json) -> Json:
    return {name: value for name, value in given.items() if name not in _NOT_CHANGES}


def _check_same_project(named: str | None, actual: str) -> None:
    if named is not None and named != actual:
        invalid("projectId", f"belongs to project {actual}; moving between projects is not possible")


_COMMANDS: Mapping[Command, Callable[[Call], Change]] = {
    Command.TASK_CREATE: _task_create,
    Command.TASK_UPDATE: _task_update,
    Command.TASK_DELETE: _task_delete,
    Command.TASK_MOVE: _task_move,
    Command.EPIC_CREATE: _epic_create,
    Command.EPIC_UPDATE: _epic_update,
    Command.EPIC_DELETE: _epic_delete,
    Command.PROJECT_CREATE: _project_create,
    Command.PROJECT_UPDATE: _project_update,
    Command.SPRINT_CREATE: _sprint_create,
    Command.SPRINT_START: _sprint_step(SprintStatus.STARTED),
    Command.SPRINT_COMPLETE: _sprint_step(SprintStatus.COMPLETED),
}
