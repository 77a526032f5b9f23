"""Socket.IO packets as socket.io-msgpack-parser writes them: one binary message each, bytes inside, no I/O.

packet       map of  type       integer: 0 connect, 1 disconnect, 2 event, 3 ack, 4 connect_error
                     nsp        text: the namespace
                     data       as in a text packet; left out, nil or undefined when there is none
                     id         integer: the ack id
                     others     are of no meaning on the wire (the client sends its `options` along)
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgpack

from harness.protocol.engineio import NotAPacket
from harness.protocol.packets import SocketKind
from harness.protocol.socketio import NO_DATA, Header, fits

_KINDS = tuple(SocketKind)[:5]
#: Left out of a map and null in a list, as JSON has it.
_UNDEFINED = object()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def decode_map(content: bytes) -> Header | None:
    """The packet in one binary message; None when it is none of this parser. Raises NotAPacket."""
    try:
        told = msgpack.unpackb(
            content,
            strict_map_key=False,
            unicode_errors="surrogatepass",
            timestamp=3,
            ext_hook=_extension,
            object_pairs_hook=lambda pairs: {name: item for name, item in pairs if item is not _UNDEFINED},
            list_hook=lambda items: [None if item is _UNDEFINED else item for item in items],
        )
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None
    if not isinstance(told, dict) or not isinstance(told.get("nsp"), str):
        return None
    number = told.get("type")
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < len(_KINDS):
        return None
    return _header(_KINDS[number], told)


def _header(kind: SocketKind, told: dict[Any, Any]) -> Header:
    data, ack_id = told.get("data"), told.get("id")
    if not fits(kind, NO_DATA if data is None else data):
        raise NotAPacket(f"invalid payload for {kind}")
    if isinstance(ack_id, bool) or not isinstance(ack_id, int | None):
        raise NotAPacket(f"invalid ack id {ack_id!r}")
    return Header(kind=kind, namespace=told["nsp"], ack_id=ack_id, data=data)


def _extension(code: int, data: bytes) -> Any:
    """The official encoder writes `undefined` and dates as extension 0; others are bytes."""
    if code == 0 and len(data) == 1:
        return _UNDEFINED
    if code == 0 and len(data) == 8:
        moment = _EPOCH + timedelta(milliseconds=int.from_bytes(data, "big", signed=True))
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return data
