"""The table of REST calls, and what each does."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from deploy.gateway.sockets import Shared
from mock_server import inputs
from mock_server.auth import Actor
from mock_server.commands import Command
from mock_server.entities import Json
from mock_server.errors import CallError, ErrorCode
from mock_server.store.tables import invalid

_WHOLE = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call. `actor` is None only where nobody needs to be signed in."""

    shared: Shared
    params: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    token: str | None
    actor: Actor | None = None

    @property
    def who(self) -> Actor:
        assert self.actor is not None, "routes that ask for it need a token"
        return self.actor

    def payload(self, **fixed: Any) -> Any:
        """Return the body with `fixed` laid over it; a body that is no object comes back as it is."""
        if self.body is None:
            return fixed
        return {**self.body, **fixed} if isinstance(self.body, dict) else self.body

    def whole_number(self, name: str, default: int) -> int:
        text = self.query.get(name)
        if text is None:
            return default
        if not _WHOLE.fullmatch(text):
            invalid(name, "a whole number is needed")
        return int(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes into the envelope."""

    data: Any
    metadata: Json = field(default_factory=dict)


Handler = Callable[[Call], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: str
    handler: Handler
    status: int = 200
    needs_token: bool = True


async def _login(call: Call) -> Answer:
    asked = inputs.parse(inputs.Login, call.payload())
    person = call.shared.tokens.login(asked.email, asked.password)
    return _session(call, person.id, call.shared.tokens.issue(person.id))


async def _refresh(call: Call) -> Answer:
    token = inputs.parse(inputs.Refresh, call.payload()).token or call.token
    if not token:
        raise CallError(ErrorCode.UNAUTHORIZED, "unauthorized")
    renewed = call.shared.tokens.refresh(token)
    return _session(call, call.shared.tokens.verify(renewed).id, renewed)


def _session(call: Call, user: str, token: str) -> Answer:
    return Answer(data={"token": token, "user": call.shared.tokens.person(user)})


async def _projects(call: Call) -> Answer:
    return Answer(data=await call.shared.board.projects(call.who))


async def _project(call: Call) -> Answer:
    _, project = await call.shared.board.seen(call.who, call.params["id"])
    return Answer(data=project.wire())


async def _delete_project(call: Call) -> Answer:
    return Answer(data=await call.shared.board.delete_project(call.who, call.params["id"]))


async def _tasks(call: Call) -> Answer:
    """Return the tasks by column and place; `limit` and `cursor` page through them."""
    tables, project = await call.shared.board.seen(call.who, call.params["id"])
    tasks = [task.wire() for task in tables.tasks_of(project.id)]
    start, limit = call.whole_number("cursor", 0), call.whole_number("limit", len(tasks) or 1)
    end = start + max(limit, 1)
    return Answer(data=tasks[start:end], metadata={"cursor": str(end) if end < len(tasks) else None})


async def _task(call: Call) -> Answer:
    return Answer(data=await call.shared.board.task(call.who, call.params["id"]))


async def _epics(call: Call) -> Answer:
    tables, _ = await call.shared.board.seen(call.who, call.params["id"])
    return Answer(data=[epic.wire() for epic in tables.epics.values()])


async def _sprints(call: Call) -> Answer:
    tables, _ = await call.shared.board.seen(call.who, call.params["id"])
    return Answer(data=[sprint.wire() for sprint in tables.sprints.values()])


def _change(command: Command, parameter: str = "id") -> Handler:
    """Return a handler that runs a command; the path's id goes into the payload as `parameter`."""

    async def handler(call: Call) -> Answer:
        fixed: Json = {parameter: call.params["id"]} if "id" in call.params else {}
        if call.body is None and "version" in call.query:
            fixed["version"] = call.whole_number("version", 0)  # a DELETE seldom has a body
        return Answer(data=await call.shared.board.apply(command, call.who, call.payload(**fixed)))

    return handler


_PROJECT, _TASK, _EPIC, _SPRINT = (
    f"/api/{kind}/{{id}}" for kind in ("projects", "tasks", "epics", "sprints")
)

ROUTES = (
    Route("POST", "/api/auth/login", _login, needs_token=False),
    Route("POST", "/api/auth/refresh", _refresh, needs_token=False),
    Route("GET", "/api/projects", _projects),
    Route("POST", "/api/projects", _change(Command.PROJECT_CREATE), 201),
    Route("GET", _PROJECT, _project),
    Route("PATCH", _PROJECT, _change(Command.PROJECT_UPDATE)),
    Route("DELETE", _PROJECT, _delete_project),
    Route("GET", f"{_PROJECT}/tasks", _tasks),
    Route("POST", f"{_PROJECT}/tasks", _change(Command.TASK_CREATE, "projectId"), 201),
    Route("GET", f"{_PROJECT}/epics", _epics),
    Route("POST", f"{_PROJECT}/epics", _change(Command.EPIC_CREATE, "projectId"), 201),
    Route("GET", f"{_PROJECT}/sprints", _sprints),
    Route("POST", f"{_PROJECT}/sprints", _change(Command.SPRINT_CREATE, "projectId"), 201),
    Route("GET", _TASK, _task),
    Route("PATCH", _TASK, _change(Command.TASK_UPDATE)),
    Route("DELETE", _TASK, _change(Command.TASK_DELETE)),
    Route("PATCH", f"{_TASK}/status", _change(Command.TASK_MOVE)),
    Route("PUT", f"{_TASK}/status", _change(Command.TASK_MOVE)),
    Route("POST", f"{_TASK}/move", _change(Command.TASK_MOVE)),
    Route("PATCH", _EPIC, _change(Command.EPIC_UPDATE)),
    Route("DELETE", _EPIC, _change(Command.EPIC_DELETE)),
    Route("POST", f"{_SPRINT}/start", _change(Command.SPRINT_START)),
    Route("POST", f"{_SPRINT}/complete", _change(Command.SPRINT_COMPLETE)),
)
