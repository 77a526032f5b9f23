"""Everything that can be asked of the node, the same for a REST call and a socket event."""

from collections.abc import Awaitable, Callable
from typing import Any

from deploy.gateway.store import Step, Store
from deploy.gateway.telling import Telling, farewell, tellings
from mock_server import inputs
from mock_server.auth import Actor
from mock_server.commands import Call, Command, accessible_project, execute
from mock_server.entities import Json, Project
from mock_server.events import ClientEvent
from mock_server.store.change import project_room, sprint_room
from mock_server.store.tables import Tables

_IN_PROJECT = {Command.TASK_CREATE, Command.EPIC_CREATE, Command.SPRINT_CREATE}
_OF_PROJECT = {Command.PROJECT_UPDATE}
_NAMES = {"task": "taskId", "epic": "epicId", "sprint": "sprintId", "project": "projectId"}

Tell = Callable[[list[Telling]], Awaitable[None]]


class Board:
    """The contract's rules over the shared store. Methods raise CallError."""

    def __init__(self, store: Store, people: frozenset[str], tell: Tell) -> None:
        """`tell` is called with what is told of each change, once that is in the store."""
        self._store = store
        self._people = people
        self._tell = tell

    # -- changes ---------------------------------------------------------------------------------------------

    async def apply(self, command: Command, actor: Actor, payload: Any) -> Any:
        """Carry a command out and tell everybody; returns the answer."""

        def run(tables: Tables) -> Step:
            call = Call(tables=tables, actor=actor, payload=payload, people=self._people)
            change = execute(command, call)
            members = [member for project in tables.projects.values() for member in project.members]
            told = tellings(change, members, tables.sprints)
            return Step(result=change.result, told=told, wrote=bool(change.writes))

        return await self._changed(await self._project_of(command, payload), run)

    async def delete_project(self, actor: Actor, project_id: str) -> Json:
        """Remove a project with all in it; any member may."""

        def run(tables: Tables) -> Step:
            project = accessible_project(tables, actor, project_id)
            told = farewell(project, list(tables.sprints))
            del tables.projects[project_id]
            return Step(result={"id": project.id, "version": project.version + 1}, told=told)

        return dict(await self._changed(project_id, run))

    async def _changed(self, project_id: str | None, run: Callable[[Tables], Step]) -> Any:
        step = await self._store.change(project_id, run)
        await self._tell(step.told)
        return step.result

    async def _project_of(self, command: Command, payload: Any) -> str | None:
        """Return the project that a command is about; None: it is none that can be found, or a new one."""
        given = payload if isinstance(payload, dict) else {"id": payload}
        if command is Command.PROJECT_CREATE:
            return None
        if command in _IN_PROJECT:
            return _text(given.get("projectId"))
        name = _text(given.get("id", given.get(_NAMES[command.value.partition(":")[0]])))
        if name is None or command in _OF_PROJECT:
            return name
        return await self._store.owner(name)

    # -- rooms -----------------------------------------------------------------------------------------------

    async def room(self, event: ClientEvent, actor: Actor, payload: Any) -> str:
        """Return the room that a join or leave names; raises FORBIDDEN for a join by one who is no member."""
        given = {"id": payload} if isinstance(payload, str) else payload
        if event in (ClientEvent.JOIN_PROJECT, ClientEvent.LEAVE_PROJECT):
            project_id = inputs.parse(inputs.ProjectRef, given).id
            room = project_room(project_id)
            tables = await self._store.tables(project_id)
        else:
            sprint_id = inputs.parse(inputs.SprintRef, given).id
            tables = await self._store.tables(await self._store.owner(sprint_id))
            project_id = tables.sprint(sprint_id).project_id
            room = sprint_room(sprint_id)
        if event in (ClientEvent.JOIN_PROJECT, ClientEvent.JOIN_SPRINT):
            accessible_project(tables, actor, project_id)
        return room

    # -- reading ---------------------------------------------------------------------------------------------

    async def projects(self, actor: Actor) -> list[Json]:
        """Return the projects that somebody is a member of."""
        documents = await self._store.documents()
        return [each.project.wire() for each in documents if actor.id in each.project.members]

    async def seen(self, actor: Actor, project_id: str) -> tuple[Tables, Project]:
        """Return a project's tables and the project itself; raises NOT_FOUND, FORBIDDEN."""
        tables = await self._store.tables(project_id)
        return tables, accessible_project(tables, actor, project_id)

    async def task(self, actor: Actor, task_id: str) -> Json:
        tables = await self._store.tables(await self._store.owner(task_id))
        task = tables.task(task_id)
        accessible_project(tables, actor, task.project_id)
        return task.wire()


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
