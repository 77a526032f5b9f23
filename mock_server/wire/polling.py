"""Engine.IO over HTTP long-polling: a GET that waits for packets, and POSTs that bring them."""

import asyncio
from collections.abc import Callable, Sequence

from aiohttp import web

from mock_server.wire.packets import CLOSE, NOOP, Outgoing, PacketType, decode_payload, encode_payload
from mock_server.wire.session import CloseReason, Session, State

_CLOSE_TIMEOUT_S = 30.0
_COMPRESS_FROM_BYTES = 1024
_CODINGS = (web.ContentCoding.gzip, web.ContentCoding.deflate)
_NO_STORE = {"Cache-Control": "no-store"}


class Polling:
    """The long-polling side of one session; at most one GET and one POST are under way."""

    name = "polling"
    __slots__ = (
        "_answer",
        "_closing",
        "_discarded",
        "_done",
        "_ended",
        "_giving_up",
        "_poll",
        "_post",
        "_session",
    )

    def __init__(self, session: Session) -> None:
        self._session = session
        self._poll: web.BaseRequest | None = None
        self._answer: asyncio.Future[web.Response] | None = None
        self._post: web.BaseRequest | None = None
        self._closing = False
        self._discarded = False
        self._ended = False
        self._done: Callable[[], None] | None = None
        """What to call once a client that is to be told of the end has been told."""
        self._giving_up: asyncio.TimerHandle | None = None

    @property
    def writable(self) -> bool:
        return self._answer is not None

    def tcp(self) -> list[asyncio.Transport]:
        found = (each.transport for each in (self._poll, self._post) if each is not None)
        return [each for each in found if each is not None]

    # -- requests --------------------------------------------------------------------------------------------

    async def handle(self, request: web.BaseRequest) -> web.Response:
        """Answer one request of the session."""
        if request.method == "GET":
            return await self._get(request)
        if request.method == "POST":
            return await self._take(request)
        return web.Response(status=500)

    async def _get(self, request: web.BaseRequest) -> web.Response:
        if self._answer is not None:
            self._session.transport_closed(self, CloseReason.TRANSPORT_ERROR)
            return web.Response(status=400)
        answer: asyncio.Future[web.Response] = asyncio.get_running_loop().create_future()
        self._answer = answer
        self._poll = request
        self._session.flush()
        if self._done is not None and self._answer is answer:
            self.send([NOOP])  # the close packet goes with it
        try:
            return await answer
        finally:
            if self._answer is answer:  # the client has left before there was an answer
                self._poll = self._answer = None
                self._session.transport_closed(self, CloseReason.TRANSPORT_ERROR)

    async def _take(self, request: web.BaseRequest) -> web.Response:
        session = self._session
        # Asked by its header: aiohttp has it so for a request that says nothing.
        is_binary = request.headers.get("Content-Type") == "application/octet-stream"
        if self._post is not None or is_binary:
            session.transport_closed(self, CloseReason.TRANSPORT_ERROR)
            return web.Response(status=400)
        self._post = request
        whole = False
        try:
            body = await self._read(request)
            whole = True
        finally:
            self._post = None
            if not whole:
                session.transport_closed(self, CloseReason.TRANSPORT_ERROR)
        if body is None:
            session.unreadable(f"message over {session.settings.max_payload_bytes} bytes")
            return web.Response(status=413)
        for packet in decode_payload(body.decode(errors="replace")):
            if packet.type is PacketType.CLOSE:
                self._end()
            else:
                session.receive(self, packet)
        # As the official server: no browser offers to download this.
        return web.Response(body=b"ok", headers={"Content-Type": "text/html", **_NO_STORE})

    async def _read(self, request: web.BaseRequest) -> bytes | None:
        """Return the body, None when it is larger than allowed."""
        limit = self._session.settings.max_payload_bytes
        if (request.content_length or 0) > limit:
            return None
        body = bytearray()
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > limit:
                return None
        return bytes(body)

    # -- the session's side ----------------------------------------------------------------------------------

    def send(self, packets: Sequence[Outgoing]) -> None:
        assert self._answer is not None
        assert self._poll is not None
        answer, self._answer, request, self._poll = self._answer, None, self._poll, None
        done, self._done = self._done, None
        text = encode_payload([*packets, CLOSE] if done else packets)
        if not answer.done():
            answer.set_result(_payload(request, text, compress=self._session.settings.http_compression))
        if done is not None:
            self._finish(done)

    def discard(self) -> None:
        self._discarded = True

    def close(self, done: Callable[[], None] | None = None, *, code: int | None = None) -> None:
        if self._ended or self._closing:
            return
        self._closing = True
        finish = done or (lambda: None)
        if self._post is not None and self._post.transport is not None:
            self._post.transport.abort()
        if self._answer is not None:
            self.send([CLOSE])
            self._finish(finish)
        elif self._discarded or self._session.state is State.CLOSED:
            self._finish(finish)  # nobody is going to ask any more
        else:
            self._done = finish
            loop = asyncio.get_running_loop()
            self._giving_up = loop.call_later(_CLOSE_TIMEOUT_S, self._finish, finish)

    def _finish(self, done: Callable[[], None]) -> None:
        if self._giving_up is not None:
            self._giving_up.cancel()
        done()
        self._end()

    def _end(self) -> None:
        """It is over; a poll that is still parked is let go."""
        if self._ended:
            return
        self._ended = True
        if self._answer is not None:
            self.send([NOOP])
        self._session.transport_closed(self, CloseReason.TRANSPORT_CLOSE)


def _payload(request: web.BaseRequest, text: str, *, compress: bool) -> web.Response:
    body = text.encode(errors="replace")
    headers = {"Content-Type": "text/plain; charset=UTF-8", **_NO_STORE}
    response = web.Response(body=body, headers=headers)
    accepted = request.headers.get("Accept-Encoding", "").lower()
    coding = next((each for each in _CODINGS if each.value in accepted), None)
    if compress and coding is not None and len(body) >= _COMPRESS_FROM_BYTES:
        response.enable_compression(coding)
    return response
