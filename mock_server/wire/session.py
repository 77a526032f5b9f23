"""One Engine.IO session: its state, what waits to be sent, and how it ends.

Behaves as the official server's does (engine.io 6.6), also in the order of things.
"""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from mock_server.wire.heartbeat import Heartbeat
from mock_server.wire.line import Line, LineFault
from mock_server.wire.packets import PING, Incoming, Outgoing, PacketType
from mock_server.wire.transport import Transport
from mock_server.wire.upgrade import Probe


class State(StrEnum):
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"


class CloseReason(StrEnum):
    """Why a session ended, in the words of Socket.IO."""

    TRANSPORT_CLOSE = "transport close"
    TRANSPORT_ERROR = "transport error"
    PING_TIMEOUT = "ping timeout"
    PARSE_ERROR = "parse error"
    FORCED = "forced close"
    FORCED_BY_SERVER = "forced server close"
    SHUTTING_DOWN = "server shutting down"


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """What every session of a server has in common; times in seconds."""

    ping_interval_s: float = 25.0
    ping_timeout_s: float = 20.0
    upgrade_timeout_s: float = 10.0
    connect_timeout_s: float = 45.0
    """How long a session may live without a namespace."""
    max_payload_bytes: int = 1_000_000
    transports: tuple[str, ...] = ("polling", "websocket")
    ws_deflate: bool = False
    http_compression: bool = True
    """Long-polling answers of a kilobyte and more, to a client that can read them so."""


class SessionOwner(Protocol):
    """Hears what happens on a session."""

    settings: EngineSettings

    def on_open(self, session: "Session") -> None: ...

    def on_message(self, session: "Session", data: str | bytes) -> None: ...

    def on_upgrade(self, session: "Session") -> None: ...

    def on_unreadable(self, session: "Session", why: str) -> None: ...

    def on_close(self, session: "Session", reason: str) -> None: ...


class Session:
    """Engine.IO's `Socket`. Its owner opens it with `open`, once it is known by its `sid`."""

    __slots__ = (
        "_buffer",
        "_close_when_drained",
        "_heartbeat",
        "_owner",
        "_probe",
        "client",
        "line",
        "sid",
        "state",
        "transport",
        "upgraded",
    )

    def __init__(self, sid: str, owner: SessionOwner) -> None:
        self.sid = sid
        self.state = State.OPEN
        self.transport: Transport
        self.upgraded = False
        self.client: Any = None
        """What the layer above keeps of it."""
        self.line: Line | None = None
        """What a fault makes of its packets; none on a healthy session."""
        self._owner = owner
        self._buffer: list[Outgoing] = []
        self._close_when_drained = False
        self._heartbeat = Heartbeat(
            self, interval_s=owner.settings.ping_interval_s, timeout_s=owner.settings.ping_timeout_s
        )
        self._probe: Probe | None = None

    @property
    def upgrading(self) -> bool:
        return self._probe is not None

    @property
    def settings(self) -> EngineSettings:
        return self._owner.settings

    def tcp(self) -> list[asyncio.Transport]:
        """The TCP connections that carry the session at this moment."""
        return [*self.transport.tcp(), *(self._probe.transport.tcp() if self._probe else ())]

    def open(self, transport: Transport, opening: Outgoing) -> None:
        self.transport = transport
        self.send(opening)
        self._heartbeat.schedule()

    # -- out -------------------------------------------------------------------------------------------------

    def send(self, packet: Outgoing) -> bool:
        """Send a packet, or keep it until the transport can take it; False: the session is over."""
        if self.state is not State.OPEN:
            return False
        if self.line is None:
            self._put(packet)
        else:
            self.line.send(packet)
        return True

    def _put(self, packet: Outgoing) -> None:
        if not self._buffer and self.transport.writable:
            self.transport.send((packet,))
        else:
            self._buffer.append(packet)

    def flush(self) -> None:
        """Send what waits, if the transport can take it."""
        if self.state is State.CLOSED or not self._buffer or not self.transport.writable or self.frozen:
            return
        packets, self._buffer = self._buffer, []
        self.transport.send(packets)
        if self._close_when_drained:
            self._close_when_drained = False
            self._close_transport()

    # -- faults ----------------------------------------------------------------------------------------------

    @property
    def frozen(self) -> bool:
        """Whether nothing passes on it, either way."""
        return self.line is not None and self.line.frozen

    @property
    def silent(self) -> bool:
        """Whether its client hears no heartbeat."""
        return self.line is not None and (self.line.frozen or self.line.starved)

    def spoil(self) -> Line:
        """Return the line to spoil; `mend` takes it away again."""
        if self.line is None:
            self.line = Line(self._arrived)
        return self.line

    def freeze(self) -> None:
        """Let nothing pass either way, and keep the TCP connections: the client sees a half-open one."""
        self.spoil().freeze(self.tcp())

    def mend(self, faults: Collection[LineFault] = tuple(LineFault)) -> None:
        """End some faults; what a frozen line held goes out. A session that ended meanwhile goes silently."""
        line = self.line
        if line is None:
            return
        was_frozen = line.frozen
        line.mend(faults, is_over=self.state is State.CLOSED)
        if line.is_clear:
            self.line = None
        if not was_frozen or self.frozen:
            return
        self.flush()
        if self._close_when_drained and not self._buffer:
            self._close_transport()

    def _arrived(self, packet: Outgoing) -> None:
        if self.state is State.OPEN:
            self._put(packet)
        if self.line is not None and self.line.is_clear:
            self.line = None

    # -- in --------------------------------------------------------------------------------------------------

    def receive(self, transport: Transport, packet: Incoming) -> None:
        """Take a packet that has come in on `transport`: its own, or the one that it may move to."""
        if self._probe is not None and transport is self._probe.transport:
            self._probe.receive(packet)
        elif transport is self.transport and self.state is State.OPEN:
            self._take(packet)

    def _take(self, packet: Incoming) -> None:
        if packet.type is not PacketType.PONG:
            self._heartbeat.alive()
        match packet.type:
            case PacketType.MESSAGE:
                self._owner.on_message(self, packet.data)
            case PacketType.PONG:
                self._heartbeat.came()
            case PacketType.PING:
                self.unreadable("a ping from the client")
                self.closed(CloseReason.TRANSPORT_ERROR)
            case None:
                self.unreadable("unknown Engine.IO packet")
                self.closed(CloseReason.PARSE_ERROR)
            case _:
                pass  # as the official server: of no meaning here

    def unreadable(self, why: str) -> None:
        """The client has sent what it must not."""
        self._owner.on_unreadable(self, why)

    def transport_closed(self, transport: Transport, reason: CloseReason) -> None:
        """`transport` has ended or failed."""
        if self._probe is not None and transport is self._probe.transport:
            self._probe.give_up()
        elif transport is self.transport:
            self.closed(reason)

    # -- heartbeat -------------------------------------------------------------------------------------------

    def send_ping(self) -> bool:
        """Send a ping; False: a fault keeps it back, and no pong is to be awaited."""
        if self.line is not None and self.line.starved:
            return False
        self.send(PING)
        return True

    def pong_overdue(self) -> None:
        """The client has been silent for too long."""
        self.closed(CloseReason.PING_TIMEOUT)

    # -- upgrade ---------------------------------------------------------------------------------------------

    def probe(self, transport: Transport) -> None:
        """Begin an upgrade to `transport`; what it becomes, the client's packets there decide."""
        self._probe = Probe(self, transport, timeout_s=self.settings.upgrade_timeout_s)

    def stay(self) -> None:
        """The attempt to upgrade is over."""
        self._probe = None

    def move_to(self, transport: Transport) -> None:
        """The client has moved to `transport`."""
        old, self.transport = self.transport, transport
        self.upgraded = True
        old.discard()
        old.close()
        self._heartbeat.forgive()
        self._owner.on_upgrade(self)
        self.flush()
        if self.state is State.CLOSING:
            transport.close(lambda: self.closed(CloseReason.FORCED))

    # -- end -------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """End it in an orderly way: what waits is sent, then the client is told."""
        if self.state is not State.OPEN:
            return
        self.state = State.CLOSING
        if self._buffer:
            self._close_when_drained = True
        else:
            self._close_transport()

    def drop(self, reason: CloseReason) -> None:
        """End it without a word: its TCP connections are reset."""
        for each in self.tcp():
            each.abort()
        self.closed(reason)

    def end(self, code: int) -> None:
        """End it as a server does that goes away: a websocket by this code, a poll by a close packet."""
        self.transport.close(code=code)
        self.closed(CloseReason.TRANSPORT_CLOSE)

    def closed(self, reason: CloseReason) -> None:
        """It is over, at once; what waits is lost."""
        if self.state is State.CLOSED:
            return
        self.state = State.CLOSED
        self._heartbeat.stop()
        self._buffer = []
        if self._probe is not None:
            self._probe.give_up()
        if not self.frozen:  # half-open: the client must not hear of it
            self.transport.close()
        self._owner.on_close(self, reason)

    def _close_transport(self) -> None:
        if self.frozen:
            self._close_when_drained = True
            return
        self.transport.close(lambda: self.closed(CloseReason.FORCED))
