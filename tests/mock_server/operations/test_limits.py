"""Size, rate and connection limits, and the idle timeout, at their edges."""

import asyncio
import json
from typing import Any

import pytest

from mock_server.errors import CallError
from mock_server.limits import RateLimiter
from mock_server.scenario.model import RateLimit

both_transports = pytest.mark.parametrize("transport", ["websocket", "polling"])


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limiter(clock: Clock) -> RateLimiter:
    return RateLimiter(RateLimit(enabled=True, max=2, window_ms=10_000), clock)


def test_the_window_slides(limiter: RateLimiter, clock: Clock) -> None:
    limiter.check("bob")
    clock.now_s += 4
    limiter.check("bob")
    with pytest.raises(CallError, match="more than 2 calls in 10000 ms") as refused:
        limiter.check("bob")
    assert (refused.value.code, refused.value.details) == ("RATE_LIMITED", {"retryAfter": 6})
    clock.now_s += 6
    limiter.check("bob")
    with pytest.raises(CallError) as refused:
        limiter.check("bob")
    assert refused.value.details == {"retryAfter": 4}


def test_a_refused_call_does_not_count(limiter: RateLimiter, clock: Clock) -> None:
    limiter.check("bob")
    limiter.check("bob")
    for _ in range(20):
        clock.now_s += 0.4
        with pytest.raises(CallError):
            limiter.check("bob")
    clock.now_s += 2
    limiter.check("bob")


def test_callers_do_not_share_a_limit_and_are_forgotten(limiter: RateLimiter, clock: Clock) -> None:
    for number in range(1_000):
        limiter.check(f"socket {number}")
        limiter.check(f"socket {number}")
    assert len(limiter) == 1_000
    clock.now_s += 10
    limiter.check("bob")
    assert len(limiter) == 1


def test_switched_off_it_remembers_nobody(clock: Clock) -> None:
    limiter = RateLimiter(RateLimit(enabled=False, max=1), clock)
    for _ in range(5):
        limiter.check("bob")
    assert len(limiter) == 0


@both_transports
async def test_each_socket_has_a_rate_of_its_own_and_a_refused_event_changes_nothing(
    stub: Any, transport: str
) -> None:
    await stub.reset(gateway={"rate_limit": {"enabled": True, "max": 2}})
    tab, second_tab = await stub.connect("bob", transport), await stub.connect("bob", transport)
    for number in range(3):
        await tab.client.emit("task:update", {"id": "t1", "title": f"Title {number}"})
    answer = await tab.call("task:update", {"id": "t1", "title": "Too much"})
    assert answer["error"]["code"] == "RATE_LIMITED"
    assert (await stub.task("t1"))["title"] == "Title 1"
    assert (await second_tab.call("task:update", {"id": "t1", "title": "Mine"}))["ok"]
    assert 'websocket_errors_total{kind="RATE_LIMITED"} 2.0' in (await stub.http.get("/metrics")).text


async def test_the_rest_limit_is_that_of_a_user_and_not_of_the_sockets(stub: Any) -> None:
    await stub.reset(gateway={"rate_limit": {"enabled": True, "max": 1}})
    bob = await stub.connect("bob")
    await bob.join()
    assert (await stub.rest("GET", "/api/projects", user="bob")).status_code == 200
    refused = await stub.rest("GET", "/api/projects", user="bob")
    assert refused.status_code == 429
    body = refused.json()["error"]
    assert (body["code"], body["details"]) == (
        "RATE_LIMITED",
        {"retryAfter": int(refused.headers["Retry-After"])},
    )


@both_transports
async def test_a_place_that_was_left_can_be_taken(stub: Any, transport: str) -> None:
    await stub.reset(gateway={"max_connections": 1})
    alice = await stub.connect("alice", transport)
    assert (await stub.refused(transport, {"token": stub.people["bob"]["token"]}))["data"] == {
        "code": "UNAVAILABLE"
    }
    await alice.client.disconnect()
    await stub.wait(connections=0)
    bob = await stub.connect("bob", transport)
    await bob.join()
    assert (await stub.http.get("/health")).json()["connections"] == 1


@both_transports
async def test_who_is_refused_for_want_of_room_is_told_so_before_who_they_are(
    stub: Any, transport: str
) -> None:
    await stub.reset(gateway={"max_connections": 1})
    await stub.connect("alice", transport)
    assert (await stub.refused(transport, {"token": "nonsense"}))["data"] == {"code": "UNAVAILABLE"}


async def test_a_message_of_just_the_limit_is_taken_on_a_websocket(stub: Any) -> None:
    limit = 5_000
    await stub.reset(gateway={"max_payload_bytes": limit})
    url = f"{stub.url}/socket.io/?EIO=4&transport=websocket"
    async with stub.session.ws_connect(url) as socket:
        await socket.receive_str()
        await socket.send_str("40" + json.dumps({"token": stub.people["bob"]["token"]}))
        await socket.receive_str()
        packet = '420["join:project","atlas",""]'
        filler = "x" * (limit - len(packet))
        await socket.send_str(f'420["join:project","atlas","{filler}"]')
        assert (await socket.receive_str()).startswith('430[{"ok":false')
        await socket.send_str(f'420["join:project","atlas","{filler}+"]')
        async with asyncio.timeout(5):
            while not socket.closed:
                await socket.receive()
    await stub.wait(connections=0)
    assert len(await stub.journal(kind="received")) == 1


async def test_a_post_of_just_the_limit_is_taken(stub: Any) -> None:
    limit = 5_000
    await stub.reset(gateway={"max_payload_bytes": limit})
    path = "/socket.io/?EIO=4&transport=polling"
    path += "&sid=" + json.loads((await stub.http.get(path)).text[1:])["sid"]
    await stub.http.post(path, content="40" + json.dumps({"token": stub.people["bob"]["token"]}))
    assert (await stub.http.get(path)).text.startswith("40{")
    packet = '420["join:project","atlas",""]'
    filler = "x" * (limit - len(packet))
    assert (await stub.http.post(path, content=packet.replace('""', f'"{filler}"'))).status_code == 200
    assert (await stub.http.get(path)).text.startswith("430[")
    assert (await stub.http.post(path, content=packet.replace('""', f'"{filler}+"'))).status_code == 413
    assert len(await stub.journal(kind="received")) == 1


async def test_a_rest_body_of_just_the_limit_is_taken(stub: Any) -> None:
    await stub.reset(gateway={"max_payload_bytes": 1_000})
    for size, status in ((1_000, 201), (1_001, 413)):
        body = json.dumps({"title": "x", "description": ""})
        content = body.replace('""', '"' + "y" * (size - len(body)) + '"')
        headers = {"Authorization": f"Bearer {stub.people['alice']['token']}"}
        answer = await stub.http.post("/api/projects/atlas/tasks", content=content, headers=headers)
        assert answer.status_code == status


@both_transports
async def test_only_the_idle_are_closed(stub: Any, transport: str) -> None:
    await stub.reset(gateway={"connection_timeout_ms": 1_500, "ping_interval_ms": 100})
    alice, bob = await stub.connect("alice", transport), await stub.connect("bob", transport)
    async with asyncio.timeout(10):
        while bob.disconnects == 0:
            assert (await alice.call("leave:project", "atlas"))["ok"]
    assert alice.disconnects == 0
    (entry,) = await stub.journal(kind="disconnect")
    assert (entry["user"], entry["reason"]) == ("bob", "idle")
