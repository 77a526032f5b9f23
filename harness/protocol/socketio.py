"""Socket.IO 5 inside Engine.IO messages: text to packets and back, with no I/O.

packet       type [ attachments "-" ] [ namespace "," ] [ ack-id ] [ JSON ]
type         "0" connect        JSON object: the client's auth, or the server's {sid, pid?}
           / "1" disconnect     no JSON
           / "2" event          JSON array, [0] is the name
           / "3" ack            JSON array; ack-id says of which event
           / "4" connect_error  JSON object or string
           / "5" binary_event   as 2, with {"_placeholder": true, "num": n} where attachment n goes
           / "6" binary_ack     as 3, the same
attachments  count of the binary messages that follow (5 and 6 only)
namespace    starts with "/", left out when it is "/"; ends with "," or with the packet
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from harness.protocol.engineio import NotAPacket
from harness.protocol.packets import Data, SocketKind

_KINDS = tuple(SocketKind)
_BINARY = (SocketKind.BINARY_EVENT, SocketKind.BINARY_ACK)
_EVENTS = (SocketKind.EVENT, SocketKind.BINARY_EVENT)
#: Names that socket.io-client refuses on the wire, because its own emitter uses them.
RESERVED_EVENTS = frozenset(
    ("connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener")
)
_HEADER = re.compile(
    r"(?:(?P<count>[0-9]{1,9})-)?(?:(?P<namespace>/[^,]*)(?:,|\Z))?(?P<ack>[0-9]{1,18})?(?P<json>.*)",
    re.DOTALL,
)
#: Stands for a payload that is not there, which is not the same as null.
NO_DATA = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The text part of a packet; `data` has placeholders when attachments are still to come."""

    kind: SocketKind
    namespace: str = "/"
    ack_id: int | None = None
    data: Data = None
    attachments: int = 0


def decode_text(text: str) -> Header:
    """One Socket.IO packet without its attachments; raises NotAPacket."""
    kind = _kind(text)
    match = _HEADER.fullmatch(text, 1)
    if match is None:  # the pattern ends in .*, so this is for the type checker
        raise NotAPacket("no Socket.IO packet")
    count = match["count"]
    if (count is not None) is not (kind in _BINARY):
        raise NotAPacket(
            "illegal attachments" if kind in _BINARY else "attachments on a packet that has none"
        )
    data = _json(match["json"]) if match["json"] else NO_DATA
    if not fits(kind, data):
        raise NotAPacket(f"invalid payload for {kind}")
    return Header(
        kind=kind,
        namespace=match["namespace"] or "/",
        ack_id=int(match["ack"]) if match["ack"] else None,
        data=None if data is NO_DATA else data,
        attachments=int(count or 0),
    )


def fill(data: Data, attachments: Sequence[bytes]) -> Data:
    """`data` with each placeholder replaced by its attachment; raises NotAPacket when there is none."""
    if isinstance(data, list):
        return [fill(item, attachments) for item in data]
    if isinstance(data, dict):
        if data.get("_placeholder") is not True:
            return {key: fill(value, attachments) for key, value in data.items()}
        number = data.get("num")
        if not isinstance(number, int) or not 0 <= number < len(attachments):
            raise NotAPacket(f"illegal attachments: placeholder {number!r} of {len(attachments)}")
        return attachments[number]
    return data


def encode_packet(
    kind: SocketKind, data: Data = None, *, namespace: str = "/", ack_id: int | None = None
) -> list[str | bytes]:
    """The messages of one packet: its text, then its attachments.

    An event or ack that holds bytes becomes its binary kind, and the other way round. Raises ValueError for
    data that the kind, or JSON, cannot carry.
    """
    attachments: list[bytes] = []
    flat = _deconstruct(data, attachments)
    kind = _with_binary(kind, bool(attachments))
    if not fits(kind, NO_DATA if data is None else flat):
        raise ValueError(f"{kind} cannot carry {data!r}")
    text = str(_KINDS.index(kind))
    if attachments:
        text += f"{len(attachments)}-"
    if namespace != "/":
        text += f"{namespace},"
    if ack_id is not None:
        text += str(ack_id)
    if data is not None:
        text += json.dumps(flat, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return [text, *attachments]


def _kind(text: str) -> SocketKind:
    if not text or text[0] not in "0123456":
        raise NotAPacket(f"unknown Socket.IO packet type {text[:1]!r}")
    return _KINDS[int(text[0])]


def _json(text: str) -> Data:
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise NotAPacket(f"invalid JSON: {error}") from error


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def fits(kind: SocketKind, data: Data) -> bool:
    """Whether a packet of `kind` may carry `data`, which is NO_DATA when it carries none."""
    if data is NO_DATA:
        # socket.io-parser lets all pass without a payload; an event without a name is of no use to anyone.
        return kind not in _EVENTS
    match kind:
        case SocketKind.CONNECT:
            return isinstance(data, dict)
        case SocketKind.DISCONNECT:
            return False
        case SocketKind.CONNECT_ERROR:
            return isinstance(data, (str, dict))
        case SocketKind.EVENT | SocketKind.BINARY_EVENT:
            return isinstance(data, list) and bool(data) and _is_event_name(data[0])
        case SocketKind.ACK | SocketKind.BINARY_ACK:
            return isinstance(data, list)


def _is_event_name(value: Any) -> bool:
    if isinstance(value, str):
        return value not in RESERVED_EVENTS
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _with_binary(kind: SocketKind, binary: bool) -> SocketKind:
    if kind in _EVENTS:
        return SocketKind.BINARY_EVENT if binary else SocketKind.EVENT
    if kind in (SocketKind.ACK, SocketKind.BINARY_ACK):
        return SocketKind.BINARY_ACK if binary else SocketKind.ACK
    if binary:
        raise ValueError(f"{kind} cannot carry bytes")
    return kind


def _deconstruct(data: Data, attachments: list[bytes]) -> Data:
    if isinstance(data, (bytes, bytearray)):
        attachments.append(bytes(data))
        return {"_placeholder": True, "num": len(attachments) - 1}
    if isinstance(data, (list, tuple)):
        return [_deconstruct(item, attachments) for item in data]
    if isinstance(data, dict):
        return {key: _deconstruct(value, attachments) for key, value in data.items()}
    return data
