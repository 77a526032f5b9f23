"""What happens on a socket: who is admitted, what each event does, and how it is acknowledged."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from mock_server.auth import ANONYMOUS, Actor
from mock_server.connections import Connection
from mock_server.entities import Json
from mock_server.errors import CallError, ErrorCode
from mock_server.faults import AckFaultSpec, Taken
from mock_server.journal import Kind
from mock_server.log import log
from mock_server.models.model import Received
from mock_server.recovery import Recovered
from mock_server.request import payload_of
from mock_server.script import Plan
from mock_server.wire import Admission
from mock_server.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opening:
    """A socket that may connect, before it has; `connection` registers it."""

    connection: Callable[..., Connection]
    sid: str
    actor: Actor
    pid: str | None
    recovered: Recovered | None
    plan: Plan


class Gateway:
    """The socket side of one world; implements `mock_server.wire.Edge`."""

    def __init__(self, world: World) -> None:
        self._world = world

    # -- connections -----------------------------------------------------------------------------------------

    def has_namespace(self, namespace: str) -> bool:
        return namespace in self._world.model.namespaces

    def admit(self, sid: str, eio_sid: str, namespace: str, auth: Json) -> Admission:
        """Raises CallError UNAVAILABLE, UNAUTHORIZED, TOKEN_EXPIRED, or what a rule refuses with."""
        world = self._world
        try:
            opening = self._let_in(sid, eio_sid, namespace, auth)
        except CallError as error:
            user = world.tokens.owner(_token_of(auth))
            world.journal.append(Kind.REFUSED, user=user, code=error.code, stage="connect")
            world.metrics.failed(error.code)
            log.info("connection refused", code=error.code, user=user)
            raise
        return Admission(
            sid=opening.sid,
            opening={"sid": opening.sid} if opening.pid is None else {"sid": opening.sid, "pid": opening.pid},
            missed=opening.recovered.missed if opening.recovered else (),
            done=partial(self._opened, opening, self._world.journal.now()),
        )

    def _let_in(self, sid: str, eio_sid: str, namespace: str, auth: Json) -> "_Opening":
        """Return what a socket comes with; raises CallError when it may not come in."""
        world = self._world
        if len(world.connections) >= world.settings.max_connections:
            raise CallError(ErrorCode.UNAVAILABLE, "unavailable")
        actor = self._authenticated(auth)
        pid, recovered = None, None
        if world.recovery is not None:
            pid, recovered = world.recovery.resume(auth, actor.id, namespace)
            if recovered is not None and world.connections.get(recovered.sid) is None:
                sid = recovered.sid
        return _Opening(
            connection=partial(
                world.connections.add,
                sid=sid,
                eio_sid=eio_sid,
                actor=actor,
                pid=pid,
                namespace=namespace,
                auth=world.model.kept_of(auth),
            ),
            sid=sid,
            actor=actor,
            pid=pid,
            recovered=recovered,
            plan=self._asked_of_rules(actor, sid, namespace, auth),
        )

    def _asked_of_rules(self, actor: Actor, sid: str, namespace: str, auth: Json) -> Plan:
        """Return what the rules want done when a socket connects; raises CallError when they refuse it."""
        world = self._world
        if world.scenario.keeps_to_contract:
            return Plan()
        plan = world.script.on_event(
            "connect", _named(actor), [auth], namespace=namespace, auth=auth, sid=sid
        )
        world.rule_notes.missed(plan)
        if plan.answer is not None and plan.answer.error is not None:
            world.rule_notes.fired(plan)
            refused = plan.answer.error
            raise CallError(refused.code, refused.message, details=refused.details)
        return plan

    def _opened(self, opening: "_Opening", at: float) -> None:
        """Register a connection; CONNECT, and before it what it missed, are on their way since `at`."""
        world, actor, recovered = self._world, opening.actor, opening.recovered
        if world.connections.was_seen(actor.id):
            world.metrics.reconnected()
        connection = opening.connection(connected_at=time.time(), now_s=time.monotonic())
        world.journal.append(
            Kind.CONNECT,
            at,
            sid=connection.sid,
            eio_sid=connection.eio_sid,
            user=actor.id,
            transport=world.sockets.transport_of(connection.eio_sid),
            recovered=recovered is not None,
            **world.model.named(connection),
        )
        world.spoil(connection)
        for room in sorted(recovered.rooms) if recovered else ():
            world.enter(connection, room, at=at, recovered=True)
        if world.recovery is not None:
            world.recovery.connected(connection)
        for data in recovered.missed if recovered else ():
            world.replayed(connection, data, at)
        world.fire(opening.plan, actor.id, connection)

    def disconnected(self, sid: str, reason: str) -> None:
        world = self._world
        connection = world.connections.remove(sid)
        if connection is None:
            return
        if world.recovery is not None:
            world.recovery.disconnected(connection, reason)
        world.metrics.disconnected(reason)
        world.journal.append(Kind.DISCONNECT, sid=sid, user=connection.user, reason=reason)
        log.info("disconnected", reason=reason, user=connection.user, sid=sid)
        if not world.scenario.keeps_to_contract:
            plan = self._plan("disconnect", [reason], connection)
            world.fire(plan, connection.user, connection)

    def upgraded(self, sid: str | None, eio_sid: str) -> None:
        connection = self._world.connections.get(sid or "")
        user = connection.user if connection else None
        self._world.journal.append(Kind.UPGRADE, sid=sid, eio_sid=eio_sid, user=user, transport="websocket")

    def broken(self, sid: str | None, message: str) -> None:
        connection = self._world.connections.get(sid or "")
        user = connection.user if connection else None
        self._world.metrics.failed("PROTOCOL")
        self._world.journal.append(Kind.ERROR, message=message, sid=sid, user=user)
        log.warning("connection broken", message=message, user=user)

    def refused(self, code: str, status: int) -> None:
        self._world.journal.append(Kind.REFUSED, code=code, stage="http", status=status)

    def _authenticated(self, auth: Any) -> Actor:
        world = self._world
        token = _token_of(auth)
        try:
            if not token:
                raise CallError(ErrorCode.UNAUTHORIZED, "unauthorized")
            return world.tokens.verify(token)
        except CallError as error:
            if not world.requires_auth:
                return ANONYMOUS
            raise CallError(error.code, "unauthorized") from None

    # -- events ----------------------------------------------------------------------------------------------

    def event(self, sid: str, name: str, args: list[Any], ack_id: int | None) -> None:
        """Take one event and answer it before anything else is done, unless a fault or a rule delays that.

        So events change the store in the order of their arrival, and whoever reads in the journal that one
        has come reads its answer too.
        """
        world = self._world
        connection = world.connections.get(sid)
        if connection is None:
            return
        payload = payload_of(args)
        connection.last_event_s = time.monotonic()
        world.metrics.received(name)
        world.journal.append(
            Kind.RECEIVED, sid=sid, user=connection.user, event=name, data=payload, ack=ack_id is not None
        )
        event = Received(connection=connection, name=name, args=args, payload=payload, ack_id=ack_id)
        try:
            self._serve(event)
        except Exception as error:
            world.failed(error)

    def _serve(self, event: Received) -> None:
        world = self._world
        try:
            world.event_limit.check(event.connection.sid)
        except CallError as error:
            self._acknowledge(event, self._refused(error))
            return
        fault = world.faults.take_ack(event.name, event.connection.user)
        if fault is None:
            self._carry_out(event)
            return
        world.journal.append(
            Kind.FAULT,
            name="ack-fault",
            id=fault.id,
            event=event.name,
            user=event.connection.user,
            sid=event.connection.sid,
            held=fault.spec.hold,
        )
        world.tasks.start(self._serve_spoilt(event, fault))

    async def _serve_spoilt(self, event: Received, fault: Taken[AckFaultSpec]) -> None:
        if fault.spec.after:
            answer = self._change(event)
            if answer is not None and await self._survives(fault, event):
                answer()
        elif await self._survives(fault, event):
            self._carry_out(event)

    def _carry_out(self, event: Received) -> None:
        answer = self._change(event)
        if answer is not None:
            answer()

    def _change(self, event: Received) -> Callable[[], None] | None:
        """Do what the event asks for; returns what answers it, None when nobody knows what it is."""
        plan = self._plan(event.name, event.args, event.connection)
        answer = self._answer(event, plan)
        if answer is None and not plan.fired:
            return None
        self._world.fire(plan, event.connection.user, event.connection)
        if answer is None or plan.swallow:
            return lambda: None
        acknowledge = partial(self._acknowledge, event, answer)
        return lambda: self._world.tasks.later(plan.delay_ms / 1000, acknowledge)

    def _plan(self, event: str, args: list[Any], connection: Connection) -> Plan:
        """Return what the rules make of an event, and note which came closest when none fired."""
        plan = self._world.script.on_event(
            event,
            _named(connection.actor),
            args,
            namespace=connection.namespace,
            auth=connection.auth,
            sid=connection.sid,
        )
        self._world.rule_notes.missed(plan)
        return plan

    async def _survives(self, fault: Taken[AckFaultSpec], event: Received) -> bool:
        """Carry a fault out; tells whether the event still takes its ordinary course afterwards."""
        if not await fault.pause() or fault.spec.swallow:
            return False
        if fault.spec.error is not None:
            error = CallError(fault.spec.error.code, fault.spec.error.message)
            self._acknowledge(event, self._refused(error))
            return False
        return True

    def _answer(self, event: Received, plan: Plan) -> list[Any] | None:
        try:
            return self._world.model.answer(event, plan)
        except CallError as error:
            return self._refused(error)
        except Exception as error:
            self._world.failed(error)
            return self._refused(CallError(ErrorCode.INTERNAL, "internal error"))

    # -- acknowledgements ------------------------------------------------------------------------------------

    def _refused(self, error: CallError) -> list[Any]:
        self._world.metrics.failed(error.code)
        return self._world.model.refusal(error)

    def _acknowledge(self, event: Received, answer: list[Any]) -> None:
        connection, at = event.connection, self._world.journal.now()
        if event.ack_id is None or not self._world.sockets.push_ack(connection.sid, event.ack_id, answer):
            return
        self._world.metrics.answered(time.monotonic() - event.received_s)
        self._world.journal.append(
            Kind.ACK,
            at,
            sid=connection.sid,
            user=connection.user,
            event=event.name,
            data=payload_of(answer),
        )


def _named(actor: Actor) -> str | None:
    """Return who a rule is told that it is; None for somebody who is not signed in."""
    return None if actor.anonymous else actor.id


def _token_of(auth: Any) -> str | None:
    token = auth.get("token") if isinstance(auth, dict) else None
    return token if isinstance(token, str) else None
