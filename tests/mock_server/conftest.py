"""A real stub on free ports in the test's own event loop, and clients that talk to it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest
import socketio
from engineio import payload

from mock_server.scenario.model import Scenario
from mock_server.server import StubServer
from mock_server.settings import ServerSettings

Json = dict[str, Any]

# python-socketio's client, ours here, gives up on an answer of more than 16 packets; no other does.
payload.Payload.max_decode_packets = 10_000

DEADLINE_S = 5.0
CONTROL_TOKEN = "control-token-of-the-tests"
WORLD: Json = {
    "name": "tests",
    "people": {"alice": {"role": "admin"}, "bob": None, "carol": None, "dave": {"token": "expired"}},
    "projects": [
        {
            "id": "atlas",
            "name": "Atlas",
            "members": ["alice", "bob", "dave"],
            "epics": [{"id": "e1", "title": "Launch"}],
            "sprints": [{"id": "s1", "name": "One", "status": "started"}, {"id": "s2", "name": "Two"}],
            "tasks": [
                {"id": "t1", "title": "First", "epicId": "e1"},
                {"id": "t2", "title": "Second", "sprintId": "s1"},
                {"id": "t3", "title": "Third", "status": "done", "epicId": "e1"},
            ],
        },
        {
            "id": "borealis",
            "name": "Borealis",
            "members": ["carol"],
            "tasks": [{"id": "b1", "title": "North"}],
        },
    ],
}


class Peer:
    """One socket.io client of one person that remembers what it was sent."""

    def __init__(self, user: str, client: socketio.AsyncClient) -> None:
        self.user = user
        self.client = client
        self.events: list[tuple[str, Any]] = []
        self.disconnects = 0
        self._news = asyncio.Condition()
        client.on("*", self._heard)
        client.on("disconnect", self._lost)

    @property
    def sid(self) -> str:
        return str(self.client.get_sid())

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.events]

    async def call(self, event: str, *data: Any) -> Json:
        """Send an event and return its acknowledgement."""
        answer: Json = await self.client.call(event, data if len(data) != 1 else data[0], timeout=DEADLINE_S)
        return answer

    async def join(self, room: str = "atlas") -> None:
        assert (await self.call("join:project", room))["ok"]

    async def heard(self, event: str, count: int = 1) -> list[Any]:
        """Return the payloads of `event` as soon as there are `count`."""
        async with asyncio.timeout(DEADLINE_S), self._news:
            await self._news.wait_for(lambda: self.names.count(event) >= count)
        return [data for name, data in self.events if name == event]

    async def lost(self) -> None:
        """Return when the connection has ended."""
        async with asyncio.timeout(DEADLINE_S), self._news:
            await self._news.wait_for(lambda: self.disconnects > 0)

    async def fence(self) -> None:
        """Return when everything sent to this peer until now has arrived."""
        await self.call("leave:project", "atlas-fence")

    async def _heard(self, event: str, *args: Any) -> None:
        async with self._news:
            self.events.append((event, args[0] if args else None))
            self._news.notify_all()

    async def _lost(self, reason: str) -> None:
        async with self._news:
            self.disconnects += 1
            self._news.notify_all()


class Stub:
    """The running stub with clients for its REST and control APIs."""

    def __init__(self, server: StubServer, http: httpx.AsyncClient, session: aiohttp.ClientSession) -> None:
        self.server = server
        self.http = http
        self.session = session
        self.url = server.gateway_url
        self.people: Json = {}
        self._peers: list[Peer] = []

    async def control(self, method: str, verb: str, body: Any = None, status: int = 200) -> Any:
        headers = {"X-Stub-Token": CONTROL_TOKEN}
        answer = await self.http.request(method, f"/__stub__/{verb}", json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def post(self, verb: str, **body: Any) -> Any:
        return await self.control("POST", verb, body)

    async def reset(self, **changes: Any) -> Json:
        """Start the world of the tests anew, with other top-level parts where given."""
        state: Json = await self.post("reset", document={**WORLD, **changes})
        self.people = state["people"]
        return state

    async def rest(
        self, method: str, path: str, body: Any = None, *, user: str | None = "alice", **headers: str
    ) -> httpx.Response:
        if user is not None:
            headers["Authorization"] = f"Bearer {self.people[user]['token']}"
        return await self.http.request(method, path, json=body, headers=headers)

    async def journal(self, **fields: Any) -> list[Json]:
        entries = (await self.control("GET", "journal"))["entries"]
        return [each for each in entries if all(each.get(name) == value for name, value in fields.items())]

    async def wait(self, timeout_ms: int = 5_000, **condition: Any) -> Json:
        """Wait by long-poll until the condition holds; it must."""
        answer: Json = await self.post("wait", **{"for": condition, "timeout_ms": timeout_ms})
        assert answer["met"], answer
        return answer

    async def task(self, task_id: str) -> Json:
        tasks = (await self.control("GET", "store"))["tasks"]
        return next(task for task in tasks if task["id"] == task_id)

    async def connect(self, user: str, transport: str = "websocket", *, auth: Any = None) -> Peer:
        """Connect a client of a person; `auth` in place of their token."""
        client = socketio.AsyncClient(reconnection=False, http_session=self.session)
        peer = Peer(user, client)
        auth = {"token": self.people[user]["token"]} if auth is None else auth
        await client.connect(self.url, auth=auth, transports=[transport], wait_timeout=DEADLINE_S)
        self._peers.append(peer)
        return peer

    async def refused(self, transport: str, auth: Any) -> Json:
        """Try to connect, be refused, and return the CONNECT_ERROR packet's data."""
        client = socketio.AsyncClient(reconnection=False, http_session=self.session)
        refusals: list[Json] = []
        client.on("connect_error", refusals.append)
        with pytest.raises(socketio.exceptions.ConnectionError):
            await client.connect(self.url, auth=auth, transports=[transport], wait_timeout=DEADLINE_S)
        await client.disconnect()
        return refusals[0]

    async def close(self) -> None:
        for peer in self._peers:
            await peer.client.disconnect()


@pytest.fixture
def world() -> Json:
    """The document of the world that every test starts with."""
    return WORLD


@pytest.fixture
def ui_dir(tmp_path: Path) -> Path:
    """A directory that looks like a built frontend."""
    directory = tmp_path / "ui"
    (directory / "assets").mkdir(parents=True)
    (directory / "index.html").write_text("<!doctype html><title>board</title>")
    (directory / "assets" / "app-1a2b.js").write_text("export {}")
    (tmp_path / "secret.txt").write_text("not for you")
    return directory


@pytest.fixture
def scenarios_root(tmp_path: Path) -> Path:
    root = tmp_path / "scenarios"
    root.mkdir()
    (root / "tiny.yaml").write_text("people: {eve: }\nprojects: [{id: p1, name: Tiny, members: [eve]}]\n")
    return root


@pytest.fixture
def make_stub(ui_dir: Path, scenarios_root: Path) -> Callable[..., Awaitable[StubServer]]:
    """Start a stub with settings of one's own."""

    async def start(**settings: Any) -> StubServer:
        given = {"port": 0, "ui_port": 0, "control_token": CONTROL_TOKEN, "ui_dir": ui_dir}
        server = StubServer(ServerSettings(**{**given, "scenarios_root": scenarios_root, **settings}))
        await server.start(Scenario.from_document(WORLD))
        return server

    return start


@pytest.fixture
async def stub(make_stub: Callable[..., Awaitable[StubServer]]) -> AsyncIterator[Stub]:
    server = await make_stub()
    async with (
        httpx.AsyncClient(base_url=server.gateway_url, timeout=DEADLINE_S, trust_env=False) as http,
        aiohttp.ClientSession() as session,
    ):
        running = Stub(server, http, session)
        await running.reset()
        yield running
        await running.close()
        await server.stop()
