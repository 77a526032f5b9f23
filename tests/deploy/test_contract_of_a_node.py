"""What the contract says of REST answers, refusals and acknowledgements, asked through nginx."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import jwt
import pytest
from deploy_peer import Peer
from socketio.exceptions import ConnectionError as NotConnected

from harness.deployment import Deployment

MakePeer = Callable[..., Awaitable[Peer]]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/api/projects/nowhere", None, 404, "NOT_FOUND"),
        ("GET", "/api/tasks/nothing", None, 404, "NOT_FOUND"),
        ("PATCH", "/api/tasks/nothing", {"title": "A"}, 404, "NOT_FOUND"),
        ("GET", "/api/nothing/of/this", None, 404, "NOT_FOUND"),
        ("PUT", "/api/projects", {}, 405, "INVALID_INPUT"),
        ("POST", "/api/projects", {"name": " "}, 400, "INVALID_INPUT"),
        ("POST", "/api/projects", {"name": "A", "members": ["zoe"]}, 400, "INVALID_INPUT"),
        ("POST", "/api/projects", "text", 400, "INVALID_INPUT"),
        ("POST", "/api/projects", {"name": "A", "description": "x" * 1_000_001}, 413, "TOO_LARGE"),
        ("POST", "/api/sprints/nothing/start", None, 404, "NOT_FOUND"),
        ("GET", "/api/projects/borealis", None, 403, "FORBIDDEN"),
    ],
)
async def test_a_refused_call_says_so_in_the_envelope(
    peer: MakePeer, method: str, path: str, body: Any, status: int, code: str
) -> None:
    answer = await (await peer("bob")).call(method, path, body)
    assert (answer.status, answer.code) == (status, code)
    assert answer.body["success"] is False
    assert answer.body["error"]["message"]


async def test_an_answer_has_data_and_metadata(peer: MakePeer) -> None:
    alice = await peer("alice", node=2)
    project = await alice.new_project()
    path = f"/api/projects/{project}/tasks"
    for title in ("A", "B", "C"):
        await alice.call("POST", path, {"title": title, "status": "pending"})
    first = await alice.call("GET", f"{path}?limit=2")
    assert [task["title"] for task in first.data] == ["A", "B"]
    assert set(first.body["metadata"]) == {"timestamp", "version", "requestId", "cursor"}
    rest = await alice.call("GET", f"{path}?cursor={first.body['metadata']['cursor']}")
    assert [(task["title"], task["status"]) for task in rest.data] == [("C", "todo")]
    assert rest.body["metadata"]["cursor"] is None


async def test_moves_and_deletions_over_rest(peer: MakePeer) -> None:
    alice = await peer("alice")
    project = await alice.new_project()
    path = f"/api/projects/{project}/tasks"
    first, second = [(await alice.call("POST", path, {"title": each})).data for each in "AB"]
    moved = await alice.call("POST", f"/api/tasks/{second['id']}/move", {"status": "todo", "index": 0})
    assert moved.data["position"] < first["position"]
    put = await alice.call("PUT", f"/api/tasks/{first['id']}/status", {"status": "review", "version": 1})
    assert put.data["status"] == "in_progress"
    stale = await alice.call("DELETE", f"/api/tasks/{first['id']}?version=1")
    assert (stale.status, stale.body["error"]["details"]) == (409, put.data)
    gone = await alice.call("DELETE", f"/api/tasks/{first['id']}?version=2")
    assert gone.data == {"id": first["id"], "projectId": project, "version": 3}


async def test_a_token_of_one_node_holds_at_the_other_and_can_be_renewed(
    peer: MakePeer, deployment: Deployment
) -> None:
    alice = await peer("alice", node=1)
    there = await peer("alice", node=2)
    there.token = alice.token
    assert (await there.call("GET", "/api/projects")).status == 200
    renewed = await there.call("POST", "/api/auth/refresh", {"token": alice.token})
    assert (renewed.data["user"]["id"], renewed.data["token"] != alice.token) == ("alice", True)


async def test_without_a_genuine_token_nothing_is_told(peer: MakePeer) -> None:
    alice = await peer("alice")
    claims = jwt.decode(alice.token, options={"verify_signature": False})
    forged = jwt.encode(claims, "another secret of more than 32 bytes", algorithm="HS256")
    for token in ("", "nonsense", forged):
        alice.token = token
        assert (await alice.call("GET", "/api/projects")).code == "UNAUTHORIZED"
    wrong = await alice.call("POST", "/api/auth/login", {"email": "alice@example.com", "password": "x"})
    assert (wrong.status, wrong.code) == (401, "UNAUTHORIZED")


async def test_a_socket_without_a_genuine_token_is_refused(peer: MakePeer) -> None:
    alice = await peer("alice")
    with pytest.raises(NotConnected):
        await alice.connect(token="nonsense")
    assert alice.refusals == [{"message": "unauthorized", "data": {"code": "UNAUTHORIZED"}}]


async def test_over_polling_it_is_refused_in_the_same_words(peer: MakePeer) -> None:
    alice = await peer("alice", node=1)
    path = "/socket.io/?EIO=4&transport=polling"
    opened = json.loads((await alice.call("GET", path)).body.removeprefix("0"))
    asked = alice.send(f"{path}&sid={opened['sid']}", '40{"token":"nonsense"}')
    assert (await asked).body == "OK"
    refused = await alice.call("GET", f"{path}&sid={opened['sid']}")
    assert refused.body == '44{"message":"unauthorized","data":{"code":"UNAUTHORIZED"}}'


async def test_refused_events_are_acknowledged_with_the_reason(peer: MakePeer) -> None:
    alice = await peer("alice")
    project = await alice.new_project()
    await alice.join(project)
    task = (await alice.emit("task:create", {"projectId": project, "title": "A"}))["data"]
    wanted = {
        "INVALID_INPUT": ("task:update", {"id": task["id"], "priority": "P9"}),
        "NOT_FOUND": ("task:delete", {"id": "nothing"}),
        "CONFLICT": ("task:update", {"taskId": task["id"], "title": "B", "version": 7}),
        "FORBIDDEN": ("join:project", "borealis"),
    }
    for code, (event, data) in wanted.items():
        answer = await alice.emit(event, data)
        assert (answer["ok"], answer["error"]["code"]) == (False, code)
    unknown = await alice.emit("task:explode", {})
    assert unknown["error"] == {"code": "INVALID_INPUT", "message": "unknown event 'task:explode'"}
    conflict = await alice.emit("task:delete", {"id": task["id"], "version": 7})
    assert conflict["error"]["details"] == task


async def test_health_and_metrics_tell_of_each_node(peer: MakePeer) -> None:
    alice, bob = await peer("alice", node=1), await peer("bob", node=2)
    project = await alice.new_project("bob")
    await bob.join(project)
    assert (await alice.call("GET", "/health/1")).body["connections"] == 0
    assert (await alice.call("GET", "/health/2")).body == {
        "status": "healthy",
        "connections": 1,
        "node": "2",
        "redis": "up",
    }
    told = (await alice.call("GET", "/metrics/2")).body
    assert "websocket_connections 1.0" in told
    assert 'websocket_messages_total{direction="in",event="join:project"}' in told
    counters = ("messages", "errors", "disconnects", "reconnects")
    types = [f"# TYPE websocket_{name}_total counter" for name in counters]
    types += ["# TYPE websocket_connections gauge", "# TYPE websocket_latency_seconds histogram"]
    assert [line for line in types if line not in told] == []
