"""Socket.IO against the real stub, over websocket and long-polling."""

import asyncio
from typing import Any

import pytest

pytestmark = pytest.mark.parametrize("transport", ["websocket", "polling"])


async def test_handshake_needs_a_good_token(stub: Any, transport: str) -> None:
    unauthorized = {"message": "unauthorized", "data": {"code": "UNAUTHORIZED"}}
    for auth in ({"token": "nonsense"}, {"token": ""}, {"token": 7}, {"other": 1}):
        assert await stub.refused(transport, auth) == unauthorized
    expired = {"message": "unauthorized", "data": {"code": "TOKEN_EXPIRED"}}
    assert await stub.refused(transport, {"token": stub.people["dave"]["token"]}) == expired
    entries = await stub.journal(kind="refused", stage="connect")
    assert [entry["code"] for entry in entries] == ["UNAUTHORIZED"] * 4 + ["TOKEN_EXPIRED"]
    assert [entry["user"] for entry in entries] == [None] * 4 + ["dave"]


async def test_tokens_issued_until_now_can_be_expired(stub: Any, transport: str) -> None:
    old = {"token": stub.people["bob"]["token"]}
    await stub.post("expire", user="bob")
    assert (await stub.refused(transport, old))["data"] == {"code": "TOKEN_EXPIRED"}
    new = await stub.http.post("/api/auth/refresh", json=old)
    bob = await stub.connect("bob", transport, auth={"token": new.json()["data"]["token"]})
    await bob.join()


async def test_without_required_auth_anybody_may_connect(stub: Any, transport: str) -> None:
    await stub.reset(gateway={"require_auth": False})
    nobody = await stub.connect("anybody", transport, auth={"token": "nonsense"})
    await nobody.join("borealis")
    assert [each["user"] for each in await stub.journal(kind="join")] == ["anonymous"]


async def test_members_join_and_hear_each_other(stub: Any, transport: str) -> None:
    alice, bob = await stub.connect("alice", transport), await stub.connect("bob", transport)
    await alice.join()
    await bob.join()
    answer = await alice.call(
        "task:create", {"projectId": "atlas", "title": " New ", "clientMutationId": "m1"}
    )
    assert answer["ok"]
    created = answer["data"]
    assert (created["title"], created["version"], created["status"]) == ("New", 1, "todo")
    assert await bob.heard("task:created") == [{**created, "clientMutationId": "m1"}]
    assert await alice.heard("task:created") == [{**created, "clientMutationId": "m1"}]


async def test_whoever_sees_that_an_event_has_come_sees_its_answer_too(stub: Any, transport: str) -> None:
    """Between the two a reader of the journal would take the connection for quiet."""
    bob = await stub.connect("bob", transport)
    journal = stub.server.world.journal
    asking = asyncio.create_task(bob.join())
    await journal.changed()
    assert [each["kind"] for each in journal.since() if each["kind"] in ("received", "ack")] == [
        "received",
        "ack",
    ]
    await asking


async def test_only_members_may_join(stub: Any, transport: str) -> None:
    carol = await stub.connect("carol", transport)
    for event, room in (("join:project", "atlas"), ("join:sprint", "s1")):
        answer = await carol.call(event, room)
        assert (answer["ok"], answer["error"]["code"]) == (False, "FORBIDDEN")
    assert (await carol.call("join:project", "nowhere"))["error"]["code"] == "NOT_FOUND"
    assert (await stub.control("GET", "rooms"))["rooms"] == {}


async def test_one_copy_per_socket_in_project_and_sprint_room(stub: Any, transport: str) -> None:
    bob = await stub.connect("bob", transport)
    await bob.join()
    assert (await bob.call("join:sprint", "s1"))["data"] == {"room": "sprint:s1"}
    await bob.call("task:update", {"id": "t2", "title": "Renamed", "version": 1})
    await bob.fence()
    assert bob.names == ["task:updated"]


async def test_after_leaving_nothing_is_heard(stub: Any, transport: str) -> None:
    bob = await stub.connect("bob", transport)
    await bob.join()
    assert (await bob.call("leave:project", "atlas"))["ok"]
    await stub.rest("PATCH", "/api/tasks/t1", {"title": "Renamed"})
    await bob.fence()
    assert bob.names == []


async def test_stale_version_is_refused_with_the_current_task(stub: Any, transport: str) -> None:
    bob = await stub.connect("bob", transport)
    await bob.call("task:update", {"taskId": "t1", "title": "Renamed", "version": 1})
    answer = await bob.call("task:update", {"taskId": "t1", "title": "Too late", "version": 1})
    assert answer["error"]["code"] == "CONFLICT"
    assert answer["error"]["details"]["title"] == "Renamed"
    assert answer["error"]["details"]["version"] == 2


async def test_update_without_version_is_the_last_write(stub: Any, transport: str) -> None:
    bob = await stub.connect("bob", transport)
    await bob.call("task:update", {"id": "t1", "title": "Renamed", "version": 1})
    assert (await bob.call("task:update", {"id": "t1", "title": "Last"}))["data"]["version"] == 3
    assert [entry.get("without_version") for entry in await stub.journal(kind="store")] == [None, True]


@pytest.mark.parametrize(
    "payload",
    [
        None,
        "t1",
        [],
        {"id": "t1", "title": ""},
        {"id": "t1", "title": "x" * 201},
        {"id": "t1", "status": "someday"},
        {"id": "t1", "priority": "P9"},
        {"id": "t1", "version": "1"},
        {"id": "t1", "version": True},
        {"id": 7, "title": "x"},
        {"id": "t1", "description": "x" * 10_001},
        {"id": "t1", "titel": "x"},
        {"id": "t1", "position": "top"},
        {"id": "t1", "position": 10**40},
        {"id": "t1", "sprintId": "nowhere"},
        {"id": "t1", "projectId": "borealis", "title": "x"},
        {"title": "x"},
    ],
)
async def test_invalid_input_is_refused_and_changes_nothing(stub: Any, transport: str, payload: Any) -> None:
    before = await stub.task("t1")
    bob = await stub.connect("bob", transport)
    await bob.join()
    answer = await bob.call("task:update", payload)
    assert answer["error"]["code"] == "INVALID_INPUT"
    assert all(problem["message"] for problem in answer["error"]["details"])
    assert await stub.task("t1") == before
    assert bob.names == []


async def test_unknown_event_is_an_error_by_default(stub: Any, transport: str) -> None:
    bob = await stub.connect("bob", transport)
    answer = await bob.call("task:explode", {"id": "t1"})
    assert answer["error"]["code"] == "UNSCRIPTED"
    assert [entry["event"] for entry in await stub.journal(kind="unscripted")] == ["task:explode"]


async def test_changes_of_one_socket_apply_in_order(stub: Any, transport: str) -> None:
    bob = await stub.connect("bob", transport)
    await bob.join()
    for number in range(60):
        await bob.client.emit("task:update", {"id": "t1", "title": f"Title {number}"})
    updates = await bob.heard("task:updated", 60)
    assert [each["version"] for each in updates] == list(range(2, 62))
    assert [each["title"] for each in updates] == [f"Title {number}" for number in range(60)]


async def test_status_and_title_in_one_change_are_two_events_of_one_version(
    stub: Any, transport: str
) -> None:
    bob = await stub.connect("bob", transport)
    await bob.join()
    change = {"id": "t2", "title": "Renamed", "status": "review", "version": 1, "clientMutationId": "m"}
    await bob.call("task:update", change)
    await bob.fence()
    assert bob.names == ["task:status_changed", "task:updated"]
    (moved,), (updated,) = await bob.heard("task:status_changed"), await bob.heard("task:updated")
    assert (moved["from"], moved["to"], moved["clientMutationId"]) == ("todo", "in_progress", "m")
    assert moved["task"]["version"] == updated["version"] == 2


async def test_epic_progress_follows_its_tasks(stub: Any, transport: str) -> None:
    bob = await stub.connect("bob", transport)
    await bob.join()
    await bob.call("task:update", {"id": "t1", "status": "completed", "version": 1})
    (epic,) = await bob.heard("epic:updated")
    assert (epic["id"], epic["progress"], epic["version"]) == ("e1", 100, 2)


async def test_all_other_events_of_the_contract(stub: Any, transport: str) -> None:
    alice = await stub.connect("alice", transport)
    await alice.join()
    epic = (await alice.call("epic:create", {"projectId": "atlas", "title": "Second"}))["data"]
    await alice.call("epic:update", {"id": epic["id"], "title": "Renamed", "version": 1})
    await alice.call("epic:delete", {"id": epic["id"], "version": 2})
    await alice.call("project:update", {"id": "atlas", "name": "Atlas II", "version": 1})
    await alice.call("sprint:start", {"id": "s2", "version": 1})
    await alice.call("sprint:complete", "s1")
    await alice.call("task:delete", {"id": "t2", "projectId": "atlas", "version": 1})
    await alice.fence()
    assert alice.names == [
        "epic:created",
        "epic:updated",
        "epic:deleted",
        "project:updated",
        "sprint:started",
        "sprint:completed",
        "task:deleted",
    ]
    assert alice.events[-1][1] == {"id": "t2", "projectId": "atlas", "version": 2}
    assert (await alice.call("sprint:start", "s1"))["error"]["code"] == "CONFLICT"
    assert (await alice.call("task:update", {"id": "t2", "title": "x"}))["error"]["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("echo", "sender", "same_user", "other"),
    [("room", 1, 1, 1), ("others", 0, 1, 1), ("none", 0, 0, 1)],
)
async def test_echo_switch_for_socket_writes(
    stub: Any, transport: str, echo: str, sender: int, same_user: int, other: int
) -> None:
    await stub.reset(gateway={"echo": echo})
    tab, second_tab = await stub.connect("alice", transport), await stub.connect("alice", transport)
    bob = await stub.connect("bob", transport)
    for peer in (tab, second_tab, bob):
        await peer.join()
    await tab.call("task:update", {"id": "t2", "title": "Renamed"})
    for peer, count in ((tab, sender), (second_tab, same_user), (bob, other)):
        await peer.fence()
        assert peer.names == ["task:updated"] * count


@pytest.mark.parametrize(("echo", "own"), [("room", 1), ("others", 1), ("none", 0)])
async def test_echo_switch_for_rest_writes(stub: Any, transport: str, echo: str, own: int) -> None:
    await stub.reset(gateway={"echo": echo})
    alice, bob = await stub.connect("alice", transport), await stub.connect("bob", transport)
    await alice.join()
    await bob.join()
    await stub.rest("PATCH", "/api/tasks/t2", {"title": "Renamed"})
    for peer, count in ((alice, own), (bob, 1)):
        await peer.fence()
        assert peer.names == ["task:updated"] * count


@pytest.mark.parametrize("echo", ["others", "none"])
async def test_sender_hears_what_the_change_brought_about_whatever_the_echo(
    stub: Any, transport: str, echo: str
) -> None:
    await stub.reset(gateway={"echo": echo})
    alice = await stub.connect("alice", transport)
    await alice.join()
    epic = (await alice.call("epic:create", {"projectId": "atlas", "title": "Winter"}))["data"]
    await alice.call(
        "task:create", {"projectId": "atlas", "title": "Ski", "status": "done", "epicId": epic["id"]}
    )
    await alice.fence()
    assert alice.names == ["epic:updated"], "the progress is in no answer"
    await alice.call("epic:delete", {"id": epic["id"]})
    await alice.fence()
    assert alice.names == ["epic:updated", "task:updated"], "nor is that the task has lost its epic"


async def test_a_removed_member_hears_nothing_from_then_on(stub: Any, transport: str) -> None:
    bob = await stub.connect("bob", transport)
    await bob.join()
    await bob.call("join:sprint", "s1")
    await stub.post("member", project="atlas", user="bob", member=False)
    await stub.rest("PATCH", "/api/tasks/t2", {"title": "Secret"})
    await bob.fence()
    assert bob.names == []
    assert (await stub.control("GET", "rooms"))["rooms"] == {}
    assert (await bob.call("join:project", "atlas"))["error"]["code"] == "FORBIDDEN"
    assert (await stub.rest("GET", "/api/tasks/t2", user="bob")).status_code == 403


async def test_only_an_admin_changes_members(stub: Any, transport: str) -> None:
    alice, bob = await stub.connect("alice", transport), await stub.connect("bob", transport)
    await bob.join()
    assert (await bob.call("project:update", {"id": "atlas", "members": ["bob"]}))["error"][
        "code"
    ] == "FORBIDDEN"
    assert (await alice.call("project:update", {"id": "atlas", "members": ["alice"]}))["ok"]
    await bob.fence()
    assert bob.names == []


async def test_rate_limit(stub: Any, transport: str) -> None:
    await stub.reset(gateway={"rate_limit": {"enabled": True, "max": 3, "window_ms": 60_000}})
    bob = await stub.connect("bob", transport)
    answers = [await bob.call("join:project", "atlas") for _ in range(4)]
    assert [answer["ok"] for answer in answers] == [True, True, True, False]
    assert answers[-1]["error"]["code"] == "RATE_LIMITED"
    assert 1 <= answers[-1]["error"]["retryAfter"] <= 60


async def test_max_connections(stub: Any, transport: str) -> None:
    await stub.reset(gateway={"max_connections": 1})
    await stub.connect("alice", transport)
    refusal = await stub.refused(transport, {"token": stub.people["bob"]["token"]})
    assert refusal == {"message": "unavailable", "data": {"code": "UNAVAILABLE"}}
    (refused,) = await stub.journal(kind="refused", stage="connect")
    assert refused["code"] == "UNAVAILABLE"


async def test_idle_connections_are_closed(stub: Any, transport: str) -> None:
    await stub.reset(gateway={"connection_timeout_ms": 200})
    bob = await stub.connect("bob", transport)
    await bob.lost()
    await stub.wait(connections=0)
    assert [entry["reason"] for entry in await stub.journal(kind="disconnect")] == ["idle"]


async def test_oversize_message_closes_the_connection(stub: Any, transport: str) -> None:
    # Over polling the answer is 413 and it is the client that ends it; its silence tells the server.
    heartbeat = {"ping_interval_ms": 300, "ping_timeout_ms": 300}
    await stub.reset(gateway={"max_payload_bytes": 20_000, **heartbeat})
    bob = await stub.connect("bob", transport)
    await bob.client.emit("task:update", {"id": "t1", "description": "x" * 30_000})
    await bob.lost()
    await stub.wait(connections=0)
    (error,) = await stub.journal(kind="error")
    assert "over 20000 bytes" in error["message"]
    assert (await stub.task("t1"))["description"] is None


async def test_a_delayed_ack_holds_up_neither_pings_nor_other_events(stub: Any, transport: str) -> None:
    await stub.reset(gateway={"ping_interval_ms": 100, "ping_timeout_ms": 1_000})
    bob = await stub.connect("bob", transport)
    await stub.post("ack-fault", event="task:*", delay_ms=1_500, after=True)
    slow = asyncio.create_task(bob.call("task:update", {"id": "t1", "title": "Slow"}))
    await stub.wait(journal={"kind": "store"})
    assert (await bob.call("join:project", "atlas"))["ok"]
    assert not slow.done()
    assert (await slow)["ok"]
    assert bob.disconnects == 0


async def test_client_disconnect_is_journaled(stub: Any, transport: str) -> None:
    bob = await stub.connect("bob", transport)
    sid = bob.sid
    await bob.client.disconnect()
    await stub.wait(gone=sid)
    (entry,) = await stub.journal(kind="disconnect")
    assert (entry["sid"], entry["user"]) == (sid, "bob")
    assert entry["reason"] in ("client namespace disconnect", "transport close")
