"""The DevMentor model: projects, epics, sprints and tasks, as the contract has them."""

import time
from collections.abc import Callable, Collection
from typing import Any

from mock_server import inputs
from mock_server.answering import Due
from mock_server.auth import Actor
from mock_server.commands import Call, Command, accessible_project, execute
from mock_server.connections import Audience, Connection, without_echo
from mock_server.entities import Json
from mock_server.envelope import ack_failure, ack_success
from mock_server.errors import CallError
from mock_server.events import ClientEvent
from mock_server.journal import Kind
from mock_server.models.model import Received
from mock_server.scenario.model import Answer, Unscripted
from mock_server.script import Plan
from mock_server.store.change import Change, project_room, sprint_room
from mock_server.store.projects import set_member
from mock_server.store.seed import tables_of
from mock_server.store.tables import Tables
from mock_server.wire.socketio_packets import DEFAULT_NAMESPACE
from mock_server.world import World

UNSCRIPTED = "UNSCRIPTED"

_COMMANDS: dict[str, Command] = {
    command.value: command for command in Command if command.value in {event.value for event in ClientEvent}
}
_JOINS = (ClientEvent.JOIN_PROJECT, ClientEvent.JOIN_SPRINT)
_LEAVES = (ClientEvent.LEAVE_PROJECT, ClientEvent.LEAVE_SPRINT)


class DevMentor:
    """One versioned store behind REST calls and socket events. Implements `models.model.Model`."""

    namespaces: Collection[str] = (DEFAULT_NAMESPACE,)

    def __init__(self, world: World) -> None:
        self._world = world
        self.tables: Tables = tables_of(world.scenario, time.time)

    def kept_of(self, auth: Json) -> Json | None:
        return None

    def named(self, connection: Connection) -> Json:
        return {}

    # -- changes ---------------------------------------------------------------------------------------------

    def apply(self, command: Command, actor: Actor, payload: Any, *, sender_sid: str | None = None) -> Any:
        """Carry a command out and tell everybody; returns the answer. On CallError nothing happened.

        A REST call (no `sender_sid`) and a socket event come through here alike.
        """
        people = frozenset(self._world.scenario.people)
        change = execute(command, Call(tables=self.tables, actor=actor, payload=payload, people=people))
        self._publish(change, actor.id, sender_sid)
        return change.result

    def set_member(self, project_id: str, user: str, *, member: bool) -> Json:
        change = set_member(self.tables, project_id, user, member=member)
        self._publish(change)
        return dict(change.result)

    def snapshot(self) -> Json:
        return dict(self.tables.snapshot())

    def _publish(self, change: Change, user: str | None = None, sender_sid: str | None = None) -> None:
        """Tell of a change that is in the store: journal it, put out who lost access, broadcast."""
        world = self._world
        for write in change.writes:
            more = {"without_version": True} if change.without_version else {}
            world.journal.append(
                Kind.STORE, op=write.op.value, entity=write.entity, id=write.id, version=write.version, **more
            )
        for project_id, removed in change.removed_members:
            self._evict(project_id, removed)
        for each in change.broadcasts:
            due = Audience(rooms=frozenset(each.rooms), users=frozenset(each.users))
            audience = due if each.follows else without_echo(due, world.settings.echo, sender_sid, user)
            room = each.rooms[0] if each.rooms else None
            world.send(each.event.value, [each.payload], audience, room=room, version=each.version)

    def _evict(self, project_id: str, user: str) -> None:
        world = self._world
        sprints = (sprint.id for sprint in self.tables.sprints.values() if sprint.project_id == project_id)
        rooms = {project_room(project_id), *map(sprint_room, sprints)}
        for connection in world.connections.of(user=user):
            for room in sorted(connection.rooms & rooms):
                world.leave(connection, room)
        if world.recovery is not None:
            world.recovery.evict(user, rooms)

    # -- events ----------------------------------------------------------------------------------------------

    def answer(self, event: Received, plan: Plan) -> list[Any] | None:
        if plan.answer is not None:
            return [_scripted(plan.answer)]
        built_in = self._built_in(event.name)
        if built_in is not None:
            return [ack_success(built_in(event))]
        if plan.fired:
            return [ack_success(None)]
        self._unscripted(event, plan)
        return None

    def refusal(self, error: CallError) -> list[Any]:
        return [ack_failure(error)]

    def _built_in(self, name: str) -> Callable[[Received], Any] | None:
        """Return what does as the contract says for an event; it returns the acknowledgement's data."""
        if name in _COMMANDS:
            return self._command
        return self._join if name in _JOINS else self._leave if name in _LEAVES else None

    def _command(self, event: Received) -> Any:
        connection = event.connection
        return self.apply(_COMMANDS[event.name], connection.actor, event.payload, sender_sid=connection.sid)

    def _join(self, event: Received) -> Json:
        room, project_id = self._room(event)
        accessible_project(self.tables, event.connection.actor, project_id)
        self._world.enter(event.connection, room)
        return {"room": room}

    def _leave(self, event: Received) -> Json:
        room, _ = self._room(event)
        if room in event.connection.rooms:
            self._world.leave(event.connection, room)
        return {"room": room}

    def _room(self, event: Received) -> tuple[str, str]:
        """Return the room an event names and the project it belongs to."""
        payload = {"id": event.payload} if isinstance(event.payload, str) else event.payload
        if event.name in (ClientEvent.JOIN_PROJECT, ClientEvent.LEAVE_PROJECT):
            project_id = inputs.parse(inputs.ProjectRef, payload).id
            return project_room(project_id), project_id
        sprint = self.tables.sprint(inputs.parse(inputs.SprintRef, payload).id)
        return sprint_room(sprint.id), sprint.project_id

    def _unscripted(self, event: Received, plan: Plan) -> None:
        """Leave an event unanswered, or refuse it, as the scenario wants."""
        policy = self._world.scenario.unscripted
        self._world.rule_notes.unscripted(plan, policy, event.connection.user)
        if policy is Unscripted.ERROR:
            raise CallError(UNSCRIPTED, f"no rule and no built-in answer for event '{event.name}'")

    # -- rules -----------------------------------------------------------------------------------------------

    def audience(self, due: Due, user: str | None, sender: Connection | None) -> Audience:
        to = due.to
        if to not in ("sender", "others"):
            if to in self._world.scenario.people:
                return Audience(users=frozenset([to]))
            return Audience(rooms=frozenset([to]))
        if sender is not None:
            if to == "sender":
                return Audience(sids=frozenset([sender.sid]))
            return Audience(rooms=frozenset(sender.rooms), except_sid=sender.sid)
        users = frozenset() if user is None else frozenset([user])
        if to == "sender":
            return Audience(users=users)
        connections = self._world.connections
        rooms = (room for name in users for each in connections.of(user=name) for room in each.rooms)
        return Audience(rooms=frozenset(rooms), except_user=user)


def devmentor(world: World) -> DevMentor:
    """Return the DevMentor model of a world that has it."""
    assert isinstance(world.model, DevMentor), "only its own routes ask for it"
    return world.model


def _scripted(answer: Answer) -> Any:
    if answer.error is not None:
        asked = answer.error
        raise CallError(asked.code, asked.message, details=asked.details)
    reply: Any = answer.reply
    return reply if isinstance(reply, dict) and isinstance(reply.get("ok"), bool) else ack_success(reply)
