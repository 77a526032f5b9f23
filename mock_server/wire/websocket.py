"""Engine.IO over a WebSocket: one packet a message. Packets are written as ready-made frames.

aiohttp reads the frames and answers pings; what is sent goes straight to the TCP connection, so that a packet
for many is framed once and no task or queue stands between. Only with permessage-deflate, where each
connection compresses on its own, does aiohttp write them too.
"""

import asyncio
from collections.abc import Callable, Sequence

from aiohttp import WebSocketError, WSCloseCode, WSMsgType, web

from mock_server.wire.packets import Outgoing, close_frame, decode_packet
from mock_server.wire.session import CloseReason, EngineSettings, Session

_CLOSE_TIMEOUT_S = 30.0
"""How long the client may take to answer a close frame."""
_REFUSED_CLIENT_S = 1.0
"""The same for a client whose message could not be read: its session waits for it."""


class WebSocket:
    """The WebSocket side of one session, or of an upgrade that is under way."""

    name = "websocket"
    __slots__ = ("_closing", "_giving_up", "_outbox", "_response", "_session", "_tcp")

    def __init__(self, session: Session, response: web.WebSocketResponse, tcp: asyncio.Transport) -> None:
        self._session = session
        self._response = response
        self._tcp = tcp
        self._closing = False
        self._giving_up: asyncio.TimerHandle | None = None
        self._outbox: asyncio.Queue[Outgoing] | None = asyncio.Queue() if response.compress else None

    @property
    def writable(self) -> bool:
        return not self._closing

    def tcp(self) -> list[asyncio.Transport]:
        return [self._tcp]

    def send(self, packets: Sequence[Outgoing]) -> None:
        if self._outbox is not None:
            for packet in packets:
                self._outbox.put_nowait(packet)
        elif not self._tcp.is_closing():
            for packet in packets:
                self._tcp.write(packet.frame)

    def discard(self) -> None:
        pass

    def close(self, done: Callable[[], None] | None = None, *, code: int | None = None) -> None:
        if not self._closing:
            self._closing = True
            if self._outbox is None:
                self._say_close(code)
            self._giving_up = asyncio.get_running_loop().call_later(_CLOSE_TIMEOUT_S, self._tcp.abort)
        if done is not None:
            done()

    async def run(self) -> None:
        """Read until the connection has ended; then tell the session."""
        sender = None if self._outbox is None else asyncio.ensure_future(self._send_compressed(self._outbox))
        reason = CloseReason.TRANSPORT_CLOSE
        try:
            reason = await self._read()
        finally:
            self._closing = True
            if self._giving_up is not None:
                self._giving_up.cancel()
            if sender is not None:
                sender.cancel()
            self._tcp.close()
            self._session.transport_closed(self, reason)

    async def _read(self) -> CloseReason:
        while True:
            message = await self._response.receive()
            if message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                self._session.receive(self, decode_packet(message.data))
            elif message.type is WSMsgType.ERROR and isinstance(message.data, WebSocketError):
                self._failed(message.data)
                return CloseReason.TRANSPORT_ERROR
            else:
                if message.type is WSMsgType.CLOSE and not self._closing:
                    self._say_close(message.data or None)
                return CloseReason.TRANSPORT_CLOSE

    def _failed(self, error: WebSocketError) -> None:
        too_big = error.code == WSCloseCode.MESSAGE_TOO_BIG
        limit = self._session.settings.max_payload_bytes
        self._session.unreadable(f"message over {limit} bytes" if too_big else f"broken frame: {error}")

    def _say_close(self, code: int | None) -> None:
        if not self._tcp.is_closing():
            self._tcp.write(close_frame(code))

    async def _send_compressed(self, outbox: asyncio.Queue[Outgoing]) -> None:
        while True:
            packet = await outbox.get()
            if isinstance(packet.data, str):
                await self._response.send_str(packet.data)
            else:
                await self._response.send_bytes(packet.data)


def response_for(settings: EngineSettings) -> web.WebSocketResponse:
    """Return the answer to an upgrade request."""
    return web.WebSocketResponse(
        # aiohttp takes a message of exactly the limit for too big.
        max_msg_size=settings.max_payload_bytes + 1,
        compress=settings.ws_deflate,
        autoclose=False,
        timeout=_REFUSED_CLIENT_S,
    )
