"""The Socket.IO server: namespaces on Engine.IO sessions, and what is sent to their sockets.

What a connection may do and what an event means is the gateway's business (`Edge`); here is the protocol.
"""

import asyncio
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from aiohttp import web

from mock_server.entities import Json
from mock_server.errors import CallError
from mock_server.wire.engine import Engine, Refusal
from mock_server.wire.line import LineFault
from mock_server.wire.packets import Outgoing
from mock_server.wire.session import CloseReason, EngineSettings, Session, State
from mock_server.wire.socketio_packets import (
    Decoder,
    JsonParser,
    Parser,
    SocketPacket,
    SocketPacketType,
    UnreadablePacketError,
)

LEFT, SENT_AWAY = "client namespace disconnect", "server namespace disconnect"
"""Why a socket ended whose session may go on, in the words of Socket.IO."""
_ID_BYTES = 15
_NOBODY: tuple[None, str] = (None, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """What a socket that may connect gets; `done` is called once it is on its way."""

    sid: str
    opening: Json
    """The data of the CONNECT packet."""
    missed: Sequence[list[Any]] = ()
    """Events that a recovered socket missed; as with the official server they go ahead of CONNECT."""
    done: Callable[[], None]


class Edge(Protocol):
    """What the wire asks of, and tells, the gateway."""

    def has_namespace(self, namespace: str) -> bool: ...

    def admit(self, sid: str, eio_sid: str, namespace: str, auth: Json) -> Admission:
        """`sid` is a fresh one, and a recovered socket's own is another; raises CallError to refuse."""

    def event(self, sid: str, name: str, args: list[Any], ack_id: int | None) -> None: ...

    def disconnected(self, sid: str, reason: str) -> None: ...

    def upgraded(self, sid: str | None, eio_sid: str) -> None: ...

    def broken(self, sid: str | None, message: str) -> None: ...

    def refused(self, code: str, status: int) -> None:
        """A request was turned away before it had a session."""


class _Client:
    """What one session carries: its sockets, one a namespace."""

    __slots__ = ("connect_due", "connecting", "decoder", "namespaces")

    def __init__(self, decoder: Decoder, connect_due: asyncio.TimerHandle) -> None:
        self.decoder = decoder
        self.namespaces: dict[str, str] = {}
        self.connecting: set[str] = set()
        self.connect_due: asyncio.TimerHandle | None = connect_due


class SocketServer:
    """All sockets of one world, reported to an `Edge`. Implements `session.SessionOwner`."""

    def __init__(self, edge: Edge, settings: EngineSettings, *, parser: Parser | None = None) -> None:
        self.settings = settings
        self._edge = edge
        self._parser = parser or JsonParser()
        self._engine = Engine(settings, self)
        self._engine.on_refused = self._on_refused
        self._sockets: dict[str, tuple[Session, str]] = {}
        """(session, namespace) by the socket's sid."""
        self._spoilt: dict[str, Session] = {}
        """Sessions with a spoilt line, by their sid; frozen ones also after they have ended."""

    # -- requests --------------------------------------------------------------------------------------------

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one HTTP request, or serve its WebSocket until that ends."""
        spoilt = self._spoilt.get(request.query.get("sid", "")) if self._spoilt else None
        if spoilt is not None and spoilt.line is not None:
            await spoilt.line.thawed()
        return await self._engine.handle(request)

    def _on_refused(self, refusal: Refusal) -> None:
        self._edge.refused(refusal.name, 403 if refusal is Refusal.FORBIDDEN else 400)

    # -- what is asked about sessions ------------------------------------------------------------------------

    @property
    def eio_sids(self) -> list[str]:
        return list(self._engine.sessions)

    @property
    def silent_eio_sids(self) -> list[str]:
        """Sessions whose client hears no heartbeat, by a fault; frozen ones also after they have ended."""
        return [sid for sid, session in self._spoilt.items() if session.silent]

    def transport_of(self, eio_sid: str) -> str:
        session = self._engine.sessions.get(eio_sid)
        return "polling" if session is None else session.transport.name

    # -- sending ---------------------------------------------------------------------------------------------

    def event(self, data: list[Any], *, volatile: bool = False) -> Callable[[str], bool]:
        """Return what sends the event `[name, *args]` to a socket; it tells whether that could take it.

        It is encoded once, however many it is sent to. With `volatile` a socket that would have to wait for
        it does not get it.
        """
        sockets, encode = self._sockets, self._parser.encode
        encoded: dict[str, list[Outgoing]] = {}

        def push(sid: str) -> bool:
            session, namespace = sockets.get(sid, _NOBODY)
            if session is None or (volatile and not session.transport.writable):
                return False
            packets = encoded.get(namespace)
            if packets is None:
                packets = encode(SocketPacket(SocketPacketType.EVENT, namespace, data))
                encoded[namespace] = packets
            return _send(session, packets)

        return push

    def push_ack(self, sid: str, ack_id: int, args: list[Any]) -> bool:
        """Send an acknowledgement; tells whether the socket was still there to take it."""
        session, namespace = self._sockets.get(sid, _NOBODY)
        if session is None:
            return False
        packet = SocketPacket(SocketPacketType.ACK, namespace, args, ack_id)
        return _send(session, self._parser.encode(packet))

    def _push(self, session: Session, type_: SocketPacketType, namespace: str, data: Any = None) -> None:
        _send(session, self._parser.encode(SocketPacket(type_, namespace, data)))

    # -- ending ----------------------------------------------------------------------------------------------

    def disconnect(self, sid: str, *, close: bool = False) -> None:
        """Send a socket away; with `close` its whole session."""
        session, namespace = self._sockets.get(sid, _NOBODY)
        if session is None:
            return
        self._push(session, SocketPacketType.DISCONNECT, namespace)
        self._leave(session, namespace, SENT_AWAY)
        if close:
            session.close()

    def close_session(self, sid: str, reason: str) -> None:
        """End the session of a socket in an orderly way; `reason` is for the `Edge`, no client hears it."""
        session, _ = self._sockets.get(sid, _NOBODY)
        if session is not None:
            self._close(session, reason)

    def abort(self, eio_sid: str) -> None:
        """Reset the TCP connections of a session and forget the session, as a lost network would."""
        session = self._engine.sessions.get(eio_sid)
        if session is not None:
            session.drop(CloseReason.TRANSPORT_CLOSE)

    def end_with(self, eio_sid: str, code: int) -> None:
        """End a session as a server does that goes away, a websocket by this close code."""
        session = self._engine.sessions.get(eio_sid)
        if session is not None:
            session.end(code)

    async def end(self) -> None:
        """Drop all sessions."""
        await self._engine.end()
        self.mend()

    # -- faults ----------------------------------------------------------------------------------------------

    def freeze(self, eio_sid: str) -> None:
        """Let nothing pass on a session either way; its connections stay open, and nobody is told."""
        self._spoil(eio_sid, Session.freeze)

    def starve(self, eio_sid: str) -> None:
        """Send no more heartbeat on a session."""

        def starve(session: Session) -> None:
            session.spoil().starved = True

        self._spoil(eio_sid, starve)

    def slow(self, eio_sid: str, delay_ms: int) -> None:
        """Send everything on a session so much later, in the same order."""

        def slow(session: Session) -> None:
            session.spoil().delay_s = delay_ms / 1000

        self._spoil(eio_sid, slow)

    def mend(
        self, eio_sids: Collection[str] | None = None, faults: Collection[LineFault] = tuple(LineFault)
    ) -> None:
        """End these on some sessions, by default on all."""
        for eio_sid in list(self._spoilt if eio_sids is None else eio_sids):
            session = self._spoilt.get(eio_sid)
            if session is not None:
                session.mend(faults)
                if session.line is None:
                    del self._spoilt[eio_sid]

    def _spoil(self, eio_sid: str, how: Callable[[Session], None]) -> None:
        session = self._engine.sessions.get(eio_sid)
        if session is not None:
            how(session)
            self._spoilt[eio_sid] = session

    # -- what happens on a session ---------------------------------------------------------------------------

    def on_open(self, session: Session) -> None:
        loop = asyncio.get_running_loop()
        due = loop.call_later(self.settings.connect_timeout_s, self._no_namespace, session)
        session.client = _Client(self._parser.decoder(), due)

    def on_message(self, session: Session, data: str | bytes) -> None:
        client: _Client = session.client
        try:
            packet = client.decoder.add(data)
        except (UnreadablePacketError, RecursionError) as error:
            self.on_unreadable(session, f"unreadable packet: {error}")
            session.close()
            return
        if packet is not None:
            self._take(session, client, packet)

    def on_upgrade(self, session: Session) -> None:
        self._edge.upgraded(self._first_sid(session), session.sid)

    def on_unreadable(self, session: Session, why: str) -> None:
        self._edge.broken(self._first_sid(session), why)

    def on_close(self, session: Session, reason: str) -> None:
        self._engine.forget(session)
        # A frozen one is still kept from its client, who must not hear of its end.
        if session.sid in self._spoilt and not session.frozen:
            del self._spoilt[session.sid]
        client: _Client | None = session.client
        if client is None:
            return
        if client.connect_due is not None:
            client.connect_due.cancel()
        for namespace in list(client.namespaces):
            self._leave(session, namespace, reason)

    def _no_namespace(self, session: Session) -> None:
        """It has joined no namespace in time; once it has, this is not called."""
        session.close()

    def _first_sid(self, session: Session) -> str | None:
        client: _Client | None = session.client
        return next(iter(client.namespaces.values()), None) if client is not None else None

    def _take(self, session: Session, client: _Client, packet: SocketPacket) -> None:
        sid = client.namespaces.get(packet.namespace)
        match packet.type:
            case SocketPacketType.CONNECT if sid is None and packet.namespace not in client.connecting:
                # As the official server, a moment later: an event that does not wait for the answer is early.
                client.connecting.add(packet.namespace)
                loop = asyncio.get_running_loop()
                loop.call_soon(self._connect, session, client, packet.namespace, packet.data or {})
            case SocketPacketType.EVENT if sid is not None:
                if packet.data:
                    self._edge.event(sid, _name(packet.data[0]), packet.data[1:], packet.id)
            case SocketPacketType.ACK if sid is not None:
                pass  # nothing that the stub sends asks for one
            case SocketPacketType.DISCONNECT if sid is not None:
                self._leave(session, packet.namespace, LEFT)
            case _:
                self.on_unreadable(session, f"{packet.type.name} packet out of turn")
                self._close(session, CloseReason.FORCED_BY_SERVER)

    def _connect(self, session: Session, client: _Client, namespace: str, auth: Json) -> None:
        client.connecting.discard(namespace)
        if session.state is not State.OPEN:
            return
        if not self._edge.has_namespace(namespace):
            self._push(session, SocketPacketType.CONNECT_ERROR, namespace, {"message": "Invalid namespace"})
            return
        fresh = secrets.token_urlsafe(_ID_BYTES)
        try:
            admission = self._edge.admit(fresh, session.sid, namespace, auth)
        except CallError as error:
            why = {"code": error.code} if error.details is None else error.details
            told = {"message": error.message, "data": why}
            self._push(session, SocketPacketType.CONNECT_ERROR, namespace, told)
            return
        if client.connect_due is not None:
            client.connect_due.cancel()
            client.connect_due = None
        client.namespaces[namespace] = admission.sid
        self._sockets[admission.sid] = (session, namespace)
        for data in admission.missed:
            self._push(session, SocketPacketType.EVENT, namespace, data)
        self._push(session, SocketPacketType.CONNECT, namespace, admission.opening)
        admission.done()

    def _leave(self, session: Session, namespace: str, reason: str) -> None:
        client: _Client = session.client
        sid = client.namespaces.pop(namespace, None)
        if sid is not None:
            self._sockets.pop(sid, None)
            self._edge.disconnected(sid, reason)

    def _close(self, session: Session, reason: str) -> None:
        """Close a session and all its sockets, as the official `Client.close` does."""
        if session.state is not State.OPEN:
            return
        for namespace in list(session.client.namespaces):
            self._leave(session, namespace, reason)
        session.close()


def _send(session: Session, packets: list[Outgoing]) -> bool:
    if len(packets) == 1:
        return session.send(packets[0])
    return all([session.send(packet) for packet in packets])  # noqa: C419, each has to be sent


def _name(name: Any) -> str:
    return name if isinstance(name, str) else str(int(name) if float(name).is_integer() else name)
