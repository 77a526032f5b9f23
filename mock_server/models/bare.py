"""`model: none`: a bare Socket.IO and REST server, which does what its rules say and nothing else."""

from collections.abc import Collection
from typing import Any

from mock_server.answering import Due
from mock_server.connections import Audience, Connection
from mock_server.entities import Json
from mock_server.errors import CallError, ErrorCode
from mock_server.models.model import Received
from mock_server.scenario.any_app import EVERYBODY, OTHERS, OTHERS_OF, ROOM, SENDER
from mock_server.script import Plan
from mock_server.world import World


class Bare:
    """Rooms and namespaces by rule, no store, no envelope. Implements `models.model.Model`."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.namespaces: Collection[str] = world.scenario.namespaces

    def kept_of(self, auth: Json) -> Json | None:
        return auth

    def named(self, connection: Connection) -> Json:
        return {"namespace": connection.namespace}

    def answer(self, event: Received, plan: Plan) -> list[Any] | None:
        if plan.answer is None:
            if not plan.fired:
                world = self._world
                world.rule_notes.unscripted(plan, world.scenario.unscripted, event.connection.user)
            return None
        if plan.answer.error is not None:
            asked = plan.answer.error
            raise CallError(asked.code, asked.message, details=asked.details)
        return plan.arguments

    def refusal(self, error: CallError) -> list[Any]:
        return [{"error": error.body()}]

    def audience(self, due: Due, user: str | None, sender: Connection | None) -> Audience:
        # A rule on a call or a moment has no socket to say where: the first namespace is meant.
        first = next(iter(self.namespaces))
        namespace = (due.namespace or first) if sender is None else sender.namespace
        except_sid = None if sender is None else sender.sid
        except_user = user if sender is None else None
        to = due.to
        if to == SENDER:
            if sender is not None:
                return Audience(sids=frozenset([sender.sid]), namespace=namespace)
            return Audience(users=frozenset() if user is None else frozenset([user]), namespace=namespace)
        if to == EVERYBODY:
            return Audience(everyone=True, namespace=namespace)
        if to == OTHERS:
            return Audience(
                everyone=True, except_sid=except_sid, except_user=except_user, namespace=namespace
            )
        if to.startswith(OTHERS_OF):
            room = frozenset([to.removeprefix(OTHERS_OF)])
            return Audience(rooms=room, except_sid=except_sid, except_user=except_user, namespace=namespace)
        if to.startswith(ROOM):
            return Audience(rooms=frozenset([to.removeprefix(ROOM)]), namespace=namespace)
        return Audience(users=frozenset([to]), namespace=namespace)

    def snapshot(self) -> Json:
        return {}

    def set_member(self, project_id: str, user: str, *, member: bool) -> Json:
        raise CallError(ErrorCode.INVALID_INPUT, "only the DevMentor model has projects with members")
