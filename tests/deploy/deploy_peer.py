"""A raw client of the deployment: REST and Socket.IO through nginx, without a browser."""

from __future__ import annotations

import asyncio
import socket
import ssl
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import aiohttp
import socketio
from aiohttp.abc import AbstractCookieJar
from socketio.exceptions import ConnectionError as NotConnected
from yarl import URL

from harness.deployment import Deployment

DEADLINE_S = 20.0
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Heard:
    """One event that arrived."""

    event: str
    data: Any


@dataclass(slots=True)
class Answer:
    """One answer over REST."""

    status: int
    body: Any
    headers: Any

    @property
    def data(self) -> Any:
        assert self.status < 300, f"{self.status}: {self.body}"
        return self.body["data"]

    @property
    def code(self) -> str:
        return str(self.body["error"]["code"])


@dataclass(slots=True)
class Peer:
    """One person at one node (`node` None: nginx draws one, and the cookie it sets is kept)."""

    deployment: Deployment = field(repr=False)
    name: str
    node: int | None = None
    transports: list[str] = field(default_factory=lambda: ["websocket"])
    heard: list[Heard] = field(default_factory=list)
    refusals: list[Any] = field(default_factory=list)
    connects: int = 0
    token: str = field(default="", repr=False)
    client: Any = None
    _session: Any = None
    _again: asyncio.Task[None] | None = None
    _leaving: bool = False
    _sockets: list[socket.socket] = field(default_factory=list, repr=False)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> Self:
        context = ssl.create_default_context(cafile=str(self.deployment.ca_path))
        headers: dict[str, str] = {}
        jar: AbstractCookieJar = aiohttp.CookieJar(unsafe=True)  # keeps cookies of an address too
        if self.node is not None:
            headers, jar = {"Cookie": f"lockstep_node={self.node}"}, aiohttp.DummyCookieJar()
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=context, socket_factory=self._open),
            headers=headers,
            cookie_jar=jar,
        )
        password = self.deployment.environment[f"LOCKSTEP_{self.name.upper()}_PASSWORD"]
        asked = {"email": f"{self.name}@example.com", "password": password}
        self.token = (await self.call("POST", "/api/auth/login", asked)).data["token"]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leaving = True
        if self._again is not None:
            await self._again  # not cancelled: a handshake that is broken off leaves its socket open
        if self.client is not None and self.client.eio.state == "connected":
            # Not its own disconnect: over polling that waits for the poll that the server has parked.
            await self.client.eio.disconnect(abort=True)
        await self._session.close()
        reading = None if self.client is None else getattr(self.client.eio, "read_loop_task", None)
        if reading is not None:
            await asyncio.wait([reading])
        await self._closed()

    def _open(self, address: Any) -> socket.socket:
        opened = socket.socket(*address[:3])
        opened.setblocking(False)
        self._sockets.append(opened)
        return opened

    async def _closed(self) -> None:
        """Wait for the goodbyes of TLS, as aiohttp does not: a loop that ends before leaves sockets open."""
        async with asyncio.timeout(DEADLINE_S):
            while any(each.fileno() != -1 for each in self._sockets):  # noqa: ASYNC110 # no event tells it
                await asyncio.sleep(0)

    async def call(self, method: str, path: str, body: Any = None) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        async with self._session.request(
            method, self.deployment.url + path, json=body, headers=headers
        ) as response:
            text = await response.text()
            is_json = "json" in response.headers.get("Content-Type", "")
            return Answer(response.status, await response.json() if is_json else text, response.headers)

    async def send(self, path: str, text: str) -> Answer:
        """Post a text as it is."""
        async with self._session.post(self.deployment.url + path, data=text) as response:
            return Answer(response.status, await response.text(), response.headers)

    async def new_project(self, *members: str) -> str:
        """Make a project of this person and `members`; returns its id."""
        made = await self.call("POST", "/api/projects", {"name": "Board", "members": list(members)})
        return str(made.data["id"])

    async def pin(self, node: int) -> None:
        """Be at a node, until nginx sets the cookie to another one."""
        self._session.cookie_jar.clear()
        self._session.cookie_jar.update_cookies({"lockstep_node": str(node)}, URL(self.deployment.url))
        assert (await self.call("GET", "/health")).headers["X-Served-By"] == str(node)

    async def connect(self, *, token: str | None = None) -> None:
        """Connect the socket; it connects again whenever the connection is lost, as the frontend does."""
        self.client = socketio.AsyncClient(http_session=self._session, reconnection=False)
        self.client.on("*", self._take)
        self.client.on("connect_error", self.refusals.append)
        self.client.on("disconnect", self._lost)
        auth = {"token": self.token if token is None else token}
        await self.client.connect(
            self.deployment.url, auth=auth, transports=self.transports, wait_timeout=DEADLINE_S
        )
        self.connects += 1
        self._news.set()

    async def _lost(self, reason: str) -> None:
        if self.connects and not self._leaving:
            self._again = asyncio.create_task(self._connect_again())

    async def _connect_again(self) -> None:
        connected = False
        while not connected and not self._leaving:
            try:
                await self.connect()
                connected = True
            except NotConnected as error:
                self.refusals.append(error)

    async def join(self, project_id: str) -> None:
        """Connect, and join a project's room."""
        if self.client is None:
            await self.connect()
        answer = await self.emit("join:project", project_id)
        assert answer == {"ok": True, "data": {"room": f"project:{project_id}"}}

    async def emit(self, event: str, data: Any) -> Any:
        """Send an event; returns its acknowledgement."""
        return await self.client.call(event, data, timeout=DEADLINE_S)

    def of(self, event: str) -> list[Any]:
        """Return what came with each `event` so far."""
        return [each.data for each in self.heard if each.event == event]

    async def hear(self, event: str, count: int = 1) -> list[Any]:
        """Wait until `event` has come `count` times."""
        what = f"{self.name} hears {event} {count} times"
        await self.until(lambda: len(self.of(event)) >= count, what)
        return self.of(event)

    async def until(self, holds: Callable[[], bool], what: str) -> None:
        """Wait for a condition on what was heard and on `connects`."""
        try:
            async with asyncio.timeout(DEADLINE_S):
                while not holds():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"not in {DEADLINE_S:.0f} s: {what}; {self}") from None

    async def fence(self, project_id: str) -> None:
        """Make a change of our own and wait for its echo: what was told before it has come by then."""
        mark = uuid.uuid4().hex
        await self.call("POST", f"/api/projects/{project_id}/tasks", {"title": mark})
        await self.until(
            lambda: any(each["title"] == mark for each in self.of("task:created")), "the fence comes back"
        )

    async def _take(self, event: str, *args: Any) -> None:
        self.heard.append(Heard(event, args[0] if len(args) == 1 else list(args)))
        self._news.set()


async def eventually(ask: Callable[[], Any], right: Callable[[Any], bool], what: str) -> Any:
    """Ask again and again until the answer is right; the failure quotes the last one."""
    last: Any = None
    try:
        async with asyncio.timeout(DEADLINE_S):
            last = await ask()
            while not right(last):
                last = await ask()
    except TimeoutError:
        raise AssertionError(f"not in {DEADLINE_S:.0f} s: {what}; the last answer: {last}") from None
    return last
