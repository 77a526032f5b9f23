"""Engine.IO 4 packets, to and from the wire: https://socket.io/docs/v4/engine-io-protocol/. No I/O here."""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_SEPARATOR = "\x1e"
_TEXT_FRAME, _BINARY_FRAME, _CLOSE_FRAME = 0x81, 0x82, 0x88
_SHORT, _MEDIUM = 126, 127
_NO_BASE64 = re.compile(r"[^A-Za-z0-9+/]")


class PacketType(StrEnum):
    OPEN = "0"
    CLOSE = "1"
    PING = "2"
    PONG = "3"
    MESSAGE = "4"
    UPGRADE = "5"
    NOOP = "6"


_TYPES = {member.value: member for member in PacketType}


class Outgoing:
    """One packet on its way to any number of clients; each form of it is made once, when first asked for."""

    __slots__ = ("_frame", "_text", "data")

    def __init__(self, data: str | bytes) -> None:
        self.data = data
        """The whole packet: its type and text, or the bytes of a binary message."""
        self._frame: bytes | None = None
        self._text: str | None = None

    @property
    def frame(self) -> bytes:
        """The packet as one unmasked, uncompressed WebSocket frame (RFC 6455, 5.2)."""
        if self._frame is None:
            is_text = isinstance(self.data, str)
            payload = self.data.encode() if isinstance(self.data, str) else self.data
            self._frame = _frame(_TEXT_FRAME if is_text else _BINARY_FRAME, payload)
        return self._frame

    @property
    def text(self) -> str:
        """The packet as a part of a long-polling payload."""
        if isinstance(self.data, str):
            return self.data
        if self._text is None:
            self._text = "b" + base64.b64encode(self.data).decode()
        return self._text


CLOSE = Outgoing(PacketType.CLOSE.value)
NOOP = Outgoing(PacketType.NOOP.value)
PING = Outgoing(PacketType.PING.value)
PROBE_ANSWER = Outgoing(PacketType.PONG.value + "probe")


@dataclass(frozen=True, slots=True)
class Incoming:
    """One packet of a client; `type` is None when it is none. `data` of a message may be binary."""

    type: PacketType | None
    data: str | bytes = ""


def decode_packet(raw: str | bytes) -> Incoming:
    """Read one packet, as the text or the bytes of a WebSocket message; never raises."""
    if isinstance(raw, bytes):
        return Incoming(PacketType.MESSAGE, raw)
    if raw[:1] == "b":
        return Incoming(PacketType.MESSAGE, _lenient_base64(raw[1:]))
    kind = _TYPES.get(raw[:1])
    return Incoming(kind, raw[1:])


def decode_payload(body: str) -> list[Incoming]:
    """Read the body of a long-polling request; what follows a packet that is none is not looked at."""
    packets: list[Incoming] = []
    for part in body.split(_SEPARATOR):
        packets.append(decode_packet(part))
        if packets[-1].type is None:
            break
    return packets


def encode_payload(packets: Iterable[Outgoing]) -> str:
    """Return the body of a long-polling answer."""
    return _SEPARATOR.join(packet.text for packet in packets)


def close_frame(code: int | None) -> bytes:
    """Return a WebSocket close frame, without a status when `code` is None."""
    return _frame(_CLOSE_FRAME, b"" if code is None else code.to_bytes(2, "big"))


def _frame(first: int, payload: bytes) -> bytes:
    size = len(payload)
    if size < _SHORT:
        return bytes((first, size)) + payload
    if size < 1 << 16:
        return bytes((first, _SHORT)) + size.to_bytes(2, "big") + payload
    return bytes((first, _MEDIUM)) + size.to_bytes(8, "big") + payload


def _lenient_base64(text: str) -> bytes:
    """Read Base64 as Node's Buffer does: other characters are passed over, padding may be missing."""
    digits = _NO_BASE64.sub("", text.replace("-", "+").replace("_", "/").partition("=")[0])
    if len(digits) % 4 == 1:
        digits = digits[:-1]
    try:
        return base64.b64decode(digits + "=" * (-len(digits) % 4))
    except binascii.Error:
        return b""
