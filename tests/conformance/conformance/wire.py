"""A raw client: plain requests and websockets, every byte of the answer in sight, nothing done by itself."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import aiohttp
from multidict import CIMultiDictProxy

from conformance.control import Control

DEADLINE_S = 10.0
PATH = "/socket.io/"
SEPARATOR = "\x1e"
WEBSOCKET_HEADERS = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}

Packet = str | bytes


def http_session() -> aiohttp.ClientSession:
    """A client without a limit of connections, that tells when a request has gone out."""

    async def sent(_session: object, context: SimpleNamespace, _params: object) -> None:
        if context.trace_request_ctx is not None:
            context.trace_request_ctx.set()

    tracing = aiohttp.TraceConfig()
    tracing.on_request_headers_sent.append(sent)
    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), trace_configs=[tracing])
    # A GET whose connection broke would be made again, silently; aiohttp's own test client does the same.
    session._retry_connection = False
    return session


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole HTTP answer."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def packets(self) -> list[str]:
        return self.text.split(SEPARATOR)


@dataclass(frozen=True, slots=True)
class Closed:
    """The end of a websocket: its close code; 1005 for a close frame without one, 1006 without a frame."""

    code: int


class Websocket:
    """One websocket; `receive` gives what came, or Closed."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, heard: list[str]) -> None:
        self.socket = socket
        self._heard = heard

    async def send(self, *packets: Packet) -> None:
        for packet in packets:
            self._heard.append(f"websocket sends {_short(packet)}")
            if isinstance(packet, bytes):
                await self.socket.send_bytes(packet)
            else:
                await self.socket.send_str(packet)

    async def receive(self) -> Packet | Closed:
        async with asyncio.timeout(DEADLINE_S):
            message = await self.socket.receive()
        if message.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
            data: Packet = message.data
            self._heard.append(f"websocket receives {_short(data)}")
            return data
        code = (message.data or 1005) if message.type is aiohttp.WSMsgType.CLOSE else 1006
        self._heard.append(f"websocket closed: {code}")
        return Closed(code)

    async def ended(self) -> Closed:
        """Read to the end, over any packet on its way; returns how it ended."""
        async with asyncio.timeout(DEADLINE_S):
            while True:
                got = await self.receive()
                if isinstance(got, Closed):
                    return got


@dataclass(slots=True, kw_only=True)
class Wire:
    """One server as a clause sees it: its address, its control API, and a way to talk to it."""

    url: str
    control: Control
    http: aiohttp.ClientSession
    websockets: list[Websocket] = field(default_factory=list)
    tasks: list[asyncio.Task[Answer]] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    """What was asked and answered so far, for whoever reads of a failure."""

    async def request(
        self,
        method: str,
        query: dict[str, str],
        *,
        data: str | bytes | AsyncIterator[bytes] | None = None,
        headers: dict[str, str] | None = None,
        path: str = PATH,
        sent: asyncio.Event | None = None,
    ) -> Answer:
        """Make one request as it stands and return the whole answer; `sent` is set when it has gone out."""
        async with (
            asyncio.timeout(DEADLINE_S),
            self.http.request(
                method, self.url + path, params=query, data=data, headers=headers, trace_request_ctx=sent
            ) as response,
        ):
            answer = Answer(status=response.status, headers=response.headers, body=await response.read())
        asked = " ".join([method, *(f"{name}={value}" for name, value in query.items())])
        line = f"{asked} {_short(data)} -> {answer.status} {_short(answer.body)}"
        if self.heard[-1:] != [line]:
            self.heard.append(line)
        return answer

    async def get(
        self, headers: dict[str, str] | None = None, *, sent: asyncio.Event | None = None, **query: str
    ) -> Answer:
        """GET on long polling, protocol 4."""
        given = {"EIO": "4", "transport": "polling", **query}
        return await self.request("GET", given, headers=headers, sent=sent)

    async def post(self, sid: str, body: str | bytes, headers: dict[str, str] | None = None) -> Answer:
        """POST a payload to a long-polling session."""
        headers = {"Content-Type": "text/plain;charset=UTF-8", **(headers or {})}
        query = {"EIO": "4", "transport": "polling", "sid": sid}
        return await self.request("POST", query, data=body, headers=headers)

    async def ask_upgrade(self, **query: str) -> Answer:
        """Ask for a websocket where a refusal in plain HTTP is expected; returns that."""
        given = {"EIO": "4", "transport": "websocket", **query}
        return await self.request("GET", given, headers=WEBSOCKET_HEADERS)

    async def websocket(self, headers: dict[str, str] | None = None, **query: str) -> Websocket:
        """Open a websocket, without reading anything from it."""
        async with asyncio.timeout(DEADLINE_S):
            socket = await self.http.ws_connect(
                self.url + PATH,
                params={"EIO": "4", "transport": "websocket", **query},
                headers=headers,
                autoclose=True,
                max_msg_size=0,
                compress=0,
            )
        opened = Websocket(socket, self.heard)
        self.websockets.append(opened)
        return opened

    async def until_unknown(self, sid: str, probe: str = "3") -> None:
        """Return when a request for the session is refused as unknown; raises TimeoutError."""
        async with asyncio.timeout(DEADLINE_S):
            while (await self.post(sid, probe)).body != b'{"code":1,"message":"Session ID unknown"}':
                pass

    async def held_get(self, sid: str) -> asyncio.Task[Answer]:
        """Begin a GET that the server holds; return when it surely has it."""
        sent = asyncio.Event()
        poll = asyncio.ensure_future(self.get(sid=sid, sent=sent))
        self.tasks.append(poll)
        await sent.wait()
        # What was sent before is read before these are answered.
        for _ in range(2):
            assert (await self.post(sid, "3")).status == 200
        return poll

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for each in self.websockets:
            await each.socket.close()


def _short(data: object) -> str:
    text = "" if data is None else repr(data)
    return text if len(text) <= 200 else f"{text[:200]}..."
