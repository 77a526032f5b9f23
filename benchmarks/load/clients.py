"""One Socket.IO client on either transport: it joins a room, answers pings and counts what it hears."""

from __future__ import annotations

import json
import selectors
import socket
from typing import Protocol

from load.frames import FrameReader, text_frame, upgrade_request
from load.http_answers import AnswerReader, get_request, post_request

_JOIN = b'420["join:project","atlas"]'
_CHUNK_BYTES = 262_144


class LoadError(Exception):
    """Raised when a server does what no client of the benchmark can go on from."""


class Tally:
    """What all clients of a process have come to."""

    def __init__(self) -> None:
        self.ready = 0
        self.deliveries = 0
        self.lost = 0


class Client(Protocol):
    """One connection to a server; sockets are registered with the selector with a callback as their data."""

    def send(self, packet: bytes) -> None: ...

    def close(self) -> None: ...


class _Base:
    def __init__(self, address: tuple[str, int], selector: selectors.BaseSelector, tally: Tally) -> None:
        self.address, self.selector, self.tally = address, selector, tally
        self.host = f"{address[0]}:{address[1]}"
        self.sockets: list[socket.socket] = []
        self.is_ready = False

    def open(self, heard: object) -> socket.socket:
        opened = socket.create_connection(self.address)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        opened.settimeout(10)
        self.sockets.append(opened)
        self.selector.register(opened, selectors.EVENT_READ, heard)
        return opened

    def close(self) -> None:
        for each in self.sockets:
            self.selector.unregister(each)
            each.close()
        self.sockets.clear()

    def send(self, packet: bytes) -> None:
        raise NotImplementedError

    def heard(self, start: bytes) -> None:
        """Take the first bytes of one packet; events are by far the most frequent."""
        if start.startswith(b"42"):
            self.tally.deliveries += 1
        elif start == b"2":
            self.send(b"3")
        elif start.startswith(b"0{"):
            self.send(b"40")
        elif start.startswith(b"40"):
            self.send(_JOIN)
        elif start.startswith(b"430"):
            if not self.is_ready:
                self.is_ready = True
                self.tally.ready += 1
        elif start[:1] not in (b"6", b"4"):
            self.lose(f"unexpected packet {start!r}")
        elif start.startswith(b"44"):
            raise LoadError(f"refused: {start!r}")

    def lose(self, why: str) -> None:
        if not self.is_ready:
            raise LoadError(why)
        self.tally.lost += 1
        self.close()


class WebSocketClient(_Base):
    """A client that speaks websocket from the start."""

    def __init__(self, address: tuple[str, int], selector: selectors.BaseSelector, tally: Tally) -> None:
        super().__init__(address, selector, tally)
        self._upgraded = False
        self._opening = b""
        self._frames = FrameReader()
        self._socket = self.open(self._readable)
        self._socket.sendall(upgrade_request(self.host, "/socket.io/?EIO=4&transport=websocket"))

    def send(self, packet: bytes) -> None:
        self._socket.sendall(text_frame(packet))

    def _readable(self) -> None:
        try:
            chunk = self._socket.recv(_CHUNK_BYTES)
        except OSError:
            chunk = b""
        if not chunk:
            self.lose("the server closed the connection")
            return
        if not self._upgraded:
            chunk = self._after_upgrade(chunk)
        tally = self.tally
        for start in self._frames.feed(chunk):
            if start.startswith(b"42"):
                tally.deliveries += 1
            else:
                self.heard(start)

    def _after_upgrade(self, chunk: bytes) -> bytes:
        self._opening += chunk
        end = self._opening.find(b"\r\n\r\n")
        if end < 0:
            return b""
        if not self._opening.startswith(b"HTTP/1.1 101"):
            raise LoadError(self._opening[:200].decode(errors="replace"))
        self._upgraded = True
        return self._opening[end + 4 :]


class PollingClient(_Base):
    """A client that stays on long polling: one connection with a GET parked, one for POSTs."""

    def __init__(self, address: tuple[str, int], selector: selectors.BaseSelector, tally: Tally) -> None:
        super().__init__(address, selector, tally)
        self._answers, self._confirmed = AnswerReader(), AnswerReader()
        self._unsent: list[bytes] = []
        self._posting = False
        self._path = "/socket.io/?EIO=4&transport=polling"
        self._get_request = get_request(self.host, self._path)
        self._get = self.open(self._polled)
        self._post = self.open(self._posted)
        self._get.sendall(self._get_request)

    def send(self, packet: bytes) -> None:
        self._unsent.append(packet)
        self._flush()

    def _flush(self) -> None:
        if self._posting or not self._unsent:
            return
        body, self._unsent = b"\x1e".join(self._unsent), []
        self._posting = True
        self._post.sendall(post_request(self.host, self._path, body))

    def _polled(self) -> None:
        try:
            body = self._answers.feed(self._get.recv(_CHUNK_BYTES) or b"HTTP/1.1 000 closed\r\n\r\n")
        except OSError:
            self.lose("the server closed the connection")
            return
        if body is None:
            return
        packets = body.split(b"\x1e")
        if packets[0].startswith(b"0{"):
            self._path += "&sid=" + json.loads(packets[0][1:])["sid"]
            self._get_request = get_request(self.host, self._path)
        for packet in packets:
            self.heard(packet[:4])
        if self.sockets:
            self._get.sendall(self._get_request)

    def _posted(self) -> None:
        if self._confirmed.feed(self._post.recv(_CHUNK_BYTES) or b"HTTP/1.1 000 closed\r\n\r\n") is not None:
            self._posting = False
            self._flush()
