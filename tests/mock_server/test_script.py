"""A scenario's rules at work: other answers, more events, at a moment, for one person, so many times."""

import asyncio
from typing import Any

import pytest

from mock_server.glob import matches


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("/api/tasks/*", "/api/tasks/t1", True),
        ("/api/tasks/*", "/api/tasks/t1/status", True),
        ("/api/tasks/*", "/api/tasks/", False),
        ("/api/*/tasks", "/api/projects/tasks", True),
        ("/api/a+b", "/api/a+b", True),
        ("/api/a.b", "/api/axb", False),
        ("task:*", "task:update", True),
        ("*", "anything", True),
        ("", "", True),
    ],
)
def test_glob(pattern: str, text: str, expected: bool) -> None:
    assert matches(pattern, text) is expected


async def test_an_error_replaces_the_change(stub: Any) -> None:
    error = {"code": "LOCKED", "message": "no", "details": {"by": "bob"}}
    await stub.reset(rules=[{"on": "task:update", "error": error}])
    bob = await stub.connect("bob")
    assert (await bob.call("task:update", {"id": "t1", "title": "x"})) == {"ok": False, "error": error}
    assert (await stub.task("t1"))["version"] == 1
    assert [entry["index"] for entry in await stub.journal(kind="rule")] == [0]


async def test_a_reply_replaces_the_answer(stub: Any) -> None:
    await stub.reset(
        rules=[
            {"on": "task:update", "reply": {"id": "t1", "title": "Made up"}},
            {"on": "task:delete", "reply": {"ok": False, "error": {"code": "RAW"}}},
            {"on": "GET /api/tasks/*", "reply": {"id": "t1"}},
            {"on": "GET /api/legacy", "reply": [1, 2]},
            {"on": "DELETE /api/tasks/*", "error": {"code": "GONE", "status": 410}},
        ]
    )
    bob = await stub.connect("bob")
    assert (await bob.call("task:update", {"id": "t1"}))["data"]["title"] == "Made up"
    assert (await bob.call("task:delete", {"id": "t1"})) == {"ok": False, "error": {"code": "RAW"}}
    assert (await stub.rest("GET", "/api/tasks/t1")).json()["data"] == {"id": "t1"}
    assert (await stub.rest("GET", "/api/legacy", user=None)).json() == [1, 2]
    refused = await stub.rest("DELETE", "/api/tasks/t1")
    assert (refused.status_code, refused.json()["error"]["code"]) == (410, "GONE")
    assert (await stub.task("t1"))["version"] == 1


async def test_emits_come_beside_the_built_in_answer_and_after_it(stub: Any) -> None:
    emits = [
        {"event": "system:notification", "data": {"to": to}, "to": to}
        for to in ("sender", "others", "carol", "project:atlas")
    ]
    await stub.reset(rules=[{"on": "task:update", "emit": emits}])
    peers = {user: await stub.connect(user) for user in ("alice", "bob", "carol")}
    await peers["alice"].join()
    await peers["bob"].join()
    assert (await peers["bob"].call("task:update", {"id": "t1", "title": "x"}))["ok"]
    heard = {}
    for user, peer in peers.items():
        await peer.fence()
        heard[user] = [(name, data.get("to")) for name, data in peer.events]
    assert heard["bob"] == [
        ("task:updated", None),
        ("system:notification", "sender"),
        ("system:notification", "project:atlas"),
    ]
    assert heard["alice"] == [
        ("task:updated", None),
        ("system:notification", "others"),
        ("system:notification", "project:atlas"),
    ]
    assert heard["carol"] == [("system:notification", "carol")]


async def test_emits_of_a_rest_rule_know_the_callers_sockets(stub: Any) -> None:
    emits = [{"event": "system:notification", "data": {"to": to}, "to": to} for to in ("sender", "others")]
    await stub.reset(rules=[{"on": "PATCH /api/tasks/*", "emit": emits}])
    alice, bob = await stub.connect("alice"), await stub.connect("bob")
    await alice.join()
    await bob.join()
    await stub.rest("PATCH", "/api/tasks/t1", {"title": "x"})
    for peer, to in ((alice, "sender"), (bob, "others")):
        assert await peer.heard("system:notification") == [{"to": to}]
        await peer.fence()
        assert peer.names == ["task:updated", "system:notification"]


async def test_from_when_and_times(stub: Any) -> None:
    refuse = {"error": {"code": "RULE"}}
    await stub.reset(
        rules=[
            {"on": "task:update", "from": "bob", "when": {"title": "x"}, "times": 2, **refuse},
            {"on": "join:project", "when": {"id": "borealis"}, **refuse},
            {"on": "GET /api/projects/*/tasks", "when": {"query.limit": "5", "params.id": "atlas"}, **refuse},
            {"on": "PATCH /api/tasks/*", "when": {"status": "done"}, **refuse},
        ]
    )
    alice, bob = await stub.connect("alice"), await stub.connect("bob")
    assert (await alice.call("task:update", {"id": "t1", "title": "x"}))["ok"]
    assert (await bob.call("task:update", {"id": "t1", "title": "y"}))["ok"]
    answers = [await bob.call("task:update", {"id": "t1", "title": "x"}) for _ in range(3)]
    assert [answer["ok"] for answer in answers] == [False, False, True]
    assert (await bob.call("join:project", "borealis"))["error"]["code"] == "RULE"
    assert (await bob.call("join:project", "atlas"))["ok"]
    for query, status in (("limit=5", 500), ("limit=4", 200), ("", 200)):
        answer = await stub.rest("GET", f"/api/projects/atlas/tasks?{query}")
        assert answer.status_code == status
    assert (await stub.rest("PATCH", "/api/tasks/t2", {"status": "done"})).status_code == 500
    assert (await stub.rest("PATCH", "/api/tasks/t2", {"status": "todo"})).status_code == 200


async def test_swallow_and_delay_keep_the_change(stub: Any) -> None:
    await stub.reset(
        rules=[
            {"on": "task:update", "swallow": True, "times": 1},
            {"on": "task:delete", "delay_ms": 50},
            {"on": "GET /api/projects", "delay_ms": 50},
        ]
    )
    bob = await stub.connect("bob")
    await bob.join()
    answers: list[Any] = []
    await bob.client.emit("task:update", {"id": "t1", "title": "x"}, callback=answers.append)
    await bob.heard("task:updated")
    order: list[str] = []
    deleting = asyncio.create_task(bob.call("task:delete", {"id": "t2"}))
    deleting.add_done_callback(lambda task: order.append("acknowledged"))
    await bob.heard("task:deleted")
    order.append("heard")
    assert (await deleting)["ok"]
    assert (order, answers) == (["heard", "acknowledged"], [])
    await stub.rest("GET", "/api/projects")
    assert (await stub.journal(kind="rest"))[-1]["duration_ms"] >= 50


async def test_at_a_moment(stub: Any) -> None:
    notice = {"event": "system:notification", "data": {"id": "n1"}, "to": "project:atlas"}
    await stub.reset(rules=[{"at_ms": 600, "emit": [notice, {**notice, "delay_ms": 1}]}])
    bob = await stub.connect("bob")
    await bob.join()
    assert await bob.heard("system:notification", 2) == [{"id": "n1"}] * 2
    assert [entry["on"] for entry in await stub.journal(kind="rule")] == ["at 600 ms"]


@pytest.mark.parametrize("policy", ["warn", "ignore"])
async def test_other_policies_for_the_unscripted(stub: Any, policy: str) -> None:
    await stub.reset(unscripted=policy)
    bob = await stub.connect("bob")
    answers: list[Any] = []
    await bob.client.emit("unknown", {}, callback=answers.append)
    assert (await bob.call("join:project", "atlas"))["ok"]
    assert answers == []
    assert (await stub.rest("GET", "/nothing")).status_code == 404
    entries = await stub.journal(kind="unscripted")
    assert [(entry["policy"], entry["user"]) for entry in entries] == [(policy, "bob"), (policy, "alice")]
