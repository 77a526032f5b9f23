"""The Socket.IO side of a node: who is admitted, what each event does, and how it is acknowledged."""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakSet

import socketio
from aiohttp import WSCloseCode, web
from socketio.exceptions import ConnectionRefusedError as Refusal

from deploy.gateway.board import Board
from deploy.gateway.limits import SharedRateLimit
from deploy.gateway.metrics import Metrics
from deploy.gateway.store import Store
from deploy.gateway.telling import personal, seat
from mock_server.auth import Actor, Tokens
from mock_server.commands import Command
from mock_server.entities import Json
from mock_server.envelope import ack_failure, ack_success
from mock_server.errors import CallError, ErrorCode
from mock_server.events import ClientEvent
from mock_server.request import payload_of

_LOG = logging.getLogger("lockstep.gateway")
_COMMANDS = {each.value: each for each in Command if each.value in {event.value for event in ClientEvent}}
_JOINS = {ClientEvent.JOIN_PROJECT, ClientEvent.JOIN_SPRINT}
_LEAVES = {ClientEvent.LEAVE_PROJECT, ClientEvent.LEAVE_SPRINT}
_IDLE_CHECK_S = 5.0
_GOODBYE_S = 2.0
_POLLING = "polling"


@dataclass(slots=True, kw_only=True)
class _Connection:
    actor: Actor
    last_event_s: float = field(default_factory=time.monotonic)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What REST and sockets both use."""

    board: Board
    store: Store
    tokens: Tokens
    limit: SharedRateLimit
    metrics: Metrics
    hears: Callable[[], bool]
    """Whether the node hears the others; one that does not lets nobody into a room."""


class Sockets:
    """The connections of this node."""

    def __init__(self, server: socketio.AsyncServer, *, max_connections: int, idle_timeout_ms: int) -> None:
        self._server = server
        self._max_connections = max_connections
        self._idle_timeout_s = idle_timeout_ms / 1000
        self._connections: dict[str, _Connection] = {}
        self._websockets: WeakSet[web.WebSocketResponse] = WeakSet()
        self._shared: Shared | None = None

    def serve(self, shared: Shared) -> None:
        """Begin to take connections and events."""
        self._shared = shared
        self._server.on("connect", self._connect)
        self._server.on("disconnect", self._disconnect)
        self._server.on("*", self._event)

    def __len__(self) -> int:
        return len(self._connections)

    async def remember(self, request: web.Request, response: web.StreamResponse) -> None:
        """Keep each websocket, to be closed by `drop_all`; for aiohttp's `on_response_prepare`."""
        if isinstance(response, web.WebSocketResponse):
            self._websockets.add(response)

    async def drop_all(self) -> None:
        """Close every connection, in a way that lets clients connect again by themselves.

        python-engineio says goodbye on a websocket by a packet that browsers do not heed, and leaves it open:
        the page would take itself for connected. So the websockets are closed here.
        """
        engine = self._server.eio
        closing = [each.close(code=WSCloseCode.GOING_AWAY) for each in set(self._websockets)]
        closing += [
            engine.disconnect(sid) for sid in list(engine.sockets) if engine.transport(sid) == _POLLING
        ]
        # A client that has gone fetches no goodbye, and is not waited for.
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*closing, return_exceptions=True), _GOODBYE_S)

    async def close_idle(self) -> None:
        """Close connections without an event for too long, until cancelled."""
        while True:
            await asyncio.sleep(min(self._idle_timeout_s / 4, _IDLE_CHECK_S))
            now_s = time.monotonic()
            for sid, connection in list(self._connections.items()):
                if now_s - connection.last_event_s > self._idle_timeout_s:
                    await self._server.disconnect(sid)

    @property
    def _with(self) -> Shared:
        assert self._shared is not None, "serve comes first"
        return self._shared

    # -- connections -----------------------------------------------------------------------------------------

    async def _connect(self, sid: str, environ: Json, auth: Any) -> None:
        try:
            actor = self._admitted(auth)
        except CallError as error:
            self._with.metrics.failed(error.code)
            _LOG.info("connection refused: %s", error.code)
            message = error.code.lower() if error.code == ErrorCode.UNAVAILABLE else "unauthorized"
            raise Refusal(message, {"code": error.code}) from None
        self._connections[sid] = _Connection(actor=actor)
        await self._server.enter_room(sid, personal(actor.id))
        _LOG.info("connected %s (%s)", actor.id, sid)
        try:
            if not await self._with.store.first_seen(actor.id):
                self._with.metrics.reconnected()
        except CallError:
            _LOG.warning("the store cannot be reached")

    def _admitted(self, auth: Any) -> Actor:
        if len(self._connections) >= self._max_connections:
            raise CallError(ErrorCode.UNAVAILABLE, "unavailable")
        token = auth.get("token") if isinstance(auth, dict) else None
        if not isinstance(token, str) or not token:
            raise CallError(ErrorCode.UNAUTHORIZED, "unauthorized")
        return self._with.tokens.verify(token)

    async def _disconnect(self, sid: str, reason: str) -> None:
        connection = self._connections.pop(sid, None)
        if connection is not None:
            self._with.metrics.disconnected(reason)
            _LOG.info("disconnected %s (%s): %s", connection.actor.id, sid, reason)

    # -- events ----------------------------------------------------------------------------------------------

    async def _event(self, name: str, sid: str, *args: Any) -> Json:
        """Take one event; what is returned is its acknowledgement."""
        started_s = time.monotonic()
        self._with.metrics.received(name)
        try:
            connection = self._connections[sid]
            connection.last_event_s = started_s
            await self._with.limit.check(f"socket:{sid}")
            answer = ack_success(await self._answer(name, sid, connection.actor, payload_of(list(args))))
        except CallError as error:
            self._with.metrics.failed(error.code)
            answer = ack_failure(error)
        except Exception:
            _LOG.exception("event %s failed", name)
            self._with.metrics.failed(ErrorCode.INTERNAL)
            answer = ack_failure(CallError(ErrorCode.INTERNAL, "internal error"))
        self._with.metrics.answered(time.monotonic() - started_s)
        return answer

    async def _answer(self, name: str, sid: str, actor: Actor, payload: Any) -> Any:
        board = self._with.board
        if name in _COMMANDS:
            return await board.apply(_COMMANDS[name], actor, payload)
        if name in _JOINS:
            if not self._with.hears():
                raise CallError(ErrorCode.UNAVAILABLE, "the node does not hear the others")
            room = await board.room(ClientEvent(name), actor, payload)
            await self._server.enter_room(sid, seat(room, actor.id))
            return {"room": room}
        if name in _LEAVES:
            room = await board.room(ClientEvent(name), actor, payload)
            await self._server.leave_room(sid, seat(room, actor.id))
            return {"room": room}
        raise CallError(ErrorCode.INVALID_INPUT, f"unknown event '{name[:100]}'")
