"""Nodes that die or are restarted, a Redis that goes away, and nodes that do not hear each other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest
from deploy_peer import Peer, eventually

from harness.deployment import Deployment

MakePeer = Callable[..., Awaitable[Peer]]


@pytest.fixture
def mended(deployment: Deployment) -> Iterator[None]:
    """Whatever the test has broken runs again afterwards."""
    yield
    deployment.start_redis()
    deployment.start_nodes()


async def joined(deployment: Deployment, member: Peer, project: str) -> None:
    """Be connected, and in the room: also after the connection was lost and came back."""
    await member.until(lambda: bool(member.client.connected), f"{member.name} is connected")

    async def join() -> dict[str, object]:
        return dict(await member.emit("join:project", project))

    await eventually(join, lambda answer: bool(answer["ok"]), f"{member.name} is in the room")


@pytest.mark.usefixtures("mended")
async def test_who_was_at_a_killed_node_carries_on_at_the_other(
    peer: MakePeer, deployment: Deployment
) -> None:
    alice, bob = await peer("alice"), await peer("bob", node=2)
    await alice.pin(1)
    project = await alice.new_project("bob")
    await alice.join(project)
    await bob.join(project)
    await asyncio.to_thread(deployment.kill, 1)
    await alice.until(lambda: alice.connects == 2, "alice is connected again")
    answer = await alice.call("GET", f"/api/projects/{project}")
    assert (answer.status, answer.headers["X-Served-By"]) == (200, "2")
    await joined(deployment, alice, project)
    made = await alice.emit("task:create", {"projectId": project, "title": "After the crash"})
    assert await bob.hear("task:created") == [made["data"]]
    assert await alice.hear("task:created") == [made["data"]]
    assert bob.connects == 1
    await asyncio.to_thread(deployment.start_node, 1)
    assert (await alice.call("GET", "/health")).headers["X-Served-By"] == "2"


@pytest.mark.usefixtures("mended")
async def test_with_no_node_left_calls_are_unavailable(peer: MakePeer, deployment: Deployment) -> None:
    alice = await peer("alice")
    for node in deployment.nodes:
        await asyncio.to_thread(deployment.kill, node)
    answer = await alice.call("GET", "/api/projects")
    assert (answer.status, answer.code) == (503, "UNAVAILABLE")


@pytest.mark.usefixtures("mended")
async def test_through_a_rolling_restart_every_call_is_answered(
    peer: MakePeer, deployment: Deployment
) -> None:
    alice, bob = await peer("alice"), await peer("bob")
    await alice.pin(1)
    await bob.pin(2)
    project = await alice.new_project("bob")
    await alice.join(project)
    await bob.join(project)
    restart = asyncio.create_task(asyncio.to_thread(deployment.rolling_restart))
    statuses: set[int] = set()
    calls = 0
    while not restart.done():
        statuses.add((await alice.call("GET", f"/api/projects/{project}")).status)
        calls += 1
    await restart
    assert (statuses, calls > 10) == ({200}, True)
    await alice.until(lambda: alice.connects >= 2, "alice had to connect again")
    for each in (alice, bob):
        await joined(deployment, each, project)
    made = await alice.emit("task:create", {"projectId": project, "title": "After the restart"})
    assert (await bob.hear("task:created"))[-1] == made["data"]


@pytest.mark.usefixtures("mended")
async def test_without_redis_nothing_is_promised_and_afterwards_all_is_as_it_was(
    peer: MakePeer, deployment: Deployment
) -> None:
    alice, bob = await peer("alice", node=1), await peer("bob", node=2)
    project = await alice.new_project("bob")
    kept = (await alice.call("POST", f"/api/projects/{project}/tasks", {"title": "Kept"})).data
    await alice.join(project)
    await bob.join(project)
    await asyncio.to_thread(deployment.stop_redis)
    refused = await alice.call("PATCH", f"/api/tasks/{kept['id']}", {"title": "Lost"})
    assert (refused.status, refused.code) == (503, "UNAVAILABLE")
    health = lambda: alice.call("GET", "/health")  # noqa: E731 # one call, asked often
    away = await eventually(health, lambda answer: answer.status == 503, "the node says that Redis is away")
    assert (away.body["status"], away.body["redis"]) == ("unhealthy", "down")
    await alice.until(lambda: alice.connects >= 2, "a node that hears nobody lets its clients go")
    out = await alice.emit("join:project", project)
    assert (out["ok"], out["error"]["code"]) == (False, "UNAVAILABLE")
    await asyncio.to_thread(deployment.start_redis)
    for each in (alice, bob):
        await joined(deployment, each, project)
    changed = await alice.emit("task:update", {"id": kept["id"], "title": "Again", "version": 1})
    assert (changed["ok"], changed["data"]["version"]) == (True, 2)
    assert (await bob.hear("task:updated"))[-1]["title"] == "Again"
    assert (await bob.call("GET", f"/api/projects/{project}/tasks")).data == [changed["data"]]
