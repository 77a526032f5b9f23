"""Sessions of either transport behind one face: packets out, packets in, one by one."""

from __future__ import annotations

import asyncio
import base64
import json
from collections import deque
from typing import Any, Protocol

from conformance.wire import DEADLINE_S, SEPARATOR, Answer, Closed, Packet, Websocket, Wire


class Session(Protocol):
    """One Engine.IO session."""

    sid: str
    opening: dict[str, Any]

    async def send(self, *packets: Packet) -> None: ...

    async def receive(self) -> Packet | Closed: ...


class PollingSession:
    """Long polling: a POST for each `send`, a GET whenever nothing is left to hand out."""

    def __init__(self, wire: Wire, opening: dict[str, Any]) -> None:
        self.wire = wire
        self.opening = opening
        self.sid: str = opening["sid"]
        self._come: deque[Packet] = deque()

    async def send(self, *packets: Packet) -> None:
        """Post a payload; binaries go as base64."""
        answer = await self.post(*packets)
        # Not the text: that has a clause of its own, which alone is to fail for it.
        assert answer.status == 200, answer.text

    async def post(self, *packets: Packet) -> Answer:
        return await self.wire.post(self.sid, SEPARATOR.join(map(_as_text, packets)))

    async def poll(self) -> Answer:
        return await self.wire.get(sid=self.sid)

    async def receive(self) -> Packet | Closed:
        while not self._come:
            answer = await self.poll()
            if answer.status != 200:
                return Closed(answer.status)
            self._come.extend(map(_as_packet, answer.packets))
        return self._come.popleft()


class WebsocketSession:
    """A session that began on a websocket."""

    def __init__(self, websocket: Websocket, opening: dict[str, Any]) -> None:
        self.websocket = websocket
        self.opening = opening
        self.sid: str = opening["sid"]

    async def send(self, *packets: Packet) -> None:
        await self.websocket.send(*packets)

    async def receive(self) -> Packet | Closed:
        return await self.websocket.receive()


async def open_polling(wire: Wire) -> PollingSession:
    answer = await wire.get()
    assert answer.status == 200, answer.text
    assert answer.text.startswith("0"), answer.text
    return PollingSession(wire, json.loads(answer.text[1:]))


async def open_websocket(wire: Wire, headers: dict[str, str] | None = None, **query: str) -> WebsocketSession:
    websocket = await wire.websocket(headers, **query)
    first = await websocket.receive()
    assert isinstance(first, str), first
    assert first.startswith("0"), first
    return WebsocketSession(websocket, json.loads(first[1:]))


async def open_session(wire: Wire, transport: str) -> PollingSession | WebsocketSession:
    return await (open_polling(wire) if transport == "polling" else open_websocket(wire))


async def connect(session: Session, auth: Any = None, namespace: str = "") -> dict[str, Any]:
    """Send CONNECT and return the data of the CONNECT that answers it."""
    await session.send(f"40{namespace}{'' if auth is None else json.dumps(auth)}")
    answer = await session.receive()
    assert isinstance(answer, str), answer
    assert answer.startswith(f"40{namespace}"), answer
    data: dict[str, Any] = json.loads(answer.removeprefix(f"40{namespace}"))
    return data


async def connected(wire: Wire, transport: str, auth: Any = None) -> PollingSession | WebsocketSession:
    """A session with the default namespace joined."""
    session = await open_session(wire, transport)
    await connect(session, auth)
    return session


async def upgraded(wire: Wire, session: PollingSession) -> Websocket:
    """Upgrade a polling session as a client does; returns the websocket that carries it from now on."""
    websocket = await wire.websocket(sid=session.sid)
    await websocket.send("2probe")
    poll = asyncio.ensure_future(session.poll())
    assert await websocket.receive() == "3probe"
    async with asyncio.timeout(DEADLINE_S):
        answer = await poll
    assert answer.text == "6", answer.text
    await websocket.send("5")
    return websocket


async def closed_by_server(wire: Wire, session: PollingSession | WebsocketSession) -> None:
    """Return when the server has ended the session: close frame or close packet, and the id unknown."""
    if isinstance(session, WebsocketSession):
        assert await session.websocket.ended() == Closed(1005)
        await wire.until_unknown(session.sid)
        return
    while (packet := await session.receive()) != "1":
        assert not isinstance(packet, Closed), packet
    await wire.until_unknown(session.sid)


def _as_text(packet: Packet) -> str:
    return packet if isinstance(packet, str) else "b" + base64.b64encode(packet).decode()


def _as_packet(text: str) -> Packet:
    return base64.b64decode(text[1:]) if text.startswith("b") else text
