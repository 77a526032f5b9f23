"""Socket.IO 5 packets, to and from Engine.IO messages; see https://socket.io/docs/v4/socket-io-protocol/."""

import json
import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NoReturn, Protocol

from mock_server.wire.packets import Outgoing, PacketType

DEFAULT_NAMESPACE = "/"
#: As the official parser: more in one packet are refused.
MAX_ATTACHMENTS = 10
#: Names with a meaning of their own in Socket.IO; a client that sends one breaks the protocol.
RESERVED_EVENTS = frozenset(
    ("connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener")
)
_MAX_ID_DIGITS = 20
_HEAD = re.compile(r"([0-6])(?:(?<=[56])(\d+)-)?(?:(/[^,]*),?)?(\d+)?")


class UnreadablePacketError(ValueError):
    """Raised for a message that is no Socket.IO packet; says why."""


class SocketPacketType(IntEnum):
    CONNECT = 0
    DISCONNECT = 1
    EVENT = 2
    ACK = 3
    CONNECT_ERROR = 4
    BINARY_EVENT = 5
    BINARY_ACK = 6


_PLAIN = {
    SocketPacketType.BINARY_EVENT: SocketPacketType.EVENT,
    SocketPacketType.BINARY_ACK: SocketPacketType.ACK,
}
_BINARY = {plain: binary for binary, plain in _PLAIN.items()}


@dataclass(slots=True)
class SocketPacket:
    """One packet; `data` is None, an object, or the list of an event's or an ack's arguments.

    Once it is decoded, a binary event or ack is an ordinary one with bytes in its data.
    """

    type: SocketPacketType
    namespace: str = DEFAULT_NAMESPACE
    data: Any = None
    id: int | None = None


class Decoder(Protocol):
    """Reads what one client sends; a packet may span several messages."""

    def add(self, message: str | bytes) -> SocketPacket | None:
        """Return the packet that `message` completes, if any; raises UnreadablePacketError."""


class Parser(Protocol):
    """A way to write packets; both sides must use the same one."""

    def encode(self, packet: SocketPacket) -> list[Outgoing]: ...

    def decoder(self) -> Decoder: ...


class JsonParser:
    """The default parser: JSON text, binary values as attachments after it."""

    def encode(self, packet: SocketPacket) -> list[Outgoing]:
        attachments: list[bytes] = []
        data, kind = packet.data, packet.type
        if kind in _BINARY and _has_binary(data):
            data = _taken_out(data, attachments)
            kind = _BINARY[kind]
        count = f"{len(attachments)}-" if attachments else ""
        namespace = "" if packet.namespace == DEFAULT_NAMESPACE else packet.namespace + ","
        number = "" if packet.id is None else packet.id
        text = "" if data is None else _json(data)
        head = Outgoing(f"{PacketType.MESSAGE}{kind.value}{count}{namespace}{number}{text}")
        return [head, *map(Outgoing, attachments)]

    def decoder(self) -> Decoder:
        return _JsonDecoder()


class _JsonDecoder:
    """Reads the packets of one client; binary ones come in several messages."""

    __slots__ = ("_attachments", "_due", "_packet")

    def __init__(self) -> None:
        self._packet: SocketPacket | None = None
        self._attachments: list[bytes] = []
        self._due = 0

    def add(self, message: str | bytes) -> SocketPacket | None:
        if isinstance(message, str):
            if self._packet is not None:
                raise UnreadablePacketError("text in place of an attachment")
            return self._started(message)
        if self._packet is None:
            raise UnreadablePacketError("an attachment without its packet")
        self._attachments.append(message)
        if len(self._attachments) < self._due:
            return None
        packet, attachments = self._packet, self._attachments
        self._packet, self._attachments = None, []
        packet.data = _put_back(packet.data, attachments)
        return packet

    def _started(self, text: str) -> SocketPacket | None:
        packet, count = _read_text(text)
        if not count:
            return packet
        self._packet, self._due = packet, count
        return None


def _read_text(text: str) -> tuple[SocketPacket, int]:
    """Return (packet, number of attachments that follow)."""
    found = _HEAD.match(text)
    if found is None:
        raise UnreadablePacketError("unknown packet type")
    kind, count, namespace, number = found.groups()
    type_ = SocketPacketType(int(kind))
    attachments = 0
    if type_ in _PLAIN:
        attachments = int(count[:4]) if count else 0
        if attachments < 1 or attachments > MAX_ATTACHMENTS:
            raise UnreadablePacketError("illegal number of attachments")
    rest = text[found.end() :]
    data = _parsed(rest) if rest else None
    if rest and not _is_valid(_PLAIN.get(type_, type_), data):
        raise UnreadablePacketError("invalid payload")
    if number and len(number) > _MAX_ID_DIGITS:
        raise UnreadablePacketError("the number of the ack is too large")
    # A JavaScript number: large ones are rounded as there.
    id_ = int(float(number)) if number else None
    return SocketPacket(_PLAIN.get(type_, type_), namespace or DEFAULT_NAMESPACE, data, id_), attachments


def _is_valid(type_: SocketPacketType, data: Any) -> bool:
    match type_:
        case SocketPacketType.CONNECT:
            return isinstance(data, dict)
        case SocketPacketType.DISCONNECT:
            return False
        case SocketPacketType.CONNECT_ERROR:
            return isinstance(data, str | dict)
        case SocketPacketType.EVENT:
            return isinstance(data, list) and bool(data) and _is_event_name(data[0])
        case _:
            return isinstance(data, list)


def _is_event_name(name: Any) -> bool:
    if isinstance(name, str):
        return name not in RESERVED_EVENTS
    return isinstance(name, int | float) and not isinstance(name, bool)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise UnreadablePacketError("invalid payload") from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _json(data: Any) -> str:
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    # Half a surrogate pair has no UTF-8; JSON.stringify escapes it too.
    return text if text.isascii() or _is_encodable(text) else json.dumps(data, separators=(",", ":"))


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _has_binary(value: Any) -> bool:
    if isinstance(value, bytes | bytearray):
        return True
    if isinstance(value, dict):
        return any(map(_has_binary, value.values()))
    return isinstance(value, list | tuple) and any(map(_has_binary, value))


def _taken_out(value: Any, attachments: list[bytes]) -> Any:
    if isinstance(value, bytes | bytearray):
        attachments.append(bytes(value))
        return {"_placeholder": True, "num": len(attachments) - 1}
    if isinstance(value, dict):
        return {key: _taken_out(item, attachments) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_taken_out(item, attachments) for item in value]
    return value


def _put_back(value: Any, attachments: list[bytes]) -> Any:
    if isinstance(value, dict):
        if value.get("_placeholder") is True:
            number = value.get("num")
            if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < len(attachments):
                raise UnreadablePacketError("a placeholder without its attachment")
            return attachments[number]
        return {key: _put_back(item, attachments) for key, item in value.items()}
    if isinstance(value, list):
        return [_put_back(item, attachments) for item in value]
    return value
