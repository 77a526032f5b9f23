"""Just enough of WebSocket to count what a server sends: frames are walked over, never copied."""

from __future__ import annotations

import base64
from collections.abc import Iterator

_TEXT, _CLOSE = 0x81, 0x88
_MASKED = 0x80


def upgrade_request(host: str, path: str) -> bytes:
    """Return the HTTP request that opens a websocket, without compression."""
    key = base64.b64encode(b"lockstep-load-16").decode()
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
    ).encode()


def text_frame(packet: bytes) -> bytes:
    """Return a masked text frame; the mask is zero, which servers need not know."""
    size = len(packet)
    if size < 126:
        head = bytes([_TEXT, _MASKED | size])
    elif size < 65_536:
        head = bytes([_TEXT, _MASKED | 126]) + size.to_bytes(2, "big")
    else:
        head = bytes([_TEXT, _MASKED | 127]) + size.to_bytes(8, "big")
    return head + b"\0\0\0\0" + packet


class FrameReader:
    """Finds the whole frames in a stream of bytes; what is left waits for the next chunk."""

    __slots__ = ("_rest",)

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the first bytes (at most 4) of each text message, b"closed" for a close frame."""
        data = self._rest + chunk if self._rest else chunk
        at, size = 0, len(data)
        while size - at >= 2:
            length, head = data[at + 1], 2
            if length == 126:
                length, head = int.from_bytes(data[at + 2 : at + 4], "big"), 4
            elif length == 127:
                length, head = int.from_bytes(data[at + 2 : at + 10], "big"), 10
            end = at + head + length
            if size - at < head or end > size:
                break
            if data[at] == _TEXT:
                yield data[at + head : min(at + head + 4, end)]
            elif data[at] == _CLOSE:
                yield b"closed"
            at = end
        self._rest = data[at:]
