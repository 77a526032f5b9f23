"""What each REST route does."""

import json
import re

from mock_server import inputs
from mock_server.commands import Command, accessible_project
from mock_server.entities import Json
from mock_server.errors import CallError, ErrorCode
from mock_server.models.devmentor import devmentor
from mock_server.rest.calls import Answer, Handler, RestCall
from mock_server.store.tables import invalid

_WHOLE = re.compile(r"[0-9]{1,15}")


def login(call: RestCall) -> Answer:
    asked = inputs.parse(inputs.Login, call.payload())
    person = call.world.tokens.login(asked.email, asked.password)
    return _signed_in(call, person.id, call.world.tokens.issue(person.id))


def refresh(call: RestCall) -> Answer:
    token = inputs.parse(inputs.Refresh, call.payload()).token or call.token
    if not token:
        raise CallError(ErrorCode.UNAUTHORIZED, "unauthorized")
    renewed = call.world.tokens.refresh(token)
    return _signed_in(call, call.world.tokens.verify(renewed).id, renewed)


def _signed_in(call: RestCall, user: str, token: str) -> Answer:
    return Answer(data={"token": token, "user": call.world.tokens.person(user)})


def list_projects(call: RestCall) -> Answer:
    seen = devmentor(call.world).tables.projects.values()
    mine = (each for each in seen if call.actor.anonymous or call.actor.id in each.members)
    return Answer(data=[project.wire() for project in mine])


def get_project(call: RestCall) -> Answer:
    return Answer(data=accessible_project(devmentor(call.world).tables, call.actor, call.params["id"]).wire())


def list_tasks(call: RestCall) -> Answer:
    """Return the tasks by column and place; `limit` and `cursor` page through them."""
    project = accessible_project(devmentor(call.world).tables, call.actor, call.params["id"])
    tasks: list[Json] = [task.wire() for task in devmentor(call.world).tables.tasks_of(project.id)]
    start, limit = whole_number(call, "cursor", 0), whole_number(call, "limit", len(tasks) or 1)
    end = start + max(limit, 1)
    return Answer(data=tasks[start:end], metadata={"cursor": str(end) if end < len(tasks) else None})


def get_task(call: RestCall) -> Answer:
    task = devmentor(call.world).tables.task(call.params["id"])
    accessible_project(devmentor(call.world).tables, call.actor, task.project_id)
    return Answer(data=task.wire())


def list_epics(call: RestCall) -> Answer:
    project = accessible_project(devmentor(call.world).tables, call.actor, call.params["id"])
    epics = (epic for epic in devmentor(call.world).tables.epics.values() if epic.project_id == project.id)
    return Answer(data=[epic.wire() for epic in epics])


def list_sprints(call: RestCall) -> Answer:
    project = accessible_project(devmentor(call.world).tables, call.actor, call.params["id"])
    sprints = (
        sprint for sprint in devmentor(call.world).tables.sprints.values() if sprint.project_id == project.id
    )
    return Answer(data=[sprint.wire() for sprint in sprints])


def health(call: RestCall) -> Answer:
    body = {"status": "healthy", "connections": len(call.world.connections)}
    return Answer(raw=json.dumps(body).encode())


def metrics(call: RestCall) -> Answer:
    return Answer(raw=call.world.metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")


def change(command: Command, *, parameter: str = "id", status: int = 200) -> Handler:
    """Return a handler that runs a command; the path's id goes into the payload as `parameter`."""

    def handler(call: RestCall) -> Answer:
        fixed: Json = {parameter: call.params["id"]} if "id" in call.params else {}
        if call.body is None and "version" in call.query:
            fixed["version"] = whole_number(call, "version", 0)  # a DELETE seldom has a body
        return Answer(
            data=devmentor(call.world).apply(command, call.actor, call.payload(**fixed)), status=status
        )

    return handler


def whole_number(call: RestCall, name: str, default: int) -> int:
    text = call.query.get(name)
    if text is None:
        return default
    if not _WHOLE.fullmatch(text):
        invalid(name, "a whole number is needed")
    return int(text)
