"""Creating and changing projects, and who belongs to them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from mock_server.entities import Project
from mock_server.events import ServerEvent
from mock_server.store.change import Broadcast, Change, Op, Write, project_room
from mock_server.store.tables import Tables, check_version

DEFAULT_STATUS = "active"


def create_project(
    tables: Tables, values: Mapping[str, Any], members: Iterable[str], *, mutation_id: str | None = None
) -> Change:
    """Add a project; `project:created` goes to every socket of its members, who are in no room of it yet."""
    project = Project(
        id=tables.new_id("p"),
        name=values["name"],
        description=values.get("description"),
        status=values.get("status", DEFAULT_STATUS),
        members=tuple(dict.fromkeys(members)),
        version=1,
    )
    tables.projects[project.id] = project
    change = Change(result=project.wire())
    change.writes.append(_write(Op.CREATED, project))
    payload = project.wire() if mutation_id is None else {**project.wire(), "clientMutationId": mutation_id}
    change.broadcasts.append(
        Broadcast(event=ServerEvent.PROJECT_CREATED, payload=payload, users=project.members, version=1)
    )
    return change


def update_project(
    tables: Tables,
    project_id: str,
    values: Mapping[str, Any],
    *,
    version: int | None = None,
    mutation_id: str | None = None,
) -> Change:
    """Apply `name`, `description`, `status`, `members`; raises CONFLICT for an old `version`."""
    before = tables.project(project_id)
    change = Change(result=before.wire(), without_version=check_version(before, version))
    given = {name: values[name] for name in ("name", "description", "status") if name in values}
    if "members" in values:
        given["members"] = tuple(dict.fromkeys(values["members"]))
    after = replace(before, **given)
    if after == before:
        return change
    after = replace(after, version=before.version + 1)
    tables.projects[project_id] = after
    change.result = after.wire()
    change.removed_members = [(project_id, user) for user in before.members if user not in after.members]
    change.writes.append(_write(Op.UPDATED, after))
    payload = after.wire() if mutation_id is None else {**after.wire(), "clientMutationId": mutation_id}
    rooms = (project_room(project_id),)
    change.broadcasts.append(
        Broadcast(event=ServerEvent.PROJECT_UPDATED, payload=payload, rooms=rooms, version=after.version)
    )
    return change


def set_member(tables: Tables, project_id: str, user: str, *, member: bool) -> Change:
    """Add or remove one member; a change of membership is a change of the project."""
    others = [each for each in tables.project(project_id).members if each != user]
    if member and user in tables.project(project_id).members:
        return Change(result=tables.project(project_id).wire())
    return update_project(tables, project_id, {"members": [*others, user] if member else others})


def _write(op: Op, project: Project) -> Write:
    return Write(op=op, entity="project", id=project.id, version=project.version)
