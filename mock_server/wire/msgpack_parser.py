"""Socket.IO packets in MessagePack, as socket.io-msgpack-parser writes them: each is one binary message."""

from typing import Any

import msgpack

from mock_server.wire.packets import Outgoing
from mock_server.wire.socketio_packets import Decoder, SocketPacket, SocketPacketType, UnreadablePacketError

_LAST_TYPE = SocketPacketType.CONNECT_ERROR


class MsgpackParser:
    """A map of `type`, `nsp`, and where there are any `data` and `id`; bytes stand in it as they are."""

    def encode(self, packet: SocketPacket) -> list[Outgoing]:
        told: dict[str, Any] = {"type": packet.type.value, "nsp": packet.namespace}
        if packet.data is not None:
            told["data"] = packet.data
        if packet.id is not None:
            told["id"] = packet.id
        return [Outgoing(msgpack.packb(told, unicode_errors="surrogatepass"))]

    def decoder(self) -> Decoder:
        return _MsgpackDecoder()


class _MsgpackDecoder:
    __slots__ = ()

    def add(self, message: str | bytes) -> SocketPacket:
        if isinstance(message, str):
            raise UnreadablePacketError("text where MessagePack is due")
        try:
            told = msgpack.unpackb(message, strict_map_key=False, ext_hook=_extension)
        except (ValueError, TypeError, RecursionError):
            raise UnreadablePacketError("invalid MessagePack") from None
        if not isinstance(told, dict):
            raise UnreadablePacketError("a packet is a map")
        type_, namespace, data, id_ = (told.get(name) for name in ("type", "nsp", "data", "id"))
        if isinstance(type_, bool) or not isinstance(type_, int) or not 0 <= type_ <= _LAST_TYPE:
            raise UnreadablePacketError("unknown packet type")
        if not isinstance(namespace, str):
            raise UnreadablePacketError("a packet without a namespace")
        if isinstance(id_, bool) or not isinstance(id_, int | None):
            raise UnreadablePacketError("the number of an ack is a whole one")
        if not _is_valid(SocketPacketType(type_), data):
            raise UnreadablePacketError("invalid payload")
        return SocketPacket(SocketPacketType(type_), namespace, data, id_)


def _is_valid(type_: SocketPacketType, data: Any) -> bool:
    match type_:
        case SocketPacketType.CONNECT:
            return isinstance(data, dict | None)
        case SocketPacketType.DISCONNECT:
            return data is None
        case SocketPacketType.CONNECT_ERROR:
            return isinstance(data, str | dict)
        case SocketPacketType.EVENT:
            return isinstance(data, list) and (not data or isinstance(data[0], str | int | float))
        case _:
            return isinstance(data, list)


def _extension(code: int, data: bytes) -> Any:
    """JavaScript's `undefined` is one (code 0); others stay as they are."""
    return None if code == 0 else msgpack.ExtType(code, data)
