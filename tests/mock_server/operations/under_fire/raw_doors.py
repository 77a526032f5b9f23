"""Sessions of the stub held by bare sockets, through which anything at all can be sent."""

import base64
import json
import socket
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

DEADLINE_S = 15
_OPEN = "/socket.io/?EIO=4&transport="


class LostError(Exception):
    """Raised when the server has ended the connection: a fair answer to what was sent."""


class Wire:
    """One TCP connection to the stub."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host = parts.netloc
        self._socket = socket.create_connection((parts.hostname, parts.port), timeout=DEADLINE_S)
        self._rest = b""

    def send(self, data: bytes) -> None:
        try:
            self._socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            raise LostError from None

    def until(self, mark: bytes) -> bytes:
        """Return what arrives up to and with `mark`."""
        while mark not in self._rest:
            self._receive()
        end = self._rest.index(mark) + len(mark)
        found, self._rest = self._rest[:end], self._rest[end:]
        return found

    def exactly(self, size: int) -> bytes:
        while len(self._rest) < size:
            self._receive()
        found, self._rest = self._rest[:size], self._rest[size:]
        return found

    def ask(
        self, method: str, path: str, body: bytes = b"", content_type: str = "text/plain"
    ) -> tuple[int, bytes]:
        """Make an HTTP request; returns the answer's status and body."""
        head = f"{method} {path} HTTP/1.1\r\nHost: {self.host}\r\nContent-Type: {content_type}\r\n"
        self.send(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        lines = self.until(b"\r\n\r\n").lower().split(b"\r\n")
        sizes = [int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:")]
        return int(lines[0].split()[1]), self.exactly(sizes[0] if sizes else 0)

    def finish(self) -> None:
        """Say that no more comes, and return when the server has read all and ended the connection."""
        try:
            self._socket.shutdown(socket.SHUT_WR)
            while True:
                self._rest = b""
                self._receive()
        except (LostError, OSError):
            pass
        finally:
            self._socket.close()

    def _receive(self) -> None:
        try:
            chunk = self._socket.recv(65_536)
        except ConnectionResetError:
            raise LostError from None
        if not chunk:
            raise LostError
        self._rest += chunk

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.finish()


def frame(payload: bytes, *, opcode: int = 1, flags: int = 0x80) -> bytes:
    """Return a websocket frame, masked with zeros. `flags` are its final and reserved bits."""
    size = len(payload)
    if size < 126:
        length = bytes([0x80 | size])
    elif size < 65_536:
        length = bytes([0x80 | 126]) + size.to_bytes(2, "big")
    else:
        length = bytes([0x80 | 127]) + size.to_bytes(8, "big")
    return bytes([flags | opcode]) + length + b"\0\0\0\0" + payload


def open_websocket(wire: Wire, token: str | None) -> None:
    """Open a session, and with a token the default namespace too."""
    key = base64.b64encode(b"lockstep-fuzz-16").decode()
    wire.send(
        f"GET {_OPEN}websocket HTTP/1.1\r\nHost: {wire.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
    )
    assert wire.until(b"\r\n\r\n").startswith(b"HTTP/1.1 101 ")
    wire.until(b'0{"sid"')
    if token is not None:
        wire.send(frame(b"40" + json.dumps({"token": token}).encode()))
        wire.until(b'40{"sid"')


def open_polling(wire: Wire, token: str | None) -> str:
    """Open a session, and with a token the default namespace too; returns the path of its requests."""
    status, opened = wire.ask("GET", f"{_OPEN}polling")
    assert status == 200, opened
    path = f"{_OPEN}polling&sid={json.loads(opened[1:])['sid']}"
    if token is not None:
        assert wire.ask("POST", path, b"40" + json.dumps({"token": token}).encode())[0] == 200
        assert wire.ask("GET", path)[1].startswith(b"40{")
    return path
