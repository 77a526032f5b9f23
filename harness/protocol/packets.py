"""What a decoded payload is: the packets of Engine.IO 4 and Socket.IO 5, and what could not be decoded."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

#: A Socket.IO payload: JSON values, with `bytes` where an attachment was.
Data: TypeAlias = Any


class Direction(StrEnum):
    """Which way a payload went."""

    TO_SERVER = "to_server"
    TO_CLIENT = "to_client"


class Transport(StrEnum):
    """What carried a payload."""

    POLLING = "polling"
    WEBSOCKET = "websocket"


class EngineKind(StrEnum):
    """The packets of Engine.IO that are not a message."""

    OPEN = "open"
    CLOSE = "close"
    PING = "ping"
    PONG = "pong"
    UPGRADE = "upgrade"
    NOOP = "noop"


class SocketKind(StrEnum):
    """The packets of Socket.IO, in the order of their digits."""

    CONNECT = "connect"
    DISCONNECT = "disconnect"
    EVENT = "event"
    ACK = "ack"
    CONNECT_ERROR = "connect_error"
    BINARY_EVENT = "binary_event"
    BINARY_ACK = "binary_ack"


class Parser(StrEnum):
    """What turns Socket.IO packets into messages: text with attachments, or MessagePack."""

    JSON = "json"
    MSGPACK = "msgpack"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handshake:
    """What the server said of itself when it opened the connection."""

    sid: str
    upgrades: tuple[str, ...] = ()
    ping_interval_ms: int = 0
    ping_timeout_ms: int = 0
    max_payload_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EnginePacket:
    """One Engine.IO control packet; `text` is what followed the digit (`probe` in `2probe`)."""

    direction: Direction
    transport: Transport
    t: float
    kind: EngineKind
    text: str = ""
    handshake: Handshake | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketPacket:
    """One Socket.IO packet, its attachments filled in.

    `data` is the auth or session object of a connect, the error of a connect_error, and for events and acks
    the whole array (`data[0]` is the event's name). `t` is the time of the last payload it came in,
    `started_t` of the first.
    """

    direction: Direction
    transport: Transport
    t: float
    kind: SocketKind
    namespace: str = "/"
    ack_id: int | None = None
    data: Data = None
    attachments: int = 0
    started_t: float = field(default=0.0, compare=False)
    parser: Parser = field(default=Parser.JSON, compare=False)

    @property
    def event(self) -> str | None:
        """The name of an event; None for every other kind."""
        if self.kind in (SocketKind.EVENT, SocketKind.BINARY_EVENT):
            return str(self.data[0])
        return None

    @property
    def args(self) -> tuple[Data, ...]:
        """The arguments of an event or an ack; empty for every other kind."""
        if self.event is not None:
            return tuple(self.data[1:])
        return tuple(self.data or ()) if self.kind in (SocketKind.ACK, SocketKind.BINARY_ACK) else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Malformed:
    """A payload, or a part of one, that is no packet: why, and what it was."""

    direction: Direction
    transport: Transport
    t: float
    reason: str
    raw: str | bytes


Packet: TypeAlias = EnginePacket | SocketPacket | Malformed
