"""A plain TCP connection, for what no HTTP client would send, and for the bits that it hides."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from conformance.wire import DEADLINE_S, PATH, WEBSOCKET_HEADERS, Wire

_COMPRESSED, _LENGTH = 0x40, 0x7F
_MASK = b"\x01\x02\x03\x04"


@dataclass(slots=True)
class RawConnection:
    """One TCP connection to a server."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    host: str

    async def request(self, method: str, query: str, headers: dict[str, str], body: bytes = b"") -> None:
        """Write a request, its headers as they stand."""
        lines = [f"{method} {PATH}?{query} HTTP/1.1", f"Host: {self.host}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        await self.writer.drain()

    async def head(self) -> str:
        """The status line and headers of an answer."""
        async with asyncio.timeout(DEADLINE_S):
            return (await self.reader.readuntil(b"\r\n\r\n")).decode()

    async def frame(self) -> tuple[bool, bytes]:
        """One frame that the server sent: whether it is compressed, and its payload."""
        async with asyncio.timeout(DEADLINE_S):
            first, second = await self.reader.readexactly(2)
            length = second & _LENGTH
            if length == 126:
                [length] = struct.unpack("!H", await self.reader.readexactly(2))
            return bool(first & _COMPRESSED), await self.reader.readexactly(length)

    async def say(self, text: str) -> None:
        """Send a short text message."""
        data = text.encode()
        masked = bytes(each ^ _MASK[index % 4] for index, each in enumerate(data))
        self.writer.write(struct.pack("!BB", 0x81, 0x80 | len(data)) + _MASK + masked)
        await self.writer.drain()


@asynccontextmanager
async def raw_connection(wire: Wire) -> AsyncIterator[RawConnection]:
    """Connect to the server, and abort the connection in the end."""
    address = urlsplit(wire.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        yield RawConnection(reader, writer, address.netloc)
    finally:
        writer.transport.abort()


def upgrade_headers(**changes: str | None) -> dict[str, str]:
    """The headers that ask for a websocket, with some changed, or left out by None; `_` stands for `-`."""
    headers: dict[str, str | None] = {**WEBSOCKET_HEADERS}
    headers.update({name.replace("_", "-"): value for name, value in changes.items()})
    return {name: value for name, value in headers.items() if value is not None}
