"""Socket.IO over Engine.IO on aiohttp: python-socketio, bent where the stub needs to see or cut the wire.

What is changed, and why (python-socketio 5.18, engineio 4.15):
- packets to clients are queued at once, not by a task each: the journal's order is the order on the wire;
- the ping interval may be a part of a second (upstream tells clients 0 then);
- CONNECT may carry a `pid`; an unknown namespace is refused in the form that clients expect;
- a packet that cannot be read closes its connection, as Socket.IO does (upstream keeps it open);
- the TCP connections that carry each engine session are known, so they can be aborted.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import engineio
import socketio
from aiohttp import WebSocketError, WSCloseCode, web
from engineio import async_socket, exceptions, payload
from engineio import packet as engine_packet
from engineio.async_drivers import aiohttp as driver
from socketio import packet as socket_packet

from mock_server.entities import Json
from mock_server.errors import CallError

NAMESPACE = "/"
CUT_REASON = "transport close"

# Upstream drops a long-polling request of more than 16 packets without a word; a burst must arrive whole.
payload.Payload.max_decode_packets = 10_000

_UPGRADE_DONE = "5"
_CLIENT_PACKETS = frozenset("123456")
"""Types of Engine.IO packets that a client may send."""


class Edge(Protocol):
    """What the wire asks of, and tells, the gateway."""

    def admit(self, sid: str, eio_sid: str, auth: Any) -> tuple[Json, Callable[[], None]]:
        """Return the CONNECT packet's data and what to do once it is sent; raises CallError to refuse."""

    def event(self, sid: str, name: str, args: list[Any], ack_id: int | None) -> None: ...

    def disconnected(self, sid: str, reason: str) -> None: ...

    def upgraded(self, sid: str | None, eio_sid: str) -> None: ...

    def broken(self, sid: str | None, message: str) -> None: ...


class _WebSocket(driver.WebSocket):  # type: ignore[misc]
    """One websocket; sees the end of an upgrade and messages that are too big."""

    async def __call__(self, environ: dict[str, Any]) -> web.WebSocketResponse:
        self.environ = environ
        # Uncompressed, as Socket.IO's own server has it by default.
        self._sock = web.WebSocketResponse(max_msg_size=self.server.max_http_buffer_size, compress=False)
        await self._sock.prepare(environ["aiohttp.request"])
        await self.handler(self)
        return self._sock

    async def wait(self) -> str | bytes:
        message = await self._sock.receive()
        eio_sid = self.handler.__self__.sid
        error = message.data
        if isinstance(error, WebSocketError) and error.code == WSCloseCode.MESSAGE_TOO_BIG:
            limit = self.server.max_http_buffer_size
            self.server.on_unreadable(eio_sid, f"message over {limit} bytes")
        if not isinstance(message.data, str | bytes):
            raise OSError("the websocket is closed")
        if isinstance(message.data, str) and message.data[:1] not in _CLIENT_PACKETS:
            self.server.on_unreadable(eio_sid, "unknown Engine.IO packet")
            raise OSError("not an Engine.IO packet")
        if message.data == _UPGRADE_DONE:
            self.server.on_upgrade(eio_sid)
        return message.data


class _Session(async_socket.AsyncSocket):  # type: ignore[misc]
    """One Engine.IO session; when it ends, so does a long-polling request that is parked for it."""

    async def handle_post_request(self, environ: dict[str, Any]) -> None:
        try:
            await super().handle_post_request(environ)
        except ValueError as error:
            self.server.on_unreadable(self.sid, f"unreadable payload: {error}")
            await self.close(wait=False, abort=True, reason=self.server.reason.TRANSPORT_ERROR)
            raise exceptions.EngineIOError from error

    async def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        await super().close(wait=wait, abort=abort, reason=reason)
        if abort:
            self.queue.put_nowait(None)  # upstream leaves the request parked for 45 s


class EngineServer(engineio.AsyncServer):  # type: ignore[misc]
    """Engine.IO sessions, the tasks they run and the TCP connections that carry them."""

    on_unreadable: Callable[[str, str], None]
    on_upgrade: Callable[[str], None]

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._async: dict[str, Any] = {**driver._async, "websocket": _WebSocket}
        self._carriers: dict[str, set[asyncio.Transport]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    def start_background_task(
        self, target: Callable[..., Coroutine[Any, Any, Any]], *args: Any, **kwargs: Any
    ) -> asyncio.Task[Any]:
        task = asyncio.ensure_future(target(*args, **kwargs))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    @contextmanager
    def carried(self, eio_sid: str, request: web.Request) -> Iterator[None]:
        """Remember, while the block runs, that this request's TCP connection carries the session."""
        transport = request.transport
        carriers = self._carriers.setdefault(eio_sid, set())
        if transport is not None:
            carriers.add(transport)
        try:
            yield
        finally:
            if transport is not None:
                carriers.discard(transport)
            if not carriers and self._carriers.get(eio_sid) is carriers:
                del self._carriers[eio_sid]

    def reset_tcp(self, eio_sid: str) -> None:
        """Abort every TCP connection that carries the session at this moment."""
        for transport in list(self._carriers.get(eio_sid, ())):
            transport.abort()

    async def drop(self, eio_sid: str, reason: str) -> None:
        """End a session at once, without a word to the client: its id is unknown from now on."""
        session = self.sockets.pop(eio_sid, None)
        self.reset_tcp(eio_sid)
        if session is not None:
            await session.close(wait=False, abort=True, reason=reason)

    async def end(self) -> None:
        """Drop all sessions and stop every task."""
        for eio_sid in {*self.sockets, *self._carriers}:
            await self.drop(eio_sid, self.reason.SERVER_DISCONNECT)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _upgrades(self, sid: str, transport: str) -> list[str]:
        return super()._upgrades(sid, transport) if "websocket" in self.transports else []

    async def _handle_connect(
        self, environ: dict[str, Any], transport: str, jsonp_index: int | None = None
    ) -> Any:
        eio_sid = self.generate_id()
        session = self.sockets[eio_sid] = _Session(self, eio_sid)
        opening = {
            "sid": eio_sid,
            "upgrades": self._upgrades(eio_sid, transport),
            "pingTimeout": round(self.ping_timeout * 1000),
            "pingInterval": round(self.ping_interval * 1000),
            "maxPayload": self.max_http_buffer_size,
        }
        await session.send(engine_packet.Packet(engine_packet.OPEN, opening))
        await self._trigger_event("connect", eio_sid, environ, run_async=False)
        session.schedule_ping()
        with self.carried(eio_sid, environ["aiohttp.request"]):
            if transport == "websocket":
                answer = await session.handle_get_request(environ)
                if session.closed:
                    self.sockets.pop(eio_sid, None)
                return answer
            session.connected = True
            try:
                return self._ok(await session.poll(), jsonp_index=jsonp_index)
            except exceptions.QueueEmpty:
                return self._bad_request()


class SocketServer(socketio.AsyncServer):  # type: ignore[misc]
    """Socket.IO connections on the default namespace, reported to an `Edge`."""

    def __init__(self, edge: Edge, *, logger: logging.Logger, **engine_options: Any) -> None:
        super().__init__(
            async_mode="aiohttp",
            logger=logger,
            engineio_logger=logger,
            monitor_clients=False,
            http_compression=False,
            **engine_options,
        )
        self._edge = edge
        self.eio.on_unreadable = lambda eio_sid, message: edge.broken(self.sid_of(eio_sid), message)
        self.eio.on_upgrade = lambda eio_sid: edge.upgraded(self.sid_of(eio_sid), eio_sid)
        self.on("disconnect", edge.disconnected)

    def sid_of(self, eio_sid: str) -> str | None:
        sid: str | None = self.manager.sid_from_eio_sid(eio_sid, NAMESPACE)
        return sid

    def transport_of(self, eio_sid: str) -> str:
        session = self.eio.sockets.get(eio_sid)
        return "websocket" if session is not None and session.upgraded else "polling"

    def push_event(self, eio_sid: str, data: list[Any]) -> bool:
        """Queue an event `[name, *args]`; tells whether the session was still there to take it."""
        return self._push(eio_sid, socket_packet.Packet(socket_packet.EVENT, data=data, namespace=NAMESPACE))

    def push_ack(self, eio_sid: str, ack_id: int, answer: Any) -> bool:
        """Queue an acknowledgement; tells whether the session was still there to take it."""
        packet = socket_packet.Packet(socket_packet.ACK, id=ack_id, data=[answer], namespace=NAMESPACE)
        return self._push(eio_sid, packet)

    async def abort(self, eio_sid: str) -> None:
        """Reset the TCP connections of a session and forget the session, as a lost network would."""
        await self.eio.drop(eio_sid, CUT_REASON)

    async def close_protocol_error(self, eio_sid: str, message: str) -> None:
        """End a session whose client sent something that cannot be read."""
        self._edge.broken(self.sid_of(eio_sid), message)
        await self.eio.drop(eio_sid, self.reason.TRANSPORT_ERROR)

    def _push(self, eio_sid: str, packet: socket_packet.Packet) -> bool:
        session = self.eio.sockets.get(eio_sid)
        if session is None or session.closed:
            return False
        encoded = packet.encode()
        for part in encoded if isinstance(encoded, list) else [encoded]:
            session.queue.put_nowait(engine_packet.Packet(engine_packet.MESSAGE, part))
        return True

    def _engineio_server_class(self) -> type[EngineServer]:
        return EngineServer

    async def _handle_connect(self, eio_sid: str, namespace: str | None, data: Any) -> None:
        namespace = namespace or NAMESPACE
        if namespace != NAMESPACE:
            self._refuse(eio_sid, namespace, {"message": "Invalid namespace"})
            return
        sid = await self.manager.pre_connect(eio_sid, NAMESPACE)
        if sid is None:
            await self.close_protocol_error(eio_sid, "second CONNECT packet")
            return
        try:
            opening, after = self._edge.admit(sid, eio_sid, data)
        except CallError as error:
            await self.manager.disconnect(sid, NAMESPACE, ignore_queue=True)
            self._refuse(eio_sid, NAMESPACE, {"message": error.message, "data": {"code": error.code}})
            return
        await self.manager.connect(sid, NAMESPACE)
        self._push(eio_sid, socket_packet.Packet(socket_packet.CONNECT, data=opening, namespace=NAMESPACE))
        after()

    def _refuse(self, eio_sid: str, namespace: str, data: Json) -> None:
        self._push(eio_sid, socket_packet.Packet(socket_packet.CONNECT_ERROR, data=data, namespace=namespace))

    async def _handle_event(self, eio_sid: str, namespace: str | None, id: int | None, data: Any) -> None:
        sid = self.sid_of(eio_sid) if (namespace or NAMESPACE) == NAMESPACE else None
        if sid is None or not self.manager.is_connected(sid, NAMESPACE):
            return  # on its way when the server ended the connection
        if not isinstance(data, list) or not data or not isinstance(data[0], str):
            raise ValueError("event without a name")
        self._edge.event(sid, data[0], data[1:], id)

    async def _handle_eio_message(self, eio_sid: str, data: str | bytes) -> None:
        try:
            await super()._handle_eio_message(eio_sid, data)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
            await self.close_protocol_error(eio_sid, f"unreadable packet: {error}")
