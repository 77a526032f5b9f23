"""One world: a scenario brought to life. A reset builds a new one and ends the old."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from mock_server import wire
from mock_server.answering import Due
from mock_server.auth import Tokens
from mock_server.background import Background
from mock_server.connections import Audience, Connection, Connections
from mock_server.faults import FaultBoard
from mock_server.journal import Journal, Kind
from mock_server.limits import RateLimiter
from mock_server.log import log
from mock_server.metrics import Metrics
from mock_server.models.model import Model
from mock_server.recovery import Recovery
from mock_server.request import payload_of
from mock_server.rule_notes import RuleNotes
from mock_server.scenario.model import GatewaySettings, Parser, Scenario
from mock_server.script import Plan, Script
from mock_server.wire import Edge, EngineSettings, LineFault, SocketServer
from mock_server.wire.msgpack_parser import MsgpackParser
from mock_server.wire.socketio_packets import JsonParser

_MONITOR_MAX_S = 1.0
_PARSERS: dict[Parser, wire.Parser] = {Parser.JSON: JsonParser(), Parser.MSGPACK: MsgpackParser()}


class World:
    """Everything that lives and dies with a scenario: store, sockets, journal, faults, tokens, metrics.

    `number` counts the worlds of one server; `settings` are the scenario's, the process's own laid over them;
    `edge` makes what answers on the sockets, `model` what is not the same for every app.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        number: int,
        settings: GatewaySettings,
        allows_origin: Callable[[str], bool],
        edge: Callable[["World"], Edge],
        model: Callable[["World"], Model],
    ) -> None:
        self.scenario = scenario
        self.number = number
        self.settings = settings
        self.requires_auth = (
            scenario.requires_auth if settings.require_auth is None else settings.require_auth
        )
        self.tokens = Tokens(scenario.people, secret=settings.jwt_secret, ttl_s=settings.token_ttl_s)
        self.journal = Journal()
        self.connections = Connections()
        self.metrics = Metrics(lambda: len(self.connections), lambda: len(self.sockets.eio_sids))
        self.recovery = (
            Recovery(time.monotonic, max_away_s=settings.recovery_ms / 1000) if settings.recovery else None
        )
        self.faults = FaultBoard()
        self.script = Script(scenario)
        self.rule_notes = RuleNotes(self.journal)
        self.event_limit = RateLimiter(settings.rate_limit, time.monotonic)
        self.rest_limit = RateLimiter(settings.rate_limit, time.monotonic)
        self.tasks = Background(self.failed)
        self.model = model(self)
        self.sockets = SocketServer(edge(self), _engine_settings(settings), parser=_PARSERS[settings.parser])
        self.requests = 0
        """REST requests so far."""
        self._started_s = time.monotonic()
        self.rest_transports: set[asyncio.Transport] = set()
        """TCP connections of the REST requests that are being answered."""

    def start(self) -> None:
        """Start the clock of the timed rules and the watch over idle connections; needs a running loop."""
        self.tasks.start(self._monitor())
        self._started_s = time.monotonic()
        self._wait_for_moments(self.script, passed_s=0)

    def reload(self, scenario: Scenario) -> None:
        """Replace the rules (counts and turns begin anew); connections, rooms, store and settings stay.

        Raises DocumentError when a handler cannot be loaded; then the old rules stay. Moments count from the
        start of the world: those that have passed do not come again.
        """
        self.script = Script(scenario)
        self.scenario = self.scenario.with_rules_of(scenario)
        self.rule_notes.forget()
        self._wait_for_moments(self.script, passed_s=time.monotonic() - self._started_s)

    def _wait_for_moments(self, script: Script, *, passed_s: float) -> None:
        for at_ms, index in script.timed():
            if at_ms / 1000 >= passed_s:
                self.tasks.later(at_ms / 1000 - passed_s, partial(self._moment, script, index))

    def _moment(self, script: Script, index: int) -> None:
        if script is self.script:
            self.fire(script.at_moment(index), None, None)

    async def end(self) -> None:
        """Close every connection, let every parked call go unanswered, stop every task."""
        self.faults.clear(alive=False)
        self.reset_rest()
        await self.sockets.end()
        await self.tasks.end()
        self.journal.close()

    async def restart(self) -> None:
        """Lose every session and room, as a gateway that is started again would; the store stays."""
        if self.recovery is not None:
            self.recovery.clear()
        for eio_sid in self.sockets.eio_sids:
            self.sockets.abort(eio_sid)
        if self.recovery is not None:
            self.recovery.clear()

    def reset_rest(self) -> None:
        """Abort the TCP connections of all REST requests that are being answered."""
        for transport in list(self.rest_transports):
            transport.abort()

    # -- rooms -----------------------------------------------------------------------------------------------

    def enter(
        self, connection: Connection, room: str, *, at: float | None = None, recovered: bool = False
    ) -> None:
        """Put a connection into a room, unless it ended before its event was served."""
        if self.connections.get(connection.sid) is not connection:
            return
        connection.rooms.add(room)
        more = {"recovered": True} if recovered else {}
        self.journal.append(Kind.JOIN, at, sid=connection.sid, user=connection.user, room=room, **more)

    def leave(self, connection: Connection, room: str) -> None:
        connection.rooms.discard(room)
        self.journal.append(Kind.LEAVE, sid=connection.sid, user=connection.user, room=room)

    def spoil(self, connection: Connection) -> None:
        """Do to a new connection what is to be done to all that its person makes."""
        network, told = self.faults.network, {"user": connection.user, "sids": [connection.sid]}
        for user in (None, connection.user):
            if user in network.starved:
                self.journal.append(Kind.FAULT, name=LineFault.STARVE, **told, coming=True)
                self.sockets.starve(connection.eio_sid)
            if user in network.slow_ms:
                delay_ms = network.slow_ms[user]
                self.journal.append(Kind.FAULT, name=LineFault.SLOW, **told, delay_ms=delay_ms, coming=True)
                self.sockets.slow(connection.eio_sid, delay_ms)

    # -- sending ---------------------------------------------------------------------------------------------

    def send(
        self,
        event: str,
        args: list[Any],
        audience: Audience,
        *,
        room: str | None = None,
        version: int | None = None,
        volatile: bool = False,
    ) -> tuple[int, list[str]]:
        """Queue an event for everybody who hears `audience`, each once; returns (journal seq, sids).

        A `volatile` one only for those who can take it at this moment.
        """
        astray = self.faults.network.astray(event)
        if astray:
            self.journal.append(Kind.FAULT, name="misrouted", event=event, users=astray)
            audience = replace(audience, users=audience.users | frozenset(astray))
        recipients = self.connections.hearing(audience)
        data = [event, *args]
        if self.recovery is not None and not volatile:
            data = self.recovery.record(data, audience, recipients)
        push = self.sockets.event(data, volatile=volatile)
        at = self.journal.now()
        reached = [each for each in recipients if push(each.sid)]
        now_s = time.monotonic()
        for each in reached:
            each.last_event_s = now_s
        self.metrics.sent(event, len(reached))
        more = ({} if version is None else {"version": version}) | ({"astray": astray} if astray else {})
        seq = self.journal.append(
            Kind.EMITTED,
            at,
            event=event,
            data=args[0] if len(args) == 1 else args or None,
            room=audience.label if room is None else room,
            to=[each.told for each in reached],
            **more,
        )
        return seq, [each.sid for each in reached]

    def replayed(self, connection: Connection, data: list[Any], at: float) -> None:
        """Note that a recovered connection was sent an event (with its offset) that it had missed."""
        self.metrics.sent(data[0], 1)
        entry = {"event": data[0], "data": payload_of(data[1:-1]), "room": None, "to": [connection.told]}
        self.journal.append(Kind.EMITTED, at, **entry, replayed=True)

    def fire(self, plan: Plan, user: str | None, sender: Connection | None) -> None:
        """Journal the rules that fired, move the sender between rooms, send what they emit, each when due."""
        self.rule_notes.fired(plan)
        if sender is not None:
            for room in plan.leaves:
                if room in sender.rooms:
                    self.leave(sender, room)
            for room in plan.joins:
                self.enter(sender, room)
        for due in plan.emits:
            self.tasks.later(due.delay_ms / 1000, partial(self._emit, due, user, sender))

    def _emit(self, emit: Due, user: str | None, sender: Connection | None) -> None:
        self.send(emit.event, emit.args, self.model.audience(emit, user, sender))

    # -- watching --------------------------------------------------------------------------------------------

    async def _monitor(self) -> None:
        """Close connections that have been idle for longer than allowed."""
        limit_s = self.settings.connection_timeout_ms / 1000
        while True:
            await asyncio.sleep(min(limit_s / 4, _MONITOR_MAX_S))
            for connection in self.connections:
                if time.monotonic() - connection.last_event_s > limit_s:
                    log.info("idle connection closed", user=connection.user)
                    self.sockets.close_session(connection.sid, "idle")

    def failed(self, error: BaseException) -> None:
        """Journal and log a defect of the stub itself."""
        message = f"{type(error).__name__}: {error}"
        self.journal.append(Kind.ERROR, message=message)
        log.error("internal error", message=message)


def _engine_settings(settings: GatewaySettings) -> EngineSettings:
    return EngineSettings(
        ping_interval_s=settings.ping_interval_ms / 1000,
        ping_timeout_s=settings.ping_timeout_ms / 1000,
        upgrade_timeout_s=settings.upgrade_timeout_ms / 1000,
        connect_timeout_s=settings.connect_timeout_ms / 1000,
        max_payload_bytes=settings.max_payload_bytes,
        ws_deflate=settings.per_message_deflate,
        http_compression=settings.http_compression,
        transports=tuple(transport.value for transport in settings.transports),
    )
