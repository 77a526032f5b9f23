"""Clients of any app: on any namespace, with any auth, remembering every argument."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import socketio

DEADLINE_S = 5.0

Args = tuple[Any, ...]


class AppClient:
    """One socket.io client on one namespace."""

    def __init__(self, client: socketio.AsyncClient, namespace: str) -> None:
        self.client = client
        self.namespace = namespace
        self.events: list[tuple[str, Args]] = []
        self.refusals: list[Any] = []
        self._news = asyncio.Condition()
        client.on("*", self._heard, namespace=namespace)
        client.on("connect_error", self.refusals.append, namespace=namespace)

    @property
    def sid(self) -> str:
        return str(self.client.get_sid(self.namespace))

    async def emit(self, event: str, *args: Any) -> None:
        await self.client.emit(event, args, namespace=self.namespace)

    async def call(self, event: str, *args: Any, timeout_s: float = DEADLINE_S) -> Any:
        """Send an event; returns the argument of its acknowledgement (None for none, a tuple of several)."""
        return await self.client.call(event, args, namespace=self.namespace, timeout=timeout_s)

    async def heard(self, event: str, count: int = 1, *, deadline_s: float = DEADLINE_S) -> list[Args]:
        """Return the arguments of each `event` as soon as there are `count`."""
        async with asyncio.timeout(deadline_s), self._news:
            await self._news.wait_for(lambda: sum(name == event for name, _ in self.events) >= count)
        return [args for name, args in self.events if name == event]

    async def _heard(self, event: str, *args: Any) -> None:
        async with self._news:
            self.events.append((event, args))
            self._news.notify_all()


class App:
    """A world of rules alone on the running stub."""

    def __init__(self, stub: Any) -> None:
        self.stub = stub
        self._clients: list[AppClient] = []

    async def reset(self, **document: Any) -> None:
        """Start a world; `model: none` unless another is named."""
        state = await self.stub.post("reset", document={"model": "none", **document})
        self.stub.people = state["people"]

    async def connect(
        self, namespace: str = "/", *, auth: Any = None, transport: str = "websocket"
    ) -> AppClient:
        """Connect a client; raises ConnectionError when it is refused."""
        client = self._new(namespace)
        await self._connect(client, auth, transport)
        return client

    async def refused(self, namespace: str = "/", *, auth: Any = None, transport: str = "websocket") -> Any:
        """Be refused, and return the data of the CONNECT_ERROR."""
        client = self._new(namespace)
        with pytest.raises(socketio.exceptions.ConnectionError):
            await self._connect(client, auth, transport)
        return client.refusals[0]

    def token(self, user: str) -> dict[str, str]:
        """The auth of a person."""
        return {"token": self.stub.people[user]["token"]}

    async def close(self) -> None:
        for each in self._clients:
            await each.client.disconnect()

    def _new(self, namespace: str) -> AppClient:
        client = AppClient(
            socketio.AsyncClient(reconnection=False, http_session=self.stub.session), namespace
        )
        self._clients.append(client)
        return client

    async def _connect(self, client: AppClient, auth: Any, transport: str) -> None:
        await client.client.connect(
            self.stub.url,
            auth=auth,
            namespaces=[client.namespace],
            transports=[transport],
            wait_timeout=DEADLINE_S,
        )


@pytest.fixture
async def app(stub: Any) -> AsyncIterator[App]:
    running = App(stub)
    yield running
    await running.close()
