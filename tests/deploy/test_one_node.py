"""What settings make of a node: nodes in this process, on the deployment's Redis."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest
import socketio
from aiohttp.test_utils import TestServer
from socketio.exceptions import ConnectionError as NotConnected

from deploy.gateway.app import Node
from deploy.gateway.settings import read_settings
from harness.deployment import Deployment

DEADLINE_S = 20
StartNode = Callable[..., Awaitable[str]]
SECRET = "a secret of this test, which is long enough"


@pytest.fixture
async def start_node(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[StartNode]:
    """Start a node with more variables: `url = await start_node(MAX_CONNECTIONS="1")`."""
    for name in ("ALICE", "BOB", "CAROL", "DAVE", "ERIN"):
        monkeypatch.setenv(f"LOCKSTEP_{name}_PASSWORD", name.lower())
    async with AsyncExitStack() as stack:

        async def start(**variables: str) -> str:
            given = {"REDIS_URL": deployment.redis_url, "JWT_SECRET": SECRET, **variables}
            server = TestServer(Node(read_settings(given)).app())
            await stack.enter_async_context(server)
            return str(server.make_url("/")).rstrip("/")

        yield start


async def signed_in(url: str, person: str) -> str:
    asked = {"email": f"{person}@example.com", "password": person}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}/api/auth/login", json=asked) as answer,
    ):
        return str((await answer.json())["data"]["token"])


async def connected(url: str, token: str, stack: AsyncExitStack) -> socketio.AsyncClient:
    client = socketio.AsyncClient(reconnection=False)
    stack.push_async_callback(client.disconnect)
    await client.connect(url, auth={"token": token}, transports=["websocket"], wait_timeout=DEADLINE_S)
    return client


async def test_too_many_events_are_refused_with_the_time_to_wait(start_node: StartNode) -> None:
    url = await start_node(RATE_LIMIT_ENABLED="true", RATE_LIMIT_MAX="3", RATE_LIMIT_WINDOW="60000")
    token = await signed_in(url, "alice")
    async with AsyncExitStack() as stack:
        client = await connected(url, token, stack)
        answers = [await client.call("leave:project", "atlas") for _ in range(4)]
    assert [answer["ok"] for answer in answers] == [True, True, True, False]
    assert answers[3]["error"]["code"] == "RATE_LIMITED"
    assert 0 < answers[3]["error"]["retryAfter"] <= 60


async def test_nodes_share_one_count_of_a_persons_calls(start_node: StartNode) -> None:
    limits = {"RATE_LIMIT_ENABLED": "true", "RATE_LIMIT_MAX": "4", "RATE_LIMIT_WINDOW": "60000"}
    urls = [await start_node(**limits), await start_node(**limits)]
    headers = {"Authorization": f"Bearer {await signed_in(urls[0], 'carol')}"}
    statuses = []
    async with aiohttp.ClientSession(headers=headers) as session:
        for number in range(6):
            async with session.get(f"{urls[number % 2]}/api/projects") as answer:
                statuses.append(answer.status)
        assert int(answer.headers["Retry-After"]) > 0
    assert statuses == [200] * 4 + [429] * 2


async def test_one_connection_too_many_is_refused(start_node: StartNode) -> None:
    url = await start_node(MAX_CONNECTIONS="1")
    token = await signed_in(url, "alice")
    refusals: list[Any] = []
    async with AsyncExitStack() as stack:
        await connected(url, token, stack)
        second = socketio.AsyncClient(reconnection=False)
        second.on("connect_error", refusals.append)
        with pytest.raises(NotConnected):
            await second.connect(
                url, auth={"token": token}, transports=["websocket"], wait_timeout=DEADLINE_S
            )
    assert refusals == [{"message": "unavailable", "data": {"code": "UNAVAILABLE"}}]


async def test_an_idle_connection_is_closed(start_node: StartNode) -> None:
    url = await start_node(CONNECTION_TIMEOUT="100")
    gone = asyncio.Event()
    async with AsyncExitStack() as stack:
        client = await connected(url, await signed_in(url, "alice"), stack)
        client.on("disconnect", lambda reason: gone.set())
        await asyncio.wait_for(gone.wait(), DEADLINE_S)


async def test_an_expired_token_is_told_from_a_wrong_one(start_node: StartNode) -> None:
    url = await start_node(TOKEN_TTL_S="1")
    headers = {"Authorization": f"Bearer {await signed_in(url, 'alice')}"}
    refusals: list[Any] = []
    async with aiohttp.ClientSession(headers=headers) as session, asyncio.timeout(DEADLINE_S):
        status = 200
        while status == 200:
            async with session.get(f"{url}/api/projects") as answer:
                status, body = answer.status, await answer.json()
        assert (status, body["error"]["code"]) == (401, "TOKEN_EXPIRED")
    client = socketio.AsyncClient(reconnection=False)
    client.on("connect_error", refusals.append)
    token = headers["Authorization"].removeprefix("Bearer ")
    with pytest.raises(NotConnected):
        await client.connect(url, auth={"token": token}, transports=["websocket"], wait_timeout=DEADLINE_S)
    assert refusals == [{"message": "unauthorized", "data": {"code": "TOKEN_EXPIRED"}}]


async def test_another_origin_gets_what_cors_origin_allows(start_node: StartNode) -> None:
    url = await start_node(CORS_ORIGIN="https://app.example")
    async with aiohttp.ClientSession() as session:
        for origin, allowed in (
            ("https://app.example", "https://app.example"),
            ("https://evil.example", None),
        ):
            asked = {"Origin": origin, "Access-Control-Request-Headers": "authorization"}
            async with session.options(f"{url}/api/projects", headers=asked) as answer:
                assert answer.headers.get("Access-Control-Allow-Origin") == allowed
        path = f"{url}/socket.io/?EIO=4&transport=polling"
        async with session.get(path, headers={"Origin": "https://evil.example"}) as answer:
            assert answer.status == 400


async def test_nodes_without_the_redis_manager_keep_what_they_tell_to_themselves(
    start_node: StartNode,
) -> None:
    urls = [await start_node(REDIS_MANAGER="false") for _ in range(2)]
    headers = {"Authorization": f"Bearer {await signed_in(urls[0], 'alice')}"}
    heard: asyncio.Queue[tuple[int, str]] = asyncio.Queue()
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession(headers=headers))

        async def post(url: str, **body: str) -> str:
            async with session.post(url, json=body) as answer:
                return str((await answer.json())["data"]["id"])

        project = await post(f"{urls[0]}/api/projects", name="Board")
        for number, url in enumerate(urls):
            client = await connected(url, headers["Authorization"].removeprefix("Bearer "), stack)
            client.on("task:created", lambda task, at=number: heard.put_nowait((at, task["title"])))
            assert (await client.call("join:project", project))["ok"]
        for number, url in enumerate(urls):
            await post(f"{url}/api/projects/{project}/tasks", title=f"made at {number}")
        told = [await asyncio.wait_for(heard.get(), DEADLINE_S) for _ in urls]
        async with session.get(f"{urls[1]}/api/projects/{project}/tasks") as answer:
            kept = [task["title"] for task in (await answer.json())["data"]]
    assert sorted(told) == [(0, "made at 0"), (1, "made at 1")]
    assert (heard.empty(), kept) == (True, ["made at 0", "made at 1"])
