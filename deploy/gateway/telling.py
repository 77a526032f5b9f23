"""What is told of a change, and to which rooms.

A room of the contract (`project:atlas`) is one room for each member here (`project:atlas@bob`): who is
removed is out at once on every node, and no node needs to know who is connected to which.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mock_server.entities import Json, Project
from mock_server.store.change import Change, project_room, sprint_room

PROJECT_DELETED = "project:deleted"


@dataclass(frozen=True, slots=True)
class Emit:
    """An event to everybody in any of the rooms, one copy for each socket."""

    event: str
    payload: Json
    rooms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Close:
    """A room that everybody is put out of."""

    room: str


Telling = Emit | Close


def seat(room: str, user: str) -> str:
    """Return the room that `user`'s sockets are in when they are in `room`."""
    return f"{room}@{user}"


def personal(user: str) -> str:
    """Return the room that all sockets of `user` are in."""
    return f"user:{user}"


def tellings(change: Change, members: Sequence[str], sprint_ids: Iterable[str]) -> list[Telling]:
    """Return what is due after a change of a project with these members and sprints, in order."""
    told: list[Telling] = []
    for project_id, removed in change.removed_members:
        told += [Close(seat(room, removed)) for room in _rooms(project_id, sprint_ids)]
    for each in change.broadcasts:
        rooms = [seat(room, member) for room in each.rooms for member in members]
        rooms += [personal(user) for user in each.users]
        if rooms:
            told.append(Emit(each.event.value, each.payload, tuple(rooms)))
    return told


def farewell(project: Project, sprint_ids: Iterable[str]) -> list[Telling]:
    """Return what is due when a project is deleted: who is in its room hears of it, then the rooms close."""
    seats = [seat(project_room(project.id), member) for member in project.members]
    if not seats:
        return []
    gone = {"id": project.id, "projectId": project.id, "version": project.version + 1}
    rooms = _rooms(project.id, sprint_ids)
    closed = [Close(seat(room, member)) for member in project.members for room in rooms]
    return [Emit(PROJECT_DELETED, gone, tuple(seats)), *closed]


def _rooms(project_id: str, sprint_ids: Iterable[str]) -> list[str]:
    return [project_room(project_id), *map(sprint_room, sprint_ids)]
